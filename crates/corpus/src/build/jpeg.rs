//! JPEG (ITU T.81), JFIF, Exif, MPF.

use super::{exif, xmp};
use crate::bytes::{be16, be32, find, join, le32};
use crate::plant::{Planter, Sample};

const T81: &str = "ITU T.81, B.2.4";
const BASE: &[u8] = include_bytes!("../../seeds/picture.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("../../seeds/progressive.jpg");
const THUMB: &[u8] = include_bytes!("../../seeds/thumb.jpg");

/// A segment with a length.
pub(super) fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    join([&[0xff, marker], &be16(data.len() + 2), data])
}

/// A small picture with a comment and bytes behind its end.
pub(super) fn thumbnail(p: &mut Planter, at: &str) -> Vec<u8> {
    let comment = p.hidden(format!("{at}COM"), T81);
    let after = p.hidden(format!("{at}behind EOI"), T81);
    join([&THUMB[..2], &segment(0xfe, comment.as_bytes()), &THUMB[2..], after.as_bytes()])
}

/// Pictures of pixels in other formats use this one.
pub(super) fn plain() -> &'static [u8] {
    BASE
}

pub(super) fn samples() -> Vec<Sample> {
    vec![application(), structure(), progressive()]
}

/// Everything that lives in application segments and comments.
fn application() -> Sample {
    let mut p = Planter::new("JPEG", "jpeg-segments");
    let mut out = vec![0xff, 0xd8];
    // JFIF: a thumbnail of 3 by 2 pixels, in RGB, and an extension with one in palette.
    let (rgb, ext) = (
        p.hidden("JFIF thumbnail", "JFIF 1.02 (ITU T.871), 10"),
        p.hidden("JFXX thumbnail", "JFIF 1.02, extension 11"),
    );
    let mut pixels = rgb.into_bytes();
    pixels.resize(18, 0);
    out.extend(segment(0xe0, &join([b"JFIF\0\x01\x02\0\0\x01\0\x01\x03\x02", &pixels])));
    let mut pixels = ext.into_bytes();
    pixels.resize(18, 0);
    out.extend(segment(0xe0, &join([b"JFXX\0\x13\x03\x02", &pixels])));
    out.extend(segment(0xe1, &join([b"Exif\0\0", &exif::block(&mut p, "APP1 ")])));
    out.extend(segment(
        0xe1,
        &join([b"http://ns.adobe.com/xap/1.0/\0", xmp::packet(&mut p, "APP1 ").as_bytes()]),
    ));
    let (guid, more) = (
        p.hex("ExtendedXMP GUID", "XMP part 3, 1.1.3.1", 32),
        p.hidden("ExtendedXMP", "XMP part 3, 1.1.3.1"),
    );
    out.extend(segment(
        0xe1,
        &join([
            b"http://ns.adobe.com/xmp/extension/\0",
            guid.as_bytes(),
            &be32(more.len()),
            &be32(0),
            more.as_bytes(),
        ]),
    ));
    out.extend(segment(0xe2, &join([b"ICC_PROFILE\0\x01\x01", &xmp::icc(&mut p, "APP2 ")])));
    let flash = p.hidden("APP2 FPXR stream", "Exif 3.0, annex, FlashPix");
    out.extend(segment(0xe2, &join([b"FPXR\0\0", flash.as_bytes()])));
    out.extend(segment(0xed, &join([b"Photoshop 3.0\0", &xmp::resources(&mut p, "APP13 ")])));
    for number in 3..=15u8 {
        let text = p.hidden(format!("APP{number} of an unknown application"), T81);
        out.extend(segment(0xe0 + number, &join([b"Unknown\0", text.as_bytes()])));
    }
    let (ducky, adobe, boxes) = (
        p.hidden("APP12 Ducky comment", "Photoshop save for web"),
        p.hidden("APP14 Adobe, bytes behind its flags", "Adobe technical note 5116"),
        p.hidden("APP11 JUMBF (C2PA)", "ISO 19566-5"),
    );
    out.extend(segment(0xec, &join([b"Ducky\0\x02", &be32(ducky.len()), ducky.as_bytes()])));
    out.extend(segment(0xee, &join([b"Adobe\0\x64\0\0\0\0\x01", adobe.as_bytes()])));
    out.extend(segment(
        0xeb,
        &join([b"JP\0\x01\0\0\0\x01", &be32(8 + boxes.len()), b"jumb", boxes.as_bytes()]),
    ));
    for number in 1..=2 {
        let text = p.hidden(format!("COM {number}"), T81);
        out.extend(segment(0xfe, text.as_bytes()));
    }
    out.extend(&BASE[start_of_tables(BASE)..]);
    p.sample("jpg", out)
}

/// What the structure of the stream itself offers.
fn structure() -> Sample {
    let mut p = Planter::new("JPEG", "jpeg-structure");
    let mut out = vec![0xff, 0xd8];
    out.extend(segment(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"));
    // A table that nothing uses.
    let mut table = vec![3];
    table.extend(p.raw("unused quantisation table", "ITU T.81, B.2.4.1", 32));
    table.extend([1; 32]);
    out.extend(segment(0xdb, &table));
    let huffman = p.hidden("unused Huffman table, its values", "ITU T.81, B.2.4.2");
    let mut counts = [0u8; 16];
    counts[7] = 14;
    out.extend(segment(0xc4, &join([&[0x13], &counts, huffman.as_bytes()])));
    for (marker, name, spec) in
        [(0xf0, "JPG0 segment", "ITU T.81, B.1.1.3"), (0xfd, "JPG13 segment", "ITU T.81, B.1.1.3")]
    {
        let text = p.hidden(name, spec);
        out.extend(segment(marker, text.as_bytes()));
    }
    let at = out.len();
    let mpf = mpf(&mut p, at);
    out.extend(mpf);
    let tables = start_of_tables(BASE);
    let scan = find(BASE, &[0xff, 0xda]).unwrap();
    out.extend(&BASE[tables..scan]);
    let before = p.hidden("COM just before the scan", T81);
    out.extend(segment(0xfe, before.as_bytes()));
    // The end of the entropy-coded data, then bytes before EOI.
    let end = BASE.len() - 2;
    out.extend(&BASE[scan..end]);
    let inside = p.hidden("bytes behind the entropy-coded data, before EOI", "ITU T.81, B.2.1");
    out.extend(inside.as_bytes());
    let late = p.hidden("COM behind the scan", T81);
    out.extend(segment(0xfe, late.as_bytes()));
    out.extend([0xff, 0xd9]);
    // The second picture of the MPF index, then a video as phones append it, then a tail.
    let second = thumbnail(&mut p, "MPF second picture ");
    let offset = out.len();
    out.extend(&second);
    let patch = find(&out, &[0xee; 4]).unwrap();
    out[patch..patch + 4].copy_from_slice(&le32(second.len()));
    let start = find(&out, b"MPF\0").unwrap() + 4;
    let patch = find(&out, &[0xed; 4]).unwrap();
    out[patch..patch + 4].copy_from_slice(&le32(offset - start));
    let (video, tail) = (
        p.hidden("motion photo behind EOI", "Android motion photo 1.0"),
        p.hidden("bytes behind EOI", "ITU T.81, B.2.1"),
    );
    out.extend(join([&be32(8 + video.len()), b"free", video.as_bytes(), b"SEFT", tail.as_bytes()]));
    p.sample("jpg", out)
}

/// CIPA DC-007: an index of several pictures in one file.
fn mpf(p: &mut Planter, _at: usize) -> Vec<u8> {
    let spec = "CIPA DC-007, 5.2";
    let (id, private) = (p.hidden("MPF image unique ID", spec), p.hidden("MPF private tag", spec));
    let mut entries = vec![0; 16];
    entries[..4].copy_from_slice(&[0, 0, 3, 0x20]);
    entries.extend([0; 4]);
    entries.extend([0xee; 4]);
    entries.extend([0xed; 4]);
    entries.extend([0; 4]);
    let mut ids = id.into_bytes();
    ids.resize(66, 0);
    let body = exif::tiff(
        vec![exif::Directory(vec![
            (0xb000, exif::Value::Undefined(b"0100".to_vec())),
            (0xb001, exif::Value::Long(vec![2])),
            (0xb002, exif::Value::Undefined(entries)),
            (0xb003, exif::Value::Undefined(ids)),
            (0xb0ff, exif::Value::Ascii(private)),
        ])],
        b"",
    );
    segment(0xe2, &join([b"MPF\0", &body]))
}

/// Several scans have segments between them.
fn progressive() -> Sample {
    let mut p = Planter::new("JPEG", "jpeg-progressive");
    let mut out = PROGRESSIVE.to_vec();
    let mut scans = Vec::new();
    for at in 0..out.len() - 1 {
        if out[at..at + 2] == [0xff, 0xda] {
            scans.push(at);
        }
    }
    for (number, at) in scans.iter().enumerate().skip(1).rev() {
        // Huffman tables stand before their scan: a comment fits between any two segments.
        let text =
            p.hidden(format!("COM between scans {number} and {}", number + 1), "ITU T.81, B.2.3");
        let other =
            p.hidden(format!("APP1 between scans {number} and {}", number + 1), "ITU T.81, B.2.3");
        let data = [segment(0xfe, text.as_bytes()), segment(0xe1, other.as_bytes())].concat();
        out.splice(*at..*at, data);
    }
    p.sample("jpg", out)
}

/// Where the first quantisation table starts.
fn start_of_tables(jpeg: &[u8]) -> usize {
    find(jpeg, &[0xff, 0xdb]).unwrap()
}
