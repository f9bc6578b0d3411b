//! Every format, through the library alone, without process or disk: `cargo bench -p sanitize --bench formats`. The documents are those
//! of the corpus: small, with something in every hiding place, so that the figures are for the work per file. Of sound and text
//! there are longer ones, too, whose figures are for the work per byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use corpus::{FORMATS, samples};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sanitize::{Options, clean};

fn measure(criterion: &mut Criterion, group: &str, documents: &[(String, Vec<u8>)]) {
    let mut group = criterion.benchmark_group(group);
    for (name, file) in documents {
        group.throughput(Throughput::Bytes(file.len() as u64));
        group.bench_function(name, |bencher| {
            let (mut rng, options) = (ChaCha20Rng::seed_from_u64(1), Options::default());
            bencher.iter(|| clean(file, &options, &mut rng).unwrap());
        });
    }
    group.finish();
}

/// The first document of each format.
fn small(criterion: &mut Criterion) {
    let all = samples();
    let first = FORMATS.iter().filter_map(|format| {
        let sample = all.iter().find(|sample| sample.format == *format)?;
        Some(((*format).to_owned(), sample.bytes.clone()))
    });
    measure(criterion, "small", &first.collect::<Vec<_>>());
}

fn long(criterion: &mut Criterion) {
    let line = "The fund paid 4,218 invoices twice between May and July, an audit has found.\n";
    let text = line.repeat(13_000);
    let mut table = String::from("month,paid,what\n");
    (0..30_000)
        .for_each(|n| table += &format!("2026-{:02},{n},\"an invoice, paid\"\n", n % 12 + 1));
    // Ten seconds of two channels at 48 kHz, 16 bits.
    let samples = (0..960_000_i32).flat_map(|n| ((n * 37 % 20_011 - 10_000) as i16).to_le_bytes());
    let samples: Vec<u8> = samples.collect();
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + samples.len() as u32).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    wav.extend([48_000_u32, 192_000].into_iter().flat_map(u32::to_le_bytes));
    wav.extend(b"\x04\0\x10\0data");
    wav.extend((samples.len() as u32).to_le_bytes());
    wav.extend(samples);
    let documents = [
        ("text, 1 MB".to_owned(), text.clone().into_bytes()),
        ("CSV, 30,000 rows".to_owned(), table.into_bytes()),
        (
            "HTML, 1 MB".to_owned(),
            format!("<!doctype html><p>{}", text.replace('\n', "\n<p>")).into_bytes(),
        ),
        ("WAV, 10 s".to_owned(), wav),
    ];
    measure(criterion, "long", &documents);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = small, long
}
criterion_main!(benches);
