//! The picture for social cards: the crowd in the dark, those who are left in the light, and how many as a large figure. It is drawn from
//! outlines of our own, so that it looks the same wherever it is made; the words that go with it are in the page's head.

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Stroke, Transform,
};

use crate::crowd::{self, Crowd};
use crate::reckon::{Class, Left};
use crate::shapes::{self, Stroke as Command};
use crate::{ReplayError, words};

/// The size that social networks ask for, in pixels.
pub(crate) const SIZE: (u32, u32) = (1200, 630);

/// Those who are left are drawn one by one if they are no more than so many.
const FEW: u64 = 30;

const GROUND: [u8; 3] = [0x14, 0x13, 0x11];
const DARK: [u8; 3] = [0x37, 0x33, 0x2c];
const LIT: [u8; 3] = [0xf3, 0xea, 0xdb];
const LAST: [u8; 3] = [0xf0, 0x90, 0x7c];

/// The picture as PNG.
pub(crate) fn draw(
    case: &str,
    crowd: &Crowd,
    classes: &[Class],
    needed: u32,
    left: &Left,
) -> Result<Vec<u8>, ReplayError> {
    let fault =
        |problem: &str| ReplayError::Picture { case: case.to_owned(), problem: problem.to_owned() };
    let mut picture = Pixmap::new(SIZE.0, SIZE.1).ok_or_else(|| fault("no room for it"))?;
    picture.fill(colour(GROUND, 1.0));
    let people = outlines().ok_or_else(|| fault("a person has no outline"))?;

    // The crowd stands at the foot; the number above it.
    let (width, foot) = (1104.0, 598.0);
    let columns = crowd.columns(4.6);
    let rows = crowd.places.len().div_ceil(columns);
    #[allow(clippy::cast_precision_loss)]
    let scale =
        (width / (columns as f32 * crowd::PITCH.0)).min(270.0 / (rows as f32 * crowd::PITCH.1));
    #[allow(clippy::cast_precision_loss)]
    let (left_edge, top) = (
        (1200.0 - columns as f32 * crowd::PITCH.0 * scale) / 2.0,
        foot - rows as f32 * crowd::PITCH.1 * scale,
    );
    let few = left.people.hi() <= FEW;
    let lights = crowd.lights(classes, needed, left.people);
    for (place, light) in crowd.places.iter().zip(&lights) {
        let (which, dx, dy) = crowd::stance(*place);
        #[allow(clippy::cast_precision_loss)]
        let (x, y) = (
            left_edge + ((place % columns) as f32 * crowd::PITCH.0 + dx + 1.0) * scale,
            top + ((place / columns) as f32 * crowd::PITCH.1 + dy + 2.0) * scale,
        );
        let at = Transform::from_row(scale, 0.0, 0.0, scale, x, y);
        let Some(person) = people.get(which) else { continue };
        fill(&mut picture, person, DARK, 1.0, at);
        let ink = if few { LAST } else { LIT };
        if light.left > 0.0 {
            fill(&mut picture, person, ink, light.left.clamp(0.55, 1.0), at);
        } else if light.perhaps > 0.0 {
            line(&mut picture, person, ink, 1.4, at);
        }
    }
    above(&mut picture, &people, left, top).ok_or_else(|| fault("a figure has no outline"))?;
    png(&picture).ok_or_else(|| fault("too large"))
}

/// The number, and beside it those who are left, if they are few enough to be drawn one by one.
fn above(picture: &mut Pixmap, people: &[tiny_skia::Path], left: &Left, below: f32) -> Option<()> {
    let (gap, text) = (14.0, words::range(left.people));
    let widths: Option<Vec<f32>> =
        text.chars().map(|c| shapes::glyph(c).map(|g| g.1 + gap)).collect();
    let width: f32 = widths?.iter().sum::<f32>() - gap;
    let (top, height) = (52.0, (below - 52.0 - 52.0).max(60.0));
    let scale = (height / shapes::DIGIT.1).min(1000.0 / width);
    let few = left.people.hi() <= FEW;
    // Figures as tall as the number, as far as they go in what is left of the width.
    let count = usize::try_from(left.people.hi()).ok().filter(|_| few).unwrap_or(0);
    let room = 1096.0 - width * scale - 70.0;
    let columns = count.div_ceil(count.div_ceil(10).max(1)).max(1);
    let rows = count.div_ceil(columns).max(1);
    // At most FEW.
    #[allow(clippy::cast_precision_loss)]
    let (across, down) = (columns as f32, rows as f32);
    let person =
        (height / (crowd::PITCH.1 * (down - 1.0) + 46.0)).min(room / (across * crowd::PITCH.0));
    let whole = width * scale + if few { 70.0 + across * crowd::PITCH.0 * person } else { 0.0 };
    let mut x = (1200.0 - whole) / 2.0;
    let y = top + (height - shapes::DIGIT.1 * scale) / 2.0;
    for c in text.chars() {
        let (path, wide) = shapes::glyph(c)?;
        let outline = outline(path)?;
        let at = Transform::from_row(scale, 0.0, 0.0, scale, x, y);
        line(picture, &outline, LIT, shapes::STROKE, at);
        x += (wide + gap) * scale;
    }
    x += 70.0 - gap * scale;
    for i in 0..count {
        #[allow(clippy::cast_precision_loss)]
        let (column, from_foot) = ((i % columns) as f32, (rows - 1 - i / columns) as f32);
        let foot = top + height - from_foot * crowd::PITCH.1 * person;
        let left_edge = x + column * crowd::PITCH.0 * person;
        let at = Transform::from_row(person, 0.0, 0.0, person, left_edge, foot - 46.0 * person);
        let outline = people.get((i * 5 + 1) % people.len().max(1))?;
        if (i as u64) < left.people.lo() {
            fill(picture, outline, LAST, 1.0, at);
        } else {
            line(picture, outline, LAST, 1.0, at);
        }
    }
    Some(())
}

fn outlines() -> Option<Vec<tiny_skia::Path>> {
    shapes::PEOPLE.iter().map(|p| outline(p)).collect()
}

fn outline(path: &str) -> Option<tiny_skia::Path> {
    let mut builder = PathBuilder::new();
    for command in shapes::strokes(path)? {
        match command {
            Command::Move(x, y) => builder.move_to(x, y),
            Command::Line(x, y) => builder.line_to(x, y),
            Command::Curve([a, b, c, d, x, y]) => builder.cubic_to(a, b, c, d, x, y),
            Command::Close => builder.close(),
        }
    }
    builder.finish()
}

fn colour([r, g, b]: [u8; 3], alpha: f32) -> Color {
    let whole = Color::from_rgba8(r, g, b, 255);
    Color::from_rgba(whole.red(), whole.green(), whole.blue(), alpha.clamp(0.0, 1.0))
        .unwrap_or(whole)
}

fn paint(ink: [u8; 3], alpha: f32) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour(ink, alpha));
    paint
}

fn fill(picture: &mut Pixmap, path: &tiny_skia::Path, ink: [u8; 3], alpha: f32, at: Transform) {
    picture.fill_path(path, &paint(ink, alpha), FillRule::Winding, at, None);
}

fn line(picture: &mut Pixmap, path: &tiny_skia::Path, ink: [u8; 3], width: f32, at: Transform) {
    let stroke =
        Stroke { width, line_cap: LineCap::Butt, line_join: LineJoin::Miter, ..Stroke::default() };
    picture.stroke_path(path, &paint(ink, 1.0), &stroke, at, None);
}

/// PNG (ISO/IEC 15948) of a picture without transparency: eight bits of red, green and blue, each row after the filter "none", zlib.
fn png(picture: &Pixmap) -> Option<Vec<u8>> {
    let mut rows = Vec::new();
    for row in picture.pixels().chunks(picture.width() as usize) {
        rows.push(0);
        for pixel in row {
            let pixel = pixel.demultiply();
            rows.extend([pixel.red(), pixel.green(), pixel.blue()]);
        }
    }
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::new();
    header.extend(picture.width().to_be_bytes());
    header.extend(picture.height().to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut out, *b"IHDR", &header)?;
    chunk(&mut out, *b"IDAT", &miniz_oxide::deflate::compress_to_vec_zlib(&rows, 9))?;
    chunk(&mut out, *b"IEND", &[])?;
    Some(out)
}

fn chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) -> Option<()> {
    out.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    let mut crc = crc32fast::Hasher::new();
    crc.update(&kind);
    crc.update(data);
    out.extend(kind);
    out.extend(data);
    out.extend(crc.finalize().to_be_bytes());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_has_the_published_checksum() {
        // The last chunk of every PNG file.
        let mut out = Vec::new();
        chunk(&mut out, *b"IEND", &[]).unwrap();
        assert_eq!(out, [0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82]);
    }
}
