//! Form fields: what they show becomes part of the page (ISO 32000-2, 12.5.5 and 12.7), so that a filled form still
//! shows what was filled in. Their names, values, scripts and choices do not survive.

use hayro::hayro_interpret::{Context, Device, interpret};
use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::object::{Array, Dict, Name, Object, Rect as Box, Stream};
use hayro::hayro_syntax::page::{Page, Resources};
use hayro::kurbo::{Affine, Rect, Shape};

/// Said of a form whose reader is meant to draw what its fields hold.
pub(super) const NOT_DRAWN: &str = "A field of the form has a value, but no picture of it, so the copy does not show it. If it \
     matters, print the form to a new PDF and clean that.";

/// ISO 32000-2, table 167: bit 2, hidden, and bit 6, not shown on a screen.
const UNSEEN: u32 = 1 << 1 | 1 << 5;

/// Paints the fields of a page over it. Notes and marks of readers are no part of the document and are left out.
pub(super) fn paint<'a>(page: &Page<'a>, context: &mut Context<'a>, device: &mut impl Device<'a>) {
    let notes = page.raw().get::<Array<'a>>(b"Annots");
    for field in notes.iter().flat_map(|notes| notes.iter::<Dict<'a>>()) {
        if !is_field(&field) || field.get::<u32>(b"F").unwrap_or(0) & UNSEEN != 0 {
            continue;
        }
        let Some((stream, place)) = look(&field).and_then(|stream| {
            let place = placed(&stream, &field)?;
            Some((stream, place))
        }) else {
            continue;
        };
        let Ok(content) = stream.decoded() else { continue };
        let operations = [place.as_bytes(), &content, b"\nQ"].concat();
        // Forms of old have no resources of their own and use the page's.
        let resources = stream.dict().get::<Dict<'a>>(b"Resources").map(Resources::new);
        let resources = resources.as_ref().unwrap_or_else(|| page.resources());
        interpret(TypedIter::new(&operations), resources, context, device);
    }
}

/// Whether a field has something to show and leaves drawing it to the reader.
pub(super) fn needs_a_picture(note: &Dict<'_>) -> bool {
    let value = |dict: &Dict<'_>| dict.contains_key(b"V");
    is_field(note)
        && look(note).is_none()
        && (value(note) || note.get::<Dict<'_>>(b"Parent").is_some_and(|parent| value(&parent)))
}

fn is_field(note: &Dict<'_>) -> bool {
    note.get::<Name<'_>>(b"Subtype").as_deref() == Some(b"Widget")
}

/// The appearance in the state that is chosen.
fn look<'a>(field: &Dict<'a>) -> Option<Stream<'a>> {
    match field.get::<Dict<'a>>(b"AP")?.get::<Object<'a>>(b"N")? {
        Object::Stream(stream) => Some(stream),
        Object::Dict(states) => states.get::<Stream<'a>>(&*field.get::<Name<'a>>(b"AS")?),
        _ => None,
    }
}

/// The operators that put an appearance in its place: its box, turned by its matrix, fills the field's rectangle.
fn placed(stream: &Stream<'_>, field: &Dict<'_>) -> Option<String> {
    let rect = |dict: &Dict<'_>, key: &[u8]| {
        let rect = dict.get::<Box>(key)?;
        Some(Rect::new(rect.x0, rect.y0, rect.x1, rect.y1).abs())
    };
    let (field, inner) = (rect(field, b"Rect")?, rect(stream.dict(), b"BBox")?);
    let matrix = stream.dict().get::<[f64; 6]>(b"Matrix").map_or(Affine::IDENTITY, Affine::new);
    let turned = (matrix * inner.to_path(0.1)).bounding_box();
    if turned.width() <= 0.0 || turned.height() <= 0.0 {
        return None;
    }
    let (x, y) = (field.width() / turned.width(), field.height() / turned.height());
    let onto = Affine::new([x, 0.0, 0.0, y, field.x0 - x * turned.x0, field.y0 - y * turned.y0]);
    let [a, b, c, d, e, f] = (onto * matrix).as_coeffs();
    let all = [a, b, c, d, e, f, inner.x0, inner.y0, inner.width(), inner.height()];
    all.iter().all(|number| number.is_finite()).then(|| {
        let [a, b, c, d, e, f, left, bottom, width, height] = all;
        format!("q {a} {b} {c} {d} {e} {f} cm {left} {bottom} {width} {height} re W n\n")
    })
}
