//! The types of values that are no enumerations.

use super::{fonts, opendocument as open, styles};

/// A type of value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Simple {
    /// A switch.
    Bool,
    /// A whole number of at most twelve digits.
    Int,
    /// A number, with a unit or a percent sign.
    Number,
    /// A colour.
    Colour,
    /// At most four hexadecimal digits.
    Hex,
    /// Names and formulas of a shape's guides.
    Guide,
    /// Cells: `A1`, `$A$1:B2 C3`.
    Cells,
    /// A relationship: `rId` and a number.
    Relation,
    /// A font that many people have.
    Font,
    /// Text that is shown.
    Text,
    /// Alternative text, if it is kept.
    Alt,
    /// A name that we gave, or one that the programs themselves give.
    Neutral,
    /// What a cell holds: a number or an error.
    Cell,
    /// One character, or two for what takes two.
    Char,
    /// An identifier that we gave, or the one of a built-in table style.
    Guid,
    /// A formula of a conditional format.
    Condition,
    /// A list of presentation properties in CSS.
    Style,
    /// Numbers with commas.
    Numbers,
    /// A type of OpenDocument.
    Open(fn(&str) -> bool),
    /// A part's name, a content type or a relationship's type, as we write them.
    Part,
}

impl Simple {
    /// By its code in the tables.
    pub(super) fn of(code: &str) -> Option<Self> {
        Some(match code {
            "b" => Self::Bool,
            "i" => Self::Int,
            "n" => Self::Number,
            "c" => Self::Colour,
            "h" => Self::Hex,
            "g" => Self::Guide,
            "x" => Self::Cells,
            "r" => Self::Relation,
            "f" => Self::Font,
            "t" => Self::Text,
            "alt" => Self::Alt,
            "u" => Self::Neutral,
            "v" => Self::Cell,
            "1" => Self::Char,
            "guid" => Self::Guid,
            "cf" => Self::Condition,
            "s" => Self::Style,
            "q" => Self::Numbers,
            "p" => Self::Part,
            "y" => Self::Open(open::style),
            "k" => Self::Open(open::measures),
            "mc" => Self::Open(open::condition),
            "w" => Self::Open(open::short_text),
            "l" => Self::Open(open::code),
            "ra" => Self::Open(open::ranges),
            "m" => Self::Open(open::picture),
            "d" => Self::Open(open::date),
            "dur" => Self::Open(open::duration),
            "eh" => Self::Open(open::place_in_book),
            "st" => Self::Open(open::shape),
            _ => return None,
        })
    }

    /// Whether a value is of this type.
    pub(super) fn fits(self, value: &str, alt: bool) -> bool {
        match self {
            Self::Bool => {
                matches!(value, "0" | "1" | "true" | "false" | "on" | "off" | "t" | "f")
            }
            Self::Int => int(value),
            Self::Number => number(value),
            Self::Colour => colour(value),
            Self::Hex => digits(value, 4, |c| c.is_ascii_hexdigit()),
            Self::Guide => value.split(' ').all(guide),
            Self::Cells => value.split(' ').all(|area| area.split(':').all(cell)),
            Self::Relation => {
                value.strip_prefix("rId").is_some_and(|n| digits(n, 6, |c| c.is_ascii_digit()))
            }
            Self::Font => fonts::font(value).is_some(),
            Self::Text => true,
            Self::Alt => alt,
            Self::Neutral => neutral(value),
            Self::Cell => number(value) || value.starts_with('#') && ERRORS.contains(&value),
            Self::Char => value.chars().count() <= 2,
            Self::Guid => value.starts_with("{00000000-0000-") || TABLE_STYLES.contains(&value),
            Self::Condition => super::super::condition::fits(value),
            Self::Style => super::super::vml::style_fits(value),
            Self::Numbers => value.split(',').all(|one| one.is_empty() || number(one)),
            Self::Open(fits) => fits(value),
            Self::Part => value.len() < 160 && value.chars().all(|c| c.is_ascii_graphic()),
        }
    }
}

const ERRORS: [&str; 9] =
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"];

/// The table styles that PowerPoint has without being told, by [MS-OE376] 2.1.1254 and their use in its files: no
/// style, themed, light, medium and dark in the plain variant.
const TABLE_STYLES: [&str; 11] = [
    "{2D5ABB26-0587-4C30-8999-92F81FD0307C}",
    "{5940675A-B579-460E-94D1-54222C63F5DA}",
    "{3C2FFA5D-87B4-456A-9821-1D502468CF0F}",
    "{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}",
    "{073A0DAA-6AF3-43AB-8588-CEC1D06C72B9}",
    "{21E4AEA4-8DFA-4A89-87EB-49C32662AFE0}",
    "{F5AB1C69-6EDB-4FF4-983F-18BD219EF322}",
    "{00A15C55-8517-42AA-B614-E9B94910E393}",
    "{7DF18680-E054-41AD-8BC1-D1AEF772440D}",
    "{93296810-A885-4BE3-A3E7-6D5BEEA58F35}",
    "{69012ECD-51FC-41F1-AA8D-1B2483CD663E}",
];

/// The words that our names begin with.
const NEUTRAL: [&str; 35] = [
    "TableStyleLight",
    "TableStyleMedium",
    "TableStyleDark",
    "s",
    "b",
    "c",
    "d",
    "f",
    "g",
    "i",
    "l",
    "m",
    "n",
    "p",
    "t",
    "Picture",
    "Shape",
    "Table",
    "Style",
    "Chart",
    "Group",
    "Text",
    "Sheet",
    "Author",
    "Slide",
    "Item",
    "Line",
    "Object",
    "Theme",
    "Column",
    "P",
    "T",
    "L",
    "R",
    "A",
];

/// Whether this is the identifier of a table style that PowerPoint has without being told.
pub(crate) fn table_style(value: &str) -> bool {
    TABLE_STYLES.contains(&value)
}

fn neutral(value: &str) -> bool {
    let word = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let count = value.len() - word.len();
    let word = word.strip_suffix(' ').unwrap_or(word);
    value.is_empty()
        || count <= 7 && NEUTRAL.contains(&word) && (count > 0 || word.len() > 1)
        || styles::built_in(value).is_some()
}

fn digits(value: &str, most: usize, digit: impl Fn(char) -> bool) -> bool {
    !value.is_empty() && value.len() <= most && value.chars().all(digit)
}

fn int(value: &str) -> bool {
    digits(value.strip_prefix(['-', '+']).unwrap_or(value), 12, |c| c.is_ascii_digit())
}

/// A decimal number in any of the ways the schemas write one, with a unit of theirs.
pub(super) fn number(value: &str) -> bool {
    const UNITS: [&str; 14] =
        ["", "%", "pt", "in", "cm", "mm", "pc", "pi", "px", "em", "f", "fd", "deg", "emu"];
    let end = value
        .find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+' | 'E' | 'e'))
        // "em" begins with a letter of numbers.
        .or_else(|| value.ends_with("em").then(|| value.len() - 2))
        .unwrap_or(value.len());
    let (mut digits, mut unit) = value.split_at(end);
    if unit == "m" && digits.ends_with('e') {
        (digits, unit) = value.split_at(end - 1);
    }
    value.len() <= 30 && UNITS.contains(&unit) && digits.parse::<f64>().is_ok_and(f64::is_finite)
}

fn colour(value: &str) -> bool {
    const NAMES: [&str; 22] = [
        "auto",
        "none",
        "transparent",
        "black",
        "silver",
        "gray",
        "white",
        "maroon",
        "red",
        "purple",
        "fuchsia",
        "green",
        "lime",
        "olive",
        "yellow",
        "navy",
        "blue",
        "teal",
        "aqua",
        "window",
        "windowText",
        "currentColor",
    ];
    let hex = value.strip_prefix('#').unwrap_or(value);
    // VML follows a colour with the number it had in a palette.
    let hex = hex.split_once(" [").map_or(hex, |(hex, rest)| {
        if rest.trim_end_matches(']').parse::<u16>().is_ok() { hex } else { "" }
    });
    matches!(hex.len(), 3 | 4 | 6 | 8) && hex.chars().all(|c| c.is_ascii_hexdigit())
        || NAMES.contains(&hex)
}

/// A word of a guide: a number, an operator, a name of the preset shapes, or a short name of a drawn one.
fn guide(word: &str) -> bool {
    const NAMES: [&str; 24] = [
        "*/",
        "+-",
        "+/",
        "?:",
        "abs",
        "at2",
        "cat2",
        "cos",
        "max",
        "min",
        "mod",
        "pin",
        "sat2",
        "sin",
        "sqrt",
        "tan",
        "val",
        "textAreaLeft",
        "textAreaRight",
        "textAreaTop",
        "textAreaBottom",
        "3cd4",
        "3cd8",
        "5cd8",
    ];
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let count = word.len() - letters.len();
    int(word)
        || NAMES.contains(&word)
        || word == "7cd8"
        || count <= 5
            && (letters.len() <= 3 && letters.chars().all(|c| c.is_ascii_alphabetic())
                || matches!(letters, "connsiteX" | "connsiteY"))
            && !word.is_empty()
        || matches!(word, "wd2" | "hd2" | "ssd2")
}

/// `A1`, `$A$1`, `A`, `1`.
pub(super) fn cell(value: &str) -> bool {
    let value = value.strip_prefix('$').unwrap_or(value);
    let letters = value.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let count = value.len() - letters.len();
    let row = letters.strip_prefix('$').unwrap_or(letters);
    count <= 3 && !value.is_empty() && row.len() <= 7 && row.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_takes_its_own_and_no_words() {
        let good = [
            (Simple::Int, "-12"),
            (Simple::Number, "12.5pt"),
            (Simple::Number, "1.5em"),
            (Simple::Number, "1e-3"),
            (Simple::Number, "50%"),
            (Simple::Colour, "FF00AA"),
            (Simple::Colour, "#4472c4 [3204]"),
            (Simple::Guide, "*/ h 1 2"),
            (Simple::Guide, "adj1"),
            (Simple::Cells, "$A$1:B2 C3"),
            (Simple::Relation, "rId7"),
            (Simple::Neutral, "Picture 3"),
            (Simple::Neutral, "heading 1"),
            (Simple::Cell, "#DIV/0!"),
            (Simple::Cell, "3.25E-7"),
        ];
        for (kind, value) in good {
            assert!(kind.fits(value, false), "{kind:?} {value}");
            for word in ["MARKER-17", "x9f3marker", "Ann Smith", "inf", "nan"] {
                // Three letters can be a guide's name.
                let short = matches!(kind, Simple::Guide) && word.len() == 3;
                assert!(short || !kind.fits(word, false), "{kind:?} {word}");
            }
        }
        assert!(!Simple::Alt.fits("a picture", false));
        assert!(Simple::Alt.fits("a picture", true));
    }
}
