//! The log against published examples, against a tree written as the RFC has it, against the crates of another
//! house, and against forgers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod decoders;
mod folder;
mod foreign;
mod forged;
mod naive;
mod vectors;
mod witness;
