//! Mail (RFC 5322, MIME): becomes text or a page with what a reader sees. With attachments it becomes a ZIP archive of
//! that and of each attachment, cleaned; one that cannot be cleaned is left out, and the report names it.

mod attachments;
mod head;
#[cfg(test)]
mod tests;

use super::html::{self, tokens, tree};
use super::look::page_words;
use super::{marks, picture};
use crate::archive::{Fresh, write_zip};
use crate::look::{Lines, words_inside};
use crate::{Context, Format, Kind, Refusal};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::collections::BTreeSet;
use tree::{Element, Item};

const NAME: &str = "message (EML)";

/// Messages inside each other. The parser takes them one inside the other, without a bound of its own.
const NESTED: usize = 64;

pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<(Vec<u8>, Format), Refusal> {
    let message = parsed(input, cx)?;
    let head = head::read(&message, cx);
    let (bodies, is_page) = bodies(&message, cx);
    let mut used: BTreeSet<usize> = bodies.iter().copied().collect();
    let (bytes, format) = if is_page {
        (page(&message, &head, &bodies, &mut used, cx)?, Format::Html)
    } else {
        (text(&message, &head, &bodies, cx), Format::Txt)
    };
    super::verify(&bytes, format)?;
    let rest = attachments::clean(&message, &used, cx)?;
    if rest.is_empty() && bodies.is_empty() && encrypted(&message) {
        return Err(Refusal::Encrypted { format: NAME });
    }
    if rest.is_empty() && bytes.trim_ascii().is_empty() {
        return Err(Refusal::Unsupported {
            format: NAME,
            what: "a message in which nothing is to be seen".into(),
            advice: "look whether it is the right one",
        });
    }
    if rest.is_empty() {
        cx.removed(
            Kind::FormatChanged,
            "message",
            format!("a message; the copy is {}", format.name()),
        );
        return Ok((bytes, format));
    }
    cx.removed(
        Kind::FormatChanged,
        "message",
        "a message with attachments; the copy is a ZIP archive, and the message the first file in it",
    );
    let mut members = vec![Fresh { name: format!("file-1.{}", format.extension()), bytes }];
    members.extend(rest);
    let bytes = write_zip(&members).ok_or_else(|| Refusal::TooMuch {
        what: "the message with its attachments",
        limit: "4 GiB".into(),
        advice: "save the attachments and clean them one by one",
    })?;
    Ok((bytes, Format::Zip))
}

/// The words: of every line of the header, of the message itself, and of what comes with it.
pub(super) fn words(
    input: &[u8],
    lines: &mut Lines,
    depth: u32,
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    let message = parsed(input, cx)?;
    for (header, (name, raw)) in message.headers().iter().zip(message.headers_raw()) {
        // Decoded where it is text; as it is where it is anything else.
        lines.line(&format!("{name}: {}", header.value().as_text().unwrap_or(raw)));
    }
    let (bodies, _) = bodies(&message, cx);
    let all = bodies.iter().filter_map(|id| message.parts.get(*id));
    for part in all {
        match &part.body {
            PartType::Text(text) => lines.verbatim(text),
            PartType::Html(page) => page_words(page, lines),
            _ => {}
        }
    }
    for part in message.attachments() {
        let name = part.attachment_name().unwrap_or("an attachment");
        words_inside(name, part.contents(), lines, depth, cx);
    }
    Ok(())
}

fn parsed<'a>(input: &'a [u8], cx: &mut Context<'_>) -> Result<Message<'a>, Refusal> {
    bounded(input)?;
    // Parts are decoded into memory beside the message.
    cx.charge(input.len())?;
    MessageParser::default()
        .parse(input)
        .filter(|message| !message.parts.is_empty())
        .ok_or_else(|| Refusal::damaged(NAME, 0, "it has no header"))
}

fn bounded(input: &[u8]) -> Result<(), Refusal> {
    let lower = input.to_ascii_lowercase();
    let nested = [b"message/".as_slice(), b"multipart/digest"]
        .iter()
        .map(|name| memchr::memmem::find_iter(&lower, name).take(NESTED + 1).count())
        .sum::<usize>();
    if nested > NESTED {
        return Err(Refusal::TooMuch {
            what: "messages inside the message",
            limit: NESTED.to_string(),
            advice: "save them and clean them one by one",
        });
    }
    Ok(())
}

/// The parts that are the message itself, and whether they are to become a page: if there is no text, or the page has far
/// more in it.
fn bodies(message: &Message<'_>, cx: &mut Context<'_>) -> (Vec<usize>, bool) {
    let parts = |ids: &[u32], is: fn(&MessagePart<'_>) -> bool| -> Vec<usize> {
        let known = |id: &usize| message.parts.get(*id).is_some_and(is);
        ids.iter().filter_map(|id| usize::try_from(*id).ok()).filter(known).collect()
    };
    let plain = parts(&message.text_body, is_plain);
    let pages = parts(&message.html_body, |part| matches!(part.body, PartType::Html(_)));
    if pages.is_empty() {
        return (plain, false);
    }
    let length = |ids: &[usize]| -> usize {
        ids.iter().filter_map(|id| message.parts.get(*id)).map(letters).sum()
    };
    // In a mixed message both are shown, one after the other.
    let mixed = plain.iter().any(|id| message.html_body.iter().any(|other| *other as usize == *id));
    if mixed {
        let mut all: Vec<usize> = plain.into_iter().chain(pages).collect();
        all.sort_unstable();
        return (all, true);
    }
    if plain.is_empty() || length(&pages) > length(&plain).saturating_mul(2).saturating_add(200) {
        if !plain.is_empty() {
            cx.removed(Kind::UnusedData, "message", "the same message as text");
        }
        return (pages, true);
    }
    cx.removed(Kind::UnusedData, "message", "the same message as a page");
    (plain, false)
}

/// Text that is shown as it is.
fn is_plain(part: &MessagePart<'_>) -> bool {
    let plain = part.content_type().is_none_or(|kind| {
        kind.ctype().eq_ignore_ascii_case("text")
            && kind.subtype().is_none_or(|subtype| subtype.eq_ignore_ascii_case("plain"))
    });
    plain && matches!(part.body, PartType::Text(_))
}

/// How much there is to read, roughly.
fn letters(part: &MessagePart<'_>) -> usize {
    let count = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    match &part.body {
        PartType::Text(text) => count(text),
        PartType::Html(page) => {
            let mut inside = false;
            let texts = tokens::pieces(page).into_iter().map(|piece| match piece {
                tokens::Piece::Start(tag) => {
                    inside = matches!(&*tag.name, "style" | "script" | "title");
                    0
                }
                tokens::Piece::Text(text) if !inside => count(&text),
                _ => 0,
            });
            texts.sum()
        }
        _ => 0,
    }
}

fn text(
    message: &Message<'_>,
    head: &[(&str, String)],
    bodies: &[usize],
    cx: &mut Context<'_>,
) -> Vec<u8> {
    let mut out = String::new();
    for (name, value) in head {
        out.push_str(&format!("{name}: {value}\n"));
    }
    for part in bodies.iter().filter_map(|id| message.parts.get(*id)) {
        if let PartType::Text(text) = &part.body {
            let text = marks::clean_whole(text, "message", cx);
            out.push_str(&format!("\n{}\n", text.trim_matches('\n')));
        }
    }
    out.into_bytes()
}

fn page(
    message: &Message<'_>,
    head: &[(&str, String)],
    bodies: &[usize],
    used: &mut BTreeSet<usize>,
    cx: &mut Context<'_>,
) -> Result<Vec<u8>, Refusal> {
    let mut body = Element::new("body");
    for (name, value) in head {
        let mut line = Element::new("p");
        let mut label = Element::new("b");
        label.items.push(Item::Text(format!("{name}:")));
        line.items.extend([Item::Element(label), Item::Text(format!(" {value}"))]);
        body.items.push(Item::Element(line));
    }
    for part in bodies.iter().filter_map(|id| message.parts.get(*id)) {
        body.items.push(Item::Element(Element::new("hr")));
        match &part.body {
            PartType::Html(page) => {
                let mut inside = |address: &str, cx: &mut Context<'_>| {
                    let Some((id, bytes)) = picture_of(message, address) else { return Ok(None) };
                    used.insert(id);
                    picture::fresh(bytes, "picture in the message", cx)
                };
                let shown = html::body(page, "message", &mut inside, cx)?;
                body.items.extend(shown.items);
            }
            PartType::Text(text) => {
                let text = marks::clean_whole(text, "message", cx).into_owned();
                let mut pre = Element::new("pre");
                pre.items.push(Item::Text(text.trim_matches('\n').to_owned()));
                body.items.push(Item::Element(pre));
            }
            _ => {}
        }
    }
    html::page(body)
}

/// The picture of the message that an address is about (RFC 2392).
fn picture_of<'a>(message: &'a Message<'_>, address: &str) -> Option<(usize, &'a [u8])> {
    let name = address.trim().strip_prefix("cid:")?;
    message.parts.iter().enumerate().find_map(|(id, part)| match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes)
            if part.content_id().is_some_and(|found| found.trim_matches(['<', '>']) == name) =>
        {
            Some((id, bytes.as_ref()))
        }
        _ => None,
    })
}

fn encrypted(message: &Message<'_>) -> bool {
    message.parts.iter().filter_map(|part| part.content_type()).any(|kind| {
        let subtype = kind.subtype().unwrap_or_default().to_ascii_lowercase();
        matches!(subtype.as_str(), "encrypted" | "pgp-encrypted" | "pkcs7-mime" | "x-pkcs7-mime")
    })
}
