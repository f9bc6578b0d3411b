//! TIFF 6.0, one page or many: decoded page by page and written afresh, without loss, in one plain layout.

mod write;

pub(super) use write::verify;

use super::{colour, note_content, pixels, too_large};
use crate::{Context, Kind, Level, Refusal};
use image::{DynamicImage, metadata::Orientation};
use moxcms::Layout;
use std::io::Cursor;
use tiff::{
    ColorType, TiffError,
    decoder::{Decoder, DecodingResult, Limits},
    tags::Tag,
};

type Reader<'a> = Decoder<Cursor<&'a [u8]>>;

fn damaged(reason: impl ToString) -> Refusal {
    Refusal::damaged("TIFF", "the picture", reason)
}

fn unsupported(what: impl Into<String>) -> Refusal {
    Refusal::Unsupported {
        format: "TIFF",
        what: what.into(),
        advice: "save it as PNG, or as PDF if it has several pages",
    }
}

/// What the reader says: that it does not know a construct is no fault of the file's.
fn read_error(error: TiffError) -> Refusal {
    match error {
        // Its words end in what the refusal says by itself.
        TiffError::UnsupportedError(what) => {
            unsupported(what.to_string().replace(" is unsupported", ""))
        }
        other => damaged(other),
    }
}

fn open<'a>(input: &'a [u8], cx: &Context<'_>) -> Result<Reader<'a>, Refusal> {
    let most = usize::try_from(cx.options().limits.total_bytes).unwrap_or(usize::MAX);
    let mut limits = Limits::default();
    limits.decoding_buffer_size = most;
    limits.intermediate_buffer_size = most;
    limits.ifd_value_size = 64 << 20;
    Ok(Decoder::new(Cursor::new(input)).map_err(read_error)?.with_limits(limits))
}

/// Rebuilds all pages.
pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let pages = pages(input, usize::MAX, cx)?;
    cx.removed(
        Kind::Fingerprints,
        "file",
        "the layout of the file and the kind of compression: written afresh",
    );
    note_content(cx);
    write::write(&pages)
}

/// The first page.
pub(super) fn first(input: &[u8], cx: &mut Context<'_>) -> Result<DynamicImage, Refusal> {
    let pages = pages(input, 1, cx)?;
    pages.into_iter().next().ok_or_else(none)
}

fn none() -> Refusal {
    damaged("it holds no page, only small pictures and masks")
}

/// So many pages from the first, at least one.
fn pages(input: &[u8], most: usize, cx: &mut Context<'_>) -> Result<Vec<DynamicImage>, Refusal> {
    let mut decoder = open(input, cx)?;
    let mut pages = Vec::new();
    for number in 1_u64.. {
        if number > cx.options().limits.items.min(100_000) {
            return Err(damaged("more pages than any document has"));
        }
        if let Some(page) = page(&mut decoder, number, cx)? {
            pages.push(page);
        }
        if pages.len() >= most || !decoder.more_images() {
            break;
        }
        decoder.next_image().map_err(read_error)?;
    }
    if pages.is_empty() { Err(none()) } else { Ok(pages) }
}

/// Tags that say how to paint; all others are somebody's notes.
const PAINTING: &[u16] = &[
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 284,
    290, 291, 292, 293, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 338, 339, 347, 512, 513,
    514, 529, 530, 531, 532,
];

/// A page, or `None` for what is no page: a small picture of one, or a mask.
fn page(
    decoder: &mut Reader<'_>,
    number: u64,
    cx: &mut Context<'_>,
) -> Result<Option<DynamicImage>, Refusal> {
    let place = format!("page {number}");
    let (width, height) = decoder.dimensions().map_err(read_error)?;
    let limit = cx.options().limits.pixels;
    if u64::from(width) * u64::from(height) > limit {
        return Err(too_large(limit));
    }
    let tags: Vec<u16> =
        decoder.tag_iter().filter_map(|tag| tag.ok()).map(|(tag, _)| tag.to_u16()).collect();
    for tag in &tags {
        let (kind, what) = match tag {
            50706 => return Err(unsupported("a raw camera picture (DNG)")),
            tag if PAINTING.contains(tag) => continue,
            34665 | 34853 | 37500 => (Kind::Properties, "Exif: camera, time, place and settings"),
            269..=272 | 285 | 305 | 306 | 315 | 316 | 337 | 33432 => {
                (Kind::Properties, "a text: author, title, date, camera or program")
            }
            700 => (Kind::Properties, "XMP: history, authors, rights"),
            33723 | 34377 => (Kind::Properties, "IPTC and Photoshop data"),
            34675 => (Kind::Fingerprints, "the colour profile, with the names in it"),
            282 | 283 | 296 => (Kind::Fingerprints, "the size on paper"),
            330 | 400 => (Kind::Thumbnails, "further pictures that viewers do not show"),
            37724 => (Kind::UnusedData, "layers of a program, hidden ones too"),
            _ => (Kind::UnusedData, "data of a program or camera"),
        };
        cx.removed(kind, &place, what);
    }
    let number_of = |decoder: &mut Reader<'_>, tag: Tag| -> Result<Option<u32>, Refusal> {
        decoder.find_tag_unsigned::<u32>(tag).map_err(read_error)
    };
    let sort = number_of(decoder, Tag::NewSubfileType)?.unwrap_or(0);
    if sort & 1 != 0 {
        cx.removed(Kind::Thumbnails, &place, "a smaller picture of a page");
        return Ok(None);
    }
    if sort & 4 != 0 {
        cx.removed(Kind::UnusedData, &place, "a mask");
        return Ok(None);
    }
    if number_of(decoder, Tag::PlanarConfiguration)?.is_some_and(|planar| planar != 1) {
        return Err(unsupported("colours in separate planes"));
    }
    let turn = number_of(decoder, Tag::Orientation)?.and_then(|n| u8::try_from(n).ok());
    let profile = match tags.contains(&34675) {
        true => decoder.find_tag(Tag::IccProfile).map_err(read_error)?,
        false => None,
    };
    let profile = profile.and_then(|value| value.into_u8_vec().ok());
    let mut picture = samples(decoder, (width, height), profile.as_deref(), cx)?;
    picture.apply_orientation(
        turn.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms),
    );
    if cx.level() == Level::Pixels {
        picture = pixels::flatten_any(picture, cx);
    }
    Ok(Some(picture))
}

/// The pixels of the page, in sRGB.
fn samples(
    decoder: &mut Reader<'_>,
    (width, height): (u32, u32),
    profile: Option<&[u8]>,
    cx: &mut Context<'_>,
) -> Result<DynamicImage, Refusal> {
    let kind = decoder.colortype().map_err(read_error)?;
    let data = decoder.read_image().map_err(read_error)?;
    let wrong = || damaged("its data do not fit its size");
    let plan = |channels| profile.map_or(colour::Plan::Same, |p| colour::plan(p, channels));
    let picture = match (kind, data) {
        (ColorType::Gray(bits @ (1 | 2 | 4)), DecodingResult::U8(data)) => {
            cx.charge(data.len().saturating_mul(8))?;
            let grey = spread(&data, width, bits, true);
            image::GrayImage::from_raw(width, height, grey).map(DynamicImage::from)
        }
        (ColorType::Palette(bits @ (1 | 2 | 4 | 8)), DecodingResult::U8(data)) => {
            cx.charge(data.len().saturating_mul(usize::from(24 / bits)))?;
            let map = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(read_error)?;
            let indices = spread(&data, width, bits, false);
            let data = converted8(paint(&indices, &map).ok_or_else(wrong)?, &plan(3), Layout::Rgb)?;
            image::RgbImage::from_raw(width, height, data).map(DynamicImage::from)
        }
        (kind, DecodingResult::U8(data)) => {
            cx.charge(data.len())?;
            eight(kind, data, (width, height), &plan)?
        }
        (kind, DecodingResult::U16(data)) => {
            cx.charge(data.len().saturating_mul(2))?;
            sixteen(kind, data, (width, height), &plan)?
        }
        (kind, _) => return Err(unsupported(format!("samples of the kind {kind:?}"))),
    };
    picture.ok_or_else(wrong)
}

fn eight(
    kind: ColorType,
    data: Vec<u8>,
    (width, height): (u32, u32),
    plan: &dyn Fn(usize) -> colour::Plan,
) -> Result<Option<DynamicImage>, Refusal> {
    Ok(match kind {
        ColorType::Gray(8) => {
            let data = converted8(data, &plan(1), Layout::Gray)?;
            image::GrayImage::from_raw(width, height, data).map(DynamicImage::from)
        }
        ColorType::GrayA(8) => {
            let data = converted8(data, &plan(1), Layout::GrayAlpha)?;
            image::GrayAlphaImage::from_raw(width, height, data).map(DynamicImage::from)
        }
        ColorType::RGB(8) => {
            let data = converted8(data, &plan(3), Layout::Rgb)?;
            image::RgbImage::from_raw(width, height, data).map(DynamicImage::from)
        }
        ColorType::RGBA(8) => {
            let data = converted8(data, &plan(3), Layout::Rgba)?;
            image::RgbaImage::from_raw(width, height, data).map(DynamicImage::from)
        }
        ColorType::CMYK(8) => {
            let data = match plan(4) {
                colour::Plan::Convert(profile) => {
                    colour::convert8(&profile, &data, Layout::Rgba, Layout::Rgb)
                        .ok_or_else(|| damaged("its colour profile cannot be applied"))?
                }
                _ => data.chunks_exact(4).flat_map(ink).collect(),
            };
            image::RgbImage::from_raw(width, height, data).map(DynamicImage::from)
        }
        kind => return Err(unsupported(format!("samples of the kind {kind:?}"))),
    })
}

fn sixteen(
    kind: ColorType,
    data: Vec<u16>,
    (width, height): (u32, u32),
    plan: &dyn Fn(usize) -> colour::Plan,
) -> Result<Option<DynamicImage>, Refusal> {
    let buffer = |data| image::ImageBuffer::from_raw(width, height, data);
    Ok(match kind {
        ColorType::Gray(16) => {
            buffer(converted16(data, &plan(1), Layout::Gray)?).map(DynamicImage::ImageLuma16)
        }
        ColorType::RGB(16) => {
            let data = converted16(data, &plan(3), Layout::Rgb)?;
            image::ImageBuffer::from_raw(width, height, data).map(DynamicImage::ImageRgb16)
        }
        ColorType::RGBA(16) => {
            let data = converted16(data, &plan(3), Layout::Rgba)?;
            image::ImageBuffer::from_raw(width, height, data).map(DynamicImage::ImageRgba16)
        }
        kind => return Err(unsupported(format!("samples of the kind {kind:?}"))),
    })
}

/// What a screen shows for four inks without a profile.
fn ink(pixel: &[u8]) -> [u8; 3] {
    let [c, m, y, k] = *pixel else { return [0; 3] };
    [c, m, y].map(|value| {
        let light = u16::from(255 - value) * u16::from(255 - k) / 255;
        light as u8
    })
}

fn converted8(data: Vec<u8>, plan: &colour::Plan, layout: Layout) -> Result<Vec<u8>, Refusal> {
    match plan {
        colour::Plan::Convert(profile) => colour::convert8(profile, &data, layout, layout)
            .ok_or_else(|| damaged("its colour profile cannot be applied")),
        _ => Ok(data),
    }
}

fn converted16(data: Vec<u16>, plan: &colour::Plan, layout: Layout) -> Result<Vec<u16>, Refusal> {
    match plan {
        colour::Plan::Convert(profile) => colour::convert16(profile, &data, layout)
            .ok_or_else(|| damaged("its colour profile cannot be applied")),
        _ => Ok(data),
    }
}

/// One byte for each sample of a row that is packed; stretched to 0..=255 if asked.
fn spread(data: &[u8], width: u32, bits: u8, stretch: bool) -> Vec<u8> {
    if bits >= 8 {
        return data.to_vec();
    }
    let (bits, width) = (usize::from(bits), width as usize);
    let mask = ((1_u16 << bits) - 1) as u8;
    let factor = if stretch { 255 / mask } else { 1 };
    let row = (width * bits).div_ceil(8);
    let mut out = Vec::with_capacity(data.len() * (8 / bits));
    for line in data.chunks_exact(row.max(1)) {
        let all =
            line.iter().flat_map(|b| (1..=8 / bits).map(move |n| (b >> (8 - n * bits)) & mask));
        out.extend(all.take(width).map(|value| value * factor));
    }
    out
}

/// Colours of a colour map: all reds, all greens, all blues, 16 bits each.
fn paint(indices: &[u8], map: &[u16]) -> Option<Vec<u8>> {
    let each = map.len() / 3;
    let mut out = Vec::with_capacity(indices.len() * 3);
    for index in indices {
        for channel in 0..3 {
            let at = channel * each + usize::from(*index);
            if usize::from(*index) >= each {
                return None;
            }
            out.push((map.get(at)? >> 8) as u8);
        }
    }
    Some(out)
}
