//! Sample entries of plain sound: QuickTime's three versions, and ISO/IEC 23003-5.

use super::super::bytes::Reader;
use super::super::codec::Codec;
use super::NAME;
use super::atom::{self, Atom};
use super::audio::{Boxes, Head};
use crate::Refusal;

/// The fresh entry, if it is one of plain sound. `second` are the fields of QuickTime's second version.
pub(super) fn entry(
    atom: &Atom<'_>,
    head: &Head,
    second: Option<&[u8]>,
    boxes: &Boxes<'_>,
) -> Result<Option<(Codec, Vec<u8>)>, Refusal> {
    let strange = || atom.reader().damaged("the description of plain sound contradicts itself");
    let bytes = match &atom.kind {
        b"lpcm" => return linear(atom, second.ok_or_else(strange)?).map(Some),
        b"ipcm" | b"fpcm" => {
            let [flags, bits] = boxes.pcm.ok_or_else(strange)?;
            if !matches!(bits, 16 | 24 | 32 | 64) {
                return Err(strange());
            }
            let mut out = Vec::new();
            let codec = codec(head.channels, usize::from(bits / 8)).ok_or_else(strange)?;
            atom::put(&mut out, &atom.kind, |out| {
                put_head(0, head, out);
                atom::put_full(out, b"pcmC", 0, 0, |out| out.extend_from_slice(&[flags & 1, bits]));
            });
            return Ok(Some((codec, out)));
        }
        b"sowt" | b"twos" if matches!(head.bits, 8 | 16) => usize::from(head.bits / 8),
        b"raw " | b"ulaw" | b"alaw" => 1,
        b"in24" => 3,
        b"in32" | b"fl32" => 4,
        b"fl64" => 8,
        _ => return Ok(None),
    };
    let codec = codec(head.channels, bytes).ok_or_else(strange)?;
    let mut out = Vec::new();
    atom::put(&mut out, &atom.kind, |out| {
        if bytes < 3 {
            put_head(0, head, out);
            return;
        }
        put_head(1, head, out);
        let frame = bytes as u32 * u32::from(head.channels);
        for field in [1, bytes as u32, frame, 2] {
            out.extend_from_slice(&field.to_be_bytes());
        }
        atom::put(out, b"wave", |out| {
            atom::put(out, b"frma", |out| out.extend_from_slice(&atom.kind));
            atom::put(out, b"enda", |out| out.extend_from_slice(&[0, u8::from(boxes.little)]));
            out.extend_from_slice(&[0, 0, 0, 8, 0, 0, 0, 0]);
        });
    });
    Ok(Some((codec, out)))
}

fn codec(channels: u16, bytes: usize) -> Option<Codec> {
    let size = usize::from(channels).checked_mul(bytes)?;
    (1..=255 * 8).contains(&size).then_some(Codec::Pcm(size))
}

fn put_head(version: u16, head: &Head, out: &mut Vec<u8>) {
    out.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 1]);
    out.extend_from_slice(&version.to_be_bytes());
    out.extend_from_slice(&[0; 6]);
    out.extend_from_slice(&head.channels.to_be_bytes());
    out.extend_from_slice(&head.bits.to_be_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&(head.rate & 0xFFFF_0000).to_be_bytes());
}

fn linear(atom: &Atom<'_>, fields: &[u8]) -> Result<(Codec, Vec<u8>), Refusal> {
    let mut reader = Reader::new(NAME, fields, atom.at);
    reader.skip(4)?;
    let rate = f64::from_bits(reader.u64()?);
    let channels = reader.u32()?;
    reader.skip(4)?;
    let (bits, flags, packet, frames) =
        (reader.u32()?, reader.u32()?, reader.u32()?, reader.u32()?);
    let sane = (1.0..10_000_000.0).contains(&rate)
        && (1..=255).contains(&channels)
        && matches!(bits, 8 | 16 | 20 | 24 | 32 | 64)
        && packet >= channels
        && packet <= channels * 8
        && frames == 1;
    if !sane {
        return Err(reader.damaged("the description of plain sound contradicts itself"));
    }
    let mut out = Vec::new();
    atom::put(&mut out, b"lpcm", |out| {
        out.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0]);
        // What the second version says in place of the first one's fields.
        out.extend_from_slice(&[0, 3, 0, 16, 0xFF, 0xFE, 0, 0, 0, 1, 0, 0, 0, 0, 0, 72]);
        out.extend_from_slice(&rate.round().to_bits().to_be_bytes());
        for field in [channels, 0x7F00_0000, bits, flags & 0x7F, packet, 1] {
            out.extend_from_slice(&field.to_be_bytes());
        }
    });
    Ok((Codec::Pcm(packet as usize), out))
}
