//! PNG and animated PNG (W3C PNG 3rd edition): decoded to samples and encoded afresh, without loss.
//!
//! What paints nothing is emptied on the way: colours under full transparency, palette entries that no pixel
//! uses, bits that pad a row. The output holds IHDR, PLTE, tRNS, IDAT and IEND, and for an animation acTL, fcTL and
//! fdAT; nothing else.

mod chunks;
mod frames;

pub(super) use chunks::verify;

use super::{colour, note_content, note_trailing, pixels, samples, too_large};
use crate::{Context, Kind, Level, Refusal};
use image::DynamicImage;
use png::{BitDepth, ColorType};

/// Rebuilds a picture or an animation.
pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let trailing = chunks::report(input, cx)?;
    note_trailing(cx, trailing);
    let mut picture = frames::read(input, cx)?;
    note_content(cx);
    to_srgb(&mut picture, cx)?;
    if cx.level() == Level::Pixels {
        return flatten(picture, cx);
    }
    empty_the_unseen(&mut picture, cx);
    frames::write(&picture)
}

/// A picture in memory: samples as PNG has them, row by row, big-endian.
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) colour: ColorType,
    pub(super) depth: BitDepth,
    pub(super) palette: Vec<u8>,
    pub(super) transparency: Option<Vec<u8>>,
    /// How often the animation plays; `None` for a still picture.
    pub(super) plays: Option<u32>,
    pub(super) frames: Vec<Frame>,
    pub(super) profile: Option<Vec<u8>>,
    pub(super) gamma: Option<f32>,
    pub(super) turn: image::metadata::Orientation,
}

/// One frame, or the still picture.
pub(super) struct Frame {
    /// `None` for the picture that only viewers without animation show.
    pub(super) control: Option<png::FrameControl>,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) data: Vec<u8>,
}

impl Picture {
    /// Bytes of a row of so many pixels.
    pub(super) fn row(&self, width: u32) -> usize {
        let bits = self.colour.samples() * (self.depth as usize) * width as usize;
        bits.div_ceil(8)
    }
}

fn damaged(reason: impl ToString) -> Refusal {
    Refusal::damaged("PNG", "the picture", reason)
}

/// Colours in sRGB, whatever they were in.
fn to_srgb(picture: &mut Picture, cx: &mut Context<'_>) -> Result<(), Refusal> {
    let grey = matches!(picture.colour, ColorType::Grayscale | ColorType::GrayscaleAlpha);
    let plan = match (&picture.profile, picture.gamma) {
        (Some(profile), _) => colour::plan(profile, if grey { 1 } else { 3 }),
        (None, Some(gamma)) => colour::plan_gamma(gamma, grey),
        (None, None) => return Ok(()),
    };
    let colour::Plan::Convert(profile) = plan else { return Ok(()) };
    cx.removed(Kind::Fingerprints, "picture", "colours of another profile: converted to sRGB");
    let failed = || damaged("its colour profile cannot be applied");
    if picture.colour == ColorType::Indexed {
        let layout = moxcms::Layout::Rgb;
        picture.palette =
            colour::convert8(&profile, &picture.palette, layout, layout).ok_or_else(failed)?;
        return Ok(());
    }
    // A single transparent colour would not survive; it becomes an alpha channel first.
    samples::widen(picture)?;
    let layout = match picture.colour {
        ColorType::Grayscale => moxcms::Layout::Gray,
        ColorType::GrayscaleAlpha => moxcms::Layout::GrayAlpha,
        ColorType::Rgba => moxcms::Layout::Rgba,
        _ => moxcms::Layout::Rgb,
    };
    for frame in &mut picture.frames {
        frame.data = if picture.depth == BitDepth::Sixteen {
            let values: Vec<u16> = frame
                .data
                .chunks_exact(2)
                .filter_map(|pair| pair.try_into().ok())
                .map(u16::from_be_bytes)
                .collect();
            let values = colour::convert16(&profile, &values, layout).ok_or_else(failed)?;
            values.into_iter().flat_map(u16::to_be_bytes).collect()
        } else {
            colour::convert8(&profile, &frame.data, layout, layout).ok_or_else(failed)?
        };
    }
    Ok(())
}

/// Nothing may be where nothing shows.
fn empty_the_unseen(picture: &mut Picture, cx: &mut Context<'_>) {
    let hidden = samples::clear_transparent(picture);
    if hidden > 0 {
        cx.removed(Kind::HiddenText, "picture", "colours under fully transparent pixels");
    }
    if samples::clear_palette(picture) {
        cx.removed(Kind::UnusedData, "palette", "colours that no pixel uses");
    }
    samples::clear_padding(picture);
}

/// The level of pixels. An animation becomes its first picture: every frame would carry the same noise of its own.
fn flatten(picture: Picture, cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let frames = picture.frames.len();
    let turn = picture.turn;
    let mut shown = samples::dynamic(picture)?;
    if frames > 1 {
        cx.removed(Kind::FormatChanged, "picture", "the animation: only its first picture is left");
    }
    shown.apply_orientation(turn);
    let flat = pixels::flatten_any(shown, cx);
    encode(&flat)
}

/// A fresh PNG of a picture.
pub(super) fn encode(picture: &DynamicImage) -> Result<Vec<u8>, Refusal> {
    let (width, height) = (picture.width(), picture.height());
    let (colour, depth, data) = match picture {
        DynamicImage::ImageLuma8(p) => (ColorType::Grayscale, BitDepth::Eight, p.as_raw().clone()),
        DynamicImage::ImageLumaA8(p) => {
            (ColorType::GrayscaleAlpha, BitDepth::Eight, p.as_raw().clone())
        }
        DynamicImage::ImageRgb8(p) => (ColorType::Rgb, BitDepth::Eight, p.as_raw().clone()),
        DynamicImage::ImageRgba8(p) => (ColorType::Rgba, BitDepth::Eight, p.as_raw().clone()),
        DynamicImage::ImageRgb16(p) => (ColorType::Rgb, BitDepth::Sixteen, big_endian(p.as_raw())),
        DynamicImage::ImageRgba16(p) => {
            (ColorType::Rgba, BitDepth::Sixteen, big_endian(p.as_raw()))
        }
        DynamicImage::ImageLuma16(p) => {
            (ColorType::Grayscale, BitDepth::Sixteen, big_endian(p.as_raw()))
        }
        DynamicImage::ImageLumaA16(p) => {
            (ColorType::GrayscaleAlpha, BitDepth::Sixteen, big_endian(p.as_raw()))
        }
        other => (ColorType::Rgba, BitDepth::Eight, other.to_rgba8().into_raw()),
    };
    let mut picture = Picture {
        width,
        height,
        colour,
        depth,
        palette: Vec::new(),
        transparency: None,
        plays: None,
        frames: vec![Frame { control: None, width, height, data }],
        profile: None,
        gamma: None,
        turn: image::metadata::Orientation::NoTransforms,
    };
    samples::clear_transparent(&mut picture);
    frames::write(&picture)
}

fn big_endian(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// Refuses what is too large before anything is allocated for it.
fn check_size(width: u32, height: u32, cx: &Context<'_>) -> Result<(), Refusal> {
    let limit = cx.options().limits.pixels;
    if u64::from(width) * u64::from(height) > limit { Err(too_large(limit)) } else { Ok(()) }
}
