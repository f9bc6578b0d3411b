//! Matroska (RFC 9559) and WebM, on EBML (RFC 8794).

use super::{jpeg, mp4};
use crate::bytes::{be16, join, zlib};
use crate::plant::{Planter, Sample};

const SEED: &[u8] = include_bytes!("../../seeds/video.webm");

/// An element: its ID as in the specification, a length of eight bytes, its data.
fn element(id: u32, data: &[u8]) -> Vec<u8> {
    let id: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    join([&id, &(data.len() as u64 | 1 << 56).to_be_bytes(), data])
}

fn text(id: u32, text: &str) -> Vec<u8> {
    element(id, text.as_bytes())
}

fn number(id: u32, value: u64) -> Vec<u8> {
    let bytes: Vec<u8> = value.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    element(id, &bytes)
}

/// The elements of a run of bytes: ID, data.
fn parse(mut bytes: &[u8]) -> Vec<(u32, &[u8])> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let width = bytes[0].leading_zeros() as usize + 1;
        let id = bytes[..width].iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
        bytes = &bytes[width..];
        let width = bytes[0].leading_zeros() as usize + 1;
        let head = u64::from(bytes[0]) & ((1 << (8 - width)) - 1);
        let length = bytes[1..width].iter().fold(head, |n, byte| n << 8 | u64::from(*byte));
        let unknown = length == (1 << (7 * width)) - 1;
        let length = if unknown { bytes.len() - width } else { usize::try_from(length).unwrap() };
        all.push((id, &bytes[width..width + length]));
        bytes = &bytes[width + length..];
    }
    all
}

pub(super) fn samples() -> Vec<Sample> {
    vec![matroska(), webm()]
}

fn matroska() -> Sample {
    let mut p = Planter::new("MKV", "mkv");
    let mut frames = mp4::samples_of(0);
    frames[0] = [mp4::units(&mut p, "first picture, "), frames[0].clone()].concat();
    let blocks: Vec<Vec<u8>> = frames
        .iter()
        .zip([0, 300, 100, 200])
        .enumerate()
        .map(|(index, (frame, time))| {
            join([&[0x81], &be16(time), &[if index == 0 { 0x80 } else { 0 }], frame])
        })
        .collect();
    let entry = [
        number(0xd7, 1),
        number(0x83, 1),
        text(0x86, "V_MPEG4/ISO/AVC"),
        element(0x63a2, &mp4::avcc()),
        element(0xe0, &[number(0xb0, 64), number(0xba, 48)].concat()),
    ]
    .concat();
    let bytes = file(&mut p, "matroska", vec![entry], blocks);
    p.sample("mkv", bytes)
}

fn webm() -> Sample {
    let mut p = Planter::new("WebM", "webm");
    let segment = parse(SEED).into_iter().find(|(id, _)| *id == 0x1853_8067).unwrap().1;
    let parts = parse(segment);
    let tracks = parts.iter().find(|(id, _)| *id == 0x1654_ae6b).unwrap().1;
    let entries: Vec<Vec<u8>> = parse(tracks)
        .iter()
        .filter(|(id, _)| *id == 0xae)
        .map(|(_, entry)| {
            parse(entry)
                .iter()
                .filter(|(id, _)| !matches!(id, 0x73c5 | 0x0022_b59c | 0x536e))
                .flat_map(|(id, data)| element(*id, data))
                .collect()
        })
        .collect();
    let blocks: Vec<Vec<u8>> = parts
        .iter()
        .filter(|(id, _)| *id == 0x1f43_b675)
        .flat_map(|(_, cluster)| parse(cluster))
        .filter(|(id, _)| *id == 0xa3)
        .map(|(_, block)| block.to_vec())
        .collect();
    let bytes = file(&mut p, "webm", entries, blocks);
    p.sample("webm", bytes)
}

fn file(p: &mut Planter, kind: &str, entries: Vec<Vec<u8>>, blocks: Vec<Vec<u8>>) -> Vec<u8> {
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let head = element(
        0x1a45_dfa3,
        &[
            number(0x4286, 1),
            number(0x42f7, 1),
            number(0x42f2, 4),
            number(0x42f3, 8),
            text(0x4282, kind),
            number(0x4287, 4),
            number(0x4285, 2),
            text(0xec, &h("Void in the EBML header", "RFC 8794, 11.3.2")),
        ]
        .concat(),
    );
    let mut info =
        [number(0x002a_d7b1, 1_000_000), element(0x4489, &400f64.to_be_bytes())].concat();
    for (id, place) in [
        (0x7ba9, "Title"),
        (0x4d80, "MuxingApp"),
        (0x5741, "WritingApp"),
        (0x7384, "SegmentFilename"),
        (0x003c_83ab, "PrevFilename"),
        (0x003e_83bb, "NextFilename"),
    ] {
        info.extend(text(id, &h(&format!("Info {place}"), "RFC 9559, 5.1.2")));
    }
    for (id, place, length) in [
        (0x73a4, "SegmentUUID", 16),
        (0x003c_b923, "PrevUUID", 16),
        (0x003e_b923, "NextUUID", 16),
        (0x4444, "SegmentFamily", 16),
        (0x4461, "DateUTC", 8),
    ] {
        info.extend(element(id, &p.raw(format!("Info {place}"), "RFC 9559, 5.1.2", length)));
    }
    let translate = p.hidden("Info ChapterTranslateID", "RFC 9559, 5.1.2.8");
    info.extend(element(0x6924, &[number(0x69bf, 0), text(0x69a5, &translate)].concat()));

    let mut tracks = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let mut entry = entry.clone();
        let uid = p.raw(format!("track {}, TrackUID", index + 1), "RFC 9559, 5.1.4.1.2", 8);
        entry.extend(element(0x73c5, &uid));
        for (id, place) in [
            (0x536e, "Name"),
            (0x0022_b59c, "Language"),
            (0x0022_b59d, "LanguageBCP47"),
            (0x0025_8688, "CodecName"),
            (0x003a_9697, "CodecSettings"),
            (0x003b_4040, "CodecInfoURL"),
            (0x0026_b240, "CodecDownloadURL"),
        ] {
            entry.extend(text(
                id,
                &p.hidden(format!("track {}, {place}", index + 1), "RFC 9559, 5.1.4.1"),
            ));
        }
        entry.extend(text(
            0xec,
            &p.hidden(format!("track {}, Void", index + 1), "RFC 8794, 11.3.2"),
        ));
        entry.extend(text(
            0x4fff,
            &p.hidden(format!("track {}, unknown element", index + 1), "RFC 8794, 6"),
        ));
        let extra =
            p.hidden(format!("track {}, BlockAddIDName", index + 1), "RFC 9559, 5.1.4.1.17");
        entry.extend(element(
            0x41e4,
            &[number(0x41f0, 4), text(0x41a4, &extra), number(0x41e7, 4)].concat(),
        ));
        tracks.extend(element(0xae, &entry));
    }
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let mut tags = Vec::new();
    for name in [
        "TITLE",
        "ARTIST",
        "DIRECTOR",
        "ENCODER",
        "ENCODED_BY",
        "DATE_RECORDED",
        "RECORDING_LOCATION",
        "COMMENT",
        "COPYRIGHT",
        "URL",
        "IMDB",
        "SYNOPSIS",
    ] {
        let value = h(&format!("Tags {name}"), "RFC 9559, 5.1.8");
        tags.extend(element(0x67c8, &[text(0x45a3, name), text(0x4487, &value)].concat()));
    }
    let (name, binary, nested, language, target) = (
        h("Tags, TagName", "RFC 9559, 5.1.8.1.2.1"),
        h("Tags, TagBinary", "RFC 9559, 5.1.8.1.2.6"),
        h("Tags, nested SimpleTag", "RFC 9559, 5.1.8.1.2"),
        h("Tags, TagLanguage", "RFC 9559, 5.1.8.1.2.2"),
        h("Tags, TargetType", "RFC 9559, 5.1.8.1.1.2"),
    );
    tags.extend(element(
        0x67c8,
        &[
            text(0x45a3, &name),
            text(0x4485, &binary),
            text(0x447a, &language),
            element(0x67c8, &[text(0x45a3, "X"), text(0x4487, &nested)].concat()),
        ]
        .concat(),
    ));
    let tags = element(
        0x1254_c367,
        &element(0x7373, &[element(0x63c0, &text(0x63ca, &target)), tags].concat()),
    );

    let (file_name, about, media, referral) = (
        h("Attachments FileName", "RFC 9559, 5.1.6"),
        h("Attachments FileDescription", "RFC 9559, 5.1.6"),
        h("Attachments FileMediaType", "RFC 9559, 5.1.6"),
        h("Attachments FileReferral", "RFC 9559, appendix A"),
    );
    let cover = jpeg::thumbnail(p, "Attachments FileData ");
    let uid = p.raw("Attachments FileUID", "RFC 9559, 5.1.6.1.5", 8);
    let attachments = element(
        0x1941_a469,
        &element(
            0x61a7,
            &[
                text(0x467e, &about),
                text(0x466e, &file_name),
                text(0x4660, &media),
                element(0x465c, &cover),
                element(0x46ae, &uid),
                text(0x4675, &referral),
            ]
            .concat(),
        ),
    );

    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (chapter, string_id, process, private, country, edition) = (
        h("Chapters ChapString", "RFC 9559, 5.1.7"),
        h("Chapters ChapterStringUID", "RFC 9559, 5.1.7"),
        h("Chapters ChapProcessData", "RFC 9559, 5.1.7"),
        h("Chapters ChapProcessPrivate", "RFC 9559, 5.1.7"),
        h("Chapters ChapCountry", "RFC 9559, 5.1.7"),
        h("Chapters EditionString", "RFC 9559, 5.1.7"),
    );
    let atom = element(
        0xb6,
        &[
            number(0x73c4, 1),
            text(0x5654, &string_id),
            number(0x91, 0),
            element(
                0x80,
                &[text(0x85, &chapter), text(0x437c, "eng"), text(0x437e, &country)].concat(),
            ),
            element(
                0x6944,
                &[
                    number(0x6955, 0),
                    text(0x450d, &private),
                    element(0x6911, &[number(0x6922, 0), text(0x6933, &process)].concat()),
                ]
                .concat(),
            ),
        ]
        .concat(),
    );
    let chapters = element(
        0x1043_a770,
        &element(0x45b9, &[element(0x4520, &text(0x4521, &edition)), atom].concat()),
    );

    let (void, unknown, addition, state, lace, packed, tail, cluster_void, after) = (
        h("Void", "RFC 8794, 11.3.2"),
        h("unknown element", "RFC 8794, 6"),
        h("BlockAdditional", "RFC 9559, 5.1.3.5.2.1.2"),
        h("CodecState", "RFC 9559, 5.1.3.5.6"),
        h("BlockVirtual", "RFC 9559, appendix A"),
        h("unknown element, compressed", "RFC 8794, 6"),
        h("element behind the segment", "RFC 8794, 6"),
        h("Void in a cluster", "RFC 8794, 11.3.2"),
        h("EncryptedBlock", "RFC 9559, appendix A"),
    );
    let mut cluster = number(0xe7, 0);
    cluster.extend(text(0xec, &cluster_void));
    let last = blocks.len() - 1;
    for (index, block) in blocks.iter().enumerate() {
        if index < last {
            cluster.extend(element(0xa3, block));
        } else {
            let additions =
                element(0x75a1, &element(0xa6, &[number(0xee, 4), text(0xa5, &addition)].concat()));
            cluster.extend(element(
                0xa0,
                &[
                    element(0xa1, block),
                    number(0x9b, 100),
                    number(0xfb, 0),
                    additions,
                    text(0xa4, &state),
                    text(0xa2, &lace),
                ]
                .concat(),
            ));
        }
    }
    cluster.extend(text(0xaf, &after));
    let segment = [
        text(0xec, &void),
        element(0x1549_a966, &info),
        element(0x1654_ae6b, &tracks),
        chapters,
        attachments,
        tags,
        element(0x1f43_b675, &cluster),
        text(0x4ffe, &unknown),
        element(0x4ffd, &zlib(packed.as_bytes())),
    ]
    .concat();
    [head, element(0x1853_8067, &segment), text(0xec, &tail)].concat()
}
