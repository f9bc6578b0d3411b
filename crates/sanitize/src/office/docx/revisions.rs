//! Tracked changes: what the page finally shows, unless the person keeps them.

use super::super::xml::{Item, Node};
use crate::{Context, Kind};

/// Accepts every change, or keeps insertions and deletions without who and when.
pub(super) fn settle(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    let mut changes = 0_u64;
    root.each(&mut |node| changes += u64::from(is_change(node.name)));
    if changes == 0 {
        return;
    }
    if cx.keeps(Kind::TrackedChanges) {
        cx.kept(Kind::TrackedChanges, place, "tracked changes, without author and date");
        cx.removed(Kind::Properties, place, "authors and dates of tracked changes");
        neutral(root, &mut 0);
    } else {
        cx.removed(
            Kind::TrackedChanges,
            place,
            "tracked changes: insertions are accepted, deletions are gone",
        );
        accept(root);
    }
}

fn is_change(name: &str) -> bool {
    matches!(
        name,
        "w:ins" | "w:del" | "w:moveFrom" | "w:moveTo" | "w:cellIns" | "w:cellDel" | "w:cellMerge"
    ) || name.starts_with("w:") && name.ends_with("Change")
}

fn neutral(node: &mut Node, number: &mut u32) {
    node.replace(|mut child| {
        let moved = child.name == "w:moveFrom";
        match child.name {
            "w:ins" | "w:moveTo" => child.name = "w:ins",
            "w:del" | "w:moveFrom" => child.name = "w:del",
            name if is_change(name) => return Vec::new(),
            _ => return vec![Item::Node(child)],
        }
        if moved {
            child.each_mut(&mut |node| {
                if node.name == "w:t" {
                    node.name = "w:delText";
                }
            });
        }
        *number += 1;
        child.attrs.clear();
        child.set("w:id", number.to_string());
        child.set("w:author", "Author");
        vec![Item::Node(child)]
    });
    node.nodes_mut().for_each(|child| neutral(child, number));
}

fn accept(node: &mut Node) {
    let marker = matches!(node.name, "w:rPr" | "w:trPr" | "w:numPr" | "m:ctrlPr");
    node.replace(|child| match child.name {
        "w:ins" | "w:moveTo" if !marker => opened(child),
        "w:tr" if child.at(&["w:trPr", "w:del"]).is_some() => Vec::new(),
        "w:tc" if child.at(&["w:tcPr", "w:cellDel"]).is_some() => Vec::new(),
        name if is_change(name) => Vec::new(),
        // The mark of a paragraph must be seen before it goes.
        "w:p" if deleted_mark(&child) => {
            let mut child = child;
            child.set("w:val", "joined");
            vec![Item::Node(child)]
        }
        _ => vec![Item::Node(child)],
    });
    node.nodes_mut().for_each(accept);
    join(node);
    node.retain(|child| child.name != "w:tbl" || child.child("w:tr").is_some());
}

/// What is in an accepted insertion; there may be another change in it.
fn opened(node: Node) -> Vec<Item> {
    let mut all = Vec::new();
    for item in node.items {
        match item {
            Item::Node(child) if matches!(child.name, "w:ins" | "w:moveTo") => {
                all.extend(opened(child))
            }
            Item::Node(child) if is_change(child.name) => {}
            item => all.push(item),
        }
    }
    all
}

fn deleted_mark(paragraph: &Node) -> bool {
    paragraph
        .at(&["w:pPr", "w:rPr"])
        .is_some_and(|mark| mark.nodes().any(|n| matches!(n.name, "w:del" | "w:moveFrom")))
}

/// A paragraph whose mark was deleted runs on into the next one.
fn join(node: &mut Node) {
    let joined = |item: &Item| matches!(item, Item::Node(p) if p.name == "w:p" && p.attr("w:val") == Some("joined"));
    if !node.items.iter().any(joined) {
        return;
    }
    let mut carried: Vec<Item> = Vec::new();
    let mut out: Vec<Item> = Vec::new();
    for item in std::mem::take(&mut node.items) {
        match item {
            Item::Node(mut paragraph) if paragraph.name == "w:p" => {
                let joins = paragraph.take("w:val").is_some();
                let split =
                    usize::from(paragraph.nodes().next().is_some_and(|n| n.name == "w:pPr"));
                let tail = std::mem::take(&mut carried);
                let at = split.min(paragraph.items.len());
                paragraph.items.splice(at..at, tail);
                if joins {
                    paragraph.retain(|child| child.name != "w:pPr");
                    carried = paragraph.items;
                } else {
                    out.push(Item::Node(paragraph));
                }
            }
            other => {
                flush(&mut carried, &mut out);
                out.push(other);
            }
        }
    }
    flush(&mut carried, &mut out);
    node.items = out;
}

fn flush(carried: &mut Vec<Item>, out: &mut Vec<Item>) {
    if !carried.is_empty() {
        let mut paragraph = Node::new("w:p", &[]);
        paragraph.items = std::mem::take(carried);
        out.push(Item::Node(paragraph));
    }
}
