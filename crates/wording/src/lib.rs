//! What a draft shares, word for word, with what a source gave; and what tells two copies of one document apart.
//!
//! A newsroom that quotes a paper tells whoever holds it which paper it was, and often which copy. This crate finds
//! runs of words that stand in both ([`Kind::Verbatim`]), sentences that were only turned about
//! ([`Kind::NearVerbatim`]), and single rare things: numbers, times, names, document numbers. Each finding has both
//! places and says how rare the thing is, and the list is ranked and short, since an editor reads ten lines and no
//! more. [`variants`] compares two copies of a document for a *canary trap*: a wording given to one reader only. One
//! copy alone never proves that there is none.
//!
//! No input or output, no clock, no randomness; the same texts give the same findings. Texts in any language that
//! Unicode can cut into words.
//!
//! ```
//! let material = [wording::Document { name: "memo", text: "The auditors found that 4,218 invoices had been paid twice." }];
//! let found = wording::compare("Auditors found that 4,218 invoices had been paid twice, she said.", &material);
//! assert_eq!(found[0].kind, wording::Kind::Verbatim);
//! assert_eq!(found[0].source[0].document, "memo");
//! ```

mod align;
mod automaton;
mod compare;
mod copies;
mod rare;
mod token;

pub use compare::{Document, Finding, Kind, MOST_FINDINGS, Place, compare};
pub use copies::{Change, Variant, variants};
