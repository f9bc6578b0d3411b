//! Charts: what was drawn stays, where it came from goes.

use super::xml::{Item, Node};
use crate::{Context, Kind};

/// Turns references to a workbook into the values that were shown, and drops labels that are not shown.
pub(super) fn literal(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    if root.has("c:externalData") {
        cx.removed(Kind::EmbeddedObjects, place, "the workbook behind a chart");
    }
    if root.has("c:userShapes") {
        cx.removed(Kind::EmbeddedObjects, place, "drawings laid over a chart");
        cx.remains("Drawings laid over a chart could not be rebuilt and are left out.");
    }
    if root.has("c:f") {
        cx.removed(Kind::ExternalReferences, place, "references from a chart to cells");
    }
    unshown(root, place, cx);
    convert(root);
}

fn convert(node: &mut Node) {
    let title = node.name == "c:title";
    let series = node.name == "c:ser";
    node.replace(|mut child| {
        match child.name {
            "c:numRef" => {
                return child
                    .items
                    .into_iter()
                    .filter_map(|item| match item {
                        Item::Node(mut cache) if cache.name == "c:numCache" => {
                            cache.name = "c:numLit";
                            Some(Item::Node(cache))
                        }
                        _ => None,
                    })
                    .collect();
            }
            "c:strRef" | "c:multiLvlStrRef" => {
                let mut list = Node::new("c:strLit", &[]);
                if let Some(cache) =
                    child.nodes().find(|n| matches!(n.name, "c:strCache" | "c:multiLvlStrCache"))
                {
                    // Of several levels of categories the innermost.
                    let level = cache.child("c:lvl").unwrap_or(cache);
                    list.items.extend(cache.child("c:ptCount").cloned().map(Item::Node));
                    list.items.extend(
                        level.nodes().filter(|n| n.name == "c:pt").cloned().map(Item::Node),
                    );
                }
                return vec![Item::Node(list)];
            }
            "c:tx" if child.child("c:strRef").is_some() => {
                let text: Vec<String> = child
                    .child("c:strRef")
                    .and_then(|list| list.child("c:strCache"))
                    .map(|cache| {
                        cache.nodes().filter(|n| n.name == "c:pt").map(Node::text).collect()
                    })
                    .unwrap_or_default();
                let text = text.join(" ");
                child.items = if title {
                    vec![Item::Node(rich(&text))]
                } else if series {
                    vec![Item::Node(Node::new("c:v", &[]).text_item(text))]
                } else {
                    Vec::new()
                };
            }
            _ => {}
        }
        vec![Item::Node(child)]
    });
    node.nodes_mut().for_each(convert);
}

fn rich(text: &str) -> Node {
    let run = Node::new("a:r", &[]).with([Node::new("a:t", &[]).text_item(text)]);
    Node::new("c:rich", &[]).with([Node::new("a:bodyPr", &[]), Node::new("a:p", &[]).with([run])])
}

/// Names of series and categories that neither legend, label, axis nor title shows.
fn unshown(root: &mut Node, place: &str, cx: &mut Context<'_>) {
    let on = |root: &Node, name: &str| {
        let mut found = false;
        root.each(&mut |node| {
            found |= node.name == name && !matches!(node.attr("val"), Some("0" | "false"));
        });
        found
    };
    if root.has("c:legend") {
        return;
    }
    let mut series = 0;
    root.each(&mut |node| series += usize::from(node.name == "c:ser"));
    let titled =
        on(root, "c:autoTitleDeleted") || root.at(&["c:chart", "c:title", "c:tx"]).is_some();
    let names = on(root, "c:showSerName") || (series <= 1 && !titled) || root.has("c:dTable");
    let mut axis = false;
    root.each(&mut |node| {
        axis |= matches!(node.name, "c:catAx" | "c:dateAx" | "c:serAx")
            && !node.val("c:delete", "val").is_some_and(|v| matches!(v, "1" | "true"));
    });
    let categories = axis || on(root, "c:showCatName") || root.has("c:dTable");
    let mut gone = 0;
    root.each_mut(&mut |node| {
        if node.name == "c:ser" {
            let before = node.items.len();
            node.retain(|child| {
                (names || child.name != "c:tx") && (categories || child.name != "c:cat")
            });
            gone += before - node.items.len();
        }
    });
    if gone > 0 {
        cx.removed(Kind::HiddenText, place, "names in a chart that nothing shows");
    }
}
