//! ID3 (id3.org), and MP3 with all that is put around its frames.

use super::jpeg;
use crate::bytes::{be32, join, le32, utf16le, zlib};
use crate::plant::{Planter, Sample};

const ID3: &str = "ID3v2.4.0, native frames, 4";
const SEED: &[u8] = include_bytes!("../../seeds/sound.mp3");

/// Text frames.
const TEXT: &str = "TALB TBPM TCOM TCON TCOP TDAT TDEN TDLY TDOR TDRC TDRL TDTG TENC TEXT TFLT TIME TIPL TIT1 TIT2 TIT3 TKEY TLAN TLEN TMCL TMED TMOO TOAL TOFN TOLY TOPE TORY TOWN TPE1 TPE2 TPE3 TPE4 TPOS TPRO TPUB TRCK TRDA TRSN TRSO TSIZ TSOA TSOP TSOT TSRC TSSE TSST TYER";
/// Frames with an address.
const LINKS: &str = "WCOM WCOP WOAF WOAR WOAS WORS WPAY WPUB";

fn safe(number: usize) -> [u8; 4] {
    [number >> 21, number >> 14, number >> 7, number].map(|part| u8::try_from(part & 127).unwrap())
}

/// A tag of version 2.3 or 2.4 with a marker in every frame of the specification.
pub(super) fn tag(p: &mut Planter, at: &str, version: u8) -> Vec<u8> {
    let mut body = Vec::new();
    let mut frame = |name: &str, flags: u8, data: &[u8]| {
        let size = if version == 4 { safe(data.len()) } else { be32(data.len()) };
        body.extend(join([name.as_bytes(), &size, &[0, flags], data]));
    };
    for (number, name) in TEXT.split(' ').enumerate() {
        let text = p.hidden(format!("{at}ID3v2.{version} {name}"), ID3);
        if number % 2 == 0 {
            frame(name, 0, &join([&[3], text.as_bytes()]));
        } else {
            frame(name, 0, &join([&[1, 0xff, 0xfe], &utf16le(&text)]));
        }
    }
    let mut h = |place: &str| p.hidden(format!("{at}ID3v2.{version} {place}"), ID3);
    for name in LINKS.split(' ') {
        frame(name, 0, h(name).as_bytes());
    }
    for (name, parts) in [
        ("TXXX", 2),
        ("WXXX", 2),
        ("UFID", 2),
        ("PRIV", 2),
        ("ENCR", 2),
        ("GRID", 2),
        ("LINK", 2),
        ("USER", 1),
        ("OWNE", 2),
        ("POPM", 1),
        ("COMR", 2),
        ("MCDI", 1),
        ("SYTC", 1),
        ("ETCO", 1),
        ("RVA2", 1),
        ("EQU2", 1),
        ("RVRB", 1),
        ("SIGN", 1),
        ("SEEK", 1),
        ("ASPI", 1),
        ("MLLT", 1),
        ("POSS", 1),
        ("PCNT", 1),
        ("AENC", 1),
        ("XZZZ", 1),
        ("GRP1", 1),
        ("PCST", 1),
    ] {
        let mut data = if matches!(name, "TXXX" | "WXXX") { vec![3] } else { Vec::new() };
        for part in 0..parts {
            data.extend(h(&format!("{name}, part {}", part + 1)).as_bytes());
            if part + 1 < parts {
                data.push(0);
            }
        }
        frame(name, 0, &data);
    }
    for name in ["COMM", "USLT"] {
        let (short, text) = (h(&format!("{name}, description")), h(name));
        frame(name, 0, &join([b"\x03eng", short.as_bytes(), &[0], text.as_bytes()]));
    }
    let (synchronised, name, object, about) =
        (h("SYLT"), h("GEOB, file name"), h("GEOB, object"), h("APIC, description"));
    frame("SYLT", 0, &join([b"\x03eng\x02\x01\0", synchronised.as_bytes(), b"\0\0\0\0\0"]));
    frame("GEOB", 0, &join([b"\x03text/plain\0", name.as_bytes(), &[0, 0], object.as_bytes()]));
    let (chapter, contents, packed, padding) =
        (h("CHAP, element ID"), h("CTOC, element ID"), h("a compressed frame"), h("padding"));
    frame("CHAP", 0, &join([chapter.as_bytes(), &[0], &[0; 16]]));
    frame("CTOC", 0, &join([contents.as_bytes(), &[0, 3, 0]]));
    let packed = format!("\u{3}{packed}");
    let flags = if version == 4 { 0x09 } else { 0x80 };
    let size = if version == 4 { safe(packed.len()) } else { be32(packed.len()) };
    frame("TIT9", flags, &join([&size, &zlib(packed.as_bytes())]));
    let picture = jpeg::thumbnail(p, &format!("{at}ID3v2.{version} APIC "));
    let mut frame = |name: &str, data: &[u8]| {
        let size = if version == 4 { safe(data.len()) } else { be32(data.len()) };
        body.extend(join([name.as_bytes(), &size, &[0, 0], data]));
    };
    frame("APIC", &join([b"\x03image/jpeg\0\x03", about.as_bytes(), &[0], &picture]));
    body.extend([0; 16]);
    body.extend(padding.as_bytes());
    body.extend([0; 16]);
    join([b"ID3", &[version, 0, 0], &safe(body.len()), &body])
}

/// The frames of the seed: its first is the Xing header.
fn frames() -> Vec<&'static [u8]> {
    let mut all = Vec::new();
    let mut at = 0;
    while at + 4 <= SEED.len() {
        // MPEG 1, layer III, 48 kHz: a frame has 144 times the rate of bits, by the rate of samples.
        let rate = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0]
            [usize::from(SEED[at + 2] >> 4)];
        let length = 144 * rate * 1000 / 48000 + usize::from(SEED[at + 2] >> 1 & 1);
        assert!(SEED[at] == 0xff && length > 0, "an MPEG frame at {at}");
        all.push(&SEED[at..(at + length).min(SEED.len())]);
        at += length;
    }
    all
}

pub(super) fn mp3() -> Vec<Sample> {
    let mut p = Planter::new("MP3", "mp3");
    let frames = frames();
    let mut out = tag(&mut p, "", 3);
    out.extend(tag(&mut p, "second ", 4));
    // The Xing frame: its last bytes belong to no field.
    let (encoder, spare) = (
        p.short("LAME tag, encoder", "LAME tag 1, Xing header"),
        p.hidden("Xing frame, bytes of no field", "Xing header"),
    );
    let mut first = frames[0].to_vec();
    let at = crate::bytes::find(&first, b"Xing").or(crate::bytes::find(&first, b"Info")).unwrap();
    let lame = at + 8 + 4 + 4 + 100 + 4;
    first[lame..lame + 8].copy_from_slice(encoder.as_bytes());
    let end = first.len() - 14;
    if end > lame + 36 {
        first[end..].copy_from_slice(spare.as_bytes());
    } else {
        p.forget("Xing frame, bytes of no field");
    }
    out.extend(&first);
    for frame in &frames[1..frames.len() / 2] {
        out.extend(*frame);
    }
    let between = p.hidden("bytes between frames", "ISO 11172-3, 2.4.1");
    out.extend(between.as_bytes());
    for frame in &frames[frames.len() / 2..] {
        out.extend(*frame);
    }
    // A frame of silence: all its main data is ancillary.
    let ancillary = p.hidden("ancillary data of a frame", "ISO 11172-3, 2.4.1.8");
    let mut silent = frames[1].to_vec();
    let start = silent.len() - (silent.len() - 4 - 17);
    silent[4..].fill(0);
    silent[1] |= 1;
    silent[start..start + 14].copy_from_slice(ancillary.as_bytes());
    out.extend(&silent);
    out.extend(ape(&mut p));
    let (lyrics, indications) =
        (p.hidden("Lyrics3v2 LYR", "Lyrics3 2.00"), p.hidden("Lyrics3v2 INF", "Lyrics3 2.00"));
    let body = format!(
        "LYRICSBEGININD00002{}LYR{:05}{lyrics}INF{:05}{indications}",
        "10",
        lyrics.len(),
        indications.len()
    );
    out.extend(format!("{body}{:06}LYRICS200", body.len()).into_bytes());
    let mut h = |place: &str| p.hidden(place, "ID3v1.1 and enhanced tag");
    let mut enhanced = b"TAG+".to_vec();
    for (place, length) in [("enhanced title", 60), ("enhanced artist", 60), ("enhanced album", 60)]
    {
        let start = enhanced.len();
        enhanced.extend(h(place).as_bytes());
        enhanced.resize(start + length, 0);
    }
    enhanced.push(1);
    enhanced.extend(h("enhanced genre").as_bytes());
    enhanced.resize(227, 0);
    out.extend(enhanced);
    let mut old = b"TAG".to_vec();
    for place in ["ID3v1 title", "ID3v1 artist", "ID3v1 album"] {
        let start = old.len();
        old.extend(h(place).as_bytes());
        old.resize(start + 30, 0);
    }
    old.extend(b"1987");
    old.extend(h("ID3v1 comment").as_bytes());
    old.resize(128, 0);
    out.extend(old);
    vec![p.sample("mp3", out)]
}

/// APEv2, with header and footer.
pub(super) fn ape(p: &mut Planter) -> Vec<u8> {
    let mut items = Vec::new();
    let names = [
        "Title",
        "Artist",
        "Album",
        "Comment",
        "Composer",
        "File",
        "Record Date",
        "Record Location",
        "Bibliography",
        "Debut album",
    ];
    for name in names {
        let text = p.hidden(format!("APEv2 {name}"), "APEv2 specification");
        items.extend(join([&le32(text.len()), &le32(0), name.as_bytes(), &[0], text.as_bytes()]));
    }
    let (key, binary) = (
        p.hidden("APEv2, name of an item", "APEv2 specification"),
        p.hidden("APEv2 binary item", "APEv2 specification"),
    );
    items.extend(join([&le32(binary.len()), &le32(2), key.as_bytes(), &[0], binary.as_bytes()]));
    let edge = |flags: u32| {
        join([
            b"APETAGEX",
            &le32(2000),
            &le32(items.len() + 32),
            &le32(names.len() + 1),
            &flags.to_le_bytes(),
            &[0; 8],
        ])
    };
    join([&edge(0xa000_0000), &items, &edge(0x8000_0000)])
}
