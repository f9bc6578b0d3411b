//! Sheets: what is hidden in them goes, and the texts of numbers are written anew from their values.

use super::super::model::opendocument as types;
use super::super::xml::{Item, Node};
use super::body::clamp;
use super::lengths::points;
use super::looks::Looks;
use crate::{Context, Kind, Refusal};
use std::collections::HashMap;

/// The most rows and columns that programs have.
const ROWS: u64 = 1_048_576;
const COLUMNS: u64 = 16_384;

/// A run of columns of one kind.
struct Column {
    last: u64,
    hidden: bool,
    style: Option<String>,
}

struct Grid<'a, 'b, 'c> {
    looks: &'a Looks<'b>,
    formats: HashMap<&'b str, &'b Node>,
    place: String,
    columns: Vec<Column>,
    protected: bool,
    cx: &'a mut Context<'c>,
}

/// Decides over hidden sheets, rows, columns and cells.
///
/// # Errors
/// [`Refusal::Unsupported`] if no sheet is left.
pub(super) fn settle<'b>(
    body: &mut Node,
    looks: &Looks<'b>,
    lists: [&'b Node; 2],
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    let Some(book) = body.child_mut("office:spreadsheet") else { return Ok(()) };
    let (mut number, mut left) = (0, 0);
    let items = std::mem::take(&mut book.items);
    for item in items {
        let Item::Node(mut sheet) = item else { continue };
        if sheet.name == "table:table" {
            number += 1;
            let place = format!("sheet {number}");
            if hidden_sheet(&mut sheet, looks) {
                if !cx.keeps(Kind::HiddenSheets) {
                    cx.removed(Kind::HiddenSheets, &place, "a hidden sheet");
                    continue;
                }
                cx.kept(Kind::HiddenSheets, &place, "a hidden sheet, which now is shown");
            }
            left += 1;
            Grid::of(looks, lists, place, cx).sheet(&mut sheet, left);
        }
        book.items.push(Item::Node(sheet));
    }
    if left == 0 {
        return Err(Refusal::Unsupported {
            format: "ODS",
            what: "a spreadsheet of which no sheet is shown".into(),
            advice: "show a sheet first, or keep hidden-sheets",
        });
    }
    Ok(())
}

fn hidden_sheet(sheet: &mut Node, looks: &Looks<'_>) -> bool {
    let own = sheet.take("table:display");
    let style = looks.value(
        "table",
        sheet.attr("table:style-name"),
        "style:table-properties",
        "table:display",
    );
    own.as_deref().or(style) == Some("false")
}

impl<'a, 'b, 'c> Grid<'a, 'b, 'c> {
    fn of(
        looks: &'a Looks<'b>,
        lists: [&'b Node; 2],
        place: String,
        cx: &'a mut Context<'c>,
    ) -> Self {
        let formats = lists
            .into_iter()
            .flat_map(Node::nodes)
            .filter(|node| node.name.starts_with("number:"))
            .filter_map(|node| Some((node.attr("style:name")?, node)))
            .collect();
        Self { looks, formats, place, columns: Vec::new(), protected: false, cx }
    }

    fn sheet(&mut self, sheet: &mut Node, number: usize) {
        self.protected = matches!(sheet.take("table:protected").as_deref(), Some("true"));
        let name = sheet.attr("table:name").unwrap_or_default();
        let name = super::super::text::shown(name, &self.place, self.cx);
        sheet.set("table:name", if name.is_empty() { format!("Sheet{number}") } else { name });
        if let Some(ranges) = sheet.take("table:print-ranges").and_then(|ranges| printed(&ranges)) {
            sheet.set("table:print-ranges", ranges);
        }
        self.read_columns(sheet, false);
        self.rows(sheet, false);
    }

    /// Whether a row or column is hidden: by itself, by its group, or because it has no size.
    fn hidden(&self, node: &Node, family: &'b str, part: &str, size: &str) -> bool {
        matches!(node.attr("table:visibility"), Some("collapse" | "filter"))
            || self
                .looks
                .value(family, node.attr("table:style-name"), part, size)
                .and_then(points)
                .is_some_and(|size| size <= 0.0)
    }

    fn read_columns(&mut self, node: &mut Node, hidden: bool) {
        for child in node.nodes_mut() {
            match child.name {
                "table:table-column" => {
                    clamp(child, "table:number-columns-repeated", COLUMNS);
                    let first = self.columns.last().map_or(0, |column| column.last);
                    let hidden = hidden
                        || self.hidden(
                            child,
                            "table-column",
                            "style:table-column-properties",
                            "style:column-width",
                        );
                    self.columns.push(Column {
                        last: first + count(child, "table:number-columns-repeated"),
                        hidden,
                        style: child.attr("table:default-cell-style-name").map(str::to_owned),
                    });
                }
                "table:table-column-group"
                | "table:table-columns"
                | "table:table-header-columns" => {
                    let hidden = hidden || child.attr("table:display") == Some("false");
                    self.read_columns(child, hidden);
                }
                _ => {}
            }
        }
    }

    fn rows(&mut self, node: &mut Node, hidden: bool) {
        for child in node.nodes_mut() {
            match child.name {
                "table:table-row" => self.row(child, hidden),
                "table:table-row-group" | "table:table-rows" | "table:table-header-rows" => {
                    let hidden = hidden || child.attr("table:display") == Some("false");
                    self.rows(child, hidden);
                }
                _ => {}
            }
        }
    }

    fn row(&mut self, row: &mut Node, hidden: bool) {
        clamp(row, "table:number-rows-repeated", ROWS);
        let hidden = hidden
            || self.hidden(row, "table-row", "style:table-row-properties", "style:row-height");
        let row_style = row.attr("table:default-cell-style-name").map(str::to_owned);
        let mut at = 0;
        let mut columns = 0;
        for cell in row.nodes_mut() {
            if !matches!(cell.name, "table:table-cell" | "table:covered-table-cell") {
                continue;
            }
            clamp(cell, "table:number-columns-repeated", COLUMNS);
            clamp(cell, "table:number-columns-spanned", COLUMNS);
            clamp(cell, "table:number-rows-spanned", ROWS);
            while self.columns.get(columns).is_some_and(|column| column.last <= at) {
                columns += 1;
            }
            let column = self.columns.get(columns);
            at += count(cell, "table:number-columns-repeated");
            if cell.items.is_empty() && cell.attr("office:value-type").is_none() {
                continue;
            }
            // A cell that names no style has its row's or its column's.
            let style =
                row_style.as_ref().or(column.and_then(|column| column.style.as_ref())).cloned();
            if let (None, Some(style)) = (cell.attr("table:style-name"), style) {
                cell.set("table:style-name", style);
            }
            let column = column.is_some_and(|column| column.hidden);
            if hidden || column {
                self.drop(cell, Kind::HiddenRows, "cells in hidden rows and columns");
            } else if cell.name == "table:covered-table-cell" {
                self.drop(cell, Kind::HiddenText, "cells under merged cells");
            } else if self.blank(cell) {
                self.drop(cell, Kind::HiddenText, "cells that their format hides");
            }
            rewrite(cell);
        }
    }

    /// Empties a cell, or says that it stays.
    fn drop(&mut self, cell: &mut Node, kind: Kind, what: &str) {
        if self.cx.keeps(kind) {
            self.cx.kept(kind, &self.place, what);
            return;
        }
        self.cx.removed(kind, &self.place, what);
        cell.items.clear();
        cell.attrs.retain(|(name, _)| !name.starts_with("office:") && *name != "table:formula");
    }

    /// Whether a cell's format shows nothing for its value, or its protection hides it.
    fn blank(&self, cell: &Node) -> bool {
        let style = cell.attr("table:style-name");
        let chain = self.looks.chain("table-cell", style);
        let protect =
            chain.iter().find_map(|s| s.val("style:table-cell-properties", "style:cell-protect"));
        if self.protected && protect == Some("hidden-and-protected") {
            return true;
        }
        let Some(format) = chain.iter().find_map(|style| style.attr("style:data-style-name"))
        else {
            return false;
        };
        let Some(format) = self.formats.get(format) else { return false };
        let value = cell.attr("office:value").and_then(|value| value.parse::<f64>().ok());
        let text = matches!(cell.attr("office:value-type"), Some("string") | None);
        let chosen = format
            .nodes()
            .filter(|node| node.name == "style:map")
            .find(|map| {
                !text && value.is_some_and(|value| holds(map.attr("style:condition"), value))
            })
            .and_then(|map| self.formats.get(map.attr("style:apply-style-name")?))
            .unwrap_or(format);
        // A format of numbers leaves texts as they are; one of texts may have no place for them.
        let shows = |node: &Node| {
            node.name != "style:map"
                && node.name != "style:text-properties"
                && (node.name != "number:text" || !node.text().trim().is_empty())
        };
        !(chosen.nodes().any(shows) || text && chosen.name != "number:text-style")
    }
}

/// Whether a condition of a number format holds: `value()>=0`.
fn holds(condition: Option<&str>, value: f64) -> bool {
    let Some(rest) = condition.and_then(|condition| condition.trim().strip_prefix("value()"))
    else {
        return false;
    };
    let at = rest.find(|c: char| !matches!(c, '<' | '>' | '=' | '!')).unwrap_or(rest.len());
    let (operator, number) = rest.split_at_checked(at).unwrap_or(("", ""));
    let Ok(number) = number.trim().parse::<f64>() else { return false };
    match operator {
        "<" => value < number,
        "<=" => value <= number,
        ">" => value > number,
        ">=" => value >= number,
        "=" => value == number,
        "!=" => value != number,
        _ => false,
    }
}

fn count(node: &Node, name: &str) -> u64 {
    node.attr(name).and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// The text of a cell with a value is computed from the value and the format; what the file says it to be could be
/// anything. A string's text is what it shows.
fn rewrite(cell: &mut Node) {
    let kind = cell.attr("office:value-type").unwrap_or("string").to_owned();
    let said = cell.take("office:string-value");
    let text = |node: &Node| matches!(node.name, "text:p" | "text:h" | "text:list");
    let has = cell.nodes().any(text);
    let write = |cell: &mut Node, text: String| {
        cell.items.push(Item::Node(Node::new("text:p", &[]).text_item(text)));
    };
    let number = cell.attr("office:value").and_then(|value| value.trim().parse::<f64>().ok());
    let value = match kind.as_str() {
        "float" | "currency" => number.map(|number| number.to_string()),
        "percentage" => number.map(|number| format!("{}%", number * 100.0)),
        "date" => {
            cell.attr("office:date-value").filter(|date| types::date(date)).map(str::to_owned)
        }
        "time" => {
            cell.attr("office:time-value").filter(|time| types::duration(time)).map(str::to_owned)
        }
        "boolean" => match cell.attr("office:boolean-value") {
            Some("true") => Some("TRUE".into()),
            Some("false") => Some("FALSE".into()),
            _ => None,
        },
        _ => {
            if let (Some(text), false) = (said, has) {
                write(cell, text);
            }
            return;
        }
    };
    if let Some(number) = number {
        // One way to write a number.
        cell.set("office:value", number.to_string());
    }
    cell.retain(|node| !text(node));
    match value {
        Some(value) if has && value.len() <= 40 => write(cell, value),
        Some(_) => {}
        None => cell.attrs.retain(|(name, _)| !name.starts_with("office:")),
    }
}

/// Ranges that are printed, of the sheet itself.
fn printed(ranges: &str) -> Option<String> {
    let own = |cell: &str| {
        let (_, cell) = cell.rsplit_once('.')?;
        let cell: String = cell.chars().filter(|c| *c != '$').collect();
        super::super::model::cells(&cell).then(|| format!(".{cell}"))
    };
    // Names of sheets may have spaces; cells have none.
    let (first, last) = ranges.rsplit_once(':')?;
    if ranges.matches(':').count() != 1 {
        return None;
    }
    Some(format!("{}:{}", own(first)?, own(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_of_formats_are_compared() {
        assert!(holds(Some("value()>=0"), 0.0) && !holds(Some("value()>0"), 0.0));
        assert!(holds(Some("value()!=3"), 2.0) && !holds(Some("content()>0"), 1.0));
        assert!(!holds(Some("value()é"), 1.0) && !holds(None, 1.0));
    }

    #[test]
    fn a_printed_range_names_no_sheet() {
        assert_eq!(printed("$'a b'.$A$1:$'a b'.$C$7").as_deref(), Some(".A1:.C7"));
        assert_eq!(printed("HIDDEN"), None);
        assert_eq!(printed("x.A1:x.MARKER17MARKER"), None);
    }

    #[test]
    fn the_text_of_a_number_is_its_value() {
        let mut cell = Node::new(
            "table:table-cell",
            &[("office:value-type", "float"), ("office:value", "1.50")],
        )
        .with([Node::new("text:p", &[]).text_item("HIDDEN")]);
        rewrite(&mut cell);
        assert_eq!(cell.text(), "1.5");
        assert_eq!(cell.attr("office:value"), Some("1.5"));
    }
}
