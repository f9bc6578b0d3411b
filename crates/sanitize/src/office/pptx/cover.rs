//! Texts under filled boxes: what somebody meant to black out.

use super::super::xml::Node;
use crate::{Context, Kind};

/// Left, top, right, bottom, in English Metric Units.
pub(super) type Frame = (i64, i64, i64, i64);

/// Takes out the shapes with text that lie wholly under a box that lets nothing through, unless the person keeps them.
///
/// Only what is plain to see counts: an upright rectangle filled with one opaque colour, later in the order of drawing, around all
/// of the shape's own frame. What is only half covered stays, for people to look at.
pub(super) fn uncover(tree: &mut Node, place: &str, cx: &mut Context<'_>) {
    const WHAT: &str = "a text under a filled box";
    let keep = cx.keeps(Kind::CoveredText);
    let boxes: Vec<(usize, Frame)> = tree
        .nodes()
        .enumerate()
        .filter(|(_, shape)| shape.name == "p:sp" && opaque(shape))
        .filter_map(|(at, shape)| Some((at, frame(shape)?)))
        .collect();
    let mut at = 0;
    tree.retain(|shape| {
        let under = shape.name == "p:sp"
            && !shape.child("p:txBody").map(Node::text).unwrap_or_default().trim().is_empty()
            && frame(shape).is_some_and(|inner| {
                boxes.iter().any(|(later, outer)| *later > at && within(inner, *outer))
            });
        at += 1;
        match (under, keep) {
            (true, true) => cx.kept(Kind::CoveredText, place, WHAT),
            (true, false) => cx.removed(Kind::CoveredText, place, WHAT),
            (false, _) => {}
        }
        !under || keep
    });
}

fn opaque(shape: &Node) -> bool {
    let Some(look) = shape.child("p:spPr") else { return false };
    look.val("a:prstGeom", "prst") == Some("rect")
        && look.child("a:solidFill").is_some_and(|fill| {
            fill.nodes().next().is_some_and(|colour| colour.child("a:alpha").is_none())
        })
}

/// Where an upright shape stands.
pub(super) fn frame(shape: &Node) -> Option<Frame> {
    let frame = ["p:spPr", "p:grpSpPr"]
        .iter()
        .find_map(|look| shape.at(&[look, "a:xfrm"]))
        .or_else(|| shape.child("p:xfrm"))
        .filter(|frame| frame.attr("rot").is_none())?;
    let number = |child: &str, attr: &str| frame.val(child, attr)?.parse::<i64>().ok();
    let (x, y) = (number("a:off", "x")?, number("a:off", "y")?);
    let (width, height) = (number("a:ext", "cx")?, number("a:ext", "cy")?);
    Some((x, y, x.saturating_add(width), y.saturating_add(height)))
}

fn within(inner: Frame, outer: Frame) -> bool {
    inner.0 >= outer.0 && inner.1 >= outer.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}
