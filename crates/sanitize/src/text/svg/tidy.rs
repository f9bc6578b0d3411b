//! Names that are used, and only those, under new names; text without marks; nothing that is empty.

use super::super::marks;
use super::table::is_definition;
use super::{Item, Node};
use crate::{Context, Kind};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn tidy(mut root: Node, cx: &mut Context<'_>) -> Node {
    clean_text(&mut root, cx);
    // What is taken out may have been all that referred to something else.
    loop {
        let clips = empty_clips(&root);
        let before = count(&root);
        let used = used(&root);
        prune(&mut root, &used, &clips, cx);
        if count(&root) == before {
            break;
        }
    }
    let names = used(&root);
    let mut fresh = BTreeMap::new();
    root.each(&mut |node| {
        if let Some(id) = node.attr("id").filter(|id| names.contains(*id)) {
            let next = format!("a{}", fresh.len().saturating_add(1));
            fresh.entry(id.to_owned()).or_insert(next);
        }
    });
    let mut given = BTreeSet::new();
    rename(&mut root, &fresh, &mut given, cx);
    root
}

fn count(node: &Node) -> usize {
    let mut all = 0_usize;
    node.each(&mut |_| all = all.saturating_add(1));
    all
}

fn target(value: &str) -> Option<&str> {
    let inside = value.strip_prefix("url(#").and_then(|rest| rest.strip_suffix(')'));
    inside.or(value.strip_prefix('#'))
}

/// Names that something refers to.
fn used(root: &Node) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    root.each(&mut |node| {
        for (name, value) in &node.attrs {
            if name != "id" && !value.starts_with("data:") {
                all.extend(target(value).map(str::to_owned));
            }
        }
    });
    all
}

/// Clip paths through which nothing is seen.
fn empty_clips(root: &Node) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    root.each(&mut |node| {
        if node.name == "clipPath" && node.items.is_empty() {
            all.extend(node.attr("id").map(str::to_owned));
        }
    });
    all
}

fn prune(node: &mut Node, used: &BTreeSet<String>, clips: &BTreeSet<String>, cx: &mut Context<'_>) {
    node.items.retain_mut(|item| {
        let Item::Node(child) = item else { return true };
        prune(child, used, clips, cx);
        let name = child.attr("id").is_some_and(|id| used.contains(id));
        if is_definition(&child.name) && !name {
            cx.removed(Kind::UnusedData, "drawing", "definitions that nothing uses");
            return false;
        }
        let clip = child.attr("clip-path").and_then(target).is_some_and(|id| clips.contains(id));
        if clip && !cx.keeps(Kind::HiddenText) {
            cx.removed(Kind::HiddenText, "drawing", "elements clipped away");
            return false;
        }
        let holds =
            matches!(child.name.as_str(), "g" | "defs" | "text" | "tspan" | "textPath" | "svg");
        !(holds && child.items.is_empty() && !name)
    });
}

fn rename(
    node: &mut Node,
    fresh: &BTreeMap<String, String>,
    given: &mut BTreeSet<String>,
    cx: &mut Context<'_>,
) {
    node.attrs.retain_mut(|(name, value)| {
        if name == "id" {
            // Of two of one name the first counts.
            let known = fresh.get(value).filter(|id| given.insert((*id).clone()));
            cx.removed(Kind::Identifiers, "drawing", "names of elements");
            return known.is_some_and(|id| {
                *value = id.clone();
                true
            });
        }
        if value.starts_with("data:") {
            return true;
        }
        let Some(found) = target(value) else { return true };
        let address = value.starts_with('#');
        match fresh.get(found) {
            Some(id) => {
                *value = if address { format!("#{id}") } else { format!("url(#{id})") };
                true
            }
            // What is painted with nothing is not painted.
            None if name == "fill" || name == "stroke" => {
                *value = "none".to_owned();
                true
            }
            None => false,
        }
    });
    for item in &mut node.items {
        if let Item::Node(child) = item {
            rename(child, fresh, given, cx);
        }
    }
}

/// Each text element is one text.
fn clean_text(node: &mut Node, cx: &mut Context<'_>) {
    if node.name == "text" {
        let mut pieces = Vec::new();
        each_text(node, &mut |text| pieces.push(std::mem::take(text)));
        collapse(&mut pieces);
        marks::clean_pieces(&mut pieces, "drawing", cx);
        collapse(&mut pieces);
        let mut pieces = pieces.into_iter();
        each_text(node, &mut |text| *text = pieces.next().unwrap_or_default());
        drop_empty(node);
        return;
    }
    for item in &mut node.items {
        if let Item::Node(child) = item {
            clean_text(child, cx);
        }
    }
}

fn each_text(node: &mut Node, f: &mut impl FnMut(&mut String)) {
    for item in &mut node.items {
        match item {
            Item::Text(text) => f(text),
            Item::Node(child) => each_text(child, f),
        }
    }
}

fn drop_empty(node: &mut Node) {
    node.items.retain_mut(|item| match item {
        Item::Text(text) => !text.is_empty(),
        Item::Node(child) => {
            drop_empty(child);
            true
        }
    });
}

/// Blanks as they are shown: one, and none at the ends.
fn collapse(pieces: &mut [String]) {
    let mut blank = true;
    for piece in pieces.iter_mut() {
        let mut fresh = String::with_capacity(piece.len());
        for c in piece.chars() {
            let space = c.is_ascii_whitespace();
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
