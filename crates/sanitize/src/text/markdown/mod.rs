//! Markdown (CommonMark 0.31 with tables, footnotes, task lists, strikethrough, alerts and formulas): read into the
//! events of its parser, and written anew from those that show something.

mod html;
mod read;
#[cfg(test)]
mod tests;

use super::decode::decode;
use crate::{Context, Refusal};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use pulldown_cmark_to_cmark as writer;

const NAME: &str = "Markdown";

/// Blocks and emphasis inside each other.
const DEPTH: usize = 100;

const SYNTAX: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_YAML_STYLE_METADATA_BLOCKS)
    .union(Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_GFM);

pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let text = decode(input, None, NAME, "text", cx)?;
    let events = read::events(&text, cx)?;
    if !events.iter().any(|event| !matches!(event, Event::Start(_) | Event::End(_))) {
        return Err(Refusal::Unsupported {
            format: NAME,
            what: "a file in which nothing is to be seen".into(),
            advice: "look whether it is the right one",
        });
    }
    write(&events).map(String::into_bytes).ok_or_else(|| Refusal::Unsupported {
        format: NAME,
        what: "this arrangement of its marks".into(),
        advice: "save it as HTML or plain text",
    })
}

/// What is written has nothing in it but what [`read`] lets through, and is written in the one way.
pub(super) fn verify(text: &str) -> Result<(), Refusal> {
    let bad = |place: usize, reason: &str| Refusal::unsound(NAME, place, reason);
    let parser = Parser::new_ext(text, SYNTAX);
    if parser.reference_definitions().iter().next().is_some() {
        return Err(bad(0, "link definitions"));
    }
    let mut events = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        let fine = match &event {
            Event::Html(_) | Event::InlineHtml(_) => false,
            Event::Start(Tag::Link { .. } | Tag::MetadataBlock(_)) => false,
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                super::picture::is_ours(dest_url) && title.is_empty()
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => info.is_empty(),
            Event::Start(Tag::Heading { id, classes, attrs, .. }) => {
                id.is_none() && classes.is_empty() && attrs.is_empty()
            }
            Event::Start(Tag::FootnoteDefinition(label)) | Event::FootnoteReference(label) => {
                label.parse::<u32>().is_ok()
            }
            _ => true,
        };
        if !fine {
            return Err(bad(range.start, "more than text and its marks"));
        }
        events.push(event);
    }
    match write(&events) {
        Some(again) if again == text => Ok(()),
        _ => Err(bad(0, "not written in the one way")),
    }
}

fn write(events: &[Event<'_>]) -> Option<String> {
    let mut text = String::new();
    let options = writer::Options {
        list_token: '-',
        increment_ordered_list_bullets: true,
        ..writer::Options::default()
    };
    writer::cmark_with_options(events.iter(), &mut text, SYNTAX, options).ok()?;
    Some(format!("{}\n", text.trim_start_matches('\n').trim_end_matches('\n')))
}
