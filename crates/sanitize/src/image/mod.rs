//! Pictures: read into what they show, and written afresh.

mod av1;
mod colour;
mod gif;
mod heif;
mod jpeg;
mod photo;
mod pixels;
mod png;
mod samples;
mod tiff;
mod webp;

pub(crate) use pixels::flatten;

use crate::{Context, Format, Kind, Refusal};
use ::image::DynamicImage;

/// Rebuilds a picture; the format may become another one.
pub(crate) fn clean(
    input: &[u8],
    format: Format,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    match format {
        Format::Jpeg => photo::clean(input, cx).map(|bytes| (bytes, Format::Jpeg)),
        Format::Png => png::clean(input, cx).map(|bytes| (bytes, Format::Png)),
        Format::Gif => gif::clean(input, cx).map(|bytes| (bytes, Format::Gif)),
        Format::WebP => webp::clean(input, cx).map(|bytes| (bytes, Format::WebP)),
        Format::Tiff => tiff::clean(input, cx).map(|bytes| (bytes, Format::Tiff)),
        Format::Heic | Format::Avif => heif::clean(input, format, cx),
        _ => Err(Refusal::unknown(input)),
    }
}

/// A picture to look at, its sides not longer than this if it becomes a JPEG; at the level that is asked for.
pub(crate) fn look(
    input: &[u8],
    format: Format,
    side: u32,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    if format == Format::Tiff {
        let page = tiff::first(input, cx)?;
        if page.color().has_alpha() {
            return Ok((png::encode(&page.thumbnail(side, side))?, Format::Png));
        }
        return Ok((small(page, side)?, Format::Jpeg));
    }
    match clean(input, format, cx)? {
        (bytes, Format::Jpeg) => Ok((small(reopened(&bytes)?, side)?, Format::Jpeg)),
        other => Ok(other),
    }
}

/// Reads an output again and accounts for every byte range.
pub(crate) fn verify(output: &[u8], format: Format) -> Result<(), Refusal> {
    match format {
        Format::Jpeg => jpeg::verify(output),
        Format::Png => png::verify(output),
        Format::Gif => gif::verify(output),
        Format::WebP => webp::verify(output),
        Format::Tiff => tiff::verify(output),
        _ => Err(Refusal::unsound(format.name(), 0, "not a picture that we write")),
    }
}

/// A JPEG of our own, decoded again.
fn reopened(bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    ::image::load_from_memory_with_format(bytes, ::image::ImageFormat::Jpeg)
        .map_err(|error| Refusal::unsound("JPEG", "its picture", error))
}

/// A JPEG of a picture whose sides are not longer than this.
pub(crate) fn small(picture: DynamicImage, side: u32) -> Result<Vec<u8>, Refusal> {
    let large = picture.width().max(picture.height()) > side;
    photo::encode(&if large { picture.thumbnail(side, side) } else { picture })
}

/// A picture beyond the limit.
fn too_large(pixels: u64) -> Refusal {
    Refusal::TooMuch {
        what: "the size of the picture",
        limit: format!("{pixels} pixels"),
        advice: "scale it down or cut it into parts first",
    }
}

/// Notes the rest of a file behind the picture.
fn note_trailing(cx: &mut Context<'_>, bytes: usize) {
    if bytes > 0 {
        cx.removed(Kind::UnusedData, "after the picture", "data that no viewer shows");
    }
}

/// What no cleaning of a picture can promise.
fn note_content(cx: &mut Context<'_>) {
    cx.remains(
        "A picture shows what it shows: faces, places, screens, reflections, and watermarks that are part of it. \
         The noise of a camera's sensor can tie it to the camera.",
    );
}
