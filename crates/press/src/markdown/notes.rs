//! Footnotes: taken out of the text where they are defined, printed at its end in the order of their first
//! mention, with a way back.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Source;
use super::transform::{Transform, escape};
use crate::error::{PressError, line_of};
use crate::labels::Labels;

/// An event and the bytes of the text it came from.
pub(super) type Spot<'a> = (Event<'a>, Range<usize>);

/// The texts of notes by their names, each with its line.
pub(super) type Defined<'a> = BTreeMap<String, (Vec<Spot<'a>>, usize)>;

/// Parts the text from the notes defined in it.
pub(super) fn set_aside<'a>(
    events: Vec<Spot<'a>>,
    source: &Source<'_>,
) -> Result<(Vec<Spot<'a>>, Defined<'a>), PressError> {
    let mut main = Vec::with_capacity(events.len());
    let mut defined = Defined::new();
    let mut open: Option<(String, Vec<Spot<'a>>, usize)> = None;
    for (event, range) in events {
        match (event, &mut open) {
            (Event::Start(Tag::FootnoteDefinition(name)), _) => {
                let line = line_of(source.text, range.start) + source.first_line - 1;
                open = Some((name.to_string(), Vec::new(), line));
            }
            (Event::End(TagEnd::FootnoteDefinition), _) => {
                let Some((name, text, line)) = open.take() else { continue };
                if defined.contains_key(&name) {
                    let problem = format!("there are two notes [^{name}]");
                    return Err(PressError::content(source.file, line, problem, "rename one"));
                }
                defined.insert(name, (text, line));
            }
            (event, Some((_, text, _))) => text.push((event, range)),
            (event, None) => main.push((event, range)),
        }
    }
    Ok((main, defined))
}

/// The notes as a section at the end of the text; nothing if there are none.
pub(super) fn printed<'a>(
    transform: &mut Transform<'_>,
    mut defined: Defined<'a>,
    labels: &Labels,
) -> Result<Vec<Event<'a>>, PressError> {
    let mut out = Vec::new();
    let mut number = 0;
    // A note may mention another, which then joins the end of the list.
    while let Some(name) = transform.mentioned.get(number).cloned() {
        number += 1;
        let Some((text, _)) = defined.remove(&name) else { continue };
        if number == 1 {
            out.push(html(format!(
                "<section class=\"notes\" role=\"doc-endnotes\" aria-labelledby=\"notes\">\
                 <h2 id=\"notes\">{}</h2><ol>",
                escape(&labels.notes)
            )));
        }
        out.push(html(format!("<li id=\"fn-{number}\">")));
        out.extend(transform.run(text)?);
        out.push(html(format!(
            "<a class=\"note-back\" role=\"doc-backlink\" href=\"#fnref-{number}\" aria-label=\"{} {number}\">↩</a></li>",
            escape(&labels.back_to_text)
        )));
    }
    if number > 0 {
        out.push(html("</ol></section>".to_owned()));
    }
    match defined.into_iter().next() {
        None => Ok(out),
        Some((name, (_, line))) => Err(PressError::content(
            transform.file(),
            line,
            format!("the note [^{name}] is mentioned nowhere"),
            format!("put [^{name}] into the text, or take the note out"),
        )),
    }
}

fn html(text: String) -> Event<'static> {
    Event::Html(text.into())
}
