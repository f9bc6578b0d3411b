//! The mix: opens packets, drops cover, pools what is real, and releases it on a fixed clock in batches of a fixed
//! size. It runs as a process of its own without network and without files, and never learns an address.
//!
//! ```text
//!            blocks of 64 packets, shuffled                key list, batch, dead drop: at every tick
//!  edge ────────────────────────────────────▶ mix-child ────────────────────────────────────────▶ edge
//!  (addresses, pages, storage)    a pipe      (packet keys, no network)
//! ```
//!
//! - [`link`]: what the two say to each other, as pure functions on bytes, for both sides;
//! - [`core`]: the mix without input or output, its clock and randomness injected;
//! - [`noise`]: why and how the number of real items in a batch is noisy;
//! - [`sandbox`]: no file, no network, no other program, tested before the first packet is read;
//! - [`state`]: the mix's own folder, and the site signer's key;
//! - [`child`]: the process around all of that, and how the site starts it.
//!
//! # What becomes of a packet
//!
//! Its epoch must be live, its encapsulation new; then one KEM and one AEAD operation decide. Every packet that opens counts
//! for the crowd of its slot. Cover ends there. What is real waits in the pool, unless the same inner envelope
//! came before, until a batch takes it; which one is left to chance, so that neither who came first nor a
//! flood decides. It leaves the pool when the edge has said that the batch is stored, so a crash anywhere loses at
//! most what came since the last snapshot, and every fragment of a tip is sent twice with more than a snapshot in
//! between.
//!
//! # What each file and each observer can tell
//!
//! All files have a constant size and are written on a fixed clock, whatever comes. They hold no address, no time and no
//! order of arrival. Snapshots are sealed under a key that is erased with its epoch. Whoever takes the disk of a
//! running mix has the keys of its live epochs: hours, not days. (Overwriting a file erases it as far as the
//! file system and the disk overwrite in place.)
//!
//! # Limits, said plainly
//!
//! - Who holds the edge **and** the mix's live keys sees which packets were real; that is why the mix belongs on
//!   other premises.
//! - A flood of real-looking items fills the pool and delays what waits in it; what comes while it is full is refused. The
//!   edge's limit per address prefix makes that expensive, not impossible.
//! - An edge that withholds everyone's packets but one learns, together with a desk, whether that one was
//!   real.
//! - The replay table remembers a bounded number of packets of an epoch. When it is full, packets are opened all the
//!   same: doubled tips are still dropped by their inner envelope.

pub mod child;
pub mod core;
pub mod link;
pub mod noise;
pub mod state;

pub use cage as sandbox;
