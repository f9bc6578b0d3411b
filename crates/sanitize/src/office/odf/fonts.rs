//! Fonts: the common ones by their names, the others by their class.

use super::super::drawing::class;
use super::super::model;
use super::super::xml::Node;
use crate::{Context, Kind};
use std::collections::{BTreeSet, HashMap};

/// Which common font each declared one becomes.
#[derive(Default)]
pub(super) struct Fonts {
    declared: HashMap<String, &'static str>,
    used: BTreeSet<&'static str>,
    rare: bool,
}

impl Fonts {
    /// Reads declarations (OpenDocument 1.3 part 3, 16.23).
    pub(super) fn declare(&mut self, list: &Node) {
        for face in list.nodes().filter(|node| node.name == "style:font-face") {
            let (Some(name), family) = (face.attr("style:name"), face.attr("svg:font-family"))
            else {
                continue;
            };
            let known = self.common(family.unwrap_or(name), face.attr("style:font-family-generic"));
            self.declared.insert(name.to_owned(), known);
        }
    }

    fn common(&mut self, family: &str, generic: Option<&str>) -> &'static str {
        let known = family
            .split([',', ';'])
            .find_map(|one| model::font(one.trim()).filter(|name| !name.is_empty()));
        known.unwrap_or_else(|| {
            self.rare = true;
            match generic {
                Some("roman") => "Times New Roman",
                Some("swiss") => "Arial",
                Some("modern") => "Courier New",
                _ => class(family),
            }
        })
    }

    /// Renames the fonts of a tree.
    pub(super) fn rename(&mut self, root: &mut Node) {
        self.rare = false;
        root.each_mut(&mut |node| {
            for at in 0..node.attrs.len() {
                let Some((name, value)) = node.attrs.get(at) else { continue };
                let new = match *name {
                    "style:font-name" | "style:font-name-asian" | "style:font-name-complex" => {
                        let value = value.clone();
                        let declared = self.declared.get(&value).copied();
                        let new = declared.unwrap_or_else(|| self.common(&value, None));
                        self.used.insert(new);
                        new
                    }
                    "fo:font-family" | "style:font-family-asian" | "style:font-family-complex" => {
                        let value = value.clone();
                        self.common(&value, None)
                    }
                    _ => continue,
                };
                if let Some(slot) = node.attrs.get_mut(at) {
                    slot.1 = new.to_owned();
                }
            }
        });
    }

    /// Notes rare fonts, if any was met.
    pub(super) fn report(&self, place: &str, cx: &mut Context<'_>) {
        let rare = self.declared.iter().any(|(_, new)| !self.used.contains(new));
        if self.rare || rare {
            cx.removed(Kind::Fingerprints, place, "names of fonts that are rare or not used");
        }
    }

    /// Declarations of what is used.
    pub(super) fn declarations(&self) -> Node {
        Node::new("office:font-face-decls", &[]).with(self.used.iter().map(|name| {
            Node::new("style:font-face", &[("style:name", name), ("svg:font-family", name)])
        }))
    }
}
