//! Words as outlines: shaped (kerning, ligatures, accents), then drawn in units of one em.

use harfrust::{Buffer, Font, ShapeOptions, ShaperFont, shape};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::prelude::{LocationRef, Size};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};
use tiny_skia::{Path, PathBuilder};

/// A font, read.
pub(super) struct Face {
    font: Font,
    outlines: FontRef<'static>,
    /// Units of the font in an em.
    em: f32,
}

/// A word that can be drawn.
pub(super) struct Word {
    /// In ems, upwards from the baseline.
    pub(super) path: Option<Path>,
    /// In ems.
    pub(super) width: f32,
}

impl Face {
    pub(super) fn new(bytes: &'static [u8]) -> Option<Self> {
        let font = Font::new(bytes, 0)?;
        let em = f32::from(font.units_per_em());
        Some(Self { font, outlines: FontRef::new(bytes).ok()?, em })
    }

    /// How wide a space is, in ems.
    pub(super) fn space(&self) -> f32 {
        self.word("\u{a0}").map_or(0.25, |w| w.width)
    }

    /// The word's outline. `None` if the font lacks a character of it.
    pub(super) fn word(&self, text: &str) -> Option<Word> {
        let map = self.outlines.charmap();
        if text.chars().any(|c| map.map(c).is_none()) {
            return None;
        }
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        shape(&ShaperFont::new(&self.font), &mut buffer, ShapeOptions::new()).ok()?;
        let outlines = self.outlines.outline_glyphs();
        let settings = || DrawSettings::unhinted(Size::new(1.0), LocationRef::default());
        let mut pen = Pen { path: PathBuilder::new(), x: 0.0, y: 0.0 };
        let mut width = 0;
        for (glyph, at) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            (pen.x, pen.y) = (self.ems(width + at.x_offset), self.ems(at.y_offset));
            outlines.get(GlyphId::new(glyph.glyph_id))?.draw(settings(), &mut pen).ok()?;
            width += at.x_advance;
        }
        Some(Word { path: pen.path.finish(), width: self.ems(width) })
    }

    fn ems(&self, units: i32) -> f32 {
        #[allow(clippy::cast_precision_loss)]
        let units = units as f32;
        units / self.em
    }
}

/// Adds glyphs to a path, each at its place.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, self.y + y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, self.y + y);
    }

    fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + a, self.y + b, self.x + x, self.y + y);
    }

    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        let (left, base) = (self.x, self.y);
        self.path.cubic_to(left + a, base + b, left + c, base + d, left + x, base + y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
