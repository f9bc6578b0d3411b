//! What there is to look at before and after: each document of the corpus has a picture or words, sound and film have neither. The
//! words show what stays, on both sides, and what went, on one side only.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use corpus::{FORMATS, Plant, samples};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sanitize::{Format, Options, Refusal, clean, look};
use std::fmt::Write as _;

const SILENT: &[&str] = &["MP3", "FLAC", "OGG", "WAV", "MP4", "MOV", "MKV", "WebM"];
const DRAWN: &[&str] = &["JPEG", "PNG", "GIF", "WebP", "TIFF", "HEIC", "AVIF", "SVG", "PDF"];

fn says(words: &str, plant: &Plant) -> bool {
    words
        .to_ascii_lowercase()
        .contains(&String::from_utf8_lossy(&plant.needle).to_ascii_lowercase())
}

#[test]
fn every_document_can_be_looked_at() {
    let mut wrong = String::new();
    for format in FORMATS.iter() {
        let (mut shown, mut gone) = (0, 0);
        for sample in samples().into_iter().filter(|sample| sample.format == *format) {
            let (options, file) = (Options::default(), &sample.file);
            let mut rng = ChaCha20Rng::seed_from_u64(1);
            let cleaned = clean(&sample.bytes, &options, &mut rng).unwrap();
            let before = look(&sample.bytes, &options, &mut rng);
            let after = look(&cleaned.bytes, &options, &mut rng);
            if SILENT.contains(format) {
                for look in [before, after] {
                    assert!(matches!(look, Err(Refusal::Unsupported { .. })), "{file}");
                }
                continue;
            }
            let ((before, one), (after, other)) = match (before, after) {
                (Ok(before), Ok(after)) => (before, after),
                (before, after) => {
                    for refusal in [before.err(), after.err()].into_iter().flatten() {
                        let _ = writeln!(wrong, "{file}: {refusal}");
                    }
                    continue;
                }
            };
            let in_words = one == Format::Txt;
            assert_eq!(in_words, !DRAWN.contains(format), "{file}: {one:?}");
            assert_eq!(in_words, other == Format::Txt, "{file}");
            if !in_words {
                assert!(before.len() > 100 && after.len() > 100, "{file}");
                continue;
            }
            let (before, after) =
                (String::from_utf8(before).unwrap(), String::from_utf8(after).unwrap());
            for plant in sample.visible() {
                shown += 1;
                for (words, side) in [(&before, "before"), (&after, "after")] {
                    if !says(words, plant) {
                        let _ = writeln!(wrong, "{file}, {side}: not said: {}", plant.place);
                    }
                }
            }
            for plant in sample.hidden() {
                gone += usize::from(says(&before, plant));
                if says(&after, plant) {
                    let _ = writeln!(wrong, "{file}: said: {}", plant.place);
                }
            }
        }
        // Nothing is planted in words there but what has no width, which a reading does not decode.
        if shown > 0 && gone == 0 && !["CSV", "ZIP", "TAR"].contains(format) {
            let _ = writeln!(wrong, "{format}: nothing is seen to be gone");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
