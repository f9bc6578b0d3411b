//! Pages (HTML Living Standard): read into a tree as a browser does, and written anew from what is seen of it.
//!
//! The look is not kept: the copy has headings, paragraphs, lists, tables and pictures, and no styles.

mod dom;
pub(super) mod names;
mod shown;
pub(super) mod tokens;
pub(super) mod tree;
mod verify;

use super::decode::decode;
use crate::{Context, Kind, Refusal};
use encoding_rs::Encoding;
use tree::Element;
pub(super) use verify::verify;

const NAME: &str = "HTML";

/// What becomes of the look of a page.
const LOOK: &str = "The copy of a page has its text and pictures, and none of its styles. If the look matters, print it to PDF and clean that.";

pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let text = decode(input, declared(input), NAME, "page", cx)?;
    let body = body(&text, "page", &mut |_, _| Ok(None), cx)?;
    cx.remains(LOOK);
    page(body)
}

/// Gives the clean address of a picture that is part of the message, by its identifier.
pub(super) type Inside<'a> =
    dyn FnMut(&str, &mut Context<'_>) -> Result<Option<String>, Refusal> + 'a;

/// What is seen of a page.
pub(super) fn body(
    text: &str,
    place: &str,
    inside: &mut Inside<'_>,
    cx: &mut Context<'_>,
) -> Result<Element, Refusal> {
    // A tree takes several times its text: charged, so that the limit holds for memory too.
    cx.charge(text.len().saturating_mul(4))?;
    let dom = dom::parse(text, cx.options().limits.items)?;
    let mut body = shown::body(&dom, place, inside, cx)?;
    tree::tidy(&mut body, place, cx);
    Ok(body)
}

/// A whole page.
pub(super) fn page(body: Element) -> Result<Vec<u8>, Refusal> {
    if body.items.is_empty() {
        return Err(Refusal::Unsupported {
            format: NAME,
            what: "a page in which nothing is to be seen".into(),
            advice: "look whether it is the right one; a page made by scripts can be printed to PDF",
        });
    }
    verify::settled(body).map(String::into_bytes).ok_or_else(|| Refusal::Unsupported {
        format: NAME,
        what: "the way in which its elements stand in each other".into(),
        advice: "print it to PDF and clean that",
    })
}

/// The encoding that a page says it has (HTML, 13.2.3.2), which is near its start.
pub(super) fn declared(input: &[u8]) -> Option<&'static Encoding> {
    let head = input.get(..input.len().min(1024)).unwrap_or_default().to_ascii_lowercase();
    let at = memchr::memmem::find(&head, b"charset=")?.checked_add(8)?;
    let name = head.get(at..)?;
    let name = name.strip_prefix(b"\"").or(name.strip_prefix(b"'")).unwrap_or(name);
    let end = name.iter().position(|b| !b.is_ascii_alphanumeric() && !b"-_:".contains(b))?;
    Encoding::for_label(name.get(..end)?)
}

/// Notes a part of a page that goes.
fn hidden(why: &'static str, place: &str, cx: &mut Context<'_>) -> bool {
    if cx.keeps(Kind::HiddenText) {
        cx.kept(Kind::HiddenText, place, why);
        return false;
    }
    cx.removed(Kind::HiddenText, place, why);
    true
}

#[cfg(test)]
mod tests;
