//! The words of texts, pages and messages, hidden ones too: for looking at before and after.

use super::html::tokens::{self, Piece};
use super::{decode, eml, html, rtf, svg};
use crate::look::Lines;
use crate::{Context, Format, Refusal};

/// Reads the words; of a message also those of its attachments, `depth` levels of them.
pub(crate) fn words(
    input: &[u8],
    format: Format,
    lines: &mut Lines,
    depth: u32,
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    let text = |declared| decode::decoded(input, declared, format.name()).map(|(text, ..)| text);
    match format {
        Format::Eml => eml::words(input, lines, depth, cx)?,
        // Its reader leaves out what is hidden, unless it is kept.
        Format::Rtf => page_words(&String::from_utf8_lossy(&rtf::clean(input, cx)?), lines),
        Format::Html => page_words(&text(html::declared(input))?, lines),
        Format::Svg => page_words(&svg::text(input, cx)?, lines),
        _ => lines.verbatim(&text(None)?),
    }
    Ok(())
}

/// A drawing as a picture, its longer side of so many pixels.
pub(crate) fn drawing(
    input: &[u8],
    side: u32,
    cx: &mut Context<'_>,
) -> Result<image::DynamicImage, Refusal> {
    svg::draw(input, side, cx)
}

/// The words of a page, whatever its styles say.
pub(crate) fn page_words(page: &str, lines: &mut Lines) {
    let (mut unread, mut fixed) = (false, false);
    for piece in tokens::pieces(page) {
        if lines.full() {
            break;
        }
        match piece {
            Piece::Start(tag) => {
                let name = &*tag.name;
                edge(name, lines);
                match name {
                    "script" | "style" => unread = true,
                    "pre" => fixed = true,
                    _ => {}
                }
                for what in ["alt", "title"] {
                    if let Some(words) = tokens::attribute(&tag.attrs, what) {
                        lines.text(" [");
                        lines.text(words);
                        lines.text("] ");
                    }
                }
            }
            Piece::End(name) => {
                edge(&name, lines);
                match &*name {
                    "script" | "style" => unread = false,
                    "pre" => fixed = false,
                    _ => {}
                }
            }
            Piece::Text(text) if unread => drop(text),
            Piece::Text(text) if fixed => lines.verbatim(&text),
            Piece::Text(text) => lines.text(&text),
            Piece::Comment => {}
        }
    }
    lines.end();
}

/// Ends the line, or the cell, where an element begins or ends.
fn edge(name: &str, lines: &mut Lines) {
    match name {
        "td" | "th" => lines.tab(),
        "a" | "abbr" | "b" | "bdi" | "bdo" | "cite" | "code" | "data" | "del" | "dfn" | "em"
        | "font" | "i" | "img" | "ins" | "kbd" | "label" | "mark" | "q" | "s" | "samp"
        | "small" | "span" | "strong" | "sub" | "sup" | "time" | "tspan" | "tt" | "u" | "var"
        | "wbr" => {}
        _ => lines.end(),
    }
}
