//! A tree as browsers build it, in an arena: no recursion, so that it can be as deep as it will, up to a bound.

use super::NAME;
use crate::Refusal;
use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, parse_document};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};

/// Elements inside elements; browsers stop at about as many.
pub(super) const DEPTH: usize = 512;
/// Bytes that are parsed between two looks at the bounds.
const STEP: usize = 4096;

/// A node's place in the arena.
pub(super) type Id = usize;

pub(super) struct Node {
    pub(super) data: Data,
    pub(super) children: Vec<Id>,
    parent: Option<Id>,
}

pub(super) enum Data {
    Document,
    /// What is in a template is not in the tree.
    Element(QualName, Vec<Attribute>),
    Text(String),
    Comment,
}

pub(super) struct Dom {
    nodes: Vec<Node>,
}

impl Dom {
    /// The node of an identifier that the tree gave.
    pub(super) fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(id)
    }
}

/// `items`: the limit for elements of a document.
///
/// # Errors
/// [`Refusal::TooMuch`] for too many elements or too deep ones.
pub(super) fn parse(text: &str, items: u64) -> Result<Dom, Refusal> {
    let limit = usize::try_from(items).unwrap_or(usize::MAX).saturating_mul(4);
    let mut parser = parse_document(Sink::new(), ParseOpts::default());
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(STEP);
        while !rest.is_char_boundary(end) {
            end = end.saturating_add(1);
        }
        let (here, after) = rest.split_at(end);
        rest = after;
        parser.process(StrTendril::from(here));
        let sink = &parser.tokenizer.sink.sink;
        if sink.too_deep.get() {
            return Err(Refusal::damaged(NAME, "page", "elements are nested too deep"));
        }
        if sink.nodes.borrow().len() > limit {
            return Err(Refusal::TooMuch {
                what: "the number of elements of the page",
                limit: limit.to_string(),
                advice: "split it",
            });
        }
    }
    Ok(Dom { nodes: parser.finish() })
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
    too_deep: Cell<bool>,
}

/// An element's name; the parser asks often, and it is cheap to copy.
#[derive(Debug)]
struct Name(QualName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }
    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl Sink {
    fn new() -> Self {
        let document = Node { data: Data::Document, children: Vec::new(), parent: None };
        Self { nodes: RefCell::new(vec![document]), too_deep: Cell::new(false) }
    }

    fn add(&self, data: Data) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { data, children: Vec::new(), parent: None });
        nodes.len().saturating_sub(1)
    }

    /// Puts a node or text at a place among the children of another.
    fn put(&self, parent: Id, at: Option<usize>, child: NodeOrText<Id>) {
        let id = match child {
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let before = nodes.get(parent).and_then(|node| match at {
                    Some(at) => node.children.get(at.checked_sub(1)?).copied(),
                    None => node.children.last().copied(),
                });
                let before = before.and_then(|id| nodes.get_mut(id));
                if let Some(Node { data: Data::Text(known), .. }) = before {
                    known.push_str(&text);
                    return;
                }
                drop(nodes);
                self.add(Data::Text(text.to_string()))
            }
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                id
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        if let Some(node) = nodes.get_mut(parent) {
            let at = at.unwrap_or(node.children.len()).min(node.children.len());
            node.children.insert(at, id);
        }
        if let Some(node) = nodes.get_mut(id) {
            node.parent = Some(parent);
        }
        let (mut up, mut depth) = (Some(parent), 0_usize);
        while let Some(id) = up {
            depth = depth.saturating_add(1);
            if depth > DEPTH {
                self.too_deep.set(true);
                break;
            }
            up = nodes.get(id).and_then(|node| node.parent);
        }
    }

    fn detach(&self, id: Id) {
        let mut nodes = self.nodes.borrow_mut();
        let parent = nodes.get_mut(id).and_then(|node| node.parent.take());
        if let Some(parent) = parent.and_then(|parent| nodes.get_mut(parent)) {
            parent.children.retain(|child| *child != id);
        }
    }

    /// A node's parent and its place there.
    fn place(&self, id: Id) -> Option<(Id, usize)> {
        let nodes = self.nodes.borrow();
        let parent = nodes.get(id)?.parent?;
        // What the parser puts beside something mostly is at the end.
        let at = nodes.get(parent)?.children.iter().rposition(|child| *child == id)?;
        Some((parent, at))
    }
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Vec<Node>;
    type ElemName<'a> = Name;

    fn finish(self) -> Vec<Node> {
        self.nodes.into_inner()
    }
    fn parse_error(&self, _msg: Cow<'static, str>) {}
    fn get_document(&self) -> Id {
        0
    }
    fn elem_name<'a>(&'a self, target: &'a Id) -> Name {
        match self.nodes.borrow().get(*target) {
            Some(Node { data: Data::Element(name, _), .. }) => Name(name.clone()),
            // The parser asks for elements only.
            _ => Name(QualName::new(None, Namespace::default(), LocalName::default())),
        }
    }
    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Id {
        self.add(Data::Element(name, attrs))
    }
    fn create_comment(&self, _text: StrTendril) -> Id {
        self.add(Data::Comment)
    }
    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Id {
        self.add(Data::Comment)
    }
    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.put(*parent, None, child);
    }
    fn append_based_on_parent_node(&self, element: &Id, prev: &Id, child: NodeOrText<Id>) {
        if self.place(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(prev, child);
        }
    }
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn get_template_contents(&self, target: &Id) -> Id {
        // Templates are not shown, so their contents can be theirs.
        *target
    }
    fn same_node(&self, x: &Id, y: &Id) -> bool {
        x == y
    }
    fn set_quirks_mode(&self, _mode: QuirksMode) {}
    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        if let NodeOrText::AppendNode(id) = &child {
            self.detach(*id);
        }
        if let Some((parent, at)) = self.place(*sibling) {
            self.put(parent, Some(at), child);
        }
    }
    fn add_attrs_if_missing(&self, target: &Id, attrs: Vec<Attribute>) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(Node { data: Data::Element(_, known), .. }) = nodes.get_mut(*target) {
            for attr in attrs {
                if !known.iter().any(|old| old.name == attr.name) {
                    known.push(attr);
                }
            }
        }
    }
    fn remove_from_parent(&self, target: &Id) {
        self.detach(*target);
    }
    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let mut nodes = self.nodes.borrow_mut();
        let children =
            nodes.get_mut(*node).map(|node| std::mem::take(&mut node.children)).unwrap_or_default();
        for child in &children {
            if let Some(child) = nodes.get_mut(*child) {
                child.parent = Some(*new_parent);
            }
        }
        if let Some(parent) = nodes.get_mut(*new_parent) {
            parent.children.extend(children);
        }
    }
}
