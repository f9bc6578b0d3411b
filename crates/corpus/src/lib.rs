//! Documents with a unique marker in every hiding place that their format's specification offers, and a
//! scanner that finds the markers again, however they are packed.
//!
//! The hiding places come from the published specifications, each named with its section, and not from what
//! the cleaner handles: the corpus exists to find what the cleaner does not know. Nothing but tests depends on
//! this crate, so it may stop at the first thing that is wrong with itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod beside;
mod build;
mod bytes;
mod hostile;
mod judge;
mod plant;
mod scan;
mod tables;

pub use build::samples;
pub use hostile::{Hostile, hostile};
pub use judge::{Verdict, judge};
pub use plant::{Date, Plant, Planter, Sample};
pub use scan::{Found, Scanner};
pub use tables::{FORMATS, hiding_places, replace_between};
