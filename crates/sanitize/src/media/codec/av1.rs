//! AV1 (the bitstream specification of the Alliance for Open Media, section 5; its ISOBMFF binding for `av1C`).

use super::super::bytes::Reader;
use super::{Broken, Codec, Dropped};
use crate::Refusal;

/// Reads `av1C`; gives a fresh one with the sequence header only.
pub(in crate::media) fn record(
    format: &'static str,
    body: &[u8],
    base: usize,
    dropped: &mut Dropped,
) -> Result<(Codec, Vec<u8>), Refusal> {
    let mut reader = Reader::new(format, body, base);
    let [marker, level, flags, delay] = reader.array()?;
    if marker != 0x81 {
        return Err(reader.damaged("an unknown version of the video's description"));
    }
    let mut out = vec![marker, level, flags, if delay & 0x10 != 0 { delay & 0x1F } else { 0 }];
    let mut units = Vec::new();
    rewrite(reader.rest(), &mut units, dropped).map_err(|broken| broken.at(format, base))?;
    out.extend_from_slice(&units);
    Ok((Codec::Av1, out))
}

/// Rewrites one temporal unit or the units of a record.
pub(super) fn rewrite(
    sample: &[u8],
    out: &mut Vec<u8>,
    dropped: &mut Dropped,
) -> Result<(), Broken> {
    let mut rest = sample;
    while let Some((head, mut after)) = rest.split_first() {
        if head & 0x80 != 0 {
            return Err(Broken("a forbidden bit is set"));
        }
        let kind = (head >> 3) & 15;
        let extension = if head & 4 != 0 {
            let (extension, more) = after.split_first().ok_or(Broken("a unit ends early"))?;
            after = more;
            Some(*extension & 0xF8)
        } else {
            None
        };
        let size = if head & 2 != 0 { leb128(&mut after)? } else { after.len() };
        let (body, more) = after.split_at_checked(size).ok_or(Broken("a unit is too long"))?;
        rest = more;
        let body = match kind {
            // Sequence header: trailing zeros after its stop bit are filling.
            1 => trimmed(body, dropped),
            // Frame header, frame, tile group, redundant frame header.
            3 | 4 | 6 | 7 => body,
            2 => {
                dropped.add("marks between pictures");
                continue;
            }
            5 => {
                dropped.add("metadata units");
                continue;
            }
            15 => {
                dropped.add("filler");
                continue;
            }
            _ => {
                dropped.add("units that are no picture");
                continue;
            }
        };
        // With a size, always; the reserved bit is zero.
        out.push(kind << 3 | if extension.is_some() { 4 } else { 0 } | 2);
        out.extend(extension);
        put_leb128(body.len(), out);
        out.extend_from_slice(body);
    }
    Ok(())
}

fn trimmed<'a>(body: &'a [u8], dropped: &mut Dropped) -> &'a [u8] {
    let short = super::nal::trimmed(body);
    if short.len() != body.len() {
        dropped.add("filling after the picture");
    }
    short
}

fn leb128(rest: &mut &[u8]) -> Result<usize, Broken> {
    let mut value = 0u64;
    for place in 0..8 {
        let (byte, after) = rest.split_first().ok_or(Broken("a size ends early"))?;
        *rest = after;
        value |= u64::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            return usize::try_from(value).map_err(|_| Broken("a size is too large"));
        }
    }
    Err(Broken("a size is too long"))
}

fn put_leb128(value: usize, out: &mut Vec<u8>) {
    let mut value = value;
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
