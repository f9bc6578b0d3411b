//! The encrypted local store of a desk, and the newsroom's offline root.
//!
//! A vault is a folder with one SQLite file, `vault.db`. Every record in it is sealed with
//! XChaCha20-Poly1305 under a random vault key; the vault key is sealed under a key that Argon2id
//! (RFC 9106) makes of a passphrase. Records are found by a keyed hash, so that the file has no readable
//! name in it.
//!
//! # What the file tells to someone without the passphrase
//!
//! That it is a vault; the cost of its Argon2id; how many records there are, how many of them belong
//! together (the messages of one conversation, say), which of them belong to one owner, a source as a rule, and
//! so how many owners there are; how often each was rewritten, and its size rounded up to 256 bytes. Nothing
//! else: no name, no time, no text. The folder's own dates are the file system's. A backup tells the same of its
//! own moment, and whoever compares it with the vault sees how many owners were destroyed since.
//!
//! # Owners, and what destroying reaches
//!
//! What belongs to an owner ([`Tx::put_owned`]) is sealed under a random key of their own, which lies in the
//! vault, sealed under the vault key. [`Tx::destroy`] erases it. Backups ([`Vault::backup`]) never have it: with
//! the key, what is sealed under it is gone in each of them. Two things bring it back: two of three recovery
//! shares ([`Tx::share_owner_key`]), and a copy of the vault's folder made by other means than a backup.
//! A record that had no owner when a backup was made can be read in that backup.
//!
//! # What it does not protect from
//!
//! - A computer that is taken over while the vault is open: whoever controls it reads what you read.
//! - Someone who can write the file may put back an *older copy of the whole file*, or of one record that
//!   has since been removed. They cannot swap two records, alter one, or put back an older version of a
//!   record that is still there under a newer version number without its failing to open.
//! - Someone who can write the file may also put back an owner's sealed key that was destroyed, if they kept a
//!   copy of the file from before, not a backup.
//! - Erased records are overwritten in the database and its log, but flash storage and snapshots of the
//!   disk may keep older sealed bytes, which whoever learns the passphrase could open.
//! - Changing the passphrase does not reach copies of the file made earlier: those open with the old one.
//!
//! # When a write has happened
//!
//! [`Vault::write`] returns `Ok` after the operating system has said that the bytes are on the disk
//! (`fsync`). A crash at any moment leaves all of a transaction or nothing of it.

mod backup;
mod error;
mod files;
mod kdf;
mod layout;
mod lock;
mod owner;
mod record;
mod recovery;
pub mod root;
pub mod root_file;
mod share;
mod store;
mod tx;
mod wrap;

pub use backup::BackupError;
pub use envelope::papers;
pub use error::{CreateError, LockError, UnlockError, VaultError};
pub use kdf::{Kdf, Passphrase, WeakPassphrase};
pub use lock::{DaemonLock, Holder};
pub use owner::Owner;
pub use record::{Listing, Record, Shelf};
pub use share::{RecoverError, Share, ShareError};
pub use store::{ChangeError, Vault};
pub use tx::Tx;
