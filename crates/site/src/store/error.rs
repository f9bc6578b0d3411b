use std::path::PathBuf;

use thiserror::Error;

/// Why the store cannot do what it was asked. Says which file and what to do.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file cannot be opened or created.
    #[error(
        "{path}: cannot open the store: {why}; check that the folder exists and is this user's"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// What the operating system or SQLite says.
        why: String,
    },
    /// The file is no SQLite file, or is damaged.
    #[error(
        "{path}: the store is damaged ({why}); stop the site, keep a copy of the file, and put back the newest backup"
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// The file is an SQLite file of another program, or of a newer Subrosa.
    #[error("{path}: {why}")]
    Stranger {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: String,
    },
    /// No room on the disk. Nothing that was kept before is lost.
    #[error("{path}: the disk is full; make room, the site goes on by itself")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Another process has been writing for too long.
    #[error("{path}: another program holds the store; stop it")]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The disk does not do what it is asked.
    #[error("{path}: {why}")]
    Disk {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        why: String,
    },
    /// Something that must never change would.
    #[error("{what} {number} is kept already and is another one; it stays as it is")]
    Immutable {
        /// What it is.
        what: &'static str,
        /// Its number.
        number: String,
    },
    /// A number that no store can hold.
    #[error("{0} is too large a number")]
    Range(u64),
    /// The store's thread has ended.
    #[error("the store has been closed")]
    Gone,
}

impl StoreError {
    /// Whether the same write may succeed later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Busy { .. } | Self::Disk { .. })
    }
}
