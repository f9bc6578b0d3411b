//! Pictures: each cleaned as a file of its own, once, and only if something shows it.

use super::super::archive::Part;
use super::super::media;
use super::super::package::Package;
use super::super::xml::{Item, Node};
use crate::{Context, Kind, Refusal};
use std::collections::BTreeMap;

/// The pictures of one document.
#[derive(Default)]
pub(super) struct Pictures {
    known: BTreeMap<String, (String, &'static str, bool)>,
    pub(super) parts: Vec<(Part, &'static str)>,
}

/// Elements that are nothing without their picture.
const NEED: [&str; 4] =
    ["draw:image", "draw:fill-image", "style:background-image", "text:list-level-style-image"];

/// Whether a frame has nothing in it that shows.
pub(super) fn empty(frame: &Node) -> bool {
    !frame.nodes().any(|child| matches!(child.name, "draw:image" | "draw:text-box" | "table:table"))
}

impl Pictures {
    /// Puts clean pictures in the places of a tree's own.
    ///
    /// # Errors
    /// [`Refusal::TooMuch`]; a picture that cannot be rebuilt becomes a grey point.
    pub(super) fn walk(
        &mut self,
        node: &mut Node,
        package: &mut Package<'_>,
        place: &str,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let items = std::mem::take(&mut node.items);
        // Of several pictures in one frame one is shown: the first that can be rebuilt.
        let several = node.name == "draw:frame";
        let mut shown: Option<bool> = None;
        for item in items {
            let Item::Node(mut child) = item else {
                node.items.push(item);
                continue;
            };
            if NEED.contains(&child.name) {
                let Some((name, whole)) = self.picture(&child, package, place, cx)? else {
                    continue;
                };
                child.set("xlink:href", name);
                child.set("xlink:type", "simple");
                if several && child.name == "draw:image" {
                    match shown {
                        Some(true) => {
                            cx.removed(Kind::UnusedData, place, "second pictures in one frame");
                            continue;
                        }
                        Some(false) if !whole => continue,
                        Some(false) => node.retain(|other| other.name != "draw:image"),
                        None => {}
                    }
                    shown = Some(whole);
                }
            }
            self.walk(&mut child, package, place, cx)?;
            if child.name == "draw:frame" && empty(&child) {
                continue;
            }
            node.items.push(Item::Node(child));
        }
        Ok(())
    }

    /// The new name of an element's picture, and whether it was rebuilt; nothing if it has none that is here.
    fn picture(
        &mut self,
        node: &Node,
        package: &mut Package<'_>,
        place: &str,
        cx: &mut Context<'_>,
    ) -> Result<Option<(String, bool)>, Refusal> {
        let Some(old) = node.attr("xlink:href").filter(|href| !href.is_empty()) else {
            if node.child("office:binary-data").is_some() {
                cx.removed(Kind::UnusedData, place, "pictures inside the text's own XML");
            }
            return Ok(None);
        };
        let old = old.strip_prefix("./").unwrap_or(old);
        if let Some((new, _, whole)) = self.known.get(old) {
            return Ok(Some((new.clone(), *whole)));
        }
        let Some(bytes) = package.get(old, cx)? else {
            cx.removed(Kind::ExternalReferences, place, "pictures that are not in the document");
            return Ok(None);
        };
        let (bytes, extension, content_type) = media::clean(&bytes, old, cx)?;
        let whole = !media::is_nothing(&bytes);
        let new = format!("Pictures/image{}.{extension}", self.known.len() + 1);
        self.parts.push((Part { name: new.clone(), bytes, stored: true }, content_type));
        self.known.insert(old.to_owned(), (new.clone(), content_type, whole));
        Ok(Some((new, whole)))
    }

    /// Leaves out pictures to which nothing in these trees leads any more.
    pub(super) fn sweep(&mut self, trees: &[&Node]) {
        let mut used = std::collections::BTreeSet::new();
        for tree in trees {
            tree.each(&mut |node| used.extend(node.attr("xlink:href").map(str::to_owned)));
        }
        self.parts.retain(|(part, _)| used.contains(&part.name));
    }
}
