//! What DrawingML has in common in texts, workbooks and presentations: pictures, charts, names.

use super::media::Media;
use super::opc::{self, Fresh, Rels};
use super::package::Package;
use super::xml::Node;
use super::{chart, mc, model, text};
use crate::{Context, Kind, Refusal};

const CHART: &str = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";

/// What the drawings of one document share.
#[derive(Default)]
pub(super) struct Drawings {
    media: Media,
    shapes: u32,
    charts: u32,
}

/// The part that is worked on: where it was, and where it will be.
pub(super) struct Place<'a> {
    /// The part's old name, for the report.
    pub(super) old: &'a str,
    /// The part's new name.
    pub(super) new: &'a str,
    /// The folder of the document: `word`, `xl`, `ppt`.
    pub(super) root: &'a str,
    /// The part's old relationships.
    pub(super) rels: &'a Rels,
}

impl Drawings {
    /// Rebuilds every picture, chart and name in a tree.
    ///
    /// # Errors
    /// [`Refusal`] if a chart is damaged or a limit is passed.
    pub(super) fn clean(
        &mut self,
        node: &mut Node,
        at: &Place<'_>,
        package: &mut Package<'_>,
        fresh: &mut Fresh,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        match node.name {
            "wp:docPr" | "pic:cNvPr" | "xdr:cNvPr" | "p:cNvPr" => self.rename(node, at.old, cx),
            "a:blip" => self.blip(node, at, package, fresh, cx)?,
            "c:chart" if node.attr("r:id").is_some() => self.chart(node, at, package, fresh, cx)?,
            _ => {}
        }
        for child in node.nodes_mut() {
            self.clean(child, at, package, fresh, cx)?;
        }
        Ok(())
    }

    /// The picture of a relationship, as a relationship of the new part.
    ///
    /// # Errors
    /// As [`Media::picture`].
    pub(super) fn picture(
        &mut self,
        id: Option<&str>,
        at: &Place<'_>,
        package: &mut Package<'_>,
        fresh: &mut Fresh,
        cx: &mut Context<'_>,
    ) -> Result<Option<String>, Refusal> {
        let rel = id.and_then(|id| at.rels.get(id));
        let folder = format!("{}/media", at.root);
        let name = self.media.picture(package, fresh, &folder, rel, cx)?;
        Ok(name.map(|name| fresh.relate(at.new, "image", &name)))
    }

    /// A fresh number for a shape.
    pub(super) fn number(&mut self) -> u32 {
        self.shapes += 1;
        self.shapes
    }

    fn rename(&mut self, node: &mut Node, place: &str, cx: &mut Context<'_>) {
        let number = self.number();
        node.set("id", number.to_string());
        node.set("name", format!("Shape {number}"));
        alt_text(node, &["descr", "title"], place, cx);
    }

    fn blip(
        &mut self,
        node: &mut Node,
        at: &Place<'_>,
        package: &mut Package<'_>,
        fresh: &mut Fresh,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        node.take("r:link");
        let old = node.take("r:embed");
        if let Some(id) = self.picture(old.as_deref(), at, package, fresh, cx)? {
            node.set("r:embed", id);
        }
        Ok(())
    }

    fn chart(
        &mut self,
        node: &mut Node,
        at: &Place<'_>,
        package: &mut Package<'_>,
        fresh: &mut Fresh,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let id = node.take("r:id").unwrap_or_default();
        let Some(part) = at.rels.get(&id).filter(|rel| !rel.external).map(|rel| &rel.target) else {
            return Ok(());
        };
        let Some(mut root) = opc::read(package, part, cx)? else { return Ok(()) };
        let rels = opc::rels(package, part, cx)?;
        mc::resolve(&mut root);
        chart::literal(&mut root, part, cx);
        self.charts += 1;
        let name = format!("{}/charts/chart{}.xml", at.root, self.charts);
        let place = Place { old: part, new: &name, root: at.root, rels: &rels };
        self.clean(&mut root, &place, package, fresh, cx)?;
        finish(&mut root, part, cx);
        fresh.xml(&name, CHART, &root);
        node.set("r:id", fresh.relate(at.new, "chart", &name));
        Ok(())
    }
}

/// Drops alternative text, or keeps it if the person said so.
pub(super) fn alt_text(node: &mut Node, names: &[&'static str], place: &str, cx: &mut Context<'_>) {
    for name in names {
        let Some(value) = node.take(name).filter(|value| !value.is_empty()) else { continue };
        if cx.keeps(Kind::AltText) {
            cx.kept(Kind::AltText, place, "alternative text of a picture or shape");
            let value = text::shown(&value, place, cx);
            node.set(name, value);
        } else {
            cx.removed(Kind::AltText, place, "alternative text of a picture or shape");
        }
    }
}

/// The last step of every part: texts cleaned of invisible marks, rare fonts away, and then whatever no table
/// allows.
pub(super) fn finish(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    text::clean(root, place, cx);
    fonts(root, place, cx);
    let dropped = model::prune(root, cx.keeps(Kind::AltText));
    for (count, kind, what) in [
        (dropped.elements, Kind::UnusedData, "elements that show nothing"),
        (dropped.attributes, Kind::UnusedData, "attributes that show nothing"),
        (dropped.characters, Kind::HiddenText, "characters where none are shown"),
    ] {
        if count > 0 {
            cx.removed(kind, place, what);
        }
    }
}

/// Fonts of which others have never heard give way to what the reader's program takes instead.
fn fonts(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    let mut rare = 0_u64;
    root.each_mut(&mut |node| {
        let names: &[&str] = match node.name {
            "w:rFonts" => &["w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"],
            "w:sym" => &["w:font"],
            "x:name" | "x:rFont" | "m:mathFont" => &["val", "m:val"],
            _ => &["typeface"],
        };
        for (name, value) in &mut node.attrs {
            if names.contains(name) {
                if let Some(known) = model::font(value) {
                    known.clone_into(value);
                } else {
                    rare += 1;
                    // Its class is all that the replacement needs to look alike.
                    *value = class(value).to_owned();
                }
            }
        }
    });
    if rare > 0 {
        cx.removed(Kind::Fingerprints, place, "names of rare fonts");
    }
}

/// A common font of the class that a name tells.
pub(super) fn class(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["mono", "code", "courier", "typewriter", "console"]) {
        "Courier New"
    } else if has(&["serif", "roman", "times", "garamond", "antiqua", "minion", "book", "text"])
        && !has(&["sans"])
    {
        "Times New Roman"
    } else {
        "Arial"
    }
}
