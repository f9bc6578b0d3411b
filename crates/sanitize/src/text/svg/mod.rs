//! Drawings (SVG 1.1 and 2): read into a tree, and written anew from lists of elements, attributes and values.

mod draw;
mod geometry;
mod read;
mod shown;
mod table;
#[cfg(test)]
mod tests;
mod tidy;
mod values;
mod write;

use super::decode::{decode, decoded};
use crate::detect::GZIP;
use crate::{Context, Kind, Refusal};
pub(super) use draw::draw;
use std::borrow::Cow;
use std::io::Read as _;
pub(super) use write::verify;

const NAME: &str = "SVG";

/// An element. Names are those of [`table`], or, while reading, whatever there is.
#[derive(Debug, Default, PartialEq)]
struct Node {
    name: String,
    attrs: Vec<(String, String)>,
    items: Vec<Item>,
    /// The number of a text, by which it can be taken out.
    text: Option<usize>,
}

#[derive(Debug, PartialEq)]
enum Item {
    Node(Node),
    Text(String),
}

impl Node {
    fn attr(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.items.iter().filter_map(|item| match item {
            Item::Node(node) => Some(node),
            Item::Text(_) => None,
        })
    }

    fn each(&self, f: &mut impl FnMut(&Node)) {
        f(self);
        self.nodes().for_each(|node| node.each(f));
    }
}

pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let input = unpacked(input, cx)?;
    let text = decode(&input, None, NAME, "drawing", cx)?;
    // A tree takes several times its text: charged, so that the limit holds for memory too.
    cx.charge(text.len().saturating_mul(4))?;
    let drawing = read::parse(&text, cx)?;
    let fresh = shown::drawing(&drawing, cx)?;
    let fresh = tidy::tidy(fresh, cx);
    if fresh.items.is_empty() {
        return Err(Refusal::Unsupported {
            format: NAME,
            what: "a drawing in which nothing is to be seen".into(),
            advice: "look whether it is the right one",
        });
    }
    Ok(write::write(&fresh).into_bytes())
}

/// Its text, unpacked.
pub(super) fn text(input: &[u8], cx: &mut Context<'_>) -> Result<String, Refusal> {
    decoded(&unpacked(input, cx)?, None, NAME).map(|(text, ..)| text)
}

/// What is in a compressed drawing (SVGZ).
fn unpacked<'a>(input: &'a [u8], cx: &mut Context<'_>) -> Result<Cow<'a, [u8]>, Refusal> {
    if !input.starts_with(GZIP) {
        return Ok(Cow::Borrowed(input));
    }
    let limit = cx.options().limits.total_bytes;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(input)
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| Refusal::damaged(NAME, 0, "its compression is damaged"))?;
    cx.charge(bytes.len())?;
    cx.removed(Kind::Properties, "drawing", "compression, with name and time of a file");
    Ok(Cow::Owned(bytes))
}
