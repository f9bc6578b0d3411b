//! Fonts of our own, made of the glyphs that are painted.

use super::cff::{self, Outline};
use super::emit;
use super::model::{GlyphId, Item};
use super::resources::{Resources, Sink, rect};
use super::standard;
use super::store::{Pattern, Shape, Store};
use super::write::{number, numbers};
use hayro::kurbo::Rect;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Glyphs of one font with outlines.
const MAX_OUTLINES: usize = 60_000;
/// Glyphs of one painted font: what one byte tells apart, without 0.
const MAX_PAINTED: usize = 255;

/// How a glyph is called for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    /// Which font, by its place here.
    pub(super) font: usize,
    /// The font's object.
    pub(super) object: usize,
    /// High byte, low byte, whether there are two.
    pub(super) bytes: (u8, u8, bool),
}

enum Font {
    Outlines(Vec<GlyphId>),
    Painted(Vec<GlyphId>),
    Standard(usize, BTreeMap<u8, f64>),
}

/// The fonts of a document.
#[derive(Default)]
pub(super) struct Fonts {
    fonts: Vec<(Font, usize)>,
    codes: BTreeMap<GlyphId, Code>,
    coloured: BTreeSet<GlyphId>,
}

impl Fonts {
    /// Gives each glyph that is used a font and a code.
    pub(super) fn assign(used: &BTreeSet<GlyphId>, store: &Store, sink: &mut Sink) -> Self {
        let mut fonts = Self::default();
        let mut outlines = Vec::new();
        let mut painted = Vec::new();
        let mut known: BTreeMap<usize, BTreeMap<u8, (GlyphId, f64)>> = BTreeMap::new();
        let mut known_codes = Vec::new();
        for id in used {
            let Some(glyph) = store.glyph(*id) else { continue };
            match &glyph.shape {
                Shape::Blank | Shape::Outline(_) => outlines.push(*id),
                Shape::Standard(font, code, _) => {
                    known.entry(*font).or_default().insert(*code, (*id, glyph.advance));
                    known_codes.push((*id, *font, *code));
                }
                Shape::Painted { coloured, .. } => {
                    painted.push(*id);
                    if *coloured {
                        fonts.coloured.insert(*id);
                    }
                }
            }
        }
        for chunk in outlines.chunks(MAX_OUTLINES) {
            let object = sink.objects.reserve();
            let font = fonts.fonts.len();
            for (index, id) in chunk.iter().enumerate() {
                let [high, low] = u16::try_from(index + 1).unwrap_or(0).to_be_bytes();
                fonts.codes.insert(*id, Code { font, object, bytes: (high, low, true) });
            }
            fonts.fonts.push((Font::Outlines(chunk.to_vec()), object));
        }
        for chunk in painted.chunks(MAX_PAINTED) {
            let object = sink.objects.reserve();
            let font = fonts.fonts.len();
            for (index, id) in chunk.iter().enumerate() {
                let low = u8::try_from(index + 1).unwrap_or(0);
                fonts.codes.insert(*id, Code { font, object, bytes: (0, low, false) });
            }
            fonts.fonts.push((Font::Painted(chunk.to_vec()), object));
        }
        for (number, codes) in known {
            let object = sink.objects.reserve();
            let font = fonts.fonts.len();
            for (id, _, code) in known_codes.iter().filter(|(_, font, _)| *font == number) {
                fonts.codes.insert(*id, Code { font, object, bytes: (0, *code, false) });
            }
            let widths = codes.into_iter().map(|(code, (_, width))| (code, width)).collect();
            fonts.fonts.push((Font::Standard(number, widths), object));
        }
        fonts
    }

    pub(super) fn code(&self, glyph: GlyphId) -> Option<Code> {
        self.codes.get(&glyph).copied()
    }

    /// Whether the glyph has colours of its own.
    pub(super) fn coloured(&self, glyph: GlyphId) -> bool {
        self.coloured.contains(&glyph)
    }

    /// Writes the fonts.
    pub(super) fn write(&self, store: &Store, sink: &mut Sink) {
        for (index, (font, object)) in self.fonts.iter().enumerate() {
            match font {
                Font::Outlines(glyphs) => outlines(index, *object, glyphs, store, sink),
                Font::Painted(glyphs) => self.painted(*object, glyphs, store, sink),
                Font::Standard(number, widths) => known(*object, *number, widths, sink),
            }
        }
    }

    fn painted(&self, object: usize, glyphs: &[GlyphId], store: &Store, sink: &mut Sink) {
        let mut procs = String::new();
        let mut differences = String::from("1");
        let mut widths = Vec::new();
        let mut resources = Resources::default();
        let mut bounds = Rect::ZERO;
        for (index, id) in glyphs.iter().enumerate() {
            let Some(glyph) = store.glyph(*id) else { continue };
            let Shape::Painted { items, coloured, .. } = &glyph.shape else { continue };
            bounds = if index == 0 { glyph.bounds } else { bounds.union(glyph.bounds) };
            let (content, used) = emit::stream(items, !coloured, store, self, sink);
            resources.merge(used);
            let advance = number(glyph.advance.round());
            let mut stream = if *coloured {
                format!("{advance} 0 d0\n")
            } else {
                format!("{advance} 0 {} d1\n", rect(glyph.bounds))
            }
            .into_bytes();
            stream.extend(content);
            let proc = sink.objects.reserve();
            sink.objects.set_stream(proc, "", &stream);
            let _ = write!(procs, "/g{} {proc} 0 R", index + 1);
            let _ = write!(differences, "/g{}", index + 1);
            widths.push(glyph.advance.round());
        }
        let to_unicode = sink.objects.reserve();
        sink.objects.set_stream(to_unicode, "", &unicode_map(glyphs, store, false));
        sink.objects.set(
            object,
            format!(
                "<</Type/Font/Subtype/Type3/FontBBox[{}]/FontMatrix[0.001 0 0 0.001 0 0]/CharProcs<<{procs}>>\
                 /Encoding<</Type/Encoding/Differences[{differences}]>>/FirstChar 1/LastChar {}/Widths[{}]\
                 /Resources{}/ToUnicode {to_unicode} 0 R>>",
                rect(bounds),
                glyphs.len(),
                numbers(&widths),
                resources.dict(),
            ),
        );
    }
}

fn outlines(index: usize, object: usize, glyphs: &[GlyphId], store: &Store, sink: &mut Sink) {
    let name = format!("F{}", index + 1);
    let shapes: Vec<Outline<'_>> = glyphs
        .iter()
        .filter_map(|id| store.glyph(*id))
        .map(|glyph| Outline { path: glyph.outline(), advance: glyph.advance })
        .collect();
    let program = sink.objects.reserve();
    sink.objects.set_stream(program, "/Subtype/CIDFontType0C", &cff::program(&shapes));
    let bounds = glyphs
        .iter()
        .filter_map(|id| store.glyph(*id))
        .map(|glyph| glyph.bounds)
        .filter(|bounds| bounds.area() > 0.0)
        .reduce(|a, b| a.union(b))
        .unwrap_or(Rect::new(0.0, 0.0, 1000.0, 1000.0))
        .expand();
    let descriptor = sink.objects.add(format!(
        "<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{}]/ItalicAngle 0/Ascent 800/Descent -200\
         /CapHeight 700/StemV 80/FontFile3 {program} 0 R>>",
        rect(bounds)
    ));
    let widths: Vec<f64> = shapes.iter().map(|shape| shape.advance.round()).collect();
    let descendant = sink.objects.add(format!(
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/{name}\
         /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
         /FontDescriptor {descriptor} 0 R/DW 1000/W[1[{}]]>>",
        numbers(&widths)
    ));
    let to_unicode = sink.objects.reserve();
    sink.objects.set_stream(to_unicode, "", &unicode_map(glyphs, store, true));
    sink.objects.set(
        object,
        format!(
            "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H\
             /DescendantFonts[{descendant} 0 R]/ToUnicode {to_unicode} 0 R>>"
        ),
    );
}

fn known(object: usize, font: usize, widths: &BTreeMap<u8, f64>, sink: &mut Sink) {
    let first = widths.keys().next().copied().unwrap_or(32);
    let last = widths.keys().next_back().copied().unwrap_or(32);
    let all: Vec<f64> =
        (first..=last).map(|code| widths.get(&code).copied().unwrap_or(0.0).round()).collect();
    sink.objects.set(
        object,
        format!(
            "<</Type/Font/Subtype/Type1/BaseFont/{}/Encoding/WinAnsiEncoding\
             /FirstChar {first}/LastChar {last}/Widths[{}]>>",
            standard::name(font),
            numbers(&all)
        ),
    );
}

/// The map from codes to text (Adobe Technical Note 5411), for glyphs that have text.
fn unicode_map(glyphs: &[GlyphId], store: &Store, wide: bool) -> Vec<u8> {
    let (start, end) = map_frame();
    let mut out = String::from(start);
    out.push_str(if wide { "<0000><FFFF>\n" } else { "<00><FF>\n" });
    out.push_str("endcodespacerange\n");
    let mut lines = Vec::new();
    for (index, id) in glyphs.iter().enumerate() {
        let Some(glyph) = store.glyph(*id) else { continue };
        if glyph.text.is_empty() {
            continue;
        }
        let text: String = glyph.text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
        let code = index + 1;
        lines.push(if wide {
            format!("<{code:04X}><{text}>\n")
        } else {
            format!("<{code:02X}><{text}>\n")
        });
    }
    for chunk in lines.chunks(100) {
        let _ = write!(out, "{} beginbfchar\n{}endbfchar\n", chunk.len(), chunk.concat());
    }
    out.push_str(end);
    out.into_bytes()
}

/// What every map begins and ends with.
pub(super) const fn map_frame() -> (&'static str, &'static str) {
    (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n\
         /CMapName/U def\n/CMapType 2 def\n1 begincodespacerange\n",
        "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n",
    )
}

/// Marks the glyphs that items paint, with those inside patterns, masks and painted glyphs.
pub(super) fn used(items: &[Item], store: &Store, found: &mut BTreeSet<GlyphId>) {
    for item in items {
        let look = match item {
            Item::Clip { .. } | Item::Unclip => None,
            Item::Text { glyphs, look, .. } => {
                for placed in glyphs {
                    if found.insert(placed.glyph)
                        && let Some(glyph) = store.glyph(placed.glyph)
                        && let Shape::Painted { items, .. } = &glyph.shape
                    {
                        used(items, store, found);
                    }
                }
                Some(look)
            }
            Item::Path { look, .. } | Item::Picture { look, .. } | Item::Stencil { look, .. } => {
                Some(look)
            }
            Item::Group { items, mask, .. } => {
                used(items, store, found);
                if let Some(mask) = mask.and_then(|id| store.masks.get(id.0)) {
                    used(&mask.items, store, found);
                }
                None
            }
        };
        let Some(look) = look else { continue };
        if let Some(mask) = look.mask.and_then(|id| store.masks.get(id.0)) {
            used(&mask.items, store, found);
        }
        if let super::model::Ink::Pattern(id) = look.ink
            && let Some(Pattern::Tiling { items, .. }) = store.patterns.get(id.0)
        {
            used(items, store, found);
        }
    }
}
