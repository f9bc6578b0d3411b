//! What can be wrong with what a newsroom hands in. Each fault names the file, the line and the mend.
//!
//! These texts name people, circles and facts: they are for the reporter's own screen, never for a log.

use std::fmt;

use exposure::{LedgerError, ReadError};
use thiserror::Error;

/// Where in the newsroom's files something is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// The file's name, as it was given.
    pub file: String,
    /// The line, from 1; 0 if the format has no lines or the line is not known.
    pub line: u64,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}

/// A fault in a ledger, a draft or a file they refer to.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{}{problem}", .at.as_ref().map(|at| format!("{at}: ")).unwrap_or_default())]
pub struct Fault {
    /// Where it is. None for a ledger that was not read from files.
    pub at: Option<At>,
    /// What is wrong, and how to mend it.
    pub problem: Box<Problem>,
}

impl Fault {
    /// A fault whose place is not known, or is found later.
    #[must_use]
    pub fn new(problem: Problem) -> Self {
        Self { at: None, problem: Box::new(problem) }
    }

    /// A fault in a file as a whole.
    #[must_use]
    pub fn in_file(file: &str, problem: Problem) -> Self {
        Self::on_line(file, 0, problem)
    }

    /// A fault on a line of a file, counted from 1.
    #[must_use]
    pub fn on_line(file: &str, line: u64, problem: Problem) -> Self {
        Self { at: Some(At { file: file.to_owned(), line }), problem: Box::new(problem) }
    }
}

impl From<LedgerError> for Fault {
    fn from(error: LedgerError) -> Self {
        Self::new(Problem::Ledger(error))
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Ledger(error) => error.into(),
            error @ ReadError::TableTooLarge { .. } => Self::new(Problem::Text(error.to_string())),
        }
    }
}

/// What is wrong. The text of each says how to mend it.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Problem {
    /// The model refuses it: contradictions, empty circles, rings and the like.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A key that a ledger does not have.
    #[error("there is no key \"{key}\" here{hint}: correct it or take it out. Keys here: {known}")]
    UnknownKey {
        /// The key.
        key: String,
        /// ` (did you mean "…"?)`, or nothing.
        hint: String,
        /// All keys of this place.
        known: String,
    },
    /// Something that is referred to, and is not there.
    #[error("no {kind} is named \"{name}\"{hint}: add it, or correct the name")]
    Unknown {
        /// "circle", "fact", "person" …
        kind: &'static str,
        /// The name.
        name: String,
        /// ` (did you mean "…"?)`, or nothing.
        hint: String,
    },
    /// Two entries of one kind under one name.
    #[error("there are two {kind}s named \"{name}\": give one of them another name")]
    Twice {
        /// "circle", "fact" …
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A name that several people have.
    #[error(
        "{count} people are called \"{name}\": name the one who is meant by e-mail address, or give them different names in the list"
    )]
    Ambiguous {
        /// The name.
        name: String,
        /// How many have it.
        count: usize,
    },
    /// A file that the ledger refers to and that was not given.
    #[error(
        "the file \"{file}\" is not beside the ledger{hint}: put it there, or correct the name"
    )]
    MissingFile {
        /// The file.
        file: String,
        /// ` (did you mean "…"?)`, or nothing.
        hint: String,
    },
    /// Anything else, in a whole sentence.
    #[error("{0}")]
    Text(String),
}

impl Problem {
    /// A problem in plain words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Something unknown, with the nearest name there is.
    #[must_use]
    pub fn unknown<'a>(
        kind: &'static str,
        name: &str,
        all: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::Unknown { kind, name: name.to_owned(), hint: hint(name, all) }
    }
}

/// ` (did you mean "…"?)` if a name is near enough, or nothing. A far-off suggestion sends people the wrong way; long rosters are
/// not compared whole.
pub(crate) fn hint<'a>(name: &str, all: impl IntoIterator<Item = &'a str>) -> String {
    let wanted = name.to_lowercase();
    let far = |other: &str| {
        let other = other.to_lowercase();
        let apart = strsim::damerau_levenshtein(&wanted, &other);
        (apart <= 2 && apart * 2 < wanted.chars().count()).then_some(apart)
    };
    all.into_iter()
        .take(20_000)
        .filter(|other| other.len() < 200 && other.len().abs_diff(name.len()) <= 8)
        .filter_map(|other| far(other).map(|apart| (apart, other)))
        .min()
        .map_or_else(String::new, |(_, other)| format!(" (did you mean \"{other}\"?)"))
}
