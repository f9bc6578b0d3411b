//! Drawings of ours: written in one way, and read again.

use super::super::css::presentation;
use super::super::picture::is_ours;
use super::shown::{attribute, property};
use super::table::{ELEMENTS, Value, value};
use super::{Item, NAME, Node, read};
use crate::second_look::NoChance;
use crate::{Context, Options, Refusal, Report};

const SPACES: &str =
    " xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"";

pub(super) fn write(root: &Node) -> String {
    let mut out = String::new();
    element(root, SPACES, &mut out);
    out.push('\n');
    out
}

fn element(node: &Node, spaces: &str, out: &mut String) {
    out.push('<');
    out.push_str(&node.name);
    out.push_str(spaces);
    let mut attrs: Vec<&(String, String)> = node.attrs.iter().collect();
    attrs.sort();
    for (name, value) in attrs {
        // Older readers know no other form.
        out.push_str(if name == "href" { " xlink:" } else { " " });
        out.push_str(name);
        out.push_str("=\"");
        escape(value, out);
        out.push('"');
    }
    if node.items.is_empty() {
        out.push_str("/>");
        return;
    }
    out.push('>');
    for item in &node.items {
        match item {
            Item::Text(text) => escape(text, out),
            Item::Node(child) => element(child, "", out),
        }
    }
    out.push_str("</");
    out.push_str(&node.name);
    out.push('>');
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            ' ' | '\u{21}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => out.push(c),
            _ => {}
        }
    }
}

/// A drawing of ours has only elements, attributes and values of the tables, and is written in the one way.
pub(in super::super) fn verify(text: &str) -> Result<(), Refusal> {
    let bad = |reason: &str| Refusal::unsound(NAME, "drawing", reason);
    let (options, mut report, mut rng) = (Options::default(), Report::default(), NoChance);
    let mut cx = Context::new(&options, &mut report, &mut rng);
    let root = read::parse(text, &mut cx).map_err(|_| bad("not readable"))?;
    if !report.removed.is_empty() {
        return Err(bad("more than a drawing"));
    }
    let mut sound = true;
    root.each(&mut |node| {
        sound &= ELEMENTS.contains(&node.name.as_str());
        sound &= node.attrs.iter().all(|(name, text)| is_sound(name, text));
        let text = matches!(node.name.as_str(), "text" | "tspan" | "textPath");
        sound &= text || node.items.iter().all(|item| matches!(item, Item::Node(_)));
    });
    if !sound {
        return Err(bad("an element, attribute or value that is not ours"));
    }
    if write(&root) == text { Ok(()) } else { Err(bad("not written in the one way")) }
}

fn is_sound(name: &str, text: &str) -> bool {
    let numbered = |name: &str| name.strip_prefix('a').is_some_and(|n| n.parse::<u32>().is_ok());
    match value(name) {
        Some((Value::Name, _)) => numbered(text),
        Some((Value::Address, _)) => text.strip_prefix('#').is_some_and(numbered) || is_ours(text),
        Some((kind, true)) => match text.strip_prefix("url(#").and_then(|t| t.strip_suffix(')')) {
            Some(name) => numbered(name),
            None => property(kind, &presentation(name, text).value).as_deref() == Some(text),
        },
        Some((kind, false)) => attribute(kind, text).as_deref() == Some(text),
        None => false,
    }
}
