//! A JPEG as a whole: what is around the picture, its turn, its colours.

use super::{colour, jpeg, note_content, note_trailing, pixels, too_large};
use crate::{Context, Kind, Level, Refusal};
use image::{DynamicImage, ExtendedColorType, metadata::Orientation};
use jpeg::Found;
use moxcms::Layout;
use zune_jpeg::zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};

/// Quality of a picture that had to be compressed anew, as libjpeg counts.
const QUALITY: u8 = 92;

/// Rebuilds a photo.
pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let limit = cx.options().limits.pixels;
    let (bytes, found) = jpeg::rebuild(input, limit, |found| orientation(found).to_exif())?;
    report(&found, cx);
    let plan = match found.profile.as_slice() {
        [] => colour::Plan::Same,
        profile => colour::plan(profile, found.components),
    };
    if !found.profile.is_empty() {
        cx.removed(Kind::Fingerprints, "picture", "the colour profile, with the names in it");
    }
    let plan = match plan {
        // What ink makes of these numbers depends on the press; they stay what they are.
        colour::Plan::Convert(_) if found.components == 4 => {
            cx.remains(
                "The picture is in the colours of a printing press (CMYK). Without its profile a screen may show \
                 them slightly differently.",
            );
            colour::Plan::Unreadable
        }
        plan => plan,
    };
    match (plan, cx.level()) {
        (colour::Plan::Same | colour::Plan::Unreadable, Level::KeepLook) => {
            cx.remains(
                "The compression of a JPEG is kept as it was, so that no pixel changes; its settings can tell which \
                 kind of camera or program made it. The level of pixels compresses anew.",
            );
            Ok(bytes)
        }
        (plan, level) => {
            let picture = decode(&bytes, &plan, &found)?;
            let mut picture = picture;
            picture.apply_orientation(orientation(&found));
            if level == Level::Pixels {
                picture = pixels::flatten_any(picture, cx);
            } else {
                cx.removed(
                    Kind::Fingerprints,
                    "picture",
                    "colours of another profile: converted to sRGB, compressed anew",
                );
            }
            encode(&picture)
        }
    }
}

/// How the picture is to be turned, by its Exif.
fn orientation(found: &Found) -> Orientation {
    let exif = found.exif.as_deref().unwrap_or_default();
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}

fn report(found: &Found, cx: &mut Context<'_>) {
    for (what, count) in &found.segments {
        let kind = match *what {
            "a small picture of the picture" | "a list of further pictures" => Kind::Thumbnails,
            "a comment" => Kind::Comments,
            "data of a program or camera" | "a segment without meaning" => Kind::UnusedData,
            _ => Kind::Properties,
        };
        (0..*count).for_each(|_| cx.removed(kind, "beside the picture", *what));
    }
    if found.exif.as_deref().is_some_and(has_second_directory) {
        cx.removed(Kind::Thumbnails, "Exif", "a small picture of the picture");
    }
    if found.unused > 0 {
        cx.removed(Kind::UnusedData, "in the picture's data", "bytes that paint nothing");
    }
    note_trailing(cx, found.trailing);
    note_content(cx);
}

/// Whether the Exif has a second directory, which is the thumbnail's (Exif 2.32, 4.5.8).
fn has_second_directory(exif: &[u8]) -> bool {
    let little = exif.starts_with(b"II");
    let u16_at = |at: usize| {
        let raw = *exif.get(at..)?.first_chunk()?;
        Some(usize::from(if little { u16::from_le_bytes(raw) } else { u16::from_be_bytes(raw) }))
    };
    let u32_at = |at: usize| {
        let raw = *exif.get(at..)?.first_chunk()?;
        Some(if little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) })
    };
    let second = || {
        let first = usize::try_from(u32_at(4)?).ok()?;
        let entries = u16_at(first)?;
        u32_at(first.checked_add(2 + entries * 12)?)
    };
    second().is_some_and(|at| at != 0)
}

/// The pixels, in sRGB.
fn decode(bytes: &[u8], plan: &colour::Plan, found: &Found) -> Result<DynamicImage, Refusal> {
    let bad = |reason: String| Refusal::damaged("JPEG", "its picture", reason);
    let (width, height) = found.size;
    let want = if found.components == 1 { ColorSpace::Luma } else { ColorSpace::RGB };
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(want)
        .set_max_width(65_535)
        .set_max_height(65_535)
        .set_strict_mode(true);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let data = decoder.decode().map_err(|error| bad(error.to_string()))?;
    let profile = match plan {
        colour::Plan::Convert(profile) => Some(profile),
        _ => None,
    };
    let (data, layout) = match (profile, want) {
        (Some(profile), ColorSpace::Luma) => {
            (colour::convert8(profile, &data, Layout::Gray, Layout::Gray), Layout::Gray)
        }
        (Some(profile), _) => {
            (colour::convert8(profile, &data, Layout::Rgb, Layout::Rgb), Layout::Rgb)
        }
        (None, ColorSpace::Luma) => (Some(data), Layout::Gray),
        (None, _) => (Some(data), Layout::Rgb),
    };
    let data = data.ok_or_else(|| bad("its colour profile cannot be applied".to_owned()))?;
    let picture = match layout {
        Layout::Gray => image::GrayImage::from_raw(width, height, data).map(DynamicImage::from),
        _ => image::RgbImage::from_raw(width, height, data).map(DynamicImage::from),
    };
    picture.ok_or_else(|| bad("its size is not what its header says".to_owned()))
}

/// A fresh JPEG of the pixels, without anything around them.
pub(super) fn encode(picture: &DynamicImage) -> Result<Vec<u8>, Refusal> {
    let failed = |reason: String| Refusal::unsound("JPEG", "its picture", reason);
    let (width, height) = (picture.width(), picture.height());
    let mut raw = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut raw, QUALITY);
    match picture {
        DynamicImage::ImageLuma8(grey) => {
            encoder.encode(grey, width, height, ExtendedColorType::L8)
        }
        other => encoder.encode(&other.to_rgb8(), width, height, ExtendedColorType::Rgb8),
    }
    .map_err(|error| failed(error.to_string()))?;
    // The encoder's own header and tables go through the same rebuild as everybody's.
    let pixels = u64::from(width) * u64::from(height);
    let (bytes, _) = jpeg::rebuild(&raw, pixels, |_| 1)?;
    if width > 65_535 || height > 65_535 { Err(too_large(pixels)) } else { Ok(bytes) }
}
