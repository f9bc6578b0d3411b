//! Points of a shape by which the whole is judged.

use super::super::store::Glyph;
use hayro::kurbo::{BezPath, ParamCurve, Point, Rect, Shape};

/// Points to a side of the grid.
const GRID: u32 = 7;
/// More say no more.
const MAX_POINTS: usize = 24;

/// Points of a glyph, in 1/1000 em.
pub(super) fn of(glyph: &Glyph, line: bool) -> Vec<Point> {
    match glyph.outline() {
        Some(outline) if line => on(outline),
        Some(outline) => within(outline),
        None => grid(glyph.bounds),
    }
}

/// Points inside a filled path; points on it if it is too thin for the grid.
pub(super) fn within(path: &BezPath) -> Vec<Point> {
    let points: Vec<Point> =
        grid(path.bounding_box()).into_iter().filter(|point| path.winding(*point) != 0).collect();
    if points.len() >= 3 {
        return points.into_iter().take(MAX_POINTS).collect();
    }
    let centre = path.bounding_box().center();
    // a little inwards from the edge
    points.into_iter().chain(on(path).into_iter().map(|point| point.lerp(centre, 0.02))).collect()
}

fn on(path: &BezPath) -> Vec<Point> {
    let segments: Vec<_> = path.segments().collect();
    let step = segments.len().div_ceil(MAX_POINTS).max(1);
    segments.iter().step_by(step).map(|segment| segment.eval(0.5)).collect()
}

fn grid(bounds: Rect) -> Vec<Point> {
    let place = |index: u32| (f64::from(index) + 0.5) / f64::from(GRID);
    (0..GRID)
        .flat_map(|row| (0..GRID).map(move |column| (column, row)))
        .map(|(column, row)| {
            Point::new(
                bounds.x0 + bounds.width() * place(column),
                bounds.y0 + bounds.height() * place(row),
            )
        })
        .collect()
}
