//! A cleaned PDF shows what the original showed, judged by a program that knows nothing of us.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod pdf_support;

use pdf_support::{
    FONT, Paper, apart, assert_looks_the_same, clean, clean_with, pages_of, text_of,
};
use sanitize::Level;

fn same_look(name: &str, paper: &Paper) -> Vec<u8> {
    let before = paper.file();
    // a page that shows nothing would prove nothing
    let pixels = &pages_of(&before)[0].pixels;
    let inked = pixels.iter().filter(|value| **value < 200).count();
    assert!(inked > pixels.len() / 200, "{name} shows nothing");
    let after = clean(&before).unwrap_or_else(|error| panic!("{name}: {error}")).bytes;
    assert_looks_the_same(name, &before, &after);
    after
}

/// The bounds are worth something: they tell a page from one with a word more.
#[test]
fn bounds_notice_a_word() {
    let before =
        Paper::new(FONT, "BT /F 20 Tf 20 100 Td (Nine words were on this page once) Tj ET").file();
    let after =
        Paper::new(FONT, "BT /F 20 Tf 20 100 Td (Nine words were on this page) Tj ET").file();
    let difference = apart(&pages_of(&before)[0], &pages_of(&after)[0]);
    assert!(difference.2 > 48.0, "{difference:?}");
}

#[test]
fn documents_of_several_producers() {
    for (name, file) in [
        ("Chromium", &include_bytes!("pdf_support/chromium.pdf")[..]),
        ("cairo", &include_bytes!("pdf_support/cairo.pdf")[..]),
        ("ReportLab", &include_bytes!("pdf_support/reportlab.pdf")[..]),
        ("matplotlib, Type 3 fonts", &include_bytes!("pdf_support/matplotlib3.pdf")[..]),
        ("matplotlib, TrueType fonts", &include_bytes!("pdf_support/matplotlib42.pdf")[..]),
    ] {
        let after = clean(file).unwrap_or_else(|error| panic!("{name}: {error}")).bytes;
        assert_looks_the_same(name, file, &after);
        for tool in ["Skia", "cairo", "ReportLab", "Matplotlib", "Liberation", "DejaVu", "SECRET"] {
            assert!(!contains(&after, tool.as_bytes()), "{name}: {tool} is left");
        }
    }
}

fn contains(data: &[u8], word: &[u8]) -> bool {
    data.windows(word.len()).any(|window| window == word)
}

#[test]
fn text_can_still_be_selected() {
    let file = include_bytes!("pdf_support/chromium.pdf");
    let after = clean(file).unwrap().bytes;
    let text = text_of(&after);
    for words in [
        "The quick brown fox jumps over the lazy dog, efficiently",
        "Привет мир",
        "“quotes” — dashes",
    ] {
        assert!(text_of(file).contains(words), "{words} is not in the original");
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

/// As pixels a document shows the same, has no text any more, and is a picture a page.
#[test]
fn pages_become_pictures() {
    for (name, file, words) in [
        ("Chromium", &include_bytes!("pdf_support/chromium.pdf")[..], "The quick brown fox"),
        ("ReportLab", &include_bytes!("pdf_support/reportlab.pdf")[..], ""),
    ] {
        let after = clean_with(file, Level::Pixels, &[])
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .bytes;
        assert!(text_of(file).contains(words));
        assert!(text_of(&after).trim().is_empty(), "{name} still has text");
        assert!(!contains(&after, b"/Font"), "{name}");
        let (before, after) = (pages_of(file), pages_of(&after));
        assert_eq!(before.len(), after.len(), "{name}");
        for (one, other) in before.iter().zip(&after) {
            let (mean, _, square) = apart(one, other);
            assert!(mean <= 4.0 && square <= 48.0, "{name}: {mean} {square}");
        }
    }
}

#[test]
fn twice_the_same_bytes() {
    let file = include_bytes!("pdf_support/reportlab.pdf");
    assert_eq!(clean(file).unwrap().bytes, clean(file).unwrap().bytes);
}

#[test]
fn cleaning_what_is_clean() {
    let once = clean(include_bytes!("pdf_support/chromium.pdf")).unwrap().bytes;
    let twice = clean(&once).unwrap().bytes;
    assert_looks_the_same("cleaned twice", &once, &twice);
}

#[test]
fn lines_and_curves() {
    let content = "2 w 20 20 m 80 180 l S [6 3] 1 d 1 J 1 j 4 w 1 0 0 RG 100 20 m 120 200 180 0 190 150 c S [] 0 d \
                   q 1 0.3 0 2 0 0 cm 3 w 0 0 1 RG 180 20 30 30 re S Q \
                   0 0.5 0 rg 220 30 m 280 30 l 250 90 l h 235 45 m 265 45 l 250 75 l h f* \
                   0.9 0.5 0 rg 0 0 0 RG 1 w 220 110 60 60 re B";
    same_look("lines", &Paper::new("", content));
}

#[test]
fn clips() {
    let content = "q 40 40 m 140 40 l 90 160 l h W n 1 0 0 rg 0 0 300 200 re f q 0 80 300 20 re W n 0 0 1 rg \
                   0 0 300 200 re f Q Q q 160 20 120 160 re 190 50 60 100 re W* n 0 0.6 0.2 rg 0 0 300 200 re f Q";
    same_look("clips", &Paper::new("", content));
}

#[test]
fn opacity_and_blending() {
    let resources = "/ExtGState<</A<</ca 0.4/CA 0.4>>/M<</BM/Multiply>>/D<</BM/Difference>>>>/XObject<</G 5 0 R>>";
    let content = "1 0 0 rg 20 20 120 120 re f q /A gs 0 0 1 rg 60 60 120 120 re f Q \
                   q /M gs 1 1 0 rg 100 20 100 80 re f Q q /D gs 0.8 g 30 100 60 60 re f Q q /A gs /G Do Q";
    let mut paper = Paper::new(resources, content);
    paper.stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 300 200]/Group<</S/Transparency/CS/DeviceRGB/I true>>",
        b"0 0.5 0 rg 200 60 60 60 re f 0.5 0 0.5 rg 230 90 60 60 re f",
    );
    same_look("opacity", &paper);
}

#[test]
fn soft_masks() {
    let resources = "/ExtGState<</L<</SMask<</S/Luminosity/G 5 0 R>>>>>>";
    let mut paper = Paper::new(resources, "q /L gs 0.8 0 0 rg 20 20 260 160 re f Q");
    paper.stream(
        "/Type/XObject/Subtype/Form/BBox[0 0 300 200]/Group<</S/Transparency/CS/DeviceGray>>\
         /Resources<</Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[20 0 280 0]\
         /Function<</FunctionType 2/Domain[0 1]/C0[0]/C1[1]/N 1>>>>>>>>",
        b"/S sh",
    );
    same_look("soft mask", &paper);
}

#[test]
fn shadings() {
    let function = "/Function<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 0 1]/N 1.7>>";
    let resources = format!(
        "/Shading<</A<</ShadingType 2/ColorSpace/DeviceRGB/Coords[30 0 120 40]{function}>>\
         /R<</ShadingType 3/ColorSpace/DeviceRGB/Coords[220 140 10 220 140 50]/Extend[true false]{function}>>\
         /F<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1 0 1]/Matrix[100 0 0 60 150 10]\
         /Function 5 0 R>>>>\
         /Pattern<</P<</PatternType 2/Shading<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 100 0 180]\
         /Extend[true true]{function}>>>>>>"
    );
    let content = "q 10 10 120 80 re W n /A sh Q q 150 80 140 115 re W n /R sh Q q 150 10 100 60 re W n /F sh Q \
                   /Pattern cs /P scn 20 110 m 110 110 l 65 190 l h f /Pattern CS /P SCN 6 w 120 110 m 130 190 l S";
    let mut paper = Paper::new(&resources, content);
    paper.stream("/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]", b"{2 copy add 2 div}");
    same_look("shadings", &paper);
}

#[test]
fn tilings() {
    let resources = "/Pattern<</T 5 0 R/U 6 0 R>>/ColorSpace<</C[/Pattern/DeviceRGB]>>";
    let content =
        "/Pattern cs /T scn 10 10 130 180 re f /C cs 0.8 0.2 0 /U scn 160 10 130 180 re f";
    let mut paper = Paper::new(resources, content);
    paper.stream(
        "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 20 20]/XStep 20/YStep 20/Resources<<>>",
        b"0.9 0.9 0.5 rg 0 0 20 20 re f 0 0 0.7 rg 4 4 10 10 re f",
    );
    paper.stream(
        "/PatternType 1/PaintType 2/TilingType 1/BBox[0 0 24 24]/XStep 24/YStep 24/Resources<<>>",
        b"2 2 12 12 re f",
    );
    same_look("tilings", &paper);
}

#[test]
fn colours_of_the_press() {
    let resources = "/ColorSpace<</S[/Separation/Spot/DeviceCMYK<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[0 0.8 1 0.1]/N 1>>]\
                     /L[/Lab<</WhitePoint[0.9505 1 1.089]/Range[-100 100 -100 100]>>]\
                     /I[/Indexed/DeviceRGB 1<FF8000008040>]>>";
    let content = "1 0 0 0 k 10 10 60 80 re f 0 1 0 0 k 80 10 60 80 re f 0 0 0 1 k 150 10 60 80 re f \
                   0.3 0.6 0.1 0.2 k 220 10 60 80 re f /S cs 0.7 scn 10 110 80 80 re f /I cs 1 scn 110 110 80 80 re f";
    same_look("colours", &Paper::new(resources, content));
}

#[test]
fn pictures() {
    let resources = "/XObject<</G 5 0 R/R 6 0 R/M 7 0 R/A 8 0 R>>";
    let content = "q 80 0 0 80 10 10 cm /G Do Q q 60 30 -30 60 150 20 cm /R Do Q q 0.7 0 0 rg 80 0 0 80 210 10 cm /M Do Q \
                   0.5 0.8 1 rg 10 100 280 90 re f q 80 0 0 80 20 105 cm /A Do Q \
                   q 60 0 0 60 150 110 cm BI /W 4 /H 4 /CS /RGB /BPC 8 /F /AHx ID \
                   FF0000 00FF00 0000FF FFFFFF 00FFFF FF00FF FFFF00 000000 808080 400000 004000 000040 123456 654321 ABCDEF FEDCBA> EI Q";
    let mut paper = Paper::new(resources, content);
    let gray: Vec<u8> = (0..16 * 16).map(|index| (index % 16 * 16 + index / 16) as u8).collect();
    let rgb: Vec<u8> = (0..32 * 32)
        .flat_map(|index: u32| {
            [(index % 32 * 8) as u8, (index / 32 * 8) as u8, (index * 7 % 256) as u8]
        })
        .collect();
    paper.stream(
        "/Type/XObject/Subtype/Image/Width 16/Height 16/ColorSpace/DeviceGray/BitsPerComponent 8",
        &gray,
    );
    paper.stream(
        "/Type/XObject/Subtype/Image/Width 32/Height 32/ColorSpace/DeviceRGB/BitsPerComponent 8",
        &rgb,
    );
    paper.stream(
        "/Type/XObject/Subtype/Image/Width 8/Height 8/ImageMask true/BitsPerComponent 1",
        &[0xAA, 0x55, 0xF0, 0x0F, 0xFF, 0x81, 0x42, 0x18],
    );
    paper.stream("/Type/XObject/Subtype/Image/Width 32/Height 32/ColorSpace/DeviceRGB/BitsPerComponent 8/SMask 9 0 R", &rgb);
    paper.stream(
        "/Type/XObject/Subtype/Image/Width 16/Height 16/ColorSpace/DeviceGray/BitsPerComponent 8",
        &gray,
    );
    same_look("pictures", &paper);
}

#[test]
fn text_of_all_sorts() {
    let resources = format!("{FONT}/ExtGState<</A<</ca 0.5>>>>");
    let content = "BT /F 24 Tf 1 0 0 1 20 160 Tm (Plain) Tj 5 Ts (up) Tj 0 Ts ET BT /F 18 Tf 2 Tc 10 Tw 20 130 Td (wide words) Tj ET \
                   BT /F 18 Tf 60 Tz 20 105 Td (narrow letters) Tj 100 Tz ET BT /F 30 Tf 1 Tr 20 70 Td (Line) Tj ET \
                   BT /F 30 Tf 2 Tr 1 0 0 rg 120 70 Td (Both) Tj ET BT 0 Tr 0.7 0.7 -0.7 0.7 230 60 Tm /F 20 Tf (turned) Tj ET \
                   q /A gs BT 0 Tr 0 g /F 30 Tf 170 20 Td (half) Tj ET Q";
    let after = same_look("text", &Paper::new(&resources, content));
    let text = text_of(&after);
    for words in ["Plain", "wide words", "narrow letters", "Line", "Both", "half"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[test]
fn painted_glyphs() {
    let resources = "/Font<</T 5 0 R>>";
    let content = "BT /T 40 Tf 0 0.4 0.8 rg 20 120 Td (abab) Tj ET BT /T 40 Tf 20 40 Td (c) Tj ET";
    let mut paper = Paper::new(resources, content);
    paper.add(
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[0.001 0 0 0.001 0 0]\
         /CharProcs<</a 6 0 R/b 7 0 R/c 8 0 R>>/Encoding<</Type/Encoding/Differences[97/a/b/c]>>\
         /FirstChar 97/LastChar 99/Widths[1000 1000 1000]/Resources<<>>>>",
    );
    paper.stream("", b"1000 0 0 0 800 800 d1 0 0 800 800 re f");
    paper.stream(
        "",
        b"1000 0 0 0 800 800 d1 q 800 0 0 800 0 0 cm BI /W 8 /H 8 /IM true /BPC 1 /F /AHx ID AA55AA55AA55AA55> EI Q",
    );
    paper.stream("", b"1000 0 d0 1 0 0 rg 0 0 800 400 re f 0 0.6 0 rg 0 400 800 400 re f");
    same_look("painted glyphs", &paper);
}

#[test]
fn turned_and_cropped_pages() {
    let mut paper =
        Paper::new(FONT, "BT /F 24 Tf 40 100 Td (A turned page) Tj ET 1 0 0 rg 40 40 100 30 re f");
    paper.set(
        3,
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[-20 -10 300 200]/CropBox[20 20 280 180]/Rotate 90\
             /Resources<<{FONT}>>/Contents 4 0 R>>"
        ),
    );
    same_look("turned", &paper);
}

/// Fields are in their places, turned, scaled and in the state that is chosen; hidden ones are not there.
#[test]
fn filled_forms() {
    let mut paper = Paper::new(FONT, "BT /F 14 Tf 20 170 Td (A form) Tj ET");
    let look = |paper: &mut Paper, more: &str, content: &str| {
        let entries = format!("/Type/XObject/Subtype/Form/BBox[0 0 100 20]{more}");
        paper.stream(&entries, content.as_bytes())
    };
    let fonts = format!("/Resources<<{FONT}>>");
    let name = look(&mut paper, &fonts, "BT /F 14 Tf 2 5 Td (Ada Lovelace) Tj ET");
    // What goes beyond its box is cut off; these fonts are the page's.
    let wide = look(&mut paper, "", "0 0 1 rg -50 0 300 4 re f BT /F 12 Tf 2 6 Td (turned) Tj ET");
    let turned = look(&mut paper, "/Matrix[0 1 -1 0 0 0]", "1 0 0 rg 0 0 100 20 re f");
    let (yes, no) = (
        look(&mut paper, "", "0 0.6 0 rg 0 0 100 20 re f"),
        look(&mut paper, "", "0 0 0 rg 0 0 100 20 re f"),
    );
    let fields = [
        format!("/Rect[20 120 170 150]/V(Ada Lovelace)/T(SECRET)/AP<</N {name} 0 R>>"),
        format!("/Rect[20 80 120 100]/AP<</N {wide} 0 R>>"),
        format!("/Rect[200 20 230 180]/AP<</N {turned} 0 R>>"),
        format!("/Rect[20 40 60 60]/FT/Btn/AS/Yes/AP<</N<</Yes {yes} 0 R/Off {no} 0 R>>>>"),
        format!("/Rect[80 40 120 60]/F 2/AP<</N {no} 0 R>>"),
    ]
    .map(|field| format!("<</Type/Annot/Subtype/Widget{field}>>"));
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<<{FONT}>>/Contents 4 0 R/Annots[{}]>>",
        fields.concat()
    );
    paper.set(3, page);
    let after = same_look("a form", &paper);
    assert!(text_of(&after).contains("Ada Lovelace"));
    assert!(!contains(&after, b"SECRET"));
    let said = clean(&paper.file()).unwrap().report.remains.join(" ");
    assert!(!said.contains("no picture of it"), "{said}");
}

#[test]
fn a_value_that_is_not_drawn_is_told() {
    let mut paper = Paper::new(FONT, "BT /F 14 Tf 20 170 Td (A form) Tj ET");
    paper.set(3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<<{FONT}>>/Contents 4 0 R/Annots[<</Subtype/Widget/Rect[1 1 9 9]/V(SECRET)>>]>>"));
    let cleaned = clean(&paper.file()).unwrap();
    assert!(cleaned.report.remains.join(" ").contains("no picture of it"));
}
