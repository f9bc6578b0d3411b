//! The standard fonts as font files (OpenType 1.9), for drawings that have letters in them: made of the outlines that the PDF
//! interpreter carries, with nothing in them but what a renderer needs.

use super::cff::{self, Outline};
use super::standard;
use super::store::STANDARD_FONTS;
use hayro::kurbo::{BezPath, Shape as _};

/// Font files in three groups of four (a sans serif, a typewriter's, a serif): regular, bold, italic, bold italic.
pub(crate) fn letters() -> Vec<Vec<u8>> {
    let mut fonts: Vec<Vec<Letter>> = STANDARD_FONTS.iter().map(|_| Vec::new()).collect();
    standard::each_glyph(|font, code, advance, glyph| {
        let code = [code];
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&code);
        let outline = glyph.outline();
        if let (Some(font), Some(char)) = (fonts.get_mut(font), text.chars().next()) {
            font.push(Letter { char, advance, outline });
        }
    });
    fonts.into_iter().map(file).collect()
}

struct Letter {
    char: char,
    advance: f64,
    outline: BezPath,
}

/// The whole file. Glyph 0 is the empty one, the others follow in the order of their characters.
fn file(mut letters: Vec<Letter>) -> Vec<u8> {
    letters.sort_by_key(|letter| letter.char);
    letters.dedup_by_key(|letter| letter.char);
    let outlines: Vec<Outline<'_>> = letters
        .iter()
        .map(|letter| Outline { path: Some(&letter.outline), advance: letter.advance })
        .collect();
    let count = letters.len().saturating_add(1);
    let tables: [(&[u8; 4], Vec<u8>); 6] = [
        (b"CFF ", cff::program(&outlines)),
        (b"cmap", cmap(&letters)),
        (b"head", head()),
        (b"hhea", hhea(count)),
        (b"hmtx", hmtx(&letters)),
        (b"maxp", [&[0, 0, 0x50, 0][..], &be16(count)].concat()),
    ];
    let mut out = b"OTTO".to_vec();
    // How many tables there are, and the same for those who search by halves.
    out.extend([6_u16, 64, 2, 32].into_iter().flat_map(u16::to_be_bytes));
    let mut at = 12 + 16 * tables.len();
    for (name, table) in &tables {
        out.extend_from_slice(*name);
        // Checksums are for signatures.
        out.extend([0; 4]);
        out.extend(be32(at));
        out.extend(be32(table.len()));
        at = at.saturating_add(table.len().next_multiple_of(4));
    }
    for (_, table) in tables {
        out.extend(&table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

/// One group of format 12 for each character.
fn cmap(letters: &[Letter]) -> Vec<u8> {
    let mut out = vec![0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0];
    out.extend(be32(letters.len().saturating_mul(12).saturating_add(16)));
    out.extend(be32(0));
    out.extend(be32(letters.len()));
    for (glyph, letter) in (1..).zip(letters) {
        out.extend(
            [u32::from(letter.char), u32::from(letter.char), glyph].map(u32::to_be_bytes).concat(),
        );
    }
    out
}

/// 1,000 units to the em.
fn head() -> Vec<u8> {
    let mut out = vec![0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x5f, 0x0f, 0x3c, 0xf5, 0, 0];
    out.extend(be16(1000));
    out.extend([0; 16]);
    for edge in [-200_i16, -300, 1200, 1000] {
        out.extend(edge.to_be_bytes());
    }
    out.extend([0, 0, 0, 8, 0, 2, 0, 0, 0, 0]);
    out
}

fn hhea(count: usize) -> Vec<u8> {
    let mut out = vec![0, 1, 0, 0];
    for height in [800_i16, -200, 90] {
        out.extend(height.to_be_bytes());
    }
    out.extend(be16(1200));
    out.extend([0; 22]);
    out.extend(be16(count));
    out
}

fn hmtx(letters: &[Letter]) -> Vec<u8> {
    let mut out = vec![0; 4];
    for letter in letters {
        let left = letter.outline.bounding_box().x0.clamp(-9999.0, 9999.0) as i16;
        out.extend((letter.advance.clamp(0.0, 9999.0) as u16).to_be_bytes());
        out.extend(left.to_be_bytes());
    }
    out
}

fn be16(value: usize) -> [u8; 2] {
    u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes()
}

fn be32(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}
