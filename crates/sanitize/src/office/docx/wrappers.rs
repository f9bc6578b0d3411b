//! Wrappers around what is shown: controls, smart tags, custom XML, links.

use super::super::xml::{Item, Node};
use crate::{Context, Kind, Refusal};

/// Opens every wrapper, and refuses what would show another document here.
///
/// # Errors
/// [`Refusal::Unsupported`] for a document that Word would merge in when it opens this one.
pub(super) fn open(root: &mut Node, place: &str, cx: &mut Context<'_>) -> Result<(), Refusal> {
    if root.has("w:altChunk") || root.has("w:subDoc") {
        return Err(Refusal::Unsupported {
            format: "DOCX",
            what: "another document that is merged in when it is opened".into(),
            advice: "open it in a word processor and save it again",
        });
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
    Ok(())
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
