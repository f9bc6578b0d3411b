//! Recognises a file by its content. The name never counts: it is the first thing that lies.

mod boxes;
mod ole;
mod refused;
mod sound;
mod text;
mod zip;

use crate::{Format, Refusal};
use std::io::Read;

/// How a gzip member begins (RFC 1952, 2.3.1).
pub(crate) const GZIP: &[u8] = b"\x1f\x8b\x08";

/// Signatures at the very start that say all there is to say.
const AT_START: &[(&[u8], Format)] = &[
    (b"\xff\xd8\xff", Format::Jpeg),
    (b"\x89PNG\r\n\x1a\n", Format::Png),
    (b"GIF87a", Format::Gif),
    (b"GIF89a", Format::Gif),
    (b"II*\0", Format::Tiff),
    (b"MM\0*", Format::Tiff),
    (b"II+\0", Format::Tiff),
    (b"MM\0+", Format::Tiff),
    (b"%PDF-", Format::Pdf),
    (b"{\\rtf", Format::Rtf),
    (b"fLaC", Format::Flac),
    (b"OggS", Format::Ogg),
];

/// Where viewers look for a PDF's header.
const PDF_HEADER_WITHIN: usize = 1024;

/// See [`Format::of`].
pub(crate) fn detect(input: &[u8]) -> Result<Format, Refusal> {
    if input.is_empty() {
        return Err(Refusal::Empty);
    }
    // Raw pictures of cameras pose as TIFF.
    if input.starts_with(b"II*\0") && input.get(8..10) == Some(b"CR") {
        return Err(refused::named("a raw camera picture (CR2)", "develop it and save it as JPEG"));
    }
    if let Some((_, format)) = AT_START.iter().find(|(magic, _)| input.starts_with(magic)) {
        return Ok(*format);
    }
    if input.starts_with(b"PK\x03\x04") || input.starts_with(b"PK\x05\x06") {
        return zip::detect(input);
    }
    if input.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Err(ole::refusal(input));
    }
    if input.starts_with(b"RIFF") {
        return boxes::riff(input);
    }
    if input.starts_with(b"\x1a\x45\xdf\xa3") {
        return boxes::ebml(input);
    }
    if let Some(answer) = boxes::iso(input) {
        return answer;
    }
    if let Some(format) = in_gzip(input) {
        return Ok(format);
    }
    if let Some(refusal) = refused::known(input) {
        return Err(refusal);
    }
    if is_tar(input) {
        return Ok(Format::Tar);
    }
    if let Some(answer) = sound::mpeg(input) {
        return answer;
    }
    if is_pdf_after_something(input) {
        return Ok(Format::Pdf);
    }
    match text::detect(input) {
        Some(answer) => answer,
        None => Err(Refusal::unknown(input)),
    }
}

/// What to call bytes that are no format of ours: for [`Refusal::unknown`].
pub(crate) fn name_of(input: &[u8]) -> Refusal {
    refused::known(input).unwrap_or_else(|| {
        refused::named("a file of an unknown kind", "save it as PDF, PNG, DOCX or plain text first")
    })
}

/// A tar archive or a drawing in a gzip file (.tgz, .svgz), by its beginning; other things in one are refused.
fn in_gzip(input: &[u8]) -> Option<Format> {
    if !input.starts_with(GZIP) {
        return None;
    }
    let mut head = Vec::new();
    // A file that is damaged further on is no less what it is.
    let _ = flate2::bufread::GzDecoder::new(input).take(4096).read_to_end(&mut head);
    if is_tar(&head) {
        return Some(Format::Tar);
    }
    while !head.is_empty() && std::str::from_utf8(&head).is_err() && head.len() > 4000 {
        head.pop();
    }
    matches!(text::detect(&head), Some(Ok(Format::Svg))).then_some(Format::Svg)
}

/// A tar archive: POSIX or GNU by its magic, the old kind by the checksum of its first header.
fn is_tar(input: &[u8]) -> bool {
    let Some(header) = input.first_chunk::<512>() else { return false };
    if header.get(257..262) == Some(b"ustar") {
        return true;
    }
    let Some(stated) = header.get(148..156).and_then(octal) else { return false };
    let sum: u64 = header
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
        .sum();
    sum == stated && header.first().is_some_and(|first| *first != 0)
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    let digits = text.trim_matches(|c: char| c == ' ' || c == '\0');
    (!digits.is_empty()).then(|| u64::from_str_radix(digits, 8).ok()).flatten()
}

/// Viewers accept a PDF whose header is not at the start; so must we, or its contents would pass as something else.
fn is_pdf_after_something(input: &[u8]) -> bool {
    let head = input.get(..PDF_HEADER_WITHIN.min(input.len())).unwrap_or(input);
    let tail = input.get(input.len().saturating_sub(2048)..).unwrap_or(input);
    contains(head, b"%PDF-") && contains(tail, b"startxref")
}

/// Whether the needle occurs; both short.
fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests;
