//! Reading and writing of bytes and bits, every step checked.

use crate::Refusal;

/// Reads big-endian and little-endian numbers; knows where it is, for errors.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    format: &'static str,
    data: &'a [u8],
    /// Of the first byte of `data` in the file.
    base: usize,
    at: usize,
}

macro_rules! number {
    ($name:ident, $type:ty, $from:ident) => {
        pub(super) fn $name(&mut self) -> Result<$type, Refusal> {
            let bytes = self.array()?;
            Ok(<$type>::$from(bytes))
        }
    };
}

impl<'a> Reader<'a> {
    pub(super) fn new(format: &'static str, data: &'a [u8], base: usize) -> Self {
        Self { format, data, base, at: 0 }
    }

    number!(u8, u8, from_be_bytes);
    number!(u16, u16, from_be_bytes);
    number!(u32, u32, from_be_bytes);
    number!(i32, i32, from_be_bytes);
    number!(u64, u64, from_be_bytes);
    number!(i64, i64, from_be_bytes);
    number!(u16_le, u16, from_le_bytes);
    number!(u32_le, u32, from_le_bytes);
    number!(u64_le, u64, from_le_bytes);

    pub(super) fn u24(&mut self) -> Result<u32, Refusal> {
        let [a, b, c] = self.array()?;
        Ok(u32::from_be_bytes([0, a, b, c]))
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| self.damaged("it ends early"))
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Refusal> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.data.len());
        let bytes = end.and_then(|end| self.data.get(self.at..end));
        let bytes = bytes.ok_or_else(|| self.damaged("it ends early, or a size in it is wrong"))?;
        self.at += length;
        Ok(bytes)
    }

    pub(super) fn skip(&mut self, length: usize) -> Result<(), Refusal> {
        self.take(length).map(|_| ())
    }

    /// What is left, without moving.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.data.get(self.at..).unwrap_or_default()
    }

    pub(super) fn left(&self) -> usize {
        self.data.len().saturating_sub(self.at)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.left() == 0
    }

    /// The offset in the file of the next byte.
    pub(super) fn offset(&self) -> usize {
        self.base.saturating_add(self.at)
    }

    pub(super) fn damaged(&self, reason: impl ToString) -> Refusal {
        Refusal::damaged(self.format, format!("byte {}", self.offset()), reason)
    }
}

/// Reads bits, most significant first. `None` at the end.
#[derive(Clone)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    /// Bits read so far.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn left(&self) -> usize {
        self.data.len().saturating_mul(8).saturating_sub(self.at)
    }

    /// Up to 64 bits.
    pub(super) fn take(&mut self, count: u32) -> Option<u64> {
        if self.left() < count as usize {
            return None;
        }
        let mut value = 0u64;
        let mut wanted = count;
        while wanted > 0 {
            let byte = u64::from(*self.data.get(self.at / 8)?);
            let free = 8 - (self.at % 8) as u32;
            let now = free.min(wanted);
            let part = (byte >> (free - now)) & ((1u64 << now) - 1);
            value = (value << now) | part;
            self.at += now as usize;
            wanted -= now;
        }
        Some(value)
    }

    /// Up to 32 bits.
    pub(super) fn u32(&mut self, count: u32) -> Option<u32> {
        self.take(count.min(32)).and_then(|value| u32::try_from(value).ok())
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        self.take(1).map(|bit| bit == 1)
    }

    pub(super) fn skip(&mut self, count: usize) -> Option<()> {
        if self.left() < count {
            return None;
        }
        self.at += count;
        Some(())
    }

    /// Two's complement of up to 64 bits.
    pub(super) fn signed(&mut self, count: u32) -> Option<i64> {
        if count == 0 || count > 64 {
            return (count == 0).then_some(0);
        }
        let value = self.take(count)?;
        let shift = 64 - count;
        Some(((value << shift) as i64) >> shift)
    }

    /// Zeros before the next one, which is read too.
    pub(super) fn unary(&mut self) -> Option<u32> {
        let mut zeros = 0u32;
        loop {
            let byte = *self.data.get(self.at / 8)?;
            let used = (self.at % 8) as u32;
            let shown = byte << used;
            if shown == 0 {
                zeros = zeros.checked_add(8 - used)?;
                self.at += (8 - used) as usize;
            } else {
                let more = shown.leading_zeros();
                self.at += more as usize + 1;
                return zeros.checked_add(more);
            }
        }
    }

    /// Exp-Golomb, unsigned (H.264 9.1).
    pub(super) fn ue(&mut self) -> Option<u32> {
        let zeros = self.unary()?;
        if zeros > 31 {
            return None;
        }
        let rest = self.take(zeros)?;
        u32::try_from((1u64 << zeros) - 1 + rest).ok()
    }

    /// Exp-Golomb, signed.
    pub(super) fn se(&mut self) -> Option<i32> {
        let code = i64::from(self.ue()?);
        let value = if code % 2 == 1 { (code + 1) / 2 } else { -(code / 2) };
        i32::try_from(value).ok()
    }

    /// To the next byte boundary.
    pub(super) fn align(&mut self) {
        self.at = self.at.next_multiple_of(8);
    }
}

/// Writes bits, most significant first.
#[derive(Default, Clone)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    pending: u8,
    filled: u32,
}

impl BitWriter {
    pub(super) fn put(&mut self, value: u64, count: u32) {
        let mut wanted = count.min(64);
        while wanted > 0 {
            let now = (8 - self.filled).min(wanted);
            let part = ((value >> (wanted - now)) & ((1u64 << now) - 1)) as u8;
            self.pending = if now == 8 { part } else { (self.pending << now) | part };
            self.filled += now;
            wanted -= now;
            if self.filled == 8 {
                self.bytes.push(self.pending);
                self.pending = 0;
                self.filled = 0;
            }
        }
    }

    pub(super) fn unary(&mut self, zeros: u64) {
        let mut left = zeros;
        while left > 0 {
            let now = left.min(32) as u32;
            self.put(0, now);
            left -= u64::from(now);
        }
        self.put(1, 1);
    }

    pub(super) fn ue(&mut self, value: u32) {
        let code = u64::from(value) + 1;
        let length = 64 - code.leading_zeros();
        self.put(0, length - 1);
        self.put(code, length);
    }

    /// The first `count` bits of `source`.
    pub(super) fn copy(&mut self, source: &mut Bits<'_>, count: usize) -> Option<()> {
        let mut left = count;
        while left > 0 {
            let now = left.min(32) as u32;
            self.put(source.take(now)?, now);
            left -= now as usize;
        }
        Some(())
    }

    pub(super) fn length(&self) -> usize {
        self.bytes.len() * 8 + self.filled as usize
    }

    /// Zeros to the next byte boundary.
    pub(super) fn align(&mut self) {
        if self.filled > 0 {
            self.put(0, 8 - self.filled);
        }
    }

    /// Whole bytes so far.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes
    }
}

/// CRC over bytes, most significant bit first, not reflected.
pub(super) fn crc16(polynomial: u16, start: u16, parts: &[&[u8]]) -> u16 {
    let mut crc = start;
    for byte in parts.iter().copied().flatten() {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            let carry = crc & 0x8000 != 0;
            crc <<= 1;
            if carry {
                crc ^= polynomial;
            }
        }
    }
    crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_written_are_bits_read() {
        let mut writer = BitWriter::default();
        writer.put(0b101, 3);
        writer.unary(70);
        writer.ue(0);
        writer.ue(254);
        writer.put(u64::MAX, 64);
        writer.put(0xABCD, 16);
        let bytes = writer.finish();
        let mut bits = Bits::new(&bytes);
        assert_eq!(bits.take(3), Some(0b101));
        assert_eq!(bits.unary(), Some(70));
        assert_eq!(bits.ue(), Some(0));
        assert_eq!(bits.ue(), Some(254));
        assert_eq!(bits.take(64), Some(u64::MAX));
        assert_eq!(bits.take(16), Some(0xABCD));
        assert!(bits.left() < 8);
        assert_eq!(Bits::new(&[0x80]).signed(2), Some(-2));
        assert_eq!(Bits::new(&[0; 9]).unary(), None);
        assert_eq!(Bits::new(&[0; 9]).ue(), None);
    }

    #[test]
    fn a_reader_never_goes_past_the_end() {
        let mut reader = Reader::new("X", &[1, 2, 3], 10);
        assert_eq!(reader.u16().unwrap(), 0x0102);
        assert!(reader.u16().unwrap_err().to_string().contains("byte 12"));
        assert!(reader.take(usize::MAX).is_err());
        assert_eq!(reader.u8().unwrap(), 3);
    }

    #[test]
    fn the_crc_of_the_catalogue() {
        // CRC-16/BUYPASS and CRC-16/CMS check values of "123456789".
        assert_eq!(crc16(0x8005, 0, &[b"123456789"]), 0xFEE8);
        assert_eq!(crc16(0x8005, 0xFFFF, &[b"12345", b"6789"]), 0xAEE7);
    }
}
