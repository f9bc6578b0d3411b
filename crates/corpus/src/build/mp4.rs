//! MP4 and QuickTime (ISO 14496-12, 14496-14, QuickTime File Format, 3GPP TS 26.244).

use super::boxes::{Node, boxed, full};
use super::{jpeg, xmp};
use crate::bytes::{be16, be32, join};
use crate::plant::{Planter, Sample};

const QT: &str = "QuickTime File Format, user data";
const SEED: &[u8] = include_bytes!("../../seeds/video.mp4");

/// User data of QuickTime: international text.
const QUICKTIME: [&str; 32] = [
    "nam", "ART", "alb", "day", "cmt", "too", "enc", "swr", "mak", "mod", "xyz", "inf", "aut",
    "cpy", "des", "dir", "fmt", "prd", "prf", "req", "src", "wrt", "hst", "ope", "com", "gen",
    "grp", "lyr", "url", "trk", "PRD", "snm",
];
/// User data of 3GPP.
const THREE: [&[u8; 4]; 12] = [
    b"titl", b"dscp", b"cprt", b"perf", b"auth", b"gnre", b"rtng", b"clsf", b"kywd", b"loci",
    b"albm", b"coll",
];
/// Items of the iTunes list.
const ILST: [&str; 38] = [
    "\u{a9}nam",
    "\u{a9}ART",
    "\u{a9}alb",
    "\u{a9}day",
    "\u{a9}cmt",
    "\u{a9}too",
    "\u{a9}gen",
    "\u{a9}wrt",
    "\u{a9}lyr",
    "\u{a9}grp",
    "aART",
    "cprt",
    "desc",
    "ldes",
    "sdes",
    "tvsh",
    "tven",
    "tvnn",
    "purl",
    "egid",
    "catg",
    "keyw",
    "purd",
    "apID",
    "ownr",
    "xid ",
    "soal",
    "soar",
    "sonm",
    "\u{a9}wrk",
    "\u{a9}mvn",
    "\u{a9}pub",
    "\u{a9}nrt",
    "\u{a9}enc",
    "\u{a9}xyz",
    "\u{a9}mak",
    "\u{a9}mod",
    "rtng",
];

/// A name of four characters where © is one byte.
fn name(text: &str) -> [u8; 4] {
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    bytes.try_into().unwrap()
}

/// The samples of a track of the seed: its frames.
pub(super) fn samples_of(track: usize) -> Vec<Vec<u8>> {
    let mut nodes = Node::parse(SEED);
    let movie = nodes.iter_mut().find(|node| &node.name == b"moov").unwrap();
    let trak = movie.children.iter_mut().filter(|node| &node.name == b"trak").nth(track).unwrap();
    let stbl = trak.at(&[b"mdia", b"minf", b"stbl"]);
    let table = |node: &Node, at: usize| {
        u32::from_be_bytes(node.data[at..at + 4].try_into().unwrap()) as usize
    };
    let (sizes, chunks, runs) =
        (stbl.at(&[b"stsz"]).clone(), stbl.at(&[b"stco"]).clone(), stbl.at(&[b"stsc"]).clone());
    let mut all = Vec::new();
    for chunk in 0..table(&chunks, 4) {
        let run =
            (0..table(&runs, 4)).rev().find(|run| table(&runs, 8 + run * 12) <= chunk + 1).unwrap();
        let mut at = table(&chunks, 8 + chunk * 4);
        for _ in 0..table(&runs, 8 + run * 12 + 4) {
            let size = table(&sizes, 12 + all.len() * 4);
            all.push(SEED[at..at + size].to_vec());
            at += size;
        }
    }
    all
}

/// The decoder configuration of the video track.
pub(super) fn avcc() -> Vec<u8> {
    let at = crate::bytes::find(SEED, b"avcC").unwrap();
    let length = u32::from_be_bytes(SEED[at - 4..at].try_into().unwrap()) as usize;
    SEED[at + 4..at - 4 + length].to_vec()
}

/// NAL units with user data to put before the first picture: SEI 5 and 4, filler, units of no stated meaning.
pub(super) fn units(p: &mut Planter, at: &str) -> Vec<u8> {
    let guid = p.raw(format!("{at}SEI user data, UUID"), "ITU H.264, D.2.7", 16);
    let mut h = |place: &str, spec| p.hidden(format!("{at}{place}"), spec);
    let (free, registered, extension, unspecified, filler) = (
        h("SEI user data unregistered", "ITU H.264, D.2.7"),
        h("SEI user data registered", "ITU H.264, D.2.6"),
        h("SEI of a reserved type", "ITU H.264, D.2"),
        h("NAL unit of unspecified type", "ITU H.264, 7.4.1"),
        h("filler data", "ITU H.264, 7.3.2.7"),
    );
    let unit = |body: &[u8]| join([&be32(body.len()), body]);
    join([
        &unit(&join([&[6, 5, 30], &guid, free.as_bytes(), &[0x80]])),
        &unit(&join([&[6, 4, 17, 0xb5, 0, 0x31], registered.as_bytes(), &[0x80]])),
        &unit(&join([&[6, 200, 14], extension.as_bytes(), &[0x80]])),
        &unit(&join([&[30], unspecified.as_bytes()])),
        &unit(&join([&[12], filler.as_bytes(), &[0x80]])),
    ])
}

pub(super) fn mp4() -> Vec<Sample> {
    vec![movie("MP4", "mp4", b"isom", "mp4"), movie("MOV", "mov", b"qt  ", "mov")]
}

fn user_data(p: &mut Planter, at: &str, quicktime: bool) -> Node {
    let mut udta = Node::leaf(b"udta", []);
    let mut push = |name: &[u8; 4], data: Vec<u8>| udta.children.push(Node::leaf(name, data));
    for word in QUICKTIME {
        let text = p.hidden(format!("{at}udta \u{a9}{word}"), QT);
        push(
            &name(&format!("\u{a9}{word}")),
            join([&be16(text.len()), &be16(0x15c7), text.as_bytes()]),
        );
    }
    for word in THREE {
        let label = String::from_utf8_lossy(word).into_owned();
        let text = p.hidden(format!("{at}udta {label}"), "3GPP TS 26.244, 8");
        push(word, join([&[0; 4], &be16(0x15c7), text.as_bytes(), &[0]]));
    }
    let mut h = |place: &str, spec| p.hidden(format!("{at}{place}"), spec);
    for (word, spec) in [
        (b"name", QT),
        (b"CAME", "GoPro"),
        (b"FIRM", "GoPro"),
        (b"LENS", "GoPro"),
        (b"MUID", "GoPro"),
        (b"GPMF", "GoPro GPMF"),
        (b"CNTH", "Canon"),
        (b"manu", "Apple"),
        (b"modl", "Apple"),
        (b"thmb", "Casio"),
        (b"TAGS", "Konica"),
        (b"Xtra", "Windows Media"),
        (b"hnti", "ISO 14496-12, 9.1.4"),
        (b"ptv ", QT),
        (b"kywd", "a second box of the same name"),
    ] {
        let label = String::from_utf8_lossy(word).into_owned();
        let text = h(
            &format!("udta {label}{}", if spec.starts_with("a second") { ", again" } else { "" }),
            spec,
        );
        push(word, text.into_bytes());
    }
    let mut list = Vec::new();
    for word in ILST {
        let text = h(&format!("ilst {word}"), "iTunes metadata format");
        list.extend(boxed(
            &name(word),
            &boxed(b"data", &join([&be32(1), &be32(0), text.as_bytes()])),
        ));
    }
    let (mean, own, value) = (
        h("ilst ----, mean", "iTunes metadata format"),
        h("ilst ----, name", "iTunes metadata format"),
        h("ilst ----, data", "iTunes metadata format"),
    );
    list.extend(boxed(
        b"----",
        &join([
            &full(b"mean", 0, 0, mean.as_bytes()),
            &full(b"name", 0, 0, own.as_bytes()),
            &boxed(b"data", &join([&be32(1), &be32(0), value.as_bytes()])),
        ]),
    ));
    let handler = h("meta hdlr name", "ISO 14496-12, 8.4.3");
    let cover = jpeg::thumbnail(p, &format!("{at}ilst covr "));
    list.extend(boxed(b"covr", &boxed(b"data", &join([&be32(13), &be32(0), &cover]))));
    let meta = join([
        &full(b"hdlr", 0, 0, &join([&[0; 4], b"mdir", &[0; 12], handler.as_bytes(), &[0]])),
        &boxed(b"ilst", &list),
    ]);
    push(b"meta", if quicktime { meta } else { join([&[0; 4], &meta]) });
    push(b"XMP_", xmp::packet(p, &format!("{at}udta XMP_ ")).into_bytes());
    udta
}

/// QuickTime's metadata with keys, as phones write it.
fn keyed(p: &mut Planter, at: &str) -> Node {
    let spec = "QuickTime File Format, metadata";
    let keys = [
        "com.apple.quicktime.location.ISO6709",
        "com.apple.quicktime.make",
        "com.apple.quicktime.model",
        "com.apple.quicktime.software",
        "com.apple.quicktime.creationdate",
        "com.apple.quicktime.content.identifier",
        "com.apple.quicktime.author",
        "com.android.version",
    ];
    let (mut table, mut list) = (join([&be32(0), &be32(keys.len() + 1)]), Vec::new());
    for (number, key) in keys.iter().enumerate() {
        let text = p.hidden(format!("{at}keys {key}"), spec);
        table.extend(join([&be32(8 + key.len()), b"mdta", key.as_bytes()]));
        list.extend(boxed(
            &be32(number + 1),
            &boxed(b"data", &join([&be32(1), &be32(0), text.as_bytes()])),
        ));
    }
    let own = p.hidden(format!("{at}keys, a name"), spec);
    table.extend(join([&be32(8 + own.len()), b"mdta", own.as_bytes()]));
    Node::leaf(
        b"meta",
        join([
            &[0; 4],
            &full(b"hdlr", 0, 0, &join([&[0; 4], b"mdta", &[0; 13]])),
            &boxed(b"keys", &table),
            &boxed(b"ilst", &list),
        ]),
    )
}

/// A track that nothing shows: timed metadata, or time code.
fn track(
    p: &mut Planter,
    id: usize,
    kind: &[u8; 4],
    entry: Vec<u8>,
    offset: usize,
    size: usize,
) -> Node {
    let label = String::from_utf8_lossy(kind).into_owned();
    let handler = p.hidden(format!("{label} track, handler name"), "ISO 14496-12, 8.4.3");
    let mut tkhd = [0; 84];
    tkhd[15] = u8::try_from(id).unwrap();
    let stbl = join([
        &full(b"stsd", 0, 0, &join([&be32(1), &entry])),
        &full(b"stts", 0, 0, &join([&be32(1), &be32(1), &be32(1)])),
        &full(b"stsc", 0, 0, &join([&be32(1), &be32(1), &be32(1), &be32(1)])),
        &full(b"stsz", 0, 0, &join([&be32(size), &be32(1)])),
        &full(b"stco", 0, 0, &join([&be32(1), &be32(offset)])),
    ]);
    let minf = join([
        &full(b"nmhd", 0, 0, &[]),
        &boxed(b"dinf", &full(b"dref", 0, 0, &join([&be32(1), &full(b"url ", 0, 1, &[])]))),
        &boxed(b"stbl", &stbl),
    ]);
    let mdia = join([
        &full(b"mdhd", 0, 0, &join([&[0; 8], &be32(1000), &be32(400), &be16(0x55c4), &[0, 0]])),
        &full(b"hdlr", 0, 0, &join([&[0; 4], kind, &[0; 12], handler.as_bytes(), &[0]])),
        &boxed(b"minf", &minf),
    ]);
    let tkhd = join([&[0, 0, 0, 0], &tkhd[4..]]);
    Node::parse(&boxed(b"trak", &join([&boxed(b"tkhd", &tkhd), &boxed(b"mdia", &mdia)]))).remove(0)
}

fn movie(format: &'static str, sample: &'static str, brand: &[u8; 4], extension: &str) -> Sample {
    let mut p = Planter::new(format, sample);
    let quicktime = brand == b"qt  ";
    let mut nodes = Node::parse(SEED);
    let mut moov = nodes.remove(nodes.iter().position(|node| &node.name == b"moov").unwrap());

    // Frames, with user data inside the first of each kind; then everything else in the media data.
    let (mut video, mut audio) = (samples_of(0), samples_of(1));
    video[0] = [units(&mut p, "first picture, "), video[0].clone()].concat();
    let (dse, gap, meta_sample, code) = (
        p.hidden("AAC data stream element", "ISO 14496-3, 4.4.2.1"),
        p.hidden("media data of no track", "ISO 14496-12, 8.1.1"),
        p.hidden("timed metadata, its sample", "ISO 14496-12, 12.9"),
        p.hidden("time code track, its sample", "QuickTime File Format, timecode media"),
    );
    audio[0] = join([&[0x81, u8::try_from(dse.len()).unwrap()], dse.as_bytes(), &audio[0]]);
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (free, wide, skip, uuid, late, tail) = (
        h("free box", "ISO 14496-12, 8.1.2"),
        h("free box behind the media data", "ISO 14496-12, 8.1.2"),
        h("skip box", "ISO 14496-12, 8.1.2"),
        h("uuid box", "ISO 14496-12, 11.1"),
        h("unknown box", "ISO 14496-12, 4.2"),
        h("box behind everything", "ISO 14496-12, 4.2"),
    );
    let (file_meta, pdin) = (
        h("meta xml box of the file", "ISO 14496-12, 8.11"),
        h("free box in moov", "ISO 14496-12, 8.1.2"),
    );
    let head = join([
        &boxed(
            b"ftyp",
            &join([brand, &p.raw("ftyp minor version", "ISO 14496-12, 4.3", 4), b"isom", brand]),
        ),
        &boxed(b"free", free.as_bytes()),
        &boxed(b"skip", skip.as_bytes()),
    ]);
    let mut data = gap.into_bytes();
    let base = head.len() + 8;
    let place = |data: &mut Vec<u8>, frames: &[Vec<u8>]| {
        let at = base + data.len();
        data.extend(frames.concat());
        at
    };
    let (video_at, audio_at) = (place(&mut data, &video), place(&mut data, &audio));
    let meta_at = place(&mut data, &[meta_sample.clone().into_bytes()]);
    let code_at = place(&mut data, &[code.clone().into_bytes()]);

    let times = p.raw("mvhd creation and modification time", "ISO 14496-12, 8.2.2", 8);
    let reserved = p.raw("mvhd reserved bytes", "ISO 14496-12, 8.2.2", 10);
    let mvhd = moov.at(&[b"mvhd"]);
    mvhd.data[4..12].copy_from_slice(&times);
    mvhd.data[26..36].copy_from_slice(&reserved);
    for (number, (label, frames, at)) in
        [("video track", &video, video_at), ("sound track", &audio, audio_at)]
            .into_iter()
            .enumerate()
    {
        let trak =
            moov.children.iter_mut().filter(|node| &node.name == b"trak").nth(number).unwrap();
        let times = p.raw(format!("{label}, tkhd times"), "ISO 14496-12, 8.3.2", 8);
        trak.at(&[b"tkhd"]).data[4..12].copy_from_slice(&times);
        let times = p.raw(format!("{label}, mdhd times"), "ISO 14496-12, 8.4.2", 8);
        trak.at(&[b"mdia", b"mdhd"]).data[4..12].copy_from_slice(&times);
        let mut h = |place: &str, spec| p.hidden(format!("{label}, {place}"), spec);
        let (handler, location, unused, uuid, free) = (
            h("hdlr name", "ISO 14496-12, 8.4.3"),
            h("data reference that nothing uses", "ISO 14496-12, 8.7.2"),
            h("unknown box in stbl", "ISO 14496-12, 4.2"),
            h("uuid box", "ISO 14496-12, 11.1"),
            h("free box", "ISO 14496-12, 8.1.2"),
        );
        let hdlr = trak.at(&[b"mdia", b"hdlr"]);
        hdlr.data.truncate(24);
        hdlr.data.extend(join([handler.as_bytes(), &[0]]));
        trak.at(&[b"mdia", b"minf", b"dinf"]).data = full(
            b"dref",
            0,
            0,
            &join([
                &be32(2),
                &full(b"url ", 0, 1, &[]),
                &full(b"url ", 0, 0, &join([b"file:///", location.as_bytes(), &[0]])),
            ]),
        );
        let stbl = trak.at(&[b"mdia", b"minf", b"stbl"]);
        stbl.children.retain(|node| !matches!(&node.name, b"sgpd" | b"sbgp"));
        // One chunk with everything.
        stbl.at(&[b"stsc"]).data =
            join([&[0; 4], &be32(1), &be32(1), &be32(frames.len()), &be32(1)]);
        stbl.at(&[b"stco"]).data = join([&[0; 4], &be32(1), &be32(at)]);
        let sizes: Vec<u8> = frames.iter().flat_map(|frame| be32(frame.len())).collect();
        stbl.at(&[b"stsz"]).data = join([&[0; 8], &be32(frames.len()), &sizes]);
        stbl.children.push(Node::leaf(b"own ", unused));
        let stsd = stbl.at(&[b"stsd"]);
        if number == 0 {
            // The name of the compressor: 32 bytes, the first their length. 8 bytes of stsd, 8 of the entry's head.
            let compressor = p.hidden("video track, compressor name", "ISO 14496-12, 12.1.3");
            let at = 8 + 8 + 42;
            stsd.data[at] = 14;
            stsd.data[at + 1..at + 15].copy_from_slice(compressor.as_bytes());
            let vendor =
                p.raw("video track, vendor", "QuickTime File Format, video sample description", 12);
            stsd.data[8 + 8 + 12..8 + 8 + 24].copy_from_slice(&vendor);
        }
        trak.children.push(Node::leaf(b"uuid", join([&[0x77; 16], uuid.as_bytes()])));
        trak.children.push(Node::leaf(b"free", free));
        let udta = user_data(&mut p, &format!("{label}, "), quicktime);
        trak.children.push(udta);
        let keyed = keyed(&mut p, &format!("{label}, "));
        trak.children.push(keyed);
    }
    let mime = p.hidden("timed metadata, MIME type", "ISO 14496-12, 12.3.3");
    let entry = boxed(b"mett", &join([&[0; 6], &be16(1), &[0], mime.as_bytes(), &[0]]));
    let timed = track(&mut p, 3, b"meta", entry, meta_at, meta_sample.len());
    moov.children.push(timed);
    let reel = p.hidden("time code, reel name", "QuickTime File Format, timecode media");
    let entry = boxed(
        b"tmcd",
        &join([
            &[0; 6],
            &be16(1),
            &[0; 4],
            &be32(0),
            &be32(30),
            &be32(1),
            &[30, 0],
            &boxed(b"name", &join([&be16(reel.len()), &be16(0), reel.as_bytes()])),
        ]),
    );
    let timecode = track(&mut p, 4, b"tmcd", entry, code_at, code.len());
    moov.children.push(timecode);
    moov.children.retain(|node| &node.name != b"udta");
    let (udta, keyed) = (user_data(&mut p, "movie, ", quicktime), keyed(&mut p, "movie, "));
    moov.children.extend([udta, keyed, Node::leaf(b"free", pdin)]);
    let packet = xmp::packet(&mut p, "uuid ");
    let xmp_id = [
        0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf,
        0xac,
    ];
    let file_meta = full(
        b"meta",
        0,
        0,
        &join([
            &full(b"hdlr", 0, 0, &join([&[0; 4], b"null", &[0; 13]])),
            &full(b"xml ", 0, 0, &join([file_meta.as_bytes(), &[0]])),
        ]),
    );
    let bytes = join([
        &head,
        &boxed(b"mdat", &data),
        &boxed(b"free", wide.as_bytes()),
        &moov.bytes(),
        &boxed(b"uuid", &join([&xmp_id, packet.as_bytes()])),
        &boxed(b"uuid", &join([&[0x33; 16], uuid.as_bytes()])),
        &file_meta,
        &boxed(b"ownb", late.as_bytes()),
        &boxed(b"free", tail.as_bytes()),
    ]);
    p.sample(extension, bytes)
}
