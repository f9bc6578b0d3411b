//! The header and side information of an MPEG audio frame (ISO/IEC 11172-3 2.4.1, 13818-3), Layer III.

use super::super::bytes::{BitWriter, Bits, crc16};

/// kbit/s of MPEG-1 Layer III by index.
const RATES_1: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
/// The same for MPEG-2 and 2.5.
const RATES_2: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// A header that may stand at the head of a Layer III frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5.
    version: u8,
    /// Two bytes of check sum follow the header.
    pub(super) checked: bool,
    /// 1 to 14.
    pub(super) rate_index: u8,
    sample_rate_index: u8,
    padded: bool,
    /// 3: one channel.
    mode: u8,
    mode_extension: u8,
    pub(super) emphasis: u8,
    /// Private, copyright and original bit: nothing that is heard depends on them.
    pub(super) flags: u8,
}

/// Why four bytes are no header that we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoHeader {
    No,
    /// Layer I or II.
    OtherLayer,
    FreeFormat,
}

impl Header {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NoHeader> {
        let Some(&[a, b, c, d]) = bytes.first_chunk::<4>() else { return Err(NoHeader::No) };
        let (version, layer) = ((b >> 3) & 3, (b >> 1) & 3);
        let (rate_index, sample_rate_index) = (c >> 4, (c >> 2) & 3);
        let sync = a == 0xFF && b & 0xE0 == 0xE0;
        if !sync || version == 1 || layer == 0 || sample_rate_index == 3 || rate_index == 15 {
            return Err(NoHeader::No);
        }
        if layer != 1 {
            return Err(NoHeader::OtherLayer);
        }
        if rate_index == 0 {
            return Err(NoHeader::FreeFormat);
        }
        Ok(Self {
            version,
            checked: b & 1 == 0,
            rate_index,
            sample_rate_index,
            padded: c & 2 != 0,
            mode: d >> 6,
            mode_extension: (d >> 4) & 3,
            emphasis: d & 3,
            flags: (c & 1) << 2 | (d >> 2) & 3,
        })
    }

    /// The four bytes, without flags, and with `emphasis` for all frames alike.
    pub(super) fn write(&self, emphasis: u8) -> [u8; 4] {
        let extension = if self.mode == 1 { self.mode_extension } else { 0 };
        [
            0xFF,
            0xE0 | self.version << 3 | 1 << 1 | u8::from(!self.checked),
            self.rate_index << 4 | self.sample_rate_index << 2 | u8::from(self.padded) << 1,
            self.mode << 6 | extension << 4 | emphasis,
        ]
    }

    /// Frames of one stream agree in these.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        self.version == other.version
            && self.sample_rate_index == other.sample_rate_index
            && self.channels() == other.channels()
    }

    pub(super) fn channels(&self) -> usize {
        if self.mode == 3 { 1 } else { 2 }
    }

    fn is_first_version(&self) -> bool {
        self.version == 3
    }

    fn sample_rate(&self) -> u32 {
        let first = match self.sample_rate_index {
            0 => 44_100,
            1 => 48_000,
            _ => 32_000,
        };
        match self.version {
            3 => first,
            2 => first / 2,
            _ => first / 4,
        }
    }

    /// Bytes of the whole frame.
    pub(super) fn length(&self) -> usize {
        let table = if self.is_first_version() { RATES_1 } else { RATES_2 };
        let rate = table.get(usize::from(self.rate_index)).copied().unwrap_or(0) * 1000;
        let slots = if self.is_first_version() { 144 } else { 72 };
        (slots * rate / self.sample_rate()) as usize + usize::from(self.padded)
    }

    /// Bytes of the side information.
    pub(super) fn side_length(&self) -> usize {
        match (self.is_first_version(), self.channels()) {
            (true, 2) => 32,
            (true, _) | (false, 2) => 17,
            (false, _) => 9,
        }
    }

    /// Bytes before the main data.
    pub(super) fn head_length(&self) -> usize {
        4 + if self.checked { 2 } else { 0 } + self.side_length()
    }

    /// The same header for a frame of another bit rate, without check sum or padding.
    pub(super) fn at_rate(&self, rate_index: u8) -> Self {
        Self { rate_index, checked: false, padded: false, ..*self }
    }

    fn private_bits(&self) -> u32 {
        match (self.is_first_version(), self.channels()) {
            (true, 2) => 3,
            (true, _) => 5,
            (false, 2) => 2,
            (false, _) => 1,
        }
    }
}

/// What the side information says about the main data.
pub(super) struct Side {
    /// How many bytes before this frame's own main data its data begins.
    pub(super) begins_before: usize,
    /// Bits of main data.
    pub(super) bits: usize,
    /// Whether the private bits held anything.
    pub(super) private: bool,
    /// The side information without private bits.
    pub(super) bytes: Vec<u8>,
}

impl Side {
    /// Reads the side information; `None` if it is too short.
    pub(super) fn read(header: &Header, bytes: &[u8]) -> Option<Self> {
        let first = header.is_first_version();
        let mut bits = Bits::new(bytes);
        let mut out = BitWriter::default();
        let width = if first { 9 } else { 8 };
        let begins = bits.take(width)?;
        out.put(begins, width);
        let private = bits.take(header.private_bits())? != 0;
        out.put(0, header.private_bits());
        if first {
            out.copy(&mut bits, 4 * header.channels())?;
        }
        let (granules, rest) = if first { (2, 59 - 12) } else { (1, 63 - 12) };
        let mut total = 0;
        for _ in 0..granules * header.channels() {
            let length = bits.take(12)?;
            total += length as usize;
            out.put(length, 12);
            out.copy(&mut bits, rest)?;
        }
        Some(Self { begins_before: begins as usize, bits: total, private, bytes: out.finish() })
    }
}

/// The check sum over header and side information.
pub(super) fn check_sum(header: &[u8; 4], side: &[u8]) -> [u8; 2] {
    crc16(0x8005, 0xFFFF, &[header.get(2..).unwrap_or_default(), side]).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_frames() {
        let header = Header::read(&[0xFF, 0xFB, 0x90, 0x64]).unwrap();
        assert_eq!((header.length(), header.side_length(), header.channels()), (417, 32, 2));
        let header = Header::read(&[0xFF, 0xF3, 0x92, 0xC0]).unwrap();
        assert_eq!((header.length(), header.side_length(), header.channels()), (262, 9, 1));
        assert_eq!(Header::read(&[0xFF, 0xFB, 0x00, 0x64]), Err(NoHeader::FreeFormat));
        assert_eq!(Header::read(&[0xFF, 0xFD, 0x90, 0x64]), Err(NoHeader::OtherLayer));
        assert_eq!(Header::read(&[0xFF, 0xFB, 0xF0, 0x64]), Err(NoHeader::No));
    }
}
