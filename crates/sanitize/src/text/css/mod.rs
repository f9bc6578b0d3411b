//! As much of CSS as tells what a reader does not see. Nothing of it gets into an output.

mod look;
mod sheet;
mod value;

pub(super) use look::{Look, colour};
pub(super) use sheet::{Key, Sheet};
pub(super) use value::{Declaration, Piece, declarations, presentation};
