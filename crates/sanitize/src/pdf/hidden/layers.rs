//! What lies over and under a point of the page.

use super::super::model::{How, Ink, Item, Look, PictureId, scale_of};
use super::super::picture::{Picture, Pixels};
use super::super::store::Store;
use hayro::kurbo::{Affine, BezPath, ParamCurveNearest, Point, Rect, Shape};

/// Cells to a side of the page.
const CELLS: usize = 32;
/// Entries of all cells together.
const MAX_ENTRIES: usize = 8_000_000;
/// Questions whether a point is in a shape.
const MAX_TESTS: u64 = 400_000_000;

/// The shape of a layer.
#[derive(Clone, Debug)]
pub(super) enum Area {
    Rect(Rect),
    /// Filled.
    Path {
        path: BezPath,
        even_odd: bool,
    },
    /// Within so many points of a line.
    Line {
        path: BezPath,
        reach: f64,
    },
    /// The unit square under a matrix; its inverse.
    Quad(Affine),
    /// An outline under a matrix; its inverse.
    Glyph {
        id: super::super::model::GlyphId,
        inverse: Affine,
    },
}

/// What a layer shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Face {
    /// One colour, nothing through it: red, green, blue from 0 to 255.
    Solid([f32; 3]),
    /// Pixels, nothing through them.
    Picture(PictureId),
    /// Something else.
    Mixed,
}

/// Something painted at an order.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) order: usize,
    pub(super) bounds: Rect,
    pub(super) area: Area,
    pub(super) face: Face,
    /// It ends where these end.
    pub(super) clip: Rect,
    /// Whether it ends elsewhere, too.
    pub(super) cut: bool,
}

impl Layer {
    /// Whether nothing below it shows where it is.
    pub(super) fn covers(&self) -> bool {
        self.face != Face::Mixed
            && !self.cut
            && !matches!(self.area, Area::Line { .. } | Area::Glyph { .. })
    }

    fn contains(&self, point: Point, store: &Store) -> bool {
        if !self.bounds.contains(point) || !self.clip.contains(point) {
            return false;
        }
        match &self.area {
            Area::Rect(_) => true,
            Area::Path { path, even_odd } => inside(path, *even_odd, point),
            Area::Line { path, reach } => path
                .segments()
                .any(|segment| segment.nearest(point, 0.05).distance_sq <= reach * reach),
            Area::Quad(inverse) => {
                let at = *inverse * point;
                (0.0..=1.0).contains(&at.x) && (0.0..=1.0).contains(&at.y)
            }
            Area::Glyph { id, inverse } => store
                .glyph(*id)
                .and_then(|glyph| glyph.outline())
                .is_some_and(|outline| outline.winding(*inverse * point) != 0),
        }
    }

    /// Its colour at a point that is in it.
    fn colour(&self, point: Point, store: &Store) -> Option<[f32; 3]> {
        match self.face {
            Face::Solid(colour) => Some(colour),
            Face::Picture(id) => {
                let Area::Quad(inverse) = &self.area else { return None };
                pixel(store.picture(id)?, *inverse * point)
            }
            Face::Mixed => None,
        }
    }
}

/// Whether a point is in a filled path.
pub(super) fn inside(path: &BezPath, even_odd: bool, point: Point) -> bool {
    let winding = path.winding(point);
    if even_odd { winding % 2 != 0 } else { winding != 0 }
}

/// The colour of a picture at a place of the unit square.
fn pixel(picture: &Picture, at: Point) -> Option<[f32; 3]> {
    let column = ((at.x * f64::from(picture.width)) as usize).min(picture.width as usize - 1);
    let row =
        (((1.0 - at.y) * f64::from(picture.height)) as usize).min(picture.height as usize - 1);
    let index = row.checked_mul(picture.width as usize)?.checked_add(column)?;
    match &picture.pixels {
        Pixels::Gray(values) => values.get(index).map(|value| [f32::from(*value); 3]),
        Pixels::Rgb(values) => match values.get(index * 3..index * 3 + 3)? {
            [red, green, blue] => Some([*red, *green, *blue].map(f32::from)),
            _ => None,
        },
        Pixels::Stencil(_) => None,
    }
}

/// Red, green, blue from 0 to 255, roughly; nothing for patterns.
pub(super) fn rgb(ink: Ink) -> Option<[f32; 3]> {
    match ink {
        Ink::Gray(gray) => Some([gray * 255.0; 3]),
        Ink::Rgb(rgb) => Some(rgb.map(|part| part * 255.0)),
        Ink::Cmyk([c, m, y, k]) => Some([c, m, y].map(|part| (1.0 - part) * (1.0 - k) * 255.0)),
        Ink::Pattern(_) => None,
    }
}

/// All that is painted on a page, to be asked by place.
pub(super) struct Layers {
    layers: Vec<Layer>,
    cells: Vec<Vec<u32>>,
    page: Rect,
    entries: usize,
    tests: u64,
}

impl Layers {
    pub(super) fn new(page: Rect) -> Self {
        Self {
            layers: Vec::new(),
            cells: vec![Vec::new(); CELLS * CELLS],
            page,
            entries: 0,
            tests: 0,
        }
    }

    /// Whether it was asked too much to be sure of the answers.
    pub(super) fn overrun(&self) -> bool {
        self.entries > MAX_ENTRIES || self.tests > MAX_TESTS
    }

    /// The layers that cover what is below them, and reach into a rectangle, later than an order.
    pub(super) fn covers(&mut self, order: usize, within: Rect) -> Vec<Layer> {
        self.tests = self.tests.saturating_add(self.layers.len() as u64 / 8);
        if self.overrun() {
            return Vec::new();
        }
        let first = self.layers.partition_point(|layer| layer.order <= order);
        let rest = self.layers.get(first..).unwrap_or_default();
        rest.iter()
            .filter(|layer| layer.covers() && layer.bounds.intersect(layer.clip).overlaps(within))
            .cloned()
            .collect()
    }

    pub(super) fn add(&mut self, layer: Layer) {
        let visible = layer.bounds.intersect(layer.clip).intersect(self.page);
        if self.entries > MAX_ENTRIES || visible.width() < 0.0 || visible.height() < 0.0 {
            return;
        }
        let index = u32::try_from(self.layers.len()).unwrap_or(u32::MAX);
        let (from, to) = (self.cell(visible.x0, visible.y0), self.cell(visible.x1, visible.y1));
        for row in from.1..=to.1 {
            for column in from.0..=to.0 {
                if let Some(cell) = self.cells.get_mut(row * CELLS + column) {
                    cell.push(index);
                    self.entries += 1;
                }
            }
        }
        self.layers.push(layer);
    }

    fn cell(&self, x: f64, y: f64) -> (usize, usize) {
        let place = |value: f64, size: f64| {
            ((value / size.max(1e-9) * CELLS as f64).max(0.0) as usize).min(CELLS - 1)
        };
        (place(x - self.page.x0, self.page.width()), place(y - self.page.y0, self.page.height()))
    }

    fn at(&self, point: Point) -> &[u32] {
        let (column, row) = self.cell(point.x, point.y);
        self.cells.get(row * CELLS + column).map_or(&[], Vec::as_slice)
    }

    /// Whether something later than an order hides what is at a point.
    pub(super) fn covered(&mut self, order: usize, point: Point, store: &Store) -> bool {
        let mut tests = 0;
        let found = self
            .at(point)
            .iter()
            .rev()
            .filter_map(|index| self.layers.get(*index as usize))
            .take_while(|layer| layer.order > order)
            .any(|layer| {
                tests += 1;
                layer.covers() && layer.contains(point, store)
            });
        self.tests = self.tests.saturating_add(tests);
        found
    }

    /// The colour under a point before an order, if it is one.
    pub(super) fn under(&mut self, order: usize, point: Point, store: &Store) -> Option<[f32; 3]> {
        if self.overrun() {
            return None;
        }
        let mut tests = 0;
        let mut found = Some([255.0; 3]);
        for layer in
            self.at(point).iter().rev().filter_map(|index| self.layers.get(*index as usize))
        {
            tests += 1;
            if layer.order < order && layer.contains(point, store) {
                found = if layer.cut { None } else { layer.colour(point, store) };
                break;
            }
        }
        self.tests = self.tests.saturating_add(tests);
        found
    }
}

/// The layer that an item makes; text makes one for each glyph, elsewhere.
pub(super) fn of(
    item: &Item,
    order: usize,
    clip: Rect,
    cut: bool,
    solid: bool,
    store: &Store,
) -> Option<Layer> {
    let bounds = item.bounds()?;
    let face = |look: &Look| match rgb(look.ink) {
        Some(colour) if solid && look.opaque() => Face::Solid(colour),
        _ => Face::Mixed,
    };
    let (area, face) = match item {
        Item::Path { path, matrix, how, look } => match how {
            How::Fill { even_odd } => {
                let path = *matrix * path;
                let area = match upright(&path) {
                    Some(rect) => Area::Rect(rect),
                    None => Area::Path { path, even_odd: *even_odd },
                };
                (area, face(look))
            }
            How::Stroke(props) => {
                let reach = f64::from(props.line_width) * scale_of(*matrix) / 2.0;
                (Area::Line { path: *matrix * path, reach: reach.max(0.2) }, face(look))
            }
            How::Invisible => return None,
        },
        Item::Picture { id, matrix, look } => {
            let whole = store.picture(*id).is_some_and(|picture| picture.alpha.is_none());
            let face =
                if whole && solid && look.opaque() { Face::Picture(*id) } else { Face::Mixed };
            (Area::Quad(matrix.inverse()), face)
        }
        Item::Stencil { matrix, .. } => (Area::Quad(matrix.inverse()), Face::Mixed),
        Item::Clip { .. } | Item::Unclip | Item::Text { .. } | Item::Group { .. } => return None,
    };
    Some(Layer { order, bounds, area, face, clip, cut })
}

/// The rectangle that a path is, if it is an upright one.
pub(super) fn upright(path: &BezPath) -> Option<Rect> {
    let bounds = path.bounding_box();
    let corners = path.elements().len();
    ((4..=6).contains(&corners)
        && path.segments().all(|segment| {
            matches!(segment, hayro::kurbo::PathSeg::Line(line)
                if (line.p0.x - line.p1.x).abs() < 1e-6 || (line.p0.y - line.p1.y).abs() < 1e-6)
        })
        && (path.area().abs() - bounds.area()).abs() <= 1e-6 * bounds.area().max(1e-9))
    .then_some(bounds)
}
