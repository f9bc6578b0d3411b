//! The picture that social networks show beside a link: section, headline and the paper's name, drawn when the edition is
//! printed. Sixteen colours, so that ten thousand of them are no burden.

mod face;

use std::sync::LazyLock;

use tiny_skia::{FillRule, Mask, Path, PathBuilder, Rect, Transform};

use face::{Faces, Shape};

/// The size that social networks ask for, in pixels.
pub(crate) const SIZE: (u32, u32) = (1200, 630);

/// The margin at left and right, and what is between, in pixels.
const MARGIN: f32 = 72.0;
const COLUMN: f32 = 1200.0 - 2.0 * MARGIN;
/// Where the headline's room begins and ends.
const ROOM: (f32, f32) = (138.0, 500.0);
/// Sizes of type for the headline.
const SIZES: [f32; 7] = [128.0, 108.0, 92.0, 80.0, 68.0, 58.0, 50.0];

const PAPER: [u8; 3] = [0xfd, 0xfb, 0xf7];
const INK: [u8; 3] = [0x1c, 0x1a, 0x17];
/// Shades from paper to ink, and from paper to the accent; with paper they are sixteen.
const SHADES: [u8; 2] = [8, 7];
/// Pixels that are looked at together; a line is a whole number of them.
const PIECE: usize = 16;

static FACES: LazyLock<Option<Faces>> = LazyLock::new(Faces::new);

/// What a card says.
pub(crate) struct Card<'a> {
    pub(crate) headline: &'a str,
    pub(crate) section: &'a str,
    pub(crate) name: &'a str,
    /// Whether the paper is read from right to left.
    pub(crate) rtl: bool,
    /// Red, green, blue.
    pub(crate) accent: [u8; 3],
}

/// The card as PNG. `None` if the fonts lack a character of it (they have Latin, Greek, Cyrillic and Arabic) or a word is too
/// long: half a headline would be worse than none.
pub(crate) fn draw(card: &Card<'_>) -> Option<Vec<u8>> {
    let setting = Setting { faces: FACES.as_ref()?, rtl: card.rtl };
    let words = |text: &'_ str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let one = |text: &str, most: f32| {
        let line = setting.faces.shape(&words(text), card.rtl)?;
        let size = (COLUMN / line.width).min(most);
        Some((line, size))
    };
    let (section, section_size) = one(card.section, 34.0)?;
    let (name, name_size) = one(card.name, 42.0)?;
    let (lines, size) = setting.set(card.headline)?;

    let mut ink = Mask::new(SIZE.0, SIZE.1)?;
    let mut accent = Mask::new(SIZE.0, SIZE.1)?;
    bar(&mut accent, 0.0, 16.0)?;
    setting.draw(&section, &mut accent, section_size, 104.0);
    // The lines stand at the head of their room, as headlines do.
    let mut baseline = ROOM.0 + size * 0.92;
    for line in &lines {
        setting.draw(line, &mut ink, size, baseline);
        baseline += size * setting.leading();
    }
    rule(&mut ink, 522.0, 4.0)?;
    rule(&mut ink, 530.0, 1.5)?;
    setting.draw(&name, &mut ink, name_size, 588.0);
    png(&ink, &accent, card.accent)
}

/// How a card is set.
struct Setting<'a> {
    faces: &'a Faces,
    rtl: bool,
}

impl Setting<'_> {
    /// The distance of lines in ems. Arabic reaches further above and below its line than Latin does.
    fn leading(&self) -> f32 {
        if self.rtl { 1.34 } else { 1.14 }
    }

    fn draw(&self, line: &Shape, onto: &mut Mask, size: f32, baseline: f32) {
        let left = if self.rtl { MARGIN + COLUMN - line.width * size } else { MARGIN };
        let at = Transform::from_row(size, 0.0, 0.0, -size, left, baseline);
        if let Some(path) = &line.path {
            onto.fill_path(path, FillRule::Winding, true, at);
        }
    }

    /// The headline in lines, as large as it goes, the lines about equally long.
    fn set(&self, headline: &str) -> Option<(Vec<Shape>, f32)> {
        let words: Vec<&str> = headline.split_whitespace().collect();
        let width = |text: &str| self.faces.shape(text, self.rtl).map(|shape| shape.width);
        let widths = words.iter().map(|word| width(word)).collect::<Option<Vec<_>>>()?;
        let space = width("\u{a0}")?;
        for size in SIZES {
            let count = |width: f32| breaks(&widths, space, width / size).map(|b| b.len());
            let Some(lines) = count(COLUMN) else { continue };
            #[allow(clippy::cast_precision_loss)]
            let height = (lines as f32 - 1.0) * size * self.leading() + size * 1.2;
            if height > ROOM.1 - ROOM.0 {
                continue;
            }
            let mut width = COLUMN;
            while count(width - 24.0) == Some(lines) {
                width -= 24.0;
            }
            let mut words = words.into_iter();
            let line = |length| {
                let words: Vec<_> = words.by_ref().take(length).collect();
                self.faces.shape(&words.join(" "), self.rtl)
            };
            let lines = breaks(&widths, space, width / size)?.into_iter().map(line);
            return Some((lines.collect::<Option<_>>()?, size));
        }
        None
    }
}

/// How many words go on each line of this width. `None` if one word is wider. All in ems.
fn breaks(words: &[f32], space: f32, width: f32) -> Option<Vec<usize>> {
    let (mut lines, mut length, mut used) = (Vec::new(), 0, 0.0);
    for &word in words {
        if word > width {
            return None;
        }
        let with = if length == 0 { word } else { used + space + word };
        if with > width {
            lines.push(length);
            (length, used) = (1, word);
        } else {
            (length, used) = (length + 1, with);
        }
    }
    lines.push(length);
    Some(lines)
}

fn bar(onto: &mut Mask, top: f32, height: f32) -> Option<()> {
    fill(onto, Rect::from_xywh(0.0, top, 1200.0, height)?);
    Some(())
}

fn rule(onto: &mut Mask, top: f32, height: f32) -> Option<()> {
    fill(onto, Rect::from_xywh(MARGIN, top, COLUMN, height)?);
    Some(())
}

fn fill(onto: &mut Mask, rect: Rect) {
    let path: Path = PathBuilder::from_rect(rect);
    onto.fill_path(&path, FillRule::Winding, true, Transform::identity());
}

/// Paper, then the shades of ink, then those of the accent; two pixels a byte.
fn png(ink: &Mask, accent: &Mask, colour: [u8; 3]) -> Option<Vec<u8>> {
    let mut palette = PAPER.to_vec();
    for (to, shades) in [(INK, SHADES[0]), (colour, SHADES[1])] {
        for shade in 1..=shades {
            palette.extend(PAPER.iter().zip(to).map(|(&from, to)| mixed(from, to, shade, shades)));
        }
    }
    let shade = |cover: u8, of: u8| ((u16::from(cover) * u16::from(of) + 127) / 255) as u8;
    let index =
        |(&ink, &accent): (&u8, &u8)| match (shade(ink, SHADES[0]), shade(accent, SHADES[1])) {
            (0, 0) => 0,
            (0, shade) => SHADES[0] + shade,
            (shade, _) => shade,
        };
    let mut packed = Vec::with_capacity(ink.data().len() / 2);
    for (ink, accent) in ink.data().chunks(PIECE).zip(accent.data().chunks(PIECE)) {
        // Most of a card is bare paper.
        if ink == [0; PIECE] && accent == [0; PIECE] {
            packed.extend([0; PIECE / 2]);
            continue;
        }
        let pairs = ink.chunks(2).zip(accent.chunks(2));
        let byte = |(ink, accent): (&[u8], &[u8])| {
            ink.iter().zip(accent).map(index).fold(0, |byte, i| byte << 4 | i)
        };
        packed.extend(pairs.map(byte));
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_palette(palette);
    // A tenth larger than at the usual level, and compressed in half the time.
    encoder.set_deflate_compression(png::DeflateCompression::Level(4));
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&packed).ok()?;
    writer.finish().ok()?;
    Some(out)
}

fn mixed(from: u8, to: u8, shade: u8, of: u8) -> u8 {
    let (from, to) = (u16::from(from), u16::from(to));
    let (shade, of) = (u16::from(shade), u16::from(of));
    // Between two bytes.
    ((from * (of - shade) + to * shade) / of) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(headline: &str) -> Option<Vec<u8>> {
        let (section, name, accent) = ("World", "The Ledger", [0x8f, 0x1d, 0x1d]);
        draw(&Card { headline, section, name, rtl: false, accent })
    }

    #[test]
    fn a_card_has_the_size_that_networks_ask_for_and_is_drawn_alike_twice() {
        let one = card("The list that “nobody” had").unwrap();
        let picture = image::load_from_memory(&one).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), SIZE);
        assert!(one.len() < 40_000, "{}", one.len());
        assert_eq!(card("The list that “nobody” had").unwrap(), one);
        assert_ne!(card("The list that “somebody” had").unwrap(), one);
        // The accent at the head, ink in the headline's room, the margins empty.
        assert_eq!(picture.get_pixel(600, 4).0, [0x8f, 0x1d, 0x1d]);
        assert!((72..1128).any(|x| picture.get_pixel(x, 210).0 == INK));
        assert!((20..630).all(|y| picture.get_pixel(30, y).0 == PAPER));
        assert!((20..630).all(|y| picture.get_pixel(1170, y).0 == PAPER));
    }

    #[test]
    fn what_the_font_does_not_have_is_not_drawn() {
        for headline in [
            "Übermäßig Ćwierć",
            "Новости",
            "Νέα Ελλάδα",
            "Việt Nam",
            "50 € – «oui»",
            "القائمة",
            "“نفت” Harbour Works ذلك (2026)",
        ] {
            assert!(card(headline).is_some(), "{headline}");
        }
        for headline in ["名簿", "A list 名簿", "רשימה"] {
            assert!(card(headline).is_none(), "{headline}");
        }
    }

    /// A paper that is read from right to left has its lines at the right, and in them words of other scripts the right way round.
    #[test]
    fn arabic_begins_at_the_right_margin_and_latin_in_it_is_not_turned() {
        let rtl = |headline| {
            let (section, name, accent) = ("العالم", "دفتر الميناء", [0x8f, 0x1d, 0x1d]);
            draw(&Card { headline, section, name, rtl: true, accent }).unwrap()
        };
        let picture = image::load_from_memory(&rtl("القائمة")).unwrap().to_rgb8();
        let ink = |from: u32, to: u32| {
            let columns =
                (from..to).filter(|x| (140..500).any(|y| picture.get_pixel(*x, y).0 == INK));
            columns.count()
        };
        assert!(ink(1000, 1128) > 40 && ink(72, 400) == 0, "{} {}", ink(1000, 1128), ink(72, 400));
        let faces = FACES.as_ref().unwrap();
        let joined = faces.shape("لا", true).unwrap().width;
        let apart = faces.shape("ل\u{200c}ا", true).unwrap().width;
        assert!(joined < apart * 0.9, "a ligature: {joined} {apart}");
        // The same letters in either direction of the line, but not in either order.
        let path = |text, rtl| format!("{:?}", faces.shape(text, rtl).unwrap().path);
        assert_eq!(path("Harbour Works", true), path("Harbour Works", false));
        assert_ne!(path("نفت Harbour Works", true), path("نفت Harbour Works", false));
    }

    #[test]
    fn long_headlines_shrink_and_endless_ones_are_not_drawn() {
        let words = |count| "seven readers ".repeat(count);
        assert!(card(&words(1)).is_some() && card(&words(14)).is_some());
        assert!(card(&words(60)).is_none() && card(&"w".repeat(200)).is_none());
    }
}
