//! XLSX: SpreadsheetML (ECMA-376 Part 1, clause 18). Cells keep their values; formulas go.

mod cells;
mod formats;
mod grid;
mod sheet;
mod strings;

use super::archive::Part;
use super::drawing::{Drawings, finish};
use super::leftovers;
use super::opc::{self, Fresh};
use super::package::Package;
use super::theme;
use super::xml::Node;
use crate::{Context, Kind, Refusal};
use formats::Formats;
use strings::Strings;

const FORMAT: &str = "XLSX";
const WORKBOOK: &str = "xl/workbook.xml";
macro_rules! sheet_type {
    ($kind:literal) => {
        concat!("application/vnd.openxmlformats-officedocument.spreadsheetml.", $kind, "+xml")
    };
}
use sheet_type;

/// A workbook under reconstruction.
struct Book<'p, 'a> {
    package: &'p mut Package<'a>,
    fresh: Fresh,
    drawings: Drawings,
    strings: Strings,
    formats: Formats,
    tables: u32,
    pictures: u32,
}

/// Rebuilds a workbook.
///
/// # Errors
/// [`Refusal`] if it is damaged, encrypted, over a limit or not understood.
pub(super) fn clean(package: &mut Package<'_>, cx: &mut Context<'_>) -> Result<Vec<Part>, Refusal> {
    let top = opc::rels(package, "", cx)?;
    let main = opc::of_kind(&top, "officeDocument")
        .map(str::to_owned)
        .ok_or_else(|| Refusal::damaged(FORMAT, "_rels/.rels", "no main part"))?;
    let rels = opc::rels(package, &main, cx)?;
    let mut workbook = opc::read(package, &main, cx)?
        .filter(|root| root.name == "x:workbook")
        .ok_or_else(|| {
            Refusal::damaged(
                FORMAT,
                &main,
                "it is no workbook of a kind that can be rebuilt: save it as XLSX",
            )
        })?;
    let mut read = |kind: &str, cx: &mut Context<'_>| match opc::of_kind(&rels, kind) {
        Some(name) => opc::read(package, name, cx),
        None => Ok(None),
    };
    let strings = Strings::of(read("sharedStrings", cx)?, cx);
    let formats = Formats::of(read("styles", cx)?);
    let mut book = Book {
        package,
        fresh: Fresh::default(),
        drawings: Drawings::default(),
        strings,
        formats,
        tables: 0,
        pictures: 0,
    };
    theme::carry(&rels, book.package, &mut book.fresh, &mut book.drawings, WORKBOOK, "xl", cx)?;

    let list = workbook.child("x:sheets").cloned().unwrap_or_default();
    let mut kept: Vec<(usize, Node)> = Vec::new();
    for (at, entry) in list.nodes().filter(|node| node.name == "x:sheet").enumerate() {
        let place = format!("sheet {}", at + 1);
        if matches!(entry.attr("state"), Some("hidden" | "veryHidden")) {
            if !cx.keeps(Kind::HiddenSheets) {
                cx.removed(Kind::HiddenSheets, &place, "a hidden sheet");
                continue;
            }
            cx.kept(Kind::HiddenSheets, &place, "a hidden sheet, which now is shown");
        }
        let Some(rel) = entry.attr("r:id").and_then(|id| rels.get(id)).filter(|rel| !rel.external)
        else {
            continue;
        };
        let number = kept.len() + 1;
        let folder = match rel.kind.as_str() {
            "worksheet" => "worksheets",
            "chartsheet" => "chartsheets",
            _ => {
                cx.removed(Kind::Code, &place, "a sheet of macros or dialogues");
                continue;
            }
        };
        let new = format!("xl/{folder}/sheet{number}.xml");
        book.sheet(&rel.target, &new, cx)?;
        let kind = if folder == "worksheets" { "worksheet" } else { "chartsheet" };
        let id = book.fresh.relate(WORKBOOK, kind, &new);
        let number = number.to_string();
        let name = entry.attr("name").unwrap_or_default();
        let name = super::text::shown(name, &place, cx);
        kept.push((
            at,
            Node::new("x:sheet", &[("name", &name), ("sheetId", &number), ("r:id", &id)]),
        ));
    }
    if kept.is_empty() {
        return Err(Refusal::Unsupported {
            format: FORMAT,
            what: "a workbook of which no sheet is shown".into(),
            advice: "show a sheet first, or keep hidden-sheets",
        });
    }
    names(&mut workbook, &kept, &main, cx);
    views(&mut workbook, &kept);
    if let Some(slot) = workbook.child_mut("x:sheets") {
        *slot = Node::new("x:sheets", &[]).with(kept.into_iter().map(|(_, node)| node));
    }
    finish(&mut workbook, &main, cx);
    book.fresh.xml(WORKBOOK, sheet_type!("sheet.main"), &workbook);
    book.shared(cx);
    book.fresh.relate("", "officeDocument", WORKBOOK);
    leftovers::report(book.package, cx);
    Ok(book.fresh.finish())
}

impl Book<'_, '_> {
    /// The parts that sheets share, with what is used of them.
    fn shared(&mut self, cx: &mut Context<'_>) {
        if let Some(mut styles) = self.formats.finish(cx) {
            finish(&mut styles, "xl/styles.xml", cx);
            self.fresh.relate(WORKBOOK, "styles", "xl/styles.xml");
            self.fresh.xml("xl/styles.xml", sheet_type!("styles"), &styles);
        }
        if let Some(mut strings) = self.strings.finish(cx) {
            finish(&mut strings, "xl/sharedStrings.xml", cx);
            self.fresh.relate(WORKBOOK, "sharedStrings", "xl/sharedStrings.xml");
            self.fresh.xml("xl/sharedStrings.xml", sheet_type!("sharedStrings"), &strings);
        }
    }
}

/// Of the names only what the printed page needs.
fn names(workbook: &mut Node, kept: &[(usize, Node)], place: &str, cx: &mut Context<'_>) {
    let Some(list) = workbook.child_mut("x:definedNames") else { return };
    let mut fresh = Vec::new();
    let mut gone = 0_u64;
    for name in list.nodes() {
        let made = match name.attr("name") {
            Some(known @ ("_xlnm.Print_Area" | "_xlnm.Print_Titles")) => {
                let local = name.attr("localSheetId").and_then(|id| id.parse::<usize>().ok());
                local
                    .and_then(|id| kept.iter().enumerate().find(|(_, (at, _))| *at == id))
                    .and_then(|(new, (_, sheet))| {
                        let area = grid::printed(&name.text(), sheet.attr("name")?)?;
                        let new = new.to_string();
                        let attrs = [("name", known), ("localSheetId", new.as_str())];
                        Some(Node::new("x:definedName", &attrs).text_item(area))
                    })
            }
            _ => None,
        };
        gone += u64::from(made.is_none());
        fresh.extend(made);
    }
    if gone > 0 {
        cx.removed(Kind::Identifiers, place, "defined names");
    }
    if fresh.is_empty() {
        workbook.retain(|node| node.name != "x:definedNames");
    } else {
        *list = Node::new("x:definedNames", &[]).with(fresh);
    }
}

/// The sheet that is shown first, if it is still there.
fn views(workbook: &mut Node, kept: &[(usize, Node)]) {
    for view in workbook.child_mut("x:bookViews").into_iter().flat_map(Node::nodes_mut) {
        let old = view.take("activeTab").and_then(|at| at.parse::<usize>().ok()).unwrap_or(0);
        if let Some(new) = kept.iter().position(|(at, _)| *at == old) {
            view.set("activeTab", new.to_string());
        }
    }
}
