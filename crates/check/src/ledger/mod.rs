//! The ledger: what people write down, read from files or edited entry by entry.

pub mod document;
mod edit;
mod load;
pub mod places;
mod resolve;

pub use document::Ledger;
pub use load::{Files, Loaded, MAIN, load};
pub use resolve::Resolved;
