//! A public append-only log, as C2SP describes it: bytes in, bytes out, no clock, no I/O.
//!
//! The tree is that of RFC 6962, section 2.1, with SHA-256. A log writes its entries down with a [`Tree`] and signs
//! [`Checkpoint`]s with a [`Signer`]; it serves files ([`Path`]), so that any web server or folder can be a log.
//! A reader checks what it fetched against a checkpoint with a [`Client`]. Witnesses ([`Witness`]) sign only
//! checkpoints that continue what they saw before; a reader asks for some of them ([`Witnesses`]), so that a log
//! cannot show two histories to two readers.
//!
//! Specifications: <https://c2sp.org/tlog-tiles>, <https://c2sp.org/tlog-checkpoint>,
//! <https://c2sp.org/signed-note>, <https://c2sp.org/tlog-cosignature>, <https://c2sp.org/tlog-witness>.
//! The layout byte by byte: `docs/log.md`.

mod checkpoint;
mod client;
mod error;
mod key;
mod merkle;
mod note;
mod policy;
mod tile;
mod tree;
mod witness;

pub use checkpoint::Checkpoint;
pub use client::{Client, ClientError};
pub use error::Error;
pub use key::{Cosigner, KeyType, Signer, VerifierKey};
pub use merkle::{
    Hash, MAX_SIZE, leaf_hash, node_hash, root_of_empty, verify_consistency, verify_inclusion,
};
pub use note::{MAX_NOTE, MAX_SIGNATURES, Note, Signature, Signed};
pub use policy::{Cosigned, Witnesses};
pub use tile::{Kind, MAX_ENTRY, Path, TILE_WIDTH, decode_bundle, encode_bundle};
pub use tree::Tree;
pub use witness::{AddCheckpoint, MAX_PROOF, MAX_REQUEST, Refusal, Witness};
