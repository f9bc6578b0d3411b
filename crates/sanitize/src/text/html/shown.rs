//! What is seen of a page.

use super::super::css::{Declaration, Key, Look, Sheet};
use super::super::picture;
use super::dom::{DEPTH, Data, Dom, Id};
use super::names::{is_inline, unseen};
use super::tokens::{attribute, key, own_style};
use super::tree::{Element, Item, known};
use super::{Inside, hidden};
use crate::{Context, Kind, Refusal};
use html5ever::Attribute;

/// Attributes that tables and lists are read by, with the elements that have them.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("td", "colspan"),
    ("td", "rowspan"),
    ("th", "colspan"),
    ("th", "rowspan"),
    ("ol", "start"),
    ("li", "value"),
];

pub(super) fn body(
    dom: &Dom,
    place: &str,
    inside: &mut Inside<'_>,
    cx: &mut Context<'_>,
) -> Result<Element, Refusal> {
    let mut sheet = Sheet::default();
    styles(dom, &mut sheet);
    let mut walk = Walk { dom, sheet, line: Vec::new(), place, inside, cx };
    let mut body = Element::new("body");
    walk.children(0, Look::default(), &mut body.items)?;
    if walk.sheet.too_much() {
        return Err(Refusal::TooMuch {
            what: "the number of style rules",
            limit: "50,000 rules, 200 million comparisons".into(),
            advice: "save the page without styles, or print it to PDF",
        });
    }
    Ok(body)
}

/// Style sheets count wherever they stand.
fn styles(dom: &Dom, sheet: &mut Sheet) {
    let mut open = vec![0];
    while let Some(node) = open.pop().and_then(|id| dom.node(id)) {
        match &node.data {
            Data::Element(name, _) if &*name.local == "style" => {
                for child in &node.children {
                    if let Some(Data::Text(css)) = dom.node(*child).map(|node| &node.data) {
                        sheet.add(css);
                    }
                }
            }
            _ => open.extend(node.children.iter().rev()),
        }
    }
}

struct Walk<'a, 'b, 'c> {
    dom: &'a Dom,
    sheet: Sheet,
    /// The elements around, outermost first.
    line: Vec<Key>,
    place: &'a str,
    inside: &'a mut Inside<'b>,
    cx: &'a mut Context<'c>,
}

impl Walk<'_, '_, '_> {
    fn children(&mut self, id: Id, look: Look, out: &mut Vec<Item>) -> Result<(), Refusal> {
        let dom = self.dom;
        let Some(node) = dom.node(id) else { return Ok(()) };
        for child in &node.children {
            let Some(child_node) = dom.node(*child) else { continue };
            match &child_node.data {
                Data::Comment => {
                    self.cx.removed(Kind::UnusedData, self.place, "comments and instructions");
                }
                Data::Text(text) => {
                    let why = look.unseen().filter(|_| !text.trim().is_empty());
                    if !why.is_some_and(|why| hidden(why, self.place, self.cx)) {
                        out.push(Item::Text(text.clone()));
                    }
                }
                Data::Element(name, attrs) => {
                    self.element(*child, &name.local, attrs, look, out)?;
                }
                Data::Document => {}
            }
        }
        Ok(())
    }

    fn element(
        &mut self,
        id: Id,
        name: &str,
        attrs: &[Attribute],
        look: Look,
        out: &mut Vec<Item>,
    ) -> Result<(), Refusal> {
        // The parser has bounded it.
        if self.line.len() > DEPTH {
            return Ok(());
        }
        if name == "head" {
            return self.head(id);
        }
        if let Some((kind, what)) = unseen(name) {
            self.cx.removed(kind, self.place, what);
            if !is_inline(name) {
                out.push(Item::Text(" ".into()));
            }
            return Ok(());
        }
        self.note(attrs);
        let key = key(name, attrs);
        self.line.push(key);
        let mut declared = self.sheet.of(&self.line, own_style(name, attrs));
        let shut = name == "dialog" && attribute(attrs, "open").is_none();
        // A page may show what has the attribute by a rule of its own.
        let shows = |set: &Declaration| set.name == "display";
        if (attribute(attrs, "hidden").is_some() || shut) && !declared.iter().any(shows) {
            declared.push(super::super::css::presentation("display", "none"));
        }
        let result = match look.inside(&declared) {
            Err(why) if self.empty(id) || hidden(why, self.place, self.cx) => Ok(()),
            Err(_) => self.seen(id, name, attrs, Look::default(), out),
            Ok(look) => self.seen(id, name, attrs, look, out),
        };
        self.line.pop();
        result
    }

    fn seen(
        &mut self,
        id: Id,
        name: &str,
        attrs: &[Attribute],
        look: Look,
        out: &mut Vec<Item>,
    ) -> Result<(), Refusal> {
        if name == "img" || name == "image" {
            return if look.invisible() { Ok(()) } else { self.picture(attrs, out) };
        }
        let Some(ours) = ours(name) else {
            return self.children(id, look, out);
        };
        let mut element = Element::new(ours);
        for (_, attr) in ATTRIBUTES.iter().filter(|(owner, _)| *owner == ours) {
            let number = attribute(attrs, attr).and_then(|value| value.trim().parse::<i32>().ok());
            if let Some(number) = number.filter(|n| (-9999..=9999).contains(n)) {
                element.attrs.push((attr, number.to_string()));
            }
        }
        if ours == "details" && attribute(attrs, "open").is_some() {
            element.attrs.push(("open", String::new()));
        }
        if let Some(way @ ("rtl" | "ltr")) = attribute(attrs, "dir") {
            element.attrs.push(("dir", way.to_owned()));
        }
        self.children(id, look, &mut element.items)?;
        out.push(Item::Element(element));
        Ok(())
    }

    fn picture(&mut self, attrs: &[Attribute], out: &mut Vec<Item>) -> Result<(), Refusal> {
        if let Some(text) = attribute(attrs, "alt").filter(|text| !text.is_empty()) {
            if self.cx.keeps(Kind::AltText) {
                self.cx.kept(Kind::AltText, self.place, "texts in place of pictures");
                out.push(Item::Text(text.to_owned()));
            } else {
                self.cx.removed(Kind::AltText, self.place, "texts in place of pictures");
            }
        }
        if attribute(attrs, "srcset").is_some() {
            self.cx.removed(Kind::ExternalReferences, self.place, "addresses of pictures");
        }
        let Some(address) = attribute(attrs, "src").or_else(|| attribute(attrs, "href")) else {
            return Ok(());
        };
        let fresh = match (self.inside)(address, self.cx)? {
            Some(fresh) => Some(fresh),
            None => picture::inside(address, self.place, self.cx)?,
        };
        if let Some(fresh) = fresh {
            let mut element = Element::new("img");
            element.attrs.push(("src", fresh));
            for side in ["width", "height"] {
                let number =
                    attribute(attrs, side).and_then(|value| value.trim().parse::<u16>().ok());
                if let Some(number) = number {
                    element.attrs.push((side, number.to_string()));
                }
            }
            out.push(Item::Element(element));
        }
        Ok(())
    }

    /// The head is not shown.
    fn head(&mut self, id: Id) -> Result<(), Refusal> {
        for child in self.dom.node(id).map(|node| node.children.as_slice()).unwrap_or_default() {
            match self.dom.node(*child).map(|node| &node.data) {
                Some(Data::Element(name, _)) => {
                    let (kind, what) =
                        unseen(&name.local).unwrap_or((Kind::UnusedData, "elements of the head"));
                    self.cx.removed(kind, self.place, what);
                }
                Some(Data::Comment) => {
                    self.cx.removed(Kind::UnusedData, self.place, "comments and instructions");
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether there is nothing to hide.
    fn empty(&self, id: Id) -> bool {
        self.dom.node(id).is_some_and(|node| node.children.is_empty())
    }

    fn note(&mut self, attrs: &[Attribute]) {
        for attr in attrs {
            let name = &*attr.name.local;
            let (kind, what) = match name {
                "href" | "src" | "action" | "cite" | "ping" | "background" | "longdesc"
                | "srcset" | "formaction" | "manifest" | "profile" => {
                    (Kind::ExternalReferences, "addresses of links and other files")
                }
                "id" | "class" | "name" | "for" | "itemid" | "is" | "slot" | "part" => {
                    (Kind::Identifiers, "names of elements")
                }
                "style" => (Kind::UnusedData, "styles"),
                "title" | "alt" | "download" | "abbr" | "datetime" | "value" => {
                    (Kind::HiddenText, "texts in attributes")
                }
                _ if name.starts_with("on") => (Kind::Code, "event handlers"),
                "colspan" | "rowspan" | "start" | "open" | "hidden" | "dir" | "width"
                | "height" => {
                    continue;
                }
                _ => (Kind::UnusedData, "attributes that show nothing"),
            };
            // What is kept of texts is what stands in the page.
            if name != "alt" {
                self.cx.removed(kind, self.place, what);
            }
        }
    }
}

/// What an element becomes; nothing if only what is in it counts.
fn ours(name: &str) -> Option<&'static str> {
    Some(match name {
        "article" | "section" | "main" | "header" | "footer" | "nav" | "aside" | "address"
        | "center" | "form" | "fieldset" | "hgroup" | "dialog" | "search" => "div",
        "dir" | "menu" => "ul",
        "xmp" | "listing" | "plaintext" => "pre",
        "strike" => "s",
        "tt" => "code",
        "acronym" => "abbr",
        "html" | "body" => return None,
        other => return known(other),
    })
}
