//! Glyphs: taken out of their fonts, as outlines and the text that a reader copies.

use super::ink;
use super::model::{How, Item, Placed};
use super::record::{Recorder, finite};
use super::store::{Glyph, Shape, Store};
use hayro::hayro_interpret::color::{AlphaColor, Color};
use hayro::hayro_interpret::font::{GlyphRun, OutlineGlyph, Type3Glyph};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{CacheKey, DrawProps, Paint};
use hayro::kurbo::{Affine, BezPath, Rect, Shape as _};

/// Characters of one glyph: more than any ligature has is not what the glyph shows.
const MAX_TEXT: usize = 4;
/// A colour that tells whether a glyph is painted in the text's.
const PROBE: [f32; 4] = [0.129_411_77, 0.458_823_53, 0.788_235_3, 1.0];

/// The glyphs of a run at their places on the page.
pub(super) fn place(
    run: &GlyphRun<'_, '_>,
    props: &DrawProps<'_>,
    how: &How,
    store: &mut Store,
) -> Vec<Placed> {
    use hayro::hayro_interpret::font::Glyph as Source;
    let invisible = matches!(how, How::Invisible);
    let mut placed = Vec::with_capacity(run.glyphs().len());
    for positioned in run.glyphs() {
        let matrix = props.transform * positioned.transform();
        if !finite(matrix) {
            continue;
        }
        let source: &Source<'_> = positioned;
        let text = neutral(source.as_unicode(), store);
        let id = match source {
            Source::Outline(outline) => outlined(outline, text, invisible, store),
            Source::Type3(glyph) => painted(glyph, text, store),
        };
        placed.extend(id.map(|glyph| Placed { glyph, matrix }));
    }
    placed
}

/// The boxes of glyphs, as one path on the page.
pub(super) fn reach(glyphs: &[Placed], store: &Store) -> BezPath {
    let mut path = BezPath::new();
    for placed in glyphs {
        if let Some(glyph) = store.glyph(placed.glyph) {
            path.extend(placed.matrix.transform_rect_bbox(glyph.bounds).path_elements(0.1));
        }
    }
    path
}

/// The text of a glyph without what nobody sees: no controls, no zero-width characters, no private ones, no
/// more than a ligature has.
fn neutral(text: Option<BfString>, store: &mut Store) -> String {
    let text = match text {
        None => return String::new(),
        Some(BfString::Char(char)) => String::from(char),
        Some(BfString::String(text)) => text,
    };
    let clean: String = text
        .chars()
        .filter_map(|char| match char {
            '\u{ad}' => Some('-'),
            char if char.is_whitespace() => Some(' '),
            char if char.is_control() || unseen(char) => None,
            char => Some(char),
        })
        .collect();
    if clean.chars().count() > MAX_TEXT {
        store.odd_text += 1;
        return String::new();
    }
    if clean.chars().count() < text.chars().count() {
        store.odd_text += 1;
    }
    clean
}

/// Characters that have no look: zero-width, direction marks, tags, variation selectors, private use.
fn unseen(char: char) -> bool {
    matches!(char,
        '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}')
}

fn outlined(
    glyph: &OutlineGlyph,
    text: String,
    invisible: bool,
    store: &mut Store,
) -> Option<super::model::GlyphId> {
    let identity = glyph.identifier().cache_key();
    let key = (identity ^ u128::from(invisible), text.clone());
    if let Some(known) = store.glyph_keys.get(&key) {
        return Some(*known);
    }
    let outline = glyph.outline();
    let bounds = outline.bounding_box();
    let advance = glyph.advance_width().map_or(0.0, f64::from).clamp(-20_000.0, 20_000.0);
    let blank = outline.elements().is_empty() || !bounds.is_finite() || bounds.area() == 0.0;
    let known = if invisible { None } else { super::standard::find(identity, store) };
    let (shape, advance, bounds, text) = match (known, blank) {
        (Some((font, code, natural)), false) => {
            (Shape::Standard(font, code, outline), natural, bounds, text)
        }
        (Some((font, 32, natural)), true) => {
            (Shape::Standard(font, 32, BezPath::new()), natural, Rect::ZERO, " ".to_owned())
        }
        (None, false) => (Shape::Outline(outline), advance, bounds, text),
        (_, true) => {
            if !text.trim().is_empty() && !invisible {
                store.odd_text += 1;
            }
            let shown = if invisible { text } else { " ".to_owned() };
            (Shape::Blank, advance, Rect::ZERO, shown)
        }
    };
    let id = store.add_glyph(Glyph { shape, advance, bounds, text });
    store.glyph_keys.insert(key, id);
    Some(id)
}

/// A glyph that is painted by instructions (Type 3).
fn painted(
    glyph: &Type3Glyph<'_>,
    text: String,
    store: &mut Store,
) -> Option<super::model::GlyphId> {
    let key = (glyph.cache_key(), text.clone());
    if let Some(known) = store.glyph_keys.get(&key) {
        return Some(*known);
    }
    if !store.enter() {
        return None;
    }
    let probe = Paint::Color(Color::from_rgba(AlphaColor::new(PROBE)));
    let (probe_ink, _) = ink::of(&probe, false, None, store);
    let mut inner = Recorder::new(store);
    glyph.interpret(&mut inner, Affine::IDENTITY, Affine::IDENTITY, &probe);
    let items = inner.finish();
    store.leave();
    let inks = |wanted: bool| {
        items.iter().all(|item| match item {
            Item::Clip { .. } | Item::Unclip => true,
            Item::Path { look, .. } | Item::Text { look, .. } | Item::Stencil { look, .. } => {
                (look.ink == probe_ink) == wanted
            }
            Item::Picture { .. } | Item::Group { .. } => !wanted,
        })
    };
    let bounds =
        items.iter().filter_map(Item::bounds).reduce(|a, b| a.union(b)).unwrap_or(Rect::ZERO);
    let advance = glyph.advance_width().map_or(0.0, f64::from).clamp(-20_000.0, 20_000.0);
    let (shape, text) = if items.is_empty() || bounds.area() == 0.0 || !bounds.is_finite() {
        (Shape::Blank, " ".to_owned())
    } else {
        let coloured = !inks(true);
        let outline = if coloured { None } else { filled_only(&items) };
        (Shape::Painted { items, coloured, outline }, text)
    };
    let id = store.add_glyph(Glyph { shape, advance, bounds, text });
    store.glyph_keys.insert(key, id);
    Some(id)
}

/// The outline of a glyph that is nothing but filled shapes.
fn filled_only(items: &[Item]) -> Option<BezPath> {
    let mut outline = BezPath::new();
    for item in items {
        match item {
            Item::Path { path, matrix, how: How::Fill { even_odd: false }, .. } => {
                outline.extend((*matrix * path).elements().iter().copied());
            }
            _ => return None,
        }
    }
    Some(outline)
}
