//! XML into a tree of what belongs to SVG.

use super::{Item, NAME, Node};
use crate::{Context, Kind, Refusal};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use std::collections::HashMap;

/// Elements inside elements.
const DEPTH: usize = 200;
/// Entities that a document may declare, and characters of each.
const ENTITIES: usize = 200;
const LONGEST: usize = 500;

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";

pub(super) fn parse(text: &str, cx: &mut Context<'_>) -> Result<Node, Refusal> {
    let bad = |reason: &dyn ToString| Refusal::damaged(NAME, "drawing", reason.to_string());
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut entities = HashMap::new();
    let (mut stack, mut root): (Vec<Node>, Option<Node>) = (Vec::new(), None);
    // How deep inside something of another language.
    let mut outside = 0_usize;
    let mut count = 0_u64;
    let limit = cx.options().limits.items.saturating_mul(4);
    loop {
        let (space, event) = reader.read_resolved_event().map_err(|error| bad(&error))?;
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                let empty = matches!(event, Event::Empty(_));
                count = count.saturating_add(1);
                if count > limit {
                    return Err(Refusal::TooMuch {
                        what: "the number of elements of the drawing",
                        limit: limit.to_string(),
                        advice: "split it, or save it as PNG",
                    });
                }
                if stack.len().saturating_add(outside) >= DEPTH {
                    return Err(bad(&"elements are nested too deep"));
                }
                let ours = outside == 0 && is_svg(&space, &entities);
                if !ours {
                    if outside == 0 {
                        cx.removed(Kind::UnusedData, "drawing", "elements of other languages");
                    }
                    outside = outside.saturating_add(usize::from(!empty));
                    continue;
                }
                let node = Node {
                    name: start.local_name().as_ref().to_owned(),
                    attrs: attributes(start, &reader, &entities, cx)
                        .map_err(|error| bad(&error))?,
                    ..Node::default()
                };
                if empty { put(node, &mut stack, &mut root) } else { stack.push(node) }
            }
            Event::End(_) if outside > 0 => outside = outside.saturating_sub(1),
            Event::End(_) => {
                let Some(node) = stack.pop() else { return Err(bad(&"an end without a start")) };
                put(node, &mut stack, &mut root);
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if outside > 0 => {}
            Event::Text(piece) => push(&mut stack, &piece),
            Event::CData(piece) => push(&mut stack, &piece),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => push(&mut stack, c.encode_utf8(&mut [0; 4])),
                Ok(None) => {
                    let value = entity(&reference, &entities)
                        .ok_or_else(|| bad(&"an entity that is not declared in it"))?;
                    cx.charge(value.len())?;
                    push(&mut stack, value);
                }
                Err(error) => return Err(bad(&error)),
            },
            Event::DocType(declaration) => {
                cx.removed(Kind::UnusedData, "drawing", "document type");
                entities = declared(&declaration);
            }
            Event::Comment(_) | Event::PI(_) => {
                cx.removed(Kind::UnusedData, "drawing", "comments and instructions");
            }
            Event::Decl(_) => {}
            Event::Eof => break,
        }
    }
    if !stack.is_empty() {
        return Err(bad(&"it ends in the middle"));
    }
    root.filter(|root| root.name == "svg").ok_or_else(|| bad(&"it is no drawing"))
}

/// Elements without a namespace are taken for those of SVG.
fn is_svg(space: &ResolveResult<'_>, entities: &HashMap<String, String>) -> bool {
    match space {
        ResolveResult::Unbound => true,
        ResolveResult::Bound(space) => {
            let name: &str = space.as_ref();
            // Illustrator declares entities for its namespaces.
            let entity = name.strip_prefix('&').and_then(|name| name.strip_suffix(';'));
            name == SVG || entity.and_then(|name| entities.get(name)).is_some_and(|v| v == SVG)
        }
        ResolveResult::Unknown(_) => false,
    }
}

fn put(node: Node, stack: &mut [Node], root: &mut Option<Node>) {
    match stack.last_mut() {
        Some(parent) => parent.items.push(Item::Node(node)),
        None => _ = root.get_or_insert(node),
    }
}

fn push(stack: &mut [Node], piece: &str) {
    let Some(node) = stack.last_mut() else { return };
    if let Some(Item::Text(text)) = node.items.last_mut() {
        text.push_str(piece);
    } else {
        node.items.push(Item::Text(piece.to_owned()));
    }
}

fn attributes(
    start: &BytesStart<'_>,
    reader: &NsReader<&[u8]>,
    entities: &HashMap<String, String>,
    cx: &mut Context<'_>,
) -> Result<Vec<(String, String)>, quick_xml::Error> {
    let mut attrs: Vec<(String, String)> = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (space, local) = reader.resolver().resolve_attribute(attribute.key);
        let local: &str = local.as_ref();
        let known = match space {
            ResolveResult::Unbound => true,
            ResolveResult::Bound(space) => {
                let name: &str = space.as_ref();
                local == "href" && (name == XLINK || name.starts_with('&'))
            }
            ResolveResult::Unknown(_) => local == "href",
        };
        if !known {
            cx.removed(Kind::UnusedData, "drawing", "attributes of other languages");
            continue;
        }
        let value =
            attribute.normalized_value_with(quick_xml::XmlVersion::Implicit1_0, 1, |name| {
                entity(name, entities)
            })?;
        // The newer form of an address counts.
        match attrs.iter_mut().find(|(name, _)| name == local) {
            Some(slot) if matches!(space, ResolveResult::Unbound) => slot.1 = value.into_owned(),
            Some(_) => {}
            None => attrs.push((local.to_owned(), value.into_owned())),
        }
    }
    Ok(attrs)
}

fn entity<'a>(name: &str, entities: &'a HashMap<String, String>) -> Option<&'a str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        other => return entities.get(other).map(String::as_str),
    })
}

/// Plain texts that a document type gives names to; those with markup or other names in them are left out, so that
/// nothing grows.
fn declared(doctype: &str) -> HashMap<String, String> {
    let mut all = HashMap::new();
    for piece in doctype.split("<!ENTITY").skip(1).take(ENTITIES) {
        let piece = piece.trim_start();
        let Some((name, rest)) = piece.split_once(char::is_whitespace) else { continue };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
        let Some((value, _)) = rest.get(1..).and_then(|rest| rest.split_once(quote)) else {
            continue;
        };
        if value.len() <= LONGEST && !value.contains(['&', '<', '%']) {
            all.insert(name.to_owned(), value.to_owned());
        }
    }
    all
}
