//! What can be wrong with bytes that somebody else made.

/// Why something was not taken. No message repeats what the bytes held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A note that signed-note does not allow; says which rule.
    #[error("not a signed note: {0}")]
    Note(&'static str),
    /// A text that tlog-checkpoint does not allow; says which rule.
    #[error("not a checkpoint: {0}")]
    Checkpoint(&'static str),
    /// A verifier key that cannot be read; says why.
    #[error("not a verifier key: {0}")]
    Key(&'static str),
    /// A key whose use is another one, or a list of keys that makes no sense.
    #[error("this key does not fit here: {0}")]
    KeyUse(&'static str),
    /// A signature line bears a known key's name and id, and is not that key's signature.
    #[error("a signature in the name of a known key is not that key's")]
    Signature,
    /// None of the signatures is from a key that is trusted here.
    #[error("no signature from a trusted key")]
    Untrusted,
    /// Fewer witnesses have cosigned than are asked for.
    #[error("{found} of the known witnesses have cosigned, {needed} are needed")]
    Witnesses {
        /// How many have.
        found: usize,
        /// How many must.
        needed: usize,
    },
    /// A path that tlog-tiles does not know.
    #[error("not the path of a tile or of an entry bundle")]
    Path,
    /// A tile or bundle of another length than its path says, or an entry that is too long.
    #[error("not a tile or an entry bundle of the width that was asked for")]
    Tile,
    /// A proof was asked for that the tree does not have.
    #[error("the tree has no such entry or size")]
    Range,
    /// A proof does not lead to the root.
    #[error("the proof does not lead to the root")]
    Proof,
    /// Tiles or entries that are not those of the checkpoint.
    #[error("what was fetched is not what the checkpoint commits to")]
    Inconsistent,
    /// A request that tlog-witness does not allow; says which rule.
    #[error("not a request to a witness: {0}")]
    Request(&'static str),
}
