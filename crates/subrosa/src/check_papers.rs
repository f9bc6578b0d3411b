//! What a source gave, read to compare a draft's words with.

use std::{
    fs,
    path::{Path, PathBuf},
};

use check::Document;
use cleanroom::{PdfWords, WordsError};

use crate::{check_folder::file, out::Failure};

/// Reads papers. A PDF is interpreted by a closed-in child, which is started for the first of them.
#[derive(Default)]
pub(crate) struct Papers {
    pdf: PdfWords,
}

impl Papers {
    /// All that is named: files, and the files of folders.
    pub(crate) fn all(&mut self, paths: &[PathBuf]) -> Result<Vec<Document>, Failure> {
        let mut all = Vec::new();
        for path in paths {
            if !path.is_dir() {
                all.push(self.one(path)?);
                continue;
            }
            let mut inside = Vec::new();
            for entry in fs::read_dir(path).map_err(|e| Failure::at(path.display(), e))? {
                inside.push(entry.map_err(|e| Failure::at(path.display(), e))?.path());
            }
            inside.sort();
            for path in inside.iter().filter(|p| p.is_file()) {
                all.push(self.one(path)?);
            }
        }
        Ok(all)
    }

    /// One paper.
    pub(crate) fn one(&mut self, path: &Path) -> Result<Document, Failure> {
        let (name, bytes) = (path.display().to_string(), file(path)?);
        if !PdfWords::is_pdf(&bytes) {
            return Ok(Document::read(&name, &bytes)?);
        }
        let words = self.pdf.read(&bytes).map_err(|error| match error {
            WordsError::Refused(reason) => {
                Failure::at(path.display(), crate::out::visible(&reason))
            }
            WordsError::None => Failure::at(path.display(), error),
            WordsError::Start(error) => error.into(),
        })?;
        Ok(Document::read_as(check::draft::Format::Plain, &name, &words)?)
    }
}
