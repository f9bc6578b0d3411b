//! Pictures: what is cut away or covered of them is taken out of their pixels.

use super::super::model::PictureId;
use super::super::picture::{Picture, Pixels};
use super::super::store::Store;
use super::layers::{Area, Face, Layer};
use super::part;
use hayro::kurbo::{Affine, Point, Rect};

/// Share of a picture that may be cut away without being worth it.
const SMALL: f64 = 0.02;

/// Columns and rows from the left and the top: from, up to.
type Window = ((u32, u32), (u32, u32));

/// The picture without what is not seen of it, and its new matrix; nothing if all is seen.
pub(super) fn only_seen(
    id: PictureId,
    matrix: Affine,
    visible: Rect,
    covers: &[Layer],
    store: &mut Store,
) -> Option<(PictureId, Affine)> {
    if matrix.determinant().abs() < 1e-9 {
        return None;
    }
    let picture = store.picture(id)?;
    let inverse = matrix.inverse();
    let whole = ((0, picture.width), (0, picture.height));
    let window = window(inverse, visible, picture);
    let area =
        |window: Window| f64::from(window.0.1 - window.0.0) * f64::from(window.1.1 - window.1.0);
    let cropped = area(window) < area(whole) * (1.0 - SMALL);
    let mut fresh = None;
    for cover in covers {
        blank(cover, matrix, inverse, picture, &mut fresh);
    }
    if !cropped && fresh.is_none() {
        return None;
    }
    let full = fresh.unwrap_or_else(|| picture.clone());
    let (width, height) = (f64::from(full.width), f64::from(full.height));
    let (result, placed) = if cropped {
        let (columns, rows) = window;
        let shrunk = part(
            (f64::from(columns.0), f64::from(columns.1)),
            (f64::from(rows.0), f64::from(rows.1)),
            width,
            height,
        );
        (crop(&full, window)?, matrix * shrunk)
    } else {
        (full, matrix)
    };
    Some((store.add_picture(result), placed))
}

/// The pixels that a rectangle of the page reaches, with one more on each side.
fn window(inverse: Affine, visible: Rect, picture: &Picture) -> Window {
    let seen = inverse.transform_rect_bbox(visible);
    let range = |from: f64, to: f64, size: u32| {
        let size_f = f64::from(size);
        let first = ((from * size_f).floor() - 1.0).clamp(0.0, size_f - 1.0) as u32;
        let last = ((to * size_f).ceil() + 1.0).clamp(f64::from(first) + 1.0, size_f) as u32;
        (first, last)
    };
    (range(seen.x0, seen.x1, picture.width), range(1.0 - seen.y1, 1.0 - seen.y0, picture.height))
}

/// Gives all pixels that are wholly under a cover the cover's colour.
fn blank(
    cover: &Layer,
    matrix: Affine,
    inverse: Affine,
    original: &Picture,
    fresh: &mut Option<Picture>,
) {
    let colour = match cover.face {
        Face::Solid(colour) => colour.map(|part| part.clamp(0.0, 255.0) as u8),
        Face::Picture(_) => [128; 3],
        Face::Mixed => return,
    };
    let reach = cover.bounds.intersect(cover.clip);
    let ((left, right), (top, bottom)) = window(inverse, reach, original);
    let (width, height) = (f64::from(original.width), f64::from(original.height));
    let under = |column: u32, row: u32| {
        let corner = |right: f64, down: f64| {
            matrix
                * Point::new(
                    (f64::from(column) + right) / width,
                    1.0 - (f64::from(row) + down) / height,
                )
        };
        // half a pixel beyond each corner, so that no edge changes its look
        [corner(-0.5, -0.5), corner(1.5, -0.5), corner(1.5, 1.5), corner(-0.5, 1.5)]
            .into_iter()
            .all(|point| within(cover, point))
    };
    for row in top..bottom {
        for column in left..right {
            if under(column, row) {
                fresh.get_or_insert_with(|| original.clone()).set(column, row, colour);
            }
        }
    }
}

fn within(cover: &Layer, point: Point) -> bool {
    cover.bounds.contains(point)
        && cover.clip.contains(point)
        && match &cover.area {
            Area::Rect(_) => true,
            Area::Path { path, even_odd } => super::layers::inside(path, *even_odd, point),
            Area::Quad(inverse) => {
                let at = *inverse * point;
                (0.0..=1.0).contains(&at.x) && (0.0..=1.0).contains(&at.y)
            }
            Area::Line { .. } | Area::Glyph { .. } => false,
        }
}

fn crop(picture: &Picture, window: Window) -> Option<Picture> {
    let ((left, right), (top, bottom)) = window;
    let cut = |values: &[u8], width: u32, samples: usize, area: Window| -> Option<Vec<u8>> {
        let ((left, right), (top, bottom)) = area;
        let stride = (width as usize).checked_mul(samples)?;
        let mut out = Vec::new();
        for row in top..bottom {
            let start = (row as usize).checked_mul(stride)?;
            let from = start + left as usize * samples;
            let to = start + right as usize * samples;
            out.extend_from_slice(values.get(from..to)?);
        }
        Some(out)
    };
    let pixels = match &picture.pixels {
        Pixels::Gray(values) => Pixels::Gray(cut(values, picture.width, 1, window)?),
        Pixels::Rgb(values) => Pixels::Rgb(cut(values, picture.width, 3, window)?),
        Pixels::Stencil(values) => Pixels::Stencil(cut(values, picture.width, 1, window)?),
    };
    // a mask of another size has no pixels that match
    let alpha = match &picture.alpha {
        None => None,
        Some((width, height, values)) if (*width, *height) == (picture.width, picture.height) => {
            Some((right - left, bottom - top, cut(values, *width, 1, window)?))
        }
        Some(_) => return None,
    };
    Some(Picture { width: right - left, height: bottom - top, pixels, alpha, ..picture.clone() })
}
