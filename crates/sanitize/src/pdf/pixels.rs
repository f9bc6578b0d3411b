//! Pages as pixels.

use super::model::{Ink, Item, Look, Scene};
use super::picture::{Picture, Pixels};
use super::store::Store;
use super::{PDF, interpreted, scenes, standard};
use crate::{Context, Kind, Refusal};
use hayro::hayro_interpret::BlendMode;
use hayro::hayro_syntax::{Pdf, page::Page};
use hayro::kurbo::Affine;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{DynamicImage, RgbImage};
use std::sync::Arc;

/// Pixels to the point: 150 to the inch.
const DENSITY: f32 = 150.0 / 72.0;
/// The longer side of a page that is drawn, in pixels: larger ones are drawn coarser.
const SIDE: f32 = 6000.0;

/// The first page, drawn on white so that its longer side has so many pixels.
pub(crate) fn first_page(
    input: &[u8],
    side: u32,
    cx: &mut Context<'_>,
) -> Result<DynamicImage, Refusal> {
    interpreted(input, cx, |pdf, cx| {
        let page = pdf.pages().first();
        let page = page.ok_or_else(|| Refusal::damaged(PDF, "page 1", "there is none"))?;
        let (width, height) = page.render_dimensions();
        let picture = drawn(page, side as f32 / width.max(height), "page 1")?;
        Ok(DynamicImage::from(crate::image::flatten(picture, cx)))
    })
}

/// A rebuilt document with a picture of each page in its place.
pub(super) fn flat(pdf: &Pdf, cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let (mut store, mut all) = (Store::default(), Vec::new());
    for (index, page) in pdf.pages().iter().enumerate() {
        let place = format!("page {}", index + 1);
        let (width, height) = page.render_dimensions();
        let scale = DENSITY.min(SIDE / width.max(height));
        let picture = crate::image::flatten(drawn(page, scale, &place)?, cx);
        cx.charge(picture.len())?;
        let (wide, high) = picture.dimensions();
        let picture = Picture {
            width: wide,
            height: high,
            pixels: Pixels::Rgb(picture.into_raw()),
            alpha: None,
            photo: true,
            smooth: true,
        };
        let id = store.add_picture(picture);
        let (width, height) = (f64::from(width), f64::from(height));
        let look = Look { ink: Ink::Gray(0.0), alpha: 1.0, blend: BlendMode::Normal, mask: None };
        let matrix = Affine::scale_non_uniform(width, height);
        let unit = page.raw().get::<f64>(b"UserUnit").unwrap_or(1.0);
        all.push(Scene { items: vec![Item::Picture { id, matrix, look }], width, height, unit });
        let what = "its letters and drawings: it is a picture now, 150 pixels to the inch";
        cx.removed(Kind::FormatChanged, place, what);
    }
    Ok(scenes::write(&all, &store))
}

fn drawn(page: &Page<'_>, scale: f32, place: &str) -> Result<RgbImage, Refusal> {
    let none = |reason: &str| Refusal::damaged(PDF, place, reason);
    let (width, height) = page.render_dimensions();
    if !(scale > 0.0 && scale.is_finite() && width > 0.0 && height > 0.0) {
        return Err(none("it has no size"));
    }
    // A strip of paper still is at least a pixel wide.
    let across = |length: f32| scale.max(1.0 / length);
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
    RgbImage::from_raw(width, height, rgb.collect()).ok_or_else(|| none("it cannot be drawn"))
}
