//! The ledger, drafts and reports as a newsroom uses them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod cases;
mod documentation;
mod documents;
mod edits;
mod faults;
mod lists;
mod reports;
mod walks;

use std::collections::BTreeMap;

use check::report::{Ask, Look, Report};
use check::{Document, Fault, load};

/// 20 March 2019.
pub(crate) const NOW: u64 = 1_553_040_000;

pub(crate) type Folder = BTreeMap<String, Vec<u8>>;

pub(crate) fn folder(files: &[(&str, &str)]) -> Folder {
    files.iter().map(|(n, t)| ((*n).to_owned(), t.as_bytes().to_vec())).collect()
}

pub(crate) fn check(draft: &str, files: &Folder) -> Result<Report, Fault> {
    check_for(draft, files, None)
}

pub(crate) fn check_for(
    draft: &str,
    files: &Folder,
    audience: Option<&str>,
) -> Result<Report, Fault> {
    let document = Document::read("draft.md", draft.as_bytes())?;
    let loaded = load(files)?;
    let mut over = || false;
    let mut ask =
        Ask { k: None, audience, material: &[], now: NOW, steps: 100_000, over: &mut over };
    check::report::check(&document, &loaded, files, &mut ask)
}

pub(crate) fn printed(report: &Report, width: usize) -> String {
    let mut out = Vec::new();
    check::report::print(report, Look { width, colour: false }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What is wrong with a ledger.
pub(crate) fn fault(files: &[(&str, &str)]) -> String {
    let files = folder(files);
    match load(&files).and_then(|l| l.resolve(&files, None).map(|_| ())) {
        Ok(()) => "nothing is wrong".to_owned(),
        Err(fault) => fault.to_string(),
    }
}
