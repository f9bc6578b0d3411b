//! What can go wrong. No variant carries a key, a plaintext or a byte of one: errors may reach a log.

use thiserror::Error;

/// Bytes that are not what their format says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The input has another length than the format.
    #[error("{what}: {got} bytes where {want} are due")]
    Length {
        /// Which format or field.
        what: &'static str,
        /// Length that the format has.
        want: usize,
        /// Length that was found.
        got: usize,
    },
    /// A version that this program does not know; a newer one may.
    #[error("{what}: version {got} is not known; update Subrosa")]
    Version {
        /// Which format.
        what: &'static str,
        /// The version found.
        got: u8,
    },
    /// A suite byte that stands for no HPKE suite.
    #[error("suite {0:#04x} is not known")]
    Suite(u8),
    /// A field holds a value outside its range.
    #[error("{what}: {why}")]
    Value {
        /// Which format or field.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// An envelope that does not open. Deliberately says no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The bytes are not of the format.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The key does not fit, or the bytes were changed.
    #[error("does not open: sealed for another key, or changed on the way")]
    Sealed,
}

/// A signed thing that does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// The bytes are not of the format.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The signature is not that of the key that should have signed.
    #[error("{0}: the signature does not verify")]
    Signature(&'static str),
    /// It belongs to another newsroom or another holder.
    #[error("{0}: made for another newsroom or holder")]
    Stranger(&'static str),
    /// It is not valid yet. Clock skew is the usual reason.
    #[error("{what}: valid only from {from} (now {now}); check the clock")]
    Early {
        /// Which thing.
        what: &'static str,
        /// Unix seconds from which it is valid.
        from: u64,
        /// Unix seconds now.
        now: u64,
    },
    /// It is not valid any more.
    #[error("{what}: expired at {until} (now {now})")]
    Expired {
        /// Which thing.
        what: &'static str,
        /// Unix seconds until which it was valid.
        until: u64,
        /// Unix seconds now.
        now: u64,
    },
    /// The root has taken it back.
    #[error("{0}: revoked by the newsroom")]
    Revoked(&'static str),
}

/// Sealing failed: a public key is not a point that can be sealed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("cannot seal to this public key")]
pub struct SealError;
