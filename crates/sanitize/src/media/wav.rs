//! WAV (Microsoft RIFF; EBU Tech 3285 and 3306): `fmt`, `fact` where it is due, and `data`.

use super::bytes::Reader;
use super::found::Found;
use crate::{Kind, Refusal};

pub(super) const NAME: &str = "WAV";

/// The last 14 bytes of every GUID that stands for a format tag.
const GUID_TAIL: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
const PCM: u16 = 1;
const FLOAT: u16 = 3;
const A_LAW: u16 = 6;
const MU_LAW: u16 = 7;
const EXTENSIBLE: u16 = 0xFFFE;

/// How the samples are laid out.
struct Layout {
    /// The kind of sample, whether or not the header is an extensible one.
    tag: u16,
    channels: u16,
    /// Samples per second.
    rate: u32,
    /// Bytes of one sample of one channel.
    bytes: u16,
    /// Bits of it that are sound.
    bits: u16,
    /// Which loudspeakers, if it says.
    speakers: Option<u32>,
}

pub(super) fn rebuild(input: &[u8], found: &mut Found) -> Result<Vec<u8>, Refusal> {
    let (layout, data) = read(input, found)?;
    write(&layout, data, found)
}

fn read<'a>(input: &'a [u8], found: &mut Found) -> Result<(Layout, &'a [u8]), Refusal> {
    let mut file = Reader::new(NAME, input, 0);
    let magic = file.array::<4>()?;
    let size = file.u32_le()?;
    if !matches!(&magic, b"RIFF" | b"RF64" | b"BW64") || &file.array::<4>()? != b"WAVE" {
        return Err(Refusal::damaged(NAME, "byte 0", "it does not begin as a WAV file does"));
    }
    let large = &magic != b"RIFF";
    // What a recorder writes that could not go back to fill in the size.
    let open_ended = size == 0 || size == u32::MAX;
    let end = (size as usize).saturating_add(8);
    let mut large_data = None;
    let (mut layout, mut data) = (None, None);
    while file.left() >= 8 && (large || open_ended || file.offset() < end) {
        let id = file.array::<4>()?;
        let size = file.u32_le()?;
        let body = match (&id, large_data) {
            (b"data", Some(size)) if large => file.take(size)?,
            (b"data", None) if open_ended && (size == 0 || size == u32::MAX) => {
                file.take(file.left())?
            }
            _ => file.take(size as usize)?,
        };
        match &id {
            b"fmt " if layout.is_none() => layout = Some(fmt(body, file.offset() - body.len())?),
            b"data" if data.is_none() => data = Some(body),
            b"fact" => {}
            b"ds64" if large => {
                let mut reader = Reader::new(NAME, body, file.offset() - body.len());
                reader.skip(8)?;
                large_data = usize::try_from(reader.u64_le()?).ok();
                found.removed(Kind::UnusedData, "ds64", "a table of large sizes, no longer needed");
            }
            _ => {
                let (kind, what) = chunk(&id);
                found.removed(kind, &String::from_utf8_lossy(&id), what);
            }
        }
        if body.len() % 2 == 1 && !file.is_empty() && file.u8()? != 0 {
            found.removed(Kind::UnusedData, "padding", "a byte between chunks");
        }
    }
    if !file.is_empty() {
        found.removed(Kind::UnusedData, "end", "bytes after the last chunk");
    }
    let layout = layout.ok_or_else(|| Refusal::damaged(NAME, "fmt", "there is none"))?;
    let data = data.ok_or_else(|| Refusal::damaged(NAME, "data", "there is none"))?;
    Ok((layout, data))
}

fn chunk(id: &[u8; 4]) -> (Kind, &'static str) {
    match id {
        b"LIST" => (Kind::Properties, "a list of properties, labels or notes"),
        b"bext" => (Kind::Properties, "broadcast properties: originator, date, history"),
        b"iXML" | b"axml" | b"_PMX" | b"aXML" => (Kind::Properties, "properties as XML"),
        b"id3 " | b"ID3 " => (Kind::Properties, "an ID3 tag"),
        b"cart" => (Kind::Properties, "properties for broadcasting"),
        b"cue " | b"plst" | b"smpl" | b"inst" | b"acid" => {
            (Kind::Comments, "marks, loops or instrument settings")
        }
        b"LGWV" | b"DISP" => (Kind::Thumbnails, "a picture of the sound"),
        b"JUNK" | b"PAD " | b"FLLR" | b"junk" => (Kind::UnusedData, "filler"),
        b"data" => (Kind::UnusedData, "a second sound that no player plays"),
        _ => (Kind::UnusedData, "a chunk that is not sound"),
    }
}

fn fmt(body: &[u8], offset: usize) -> Result<Layout, Refusal> {
    let mut reader = Reader::new(NAME, body, offset);
    let mut tag = reader.u16_le()?;
    let channels = reader.u16_le()?;
    let rate = reader.u32_le()?;
    reader.skip(4)?;
    let align = reader.u16_le()?;
    let mut bits = reader.u16_le()?;
    let mut speakers = None;
    if tag == EXTENSIBLE {
        if reader.u16_le()? < 22 {
            return Err(reader.damaged("the extended description is too short"));
        }
        let valid = reader.u16_le()?;
        speakers = Some(reader.u32_le()?);
        tag = reader.u16_le()?;
        if reader.array::<14>()? != GUID_TAIL {
            tag = 0;
        }
        if valid != 0 && valid <= bits {
            bits = valid;
        }
    }
    let bytes = align.checked_div(channels).unwrap_or(0);
    let known = match tag {
        PCM => (1..=4).contains(&bytes) && bits >= 1 && bits <= bytes * 8,
        FLOAT => matches!((bytes, bits), (4, 32) | (8, 64)),
        A_LAW | MU_LAW => (bytes, bits) == (1, 8),
        _ => {
            return Err(Refusal::Unsupported {
                format: NAME,
                what: "sound that is not plain samples".into(),
                advice: "convert it to WAV with PCM, or to FLAC",
            });
        }
    };
    if !known || channels == 0 || rate == 0 || align != bytes * channels {
        return Err(reader.damaged("the description of the samples contradicts itself"));
    }
    Ok(Layout { tag, channels, rate, bytes, bits, speakers })
}

fn write(layout: &Layout, data: &[u8], found: &mut Found) -> Result<Vec<u8>, Refusal> {
    let align = usize::from(layout.bytes) * usize::from(layout.channels);
    let whole = data.len() - data.len() % align;
    let sound = data.get(..whole).unwrap_or_default();
    if whole != data.len() {
        found.removed(Kind::UnusedData, "data", "bytes after the last whole sample");
    }
    let extensible = layout.speakers.is_some();
    let plain_pcm = layout.tag == PCM && !extensible;
    let fmt_size: u32 = if extensible { 40 } else { 16 + if plain_pcm { 0 } else { 2 } };
    let fact_size: u32 = if plain_pcm { 0 } else { 12 };
    let too_large = || Refusal::TooMuch {
        what: "the sound",
        limit: "4 GiB".into(),
        advice: "cut it into parts",
    };
    let size = u32::try_from(whole).map_err(|_| too_large())?;
    let padded = size.checked_add(size % 2).and_then(|n| n.checked_add(20 + fmt_size + fact_size));
    let total = padded.ok_or_else(too_large)?;

    let mut out = Vec::with_capacity(whole + 100);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&total.to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&fmt_size.to_le_bytes());
    out.extend_from_slice(&(if extensible { EXTENSIBLE } else { layout.tag }).to_le_bytes());
    out.extend_from_slice(&layout.channels.to_le_bytes());
    out.extend_from_slice(&layout.rate.to_le_bytes());
    out.extend_from_slice(&layout.rate.saturating_mul(align as u32).to_le_bytes());
    out.extend_from_slice(&(align as u16).to_le_bytes());
    let container = if extensible { layout.bytes * 8 } else { layout.bits };
    out.extend_from_slice(&container.to_le_bytes());
    if let Some(speakers) = layout.speakers {
        out.extend_from_slice(&22u16.to_le_bytes());
        out.extend_from_slice(&layout.bits.to_le_bytes());
        out.extend_from_slice(&speakers.to_le_bytes());
        out.extend_from_slice(&layout.tag.to_le_bytes());
        out.extend_from_slice(&GUID_TAIL);
    } else if !plain_pcm {
        out.extend_from_slice(&0u16.to_le_bytes());
    }
    if !plain_pcm {
        out.extend_from_slice(b"fact");
        out.extend_from_slice(&4u32.to_le_bytes());
        out.extend_from_slice(&((whole / align) as u32).to_le_bytes());
    }
    out.extend_from_slice(b"data");
    out.extend_from_slice(&size.to_le_bytes());
    let start = out.len();
    out.extend_from_slice(sound);
    clear_spare_bits(layout, out.get_mut(start..).unwrap_or_default(), found);
    if whole % 2 == 1 {
        out.push(0);
    }
    Ok(out)
}

/// Sound of 20 bits in 24 leaves four bits per sample that nobody hears.
fn clear_spare_bits(layout: &Layout, sound: &mut [u8], found: &mut Found) {
    let spare = layout.bytes * 8 - layout.bits;
    if layout.tag != PCM || spare == 0 {
        return;
    }
    let mut cleared = 0;
    for sample in sound.chunks_exact_mut(usize::from(layout.bytes)) {
        let mut left = spare;
        for byte in sample {
            let now = left.min(8);
            let mask = (0xFFu16 << now) as u8;
            cleared += u64::from(*byte & !mask != 0);
            *byte &= mask;
            left -= now;
        }
    }
    found.counted(Kind::UnusedData, "data", cleared, "bits below the samples' precision");
}
