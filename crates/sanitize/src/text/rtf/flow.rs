//! Text as it comes, made into paragraphs and tables.

use super::super::html::tree::{Element, Item};

/// How a run of text is set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Emphasis {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) underlined: bool,
    pub(super) struck: bool,
    /// Above the line, or below it.
    pub(super) raised: Option<bool>,
}

/// One stream of text: the page's, a header's, a note's.
#[derive(Default)]
pub(super) struct Flow {
    out: Vec<Item>,
    line: Vec<(Emphasis, Item)>,
    cell: Vec<Item>,
    row: Vec<Item>,
    rows: Vec<Item>,
}

impl Flow {
    pub(super) fn text(&mut self, emphasis: Emphasis, text: &str) {
        if let Some((known, Item::Text(before))) = self.line.last_mut()
            && *known == emphasis
        {
            before.push_str(text);
        } else {
            self.line.push((emphasis, Item::Text(text.to_owned())));
        }
    }

    pub(super) fn item(&mut self, name: &'static str, attrs: Vec<(&'static str, String)>) {
        let mut element = Element::new(name);
        element.attrs = attrs;
        self.line.push((Emphasis::default(), Item::Element(element)));
    }

    /// A paragraph ends; in a table it is one of its cell.
    pub(super) fn paragraph(&mut self, in_table: bool) {
        let mut p = Element::new("p");
        for (emphasis, item) in std::mem::take(&mut self.line) {
            p.items.push(set(emphasis, item));
        }
        if in_table {
            self.cell.push(Item::Element(p));
            return;
        }
        self.table();
        if !p.items.is_empty() {
            self.out.push(Item::Element(p));
        }
    }

    pub(super) fn end_cell(&mut self) {
        self.paragraph(true);
        let mut td = Element::new("td");
        td.items = std::mem::take(&mut self.cell);
        self.row.push(Item::Element(td));
    }

    pub(super) fn end_row(&mut self) {
        if !self.row.is_empty() {
            let mut tr = Element::new("tr");
            tr.items = std::mem::take(&mut self.row);
            self.rows.push(Item::Element(tr));
        }
    }

    fn table(&mut self) {
        if !self.cell.is_empty() {
            self.end_cell();
        }
        self.end_row();
        if !self.rows.is_empty() {
            let mut body = Element::new("tbody");
            body.items = std::mem::take(&mut self.rows);
            let mut table = Element::new("table");
            table.items.push(Item::Element(body));
            self.out.push(Item::Element(table));
        }
    }

    /// Everything, in order.
    pub(super) fn finish(mut self) -> Vec<Item> {
        self.paragraph(false);
        self.out
    }
}

fn set(emphasis: Emphasis, item: Item) -> Item {
    let all = [
        (emphasis.raised == Some(true), "sup"),
        (emphasis.raised == Some(false), "sub"),
        (emphasis.struck, "s"),
        (emphasis.underlined, "u"),
        (emphasis.italic, "i"),
        (emphasis.bold, "b"),
    ];
    all.into_iter().filter(|(is, _)| *is).fold(item, |inner, (_, name)| {
        let mut element = Element::new(name);
        element.items.push(inner);
        Item::Element(element)
    })
}
