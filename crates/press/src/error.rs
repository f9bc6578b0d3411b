//! The one error of this crate: always a file, a place and what to do about it.

use std::path::{Path, PathBuf};

/// Why an edition could not be read or printed.
#[derive(Debug, thiserror::Error)]
pub enum PressError {
    /// A file or folder could not be read or written.
    #[error("cannot use {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Something in a newsroom's own files is not right.
    #[error("{file}:{line}: {problem}; {mend}")]
    Content {
        /// Path below the content folder, such as `stories/the-list.md`.
        file: String,
        /// Line in that file, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
        /// What to do.
        mend: String,
    },
    /// `PageContext` holds something no page can be printed with.
    #[error("{problem}; {mend}")]
    Context {
        /// What is wrong.
        problem: String,
        /// What to do.
        mend: String,
    },
    /// The embedded reader script does not fit together. Only a fault in the build can cause it.
    #[error("the reader script {module}: {problem}")]
    Reader {
        /// The module's name in `reader/`.
        module: String,
        /// What is wrong.
        problem: String,
    },
    /// A page template failed.
    #[error("a page could not be printed: {0}")]
    Template(#[from] askama::Error),
    /// A feed could not be written.
    #[error("a feed could not be printed: {0}")]
    Json(#[from] serde_json::Error),
}

impl PressError {
    pub(crate) fn content(
        file: &str,
        line: usize,
        problem: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self::Content { file: file.to_owned(), line, problem: problem.into(), mend: mend.into() }
    }

    pub(crate) fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }
}

/// The line, from 1, in which byte `offset` of `text` is.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset.min(text.len())).unwrap_or_default();
    before.iter().filter(|&&b| b == b'\n').count() + 1
}

/// A TOML error with its line, `first_line` being the line in which `text` begins in `file`.
pub(crate) fn toml_error(
    file: &str,
    text: &str,
    first_line: usize,
    error: &toml::de::Error,
) -> PressError {
    let line = error.span().map_or(1, |span| line_of(text, span.start)) + first_line - 1;
    let message = error.message().replace('\n', " ");
    let mend = if let Some(rest) = message.strip_prefix("unknown field") {
        match rest.find("expected") {
            Some(at) => {
                format!("remove it or mend its name: {}", rest.get(at..).unwrap_or_default())
            }
            None => "remove it or mend its name".to_owned(),
        }
    } else if message.starts_with("missing field") {
        "add it".to_owned()
    } else {
        "mend this line".to_owned()
    };
    let problem = match message.find(", expected") {
        Some(at) if message.starts_with("unknown field") => {
            message.get(..at).unwrap_or_default().replace("unknown field", "unknown key")
        }
        _ => message.replace("missing field", "missing key"),
    };
    PressError::content(file, line, problem, mend)
}
