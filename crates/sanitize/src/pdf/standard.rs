//! The fonts that every viewer has and that no document needs to carry: told apart by their glyphs.

use super::store::{STANDARD_FONTS, Store};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::font::{FontQuery, StandardFont};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Dict, Object};
use hayro_font::{FontCache, FontGlyph, OutlineGlyph};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Settings of the interpreter; the flag says whether a font was missing from the document.
pub(super) fn settings(missing: Arc<AtomicBool>) -> InterpreterSettings {
    let mut settings = InterpreterSettings::default();
    let inner = settings.font_resolver.clone();
    settings.font_resolver = Arc::new(move |query: &FontQuery| {
        missing.store(true, Ordering::Relaxed);
        inner(query)
    });
    settings
}

/// The standard font (its number), the code in WinAnsiEncoding and the natural advance of a glyph.
pub(super) fn find(identity: u128, store: &mut Store) -> Option<(usize, u8, f64)> {
    if !store.missing.load(Ordering::Relaxed) {
        return None;
    }
    if store.standard.is_empty() {
        fill(store);
    }
    store.standard.get(&identity).copied()
}

fn fill(store: &mut Store) {
    each_glyph(|number, code, advance, glyph| {
        let entry = store.standard.entry(glyph.identifier().cache_key());
        entry.or_insert((number, code, advance));
    });
}

/// Asks the interpreter itself which glyphs it takes for the codes of each standard font, by a document of ours: the font's
/// number, the code in WinAnsiEncoding, the natural advance, the glyph.
pub(super) fn each_glyph(mut f: impl FnMut(usize, u8, f64, &OutlineGlyph)) {
    let mut source = String::from("%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n");
    source.push_str("2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n");
    source.push_str("3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Fonts[");
    for font in &STANDARD_FONTS {
        let _ = write!(
            source,
            "<</Type/Font/Subtype/Type1/BaseFont/{}/Encoding/WinAnsiEncoding>>",
            font.postscript_name()
        );
    }
    source.push_str("]>> endobj\ntrailer <</Root 1 0 R>>\n");
    let Ok(pdf) = Pdf::new(source.into_bytes()) else { return };
    let Some(page) = pdf.pages().first() else { return };
    let Some(Object::Array(fonts)) = page.raw().get::<Object<'_>>(b"Fonts") else { return };
    let settings = InterpreterSettings::default();
    let cache = FontCache::new();
    for (number, dict) in fonts.iter::<Dict<'_>>().enumerate() {
        let Some(font) = cache.font(&dict, &settings.font_resolver, &settings.cmap_resolver) else {
            continue;
        };
        for code in (32..=126_u8).chain(128..=255) {
            let glyph = font.map_code(u32::from(code));
            if glyph.to_u32() == 0 {
                continue;
            }
            let advance = font.code_advance(u32::from(code)).x;
            if let FontGlyph::Outline(outline) = font.glyph(glyph, u32::from(code)) {
                f(number, code, advance, &outline);
            }
        }
    }
}

/// The name that every viewer knows.
pub(super) fn name(number: usize) -> &'static str {
    STANDARD_FONTS.get(number).map_or("Helvetica", StandardFont::postscript_name)
}
