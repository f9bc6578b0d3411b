//! PNG (third edition, W3C) and its extensions.

use super::{exif, xmp};
use crate::bytes::{be16, be32, crc32, join, zlib};
use crate::plant::{Planter, Sample};

const PNG: &str = "PNG third edition, 11.3";

pub(super) fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = join([name, data]);
    join([&be32(data.len()), &body, &crc32(&body).to_be_bytes()])
}

/// A plain picture of coloured stripes for use inside other documents, with one text in its metadata.
pub(super) fn small(p: &mut Planter, at: &str) -> Vec<u8> {
    let text = p.hidden(format!("{at}tEXt"), PNG);
    let rows: Vec<u8> = (0..12u8)
        .flat_map(|y| [vec![0], (0..16u8).flat_map(|x| [x * 15, y * 20, 128]).collect()].concat())
        .collect();
    join([
        b"\x89PNG\r\n\x1a\n",
        &chunk(b"IHDR", &[0, 0, 0, 16, 0, 0, 0, 12, 8, 2, 0, 0, 0]),
        &chunk(b"tEXt", &join([b"Author\0", text.as_bytes()])),
        &chunk(b"IDAT", &zlib(&rows)),
        &chunk(b"IEND", &[]),
    ])
}

pub(super) fn samples() -> Vec<Sample> {
    vec![chunks(), palette(), animation()]
}

fn chunks() -> Sample {
    let mut p = Planter::new("PNG", "png-chunks");
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut put = |name: &[u8; 4], data: &[u8]| out.extend(chunk(name, data));
    put(b"IHDR", &[0, 0, 0, 64, 0, 0, 0, 48, 8, 6, 0, 0, 0]);
    for keyword in [
        "Title",
        "Author",
        "Description",
        "Copyright",
        "Creation Time",
        "Software",
        "Disclaimer",
        "Warning",
        "Source",
        "Comment",
        "Raw profile type exif",
        "parameters",
    ] {
        let text = p.hidden(format!("tEXt {keyword}"), PNG);
        put(b"tEXt", &join([keyword.as_bytes(), &[0], text.as_bytes()]));
        let text = p.hidden(format!("zTXt {keyword}"), PNG);
        put(b"zTXt", &join([keyword.as_bytes(), &[0, 0], &zlib(text.as_bytes())]));
        let text = p.hidden(format!("iTXt {keyword}"), PNG);
        put(b"iTXt", &join([keyword.as_bytes(), &[0, 1, 0], b"en\0\0", &zlib(text.as_bytes())]));
    }
    let (keyword, language, translated) = (
        p.hidden("tEXt keyword", PNG),
        p.short("iTXt language tag", PNG),
        p.hidden("iTXt translated keyword", PNG),
    );
    put(b"tEXt", &join([keyword.as_bytes(), &[0], b"x"]));
    put(
        b"iTXt",
        &join([b"Title\0\0\0", language.as_bytes(), &[0], translated.as_bytes(), &[0], b"x"]),
    );
    put(b"iTXt", &join([b"XML:com.adobe.xmp\0\0\0\0\0", xmp::packet(&mut p, "iTXt ").as_bytes()]));
    put(b"eXIf", &exif::block(&mut p, "eXIf "));
    let name = p.hidden("iCCP profile name", PNG);
    let profile = xmp::icc(&mut p, "iCCP ");
    put(b"iCCP", &join([name.as_bytes(), &[0, 0], &zlib(&profile)]));
    let (name, entries) = (p.hidden("sPLT name", PNG), p.hidden("sPLT entries", PNG));
    let mut data = entries.into_bytes();
    data.resize(18, 0);
    put(b"sPLT", &join([name.as_bytes(), &[0, 8], &data]));
    put(b"tIME", &p.raw("tIME", PNG, 7));
    let (name, unit) = (
        p.hidden("pCAL calibration name", "PNG extensions 1.5, 3.2"),
        p.hidden("pCAL unit", "PNG extensions 1.5, 3.2"),
    );
    put(
        b"pCAL",
        &join([
            name.as_bytes(),
            &[0],
            &be32(0),
            &be32(1),
            &[0, 2],
            unit.as_bytes(),
            &[0],
            b"1\x002",
        ]),
    );
    for (name, what, spec) in [
        (b"sCAL", "sCAL", "PNG extensions 1.5, 3.3"),
        (b"gIFt", "gIFt plain text", "PNG extensions 1.5, 4.1"),
        (b"gIFx", "gIFx application", "PNG extensions 1.5, 3.5"),
        (b"caBX", "caBX (C2PA)", "C2PA 2.1, A.3.3"),
        (b"vpAg", "vpAg of ImageMagick", "ImageMagick"),
        (b"prVt", "a private chunk, safe to copy", "PNG third edition, 14"),
        (b"prVT", "a private chunk, unsafe to copy", "PNG third edition, 14"),
        (b"zxIf", "zxIf compressed Exif", "PNG extensions, proposed"),
    ] {
        let text = p.hidden(what, spec);
        put(name, text.as_bytes());
    }
    // One pixel row more than the picture has, after it the end of the zlib stream, then bytes in the same chunk.
    let (row, stream) = (
        p.hidden("a row behind the last row", "PNG third edition, 10"),
        p.hidden("IDAT bytes behind the zlib stream", "PNG third edition, 10.1"),
    );
    let mut pixels = Vec::new();
    for y in 0..48u8 {
        pixels.push(0);
        for x in 0..64u8 {
            pixels.extend([x * 4, y * 5, 99, 255]);
        }
    }
    // Three bytes of colour, then an alpha of 0.
    let clear: Vec<u8> =
        b"Zq0Clr7Px3kM".chunks(3).flat_map(|three| [three, &[0]].concat()).collect();
    let at = 40 * 257 + 1;
    pixels[at..at + clear.len()].copy_from_slice(&clear);
    p.own("colour of pixels that are fully transparent", "PNG third edition, 4.4 and 12.3", clear);
    pixels.push(0);
    pixels.extend(row.as_bytes());
    let packed = join([&zlib(&pixels), stream.as_bytes()]);
    for piece in packed.chunks(600) {
        put(b"IDAT", piece);
    }
    let (late, empty) = (
        p.hidden("tEXt behind IDAT", PNG),
        p.hidden("an IDAT behind the data", "PNG third edition, 11.2.3"),
    );
    put(b"IDAT", empty.as_bytes());
    put(b"tEXt", &join([b"Comment\0", late.as_bytes()]));
    let inside = p.hidden("data of IEND", "PNG third edition, 11.2.4");
    put(b"IEND", inside.as_bytes());
    let after = p.hidden("bytes behind IEND", "PNG third edition, 5.6");
    out.extend(after.as_bytes());
    p.sample("png", out)
}

/// Colours that no pixel uses, transparency of no colour, a background, a histogram.
fn palette() -> Sample {
    let mut p = Planter::new("PNG", "png-palette");
    let mut colours = vec![255, 255, 255, 0, 0, 0, 200, 30, 30, 30, 30, 200];
    colours.extend(
        p.hidden("PLTE entries that no pixel uses", "PNG third edition, 11.2.2").as_bytes(),
    );
    colours.extend([7; 4]);
    let histogram = p.hidden("hIST", "PNG third edition, 11.3.4.2");
    let mut counts = histogram.into_bytes();
    counts.resize(colours.len() / 3 * 2, 0);
    // Eight bits a pixel, so that the palette may be that long.
    let rows: Vec<u8> = (0..16u8)
        .flat_map(|y| [vec![0], (0..29u8).map(|x| (x + y) % 4).collect()].concat())
        .collect();
    let mut trns = vec![255; 4];
    trns.extend(p.raw(
        "tRNS of entries that no pixel uses",
        "PNG third edition, 11.3.1.1",
        colours.len() / 3 - 4,
    ));
    let out = join([
        b"\x89PNG\r\n\x1a\n",
        &chunk(b"IHDR", &[0, 0, 0, 29, 0, 0, 0, 16, 8, 3, 0, 0, 0]),
        &chunk(b"PLTE", &colours),
        &chunk(b"tRNS", &trns),
        &chunk(b"hIST", &counts),
        &chunk(b"IDAT", &zlib(&rows)),
        &chunk(b"IEND", &[]),
    ]);
    p.sample("png", out)
}

/// APNG: a default picture that is not shown, frames, and bytes in their chunks.
fn animation() -> Sample {
    let mut p = Planter::new("PNG", "png-animation");
    let rows = |colour: u8, tail: &str| {
        let mut rows: Vec<u8> =
            (0..16u8).flat_map(|_| [vec![0], [colour, 90, 90].repeat(16)].concat()).collect();
        rows.extend(tail.as_bytes());
        zlib(&rows)
    };
    let spec = "PNG third edition, 11.3.6";
    let (hidden, frame, text) = (
        p.hidden("rows behind the default picture, which is no frame", spec),
        p.hidden("fdAT bytes behind the stream", spec),
        p.hidden("tEXt between frames", spec),
    );
    let control = |sequence: usize| {
        chunk(
            b"fcTL",
            &join([
                &be32(sequence),
                &be32(16),
                &be32(16),
                &be32(0),
                &be32(0),
                &be16(1),
                &be16(10),
                &[0, 0],
            ]),
        )
    };
    let out = join([
        b"\x89PNG\r\n\x1a\n",
        &chunk(b"IHDR", &[0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0]),
        &chunk(b"acTL", &join([&be32(2), &be32(0)])),
        &chunk(b"IDAT", &rows(20, &hidden)),
        &control(0),
        &chunk(b"fdAT", &join([&be32(1), &rows(120, "")])),
        &chunk(b"tEXt", &join([b"Comment\0", text.as_bytes()])),
        &control(2),
        &chunk(b"fdAT", &join([&be32(3), &rows(220, ""), frame.as_bytes()])),
        &chunk(b"IEND", &[]),
    ]);
    p.sample("png", out)
}
