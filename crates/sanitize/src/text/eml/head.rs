//! What a mail program shows of the header: names, date, subject.

use super::marks;
use crate::{Context, Kind};
use mail_parser::{Addr, Address, DateTime, HeaderName, Message};

/// Stands for somebody without a name.
const NOBODY: &str = "(address left out)";

/// The lines of the header that stay.
pub(super) fn read(message: &Message<'_>, cx: &mut Context<'_>) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for (name, people) in [("From", message.from()), ("To", message.to()), ("Cc", message.cc())] {
        if let Some(people) = people {
            let comments = message.header_raw(name).is_some_and(has_comments);
            let names: Vec<String> =
                all(people).iter().map(|one| shown(one, comments, cx)).collect();
            if !names.is_empty() {
                lines.push((name, names.join(", ")));
            }
        }
    }
    if let Some(date) = message.date().filter(|date| date.is_valid()) {
        let here = DateTime::from_timestamp(date.to_timestamp());
        lines.push((
            "Date",
            format!(
                "{}-{:02}-{:02} {:02}:{:02} UTC",
                here.year, here.month, here.day, here.hour, here.minute
            ),
        ));
        cx.removed(Kind::Fingerprints, "header", "seconds and time zone of the date");
    }
    if let Some(subject) = message.subject() {
        lines.push(("Subject", line(subject, cx)));
    }
    for header in message.parts.iter().flat_map(|part| &part.headers) {
        match header.name {
            HeaderName::From
            | HeaderName::To
            | HeaderName::Cc
            | HeaderName::Date
            | HeaderName::Subject => {}
            HeaderName::Bcc => {
                cx.removed(Kind::Properties, "header", "people whom the others do not see (Bcc)");
            }
            HeaderName::MessageId
            | HeaderName::InReplyTo
            | HeaderName::References
            | HeaderName::ContentId => {
                cx.removed(Kind::Identifiers, "header", "identifiers of messages and parts");
            }
            HeaderName::DkimSignature | HeaderName::ArcSeal => {
                cx.removed(Kind::Signatures, "header", "signatures of mail servers");
            }
            _ => cx.removed(Kind::Properties, "header", "fields that mail programs do not show"),
        }
    }
    lines
}

fn all<'a>(people: &'a Address<'_>) -> Vec<&'a Addr<'a>> {
    match people {
        Address::List(list) => list.iter().collect(),
        Address::Group(groups) => groups.iter().flat_map(|group| &group.addresses).collect(),
    }
}

/// The name, if it is one.
fn shown(one: &Addr<'_>, comments: bool, cx: &mut Context<'_>) -> String {
    if one.address.is_some() {
        cx.removed(Kind::Properties, "header", "addresses");
    }
    let name = one.name.as_deref().unwrap_or_default();
    // The parser takes comments for a part of the name.
    let name = match name.split_once('(') {
        Some((before, _)) if comments => {
            cx.removed(Kind::Comments, "header", "comments beside names");
            before
        }
        _ => name,
    };
    let name = line(name, cx);
    if name.is_empty() || name.contains('@') { NOBODY.to_owned() } else { name }
}

/// Whether there are brackets outside of quotes (RFC 5322, 3.2.2).
fn has_comments(raw: &str) -> bool {
    let mut quoted = false;
    let mut letters = raw.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => _ = letters.next(),
            '"' => quoted = !quoted,
            '(' if !quoted => return true,
            _ => {}
        }
    }
    false
}

/// A value in one line.
fn line(text: &str, cx: &mut Context<'_>) -> String {
    let one: Vec<&str> = text.split_whitespace().collect();
    marks::clean_whole(&one.join(" "), "header", cx).into_owned()
}
