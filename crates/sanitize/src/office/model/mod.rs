//! The allow-list: which elements, attributes and values may be in what we write.
//!
//! The tables are text, derived from the published schemas and pruned of everything that shows nothing. A line is
//! `name attribute=type… $type > child…`: the element, its attributes with the types of their values, the type of
//! its characters if it may have any, and the elements that may be in it. `=name word…` names an enumeration, a
//! type that begins with a dot is one of [`values::Simple`], `|` separates alternatives, an underscore in a word
//! stands for a space. `+ name child…` adds children. `~ name…` lists names that we read and never write.
//!
//! An element, attribute or value that no table holds is not written. That there is no type for "any string" but
//! `t` (text that the page shows) and `alt` (alternative text, if kept) is what makes hiding hard.

mod fonts;
pub(super) mod opendocument;
mod styles;
pub(super) mod values;

use super::xml::{Item, Node};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use values::Simple;

pub(super) use fonts::font;
pub(super) use styles::built_in as built_in_style;

/// Every table.
const TABLES: &[&str] = &[
    include_str!("wordprocessing.txt"),
    include_str!("drawing.txt"),
    include_str!("chart.txt"),
    include_str!("spreadsheet.txt"),
    include_str!("presentation.txt"),
    include_str!("extra.txt"),
    include_str!("opendocument.txt"),
    include_str!("epub.txt"),
];

#[derive(Clone, Debug)]
enum Type {
    Simple(Simple),
    OneOf(&'static str),
}

#[derive(Debug, Default)]
struct Element {
    attrs: HashMap<&'static str, Vec<Type>>,
    kids: HashSet<&'static str>,
    text: Option<Vec<Type>>,
}

#[derive(Default)]
struct Model {
    names: HashSet<&'static str>,
    elements: HashMap<&'static str, Element>,
    enums: HashMap<&'static str, HashSet<String>>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let mut model = Model::default();
    TABLES.iter().flat_map(|table| table.lines()).for_each(|line| model.line(line));
    model
});

/// The name as our tables have it, if they do.
pub(super) fn known(name: &str) -> Option<&'static str> {
    MODEL.names.get(name).copied()
}

/// Whether this names a cell: `B7`.
pub(super) fn cells(value: &str) -> bool {
    values::cell(value)
}

/// What a check found that is not allowed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Dropped {
    pub(super) elements: u64,
    pub(super) attributes: u64,
    pub(super) characters: u64,
}

impl Dropped {
    pub(super) fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// Takes out of a tree whatever no table allows; `alt` lets alternative text through.
pub(super) fn prune(node: &mut Node, alt: bool) -> Dropped {
    let mut dropped = Dropped::default();
    prune_into(node, alt, &mut dropped);
    dropped
}

fn prune_into(node: &mut Node, alt: bool, dropped: &mut Dropped) {
    let Some(element) = MODEL.elements.get(node.name) else {
        dropped.elements += 1;
        node.attrs.clear();
        node.items.clear();
        return;
    };
    let before = node.attrs.len();
    node.attrs.retain(|(name, value)| {
        element.attrs.get(name).is_some_and(|types| fits(types, value, alt))
    });
    dropped.attributes += (before - node.attrs.len()) as u64;
    node.items.retain(|item| match item {
        Item::Node(child) => {
            let fine = element.kids.contains(child.name) && MODEL.elements.contains_key(child.name);
            dropped.elements += u64::from(!fine);
            fine
        }
        Item::Text(text) => {
            let fine = element.text.as_ref().is_some_and(|types| fits(types, text, alt));
            dropped.characters += u64::from(!fine && !text.trim().is_empty());
            fine
        }
    });
    node.nodes_mut().for_each(|child| prune_into(child, alt, dropped));
}

fn fits(types: &[Type], value: &str, alt: bool) -> bool {
    types.iter().any(|kind| match kind {
        Type::Simple(simple) => simple.fits(value, alt),
        Type::OneOf(name) => MODEL.enums.get(name).is_some_and(|words| words.contains(value)),
    })
}

impl Model {
    fn line(&mut self, line: &'static str) {
        let mut words = line.split_ascii_whitespace();
        match words.next() {
            None | Some("#") => {}
            Some("~") => self.names.extend(words),
            Some("+") => {
                if let Some(element) = words.next().and_then(|name| self.elements.get_mut(name)) {
                    element.kids.extend(words);
                }
            }
            Some(name) => match name.strip_prefix('=') {
                Some(name) => {
                    let words = words.map(|word| word.replace('_', " "));
                    let words = words.flat_map(|word| [word.replace(' ', "_"), word]);
                    self.enums.entry(name).or_default().extend(words);
                }
                None => self.element(name, words),
            },
        }
    }

    fn element(&mut self, name: &'static str, words: impl Iterator<Item = &'static str>) {
        self.names.insert(name);
        let element = self.elements.entry(name).or_default();
        let mut kids = false;
        for word in words {
            if word == ">" {
                kids = true;
            } else if kids {
                element.kids.insert(word);
            } else if let Some(types) = word.strip_prefix('$') {
                element.text = Some(parse_types(types));
            } else if let Some((attr, types)) = word.split_once('=') {
                self.names.insert(attr);
                element.attrs.entry(attr).or_default().extend(parse_types(types));
            }
        }
    }
}

fn parse_types(types: &'static str) -> Vec<Type> {
    types
        .split('|')
        .filter_map(|kind| match kind.strip_prefix('.') {
            Some(simple) => Simple::of(simple).map(Type::Simple),
            None => Some(Type::OneOf(kind)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_and_child_that_a_table_names_is_there() {
        for (name, element) in &MODEL.elements {
            for kid in &element.kids {
                assert!(MODEL.elements.contains_key(kid), "{name} > {kid}");
            }
            for types in element.attrs.values().chain(&element.text) {
                assert!(!types.is_empty(), "{name}: a type that is none");
                for kind in types {
                    if let Type::OneOf(list) = kind {
                        assert!(MODEL.enums.contains_key(list), "{name}: {list}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_no_table_holds_goes() {
        let mut node = Node::new("w:p", &[("w:val", "x")])
            .with([Node::new("w:t", &[]).text_item("loose"), Node::new("w:r", &[])])
            .text_item("loose");
        let dropped = prune(&mut node, false);
        assert_eq!(dropped, Dropped { elements: 1, attributes: 1, characters: 1 });
        assert_eq!(node, Node::new("w:p", &[]).with([Node::new("w:r", &[])]));
    }

    #[test]
    fn a_value_is_a_word_of_its_enumeration_or_nothing() {
        let mut node = Node::new("w:jc", &[("w:val", "center")]);
        assert!(!prune(&mut node, false).any());
        node.set("w:val", "HIDDEN-7");
        assert_eq!(prune(&mut node, false).attributes, 1);
    }
}
