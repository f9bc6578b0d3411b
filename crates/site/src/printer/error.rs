use std::path::PathBuf;

use press::PressError;
use thiserror::Error;

use crate::{approvals::ApprovalError, store::StoreError};

/// Why an edition is not printed. What was served goes on.
#[derive(Debug, Error)]
pub enum PrintError {
    /// The stories.
    #[error(transparent)]
    Press(#[from] PressError),
    /// The approvals of a story.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// A site that prints what lies in its folder takes no stories from desks.
    #[error(
        "this site asks for no approvals, so that it takes stories from its content folder only; write approvals = \
         \"policy\" into site.toml"
    )]
    NoApprovals,
    /// A picture's name is another's.
    #[error(
        "images/{0}: another picture of this name lies there; give the story's picture another name"
    )]
    Taken(String),
    /// A file cannot be written.
    #[error("{path}: {why}. Nothing was published; bring the story again when that is mended")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// No room.
    #[error("{path}: the disk is full. Nothing was published; make room and bring the story again")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// A story is out, and its file does not lie in the folder.
    #[error(
        "{story} is published, but {path} cannot be written: {why}; make room or mend the folder: until then nothing \
         more is published"
    )]
    Unfinished {
        /// The story's name.
        story: String,
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// Something else lies where a published story has to be laid.
    #[error(
        "{path}: somebody changed this file while {story} was being published; put it elsewhere and start the site or \
         send it SIGHUP: the published story is laid there"
    )]
    InTheWay {
        /// The story's name.
        story: String,
        /// The file.
        path: PathBuf,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
