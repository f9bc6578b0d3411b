//! PDF: rebuilt page by page from what is painted.
//!
//! An interpreter runs the pages and says what they paint: outlines, glyphs, pictures, clips, groups. That list is
//! the model; whatever else the file holds never gets into it. From the list a fresh file is written, with object
//! numbers, fonts and pictures of its own, and then read again by a reader that knows nothing but what the writer
//! writes.

mod beside;
mod bounds;
mod cff;
mod emit;
mod fields;
mod fonts;
mod glyphs;
mod hidden;
mod ink;
mod jpeg;
mod letters;
mod model;
mod picture;
mod pictures;
mod pixels;
mod record;
mod resources;
mod scenes;
mod standard;
mod store;
mod verify;
mod words;
mod write;

pub(crate) use letters::letters;
pub(crate) use pixels::first_page;

use crate::{Context, Format, Level, Refusal};
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The format's name in refusals.
const PDF: &str = "PDF";

pub(crate) fn clean(
    input: &[u8],
    _format: Format,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    let bytes = interpreted(input, cx, |pdf, cx| {
        let fresh = scenes::rebuild(pdf, cx)?;
        beside::tell(pdf, input, cx);
        if cx.level() == Level::Pixels { pixels::flat(&open(&fresh)?, cx) } else { Ok(fresh) }
    })?;
    Ok((bytes, Format::Pdf))
}

/// The words of all pages, an empty line between two of them.
pub(crate) fn words(input: &[u8], cx: &mut Context<'_>) -> Result<String, Refusal> {
    interpreted(input, cx, scenes::words)
}

/// Opens a document within its bounds and reads it. The interpreter is not ours: what it cannot take is a refusal, not a
/// crash.
fn interpreted<'c, T>(
    input: &[u8],
    cx: &mut Context<'c>,
    read: impl FnOnce(&Pdf, &mut Context<'c>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(|| {
        bounds::before_opening(input, cx)?;
        let pdf = open(input)?;
        bounds::after_opening(&pdf, cx)?;
        read(&pdf, cx)
    }))
    .unwrap_or_else(|_| Err(Refusal::damaged(PDF, "the file", "it cannot be interpreted")))
}

fn open(input: &[u8]) -> Result<Pdf, Refusal> {
    Pdf::new(input.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => Refusal::Encrypted { format: PDF },
        LoadPdfError::Decryption(_) => Refusal::Encrypted { format: PDF },
        LoadPdfError::Invalid => Refusal::damaged(PDF, "the file", "no pages can be found"),
    })
}

/// Reads an output again and accounts for every byte range.
pub(crate) fn verify(output: &[u8], _format: Format) -> Result<(), Refusal> {
    verify::check(output)
}
