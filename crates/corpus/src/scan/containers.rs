//! ZIP members, gzip, zlib, and compound files, at any offset.

use super::{Layer, MAX_LAYER};
use crate::bytes::find;
use miniz_oxide::inflate::{
    DecompressError, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit,
};
use std::io::{Cursor, Read};

pub(super) fn unpack(bytes: &[u8], layers: &mut Vec<Layer>) {
    for at in 0..bytes.len().saturating_sub(6) {
        let rest = &bytes[at..];
        match rest {
            [b'P', b'K', 3, 4, ..] => zip_member(rest, layers),
            [0x1f, 0x8b, 8, flags, ..] => gzip(rest, *flags, at, layers),
            [cmf, flg, ..] if is_zlib(*cmf, *flg) => zlib(rest, at, layers),
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, ..] => compound(rest, layers),
            _ => {}
        }
    }
}

/// RFC 1950: method 8, a window of at most 32 kB, a check of the two bytes, no preset dictionary.
fn is_zlib(cmf: u8, flg: u8) -> bool {
    cmf & 15 == 8
        && cmf >> 4 <= 7
        && flg & 0x20 == 0
        && (u16::from(cmf) * 256 + u16::from(flg)).is_multiple_of(31)
}

fn zlib(rest: &[u8], at: usize, layers: &mut Vec<Layer>) {
    let output = output(decompress_to_vec_zlib_with_limit(rest, MAX_LAYER));
    if output.len() >= 8 {
        layers.push((format!("zlib at {at}"), output));
    }
}

/// APPNOTE 4.3.7: the sizes may be wrong or given later, so the data is inflated until it ends.
fn zip_member(rest: &[u8], layers: &mut Vec<Layer>) {
    let Some(header) = rest.get(..30) else { return };
    let short = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let (name, extra) = (short(26), short(28));
    let Some(data) = rest.get(30 + name + extra..) else { return };
    let name = String::from_utf8_lossy(&rest[30..30 + name]).into_owned();
    match short(8) {
        8 => layers.push((name, output(decompress_to_vec_with_limit(data, MAX_LAYER)))),
        0 => {
            // Cut at the next member, so that its decoders see it alone.
            let stated =
                u32::from_le_bytes([header[18], header[19], header[20], header[21]]) as usize;
            let end = if stated > 0 { stated } else { find(data, b"PK").unwrap_or(data.len()) };
            layers.push((name, data[..end.min(data.len())].to_vec()));
        }
        _ => {}
    }
}

/// RFC 1952.
fn gzip(rest: &[u8], flags: u8, at: usize, layers: &mut Vec<Layer>) {
    let mut start = 10;
    if flags & 4 != 0 {
        let Some(size) = rest.get(10..12) else { return };
        start += 2 + usize::from(u16::from_le_bytes([size[0], size[1]]));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let Some(end) = rest.get(start..).and_then(|rest| rest.iter().position(|b| *b == 0))
            else {
                return;
            };
            start += end + 1;
        }
    }
    start += if flags & 2 != 0 { 2 } else { 0 };
    if let Some(data) = rest.get(start..) {
        layers
            .push((format!("gzip at {at}"), output(decompress_to_vec_with_limit(data, MAX_LAYER))));
    }
}

/// MS-CFB: streams are chained sectors; the names are in the directory, in UTF-16, in the layer above.
fn compound(rest: &[u8], layers: &mut Vec<Layer>) {
    let Ok(mut file) = cfb::CompoundFile::open(Cursor::new(rest)) else { return };
    let streams: Vec<_> =
        file.walk().filter(cfb::Entry::is_stream).map(|e| e.path().to_owned()).collect();
    for path in streams {
        let mut data = Vec::new();
        let Ok(stream) = file.open_stream(&path) else { continue };
        if stream.take(MAX_LAYER as u64).read_to_end(&mut data).is_ok() {
            for at in 0..data.len() {
                if let Some(code) = ovba(&data[at..]) {
                    layers.push((format!("ole2:{} > vba at {at}", path.display()), code));
                }
            }
            layers.push((format!("ole2:{}", path.display()), data));
        }
    }
}

/// MS-OVBA 2.4.1: compressed source of a macro.
fn ovba(data: &[u8]) -> Option<Vec<u8>> {
    let (1, mut at) = (*data.first()?, 1) else { return None };
    let mut output = Vec::new();
    while let Some(head) = data.get(at..at + 2) {
        let head = u16::from_le_bytes([head[0], head[1]]);
        if (head >> 12) & 7 != 3 {
            break;
        }
        let end = (at + 3 + usize::from(head & 0xfff)).min(data.len());
        at += 2;
        let chunk = output.len();
        if head & 0x8000 == 0 {
            output.extend_from_slice(&data[at..end]);
            at = end;
        }
        while at < end {
            let flags = data[at];
            at += 1;
            for bit in 0..8 {
                if at >= end {
                    break;
                }
                if flags >> bit & 1 == 0 {
                    output.push(data[at]);
                    at += 1;
                    continue;
                }
                let token = u16::from_le_bytes([data[at], *data.get(at + 1)?]);
                at += 2;
                let bits =
                    (usize::BITS - (output.len() - chunk).saturating_sub(1).leading_zeros()).max(4);
                let length = usize::from(token & (0xffff >> bits)) + 3;
                let back = usize::from(token >> (16 - bits)) + 1;
                for _ in 0..length {
                    output.push(*output.get(output.len().checked_sub(back)?)?);
                }
            }
        }
    }
    (output.len() >= 8).then_some(output)
}

/// What came out, even if the end is damaged.
pub(super) fn output(result: Result<Vec<u8>, DecompressError>) -> Vec<u8> {
    result.unwrap_or_else(|error| error.output)
}
