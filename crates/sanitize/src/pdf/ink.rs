//! Colours, shadings and tilings of the original, as device colours and patterns of our own.

use super::model::{Ink, Item, Look, PatternId};
use super::picture::Picture;
use super::record::{Recorder, finite};
use super::store::{Pattern, Store};
use hayro::hayro_interpret::color::Color;
use hayro::hayro_interpret::encode::texture_dimensions;
use hayro::hayro_interpret::pattern::{Pattern as Source, ShadingPattern, TilingPattern};
use hayro::hayro_interpret::shading::ShadingType;
use hayro::hayro_interpret::{BlendMode, CacheKey, Paint};
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape};
use std::fmt::Write;

/// Nothing is painted.
const CLEAR: (Ink, f32) = (Ink::Gray(0.0), 0.0);
/// Pixels to the point of a shading that can only be given as a picture.
const SHADING_SCALE: f32 = 2.0;
/// Pixels of such a picture.
const SHADING_PIXELS: u64 = 1 << 24;
/// How far a colour of a gradient may be off, where 1 is from black to white.
const GRADIENT_TOLERANCE: f32 = 1.0 / 300.0;
/// Pieces of a gradient before it is looked at.
const GRADIENT_PIECES: u16 = 8;
/// Halvings of a piece.
const GRADIENT_DEPTH: u32 = 7;

/// The ink and its opacity. `reach` is the shape that is painted with it, on the page.
pub(super) fn of(
    paint: &Paint<'_>,
    stroke: bool,
    reach: Option<&BezPath>,
    store: &mut Store,
) -> (Ink, f32) {
    match paint {
        Paint::Color(color) => solid(color),
        Paint::Pattern(pattern) => match pattern.as_ref() {
            Source::Shading(shading) => shaded(shading, reach, store).map_or(CLEAR, |id| {
                // a gradient carries no opacity of its own; a picture has it in its pixels
                let alpha = match store.patterns.get(id.0) {
                    Some(Pattern::Gradient { .. }) => shading.opacity,
                    _ => 1.0,
                };
                (Ink::Pattern(id), alpha)
            }),
            Source::Tiling(tiling) => {
                tiled(tiling, stroke, store).map_or(CLEAR, |id| (Ink::Pattern(id), tiling.opacity))
            }
        },
    }
}

fn solid(color: &Color) -> (Ink, f32) {
    let [red, green, blue, alpha] = color.to_rgba().components();
    if let [c, m, y, k] = *color.components()
        && color.color_space().num_components() == 4
        && is_device_cmyk(color)
    {
        return (Ink::Cmyk([c, m, y, k].map(|part| part.clamp(0.0, 1.0))), alpha);
    }
    let ink =
        if red == green && green == blue { Ink::Gray(red) } else { Ink::Rgb([red, green, blue]) };
    (ink, alpha)
}

/// Whether a colour of four components is plain ink of the device. The type is private to the interpreter; what
/// it prints for debugging is not. If that ever changes, such colours become RGB.
fn is_device_cmyk(color: &Color) -> bool {
    struct Start(String);
    impl Write for Start {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.push_str(text);
            if self.0.len() > 32 { Err(std::fmt::Error) } else { Ok(()) }
        }
    }
    let mut start = Start(String::new());
    let _ = write!(start, "{:?}", color.color_space());
    start.0.contains("DeviceCmyk")
}

fn shaded(
    shading: &ShadingPattern,
    reach: Option<&BezPath>,
    store: &mut Store,
) -> Option<PatternId> {
    let bounds = reach?.bounding_box();
    if !(bounds.is_finite() && bounds.width() < 1e6 && bounds.height() < 1e6) {
        return None;
    }
    if !finite(shading.matrix) {
        return None;
    }
    if let Some(gradient) = gradient(shading) {
        return Some(store.add_pattern(gradient));
    }
    as_picture(shading, bounds, store)
}

/// A shading along a line or between circles, as straight pieces between stops.
fn gradient(shading: &ShadingPattern) -> Option<Pattern> {
    let ShadingType::RadialAxial { coords, domain, function, extend, axial } =
        shading.shading.shading_type.as_ref()
    else {
        return None;
    };
    if shading.shading.clip_path.is_some() || shading.transfer_function.is_some() {
        return None;
    }
    let space = &shading.shading.color_space;
    let colour = |components: &[f32]| {
        let [red, green, blue, _] = space.to_rgba(components, 1.0).components();
        [red, green, blue]
    };
    let sample = |at: f32| -> Option<[f32; 3]> {
        let mut out = vec![0.0; function.num_outputs()];
        function.eval(&[domain[0] + (domain[1] - domain[0]) * at], &mut out)?;
        Some(colour(&out))
    };
    let mut stops = vec![(0.0, sample(0.0)?)];
    for piece in 0..GRADIENT_PIECES {
        let from = piece as f32 / GRADIENT_PIECES as f32;
        let to = (piece + 1) as f32 / GRADIENT_PIECES as f32;
        refine((from, sample(from)?), (to, sample(to)?), 0, &sample, &mut stops)?;
    }
    let [a, b, c, d, e, f] = coords.map(f64::from);
    let (from, to) = if *axial {
        ((Point::new(a, b), None), (Point::new(c, d), None))
    } else {
        ((Point::new(a, b), Some(c)), (Point::new(d, e), Some(f)))
    };
    Some(Pattern::Gradient {
        matrix: shading.matrix,
        from,
        to,
        extend: *extend,
        background: shading.shading.background.as_deref().map(colour),
        stops,
    })
}

type Stop = (f32, [f32; 3]);

/// Adds stops until straight pieces are near enough.
fn refine(
    from: Stop,
    to: Stop,
    depth: u32,
    sample: &impl Fn(f32) -> Option<[f32; 3]>,
    stops: &mut Vec<Stop>,
) -> Option<()> {
    let middle = f32::midpoint(from.0, to.0);
    let colour = sample(middle)?;
    let straight = from
        .1
        .iter()
        .zip(to.1)
        .zip(colour)
        .all(|((from, to), is)| (f32::midpoint(*from, to) - is).abs() <= GRADIENT_TOLERANCE);
    if straight || depth >= GRADIENT_DEPTH {
        stops.push(to);
        return Some(());
    }
    refine(from, (middle, colour), depth + 1, sample, stops)?;
    refine((middle, colour), to, depth + 1, sample, stops)
}

/// A shading that has no simple form is sampled, as a cell as large as what it paints.
fn as_picture(shading: &ShadingPattern, bounds: Rect, store: &mut Store) -> Option<PatternId> {
    let cell = bounds.inflate(1.0, 1.0);
    let scale = [SHADING_SCALE, 1.0, 0.5, 0.25].into_iter().find(|scale| {
        let (width, height) = texture_dimensions(cell, *scale);
        u64::from(width) * u64::from(height) <= SHADING_PIXELS
    })?;
    // meshes are sampled on whole units of the space they are painted in: enlarge first
    let (width, height) = texture_dimensions(cell, scale);
    if !store.decodes(width, height) {
        return None;
    }
    let grow = Affine::scale(f64::from(scale)) * Affine::translate(-cell.origin().to_vec2());
    let mut enlarged = shading.clone();
    enlarged.matrix = grow * enlarged.matrix;
    let texture = enlarged
        .encode()
        .render_texture(Rect::new(0.0, 0.0, f64::from(width), f64::from(height)), 1.0);
    // the first row of the texture is the lowest of the page
    let picture = Picture::from_rgba_bottom_up(&texture.data, texture.width, texture.height)?;
    let id = store.add_picture(picture);
    let matrix = Affine::translate(cell.origin().to_vec2())
        * Affine::scale_non_uniform(
            f64::from(texture.width) / f64::from(scale),
            f64::from(texture.height) / f64::from(scale),
        );
    let look = Look { ink: Ink::Gray(0.0), alpha: 1.0, blend: BlendMode::Normal, mask: None };
    let mut items = vec![Item::Picture { id, matrix, look }];
    if let Some(clip) = &shading.shading.clip_path {
        items.insert(0, Item::Clip { path: clip.clone(), even_odd: false });
        items.push(Item::Unclip);
    }
    Some(store.add_pattern(Pattern::Tiling {
        items,
        matrix: Affine::IDENTITY,
        cell,
        step: (cell.width() * 2.0, cell.height() * 2.0),
    }))
}

fn tiled(tiling: &TilingPattern<'_>, stroke: bool, store: &mut Store) -> Option<PatternId> {
    let key = tiling.cache_key() ^ u128::from(stroke);
    if let Some(known) = store.pattern_keys.get(&key) {
        return *known;
    }
    if !finite(tiling.matrix) || !store.enter() {
        return None;
    }
    let mut inner = Recorder::new(store);
    let done = tiling.interpret(&mut inner, Affine::IDENTITY, stroke);
    let items = inner.finish();
    store.leave();
    let id = done.map(|()| {
        store.add_pattern(Pattern::Tiling {
            items,
            matrix: tiling.matrix,
            cell: tiling.bbox,
            step: (f64::from(tiling.x_step), f64::from(tiling.y_step)),
        })
    });
    store.pattern_keys.insert(key, id);
    id
}
