//! Opus packets without padding (RFC 6716 section 3.2), of one stream or several (appendix B).

use super::{Broken, Dropped};

const BROKEN: Broken = Broken("a packet is not Opus");

/// The frames of one stream's part of a packet.
struct Part<'a> {
    /// Configuration and stereo flag.
    toc: u8,
    frames: Vec<&'a [u8]>,
    variable: bool,
}

/// Rewrites a packet of `streams` streams: all but the last delimit themselves.
pub(super) fn rewrite(
    streams: u8,
    packet: &[u8],
    out: &mut Vec<u8>,
    dropped: &mut Dropped,
) -> Result<(), Broken> {
    let start = out.len();
    let mut rest = packet;
    for left in (0..streams).rev() {
        let part = read(&mut rest, left > 0).ok_or(BROKEN)?;
        write(&part, left > 0, out).ok_or(BROKEN)?;
    }
    if out.get(start..) != Some(packet) {
        dropped.add("padding of packets");
    }
    Ok(())
}

/// Samples of a packet at 48 kHz, by its first stream.
pub(in crate::media) fn duration(packet: &[u8]) -> Option<u64> {
    let toc = *packet.first()?;
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(packet.get(1)? & 0x3F),
    };
    let config = toc >> 3;
    let samples = match config {
        0..=11 => [480, 960, 1920, 2880].get(usize::from(config % 4))?,
        12..=15 => [480, 960].get(usize::from(config % 2))?,
        _ => [120, 240, 480, 960].get(usize::from(config % 4))?,
    };
    Some(frames * samples)
}

fn read<'a>(rest: &mut &'a [u8], delimited: bool) -> Option<Part<'a>> {
    let toc = byte(rest)?;
    let mut frames = Vec::new();
    let mut variable = false;
    match toc & 3 {
        0 | 1 => {
            let count = usize::from(toc & 3) + 1;
            let size = if delimited { length(rest)? } else { divided(rest.len(), count)? };
            for _ in 0..count {
                frames.push(take(rest, size)?);
            }
        }
        2 => {
            variable = true;
            let first = length(rest)?;
            let second = if delimited { length(rest)? } else { rest.len().checked_sub(first)? };
            frames.push(take(rest, first)?);
            frames.push(take(rest, second)?);
        }
        _ => {
            let head = byte(rest)?;
            let count = usize::from(head & 0x3F);
            variable = head & 0x80 != 0;
            let mut padding = 0;
            if head & 0x40 != 0 {
                loop {
                    let more = byte(rest)?;
                    padding += usize::from(more.min(254));
                    if more != 255 {
                        break;
                    }
                }
            }
            if count == 0 || count > 48 {
                return None;
            }
            let mut sizes = Vec::with_capacity(count);
            if variable {
                for _ in 1..count {
                    sizes.push(length(rest)?);
                }
                let known: usize = sizes.iter().sum();
                sizes.push(if delimited {
                    length(rest)?
                } else {
                    rest.len().checked_sub(padding)?.checked_sub(known)?
                });
            } else {
                let size = if delimited {
                    length(rest)?
                } else {
                    divided(rest.len().checked_sub(padding)?, count)?
                };
                sizes.resize(count, size);
            }
            for size in sizes {
                frames.push(take(rest, size)?);
            }
            take(rest, padding)?;
        }
    }
    frames.iter().all(|frame| frame.len() <= 1275).then_some(Part {
        toc: toc & 0xFC,
        frames,
        variable,
    })
}

/// In the code that says the same with the fewest bytes; a variable packet stays one.
fn write(part: &Part<'_>, delimited: bool, out: &mut Vec<u8>) -> Option<()> {
    let lengths: Vec<usize> = part.frames.iter().map(|frame| frame.len()).collect();
    let (last, before) = lengths.split_last()?;
    let code = match (lengths.len(), part.variable) {
        (1, _) => 0,
        (2, false) => 1,
        (2, true) => 2,
        _ => 3,
    };
    out.push(part.toc | code);
    if code == 3 {
        out.push(u8::from(part.variable) << 7 | lengths.len() as u8);
    }
    if code == 2 || code == 3 && part.variable {
        before.iter().for_each(|length| put_length(*length, out));
    }
    if delimited {
        put_length(*last, out);
    }
    part.frames.iter().for_each(|frame| out.extend_from_slice(frame));
    Some(())
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(*first)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}

fn length(rest: &mut &[u8]) -> Option<usize> {
    let first = usize::from(byte(rest)?);
    if first < 252 { Some(first) } else { Some(usize::from(byte(rest)?) * 4 + first) }
}

fn put_length(length: usize, out: &mut Vec<u8>) {
    if length < 252 {
        out.push(length as u8);
    } else {
        let first = 252 + (length & 3);
        out.push(first as u8);
        out.push(((length - first) / 4) as u8);
    }
}

fn divided(total: usize, count: usize) -> Option<usize> {
    total.is_multiple_of(count).then(|| total / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(streams: u8, packet: &[u8]) -> Result<Vec<u8>, Broken> {
        let mut out = Vec::new();
        rewrite(streams, packet, &mut out, &mut Dropped::default())?;
        Ok(out)
    }

    #[test]
    fn padding_goes_and_sound_stays() {
        // Code 3, one frame, two bytes of padding that spell "hi".
        assert_eq!(rewritten(1, &[0xFF, 0x41, 2, 9, 8, b'h', b'i']).unwrap(), [0xFC, 9, 8]);
        // Two frames of different length stay so.
        assert_eq!(rewritten(1, &[0xFE, 1, 9, 8, 7]).unwrap(), [0xFE, 1, 9, 8, 7]);
        // Two streams: the first is delimited by itself.
        assert_eq!(rewritten(2, &[0xFC, 2, 1, 2, 0xFC, 5]).unwrap(), [0xFC, 2, 1, 2, 0xFC, 5]);
        assert!(rewritten(2, &[0xFC, 2, 1]).is_err());
        assert!(rewritten(1, &[]).is_err());
        assert!(rewritten(1, &[0xFF, 0x40]).is_err());
        assert_eq!(duration(&[0xFC]), Some(960));
    }

    #[test]
    fn long_frames_keep_their_length() {
        for size in [251, 252, 255, 256, 1000, 1275] {
            let mut coded = Vec::new();
            put_length(size, &mut coded);
            assert_eq!(length(&mut coded.as_slice()), Some(size));
        }
    }
}
