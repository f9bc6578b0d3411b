//! The little of VML that old texts show: pictures, text boxes, plain shapes.

use super::xml::Node;

/// Properties of a shape's style, and the words that may be their values.
const PROPERTIES: [&str; 30] = [
    "position",
    "left",
    "top",
    "width",
    "height",
    "margin-left",
    "margin-top",
    "margin-right",
    "margin-bottom",
    "z-index",
    "rotation",
    "flip",
    "text-align",
    "v-text-anchor",
    "mso-fit-shape-to-text",
    "layout-flow",
    "mso-layout-flow-alt",
    "mso-position-horizontal",
    "mso-position-horizontal-relative",
    "mso-position-vertical",
    "mso-position-vertical-relative",
    "mso-wrap-style",
    "mso-wrap-edited",
    "mso-wrap-distance-left",
    "mso-wrap-distance-top",
    "mso-wrap-distance-right",
    "mso-wrap-distance-bottom",
    "mso-width-percent",
    "mso-height-percent",
    "mso-width-relative",
];
const WORDS: [&str; 34] = [
    "absolute",
    "relative",
    "static",
    "x",
    "y",
    "left",
    "right",
    "center",
    "top",
    "middle",
    "bottom",
    "inside",
    "outside",
    "margin",
    "page",
    "text",
    "char",
    "line",
    "square",
    "none",
    "t",
    "f",
    "true",
    "false",
    "auto",
    "vertical",
    "horizontal",
    "top-to-bottom",
    "bottom-to-top",
    "column",
    "justify",
    "vertical-ideographic",
    "page-margin",
    "x y",
];

/// The style without what is not about place and size.
pub(super) fn style(value: &str) -> String {
    let mut kept = Vec::new();
    for one in value.split(';') {
        let Some((property, value)) = one.split_once(':') else { continue };
        let (property, value) = (property.trim().to_ascii_lowercase(), value.trim());
        if PROPERTIES.contains(&property.as_str()) && (WORDS.contains(&value) || length(value)) {
            kept.push(format!("{property}:{value}"));
        }
    }
    kept.join(";")
}

/// Whether a style is as [`style`] makes them.
pub(super) fn style_fits(value: &str) -> bool {
    style(value) == value
}

/// A length of a style in English metric units (914,400 to the inch).
pub(super) fn emu(style: &str, property: &str) -> Option<i64> {
    let value = style.split(';').find_map(|one| {
        let (name, value) = one.split_once(':')?;
        (name.trim() == property).then(|| value.trim())
    })?;
    let (number, unit) = split(value);
    let per = match unit {
        "pt" | "" => 12_700.0,
        "in" => 914_400.0,
        "cm" => 360_000.0,
        "mm" => 36_000.0,
        "px" => 9_525.0,
        _ => return None,
    };
    let number = number.parse::<f64>().ok().filter(|n| n.is_finite() && n.abs() < 1e5)?;
    // In range: at most 1e5 × 914,400.
    #[allow(clippy::cast_possible_truncation)]
    Some((number * per) as i64)
}

/// Makes a shape one that needs no definition elsewhere. False if it shows nothing that we can rebuild.
pub(super) fn plain(shape: &mut Node) -> bool {
    if let Some(old) = shape.take("style") {
        if old.replace(' ', "").contains("visibility:hidden") {
            return false;
        }
        shape.set("style", style(&old));
    }
    match shape.name {
        "v:shape" if shape.child("v:textbox").is_some() => shape.name = "v:rect",
        "v:shape" => return false,
        "v:group" => {
            let mut kept = std::mem::take(&mut shape.items);
            kept.retain_mut(|item| match item {
                super::xml::Item::Node(node) => !node.name.starts_with("v:") || plain(node),
                super::xml::Item::Text(_) => false,
            });
            shape.items = kept;
        }
        _ => {}
    }
    if let Some(frame) = shape.child_mut("v:textbox")
        && let Some(old) = frame.take("style")
    {
        frame.set("style", style(&old));
    }
    true
}

fn length(value: &str) -> bool {
    let (number, unit) = split(value);
    matches!(unit, "" | "pt" | "in" | "cm" | "mm" | "px" | "%" | "fd" | "f")
        && number.len() <= 14
        && number.parse::<f64>().is_ok_and(f64::is_finite)
}

fn split(value: &str) -> (&str, &str) {
    let end = value.find(|c: char| !matches!(c, '0'..='9' | '.' | '-')).unwrap_or(value.len());
    value.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_keeps_place_and_size_only() {
        let old = "position:absolute;width:10pt;mso-secret:MARKER;left:MARKER; height : 2in ";
        assert_eq!(style(old), "position:absolute;width:10pt;height:2in");
        assert!(style_fits("position:absolute;width:10pt"));
        assert!(!style_fits(old));
        assert_eq!(emu("width:72pt", "width"), Some(914_400));
    }
}
