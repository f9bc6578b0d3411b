//! The first page as pixels.

use super::{PDF, interpreted, standard};
use crate::{Context, Refusal};
use hayro::hayro_syntax::page::Page;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{DynamicImage, RgbImage};
use std::sync::Arc;

/// The first page, drawn on white so that its longer side has so many pixels.
pub(crate) fn first_page(
    input: &[u8],
    side: u32,
    cx: &mut Context<'_>,
) -> Result<DynamicImage, Refusal> {
    interpreted(input, cx, |pdf, cx| {
        let none = |reason: &str| Refusal::damaged(PDF, "page 1", reason);
        let page = pdf.pages().first().ok_or_else(|| none("there is none"))?;
        let (width, height) = page.render_dimensions();
        let longer = width.max(height);
        if !(longer >= 1.0 && longer.is_finite()) {
            return Err(none("it has no size"));
        }
        let picture = drawn(page, side as f32 / longer, "page 1")?;
        Ok(DynamicImage::from(crate::image::flatten(picture, cx)))
    })
}

/// A page on white, with so many pixels for each of its points.
pub(super) fn drawn(page: &Page<'_>, scale: f32, place: &str) -> Result<RgbImage, Refusal> {
    let (width, height) = page.render_dimensions();
    // A strip of paper still is at least a pixel wide.
    let across = |length: f32| scale.max(1.0 / length.max(0.01));
    let settings = PixmapSettings {
        x_scale: across(width),
        y_scale: across(height),
        ..PixmapSettings::default()
    };
    let how = standard::settings(Arc::default());
    let cache = RenderCache::new();
    let pixmap = hayro::render(page, &cache, &how, &RenderSettings::default(), &settings);
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    // Colours come multiplied by their opacity: what is missing is the white of the paper.
    let rgb = pixmap.data().iter().flat_map(|pixel| {
        let paper = 255 - pixel.a;
        [pixel.r, pixel.g, pixel.b].map(|value| value.saturating_add(paper))
    });
    let whole = RgbImage::from_raw(width, height, rgb.collect());
    whole.ok_or_else(|| Refusal::damaged(PDF, place, "it cannot be drawn"))
}
