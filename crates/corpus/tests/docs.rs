//! The tables of hiding places in the docs are those of the generator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use corpus::{hiding_places, replace_between, samples};
use std::{fs, path::Path};

/// `GATE_WRITE=1 cargo nextest run -p corpus hiding_places` writes them anew.
#[test]
fn hiding_places_in_the_docs_are_those_that_are_tested() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/hiding-places.md");
    let page = fs::read_to_string(&file).unwrap();
    let body = format!("\n{}", hiding_places(&samples()));
    let fresh = replace_between(&page, "hiding places", &body).expect("the two comments");
    if std::env::var_os("GATE_WRITE").is_some() {
        fs::write(&file, &fresh).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap() == fresh,
        "docs/hiding-places.md is not what the corpus has: see this test for how to write it anew"
    );
    // The control: a page that lacks a place differs.
    let lacking = page.replacen("COM 1", "", 1);
    assert!(lacking != page && lacking != fresh);
}
