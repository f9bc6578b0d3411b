//! What the pages of a document share: glyphs, pictures, patterns, soft masks; each once.

use super::model::{GlyphId, Item, MaskId, PatternId, PictureId};
use super::picture::Picture;
use hayro::hayro_interpret::MaskType;
use hayro::kurbo::{Affine, BezPath, Point, Rect};
use hayro_font::StandardFont;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A glyph, without its font.
#[derive(Debug)]
pub(super) struct Glyph {
    pub(super) shape: Shape,
    /// In 1/1000 em.
    pub(super) advance: f64,
    /// In 1/1000 em; empty for blanks.
    pub(super) bounds: Rect,
    /// What a reader copies, already neutral; empty if nothing.
    pub(super) text: String,
}

/// What a glyph paints.
#[derive(Debug)]
pub(super) enum Shape {
    /// Nothing.
    Blank,
    Outline(BezPath),
    /// A glyph of one of the 14 fonts that every viewer has, by its code in WinAnsiEncoding.
    Standard(usize, u8, BezPath),
    /// Painted from items, in 1/1000 em; with colours of its own or in those of the text.
    Painted {
        items: Vec<Item>,
        coloured: bool,
        outline: Option<BezPath>,
    },
}

impl Glyph {
    /// Its outline, if it has one.
    pub(super) fn outline(&self) -> Option<&BezPath> {
        match &self.shape {
            Shape::Outline(path) | Shape::Standard(_, _, path) => Some(path),
            Shape::Painted { outline, .. } => outline.as_ref(),
            Shape::Blank => None,
        }
    }
}

/// A soft mask.
#[derive(Debug)]
pub(super) struct Mask {
    pub(super) items: Vec<Item>,
    pub(super) kind: MaskType,
    /// Around what is painted, red, green, blue from 0 to 1.
    pub(super) backdrop: [f32; 3],
    /// What to make of each of 256 values.
    pub(super) transfer: Option<Vec<u8>>,
}

/// A shading or a tiling.
#[derive(Debug)]
pub(super) enum Pattern {
    Gradient {
        matrix: Affine,
        /// Without radii: along a line. With: between circles.
        from: (Point, Option<f64>),
        to: (Point, Option<f64>),
        /// Whether it goes on before and after.
        extend: [bool; 2],
        /// Where it does not.
        background: Option<[f32; 3]>,
        /// Offsets from 0 to 1, red, green, blue.
        stops: Vec<(f32, [f32; 3])>,
    },
    Tiling {
        items: Vec<Item>,
        matrix: Affine,
        cell: Rect,
        step: (f64, f64),
    },
}

/// What the pages of a document share.
#[derive(Default)]
pub(super) struct Store {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) pictures: Vec<Picture>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) masks: Vec<Mask>,
    pub(super) glyph_keys: HashMap<(u128, String), GlyphId>,
    pub(super) picture_keys: HashMap<u128, Option<PictureId>>,
    pub(super) pattern_keys: HashMap<u128, Option<PatternId>>,
    pub(super) mask_keys: HashMap<u128, Option<MaskId>>,
    /// Glyphs of the standard fonts.
    pub(super) standard: HashMap<u128, (usize, u8, f64)>,
    /// Whether the document lacks a font that it uses.
    pub(super) missing: Arc<AtomicBool>,
    /// Patterns, masks and painted glyphs inside each other.
    pub(super) depth: u32,
    /// Items so far.
    pub(super) count: u64,
    /// Bytes of pixels so far.
    pub(super) pixels: u64,
    pub(super) max_count: u64,
    pub(super) max_pixels: u64,
    /// What could not be rebuilt.
    pub(super) failures: Vec<Failure>,
    /// Characters of glyphs that had a name but no ink, or more text than ink.
    pub(super) odd_text: u64,
}

/// What could not be rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Picture,
    Nesting,
    TooMany,
    TooLarge,
    Unbalanced,
}

/// In the order of their numbers here.
pub(super) const STANDARD_FONTS: [StandardFont; 12] = [
    StandardFont::Helvetica,
    StandardFont::HelveticaBold,
    StandardFont::HelveticaOblique,
    StandardFont::HelveticaBoldOblique,
    StandardFont::Courier,
    StandardFont::CourierBold,
    StandardFont::CourierOblique,
    StandardFont::CourierBoldOblique,
    StandardFont::TimesRoman,
    StandardFont::TimesBold,
    StandardFont::TimesItalic,
    StandardFont::TimesBoldItalic,
];

/// Deepest nesting of patterns, masks and painted glyphs.
const MAX_DEPTH: u32 = 6;

impl Store {
    pub(super) fn fail(&mut self, failure: Failure) {
        if !self.failures.contains(&failure) {
            self.failures.push(failure);
        }
    }

    pub(super) fn glyph(&self, id: GlyphId) -> Option<&Glyph> {
        self.glyphs.get(id.0)
    }

    pub(super) fn picture(&self, id: PictureId) -> Option<&Picture> {
        self.pictures.get(id.0)
    }

    pub(super) fn add_glyph(&mut self, glyph: Glyph) -> GlyphId {
        self.glyphs.push(glyph);
        GlyphId(self.glyphs.len() - 1)
    }

    pub(super) fn add_picture(&mut self, picture: Picture) -> PictureId {
        self.pictures.push(picture);
        PictureId(self.pictures.len() - 1)
    }

    pub(super) fn add_pattern(&mut self, pattern: Pattern) -> PatternId {
        self.patterns.push(pattern);
        PatternId(self.patterns.len() - 1)
    }

    pub(super) fn add_mask(&mut self, mask: Mask) -> MaskId {
        self.masks.push(mask);
        MaskId(self.masks.len() - 1)
    }

    /// Goes one level deeper, if that is still allowed.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.fail(Failure::Nesting);
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Counts one item.
    pub(super) fn counts(&mut self, items: usize) -> bool {
        self.count = self.count.saturating_add(items as u64);
        if self.count > self.max_count {
            self.fail(Failure::TooMany);
            return false;
        }
        true
    }

    /// Counts pixels that are about to be decoded.
    pub(super) fn decodes(&mut self, width: u32, height: u32) -> bool {
        let bytes = u64::from(width) * u64::from(height);
        self.pixels = self.pixels.saturating_add(bytes);
        if bytes > self.max_pixels || self.pixels > self.max_pixels.saturating_mul(16) {
            self.fail(Failure::TooLarge);
            return false;
        }
        true
    }
}
