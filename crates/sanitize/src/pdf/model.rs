//! What a page paints: nothing else of the original goes on from here.
//!
//! All coordinates are in points of the page as it is shown: origin at the lower left of the visible area, page
//! rotation applied.

use hayro::hayro_interpret::{BlendMode, StrokeProps};
use hayro::kurbo::{Affine, BezPath, Rect, Shape};

/// A picture in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PictureId(pub(super) usize);
/// A glyph in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct GlyphId(pub(super) usize);
/// A pattern in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PatternId(pub(super) usize);
/// A soft mask in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct MaskId(pub(super) usize);

/// A colour, or what stands for one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ink {
    /// Components from 0 to 1.
    Gray(f32),
    /// Components from 0 to 1.
    Rgb([f32; 3]),
    /// Components from 0 to 1.
    Cmyk([f32; 4]),
    /// A shading or a tiling.
    Pattern(PatternId),
}

/// How an item is put on what is below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    pub(super) ink: Ink,
    /// 0 clear, 1 opaque.
    pub(super) alpha: f32,
    pub(super) blend: BlendMode,
    pub(super) mask: Option<MaskId>,
}

impl Look {
    /// Whether what is below shows in no way.
    pub(super) fn opaque(&self) -> bool {
        self.alpha > 0.99
            && self.blend == BlendMode::Normal
            && self.mask.is_none()
            && !matches!(self.ink, Ink::Pattern(_))
    }
}

/// Filled, stroked, or not painted at all.
#[derive(Clone, Debug)]
pub(super) enum How {
    Fill { even_odd: bool },
    Stroke(StrokeProps),
    Invisible,
}

/// A glyph at its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) glyph: GlyphId,
    /// From 1,000 units to the em to the page.
    pub(super) matrix: Affine,
}

/// One thing painted.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// Until the matching [`Item::Unclip`], painting is limited to this.
    Clip {
        path: BezPath,
        even_odd: bool,
    },
    Unclip,
    Path {
        path: BezPath,
        matrix: Affine,
        how: How,
        look: Look,
    },
    Text {
        glyphs: Vec<Placed>,
        how: How,
        scale: f64,
        look: Look,
    },
    /// `matrix` takes the unit square to the page.
    Picture {
        id: PictureId,
        matrix: Affine,
        look: Look,
    },
    /// A picture of one bit that says where to put the ink.
    Stencil {
        id: PictureId,
        matrix: Affine,
        look: Look,
    },
    /// Painted together, then put on the page.
    Group {
        items: Vec<Item>,
        alpha: f32,
        blend: BlendMode,
        mask: Option<MaskId>,
    },
}

impl Item {
    /// The rectangle that it stays within, or nothing if it paints nothing.
    pub(super) fn bounds(&self) -> Option<Rect> {
        match self {
            Self::Clip { .. } | Self::Unclip | Self::Text { .. } => None,
            Self::Path { path, matrix, how, .. } => {
                let mut rect = matrix.transform_rect_bbox(path.bounding_box());
                if let How::Stroke(props) = how {
                    let reach = f64::from(props.line_width)
                        * scale_of(*matrix)
                        * f64::from(props.miter_limit.clamp(1.0, 20.0));
                    rect = rect.inflate(reach, reach);
                }
                Some(rect)
            }
            Self::Picture { matrix, .. } | Self::Stencil { matrix, .. } => {
                Some(matrix.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0)))
            }
            Self::Group { items, .. } => {
                items.iter().filter_map(Self::bounds).reduce(|a, b| a.union(b))
            }
        }
    }
}

/// By how much lengths grow, on average over directions.
pub(super) fn scale_of(matrix: Affine) -> f64 {
    matrix.determinant().abs().sqrt()
}

/// A page, ready to be written.
#[derive(Debug, Default)]
pub(super) struct Scene {
    pub(super) items: Vec<Item>,
    /// Points.
    pub(super) width: f64,
    /// Points.
    pub(super) height: f64,
    /// Size of a point in 1/72 inch.
    pub(super) unit: f64,
}
