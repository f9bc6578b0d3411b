//! The one layout that we write, and its strict reader: little-endian; for each page its pixels as one deflated strip, each
//! sample as its difference from the one to the left; the depths of its samples, its directory.

use crate::Refusal;
use flate2::{Compression, write::ZlibEncoder};
use image::DynamicImage;
use std::io::Write;

/// Photographs do not get smaller by more effort, once their samples are differences.
const EFFORT: Compression = Compression::new(3);

const SHORT: u16 = 3;
const LONG: u16 = 4;

struct Page {
    width: u32,
    height: u32,
    samples: u16,
    bits: u16,
    alpha: bool,
    data: Vec<u8>,
}

fn page(picture: &DynamicImage) -> Page {
    let wide = |values: &[u16]| values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let (samples, bits, mut data) = match picture {
        DynamicImage::ImageLuma8(p) => (1, 8, p.as_raw().clone()),
        DynamicImage::ImageLumaA8(p) => (2, 8, p.as_raw().clone()),
        DynamicImage::ImageRgb8(p) => (3, 8, p.as_raw().clone()),
        DynamicImage::ImageRgba8(p) => (4, 8, p.as_raw().clone()),
        DynamicImage::ImageLuma16(p) => (1, 16, wide(p.as_raw())),
        DynamicImage::ImageRgb16(p) => (3, 16, wide(p.as_raw())),
        DynamicImage::ImageRgba16(p) => (4, 16, wide(p.as_raw())),
        other => (4, 8, other.to_rgba8().into_raw()),
    };
    let alpha = samples % 2 == 0;
    if alpha {
        let (pixel, last) = (usize::from(samples * bits / 8), usize::from(bits / 8));
        for pixel in data.chunks_exact_mut(pixel) {
            let (_, transparency) = pixel.split_at(pixel.len() - last);
            if transparency.iter().all(|byte| *byte == 0) {
                pixel.fill(0);
            }
        }
    }
    Page { width: picture.width(), height: picture.height(), samples, bits, alpha, data }
}

/// The pixels as one strip: TIFF 6.0, sections 8 (deflate: Adobe's supplement of 2002) and 14 (differences).
fn strip_of(page: &Page) -> Result<Vec<u8>, Refusal> {
    let (samples, wide) = (usize::from(page.samples), page.bits == 16);
    let row = page.width as usize * samples * if wide { 2 } else { 1 };
    let mut differences = Vec::with_capacity(row);
    let mut out = ZlibEncoder::new(Vec::new(), EFFORT);
    for row in page.data.chunks(row.max(1)) {
        differences.clear();
        if wide {
            let values = || row.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
            let left = std::iter::repeat_n(0, samples).chain(values());
            let both = values().zip(left);
            differences.extend(both.flat_map(|(a, b)| a.wrapping_sub(b).to_le_bytes()));
        } else {
            let left = std::iter::repeat_n(&0, samples).chain(row);
            differences.extend(row.iter().zip(left).map(|(a, b)| a.wrapping_sub(*b)));
        }
        out.write_all(&differences).map_err(unwritten)?;
    }
    out.finish().map_err(unwritten)
}

/// A vector takes everything; this is for the library's signature.
fn unwritten(error: std::io::Error) -> Refusal {
    Refusal::unsound("TIFF", "the pixels", error)
}

/// Writes all pages.
pub(super) fn write(pages: &[DynamicImage]) -> Result<Vec<u8>, Refusal> {
    let too_long = |_| Refusal::TooMuch {
        what: "the new file",
        limit: "4 GiB".to_owned(),
        advice: "split the document into parts first",
    };
    let mut out = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for picture in pages {
        let page = page(picture);
        let at = |out: &Vec<u8>| u32::try_from(out.len()).map_err(too_long);
        let strip = at(&out)?;
        out.extend(strip_of(&page)?);
        let length = at(&out)? - strip;
        even(&mut out);
        let depths = at(&out)?;
        if page.samples > 2 {
            (0..page.samples).for_each(|_| out.extend(page.bits.to_le_bytes()));
        }
        let directory = at(&out)?;
        if let Some(place) = out.get_mut(link..link + 4) {
            place.copy_from_slice(&directory.to_le_bytes());
        }
        let bits = match page.samples {
            1 => u32::from(page.bits),
            2 => u32::from(page.bits) << 16 | u32::from(page.bits),
            _ => depths,
        };
        let mut entries = vec![
            (256, LONG, 1, page.width),
            (257, LONG, 1, page.height),
            (258, SHORT, u32::from(page.samples), bits),
            (259, SHORT, 1, 8),
            (262, SHORT, 1, if page.samples < 3 { 1 } else { 2 }),
            (273, LONG, 1, strip),
            (277, SHORT, 1, u32::from(page.samples)),
            (278, LONG, 1, page.height),
            (279, LONG, 1, length),
            (317, SHORT, 1, 2),
        ];
        if page.alpha {
            entries.push((338, SHORT, 1, 2));
        }
        out.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            out.extend(u16::to_le_bytes(tag));
            out.extend(kind.to_le_bytes());
            out.extend(u32::to_le_bytes(count));
            out.extend(value.to_le_bytes());
        }
        link = out.len();
        out.extend([0; 4]);
    }
    Ok(out)
}

fn even(out: &mut Vec<u8>) {
    if out.len() % 2 == 1 {
        out.push(0);
    }
}

/// Accounts for every byte: the header, then page after page strip, depths and directory without a gap.
pub(in crate::image) fn verify(output: &[u8]) -> Result<(), Refusal> {
    let bad = |at: usize, reason: &str| Refusal::unsound("TIFF", format!("byte {at}"), reason);
    let u16_at = |at: usize| {
        let raw = output.get(at..).and_then(|rest| rest.first_chunk());
        raw.map(|raw| usize::from(u16::from_le_bytes(*raw))).ok_or_else(|| bad(at, "cut off"))
    };
    let u32_at = |at: usize| {
        let raw = output.get(at..).and_then(|rest| rest.first_chunk());
        raw.map(|raw| u32::from_le_bytes(*raw) as usize).ok_or_else(|| bad(at, "cut off"))
    };
    if !output.starts_with(b"II*\0") {
        return Err(bad(0, "no header"));
    }
    let (mut from, mut directory) = (8, u32_at(4)?);
    while directory != 0 {
        let count = u16_at(directory)?;
        let known = [256, 257, 258, 259, 262, 273, 277, 278, 279, 317, 338];
        if !(10..=11).contains(&count) {
            return Err(bad(directory, "a directory that we do not write"));
        }
        let (mut strip, mut length, mut samples) = (0, 0, 0);
        for (n, tag) in known.into_iter().take(count).enumerate() {
            let entry = directory + 2 + n * 12;
            if u16_at(entry)? != tag {
                return Err(bad(entry, "a tag that we do not write"));
            }
            let value = u32_at(entry + 8)?;
            match tag {
                273 => strip = value,
                277 => samples = value,
                279 => length = value,
                _ => {}
            }
        }
        let depths = if samples > 2 { samples * 2 } else { 0 };
        let end = strip + length;
        if strip != from || end + end % 2 + depths != directory {
            return Err(bad(directory, "bytes that belong to nothing"));
        }
        let packed = output.get(strip..end).unwrap_or_default();
        if end % 2 == 1 && output.get(end) != Some(&0) || packed.is_empty() {
            return Err(bad(end, "bytes that belong to nothing"));
        }
        from = directory + 2 + count * 12 + 4;
        directory = u32_at(from - 4)?;
    }
    if from == output.len() && from > 8 { Ok(()) } else { Err(bad(from, "bytes after the end")) }
}
