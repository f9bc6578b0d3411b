//! Work on the samples of a PNG picture: what shows nothing becomes nothing.

use super::png::Picture;
use crate::Refusal;
use image::DynamicImage;
use png::{BitDepth, ColorType};

fn damaged() -> Refusal {
    Refusal::damaged("PNG", "the picture", "its data do not fit its size")
}

/// Zeroes the colours of pixels that are fully transparent; how many of them had some.
pub(super) fn clear_transparent(picture: &mut Picture) -> u64 {
    let size = match picture.depth {
        BitDepth::Eight => 1,
        BitDepth::Sixteen => 2,
        _ => return 0,
    };
    let colours = match picture.colour {
        ColorType::Rgba => 3 * size,
        ColorType::GrayscaleAlpha => size,
        _ => return 0,
    };
    let mut hidden = 0;
    for frame in &mut picture.frames {
        for pixel in frame.data.chunks_exact_mut(colours + size) {
            let (colour, alpha) = pixel.split_at_mut(colours);
            if alpha.iter().all(|byte| *byte == 0) && colour.iter().any(|byte| *byte != 0) {
                colour.fill(0);
                hidden += 1;
            }
        }
    }
    hidden
}

/// Blackens palette entries that no pixel uses and cuts off those at the end; whether there were any.
pub(super) fn clear_palette(picture: &mut Picture) -> bool {
    if picture.colour != ColorType::Indexed {
        picture.palette.clear();
        return false;
    }
    let bits = picture.depth as usize;
    let mut used = [false; 256];
    for frame in &picture.frames {
        let row = picture.row(frame.width);
        for line in frame.data.chunks_exact(row.max(1)) {
            indices(line, bits, frame.width as usize, &mut used);
        }
    }
    let last = used.iter().rposition(|used| *used).unwrap_or(0);
    let mut changed = picture.palette.len() > (last + 1) * 3;
    picture.palette.resize((last + 1) * 3, 0);
    for (entry, used) in picture.palette.chunks_exact_mut(3).zip(used) {
        if !used {
            changed |= entry.iter().any(|value| *value != 0);
            entry.fill(0);
        }
    }
    if let Some(transparency) = &mut picture.transparency {
        transparency.truncate(last + 1);
        for ((value, used), entry) in
            transparency.iter_mut().zip(used).zip(picture.palette.chunks_exact_mut(3))
        {
            if !used {
                *value = 255;
            } else if *value == 0 && entry.iter().any(|colour| *colour != 0) {
                entry.fill(0);
                changed = true;
            }
        }
    }
    changed
}

fn indices(line: &[u8], bits: usize, width: usize, used: &mut [bool; 256]) {
    let mut mark = |index: u8| {
        if let Some(slot) = used.get_mut(usize::from(index)) {
            *slot = true;
        }
    };
    if bits == 8 {
        line.iter().for_each(|index| mark(*index));
        return;
    }
    let mask = ((1_u16 << bits) - 1) as u8;
    let each = 8 / bits;
    let all = line.iter().flat_map(|byte| (1..=each).map(move |n| (byte >> (8 - n * bits)) & mask));
    all.take(width).for_each(mark);
}

/// Zeroes the bits that fill up a row.
pub(super) fn clear_padding(picture: &mut Picture) {
    let bits = picture.depth as usize * picture.colour.samples();
    if bits >= 8 {
        return;
    }
    let rows: Vec<usize> = picture.frames.iter().map(|frame| picture.row(frame.width)).collect();
    for (frame, row) in picture.frames.iter_mut().zip(rows) {
        let over = row * 8 - frame.width as usize * bits;
        let mask = (0xff_u16 << over) as u8;
        let last = frame.data.chunks_exact_mut(row.max(1)).filter_map(<[u8]>::last_mut);
        last.for_each(|byte| *byte &= mask);
    }
}

/// Samples of 8 or 16 bits, transparency in a channel of its own.
pub(super) fn widen(picture: &mut Picture) -> Result<(), Refusal> {
    if (picture.depth as u8) < 8 || picture.transparency.is_some() {
        let key = picture.transparency.take().unwrap_or_default();
        let wide = picture.depth == BitDepth::Sixteen;
        let samples = picture.colour.samples();
        let bits = picture.depth as usize;
        let rows: Vec<usize> = picture.frames.iter().map(|f| picture.row(f.width)).collect();
        for (frame, row) in picture.frames.iter_mut().zip(rows) {
            frame.data = widen_frame(&frame.data, (row, frame.width as usize), samples, bits, &key);
        }
        if !key.is_empty() {
            picture.colour = match picture.colour {
                ColorType::Grayscale => ColorType::GrayscaleAlpha,
                ColorType::Rgb => ColorType::Rgba,
                _ => return Err(damaged()),
            };
        }
        picture.depth = if wide { BitDepth::Sixteen } else { BitDepth::Eight };
    }
    Ok(())
}

/// `key` is the transparent colour as tRNS has it: two bytes for each sample; empty if there is none.
fn widen_frame(
    data: &[u8],
    (row, width): (usize, usize),
    samples: usize,
    bits: usize,
    key: &[u8],
) -> Vec<u8> {
    let size = if bits == 16 { 2 } else { 1 };
    let narrow = bits < 8;
    let mask = if narrow { (1_u16 << bits) - 1 } else { 0xff };
    let scale = if narrow { 255 / mask } else { 1 };
    let low: Vec<u8> = match size {
        2 => key.to_vec(),
        _ => key.chunks_exact(2).filter_map(|pair| pair.last().copied()).collect(),
    };
    let mut out = Vec::new();
    for line in data.chunks_exact(row.max(1)) {
        let pixels: Vec<u8> = if narrow {
            let each = 8 / bits;
            let all = line
                .iter()
                .flat_map(|b| (1..=each).map(move |n| (b >> (8 - n * bits)) & mask as u8));
            all.take(width).collect()
        } else {
            line.to_vec()
        };
        for pixel in pixels.chunks_exact(samples * size) {
            out.extend(pixel.iter().map(|value| if narrow { value * scale as u8 } else { *value }));
            if !low.is_empty() {
                let alpha = if pixel == low { 0 } else { 255 };
                out.extend([alpha, alpha].iter().take(size));
            }
        }
    }
    out
}

/// The first frame as a picture of 8 bits.
pub(super) fn dynamic(mut picture: Picture) -> Result<DynamicImage, Refusal> {
    picture.frames.truncate(1);
    if picture.colour == ColorType::Indexed {
        return indexed(&picture);
    }
    widen(&mut picture)?;
    let frame = picture.frames.pop().ok_or_else(damaged)?;
    let data: Vec<u8> = match picture.depth {
        BitDepth::Sixteen => {
            frame.data.chunks_exact(2).filter_map(|p| p.first().copied()).collect()
        }
        _ => frame.data,
    };
    let (w, h) = (frame.width, frame.height);
    match picture.colour {
        ColorType::Grayscale => image::GrayImage::from_raw(w, h, data).map(DynamicImage::from),
        ColorType::GrayscaleAlpha => {
            image::GrayAlphaImage::from_raw(w, h, data).map(DynamicImage::from)
        }
        ColorType::Rgba => image::RgbaImage::from_raw(w, h, data).map(DynamicImage::from),
        _ => image::RgbImage::from_raw(w, h, data).map(DynamicImage::from),
    }
    .ok_or_else(damaged)
}

fn indexed(picture: &Picture) -> Result<DynamicImage, Refusal> {
    let frame = picture.frames.first().ok_or_else(damaged)?;
    let bits = picture.depth as usize;
    let mask = ((1_u16 << bits) - 1) as u8;
    let each = 8 / bits.max(1);
    let (row, width) = (picture.row(frame.width), frame.width as usize);
    let transparency = picture.transparency.as_deref().unwrap_or_default();
    let mut out = Vec::new();
    for line in frame.data.chunks_exact(row.max(1)) {
        let all = line.iter().flat_map(|b| (1..=each).map(move |n| (b >> (8 - n * bits)) & mask));
        for index in all.take(width).map(usize::from) {
            let colour = picture.palette.get(index * 3..index * 3 + 3).ok_or_else(damaged)?;
            out.extend_from_slice(colour);
            out.push(transparency.get(index).copied().unwrap_or(255));
        }
    }
    let shown = image::RgbaImage::from_raw(frame.width, frame.height, out).ok_or_else(damaged)?;
    let shown = DynamicImage::ImageRgba8(shown);
    Ok(if transparency.is_empty() { DynamicImage::ImageRgb8(shown.into_rgb8()) } else { shown })
}
