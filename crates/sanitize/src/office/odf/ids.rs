//! Identifiers by which elements refer to each other: new ones where something refers, none elsewhere.

use super::super::xml::Node;
use std::collections::HashMap;

/// A kind of reference: the attribute that refers, what is referred to, and our name for it.
struct Link {
    from: &'static str,
    elements: &'static [&'static str],
    to: &'static [&'static str],
    letter: &'static str,
}

const LINKS: [Link; 4] = [
    Link {
        from: "text:change-id",
        elements: &["text:changed-region"],
        to: &["text:id", "xml:id"],
        letter: "c",
    },
    Link { from: "text:continue-list", elements: &["text:list"], to: &["xml:id"], letter: "l" },
    Link {
        from: "draw:chain-next-name",
        elements: &["draw:frame"],
        to: &["draw:name"],
        letter: "Text ",
    },
    Link {
        from: "office:name",
        elements: &["office:annotation"],
        to: &["office:name"],
        letter: "i",
    },
];

/// Renames identifiers in a tree.
pub(super) fn rename(root: &mut Node) {
    for link in &LINKS {
        let mut known: HashMap<String, String> = HashMap::new();
        root.each(&mut |node| {
            let refers = link.from != "office:name" || node.name == "office:annotation-end";
            if let Some(old) = node.attr(link.from).filter(|_| refers) {
                let next = known.len() + 1;
                known.entry(old.to_owned()).or_insert_with(|| format!("{}{next}", link.letter));
            }
        });
        root.each_mut(&mut |node| {
            let target = link.elements.contains(&node.name);
            node.attrs.retain_mut(|(attr, value)| {
                if *attr != link.from && !(target && link.to.contains(attr)) {
                    return true;
                }
                known.get(value).is_some_and(|new| {
                    value.clone_from(new);
                    true
                })
            });
        });
    }
    // A section must have a name.
    let mut sections = 0;
    root.each_mut(&mut |node| {
        if node.name == "text:section" {
            sections += 1;
            node.set("text:name", format!("Text {sections}"));
        }
    });
}
