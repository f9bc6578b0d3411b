//! Between desks: parcels, each signed by one desk for one other, cut into letters that leave four to a tick, real or
//! random. What is too large for that is sealed into a file and carried by hand; it is the same parcel.

mod arrive;
mod colleagues;
mod engine;
mod file;
mod outbox;
mod said;

use thiserror::Error;

pub use self::{
    arrive::Arrived,
    colleagues::Colleague,
    engine::{OutgoingMail, Received},
    outbox::Sent,
};
pub(crate) use self::{
    arrive::By,
    colleagues::{Known, Myself, by_id, colleague, everybody, myself, remember, revoked},
    file::seal,
    outbox::{About, enqueue},
    said::{Blobs, Said},
};
use crate::error::StoreError;

/// A parcel could not be sent or taken.
#[derive(Debug, Error)]
pub enum PostError {
    /// The vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// This desk is not enrolled.
    #[error("this desk has no certificate yet: it cannot write to others")]
    NotEnrolled,
    /// No such desk.
    #[error(
        "no desk called {0} is in the newsroom's key list; `subrosa desk colleagues` lists them"
    )]
    NoColleague(String),
    /// Several desks are called so.
    #[error("several desks are called {0}; give more of the id")]
    Ambiguous(String),
    /// Its key is out of date.
    #[error(
        "{0} has not been seen lately: its key of the week is missing. Try again when its desk has been on"
    )]
    NoKey(String),
    /// Larger than what is sent.
    #[error(
        "this is {got} letters long and at most {most} leave by mail: save it as a file and carry it over"
    )]
    TooLong {
        /// Letters that it would take.
        got: usize,
        /// Letters that there may be.
        most: usize,
    },
    /// A file that is none, or for another desk.
    #[error("{0}")]
    File(&'static str),
    /// It does not verify.
    #[error("the parcel does not hold: {0}")]
    Verify(#[from] envelope::VerifyError),
    /// It is not of the format, or of a later one.
    #[error("the parcel says something that this program does not understand: update Subrosa")]
    Unknown,
}

impl From<vault::VaultError> for PostError {
    fn from(error: vault::VaultError) -> Self {
        Self::Store(error.into())
    }
}
