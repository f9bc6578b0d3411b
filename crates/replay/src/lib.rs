//! The Replay: how a source was found, sentence by sentence, as a page that can be shared.
//!
//! One page for each case. The reader scrubs through what was published and sees a crowd go dark; then rewrites it and sees people
//! come back. A page is one file: it asks for nothing, works from a disk, and looks every figure up in a table of all combinations
//! that [`exposure`] has made.
//!
//! ```
//! # fn main() -> Result<(), replay::ReplayError> {
//! let case = replay::shipped("six-copies")?;
//! let sums = case.reckon()?;
//! assert_eq!(sums.everybody, 30_000);
//! assert_eq!((sums.after[0].people.lo(), sums.after[0].people.hi()), (6, 6));
//! # Ok(())
//! # }
//! ```
//!
//! A case is a folder, `cases/<name>/`: what happened and the ledger, which `subrosa check` reads as well ([`Happened`]), and what was said,
//! sentence by sentence ([`Story`]). This crate writes files where it is told to and does no other input or output.

mod card;
mod case;
mod crowd;
mod error;
mod ledger;
mod page;
mod reckon;
mod shapes;
mod shelf;
pub mod words;
mod write;

pub use case::{Assumed, Cited, Happened, Instead, Kind, Public, Step, Story};
pub use error::ReplayError;
pub use reckon::{Class, Left, Other, Reckoning, Rewritable};
pub use shelf::{Case, at, names, shipped};
pub use write::{Options, write};
