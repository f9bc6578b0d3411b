//! Text as outlines: shaped (kerning, ligatures, accents, joined letters), in the order in which it is seen, then drawn in
//! units of one em.

use harfrust::{Buffer, Direction, Font, ShapeOptions, ShaperFont, shape};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::prelude::{LocationRef, Size};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};
use tiny_skia::{Path, PathBuilder};
use unicode_bidi::{Level, ParagraphBidiInfo};

/// The fonts, in the order in which they are asked for a character. Arabic is drawn smaller in its em than Latin.
const FONTS: [(&[u8], f32); 2] = [
    (include_bytes!("../../fonts/NotoSerif-Bold.subset.ttf"), 1.0),
    (include_bytes!("../../fonts/NotoNaskhArabic-Bold.subset.ttf"), 1.12),
];

/// All fonts, read.
pub(super) struct Faces(Vec<Face>);

struct Face {
    font: Font,
    outlines: FontRef<'static>,
    /// Ems for a unit of the font.
    unit: f32,
}

/// Text that can be drawn.
pub(super) struct Shape {
    /// In ems, upwards from the baseline, from its left end.
    pub(super) path: Option<Path>,
    /// In ems.
    pub(super) width: f32,
}

impl Faces {
    pub(super) fn new() -> Option<Self> {
        let face = |&(bytes, scale): &(&'static [u8], f32)| {
            let font = Font::new(bytes, 0)?;
            let unit = scale / f32::from(font.units_per_em());
            Some(Face { font, outlines: FontRef::new(bytes).ok()?, unit })
        };
        FONTS.iter().map(face).collect::<Option<_>>().map(Self)
    }

    /// The outline of a line, whose own direction is right to left or not. `None` if the fonts lack a character of it.
    pub(super) fn shape(&self, text: &str, rtl: bool) -> Option<Shape> {
        let base = if rtl { Level::rtl() } else { Level::ltr() };
        let bidi = ParagraphBidiInfo::new(text, Some(base));
        let (levels, runs) = bidi.visual_runs(0..text.len());
        let mut pen = Pen { path: PathBuilder::new(), x: 0.0, y: 0.0, unit: 0.0 };
        let mut width = 0.0;
        for run in runs {
            let rtl = levels.get(run.start)?.is_rtl();
            let mut pieces = self.pieces(text.get(run)?)?;
            if rtl {
                pieces.reverse();
            }
            for (face, piece) in pieces {
                width += face.draw(piece, rtl, width, &mut pen)?;
            }
        }
        Some(Shape { path: pen.path.finish(), width })
    }

    /// A run cut where the font changes. What both have goes with what is before it.
    fn pieces<'t>(&self, run: &'t str) -> Option<Vec<(&Face, &'t str)>> {
        let mut pieces: Vec<(&Face, usize)> = Vec::new();
        for (at, c) in run.char_indices() {
            let goes_on = pieces.last().is_some_and(|(face, _)| face.has(c));
            if !goes_on {
                pieces.push((self.0.iter().find(|face| face.has(c))?, at));
            }
        }
        let ends = pieces.iter().skip(1).map(|(_, at)| *at).chain([run.len()]);
        pieces.iter().zip(ends).map(|((face, at), end)| Some((*face, run.get(*at..end)?))).collect()
    }
}

impl Face {
    fn has(&self, c: char) -> bool {
        self.outlines.charmap().map(c).is_some()
    }

    /// Adds text of one direction, from `left` on; gives its width. Both in ems.
    fn draw(&self, text: &str, rtl: bool, left: f32, pen: &mut Pen) -> Option<f32> {
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.guess_segment_properties();
        shape(&ShaperFont::new(&self.font), &mut buffer, ShapeOptions::new()).ok()?;
        let outlines = self.outlines.outline_glyphs();
        // In the font's units: the pen makes ems of them.
        let settings = || DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        let mut width = 0;
        pen.unit = self.unit;
        for (glyph, at) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            (pen.x, pen.y) = (left + self.ems(width + at.x_offset), self.ems(at.y_offset));
            outlines.get(GlyphId::new(glyph.glyph_id))?.draw(settings(), pen).ok()?;
            width += at.x_advance;
        }
        Some(self.ems(width))
    }

    fn ems(&self, units: i32) -> f32 {
        #[allow(clippy::cast_precision_loss)]
        let units = units as f32;
        units * self.unit
    }
}

/// Adds glyphs to a path, each at its place.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
    /// Ems for a unit of the font.
    unit: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.unit, self.y + y * self.unit)
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
        let ((a, b), (x, y)) = (self.at(a, b), self.at(x, y));
        self.path.quad_to(a, b, x, y);
    }

    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        let ((a, b), (c, d), (x, y)) = (self.at(a, b), self.at(c, d), self.at(x, y));
        self.path.cubic_to(a, b, c, d, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
