//! Slides: hidden ones go, and what no slide shows of its master page.

use super::super::xml::{Item, Node};
use super::looks::{Looks, coloured, unhide as unhide_text};
use super::shapes::is_shape;
use super::{CONTENT, STYLES};
use crate::{Context, Kind, Refusal};
use std::collections::{HashMap, HashSet};

const PROPERTIES: &str = "style:drawing-page-properties";

/// What the slides of a master page show of it.
#[derive(Default)]
struct Shown {
    objects: bool,
    classes: HashSet<&'static str>,
}

/// Fields of a master page, and the property of a slide that says whether it shows them.
const CLASSES: [(&str, &str); 4] = [
    ("header", "presentation:display-header"),
    ("footer", "presentation:display-footer"),
    ("page-number", "presentation:display-page-number"),
    ("date-time", "presentation:display-date-time"),
];

/// Decides over hidden slides, declarations of headers and footers, and master pages.
///
/// # Errors
/// [`Refusal::Unsupported`] if no slide is left.
pub(super) fn settle(
    body: &mut Node,
    master: &mut Node,
    looks: &Looks<'_>,
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    let Some(show) = body.child_mut("office:presentation") else { return Ok(()) };
    let (mut number, mut left) = (0, 0);
    let items = std::mem::take(&mut show.items);
    for item in items {
        let Item::Node(slide) = item else { continue };
        if slide.name == "draw:page" {
            number += 1;
            let hidden = looks.value(
                "drawing-page",
                slide.attr("draw:style-name"),
                PROPERTIES,
                "presentation:visibility",
            );
            if hidden == Some("hidden") {
                let place = format!("slide {number}");
                if !cx.keeps(Kind::HiddenSlides) {
                    cx.removed(Kind::HiddenSlides, place, "a hidden slide");
                    continue;
                }
                cx.kept(Kind::HiddenSlides, place, "a hidden slide");
            }
            left += 1;
        }
        show.items.push(Item::Node(slide));
    }
    if left == 0 {
        return Err(Refusal::Unsupported {
            format: "ODP",
            what: "a presentation of which no slide is shown".into(),
            advice: "show a slide first, or keep hidden-slides",
        });
    }
    let shown = shown(show, looks);
    declarations(show, looks, cx);
    masters(master, &shown, cx);
    Ok(())
}

/// What is shown of each master page.
fn shown(show: &Node, looks: &Looks<'_>) -> HashMap<String, Shown> {
    let mut all: HashMap<String, Shown> = HashMap::new();
    for slide in show.nodes().filter(|node| node.name == "draw:page") {
        let says = |name: &str| {
            looks.value("drawing-page", slide.attr("draw:style-name"), PROPERTIES, name)
        };
        let master = all
            .entry(slide.attr("draw:master-page-name").unwrap_or_default().to_owned())
            .or_default();
        let objects = says("presentation:background-objects-visible") != Some("false");
        master.objects |= objects;
        for (class, property) in CLASSES {
            if objects && says(property) != Some("false") {
                master.classes.insert(class);
            }
        }
    }
    all
}

/// Declarations of headers, footers and dates: those that a slide shows, under new names.
fn declarations(show: &mut Node, looks: &Looks<'_>, cx: &mut Context<'_>) {
    const KINDS: [(&str, &str, &str); 3] = [
        // No slide shows a header: it is for notes and handouts.
        ("presentation:header-decl", "presentation:use-header-name", ""),
        ("presentation:footer-decl", "presentation:use-footer-name", "presentation:display-footer"),
        (
            "presentation:date-time-decl",
            "presentation:use-date-time-name",
            "presentation:display-date-time",
        ),
    ];
    for (declaration, attr, property) in KINDS {
        let mut known: HashMap<String, String> = HashMap::new();
        for slide in show.nodes_mut().filter(|node| node.name == "draw:page") {
            let says =
                looks.value("drawing-page", slide.attr("draw:style-name"), PROPERTIES, property);
            let Some(old) = slide.take(attr) else { continue };
            if property.is_empty() || says == Some("false") {
                continue;
            }
            let next = known.len() + 1;
            let new = known.entry(old).or_insert_with(|| format!("d{next}"));
            slide.set(attr, new.clone());
        }
        show.items.retain_mut(|item| {
            let Item::Node(node) = item else { return true };
            if node.name != declaration {
                return true;
            }
            let new = node.attr("presentation:name").and_then(|old| known.get(old)).cloned();
            match new {
                Some(new) => {
                    node.set("presentation:name", new);
                    // What is shown is the day of the show.
                    if node.attr("presentation:source") == Some("current-date") {
                        node.items.clear();
                    }
                }
                None => {
                    cx.removed(
                        Kind::HiddenText,
                        CONTENT,
                        "headers, footers and dates that no slide shows",
                    );
                    return false;
                }
            }
            true
        });
    }
    for notes in
        show.nodes_mut().flat_map(Node::nodes_mut).filter(|node| node.name == "presentation:notes")
    {
        notes.attrs.retain(|(name, _)| !name.starts_with("presentation:use-"));
    }
}

/// Of a master page what a slide can show: no headers of pages, no notes, no placeholders.
fn masters(list: &mut Node, shown: &HashMap<String, Shown>, cx: &mut Context<'_>) {
    for master in list.nodes_mut().filter(|node| node.name == "style:master-page") {
        let Some(shown) = master.attr("style:name").and_then(|name| shown.get(name)) else {
            continue;
        };
        let mut gone = 0_u64;
        master.retain(|node| {
            let class = node.attr("presentation:class");
            let stays = if matches!(
                node.name,
                "style:header"
                    | "style:footer"
                    | "style:header-left"
                    | "style:footer-left"
                    | "style:header-first"
                    | "style:footer-first"
                    | "loext:header-first"
                    | "loext:footer-first"
            ) {
                false
            } else if !is_shape(node.name) {
                node.name != "presentation:notes"
            } else if let Some(class) = class {
                // Other classes are places for titles and texts, of which a slide has its own.
                shown.classes.contains(class)
            } else {
                shown.objects
            };
            gone += u64::from(!stays && !node.text().trim().is_empty());
            stays
        });
        for _ in 0..gone {
            cx.removed(Kind::HiddenText, STYLES, "texts of master pages that no slide shows");
        }
        // What is left is shown, whatever it stands for.
        for node in master.nodes_mut().filter(|node| is_shape(node.name)) {
            node.take("presentation:placeholder");
        }
    }
}

/// Takes out text that cannot be seen on the slides. A text's ground is only known where nothing else is painted.
pub(super) fn unhide(
    body: &mut Node,
    master: &mut Node,
    looks: &Looks<'_>,
    master_looks: &Looks<'_>,
    cx: &mut Context<'_>,
) {
    let mut grounds: HashMap<String, bool> = HashMap::new();
    for page in master.nodes_mut().filter(|node| node.name == "style:master-page") {
        let ground = painted(page, master_looks);
        unhide_text(page, master_looks, ground, STYLES, cx);
        grounds.insert(page.attr("style:name").unwrap_or_default().to_owned(), ground);
    }
    for slide in body.child_mut("office:presentation").into_iter().flat_map(Node::nodes_mut) {
        let master =
            slide.attr("draw:master-page-name").and_then(|name| grounds.get(name)).copied();
        let ground = master.unwrap_or(false) || painted(slide, looks);
        unhide_text(slide, looks, ground, CONTENT, cx);
    }
}

/// Whether a page has a ground of its own, or anything on it that could lie under a text.
fn painted(page: &Node, looks: &Looks<'_>) -> bool {
    let chain = looks.chain("drawing-page", page.attr("draw:style-name"));
    let own = chain.iter().filter_map(|style| style.child(PROPERTIES)).any(coloured);
    let mut shapes = false;
    page.each(&mut |node| {
        shapes |= node.name == "draw:image"
            || is_shape(node.name)
                && !matches!(node.name, "draw:frame" | "draw:g" | "draw:line" | "draw:connector");
    });
    own || shapes
}
