//! HEIC (ISO/IEC 23008-12 with HEVC): decoded, and written as JPEG, or as PNG where it is transparent. There is no
//! encoder to write it back; a JPEG opens everywhere.

use super::{colour, note_content, photo, pixels, png, too_large};
use crate::{Context, Format, Kind, Level, Refusal};
use heic_rs::{DecodeOptions, PixelLayout, context::Context as Boxes};
use image::DynamicImage;
use moxcms::Layout;

fn damaged(reason: impl ToString) -> Refusal {
    Refusal::damaged("HEIC", "the picture", reason)
}

/// Rebuilds the primary picture.
pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<(Vec<u8>, Format), Refusal> {
    let about = heic_rs::probe(input).map_err(damaged)?;
    let limit = cx.options().limits.pixels;
    let size = |w: u32, h: u32| u64::from(w) * u64::from(h);
    if size(about.width, about.height).max(size(about.coded_width, about.coded_height)) > limit {
        return Err(too_large(limit));
    }
    let channels = if about.has_alpha { 4 } else { 3 };
    cx.charge(usize::try_from(size(about.width, about.height)).unwrap_or(usize::MAX) * channels)?;
    let options = DecodeOptions {
        layout: if about.has_alpha { PixelLayout::Rgba8 } else { PixelLayout::Rgb8 },
        max_pixels: Some(limit),
        threads: Some(1),
        ..DecodeOptions::default()
    };
    let decoded = heic_rs::decode(input, &options).map_err(damaged)?;
    let format = if about.has_alpha { Format::Png } else { Format::Jpeg };
    let name = format.name();
    cx.removed(Kind::FormatChanged, "picture", format!("HEIC became {name}: compressed anew"));
    if about.has_exif {
        cx.removed(
            Kind::Properties,
            "beside the picture",
            "Exif: camera, time, place and settings",
        );
    }
    if about.has_xmp {
        cx.removed(Kind::Properties, "beside the picture", "XMP: history, authors, rights");
    }
    let what = "everything in the container but the main picture: small pictures, depth, film";
    cx.removed(Kind::Thumbnails, "beside the picture", what);
    note_content(cx);
    let mut data = decoded.data;
    if let Some(profile) = profile(input, about.primary_item)? {
        cx.removed(Kind::Fingerprints, "picture", "the colour profile: converted to sRGB");
        let layout = if about.has_alpha { Layout::Rgba } else { Layout::Rgb };
        data = colour::convert8(&profile, &data, layout, layout)
            .ok_or_else(|| damaged("its colour profile cannot be applied"))?;
    }
    let (width, height) = (decoded.width, decoded.height);
    let picture = if about.has_alpha {
        image::RgbaImage::from_raw(width, height, data).map(DynamicImage::from)
    } else {
        image::RgbImage::from_raw(width, height, data).map(DynamicImage::from)
    };
    let mut picture = picture.ok_or_else(|| damaged("its size is not what its header says"))?;
    if cx.level() == Level::Pixels {
        picture = pixels::flatten_any(picture, cx);
    }
    let bytes = match format {
        Format::Png => png::encode(&picture)?,
        _ => photo::encode(&picture)?,
    };
    Ok((bytes, format))
}

/// The profile of the colours, if they are not sRGB: as ICC, or by the code of a wide gamut (phones write both).
fn profile(input: &[u8], item: u32) -> Result<Option<Box<moxcms::ColorProfile>>, Refusal> {
    let boxes = Boxes::open(input).map_err(damaged)?;
    let props = boxes.props(item).map_err(damaged)?;
    if let Some(profile) = boxes.icc(&props) {
        return Ok(match colour::plan(profile, 3) {
            colour::Plan::Convert(profile) => Some(profile),
            _ => None,
        });
    }
    let coded = heic_rs::decode::effective_nclx(&props);
    match (coded.primaries, coded.transfer) {
        (_, 16 | 18) => Err(Refusal::Unsupported {
            format: "HEIC",
            what: "HDR colours (PQ or HLG)".to_owned(),
            advice: "save it as JPEG first",
        }),
        (12, _) => Ok(Some(Box::new(moxcms::ColorProfile::new_display_p3()))),
        (9, _) => Ok(Some(Box::new(moxcms::ColorProfile::new_bt2020()))),
        _ => Ok(None),
    }
}
