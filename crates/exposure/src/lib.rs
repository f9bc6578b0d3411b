//! The source read: before this goes out, who could it have been?
//!
//! A reporter marks what came from a confidential source and who could have known it. This crate says how many people are left, which
//! sentence costs most, who would be falsely suspected, whether a term agreed with the source is broken, and the cheapest rewording that
//! keeps the source in a crowd. It does no input or output, reads no clock and draws no random number: the same ledger gives the same
//! answer everywhere. The model, with formulas, proofs and papers, is in `docs/source-read.md`.
//!
//! | question | answered by |
//! | --- | --- |
//! | may it go out? | [`read()`]: [`Verdict`], [`Breach`]es, [`Exposure`] before and after, [`Posterior`] |
//! | as one types: how many are left? | [`exposure()`] |
//! | which sentence costs most? | [`leave_one_out`]; [`shares`] when two sentences give away the same |
//! | what to change? | [`repair()`]: [`Plan`], or that k cannot be had any more |
//! | what to find out first? | [`next_question`] |
//! | every combination, for a page that only looks up | [`SubsetTable`] |
//!
//! # A worked example
//!
//! A ministry of 300. Twelve people sat in the 09:40 meeting; the memo about it went to some 40 to 60 people. The draft gives the
//! time of the meeting and quotes the memo.
//!
//! ```
//! use exposure::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut ledger = Ledger::new();
//! let ministry = ledger.unit("the ministry", 300)?;
//! let ana = ledger.person("Ana", Some(ministry))?;
//! let nightjar = ledger.source(Source::new("nightjar").known_as(ana))?;
//!
//! // Who could have known? The meeting by its invitation; the day, everybody in the ministry.
//! let mut invited = vec![ana];
//! for n in 1..12 {
//!     invited.push(ledger.person(&format!("guest {n}"), Some(ministry))?);
//! }
//! let meeting = ledger.circle(Circle::people("the 09:40 meeting", invited).evidence("the calendar entry"))?;
//! let house = ledger.circle(Circle::units("the ministry", [ministry]))?;
//! let readers = ledger.circle(Circle::estimate("readers of the memo", Bounds::new(40, 60)?).within(house))?;
//!
//! // Two facts. The first can be said more coarsely at a small loss; both can be left out at a larger one.
//! let time = ledger.fact(
//!     Fact::new("the time")
//!         .told_by(nightjar)
//!         .wording(Wording::new("on 14 March at 09:40", meeting).coarser("in mid-March"))
//!         .wording(Wording::new("in mid-March", house).loss(3))
//!         .omission(10),
//! )?;
//! let memo = ledger.fact(Fact::new("the memo").told_by(nightjar).wording(Wording::new("quoted", readers)).omission(30))?;
//! let exact = ledger.find_wording(time, "on 14 March at 09:40")?;
//! let quoted = ledger.find_wording(memo, "quoted")?;
//! let draft = Draft::default()
//!     .passage("first sentence", [Mention::new(time, exact)])
//!     .passage("fourth sentence", [Mention::new(memo, quoted)]);
//!
//! // The verdict: at most the twelve, perhaps fewer of them read the memo.
//! let policy = Policy { k: 20, at_most: 1, now: 1_800_000_000 };
//! let seen = read(&ledger, &draft, &policy)?;
//! assert_eq!(seen.verdict, Verdict::TooFew);
//! assert_eq!(seen.after.survivors, Bounds::new(0, 12)?);
//! assert_eq!(seen.before.survivors, Bounds::exactly(300));
//!
//! // Without the first sentence 40 to 60 would be left, without the fourth 12.
//! assert_eq!(leave_one_out(&ledger, &draft)?, [Bounds::new(40, 60)?, Bounds::exactly(12)]);
//!
//! // So the cheapest way back to 20 is to word the time more coarsely.
//! let mut budget = Budget { steps: 100_000, over: &mut || false };
//! let Repair::Plan(plan) = repair(&ledger, &draft, &policy, &mut budget)? else { panic!("nothing is published yet") };
//! assert_eq!((plan.cost, plan.is_cheapest()), (3, true));
//! assert_eq!(ledger.wording_name(time, plan.changes[0].to.unwrap()), "in mid-March");
//! let better = plan.apply(&ledger, &draft);
//! assert!(read(&ledger, &better, &policy)?.is_clear());
//!
//! // Once the exact time is out, nothing in a later draft can bring the crowd back.
//! ledger.release(Release {
//!     name: "the story of 20 March".into(),
//!     kind: ReleaseKind::Story,
//!     at: 1_799_000_000,
//!     audience: None,
//!     mentions: vec![Mention::new(time, exact)],
//! })?;
//! let mut budget = Budget { steps: 100_000, over: &mut || false };
//! assert_eq!(repair(&ledger, &draft, &policy, &mut budget)?, Repair::Unattainable { left: Bounds::exactly(12) });
//! assert_eq!(read(&ledger, &better, &policy)?.verdict, Verdict::AlreadyTooFew);
//! # Ok(())
//! # }
//! ```
//!
//! # How big
//!
//! People are numbers in compressed bitmaps: millions of people and thousands of facts are a matter of milliseconds. See `benches/`.

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
