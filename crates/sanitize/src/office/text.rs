//! Characters that are text on the page, and those that only hide in it.

use super::xml::{Item, Node};
use crate::Context;
use crate::text::marks;

/// Elements that are one paragraph: what stays of its marks is decided by the whole of it.
const PARAGRAPHS: [&str; 19] = [
    "w:p", "a:p", "x:si", "x:text", "m:oMath", "text:p", "text:h", "h:p", "h:li", "h:td", "h:th",
    "h:dt", "h:dd", "h:h1", "h:h2", "h:h3", "h:h4", "h:h5", "h:h6",
];

/// Elements whose characters are shown.
const SHOWN: [&str; 22] = [
    "w:t",
    "w:delText",
    "a:t",
    "m:t",
    "x:t",
    "c:v",
    "p:text",
    "x:oddHeader",
    "x:oddFooter",
    "x:evenHeader",
    "x:evenFooter",
    "x:firstHeader",
    "x:firstFooter",
    "text:p",
    "text:h",
    "text:span",
    "text:ruby-base",
    "text:ruby-text",
    "presentation:header-decl",
    "presentation:footer-decl",
    "presentation:date-time-decl",
    "number:text",
];

/// One piece of text without what cannot be seen in it.
pub(super) fn shown(text: &str, place: &str, cx: &mut Context<'_>) -> String {
    marks::clean_text(text, place, cx).into_owned()
}

/// The same for every text of a tree, paragraph by paragraph.
pub(super) fn clean(node: &mut Node, place: &str, cx: &mut Context<'_>) {
    if PARAGRAPHS.contains(&node.name) {
        let mut pieces = Vec::new();
        collect(node, &mut |text| pieces.push(std::mem::take(text)));
        marks::clean_pieces(&mut pieces, place, cx);
        let mut pieces = pieces.into_iter();
        collect(node, &mut |text| *text = pieces.next().unwrap_or_default());
        return;
    }
    let here = SHOWN.contains(&node.name) || node.name.starts_with("h:");
    for item in &mut node.items {
        match item {
            Item::Text(text) if here => *text = shown(text, place, cx),
            Item::Text(_) => {}
            Item::Node(child) => clean(child, place, cx),
        }
    }
}

/// Every shown text in a paragraph, in order.
fn collect(node: &mut Node, f: &mut impl FnMut(&mut String)) {
    let here = SHOWN.contains(&node.name) || node.name.starts_with("h:");
    for item in &mut node.items {
        match item {
            Item::Text(text) if here => f(text),
            Item::Text(_) => {}
            Item::Node(child) => collect(child, f),
        }
    }
}
