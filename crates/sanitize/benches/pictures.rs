//! Pictures through the library alone, without process or disk: `cargo bench -p sanitize --bench pictures`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use image::{ExtendedColorType, RgbImage, codecs::jpeg::JpegEncoder};
use rand_chacha::{ChaCha20Rng, rand_core::Rng as _, rand_core::SeedableRng};
use sanitize::{Level, Options, clean};

/// Gradients with grain, as a camera's picture has both.
fn scene(width: u32, height: u32) -> RgbImage {
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    let mut grain = vec![0; (width * height * 3) as usize];
    rng.fill_bytes(&mut grain);
    let mut at = 0;
    RgbImage::from_fn(width, height, |x, y| {
        at += 3;
        let value = |n: usize, base: u32| (base % 200) as u8 + grain[at - 3 + n] % 24;
        image::Rgb([value(0, x / 16), value(1, y / 12), value(2, (x + y) / 24)])
    })
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let scene = scene(width, height);
    JpegEncoder::new_with_quality(&mut out, 88)
        .encode(&scene, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    out
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&scene(width, height)).unwrap();
    writer.finish().unwrap();
    out
}

fn pictures(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pictures");
    group.sample_size(10);
    for (name, file, level) in [
        ("jpeg 3 megapixels", jpeg(2048, 1536), Level::KeepLook),
        ("png 3 megapixels", png(2048, 1536), Level::KeepLook),
        ("jpeg 3 megapixels, pixels", jpeg(2048, 1536), Level::Pixels),
    ] {
        let options = Options { level, ..Options::default() };
        group.throughput(Throughput::Bytes(file.len() as u64));
        group.bench_function(name, |bencher| {
            let mut rng = ChaCha20Rng::seed_from_u64(1);
            bencher.iter(|| clean(&file, &options, &mut rng).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, pictures);
criterion_main!(benches);
