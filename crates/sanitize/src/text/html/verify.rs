//! Reads a page of ours again: it has what [`super::tree`] writes, and is written in the one way.

use super::super::picture::is_ours;
use super::NAME;
use super::dom::{self, Data, Dom, Id};
use super::tree::{self, Element, Item, known};
use crate::{Limits, Refusal};

pub(in super::super) fn verify(text: &str) -> Result<(), Refusal> {
    let bad = |reason: &str| Refusal::unsound(NAME, "page", reason);
    let body = page(text).ok_or_else(|| bad("more than the elements of a page of ours"))?;
    if tree::write(&body) == text { Ok(()) } else { Err(bad("not written in the one way")) }
}

/// A page as a browser reads it: where elements cannot stand in each other, it moves them.
pub(super) fn settled(mut body: Element) -> Option<String> {
    /// Moving one may move another.
    const TURNS: usize = 5;
    for _ in 0..TURNS {
        let text = tree::write(&body);
        let again = page(&text)?;
        if tree::write(&again) == text {
            return Some(text);
        }
        body = again;
    }
    None
}

/// The body of a page that has no more than the encoding in its head.
fn page(text: &str) -> Option<Element> {
    let dom = dom::parse(text, Limits::default().items).ok()?;
    let html = only(&dom, 0, "html")?;
    let head = only(&dom, html, "head")?;
    let meta = only(&dom, head, "meta")?;
    let body = dom.node(html)?.children.get(1).copied()?;
    let alone = [(0, 1), (html, 2), (head, 1), (meta, 0)];
    if !alone
        .iter()
        .all(|(id, count)| dom.node(*id).is_some_and(|node| node.children.len() == *count))
    {
        return None;
    }
    let mut body = read(&dom, body)?;
    // The line feed behind the page is counted as text in it.
    if let Some(Item::Text(last)) = body.items.last_mut()
        && last.ends_with('\n')
    {
        last.pop();
    }
    body.items.retain(|item| !matches!(item, Item::Text(text) if text.is_empty()));
    Some(body)
}

/// The first child, if it has this name.
fn only(dom: &Dom, id: Id, name: &str) -> Option<Id> {
    let first = dom.node(id)?.children.first().copied()?;
    matches!(&dom.node(first)?.data, Data::Element(found, _) if &*found.local == name)
        .then_some(first)
}

fn read(dom: &Dom, id: Id) -> Option<Element> {
    let node = dom.node(id)?;
    let Data::Element(name, attrs) = &node.data else { return None };
    let mut element = Element::new(known(&name.local)?);
    for attr in attrs {
        let value = attr.value.to_string();
        let number = || value.parse::<i32>().is_ok();
        let (name, fine) = match &*attr.name.local {
            "colspan" => ("colspan", number()),
            "rowspan" => ("rowspan", number()),
            "start" => ("start", number()),
            "value" => ("value", number()),
            "width" => ("width", number()),
            "height" => ("height", number()),
            "open" => ("open", value.is_empty()),
            "dir" => ("dir", matches!(value.as_str(), "rtl" | "ltr")),
            "src" => ("src", is_ours(&value)),
            _ => return None,
        };
        if !fine {
            return None;
        }
        element.attrs.push((name, value));
    }
    for child in &node.children {
        match &dom.node(*child)?.data {
            // The line feed behind a block is written by itself.
            Data::Text(text) => {
                let text = match element.items.last() {
                    Some(Item::Element(before)) if tree::ends_line(before.name) => {
                        text.strip_prefix('\n').unwrap_or(text)
                    }
                    _ => text.as_str(),
                };
                if !text.is_empty() {
                    element.items.push(Item::Text(text.to_owned()));
                }
            }
            Data::Element(..) => element.items.push(Item::Element(read(dom, *child)?)),
            _ => return None,
        }
    }
    Some(element)
}
