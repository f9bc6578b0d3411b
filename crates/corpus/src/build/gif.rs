//! GIF89a.

use super::xmp;
use crate::bytes::{join, le16};
use crate::plant::{Planter, Sample};

/// Sub-blocks of at most 255 bytes, and the terminator.
fn blocks(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in data.chunks(255) {
        out.push(u8::try_from(piece.len()).unwrap());
        out.extend_from_slice(piece);
    }
    out.push(0);
    out
}

/// LZW without compression: nine-bit codes, a clear code often enough that they stay nine bits.
fn pixels(indices: &[u8]) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0);
    let codes = indices
        .chunks(250)
        .flat_map(|run| std::iter::once(256).chain(run.iter().map(|i| u32::from(*i))))
        .chain([257]);
    for code in codes {
        held |= code << bits;
        bits += 9;
        while bits >= 8 {
            out.push(held.to_le_bytes()[0]);
            held >>= 8;
            bits -= 8;
        }
    }
    out.push(held.to_le_bytes()[0]);
    out
}

fn frame(width: usize, height: usize, table: &[u8], shift: u8, tail: &[u8]) -> Vec<u8> {
    let indices: Vec<u8> = (0..width * height)
        .map(|i| u8::try_from((i % width + i / width) % 4).unwrap() ^ shift)
        .collect();
    let flags = if table.is_empty() { 0 } else { 0x82 };
    let data = [pixels(&indices), tail.to_vec()].concat();
    join([&[0x2c, 0, 0, 0, 0], &le16(width), &le16(height), &[flags], table, &[8], &blocks(&data)])
}

pub(super) fn samples() -> Vec<Sample> {
    let mut p = Planter::new("GIF", "gif");
    let (width, height) = (32, 24);
    let mut colours = vec![255, 255, 255, 0, 0, 0, 220, 40, 40, 40, 40, 220];
    colours.extend(p.hidden("colours that no pixel uses, global table", "GIF89a, 19").as_bytes());
    colours.resize(16 * 3, 0);
    let mut local = vec![250, 250, 250, 5, 5, 5, 20, 140, 40, 40, 40, 20];
    local.extend(&p.short("colours that no pixel uses, local table", "GIF89a, 21").as_bytes()[..8]);
    local.resize(8 * 3, 0);
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (comment, comment2, late) = (
        h("comment", "GIF89a, 24"),
        h("second comment, between frames", "GIF89a, 24"),
        h("comment behind the last frame", "GIF89a, 24"),
    );
    let plain = h("plain text extension", "GIF89a, 25");
    let (own, own_id) = (
        h("application extension, data", "GIF89a, 26"),
        p.short("application extension, identifier", "GIF89a, 26"),
    );
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (netscape, icc, iptc) = (
        h("NETSCAPE2.0 sub-block of unknown kind", "Netscape looping extension"),
        h("ICCRGBG1012 profile", "ICC.1:2022, B"),
        h("MGKIPTC0000 profile", "ImageMagick"),
    );
    let (unknown, behind, between, tail) = (
        h("extension of unknown label", "GIF89a, 12"),
        h("sub-block behind the end code", "GIF89a, 22 and appendix F"),
        h("plain text before a frame it does not belong to", "GIF89a, 25"),
        h("bytes behind the trailer", "GIF89a, 27"),
    );
    let xmp = xmp::packet(&mut p, "XMP DataXMP ");
    let magic: Vec<u8> = std::iter::once(1).chain((0..=255).rev()).chain([0, 0]).collect();
    let control = [0x21, 0xf9, 4, 4, 10, 0, 0, 0];
    let out = join([
        b"GIF89a",
        &le16(width),
        &le16(height),
        &[0xf3, 0, 0],
        &colours,
        b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0",
        &blocks(netscape.as_bytes()),
        b"\x21\xfe",
        &blocks(comment.as_bytes()),
        b"\x21\xff\x0bXMP DataXMP",
        xmp.as_bytes(),
        &magic,
        b"\x21\xff\x0bICCRGBG1012",
        &blocks(icc.as_bytes()),
        b"\x21\xff\x0bMGKIPTC0000",
        &blocks(iptc.as_bytes()),
        b"\x21\xff\x0b",
        own_id.as_bytes(),
        b"1.0",
        &blocks(own.as_bytes()),
        b"\x21\x42",
        &blocks(unknown.as_bytes()),
        &control,
        &frame(width, height, b"", 0, b""),
        b"\x21\xfe",
        &blocks(comment2.as_bytes()),
        b"\x21\x01\x0c\0\0\0\0\x20\0\x18\0\x08\x08\x01\x00",
        &blocks(plain.as_bytes()),
        b"\x21\x01\x0c\0\0\0\0\0\0\0\0\0\0\0\0",
        &blocks(between.as_bytes()),
        &control,
        &frame(width, height, &local, 1, behind.as_bytes()),
        b"\x21\xfe",
        &blocks(late.as_bytes()),
        b"\x3b",
        tail.as_bytes(),
    ]);
    vec![p.sample("gif", out)]
}
