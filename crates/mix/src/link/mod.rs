//! What the edge and the mix say to each other over the mix's standard input and output.
//!
//! ```text
//! frame = u32 length of what follows (1 … 16 MiB) ‖ u8 type ‖ body
//! ```
//!
//! Everything here is pure: bytes in, values out, on both sides. A decoder returns an error on any bytes that are
//! not exactly what is documented. An error in one frame leaves the frames behind it readable; only a length
//! outside its range ends the link ([`LinkError::Length`]), because nothing after it can be found again.
//!
//! # Order of things
//!
//! 1. The edge starts the child and sends [`Hello`]; the child closes its sandbox, tests it, sends [`Ready`], and
//!    only then reads.
//! 2. The edge sends [`ToMix::Block`]s; the pipe's back-pressure bounds the queue. It must go on *reading* while it
//!    writes, or both sides may wait for each other.
//! 3. At every tick the mix sends a key list, a batch and the dead drop's live chunk. The edge stores a batch durably
//!    and says so with [`ToMix::Stored`]; what has not been said to be stored is released again.
//! 4. [`ToMix::Shutdown`], or the end of the stream, makes the mix write its snapshot and leave with code 0.

mod codec;
mod frames;
mod from_mix;
mod hello;
mod to_mix;

pub use cage::Landlock;
pub use frames::{Frame, Frames, MAX_FRAME};
pub use from_mix::{FromMix, Ready, Refusal, Verdict};
pub use hello::{Hello, Limits, LimitsError};
pub use to_mix::{BLOCK_BYTES, BLOCK_PACKETS, Block, PADDING_SUITE, Records, ToMix};

pub(crate) use codec::{Reader, Writer};

#[cfg(test)]
mod tests;

use thiserror::Error;

/// A frame that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// The length in front of a frame is zero or above [`MAX_FRAME`]. The link cannot be used any further.
    #[error(
        "a frame of {0} bytes announced; 1 to {MAX_FRAME} are allowed: the link is out of step"
    )]
    Length(u32),
    /// No frame has this type in this direction.
    #[error("frame type {0} is not known")]
    Kind(u8),
    /// The body ends inside a field.
    #[error("{0}: the frame is cut short")]
    Short(&'static str),
    /// The body goes on after its last field.
    #[error("{0}: {1} bytes too many")]
    Long(&'static str, usize),
    /// A field holds a value outside its range.
    #[error("{what}: {why}")]
    Value {
        /// Which frame.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The limits do not fit together.
    #[error(transparent)]
    Limits(#[from] LimitsError),
}

impl LinkError {
    /// Whether the frames behind this one are lost, too.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        matches!(self, LinkError::Length(_))
    }
}
