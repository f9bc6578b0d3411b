//! A small tree of XML: only names that our tables know enter it.

use super::{model, names};
use crate::{Context, Kind, Refusal};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{PrefixDeclaration, ResolveResult};
use quick_xml::reader::NsReader;
use std::fmt::Write as _;

/// Elements inside elements; Word's own limit on tables and groups is far below.
const DEPTH: usize = 200;

/// An element. Names are ours: the namespace's prefix of [`names`], a colon, the local name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Node {
    /// Such as `w:p`.
    pub(super) name: &'static str,
    /// Such as `("w:val", "center")`; attributes without a namespace have no prefix.
    pub(super) attrs: Vec<(&'static str, String)>,
    /// In document order.
    pub(super) items: Vec<Item>,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// An element.
    Node(Node),
    /// Characters.
    Text(String),
}

impl Node {
    /// An element with attributes and nothing in it.
    pub(super) fn new(name: &'static str, attrs: &[(&'static str, &str)]) -> Self {
        let attrs = attrs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { name, attrs, items: Vec::new() }
    }

    /// The same with these elements in it.
    pub(super) fn with(mut self, nodes: impl IntoIterator<Item = Node>) -> Self {
        self.items.extend(nodes.into_iter().map(Item::Node));
        self
    }

    /// The same with this text in it.
    pub(super) fn text_item(mut self, text: impl Into<String>) -> Self {
        self.items.push(Item::Text(text.into()));
        self
    }

    /// The value of an attribute.
    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Sets an attribute.
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        let value = value.into();
        match self.attrs.iter_mut().find(|(known, _)| *known == name) {
            Some(slot) => slot.1 = value,
            None => self.attrs.push((name, value)),
        }
    }

    /// Takes an attribute away and gives its value.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.attrs.iter().position(|(known, _)| *known == name)?;
        Some(self.attrs.remove(at).1)
    }

    /// The elements directly inside.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.items.iter().filter_map(|item| match item {
            Item::Node(node) => Some(node),
            Item::Text(_) => None,
        })
    }

    /// The elements directly inside, to change.
    pub(super) fn nodes_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.items.iter_mut().filter_map(|item| match item {
            Item::Node(node) => Some(node),
            Item::Text(_) => None,
        })
    }

    /// The first element of this name directly inside.
    pub(super) fn child(&self, name: &str) -> Option<&Node> {
        self.nodes().find(|node| node.name == name)
    }

    /// The same, to change.
    pub(super) fn child_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.nodes_mut().find(|node| node.name == name)
    }

    /// The element at the end of a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// `child`'s attribute.
    pub(super) fn val(&self, child: &str, attr: &str) -> Option<&str> {
        self.child(child).and_then(|node| node.attr(attr))
    }

    /// The attribute of the element at the end of a path of names.
    pub(super) fn val_at(&self, path: &[&str], attr: &str) -> Option<&str> {
        self.at(path).and_then(|node| node.attr(attr))
    }

    /// All characters of the element at the end of a path of names.
    pub(super) fn val_text(&self, path: &[&str]) -> String {
        self.at(path).map(Node::text).unwrap_or_default()
    }

    /// Calls `f` for this element and every one inside, outer first.
    pub(super) fn each<'a>(&'a self, f: &mut impl FnMut(&'a Node)) {
        f(self);
        self.nodes().for_each(|node| node.each(f));
    }

    /// The same, to change.
    pub(super) fn each_mut(&mut self, f: &mut impl FnMut(&mut Node)) {
        f(self);
        self.nodes_mut().for_each(|node| node.each_mut(f));
    }

    /// Whether an element of this name is somewhere inside.
    pub(super) fn has(&self, name: &str) -> bool {
        self.nodes().any(|node| node.name == name || node.has(name))
    }

    /// All characters inside.
    pub(super) fn text(&self) -> String {
        let mut all = String::new();
        self.collect(&mut all);
        all
    }

    fn collect(&self, all: &mut String) {
        for item in &self.items {
            match item {
                Item::Text(text) => all.push_str(text),
                Item::Node(node) => node.collect(all),
            }
        }
    }

    /// Keeps the elements directly inside for which `f` says so.
    pub(super) fn retain(&mut self, mut f: impl FnMut(&Node) -> bool) {
        self.items.retain(|item| match item {
            Item::Node(node) => f(node),
            Item::Text(_) => true,
        });
    }

    /// Replaces each element directly inside by what `f` makes of it.
    pub(super) fn replace(&mut self, mut f: impl FnMut(Node) -> Vec<Item>) {
        let items = std::mem::take(&mut self.items);
        self.items = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Item::Node(node) => self.items.extend(f(node)),
                text @ Item::Text(_) => self.items.push(text),
            }
        }
    }
}

/// What was met and not let in.
#[derive(Default)]
struct Strange {
    identifiers: u64,
    elements: u64,
    attributes: u64,
    comments: u64,
}

/// Reads a part into a tree.
///
/// # Errors
/// [`Refusal::Damaged`] if it is no XML, declares entities, or is nested too deep; [`Refusal::TooMuch`] for too
/// many elements.
pub(super) fn parse(
    bytes: &[u8],
    format: &'static str,
    place: &str,
    cx: &mut Context<'_>,
) -> Result<Node, Refusal> {
    let bad = |reason: &dyn ToString| Refusal::damaged(format, place, reason.to_string());
    let text = decode(bytes).ok_or_else(|| bad(&"it is neither UTF-8 nor UTF-16"))?;
    // A tree takes several times its text: charged, so that the limit holds for memory too.
    cx.charge(text.len())?;
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let mut strange = Strange::default();
    let mut stack: Vec<Node> = Vec::new();
    let mut root = None;
    let mut outside = 0_usize; // depth inside an element that did not get in
    let mut count = 0_u64;
    let limit = cx.options().limits.items.saturating_mul(4);
    loop {
        let (space, event) = reader.read_resolved_event().map_err(|error| bad(&error))?;
        match event {
            Event::Start(_) if outside > 0 => {
                outside += 1;
                if outside > DEPTH * 4 {
                    return Err(bad(&"elements are nested too deep"));
                }
            }
            Event::Empty(_) if outside > 0 => {}
            Event::Start(ref start) | Event::Empty(ref start) => {
                let empty = matches!(event, Event::Empty(_));
                count += 1;
                if count > limit {
                    return Err(Refusal::TooMuch {
                        what: "the number of elements in one part",
                        limit: limit.to_string(),
                        advice: "split the document",
                    });
                }
                if stack.len() >= DEPTH {
                    return Err(bad(&"elements are nested too deep"));
                }
                let name = qualified(&space, start.local_name().as_ref())
                    .and_then(|name| model::known(&name));
                let Some(name) = name else {
                    strange.elements += 1;
                    outside = usize::from(!empty);
                    continue;
                };
                let attrs =
                    attributes(start, &reader, &mut strange).map_err(|error| bad(&error))?;
                let node = Node { name, attrs, items: Vec::new() };
                if !empty {
                    stack.push(node);
                } else if let Some(parent) = stack.last_mut() {
                    parent.items.push(Item::Node(node));
                } else if root.replace(node).is_some() {
                    return Err(bad(&"it has two roots"));
                }
            }
            Event::End(_) if outside > 0 => outside -= 1,
            Event::End(_) => {
                let Some(node) = stack.pop() else { return Err(bad(&"an end without a start")) };
                if let Some(parent) = stack.last_mut() {
                    parent.items.push(Item::Node(node));
                } else if root.replace(node).is_some() {
                    return Err(bad(&"it has two roots"));
                }
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if outside > 0 => {}
            Event::Text(piece) => push(&mut stack, &piece),
            Event::CData(piece) => push(&mut stack, &piece),
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(c)) if allowed(c) => c.to_string(),
                    Ok(None) => entity(&reference)
                        .ok_or_else(|| bad(&"an entity that XML does not define"))?
                        .to_owned(),
                    _ => return Err(bad(&"a character that XML does not allow")),
                };
                push(&mut stack, &resolved);
            }
            Event::DocType(declaration) if declaration.contains('[') => {
                return Err(bad(&"it declares entities of its own"));
            }
            Event::Comment(_) | Event::PI(_) => strange.comments += 1,
            Event::DocType(_) | Event::Decl(_) => {}
            Event::Eof => break,
        }
    }
    report(&strange, place, cx);
    if !stack.is_empty() {
        return Err(bad(&"it ends in the middle"));
    }
    root.ok_or_else(|| bad(&"it has no root that we know"))
}

/// The whole part: declaration, root with the namespaces that are used, and nothing else.
pub(super) fn write(root: &Node) -> Vec<u8> {
    let mut prefixes = std::collections::BTreeSet::new();
    root.each(&mut |node| {
        prefixes.extend(node.name.split_once(':').map(|(prefix, _)| prefix));
        prefixes.extend(node.attrs.iter().filter_map(|(name, _)| Some(name.split_once(':')?.0)));
    });
    prefixes.remove("xml");
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    // The reader of a package's own parts, of EPUB pages and of SVG in them expects no prefix there.
    let bare = root.name.split_once(':').map(|(prefix, _)| prefix).filter(|prefix| {
        matches!(*prefix, "rel" | "ct" | "x" | "h" | "opf" | "cn" | "ncx" | "math" | "vg")
    });
    write_node(root, bare, &prefixes, &mut out);
    out.into_bytes()
}

fn write_node(
    node: &Node,
    bare: Option<&str>,
    prefixes: &std::collections::BTreeSet<&str>,
    out: &mut String,
) {
    let local = |name: &'static str| match (name.split_once(':'), bare) {
        (Some((prefix, local)), Some(bare)) if prefix == bare => local,
        _ => name,
    };
    let name = local(node.name);
    out.push('<');
    out.push_str(name);
    for prefix in prefixes {
        if let Some(space) = names::space(prefix) {
            // Writing to a String cannot fail.
            let _ = if bare == Some(*prefix) {
                write!(out, " xmlns=\"{space}\"")
            } else {
                write!(out, " xmlns:{prefix}=\"{space}\"")
            };
        }
    }
    for (name, value) in &node.attrs {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, true, out);
        out.push('"');
    }
    let empty = |item: &Item| matches!(item, Item::Text(text) if !text.contains(allowed));
    if node.items.iter().all(empty) {
        out.push_str("/>");
        return;
    }
    out.push('>');
    let none = std::collections::BTreeSet::new();
    for item in &node.items {
        match item {
            Item::Text(text) => escape(text, false, out),
            Item::Node(node) => write_node(node, bare, &none, out),
        }
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn escape(text: &str, attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\n' | '\t' if attribute => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            '\r' => out.push_str("&#13;"),
            c if allowed(c) => out.push(c),
            _ => {}
        }
    }
}

/// Characters of XML 1.0.
fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

pub(super) fn entity(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        // The ones of XHTML that older EPUB files use.
        "nbsp" => "\u{a0}",
        "shy" => "\u{ad}",
        "ndash" => "–",
        "mdash" => "—",
        "lsquo" => "‘",
        "rsquo" => "’",
        "ldquo" => "“",
        "rdquo" => "”",
        "laquo" => "«",
        "raquo" => "»",
        "hellip" => "…",
        "bull" => "•",
        "middot" => "·",
        "copy" => "©",
        "reg" => "®",
        "trade" => "™",
        "deg" => "°",
        "times" => "×",
        "frac12" => "½",
        "eacute" => "é",
        "egrave" => "è",
        "agrave" => "à",
        "ccedil" => "ç",
        "auml" => "ä",
        "ouml" => "ö",
        "uuml" => "ü",
        "szlig" => "ß",
        "ntilde" => "ñ",
        "ensp" => "\u{2002}",
        "emsp" => "\u{2003}",
        "thinsp" => "\u{2009}",
        "euro" => "€",
        "pound" => "£",
        "sect" => "§",
        "para" => "¶",
        "dagger" => "†",
        _ => return None,
    })
}

fn push(stack: &mut [Node], piece: &str) {
    let Some(node) = stack.last_mut() else { return };
    if let Some(Item::Text(text)) = node.items.last_mut() {
        text.push_str(piece);
    } else {
        node.items.push(Item::Text(piece.to_owned()));
    }
}

fn qualified(space: &ResolveResult<'_>, local: &str) -> Option<String> {
    let ResolveResult::Bound(space) = space else { return None };
    Some(format!("{}:{local}", names::prefix(space.as_ref())?))
}

fn attributes(
    start: &BytesStart<'_>,
    reader: &NsReader<&[u8]>,
    strange: &mut Strange,
) -> Result<Vec<(&'static str, String)>, quick_xml::Error> {
    let mut attrs = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute?;
        if attribute.key.as_namespace_binding().is_some_and(|binding| {
            matches!(binding, PrefixDeclaration::Default | PrefixDeclaration::Named(_))
        }) {
            continue;
        }
        let (space, local) = reader.resolver().resolve_attribute(attribute.key);
        let name = match space {
            ResolveResult::Unbound => Some(local.as_ref().to_owned()),
            bound => qualified(&bound, local.as_ref()),
        };
        match name.as_deref().and_then(model::known) {
            Some(name) => {
                let value = attribute.normalized_value_with(
                    quick_xml::XmlVersion::Implicit1_0,
                    1,
                    entity,
                )?;
                attrs.push((name, value.into_owned()));
            }
            None if local.as_ref().contains("rsid") || local.as_ref().ends_with("Id") => {
                strange.identifiers += 1;
            }
            None => strange.attributes += 1,
        }
    }
    Ok(attrs)
}

/// UTF-8, or UTF-16 with a mark at the start (ECMA-376 Part 2 allows both).
pub(super) fn decode(bytes: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    let wide = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units = pairs.iter().map(|pair| read(*pair));
        if !odd.is_empty() {
            return None;
        }
        char::decode_utf16(units).collect::<Result<String, _>>().ok().map(Into::into)
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok().map(Into::into),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes).ok().map(Into::into),
    }
}

fn report(strange: &Strange, place: &str, cx: &mut Context<'_>) {
    let all = [
        (strange.identifiers, Kind::Identifiers, "revision and instance identifiers"),
        (strange.elements, Kind::UnusedData, "elements that show nothing"),
        (strange.attributes, Kind::UnusedData, "attributes that show nothing"),
        (strange.comments, Kind::UnusedData, "comments and instructions in the XML"),
    ];
    for (count, kind, what) in all {
        if count > 0 {
            cx.removed(kind, place, what);
        }
    }
}
