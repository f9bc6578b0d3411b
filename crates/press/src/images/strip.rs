//! Pictures without what cameras and programs write into them: place, time, serial numbers, names, thumbnails of what
//! was cropped away. Only what is needed to draw the picture is kept; the picture itself is not touched.

/// A picture that cannot be stripped, and why.
pub(super) type Fault = &'static str;

const BROKEN: Fault = "the picture ends before its own header says so";
const TURNED: Fault = "the picture is to be turned, and only its metadata says how";

fn take<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Fault> {
    bytes.get(at..at + N).and_then(|part| part.try_into().ok()).ok_or(BROKEN)
}

fn copy(out: &mut Vec<u8>, bytes: &[u8], from: usize, to: usize) -> Result<(), Fault> {
    out.extend_from_slice(bytes.get(from..to).ok_or(BROKEN)?);
    Ok(())
}

/// JPEG: JFIF, colour profile and Adobe's colour transform stay; every other application segment, every comment and
/// whatever follows the end go.
pub(super) fn jpeg(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut out = vec![0xff, 0xd8];
    let mut at = 2;
    loop {
        let [0xff, marker] = take::<2>(bytes, at)? else { return Err(BROKEN) };
        match marker {
            0xff => at += 1,
            0xd9 => {
                out.extend_from_slice(&[0xff, 0xd9]);
                return Ok(out);
            }
            0x01 | 0xd0..=0xd7 => {
                copy(&mut out, bytes, at, at + 2)?;
                at += 2;
            }
            _ => {
                let end = at + 2 + usize::from(u16::from_be_bytes(take(bytes, at + 2)?));
                let body = bytes.get(at + 4..end).ok_or(BROKEN)?;
                if marker == 0xe1 && is_turned(body) {
                    return Err(TURNED);
                }
                let keep = match marker {
                    0xe0 => body.starts_with(b"JFIF\0"),
                    0xe2 => body.starts_with(b"ICC_PROFILE\0"),
                    0xee => body.starts_with(b"Adobe"),
                    0xe0..=0xef | 0xfe => false,
                    _ => true,
                };
                if keep {
                    copy(&mut out, bytes, at, end)?;
                }
                at = end;
                if marker == 0xda {
                    let start = at;
                    // Picture data: up to the next marker that is neither stuffing nor a restart.
                    while !matches!(take::<2>(bytes, at)?, [0xff, 1..=0xcf | 0xd8..=0xfe]) {
                        at += 1;
                    }
                    copy(&mut out, bytes, start, at)?;
                }
            }
        }
    }
}

/// Whether EXIF says that the picture is to be shown turned or mirrored.
fn is_turned(body: &[u8]) -> bool {
    let Some(tiff) = body.strip_prefix(b"Exif\0\0") else { return false };
    let big = tiff.starts_with(b"MM");
    let u16_at = |at: usize| {
        let pair: [u8; 2] = take(tiff, at).ok()?;
        Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    };
    let u32_at = |at: usize| {
        let four: [u8; 4] = take(tiff, at).ok()?;
        let value = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
        usize::try_from(value).ok().filter(|&offset| offset < tiff.len())
    };
    let Some(directory) = u32_at(4) else { return false };
    let count = usize::from(u16_at(directory).unwrap_or(0));
    let entries = (0..count).map(|index| directory + 2 + 12 * index);
    let orientation =
        entries.into_iter().find(|&at| u16_at(at) == Some(0x0112)).and_then(|at| u16_at(at + 8));
    orientation.is_some_and(|value| value > 1)
}

/// PNG: the critical chunks, transparency, colour and animation stay.
pub(super) fn png(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    const KEEP: [&[u8; 4]; 15] = [
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP",
        b"sBIT", b"pHYs", b"acTL", b"fcTL", b"fdAT",
    ];
    let mut out = Vec::with_capacity(bytes.len());
    copy(&mut out, bytes, 0, 8)?;
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(take(bytes, at)?);
        let kind: [u8; 4] = take(bytes, at + 4)?;
        let end =
            usize::try_from(length).ok().and_then(|l| l.checked_add(at + 12)).ok_or(BROKEN)?;
        if KEEP.contains(&&kind) {
            copy(&mut out, bytes, at, end)?;
        }
        at = end;
        if kind == *b"IEND" {
            return Ok(out);
        }
    }
}

/// WebP: picture, transparency, animation and colour profile stay.
pub(super) fn webp(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    const KEEP: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
    let mut out = Vec::with_capacity(bytes.len());
    copy(&mut out, bytes, 0, 12)?;
    let riff = u32::from_le_bytes(take(bytes, 4)?);
    let all = usize::try_from(riff).ok().and_then(|l| l.checked_add(8)).ok_or(BROKEN)?;
    let mut at = 12;
    while at < all.min(bytes.len()) {
        let kind: [u8; 4] = take(bytes, at)?;
        let length = u32::from_le_bytes(take(bytes, at + 4)?);
        let end = usize::try_from(length)
            .ok()
            .and_then(|l| l.checked_add(l & 1))
            .and_then(|l| l.checked_add(at + 8));
        let end = end.ok_or(BROKEN)?;
        if KEEP.contains(&&kind) {
            let flags = out.len() + 8;
            copy(&mut out, bytes, at, end)?;
            if kind == *b"VP8X"
                && let Some(flags) = out.get_mut(flags)
            {
                // EXIF (0x08) and XMP (0x04) are no longer there.
                *flags &= !0x0c;
            }
        }
        at = end;
    }
    let length = u32::try_from(out.len() - 8).map_err(|_| BROKEN)?;
    if let Some(place) = out.get_mut(4..8) {
        place.copy_from_slice(&length.to_le_bytes());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &length, body].concat()
    }

    fn jpeg_with(extra: &[u8]) -> Vec<u8> {
        let start = [0xff, 0xd8];
        let scan = segment(0xda, &[1, 2, 3]);
        let data = [9, 0xff, 0, 9, 0xff, 0xd3, 9, 0xff, 0xd9];
        [&start[..], extra, &segment(0xe0, b"JFIF\0rest"), &scan, &data].concat()
    }

    #[test]
    fn a_jpeg_loses_what_is_not_the_picture() {
        let extra = [
            segment(0xe1, b"Exif\0\0II*\0\x08\0\0\0\0\0GPS"),
            segment(0xfe, b"made by me"),
            segment(0xed, b"Photoshop"),
            segment(0xe2, b"MPF\0preview"),
        ];
        let mut dirty = jpeg_with(&extra.concat());
        dirty.extend_from_slice(b"after the end");
        assert_eq!(jpeg(&dirty).unwrap(), jpeg_with(&[]));
    }

    #[test]
    fn a_turned_jpeg_is_refused() {
        let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
        assert_eq!(jpeg(&jpeg_with(&segment(0xe1, exif))), Err(TURNED));
        let upright = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0";
        assert_eq!(jpeg(&jpeg_with(&segment(0xe1, upright))).unwrap(), jpeg_with(&[]));
    }

    #[test]
    fn a_png_loses_text_and_tail() {
        let chunk = |kind: &[u8; 4], body: &[u8]| {
            [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], kind, body, &[0; 4]].concat()
        };
        let file = |extra: &[u8]| {
            [b"\x89PNG\r\n\x1a\n", &chunk(b"IHDR", &[0; 13])[..], extra, &chunk(b"IEND", b"")]
                .concat()
        };
        let extra = [chunk(b"tEXt", b"Author\0me"), chunk(b"eXIf", b"MM"), chunk(b"tIME", &[0; 7])]
            .concat();
        let mut dirty = file(&extra);
        dirty.extend_from_slice(b"tail");
        assert_eq!(png(&dirty).unwrap(), file(&[]));
    }

    #[test]
    fn a_webp_loses_exif_and_the_flag_for_it() {
        let chunk = |kind: &[u8; 4], body: &[u8]| {
            [kind, &u32::try_from(body.len()).unwrap().to_le_bytes()[..], body].concat()
        };
        let file = |flags: u8, extra: &[u8]| {
            let chunks =
                [chunk(b"VP8X", &[flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]), extra.to_vec()].concat();
            [b"RIFF", &u32::try_from(chunks.len() + 4).unwrap().to_le_bytes()[..], b"WEBP", &chunks]
                .concat()
        };
        let dirty = file(0x1c, &[chunk(b"EXIF", b"MM"), chunk(b"XMP ", b"<x/>")].concat());
        assert_eq!(webp(&dirty).unwrap(), file(0x10, &[]));
    }

    #[test]
    fn cut_off_pictures_are_refused_and_nothing_stumbles() {
        let whole = jpeg_with(&[]);
        for length in 0..whole.len() {
            assert!(jpeg(&whole[..length]).is_err());
            let _ = (png(&whole[..length]), webp(&whole[..length]));
        }
    }
}
