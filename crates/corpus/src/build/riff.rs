//! RIFF: WebP and WAV.

use super::{exif, id3, xmp};
use crate::bytes::{join, le16, le32};
use crate::plant::{Planter, Sample};

const WEBP: &str = "RFC 9649, 2.7";
const LOSSY: &[u8] = include_bytes!("../../seeds/lossy.webp");
const LOSSLESS: &[u8] = include_bytes!("../../seeds/lossless.webp");

pub(super) fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
    let mut out = join([name, &le32(data.len()), data]);
    out.resize(out.len().next_multiple_of(2), 0);
    out
}

fn riff(kind: &[u8], chunks: &[u8], after: &str) -> Vec<u8> {
    join([b"RIFF", &le32(4 + chunks.len()), kind, chunks, after.as_bytes()])
}

/// VP8X: flags, then the size of the canvas less one.
fn vp8x(flags: u8) -> Vec<u8> {
    chunk(b"VP8X", &[flags, 0, 0, 0, 63, 0, 0, 47, 0, 0])
}

pub(super) fn webp() -> Vec<Sample> {
    let mut all = Vec::new();
    for (name, seed, flags) in [("webp-lossy", LOSSY, 0x2c), ("webp-lossless", LOSSLESS, 0x2c)] {
        let mut p = Planter::new("WebP", name);
        let image = &seed[12..];
        let (unknown, before, tail, inner) = (
            p.hidden("unknown chunk behind the picture", WEBP),
            p.hidden("unknown chunk before the picture", WEBP),
            p.hidden("bytes behind the RIFF chunk", "RFC 9649, 2.3"),
            p.hidden("bytes behind the bitstream, in its chunk", "RFC 9649, 2.5 and 2.6"),
        );
        // The picture's chunk with a tail inside.
        let length = u32::from_le_bytes(image[4..8].try_into().unwrap()) as usize;
        let image = chunk(&image[..4], &join([&image[8..8 + length], inner.as_bytes()]));
        let second = p.hidden("a second EXIF chunk", WEBP);
        let body = join([
            &vp8x(flags),
            &chunk(b"ICCP", &xmp::icc(&mut p, "ICCP ")),
            &chunk(b"TEST", before.as_bytes()),
            &image,
            &chunk(b"EXIF", &exif::block(&mut p, "EXIF ")),
            &chunk(b"EXIF", second.as_bytes()),
            &chunk(b"XMP ", xmp::packet(&mut p, "XMP ").as_bytes()),
            &chunk(b"UNKN", unknown.as_bytes()),
        ]);
        let body = if body.len().is_multiple_of(2) { body } else { [body, vec![0]].concat() };
        all.push(p.sample("webp", riff(b"WEBP", &body, &tail)));
    }
    let mut p = Planter::new("WebP", "webp-animated");
    let (inside, between) = (
        p.hidden("unknown chunk in a frame", "RFC 9649, 2.7.1.3"),
        p.hidden("unknown chunk between frames", "RFC 9649, 2.7.1.1"),
    );
    let frame = |extra: &[u8]| {
        chunk(b"ANMF", &join([&[0; 6], &[63, 0, 0, 47, 0, 0, 100, 0, 0, 2], &LOSSY[12..], extra]))
    };
    let body = join([
        &vp8x(0x02),
        &chunk(b"ANIM", &[255, 255, 255, 255, 0, 0]),
        &frame(&chunk(b"FRMX", inside.as_bytes())),
        &chunk(b"BETW", between.as_bytes()),
        &frame(b""),
    ]);
    all.push(p.sample("webp", riff(b"WEBP", &body, "")));
    all
}

/// INFO names of the RIFF specification and of what cameras and editors add.
const INFO: [&str; 34] = [
    "IARL", "IART", "ICMS", "ICMT", "ICOP", "ICRD", "ICRP", "IDIM", "IDPI", "IENG", "IGNR", "IKEY",
    "ILGT", "IMED", "INAM", "IPLT", "IPRD", "ISBJ", "ISFT", "ISHP", "ISRC", "ISRF", "ITCH", "ISMP",
    "IDIT", "ITRK", "IWRI", "ILNG", "ICNT", "IRTD", "IENC", "ITOC", "IPDS", "IXYZ",
];

pub(super) fn wav() -> Vec<Sample> {
    let mut p = Planter::new("WAV", "wav");
    let sound: Vec<u8> = (0..2400u16).flat_map(|i| ((i % 55) * 300).to_le_bytes()).collect();
    let mut info = b"INFO".to_vec();
    for name in INFO {
        let text = p.hidden(format!("LIST INFO {name}"), "RIFF 1.0 (Microsoft/IBM 1991), 2-15");
        info.extend(chunk(name.as_bytes(), text.as_bytes()));
    }
    let ebu = "EBU Tech 3285, 2.3";
    let mut bext = Vec::new();
    for (what, length) in [("Description", 256), ("Originator", 32), ("OriginatorReference", 32)] {
        bext.extend(p.hidden(format!("bext {what}"), ebu).as_bytes());
        bext.resize(bext.len().next_multiple_of(32), 0);
        let short = if length == 256 { 256 } else { bext.len() };
        bext.resize(short, 0);
    }
    bext.extend(p.hidden("bext OriginationDate and OriginationTime", ebu).as_bytes());
    bext.extend([0; 4 + 10]);
    bext.extend(p.raw("bext UMID", ebu, 32));
    bext.extend([0; 32 + 190]);
    let mut h = |place: &str, spec| p.hidden(place, spec);
    bext.extend(h("bext CodingHistory", ebu).as_bytes());
    let riff1 = "RIFF 1.0, chapter 3";
    let list = |name: &[u8], text: String| chunk(name, &join([&le32(1), text.as_bytes()]));
    let adtl = join([
        b"adtl",
        &list(b"labl", h("adtl label", riff1)),
        &list(b"note", h("adtl note", riff1)),
        &chunk(
            b"ltxt",
            &join([&le32(1), &le32(0), b"rgn ", &[0; 8], h("adtl text", riff1).as_bytes()]),
        ),
        &chunk(b"file", &join([&le32(1), b"RDIB", h("adtl file", riff1).as_bytes()])),
    ]);
    let cue = join([&le32(1), &le32(1), &le32(0), b"data", &[0; 12]]);
    let smpl = join([
        &[0; 32],
        &le32(14),
        h("smpl, the sampler's data", "RIFF, multimedia data standards update 1994").as_bytes(),
    ]);
    let fmt = join([
        &le16(1),
        &le16(1),
        &le32(8000),
        &le32(16000),
        &le16(2),
        &le16(16),
        &le16(14),
        h("fmt, bytes of the extension", "RIFF 1.0, fmt-ck").as_bytes(),
    ]);
    let singles: Vec<(&[u8], String)> = vec![
        (
            b"iXML",
            format!(
                "<BWFXML><PROJECT>{}</PROJECT><SCENE>{}</SCENE><NOTE>{}</NOTE></BWFXML>",
                h("iXML PROJECT", "iXML 2.10"),
                h("iXML SCENE", "iXML 2.10"),
                h("iXML NOTE", "iXML 2.10")
            ),
        ),
        (
            b"axml",
            format!("<ebuCoreMain>{}</ebuCoreMain>", h("axml", "EBU Tech 3285 supplement 5")),
        ),
        (b"aXML", h("aXML", "EBU Tech 3285 supplement 5")),
        (b"chna", h("chna", "ITU-R BS.2076")),
        (b"cart", h("cart", "AES46")),
        (b"DISP", h("DISP", "RIFF, DISP chunk")),
        (b"JUNK", h("JUNK", "RIFF 1.0, 2-13")),
        (b"PAD ", h("PAD", "RIFF 1.0, 2-13")),
        (b"FLLR", h("FLLR", "Apple Core Audio")),
        (b"LGWV", h("an unknown chunk", "RIFF 1.0, 2-3")),
        (b"levl", h("levl peak envelope", "EBU Tech 3285 supplement 3")),
        (b"strc", h("strc", "Sony ACID")),
        (b"umid", h("umid", "SMPTE 330M")),
        (b"minf", h("minf", "Pro Tools")),
        (b"tlst", h("tlst", "RIFF trigger list")),
    ];
    let mut body = Vec::new();
    body.extend(chunk(b"JUNK", h("JUNK before fmt", "RIFF 1.0, 2-13").as_bytes()));
    body.extend(chunk(b"fmt ", &fmt));
    body.extend(chunk(b"bext", &bext));
    body.extend(chunk(b"LIST", &info));
    body.extend(chunk(b"cue ", &cue));
    body.extend(chunk(b"LIST", &adtl));
    body.extend(chunk(b"smpl", &smpl));
    for (name, text) in singles {
        body.extend(chunk(name, text.as_bytes()));
    }
    body.extend(chunk(b"data", &sound));
    let (tail, xmp) =
        (p.hidden("bytes behind the RIFF chunk", "RIFF 1.0, 2-3"), xmp::packet(&mut p, "_PMX "));
    body.extend(chunk(b"_PMX", xmp.as_bytes()));
    body.extend(chunk(b"id3 ", &id3::tag(&mut p, "id3 ", 3)));
    vec![p.sample("wav", riff(b"WAVE", &body, &tail))]
}
