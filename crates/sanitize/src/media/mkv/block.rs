//! Blocks: frames with a time, one or several (RFC 9559 sections 10.1 to 10.3).

use super::super::bytes::Reader;
use super::NAME;
use super::ebml::{difference, put_size, size};
use crate::Refusal;
use std::ops::Range;

/// Frames of one track with one time.
pub(super) struct Block {
    /// Index into the tracks.
    pub(super) track: usize,
    /// In the segment's units.
    pub(super) time: i64,
    pub(super) key: bool,
    pub(super) invisible: bool,
    pub(super) discardable: bool,
    /// Where the frames are in the input.
    pub(super) frames: Vec<Range<usize>>,
    pub(super) duration: Option<u64>,
    /// Nanoseconds to leave out.
    pub(super) discard: Option<i64>,
}

/// The head of a block: track number, time within the cluster, flags, frames.
pub(super) struct Head {
    pub(super) number: u64,
    pub(super) time: i16,
    pub(super) flags: u8,
    pub(super) frames: Vec<Range<usize>>,
}

pub(super) fn read(body: &[u8], at: usize) -> Result<Head, Refusal> {
    let mut reader = Reader::new(NAME, body, at);
    let number = size(&mut reader)?.ok_or_else(|| reader.damaged("a block has no track"))?;
    let time = reader.u16()? as i16;
    let flags = reader.u8()?;
    let mut sizes = Vec::new();
    let lacing = flags >> 1 & 3;
    if lacing != 0 {
        let count = usize::from(reader.u8()?);
        match lacing {
            1 => xiph(&mut reader, count, &mut sizes)?,
            3 => differences(&mut reader, count, &mut sizes)?,
            _ => {
                let each = reader.left() / (count + 1);
                if each * (count + 1) != reader.left() {
                    return Err(reader.damaged("frames of equal length do not add up"));
                }
                sizes = vec![each; count];
            }
        }
    }
    let known = sizes.iter().try_fold(0usize, |sum, size| sum.checked_add(*size));
    let last = known.and_then(|known| reader.left().checked_sub(known));
    sizes.push(last.ok_or_else(|| reader.damaged("frames are longer than their block"))?);
    if sizes.len() > 1 && sizes.contains(&0) {
        return Err(reader.damaged("a frame of no length"));
    }
    let mut frames = Vec::with_capacity(sizes.len());
    for size in sizes {
        let start = reader.offset();
        reader.skip(size)?;
        frames.push(start..start + size);
    }
    Ok(Head { number, time, flags, frames })
}

fn xiph(reader: &mut Reader<'_>, count: usize, sizes: &mut Vec<usize>) -> Result<(), Refusal> {
    for _ in 0..count {
        let mut size = 0;
        loop {
            let byte = reader.u8()?;
            size += usize::from(byte);
            if byte != 255 {
                break;
            }
        }
        sizes.push(size);
    }
    Ok(())
}

fn differences(
    reader: &mut Reader<'_>,
    count: usize,
    sizes: &mut Vec<usize>,
) -> Result<(), Refusal> {
    let mut last = 0i64;
    for index in 0..count {
        last = if index == 0 {
            let first = size(reader)?.ok_or_else(|| reader.damaged("a size is unknown"))?;
            i64::try_from(first).unwrap_or(i64::MAX)
        } else {
            last.saturating_add(difference(reader)?)
        };
        sizes.push(usize::try_from(last).map_err(|_| reader.damaged("a size below zero"))?);
    }
    Ok(())
}

/// Writes the frames of a block, laced as Xiph does if there are several.
pub(super) fn write(number: u64, time: i16, flags: u8, frames: &[Vec<u8>], out: &mut Vec<u8>) {
    put_size(out, number);
    out.extend_from_slice(&time.to_be_bytes());
    let several = frames.len() > 1;
    out.push(flags | if several { 2 } else { 0 });
    if several {
        out.push((frames.len() - 1) as u8);
        for frame in frames.iter().take(frames.len() - 1) {
            let mut left = frame.len();
            while left >= 255 {
                out.push(255);
                left -= 255;
            }
            out.push(left as u8);
        }
    }
    frames.iter().for_each(|frame| out.extend_from_slice(frame));
}
