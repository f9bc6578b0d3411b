//! Cell formats: the used ones, and whether they hide what they format.

use super::super::xml::Node;
use crate::{Context, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Points; anything up to two cannot be read.
const TINY: f64 = 2.0;

/// What a cell holds, as number formats tell it apart (ECMA-376 Part 1, 18.8.31).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Positive,
    Negative,
    Zero,
    Text,
    Other,
}

/// The styles part, and which of it is used.
#[derive(Default)]
pub(super) struct Formats {
    root: Option<Node>,
    xfs: Vec<Xf>,
    codes: BTreeMap<String, String>,
    used: BTreeSet<usize>,
    dxfs: BTreeSet<usize>,
    tables: BTreeMap<String, String>,
    /// Sections of number formats that a value goes through.
    sections: BTreeMap<String, BTreeSet<usize>>,
}

/// What matters of one cell format.
struct Xf {
    code: String,
    /// In the colour of the paper, or too small.
    unreadable: bool,
}

impl Formats {
    pub(super) fn of(root: Option<Node>) -> Self {
        let mut formats = Self::default();
        if let Some(root) = &root {
            formats.read(root);
        }
        formats.root = root;
        formats
    }

    fn read(&mut self, root: &Node) {
        let list = |name: &str| -> Vec<&Node> {
            root.child(name).into_iter().flat_map(Node::nodes).collect()
        };
        let (fonts, fills) = (list("x:fonts"), list("x:fills"));
        for code in list("x:numFmts") {
            if let (Some(id), Some(code)) = (code.attr("numFmtId"), code.attr("formatCode")) {
                self.codes.insert(id.to_owned(), code.to_owned());
            }
        }
        for xf in list("x:cellXfs") {
            let number =
                |name: &str| xf.attr(name).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
            let font = fonts.get(number("fontId"));
            let filled = fills.get(number("fillId")).is_some_and(|fill| {
                fill.child("x:gradientFill").is_some()
                    || fill.val("x:patternFill", "patternType").is_some_and(|kind| kind != "none")
            });
            let white = font.and_then(|font| font.child("x:color")).is_some_and(|colour| {
                matches!(colour.attr("rgb"), Some("FFFFFFFF" | "00FFFFFF" | "FFFFFF"))
                    || colour.attr("theme") == Some("0") && colour.attr("tint").is_none()
                    || colour.attr("indexed") == Some("9")
                    || colour.attr("indexed") == Some("1")
            });
            let tiny = font
                .and_then(|font| font.val("x:sz", "val")?.parse::<f64>().ok())
                .is_some_and(|size| size <= TINY);
            self.xfs.push(Xf {
                code: xf.attr("numFmtId").unwrap_or("0").to_owned(),
                unreadable: tiny || white && !filled,
            });
        }
    }

    /// Notes that a cell, row or column has this format.
    pub(super) fn uses(&mut self, xf: Option<&str>) {
        self.used.extend(xf.and_then(|n| n.parse::<usize>().ok()));
    }

    /// Notes that a rule or a table has this partial format.
    pub(super) fn uses_partial(&mut self, dxf: Option<&str>) {
        self.dxfs.extend(dxf.and_then(|n| n.parse::<usize>().ok()));
    }

    /// The name that a table's style has now; nothing if there is no such style.
    pub(super) fn table(&mut self, name: &str) -> Option<String> {
        let built_in =
            ["TableStyleLight", "TableStyleMedium", "TableStyleDark"].iter().any(|stem| {
                name.strip_prefix(stem).is_some_and(|n| n.len() <= 2 && n.parse::<u8>().is_ok())
            });
        if built_in {
            return Some(name.to_owned());
        }
        let styles = self.root.as_ref()?.child("x:tableStyles")?;
        styles.nodes().find(|style| style.attr("name") == Some(name))?;
        let number = self.tables.len() + 1;
        Some(
            self.tables.entry(name.to_owned()).or_insert_with(|| format!("Style {number}")).clone(),
        )
    }

    /// Whether a cell of this format shows a value of this kind.
    pub(super) fn shows(&mut self, xf: Option<&str>, value: Value, on_ground: bool) -> bool {
        let number = xf.and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
        let Some(xf) = self.xfs.get(number) else { return true };
        if xf.unreadable && !on_ground {
            return false;
        }
        let Some(code) = self.codes.get(&xf.code) else { return true };
        let sections = split(code);
        let section = section(sections.len(), value);
        // Text has a section of its own only where there are four, or the only one is for text.
        let Some(section) = section else { return true };
        self.sections.entry(xf.code.clone()).or_default().insert(section);
        sections.get(section).is_none_or(|code| !code.is_empty() || sections.len() == 1)
    }

    /// The styles part with what is used of it.
    pub(super) fn finish(&mut self, cx: &mut Context<'_>) -> Option<Node> {
        let mut root = self.root.take()?;
        self.used.insert(0);
        let (mut fonts, mut fills, mut borders, mut codes) =
            (BTreeSet::from([0]), BTreeSet::from([0, 1]), BTreeSet::from([0]), BTreeSet::new());
        let mut bases = BTreeSet::from([0]);
        let mut gone = 0;
        blank(&mut root, "x:cellXfs", &self.used, &plain_xf(), &mut gone);
        let note = |list: Option<&Node>,
                    only: Option<&BTreeSet<usize>>,
                    bases: &mut BTreeSet<usize>,
                    codes: &mut BTreeSet<String>,
                    sets: [&mut BTreeSet<usize>; 3]| {
            let [fonts, fills, borders] = sets;
            for (at, xf) in list.into_iter().flat_map(Node::nodes).enumerate() {
                if only.is_some_and(|only| !only.contains(&at)) {
                    continue;
                }
                let number = |name: &str| xf.attr(name).and_then(|n| n.parse::<usize>().ok());
                fonts.extend(number("fontId"));
                fills.extend(number("fillId"));
                borders.extend(number("borderId"));
                bases.extend(number("xfId"));
                codes.extend(xf.attr("numFmtId").map(str::to_owned));
            }
        };
        note(
            root.child("x:cellXfs"),
            None,
            &mut bases,
            &mut codes,
            [&mut fonts, &mut fills, &mut borders],
        );
        let only = bases.clone();
        note(
            root.child("x:cellStyleXfs"),
            Some(&only),
            &mut BTreeSet::new(),
            &mut codes,
            [&mut fonts, &mut fills, &mut borders],
        );
        blank(&mut root, "x:cellStyleXfs", &bases, &plain_xf(), &mut gone);
        blank(&mut root, "x:fonts", &fonts, &Node::new("x:font", &[]), &mut gone);
        let fill =
            Node::new("x:fill", &[]).with([Node::new("x:patternFill", &[("patternType", "none")])]);
        blank(&mut root, "x:fills", &fills, &fill, &mut gone);
        blank(&mut root, "x:borders", &borders, &Node::new("x:border", &[]), &mut gone);
        self.table_styles(&mut root);
        blank(&mut root, "x:dxfs", &self.dxfs, &Node::new("x:dxf", &[]), &mut gone);
        if let Some(list) = root.child_mut("x:numFmts") {
            let before = list.items.len();
            list.retain(|code| code.attr("numFmtId").is_some_and(|id| codes.contains(id)));
            gone += before - list.items.len();
            for code in list.nodes_mut() {
                let (id, text) =
                    (code.attr("numFmtId").unwrap_or_default().to_owned(), code.take("formatCode"));
                let used = self.sections.get(&id);
                code.set("formatCode", exercised(&text.unwrap_or_default(), used));
            }
            list.set("count", list.items.len().to_string());
            if list.items.is_empty() {
                root.retain(|node| node.name != "x:numFmts");
            }
        }
        if let Some(list) = root.child_mut("x:cellStyles") {
            let normal =
                Node::new("x:cellStyle", &[("name", "Normal"), ("xfId", "0"), ("builtinId", "0")]);
            *list = Node::new("x:cellStyles", &[("count", "1")]).with([normal]);
        }
        if gone > 0 {
            cx.removed(Kind::Identifiers, "xl/styles.xml", "unused cell formats and their names");
        }
        Some(root)
    }

    fn table_styles(&mut self, root: &mut Node) {
        let Some(list) = root.child_mut("x:tableStyles") else { return };
        list.attrs.clear();
        list.retain(|style| style.attr("name").is_some_and(|name| self.tables.contains_key(name)));
        for style in list.nodes_mut() {
            if let Some(new) = style.attr("name").and_then(|name| self.tables.get(name)) {
                style.set("name", new.clone());
            }
            for element in style.nodes() {
                self.dxfs.extend(element.attr("dxfId").and_then(|n| n.parse::<usize>().ok()));
            }
        }
        list.set("count", list.items.len().to_string());
    }
}

fn plain_xf() -> Node {
    Node::new("x:xf", &[("numFmtId", "0"), ("fontId", "0"), ("fillId", "0"), ("borderId", "0")])
}

/// Entries of a list that nothing uses become plain: numbers stay, and with them the references.
fn blank(root: &mut Node, list: &str, used: &BTreeSet<usize>, plain: &Node, gone: &mut usize) {
    for (at, node) in root.child_mut(list).into_iter().flat_map(Node::nodes_mut).enumerate() {
        if !used.contains(&at) && node != plain {
            node.clone_from(plain);
            *gone += 1;
        }
    }
}

/// The sections of a number format; semicolons in quotes or after a backslash are text.
fn split(code: &str) -> Vec<&str> {
    let (mut sections, mut from, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in code.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if !quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                sections.extend(code.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    sections.extend(code.get(from..));
    sections
}

/// Which of so many sections a value goes through.
fn section(count: usize, value: Value) -> Option<usize> {
    match (value, count) {
        (Value::Text, 4) => Some(3),
        (Value::Text, _) => None,
        (Value::Negative, 2..) => Some(1),
        (Value::Zero, 3..) => Some(2),
        (Value::Other, _) => None,
        _ => Some(0),
    }
}

/// A format in which sections that no value goes through say nothing.
fn exercised(code: &str, used: Option<&BTreeSet<usize>>) -> String {
    let sections = split(code);
    let conditional = code.contains("[>") || code.contains("[<") || code.contains("[=");
    let words =
        |section: &str| section.contains(['"', '\\']) || section.chars().any(char::is_alphabetic);
    sections
        .iter()
        .enumerate()
        .map(|(at, section)| {
            let dead = !conditional && !used.is_some_and(|used| used.contains(&at));
            match (dead && words(section), at) {
                (false, _) => section,
                (true, 3) => "@",
                (true, _) => "General",
            }
        })
        .collect::<Vec<_>>()
        .join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_that_nothing_uses_says_nothing() {
        let used = BTreeSet::from([0, 1]);
        assert_eq!(
            exercised("0.0\" kg\";-0;\"MARKER\";@\\M", Some(&used)),
            "0.0\" kg\";-0;General;@"
        );
        assert_eq!(split("0\";\"0;\\;x"), ["0\";\"0", "\\;x"]);
    }

    #[test]
    fn three_semicolons_hide_everything() {
        for value in [Value::Positive, Value::Negative, Value::Zero, Value::Text] {
            let sections = split(";;;");
            assert_eq!(section(sections.len(), value).map(|at| sections[at]), Some(""));
        }
    }
}
