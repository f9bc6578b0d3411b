//! A story's Markdown into HTML that is safe to print: parsed, transformed, then cleaned.

mod clean;
mod notes;
mod standing;
mod transform;

use std::collections::BTreeSet;

use pulldown_cmark::{Options, Parser, html};

use crate::error::PressError;
use crate::images::Images;
use crate::paper::Paper;
use transform::Transform;

/// Markdown with its place, for errors.
pub(crate) struct Source<'a> {
    /// Path below the content folder.
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    /// The line in the file in which `text` begins.
    pub(crate) first_line: usize,
}

/// A story's text as HTML.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    pub(crate) html: String,
    /// Links to this site's own pages (`/path`), each with its line.
    pub(crate) links: Vec<(String, usize)>,
    /// Names of the pictures it shows.
    pub(crate) pictures: BTreeSet<String>,
}

/// A whole text: blocks, statements, figures, notes.
pub(crate) fn story(
    source: &Source<'_>,
    images: &Images,
    paper: &Paper,
) -> Result<Body, PressError> {
    let mut options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    // Other languages have quotation marks of their own; they are left as written.
    if paper.is_english() {
        options |= Options::ENABLE_SMART_PUNCTUATION;
    }
    let events: Vec<_> = Parser::new_ext(source.text, options).into_offset_iter().collect();
    let (main, defined) = notes::set_aside(events, source)?;
    let mut transform = Transform::new(source, images, paper);
    let mut out = transform.run(main)?;
    out.extend(notes::printed(&mut transform, defined, &paper.labels)?);
    let mut printed = String::with_capacity(source.text.len() * 2);
    html::push_html(&mut printed, out.into_iter());
    let Transform { links, pictures, .. } = transform;
    Ok(Body { html: clean::clean(&printed), links, pictures })
}

/// One line of text with emphasis and links, for contact lines and notes: no blocks.
pub(crate) fn line(
    source: &Source<'_>,
    images: &Images,
    paper: &Paper,
) -> Result<Body, PressError> {
    let body = story(source, images, paper)?;
    let inner = body.html.trim().strip_prefix("<p>").and_then(|h| h.strip_suffix("</p>"));
    match inner {
        Some(inner) if !inner.contains("<p>") => Ok(Body { html: inner.to_owned(), ..body }),
        _ => Err(PressError::content(
            source.file,
            source.first_line,
            "more than one line of plain text",
            "write it as one paragraph",
        )),
    }
}
