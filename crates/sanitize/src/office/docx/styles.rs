//! Styles: the used ones, under names of ours.

use super::super::model;
use super::super::xml::Node;
use super::looks::on;
use crate::{Context, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Old style ids and what they are now.
pub(super) type Names = BTreeMap<String, String>;

/// Notes every style that a tree uses.
pub(super) fn used(root: &Node, ids: &mut BTreeSet<String>) {
    root.each(&mut |node| {
        if matches!(node.name, "w:pStyle" | "w:rStyle" | "w:tblStyle") {
            ids.extend(node.attr("w:val").map(str::to_owned));
        }
    });
}

/// Leaves only the used styles, those they are based on and the defaults, and renames them.
pub(super) fn prune(
    styles: &mut Node,
    mut ids: BTreeSet<String>,
    place: &str,
    cx: &mut Context<'_>,
) -> Names {
    let mut based = BTreeMap::new();
    for style in styles.nodes().filter(|node| node.name == "w:style") {
        let Some(id) = style.attr("w:styleId") else { continue };
        if on(style.attr("w:default")) {
            ids.insert(id.to_owned());
        }
        based.insert(id.to_owned(), style.val("w:basedOn", "w:val").map(str::to_owned));
    }
    let mut more: Vec<String> = ids.iter().cloned().collect();
    while let Some(id) = more.pop() {
        if let Some(Some(base)) = based.get(&id)
            && ids.insert(base.clone())
        {
            more.push(base.clone());
        }
    }
    let before = styles.nodes().count();
    let mut names = Names::new();
    styles.retain(|style| match style.name {
        "w:docDefaults" => true,
        "w:style" => style.attr("w:styleId").is_some_and(|id| {
            // A second definition of one id is never used.
            ids.contains(id)
                && names.insert(id.to_owned(), format!("s{}", names.len() + 1)).is_none()
        }),
        _ => false,
    });
    if styles.nodes().count() < before {
        cx.removed(Kind::Identifiers, place, "unused and latent styles");
    }
    let mut own = 0;
    for style in styles.nodes_mut().filter(|node| node.name == "w:style") {
        if let Some(new) = style.attr("w:styleId").and_then(|id| names.get(id)).cloned() {
            style.set("w:styleId", new);
        }
        if let Some(name) = style.child_mut("w:name") {
            let old = name.take("w:val").unwrap_or_default();
            if let Some(known) = model::built_in_style(&old) {
                name.set("w:val", known);
            } else {
                own += 1;
                name.set("w:val", format!("Style {own}"));
            }
        }
    }
    if own > 0 {
        cx.removed(Kind::Identifiers, place, "names of styles of one's own");
    }
    rename(styles, &names);
    names
}

/// Puts the new ids where the old ones were; what refers to no style goes.
pub(super) fn rename(root: &mut Node, names: &Names) {
    let refers =
        |node: &Node| matches!(node.name, "w:pStyle" | "w:rStyle" | "w:tblStyle" | "w:basedOn");
    root.retain(|node| {
        !refers(node) || node.attr("w:val").is_some_and(|id| names.contains_key(id))
    });
    for child in root.nodes_mut() {
        if refers(child) {
            if let Some(new) = child.attr("w:val").and_then(|id| names.get(id)) {
                child.set("w:val", new.clone());
            }
        } else {
            rename(child, names);
        }
    }
}
