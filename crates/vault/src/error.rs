//! What can go wrong with a vault. No variant carries a key, a passphrase or the text of a record.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::lock::Holder;

/// Reading or writing failed. A write that failed has changed nothing.
#[derive(Debug, Error)]
pub enum VaultError {
    /// The disk is full, or the file has reached its allowed size.
    #[error(
        "the disk is full: nothing was written and nothing is lost; free some room and try again"
    )]
    Full,
    /// Another process held the vault for longer than ten seconds.
    #[error("another program is writing to this vault; try again in a moment")]
    Busy,
    /// A record does not open: its bytes were changed, or it was put in another's place.
    #[error(
        "a record of the vault was changed outside Subrosa and does not open; restore a backup"
    )]
    Damaged,
    /// The record belongs to an owner whose key is not here.
    #[error(
        "the key of the source that this belongs to is not in the vault: it was destroyed, or the vault was \
         restored from a backup; two of its three recovery shares bring it back, if there are any"
    )]
    NoOwnerKey,
    /// Too long to be stored.
    #[error("a record is larger than {0} bytes")]
    TooLarge(usize),
    /// The database says something else.
    #[error("vault.db: {0}")]
    Database(rusqlite::Error),
    /// The file system says no.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl From<rusqlite::Error> for VaultError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

/// A vault or root file could not be made.
#[derive(Debug, Error)]
pub enum CreateError {
    /// There is one already.
    #[error("{0} exists already; it was left as it is")]
    Exists(PathBuf),
    /// The passphrase is too easy to guess.
    #[error(transparent)]
    Passphrase(#[from] crate::WeakPassphrase),
    /// Argon2id could not be run, for want of memory as a rule.
    #[error("cannot stretch the passphrase: not enough memory")]
    Stretch,
    /// Writing failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A vault or root file did not open.
#[derive(Debug, Error)]
pub enum UnlockError {
    /// There is none.
    #[error("{0} does not exist; make it first")]
    Missing(PathBuf),
    /// Its first bytes are not those of a vault or root file, or it was cut short.
    #[error("{path}: {why}; restore a backup")]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: &'static str,
    },
    /// It was written by a later version of this program, and was left as it is.
    #[error("{0} was written by a newer Subrosa; update this one (nothing was changed)")]
    Newer(PathBuf),
    /// The passphrase does not fit. Always found out after the same work.
    #[error("wrong passphrase (or the file was altered on purpose)")]
    Passphrase,
    /// Argon2id could not be run, for want of memory as a rule.
    #[error("cannot stretch the passphrase: not enough memory")]
    Stretch,
    /// Reading failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The daemon's lock was not to be had.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another daemon works on this vault.
    #[error("a desk is already running on this vault ({0}); stop it first, or use it")]
    Held(Holder),
    /// The file system says no.
    #[error("{path}: {source}")]
    Io {
        /// The lock file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}
