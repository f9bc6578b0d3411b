//! H.264 (ITU-T H.264, ISO/IEC 14496-15 for the record `avcC`).

use super::super::bytes::{BitWriter, Bits, Reader};
use super::nal::{self, Lengths};
use super::{Broken, Codec, Dropped, parameters};
use crate::Refusal;

/// Profiles whose record has the bit depth.
fn has_depth(profile: u8) -> bool {
    matches!(profile, 100 | 110 | 122 | 144)
}

/// Reads `avcC`; gives a fresh one.
pub(in crate::media) fn record(
    format: &'static str,
    body: &[u8],
    base: usize,
    dropped: &mut Dropped,
) -> Result<(Codec, Vec<u8>), Refusal> {
    let mut reader = Reader::new(format, body, base);
    let [version, profile, compatibility, level] = reader.array()?;
    if version != 1 {
        return Err(reader.damaged("an unknown version of the video's description"));
    }
    let lengths = Lengths::new(reader.u8()?).map_err(|broken| broken.at(format, base))?;
    let mut out = vec![1, profile, compatibility, level, 0xFC | 3];
    for (mask, kind) in [(0x1F, 7), (0xFF, 8)] {
        let number = reader.u8()? & mask;
        out.push(if kind == 7 { 0xE0 } else { 0 } | number);
        for _ in 0..number {
            let length = usize::from(reader.u16()?);
            let unit = reader.take(length)?;
            if unit.first().is_none_or(|head| head & 0x1F != kind) {
                return Err(reader.damaged("a parameter set of another kind"));
            }
            let fresh = parameter_set(unit, dropped).map_err(|b| b.at(format, reader.offset()))?;
            out.extend_from_slice(&(fresh.len() as u16).to_be_bytes());
            out.extend_from_slice(&fresh);
        }
    }
    if has_depth(profile) && reader.left() >= 4 {
        let [chroma, luma_depth, chroma_depth, extensions] = reader.array()?;
        out.extend_from_slice(&[0xFC | chroma, 0xF8 | luma_depth, 0xF8 | chroma_depth, 0]);
        for _ in 0..extensions {
            let length = usize::from(reader.u16()?);
            reader.skip(length)?;
            dropped.add("extensions of parameter sets");
        }
    }
    if !reader.is_empty() {
        dropped.add("bytes after the video's description");
    }
    Ok((Codec::H264(lengths), out))
}

/// A sequence or picture parameter set, without what follows it.
fn parameter_set(unit: &[u8], dropped: &mut Dropped) -> Result<Vec<u8>, Broken> {
    let end = match unit.first().map(|head| head & 0x1F) {
        Some(7) => parameters::h264_sequence,
        _ => parameters::h264_picture,
    };
    parameters::rewrite(unit, 1, end, dropped)
}

/// Rewrites one sample.
pub(super) fn rewrite(
    lengths: Lengths,
    sample: &[u8],
    out: &mut Vec<u8>,
    dropped: &mut Dropped,
) -> Result<(), Broken> {
    for unit in lengths.units(sample) {
        let unit = unit?;
        let Some(head) = unit.first() else {
            dropped.add("empty pieces");
            continue;
        };
        match head & 0x1F {
            1..=5 => {
                let slice = nal::slice(unit);
                if slice.len() != unit.len() {
                    dropped.add("filling after the picture");
                }
                nal::put(slice, out)?;
            }
            7 | 8 => nal::put(&parameter_set(unit, dropped)?, out)?,
            10 | 11 => nal::put(&[*head], out)?,
            6 => match recovery_point(unit) {
                Some(fresh) => {
                    if fresh != unit {
                        dropped.add("messages beside the picture (SEI)");
                    }
                    nal::put(&fresh, out)?;
                }
                None => dropped.add("messages beside the picture (SEI)"),
            },
            9 => dropped.add("marks between pictures"),
            12 => dropped.add("filler"),
            _ => dropped.add("pieces that are no picture"),
        }
    }
    Ok(())
}

/// The one message that a decoder needs: where it may begin in a stream without whole pictures (D.1.8).
fn recovery_point(unit: &[u8]) -> Option<Vec<u8>> {
    let payload = nal::unescape(unit.get(1..)?);
    let mut rest = payload.as_slice();
    while rest.len() > 2 {
        let kind = number(&mut rest)?;
        let size = number(&mut rest)?;
        let (body, after) = rest.split_at_checked(size)?;
        rest = after;
        if kind != 6 {
            continue;
        }
        let mut bits = Bits::new(body);
        let mut fresh = BitWriter::default();
        fresh.ue(bits.ue()?);
        // Exact match and broken link; the slice group bits matter to nobody.
        fresh.put(bits.take(2)?, 2);
        fresh.put(0, 2);
        if fresh.length() % 8 != 0 {
            fresh.put(1, 1);
        }
        let fresh = fresh.finish();
        let mut message = vec![6, fresh.len() as u8];
        message.extend_from_slice(&fresh);
        message.push(0x80);
        let mut out = vec![6];
        out.extend(nal::escape(&message));
        return Some(out);
    }
    None
}

/// A type or size of a message: 255 means that more follows.
fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut sum = 0usize;
    loop {
        let (first, after) = rest.split_first()?;
        *rest = after;
        sum = sum.checked_add(usize::from(*first))?;
        if *first != 255 {
            return Some(sum);
        }
    }
}
