//! The source read: before this goes out, who could it have been?

mod bounds;
mod circle;
mod cost;
mod crowd;
mod error;
mod fact;
mod frechet;
mod lattice;
mod ledger;
mod posterior;
mod question;
mod read;
mod repair;
mod scaled;
mod several;
mod table;
mod terms;

pub use bounds::{Bounds, Rate, Span};
pub use circle::{Answer, Circle, Extent, Overlap, Unit};
pub use cost::{Share, leave_one_out, shares};
pub use error::{LedgerError, ReadError};
pub use fact::{
    Agreed, Basis, Draft, Fact, Mention, Passage, Release, ReleaseKind, Say, Source, Wording,
};
pub use ledger::Ledger;
pub use posterior::Posterior;
pub use question::{Question, next_question};
pub use read::{Exposure, Policy, SourceRead, Standing, Supposition, Verdict, exposure, read};
pub use repair::{Budget, Change, Plan, Repair, repair};
pub use table::SubsetTable;
pub use terms::{Breach, Term, breaches};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub $inner);
    )*};
}

ids! {
    /// A person's number in a ledger.
    PersonId(u32);
    /// A unit's number in a ledger.
    UnitId(u32);
    /// A circle's number in a ledger.
    CircleId(u32);
    /// A source's number in a ledger.
    SourceId(u32);
    /// An origin's number in a ledger.
    OriginId(u32);
    /// A fact's number in a ledger.
    FactId(u32);
    /// A wording's place among the wordings of its fact, from 0 in the order given.
    WordingId(u16);
    /// A release's number in a ledger.
    ReleaseId(u32);
}
