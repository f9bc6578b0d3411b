//! Shapes, and whether the page shows them.

use super::super::xml::Node;
use super::lengths::points;
use crate::Format;

/// Elements that are drawn on a page (OpenDocument 1.3 part 3, 10.3 and 10.4).
pub(super) fn is_shape(name: &str) -> bool {
    matches!(
        name,
        "draw:frame"
            | "draw:custom-shape"
            | "draw:g"
            | "draw:line"
            | "draw:rect"
            | "draw:circle"
            | "draw:ellipse"
            | "draw:polygon"
            | "draw:polyline"
            | "draw:path"
            | "draw:connector"
            | "draw:caption"
            | "draw:measure"
            | "draw:regular-polygon"
    )
}

/// Whether no point of a shape is on the page.
pub(super) fn outside(node: &Node, (width, height): (f64, f64), format: Format) -> bool {
    let length = |name: &str| node.attr(name).and_then(points);
    let (moved, turned) = node.attr("draw:transform").map_or((None, false), |t| (moved(t), true));
    let ends = ["svg:x1", "svg:x2", "svg:y1", "svg:y2"].map(length);
    let (x, y, w, h) = match (moved, ends) {
        (Some((x, y)), _) => {
            (x, y, length("svg:width").unwrap_or(0.0), length("svg:height").unwrap_or(0.0))
        }
        (None, [Some(x1), Some(x2), Some(y1), Some(y2)]) => {
            (x1.min(x2), y1.min(y2), (x2 - x1).abs(), (y2 - y1).abs())
        }
        _ => match (length("svg:x"), length("svg:y")) {
            (None, None) => return false,
            (x, y) => (
                x.unwrap_or(0.0),
                y.unwrap_or(0.0),
                length("svg:width").unwrap_or(0.0),
                length("svg:height").unwrap_or(0.0),
            ),
        },
    };
    // A turned shape reaches as far as both its sides together, whichever way it is turned.
    let reach = if turned { w + h } else { 0.0 };
    // Only a place that counts from the page's corner is known; others begin somewhere on the page.
    let exact = format == Format::Odp || node.attr("text:anchor-type") == Some("page");
    let (left, top) = if exact || format == Format::Ods { (0.0, 0.0) } else { (-width, -height) };
    let after = format != Format::Ods && (x - reach >= width || y - reach >= height);
    x + w + reach <= left || y + h + reach <= top || after
}

/// Where a transform moves its shape to.
fn moved(transform: &str) -> Option<(f64, f64)> {
    let (_, rest) = transform.rsplit_once("translate")?;
    let inside = rest.trim_start().strip_prefix('(')?.split_once(')')?.0;
    let mut lengths = inside.split([' ', ',']).filter(|word| !word.is_empty()).map(points);
    Some((lengths.next()??, lengths.next().flatten().unwrap_or(0.0)))
}
