//! From a draft to a page: the source read, the approvals that the newsroom's policy wants, and the site.
//!
//! The stations are the types of `assent`: what was not read cannot be signed, and what too few have signed is refused by
//! the site, whoever brings it. A desk keeps, for each draft, the page as it was read and the signatures that have come.

mod approve;
mod front;
mod prepare;
mod publish;
mod records;

use assent::AssentError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use self::{
    approve::{Request, approved, asked, declined},
    publish::{Out, went_out},
    records::{forget, keep_policy, move_story},
};
pub use self::{
    approve::{RequestSeen, State},
    front::Front,
    prepare::{Prepare, StorySeen},
    publish::{Entry, OnItsWay},
};
use crate::{draft::DraftError, error::StoreError, http::HttpError, post::PostError};

/// What is done with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// Its first edition.
    Publish,
    /// A corrected edition.
    Correct,
    /// A page in its place that says that it is withdrawn.
    Withdraw,
}

impl From<Act> for assent::Act {
    fn from(act: Act) -> Self {
        match act {
            Act::Publish => Self::Publish,
            Act::Correct => Self::Correct,
            Act::Withdraw => Self::Withdraw,
        }
    }
}

impl Act {
    /// As a page says it: "publish", "correct", "withdraw".
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Correct => "correct",
            Self::Withdraw => "withdraw",
        }
    }
}

/// A page as its source read found it: what those who approve are shown, without a word of who could have known what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Whether it may go out by the read.
    pub clear: bool,
    /// The verdict in one sentence.
    pub headline: String,
    /// The smallest crowd that is allowed.
    pub k: u64,
    /// How many people the source stands among, at least and at most.
    pub left: [u64; 2],
    /// Sentences that something came from a source for.
    pub marked: usize,
    /// People who would be suspected and are not the source, at most.
    pub wrongly: u64,
    /// When it was read.
    pub at: String,
}

/// A story could not be taken a step further. Nothing was changed.
#[derive(Debug, Error)]
pub enum StoryError {
    /// The vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The draft.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// A colleague.
    #[error(transparent)]
    Post(#[from] PostError),
    /// Approvals.
    #[error("{0}")]
    Assent(#[from] AssentError),
    /// The source read refuses it.
    #[error("The source read refuses this text: {0}")]
    Refused(String),
    /// There is no policy.
    #[error(
        "this desk has not seen the newsroom's policy yet. The site hands it out; or install newsroom.policy with \
         `subrosa desk install`"
    )]
    NoPolicy,
    /// The policy's file does not hold.
    #[error("{0}")]
    Policy(String),
    /// Nothing was prepared.
    #[error("this draft has not been read for publication yet")]
    NotPrepared,
    /// What was approved is another text.
    #[error(
        "the text has changed since it was read: have it read again; approvals are for the text that was read"
    )]
    Changed,
    /// There is no such request.
    #[error("there is no such request")]
    NoRequest,
    /// What was asked for cannot be done.
    #[error("{0}")]
    Input(String),
    /// The site.
    #[error(transparent)]
    Http(#[from] HttpError),
}

impl From<vault::VaultError> for StoryError {
    fn from(error: vault::VaultError) -> Self {
        Self::Store(error.into())
    }
}

impl From<envelope::DecodeError> for StoryError {
    fn from(error: envelope::DecodeError) -> Self {
        Self::Assent(error.into())
    }
}
