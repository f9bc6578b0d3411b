//! The chunks of a PNG file: what the original has beside the picture, and the strict reader of what we write.

use crate::{Context, Kind, Refusal};
use std::collections::BTreeSet;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A chunk: its type, its data, its checksum.
struct Chunk<'a> {
    at: usize,
    kind: [u8; 4],
    data: &'a [u8],
    sum: u32,
}

fn chunk(input: &[u8], at: usize) -> Option<Chunk<'_>> {
    let rest = input.get(at..)?;
    let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
    let kind = *rest.get(4..)?.first_chunk()?;
    let data = rest.get(8..length.checked_add(8)?)?;
    let sum = u32::from_be_bytes(*rest.get(length + 8..)?.first_chunk()?);
    Some(Chunk { at, kind, data, sum })
}

/// Notes what will not be in the output; how many bytes come after the end.
pub(super) fn report(input: &[u8], cx: &mut Context<'_>) -> Result<usize, Refusal> {
    let mut at = SIGNATURE.len();
    while let Some(found) = chunk(input, at) {
        at += found.data.len() + 12;
        let (kind, what) = match &found.kind {
            b"IEND" => return Ok(input.len().saturating_sub(at)),
            b"IHDR" | b"PLTE" | b"IDAT" | b"tRNS" | b"acTL" | b"fcTL" | b"fdAT" => continue,
            b"tEXt" | b"zTXt" | b"iTXt" => (Kind::Properties, "a text beside the picture"),
            b"eXIf" => (Kind::Properties, "Exif: camera, time, place and settings"),
            b"tIME" => (Kind::Properties, "the time of the last change"),
            b"iCCP" => (Kind::Fingerprints, "the colour profile, with the names in it"),
            b"gAMA" | b"cHRM" | b"sRGB" | b"sBIT" | b"cICP" | b"mDCV" | b"cLLI" => {
                (Kind::Fingerprints, "colour settings")
            }
            b"pHYs" | b"sCAL" | b"oFFs" | b"sTER" => (Kind::Fingerprints, "the size on paper"),
            b"bKGD" | b"hIST" | b"sPLT" | b"pCAL" => (Kind::Fingerprints, "hints for viewers"),
            b"dSIG" => (Kind::Signatures, "a signature"),
            _ => (Kind::UnusedData, "data of a program"),
        };
        cx.removed(kind, "beside the picture", what);
    }
    Err(Refusal::damaged("PNG", format!("byte {at}"), "the file is cut off"))
}

/// Accounts for every byte: known chunks only, of right length, in order, with right sums, and nothing after the end.
pub(in crate::image) fn verify(output: &[u8]) -> Result<(), Refusal> {
    let bad = |at: usize, reason: &str| Refusal::unsound("PNG", format!("byte {at}"), reason);
    if !output.starts_with(SIGNATURE) {
        return Err(bad(0, "no signature"));
    }
    let (mut at, mut seen) = (SIGNATURE.len(), BTreeSet::new());
    loop {
        let found = chunk(output, at).ok_or_else(|| bad(at, "a chunk is cut off"))?;
        let length = found.data.len();
        let first = |kind: &[u8; 4]| !seen.contains(kind);
        let sound = match &found.kind {
            b"IHDR" => length == 13 && seen.is_empty(),
            b"PLTE" => {
                length % 3 == 0 && (3..=768).contains(&length) && first(b"PLTE") && first(b"IDAT")
            }
            b"tRNS" => (1..=256).contains(&length) && first(b"tRNS") && first(b"IDAT"),
            b"acTL" => length == 8 && first(b"acTL") && first(b"IDAT"),
            b"fcTL" => length == 26 && !first(b"acTL"),
            b"IDAT" => !first(b"IHDR") && first(b"fdAT"),
            b"fdAT" => length >= 4 && !first(b"IDAT") && !first(b"fcTL"),
            b"IEND" => length == 0 && !first(b"IDAT"),
            _ => false,
        };
        if !sound {
            return Err(bad(found.at, "a chunk that we do not write"));
        }
        if crc(&found.kind, found.data) != found.sum {
            return Err(bad(found.at, "a checksum is wrong"));
        }
        at += length + 12;
        if &found.kind == b"IEND" {
            return if at == output.len() { Ok(()) } else { Err(bad(at, "bytes after the end")) };
        }
        seen.insert(found.kind);
    }
}

fn crc(kind: &[u8], data: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(kind);
    hasher.update(data);
    hasher.finalize()
}
