//! Documents to try things on, and an independent program to look at them.
// Each test file uses a part of it.
#![allow(dead_code, unreachable_pub)]

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sanitize::{Cleaned, Keep, Kind, Level, Options, Refusal};
use std::process::Command;

/// A PDF put together by hand: object 1 is the root, 2 the page tree.
pub struct Paper {
    objects: Vec<Vec<u8>>,
}

impl Paper {
    /// One page of 300 by 200 points. `resources` is what is inside its dictionary.
    pub fn new(resources: &str, content: &str) -> Self {
        let mut paper = Self { objects: Vec::new() };
        paper.add("<</Type/Catalog/Pages 2 0 R>>");
        paper.add("<</Type/Pages/Kids[3 0 R]/Count 1>>");
        paper.add(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<<{resources}>>/Contents 4 0 R>>"
        ));
        paper.stream("", content.as_bytes());
        paper
    }

    /// Adds an object, whose number comes back.
    pub fn add(&mut self, body: impl AsRef<[u8]>) -> usize {
        self.objects.push(body.as_ref().to_vec());
        self.objects.len()
    }

    /// Adds a stream.
    pub fn stream(&mut self, entries: &str, data: &[u8]) -> usize {
        let mut body = format!("<<{entries}/Length {}>>\nstream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.add(body)
    }

    /// Replaces an object.
    pub fn set(&mut self, number: usize, body: impl AsRef<[u8]>) {
        self.objects[number - 1] = body.as_ref().to_vec();
    }

    /// The file.
    pub fn file(&self) -> Vec<u8> {
        let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut offsets = Vec::new();
        for (index, body) in self.objects.iter().enumerate() {
            offsets.push(out.len());
            out.extend(format!("{} 0 obj\n", index + 1).bytes());
            out.extend(body);
            out.extend(b"\nendobj\n");
        }
        let table = out.len();
        out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
        for offset in &offsets {
            out.extend(format!("{offset:010} 00000 n \n").bytes());
        }
        out.extend(
            format!(
                "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n",
                offsets.len() + 1
            )
            .bytes(),
        );
        out
    }
}

/// A font that every viewer has, as a resource.
pub const FONT: &str =
    "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>";

/// Cleans with the default options.
pub fn clean(input: &[u8]) -> Result<Cleaned, Refusal> {
    clean_with(input, Level::KeepLook, &[])
}

/// Cleans.
pub fn clean_with(input: &[u8], level: Level, keep: &[Kind]) -> Result<Cleaned, Refusal> {
    let keep: Keep = keep.iter().copied().collect();
    let options = Options { level, keep, ..Options::default() };
    sanitize::clean(input, &options, &mut ChaCha20Rng::from_seed([7; 32]))
}

/// What a reader copies, by poppler's pdftotext.
pub fn text_of(pdf: &[u8]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("in.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext")
        .args(["-layout", path.to_str().unwrap(), "-"])
        .output()
        .expect("pdftotext of poppler-utils must be installed");
    String::from_utf8(output.stdout).unwrap()
}

/// A page as an independent program shows it.
pub struct Shown {
    pub width: usize,
    pub height: usize,
    /// Red, green, blue.
    pub pixels: Vec<u8>,
}

impl Shown {
    /// A pixel by its place in points from the lower left, at 72 dots to the inch.
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let index = ((self.height - 1 - y) * self.width + x) * 3;
        self.pixels[index..index + 3].try_into().unwrap()
    }
}

/// The pages at 72 dots to the inch, by poppler's pdftoppm.
pub fn pages_of(pdf: &[u8]) -> Vec<Shown> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("in.pdf");
    std::fs::write(&path, pdf).unwrap();
    let status = Command::new("pdftoppm")
        .args(["-cropbox", "-r", "72", path.to_str().unwrap()])
        .arg(directory.path().join("page"))
        .status()
        .expect("pdftoppm of poppler-utils must be installed");
    assert!(status.success());
    let mut names: Vec<_> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ppm"))
        .collect();
    names.sort();
    names.iter().map(|name| read_ppm(&std::fs::read(name).unwrap())).collect()
}

fn read_ppm(data: &[u8]) -> Shown {
    let mut at = 0;
    let mut words = Vec::new();
    while words.len() < 4 {
        let end = at + data[at..].iter().position(u8::is_ascii_whitespace).unwrap();
        words.push(std::str::from_utf8(&data[at..end]).unwrap().to_owned());
        at = end + 1;
    }
    assert_eq!(words[0], "P6");
    Shown {
        width: words[1].parse().unwrap(),
        height: words[2].parse().unwrap(),
        pixels: data[at..].to_vec(),
    }
}

/// How far apart two pages look: the mean difference of 255; the share of pixels that differ by more than 48; and
/// the largest difference between the means of squares of eight points, which a missing letter changes and another
/// smoothing of edges does not.
pub fn apart(before: &Shown, after: &Shown) -> (f64, f64, f64) {
    assert_eq!((before.width, before.height), (after.width, after.height));
    let mut sum = 0_u64;
    let mut far = 0_u64;
    for (one, other) in before.pixels.chunks_exact(3).zip(after.pixels.chunks_exact(3)) {
        let differences = [0, 1, 2].map(|part| one[part].abs_diff(other[part]));
        sum += differences.iter().map(|part| u64::from(*part)).sum::<u64>();
        far += u64::from(differences.iter().any(|part| *part > 48));
    }
    let mut worst = 0.0_f64;
    for top in (0..before.height).step_by(8) {
        for left in (0..before.width).step_by(8) {
            let (mut difference, mut count) = (0_i64, 0_i64);
            for y in top..(top + 8).min(before.height) {
                for x in left..(left + 8).min(before.width) {
                    let index = (y * before.width + x) * 3;
                    for part in 0..3 {
                        difference += i64::from(before.pixels[index + part])
                            - i64::from(after.pixels[index + part]);
                        count += 1;
                    }
                }
            }
            worst = worst.max((difference as f64 / count as f64).abs());
        }
    }
    (sum as f64 / before.pixels.len() as f64, far as f64 / (before.pixels.len() / 3) as f64, worst)
}

/// The bounds of docs/sanitize.md: mean at most 1.5 of 255, at most 0.5 % of pixels off by more than 48, no square of
/// eight points whose mean is off by more than 48.
pub fn assert_looks_the_same(name: &str, before: &[u8], after: &[u8]) {
    let (before, after) = (pages_of(before), pages_of(after));
    assert_eq!(before.len(), after.len(), "{name}: number of pages");
    for (number, (before, after)) in before.iter().zip(&after).enumerate() {
        let (mean, far, worst) = apart(before, after);
        assert!(
            mean <= 1.5 && far <= 0.005 && worst <= 48.0,
            "{name}, page {}: mean {mean:.3} of 255, {:.3} % far off, worst square {worst:.1}",
            number + 1,
            far * 100.0
        );
    }
}
