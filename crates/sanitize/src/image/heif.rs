//! HEIC and AVIF (ISO/IEC 23008-12): decoded, and written as JPEG, or as PNG where they are transparent. There is no
//! encoder to write them back; a JPEG opens everywhere.

use super::{av1, colour, note_content, photo, pixels, png, too_large};
use crate::{Context, Format, Kind, Level, Refusal};
use heic_rs::context::Context as Boxes;
use heic_rs::hevc::{self, Frame};
use heic_rs::{MatrixCoefficients, Nclx, PixelLayout, color, grid, transform};
use image::DynamicImage;
use moxcms::{ColorProfile, Layout};
use std::borrow::Cow;

/// A file of one of the two, opened.
struct Source<'a> {
    boxes: Boxes<'a>,
    format: Format,
    /// Most pixels of a picture.
    limit: u64,
}

/// Rebuilds the primary picture.
pub(super) fn clean(
    input: &[u8],
    format: Format,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    let name = format.name();
    let damaged = |reason: String| Refusal::damaged(name, "the picture", reason);
    let bad = |error: heic_rs::Error| damaged(error.to_string());
    let limit = cx.options().limits.pixels;
    let file = match format {
        Format::Avif => {
            as_heif(input).ok_or_else(|| damaged("its first box is damaged".to_owned()))?
        }
        _ => Cow::Borrowed(input),
    };
    let source = Source { boxes: Boxes::open(&file).map_err(bad)?, format, limit };
    let boxes = &source.boxes;
    let item = boxes.meta.primary;
    let props = boxes.props(item).map_err(bad)?;
    let (width, height) = boxes.coded_size(item, &props).map_err(bad)?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > limit {
        return Err(too_large(limit));
    }
    // Planes of 16 bits, the picture, and its copy.
    cx.charge(usize::try_from(pixels).unwrap_or(usize::MAX).saturating_mul(12))?;
    let (frame, coded) = source.frame(item)?;
    let alpha = boxes.alpha_item(item).map_err(bad)?;
    let alpha = alpha.map(|alpha| Ok(source.frame(alpha)?.0)).transpose()?;
    let colours = specified(props.nclx.unwrap_or(coded));
    let layout = if alpha.is_some() { PixelLayout::Rgba8 } else { PixelLayout::Rgb8 };
    let image = color::convert(&frame, alpha.as_ref(), colours, layout, limit, Some(1));
    let image = transform::apply_all(image.map_err(bad)?, &props.transforms).map_err(bad)?;
    let becomes = if alpha.is_some() { Format::Png } else { Format::Jpeg };
    let became = format!("{name} became {}: compressed anew", becomes.name());
    cx.removed(Kind::FormatChanged, "picture", became);
    let beside = "beside the picture";
    if boxes.exif_item(item).is_some() {
        cx.removed(Kind::Properties, beside, "Exif: camera, time, place and settings");
    }
    if boxes.xmp_item(item).is_some() {
        cx.removed(Kind::Properties, beside, "XMP: history, authors, rights");
    }
    let what = "everything in the container but the main picture: small pictures, depth, film";
    cx.removed(Kind::Thumbnails, beside, what);
    note_content(cx);
    let (width, height, mut data) = (image.width, image.height, image.data);
    if let Some(profile) = profile(name, boxes.icc(&props), colours)? {
        cx.removed(Kind::Fingerprints, "picture", "the colour profile: converted to sRGB");
        let layout = if alpha.is_some() { Layout::Rgba } else { Layout::Rgb };
        data = colour::convert8(&profile, &data, layout, layout)
            .ok_or_else(|| damaged("its colour profile cannot be applied".to_owned()))?;
    }
    let shown = if alpha.is_some() {
        image::RgbaImage::from_raw(width, height, data).map(DynamicImage::from)
    } else {
        image::RgbImage::from_raw(width, height, data).map(DynamicImage::from)
    };
    let mut shown =
        shown.ok_or_else(|| damaged("its size is not what its header says".to_owned()))?;
    if cx.level() == Level::Pixels {
        shown = pixels::flatten_any(shown, cx);
    }
    let bytes = match becomes {
        Format::Png => png::encode(&shown)?,
        _ => photo::encode(&shown)?,
    };
    Ok((bytes, becomes))
}

/// A copy with brands that the reader of the container takes. All else is the same for both.
fn as_heif(input: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut copy = input.to_vec();
    let size = usize::try_from(u32::from_be_bytes(*copy.first_chunk()?)).ok()?;
    for brand in copy.get_mut(8..size)?.chunks_exact_mut(4) {
        if brand == b"avif" || brand == b"avis" {
            brand.copy_from_slice(b"mif1");
        }
    }
    Some(Cow::Owned(copy))
}

impl Source<'_> {
    /// The samples of an item, put together if it is a grid, and what its stream says of their colours.
    fn frame(&self, item: u32) -> Result<(Frame, Nclx), Refusal> {
        let Some((layout, tiles)) = self.boxes.grid(item).map_err(|e| self.damaged(e))? else {
            return self.coded(item);
        };
        let (mut frames, mut colours, mut pixels) = (Vec::new(), Nclx::default(), 0_u64);
        for tile in tiles {
            let (frame, coded) = self.coded(tile)?;
            pixels = pixels.saturating_add(u64::from(frame.width) * u64::from(frame.height));
            // Tiles at the edges reach beyond the picture.
            if pixels > self.limit.saturating_mul(2) {
                return Err(too_large(self.limit));
            }
            colours = coded;
            frames.push(frame);
        }
        let frame = grid::compose(&layout, &frames, self.limit).map_err(|e| self.damaged(e))?;
        Ok((frame, colours))
    }

    /// One picture of a stream.
    fn coded(&self, item: u32) -> Result<(Frame, Nclx), Refusal> {
        let bad = |error| self.damaged(error);
        let data = self.boxes.item_data(item).map_err(bad)?;
        if self.format == Format::Avif {
            return av1::decode(&data, self.limit);
        }
        let props = self.boxes.props(item).map_err(bad)?;
        let config = props.hvcc.ok_or_else(|| bad(heic_rs::Error::MissingBox("hvcC")))?;
        let sets = config.parameter_sets();
        let about = hevc::probe(&sets).map_err(bad)?;
        if u64::from(about.width) * u64::from(about.height) > self.limit {
            return Err(too_large(self.limit));
        }
        let units = config.split_nals(&data).map_err(bad)?;
        let frame = hevc::decode_still(&sets, &units).map_err(bad)?;
        frame.validate().map_err(bad)?;
        let unsaid = Nclx { matrix: MatrixCoefficients::Unspecified, ..Nclx::default() };
        Ok((frame, unsaid))
    }

    fn damaged(&self, error: heic_rs::Error) -> Refusal {
        Refusal::damaged(self.format.name(), "the picture", error)
    }
}

/// Where a file does not say it, its colours are coded by BT.601 (MIAF, ISO/IEC 23000-22, 7.3.6.4).
fn specified(mut colours: Nclx) -> Nclx {
    if colours.matrix == MatrixCoefficients::Unspecified {
        colours.matrix = MatrixCoefficients::Bt601;
    }
    colours
}

/// The profile of the colours, if they are not sRGB: as ICC, or by the code of a wide gamut (phones write both).
fn profile(
    name: &'static str,
    icc: Option<&[u8]>,
    coded: Nclx,
) -> Result<Option<Box<ColorProfile>>, Refusal> {
    if let Some(profile) = icc {
        return Ok(match colour::plan(profile, 3) {
            colour::Plan::Convert(profile) => Some(profile),
            _ => None,
        });
    }
    match (coded.primaries, coded.transfer) {
        (_, 16 | 18) => Err(Refusal::Unsupported {
            format: name,
            what: "HDR colours (PQ or HLG)".to_owned(),
            advice: "save it as JPEG first",
        }),
        (12, _) => Ok(Some(Box::new(ColorProfile::new_display_p3()))),
        (9, _) => Ok(Some(Box::new(ColorProfile::new_bt2020()))),
        _ => Ok(None),
    }
}
