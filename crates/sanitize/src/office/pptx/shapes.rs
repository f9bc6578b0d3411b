//! Shapes on slides: what is hidden, off the slide, or only there to edit.

use super::super::xml::{Item, Node};
use super::cover;
use crate::{Context, Kind};

/// Hundredths of a point; anything up to two points cannot be read.
const TINY: u32 = 200;
const SHAPES: [&str; 5] = ["p:sp", "p:pic", "p:grpSp", "p:graphicFrame", "p:cxnSp"];

#[derive(Default)]
struct Found {
    hidden: u64,
    outside: u64,
    tiny: u64,
    inkless: u64,
    covered: u64,
    objects: u64,
    media: u64,
    links: u64,
}

/// Drops what a slide does not show; `size` is the slide's, for what lies off it.
pub(super) fn settle(root: &mut Node, size: Option<(i64, i64)>, place: &str, cx: &mut Context<'_>) {
    let keep = cx.keeps(Kind::HiddenText);
    let mut found = Found::default();
    if let (Some(size), Some(tree)) =
        (size, root.child_mut("p:cSld").and_then(|n| n.child_mut("p:spTree")))
    {
        tree.retain(|shape| {
            let off = SHAPES.contains(&shape.name) && outside(shape, size);
            found.outside += u64::from(off);
            !off || keep
        });
    }
    if let Some(tree) = root.child_mut("p:cSld").and_then(|n| n.child_mut("p:spTree")) {
        cover::uncover(tree, place, cx);
    }
    walk(root, keep, &mut found);
    for (count, kind, hidden, what) in [
        (found.hidden, Kind::HiddenText, true, "shapes that are set to be hidden"),
        (found.outside, Kind::HiddenText, true, "shapes that lie off the slide"),
        (found.tiny, Kind::HiddenText, true, "text too small to read"),
        (
            found.inkless,
            Kind::HiddenText,
            true,
            "text without a colour, or of one that lets everything through",
        ),
        (found.covered, Kind::HiddenText, false, "cells under merged cells"),
        (found.objects, Kind::EmbeddedObjects, false, "embedded objects: their preview stays"),
        (
            found.links,
            Kind::ExternalReferences,
            false,
            "targets of links: their text and look stay",
        ),
        (found.media, Kind::EmbeddedObjects, false, "films and sounds: their picture stays"),
    ] {
        if count > 0 && hidden && keep {
            cx.kept(kind, place, what);
        } else if count > 0 {
            cx.removed(kind, place, what);
        }
    }
}

fn walk(node: &mut Node, keep: bool, found: &mut Found) {
    node.replace(|child| {
        if SHAPES.contains(&child.name) && hidden(&child) {
            found.hidden += 1;
            if !keep {
                return Vec::new();
            }
        }
        match child.name {
            "p:graphicFrame" if child.has("p:oleObj") => {
                found.objects += 1;
                preview(child).map(Item::Node).into_iter().collect()
            }
            "p:graphicFrame" if !(child.has("a:tbl") || child.has("c:chart")) => {
                found.objects += 1;
                Vec::new()
            }
            "a:r" if tiny(&child) => {
                found.tiny += 1;
                if keep { vec![Item::Node(child)] } else { Vec::new() }
            }
            "a:r" | "a:fld" if inkless(&child) => {
                found.inkless += 1;
                if keep { vec![Item::Node(child)] } else { Vec::new() }
            }
            "a:rPr" if child.child("a:hlinkClick").is_some() => {
                found.links += 1;
                vec![Item::Node(unlinked(child))]
            }
            // A date that counts itself shows the day of reading: its text stays as it was.
            "a:fld" if child.attr("type") != Some("slidenum") => {
                let mut run = child;
                run.name = "a:r";
                run.attrs.clear();
                run.retain(|inner| inner.name != "a:pPr");
                vec![Item::Node(run)]
            }
            _ => vec![Item::Node(child)],
        }
    });
    if node.name == "a:tc"
        && ["hMerge", "vMerge"].iter().any(|m| matches!(node.attr(m), Some("1" | "true")))
    {
        found.covered += u64::from(!node.text().trim().is_empty());
        if let Some(body) = node.child_mut("a:txBody") {
            body.retain(|inner| inner.name != "a:p");
            body.items.push(Item::Node(Node::new("a:p", &[])));
        }
    }
    if node.name == "p:nvPr"
        && (node.child("a:videoFile").is_some() || node.child("a:audioFile").is_some())
    {
        found.media += 1;
    }
    node.nodes_mut().for_each(|child| walk(child, keep, found));
}

fn hidden(shape: &Node) -> bool {
    shape.nodes().filter(|names| names.name.starts_with("p:nv")).any(|names| {
        names.val("p:cNvPr", "hidden").is_some_and(|value| matches!(value, "1" | "true"))
    })
}

fn tiny(run: &Node) -> bool {
    run.val("a:rPr", "sz")
        .and_then(|size| size.parse::<u32>().ok())
        .is_some_and(|size| size <= TINY)
        && !run.text().trim().is_empty()
}

/// Whether a run's letters are painted in nothing, and not drawn around either.
fn inkless(run: &Node) -> bool {
    let Some(look) = run.child("a:rPr") else { return false };
    let lines = look.child("a:ln").is_some_and(|line| line.child("a:noFill").is_none());
    let nothing = look.child("a:noFill").is_some()
        || look.child("a:solidFill").is_some_and(|fill| {
            fill.nodes().any(|colour| {
                let alpha = colour.val("a:alpha", "val").and_then(|part| part.parse::<u32>().ok());
                // Thousandths of a percent: below three percent nobody reads it.
                alpha.is_some_and(|part| part < 3_000)
            })
        });
    nothing && !lines && !run.text().trim().is_empty()
}

/// The look that a link gives to its text, without the link.
fn unlinked(mut properties: Node) -> Node {
    let led = properties
        .child("a:hlinkClick")
        .and_then(|link| link.attr("r:id"))
        .is_some_and(|id| !id.is_empty());
    if led {
        properties.set("u", "sng");
        properties.retain(|node| !matches!(node.name, "a:solidFill" | "a:noFill" | "a:gradFill"));
        let at = usize::from(properties.nodes().next().is_some_and(|node| node.name == "a:ln"));
        let fill =
            Node::new("a:solidFill", &[]).with([Node::new("a:schemeClr", &[("val", "hlink")])]);
        properties.items.insert(at.min(properties.items.len()), Item::Node(fill));
    }
    properties.retain(|node| node.name != "a:hlinkClick");
    properties
}

/// Whether no point of a shape is on the slide.
fn outside(shape: &Node, (width, height): (i64, i64)) -> bool {
    let frame = ["p:spPr", "p:grpSpPr"]
        .iter()
        .find_map(|look| shape.at(&[look, "a:xfrm"]))
        .or_else(|| shape.child("p:xfrm"));
    let Some(frame) = frame else { return false };
    let number =
        |child: &str, attr: &str| frame.val(child, attr).and_then(|n| n.parse::<i64>().ok());
    let (Some(x), Some(y), Some(cx), Some(cy)) =
        (number("a:off", "x"), number("a:off", "y"), number("a:ext", "cx"), number("a:ext", "cy"))
    else {
        return false;
    };
    // A turned shape reaches as far as its longer side, whichever way it is turned.
    let reach = if frame.attr("rot").is_some() { cx.max(cy) } else { 0 };
    x.saturating_add(cx).saturating_add(reach) <= 0
        || y.saturating_add(cy).saturating_add(reach) <= 0
        || x.saturating_sub(reach) >= width
        || y.saturating_sub(reach) >= height
}

/// The picture that stands for an embedded object.
fn preview(frame: Node) -> Option<Node> {
    let mut picture = None;
    frame.each(&mut |node| {
        if node.name == "p:pic" && picture.is_none() {
            picture = Some(node.clone());
        }
    });
    picture
}

/// Prompts in the placeholders of layouts and masters are never shown: only their form stays.
pub(super) fn prompts(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    let mut gone = 0_u64;
    root.each_mut(&mut |node| {
        if node.name == "p:sp"
            && node.at(&["p:nvSpPr", "p:nvPr", "p:ph"]).is_some()
            && let Some(body) = node.child_mut("p:txBody")
        {
            gone += u64::from(!body.text().trim().is_empty());
            body.retain(|inner| inner.name != "a:p");
            body.items.push(Item::Node(Node::new("a:p", &[])));
        }
    });
    if gone > 0 {
        cx.removed(Kind::HiddenText, place, "prompts in placeholders, which no slide shows");
    }
}
