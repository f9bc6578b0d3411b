//! What a browser shows of a cleaned drawing and of a cleaned page, beside what it shows of the original. The bounds are
//! those of `docs/sanitize.md`, "How alike".
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::{
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
};

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sanitize::Options;
use trials::browser::{Browser, Kind, Look};

const DRAWING: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 600 400" width="600" height="400">
<title>SECRET</title><style>.bar{fill:#8a1c3a} .thin{stroke:#1f4e79;stroke-width:2;fill:none} text{font:italic 18px/1.2 sans-serif}</style>
<defs><linearGradient id="g" x1="0" x2="1"><stop offset="0" stop-color="#ffe27a"/><stop offset="1" stop-color="#1f4e79" stop-opacity=".6"/></linearGradient>
<radialGradient id="r"><stop offset="0" stop-color="white"/><stop offset="1" stop-color="#8a1c3a"/></radialGradient>
<clipPath id="c"><circle cx="470" cy="110" r="70"/></clipPath>
<mask id="m"><rect x="300" y="220" width="260" height="140" fill="url(#g)"/></mask>
<pattern id="p" width="12" height="12" patternUnits="userSpaceOnUse"><path d="M0 12L12 0" class="thin"/></pattern>
<marker id="a" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>
<symbol id="s" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></symbol></defs>
<rect width="600" height="400" fill="#f7f3ea"/>
<g transform="translate(40 40) rotate(4)"><rect class="bar" width="60" height="150"/><rect class="bar" x="80" y="50" width="60" height="100" opacity=".5"/><rect x="160" y="20" width="60" height="130" fill="url(#g)" stroke="#333" stroke-dasharray="6 3"/></g>
<g clip-path="url(#c)"><rect x="400" y="40" width="140" height="140" fill="url(#p)"/><ellipse cx="470" cy="110" rx="40" ry="25" fill="url(#r)"/></g>
<path class="thin" marker-end="url(#a)" d="M40 260c40-60 100 60 140 0s80-40 100 10"/>
<g mask="url(#m)"><rect x="300" y="220" width="260" height="140" fill="#333"/></g>
<use href="#s" x="60" y="300" width="60" height="60"/><use xlink:href="#s" x="130" y="300" width="30" height="30" fill="#8a1c3a"/>
<circle cx="230" cy="330" r="28" fill="#1f4e79"/>
<text x="40" y="30">Invoices, <tspan font-weight="bold">paid twice</tspan></text><text x="330" y="300" text-anchor="middle" transform="rotate(-20 330 300)">the quay</text>
<polygon points="520,380 560,320 590,380" fill="none" stroke="#8a1c3a" stroke-width="4" stroke-linejoin="round"/>
</svg>"##;

const PAGE: &str = r#"<!doctype html><html lang="en"><head><title>SECRET</title><style>.gone{display:none}</style></head><body>
<h1>Paid twice</h1><p onclick="x()">The fund paid <b>4,218</b> invoices <a href="https://tracker.example/?id=SECRET">twice</a>.</p>
<ul><li>the quay<li>the ferry</ul><table><tr><th>Month<th>Paid<tr><td>May<td>1,204</table><p class="gone">SECRET</p>
<pre>a b
 c</pre><blockquote><p>“Stop it”, said <i>two</i> of them.</blockquote><!-- SECRET --></body></html>"#;

const CHAPTER: &str = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>SECRET</title><link rel="stylesheet" href="a.css"/></head><body>
<h1>Paid twice</h1><p class="lead">The fund paid <b>4,218</b> invoices <i>twice</i>.</p><!-- SECRET -->
<table><tr><th>Month</th><th>Paid</th></tr><tr><td>May</td><td>1,204</td></tr></table><p class="gone">SECRET</p>
<blockquote><p>“Stop it”, said two of them.</p></blockquote><ol><li>the quay</li><li>the ferry</li></ol></body></html>"#;
const STYLE: &str = "/* SECRET */ .lead{color:#8a1c3a;font-size:20px;text-align:right} .gone{display:none} td{border:1px solid #333;padding:4px}";

/// A book of one chapter.
fn book(style: &str) -> Vec<u8> {
    let container = r#"<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;
    let package = r#"<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>SECRET</dc:title><dc:language>en</dc:language></metadata><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/><item id="s" href="a.css" media-type="text/css"/></manifest><spine><itemref idref="c"/></spine></package>"#;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", container),
        ("p.opf", package),
        ("c.xhtml", CHAPTER),
        ("a.css", style),
    ] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Unpacks a book and gives the path of its chapter.
fn unpacked(book: &[u8], folder: &Path) -> PathBuf {
    let mut zip = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    zip.extract(folder).unwrap();
    let names = zip.file_names().map(|name| name.unwrap().into_owned());
    let mut chapters = names.filter(|name| name.ends_with(".xhtml") && !name.contains("nav"));
    let chapter = chapters.next().unwrap();
    drop(chapters);
    folder.join(chapter)
}

struct Shown {
    size: (u32, u32),
    pixels: Vec<u8>,
}

async fn show(browser: &Browser, folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    browser.goto(&format!("file://{}", path.display())).await.unwrap();
}

async fn picture(browser: &Browser) -> Shown {
    let png = browser.page().unwrap().screenshot_as_png().await.unwrap();
    let mut reader = png::Decoder::new(Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    Shown { size: (info.width, info.height), pixels }
}

/// How many bytes in a thousand are off by more than 8.
fn apart(one: &Shown, other: &Shown) -> f64 {
    assert_eq!(one.size, other.size);
    let far = one.pixels.iter().zip(&other.pixels).filter(|(a, b)| a.abs_diff(**b) > 8).count();
    far as f64 * 1000.0 / one.pixels.len() as f64
}

fn clean(bytes: &[u8]) -> Vec<u8> {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let cleaned = sanitize::clean(bytes, &Options::default(), &mut rng).unwrap();
    assert!(!String::from_utf8_lossy(&cleaned.bytes).contains("SECRET"));
    cleaned.bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_a_cleaned_drawing_looks_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    show(&browser, folder.path(), "before.svg", DRAWING.as_bytes()).await;
    let before = picture(&browser).await;
    show(&browser, folder.path(), "after.svg", &clean(DRAWING.as_bytes())).await;
    let after = picture(&browser).await;
    let moved = DRAWING.replace("cx=\"230\" cy=\"330\"", "cx=\"234\" cy=\"330\"");
    show(&browser, folder.path(), "moved.svg", moved.as_bytes()).await;
    let moved = picture(&browser).await;
    assert!(apart(&before, &moved) > 0.1, "a circle that moved is noticed");
    assert!(apart(&before, &after) <= 0.1, "{} in a thousand", apart(&before, &after));
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_a_cleaned_page_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    let said = async |name: &str, bytes: &[u8]| {
        show(&browser, folder.path(), name, bytes).await;
        let said = browser.run("return document.body.innerText", vec![]).await.unwrap();
        said.as_str().unwrap().trim().to_owned()
    };
    let before = said("before.html", PAGE.as_bytes()).await;
    assert!(before.contains("4,218 invoices twice") && !before.contains("SECRET"), "{before}");
    let lost = said("lost.html", PAGE.replace("<li>the ferry", "").as_bytes()).await;
    assert_ne!(before, lost, "an item that is lost is noticed");
    assert_eq!(before, said("after.html", &clean(PAGE.as_bytes())).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_chromium_a_cleaned_book_looks_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start(Kind::Chromium, &Look::default()).await.unwrap();
    let other = book(&STYLE.replace("20px", "21px"));
    let book = book(STYLE);
    let mut shown = Vec::new();
    for (name, book) in [("before", &book), ("after", &clean(&book)), ("other", &other)] {
        let chapter = unpacked(book, &folder.path().join(name));
        browser.goto(&format!("file://{}", chapter.display())).await.unwrap();
        let said = browser.run("return document.body.innerText", vec![]).await.unwrap();
        shown.push((said, picture(&browser).await));
    }
    let ((before, one), (after, other)) = (&shown[0], &shown[1]);
    assert!(apart(one, &shown[2].1) > 0.1, "letters of another size are noticed");
    assert!(before.as_str().unwrap().contains("4,218 invoices twice"));
    assert_eq!(before, after);
    assert!(apart(one, other) <= 0.1, "{} in a thousand", apart(one, other));
}
