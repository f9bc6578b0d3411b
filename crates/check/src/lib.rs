//! Everything between a newsroom's files and the source read ([`exposure`]), and between the source read and an editor's eyes.
//!
//! No file is opened here: bytes and names come in, values go out, so that the command line and the desk's vault use the same code.
//!
//! | what | where |
//! | --- | --- |
//! | a ledger: from the files of a folder, or as a value that is edited entry by entry | [`Ledger`], [`load`] |
//! | a draft of any format as sentences with places | [`Document`] |
//! | marks, found again after edits | [`Finder`], [`Marked`] |
//! | what a draft shares with a source's papers, word for word; two copies compared | [`words`] |
//! | the report, for people and for programs; the sourcing memo | [`report`] |
//! | a ledger made by questions, without any file | [`walk`] |
//! | the shipped cases | [`cases`] |
//! | the model's own ledger | [`Ledger::resolve`], [`Resolved`] |

mod anchor;
mod archive;
pub mod cases;
mod circles;
mod count;
pub mod draft;
mod encoding;
mod fault;
pub mod filter;
pub mod ledger;
mod marked;
mod people;
pub mod report;
pub mod walk;
mod when;
pub mod words;

pub use anchor::{Finder, Lost, Where};
pub use count::{Chance, Count};
pub use draft::Document;
pub use fault::{At, Fault, Problem};
pub use ledger::{Files, Ledger, Loaded, MAIN, Resolved, load};
pub use marked::{Marked, Spot};
pub use people::{Column, Roster};
pub use when::When;
