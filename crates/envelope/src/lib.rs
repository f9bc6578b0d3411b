//! Every format that leaves a browser, a site or a desk, and the cryptography that seals it.
//!
//! This crate is the only user of raw cryptography on the wire. It does no input or output and reads no
//! clock: time is a parameter in Unix seconds, randomness a [`rand_core::CryptoRng`]. The formats are
//! documented byte by byte in `docs/wire.md`; their sizes are the constants of [`sizes`].
//!
//! # The way of a tip
//!
//! ```text
//! text ─ message::split ─▶ Payload ─ InnerEnvelope::seal ─▶ inner ─ Packet::seal ─▶ 4,096 bytes
//!                                    (to a desk)                    (to the mix)
//! ```
//!
//! and back: [`packet::Packet::open`] at the mix, [`inner::InnerEnvelope::open`] at the desk,
//! [`message::Assembly`] joins the fragments.
//!
//! # What is trusted
//!
//! Bytes from elsewhere decode into [`Untrusted`] values. The only way to what is inside is a check of
//! the signature (and the dates), which takes the key whose role fits:
//!
//! ```
//! use envelope::{keylist::KeyList, keys::SiteId};
//! # let bytes = [0u8; 4];
//! # let site = SiteId([0; 32]);
//! assert!(KeyList::decode(&bytes).is_err());
//! ```

pub mod codec;
mod hpke_box;

pub mod batch;
pub mod bundle;
pub mod cert;
pub mod crowd;
pub mod deskkey;
pub mod drop;
pub mod error;
pub mod fetch;
pub mod inner;
pub mod keylist;
pub mod keys;
pub mod letter;
pub mod mail;
pub mod message;
pub mod packet;
pub mod papers;
pub mod parcel;
pub mod passphrase;
pub mod payload;
pub mod reply;
pub mod schedule;
pub mod sizes;
pub mod statement;
pub mod suite;
pub mod time;
mod words;

pub use error::{DecodeError, OpenError, VerifyError};
pub use suite::Suite;

/// A value that was decoded from bytes of unknown origin and whose signature has not been checked.
///
/// There is no accessor: the type that it wraps says which check yields the value.
#[derive(Clone)]
pub struct Untrusted<T>(pub(crate) T);
