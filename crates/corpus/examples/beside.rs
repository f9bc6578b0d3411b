//! What cleaners leave, by format: `cargo run -p corpus --example beside`. With `--write` the table goes into
//! `docs/sanitize.md` as well. What subrosa leaves or loses is the business of the gate (`tests/gate.rs`); this ends with
//! an error if it compares nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use corpus::{Sample, beside, replace_between, samples};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sanitize::Options;
use std::{fs, path::Path, process::ExitCode};

fn subrosa() -> beside::Cleaner<'static> {
    let clean = |sample: &Sample| {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        sanitize::clean(&sample.bytes, &Options::default(), &mut rng).ok().map(|c| c.bytes)
    };
    beside::Cleaner {
        name: format!("subrosa {}", env!("CARGO_PKG_VERSION")),
        clean: Box::new(move |samples| samples.iter().map(clean).collect()),
    }
}

fn main() -> ExitCode {
    let samples = samples();
    let mut rows = Vec::new();
    for cleaner in [subrosa(), beside::mat2(), beside::exiftool()] {
        let tally = beside::tally(&cleaner, &samples);
        rows.push((cleaner.name, tally));
    }
    let table = beside::table(&rows);
    println!("{table}");
    if std::env::args().nth(1).is_some_and(|word| word == "--write") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sanitize.md");
        let page = fs::read_to_string(&path).unwrap();
        let body = format!("\n{table}\n");
        fs::write(&path, replace_between(&page, "markers left", &body).unwrap()).unwrap();
    }
    // The control: on the same documents, the same scanner finds what the others leave.
    if rows.iter().skip(1).all(|(_, tally)| tally.values().any(|tally| tally.left > 0)) {
        ExitCode::SUCCESS
    } else {
        eprintln!("the comparison compares nothing: no markers are found in what others cleaned");
        ExitCode::FAILURE
    }
}
