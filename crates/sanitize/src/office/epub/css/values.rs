//! The properties that decide how a page looks, and their values: numbers, colours, words of the standard.

use super::super::super::model;

/// The value as it is written, if property and value are known; fonts become common ones.
pub(super) fn allowed(name: &str, value: &str) -> Option<String> {
    if name == "font-family" {
        let known = value.split(',').find_map(|one| {
            let one = one.trim().trim_matches(['"', '\'']);
            model::font(one).filter(|known| !known.is_empty())
        })?;
        return Some(if known.contains(' ') { format!("'{known}'") } else { known.to_owned() });
    }
    let known = PROPERTIES.contains(&name)
        || ["margin", "padding"].iter().any(|stem| name == *stem || sided(name, stem, ""))
        || name == "border"
        || ["", "-width", "-style", "-color"]
            .iter()
            .any(|end| sided(name, "border", end) || name.strip_prefix("border") == Some(end));
    let known = known && (name, value) != ("display", "none");
    let value = value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    (known && !value.is_empty() && value.len() <= 120 && words(&value)).then_some(value)
}

/// `margin-left`, `border-left-style`.
fn sided(name: &str, stem: &str, end: &str) -> bool {
    let side = name
        .strip_prefix(stem)
        .and_then(|rest| rest.strip_prefix('-'))
        .and_then(|rest| rest.strip_suffix(end));
    side.is_some_and(|side| matches!(side, "left" | "right" | "top" | "bottom"))
}

fn words(value: &str) -> bool {
    let colours = value.replace("rgb(", " ").replace("rgba(", " ");
    let spaced = colours.replace([',', ')', '/'], " ");
    spaced.split_ascii_whitespace().all(|word| {
        WORDS.contains(&word)
            || COLOURS.iter().any(|(name, _)| *name == word)
            || hex(word).is_some()
            || number(word).is_some()
    })
}

/// A number and its unit.
fn number(word: &str) -> Option<(f64, &str)> {
    let end = word.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(word.len());
    let (number, unit) = word.split_at_checked(end)?;
    let known = matches!(
        unit,
        "" | "px"
            | "em"
            | "rem"
            | "ex"
            | "ch"
            | "pt"
            | "pc"
            | "cm"
            | "mm"
            | "in"
            | "%"
            | "vw"
            | "vh"
    );
    let number = number.parse::<f64>().ok().filter(|number| number.is_finite())?;
    (known && word.len() <= 16).then_some((number, unit))
}

/// A length in CSS pixels; `size` is the font's.
pub(in super::super) fn pixels(value: &str, size: f64) -> Option<f64> {
    let (number, unit) = number(value)?;
    Some(match unit {
        "" | "px" => number,
        "em" => number * size,
        "%" => number * size / 100.0,
        "rem" => number * 16.0,
        "pt" => number * 4.0 / 3.0,
        "pc" => number * 16.0,
        "in" => number * 96.0,
        "cm" => number * 96.0 / 2.54,
        "mm" => number * 9.6 / 2.54,
        _ => return None,
    })
}

fn hex(word: &str) -> Option<u32> {
    let digits = word.strip_prefix('#').filter(|digits| matches!(digits.len(), 3 | 6))?;
    let long = if digits.len() == 3 {
        digits.chars().flat_map(|c| [c, c]).collect()
    } else {
        digits.to_owned()
    };
    u32::from_str_radix(&long, 16).ok()
}

/// A colour as a number.
pub(in super::super) fn rgb(value: &str) -> Option<u32> {
    if let Some((_, rgb)) = COLOURS.iter().find(|(name, _)| *name == value) {
        return Some(*rgb);
    }
    if let Some(inner) = value.strip_prefix("rgb(").or_else(|| value.strip_prefix("rgba(")) {
        let mut parts =
            inner.trim_end_matches(')').split([',', ' ']).filter(|part| !part.is_empty());
        let mut next = || parts.next()?.trim().parse::<u8>().ok().map(u32::from);
        return Some(next()? << 16 | next()? << 8 | next()?);
    }
    hex(value)
}

/// The colour in a shorthand such as `url(x) #ff0 repeat`.
pub(in super::super) fn colour_in(value: &str) -> Option<&str> {
    let start = value.find("rgb");
    let function = start.and_then(|at| {
        let rest = value.get(at..)?;
        rest.get(..rest.find(')')? + 1)
    });
    function
        .or_else(|| value.split_ascii_whitespace().find(|word| rgb(word).is_some()))
        .filter(|colour| allowed("background-color", colour).as_deref() == Some(*colour))
}

/// So near to white that nobody reads it on paper, or without any ink.
pub(in super::super) fn pale(value: &str) -> bool {
    value == "transparent"
        || rgb(value).is_some_and(|rgb| rgb.to_be_bytes().iter().skip(1).all(|c| *c >= 0xf8))
}

/// Whether a background has a colour, or may have one.
pub(in super::super) fn coloured(value: &str) -> bool {
    !matches!(value, "" | "none" | "transparent" | "inherit" | "initial") && !pale(value)
}

const PROPERTIES: &[&str] = &[
    "text-align",
    "text-align-last",
    "text-indent",
    "text-decoration",
    "text-decoration-line",
    "text-transform",
    "font-style",
    "font-weight",
    "font-variant",
    "font-size",
    "line-height",
    "letter-spacing",
    "word-spacing",
    "color",
    "background-color",
    "width",
    "height",
    "max-width",
    "max-height",
    "min-width",
    "min-height",
    "float",
    "clear",
    "vertical-align",
    "white-space",
    "list-style-type",
    "list-style-position",
    "list-style",
    "page-break-before",
    "page-break-after",
    "page-break-inside",
    "break-before",
    "break-after",
    "break-inside",
    "display",
    "border-collapse",
    "border-spacing",
    "caption-side",
    "direction",
    "unicode-bidi",
    "writing-mode",
    "-epub-writing-mode",
    "hyphens",
    "-epub-hyphens",
    "orphans",
    "widows",
    "text-orientation",
    "border-radius",
];

const WORDS: &[&str] = &[
    "left",
    "right",
    "center",
    "justify",
    "start",
    "end",
    "auto",
    "inherit",
    "normal",
    "none",
    "initial",
    "italic",
    "oblique",
    "bold",
    "bolder",
    "lighter",
    "small-caps",
    "underline",
    "overline",
    "line-through",
    "uppercase",
    "lowercase",
    "capitalize",
    "xx-small",
    "x-small",
    "small",
    "medium",
    "large",
    "x-large",
    "xx-large",
    "smaller",
    "larger",
    "both",
    "baseline",
    "sub",
    "super",
    "top",
    "text-top",
    "middle",
    "bottom",
    "text-bottom",
    "nowrap",
    "pre",
    "pre-wrap",
    "pre-line",
    "disc",
    "circle",
    "square",
    "decimal",
    "decimal-leading-zero",
    "lower-roman",
    "upper-roman",
    "lower-alpha",
    "upper-alpha",
    "lower-latin",
    "upper-latin",
    "lower-greek",
    "inside",
    "outside",
    "always",
    "avoid",
    "page",
    "block",
    "inline",
    "inline-block",
    "list-item",
    "table",
    "table-row",
    "table-cell",
    "table-caption",
    "table-row-group",
    "table-header-group",
    "table-footer-group",
    "collapse",
    "separate",
    "ltr",
    "rtl",
    "embed",
    "isolate",
    "bidi-override",
    "horizontal-tb",
    "vertical-rl",
    "vertical-lr",
    "manual",
    "solid",
    "dotted",
    "dashed",
    "double",
    "groove",
    "ridge",
    "inset",
    "outset",
    "thin",
    "thick",
    "hidden",
    "transparent",
    "mixed",
    "upright",
    "sideways",
    "fit-content",
    "min-content",
    "max-content",
    "currentcolor",
];

const COLOURS: &[(&str, u32)] = &[
    ("black", 0),
    ("silver", 0xc0_c0c0),
    ("gray", 0x80_8080),
    ("grey", 0x80_8080),
    ("white", 0xff_ffff),
    ("maroon", 0x80_0000),
    ("red", 0xff_0000),
    ("purple", 0x80_0080),
    ("fuchsia", 0xff_00ff),
    ("green", 0x00_8000),
    ("lime", 0x00_ff00),
    ("olive", 0x80_8000),
    ("yellow", 0xff_ff00),
    ("navy", 0x00_0080),
    ("blue", 0x00_00ff),
    ("teal", 0x00_8080),
    ("aqua", 0x00_ffff),
    ("orange", 0xff_a500),
    ("brown", 0xa5_2a2a),
    ("darkgray", 0xa9_a9a9),
    ("lightgray", 0xd3_d3d3),
    ("darkred", 0x8b_0000),
    ("darkblue", 0x00_008b),
    ("darkgreen", 0x00_6400),
    ("dimgray", 0x69_6969),
    ("whitesmoke", 0xf5_f5f5),
    ("ivory", 0xff_fff0),
    ("snow", 0xff_fafa),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_pass_and_others_do_not() {
        for (name, value) in [
            ("margin", "0 auto"),
            ("margin-left", "1.5em"),
            ("border-top-style", "solid"),
            ("border-color", "#fff"),
            ("color", "rgb(1, 2, 3)"),
            ("text-align", "center"),
            ("border", "1px solid #000000"),
        ] {
            assert!(allowed(name, value).is_some(), "{name}: {value}");
        }
        for (name, value) in [
            ("margin", "marker"),
            ("content", "'marker'"),
            ("background-image", "url(x)"),
            ("color", "url(x)"),
            ("--marker", "0"),
            ("display", "none!"),
            ("margin-marker", "0"),
            ("color", "#zq1234"),
            ("width", "nan"),
        ] {
            assert!(allowed(name, value).is_none(), "{name}: {value}");
        }
        assert_eq!(
            allowed("font-family", "\"House Sans\", Georgia, serif").as_deref(),
            Some("Georgia")
        );
        assert_eq!(allowed("font-family", "'House Sans'"), None);
        assert_eq!(colour_in("url(x.png) #ff0 repeat-x"), Some("#ff0"));
        assert_eq!(colour_in("rgb(1,2,3) none"), Some("rgb(1,2,3)"));
        assert_eq!(colour_in("url(x.png)"), None);
    }

    #[test]
    fn white_in_each_way_of_writing_is_pale() {
        for white in
            ["white", "#fff", "#FEFEFE", "rgb(255,255,255)", "rgb(250 251 252)", "transparent"]
        {
            assert!(pale(white), "{white}");
        }
        assert!(!pale("#eee") && !pale("red") && !coloured("white") && coloured("#eee"));
    }
}
