//! Sample entries of sound (ISO/IEC 14496-12 section 12.2, 14496-14; QuickTime; Opus, FLAC, ALAC and AC-3 bindings).

use super::super::bytes::{BitWriter, Bits, Reader};
use super::super::codec::{Codec, Dropped, aac};
use super::super::found::Found;
use super::super::ogg::OpusHead;
use super::NAME;
use super::atom::{self, Atom};
use super::model::Entry;
use super::pcm;
use crate::{Kind, Refusal};

/// The fields that every entry of sound begins with.
pub(super) struct Head {
    pub(super) channels: u16,
    pub(super) bits: u16,
    /// Samples per second, 16.16.
    pub(super) rate: u32,
}

/// The boxes of an entry, also those in QuickTime's `wave`.
#[derive(Default)]
pub(super) struct Boxes<'a> {
    record: Option<Atom<'a>>,
    /// QuickTime's mark that samples have the least byte first.
    pub(super) little: bool,
    /// Flags and bits of ISO's plain sound.
    pub(super) pcm: Option<[u8; 2]>,
}

pub(super) fn entry(
    atom: &Atom<'_>,
    quicktime: bool,
    dropped: &mut Dropped,
    found: &mut Found,
) -> Result<Entry, Refusal> {
    let mut reader = atom.reader();
    reader.skip(8)?;
    let version = reader.u16()?;
    if reader.array::<6>()? != [0; 6] {
        found.removed(Kind::Fingerprints, "stsd", "the name of the sound's encoder");
    }
    let mut head = Head { channels: reader.u16()?, bits: reader.u16()?, rate: 0 };
    reader.skip(4)?;
    head.rate = reader.u32()?;
    let mut second = None;
    match version {
        1 if quicktime => reader.skip(16)?,
        2 if quicktime => second = Some(reader.take(36)?),
        _ => {}
    }
    let mut boxes = Boxes::default();
    children(reader, &atom.kind, &mut boxes, 0, found)?;
    let (codec, body) = match pcm::entry(atom, &head, second, &boxes)? {
        Some((codec, bytes)) => return Ok(Entry { codec, bytes }),
        None => coded(atom, &mut head, &boxes, dropped)?,
    };
    if let Some(sentence) = codec.remains() {
        found.remains(sentence);
    }
    if second.is_some() {
        // The second version says channels and rate elsewhere.
        let mut reader = Reader::new(NAME, second.unwrap_or_default(), atom.at);
        reader.skip(4)?;
        let rate = f64::from_bits(reader.u64()?);
        head.channels = u16::try_from(reader.u32()?).unwrap_or(2);
        head.rate = if (1.0..65_536.0).contains(&rate) { (rate as u32) << 16 } else { 0 };
    }
    let mut bytes = Vec::new();
    atom::put(&mut bytes, &atom.kind, |out| {
        out.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 1]);
        out.extend_from_slice(&[0; 8]);
        out.extend_from_slice(&head.channels.to_be_bytes());
        out.extend_from_slice(&head.bits.to_be_bytes());
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&(head.rate & 0xFFFF_0000).to_be_bytes());
        out.extend_from_slice(&body);
    });
    Ok(Entry { codec, bytes })
}

fn children<'a>(
    reader: Reader<'a>,
    entry: &[u8; 4],
    boxes: &mut Boxes<'a>,
    depth: u8,
    found: &mut Found,
) -> Result<(), Refusal> {
    for child in atom::rest(reader) {
        let child = child?;
        match &child.kind {
            b"sinf" => return Err(Refusal::Encrypted { format: NAME }),
            b"wave" if depth == 0 => children(child.reader(), entry, boxes, 1, found)?,
            b"esds" | b"dOps" | b"dfLa" | b"dac3" if boxes.record.is_none() => {
                boxes.record = Some(child);
            }
            b"alac" if entry == b"alac" && boxes.record.is_none() => boxes.record = Some(child),
            b"enda" => boxes.little = child.body.last() == Some(&1),
            b"pcmC" => {
                let (_, _, mut reader) = child.full()?;
                boxes.pcm = Some(reader.array()?);
            }
            b"frma" if child.body == entry => {}
            [0, 0, 0, 0] if child.body.is_empty() => {}
            kind => {
                let what = "a box that the sound does not depend on";
                found.removed(Kind::UnusedData, &format!("stsd/{}", atom::name(kind)), what);
            }
        }
    }
    Ok(())
}

/// The codec and its box.
fn coded(
    entry: &Atom<'_>,
    head: &mut Head,
    boxes: &Boxes<'_>,
    dropped: &mut Dropped,
) -> Result<(Codec, Vec<u8>), Refusal> {
    let record = boxes.record.ok_or_else(|| unsupported(entry));
    let mut out = Vec::new();
    let codec = match &entry.kind {
        b"mp4a" => {
            let (object, config) = elementary(&record?, dropped)?;
            head.bits = 16;
            atom::put_full(&mut out, b"esds", 0, 0, |out| put_elementary(object, &config, out));
            Codec::Aac
        }
        b"Opus" => {
            let record = record?;
            let opus = OpusHead::read(record.body, false).ok_or_else(|| {
                record.reader().damaged("the sound's description is not one of Opus")
            })?;
            (head.bits, head.rate) = (16, 48_000 << 16);
            head.channels = u16::from(opus.channels);
            atom::put(&mut out, b"dOps", |out| opus.write(false, out));
            Codec::Opus(opus.streams())
        }
        b"alac" => {
            let (_, _, mut reader) = record?.full()?;
            let cookie = reader.array::<24>()?;
            if !reader.is_empty() {
                dropped.add("bytes after the sound's description");
            }
            atom::put_full(&mut out, b"alac", 0, 0, |out| out.extend_from_slice(&cookie));
            Codec::Alac
        }
        b"fLaC" => {
            let (_, _, mut reader) = record?.full()?;
            let kind = reader.u8()?;
            let size = reader.u24()?;
            if kind & 0x7F != 0 || size != 34 {
                return Err(reader.damaged("the sound's description is not one of FLAC"));
            }
            let info = reader.array::<34>()?;
            if !reader.is_empty() {
                dropped.add("bytes after the sound's description");
            }
            atom::put_full(&mut out, b"dfLa", 0, 0, |out| {
                out.extend_from_slice(&[0x80, 0, 0, 34]);
                out.extend_from_slice(&info);
            });
            Codec::Flac
        }
        b"ac-3" => {
            let [a, b, c] = record?.reader().array()?;
            head.bits = 16;
            // The last five bits are reserved.
            atom::put(&mut out, b"dac3", |out| out.extend_from_slice(&[a, b, c & 0xE0]));
            Codec::Ac3
        }
        _ => return Err(unsupported(entry)),
    };
    Ok((codec, out))
}

fn unsupported(entry: &Atom<'_>) -> Refusal {
    Refusal::Unsupported {
        format: NAME,
        what: format!("sound of the kind '{}'", atom::name(&entry.kind)),
        advice: "convert it to MP4 with H.264 and AAC",
    }
}

/// Object type and configuration of an elementary stream descriptor (ISO/IEC 14496-1 section 7.2.6).
fn elementary(atom: &Atom<'_>, dropped: &mut Dropped) -> Result<(u8, Vec<u8>), Refusal> {
    let (_, _, mut reader) = atom.full()?;
    let mut stream = descriptor(&mut reader, 3)?;
    stream.skip(2)?;
    let flags = stream.u8()?;
    if flags & 0x80 != 0 {
        stream.skip(2)?;
    }
    if flags & 0x40 != 0 {
        let length = usize::from(stream.u8()?);
        stream.skip(length)?;
        dropped.add("an address in the sound's description");
    }
    if flags & 0x20 != 0 {
        stream.skip(2)?;
    }
    let mut decoder = descriptor(&mut stream, 4)?;
    let object = decoder.u8()?;
    if !matches!(object, 0x40 | 0x66..=0x68) {
        return Err(Refusal::Unsupported {
            format: NAME,
            what: "sound that is not AAC in an entry for AAC".into(),
            advice: "convert it to MP4 with H.264 and AAC",
        });
    }
    decoder.skip(12)?;
    let config = descriptor(&mut decoder, 5)?;
    let fresh = aac::config(config.rest(), dropped).map_err(|b| b.at(NAME, config.offset()))?;
    Ok((object, fresh))
}

/// The body of a descriptor of this kind, which must come next.
fn descriptor<'a>(reader: &mut Reader<'a>, kind: u8) -> Result<Reader<'a>, Refusal> {
    if reader.u8()? != kind {
        return Err(reader.damaged("the sound's description is not as it should be"));
    }
    let mut length = 0;
    for _ in 0..4 {
        let byte = reader.u8()?;
        length = length << 7 | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            break;
        }
    }
    let base = reader.offset();
    Ok(Reader::new(NAME, reader.take(length)?, base))
}

fn put_elementary(object: u8, config: &[u8], out: &mut Vec<u8>) {
    let put = |kind: u8, body: &[u8]| {
        // Lengths are below 128: a configuration has some ten bytes, sixty at most.
        let mut bits = BitWriter::default();
        bits.put(u64::from(kind), 8);
        let length = body.len() as u64;
        bits.put(1 << 7 | length >> 7, 8);
        bits.put(length & 0x7F, 8);
        let mut bytes = bits.finish();
        bytes.extend_from_slice(body);
        bytes
    };
    let mut decoder = vec![object, 0x15];
    decoder.extend_from_slice(&[0; 11]);
    decoder.extend(put(5, config));
    let mut stream = vec![0, 0, 0];
    stream.extend(put(4, &decoder));
    stream.extend(put(6, &[2]));
    out.extend(put(3, &stream));
    debug_assert!(Bits::new(config).left() < 128 * 8);
}
