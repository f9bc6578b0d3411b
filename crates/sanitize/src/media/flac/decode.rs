//! Decodes FLAC frames (RFC 9639 section 9).

use super::super::bytes::{Bits, crc16};
use super::Info;

/// The samples of one frame, channel by channel.
pub(super) struct Frame {
    pub(super) channels: Vec<Vec<i64>>,
    /// Bytes of the frame.
    pub(super) length: usize,
}

/// Decodes the frame at the start of `data`; the reason if that cannot be done.
pub(super) fn frame(data: &[u8], info: &Info) -> Result<Frame, &'static str> {
    let mut bits = Bits::new(data);
    let head = header(&mut bits, info).ok_or("no frame of sound begins here")?;
    let after = bits.position() / 8;
    let sum = bits.u32(8).ok_or("a frame ends early")?;
    if u32::from(crc8(data.get(..after).unwrap_or_default())) != sum {
        return Err("the check sum of a frame's head is wrong");
    }
    if head.differs {
        return Err("the kind of sound changes in the middle");
    }
    let mut channels = Vec::new();
    for channel in 0..head.channels {
        // The difference of two channels needs one bit more.
        let side = matches!((head.stereo, channel), (8, 1) | (9, 0) | (10, 1));
        let depth = info.bits + u32::from(side);
        channels.push(subframe(&mut bits, head.size, depth).ok_or("a frame's sound is damaged")?);
    }
    join(head.stereo, &mut channels);
    bits.align();
    let end = bits.position() / 8;
    let sum = bits.u32(16).ok_or("a frame ends early")?;
    if u32::from(crc16(0x8005, 0, &[data.get(..end).unwrap_or_default()])) != sum {
        return Err("the check sum of a frame is wrong");
    }
    let range = 1i64 << (info.bits - 1);
    if channels.iter().flatten().any(|sample| *sample < -range || *sample >= range) {
        return Err("a sample is out of its range");
    }
    Ok(Frame { channels, length: end + 2 })
}

struct Header {
    size: usize,
    channels: usize,
    /// 8 to 10: the first, second or both channels stand for something else.
    stereo: u32,
    differs: bool,
}

fn header(bits: &mut Bits<'_>, info: &Info) -> Option<Header> {
    if bits.u32(15)? != 0x7FFC {
        return None;
    }
    bits.flag()?;
    let (size, rate, stereo, depth) = (bits.u32(4)?, bits.u32(4)?, bits.u32(4)?, bits.u32(3)?);
    if bits.flag()? || size == 0 || rate == 15 || stereo > 10 || depth == 3 {
        return None;
    }
    coded_number(bits)?;
    let size = match size {
        1 => 192,
        2..=5 => 144 << size,
        6 => bits.u32(8)? + 1,
        7 => bits.u32(16)? + 1,
        _ => 1 << size,
    };
    let rate = match rate {
        0 => info.rate,
        12 => bits.u32(8)? * 1000,
        13 => bits.u32(16)?,
        14 => bits.u32(16)? * 10,
        known => *RATES.get(known as usize)?,
    };
    let depth = match depth {
        0 => info.bits,
        known => *[0, 8, 12, 0, 16, 20, 24, 32].get(known as usize)?,
    };
    let channels = if stereo < 8 { stereo as usize + 1 } else { 2 };
    let differs = rate != info.rate || depth != info.bits || channels != info.channels;
    Some(Header { size: size as usize, channels, stereo, differs })
}

pub(super) const RATES: [u32; 12] =
    [0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

/// The number of the frame, coded as UTF-8 codes characters, with up to seven bytes.
fn coded_number(bits: &mut Bits<'_>) -> Option<()> {
    let first = bits.u32(8)? as u8;
    let more = match first.leading_ones() {
        0 => 0,
        length @ 2..=7 => length - 1,
        _ => return None,
    };
    for _ in 0..more {
        if bits.u32(8)? >> 6 != 2 {
            return None;
        }
    }
    Some(())
}

fn subframe(bits: &mut Bits<'_>, size: usize, depth: u32) -> Option<Vec<i64>> {
    if bits.flag()? {
        return None;
    }
    let kind = bits.u32(6)?;
    let wasted = if bits.flag()? { bits.unary()? + 1 } else { 0 };
    let depth = depth.checked_sub(wasted).filter(|depth| *depth > 0)?;
    // A sample takes a bit at least, except where one stands for all.
    if kind != 0 && bits.left() < size {
        return None;
    }
    let mut samples = match kind {
        0 => vec![bits.signed(depth)?; size],
        1 => (0..size).map(|_| bits.signed(depth)).collect::<Option<_>>()?,
        8..=12 => {
            const FIXED: [&[i64]; 5] = [&[], &[1], &[2, -1], &[3, -3, 1], &[4, -6, 4, -1]];
            let order = kind as usize - 8;
            let mut samples = warm_up(bits, order, size, depth)?;
            residual(bits, order, size, &mut samples)?;
            predict(&mut samples, FIXED.get(order)?, 0);
            samples
        }
        32..=63 => {
            let order = kind as usize - 31;
            let mut samples = warm_up(bits, order, size, depth)?;
            let precision = bits.u32(4)? + 1;
            let shift = bits.u32(5)?;
            if precision == 16 || shift > 15 {
                return None;
            }
            let factors: Vec<i64> =
                (0..order).map(|_| bits.signed(precision)).collect::<Option<_>>()?;
            residual(bits, order, size, &mut samples)?;
            predict(&mut samples, &factors, shift);
            samples
        }
        _ => return None,
    };
    if wasted > 0 {
        samples.iter_mut().for_each(|sample| *sample <<= wasted);
    }
    Some(samples)
}

fn warm_up(bits: &mut Bits<'_>, order: usize, size: usize, depth: u32) -> Option<Vec<i64>> {
    if order > size {
        return None;
    }
    let mut samples = Vec::with_capacity(size);
    for _ in 0..order {
        samples.push(bits.signed(depth)?);
    }
    Some(samples)
}

/// Appends the differences between prediction and sound.
fn residual(bits: &mut Bits<'_>, order: usize, size: usize, out: &mut Vec<i64>) -> Option<()> {
    let width = match bits.u32(2)? {
        0 => 4,
        1 => 5,
        _ => return None,
    };
    let partitions = 1usize << bits.u32(4)?;
    if !size.is_multiple_of(partitions) || size / partitions < order {
        return None;
    }
    for partition in 0..partitions {
        let count = size / partitions - if partition == 0 { order } else { 0 };
        let parameter = bits.u32(width)?;
        if parameter == (1 << width) - 1 {
            let raw = bits.u32(5)?;
            for _ in 0..count {
                out.push(bits.signed(raw)?);
            }
            continue;
        }
        for _ in 0..count {
            let high = u64::from(bits.unary()?);
            let folded = high << parameter | bits.take(parameter)?;
            if folded > u64::from(u32::MAX) {
                return None;
            }
            out.push((folded >> 1) as i64 ^ -((folded & 1) as i64));
        }
    }
    Some(())
}

/// Turns differences into samples. Hostile factors may overflow: the range is checked at the end.
fn predict(samples: &mut [i64], factors: &[i64], shift: u32) {
    let order = factors.len();
    for place in order..samples.len() {
        let (before, from) = samples.split_at_mut(place);
        let sum = before
            .iter()
            .rev()
            .zip(factors)
            .fold(0i64, |sum, (sample, factor)| sum.wrapping_add(sample.wrapping_mul(*factor)));
        if let Some(sample) = from.first_mut() {
            *sample = sample.wrapping_add(sum >> shift);
        }
    }
}

/// Left and right from what stands for them.
fn join(stereo: u32, channels: &mut [Vec<i64>]) {
    let [first, second] = channels else { return };
    for (a, b) in first.iter_mut().zip(second) {
        match stereo {
            8 => *b = a.wrapping_sub(*b),
            9 => *a = a.wrapping_add(*b),
            10 => {
                let middle = a.wrapping_shl(1) | (*b & 1);
                (*a, *b) = (middle.wrapping_add(*b) >> 1, middle.wrapping_sub(*b) >> 1);
            }
            _ => return,
        }
    }
}

pub(super) fn crc8(data: &[u8]) -> u8 {
    data.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| if crc & 0x80 != 0 { crc << 1 ^ 7 } else { crc << 1 })
    })
}
