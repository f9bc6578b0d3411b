//! SmartArt: the drawing that PowerPoint left of it becomes plain shapes; the data behind it goes.

use super::super::opc::{self, Rels};
use super::super::package::Package;
use super::super::xml::{Item, Node};
use crate::{Context, Kind, Refusal};

/// The relationship to the drawing ([MS-ODRAWXML] 2.1.1).
const DRAWING: &str = "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing";

/// Replaces every diagram of a slide by a group of its shapes.
///
/// # Errors
/// [`Refusal::Unsupported`] for a diagram without a drawing; [`Refusal`] if one is damaged.
pub(super) fn draw(
    node: &mut Node,
    rels: &Rels,
    package: &mut Package<'_>,
    place: &str,
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    for child in node.nodes_mut() {
        if child.name == "p:graphicFrame" && child.has("dgm:relIds") {
            let drawing = drawing(child, rels, package, cx)?.ok_or_else(|| Refusal::Unsupported {
                format: "PPTX",
                what: "a SmartArt diagram without a drawing".into(),
                advice: "open it in PowerPoint and save it again, or convert the diagram to shapes",
            })?;
            cx.removed(Kind::UnusedData, place, "data behind a SmartArt diagram: its shapes stay");
            *child = group(child, &drawing);
        } else {
            draw(child, rels, package, place, cx)?;
        }
    }
    Ok(())
}

fn drawing(
    frame: &Node,
    rels: &Rels,
    package: &mut Package<'_>,
    cx: &mut Context<'_>,
) -> Result<Option<Node>, Refusal> {
    let mut data = None;
    frame.each(&mut |node| {
        if node.name == "dgm:relIds" {
            data = node.attr("r:dm").and_then(|id| rels.get(id));
        }
    });
    let mut id = None;
    if let Some(rel) = data.filter(|rel| !rel.external)
        && let Some(model) = opc::read(package, &rel.target, cx)?
    {
        model.each(&mut |node| {
            if node.name == "dsp:dataModelExt" {
                id = node.attr("relId").map(str::to_owned);
            }
        });
    }
    let all = || rels.values().filter(|rel| rel.kind == DRAWING && !rel.external);
    let rel =
        id.and_then(|id| rels.get(&id)).or_else(|| all().next().filter(|_| all().count() == 1));
    match rel {
        Some(rel) => opc::read(package, &rel.target, cx),
        None => Ok(None),
    }
}

fn group(frame: &Node, drawing: &Node) -> Node {
    let mut place = frame.child("p:xfrm").cloned().unwrap_or_default();
    place.name = "a:xfrm";
    let size = place.child("a:ext").cloned();
    place.items.push(Item::Node(Node::new("a:chOff", &[("x", "0"), ("y", "0")])));
    if let Some(mut size) = size {
        size.name = "a:chExt";
        place.items.push(Item::Node(size));
    }
    let names = Node::new("p:nvGrpSpPr", &[]).with([
        Node::new("p:cNvPr", &[("id", "0"), ("name", "")]),
        Node::new("p:cNvGrpSpPr", &[]),
        Node::new("p:nvPr", &[]),
    ]);
    let mut group =
        Node::new("p:grpSp", &[]).with([names, Node::new("p:grpSpPr", &[]).with([place])]);
    for shape in drawing.child("dsp:spTree").into_iter().flat_map(Node::nodes) {
        if shape.name == "dsp:sp" {
            group.items.extend(shapes(shape).map(Item::Node));
        }
    }
    group
}

/// A shape, and its text in a frame of its own if it has one.
fn shapes(old: &Node) -> impl Iterator<Item = Node> {
    let renamed = |from: &str, to: &'static str| {
        old.child(from).cloned().map(|mut node| {
            node.name = to;
            node
        })
    };
    let (look, style, text) = (
        renamed("dsp:spPr", "p:spPr"),
        renamed("dsp:style", "p:style"),
        renamed("dsp:txBody", "p:txBody"),
    );
    let frame = renamed("dsp:txXfrm", "a:xfrm").filter(|_| text.is_some());
    let names = || {
        Node::new("p:nvSpPr", &[]).with([
            Node::new("p:cNvPr", &[("id", "0"), ("name", "")]),
            Node::new("p:cNvSpPr", &[]),
            Node::new("p:nvPr", &[]),
        ])
    };
    let form = Node::new("p:sp", &[]).with([names()]).with(look).with(style.clone());
    match (frame, text) {
        (Some(frame), Some(text)) => {
            let form_of_text = Node::new("p:spPr", &[]).with([
                frame,
                Node::new("a:prstGeom", &[("prst", "rect")]).with([Node::new("a:avLst", &[])]),
                Node::new("a:noFill", &[]),
                Node::new("a:ln", &[]).with([Node::new("a:noFill", &[])]),
            ]);
            let style = style.map(|style| style.with([]));
            let words =
                Node::new("p:sp", &[]).with([names(), form_of_text]).with(style).with([text]);
            vec![form, words].into_iter()
        }
        (_, text) => vec![form.with(text)].into_iter(),
    }
}
