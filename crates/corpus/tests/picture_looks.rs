//! A cleaned picture shows what the original showed, judged by programs that know nothing of us: ffmpeg, and libheif
//! for HEIC. The bounds are those of `docs/sanitize.md`, "How alike".
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use corpus::samples;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sanitize::Options;
use std::{fs, path::Path, process::Command};

/// What a difference may be, of 255.
#[derive(Clone, Copy)]
struct Bound {
    /// Of all channels of all pixels, on average.
    mean: f64,
    /// Of the worst channel, in half of all pixels.
    median: u8,
}

/// Formats that lose nothing.
const LOSSLESS: Bound = Bound { mean: 0.0, median: 0 };
/// The profile of a JPEG's colours is applied, which the other program does not do.
const PROFILE: Bound = Bound { mean: 2.0, median: 4 };
/// Programs differ in how they spread colours that are coded for four pixels at once: at edges, and there alone.
const BECOMES_JPEG: Bound = Bound { mean: 12.0, median: 6 };

impl Bound {
    fn holds(self, (mean, median): (f64, u8)) -> bool {
        mean <= self.mean && median <= self.median
    }
}

/// Red, green and blue of every picture in a file, or with how opaque they are (`rgba`).
fn pixels(folder: &Path, name: &str, bytes: &[u8], channels: &str) -> Vec<u8> {
    let mut path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    // ffmpeg of Debian 12 reads no HEIC, and of AVIF not how opaque it is.
    if name.ends_with("heic") || name.ends_with("avif") && channels == "rgba" {
        let png = path.with_extension("heif.png");
        let done = Command::new("heif-convert").args([&path, &png]).output();
        assert!(done.expect("heif-convert of libheif-examples must be installed").status.success());
        path = png;
    }
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&path)
        .args([
            "-vsync",
            "passthrough",
            "-sws_flags",
            "accurate_rnd+full_chroma_int+full_chroma_inp+bilinear",
            "-f",
            "rawvideo",
            "-pix_fmt",
            channels,
            "-",
        ])
        .output()
        .expect("ffmpeg must be installed");
    assert!(!out.stdout.is_empty(), "{name}: {}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

/// How far two pictures are apart: mean and median.
fn apart(a: &[u8], b: &[u8]) -> (f64, u8) {
    assert_eq!(a.len(), b.len(), "another size");
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    let worst = |(a, b): (&[u8], &[u8])| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max();
    let mut worst: Vec<u8> = a.chunks(3).zip(b.chunks(3)).filter_map(worst).collect();
    worst.sort_unstable();
    (sum / a.len() as f64, worst[worst.len() / 2])
}

fn same_look(folder: &Path, name: &str, bytes: &[u8], bound: Bound) -> Vec<u8> {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let cleaned = sanitize::clean(bytes, &Options::default(), &mut rng);
    let cleaned = cleaned.unwrap_or_else(|error| panic!("{name}: {error}"));
    let before = pixels(folder, name, bytes, "rgb24");
    let clean = format!("clean-{name}.{}", cleaned.format.extension());
    let after = pixels(folder, &clean, &cleaned.bytes, "rgb24");
    let found = apart(&before, &after);
    assert!(bound.holds(found), "{name}: {found:?}");
    before
}

#[test]
fn pictures_of_the_corpus() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for sample in samples() {
        let bound = match sample.format {
            "JPEG" | "TIFF" => PROFILE,
            "HEIC" | "AVIF" => BECOMES_JPEG,
            "PNG" => LOSSLESS,
            _ => continue,
        };
        // ffmpeg of Debian 12 reads neither of them.
        if ["png-animation.png", "png-chunks.png"].contains(&sample.file.as_str()) {
            continue;
        }
        same_look(folder.path(), &sample.file, &sample.bytes, bound);
        seen.push(sample.format);
    }
    seen.dedup();
    assert_eq!(seen, ["JPEG", "PNG", "TIFF", "HEIC", "AVIF"]);
}

/// A test card in every kind of samples that encoders write.
#[test]
fn test_cards() {
    let folder = tempfile::tempdir().unwrap();
    for (name, arguments, bound) in [
        ("420.avif", "-c:v libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt yuv420p", BECOMES_JPEG),
        (
            "422.avif",
            "-c:v libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt yuv422p10",
            BECOMES_JPEG,
        ),
        ("444.avif", "-c:v libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt yuv444p", BECOMES_JPEG),
        (
            "12bit.avif",
            "-c:v libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt yuv420p12",
            BECOMES_JPEG,
        ),
        ("grey.avif", "-c:v libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt gray", BECOMES_JPEG),
        (
            "full.avif",
            "-c:v libaom-av1 -still-picture 1 -cpu-used 8 -pix_fmt yuvj420p",
            BECOMES_JPEG,
        ),
        ("420.jpg", "-q:v 3 -pix_fmt yuvj420p", LOSSLESS),
        ("444.jpg", "-q:v 3 -pix_fmt yuvj444p", LOSSLESS),
        ("grey.jpg", "-q:v 3 -pix_fmt gray", LOSSLESS),
        ("rgb.png", "-pix_fmt rgb24", LOSSLESS),
        ("deep.png", "-pix_fmt rgb48be", LOSSLESS),
        ("indexed.png", "-pix_fmt pal8", LOSSLESS),
        ("still.gif", "-frames:v 1", LOSSLESS),
        ("moving.gif", "-frames:v 5", LOSSLESS),
        ("still.webp", "-c:v libwebp -lossless 1", LOSSLESS),
        ("packed.tif", "-compression_algo lzw", LOSSLESS),
    ] {
        let path = folder.path().join(name);
        let frames = if name == "moving.gif" { "5" } else { "1" };
        let status = Command::new("ffmpeg")
            .args([
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=97x61:rate=5,gblur=2",
                "-frames:v",
                frames,
            ])
            .args(arguments.split(' '))
            .arg(&path)
            .status()
            .unwrap();
        assert!(status.success(), "{name}");
        let shown = same_look(folder.path(), name, &fs::read(&path).unwrap(), bound);
        // The bound is worth something: other colours are over it, and so is a line less where nothing may be lost.
        let mut other = shown.clone();
        other.chunks_mut(3).for_each(|pixel| pixel.swap(0, 2));
        assert!(name.starts_with("grey") || !bound.holds(apart(&shown, &other)), "{name}");
        let mut other = shown.clone();
        other.chunks_mut(97 * 3).nth(10).unwrap().fill(128);
        assert!(!LOSSLESS.holds(apart(&shown, &other)), "{name}");
    }
}

/// An AVIF that is transparent in part becomes a PNG that is transparent in the same part.
#[test]
fn transparency_stays() {
    let folder = tempfile::tempdir().unwrap();
    let [png, avif] = ["alpha.png", "alpha.avif"].map(|name| folder.path().join(name));
    let fading = "format=rgba,geq=r=r(X\\,Y):g=g(X\\,Y):b=b(X\\,Y):a=X*255/W";
    let source = format!("testsrc=size=96x60,gblur=2,{fading}");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &source, "-frames:v", "1"])
        .arg(&png)
        .status()
        .unwrap();
    assert!(made.success());
    let made = Command::new("heif-enc").args(["-A", "-q", "90", "-o"]).args([&avif, &png]).output();
    assert!(made.expect("heif-enc of libheif-examples must be installed").status.success());
    let original = fs::read(&avif).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let cleaned = sanitize::clean(&original, &Options::default(), &mut rng).unwrap();
    assert_eq!(cleaned.format.extension(), "png");
    let before = pixels(folder.path(), "alpha.avif", &original, "rgba");
    let after = pixels(folder.path(), "clean.png", &cleaned.bytes, "rgba");
    let opaque = |all: &[u8]| all.chunks(4).map(|pixel| pixel[3]).collect::<Vec<u8>>();
    assert_eq!(opaque(&before), opaque(&after));
    assert!(opaque(&before).iter().any(|a| *a < 20) && opaque(&before).iter().any(|a| *a > 235));
    // Where nothing is seen the colours are of no matter.
    let seen = |all: &[u8]| {
        let faded =
            all.chunks(4).flat_map(|p| [0, 1, 2].map(|n| u32::from(p[n]) * u32::from(p[3]) / 255));
        faded.map(|value| value as u8).collect::<Vec<u8>>()
    };
    let found = apart(&seen(&before), &seen(&after));
    assert!(BECOMES_JPEG.holds(found), "{found:?}");
}

/// A TIFF whose colours are coded for several pixels at once is sound; it is not called damaged.
#[test]
fn what_is_not_known_is_not_called_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("video.tif");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", "1"])
        .args(["-pix_fmt", "yuv420p"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let said = |bytes: &[u8], rng: &mut ChaCha20Rng| match sanitize::clean(
        bytes,
        &Options::default(),
        rng,
    ) {
        Err(refusal) => refusal.to_string(),
        Ok(_) => panic!("it is rebuilt now: compare how it looks"),
    };
    let whole = fs::read(&path).unwrap();
    let refusal = said(&whole, &mut rng);
    assert!(refusal.contains("save it as PNG") && !refusal.contains("damaged"), "{refusal}");
    let half = said(&whole[..12], &mut rng);
    assert!(half.contains("damaged"), "{half}");
}
