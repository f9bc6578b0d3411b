//! The table of texts: rebuilt with the used ones.

use super::super::xml::Node;
use crate::{Context, Kind};
use std::collections::HashMap;

/// Old texts by their numbers, new ones in the order in which cells use them.
pub(super) struct Strings {
    old: Vec<Node>,
    fresh: Vec<Node>,
    /// New numbers of old texts.
    moved: HashMap<usize, usize>,
    /// New numbers of texts that cells held themselves.
    own: HashMap<String, usize>,
}

impl Strings {
    pub(super) fn of(part: Option<Node>, cx: &mut Context<'_>) -> Self {
        let mut old = Vec::new();
        let mut phonetic = false;
        for mut item in part.into_iter().flat_map(|part| part.items).filter_map(|item| match item {
            super::super::xml::Item::Node(node) if node.name == "x:si" => Some(node),
            _ => None,
        }) {
            phonetic |= item.has("x:rPh");
            item.retain(|node| matches!(node.name, "x:t" | "x:r"));
            old.push(item);
        }
        if phonetic {
            cx.removed(Kind::HiddenText, "xl/sharedStrings.xml", "readings of words (furigana)");
        }
        Self { old, fresh: Vec::new(), moved: HashMap::new(), own: HashMap::new() }
    }

    /// The characters of an old text.
    pub(super) fn text(&self, number: usize) -> String {
        self.old.get(number).map(Node::text).unwrap_or_default()
    }

    /// The characters of a new text.
    pub(super) fn fresh_text(&self, number: usize) -> String {
        self.fresh.get(number).map(Node::text).unwrap_or_default()
    }

    /// The new number of an old text.
    pub(super) fn number(&mut self, old: usize) -> Option<usize> {
        if let Some(new) = self.moved.get(&old) {
            return Some(*new);
        }
        let node = self.old.get(old)?.clone();
        self.fresh.push(node);
        let new = self.fresh.len() - 1;
        self.moved.insert(old, new);
        Some(new)
    }

    /// The number of a text that a cell held itself.
    pub(super) fn add(&mut self, text: &str) -> usize {
        if let Some(number) = self.own.get(text) {
            return *number;
        }
        let inner = Node::new("x:t", &[("xml:space", "preserve")]).text_item(text);
        self.fresh.push(Node::new("x:si", &[]).with([inner]));
        self.own.insert(text.to_owned(), self.fresh.len() - 1);
        self.fresh.len() - 1
    }

    /// The new table, if there is any text.
    pub(super) fn finish(&mut self, cx: &mut Context<'_>) -> Option<Node> {
        if self.moved.len() < self.old.len() {
            cx.removed(Kind::UnusedData, "xl/sharedStrings.xml", "texts that no shown cell uses");
        }
        (!self.fresh.is_empty())
            .then(|| Node::new("x:sst", &[]).with(std::mem::take(&mut self.fresh)))
    }
}
