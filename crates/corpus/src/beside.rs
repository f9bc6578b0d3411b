//! Other cleaners on the same documents.

use crate::{FORMATS, Sample, judge};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Output},
};

/// What cleans samples, all in one go.
pub type Clean<'a> = dyn Fn(&[Sample]) -> Vec<Option<Vec<u8>>> + 'a;

/// A cleaner under comparison.
pub struct Cleaner<'a> {
    /// Its name and version.
    pub name: String,
    /// For each sample the cleaned file, or nothing if it was refused.
    pub clean: Box<Clean<'a>>,
}

/// What a cleaner made of the samples of one format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Documents.
    pub files: usize,
    /// Of those, refused.
    pub refused: usize,
    /// Markers that had to go, in the documents that were not refused.
    pub hidden: usize,
    /// Of those, still there.
    pub left: usize,
    /// Markers that had to stay and are gone.
    pub lost: usize,
}

/// Debian's mat2, all files in one run, with its settings as they come.
///
/// # Panics
/// If it is not installed.
#[must_use]
pub fn mat2() -> Cleaner<'static> {
    let version = version(Command::new("mat2").arg("--version"), "mat2");
    Cleaner {
        name: version.replace("mat2", "mat2 ").replace("  ", " "),
        clean: Box::new(|samples| {
            in_folder(samples, |folder, names| {
                run(Command::new("mat2").current_dir(folder).args(names));
                names
                    .iter()
                    .map(|name| {
                        let (stem, extension) = name.rsplit_once('.').unwrap();
                        fs::read(folder.join(format!("{stem}.cleaned.{extension}"))).ok()
                    })
                    .collect()
            })
        }),
    }
}

/// ExifTool with `-all=`, all files in one run.
///
/// # Panics
/// If it is not installed.
#[must_use]
pub fn exiftool() -> Cleaner<'static> {
    let version = version(Command::new("exiftool").arg("-ver"), "exiftool");
    Cleaner {
        name: format!("ExifTool {version}"),
        clean: Box::new(|samples| {
            in_folder(samples, |folder, names| {
                run(Command::new("exiftool")
                    .current_dir(folder)
                    .args(["-q", "-q", "-all=", "-o", "clean/"])
                    .args(names));
                names.iter().map(|name| fs::read(folder.join("clean").join(name)).ok()).collect()
            })
        }),
    }
}

/// Every format's tally, in the order of [`FORMATS`].
#[must_use]
pub fn tally(cleaner: &Cleaner<'_>, samples: &[Sample]) -> BTreeMap<&'static str, Tally> {
    let mut all = BTreeMap::<&str, Tally>::new();
    let cleaned = (cleaner.clean)(samples);
    assert_eq!(cleaned.len(), samples.len(), "{}: one answer for each document", cleaner.name);
    for (sample, cleaned) in samples.iter().zip(cleaned) {
        let tally = all.entry(sample.format).or_default();
        tally.files += 1;
        let Some(cleaned) = cleaned else {
            tally.refused += 1;
            continue;
        };
        let verdict = judge(sample, &cleaned);
        tally.hidden += sample.hidden().count();
        tally.left += verdict.left.len();
        tally.lost += verdict.lost.len();
    }
    all
}

/// A table for people: by format, how many markers each cleaner left of how many.
#[must_use]
pub fn table(cleaners: &[(String, BTreeMap<&'static str, Tally>)]) -> String {
    let mut out = String::from("| format |");
    for (name, _) in cleaners {
        let _ = write!(out, " {name} |");
    }
    let _ = writeln!(out, "\n| --- |{}", " --- |".repeat(cleaners.len()));
    let mut sums = vec![Tally::default(); cleaners.len()];
    for format in FORMATS {
        let _ = write!(out, "| {format} |");
        for ((_, tallies), sum) in cleaners.iter().zip(&mut sums) {
            let tally = tallies.get(format).copied().unwrap_or_default();
            for (sum, part) in [
                (&mut sum.files, tally.files),
                (&mut sum.refused, tally.refused),
                (&mut sum.hidden, tally.hidden),
                (&mut sum.left, tally.left),
                (&mut sum.lost, tally.lost),
            ] {
                *sum += part;
            }
            let _ = write!(out, " {} |", cell(tally));
        }
        out.push('\n');
    }
    out.push_str("| **all** |");
    for sum in sums {
        let _ = write!(out, " {} |", cell(sum));
    }
    out.push('\n');
    out
}

fn cell(tally: Tally) -> String {
    if tally.files == tally.refused {
        return "refused".into();
    }
    let mut text = format!("{} of {}", tally.left, tally.hidden);
    if tally.lost > 0 {
        let _ = write!(text, "; {} visible lost", tally.lost);
    }
    if tally.refused > 0 {
        let _ = write!(text, "; {} of {} files refused", tally.refused, tally.files);
    }
    text
}

/// Puts the samples into a folder of their own, which is gone afterwards.
fn in_folder(
    samples: &[Sample],
    run: impl FnOnce(&Path, &[&str]) -> Vec<Option<Vec<u8>>>,
) -> Vec<Option<Vec<u8>>> {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<&str> = samples.iter().map(|sample| sample.file.as_str()).collect();
    for sample in samples {
        fs::write(folder.path().join(&sample.file), &sample.bytes).unwrap();
    }
    run(folder.path(), &names)
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn version(command: &mut Command, package: &str) -> String {
    let output = command.output().unwrap_or_else(|error| {
        panic!("{package}: {error}: it is in Debian's packages mat2 and libimage-exiftool-perl")
    });
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
