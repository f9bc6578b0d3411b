//! Cleans files one after another, without sandbox, for measuring the library alone:
//! `cargo run --release -p sanitize --example clean -- [--pixels] DIR FILE…`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sanitize::{Level, Options, clean};
use std::{path::Path, time::Instant};

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut options = Options::default();
    if arguments.first().is_some_and(|first| first == "--pixels") {
        options.level = Level::Pixels;
        arguments.remove(0);
    }
    let (dir, files) = arguments.split_first().unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(0);
    for file in files {
        let input = std::fs::read(file).unwrap();
        let start = Instant::now();
        match clean(&input, &options, &mut rng) {
            Ok(cleaned) => {
                let stem = Path::new(file).file_stem().unwrap().to_string_lossy();
                let name = format!("{stem}.{}", cleaned.format.extension());
                println!(
                    "{file}: {} -> {} bytes, {:?}",
                    input.len(),
                    cleaned.bytes.len(),
                    start.elapsed()
                );
                for entry in &cleaned.report.removed {
                    println!(
                        "   {:?} {}: {} ({})",
                        entry.kind, entry.place, entry.what, entry.count
                    );
                }
                std::fs::write(Path::new(dir).join(name), cleaned.bytes).unwrap();
            }
            Err(refusal) => println!("{file}: REFUSED: {refusal}"),
        }
    }
}
