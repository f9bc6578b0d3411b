//! Opus in Ogg (RFC 7845), and the head that Matroska and MP4 have, too.

use super::super::bytes::Reader;

/// What a decoder needs to know.
pub(in crate::media) struct OpusHead {
    pub(in crate::media) channels: u8,
    /// Samples at 48 kHz to leave out at the start.
    pre_skip: u16,
    /// 1/256 dB.
    gain: i16,
    family: u8,
    /// Streams, coupled streams, and which channel is where; empty for family 0.
    mapping: Vec<u8>,
}

impl OpusHead {
    /// Reads what follows `OpusHead` (`little`), or a `dOps` box.
    pub(in crate::media) fn read(body: &[u8], little: bool) -> Option<Self> {
        let mut reader = Reader::new("Opus", body, 0);
        let version = reader.u8().ok()?;
        if version > 15 {
            return None;
        }
        let channels = reader.u8().ok()?;
        let pre_skip = if little { reader.u16_le() } else { reader.u16() }.ok()?;
        // The rate of the recording: decoding does not depend on it.
        reader.skip(4).ok()?;
        let gain = if little { reader.u16_le() } else { reader.u16() }.ok()? as i16;
        let family = reader.u8().ok()?;
        let mapping = match family {
            0 if matches!(channels, 1 | 2) => Vec::new(),
            1 | 2 | 255 if channels > 0 => reader.take(2 + usize::from(channels)).ok()?.to_vec(),
            _ => return None,
        };
        if let Some((&[streams, coupled], places)) = mapping.split_first_chunk::<2>() {
            let most = streams.checked_add(coupled)?;
            let sane = places.iter().all(|place| *place == 255 || *place < most);
            if streams == 0 || coupled > streams || !sane {
                return None;
            }
        }
        Some(Self { channels, pre_skip, gain, family, mapping })
    }

    /// How many streams each packet has.
    pub(in crate::media) fn streams(&self) -> u8 {
        self.mapping.first().copied().unwrap_or(1)
    }

    /// Writes it again, the recording's rate neutral.
    pub(in crate::media) fn write(&self, little: bool, out: &mut Vec<u8>) {
        out.push(u8::from(little));
        out.push(self.channels);
        if little {
            out.extend_from_slice(&self.pre_skip.to_le_bytes());
            out.extend_from_slice(&48_000u32.to_le_bytes());
            out.extend_from_slice(&self.gain.to_le_bytes());
        } else {
            out.extend_from_slice(&self.pre_skip.to_be_bytes());
            out.extend_from_slice(&48_000u32.to_be_bytes());
            out.extend_from_slice(&self.gain.to_be_bytes());
        }
        out.push(self.family);
        out.extend_from_slice(&self.mapping);
    }
}
