//! Formats that cut their data into pieces: PNG's IDAT chunks and row filters, Ogg's pages.

use super::containers::output;
use super::{Layer, MAX_LAYER};
use crate::bytes::find;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

pub(super) fn unpack(bytes: &[u8], layers: &mut Vec<Layer>) {
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| find(rest, b"\x89PNG\r\n\x1a\n")) {
        png(&bytes[from + at..], layers);
        from += at + 8;
    }
    if find(bytes, b"OggS").is_some() {
        layers.push(("ogg pages joined".into(), ogg(bytes)));
    }
}

fn png(bytes: &[u8], layers: &mut Vec<Layer>) {
    let mut packed = Vec::new();
    let mut header: &[u8] = &[];
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(data) = bytes.get(at + 8..at + 8 + length) else { break };
        match &head[4..] {
            b"IHDR" => header = data,
            b"IDAT" => packed.extend_from_slice(data),
            _ => {}
        }
        at += 12 + length;
    }
    let pixels = output(decompress_to_vec_zlib_with_limit(&packed, MAX_LAYER));
    if let [w0, w1, w2, w3, _, _, _, _, depth, colour, ..] = header {
        let channels = [1, 0, 3, 1, 2, 0, 4, 0].get(usize::from(*colour)).copied().unwrap_or(0);
        let width = u32::from_be_bytes([*w0, *w1, *w2, *w3]) as usize;
        let bits = usize::from(*depth) * channels;
        let row = (width.saturating_mul(bits)).div_ceil(8);
        layers.push(("png rows".into(), unfilter(&pixels, row, bits.div_ceil(8).max(1))));
    }
    layers.push(("png data".into(), pixels));
    layers.push(("png chunks joined".into(), packed));
}

/// The row filters of PNG (ISO 15948, 9) and of PDF's predictors from 10 on.
pub(super) fn unfilter(data: &[u8], row: usize, step: usize) -> Vec<u8> {
    let mut above = vec![0; row];
    let mut all = Vec::new();
    if row == 0 {
        return all;
    }
    for line in data.chunks(row + 1) {
        let (kind, line) = (line[0], &line[1..]);
        let mut now = vec![0u8; row];
        for at in 0..line.len() {
            let a = if at >= step { now[at - step] } else { 0 };
            let c = if at >= step { above[at - step] } else { 0 };
            let b: u8 = above[at];
            let guess = match kind {
                1 => a,
                2 => b,
                3 => u8::midpoint(a, b),
                4 => paeth(a, b, c),
                _ => 0,
            };
            now[at] = line[at].wrapping_add(guess);
        }
        all.extend_from_slice(&now[..line.len()]);
        above = now;
    }
    all
}

fn paeth(a: u8, b: u8, c: u8) -> u8 {
    let (x, y, z) = (i16::from(a), i16::from(b), i16::from(c));
    let p = x + y - z;
    let (pa, pb, pc) = ((p - x).abs(), (p - y).abs(), (p - z).abs());
    if pa <= pb && pa <= pc {
        a
    } else if pb <= pc {
        b
    } else {
        c
    }
}

/// RFC 3533, 6: the payload of all pages, without their headers.
fn ogg(bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(next) = bytes.get(at..).and_then(|rest| find(rest, b"OggS")) {
        at += next;
        let Some(segments) = bytes.get(at + 26).map(|n| usize::from(*n)) else { break };
        let Some(table) = bytes.get(at + 27..at + 27 + segments) else { break };
        let length: usize = table.iter().map(|n| usize::from(*n)).sum();
        let start = at + 27 + segments;
        let end = (start + length).min(bytes.len());
        all.extend_from_slice(&bytes[start..end]);
        at = end.max(at + 4);
    }
    all
}
