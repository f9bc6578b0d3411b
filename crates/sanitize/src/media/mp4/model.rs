//! What of a film is sound and picture.

use super::super::codec::Codec;

pub(super) struct Movie {
    /// Units of time per second, of edits.
    pub(super) timescale: u32,
    pub(super) tracks: Vec<Track>,
}

pub(super) struct Track {
    pub(super) id: u32,
    pub(super) video: bool,
    pub(super) enabled: bool,
    /// Units of time per second, of samples.
    pub(super) timescale: u32,
    /// ISO 639-2, three times five bits.
    pub(super) language: u16,
    /// a, b, c, d of the display matrix, 16.16.
    pub(super) matrix: [i32; 4],
    /// As shown, 16.16.
    pub(super) size: [u32; 2],
    pub(super) edits: Vec<Edit>,
    pub(super) entries: Vec<Entry>,
    pub(super) samples: Vec<Sample>,
    /// Time of the first sample, in a film of fragments.
    pub(super) start: u64,
}

/// Which part of a track is shown when.
#[derive(Clone, Copy)]
pub(super) struct Edit {
    /// In the film's units; 0 in a film of fragments: to the end.
    pub(super) duration: u64,
    /// In the track's units; -1: nothing is shown.
    pub(super) time: i64,
    /// 16.16.
    pub(super) rate: i32,
}

/// How samples are coded.
pub(super) struct Entry {
    pub(super) codec: Codec,
    /// The fresh sample entry, a whole box.
    pub(super) bytes: Vec<u8>,
}

/// One sample; of plain PCM, all samples of a chunk.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    pub(super) offset: usize,
    pub(super) size: usize,
    pub(super) duration: u32,
    /// From decoding to showing.
    pub(super) shift: i32,
    pub(super) sync: bool,
    /// Index into the entries.
    pub(super) entry: u16,
}

impl Track {
    /// In the track's units.
    pub(super) fn duration(&self) -> u64 {
        self.samples.iter().map(|sample| u64::from(sample.duration)).sum()
    }

    /// Bytes of one sample of plain PCM.
    pub(super) fn pcm(&self) -> Option<usize> {
        match self.entries.first().map(|entry| &entry.codec) {
            Some(Codec::Pcm(size)) => Some(*size),
            _ => None,
        }
    }
}

/// `value` units of `from` per second in units of `to`, rounded down.
pub(super) fn rescale(value: u64, from: u32, to: u32) -> u64 {
    let value = u128::from(value) * u128::from(to) / u128::from(from.max(1));
    u64::try_from(value).unwrap_or(u64::MAX)
}
