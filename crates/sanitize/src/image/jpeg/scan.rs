//! Copies the entropy-coded data of a scan: exactly the bits that the picture needs, and nothing around them.

use super::{
    bits::{Bits, SLACK},
    frame::{Frame, Scan},
    slots::Slots,
    walk::{Masks, Walk},
};
use crate::Refusal;

/// What was left out.
#[derive(Default)]
pub(super) struct Left {
    /// Bytes after the last bit of an interval.
    pub(super) bytes: usize,
}

/// Walks the scan that starts at `input`, writes it to `out`; how many bytes of the input it took.
pub(super) fn copy(
    input: &[u8],
    (frame, scan): (&Frame, &Scan),
    restart: u32,
    (slots, masks): (&mut Slots, &mut Masks),
    left: &mut Left,
    out: &mut Vec<u8>,
) -> Result<usize, Refusal> {
    let bad =
        |at: usize, reason: &str| Refusal::damaged("JPEG", format!("byte {at} of a scan"), reason);
    let mut walk = Walk::new(frame, scan);
    let (mut at, mut interval, mut plain) = (0, 0_u8, Vec::new());
    loop {
        let raw = unstuff(input.get(at..).unwrap_or_default(), &mut plain);
        let units = if restart == 0 { walk.left() } else { restart.min(walk.left()) };
        let mut bits = Bits::new(&plain);
        walk.interval(units, &mut bits, slots, masks)
            .map_err(|_| bad(at, "the picture is cut off, or its codes make no sense"))?;
        let used = bits.used();
        let length = plain.len() - SLACK;
        let bytes = used.div_ceil(8);
        if bytes > length || bytes == 0 {
            return Err(bad(at, "the picture is cut off"));
        }
        left.bytes += length - bytes;
        let data = input.get(at..at + raw).filter(|_| bytes == length);
        write(data, plain.get(..bytes).unwrap_or_default(), used, out);
        at += raw;
        if walk.left() == 0 {
            return Ok(at);
        }
        // A restart marker, after any number of fill bytes.
        let fill = input.get(at..).unwrap_or_default().iter().take_while(|b| **b == 0xff).count();
        at += fill;
        if fill == 0 || input.get(at) != Some(&(0xd0 | interval)) {
            return Err(bad(at, "a restart marker is missing: the picture is cut off"));
        }
        out.extend([0xff, 0xd0 | interval]);
        interval = (interval + 1) & 7;
        at += 1;
    }
}

/// Data up to the next marker without the zero after each 0xFF, and [`SLACK`]; how long it was.
fn unstuff(input: &[u8], plain: &mut Vec<u8>) -> usize {
    plain.clear();
    let mut at = 0;
    loop {
        let rest = input.get(at..).unwrap_or_default();
        let found = memchr::memchr(0xff, rest);
        plain.extend_from_slice(rest.get(..found.unwrap_or(rest.len())).unwrap_or_default());
        let Some(found) = found else {
            at = input.len();
            break;
        };
        at += found;
        if input.get(at + 1) != Some(&0) {
            break;
        }
        plain.push(0xff);
        at += 2;
    }
    plain.extend([0; SLACK]);
    at
}

/// The bytes, as they were if that is possible, with the bits after the last one set as the standard has it (F.1.2.3).
fn write(raw: Option<&[u8]>, plain: &[u8], used: usize, out: &mut Vec<u8>) {
    let Some((last, most)) = plain.split_last() else { return };
    match raw {
        Some(raw) => {
            let tail = if *last == 0xff { 2 } else { 1 };
            out.extend_from_slice(raw.get(..raw.len().saturating_sub(tail)).unwrap_or_default());
        }
        None => most.iter().for_each(|byte| push(*byte, out)),
    }
    let spare = (8 - used % 8) % 8;
    push(last | ((1_u16 << spare) - 1) as u8, out);
}

fn push(byte: u8, out: &mut Vec<u8>) {
    out.push(byte);
    if byte == 0xff {
        out.push(0);
    }
}
