//! What the text of a document does not show, and what is around it only to edit: out, or kept if the person said so.

use super::super::xml::{Item, Node};
use super::pictures::empty;
use super::shapes::{is_shape, outside};
use super::table::{FIELDS, INDEXES, OUT};
use crate::{Context, Format, Kind};
use std::collections::HashSet;

/// What decides over a tree.
pub(super) struct Body<'a, 'c> {
    pub(super) format: Format,
    /// Width and height of the page in points, for what lies off it.
    pub(super) page: (f64, f64),
    /// Layers that are not shown.
    pub(super) layers: &'a HashSet<String>,
    /// The style that programs give to links.
    pub(super) link: Option<&'a str>,
    pub(super) place: &'a str,
    pub(super) notes: u32,
    pub(super) cx: &'a mut Context<'c>,
}

impl Body<'_, '_> {
    /// Goes through everything inside an element.
    pub(super) fn settle(&mut self, node: &mut Node) {
        self.attributes(node);
        let items = std::mem::take(&mut node.items);
        for item in items {
            match item {
                Item::Node(child) => {
                    let items = self.one(child);
                    node.items.extend(items);
                }
                text @ Item::Text(_) => node.items.push(text),
            }
        }
    }

    fn removed(&mut self, kind: Kind, what: &str) {
        self.cx.removed(kind, self.place, what);
    }

    /// Whether something hidden stays; says so either way.
    fn stays(&mut self, kind: Kind, what: &str) -> bool {
        let keeps = self.cx.keeps(kind);
        if keeps {
            self.cx.kept(kind, self.place, what);
        } else {
            self.removed(kind, what);
        }
        keeps
    }

    /// What becomes of one element.
    fn one(&mut self, mut node: Node) -> Vec<Item> {
        if self.drops(&node) {
            return Vec::new();
        }
        match node.name {
            // Their text and look stay.
            "text:a" => {
                self.removed(
                    Kind::ExternalReferences,
                    "targets of links: their text and look stay",
                );
                node.name = "text:span";
                node.attrs.retain(|(name, _)| *name == "text:style-name");
                if let (None, Some(link)) = (node.attr("text:style-name"), self.link) {
                    node.set("text:style-name", link);
                }
            }
            "text:meta" | "text:meta-field" => {
                self.removed(Kind::UnusedData, "metadata around text");
                self.settle(&mut node);
                return node.items;
            }
            "draw:a" => {
                self.removed(
                    Kind::ExternalReferences,
                    "targets of links: their text and look stay",
                );
                self.settle(&mut node);
                return node.items;
            }
            "loext:content-control" => {
                self.removed(Kind::UnusedData, "controls around text: their text stays");
                self.settle(&mut node);
                return node.items;
            }
            "loext:header-first" => node.name = "style:header-first",
            "loext:footer-first" => node.name = "style:footer-first",
            "text:hidden-text" | "text:conditional-text" => {
                self.removed(Kind::UnusedData, "conditions of text: what is shown stays");
                return text_of(node);
            }
            "text:page-number" | "text:page-count" => node.items = vec![Item::Text("1".into())],
            "text:chapter"
            | "text:sheet-name"
            | "presentation:header"
            | "presentation:footer"
            | "presentation:date-time" => node.items.clear(),
            "text:note-citation" => self.citation(&mut node),
            "dc:creator" => node.items = vec![Item::Text("Author".into())],
            "dc:date" => node.items = vec![Item::Text("2000-01-01T00:00:00".into())],
            "text:s" => clamp(&mut node, "text:c", 4000),
            // The cell itself stays, so that the others keep their places.
            "table:covered-table-cell"
                if node.nodes().next().is_some()
                    && !self.stays(Kind::HiddenText, "cells under merged cells") =>
            {
                node.items.clear();
            }
            // Empty, it stays: without it, LibreOffice takes the others for something else.
            "style:header" | "style:header-left" | "style:header-first" | "style:footer"
            | "style:footer-left" | "style:footer-first"
                if node.attr("style:display") == Some("false")
                    && node.nodes().next().is_some()
                    && !self
                        .stays(Kind::HiddenText, "headers and footers that are switched off") =>
            {
                node.items.clear();
            }
            "office:change-info" if node.child("text:p").is_some() => {
                self.removed(Kind::Comments, "comments on tracked changes");
                node.retain(|child| child.name != "text:p");
            }
            name if INDEXES.contains(&name) => {
                self.removed(Kind::UnusedData, "rules of indexes: what they list stays");
                return self.index(node);
            }
            name if FIELDS.contains(&name) => {
                self.removed(Kind::UnusedData, "field codes: their results stay");
                self.settle(&mut node);
                return text_of(node);
            }
            _ => {}
        }
        self.settle(&mut node);
        // A frame of which nothing is left shows nothing.
        let empty = node.name == "draw:frame" && empty(&node);
        if empty { Vec::new() } else { vec![Item::Node(node)] }
    }

    fn attributes(&mut self, node: &mut Node) {
        for (name, kind, what) in [
            ("table:formula", Kind::Code, "formulas: their values stay"),
            ("table:content-validation-name", Kind::Code, "checks of input"),
            ("table:protection-key", Kind::Identifiers, "passwords of protection, hashed"),
            ("text:protection-key", Kind::Identifiers, "passwords of protection, hashed"),
            ("draw:name", Kind::Identifiers, "names of shapes, pages and sections"),
            ("text:name", Kind::Identifiers, "names of shapes, pages and sections"),
        ] {
            // A chain of text boxes and the fields of headers go by names; those get new ones later.
            if node.attr(name).is_some() && !(name == "draw:name" && node.name == "draw:frame") {
                node.take(name);
                self.removed(kind, what);
            }
        }
        if self.format != Format::Ods
            && node.name == "table:table"
            && node.take("table:name").is_some()
        {
            self.removed(Kind::Identifiers, "names of tables");
        }
    }

    fn drops(&mut self, node: &Node) -> bool {
        match node.name {
            "text:tracked-changes" | "text:change" | "text:change-start" | "text:change-end" => {
                if self.format == Format::Odt && self.cx.keeps(Kind::TrackedChanges) {
                    if node.name == "text:tracked-changes" {
                        self.cx.kept(Kind::TrackedChanges, self.place, "tracked changes");
                        self.removed(Kind::Properties, "authors and dates of tracked changes");
                    }
                    return false;
                }
                if node.name == "text:tracked-changes" {
                    self.removed(Kind::TrackedChanges, "tracked changes: as if all were accepted");
                }
                true
            }
            "table:tracked-changes" => {
                self.removed(Kind::TrackedChanges, "tracked changes: as if all were accepted");
                true
            }
            "office:annotation-end" => !self.cx.keeps(Kind::Comments),
            "office:annotation" => {
                let stays = self.stays(Kind::Comments, "comments");
                if stays {
                    self.removed(Kind::Properties, "authors and dates of comments");
                }
                !stays
            }
            "svg:title" | "svg:desc" | "table:title" | "table:desc" => {
                node.text().trim().is_empty()
                    || !self.stays(Kind::AltText, "alternative text of pictures, shapes and tables")
            }
            "presentation:notes" => !self.stays(Kind::Notes, "notes to slides"),
            "text:p" | "text:h" if hides(node) => {
                !self.stays(Kind::HiddenText, "paragraphs that hide themselves")
            }
            "text:hidden-paragraph" => true,
            "text:hidden-text" if node.attr("text:is-hidden") != Some("false") => {
                self.removed(Kind::HiddenText, "text that a condition hides");
                true
            }
            "text:section" if section_hides(node) => {
                !self.stays(Kind::HiddenText, "sections that are not shown")
            }
            name if is_shape(name) => self.shape(node),
            name => match OUT.iter().find(|(names, _, _)| names.contains(&name)) {
                Some((_, kind, what)) => {
                    self.removed(*kind, what);
                    true
                }
                None => node.name.starts_with("anim:"),
            },
        }
    }

    fn shape(&mut self, node: &Node) -> bool {
        let layer = node.attr("draw:layer").is_some_and(|layer| self.layers.contains(layer));
        if node.attr("draw:display") == Some("none") || layer {
            return !self.stays(Kind::HiddenText, "shapes that are set to be hidden");
        }
        if outside(node, self.page, self.format) {
            return !self.stays(Kind::HiddenText, "shapes that lie off the page");
        }
        if node.attr("presentation:placeholder") == Some("true") {
            if !node.text().trim().is_empty() {
                self.removed(Kind::HiddenText, "prompts in placeholders, which no slide shows");
            }
            return true;
        }
        false
    }

    /// The number of a note is computed, and its own sign is all that is shown.
    fn citation(&mut self, node: &mut Node) {
        self.notes += 1;
        let sign = match node.attr("text:label") {
            Some(label) if label.chars().count() <= 8 => label.to_owned(),
            Some(_) => "*".into(),
            None => self.notes.to_string(),
        };
        if node.attr("text:label").is_some() {
            node.set("text:label", sign.clone());
        }
        node.items = vec![Item::Text(sign)];
    }

    /// An index becomes a section of what it lists.
    fn index(&mut self, mut node: Node) -> Vec<Item> {
        let mut section = Node::new("text:section", &[]);
        if let Some(style) = node.take("text:style-name") {
            section.set("text:style-name", style);
        }
        for item in node.items {
            let Item::Node(mut body) = item else { continue };
            if body.name == "text:index-body" {
                body.replace(|child| {
                    if child.name == "text:index-title" {
                        child.items
                    } else {
                        vec![Item::Node(child)]
                    }
                });
                section.items.append(&mut body.items);
            }
        }
        self.settle(&mut section);
        vec![Item::Node(section)]
    }
}

/// The characters of a field, and what gives them spaces and lines.
fn text_of(node: Node) -> Vec<Item> {
    node.items
        .into_iter()
        .flat_map(|item| match item {
            Item::Text(text) => vec![Item::Text(text)],
            Item::Node(child) => match child.name {
                "text:label" => Vec::new(),
                "text:s" | "text:tab" | "text:line-break" | "text:span" => vec![Item::Node(child)],
                _ => text_of(child),
            },
        })
        .collect()
}

/// A number that says how often something is repeated, at most so many times.
pub(super) fn clamp(node: &mut Node, name: &'static str, most: u64) {
    if let Some(value) = node.attr(name) {
        let count = value.trim().parse::<u64>().unwrap_or(if value.len() > 6 { most } else { 1 });
        let count = count.clamp(1, most).to_string();
        node.set(name, count);
    }
}

fn hides(paragraph: &Node) -> bool {
    paragraph.nodes().any(|node| match node.name {
        "text:hidden-paragraph" => node.attr("text:is-hidden") != Some("false"),
        "text:span" | "text:a" => hides(node),
        _ => false,
    })
}

fn section_hides(section: &Node) -> bool {
    match section.attr("text:display") {
        Some("none") => true,
        Some("condition") => section.attr("text:is-hidden") != Some("false"),
        _ => false,
    }
}
