//! Sample entries of video (ISO/IEC 14496-12 section 12.1, 14496-15, and the bindings of AV1, VP9, QuickTime).

use super::super::codec::{Codec, Dropped, av1, h264, h265};
use super::super::found::Found;
use super::NAME;
use super::atom::{self, Atom};
use super::model::Entry;
use crate::{Kind, Refusal};

/// Bytes of a visual sample entry before its boxes.
const FIXED: usize = 78;

/// Whether a box of protection is among its boxes, whatever the entry is called.
pub(super) fn is_protected(entry: &Atom<'_>) -> Result<bool, Refusal> {
    let mut reader = entry.reader();
    reader.skip(FIXED.min(reader.left()))?;
    let mut protected = false;
    for atom in atom::rest(reader) {
        protected |= atom.is_ok_and(|atom| &atom.kind == b"sinf");
    }
    Ok(protected)
}

pub(super) fn entry(
    atom: &Atom<'_>,
    dropped: &mut Dropped,
    found: &mut Found,
) -> Result<Entry, Refusal> {
    let mut reader = atom.reader();
    reader.skip(8)?;
    let reserved = reader.array::<16>()?;
    let (width, height) = (reader.u16()?, reader.u16()?);
    reader.skip(14)?;
    let compressor = reader.array::<32>()?;
    let depth = reader.u16()?;
    reader.skip(2)?;
    if compressor != [0; 32] || reserved != [0; 16] {
        found.removed(Kind::Fingerprints, "stsd", "the name of the video's encoder");
    }
    let (mut record, mut extra) = (None, Vec::new());
    for child in atom::rest(reader) {
        let child = child?;
        match &child.kind {
            b"avcC" | b"hvcC" | b"av1C" | b"vpcC" if record.is_none() => record = Some(child),
            b"pasp" | b"colr" | b"clap" | b"fiel" | b"mdcv" | b"clli" => match look(&child)? {
                Some(body) => extra.push((child.kind, body)),
                None => found.removed(Kind::Fingerprints, "stsd", "a colour profile"),
            },
            _ => {
                let what = "a box that the picture does not depend on";
                found.removed(Kind::UnusedData, &format!("stsd/{}", atom::name(&child.kind)), what);
            }
        }
    }
    extra.sort();
    extra.dedup_by_key(|(kind, _)| *kind);
    let (kind, codec, record) = codec(atom, record, dropped)?;
    if let Some(sentence) = codec.remains() {
        found.remains(sentence);
    }
    let mut bytes = Vec::new();
    atom::put(&mut bytes, &kind, |out| {
        out.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 1]);
        out.extend_from_slice(&[0; 16]);
        out.extend_from_slice(&width.to_be_bytes());
        out.extend_from_slice(&height.to_be_bytes());
        // 72 dots per inch, one picture per sample, no name.
        out.extend_from_slice(&[0, 0x48, 0, 0, 0, 0x48, 0, 0, 0, 0, 0, 0, 0, 1]);
        out.extend_from_slice(&[0; 32]);
        let depth: u16 = if depth == 32 { 32 } else { 24 };
        out.extend_from_slice(&depth.to_be_bytes());
        out.extend_from_slice(&[0xFF, 0xFF]);
        if let Some((kind, body)) = record {
            atom::put(out, &kind, |out| out.extend_from_slice(&body));
        }
        for (kind, body) in extra {
            atom::put(out, &kind, |out| out.extend_from_slice(&body));
        }
    });
    Ok(Entry { codec, bytes })
}

type Record = Option<([u8; 4], Vec<u8>)>;

fn codec(
    entry: &Atom<'_>,
    record: Option<Atom<'_>>,
    dropped: &mut Dropped,
) -> Result<([u8; 4], Codec, Record), Refusal> {
    let missing = || entry.reader().damaged("the video's description is missing");
    let with = |kind: &[u8; 4]| record.filter(|record| &record.kind == kind).ok_or_else(missing);
    let kind = entry.kind;
    match &kind {
        b"avc1" | b"avc3" => {
            let atom = with(b"avcC")?;
            let (codec, bytes) = h264::record(NAME, atom.body, atom.at, dropped)?;
            Ok((kind, codec, Some((*b"avcC", bytes))))
        }
        b"hvc1" | b"hev1" => {
            let atom = with(b"hvcC")?;
            let (codec, bytes) = h265::record(NAME, atom.body, atom.at, dropped)?;
            Ok((kind, codec, Some((*b"hvcC", bytes))))
        }
        b"av01" => {
            let atom = with(b"av1C")?;
            let (codec, bytes) = av1::record(NAME, atom.body, atom.at, dropped)?;
            Ok((kind, codec, Some((*b"av1C", bytes))))
        }
        b"vp08" | b"vp09" => {
            let (_, _, mut reader) = with(b"vpcC")?.full()?;
            let mut bytes = vec![1, 0, 0, 0];
            bytes.extend_from_slice(&reader.array::<6>()?);
            bytes.extend_from_slice(&[0, 0]);
            if reader.rest().iter().any(|byte| *byte != 0) {
                dropped.add("bytes after the video's description");
            }
            let codec = if &kind == b"vp09" { Codec::Vp9 } else { Codec::Vp8 };
            Ok((kind, codec, Some((*b"vpcC", bytes))))
        }
        b"jpeg" => Ok((kind, Codec::Jpeg, None)),
        b"apco" | b"apcs" | b"apcn" | b"apch" | b"ap4h" | b"ap4x" => {
            Ok((kind, Codec::ProRes, None))
        }
        _ => Err(Refusal::Unsupported {
            format: NAME,
            what: format!("video of the kind '{}'", atom::name(&kind)),
            advice: "convert it to MP4 with H.264 and AAC",
        }),
    }
}

/// Boxes that change how the picture looks, each of a fixed size and with values that make sense.
fn look(atom: &Atom<'_>) -> Result<Option<Vec<u8>>, Refusal> {
    let mut reader = atom.reader();
    let body = atom.body;
    Ok(match &atom.kind {
        b"pasp" => {
            let (width, height) = (reader.u32()?, reader.u32()?);
            let sane = (1..=0xFFFF).contains(&width) && (1..=0xFFFF).contains(&height);
            sane.then(|| [width.to_be_bytes(), height.to_be_bytes()].concat())
        }
        b"colr" => match &reader.array::<4>()? {
            kind @ (b"nclx" | b"nclc") => {
                let mut fresh = kind.to_vec();
                let codes = reader.array::<6>()?;
                fresh.extend_from_slice(&codes);
                if kind == b"nclx" {
                    fresh.push(reader.u8()? & 0x80);
                }
                let sane = codes.chunks(2).all(|code| code.first() == Some(&0));
                sane.then_some(fresh)
            }
            _ => None,
        },
        b"fiel" => body
            .first_chunk::<2>()
            .filter(|[fields, order]| {
                matches!(fields, 1 | 2) && matches!(order, 0 | 1 | 6 | 9 | 14)
            })
            .map(|fields| fields.to_vec()),
        b"clap" => {
            let mut numbers = [0; 8];
            for number in &mut numbers {
                *number = reader.i32()?;
            }
            let sane = numbers.iter().all(|number| number.unsigned_abs() <= 0xFF_FFFF);
            sane.then(|| numbers.iter().flat_map(|number| number.to_be_bytes()).collect())
        }
        b"mdcv" => {
            let mut colours = [0; 8];
            for colour in &mut colours {
                *colour = reader.u16()?;
            }
            // In steps of 0.00002 and of 0.0001 candela.
            let (most, least) = (reader.u32()?, reader.u32()?);
            let sane =
                colours.iter().all(|c| *c <= 50_000) && most <= 100_000_000 && least <= 50_000;
            body.first_chunk::<24>().filter(|_| sane).map(|body| body.to_vec())
        }
        _ => {
            let sane = reader.u16()? <= 10_000 && reader.u16()? <= 10_000;
            body.first_chunk::<4>().filter(|_| sane).map(|body| body.to_vec())
        }
    })
}
