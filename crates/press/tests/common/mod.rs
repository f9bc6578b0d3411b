//! A newsroom's folder made on the spot.
#![allow(dead_code, missing_docs)]

use std::fs;

use press::{Edition, PageContext, Pages};

pub(crate) const PAPER: &str =
    "name = \"Ledger\"\nlanguage = \"en\"\n[[sections]]\nname = \"World\"\n";
pub(crate) const FRONT: &str = "+++\ntitle = \"A\"\nsection = \"world\"\ndate = 2026-11-20\nbyline = \"B\"\nsummary = \"C\"\n+++\n";

pub(crate) fn load(
    paper: &str,
    stories: &[(&str, &str)],
    images: &[(&str, &[u8])],
) -> Result<Edition, String> {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("stories")).unwrap();
    fs::create_dir_all(dir.path().join("images")).unwrap();
    fs::write(dir.path().join("newsroom.toml"), paper).unwrap();
    for (name, text) in stories {
        fs::write(dir.path().join("stories").join(name), text).unwrap();
    }
    for (name, bytes) in images {
        fs::write(dir.path().join("images").join(name), bytes).unwrap();
    }
    Edition::load(dir.path()).map_err(|e| e.to_string())
}

pub(crate) fn rendered(edition: &Edition) -> Pages {
    let ctx = PageContext {
        site_id: [0; 32],
        base_url: "http://127.0.0.1:1".into(),
        mix_on_premises: true,
        contact: edition.contact(),
    };
    edition.render(&ctx).unwrap()
}

/// The text of one path.
pub(crate) fn text(pages: &Pages, path: &str) -> String {
    let page = pages.get(path).unwrap_or_else(|| panic!("{path} is not there"));
    String::from_utf8(page.body.to_vec()).unwrap()
}

/// A JPEG of this size with something in it at every scale.
pub(crate) fn photograph(width: u32, height: u32) -> Vec<u8> {
    let at = |x: u32, y: u32| image::Rgb([(x / 7) as u8, (y / 5) as u8, (x * y / 999) as u8]);
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(width, height, at)
        .write_to(&mut out, image::ImageFormat::Jpeg)
        .unwrap();
    out.into_inner()
}
