//! DOCX: paragraphs in their order, with comments and the words these are about.
//!
//! The file may come from anybody. What it unpacks to is limited, a document type (with which entities could multiply) is refused,
//! and nesting is counted instead of followed.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Builder, Comment};
use crate::archive::{self, MEND};
use crate::fault::Problem;

/// What one part may unpack to.
const MOST_BYTES: u64 = 64 << 20;
/// Real documents stay below 40.
const DEEPEST: usize = 256;

const BODY: &str = "word/document.xml";

pub(super) fn read(bytes: &[u8], build: &mut Builder) -> Result<(), Problem> {
    let mut archive = archive::open(bytes)?;
    let body = archive::part(&mut archive, BODY, MOST_BYTES)?.ok_or_else(|| {
        Problem::text(format!(
            "this is not a DOCX document, the part {BODY} is missing: save it again as .docx"
        ))
    })?;
    let comments = match archive::part(&mut archive, "word/comments.xml", MOST_BYTES)? {
        Some(part) => read_comments(&text("word/comments.xml", &part)?)?,
        None => HashMap::new(),
    };
    read_body(BODY, &text(BODY, &body)?, build, &comments)?;
    for (name, what) in [("word/footnotes.xml", "footnotes"), ("word/endnotes.xml", "endnotes")] {
        if let Some(part) = archive::part(&mut archive, name, MOST_BYTES)? {
            let before = build.at();
            read_body(name, &text(name, &part)?, build, &HashMap::new())?;
            if build.at() > before {
                build.notes.push(format!("The {what} are checked after the text."));
            }
        }
    }
    Ok(())
}

fn text(part: &str, bytes: &[u8]) -> Result<String, Problem> {
    let (text, _) = crate::encoding::decode(bytes).map_err(|(_, p)| within(part, &p))?;
    Ok(text.into_owned())
}

fn within(part: &str, problem: &dyn std::fmt::Display) -> Problem {
    Problem::text(format!(
        "{part} inside of it cannot be read ({problem}): save the document again"
    ))
}

/// Goes through a part, event by event, with the limits of this module.
fn events(
    part: &str,
    xml: &str,
    mut each: impl FnMut(Event<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0usize;
    loop {
        let event = reader.read_event().map_err(|e| within(part, &e))?;
        match &event {
            Event::Eof => return Ok(()),
            Event::DocType(_) => {
                return Err(Problem::text(format!(
                    "{part} inside of it declares a document type, which no word processor does, and is not read: {MEND}"
                )));
            }
            Event::Start(_) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Problem::text(format!(
                        "{part} inside of it is nested more than {DEEPEST} deep, which no word processor does, and is not read: {MEND}"
                    )));
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        each(event)?;
    }
}

/// Text and references of an element as words.
fn characters(part: &str, event: &Event<'_>) -> Result<Option<String>, Problem> {
    Ok(match event {
        Event::Text(t) => Some(t.xml_content(XmlVersion::Implicit1_0).into_owned()),
        Event::CData(t) => Some(t.xml_content(XmlVersion::Implicit1_0).into_owned()),
        Event::GeneralRef(r) => Some(match r.resolve_char_ref().map_err(|e| within(part, &e))? {
            Some(c) => c.to_string(),
            None => match &**r {
                "lt" => "<".to_owned(),
                "gt" => ">".to_owned(),
                "amp" => "&".to_owned(),
                "quot" => "\"".to_owned(),
                "apos" => "'".to_owned(),
                // Without a document type there are no others.
                _ => return Err(within(part, &"an entity that is not declared")),
            },
        }),
        _ => None,
    })
}

fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Option<String> {
    tag.attributes()
        .flatten()
        .find(|a| a.key.local_name().as_ref() == wanted)
        .and_then(|a| a.normalized_value(XmlVersion::Implicit1_0).ok().map(|v| v.into_owned()))
}

/// Text and author of each comment, by its id.
fn read_comments(xml: &str) -> Result<HashMap<String, (String, String)>, Problem> {
    let part = "word/comments.xml";
    let mut all: HashMap<String, (String, String)> = HashMap::new();
    let (mut id, mut inside) = (String::new(), false);
    events(part, xml, |event| {
        match &event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "comment" => {
                    id = attribute(tag, "id").unwrap_or_default();
                    all.insert(
                        id.clone(),
                        (String::new(), attribute(tag, "author").unwrap_or_default()),
                    );
                }
                "t" => inside = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => inside = false,
                "p" => {
                    if let Some((text, _)) = all.get_mut(&id) {
                        text.push(' ');
                    }
                }
                _ => {}
            },
            other => {
                if inside
                    && let Some(words) = characters(part, other)?
                    && let Some((text, _)) = all.get_mut(&id)
                {
                    text.push_str(&words);
                }
            }
        }
        Ok(())
    })?;
    for (text, _) in all.values_mut() {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    Ok(all)
}

fn read_body(
    part: &str,
    xml: &str,
    build: &mut Builder,
    comments: &HashMap<String, (String, String)>,
) -> Result<(), Problem> {
    let mut inside = false;
    let mut deleted = 0usize;
    let mut changes = false;
    let mut hidden = false;
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut marked: Vec<(String, usize, usize)> = Vec::new();
    events(part, xml, |event| {
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let starts = matches!(event, Event::Start(_));
                match tag.local_name().as_ref() {
                    "t" => inside = starts,
                    "del" | "moveFrom" if starts => {
                        deleted += 1;
                        changes = true;
                    }
                    "ins" => changes = true,
                    "vanish" => hidden = true,
                    "tab" | "br" | "cr" | "noBreakHyphen" => build.gap(),
                    "commentRangeStart" => {
                        if let Some(id) = attribute(tag, "id") {
                            open.insert(id, build.at());
                        }
                    }
                    "commentRangeEnd" => {
                        if let Some(id) = attribute(tag, "id")
                            && let Some(start) = open.remove(&id)
                        {
                            marked.push((id, start, build.at()));
                        }
                    }
                    _ => {}
                }
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => inside = false,
                "p" => build.end(),
                "tc" => build.gap(),
                "del" | "moveFrom" => deleted = deleted.saturating_sub(1),
                _ => {}
            },
            other => {
                if inside
                    && deleted == 0
                    && let Some(words) = characters(part, other)?
                {
                    build.words(&words, 0);
                }
            }
        }
        Ok(())
    })?;
    build.end();
    if changes {
        build.notes.push(
            "The document keeps tracked changes: what was deleted is still in the file, and is not checked here. Accept the changes before the file goes to anybody."
                .to_owned(),
        );
    }
    if hidden {
        build.notes.push(
            "The document has hidden text. It is checked like the rest, and goes out with the file."
                .to_owned(),
        );
    }
    for (id, start, end) in marked {
        if let Some((text, author)) = comments.get(&id) {
            build.comments.push(Comment {
                text: text.clone(),
                author: author.clone(),
                range: start..end.max(start),
            });
        }
    }
    Ok(())
}
