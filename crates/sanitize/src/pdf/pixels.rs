//! A document as pixels: every page becomes a picture of itself, flattened as pictures are.

use super::first_page::drawn;
use super::scenes;
use super::write::{Objects, number};
use super::{PDF, open};
use crate::{Context, Kind, Refusal, image};
use hayro::hayro_syntax::page::Page;

/// Pixels to the inch: small print stays readable, and a page is a megabyte.
const RESOLUTION: f32 = 200.0;
/// The longest side of a page, in pixels.
const LONGEST: f32 = 5_000.0;

/// A file whose pages are pictures of a rebuilt document's pages, rebuilt in its turn.
pub(super) fn flattened(rebuilt: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let pdf = open(rebuilt)?;
    let mut file = Objects::default();
    let (root, tree) = (file.reserve(), file.reserve());
    let mut kids = String::new();
    for (index, page) in pdf.pages().iter().enumerate() {
        let place = format!("page {}", index + 1);
        let unit = page.raw().get::<f32>(b"UserUnit").unwrap_or(1.0);
        let (jpeg, size) = picture(page, unit, &place, cx)?;
        cx.charge(jpeg.len())?;
        let (width, height) = page.render_dimensions();
        let shown = file.reserve();
        let about = format!(
            "/Type/XObject/Subtype/Image/Width {}/Height {}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode",
            size.0, size.1
        );
        file.set_raw_stream(shown, &about, &jpeg);
        let (width, height) = (number(f64::from(width)), number(f64::from(height)));
        let content = file.reserve();
        let paint = format!("q {width} 0 0 {height} 0 0 cm /I Do Q");
        file.set_raw_stream(content, "", paint.as_bytes());
        let page = file.add(format!(
            "<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {width} {height}]/UserUnit {}/Resources<</XObject<</I {shown} 0 R>>>>/Contents {content} 0 R>>",
            number(f64::from(unit))
        ));
        kids.push_str(&format!("{page} 0 R "));
    }
    file.set(root, format!("<</Type/Catalog/Pages {tree} 0 R>>"));
    let count = pdf.pages().len();
    file.set(tree, format!("<</Type/Pages/Count {count}/Kids[{kids}]>>"));
    cx.removed(Kind::FormatChanged, "the file", "pages became pictures: no text can be selected");
    scenes::rebuild(&open(&file.finish())?, cx)
}

/// A page as a JPEG, and its size in pixels.
fn picture(
    page: &Page<'_>,
    unit: f32,
    place: &str,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, (u32, u32)), Refusal> {
    let (width, height) = page.render_dimensions();
    let longer = width.max(height);
    if !(longer >= 1.0 && longer.is_finite()) {
        return Err(Refusal::damaged(PDF, place, "it has no size"));
    }
    let scale = (RESOLUTION / 72.0 * unit).min(LONGEST / longer);
    let flat = image::flatten(drawn(page, scale, place)?, cx);
    let size = flat.dimensions();
    Ok((image::small(flat.into(), u32::MAX)?, size))
}
