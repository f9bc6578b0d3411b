//! HEIF (ISO 23008-12): HEIC and AVIF.

use super::boxes::{boxed, full};
use super::{exif, xmp};
use crate::bytes::{be16, be32, find, join};
use crate::plant::{Planter, Sample};

const HEIF: &str = "ISO 23008-12, 6 and 7";
const BMFF: &str = "ISO 14496-12";
const HEIC: &[u8] = include_bytes!("../../seeds/picture.heic");
const AVIF: &[u8] = include_bytes!("../../seeds/picture.avif");

pub(super) fn samples() -> Vec<Sample> {
    vec![heic(), avif()]
}

fn heic() -> Sample {
    let mut p = Planter::new("HEIC", "heic");
    let sei = p.hidden("SEI user data in the coded picture", "ITU H.265, D.2.7");
    let guid = p.raw("SEI user data UUID", "ITU H.265, D.2.7", 16);
    let data = payload(HEIC);
    // Prefix SEI, payload type 5 (user data unregistered), with its length in front, as hvcC says.
    let unit = join([&[0x4e, 1, 5, 30], &guid, sei.as_bytes(), &[0x80]]);
    let coded = join([&be32(unit.len()), &unit, data]);
    let bytes = file(&mut p, b"heic", b"hvc1", property(HEIC, b"hvcC"), &coded);
    p.sample("heic", bytes)
}

fn avif() -> Sample {
    let mut p = Planter::new("AVIF", "avif");
    let (t35, padding) = (
        p.hidden("metadata OBU, ITU-T T.35", "AV1 bitstream, 5.8.2"),
        p.hidden("padding OBU", "AV1 bitstream, 5.7"),
    );
    let data = payload(AVIF);
    // Open bitstream units with a size: type 5 is metadata, type 15 is padding. The first unit of the seed is an
    // empty temporal delimiter, the sequence header follows.
    let unit =
        |kind: u8, body: &[u8]| join([&[kind << 3 | 2, u8::try_from(body.len()).unwrap()], body]);
    let metadata = unit(5, &join([&[4, 0xb5], t35.as_bytes(), &[0x80]]));
    let pad = unit(15, &join([padding.as_bytes(), &[0x80]]));
    let header = 2 + 2 + usize::from(data[3]);
    let coded = join([&data[..header], &metadata, &data[header..], &pad]);
    let bytes = file(&mut p, b"avif", b"av01", property(AVIF, b"av1C"), &coded);
    p.sample("avif", bytes)
}

/// The contents of the last box, which is the only picture.
fn payload(seed: &'static [u8]) -> &'static [u8] {
    &seed[find(seed, b"mdat").unwrap() + 4..]
}

fn property(seed: &'static [u8], name: &[u8; 4]) -> &'static [u8] {
    let at = find(seed, name).unwrap();
    let length = u32::from_be_bytes(seed[at - 4..at].try_into().unwrap()) as usize;
    &seed[at - 4..at - 4 + length]
}

fn file(p: &mut Planter, brand: &[u8; 4], kind: &[u8; 4], config: &[u8], coded: &[u8]) -> Vec<u8> {
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (item, text_item, uri, name, description, tags) = (
        h("infe item name", "ISO 14496-12, 8.11.6"),
        h("item of type mime", "ISO 14496-12, 8.11.6"),
        h("item of type uri, its URI", "ISO 14496-12, 8.11.6"),
        h("udes name", "ISO 23008-12, 6.5.20"),
        h("udes description", "ISO 23008-12, 6.5.20"),
        h("udes tags", "ISO 23008-12, 6.5.20"),
    );
    let (handler, free, uuid, gap, tail, unused, idat) = (
        h("hdlr name", "ISO 14496-12, 8.4.3"),
        h("free box", "ISO 14496-12, 8.1.2"),
        h("uuid box", "ISO 14496-12, 11.1"),
        h("mdat bytes of no item", "ISO 14496-12, 8.1.1"),
        h("bytes behind the last box", BMFF),
        h("property that no item uses", HEIF),
        h("idat bytes of no item", "ISO 14496-12, 8.11.11"),
    );
    let (aux, udta, encoding, xml) = (
        h("auxC type", "ISO 23008-12, 6.5.8"),
        h("user property uuid", "ISO 14496-12, 11.1"),
        h("infe content encoding", "ISO 14496-12, 8.11.6"),
        h("meta xml box", "ISO 14496-12, 8.11.2"),
    );
    let profile = xmp::icc(p, "colr ");
    let exif_data = join([&be32(0), &exif::block(p, "item Exif ")]);
    let packet = xmp::packet(p, "item XMP ").into_bytes();
    let modified = p.raw("crtt/mdft creation time property", "ISO 23008-12, 6.5.18", 8);
    // What the items hold, in the order of their numbers.
    let thumb = coded.to_vec();
    let blobs: Vec<&[u8]> =
        vec![coded, &exif_data, &packet, text_item.as_bytes(), text_item.as_bytes(), &thumb];
    let infe = |id: usize, kind: &[u8], rest: &[u8]| {
        full(b"infe", 2, 0, &join([&be16(id), &[0, 0], kind, rest]))
    };
    let entries = [
        infe(1, kind, &join([item.as_bytes(), &[0]])),
        infe(2, b"Exif", b"\0"),
        infe(3, b"mime", b"\0application/rdf+xml\0\0"),
        infe(4, b"mime", &join([b"\0text/plain\0", encoding.as_bytes(), &[0]])),
        infe(5, b"uri ", &join([b"\0urn:", uri.as_bytes(), &[0]])),
        infe(6, kind, b"thumbnail\0"),
    ];
    let iinf = full(b"iinf", 0, 0, &join([&be16(entries.len()), &entries.concat()]));
    let iref = full(
        b"iref",
        0,
        0,
        &join([
            &boxed(b"cdsc", &[0, 2, 0, 1, 0, 1]),
            &boxed(b"cdsc", &[0, 3, 0, 1, 0, 1]),
            &boxed(b"cdsc", &[0, 4, 0, 1, 0, 1]),
            &boxed(b"thmb", &[0, 6, 0, 1, 0, 1]),
        ]),
    );
    let ipco = boxed(
        b"ipco",
        &join([
            config,
            &full(b"ispe", 0, 0, &join([&be32(64), &be32(64)])),
            &full(b"pixi", 0, 0, &[3, 8, 8, 8]),
            &boxed(b"colr", &join([b"prof", &profile])),
            &full(
                b"udes",
                0,
                0,
                &join([
                    b"en\0",
                    name.as_bytes(),
                    &[0],
                    description.as_bytes(),
                    &[0],
                    tags.as_bytes(),
                    &[0],
                ]),
            ),
            &full(b"crtt", 0, 0, &modified),
            &boxed(b"uuid", &join([&[0x5a; 16], udta.as_bytes()])),
            &full(b"auxC", 0, 0, &join([b"urn:", aux.as_bytes(), &[0]])),
            &boxed(b"abcd", unused.as_bytes()),
        ]),
    );
    // Essential only is the decoder's configuration.
    let ipma = full(
        b"ipma",
        0,
        0,
        &join([&be32(2), &be16(1), &[7, 0x81, 2, 3, 4, 5, 6, 7], &be16(6), &[3, 0x81, 2, 3]]),
    );
    let iprp = boxed(b"iprp", &join([&ipco, &ipma]));
    let meta = |base: usize| {
        let mut at = base;
        let mut table = join([&[0x44, 0], &be16(blobs.len())]);
        for (index, blob) in blobs.iter().enumerate() {
            table.extend(join([
                &be16(index + 1),
                &be16(0),
                &be16(1),
                &be32(at),
                &be32(blob.len()),
            ]));
            at += blob.len();
        }
        full(
            b"meta",
            0,
            0,
            &join([
                &full(b"hdlr", 0, 0, &join([&[0; 4], b"pict", &[0; 12], handler.as_bytes(), &[0]])),
                &full(b"pitm", 0, 0, &be16(1)),
                &full(b"iloc", 0, 0, &table),
                &iinf,
                &iref,
                &iprp,
                &boxed(b"idat", idat.as_bytes()),
                &full(b"xml ", 0, 0, &join([b"<x>", xml.as_bytes(), b"</x>\0"])),
            ]),
        )
    };
    let head = join([
        &boxed(b"ftyp", &join([brand, &[0; 4], b"mif1", brand, b"miaf"])),
        &boxed(b"free", free.as_bytes()),
    ]);
    let base = head.len() + meta(0).len() + 8 + gap.len();
    join([
        &head,
        &meta(base),
        &boxed(b"mdat", &join([gap.as_bytes(), &blobs.concat()])),
        &boxed(b"uuid", &join([&[0xa5; 16], uuid.as_bytes()])),
        &boxed(b"skip", tail.as_bytes()),
    ])
}
