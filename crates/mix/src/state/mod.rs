//! The mix's own folder. Its files are opened once, before the sandbox is closed; afterwards they are read and written
//! through their descriptors alone.
//!
//! | file | what | size | written |
//! | --- | --- | --- | --- |
//! | `signer.key` | the site signer's private key | constant | by [`init`] |
//! | `signer.pub` | its public half | constant | by [`init`] |
//! | `keys.0`, `keys.1` | epoch keys, in the clear, two copies | constant | when an epoch begins or is erased |
//! | `pool.0`, `pool.1` | sealed snapshots, in turn | constant | every `snapshot_secs` and at ticks, whatever came |
//! | `seen.0`, `seen.1` | replay tables of two epochs | constant | with the snapshots |
//! | `lock` | held by the running mix | empty | never |
//!
//! The folder belongs to nobody else (0700), and so do its files (0600).

mod dir;
mod pair;
mod signer;

pub use dir::StateDir;
pub use signer::{ensure, init, request, signer_public};

use std::{io, path::PathBuf};

use thiserror::Error;

/// Something is wrong with the mix's folder.
#[derive(Debug, Error)]
pub enum StateError {
    /// The system refuses.
    #[error("{path}: {action}: {source}")]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What was being done.
        action: &'static str,
        /// What the system answered.
        source: io::Error,
    },
    /// There is no signer key.
    #[error(
        "{0} is missing: this folder has no site signer yet. Make one, and have the newsroom's root \
         certify it"
    )]
    NoSigner(PathBuf),
    /// A signer key is already there.
    #[error(
        "{0} is already there and is not overwritten: its certificate would be worth nothing. To make a new \
         signer, move it away, and revoke its certificate"
    )]
    SignerThere(PathBuf),
    /// The file does not hold what it should.
    #[error("{0}: {1}; restore it from a backup, or move it away and enrol a new signer")]
    Damaged(PathBuf, &'static str),
    /// Others may read a private file.
    #[error("{path} can be read by others (mode {mode:04o}): chmod 600 {path}")]
    Mode {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Another mix runs on this folder.
    #[error("another mix is running on {0}: stop it first")]
    Busy(PathBuf),
}

fn io_error(
    path: &std::path::Path,
    action: &'static str,
) -> impl FnOnce(io::Error) -> StateError + use<> {
    let path = path.to_owned();
    move |source| StateError::Io { path, action, source }
}
