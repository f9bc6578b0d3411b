//! What can be wrong with a ledger or a draft. Each error names the entry and says how to mend it.
//!
//! These texts name facts and circles: they are for the reporter's own screen, not for a log.

use thiserror::Error;

/// A fault in a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LedgerError {
    /// An interval whose ends are exchanged.
    #[error("the estimate {lo} to {hi} runs backwards: give the smaller number first")]
    Backwards {
        /// The first number.
        lo: u64,
        /// The second number.
        hi: u64,
    },
    /// Two entries of one kind under one name.
    #[error("there are two {kind}s named \"{name}\": give one of them another name")]
    Twice {
        /// What it is: "circle", "fact" …
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// A name that the ledger does not have.
    #[error("no {kind} is named \"{name}\"{hint}: add it, or correct the name")]
    Unknown {
        /// What it should be: "person", "fact" …
        kind: &'static str,
        /// The name asked for.
        name: String,
        /// `; did you mean "…"?`, or nothing.
        hint: String,
    },
    /// A number of an entry that this ledger does not have.
    #[error(
        "{kind} number {index} is not in this ledger: take the number from this ledger, not from another one"
    )]
    Foreign {
        /// What it should be.
        kind: &'static str,
        /// The number.
        index: u64,
    },
    /// More named members than heads.
    #[error(
        "unit \"{unit}\" has a head count of {heads}, and there is no place in it for \"{name}\": raise the head count, or correct the person's unit"
    )]
    UnitFull {
        /// The unit.
        unit: String,
        /// Its head count.
        heads: u32,
        /// The person who did not fit.
        name: String,
    },
    /// More people than can be numbered.
    #[error(
        "a ledger holds at most 4,294,967,295 people: put those who cannot be told apart into one estimate"
    )]
    TooManyPeople,
    /// A circle without anybody in it.
    #[error(
        "circle \"{circle}\" has nobody in it: name the people or the units, or give an estimate"
    )]
    EmptyCircle {
        /// The circle.
        circle: String,
    },
    /// An estimate of more people than there are in the group it is drawn from.
    #[error(
        "circle \"{circle}\" is estimated at no less than {lo}, but its group \"{group}\" has only {size} people: lower the estimate or widen the group"
    )]
    LargerThanGroup {
        /// The circle.
        circle: String,
        /// The least the estimate allows.
        lo: u64,
        /// The group.
        group: String,
        /// The people in it.
        size: u64,
    },
    /// The group of an estimate must be known exactly.
    #[error(
        "circle \"{circle}\" is drawn from \"{group}\", which is an estimate itself: draw it from a list or from units"
    )]
    GroupIsEstimate {
        /// The circle.
        circle: String,
        /// The group.
        group: String,
    },
    /// δ or ε out of range.
    #[error(
        "circle \"{circle}\": {what} is {got}, and at most {most} makes sense: correct the circle instead"
    )]
    Rate {
        /// The circle.
        circle: String,
        /// What the rate is about, in plain words.
        what: &'static str,
        /// What was given.
        got: crate::Rate,
        /// The largest allowed.
        most: crate::Rate,
    },
    /// A fact without any wording.
    #[error("fact \"{fact}\" has no wording: give at least the exact one, with its circle")]
    NoWording {
        /// The fact.
        fact: String,
    },
    /// More wordings than a fact may have.
    #[error(
        "fact \"{fact}\" has {count} wordings; at most 15 are weighed: leave out those nobody would print"
    )]
    TooManyWordings {
        /// The fact.
        fact: String,
        /// How many.
        count: usize,
    },
    /// A wording that is said to have a coarser one which is not there.
    #[error(
        "fact \"{fact}\": the wording \"{wording}\" names \"{coarser}\" as coarser, but there is no such wording: add it, or correct the name"
    )]
    MissingWording {
        /// The fact.
        fact: String,
        /// The wording that names it.
        wording: String,
        /// The name that is missing.
        coarser: String,
    },
    /// Wordings that are each coarser than the other.
    #[error(
        "fact \"{fact}\": the wordings {ring} go round in a circle, each coarser than the one before: take one of these steps out"
    )]
    Ring {
        /// The fact.
        fact: String,
        /// The wordings, in order.
        ring: String,
    },
    /// A coarser wording whose circle does not hold the finer one's.
    #[error(
        "fact \"{fact}\": \"{coarser}\" is coarser than \"{finer}\", so everybody who could have known the finer one could have known it too; but {what}: widen the circle of \"{coarser}\" or correct that of \"{finer}\""
    )]
    Contradiction {
        /// The fact.
        fact: String,
        /// The finer wording.
        finer: String,
        /// The coarser wording.
        coarser: String,
        /// Who is missing, or which numbers disagree.
        what: String,
    },
    /// A coarser wording, or the omission, that is said to cost the story less than a finer one.
    #[error(
        "fact \"{fact}\": \"{coarser}\" costs the story {coarser_loss}, less than the finer \"{finer}\" at {finer_loss}: a coarser wording cannot lose less"
    )]
    Loss {
        /// The fact.
        fact: String,
        /// The finer wording.
        finer: String,
        /// The coarser wording, or "leaving it out".
        coarser: String,
        /// The loss of the finer one.
        finer_loss: u32,
        /// The loss of the coarser one.
        coarser_loss: u32,
    },
    /// An overlap answer that says nothing, because both sides are lists.
    #[error(
        "the question whether those in {of} were in \"{inside}\" needs no answer, both are lists: give answers about estimates only"
    )]
    NeedlessAnswer {
        /// The circles asked about.
        of: String,
        /// The circle they may be in.
        inside: String,
    },
}

/// A fault in what was asked of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The draft or a question names something the ledger does not have.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A table of all subsets that would not fit.
    #[error(
        "a table of all subsets can hold at most {most} wordings, and {got} were given: choose those the reader may change"
    )]
    TableTooLarge {
        /// How many were given.
        got: usize,
        /// How many fit.
        most: usize,
    },
}
