//! What a cleaned file still holds, and what it lost.

use crate::{Plant, Sample, Scanner};
use std::io::Write;
use std::process::{Command, Stdio};

/// What a cleaned file still holds, and what it lost.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Markers that had to go and are there, with the layers that lead to them.
    pub left: Vec<(Plant, String)>,
    /// Markers that had to stay and are gone.
    pub lost: Vec<Plant>,
    /// Whether the scan ended at a bound, so that the verdict is not whole.
    pub stopped: bool,
}

impl Verdict {
    /// Whether nothing is left, nothing is lost, and everything was searched.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.left.is_empty() && self.lost.is_empty() && !self.stopped
    }
}

/// Compares a cleaned file with the sample it was made from.
#[must_use]
pub fn judge(sample: &Sample, cleaned: &[u8]) -> Verdict {
    let mut layers = vec![(String::new(), cleaned.to_vec())];
    if cleaned.starts_with(b"%PDF") {
        // Text may be written in numbers of glyphs, which only a reader of fonts can turn back.
        layers.push(("pdftotext".into(), text_of_pdf(cleaned)));
    }
    let found = Scanner::of(sample).scan_all(layers);
    let mut verdict = Verdict { stopped: found.stopped, ..Verdict::default() };
    for (index, plant) in sample.plants.iter().enumerate() {
        match (plant.visible, found.hits.get(&index)) {
            (false, Some(path)) => verdict.left.push((plant.clone(), path.clone())),
            (true, None) => verdict.lost.push(plant.clone()),
            _ => {}
        }
    }
    verdict
}

fn text_of_pdf(pdf: &[u8]) -> Vec<u8> {
    let mut child = Command::new("pdftotext")
        .args(["-q", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext of poppler-utils is installed");
    let mut stdin = child.stdin.take().unwrap();
    let pdf = pdf.to_vec();
    // It may answer before it has read everything, or not read at all.
    let writer = std::thread::spawn(move || stdin.write_all(&pdf));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join();
    output.stdout
}
