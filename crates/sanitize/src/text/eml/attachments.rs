//! What comes with a message.

use super::{Fresh, is_plain};
use crate::archive::shown;
use crate::{Context, Format, Kind, Refusal};
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};
use std::collections::BTreeSet;

/// Attachments that cannot be cleaned are left out by name.
const LEFT_OUT: &str = "An attachment of the message could not be cleaned and is left out; the report names it. Save it and convert it if it matters.";

/// Every part that is not the message itself, cleaned, numbered from 2.
pub(super) fn clean(
    message: &Message<'_>,
    used: &BTreeSet<usize>,
    cx: &mut Context<'_>,
) -> Result<Vec<Fresh>, Refusal> {
    let limit = cx.options().limits.items;
    if message.parts.len() as u64 > limit {
        return Err(Refusal::TooMuch {
            what: "the number of parts",
            limit: limit.to_string(),
            advice: "save the attachments and clean them one by one",
        });
    }
    let mut fresh = Vec::new();
    for (id, part) in message.parts.iter().enumerate() {
        // Other forms of the message are not attached to it.
        let other_form = matches!(part.body, PartType::Html(_) | PartType::Text(_))
            && !message.attachments.iter().any(|known| *known as usize == id);
        if used.contains(&id) || matches!(part.body, PartType::Multipart(_)) || other_form {
            continue;
        }
        let number = fresh.len().saturating_add(2);
        let place = place(part, number);
        match one(part, &place, cx) {
            Ok((bytes, format)) => {
                let name = format!("file-{number}.{}", format.extension());
                cx.removed(
                    Kind::Properties,
                    &place,
                    format!("its name and header; it is {name} now"),
                );
                fresh.push(Fresh { name, bytes });
            }
            Err(refusal @ Refusal::TooMuch { .. }) => return Err(refusal),
            Err(Refusal::Empty) => cx.removed(Kind::UnusedData, &place, "an empty attachment"),
            Err(refusal) => {
                cx.removed(Kind::EmbeddedObjects, &place, format!("left out: {refusal}"));
                cx.remains(LEFT_OUT);
            }
        }
    }
    Ok(fresh)
}

fn one(
    part: &MessagePart<'_>,
    place: &str,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    let (kind, subtype) = part.content_type().map_or((String::new(), String::new()), |kind| {
        let subtype = kind.subtype().unwrap_or_default();
        (kind.ctype().to_ascii_lowercase(), subtype.to_ascii_lowercase())
    });
    let not = |what: &str, advice: &str| {
        Err(Refusal::Unknown { what: what.to_owned(), advice: advice.to_owned() })
    };
    match &part.body {
        PartType::Message(inner) => {
            cx.clean_inside_as(inner.raw_message(), place, Some(Format::Eml))
        }
        PartType::Html(page) => cx.clean_inside_as(page.as_bytes(), place, Some(Format::Html)),
        PartType::Text(text)
            if is_plain(part)
                || matches!(subtype.as_str(), "csv" | "markdown" | "tab-separated-values") =>
        {
            cx.clean_inside(text.as_bytes(), place)
        }
        PartType::Text(text) if matches!(subtype.as_str(), "rtf" | "richtext") => {
            cx.clean_inside(text.as_bytes(), place)
        }
        // Their text is not what is shown: appointments, cards, headers.
        PartType::Text(_) => {
            not("text that only programs read", "open it and save what matters as plain text")
        }
        _ if kind == "message" => not("a report of a mail server", "leave it out"),
        _ if subtype.contains("tnef") => {
            not("an Outlook container (TNEF)", "ask for the message as HTML or plain text")
        }
        _ if subtype == "pgp-encrypted" => not("an encrypted message", "decrypt it first"),
        _ if subtype.ends_with("signature") => not("a signature", "leave it out"),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => cx.clean_inside(bytes, place),
        PartType::Multipart(_) => Err(Refusal::Empty),
    }
}

/// What the report calls it.
fn place(part: &MessagePart<'_>, number: usize) -> String {
    match part.attachment_name() {
        Some(name) => format!("attachment {number} ({})", shown(name)),
        None => format!("attachment {number}"),
    }
}
