//! PPTX: PresentationML (ECMA-376 Part 1, clause 19). Slides as they stand, without motion and notes.

mod cover;
mod diagram;
mod paper;
mod shapes;

use super::archive::Part;
use super::drawing::{Drawings, Place, finish};
use super::opc::{self, Fresh, Rels};
use super::package::Package;
use super::xml::{Item, Node};
use super::{leftovers, mc, theme};
use crate::{Context, Kind, Refusal};
use paper::Paper;
use std::collections::{BTreeMap, BTreeSet};

const FORMAT: &str = "PPTX";
const MAIN: &str = "ppt/presentation.xml";
/// Where the schema lets numbers of masters and layouts begin (ST_SlideMasterId).
const FIRST_ID: u64 = 2_147_483_648;
macro_rules! kind {
    ($kind:literal) => {
        concat!("application/vnd.openxmlformats-officedocument.presentationml.", $kind, "+xml")
    };
}

/// A presentation under reconstruction.
struct Show<'p, 'a> {
    package: &'p mut Package<'a>,
    fresh: Fresh,
    drawings: Drawings,
    size: (i64, i64),
    /// New names of layouts, by old ones, with the old master.
    layouts: BTreeMap<String, (String, String)>,
    /// New names of masters, by old ones, in the order in which slides use them.
    masters: Vec<(String, String)>,
    table_styles: BTreeSet<String>,
    /// By the old names of layouts.
    papers: BTreeMap<String, Paper>,
    notes_master: Option<String>,
}

/// Rebuilds a presentation.
///
/// # Errors
/// [`Refusal`] if it is damaged, encrypted, over a limit or not understood.
pub(super) fn clean(package: &mut Package<'_>, cx: &mut Context<'_>) -> Result<Vec<Part>, Refusal> {
    let top = opc::rels(package, "", cx)?;
    let main = opc::of_kind(&top, "officeDocument")
        .map(str::to_owned)
        .ok_or_else(|| Refusal::damaged(FORMAT, "_rels/.rels", "no main part"))?;
    let rels = opc::rels(package, &main, cx)?;
    let mut root = opc::read(package, &main, cx)?
        .filter(|root| root.name == "p:presentation")
        .ok_or_else(|| Refusal::damaged(FORMAT, &main, "it is no presentation"))?;
    let length = |name: &str| root.val("p:sldSz", name).and_then(|n| n.parse().ok());
    let mut show = Show {
        package,
        fresh: Fresh::default(),
        drawings: Drawings::default(),
        size: (length("cx").unwrap_or(9_144_000), length("cy").unwrap_or(6_858_000)),
        layouts: BTreeMap::new(),
        masters: Vec::new(),
        table_styles: BTreeSet::new(),
        papers: BTreeMap::new(),
        notes_master: None,
    };
    let list = root.child("p:sldIdLst").cloned().unwrap_or_default();
    let mut entries = Vec::new();
    for (at, entry) in list.nodes().enumerate() {
        let rel = entry.attr("r:id").and_then(|id| rels.get(id));
        let Some(rel) = rel.filter(|rel| rel.kind == "slide" && !rel.external) else { continue };
        let (new, id) = (
            format!("ppt/slides/slide{}.xml", entries.len() + 1),
            (256 + entries.len()).to_string(),
        );
        if show.slide(&rel.target, &new, at + 1, cx)? {
            let rel = show.fresh.relate(MAIN, "slide", &new);
            entries.push(Node::new("p:sldId", &[("id", &id), ("r:id", &rel)]));
        }
    }
    if entries.is_empty() {
        return Err(Refusal::Unsupported {
            format: FORMAT,
            what: "a presentation of which no slide is shown".into(),
            advice: "show a slide first, or keep hidden-slides",
        });
    }
    let masters = show.masters(cx)?;
    show.tables(&rels, cx)?;
    let notes = show.notes_master.take().map(|name| {
        let id = show.fresh.relate(MAIN, "notesMaster", &name);
        Node::new("p:notesMasterIdLst", &[]).with([Node::new("p:notesMasterId", &[("r:id", &id)])])
    });
    root.retain(|node| {
        !matches!(node.name, "p:sldMasterIdLst" | "p:sldIdLst" | "p:notesMasterIdLst")
    });
    let lists = [
        Some(Node::new("p:sldMasterIdLst", &[]).with(masters)),
        notes,
        Some(Node::new("p:sldIdLst", &[]).with(entries)),
    ];
    root.items.splice(0..0, lists.into_iter().flatten().map(Item::Node));
    finish(&mut root, &main, cx);
    show.fresh.xml(MAIN, kind!("presentation.main"), &root);
    show.fresh.relate("", "officeDocument", MAIN);
    leftovers::report(show.package, cx);
    cx.remains("Text in the colour of a shape or picture behind it, and text that a picture covers, is not told from other text on slides: look at each slide, or print it to PDF and clean that with --pixels.");
    Ok(show.fresh.finish())
}

impl Show<'_, '_> {
    /// One slide with its layout; false if it is hidden.
    fn slide(
        &mut self,
        old: &str,
        new: &str,
        number: usize,
        cx: &mut Context<'_>,
    ) -> Result<bool, Refusal> {
        let mut root = opc::read(self.package, old, cx)?
            .filter(|root| root.name == "p:sld")
            .ok_or_else(|| Refusal::damaged(FORMAT, old, "it is no slide"))?;
        if matches!(root.attr("show"), Some("0" | "false")) {
            let place = format!("slide {number}");
            if !cx.keeps(Kind::HiddenSlides) {
                cx.removed(Kind::HiddenSlides, place, "a hidden slide");
                return Ok(false);
            }
            cx.kept(Kind::HiddenSlides, place, "a hidden slide, which now is shown");
        }
        if root.has("p:timing") || root.has("p:transition") {
            cx.removed(Kind::Code, old, "motion: the slide stands as it is drawn");
        }
        let rels = opc::rels(self.package, old, cx)?;
        mc::resolve(&mut root);
        self.paper(opc::of_kind(&rels, "slideLayout"), cx)?.settle(&mut root, old, cx);
        self.page(&mut root, old, new, &rels, true, cx)?;
        if let Some(layout) = opc::of_kind(&rels, "slideLayout") {
            let layout = self.layout(layout, cx)?;
            self.fresh.relate(new, "slideLayout", &layout);
        }
        self.notes(new, &rels, cx)?;
        self.fresh.xml(new, kind!("slide"), &root);
        Ok(true)
    }

    /// What lies under the slides of a layout, which is read once.
    fn paper(&mut self, layout: Option<&str>, cx: &mut Context<'_>) -> Result<Paper, Refusal> {
        let name = layout.unwrap_or_default();
        if let Some(known) = self.papers.get(name) {
            return Ok(known.clone());
        }
        let paper = Paper::of(layout, self.package, cx)?;
        self.papers.insert(name.to_owned(), paper.clone());
        Ok(paper)
    }

    /// What slides, layouts and masters have in common.
    fn page(
        &mut self,
        root: &mut Node,
        old: &str,
        new: &str,
        rels: &Rels,
        slide: bool,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        mc::resolve(root);
        diagram::draw(root, rels, self.package, old, cx)?;
        shapes::settle(root, slide.then_some(self.size), old, cx);
        root.each(&mut |node| {
            if node.name == "a:tableStyleId" {
                self.table_styles.insert(node.text());
            }
        });
        let place = Place { old, new, root: "ppt", rels };
        self.drawings.clean(root, &place, self.package, &mut self.fresh, cx)?;
        guids(root);
        finish(root, old, cx);
        Ok(())
    }

    /// A layout that a slide uses, once.
    fn layout(&mut self, old: &str, cx: &mut Context<'_>) -> Result<String, Refusal> {
        if let Some((new, _)) = self.layouts.get(old) {
            return Ok(new.clone());
        }
        let mut root = opc::read(self.package, old, cx)?
            .ok_or_else(|| Refusal::damaged(FORMAT, old, "it is not there"))?;
        let rels = opc::rels(self.package, old, cx)?;
        let master = opc::of_kind(&rels, "slideMaster")
            .ok_or_else(|| Refusal::damaged(FORMAT, old, "a layout without a master"))?
            .to_owned();
        let new = format!("ppt/slideLayouts/slideLayout{}.xml", self.layouts.len() + 1);
        shapes::prompts(&mut root, old, cx);
        self.page(&mut root, old, &new, &rels, false, cx)?;
        let count = self.masters.len() + 1;
        let new_master = match self.masters.iter().find(|(known, _)| *known == master) {
            Some((_, new)) => new.clone(),
            None => {
                let name = format!("ppt/slideMasters/slideMaster{count}.xml");
                self.masters.push((master.clone(), name.clone()));
                name
            }
        };
        self.fresh.relate(&new, "slideMaster", &new_master);
        self.fresh.xml(&new, kind!("slideLayout"), &root);
        self.layouts.insert(old.to_owned(), (new.clone(), master));
        Ok(new)
    }

    /// The masters of the layouts that slides use.
    fn masters(&mut self, cx: &mut Context<'_>) -> Result<Vec<Node>, Refusal> {
        let mut entries = Vec::new();
        let mut id = FIRST_ID;
        for (old, new) in self.masters.clone() {
            let mut root = opc::read(self.package, &old, cx)?
                .ok_or_else(|| Refusal::damaged(FORMAT, &old, "it is not there"))?;
            let rels = opc::rels(self.package, &old, cx)?;
            shapes::prompts(&mut root, &old, cx);
            self.page(&mut root, &old, &new, &rels, false, cx)?;
            theme::carry(
                &rels,
                self.package,
                &mut self.fresh,
                &mut self.drawings,
                &new,
                "ppt",
                cx,
            )?;
            entries.push(Node::new(
                "p:sldMasterId",
                &[("id", &id.to_string()), ("r:id", &self.fresh.relate(MAIN, "slideMaster", &new))],
            ));
            id += 1;
            let mut layouts = Vec::new();
            for (layout, owner) in self.layouts.values() {
                if *owner == old {
                    let rel = self.fresh.relate(&new, "slideLayout", layout);
                    layouts.push(Node::new(
                        "p:sldLayoutId",
                        &[("id", &id.to_string()), ("r:id", &rel)],
                    ));
                    id += 1;
                }
            }
            let list = Node::new("p:sldLayoutIdLst", &[]).with(layouts);
            if let Some(slot) = root.child_mut("p:sldLayoutIdLst") {
                *slot = list;
            } else {
                let at =
                    root.nodes().position(|n| n.name == "p:txStyles").unwrap_or(root.items.len());
                root.items.insert(at.min(root.items.len()), Item::Node(list));
            }
            self.fresh.xml(&new, kind!("slideMaster"), &root);
        }
        Ok(entries)
    }

    /// Speaker's notes, if they are kept.
    fn notes(&mut self, slide: &str, rels: &Rels, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let Some(old) = opc::of_kind(rels, "notesSlide").map(str::to_owned) else { return Ok(()) };
        if !cx.keeps(Kind::Notes) {
            cx.removed(Kind::Notes, old, "notes to a slide");
            return Ok(());
        }
        let Some(mut root) = opc::read(self.package, &old, cx)? else { return Ok(()) };
        let rels = opc::rels(self.package, &old, cx)?;
        let new = slide.replace("ppt/slides/slide", "ppt/notesSlides/notesSlide");
        self.page(&mut root, &old, &new, &rels, false, cx)?;
        cx.kept(Kind::Notes, &old, "notes to a slide");
        if let Some(master) = opc::of_kind(&rels, "notesMaster").map(str::to_owned) {
            let name = "ppt/notesMasters/notesMaster1.xml";
            if self.notes_master.is_none()
                && let Some(mut node) = opc::read(self.package, &master, cx)?
            {
                let rels = opc::rels(self.package, &master, cx)?;
                shapes::prompts(&mut node, &master, cx);
                self.page(&mut node, &master, name, &rels, false, cx)?;
                theme::carry(
                    &rels,
                    self.package,
                    &mut self.fresh,
                    &mut self.drawings,
                    name,
                    "ppt",
                    cx,
                )?;
                self.fresh.xml(name, kind!("notesMaster"), &node);
                self.notes_master = Some(name.to_owned());
            }
            self.fresh.relate(&new, "notesMaster", name);
        }
        self.fresh.relate(&new, "slide", slide);
        self.fresh.relate(slide, "notesSlide", &new);
        self.fresh.xml(&new, kind!("notesSlide"), &root);
        Ok(())
    }

    /// The styles of tables that slides have.
    fn tables(&mut self, rels: &Rels, cx: &mut Context<'_>) -> Result<(), Refusal> {
        if self.table_styles.is_empty() {
            return Ok(());
        }
        // Even an empty list is wanted: without it some readers do not look for the built-in styles.
        let old = opc::of_kind(rels, "tableStyles").unwrap_or("ppt/tableStyles.xml").to_owned();
        let mut root =
            opc::read(self.package, &old, cx)?.unwrap_or_else(|| Node::new("a:tblStyleLst", &[]));
        root.retain(|style| style.attr("styleId").is_some_and(|id| self.table_styles.contains(id)));
        for (at, style) in root.nodes_mut().enumerate() {
            style.set("styleName", format!("Style {}", at + 1));
        }
        root.set("def", "{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}");
        guids(&mut root);
        let new = "ppt/tableStyles.xml";
        let rels = opc::rels(self.package, &old, cx)?;
        let place = Place { old: &old, new, root: "ppt", rels: &rels };
        self.drawings.clean(&mut root, &place, self.package, &mut self.fresh, cx)?;
        finish(&mut root, &old, cx);
        self.fresh.relate(MAIN, "tableStyles", new);
        self.fresh.xml(new, kind!("tableStyles"), &root);
        Ok(())
    }
}

/// Identifiers of table styles and fields become ones that tell nothing; the same old one the same new one.
fn guids(root: &mut Node) {
    root.each_mut(&mut |node| {
        for (name, value) in &mut node.attrs {
            if matches!((node.name, *name), ("a:tblStyle", "styleId") | ("a:fld", "id")) {
                *value = guid(value);
            }
        }
        if node.name == "a:tableStyleId" {
            let new = guid(node.text().trim());
            node.items = vec![Item::Text(new)];
        }
    });
}

/// A built-in style's own identifier, or one made of a checksum that only tells styles of one file apart.
fn guid(old: &str) -> String {
    if super::model::values::table_style(old) {
        return old.to_owned();
    }
    let sum = old.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("{{00000000-0000-0000-0000-0000{:08X}}}", sum & 0xffff)
}
