//! A draft of 1,500 words against material of a hundred thousand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use criterion::{Criterion, criterion_group, criterion_main};
use wording::{Document, compare, variants};

/// Words of a small language, always the same.
fn text(words: usize, mut state: u64) -> String {
    let mut out = String::new();
    for number in 1..=words {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Squared, so that some words are frequent, as they are in languages.
        let word = ((state >> 40) * (state >> 40)) >> 34;
        out.push_str(&format!("w{word}{}", if number % 17 == 0 { ". " } else { " " }));
    }
    out
}

fn benches(c: &mut Criterion) {
    let (draft, material) = (text(1_500, 7), text(100_000, 11));
    let documents = [Document { name: "material", text: &material }];
    let mut group = c.benchmark_group("wording");
    group.sample_size(10);
    group.bench_function("draft of 1,500 words, material of 100,000", |b| {
        b.iter(|| compare(&draft, &documents));
    });
    let copy = material.replacen("w5 ", "w6 ", 40);
    group.bench_function("two copies of 100,000 words", |b| b.iter(|| variants(&material, &copy)));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
