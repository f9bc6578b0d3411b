//! The strict reader of our own JPEG files. It shares nothing with the writer but the standard.

use super::{EXIF, JFIF};
use crate::Refusal;

/// Accounts for every byte: only the segments that we write, each of the length it must have, scans whose data hold
/// no marker but restarts, and nothing after the end.
pub(in crate::image) fn verify(output: &[u8]) -> Result<(), Refusal> {
    let bad = |at: usize, reason: &str| Refusal::unsound("JPEG", format!("byte {at}"), reason);
    if !output.starts_with(&[0xff, 0xd8]) {
        return Err(bad(0, "no start"));
    }
    let (mut at, mut scans, mut frames) = (2, 0, 0);
    loop {
        let rest = output.get(at..).unwrap_or_default();
        let marker = match rest {
            [0xff, 0xd9] if scans > 0 => return Ok(()),
            [0xff, marker, ..] => *marker,
            _ => return Err(bad(at, "no marker")),
        };
        let length = rest.get(2..).and_then(|rest| rest.first_chunk());
        let length = length.map_or(0, |raw| usize::from(u16::from_be_bytes(*raw)));
        let body = rest.get(4..length + 2).ok_or_else(|| bad(at, "a segment is cut off"))?;
        let sound = match marker {
            0xe0 => body == JFIF && at == 2,
            0xee => {
                matches!(body, [b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, 0 | 2]) && at == 2
            }
            0xe1 => {
                let value = body.strip_prefix(EXIF);
                frames == 0 && value.is_some_and(|v| matches!(v, [2..=8, 0, 0, 0, 0, 0, 0]))
            }
            0xdb => matches!((body.first(), body.len()), (Some(0..=3), 65) | (Some(16..=19), 129)),
            0xc0..=0xc2 => {
                frames += 1;
                frames == 1
                    && body.get(5).is_some_and(|count| body.len() == 6 + 3 * usize::from(*count))
            }
            0xc4 => {
                let counts = body.get(1..17).unwrap_or_default();
                let symbols: usize = counts.iter().map(|count| usize::from(*count)).sum();
                body.len() == 17 + symbols
            }
            0xdd => body.len() == 2,
            0xda => {
                scans += 1;
                body.first().is_some_and(|count| body.len() == 4 + 2 * usize::from(*count))
            }
            _ => false,
        };
        if !sound {
            return Err(bad(at, "a segment that we do not write"));
        }
        at += length + 2;
        if marker == 0xda {
            at = entropy(output, at);
        }
    }
}

/// Where the data of a scan ends: at the first marker that is no restart.
fn entropy(output: &[u8], mut at: usize) -> usize {
    loop {
        let rest = output.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr(0xff, rest) else { return output.len() };
        at += found;
        match output.get(at + 1) {
            Some(0 | 0xd0..=0xd7) => at += 2,
            _ => return at,
        }
    }
}
