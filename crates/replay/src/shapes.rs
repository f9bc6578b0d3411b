//! People and figures as outlines: the same paths for pages (SVG) and for pictures (PNG), drawn for this purpose, so that no font is needed.

/// Width and height of the box of a digit; a comma and a dash are narrower.
pub(crate) const DIGIT: (f32, f32) = (60.0, 100.0);

/// How thick the strokes of digits are, in their own units.
pub(crate) const STROKE: f32 = 13.0;

/// People, as absolute paths of M, L, C and Z, each in a box of 20 by 46.
pub(crate) const PEOPLE: [&str; 6] = [
    // A coat.
    "M10 1 C12.3 1 14 2.8 14 5.1 C14 7.4 12.3 9.3 10 9.3 C7.7 9.3 6 7.4 6 5.1 C6 2.8 7.7 1 10 1 Z \
     M10 10.6 C14.6 10.6 16.6 12.6 16.9 16.2 L17.8 28 L15.5 28.2 L14.3 20 L14.2 45 L10.7 45 L10.4 32 L9.6 32 L9.3 45 L5.8 45 L5.7 20 L4.5 28.2 L2.2 28 L3.1 16.2 C3.4 12.6 5.4 10.6 10 10.6 Z",
    // A skirt.
    "M10 1.6 C12.2 1.6 13.8 3.3 13.8 5.5 C13.8 7.7 12.2 9.5 10 9.5 C7.8 9.5 6.2 7.7 6.2 5.5 C6.2 3.3 7.8 1.6 10 1.6 Z \
     M10 10.8 C13.9 10.8 15.6 12.6 16 15.8 L17.3 26.6 L15.2 27 L13.8 20 L16.6 36.5 L12.9 36.5 L12.7 45 L10.8 45 L10.6 36.5 L9.4 36.5 L9.2 45 L7.3 45 L7.1 36.5 L3.4 36.5 L6.2 20 L4.8 27 L2.7 26.6 L4 15.8 C4.4 12.6 6.1 10.8 10 10.8 Z",
    // A hat.
    "M4.3 3.9 L6.3 3.6 L6.9 0.4 L13.1 0.4 L13.7 3.6 L15.7 3.9 L15.5 4.9 L13.9 5.1 C13.9 7.5 12.3 9.5 10 9.5 C7.7 9.5 6.1 7.5 6.1 5.1 L4.5 4.9 Z \
     M10 10.8 C14.8 10.8 16.9 12.9 17.2 16.4 L17.9 28.6 L15.6 28.8 L15.1 33.6 L14 33.6 L13.8 45 L10.6 45 L10.3 34 L9.7 34 L9.4 45 L6.2 45 L6 33.6 L4.9 33.6 L4.4 28.8 L2.1 28.6 L2.8 16.4 C3.1 12.9 5.2 10.8 10 10.8 Z",
    // A case in the hand.
    "M10 1 C12.3 1 14 2.8 14 5.1 C14 7.4 12.3 9.3 10 9.3 C7.7 9.3 6 7.4 6 5.1 C6 2.8 7.7 1 10 1 Z \
     M10 10.6 C14.4 10.6 16.1 12.6 16.4 16 L17.1 26.4 L19.6 26.4 L19.6 33.6 L14.4 33.6 L14.2 45 L10.7 45 L10.4 32 L9.6 32 L9.3 45 L5.8 45 L5.7 20 L4.5 28.2 L2.2 28 L3.1 16.2 C3.4 12.6 5.4 10.6 10 10.6 Z",
    // Folded arms.
    "M10 2.2 C12.3 2.2 14 4 14 6.2 C14 8.5 12.3 10.3 10 10.3 C7.7 10.3 6 8.5 6 6.2 C6 4 7.7 2.2 10 2.2 Z \
     M10 11.6 C14.8 11.6 17.2 13.8 17.2 17.6 L17 24 C17 26.4 16 27.4 14.4 27.6 L14.2 45 L10.7 45 L10.4 33 L9.6 33 L9.3 45 L5.8 45 L5.6 27.6 C4 27.4 3 26.4 3 24 L2.8 17.6 C2.8 13.8 5.2 11.6 10 11.6 Z",
    // Long hair.
    "M10 1.4 C13 1.4 14.7 3.4 14.7 6.2 L15.1 12.6 L4.9 12.6 L5.3 6.2 C5.3 3.4 7 1.4 10 1.4 Z \
     M10 11.4 C14 11.4 15.9 13.2 16.2 16.4 L17 27.4 L14.9 27.6 L13.9 20.4 L14.6 33 L13.6 45 L10.9 45 L10.4 33.4 L9.6 33.4 L9.1 45 L6.4 45 L5.4 33 L6.1 20.4 L5.1 27.6 L3 27.4 L3.8 16.4 C4.1 13.2 6 11.4 10 11.4 Z",
];

/// The line down the middle of a digit, comma or dash, to be drawn with [`STROKE`]; and how wide its box is.
pub(crate) fn glyph(c: char) -> Option<(&'static str, f32)> {
    let wide = DIGIT.0;
    Some(match c {
        '0' => (
            "M30 6.5 C45 6.5 53.5 26 53.5 50 C53.5 74 45 93.5 30 93.5 C15 93.5 6.5 74 6.5 50 C6.5 26 15 6.5 30 6.5 Z",
            wide,
        ),
        '1' => ("M8 24 L26 9 L26 100", 40.0),
        '2' => (
            "M8 31 C8 17 17 6.5 30 6.5 C43 6.5 52 16 52 29 C52 41 44 50 35 60 L10 93.5 L56 93.5",
            wide,
        ),
        '3' => (
            "M9 21 C12 12 19 6.5 29 6.5 C41 6.5 49.5 15 49.5 26 C49.5 38 41 46 27 46 M27 46 C43 46 53.5 56 53.5 69.5 C53.5 84 43 93.5 29 93.5 C17 93.5 9 87 6 76",
            wide,
        ),
        '4' => ("M43 100 L43 10 L8 70 L59 70", wide),
        '5' => (
            "M51 6.5 L18 6.5 L14 46 C18 41 24 38 31 38 C45 38 53.5 49 53.5 65 C53.5 82 44 93.5 29 93.5 C17 93.5 9 87 6 77",
            wide,
        ),
        '6' => (
            "M43 1 L14.5 47 C9 55.5 6.5 60 6.5 67 C6.5 82.5 16.5 93.5 30 93.5 C43.5 93.5 53.5 82.5 53.5 67.5 C53.5 52.5 44 42 30.5 42 C22.5 42 16 45.5 11.5 52",
            wide,
        ),
        '7' => ("M4 6.5 L53 6.5 L20 100", wide),
        '8' => (
            "M30 6.5 C41 6.5 49 15 49 26 C49 37 41 45 30 45 C19 45 11 37 11 26 C11 15 19 6.5 30 6.5 Z \
             M30 45 C43.5 45 53.5 55 53.5 69 C53.5 83 43.5 93.5 30 93.5 C16.5 93.5 6.5 83 6.5 69 C6.5 55 16.5 45 30 45 Z",
            wide,
        ),
        '9' => (
            "M17 99 L45.5 53 C51 44.5 53.5 40 53.5 33 C53.5 17.5 43.5 6.5 30 6.5 C16.5 6.5 6.5 17.5 6.5 32.5 C6.5 47.5 16 58 29.5 58 C37.5 58 44 54.5 48.5 48",
            wide,
        ),
        ',' => ("M13 88 L13 94 L7 110", 24.0),
        '–' => ("M5 54 L35 54", 40.0),
        _ => return None,
    })
}

/// One command of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stroke {
    Move(f32, f32),
    Line(f32, f32),
    Curve([f32; 6]),
    Close,
}

/// The commands of a path of absolute M, L, C and Z; None if it is anything else.
pub(crate) fn strokes(path: &str) -> Option<Vec<Stroke>> {
    let mut out = Vec::new();
    // A command and its first number are one word.
    let mut rest = path.split_whitespace();
    while let Some(word) = rest.next() {
        let (command, first) = word.split_at(1);
        let mut take = |first: Option<&str>| -> Option<f32> {
            first.map_or_else(|| rest.next(), Some)?.parse().ok()
        };
        out.push(match command {
            "M" => Stroke::Move(take(Some(first))?, take(None)?),
            "L" => Stroke::Line(take(Some(first))?, take(None)?),
            "C" => Stroke::Curve([
                take(Some(first))?,
                take(None)?,
                take(None)?,
                take(None)?,
                take(None)?,
                take(None)?,
            ]),
            "Z" => Stroke::Close,
            _ => return None,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outline_can_be_read_and_stays_in_its_box() {
        let inside = |path: &str, width: f32, height: f32| {
            let strokes = strokes(path).unwrap_or_else(|| panic!("{path}"));
            assert!(matches!(strokes.first(), Some(Stroke::Move(..))), "{path}");
            for stroke in strokes {
                let points = match stroke {
                    Stroke::Move(x, y) | Stroke::Line(x, y) => vec![(x, y)],
                    Stroke::Curve(c) => c.chunks(2).map(|p| (p[0], p[1])).collect(),
                    Stroke::Close => vec![],
                };
                for (x, y) in points {
                    assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{path}");
                }
            }
        };
        for person in PEOPLE {
            inside(person, 20.0, 46.0);
        }
        for c in "0123456789,–".chars() {
            let (path, width) = glyph(c).unwrap();
            inside(path, width, 112.0);
        }
        assert!(glyph('x').is_none());
        assert_eq!(strokes("M1 2 Q3 4 5 6"), None);
        assert_eq!(strokes("M1"), None);
    }
}
