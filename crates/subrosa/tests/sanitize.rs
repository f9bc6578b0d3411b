//! `subrosa sanitize` as a reporter types it, over files that were made to break it.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn subrosa(folder: &Path, arguments: &[&str], files: &[PathBuf]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_subrosa"))
        .current_dir(folder)
        .arg("sanitize")
        .args(arguments)
        .args(files)
        .output()
        .unwrap()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The hostile files, each between two good ones: whatever happens to it, they are done.
#[test]
fn hostile_files_are_refused_by_name_and_the_others_are_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let good = include_bytes!("../../sanitize/tests/pictures/grey.jpg");
    // Mislabelled: what counts is what a file is.
    fs::write(path("good-first.docx"), good).unwrap();
    fs::write(path("good-last.txt"), good).unwrap();
    let mut files = vec![path("good-first.docx")];
    let mut must_refuse = Vec::new();
    for (number, file) in corpus::hostile().into_iter().enumerate() {
        // The damaged ones of the corpus have a test of their own, in the child.
        if file.name.contains(" cut at ") || file.name.contains(" with bytes changed") {
            continue;
        }
        let name = format!("{number}.{}", ["pdf", "docx", "jpg"][number % 3]);
        fs::write(path(&name), &file.bytes).unwrap();
        files.push(path(&name));
        if file.refusals.is_some() {
            must_refuse.push(name);
        }
    }
    files.push(path("missing.pdf"));
    must_refuse.push("missing.pdf".into());
    files.push(path("good-last.txt"));
    assert!(must_refuse.len() > 20);

    let output = subrosa(folder.path(), &["--json", "-o", "clean"], &files);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = report["files"].as_array().unwrap();
    assert_eq!(rows.len(), files.len());
    let mut written = BTreeSet::new();
    for (row, file) in rows.iter().zip(&files) {
        assert_eq!(row["input"], file.to_str().unwrap());
        let name = file.file_name().unwrap().to_str().unwrap();
        if row["status"] == "refused" {
            assert!(row["output"].is_null(), "{row}");
            assert!(row["reason"].as_str().unwrap().len() > 10, "{row}");
        } else {
            assert!(!must_refuse.iter().any(|refused| refused == name), "{name}: {row}");
            let output = folder.path().join(row["output"].as_str().unwrap());
            assert!(fs::metadata(&output).unwrap().len() > 0, "{row}");
            written.insert(output.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    for good in [&rows[0], rows.last().unwrap()] {
        assert_eq!((&good["status"], &good["format"]), (&"cleaned".into(), &"jpg".into()));
    }
    // Nothing half-written, nothing beside what is in the report, and the originals as they were.
    assert_eq!(names(&path("clean")), written);
    assert!(fs::read(path("good-first.docx")).unwrap() == good);

    // For people: the same, a line with the file and the reason, and a child's death would not be one.
    let output = subrosa(folder.path(), &["--check"], &files);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    for name in must_refuse {
        let line = text.lines().find(|line| line.contains(&format!("/{name}: REFUSED: ")));
        let line = line.unwrap_or_else(|| panic!("{name} is not refused by name:\n{text}"));
        assert!(!line.contains("broke its reader") && !line.contains("longer than"), "{line}");
    }
}

#[test]
fn good_files_alone_end_well_and_wrong_use_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("photo.jpg");
    fs::write(&photo, include_bytes!("../../sanitize/tests/pictures/grey.jpg")).unwrap();
    let files = [photo];
    assert_eq!(subrosa(folder.path(), &["-o", "clean"], &files).status.code(), Some(0));
    // A second time: never over what is there.
    assert_eq!(subrosa(folder.path(), &["-o", "clean"], &files).status.code(), Some(0));
    let expected: BTreeSet<String> = ["document-1.jpg", "document-2.jpg"].map(Into::into).into();
    assert_eq!(names(&folder.path().join("clean")), expected);
    assert_eq!(subrosa(folder.path(), &[], &files).status.code(), Some(2));
    assert_eq!(subrosa(folder.path(), &["--keep", "x"], &files).status.code(), Some(2));
}
