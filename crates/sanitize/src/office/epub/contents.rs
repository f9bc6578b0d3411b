//! The list of contents: from the navigation document, or the older NCX, written anew.

use super::super::drawing;
use super::super::package::Package;
use super::super::xml::{Item, Node};
use super::{Entry as Part, Places, read as read_part, resolve};
use crate::{Context, Kind, Refusal};
use std::collections::HashMap;

/// A line of the list, and what is under it.
pub(super) struct Entry {
    text: String,
    pub(super) target: Option<(String, Option<String>)>,
    inner: Vec<Entry>,
}

/// Calls `f` for each line.
pub(super) fn each(list: &[Entry], f: &mut impl FnMut(&Entry)) {
    for entry in list {
        f(entry);
        each(&entry.inner, f);
    }
}

/// The list as the book has it; empty if it has none.
///
/// # Errors
/// [`Refusal::Damaged`] if it is no XML.
pub(super) fn read(
    package: &mut Package<'_>,
    opf: &Node,
    parts: &HashMap<String, Part>,
    cx: &mut Context<'_>,
) -> Result<Vec<Entry>, Refusal> {
    let nav = parts.values().find(|part| part.properties.split(' ').any(|word| word == "nav"));
    if let Some(path) = nav.map(|part| part.path.clone()) {
        let root = read_part(package, &path, cx)?;
        cx.removed(Kind::UnusedData, &path, "lists of pages and landmarks");
        return Ok(find(&root).map(|list| lines(list, &path)).unwrap_or_default());
    }
    let ncx = opf.val("opf:spine", "toc").and_then(|id| parts.get(id));
    let Some(path) = ncx.map(|part| part.path.clone()) else { return Ok(Vec::new()) };
    let root = read_part(package, &path, cx)?;
    cx.removed(Kind::Properties, &path, "title, author and identifier of the book");
    Ok(root.child("ncx:navMap").map(|map| points(map, &path)).unwrap_or_default())
}

/// The list inside the navigation of the type "toc".
fn find(node: &Node) -> Option<&Node> {
    let toc = node.name == "h:nav"
        && node.attr("epub:type").is_some_and(|kind| kind.split(' ').any(|word| word == "toc"));
    if toc {
        return list_in(node);
    }
    node.nodes().find_map(find)
}

fn list_in(node: &Node) -> Option<&Node> {
    node.nodes().find_map(|child| if child.name == "h:ol" { Some(child) } else { list_in(child) })
}

fn lines(list: &Node, path: &str) -> Vec<Entry> {
    list.nodes()
        .filter(|node| node.name == "h:li" && node.attr("hidden").is_none())
        .map(|item| {
            let label = item.nodes().find(|node| node.name != "h:ol");
            let mut href = None;
            item.nodes().filter(|node| node.name != "h:ol").for_each(|node| {
                node.each(&mut |inner| {
                    if inner.name == "h:a" && href.is_none() {
                        href = inner.attr("href");
                    }
                });
            });
            Entry {
                text: label.map(Node::text).unwrap_or_default(),
                target: href.and_then(|href| resolve(path, href)),
                inner: item.child("h:ol").map(|inner| lines(inner, path)).unwrap_or_default(),
            }
        })
        .collect()
}

fn points(list: &Node, path: &str) -> Vec<Entry> {
    list.nodes()
        .filter(|node| node.name == "ncx:navPoint")
        .map(|point| Entry {
            text: point.child("ncx:navLabel").map(Node::text).unwrap_or_default(),
            target: point.val("ncx:content", "src").and_then(|src| resolve(path, src)),
            inner: points(point, path),
        })
        .collect()
}

/// The navigation document. A book without a list gets one of its chapters' headings, or numbers.
pub(super) fn write(
    list: &[Entry],
    chapters: &[Node],
    places: &Places,
    cx: &mut Context<'_>,
) -> Node {
    let mut ol = written(list, places);
    if ol.items.is_empty() {
        ol = Node::new("h:ol", &[]).with(chapters.iter().enumerate().map(|(at, chapter)| {
            let mut heading = None;
            chapter.each(&mut |node| {
                if matches!(node.name, "h:h1" | "h:h2" | "h:h3") && heading.is_none() {
                    heading = Some(node.text()).filter(|text| !text.trim().is_empty());
                }
            });
            let link = format!("chapter{}.xhtml", at + 1);
            let text = heading.unwrap_or_else(|| (at + 1).to_string());
            Node::new("h:li", &[])
                .with([Node::new("h:a", &[("href", &link)]).text_item(one_line(&text))])
        }));
    }
    let head = Node::new("h:head", &[]).with([Node::new("h:title", &[]).text_item("Book")]);
    let nav = Node::new("h:nav", &[("epub:type", "toc")]).with([ol]);
    let body = Node::new("h:body", &[]).with([nav]);
    let mut root = Node::new("h:html", &[]).with([head, body]);
    drawing::finish(&mut root, "the list of contents", cx);
    root
}

fn written(list: &[Entry], places: &Places) -> Node {
    let mut ol = Node::new("h:ol", &[]);
    for entry in list {
        let text = one_line(&entry.text);
        if text.is_empty() && entry.inner.is_empty() {
            continue;
        }
        // A chapter that is not in the order of reading is not in the book any more.
        let link = entry.target.as_ref().and_then(|target| places.link(target));
        if link.is_none() && entry.target.is_some() && entry.inner.is_empty() {
            continue;
        }
        let label = match link {
            Some(link) => Node::new("h:a", &[("href", &link)]),
            None => Node::new("h:span", &[]),
        };
        let mut item = Node::new("h:li", &[]).with([label.text_item(text)]);
        let inner = written(&entry.inner, places);
        if !inner.items.is_empty() {
            item.items.push(Item::Node(inner));
        }
        ol.items.push(Item::Node(item));
    }
    ol
}

fn one_line(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}
