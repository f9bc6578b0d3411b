//! FLAC (RFC 9639) and Ogg with Opus and Vorbis.

use super::{id3, jpeg};
use crate::bytes::{be32, find, join, le32};
use crate::plant::{Planter, Sample};
use base64::Engine;

const COMMENT: &str = "Vorbis comment (Xiph), field names";
const FLAC: &[u8] = include_bytes!("../../seeds/sound.flac");
const OPUS: &[u8] = include_bytes!("../../seeds/sound.opus");
const VORBIS: &[u8] = include_bytes!("../../seeds/sound.ogg");

const FIELDS: [&str; 24] = [
    "TITLE",
    "VERSION",
    "ALBUM",
    "TRACKNUMBER",
    "ARTIST",
    "PERFORMER",
    "COPYRIGHT",
    "LICENSE",
    "ORGANIZATION",
    "DESCRIPTION",
    "GENRE",
    "DATE",
    "LOCATION",
    "CONTACT",
    "ISRC",
    "ENCODER",
    "ENCODED-BY",
    "GEO_LOCATION",
    "LYRICS",
    "CHAPTER001",
    "CHAPTER001NAME",
    "REPLAYGAIN_TRACK_GAIN",
    "MUSICBRAINZ_TRACKID",
    "COVERARTMIME",
];

fn picture(p: &mut Planter, at: &str) -> Vec<u8> {
    let (about, image) = (
        p.hidden(format!("{at}picture, description"), "RFC 9639, 8.8"),
        jpeg::thumbnail(p, &format!("{at}picture ")),
    );
    join([
        &be32(3),
        &be32(10),
        b"image/jpeg",
        &be32(about.len()),
        about.as_bytes(),
        &be32(24),
        &be32(18),
        &be32(24),
        &be32(0),
        &be32(image.len()),
        &image,
    ])
}

fn comments(p: &mut Planter, at: &str) -> Vec<u8> {
    let vendor = p.hidden(format!("{at}vendor"), COMMENT);
    let mut list: Vec<String> = FIELDS
        .iter()
        .map(|name| format!("{name}={}", p.hidden(format!("{at}{name}"), COMMENT)))
        .collect();
    list.push(format!("{}=x", p.hidden(format!("{at}name of a field"), COMMENT)));
    let block = picture(p, &format!("{at}METADATA_BLOCK_PICTURE "));
    list.push(format!(
        "METADATA_BLOCK_PICTURE={}",
        base64::engine::general_purpose::STANDARD.encode(block)
    ));
    let mut out = join([&le32(vendor.len()), vendor.as_bytes(), &le32(list.len())]);
    for field in list {
        out.extend(join([&le32(field.len()), field.as_bytes()]));
    }
    out
}

pub(super) fn flac() -> Vec<Sample> {
    let mut p = Planter::new("FLAC", "flac");
    let info = &FLAC[8..8 + 34];
    let frames = &FLAC[8 + 34..];
    let mut blocks: Vec<(u8, Vec<u8>)> =
        vec![(0, info.to_vec()), (4, comments(&mut p, "VORBIS_COMMENT "))];
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let catalogue = h("CUESHEET catalogue", "RFC 9639, 8.7");
    let isrc = p.short("CUESHEET ISRC", "RFC 9639, 8.7.1");
    let mut cue = catalogue.into_bytes();
    cue.resize(128, 0);
    cue.extend([0; 8]);
    cue.extend([0x80]);
    cue.extend([0; 258]);
    cue.push(1);
    cue.extend([0; 8]);
    cue.push(170);
    cue.extend(isrc.as_bytes());
    cue.resize(128 + 8 + 1 + 258 + 1 + 36, 0);
    let mut h = |place: &str, spec| p.hidden(place, spec);
    blocks.push((2, join([b"riff", h("APPLICATION", "RFC 9639, 8.4").as_bytes()])));
    blocks.push((
        3,
        join([
            &[0xff; 18],
            h("SEEKTABLE, a placeholder's bytes", "RFC 9639, 8.5").as_bytes(),
            &[0; 4],
        ]),
    ));
    blocks.push((5, cue));
    blocks.push((100, h("block of a reserved type", "RFC 9639, 8.1").into_bytes()));
    blocks.push((1, h("PADDING", "RFC 9639, 8.3").into_bytes()));
    let tail = h("bytes behind the last frame", "RFC 9639, 9");
    blocks.push((6, picture(&mut p, "PICTURE ")));
    // The checksum of the sound identifies the recording; it stays true, so it is no marker.
    let mut out = id3::tag(&mut p, "before the stream ", 3);
    out.extend(b"fLaC");
    let last = blocks.len() - 1;
    for (number, (kind, data)) in blocks.into_iter().enumerate() {
        out.push(kind | if number == last { 0x80 } else { 0 });
        out.extend(&be32(data.len())[1..]);
        out.extend(data);
    }
    out.extend(frames);
    out.extend(tail.as_bytes());
    out.extend(id3::ape(&mut p));
    vec![p.sample("flac", out)]
}

/// RFC 3533, 6.
fn page(serial: u32, number: u32, kind: u8, position: u64, packets: &[Vec<u8>]) -> Vec<u8> {
    let mut table = Vec::new();
    for packet in packets {
        table.extend(vec![255; packet.len() / 255]);
        table.push(u8::try_from(packet.len() % 255).unwrap());
    }
    let mut out = join([
        b"OggS\0",
        &[kind],
        &position.to_le_bytes(),
        &serial.to_le_bytes(),
        &number.to_le_bytes(),
        &[0; 4],
        &[u8::try_from(table.len()).unwrap()],
        &table,
        &packets.concat(),
    ]);
    let sum = out.iter().fold(0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
            if sum >> 31 == 1 { sum << 1 ^ 0x04c1_1db7 } else { sum << 1 }
        })
    });
    out[22..26].copy_from_slice(&sum.to_le_bytes());
    out
}

/// A packet over as many pages as it needs: a page has at most 255 segments.
fn long(serial: u32, first: u32, packet: &[u8], out: &mut Vec<u8>) -> u32 {
    let mut number = first;
    let pieces: Vec<&[u8]> = packet.chunks(255 * 255).collect();
    for (at, piece) in pieces.iter().enumerate() {
        let whole = at + 1 < pieces.len();
        let mut table = vec![255; piece.len() / 255];
        if !whole {
            table.push(u8::try_from(piece.len() % 255).unwrap());
        }
        let mut bytes = join([
            b"OggS\0",
            &[u8::from(at > 0)],
            &if whole { [0xff; 8] } else { [0; 8] },
            &serial.to_le_bytes(),
            &number.to_le_bytes(),
            &[0; 4],
            &[u8::try_from(table.len()).unwrap()],
            &table,
            piece,
        ]);
        let sum = bytes.iter().fold(0u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
                if sum >> 31 == 1 { sum << 1 ^ 0x04c1_1db7 } else { sum << 1 }
            })
        });
        bytes[22..26].copy_from_slice(&sum.to_le_bytes());
        out.extend(bytes);
        number += 1;
    }
    number
}

/// The packets of a stream, each with the position of its page if it ends there.
fn packets(seed: &[u8]) -> Vec<(Vec<u8>, u64)> {
    let (mut all, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    while at + 27 <= seed.len() {
        let count = usize::from(seed[at + 26]);
        let position = u64::from_le_bytes(seed[at + 6..at + 14].try_into().unwrap());
        let mut data = at + 27 + count;
        for segment in &seed[at + 27..at + 27 + count] {
            open.extend_from_slice(&seed[data..data + usize::from(*segment)]);
            data += usize::from(*segment);
            if *segment < 255 {
                all.push((std::mem::take(&mut open), position));
            }
        }
        at = data;
    }
    all
}

pub(super) fn ogg() -> Vec<Sample> {
    vec![opus(), vorbis()]
}

fn opus() -> Sample {
    let mut p = Planter::new("OGG", "ogg-opus");
    let serial =
        u32::from_le_bytes(p.raw("stream serial number", "RFC 3533, 6", 4).try_into().unwrap());
    let packets = packets(OPUS);
    let (vendor, padding) =
        (comments(&mut p, "OpusTags "), p.hidden("bytes behind the comments", "RFC 7845, 5.2"));
    let padded = p.hidden("padding of an Opus packet", "RFC 6716, 3.2.5");
    let mut out = page(serial, 0, 2, 0, &[packets[0].0.clone()]);
    let next = long(serial, 1, &join([b"OpusTags", &vendor, padding.as_bytes()]), &mut out);
    let count = packets.len() - 2;
    for (index, (packet, position)) in packets[2..].iter().enumerate() {
        let last = index + 1 == count;
        let mut packet = packet.clone();
        // Code 3: one frame, padding. Only packets of code 0 are rewritten so.
        if index == 1 && packet[0] & 3 == 0 {
            packet = join([
                &[packet[0] | 3, 0x41, u8::try_from(padded.len()).unwrap()],
                &packet[1..],
                padded.as_bytes(),
            ]);
        } else if index == 1 {
            p.forget("padding of an Opus packet");
        }
        // Positions inside a page are not known, but must not fall: 960 samples each.
        let at = if last { *position } else { (index as u64 + 1) * 960 };
        out.extend(page(
            serial,
            next + u32::try_from(index).unwrap(),
            if last { 4 } else { 0 },
            at,
            &[packet],
        ));
    }
    extra(&mut p, out, "opus")
}

fn vorbis() -> Sample {
    let mut p = Planter::new("OGG", "ogg-vorbis");
    let serial =
        u32::from_le_bytes(p.raw("stream serial number", "RFC 3533, 6", 4).try_into().unwrap());
    let packets = packets(VORBIS);
    let body = comments(&mut p, "comment header ");
    let mut out = page(serial, 0, 2, 0, &[packets[0].0.clone()]);
    let mut next = long(serial, 1, &join([b"\x03vorbis", &body, &[1]]), &mut out);
    next = long(serial, next, &packets[2].0, &mut out);
    let sound: Vec<Vec<u8>> = packets[3..].iter().map(|(packet, _)| packet.clone()).collect();
    let position = packets.last().unwrap().1;
    out.extend(page(serial, next, 4, position, &sound));
    extra(&mut p, out, "ogg")
}

/// A second stream of an unknown kind behind the first, and bytes of no page.
fn extra(p: &mut Planter, mut out: Vec<u8>, extension: &str) -> Sample {
    let (head, skeleton, gap) = (
        p.hidden("a chained stream of an unknown kind", "RFC 3533, 4"),
        p.hidden("Skeleton message headers", "Ogg Skeleton 4.0"),
        p.hidden("bytes of no page", "RFC 3533, 6"),
    );
    out.extend(gap.as_bytes());
    out.extend(page(
        77,
        0,
        2,
        0,
        &[join([b"fishead\0", &[4, 0, 0, 0], &[0; 52], skeleton.as_bytes()])],
    ));
    out.extend(page(77, 1, 4, 0, &[join([b"unknown", head.as_bytes()])]));
    let planter = std::mem::replace(p, Planter::new("OGG", "none"));
    debug_assert!(find(&out, b"OggS") == Some(0));
    planter.sample(extension, out)
}
