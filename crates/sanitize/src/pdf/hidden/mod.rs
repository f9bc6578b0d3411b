//! What is on the page and not to be seen: found by where it is and what is over and under it.
//!
//! A point of a glyph is hidden if it is outside the page or a clip, if something opaque lies over it, or if it has
//! the colour of what lies under it. A glyph goes if no point of it is to be seen, or if half of it is covered:
//! what pokes out from a black box must not bring back the word.

mod layers;
mod pictures;
mod samples;

use super::model::{How, Item, Placed, Scene};
use super::store::{Glyph, Shape, Store};
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape as _};
use layers::{Area, Face, Layer, Layers};

/// Size of letters in points, from the foot of one line to that of the next, under which nobody reads them.
const TINY: f64 = 1.0;
/// How far a colour must be from what is under it to be seen, of 255.
const CONTRAST: f32 = 16.0;
/// Opacity under which nothing is seen.
const FAINT: f32 = 0.06;
/// Share of a glyph that must be covered.
const COVERED: f64 = 0.5;

/// What was found, in characters or things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) invisible: u64,
    pub(super) outside: u64,
    pub(super) tiny: u64,
    pub(super) same_colour: u64,
    pub(super) covered: u64,
    pub(super) drawings: u64,
    pub(super) pictures: u64,
    /// Pictures of which a part was covered or cut away.
    pub(super) parts: u64,
    /// Whether there is too much on the page to tell.
    pub(super) unsure: bool,
}

/// What is to stay although hidden.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Keeps {
    pub(super) hidden: bool,
    pub(super) covered: bool,
}

/// Takes what is hidden off a page and says what it was.
pub(super) fn remove(scene: &mut Scene, keeps: Keeps, store: &mut Store) -> Found {
    let page = Rect::new(0.0, 0.0, scene.width, scene.height);
    let mut layers = Layers::new(page);
    let mut order = 0;
    gather(&scene.items, page, &mut Vec::new(), true, &mut order, &mut layers, store);
    let mut sieve = Sieve {
        layers,
        page,
        unit: scene.unit,
        keeps,
        found: Found::default(),
        order: 0,
        clips: Vec::new(),
    };
    let items = std::mem::take(&mut scene.items);
    scene.items = sieve.items(items, store);
    sieve.found.unsure = sieve.layers.overrun();
    sieve.found
}

/// A clip in force: its path, its bounds, whether it is more than its bounds.
#[derive(Clone)]
struct Clip {
    path: BezPath,
    even_odd: bool,
    bounds: Rect,
    cut: bool,
}

impl Clip {
    fn new(path: &BezPath, even_odd: bool, around: Rect) -> Self {
        let upright = layers::upright(path);
        let bounds = if path.elements().is_empty() {
            Rect::new(around.x0, around.y0, around.x0, around.y0)
        } else {
            path.bounding_box().intersect(around)
        };
        Self { path: path.clone(), even_odd, bounds, cut: upright.is_none() }
    }
}

fn area_of(clips: &[Clip], page: Rect) -> (Rect, bool) {
    (clips.last().map_or(page, |clip| clip.bounds), clips.iter().any(|clip| clip.cut))
}

fn gather(
    items: &[Item],
    page: Rect,
    clips: &mut Vec<Clip>,
    solid: bool,
    order: &mut usize,
    layers: &mut Layers,
    store: &Store,
) {
    for item in items {
        *order += 1;
        let (area, cut) = area_of(clips, page);
        match item {
            Item::Clip { path, even_odd } => clips.push(Clip::new(path, *even_odd, area)),
            Item::Unclip => {
                clips.pop();
            }
            Item::Group { items, alpha, blend, mask } => {
                let plain = *alpha > 0.99
                    && *blend == hayro::hayro_interpret::BlendMode::Normal
                    && mask.is_none();
                gather(items, page, clips, solid && plain, order, layers, store);
            }
            Item::Text { glyphs, how, look, .. } => {
                if matches!(how, How::Invisible) {
                    continue;
                }
                let face = match layers::rgb(look.ink) {
                    Some(colour) if solid && look.opaque() => Face::Solid(colour),
                    _ => Face::Mixed,
                };
                for placed in glyphs {
                    if let Some(glyph) = store.glyph(placed.glyph)
                        && glyph.outline().is_some()
                    {
                        layers.add(Layer {
                            order: *order,
                            bounds: placed.matrix.transform_rect_bbox(glyph.bounds),
                            area: Area::Glyph {
                                id: placed.glyph,
                                inverse: placed.matrix.inverse(),
                            },
                            face,
                            clip: area,
                            cut,
                        });
                    }
                }
            }
            item => layers.add_all(layers::of(item, *order, area, cut, solid, store)),
        }
    }
}

impl Layers {
    fn add_all(&mut self, layer: Option<Layer>) {
        if let Some(layer) = layer {
            self.add(layer);
        }
    }
}

/// Why a glyph is not seen.
enum Verdict {
    Seen,
    Outside,
    Tiny,
    SameColour,
    Covered,
}

struct Sieve {
    layers: Layers,
    page: Rect,
    unit: f64,
    keeps: Keeps,
    found: Found,
    order: usize,
    clips: Vec<Clip>,
}

impl Sieve {
    fn items(&mut self, items: Vec<Item>, store: &mut Store) -> Vec<Item> {
        let mut kept = Vec::with_capacity(items.len());
        for item in items {
            self.order += 1;
            let (area, _) = area_of(&self.clips, self.page);
            match item {
                Item::Clip { path, even_odd } => {
                    self.clips.push(Clip::new(&path, even_odd, area));
                    kept.push(Item::Clip { path, even_odd });
                }
                Item::Unclip => {
                    self.clips.pop();
                    // a clip that nothing is painted in
                    if matches!(kept.last(), Some(Item::Clip { .. })) {
                        kept.pop();
                    } else {
                        kept.push(Item::Unclip);
                    }
                }
                Item::Group { items, alpha, blend, mask } => {
                    let items = self.items(items, store);
                    if !items.is_empty() {
                        kept.push(Item::Group { items, alpha, blend, mask });
                    }
                }
                Item::Text { glyphs, how, scale, look } => {
                    let glyphs = self.text(glyphs, &how, &look, store);
                    if !glyphs.is_empty() {
                        kept.push(Item::Text { glyphs, how, scale, look });
                    }
                }
                item @ Item::Path { .. } => {
                    if self.drawing(&item, area, store) {
                        kept.push(item);
                    }
                }
                Item::Picture { id, matrix, look } => {
                    kept.extend(self.picture(Item::Picture { id, matrix, look }, area, store));
                }
                Item::Stencil { id, matrix, look } => {
                    kept.extend(self.picture(Item::Stencil { id, matrix, look }, area, store));
                }
            }
        }
        kept
    }

    fn text(
        &mut self,
        glyphs: Vec<Placed>,
        how: &How,
        look: &super::model::Look,
        store: &Store,
    ) -> Vec<Placed> {
        let mut kept = Vec::with_capacity(glyphs.len());
        let mut seen = false;
        for placed in glyphs {
            let Some(glyph) = store.glyph(placed.glyph) else { continue };
            let letters = u64::try_from(glyph.text.trim().chars().count().max(1)).unwrap_or(1);
            if matches!(how, How::Invisible) {
                if glyph.text.trim().is_empty() {
                    if self.keeps.hidden {
                        kept.push(placed);
                    }
                    continue;
                }
                self.found.invisible += letters;
                if self.keeps.hidden {
                    seen = true;
                    kept.push(placed);
                }
                continue;
            }
            if matches!(glyph.shape, Shape::Blank) || glyph.bounds.area() == 0.0 {
                kept.push(placed);
                continue;
            }
            let (count, stays) = match self.judge(&placed, glyph, how, look, store) {
                Verdict::Seen => {
                    seen = true;
                    kept.push(placed);
                    continue;
                }
                Verdict::Outside => (&mut self.found.outside, self.keeps.hidden),
                Verdict::Tiny => (&mut self.found.tiny, self.keeps.hidden),
                Verdict::SameColour => (&mut self.found.same_colour, self.keeps.hidden),
                Verdict::Covered => (&mut self.found.covered, self.keeps.covered),
            };
            *count += letters;
            if stays {
                seen = true;
                kept.push(placed);
            }
        }
        // blanks between what is gone would tell how long it was
        if seen { kept } else { Vec::new() }
    }

    fn judge(
        &mut self,
        placed: &Placed,
        glyph: &Glyph,
        how: &How,
        look: &super::model::Look,
        store: &Store,
    ) -> Verdict {
        let [_, _, c, d, ..] = placed.matrix.as_coeffs();
        if c.hypot(d) * 1000.0 * self.unit < TINY {
            return Verdict::Tiny;
        }
        let points = samples::of(glyph, matches!(how, How::Stroke(_)));
        let points: Vec<Point> = points
            .into_iter()
            .map(|point| placed.matrix * point)
            .filter(|point| self.shows(*point))
            .collect();
        if points.is_empty() {
            return Verdict::Outside;
        }
        if look.alpha < FAINT {
            return Verdict::SameColour;
        }
        let open: Vec<Point> = points
            .iter()
            .copied()
            .filter(|point| !self.layers.covered(self.order, *point, store))
            .collect();
        if (points.len() - open.len()) as f64 >= COVERED * points.len() as f64 {
            return Verdict::Covered;
        }
        if self.blends_in(&open, look, store) { Verdict::SameColour } else { Verdict::Seen }
    }

    /// Whether all points have the colour of what is under them.
    fn blends_in(&mut self, points: &[Point], look: &super::model::Look, store: &Store) -> bool {
        let Some(colour) = layers::rgb(look.ink) else { return false };
        points.iter().all(|point| {
            self.layers.under(self.order, *point, store).is_some_and(|under| {
                under
                    .iter()
                    .zip(colour)
                    .all(|(under, over)| ((under - over) * look.alpha).abs() <= CONTRAST)
            })
        })
    }

    /// Whether a point is on the page and within all clips.
    fn shows(&self, point: Point) -> bool {
        self.page.contains(point)
            && self.clips.iter().all(|clip| {
                clip.bounds.contains(point)
                    && (!clip.cut || layers::inside(&clip.path, clip.even_odd, point))
            })
    }

    /// Whether a drawing stays.
    fn drawing(&mut self, item: &Item, area: Rect, store: &Store) -> bool {
        let Item::Path { path, matrix, how, look } = item else { return true };
        let Some(bounds) = item.bounds() else { return false };
        // lines may have no width or no height
        let visible = bounds.inflate(0.05, 0.05).intersect(area);
        if visible.width() <= 0.0 || visible.height() <= 0.0 {
            self.found.drawings += 1;
            return self.keeps.hidden;
        }
        if !self.keeps.covered && self.wholly_covered(visible) {
            self.found.drawings += 1;
            return false;
        }
        // letters drawn as shapes, in the colour of what is under them
        let letter = path.elements().len() > 6 && bounds.width() < 60.0 && bounds.height() < 60.0;
        if letter && matches!(how, How::Fill { .. }) && !self.keeps.hidden {
            let path = *matrix * path;
            let points: Vec<Point> =
                samples::within(&path).into_iter().filter(|point| self.shows(*point)).collect();
            if !points.is_empty() && self.blends_in(&points, look, store) {
                self.found.drawings += 1;
                return false;
            }
        }
        true
    }

    /// Whether one upright cover hides a whole rectangle.
    fn wholly_covered(&mut self, visible: Rect) -> bool {
        self.layers.covers(self.order, visible).iter().any(|layer| match &layer.area {
            Area::Rect(rect) => rect.intersect(layer.clip).contains_rect(visible),
            Area::Quad(inverse) => {
                layer.clip.contains_rect(visible)
                    && corners(visible).into_iter().all(|corner| {
                        let at = *inverse * corner;
                        (0.0..=1.0).contains(&at.x) && (0.0..=1.0).contains(&at.y)
                    })
            }
            Area::Path { .. } | Area::Line { .. } | Area::Glyph { .. } => false,
        })
    }

    fn picture(&mut self, item: Item, area: Rect, store: &mut Store) -> Option<Item> {
        let bounds = item.bounds()?;
        let visible = bounds.intersect(area);
        if visible.width() <= 0.0 || visible.height() <= 0.0 {
            self.found.pictures += 1;
            return self.keeps.hidden.then_some(item);
        }
        if self.keeps.covered {
            return Some(item);
        }
        if self.wholly_covered(visible) {
            self.found.pictures += 1;
            return None;
        }
        let covers = self.layers.covers(self.order, visible);
        let (id, matrix) = match &item {
            Item::Picture { id, matrix, .. } | Item::Stencil { id, matrix, .. } => (*id, *matrix),
            _ => return Some(item),
        };
        let Some((id, matrix)) = pictures::only_seen(id, matrix, visible, &covers, store) else {
            return Some(item);
        };
        self.found.parts += 1;
        Some(match item {
            Item::Stencil { look, .. } => Item::Stencil { id, matrix, look },
            Item::Picture { look, .. } => Item::Picture { id, matrix, look },
            other => other,
        })
    }
}

fn corners(rect: Rect) -> [Point; 4] {
    [
        Point::new(rect.x0, rect.y0),
        Point::new(rect.x1, rect.y0),
        Point::new(rect.x1, rect.y1),
        Point::new(rect.x0, rect.y1),
    ]
}

/// The matrix that takes the unit square to a part of it: columns from the left, rows from the top, of so many.
fn part(columns: (f64, f64), rows: (f64, f64), width: f64, height: f64) -> Affine {
    Affine::new([
        (columns.1 - columns.0) / width,
        0.0,
        0.0,
        (rows.1 - rows.0) / height,
        columns.0 / width,
        1.0 - rows.1 / height,
    ])
}
