//! Wrappers around what is shown: controls, smart tags, custom XML, links.

use super::super::xml::{Item, Node};
use crate::{Context, Kind};

/// Said when a document would show another one in the middle of itself: that one is not rebuilt.
const MERGED: &str = "A word processor shows another document in the middle of this one; the copy does not have it. If it \
     matters, open the original, save it again so that it becomes part of the text, and clean that.";

/// Opens every wrapper, and takes out what would show another document here, which is said in words.
pub(super) fn open(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    if without_merged(root) {
        cx.removed(Kind::EmbeddedObjects, place, "another document that is merged in on opening");
        cx.remains(MERGED);
    }
    let mut seen = Seen::default();
    unwrap(root, &mut seen);
    for (count, kind, what) in [
        (
            seen.controls,
            Kind::Identifiers,
            "content controls: their text stays, names and bindings go",
        ),
        (seen.tags, Kind::UnusedData, "smart tags and custom XML around text"),
        (seen.links, Kind::ExternalReferences, "targets of links: their text stays"),
    ] {
        if count > 0 {
            cx.removed(kind, place, what);
        }
    }
}

/// Whether there was one.
fn without_merged(node: &mut Node) -> bool {
    let mut found = false;
    node.retain(|child| {
        let merged = matches!(child.name, "w:altChunk" | "w:subDoc");
        found |= merged;
        !merged
    });
    node.nodes_mut().fold(found, |found, child| without_merged(child) || found)
}

#[derive(Default)]
struct Seen {
    controls: u64,
    tags: u64,
    links: u64,
}

fn unwrap(node: &mut Node, seen: &mut Seen) {
    // Wrappers may be in wrappers: once more until none is left.
    while node.nodes().any(wraps) {
        node.replace(|child| {
            if !wraps(&child) {
                return vec![Item::Node(child)];
            }
            match child.name {
                "w:sdt" => {
                    seen.controls += 1;
                    child
                        .items
                        .into_iter()
                        .filter_map(|item| match item {
                            Item::Node(inner) if inner.name == "w:sdtContent" => Some(inner.items),
                            _ => None,
                        })
                        .flatten()
                        .collect()
                }
                "w:hyperlink" => {
                    seen.links += 1;
                    child.items
                }
                _ => {
                    seen.tags += 1;
                    child.items
                }
            }
        });
    }
    node.nodes_mut().for_each(|child| unwrap(child, seen));
}

fn wraps(node: &Node) -> bool {
    matches!(node.name, "w:sdt" | "w:smartTag" | "w:customXml")
        || node.name == "w:hyperlink"
            && node.attr("w:anchor").is_none_or(|_| node.attr("r:id").is_some())
}
