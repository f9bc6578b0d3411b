//! A cleaned office document looks as the original did, judged by programs that know nothing of us: LibreOffice draws both,
//! and poppler makes pictures of that. The originals are LibreOffice's own, saved from `office_looks/`. The bounds are
//! those of `docs/sanitize.md`, "How alike".
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod pdf_support;

use pdf_support::{apart, pages_of};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sanitize::Options;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const FORMATS: [(&str, &str); 6] = [
    ("text.fodt", "docx"),
    ("text.fodt", "odt"),
    ("sheet.fods", "xlsx"),
    ("sheet.fods", "ods"),
    ("slides.fodp", "pptx"),
    ("slides.fodp", "odp"),
];
/// Of all pixels of a page at 72 to the inch, so many of a hundred may be off by more than 48 of 255.
const FAR: f64 = 0.1;
/// In no square of eight pixels may the mean be off by more; a missing letter is.
const SQUARE: f64 = 24.0;

/// Makes files of another kind in a folder.
fn convert(kind: &str, files: &[PathBuf], profile: &Path, to: &Path) {
    let done = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--headless", "--convert-to", kind, "--outdir"])
        .arg(to)
        .args(files)
        .output()
        .expect("soffice of libreoffice-writer, -calc and -impress must be installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// How far two drawn documents are apart: the worst page's far pixels in a hundred, and the worst square.
fn difference(before: &Path, after: &Path) -> (f64, f64) {
    let before = pages_of(&fs::read(before).unwrap());
    let after = pages_of(&fs::read(after).unwrap());
    assert_eq!(before.len(), after.len(), "another number of pages");
    let all = before.iter().zip(&after).map(|(one, other)| {
        let (_, far, square) = apart(one, other);
        (far * 100.0, square)
    });
    all.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).expect("a page")
}

#[test]
fn office_documents() {
    let folder = tempfile::tempdir().unwrap();
    let [profile, before, after] = ["profile", "before", "after"].map(|part| {
        let path = folder.path().join(part);
        fs::create_dir(&path).unwrap();
        path
    });
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/office_looks");
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let (mut originals, mut cleaned) = (Vec::new(), Vec::new());
    for (sample, kind) in FORMATS {
        convert(kind, &[samples.join(sample)], &profile, &before);
        let saved = before.join(sample).with_extension(kind);
        let bytes = fs::read(&saved).unwrap();
        let done = sanitize::clean(&bytes, &Options::default(), &mut rng)
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(done.format.extension(), kind);
        originals.push(before.join(kind).with_added_extension(kind));
        fs::rename(&saved, originals.last().unwrap()).unwrap();
        cleaned.push(after.join(kind).with_added_extension(kind));
        fs::write(cleaned.last().unwrap(), done.bytes).unwrap();
    }
    // The positive control: a word less.
    let less = before.join("less.fodt");
    let text = fs::read_to_string(samples.join("text.fodt")).unwrap();
    fs::write(&less, text.replace("the ferry, with", "the ferry,")).unwrap();
    originals.push(less);
    convert("pdf", &originals, &profile, &before);
    convert("pdf", &cleaned, &profile, &after);
    let (far, square) = difference(&before.join("odt.pdf"), &before.join("less.pdf"));
    assert!(far > FAR && square > SQUARE, "a word less is noticed: {far} {square}");
    for (_, kind) in FORMATS {
        let pdf = format!("{kind}.pdf");
        let (far, square) = difference(&before.join(&pdf), &after.join(&pdf));
        assert!(far <= FAR && square <= SQUARE, "{kind}: {far} {square}");
    }
}
