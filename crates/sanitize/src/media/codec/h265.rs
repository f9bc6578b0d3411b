//! H.265 (ITU-T H.265, ISO/IEC 14496-15 for the record `hvcC`).

use super::super::bytes::Reader;
use super::nal::{self, Lengths};
use super::{Broken, Codec, Dropped, parameters};
use crate::Refusal;

/// Reads `hvcC`; gives a fresh one.
pub(in crate::media) fn record(
    format: &'static str,
    body: &[u8],
    base: usize,
    dropped: &mut Dropped,
) -> Result<(Codec, Vec<u8>), Refusal> {
    let mut reader = Reader::new(format, body, base);
    let head: [u8; 23] = reader.array()?;
    let [version, profile @ .., arrays] = head;
    if version > 1 {
        return Err(reader.damaged("an unknown version of the video's description"));
    }
    let mut out = vec![1];
    let mut profile = profile;
    // Reserved bits; the average frame rate; and the length of lengths, which becomes four.
    let lengths = profile.get(20).copied().unwrap_or(0);
    for (place, set, keep) in
        [(12, 0xF0, 0x0F), (14, 0xFC, 0x03), (15, 0xFC, 0x03), (16, 0xF8, 7), (17, 0xF8, 7)]
    {
        if let Some(byte) = profile.get_mut(place) {
            *byte = *byte & keep | set;
        }
    }
    for place in [18, 19] {
        if let Some(byte) = profile.get_mut(place) {
            *byte = 0;
        }
    }
    if let Some(byte) = profile.get_mut(20) {
        *byte |= 3;
    }
    out.extend_from_slice(&profile);
    let lengths = Lengths::new(lengths).map_err(|broken| broken.at(format, base))?;
    let mut kept = Vec::new();
    for _ in 0..arrays {
        let kind = reader.u8()?;
        let number = reader.u16()?;
        let mut units = Vec::new();
        for _ in 0..number {
            let length = usize::from(reader.u16()?);
            let unit = reader.take(length)?;
            let same = unit.first().is_some_and(|head| (head >> 1) & 0x3F == kind & 0x3F);
            if !same || !matches!(kind & 0x3F, 32..=34) || layer(unit) != Some(0) {
                dropped.add("messages in the video's description (SEI)");
                continue;
            }
            units.push(parameter_set(unit, dropped).map_err(|b| b.at(format, reader.offset()))?);
        }
        if !units.is_empty() {
            kept.push((kind & 0xBF, units));
        }
    }
    if !reader.is_empty() {
        dropped.add("bytes after the video's description");
    }
    out.push(kept.len() as u8);
    for (kind, units) in kept {
        out.push(kind);
        out.extend_from_slice(&(units.len() as u16).to_be_bytes());
        for unit in units {
            out.extend_from_slice(&(unit.len() as u16).to_be_bytes());
            out.extend_from_slice(&unit);
        }
    }
    Ok((Codec::H265(lengths), out))
}

/// The layer of a unit; only 0 is the picture that everybody sees.
fn layer(unit: &[u8]) -> Option<u8> {
    let [first, second] = *unit.first_chunk::<2>()?;
    Some((first & 1) << 5 | second >> 3)
}

fn parameter_set(unit: &[u8], dropped: &mut Dropped) -> Result<Vec<u8>, Broken> {
    let end = match unit.first().map(|head| (head >> 1) & 0x3F) {
        Some(32) => parameters::h265_video,
        Some(33) => parameters::h265_sequence,
        _ => parameters::h265_picture,
    };
    parameters::rewrite(unit, 2, end, dropped)
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
        let (Some(head), Some(layer)) = (unit.first_chunk::<2>(), layer(unit)) else {
            dropped.add("empty pieces");
            continue;
        };
        let kind = (head[0] >> 1) & 0x3F;
        if layer > 0 && kind <= 40 {
            dropped.add("further layers of the picture");
            continue;
        }
        match kind {
            0..=9 | 16..=21 => {
                let slice = nal::slice(unit);
                if slice.len() != unit.len() {
                    dropped.add("filling after the picture");
                }
                nal::put(slice, out)?;
            }
            32..=34 => nal::put(&parameter_set(unit, dropped)?, out)?,
            36 | 37 => nal::put(head, out)?,
            35 => dropped.add("marks between pictures"),
            38 => dropped.add("filler"),
            39 | 40 => dropped.add("messages beside the picture (SEI)"),
            _ => dropped.add("pieces that are no picture"),
        }
    }
    Ok(())
}
