//! Frames of Motion JPEG: JPEG pictures (ITU-T T.81) without their application data and comments.

use super::{Broken, Dropped};

pub(super) fn rewrite(
    sample: &[u8],
    out: &mut Vec<u8>,
    dropped: &mut Dropped,
) -> Result<(), Broken> {
    let short = Broken("a picture ends early");
    let mut rest =
        sample.strip_prefix(&[0xFF, 0xD8]).ok_or(Broken("a frame is no JPEG picture"))?;
    out.extend_from_slice(&[0xFF, 0xD8]);
    loop {
        let Some((&[0xFF, marker], after)) = rest.split_first_chunk::<2>() else {
            return Err(short);
        };
        rest = after;
        match marker {
            0xFF => {
                // A fill byte: the second one begins the marker.
                rest = sample.get(sample.len() - after.len() - 1..).unwrap_or_default();
                dropped.add("filler");
                continue;
            }
            0xD9 => {
                out.extend_from_slice(&[0xFF, 0xD9]);
                break;
            }
            _ => {}
        }
        let length = rest.first_chunk::<2>().map(|b| usize::from(u16::from_be_bytes(*b)));
        let (segment, after) =
            length.filter(|l| *l >= 2).and_then(|l| rest.split_at_checked(l)).ok_or(short)?;
        rest = after;
        match marker {
            0xC0..=0xCF | 0xDA..=0xDD => {
                out.extend_from_slice(&[0xFF, marker]);
                out.extend_from_slice(segment);
            }
            // Adobe's, which tells how colours are coded: its twelve bytes, version and flags neutral.
            0xEE if segment.get(2..7) == Some(b"Adobe") && segment.len() >= 14 => {
                let transform = segment.get(13).copied().unwrap_or(0);
                let mut fresh = vec![0xFF, 0xEE, 0, 14];
                fresh.extend_from_slice(b"Adobe\0\x64\0\0\0\0");
                fresh.push(transform);
                if fresh.get(2..) != Some(segment) {
                    dropped.add("application data in pictures");
                }
                out.extend_from_slice(&fresh);
            }
            _ => dropped.add("application data in pictures"),
        }
        if marker == 0xDA {
            let end = entropy(rest);
            let (coded, after) =
                rest.split_at_checked(end).ok_or(Broken("a picture ends early"))?;
            out.extend_from_slice(coded);
            rest = after;
        }
    }
    if !rest.is_empty() {
        dropped.add("bytes after a picture");
    }
    Ok(())
}

/// Bytes of coded picture before the next marker that is none of its own.
fn entropy(rest: &[u8]) -> usize {
    let end = rest.windows(2).position(
        |pair| matches!(pair, [0xFF, second] if *second != 0 && !(0xD0..=0xD7).contains(second)),
    );
    end.unwrap_or(rest.len())
}
