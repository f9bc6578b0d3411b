//! DOCX: WordprocessingML (ECMA-376 Part 1, clause 17).

mod fields;
mod looks;
mod numbering;
mod revisions;
mod stories;
mod styles;
mod wrappers;

use super::archive::Part;
use super::drawing::{self, Drawings, Place};
use super::opc::{self, Fresh, Rels};
use super::package::Package;
use super::xml::Node;
use super::{leftovers, mc, theme};
use crate::{Context, Kind, Refusal};
use looks::Looks;
use std::collections::{BTreeMap, BTreeSet};

const FORMAT: &str = "DOCX";
macro_rules! word {
    ($kind:literal) => {
        concat!("application/vnd.openxmlformats-officedocument.wordprocessingml.", $kind, "+xml")
    };
}

/// A text under reconstruction.
struct Docx<'p, 'a> {
    package: &'p mut Package<'a>,
    fresh: Fresh,
    drawings: Drawings,
    looks: Looks,
    names: styles::Names,
    numbers: BTreeMap<String, String>,
}

/// A story that has been read and settled, and waits for the other parts.
struct Story {
    root: Node,
    old: String,
    new: String,
    content_type: &'static str,
    rels: Rels,
}

/// Rebuilds a text.
///
/// # Errors
/// [`Refusal`] if it is damaged, encrypted, over a limit or not understood.
pub(super) fn clean(package: &mut Package<'_>, cx: &mut Context<'_>) -> Result<Vec<Part>, Refusal> {
    let top = opc::rels(package, "", cx)?;
    let main = opc::of_kind(&top, "officeDocument")
        .map(str::to_owned)
        .ok_or_else(|| Refusal::damaged(FORMAT, "_rels/.rels", "no main part"))?;
    let rels = opc::rels(package, &main, cx)?;
    let part = |kind: &str| opc::of_kind(&rels, kind).map(str::to_owned);
    let mut read = |kind: &str, cx: &mut Context<'_>| match part(kind) {
        Some(name) => opc::read(package, &name, cx),
        None => Ok(None),
    };
    let mut sheet = read("styles", cx)?;
    let lists = read("numbering", cx)?;
    let settings = read("settings", cx)?;
    let notes = [
        ("footnotes", read("footnotes", cx)?),
        ("endnotes", read("endnotes", cx)?),
        ("comments", if cx.keeps(Kind::Comments) { read("comments", cx)? } else { None }),
    ];
    let mut body = opc::read(package, &main, cx)?
        .filter(|root| root.name == "w:document")
        .ok_or_else(|| Refusal::damaged(FORMAT, &main, "it is no text"))?;

    let mut looks = Looks::of(sheet.as_ref());
    looks.page = body.child("w:background").is_some();
    let mut docx = Docx {
        package,
        fresh: Fresh::default(),
        drawings: Drawings::default(),
        looks,
        names: styles::Names::new(),
        numbers: BTreeMap::new(),
    };
    stories::settle(&docx, &mut body, &main, cx)?;
    docx.refuse_diagrams(&body)?;
    let even = settings.as_ref().is_some_and(|s| {
        s.child("w:evenAndOddHeaders")
            .is_some_and(|n| n.attr("w:val").is_none_or(|v| looks::on(Some(v))))
    });
    let mut all = docx.margins(&mut body, &rels, even, cx)?;
    for (kind, root) in notes {
        if let Some(root) = root {
            all.extend(docx.notes(kind, root, &mut body, part(kind).unwrap_or_default(), cx)?);
        }
    }
    for story in &all {
        docx.refuse_diagrams(&story.root)?;
    }

    // What the stories use decides what stays of the sheets that they share.
    let (mut ids, mut used) = (BTreeSet::new(), numbering::Used::new());
    for root in all.iter().map(|story| &story.root).chain([&body]) {
        styles::used(root, &mut ids);
        numbering::used(root, sheet.as_ref(), &mut used);
    }
    if let Some(sheet) = &mut sheet {
        let place = part("styles").unwrap_or_default();
        mc::resolve(sheet);
        let list = lists.as_ref();
        // Levels of lists may name styles.
        if let Some(list) = list {
            styles::used(list, &mut BTreeSet::new());
        }
        docx.names = styles::prune(sheet, ids, &place, cx);
    }
    for style in sheet.iter().flat_map(Node::nodes) {
        numbering::used(style, sheet.as_ref(), &mut used);
    }
    docx.shared(lists, sheet, settings, &used, &part, cx)?;
    theme::carry(&rels, docx.package, &mut docx.fresh, &mut docx.drawings, DOCUMENT, "word", cx)?;

    for story in all {
        let kind = story
            .new
            .trim_start_matches("word/")
            .trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        let kind = kind.trim_end_matches(".xml").trim_end_matches(|c: char| c.is_ascii_digit());
        if matches!(kind, "footnotes" | "endnotes" | "comments") {
            let kind = if kind == "footnotes" {
                "footnotes"
            } else if kind == "endnotes" {
                "endnotes"
            } else {
                "comments"
            };
            docx.fresh.relate(DOCUMENT, kind, &story.new);
        }
        docx.write(story.root, (&story.old, &story.new), story.content_type, &story.rels, cx)?;
    }
    docx.write(body, (&main, DOCUMENT), word!("document.main"), &rels, cx)?;
    docx.fresh.relate("", "officeDocument", DOCUMENT);
    leftovers::report(docx.package, cx);
    Ok(docx.fresh.finish())
}

const DOCUMENT: &str = "word/document.xml";

impl Docx<'_, '_> {
    /// Headers and footers that a page shows.
    fn margins(
        &mut self,
        body: &mut Node,
        rels: &Rels,
        even: bool,
        cx: &mut Context<'_>,
    ) -> Result<Vec<Story>, Refusal> {
        let mut wanted = Vec::new();
        body.each_mut(&mut |node| {
            if node.name == "w:sectPr" {
                let first = node
                    .child("w:titlePg")
                    .is_some_and(|n| n.attr("w:val").is_none_or(|v| looks::on(Some(v))));
                node.retain(|child| match child.name {
                    "w:headerReference" | "w:footerReference" => match child.attr("w:type") {
                        Some("first") => first,
                        Some("even") => even,
                        _ => true,
                    },
                    _ => true,
                });
                for child in node.nodes_mut() {
                    let kind = match child.name {
                        "w:headerReference" => "header",
                        "w:footerReference" => "footer",
                        _ => continue,
                    };
                    let target =
                        child.take("r:id").and_then(|id| rels.get(&id)).filter(|rel| !rel.external);
                    let Some(target) = target.map(|rel| rel.target.clone()) else { continue };
                    let new = format!("word/{kind}{}.xml", wanted.len() + 1);
                    child.set("r:id", self.fresh.relate(DOCUMENT, kind, &new));
                    wanted.push((kind, target, new));
                }
                node.retain(|child| {
                    !matches!(child.name, "w:headerReference" | "w:footerReference")
                        || child.attr("r:id").is_some()
                });
            }
        });
        let mut all = Vec::new();
        for (kind, old, new) in wanted {
            let mut root = opc::read(self.package, &old, cx)?
                .filter(|root| matches!(root.name, "w:hdr" | "w:ftr"))
                .unwrap_or_else(|| {
                    Node::new(if kind == "header" { "w:hdr" } else { "w:ftr" }, &[])
                        .with([Node::new("w:p", &[])])
                });
            stories::settle(self, &mut root, &old, cx)?;
            let content_type = if kind == "header" { word!("header") } else { word!("footer") };
            let rels = opc::rels(self.package, &old, cx)?;
            all.push(Story { root, old, new, content_type, rels });
        }
        Ok(all)
    }

    /// Notes or comments to which the text refers, renumbered.
    fn notes(
        &mut self,
        kind: &'static str,
        mut root: Node,
        body: &mut Node,
        old: String,
        cx: &mut Context<'_>,
    ) -> Result<Option<Story>, Refusal> {
        let (reference, content_type): (&[&str], _) = match kind {
            "footnotes" => (&["w:footnoteReference"], word!("footnotes")),
            "endnotes" => (&["w:endnoteReference"], word!("endnotes")),
            _ => (
                &["w:commentReference", "w:commentRangeStart", "w:commentRangeEnd"],
                word!("comments"),
            ),
        };
        stories::settle(self, &mut root, &old, cx)?;
        let mut wanted: Vec<String> = Vec::new();
        body.each(&mut |node| {
            if reference.first() == Some(&node.name) {
                wanted.extend(node.attr("w:id").map(str::to_owned));
            }
        });
        let place = |id: &str| wanted.iter().position(|known| known == id);
        let (mut separators, before) = (0, root.nodes().count());
        root.retain(|note| {
            note.attr("w:type").is_some_and(|t| t != "normal")
                || note.attr("w:id").is_some_and(|id| place(id).is_some())
        });
        if root.nodes().count() < before {
            cx.removed(Kind::UnusedData, &old, "notes to which nothing shown refers");
        }
        for note in root.nodes_mut() {
            let id = match note
                .attr("w:id")
                .and_then(place)
                .filter(|_| note.attr("w:type").is_none_or(|t| t == "normal"))
            {
                Some(at) => (at + 1).to_string(),
                None => {
                    separators += 1;
                    (separators - 2).to_string()
                }
            };
            note.set("w:id", id);
            if kind == "comments" {
                note.set("w:author", "Author");
            }
        }
        body.each_mut(&mut |node| {
            for child in node.nodes_mut().filter(|child| reference.contains(&child.name)) {
                if let Some(at) = child.attr("w:id").and_then(place) {
                    child.set("w:id", (at + 1).to_string());
                }
            }
        });
        if kind == "comments" && !wanted.is_empty() {
            cx.kept(Kind::Comments, &old, "comments, without author and date");
        }
        let rels = opc::rels(self.package, &old, cx)?;
        let new = format!("word/{kind}.xml");
        Ok(Some(Story { root, old, new, content_type, rels }))
    }

    /// Styles, lists and settings.
    fn shared(
        &mut self,
        lists: Option<Node>,
        sheet: Option<Node>,
        settings: Option<Node>,
        used: &numbering::Used,
        part: &dyn Fn(&str) -> Option<String>,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if let Some(mut lists) = lists.filter(|_| !used.is_empty()) {
            let place = part("numbering").unwrap_or_default();
            mc::resolve(&mut lists);
            self.numbers =
                numbering::prune(&mut lists, sheet.as_ref(), used, &self.names, &place, cx);
            self.part(lists, "numbering", word!("numbering"), &place, cx)?;
        }
        if let Some(mut sheet) = sheet {
            numbering::rename(&mut sheet, &self.numbers);
            self.part(sheet, "styles", word!("styles"), &part("styles").unwrap_or_default(), cx)?;
        }
        if let Some(mut settings) = settings {
            for notes in
                settings.nodes_mut().filter(|n| matches!(n.name, "w:footnotePr" | "w:endnotePr"))
            {
                let mut at = -2;
                for note in
                    notes.nodes_mut().filter(|n| matches!(n.name, "w:footnote" | "w:endnote"))
                {
                    at += 1;
                    note.set("w:id", at.to_string());
                }
            }
            self.part(
                settings,
                "settings",
                word!("settings"),
                &part("settings").unwrap_or_default(),
                cx,
            )?;
        }
        Ok(())
    }

    fn part(
        &mut self,
        mut root: Node,
        kind: &'static str,
        content_type: &'static str,
        old: &str,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let new = format!("word/{kind}.xml");
        let rels = opc::rels(self.package, old, cx)?;
        let place = Place { old, new: &new, root: "word", rels: &rels };
        self.drawings.clean(&mut root, &place, self.package, &mut self.fresh, cx)?;
        drawing::finish(&mut root, old, cx);
        self.fresh.relate(DOCUMENT, kind, &new);
        self.fresh.xml(&new, content_type, &root);
        Ok(())
    }

    /// A diagram's shapes are computed by Word from a program in the file.
    fn refuse_diagrams(&self, root: &Node) -> Result<(), Refusal> {
        if root.has("dgm:relIds") {
            return Err(Refusal::Unsupported {
                format: FORMAT,
                what: "a SmartArt diagram".into(),
                advice: "convert the diagram to a picture or to shapes, or print the text to PDF",
            });
        }
        Ok(())
    }
}
