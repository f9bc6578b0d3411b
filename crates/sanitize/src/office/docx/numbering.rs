//! Lists: the used ones, with the levels that are used.

use super::super::xml::Node;
use super::styles::Names;
use crate::{Context, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Which levels of which lists (by `w:numId`) are used.
pub(super) type Used = BTreeMap<String, BTreeSet<String>>;

/// Notes the lists that a tree uses. A paragraph may take its list from its style and its level by itself.
pub(super) fn used(root: &Node, styles: Option<&Node>, all: &mut Used) {
    let mut by_style: BTreeMap<&str, &Node> = BTreeMap::new();
    for style in styles.into_iter().flat_map(Node::nodes) {
        if let (Some(id), Some(list)) = (style.attr("w:styleId"), style.at(&["w:pPr", "w:numPr"])) {
            by_style.insert(id, list);
        }
    }
    root.each(&mut |node| {
        if !matches!(node.name, "w:pPr" | "w:style") {
            return;
        }
        let own = if node.name == "w:style" {
            node.at(&["w:pPr", "w:numPr"])
        } else {
            node.child("w:numPr")
        };
        let style = node.val("w:pStyle", "w:val").and_then(|id| by_style.get(id).copied());
        let value = |name: &str| {
            own.and_then(|n| n.val(name, "w:val"))
                .or_else(|| style.and_then(|n| n.val(name, "w:val")))
        };
        if let Some(id) = value("w:numId").filter(|id| *id != "0") {
            let levels = all.entry(id.to_owned()).or_default();
            // A list that comes by a style may be at the level that names the style.
            levels.insert(value("w:ilvl").unwrap_or("0").to_owned());
            if own.is_none_or(|own| own.child("w:ilvl").is_none()) {
                let style = node.val("w:pStyle", "w:val").or(node.attr("w:styleId"));
                levels.extend(style.map(|style| format!("by {style}")));
            }
        }
    });
}

/// Leaves only the used lists and renumbers them.
pub(super) fn prune(
    root: &mut Node,
    styles: Option<&Node>,
    used: &Used,
    names: &Names,
    place: &str,
    cx: &mut Context<'_>,
) -> BTreeMap<String, String> {
    let mut abstracts: BTreeMap<String, Node> = BTreeMap::new();
    let mut links = BTreeMap::new();
    let mut lists = Vec::new();
    let mut unused = false;
    for node in root.nodes() {
        match node.name {
            "w:abstractNum" => {
                let Some(id) = node.attr("w:abstractNumId") else { continue };
                if let Some(link) = node.val("w:styleLink", "w:val") {
                    links.insert(link.to_owned(), id.to_owned());
                }
                abstracts.insert(id.to_owned(), node.clone());
            }
            "w:num" if node.attr("w:numId").is_some_and(|id| used.contains_key(id)) => {
                lists.push(node.clone());
            }
            _ => unused = true,
        }
    }
    let _ = styles;
    let mut numbers = BTreeMap::new();
    let mut kinds: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for list in &mut lists {
        let Some(old) = list.attr("w:numId").map(str::to_owned) else { continue };
        let Some(mut kind) = list.val("w:abstractNumId", "w:val").map(str::to_owned) else {
            continue;
        };
        if let Some(linked) = abstracts
            .get(&kind)
            .and_then(|node| node.val("w:numStyleLink", "w:val"))
            .and_then(|style| links.get(style))
        {
            kind.clone_from(linked);
        }
        let next = kinds.len().to_string();
        let (new_kind, levels) = kinds.entry(kind).or_insert((next, BTreeSet::new()));
        levels.extend(used.get(&old).into_iter().flatten().cloned());
        let number = (numbers.len() + 1).to_string();
        list.set("w:numId", number.clone());
        if let Some(node) = list.child_mut("w:abstractNumId") {
            node.set("w:val", new_kind.clone());
        }
        numbers.insert(old, number);
    }
    let mut fresh = Vec::new();
    for (old, (new, levels)) in &kinds {
        let Some(mut node) = abstracts.get(old).cloned() else { continue };
        node.set("w:abstractNumId", new.clone());
        node.retain(|child| matches!(child.name, "w:multiLevelType" | "w:lvl"));
        for level in node.nodes_mut().filter(|child| child.name == "w:lvl") {
            silence(level, levels);
        }
        fresh.push(node);
    }
    // The order of ids, which the schema does not ask for but some readers do.
    fresh.sort_by_key(|node| node.attr("w:abstractNumId").and_then(|id| id.parse::<u64>().ok()));
    for level in lists.iter_mut().flat_map(Node::nodes_mut).filter(|n| n.name == "w:lvlOverride") {
        let all = used.values().flatten().cloned().collect();
        level.nodes_mut().filter(|n| n.name == "w:lvl").for_each(|level| silence(level, &all));
    }
    if unused || abstracts.len() > kinds.len() {
        cx.removed(Kind::Identifiers, place, "unused lists and identifiers of lists");
    }
    *root = Node::new("w:numbering", &[]).with(fresh).with(lists);
    super::styles::rename(root, names);
    numbers
}

/// A level that no paragraph is at says nothing; its shape stays, since deeper ones count on it.
fn silence(level: &mut Node, used: &BTreeSet<String>) {
    let here = level.attr("w:ilvl").is_some_and(|at| used.contains(at))
        || level
            .val("w:pStyle", "w:val")
            .is_some_and(|style| used.contains(&format!("by {style}")));
    if !here && let Some(text) = level.child_mut("w:lvlText") {
        text.set("w:val", "");
    }
}

/// Puts the new numbers where the old ones were; what refers to no list goes.
pub(super) fn rename(root: &mut Node, numbers: &BTreeMap<String, String>) {
    root.each_mut(&mut |node| {
        if node.name == "w:numPr" {
            let old = node.val("w:numId", "w:val").unwrap_or("0").to_owned();
            if let (Some(new), Some(id)) = (numbers.get(&old), node.child_mut("w:numId")) {
                id.set("w:val", new.clone());
            } else if old != "0" {
                node.items.clear();
            }
        }
    });
}
