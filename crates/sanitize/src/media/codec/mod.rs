//! What a decoder needs to know about a stream, and what its samples hold beside sound and picture.
//!
//! A [`Codec`] is made from the container's configuration record; it gives a fresh record, and rewrites samples so
//! that only what decodes to sound or picture is left, as far as that can be told without decoding.

pub(super) mod aac;
pub(super) mod av1;
pub(super) mod h264;
pub(super) mod h265;
pub(super) mod jpeg;
pub(super) mod nal;
pub(super) mod opus;
pub(super) mod parameters;
pub(super) mod prores;

use super::found::Found;
use crate::{Kind, Refusal};
use std::collections::BTreeMap;

/// A codec that we know, with what is needed to rewrite its samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    H264(nal::Lengths),
    H265(nal::Lengths),
    Av1,
    Vp8,
    Vp9,
    Jpeg,
    ProRes,
    Aac,
    Alac,
    Flac,
    /// The number of Opus streams in each packet.
    Opus(u8),
    Vorbis,
    Ac3,
    /// Bytes of one sample of all channels.
    Pcm(usize),
}

/// Things left out of samples, by name, with their number.
#[derive(Default)]
pub(super) struct Dropped(BTreeMap<&'static str, u64>);

impl Dropped {
    pub(super) fn add(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub(super) fn report(self, place: &str, found: &mut Found) {
        for (what, number) in self.0 {
            found.counted(Kind::UnusedData, place, number, what);
        }
    }
}

impl Codec {
    /// Appends to `out` what is sound or picture in a sample.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] when the sample is not what its codec says.
    pub(super) fn rewrite(
        &self,
        sample: &[u8],
        out: &mut Vec<u8>,
        dropped: &mut Dropped,
    ) -> Result<(), Broken> {
        match self {
            Self::H264(lengths) => h264::rewrite(*lengths, sample, out, dropped),
            Self::H265(lengths) => h265::rewrite(*lengths, sample, out, dropped),
            Self::Av1 => av1::rewrite(sample, out, dropped),
            Self::Jpeg => jpeg::rewrite(sample, out, dropped),
            Self::ProRes => prores::rewrite(sample, out, dropped),
            Self::Aac => {
                aac::rewrite(sample, out, dropped);
                Ok(())
            }
            Self::Opus(streams) => opus::rewrite(*streams, sample, out, dropped),
            Self::Vp8 | Self::Vp9 | Self::Alac | Self::Flac | Self::Vorbis | Self::Ac3 => {
                out.extend_from_slice(sample);
                Ok(())
            }
            Self::Pcm(size) => {
                let whole = sample.len() - sample.len().checked_rem(*size).unwrap_or(0);
                out.extend_from_slice(sample.get(..whole).unwrap_or_default());
                if whole != sample.len() {
                    dropped.add("bytes after the last whole sample");
                }
                Ok(())
            }
        }
    }

    pub(super) fn is_video(&self) -> bool {
        matches!(
            self,
            Self::H264(_)
                | Self::H265(_)
                | Self::Av1
                | Self::Vp8
                | Self::Vp9
                | Self::Jpeg
                | Self::ProRes
        )
    }

    /// What cannot be told without decoding, in a sentence for the report.
    pub(super) fn remains(&self) -> Option<&'static str> {
        match self {
            Self::Aac => Some(
                "AAC sound can carry bytes between its parts that only a full decoder finds. What stands at the head of a frame is erased; elsewhere it stays.",
            ),
            Self::Flac | Self::Alac | Self::Ac3 | Self::Vorbis => Some(
                "The packets of this sound are copied as they are. Bytes hidden behind the sound inside a packet would stay.",
            ),
            Self::Vp8 | Self::Vp9 => Some(
                "The frames of this video are copied as they are. Bytes hidden behind the picture inside a frame would stay.",
            ),
            _ => None,
        }
    }
}

/// A stream that is not what it says it is: what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken(pub(super) &'static str);

impl Broken {
    pub(super) fn at(self, format: &'static str, place: impl ToString) -> Refusal {
        Refusal::damaged(format, place, self.0)
    }
}
