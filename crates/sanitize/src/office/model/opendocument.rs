//! The types of values of OpenDocument that are no enumerations.

use super::values::{cell, number};

/// The name of a style: one that we gave, or the few that programs know by name.
pub(super) fn style(value: &str) -> bool {
    let (value, part) = value.split_once('-').unwrap_or((value, "title"));
    let digits = value.trim_start_matches(|c: char| c.is_ascii_lowercase());
    PARTS.contains(&part)
        && (matches!(value, "Standard" | "standard" | "Default")
            || value.len() - digits.len() == 1
                && (1..=7).contains(&digits.len())
                && digits.chars().all(|c| c.is_ascii_digit()))
}

/// What a master page styles; programs know its styles by the master's name, a hyphen and one of these.
pub(crate) const PARTS: [&str; 14] = [
    "title",
    "subtitle",
    "background",
    "backgroundobjects",
    "notes",
    "outline1",
    "outline2",
    "outline3",
    "outline4",
    "outline5",
    "outline6",
    "outline7",
    "outline8",
    "outline9",
];

/// Numbers, units, colours, commands of paths, formulas of shapes, kinds of lines: words of lists of the standard only.
pub(super) fn measures(value: &str) -> bool {
    words(value, MEASURES, " \t\n\r.,+-*/()%")
}

/// What a conditional style asks of a number.
pub(super) fn condition(value: &str) -> bool {
    const WORDS: &[&str] = &["cell", "content", "is", "not", "between", "value"];
    value.len() <= 120 && words(value, WORDS, " .,+-()<>=!")
}

/// Prefixes, suffixes, signs and short texts of number formats, which are shown.
pub(super) fn short_text(value: &str) -> bool {
    value.chars().count() <= 60
}

/// The code of a language, a country or a currency.
pub(super) fn code(value: &str) -> bool {
    (2..=3).contains(&value.len()) && value.chars().all(|c| c.is_ascii_alphabetic())
        || value.is_empty()
}

/// A range of cells of the sheet itself: `.A1:.C7`.
pub(super) fn ranges(value: &str) -> bool {
    value.split(' ').all(|area| area.split(':').all(|one| one.strip_prefix('.').is_some_and(cell)))
}

/// A picture of the package, as we name them.
pub(super) fn picture(value: &str) -> bool {
    let Some((number, extension)) =
        value.strip_prefix("Pictures/image").and_then(|rest| rest.split_once('.'))
    else {
        return false;
    };
    (1..=7).contains(&number.len())
        && number.chars().all(|c| c.is_ascii_digit())
        && matches!(extension, "png" | "jpg" | "gif" | "tif" | "webp" | "svg")
}

/// A part of a book, as we name them, and a place in it.
pub(super) fn place_in_book(value: &str) -> bool {
    let number =
        |text: &str| (1..=7).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit());
    let (name, place) = value.split_once('#').unwrap_or((value, "b1"));
    let fixed = ["style.css", "nav.xhtml", "package.opf", "OEBPS/package.opf"];
    let part = match name.split_once('.') {
        Some((stem, "xhtml")) => stem.strip_prefix("chapter").is_some_and(number),
        Some((stem, "png" | "jpg" | "gif" | "tif" | "webp" | "svg")) => {
            stem.strip_prefix("image").is_some_and(number)
        }
        _ => false,
    };
    (part || fixed.contains(&name)) && place.strip_prefix('b').is_some_and(number)
}

/// A date, with a time or without.
pub(crate) fn date(value: &str) -> bool {
    value.len() <= 30 && value.len() >= 8 && value.chars().all(|c| "0123456789-:.TZ+".contains(c))
}

/// A length of time (XML Schema, `duration`).
pub(crate) fn duration(value: &str) -> bool {
    value.len() <= 30
        && value.trim_start_matches('-').starts_with('P')
        && value.chars().all(|c| "0123456789-.PTYMDHS".contains(c))
}

/// A preset shape; others are drawn by their path all the same.
pub(super) fn shape(value: &str) -> bool {
    SHAPES.contains(&value)
        || value
            .strip_prefix("mso-spt")
            .is_some_and(|n| n.len() <= 3 && number(n) && !n.contains(['-', '.', '+', 'e']))
}

/// Whether a value is made of such words, of numbers, colours, and single letters that stand between numbers.
fn words(value: &str, known: &[&str], marks: &str) -> bool {
    let mut rest = value;
    // Letters alone could spell a word.
    let mut alone = 0;
    while let Some(first) = rest.chars().next() {
        let (run, next): (&str, &str) = match first {
            '#' | '$' | '?' => {
                rest.split_at(1 + run(rest.get(1..).unwrap_or(""), |c| c.is_ascii_alphanumeric()))
            }
            c if c.is_ascii_digit() => rest.split_at(run(rest, |c| c.is_ascii_digit())),
            c if c.is_ascii_alphabetic() => rest.split_at(run(rest, |c| c.is_ascii_alphabetic())),
            c if marks.contains(c) => (" ", rest.get(1..).unwrap_or("")),
            _ => return false,
        };
        let numeric =
            |text: &str| (1..=18).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit());
        let fine = match first {
            '#' => run.len() == 7 && run.chars().skip(1).all(|c| c.is_ascii_hexdigit()),
            '$' => run.strip_prefix('$').is_some_and(numeric),
            '?' => run.strip_prefix("?f").is_some_and(numeric),
            c if c.is_ascii_digit() => {
                alone = 0;
                numeric(run)
            }
            c if c.is_ascii_alphabetic() => {
                alone += i32::from(run.len() == 1);
                run.len() == 1 && alone <= 3 || known.contains(&run)
            }
            _ => true,
        };
        if !fine {
            return false;
        }
        rest = next;
    }
    true
}

fn run(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.find(|c| !of(c)).unwrap_or(text.len())
}

const MEASURES: &[&str] = &[
    "cm",
    "mm",
    "in",
    "inch",
    "pt",
    "px",
    "pc",
    "deg",
    "rad",
    "grad",
    "em", // units
    "solid",
    "double",
    "none",
    "dashed",
    "dotted",
    "groove",
    "ridge",
    "inset",
    "outset",
    "hidden",
    "fine",
    "dash",
    "dot",
    "thin",
    "medium",
    "thick",
    "transparent", // lines
    "super",
    "sub",
    "rect",
    "auto",
    "normal", // positions
    "left",
    "top",
    "right",
    "bottom",
    "xstretch",
    "ystretch",
    "hasstroke",
    "hasfill",
    "width",
    "height",
    "logwidth",
    "logheight",
    "sin",
    "cos",
    "tan",
    "atan",
    "sqrt",
    "abs",
    "min",
    "max",
    "if",
    "pi", // formulas
    "translate",
    "rotate",
    "scale",
    "skewX",
    "skewY",
    "matrix", // transforms
    "horizontal",
    "vertical",
    "on",
    "odd",
    "even", // mirrors
    "headers",
    "grid",
    "annotations",
    "objects",
    "charts",
    "drawings",
    "formulas",
    "zero",
    "values", // what is printed
];

const SHAPES: &[&str] = &[
    "non-primitive",
    "rectangle",
    "round-rectangle",
    "ellipse",
    "isosceles-triangle",
    "right-triangle",
    "trapezoid",
    "parallelogram",
    "diamond",
    "pentagon",
    "hexagon",
    "octagon",
    "cross",
    "ring",
    "frame",
    "block-arc",
    "can",
    "cube",
    "paper",
    "smiley",
    "sun",
    "moon",
    "lightning",
    "heart",
    "cloud",
    "cloud-callout",
    "flower",
    "forbidden",
    "puzzle",
    "rectangular-callout",
    "round-rectangular-callout",
    "round-callout",
    "line-callout-1",
    "line-callout-2",
    "line-callout-3",
    "left-arrow",
    "right-arrow",
    "up-arrow",
    "down-arrow",
    "left-right-arrow",
    "up-down-arrow",
    "quad-arrow",
    "circular-arrow",
    "notched-right-arrow",
    "pentagon-right",
    "chevron",
    "star4",
    "star5",
    "star6",
    "star8",
    "star12",
    "star24",
    "bang",
    "vertical-scroll",
    "horizontal-scroll",
    "left-bracket",
    "right-bracket",
    "left-brace",
    "right-brace",
    "bracket-pair",
    "brace-pair",
    "quad-bevel",
    "flowchart-process",
    "flowchart-decision",
    "flowchart-data",
    "flowchart-document",
    "flowchart-terminator",
    "flowchart-connector",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_takes_its_own_and_no_words() {
        type Check = fn(&str) -> bool;
        let all: [(Check, &[&str]); 10] = [
            (style, &["s1", "m12", "Standard"]),
            (
                measures,
                &[
                    "0.06pt solid #000000",
                    "M 0 0 L ?f3 $12 Z N",
                    "rotate (0.5) translate (1cm 2.5cm)",
                    "super 58%",
                    "if(?f1,left,sqrt($0*2))",
                    "M12 3l-4 5c1 2 3 4 5 6z",
                    "0 0 21600 21600",
                ],
            ),
            (condition, &["cell-content()>=0", "value()<-1.5", "cell-content-is-between(1,2)"]),
            (code, &["en", "EUR", ""]),
            (ranges, &[".A1:.C7", ".$A$1 .B2"]),
            (place_in_book, &["chapter1.xhtml#b12", "image3.jpg", "style.css"]),
            (picture, &["Pictures/image1.png"]),
            (date, &["2020-01-31", "2020-01-31T23:59:59"]),
            (duration, &["PT01H02M03S"]),
            (shape, &["star5", "mso-spt202"]),
        ];
        for (check, good) in all {
            for value in good {
                assert!(check(value), "{value}");
            }
            for value in
                ["ZqMARKER", "Ann Smith", "s e c r e t", "path/../x", "élan", "../../x.png"]
            {
                assert!(!check(value), "{value} beside {good:?}");
            }
        }
    }
}
