//! What can go wrong when cases are read and pages written.

use std::path::{Path, PathBuf};

use exposure::{LedgerError, ReadError};

/// Why a case could not be read, or its pages not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A file or folder.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// No shipped case and no file is of this name.
    #[error("there is no case \"{name}\"; there are {known}, or give the path of a case's folder")]
    NoSuchCase {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A file that is not as it should be.
    #[error("{file}: {problem}")]
    Fault {
        /// Which file, and on which line if that is known.
        file: String,
        /// What is wrong, and how to mend it.
        problem: String,
    },
    /// A ledger that contradicts itself.
    #[error("{case}: {cause}")]
    Ledger {
        /// The case.
        case: String,
        /// What the model says.
        cause: LedgerError,
    },
    /// A table that cannot be made.
    #[error("{case}: {cause}")]
    Table {
        /// The case.
        case: String,
        /// What the model says.
        cause: ReadError,
    },
    /// A page that could not be put together.
    #[error("page of {case}: {cause}")]
    Page {
        /// The case.
        case: String,
        /// What the template says.
        cause: askama::Error,
    },
    /// A picture that could not be drawn.
    #[error("picture of {case}: {problem}")]
    Picture {
        /// The case.
        case: String,
        /// What is wrong.
        problem: String,
    },
}

impl ReplayError {
    pub(crate) fn file(path: &Path, cause: std::io::Error) -> Self {
        Self::File { path: path.to_owned(), cause }
    }

    pub(crate) fn fault(file: &str, problem: impl Into<String>) -> Self {
        Self::Fault { file: file.to_owned(), problem: problem.into() }
    }

    pub(crate) fn ledger(case: &str) -> impl Fn(LedgerError) -> Self + '_ {
        move |cause| Self::Ledger { case: case.to_owned(), cause }
    }
}
