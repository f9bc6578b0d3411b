//! MPEG audio has no signature, only a rhythm: one frame header where the last one says the next must be.

use super::refused::named;
use crate::{Format, Refusal};

/// Frames that must follow one another.
const IN_A_ROW: usize = 2;

/// MP3, with or without an ID3 tag before it; FLAC behind such a tag; AAC is refused. `None` if it is no sound.
pub(super) fn mpeg(input: &[u8]) -> Option<Result<Format, Refusal>> {
    let tagged = input.starts_with(b"ID3");
    let rest = if tagged { input.get(id3_length(input)?..).unwrap_or_default() } else { input };
    let start = rest.iter().position(|byte| *byte != 0).unwrap_or(0);
    let rest = rest.get(start..)?;
    if rest.starts_with(b"fLaC") {
        return Some(Ok(Format::Flac));
    }
    if is_adts(rest) {
        return Some(Err(named("AAC sound without a container", "save it as M4A or MP3")));
    }
    let frames = run_of_frames(rest);
    (tagged || frames >= IN_A_ROW).then_some(Ok(Format::Mp3))
}

/// The whole length of an ID3v2 tag, header and footer included.
fn id3_length(input: &[u8]) -> Option<usize> {
    let size = input.get(6..10)?;
    let mut length = 0_usize;
    for byte in size {
        length = (length << 7) | usize::from(byte & 0x7f);
    }
    let footer = if input.get(5)? & 0x10 == 0 { 0 } else { 10 };
    length.checked_add(10 + footer)
}

/// AAC's own framing: sync word, layer 0, and the next frame where this one ends.
fn is_adts(input: &[u8]) -> bool {
    let length = |at: usize| -> Option<usize> {
        let header = input.get(at..)?.first_chunk::<7>()?;
        let [a, b, _, d, e, f, _] = *header;
        (a == 0xff && b & 0xf6 == 0xf0)
            .then(|| (usize::from(d & 3) << 11) | (usize::from(e) << 3) | usize::from(f >> 5))
    };
    length(0).filter(|first| *first > 7).is_some_and(|first| length(first).is_some())
}

fn run_of_frames(input: &[u8]) -> usize {
    let (mut at, mut count) = (0_usize, 0);
    while count < 3 {
        let Some(length) = input.get(at..).and_then(frame_length) else { break };
        count += 1;
        at = at.saturating_add(length);
        if at == input.len() {
            // A file of one frame that ends exactly where it should.
            return IN_A_ROW;
        }
    }
    count
}

/// Bytes of the MPEG-1, 2 or 2.5 layer I to III frame that starts here.
fn frame_length(input: &[u8]) -> Option<usize> {
    const V1: [[u32; 14]; 3] = [
        [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    ];
    const V2: [[u32; 14]; 2] = [
        [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let [a, b, c, _] = *input.first_chunk::<4>()?;
    if a != 0xff || b & 0xe0 != 0xe0 {
        return None;
    }
    let (version, layer) = ((b >> 3) & 3, (b >> 1) & 3);
    let rate_index = usize::from(c >> 4).checked_sub(1)?;
    let base: u32 = match (c >> 2) & 3 {
        0 => 44_100,
        1 => 48_000,
        2 => 32_000,
        _ => return None,
    };
    let (one, hertz) = match version {
        3 => (true, base),
        2 => (false, base / 2),
        0 => (false, base / 4),
        _ => return None,
    };
    let padding = u32::from((c >> 1) & 1);
    let table = match (one, layer) {
        (true, 3) => V1.first(),
        (true, 2) => V1.get(1),
        (true, 1) => V1.get(2),
        (false, 3) => V2.first(),
        (false, 1 | 2) => V2.get(1),
        _ => None,
    };
    let bits = table?.get(rate_index)? * 1000;
    let length = match (one, layer) {
        (_, 3) => (12 * bits / hertz + padding) * 4,
        (false, 1) => 72 * bits / hertz + padding,
        _ => 144 * bits / hertz + padding,
    };
    usize::try_from(length).ok().filter(|length| *length > 4)
}
