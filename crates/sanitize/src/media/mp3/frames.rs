//! Finds the frames in a file, and everything between them.

use super::super::found::Found;
use super::NAME;
use super::header::{Header, NoHeader};
use crate::{Kind, Refusal};

/// One frame and where it is.
pub(super) struct Frame<'a> {
    pub(super) header: Header,
    pub(super) bytes: &'a [u8],
}

/// All frames of one stream, in order.
pub(super) fn frames<'a>(input: &'a [u8], found: &mut Found) -> Result<Vec<Frame<'a>>, Refusal> {
    let mut frames: Vec<Frame<'a>> = Vec::new();
    let mut first: Option<Header> = None;
    let mut at = 0;
    let mut junk = 0u64;
    while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some((length, kind, what)) = tag(rest) {
            found.removed(kind, &format!("byte {at}"), what);
            at += length.clamp(1, rest.len());
            continue;
        }
        match Header::read(rest) {
            Ok(header) if fits(&header, first.as_ref(), rest, !frames.is_empty()) => {
                let Some(bytes) = rest.get(..header.length()) else {
                    found.removed(
                        Kind::UnusedData,
                        &format!("byte {at}"),
                        "half a frame at the end",
                    );
                    break;
                };
                first.get_or_insert(header);
                frames.push(Frame { header, bytes });
                at += bytes.len();
                continue;
            }
            Err(NoHeader::OtherLayer) if frames.is_empty() && junk == 0 => {
                return Err(unsupported("MPEG audio of Layer I or II"));
            }
            Err(NoHeader::FreeFormat) if frames.is_empty() && junk == 0 => {
                return Err(unsupported("free-format MPEG audio"));
            }
            _ => {}
        }
        junk += 1;
        at += 1;
    }
    found.counted(Kind::UnusedData, "between frames", junk, "bytes that are not sound");
    if frames.is_empty() {
        return Err(Refusal::damaged(NAME, "byte 0", "there is no frame of MPEG audio in it"));
    }
    Ok(frames)
}

fn unsupported(what: &str) -> Refusal {
    Refusal::Unsupported {
        format: NAME,
        what: what.into(),
        advice: "convert it to MP3 of a usual bit rate, or to FLAC",
    }
}

/// Whether a frame begins here. The first one must be followed by another: eleven bits are no proof.
fn fits(header: &Header, first: Option<&Header>, rest: &[u8], running: bool) -> bool {
    if first.is_some_and(|first| !first.agrees(header)) || header.length() < header.head_length() {
        return false;
    }
    let next = rest.get(header.length()..).unwrap_or_default();
    running
        || next.is_empty() && rest.len() == header.length()
        || tag(next).is_some()
        || Header::read(next).is_ok_and(|next| next.agrees(header))
}

/// A tag that begins here: its length and what it is.
fn tag(rest: &[u8]) -> Option<(usize, Kind, &'static str)> {
    let size =
        |bytes: &[u8]| bytes.iter().fold(0usize, |size, byte| size << 7 | usize::from(byte & 0x7F));
    if rest.starts_with(b"ID3") {
        let footer = if rest.get(5)? & 0x10 != 0 { 10 } else { 0 };
        let length = 10 + size(rest.get(6..10)?) + footer;
        return Some((length, Kind::Properties, "an ID3v2 tag"));
    }
    if rest.starts_with(b"3DI") {
        return Some((10, Kind::Properties, "the end of an ID3v2 tag"));
    }
    if rest.starts_with(b"TAG+") && rest.len() >= 227 {
        return Some((227, Kind::Properties, "an enhanced ID3v1 tag"));
    }
    if rest.starts_with(b"TAG") && rest.len() == 128 {
        return Some((128, Kind::Properties, "an ID3v1 tag"));
    }
    if rest.starts_with(b"APETAGEX") {
        let length = u32::from_le_bytes(*rest.get(12..)?.first_chunk()?) as usize;
        let is_header = rest.get(23)? & 0x20 != 0;
        let length = if is_header { length.saturating_add(32) } else { 32 };
        return Some((length, Kind::Properties, "an APE tag"));
    }
    if rest.starts_with(b"LYRICSBEGIN") {
        let window = rest.get(..rest.len().min(1 << 20))?;
        let ends = [b"LYRICS200".as_slice(), b"LYRICSEND"];
        let end = ends.iter().filter_map(|mark| {
            window.windows(9).position(|part| part == *mark).map(|place| place + 9)
        });
        let length = end.min().unwrap_or(11);
        return Some((length, Kind::Properties, "a Lyrics3 tag"));
    }
    None
}
