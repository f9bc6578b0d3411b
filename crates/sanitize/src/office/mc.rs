//! Markup compatibility (ECMA-376 Part 3): of several ways to say one thing, the one that we know.

use super::xml::{Item, Node};

/// Extensions that our tables hold, by their customary prefixes.
const KNOWN: [&str; 4] = ["wps", "wpg", "wpc", "wp14"];

/// Replaces each choice by its first alternative that we know, or else the fallback.
pub(super) fn resolve(node: &mut Node) {
    if node.nodes().any(|child| child.name == "mc:AlternateContent") {
        node.replace(|child| {
            if child.name == "mc:AlternateContent" {
                choose(child)
            } else {
                vec![Item::Node(child)]
            }
        });
    }
    node.nodes_mut().for_each(resolve);
}

fn choose(node: Node) -> Vec<Item> {
    let fits = |node: &Node| match node.name {
        "mc:Choice" => node
            .attr("Requires")
            .is_some_and(|all| all.split_ascii_whitespace().all(|one| KNOWN.contains(&one))),
        "mc:Fallback" => true,
        _ => false,
    };
    let mut alternatives = node.items.into_iter().filter_map(|item| match item {
        Item::Node(node) if fits(&node) => Some(node.items),
        _ => None,
    });
    let mut items = alternatives.next().unwrap_or_default();
    // An alternative may itself be a choice.
    if items
        .iter()
        .any(|item| matches!(item, Item::Node(node) if node.name == "mc:AlternateContent"))
    {
        let mut holder = Node { items, ..Node::default() };
        holder.replace(|child| {
            if child.name == "mc:AlternateContent" {
                choose(child)
            } else {
                vec![Item::Node(child)]
            }
        });
        items = holder.items;
    }
    items
}
