//! The parts that hold text: body, headers, footers, notes, comments.

use super::super::drawing::Place;
use super::super::opc::Rels;
use super::super::xml::{Item, Node};
use super::super::{mc, vml};
use super::{Docx, fields, looks, revisions, wrappers};
use crate::{Context, Kind, Refusal};
use std::collections::BTreeSet;

/// Everything about a story that does not depend on other parts.
pub(super) fn settle(
    docx: &Docx<'_, '_>,
    root: &mut Node,
    place: &str,
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    mc::resolve(root);
    revisions::settle(root, place, cx);
    wrappers::open(root, place, cx);
    fields::flatten(root, place, cx);
    if !cx.keeps(Kind::Comments) {
        root.each_mut(&mut |node| {
            node.retain(|child| {
                !matches!(
                    child.name,
                    "w:commentReference" | "w:commentRangeStart" | "w:commentRangeEnd"
                )
            });
        });
    }
    shapes(root, place, cx);
    looks::unhide(root, &docx.looks, place, cx);
    Ok(())
}

/// Pictures and shapes: hidden ones go, and old forms become new ones.
fn shapes(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    let mut lost = (0_u64, 0_u64, 0_u64, 0_u64);
    root.each_mut(&mut |node| {
        node.replace(|child| match child.name {
            "w:drawing" if child.has("dgm:relIds") => {
                lost.3 += 1;
                vec![Item::Node(child)]
            }
            "w:drawing" if hidden(&child) => {
                lost.0 += 1;
                Vec::new()
            }
            "w:pict" | "w:object" => {
                if child.has("o:OLEObject") || child.has("w:control") {
                    lost.1 += 1;
                }
                let made = modern(child);
                lost.2 += u64::from(made.is_none());
                made.into_iter().map(Item::Node).collect()
            }
            _ => vec![Item::Node(child)],
        });
    });
    for (count, kind, what) in [
        (lost.0, Kind::HiddenText, "shapes that are set to be hidden"),
        (lost.1, Kind::EmbeddedObjects, "embedded objects: their preview stays"),
        (lost.2, Kind::UnusedData, "drawings in an old form (VML) that cannot be rebuilt"),
    ] {
        if count > 0 {
            cx.removed(kind, place, what);
        }
    }
    if lost.2 > 0 {
        cx.remains("Some drawings in an old form could not be rebuilt and are left out: compare the copy with the original.");
    }
}

fn hidden(drawing: &Node) -> bool {
    drawing
        .nodes()
        .filter_map(|inner| inner.child("wp:docPr"))
        .any(|properties| looks::on(properties.attr("hidden")))
}

/// VML as DrawingML where it is a picture, as plain VML where it is a box, or nothing.
fn modern(old: Node) -> Option<Node> {
    let (mut image, mut size) = (None, None);
    old.each(&mut |node| {
        if let (Some(data), Some(style)) = (node.child("v:imagedata"), node.attr("style")) {
            image = image.take().or_else(|| {
                data.attr("r:id")
                    .or(data.attr("r:pict"))
                    .or(data.attr("r:embed"))
                    .map(str::to_owned)
            });
            size = size
                .take()
                .or_else(|| Some((vml::emu(style, "width")?, vml::emu(style, "height")?)));
        }
    });
    if let (Some(image), Some((width, height))) = (image, size) {
        return Some(inline(&image, width.max(1), height.max(1)));
    }
    let mut pict = Node::new("w:pict", &[]);
    for item in old.items {
        if let Item::Node(mut shape) = item
            && shape.name.starts_with("v:")
            && vml::plain(&mut shape)
        {
            pict.items.push(Item::Node(shape));
        }
    }
    (!pict.items.is_empty()).then_some(pict)
}

fn inline(image: &str, width: i64, height: i64) -> Node {
    let (cx, cy) = (width.to_string(), height.to_string());
    let size = [("cx", cx.as_str()), ("cy", cy.as_str())];
    let fill = Node::new("pic:blipFill", &[]).with([
        Node::new("a:blip", &[("r:embed", image)]),
        Node::new("a:stretch", &[]).with([Node::new("a:fillRect", &[])]),
    ]);
    let look = Node::new("pic:spPr", &[]).with([
        Node::new("a:xfrm", &[])
            .with([Node::new("a:off", &[("x", "0"), ("y", "0")]), Node::new("a:ext", &size)]),
        Node::new("a:prstGeom", &[("prst", "rect")]).with([Node::new("a:avLst", &[])]),
    ]);
    let names = Node::new("pic:nvPicPr", &[]).with([
        Node::new("pic:cNvPr", &[("id", "0"), ("name", "")]),
        Node::new("pic:cNvPicPr", &[]),
    ]);
    let picture = Node::new("pic:pic", &[]).with([names, fill, look]);
    let uri = "http://schemas.openxmlformats.org/drawingml/2006/picture";
    let graphic = Node::new("a:graphic", &[])
        .with([Node::new("a:graphicData", &[("uri", uri)]).with([picture])]);
    let inline =
        Node::new("wp:inline", &[("distT", "0"), ("distB", "0"), ("distL", "0"), ("distR", "0")])
            .with([
                Node::new("wp:extent", &size),
                Node::new("wp:docPr", &[("id", "0"), ("name", "")]),
                graphic,
            ]);
    Node::new("w:drawing", &[]).with([inline])
}

impl Docx<'_, '_> {
    /// The steps that need the other parts: styles, lists, pictures, references; then the part is written.
    pub(super) fn write(
        &mut self,
        mut root: Node,
        (old, new): (&str, &str),
        content_type: &'static str,
        rels: &Rels,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        super::styles::rename(&mut root, &self.names);
        super::numbering::rename(&mut root, &self.numbers);
        bookmarks(&mut root, old, cx);
        let place = Place { old, new, root: "word", rels };
        self.pictures_in_vml(&mut root, &place, cx)?;
        self.drawings.clean(&mut root, &place, self.package, &mut self.fresh, cx)?;
        super::super::drawing::finish(&mut root, old, cx);
        self.fresh.xml(new, content_type, &root);
        Ok(())
    }

    fn pictures_in_vml(
        &mut self,
        node: &mut Node,
        place: &Place<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if node.name == "v:imagedata" {
            let old = node.take("r:id");
            if let Some(id) =
                self.drawings.picture(old.as_deref(), place, self.package, &mut self.fresh, cx)?
            {
                node.set("r:id", id);
            }
        }
        for child in node.nodes_mut() {
            self.pictures_in_vml(child, place, cx)?;
        }
        Ok(())
    }
}

/// Bookmarks to which a shown link leads stay, under names of ours.
fn bookmarks(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    let mut wanted = BTreeSet::new();
    root.each(&mut |node| {
        if node.name == "w:hyperlink" {
            wanted.extend(node.attr("w:anchor").map(str::to_owned));
        }
    });
    let names: Vec<String> = wanted.into_iter().collect();
    let number = |name: &str| names.iter().position(|known| known == name);
    let mut ids = Vec::new();
    let mut gone = 0_u64;
    root.each(&mut |node| {
        if node.name == "w:bookmarkStart" {
            match (node.attr("w:id"), node.attr("w:name").and_then(number)) {
                (Some(id), Some(_)) => ids.push(id.to_owned()),
                _ => gone += 1,
            }
        }
    });
    if gone > 0 {
        cx.removed(Kind::Identifiers, place, "bookmarks to which nothing shown leads");
    }
    let id_of =
        |node: &Node| node.attr("w:id").and_then(|id| ids.iter().position(|known| known == id));
    root.each_mut(&mut |node| {
        node.retain(|child| {
            !matches!(child.name, "w:bookmarkStart" | "w:bookmarkEnd") || id_of(child).is_some()
        });
        for child in node.nodes_mut() {
            match child.name {
                "w:bookmarkStart" | "w:bookmarkEnd" => {
                    let id = id_of(child).unwrap_or_default();
                    child.set("w:id", id.to_string());
                    let name = child.take("w:name").and_then(|name| number(&name));
                    if let Some(at) = name {
                        child.set("w:name", format!("b{at}"));
                    }
                }
                "w:hyperlink" => {
                    if let Some(at) = child.take("w:anchor").and_then(|name| number(&name)) {
                        child.attrs.clear();
                        child.set("w:anchor", format!("b{at}"));
                    }
                }
                _ => {}
            }
        }
    });
}
