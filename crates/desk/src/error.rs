//! What can go wrong at a desk. No variant carries text of a source or a key.

use envelope::{DecodeError, OpenError, VerifyError, message::SplitError};
use thiserror::Error;
use vault::VaultError;

/// The vault could not be read or written, or holds something else than expected.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The vault says no.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A record opened, but this program does not understand it.
    #[error("{0} in the vault is not as this program writes it; was it written by a newer one?")]
    Content(&'static str),
}

/// The engine could not do its step. Nothing was lost: the step is taken again at the next tick.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no keys in this vault.
    #[error("this vault holds no desk: run `subrosa desk init` first")]
    NoDesk,
    /// There is no certificate yet.
    #[error(
        "this desk is not enrolled yet: have the newsroom's root sign desk.request, then install the certificate"
    )]
    NotEnrolled,
    /// No key list has been verified in this round.
    #[error("the site's key list has not been verified yet")]
    NoKeys,
    /// Bytes of the site are not of their format.
    #[error("the site sent something that is not what it should be: {0}")]
    Format(#[from] DecodeError),
    /// Signed bytes of the site do not verify.
    #[error("what the site sent does not verify: {0}")]
    Verify(VerifyError),
    /// The dates do not fit the clock.
    #[error(
        "{0}. Either this computer's clock or the site's is wrong, or the site has stopped signing; nothing was erased or changed"
    )]
    Clock(VerifyError),
    /// The newsroom's policy does not hold.
    #[error("the newsroom's policy, as the site has it: {0}")]
    Policy(String),
    /// A batch answers another question.
    #[error("the site sent batch {got} where batch {want} was asked for")]
    OtherBatch {
        /// Asked for.
        want: u64,
        /// Came.
        got: u64,
    },
    /// A batch for this desk does not open.
    #[error("batch {tick} was sealed for this desk and does not open: {source}")]
    Batch {
        /// Which batch.
        tick: u64,
        /// Why.
        source: OpenError,
    },
}

impl From<VaultError> for EngineError {
    fn from(error: VaultError) -> Self {
        Self::Store(error.into())
    }
}

impl From<VerifyError> for EngineError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Early { .. } | VerifyError::Expired { .. } => Self::Clock(error),
            VerifyError::Decode(error) => Self::Format(error),
            _ => Self::Verify(error),
        }
    }
}

/// A command at the desk could not be carried out.
#[derive(Debug, Error)]
pub enum DeskError {
    /// The vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no keys in this vault.
    #[error("this vault holds no desk: run `subrosa desk init` first")]
    NoDesk,
    /// There is no such conversation.
    #[error("there is no conversation {0}; `subrosa desk inbox` lists them")]
    NoConversation(String),
    /// Several conversations begin like this.
    #[error("several conversations begin with {0}; give more of the id, or the number")]
    Ambiguous(String),
    /// The reply cannot be sent.
    #[error("the reply cannot be sent: {0}")]
    Reply(#[from] SplitError),
    /// An owner's name that cannot be stored.
    #[error("{0}")]
    Input(&'static str),
}

impl From<VaultError> for DeskError {
    fn from(error: VaultError) -> Self {
        Self::Store(error.into())
    }
}
