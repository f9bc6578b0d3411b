//! Who guards what: handing over, who knows, how long things are kept, and how to stop.
//!
//! Need to know is cryptographic here: a desk has what was sealed to it and nothing else. Handing something to a colleague
//! seals it once more, to them, and is written down on both sides; taking it back stops what comes later and cannot make
//! anybody forget what they have read. The page says both.

mod care;
mod carried;
mod destroy;
mod hand;
mod keep;
mod knows;
mod recover;
mod roster;
mod stop;

use thiserror::Error;

pub use self::{
    care::{Care, Caring, Decision},
    hand::{HandOver, Hands, Over},
    keep::{Keeping, Retention},
    knows::{Known, Rests},
    roster::Night,
    stop::Stopped,
};
pub(crate) use self::{
    carried::{handed, more, share, taken_back, was_handed},
    hand::{Copied, Handed},
    keep::expire,
    roster::{Duty, took_duty},
    stop::{halt, told_to_stop},
};
use crate::{
    draft::DraftError,
    error::{DeskError, StoreError},
    material::MaterialError,
    post::PostError,
};

/// Something about a source's custody could not be done. Nothing was changed.
#[derive(Debug, Error)]
pub enum CustodyError {
    /// The vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The conversation.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A document.
    #[error(transparent)]
    Material(#[from] MaterialError),
    /// A draft or the ledger.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// A colleague.
    #[error(transparent)]
    Post(#[from] PostError),
    /// A legal hold.
    #[error(
        "a legal hold stands on this source, since {since}: {why}. Nothing of it can be destroyed until it is lifted"
    )]
    Hold {
        /// The day.
        since: String,
        /// The reason that was given.
        why: String,
    },
    /// What was asked for cannot be done.
    #[error("{0}")]
    Input(String),
}

impl From<vault::VaultError> for CustodyError {
    fn from(error: vault::VaultError) -> Self {
        Self::Store(error.into())
    }
}

/// Longest reason, in characters.
pub(crate) const WHY: usize = 1_000;

/// A reason that holds: what was done without one cannot be understood a year later.
pub(crate) fn reason(why: &str) -> Result<String, CustodyError> {
    let why: String = why.trim().chars().filter(|c| !c.is_control()).take(WHY).collect();
    if why.chars().count() < 3 {
        return Err(CustodyError::Input("Say why: it is written down with it.".to_owned()));
    }
    Ok(why)
}
