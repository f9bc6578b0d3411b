//! Cells: values stay, formulas and what is hidden go.

use super::super::xml::{Item, Node};
use super::Book;
use super::formats::Value;
use super::grid::{Area, At, Covered, cell};
use crate::{Context, Kind};
use std::collections::BTreeSet;

/// What is hidden in a sheet, and what lies on a ground of its own.
pub(super) struct Hidden {
    columns: Vec<(u32, u32)>,
    covered: Covered,
    /// Tables and conditional formats may colour the ground.
    grounds: Vec<Area>,
}

/// What was found.
#[derive(Default)]
struct Found {
    formulas: u64,
    rows: u64,
    cells: u64,
    covered: u64,
}

impl Hidden {
    pub(super) fn of(sheet: &Node, tables: &[Area]) -> Self {
        let mut columns = Vec::new();
        for column in sheet.child("x:cols").into_iter().flat_map(Node::nodes) {
            let number = |name: &str| column.attr(name).and_then(|n| n.parse::<u32>().ok());
            if let (true, Some(min), Some(max)) =
                (hidden(column, "width"), number("min"), number("max"))
            {
                columns.push((min, max));
            }
        }
        let merged = sheet.child("x:mergeCells").into_iter().flat_map(Node::nodes);
        let merged = merged.filter_map(|area| Area::of(area.attr("ref")?)).collect();
        let mut grounds = tables.to_vec();
        for rules in sheet.nodes().filter(|node| node.name == "x:conditionalFormatting") {
            let areas = rules.attr("sqref").unwrap_or_default();
            grounds.extend(areas.split(' ').filter_map(Area::of));
        }
        grounds.truncate(1_000);
        Self { columns, covered: Covered::of(merged), grounds }
    }
}

/// Whether a row or column is hidden or has no size.
fn hidden(node: &Node, size: &str) -> bool {
    matches!(node.attr("hidden"), Some("1" | "true"))
        || node.attr(size).and_then(|n| n.parse::<f64>().ok()).is_some_and(|n| n <= 0.0)
}

impl Book<'_, '_> {
    /// Rebuilds the cells of a sheet.
    pub(super) fn cells(
        &mut self,
        sheet: &mut Node,
        hide: &mut Hidden,
        place: &str,
        cx: &mut Context<'_>,
    ) {
        let keep = (cx.keeps(Kind::HiddenRows), cx.keeps(Kind::HiddenText));
        let mut found = Found::default();
        for column in sheet.child("x:cols").into_iter().flat_map(Node::nodes) {
            self.formats.uses(column.attr("style"));
        }
        let mut next_row = 1;
        for row in sheet.child_mut("x:sheetData").into_iter().flat_map(Node::nodes_mut) {
            let number = row.attr("r").and_then(|n| n.parse::<u32>().ok()).unwrap_or(next_row);
            next_row = number.saturating_add(1);
            self.formats.uses(row.attr("s"));
            let hidden_row = hidden(row, "ht");
            let mut next_column = 1;
            let items = std::mem::take(&mut row.items);
            for item in items {
                let Item::Node(node) = item else { continue };
                let at = node.attr("r").and_then(cell).unwrap_or((next_column, number));
                next_column = at.0.saturating_add(1);
                let hidden_column =
                    hide.columns.iter().any(|(min, max)| (*min..=*max).contains(&at.0));
                if (hidden_row || hidden_column) && !node.items.is_empty() {
                    found.rows += 1;
                    if !keep.0 {
                        continue;
                    }
                }
                if let Some(fresh) = self.cell(node, at, hide, keep.1, &mut found) {
                    row.items.push(Item::Node(fresh));
                }
            }
        }
        for (count, kind, kept, what) in [
            (found.formulas, Kind::Code, false, "formulas: their values stay"),
            (found.rows, Kind::HiddenRows, keep.0, "cells in hidden rows and columns"),
            (
                found.cells,
                Kind::HiddenText,
                keep.1,
                "cells that their format hides, in the paper's colour or too small to read",
            ),
            (found.covered, Kind::HiddenText, keep.1, "cells under merged cells"),
        ] {
            if count > 0 && kept {
                cx.kept(kind, place, what);
            } else if count > 0 {
                cx.removed(kind, place, what);
            }
        }
    }

    /// A cell with its value alone.
    fn cell(
        &mut self,
        mut node: Node,
        at: At,
        hide: &mut Hidden,
        keep: bool,
        found: &mut Found,
    ) -> Option<Node> {
        found.formulas += u64::from(node.child("x:f").is_some());
        let style = node.attr("s").map(str::to_owned);
        self.formats.uses(style.as_deref());
        let kind = node.attr("t").unwrap_or("n").to_owned();
        let value = node.child("x:v").map(Node::text);
        let (text, number) = match kind.as_str() {
            "s" => {
                let old = value.and_then(|v| v.trim().parse::<usize>().ok());
                (old.map(|old| self.strings.text(old)), old)
            }
            "str" | "d" => (value, None),
            "inlineStr" => (node.child("x:is").map(inline), None),
            _ => {
                let value = value.unwrap_or_default();
                let sort = sort(&kind, &value);
                node.items.clear();
                if value.is_empty() {
                    return Some(node);
                }
                if !self.visible(at, style.as_deref(), sort, hide, found) && !keep {
                    return Some(plain(node));
                }
                return Some(node.with([Node::new("x:v", &[]).text_item(value.trim())]));
            }
        };
        node.items.clear();
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Some(plain(node)) };
        if !self.visible(at, style.as_deref(), Value::Text, hide, found) && !keep {
            return Some(plain(node));
        }
        let number = number
            .and_then(|old| self.strings.number(old))
            .unwrap_or_else(|| self.strings.add(&text));
        node.set("t", "s");
        Some(node.with([Node::new("x:v", &[]).text_item(number.to_string())]))
    }

    fn visible(
        &mut self,
        at: At,
        style: Option<&str>,
        value: Value,
        hide: &mut Hidden,
        found: &mut Found,
    ) -> bool {
        if hide.covered.hides(at) {
            found.covered += 1;
            return false;
        }
        let on_ground = hide.grounds.iter().any(|area| area.holds(at));
        let shows = self.formats.shows(style, value, on_ground);
        found.cells += u64::from(!shows);
        shows
    }
}

/// A cell that has a look and no value.
fn plain(mut node: Node) -> Node {
    node.take("t");
    node
}

/// Text of an inline string without the readings of its words.
fn inline(node: &Node) -> String {
    let runs = node.nodes().filter(|inner| matches!(inner.name, "x:t" | "x:r"));
    runs.map(Node::text).collect()
}

fn sort(kind: &str, value: &str) -> Value {
    match (kind, value.trim().parse::<f64>()) {
        ("n", Ok(n)) if n > 0.0 => Value::Positive,
        ("n", Ok(n)) if n < 0.0 => Value::Negative,
        ("n", Ok(_)) => Value::Zero,
        _ => Value::Other,
    }
}

/// The text of each cell of a row between two columns, for the heads of tables.
pub(super) fn heads(
    sheet: &Node,
    row: u32,
    columns: (u32, u32),
    text: impl Fn(usize) -> String,
) -> Vec<String> {
    let mut all = Vec::new();
    let row = sheet
        .child("x:sheetData")
        .into_iter()
        .flat_map(Node::nodes)
        .find(|node| node.attr("r").and_then(|n| n.parse::<u32>().ok()) == Some(row));
    let mut taken = BTreeSet::new();
    for column in columns.0..=columns.1.min(columns.0.saturating_add(16_384)) {
        let found = row
            .into_iter()
            .flat_map(Node::nodes)
            .find(|node| node.attr("r").and_then(cell).is_some_and(|at| at.0 == column));
        let said = found
            .filter(|node| node.attr("t") == Some("s"))
            .and_then(|node| node.child("x:v")?.text().parse::<usize>().ok())
            .map(&text)
            .filter(|said| !said.is_empty() && taken.insert(said.to_lowercase()));
        let number = all.len() + 1;
        all.push(said.unwrap_or_else(|| format!("Column{number}")));
    }
    all
}
