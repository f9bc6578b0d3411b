//! The gate: every document of the corpus through the cleaner. No marker that had to go is left, no marker that had to
//! stay is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs
)]

use corpus::{FORMATS, Sample, judge, samples};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sanitize::{Cleaned, Keep, Kind, Level, Options, Refusal};
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

/// Formats that are refused because nobody has written their cleaner yet. Whoever does takes them from this list: the
/// test of a format in it fails when one of its documents is cleaned.
const NOT_YET: &[&str] = &[];

/// Formats whose gate does not hold yet: something is left or lost, or a document of the corpus is refused. Whoever mends
/// one takes it from this list: the test of a format in it fails when nothing is wrong any more.
const OPEN: &[&str] = &[];

/// Formats that can be flattened with `--pixels`. The others refuse it.
const FLATTENED: &[&str] = &["JPEG", "PNG", "GIF", "WebP", "TIFF", "HEIC", "AVIF", "PDF"];

fn clean(sample: &Sample, level: Level, keep: &[Kind]) -> Result<Cleaned, Refusal> {
    let keep: Keep = keep.iter().copied().collect();
    let options = Options { level, keep, ..Options::default() };
    sanitize::clean(&sample.bytes, &options, &mut ChaCha20Rng::seed_from_u64(1))
}

fn of(format: &str) -> Vec<Sample> {
    samples().into_iter().filter(|sample| sample.format == format).collect()
}

/// What is wrong with a clean copy, a line for each marker.
fn faults(sample: &Sample, cleaned: &[u8], level: Level) -> String {
    let verdict = judge(sample, cleaned);
    let (mut out, file) = (String::new(), &sample.file);
    if verdict.stopped {
        let _ = writeln!(out, "{file}, {level:?}: the scan ended early");
    }
    for (plant, path) in verdict.left {
        let _ = writeln!(out, "{file}, {level:?}: LEFT: {} ({path})", plant.place);
    }
    // Flattened text is a picture of itself.
    for plant in verdict.lost.iter().filter(|_| level == Level::KeepLook) {
        let _ = writeln!(out, "{file}, {level:?}: LOST: {}", plant.place);
    }
    out
}

fn gate(format: &str) {
    let samples = of(format);
    assert!(!samples.is_empty());
    let mut wrong = String::new();
    for sample in &samples {
        let kept = clean(sample, Level::KeepLook, &[]);
        if NOT_YET.contains(&format) {
            assert!(kept.is_err(), "{format} is cleaned now: take it from the list NOT_YET");
            continue;
        }
        match kept {
            Ok(cleaned) => {
                wrong += &faults(sample, &cleaned.bytes, Level::KeepLook);
                if cleaned.report.removed.is_empty() {
                    let _ = writeln!(wrong, "{}: nothing is reported", sample.file);
                }
            }
            Err(refusal) => {
                let _ = writeln!(wrong, "{}: REFUSED: {refusal}", sample.file);
            }
        }
        match clean(sample, Level::Pixels, &[]) {
            Ok(cleaned) if FLATTENED.contains(&format) => {
                wrong += &faults(sample, &cleaned.bytes, Level::Pixels);
            }
            Err(Refusal::Unsupported { .. }) if !FLATTENED.contains(&format) => {}
            other => {
                let other = other.map(|cleaned| cleaned.format).map_err(|r| r.to_string());
                let _ = writeln!(wrong, "{}, --pixels: {other:?}", sample.file);
            }
        }
    }
    if OPEN.contains(&format) {
        assert!(!wrong.is_empty(), "{format} passes now: take it from the list OPEN");
        println!("{wrong}");
    } else {
        assert!(wrong.is_empty(), "\n{wrong}");
    }
    // The control: a cleaner that passes everything through, and one that throws everything away.
    let sample = &samples[0];
    let verdict = judge(sample, &sample.bytes);
    assert_eq!(verdict.left.len(), sample.hidden().count(), "what is passed through is caught");
    assert_eq!(judge(sample, b"").lost.len(), sample.visible().count());
}

macro_rules! gates {
    ($($name:ident $format:literal)+) => {
        $(#[test] fn $name() { gate($format); })+

        #[test]
        fn no_format_is_forgotten() {
            let mut tested = vec![$($format),+];
            let mut all = FORMATS.to_vec();
            tested.sort_unstable();
            all.sort_unstable();
            assert_eq!(tested, all);
            assert!(NOT_YET.iter().chain(OPEN).chain(FLATTENED).all(|format| FORMATS.contains(format)));
        }
    };
}

gates! {
    jpeg "JPEG" png "PNG" gif "GIF" webp "WebP" tiff "TIFF" heic "HEIC" avif "AVIF" svg "SVG"
    pdf "PDF" docx "DOCX" xlsx "XLSX" pptx "PPTX" odt "ODT" ods "ODS" odp "ODP" epub "EPUB"
    txt "TXT" markdown "Markdown" csv "CSV" html "HTML" eml "EML" rtf "RTF"
    mp3 "MP3" flac "FLAC" ogg "OGG" wav "WAV" mp4 "MP4" mov "MOV" mkv "MKV" webm "WebM"
    zip "ZIP" tar "TAR"
}

/// `--keep KIND` keeps what `kept.txt` says and nothing else. The list is checked by eye when it changes:
/// `GATE_WRITE=1 cargo nextest run -p corpus keep_keeps` writes it anew.
#[test]
fn keep_keeps_one_kind_and_nothing_else() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kept.txt");
    let mut lines = BTreeMap::<(&str, &str), Vec<String>>::new();
    for sample in samples().iter().filter(|sample| !NOT_YET.contains(&sample.format)) {
        // A kind that is not in this document changes nothing.
        let Ok(plain) = clean(sample, Level::KeepLook, &[]) else {
            assert!(OPEN.contains(&sample.format), "{}", sample.file);
            continue;
        };
        for kind in Kind::KEEPABLE {
            let there = plain.report.removed.iter().any(|entry| entry.kind == kind);
            let kept = clean(sample, Level::KeepLook, &[kind]).unwrap();
            assert!(kept.report.kept.iter().all(|entry| entry.kind == kind), "{}", sample.file);
            if !there {
                assert!(kept.bytes == plain.bytes, "{}: {}", sample.file, kind.name());
                continue;
            }
            // What is wrong without --keep is the business of the gate above.
            let before = judge(sample, &plain.bytes);
            let mut verdict = judge(sample, &kept.bytes);
            assert_eq!(verdict.lost.len(), before.lost.len(), "{}: {}", sample.file, kind.name());
            verdict.left.retain(|(plant, _)| {
                !before.left.iter().any(|(known, _)| known.place == plant.place)
            });
            assert!(!verdict.stopped);
            let places = lines.entry((sample.format, kind.name())).or_default();
            places.extend(verdict.left.into_iter().map(|(plant, _)| plant.place));
        }
    }
    let mut text = String::new();
    for ((format, kind), mut places) in lines {
        places.sort();
        places.dedup();
        let _ = writeln!(text, "{format}, {kind}:");
        places.iter().for_each(|place| text += &format!("  {place}\n"));
    }
    if std::env::var_os("GATE_WRITE").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(text == expected, "kept, and not as in tests/kept.txt:\n{text}");
}
