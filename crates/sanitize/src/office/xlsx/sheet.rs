//! One sheet with what belongs to it.

use super::super::drawing::{Place, finish};
use super::super::xml::Node;
use super::super::{mc, opc, text};
use super::cells::{Hidden, heads};
use super::grid::Area;
use super::{Book, sheet_type};
use crate::{Context, Kind, Refusal};

impl Book<'_, '_> {
    /// Rebuilds a sheet and writes it.
    ///
    /// # Errors
    /// [`Refusal`] if a part is damaged or a limit is passed.
    pub(super) fn sheet(
        &mut self,
        old: &str,
        new: &str,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let root = opc::read(self.package, old, cx)?;
        let mut root = root
            .filter(|root| matches!(root.name, "x:worksheet" | "x:chartsheet"))
            .ok_or_else(|| Refusal::damaged(super::FORMAT, old, "it is no sheet"))?;
        mc::resolve(&mut root);
        told(&root, old, cx);
        let rels = opc::rels(self.package, old, cx)?;
        let place = Place { old, new, root: "xl", rels: &rels };
        let mut tables = self.read_tables(&root, &place, cx)?;
        let grounds: Vec<Area> =
            tables.iter().filter_map(|(_, table)| Area::of(table.attr("ref")?)).collect();
        let mut hidden = Hidden::of(&root, &grounds);
        self.cells(&mut root, &mut hidden, old, cx);
        self.conditions(&mut root, old, cx);
        margins(&mut root, old, cx);
        self.drawing(&mut root, &place, cx)?;
        self.comments(&place, cx)?;
        if let Some(picture) = root.child_mut("x:picture") {
            let id = picture.take("r:id");
            if let Some(id) =
                self.drawings.picture(id.as_deref(), &place, self.package, &mut self.fresh, cx)?
            {
                picture.set("r:id", id);
            }
        }
        root.retain(|node| match node.name {
            "x:picture" | "x:drawing" => node.attr("r:id").is_some(),
            name => name != "x:legacyDrawing",
        });
        self.write_tables(&mut root, &mut tables, new, cx);
        finish(&mut root, old, cx);
        let content_type = if root.name == "x:worksheet" {
            sheet_type!("worksheet")
        } else {
            sheet_type!("chartsheet")
        };
        self.fresh.xml(new, content_type, &root);
        Ok(())
    }

    /// Rules that say nothing but how cells look.
    fn conditions(&mut self, root: &mut Node, place: &str, cx: &mut Context<'_>) {
        let mut gone = 0_u64;
        for rules in root.nodes_mut().filter(|node| node.name == "x:conditionalFormatting") {
            rules.retain(|rule| {
                let fine = rule
                    .nodes()
                    .filter(|node| node.name == "x:formula")
                    .all(|formula| super::super::condition::fits(&formula.text()))
                    && !matches!(
                        rule.attr("type"),
                        Some("containsText" | "notContainsText" | "beginsWith" | "endsWith")
                    );
                gone += u64::from(!fine);
                fine
            });
            for rule in rules.nodes() {
                self.formats.uses_partial(rule.attr("dxfId"));
            }
        }
        root.retain(|node| node.name != "x:conditionalFormatting" || node.nodes().next().is_some());
        if gone > 0 {
            cx.removed(
                Kind::Code,
                place,
                "conditional formats that name texts, names or other sheets",
            );
        }
    }

    fn drawing(
        &mut self,
        root: &mut Node,
        place: &Place<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let Some(entry) = root.child_mut("x:drawing") else { return Ok(()) };
        let id = entry.take("r:id").unwrap_or_default();
        let Some(rel) = place.rels.get(&id).filter(|rel| !rel.external) else { return Ok(()) };
        let old = rel.target.clone();
        let Some(mut drawing) = opc::read(self.package, &old, cx)? else { return Ok(()) };
        mc::resolve(&mut drawing);
        if drawing.has("dgm:relIds") {
            return Err(Refusal::Unsupported {
                format: super::FORMAT,
                what: "a SmartArt diagram".into(),
                advice: "convert the diagram to a picture or to shapes, or print the sheet to PDF",
            });
        }
        let rels = opc::rels(self.package, &old, cx)?;
        self.pictures += 1;
        let new = format!("xl/drawings/drawing{}.xml", self.pictures);
        let mut gone = 0_u64;
        drawing.each_mut(&mut |node| {
            let before = node.items.len();
            node.retain(|shape| !hidden(shape));
            gone += (before - node.items.len()) as u64;
        });
        if gone > 0 {
            cx.removed(Kind::HiddenText, &old, "shapes that are set to be hidden");
        }
        // Slicers, diagrams and controls are frames around what we do not have.
        let before = drawing.nodes().count();
        drawing.retain(|anchor| {
            anchor.nodes().any(|shape| match shape.name {
                "xdr:graphicFrame" => shape.has("c:chart"),
                name => matches!(name, "xdr:sp" | "xdr:pic" | "xdr:grpSp" | "xdr:cxnSp"),
            })
        });
        if drawing.nodes().count() < before {
            cx.removed(
                Kind::EmbeddedObjects,
                &old,
                "objects other than pictures, shapes and charts",
            );
        }
        let inner = Place { old: &old, new: &new, root: "xl", rels: &rels };
        self.drawings.clean(&mut drawing, &inner, self.package, &mut self.fresh, cx)?;
        finish(&mut drawing, &old, cx);
        self.fresh.bytes(
            &new,
            "application/vnd.openxmlformats-officedocument.drawing+xml",
            super::super::xml::write(&drawing),
            false,
        );
        if let Some(entry) = root.child_mut("x:drawing") {
            entry.set("r:id", self.fresh.relate(place.new, "drawing", &new));
        }
        Ok(())
    }

    /// Comments, if they are kept, without their authors.
    fn comments(&mut self, place: &Place<'_>, cx: &mut Context<'_>) -> Result<(), Refusal> {
        if !cx.keeps(Kind::Comments) {
            return Ok(());
        }
        let Some(old) = opc::of_kind(place.rels, "comments").map(str::to_owned) else {
            return Ok(());
        };
        let Some(mut part) = opc::read(self.package, &old, cx)? else { return Ok(()) };
        if let Some(authors) = part.child_mut("x:authors") {
            *authors = Node::new("x:authors", &[])
                .with([Node::new("x:author", &[]).text_item("Author 1")]);
        }
        for comment in part.child_mut("x:commentList").into_iter().flat_map(Node::nodes_mut) {
            comment.set("authorId", "0");
        }
        cx.kept(Kind::Comments, &old, "comments, without author");
        let new =
            format!("xl/comments{}.xml", place.new.trim_matches(|c: char| !c.is_ascii_digit()));
        finish(&mut part, &old, cx);
        self.fresh.relate(place.new, "comments", &new);
        self.fresh.xml(&new, sheet_type!("comments"), &part);
        Ok(())
    }

    fn read_tables(
        &mut self,
        root: &Node,
        place: &Place<'_>,
        cx: &mut Context<'_>,
    ) -> Result<Vec<(String, Node)>, Refusal> {
        let mut all = Vec::new();
        for entry in root.child("x:tableParts").into_iter().flat_map(Node::nodes) {
            let rel =
                entry.attr("r:id").and_then(|id| place.rels.get(id)).filter(|rel| !rel.external);
            if let Some(rel) = rel
                && let Some(table) = opc::read(self.package, &rel.target, cx)?
            {
                all.push((rel.target.clone(), table));
            }
        }
        Ok(all)
    }

    /// Tables keep their look; names are ours, and heads are what the cells say.
    fn write_tables(
        &mut self,
        root: &mut Node,
        tables: &mut Vec<(String, Node)>,
        new: &str,
        cx: &mut Context<'_>,
    ) {
        let mut entries = Vec::new();
        for (old, mut table) in tables.drain(..) {
            let Some(area) = table.attr("ref").and_then(Area::of) else { continue };
            self.tables += 1;
            let (number, name) = (self.tables.to_string(), format!("Table{}", self.tables));
            table.set("id", number);
            table.set("name", name.clone());
            table.set("displayName", name);
            let strings = &self.strings;
            let mut names =
                heads(root, area.from.1, (area.from.0, area.to.0), |at| strings.fresh_text(at))
                    .into_iter();
            let shown = table.attr("headerRowCount") != Some("0");
            let columns = table.child_mut("x:tableColumns").into_iter().flat_map(Node::nodes_mut);
            for (at, column) in columns.enumerate() {
                let head = names.next().filter(|_| shown);
                column.set("name", head.unwrap_or_else(|| format!("Column{}", at + 1)));
                column.set("id", (at + 1).to_string());
            }
            if let Some(style) = table.child_mut("x:tableStyleInfo") {
                let known = style.take("name").and_then(|name| self.formats.table(&name));
                if let Some(name) = known {
                    style.set("name", name);
                }
            }
            let mut partial = Vec::new();
            table.each(&mut |node| {
                partial.extend(
                    node.attrs
                        .iter()
                        .filter(|(name, _)| name.ends_with("DxfId"))
                        .map(|(_, id)| id.clone()),
                );
            });
            partial.iter().for_each(|id| self.formats.uses_partial(Some(id)));
            finish(&mut table, &old, cx);
            let part = format!("xl/tables/table{}.xml", self.tables);
            let id = self.fresh.relate(new, "table", &part);
            self.fresh.xml(&part, sheet_type!("table"), &table);
            entries.push(Node::new("x:tablePart", &[("r:id", &id)]));
        }
        let count = entries.len().to_string();
        if entries.is_empty() {
            root.retain(|node| node.name != "x:tableParts");
        } else if let Some(list) = root.child_mut("x:tableParts") {
            *list = Node::new("x:tableParts", &[("count", &count)]).with(entries);
        }
    }
}

fn hidden(shape: &Node) -> bool {
    ["xdr:nvSpPr", "xdr:nvPicPr", "xdr:nvGrpSpPr", "xdr:nvGraphicFramePr", "xdr:nvCxnSpPr"]
        .iter()
        .any(|names| {
            shape.val_at(&[names, "xdr:cNvPr"], "hidden").is_some_and(|v| matches!(v, "1" | "true"))
        })
}

/// Says what a sheet had that no table of ours lets through.
fn told(root: &Node, place: &str, cx: &mut Context<'_>) {
    for (name, kind, what) in [
        ("x:hyperlinks", Kind::ExternalReferences, "targets of links: their text stays"),
        ("x:dataValidations", Kind::Code, "checks of input, with their messages and lists"),
        ("x:oleObjects", Kind::EmbeddedObjects, "embedded objects"),
        ("x:controls", Kind::Code, "controls"),
        ("x:sheetProtection", Kind::UnusedData, "protection of the sheet"),
        ("x:customSheetViews", Kind::Identifiers, "views of single users"),
        ("x:legacyDrawingHF", Kind::UnusedData, "pictures in headers and footers"),
    ] {
        if root.child(name).is_some() {
            cx.removed(kind, place, what);
        }
    }
}

/// Headers and footers of pages that there are; the code for a picture goes with its picture.
fn margins(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    let Some(list) = root.child_mut("x:headerFooter") else { return };
    let on = |name: &str| matches!(list.attr(name), Some("1" | "true"));
    let (first, even) = (on("differentFirst"), on("differentOddEven"));
    let before = list.items.len();
    list.retain(|node| match node.name {
        "x:firstHeader" | "x:firstFooter" => first,
        "x:evenHeader" | "x:evenFooter" => even,
        _ => true,
    });
    if list.items.len() < before {
        cx.removed(Kind::HiddenText, place, "headers and footers of pages that are not set apart");
    }
    for node in list.nodes_mut() {
        let said = node.text().replace("&G", "");
        node.items.clear();
        node.items.push(super::super::xml::Item::Text(text::shown(&said, place, cx)));
    }
}
