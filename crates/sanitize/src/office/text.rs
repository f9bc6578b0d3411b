//! Characters that are text on the page, and those that only hide in it.

use super::xml::{Item, Node};
use crate::Context;

/// Elements whose characters are shown.
const SHOWN: [&str; 16] = [
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
];

/// One piece of text without what cannot be seen in it.
pub(super) fn shown(text: &str, _place: &str, _cx: &mut Context<'_>) -> String {
    text.to_owned()
}

/// The same for every text of a tree.
pub(super) fn clean(node: &mut Node, place: &str, cx: &mut Context<'_>) {
    let here = SHOWN.contains(&node.name);
    for item in &mut node.items {
        match item {
            Item::Text(text) if here => *text = shown(text, place, cx),
            Item::Text(_) => {}
            Item::Node(child) => clean(child, place, cx),
        }
    }
}
