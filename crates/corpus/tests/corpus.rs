//! The corpus itself: every marker is there, is found, and is where it says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use corpus::{FORMATS, Scanner, samples};
use std::collections::BTreeMap;

/// The positive control: what is planted is found, all of it, in the originals.
#[test]
fn every_marker_is_found_in_its_original() {
    let mut missing = Vec::new();
    for sample in samples() {
        let found = Scanner::of(&sample).scan(&sample.bytes);
        assert!(!found.stopped, "{}: the scan ended early", sample.file);
        for (index, plant) in sample.plants.iter().enumerate() {
            if !found.hits.contains_key(&index) {
                missing.push(format!("{}: {}", sample.file, plant.place));
            }
        }
    }
    assert!(missing.is_empty(), "{} markers are not found:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn every_format_is_there_and_every_marker_is_unique() {
    let samples = samples();
    for format in FORMATS {
        let hidden: usize = samples
            .iter()
            .filter(|sample| sample.format == format)
            .map(|sample| sample.hidden().count())
            .sum();
        assert!(hidden > 0, "{format} has no markers");
    }
    assert!(samples.iter().all(|sample| FORMATS.contains(&sample.format)));
    let mut seen = BTreeMap::new();
    for sample in &samples {
        for plant in &sample.plants {
            assert!(
                plant.needle.len() >= 4,
                "{}: the marker at {} is too short",
                sample.file,
                plant.place
            );
            if !plant.needle.is_ascii() || plant.needle.len() < 10 {
                continue;
            }
            let here = format!("{}: {}", sample.file, plant.place);
            if plant.needle.starts_with(b"Zq")
                && let Some(there) = seen.insert(plant.needle.to_ascii_lowercase(), here.clone())
            {
                panic!("{here} and {there} have the same marker");
            }
        }
    }
}

/// The corpus is the same in every run, so that a figure can be compared with yesterday's.
#[test]
fn the_corpus_is_reproducible() {
    let (one, two) = (samples(), samples());
    assert!(one.iter().zip(&two).all(|(one, two)| one.bytes == two.bytes));
}
