//! Families told apart by a type inside a common shell: ISO base media (MP4, MOV, HEIC, AVIF), RIFF and EBML.

use super::refused::named;
use crate::{Format, Refusal};

/// An ISO base media file (ISO/IEC 14496-12) or an older QuickTime one; `None` if it is neither.
pub(super) fn iso(input: &[u8]) -> Option<Result<Format, Refusal>> {
    let size = u32::from_be_bytes(*input.first_chunk()?);
    let kind = input.get(4..8)?;
    match kind {
        b"ftyp" => {
            let end = usize::try_from(size).ok()?.clamp(16, 4096).min(input.len());
            let brands = input.get(8..end)?;
            Some(brand(brands))
        }
        // QuickTime before it had brands. The second box must look like one as well: "free" is also a word.
        b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot" => {
            let next = usize::try_from(size).ok().filter(|_| size >= 8)?;
            let follows = input.get(next.checked_add(4)?..next.checked_add(8)?);
            let known = |kind: &[u8]| {
                matches!(kind, b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"udta" | b"PICT")
            };
            (follows.is_some_and(known) || (kind == b"moov" && next == input.len()))
                .then_some(Ok(Format::Mp4))
        }
        _ => None,
    }
}

/// The major brand, then (it is often the vague `mif1`) the compatible ones.
fn brand(brands: &[u8]) -> Result<Format, Refusal> {
    let all = || brands.chunks_exact(4).enumerate().filter(|(n, _)| *n != 1).map(|(_, b)| b);
    let one_of = |known: &[&[u8; 4]]| all().any(|b| known.iter().any(|k| k.as_slice() == b));
    let major = brands.get(..4).unwrap_or_default();
    match major {
        b"crx " => {
            return Err(named("a raw camera picture (CR3)", "develop it and save it as JPEG"));
        }
        b"jp2 " | b"jpx " | b"jpm " => return Err(named("a JPEG 2000 picture", "save it as PNG")),
        b"jxl " => return Err(named("a JPEG XL picture", "save it as PNG or JPEG")),
        b"aax " | b"aaxc" => return Err(named("a protected audio book", "record it as MP3")),
        _ => {}
    }
    if one_of(&[b"avif", b"avis"]) {
        return Ok(Format::Avif);
    }
    if one_of(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"]) {
        return Ok(Format::Heic);
    }
    Ok(Format::Mp4)
}

/// RIFF: the form type decides.
pub(super) fn riff(input: &[u8]) -> Result<Format, Refusal> {
    match input.get(8..12) {
        Some(b"WEBP") => Ok(Format::WebP),
        Some(b"WAVE") => Ok(Format::Wav),
        Some(b"AVI ") => Err(named("an AVI video", "convert it to MP4 or MKV")),
        Some(b"ACON") => Err(named("an animated mouse pointer", "save it as PNG")),
        _ => Err(named("a RIFF file of an unknown kind", "save it as WAV or WebP")),
    }
}

/// EBML (RFC 8794): Matroska and WebM by the document type in the header.
pub(super) fn ebml(input: &[u8]) -> Result<Format, Refusal> {
    let head = input.get(..256.min(input.len())).unwrap_or(input);
    if super::contains(head, b"matroska") || super::contains(head, b"webm") {
        return Ok(Format::Matroska);
    }
    Err(named("an EBML file that is neither Matroska nor WebM", "convert it to MKV"))
}
