//! FLAC (RFC 9639): decoded and encoded anew, so that nothing is left but the samples.

mod decode;
mod encode;
mod predict;

use super::bytes::{Bits, Reader};
use super::found::Found;
use crate::{Kind, Refusal};
use md5::{Digest, Md5};

pub(super) const NAME: &str = "FLAC";

/// Samples of each channel in one of our frames.
const BLOCK: usize = 4096;

/// What STREAMINFO says about the sound.
struct Info {
    /// Samples per second.
    rate: u32,
    channels: usize,
    /// Of one sample.
    bits: u32,
    /// Samples of each channel; 0: not said.
    total: u64,
    /// Of the samples; zeros: not said.
    md5: [u8; 16],
}

pub(super) fn rebuild(input: &[u8], found: &mut Found) -> Result<Vec<u8>, Refusal> {
    let (info, mut at) = head(input, found)?;
    let mut encoder = Encoder::new(&info, input.len());
    let mut decoded = 0u64;
    while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.len() == 128 && rest.starts_with(b"TAG") {
            found.removed(Kind::Properties, "end", "an ID3v1 tag");
            break;
        }
        if info.total > 0 && encoder.samples() >= info.total {
            // Players stop here; other writers have put tags here.
            found.counted(Kind::UnusedData, "end", rest.len() as u64, "bytes behind the sound");
            break;
        }
        let frame = decode::frame(rest, &info);
        let frame = frame.map_err(|what| Refusal::damaged(NAME, format!("byte {at}"), what))?;
        at += frame.length;
        let samples: usize = frame.channels.iter().map(Vec::len).sum();
        decoded = decoded.saturating_add(samples as u64 * u64::from(info.bits.div_ceil(8)));
        if decoded > found.decoded_limit {
            return Err(Refusal::TooMuch {
                what: "the sound, unpacked",
                limit: format!("{} bytes", found.decoded_limit),
                advice: "cut it into parts",
            });
        }
        encoder.add(frame.channels);
    }
    encoder.finish(&info)
}

/// Reads the blocks before the frames; gives where the frames begin.
fn head(input: &[u8], found: &mut Found) -> Result<(Info, usize), Refusal> {
    let mut start = 0;
    if input.starts_with(b"ID3") {
        let size = input.get(6..10).unwrap_or_default();
        start = 10 + size.iter().fold(0usize, |size, b| size << 7 | usize::from(b & 0x7F));
        found.removed(Kind::Properties, "start", "an ID3v2 tag");
    }
    let mut reader = Reader::new(NAME, input.get(start..).unwrap_or_default(), start);
    if &reader.array::<4>()? != b"fLaC" {
        return Err(Refusal::damaged(
            NAME,
            format!("byte {start}"),
            "it does not begin as it should",
        ));
    }
    let mut info = None;
    loop {
        let kind = reader.u8()?;
        let size = reader.u24()? as usize;
        let body = reader.take(size)?;
        match kind & 0x7F {
            0 if info.is_none() => info = Some(stream_info(body, &reader)?),
            1 => found.removed(Kind::UnusedData, "PADDING", "free space"),
            2 => found.removed(Kind::UnusedData, "APPLICATION", "data of a program"),
            3 => found.removed(Kind::UnusedData, "SEEKTABLE", "a table for seeking"),
            4 => found.removed(Kind::Properties, "VORBIS_COMMENT", "tags: title, people, encoder"),
            5 => found.removed(Kind::Properties, "CUESHEET", "a table of contents"),
            6 => found.removed(Kind::Thumbnails, "PICTURE", "a picture"),
            _ => found.removed(Kind::UnusedData, "metadata", "a block of an unknown kind"),
        }
        if kind & 0x80 != 0 {
            break;
        }
    }
    let info = info.ok_or_else(|| reader.damaged("STREAMINFO is missing"))?;
    Ok((info, reader.offset()))
}

fn stream_info(body: &[u8], reader: &Reader<'_>) -> Result<Info, Refusal> {
    let wrong = || reader.damaged("STREAMINFO is not as it should be");
    let mut bits = Bits::new(body);
    bits.skip(80).ok_or_else(wrong)?;
    let mut take = |count| bits.take(count).ok_or_else(wrong);
    let (rate, channels, depth) = (take(20)? as u32, take(3)? as usize + 1, take(5)? as u32 + 1);
    let total = take(36)?;
    let md5 = body.get(18..34).and_then(|md5| md5.try_into().ok()).ok_or_else(wrong)?;
    if rate == 0 || depth < 4 || body.len() != 34 {
        return Err(wrong());
    }
    Ok(Info { rate, channels, bits: depth, total, md5 })
}

/// Takes samples in pieces of any size and writes frames of ours.
struct Encoder<'a> {
    info: &'a Info,
    /// Samples that wait for a frame to be full.
    waiting: Vec<Vec<i64>>,
    frames: Vec<u8>,
    number: u64,
    total: u64,
    shortest: usize,
    longest: usize,
    md5: Md5,
}

impl<'a> Encoder<'a> {
    fn new(info: &'a Info, capacity: usize) -> Self {
        Self {
            info,
            waiting: vec![Vec::new(); info.channels],
            frames: Vec::with_capacity(capacity),
            number: 0,
            total: 0,
            shortest: usize::MAX,
            longest: 0,
            md5: Md5::new(),
        }
    }

    /// Samples of each channel so far.
    fn samples(&self) -> u64 {
        self.total + self.waiting.first().map_or(0, Vec::len) as u64
    }

    fn add(&mut self, channels: Vec<Vec<i64>>) {
        self.sum(&channels);
        for (waiting, channel) in self.waiting.iter_mut().zip(channels) {
            waiting.extend(channel);
        }
        while self.waiting.first().is_some_and(|channel| channel.len() >= BLOCK) {
            self.frame(BLOCK);
        }
    }

    /// Samples go into the sum with the least byte first, channel beside channel.
    fn sum(&mut self, channels: &[Vec<i64>]) {
        let bytes = self.info.bits.div_ceil(8) as usize;
        let size = channels.first().map_or(0, Vec::len);
        let mut all = vec![0; size * channels.len() * bytes];
        for (place, channel) in channels.iter().enumerate() {
            let places = all.chunks_exact_mut(bytes).skip(place).step_by(channels.len());
            for (to, sample) in places.zip(channel) {
                to.iter_mut().zip(sample.to_le_bytes()).for_each(|(to, from)| *to = from);
            }
        }
        self.md5.update(&all);
    }

    fn frame(&mut self, size: usize) {
        let channels: Vec<&[i64]> =
            self.waiting.iter().map(|channel| channel.get(..size).unwrap_or_default()).collect();
        let frame = encode::frame(&channels, self.number, self.info);
        self.number += 1;
        self.total += size as u64;
        self.shortest = self.shortest.min(frame.len());
        self.longest = self.longest.max(frame.len());
        self.frames.extend_from_slice(&frame);
        self.waiting.iter_mut().for_each(|channel| drop(channel.drain(..size)));
    }

    fn finish(mut self, info: &Info) -> Result<Vec<u8>, Refusal> {
        let last = self.waiting.first().map_or(0, Vec::len);
        if last > 0 {
            self.frame(last);
        }
        if self.total == 0 {
            return Err(Refusal::damaged(NAME, "frames", "it has no sound"));
        }
        if info.total != 0 && info.total != self.total {
            return Err(Refusal::damaged(
                NAME,
                "frames",
                "it is shorter or longer than its head says",
            ));
        }
        let md5: [u8; 16] = self.md5.finalize().into();
        if info.md5 != [0; 16] && info.md5 != md5 {
            return Err(Refusal::damaged(
                NAME,
                "frames",
                "the sound is not the one its head describes",
            ));
        }
        let mut out = b"fLaC\x80\0\0\x22".to_vec();
        for _ in 0..2 {
            out.extend_from_slice(&(BLOCK as u16).to_be_bytes());
        }
        for length in [self.shortest, self.longest] {
            out.extend(u32::try_from(length).unwrap_or(0).to_be_bytes().iter().skip(1));
        }
        let fields = u64::from(info.rate) << 44
            | (info.channels as u64 - 1) << 41
            | u64::from(info.bits - 1) << 36
            | self.total & ((1 << 36) - 1);
        out.extend_from_slice(&fields.to_be_bytes());
        out.extend_from_slice(&md5);
        out.extend_from_slice(&self.frames);
        Ok(out)
    }
}
