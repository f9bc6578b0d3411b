//! HTML, CSS and SVG, by the Nu HTML checker.

use std::path::Path;
use std::process::Command;

use crate::{During, Result, checkout};

/// What the checker has against these pages, warnings included; `pages` are (name ending in `.html`, `.css` or `.svg`, content).
///
/// # Errors
/// When the checker or a Java runtime is not installed, or it does not run.
pub fn complaints(pages: &[(String, Vec<u8>)]) -> Result<Vec<String>> {
    let jar = checkout().join("dev/node_modules/vnu-jar/build/dist/vnu.jar");
    let folder = tempfile::tempdir().during("scratch folder")?;
    let mut command = Command::new("java");
    command.args(["-jar"]).arg(&jar).args([
        "--also-check-css",
        "--also-check-svg",
        "--format",
        "gnu",
    ]);
    for (name, content) in pages {
        let flat = name.trim_matches('/').replace('/', "_");
        let path = folder.path().join(flat);
        std::fs::write(&path, content).during("scratch file")?;
        command.arg(&path);
    }
    let output = command.output().during("Java runtime (./test installs it)")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<String> = text.lines().map(|line| short(line, folder.path())).collect();
    if !output.status.success() && lines.is_empty() {
        return Err(crate::Trouble(format!("the HTML checker ended with {}", output.status)));
    }
    Ok(lines)
}

fn short(line: &str, folder: &Path) -> String {
    line.replace(&format!("file:{}/", folder.display()), "").replace('"', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_page_passes_and_a_bad_one_is_named() {
        let good = b"<!doctype html><html lang=\"en\"><head><title>Good</title></head><body><h1>Good</h1></body></html>";
        let bad = b"<!doctype html><html lang=\"en\"><head><title>Bad</title></head><body><p><div></p></body></html>";
        let pages =
            [("good.html".to_owned(), good.to_vec()), ("bad.html".to_owned(), bad.to_vec())];
        let lines = complaints(&pages).unwrap();
        assert!(
            lines.iter().any(|l| l.starts_with("bad.html") && l.contains("error")),
            "{lines:?}"
        );
        assert!(!lines.iter().any(|l| l.starts_with("good.html")), "{lines:?}");
    }
}
