//! Width and height from a picture's own header, so that pages keep their place free while it loads.

/// Bytes `at..at + N`.
fn take<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// Where that Exif has its number.
const ORIENTATION: usize = 25;

/// PNG: the IHDR chunk comes first.
pub(super) fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    if take::<8>(bytes, 0)? != *b"\x89PNG\r\n\x1a\n" || take::<4>(bytes, 12)? != *b"IHDR" {
        return None;
    }
    Some((u32::from_be_bytes(take(bytes, 16)?), u32::from_be_bytes(take(bytes, 20)?)))
}

/// A rebuilt JPEG: walk the segments to the first frame header. A turned one has an Exif of one number, which says so.
pub(super) fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    if take::<2>(bytes, 0)? != [0xff, 0xd8] {
        return None;
    }
    let (mut at, mut turned) = (2, false);
    loop {
        let [0xff, marker] = take::<2>(bytes, at)? else { return None };
        if marker == 0xe1 {
            // Orientations from 5 on lie on their side (Exif 2.32, 4.6.4).
            turned = take::<1>(bytes, at + 4 + ORIENTATION)? >= [5];
        }
        match marker {
            0xff => at += 1,
            // SOF0 to SOF15 without DHT, JPG and DAC.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let height = u16::from_be_bytes(take(bytes, at + 5)?);
                let width = u16::from_be_bytes(take(bytes, at + 7)?);
                let (width, height) = if turned { (height, width) } else { (width, height) };
                return Some((width.into(), height.into()));
            }
            _ => at += 2 + usize::from(u16::from_be_bytes(take(bytes, at + 2)?)),
        }
    }
}

/// WebP: lossy, lossless or extended.
pub(super) fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    if take::<4>(bytes, 0)? != *b"RIFF" || take::<4>(bytes, 8)? != *b"WEBP" {
        return None;
    }
    let u24 = |at| {
        let [a, b, c] = take::<3>(bytes, at)?;
        Some(u32::from_le_bytes([a, b, c, 0]))
    };
    match &take::<4>(bytes, 12)? {
        b"VP8X" => Some((u24(24)? + 1, u24(27)? + 1)),
        b"VP8L" => {
            let bits = u32::from_le_bytes(take(bytes, 21)?);
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8 " => {
            let width = u16::from_le_bytes(take(bytes, 26)?) & 0x3fff;
            let height = u16::from_le_bytes(take(bytes, 28)?) & 0x3fff;
            Some((width.into(), height.into()))
        }
        _ => None,
    }
}

/// SVG: the viewBox of the root element.
pub(super) fn svg(bytes: &[u8]) -> Option<(u32, u32)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let root = text.get(text.find("<svg")?..)?;
    let root = root.get(..root.find('>')?)?;
    let (_, after) = root.split_once("viewBox=")?;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let numbers = after.get(1..)?.split(quote).next()?;
    let numbers: Vec<f64> = numbers
        .split([' ', ',', '\n', '\t'])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [_, _, width, height] = numbers.as_slice() else { return None };
    let side = |value: f64| (1.0..=100_000.0).contains(&value).then(|| value.round() as u32);
    Some((side(*width)?, side(*height)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        let mut head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        head.extend([0, 0, 2, 0, 0, 0, 1, 0]);
        assert_eq!(png(&head), Some((512, 256)));
        let frame = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 17, 8, 1, 0, 2, 0];
        assert_eq!(jpeg(&frame), Some((512, 256)));
        let mut exif = vec![0xff, 0xd8, 0xff, 0xe1, 0, 29];
        exif.extend([0; ORIENTATION]);
        let turned = |by| [&exif[..], &[by, 0], &frame[8..]].concat();
        assert_eq!(jpeg(&turned(3)), Some((512, 256)));
        assert_eq!(jpeg(&turned(6)), Some((256, 512)));
        assert_eq!(svg(b"<svg xmlns='x' viewBox='0 0 640 400.2'><g/></svg>"), Some((640, 400)));
        let mut vp8x = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
        vp8x.extend([0xff, 1, 0, 0xff, 0, 0]);
        assert_eq!(webp(&vp8x), Some((512, 256)));
    }

    #[test]
    fn no_bytes_make_it_stumble() {
        let kinds = [png, jpeg, webp, svg];
        for seed in [
            &b"\x89PNG\r\n\x1a\n"[..],
            b"\xff\xd8\xff\xff\xff",
            b"RIFF....WEBPVP8L",
            b"<svg viewBox=",
        ] {
            for length in 0..=seed.len() {
                for measure in kinds {
                    assert_eq!(measure(&seed[..length]), None);
                }
            }
        }
    }
}
