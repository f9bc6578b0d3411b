//! A page of ours: elements of a short list, hardly any attributes, text.

use super::super::marks;
use crate::Context;

/// An element of our page. Names are from [`known`].
#[derive(Debug, PartialEq)]
pub(in super::super) struct Element {
    pub(in super::super) name: &'static str,
    pub(in super::super) attrs: Vec<(&'static str, String)>,
    pub(in super::super) items: Vec<Item>,
}

/// What an element holds.
#[derive(Debug, PartialEq)]
pub(in super::super) enum Item {
    Element(Element),
    Text(String),
}

/// Elements with a meaning of their own that are kept.
const KNOWN: &[&str] = &[
    "body",
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "pre",
    "blockquote",
    "figure",
    "figcaption",
    "hr",
    "br",
    "wbr",
    "img",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "s",
    "del",
    "ins",
    "sub",
    "sup",
    "small",
    "mark",
    "code",
    "kbd",
    "samp",
    "var",
    "cite",
    "q",
    "dfn",
    "abbr",
    "bdi",
    "bdo",
    "ruby",
    "rt",
    "details",
    "summary",
    "math",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "mspace",
    "mrow",
    "mfrac",
    "msqrt",
    "mroot",
    "mstyle",
    "merror",
    "mpadded",
    "mphantom",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mmultiscripts",
    "mtable",
    "mtr",
    "mtd",
    "semantics",
];

/// The name, if the element is one that is kept.
pub(in super::super) fn known(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|known| **known == name).copied()
}

/// Elements in which blanks count.
fn keeps_blanks(name: &str) -> bool {
    name == "pre"
}

/// Elements that stand in a line of text.
fn is_inline(name: &str) -> bool {
    super::names::is_inline(name) || name == "br"
}

/// Elements in which blanks between children are not shown.
fn is_frame(name: &str) -> bool {
    matches!(
        name,
        "ul" | "ol"
            | "dl"
            | "table"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "figure"
            | "details"
            | "math"
            | "mtable"
            | "mtr"
    )
}

/// Elements that go when there is nothing in them.
fn needs_content(name: &str) -> bool {
    !matches!(
        name,
        "td" | "th"
            | "tr"
            | "mtd"
            | "mtr"
            | "mspace"
            | "hr"
            | "br"
            | "wbr"
            | "img"
            | "li"
            | "mrow"
            | "mi"
            | "mo"
    )
}

impl Element {
    pub(in super::super) fn new(name: &'static str) -> Self {
        Self { name, attrs: Vec::new(), items: Vec::new() }
    }
}

/// Makes blanks one, cleans each paragraph of marks, and takes out what is empty.
pub(in super::super) fn tidy(body: &mut Element, place: &str, cx: &mut Context<'_>) {
    let mut line = Vec::new();
    block(body, false, &mut line);
    let mut fresh = Vec::new();
    for (mut pieces, pre) in line {
        if !pre {
            collapse(&mut pieces);
        }
        marks::clean_pieces(&mut pieces, place, cx);
        if !pre {
            collapse(&mut pieces);
        } else if let Some(last) = pieces.last_mut() {
            last.truncate(last.trim_end().len());
        }
        fresh.extend(pieces);
    }
    let mut fresh = fresh.into_iter();
    put_back(body, &mut fresh);
    prune(body);
}

/// Takes the texts of a block out, paragraph by paragraph: runs of text with no block between them.
fn block(element: &mut Element, pre: bool, out: &mut Vec<(Vec<String>, bool)>) {
    let pre = pre || keeps_blanks(element.name);
    let frame = is_frame(element.name);
    let inline = is_inline(element.name);
    if !inline {
        out.push((Vec::new(), pre));
    }
    for item in &mut element.items {
        match item {
            Item::Text(text) => {
                if frame && text.trim().is_empty() {
                    text.clear();
                }
                if let Some((pieces, _)) = out.last_mut() {
                    pieces.push(std::mem::take(text));
                }
            }
            Item::Element(child) => {
                let breaks = !is_inline(child.name);
                block(child, pre, out);
                if breaks || child.name == "br" {
                    out.push((Vec::new(), pre));
                }
            }
        }
    }
}

fn put_back(element: &mut Element, fresh: &mut impl Iterator<Item = String>) {
    for item in &mut element.items {
        match item {
            Item::Text(text) => *text = fresh.next().unwrap_or_default(),
            Item::Element(child) => put_back(child, fresh),
        }
    }
}

/// Blanks as a browser shows them: one, and none at the ends.
fn collapse(pieces: &mut [String]) {
    let mut blank = true;
    for piece in pieces.iter_mut() {
        let mut fresh = String::with_capacity(piece.len());
        for c in piece.chars() {
            let space = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
            if !(space && blank) {
                fresh.push(if space { ' ' } else { c });
            }
            blank = space;
        }
        *piece = fresh;
    }
    for piece in pieces.iter_mut().rev() {
        piece.truncate(piece.trim_end_matches(' ').len());
        if !piece.is_empty() {
            break;
        }
    }
}

fn prune(element: &mut Element) {
    element.items.retain_mut(|item| match item {
        Item::Text(text) => !text.is_empty(),
        Item::Element(child) => {
            prune(child);
            !(child.items.is_empty() && needs_content(child.name))
        }
    });
    // Texts beside each other are one.
    let items = std::mem::take(&mut element.items);
    for item in items {
        match (element.items.last_mut(), item) {
            (Some(Item::Text(before)), Item::Text(text)) => before.push_str(&text),
            (_, item) => element.items.push(item),
        }
    }
}

/// The page around a body.
pub(in super::super) fn write(body: &Element) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head>");
    element(body, &mut out);
    out.push_str("</html>\n");
    out
}

/// Whether a line feed follows, so that the page can be read as text, too.
pub(super) fn ends_line(name: &str) -> bool {
    !is_inline(name) && !name.starts_with('m') && !matches!(name, "hr" | "body")
}

fn element(node: &Element, out: &mut String) {
    out.push('<');
    out.push_str(node.name);
    for (name, value) in &node.attrs {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, true, out);
        out.push('"');
    }
    out.push('>');
    if super::names::is_void(node.name) {
        return;
    }
    // The parser drops a line feed there.
    if keeps_blanks(node.name) {
        out.push('\n');
    }
    for item in &node.items {
        match item {
            Item::Text(text) => escape(text, false, out),
            Item::Element(child) => element(child, out),
        }
    }
    out.push_str("</");
    out.push_str(node.name);
    out.push('>');
    if ends_line(node.name) {
        out.push('\n');
    }
}

fn escape(text: &str, attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '\r' | '\0' => {}
            c => out.push(c),
        }
    }
}
