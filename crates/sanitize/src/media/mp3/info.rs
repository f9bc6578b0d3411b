//! The frame of silence at the start that tells players how long the sound is (Xing, Info, with LAME's extension).

use super::super::bytes::crc16;
use super::frames::Frame;
use super::header::Header;

/// What of it is about the sound.
#[derive(Clone, Copy)]
pub(super) struct Info {
    /// Samples to leave out at the start (12 bits) and at the end (12 bits).
    gap: Option<u32>,
}

impl Info {
    /// Whether this frame is such a one.
    pub(super) fn read(frame: &Frame<'_>) -> Option<Self> {
        // Old encoders put it as if there were no check sum.
        let bytes = frame.bytes;
        let usual = frame.header.head_length();
        let start = [usual, 4 + frame.header.side_length()].into_iter().find(|at| {
            bytes.get(*at..).is_some_and(|b| b.starts_with(b"Xing") || b.starts_with(b"Info"))
        });
        let Some(start) = start else {
            let vbri = bytes.get(36..).is_some_and(|bytes| bytes.starts_with(b"VBRI"));
            return vbri.then_some(Self { gap: None });
        };
        let flags = u32::from_be_bytes(*bytes.get(start + 4..)?.first_chunk()?);
        let fields = [(1, 4), (2, 4), (4, 100), (8, 4)];
        let lengths = fields.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, length)| length);
        let extension = bytes.get(start + 8 + lengths.sum::<usize>()..).unwrap_or_default();
        // Only these encoders' numbers are honoured by players.
        let known = [b"LAME", b"Lavf", b"Lavc"].iter().any(|name| extension.starts_with(*name));
        let gap = extension.get(21..24).filter(|_| known);
        Some(Self { gap: gap.map(|gap| gap.iter().fold(0, |sum, b| sum << 8 | u32::from(*b))) })
    }

    /// A fresh one for the frames that follow; `lengths` are theirs in bytes.
    pub(super) fn write(&self, like: &Header, emphasis: u8, lengths: &[usize]) -> Vec<u8> {
        let needed = 4 + like.side_length() + 120 + 36;
        let same = like.at_rate(like.rate_index);
        let header = if same.length() >= needed {
            same
        } else {
            let all = (1..15).map(|index| like.at_rate(index));
            all.into_iter().find(|header| header.length() >= needed).unwrap_or(same)
        };
        let mut out = header.write(emphasis).to_vec();
        out.resize(4 + header.side_length(), 0);
        let total = header.length() + lengths.iter().sum::<usize>();
        let shortest = lengths.iter().min().copied().unwrap_or(0);
        // Padding makes a difference of one byte at a constant rate.
        let constant = lengths.iter().all(|length| length.saturating_sub(shortest) <= 1);
        out.extend_from_slice(if constant { b"Info" } else { b"Xing" });
        out.extend_from_slice(&15u32.to_be_bytes());
        out.extend_from_slice(&(lengths.len() as u32).to_be_bytes());
        out.extend_from_slice(&(total as u32).to_be_bytes());
        out.extend(contents(header.length(), total, lengths));
        out.extend_from_slice(&0u32.to_be_bytes());
        if let Some(gap) = self.gap {
            let start = out.len();
            out.extend_from_slice(b"LAME");
            out.resize(start + 21, 0);
            out.extend(gap.to_be_bytes().iter().skip(1));
            out.resize(start + 28, 0);
            out.extend_from_slice(&(total as u32).to_be_bytes());
            out.extend_from_slice(&[0, 0]);
            let sum = reflected_crc16(&out);
            out.extend_from_slice(&sum.to_be_bytes());
        }
        out.resize(header.length(), 0);
        out
    }
}

/// Where, in 256ths of the file, each hundredth of the time begins.
fn contents(first: usize, total: usize, lengths: &[usize]) -> Vec<u8> {
    let mut table = Vec::with_capacity(100);
    let mut frames = lengths.iter();
    let (mut passed, mut offset) = (0, first);
    for percent in 0..100 {
        while passed < lengths.len() * percent / 100 {
            offset += frames.next().copied().unwrap_or(0);
            passed += 1;
        }
        table.push((offset * 256 / total.max(1)).min(255) as u8);
    }
    table
}

/// CRC-16/ARC, which LAME puts at the end of its extension.
fn reflected_crc16(bytes: &[u8]) -> u16 {
    let turned: Vec<u8> = bytes.iter().map(|byte| byte.reverse_bits()).collect();
    crc16(0x8005, 0, &[&turned]).reverse_bits()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_crc_of_the_catalogue() {
        assert_eq!(super::reflected_crc16(b"123456789"), 0xBB3D);
    }
}
