//! Books: what hides in them goes, what their pages show stays.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
#![allow(dead_code)]

mod office;

use office::{archive, clean, member, only_shown, removed, unpacked};
use sanitize::{Format, Kind, Refusal};

const CONTAINER: &str = r#"<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="OPS/HIDDEN.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

/// A book of these pages, with more in its package and more members.
fn book(pages: &[&str], package: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut manifest = String::new();
    let mut spine = String::new();
    let mut documents = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        manifest += &format!(
            r#"<item id="HIDDEN{at}" href="page{at}.xhtml" media-type="application/xhtml+xml"/>"#
        );
        spine += &format!(r#"<itemref idref="HIDDEN{at}"/>"#);
        let page = format!(
            r#"<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">{page}</html>"#
        );
        documents.push((format!("OPS/page{at}.xhtml"), page));
    }
    let (items, metadata) = package.split_once('|').unwrap_or((package, ""));
    let opf = format!(
        r#"<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>HIDDEN</dc:title><dc:language>de-HIDDEN</dc:language>{metadata}</metadata><manifest>{manifest}{items}</manifest><spine toc="ncx">{spine}</spine></package>"#
    );
    let mut members = vec![
        ("mimetype", &b"application/epub+zip"[..]),
        ("META-INF/container.xml", CONTAINER.as_bytes()),
        ("OPS/HIDDEN.opf", opf.as_bytes()),
    ];
    members.extend(documents.iter().map(|(name, page)| (name.as_str(), page.as_bytes())));
    members.extend_from_slice(more);
    archive(&members)
}

fn body(inside: &str) -> String {
    format!(
        r#"<head><title>HIDDEN</title><link rel="stylesheet" href="a.css"/></head><body>{inside}</body>"#
    )
}

#[test]
fn chapters_stay_in_order_and_properties_go() {
    let one = body(r#"<h1 id="HIDDENid" class="HIDDENclass">SHOWN one</h1>"#);
    let two = body("<p>SHOWN two<script>HIDDEN</script></p>");
    let cleaned = clean(
        &book(&[&one, &two], "", &[("OPS/unused.xhtml", b"HIDDEN"), ("OPS/f.otf", b"HIDDEN")]),
        &[],
    )
    .unwrap();
    only_shown(&cleaned);
    assert_eq!(cleaned.format, Format::Epub);
    assert!(cleaned.bytes[30..].starts_with(b"mimetypeapplication/epub+zip"), "first and stored");
    assert!(member(&cleaned.bytes, "OEBPS/chapter1.xhtml").contains("SHOWN one"));
    assert!(member(&cleaned.bytes, "OEBPS/chapter2.xhtml").contains("SHOWN two"));
    assert!(member(&cleaned.bytes, "OEBPS/package.opf").contains("<dc:language>de</dc:language>"));
    // Without a list of contents its headings are one.
    assert!(member(&cleaned.bytes, "OEBPS/nav.xhtml").contains(">SHOWN one</a>"));
    for kind in
        [Kind::Properties, Kind::Identifiers, Kind::Code, Kind::Fingerprints, Kind::HiddenText]
    {
        assert!(removed(&cleaned, kind), "{kind:?}");
    }
    assert_eq!(clean(&cleaned.bytes, &[]).unwrap().bytes, cleaned.bytes, "clean is a fixed point");
}

#[test]
fn text_that_styles_hide_goes_or_is_kept_and_looks_stay() {
    let css = "@font-face{font-family:HIDDEN;src:url(HIDDEN)} /* HIDDEN */ .gone, p .never{display:none} .w{color:#fff} .t{font-size:1px} .dark{background:#000 url(HIDDEN.png)} .far{position:absolute;left:-9999px} em{text-align:center;content:'HIDDEN';font-family:'HIDDEN face',Georgia} .c{clip:rect(0 0 0 0)} .same{color:#102030;background:#112131}";
    let page = body(
        r#"<p class="gone">HIDDEN1</p><p><span class="never">HIDDEN2</span><span class="w">HIDDEN3</span><span class="t">HIDDEN4</span></p><div class="far">HIDDEN5</div><p style="visibility:hidden">HIDDEN6</p><p hidden="">HIDDEN7</p><p class="c">HIDDEN8</p><p class="same">HIDDEN9</p><div class="dark"><span class="w">SHOWN on dark</span></div><p><em>SHOWN</em></p>"#,
    );
    let input = book(&[&page], "", &[("OPS/a.css", css.as_bytes())]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let all = unpacked(&cleaned.bytes);
    assert!(all.contains("SHOWN on dark") && all.contains("background-color:#000;"), "{all}");
    assert!(all.contains("font-family:Georgia;text-align:center;"), "{all}");
    let kept = unpacked(&clean(&input, &[Kind::HiddenText]).unwrap().bytes);
    assert!((1..=9).all(|n| kept.contains(&format!("HIDDEN{n}"))), "{kept}");
    assert!(!kept.contains("display:none") && !kept.contains("HIDDEN face"), "{kept}");
}

#[test]
fn links_inside_the_book_stay_and_others_become_text() {
    let one = body(
        r##"<p><a href="page1.xhtml#HIDDENnote">SHOWN link</a> <a href="https://example.org/HIDDEN">SHOWN text</a> <a href="#HIDDENnowhere">x</a></p>"##,
    );
    let two = body(r#"<p id="HIDDENnote">SHOWN note</p><p id="HIDDENother">x</p>"#);
    let cleaned = clean(&book(&[&one, &two], "", &[]), &[]).unwrap();
    only_shown(&cleaned);
    let one = member(&cleaned.bytes, "OEBPS/chapter1.xhtml");
    assert!(one.contains(r#"<a href="chapter2.xhtml#b1">SHOWN link</a>"#), "{one}");
    assert!(one.contains("<span>SHOWN text</span>"), "{one}");
    let two = member(&cleaned.bytes, "OEBPS/chapter2.xhtml");
    assert!(two.contains(r#"id="b1""#) && two.matches("id=").count() == 1, "{two}");
    assert!(removed(&cleaned, Kind::ExternalReferences));
}

#[test]
fn contents_come_from_the_navigation_or_the_older_list() {
    let page = body("<p>SHOWN</p>");
    let nav = r#"<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body><nav epub:type="landmarks"><ol><li><a href="page0.xhtml">HIDDEN</a></li></ol></nav><nav epub:type="toc"><ol><li><a href="page0.xhtml">SHOWN first</a><ol><li><a href="page0.xhtml#x">SHOWN inner</a></li></ol></li><li><a href="unused.xhtml">HIDDEN</a></li></ol></nav></body></html>"#;
    let items =
        r#"<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>"#;
    let cleaned = clean(&book(&[&page], items, &[("OPS/nav.xhtml", nav.as_bytes())]), &[]).unwrap();
    only_shown(&cleaned);
    let all = member(&cleaned.bytes, "OEBPS/nav.xhtml");
    assert!(all.contains("SHOWN first") && all.contains("SHOWN inner"), "{all}");

    let ncx = r#"<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><docTitle><text>HIDDEN</text></docTitle><navMap><navPoint id="HIDDEN"><navLabel><text>SHOWN label</text></navLabel><content src="page0.xhtml"/></navPoint></navMap></ncx>"#;
    let items = r#"<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>"#;
    let cleaned = clean(&book(&[&page], items, &[("OPS/toc.ncx", ncx.as_bytes())]), &[]).unwrap();
    only_shown(&cleaned);
    assert!(
        member(&cleaned.bytes, "OEBPS/nav.xhtml")
            .contains(r#"<a href="chapter1.xhtml">SHOWN label</a>"#)
    );
}

#[test]
fn pictures_are_cleaned_and_those_in_drawings_stay() {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(2, 2, image::Rgb([9, 9, 9]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    let picture = bytes.into_inner();
    let page = body(
        r#"<p>SHOWN<img src="a%20b.png" alt="HIDDENalt" title="HIDDEN"/><img src="https://example.org/HIDDEN.png"/></p><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><text>HIDDEN</text><image xlink:href="a%20b.png"/></svg>"#,
    );
    let items =
        r#"<item id="HIDDENc" href="a%20b.png" media-type="image/png" properties="cover-image"/>"#;
    let input = book(&[&page], items, &[("OPS/a b.png", &picture)]);
    let cleaned = clean(&input, &[]).unwrap();
    only_shown(&cleaned);
    let text = member(&cleaned.bytes, "OEBPS/chapter1.xhtml");
    assert_eq!(text.matches(r#"src="image1.png""#).count(), 2, "{text}");
    assert!(member(&cleaned.bytes, "OEBPS/package.opf").contains(r#"properties="cover-image""#));
    let kept = clean(&input, &[Kind::AltText]).unwrap();
    assert!(member(&kept.bytes, "OEBPS/chapter1.xhtml").contains(r#"alt="HIDDENalt""#));
}

#[test]
fn rights_management_and_fixed_layout_are_refused_and_disguised_fonts_are_not() {
    let page = body("<p>SHOWN</p>");
    let with = |algorithm: &str| {
        let text = format!(
            r#"<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData><EncryptionMethod Algorithm="{algorithm}"/></EncryptedData></encryption>"#
        );
        clean(&book(&[&page], "", &[("META-INF/encryption.xml", text.as_bytes())]), &[])
    };
    assert!(with("http://www.idpf.org/2008/embedding").is_ok());
    for algorithm in ["http://www.w3.org/2001/04/xmlenc#aes128-cbc", ""] {
        assert!(
            matches!(with(algorithm), Err(Refusal::Encrypted { format: "EPUB" })),
            "{algorithm}"
        );
    }
    let fixed = r#"|<meta property="rendition:layout">pre-paginated</meta>"#;
    let said = clean(&book(&[&page], fixed, &[]), &[]).unwrap_err().to_string();
    assert!(said.contains("fixed layout"), "{said}");
}

#[test]
fn what_is_broken_deep_or_cut_is_refused_and_never_panics() {
    let page = body("<p class=\"a\">SHOWN</p>");
    let whole = book(&[&page], "", &[("OPS/a.css", b".a{color:red}")]);
    assert!(clean(&whole, &[]).is_ok(), "the control");
    for length in (0..whole.len()).step_by(7) {
        assert!(clean(&whole[..length], &[]).is_err(), "{length}");
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let _ = clean(&bytes, &[]);
    }
    let deep = body(&("<div>".repeat(50_000) + &"</div>".repeat(50_000)));
    assert!(clean(&book(&[&deep], "", &[]), &[]).unwrap_err().to_string().contains("deep"));
    let missing = CONTAINER.replace("HIDDEN.opf", "none.opf");
    let input = archive(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", missing.as_bytes()),
    ]);
    assert!(matches!(clean(&input, &[]), Err(Refusal::Damaged { .. })));
    assert!(matches!(clean(&book(&[], "", &[]), &[]), Err(Refusal::Damaged { .. })));
}

#[test]
fn a_bomb_does_not_go_off() {
    let page = body(&format!("<p>{}</p>", "a".repeat(150 << 20)));
    let input = book(&[&page], "", &[]);
    office::does_not_go_off(&input);
}

/// A few rules for each element of a page are fine; fifteen thousand for each of ten thousand are not.
#[test]
fn style_rules_that_multiply_are_refused() {
    let css =
        |rules: usize, inside: &str| format!("{}div p{{{inside}}}", "div p,".repeat(rules - 1));
    let page = |count: usize| body(&format!("<div>{}</div>", "<p>x</p>".repeat(count)));
    let with =
        |css: &str, count| clean(&book(&[&page(count)], "", &[("OPS/a.css", css.as_bytes())]), &[]);
    assert!(with(&css(10, "margin:0"), 10_000).is_ok(), "the control");
    let many = with(&css(15_000, "margin:0"), 10_000);
    assert!(matches!(many, Err(Refusal::TooMuch { .. })), "{many:?}");
    // Many selectors of many declarations: of each rule the first few hundred, not copied for each selector.
    assert!(with(&css(15_000, &"a:b;".repeat(200_000)), 2).is_ok());
}
