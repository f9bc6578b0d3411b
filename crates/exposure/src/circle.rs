//! People, units and circles: who could have known something.

use roaring::RoaringBitmap;

use crate::{Bounds, CircleId, PersonId, Rate, UnitId};

/// A group whose size is known but whose members need not be named.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// How many people are in it, named or not.
    pub heads: u32,
    pub(crate) first: u32,
    pub(crate) named: u32,
}

/// Who is in a circle.
#[derive(Clone, Debug, PartialEq)]
pub enum Extent {
    /// Exactly these people.
    People(RoaringBitmap),
    /// Some number of people, nobody knows which.
    Estimate {
        /// How many.
        size: Bounds,
        /// A list or units that all of them belong to, if that much is known.
        within: Option<CircleId>,
    },
}

/// Everybody who could have known one wording of one fact.
#[derive(Clone, Debug)]
pub struct Circle {
    pub(crate) name: String,
    pub(crate) people: RoaringBitmap,
    pub(crate) units: Vec<UnitId>,
    pub(crate) estimate: Option<(Bounds, Option<CircleId>)>,
    pub(crate) delta: Rate,
    pub(crate) epsilon: Rate,
    /// When this was how things stood (Unix seconds), if it is known.
    pub as_of: Option<u64>,
    /// How the desk knows: "To and Cc of the mail of 3 March".
    pub evidence: String,
}

impl Circle {
    /// The largest δ: if more than half of a circle did not know, it is the wrong circle.
    pub const MOST_DELTA: Rate = Rate::HALF;
    /// The largest ε, which is also the end of the range that the worst case runs over.
    pub const MOST_EPSILON: Rate = Rate::FIFTH;

    fn empty(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            people: RoaringBitmap::new(),
            units: Vec::new(),
            estimate: None,
            delta: Rate::ZERO,
            epsilon: Rate::ZERO,
            as_of: None,
            evidence: String::new(),
        }
    }

    /// These people.
    #[must_use]
    pub fn people(name: &str, people: impl IntoIterator<Item = PersonId>) -> Self {
        Self { people: people.into_iter().map(|p| p.0).collect(), ..Self::empty(name) }
    }

    /// These people, by number: for lists made by a filter over a long roster.
    #[must_use]
    pub fn set(name: &str, people: RoaringBitmap) -> Self {
        Self { people, ..Self::empty(name) }
    }

    /// Everybody in these units.
    #[must_use]
    pub fn units(name: &str, units: impl IntoIterator<Item = UnitId>) -> Self {
        Self { units: units.into_iter().collect(), ..Self::empty(name) }
    }

    /// A number of people that nobody has a list of.
    #[must_use]
    pub fn estimate(name: &str, size: Bounds) -> Self {
        Self { estimate: Some((size, None)), ..Self::empty(name) }
    }

    /// For an estimate: all of them belong to this circle of named people or units.
    #[must_use]
    pub fn within(mut self, group: CircleId) -> Self {
        if let Some((_, within)) = &mut self.estimate {
            *within = Some(group);
        }
        self
    }

    /// For a list: the people of these units as well.
    #[must_use]
    pub fn and_units(mut self, units: impl IntoIterator<Item = UnitId>) -> Self {
        self.units.extend(units);
        self
    }

    /// δ: how likely somebody in the circle did not know after all (at most 500 in 1000).
    #[must_use]
    pub fn delta(mut self, delta: Rate) -> Self {
        self.delta = delta;
        self
    }

    /// ε: how likely somebody outside the circle did know, by hearsay (at most 200 in 1000).
    #[must_use]
    pub fn epsilon(mut self, epsilon: Rate) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// When this was how things stood, Unix seconds.
    #[must_use]
    pub fn as_of(mut self, at: u64) -> Self {
        self.as_of = Some(at);
        self
    }

    /// How the desk knows.
    #[must_use]
    pub fn evidence(mut self, evidence: &str) -> Self {
        evidence.clone_into(&mut self.evidence);
        self
    }
}

/// How an overlap question was answered: "were all of these in that group?"
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// All of them.
    All,
    /// More than half of them.
    Most,
    /// At least one of them.
    Some,
    /// None of them: then nobody could have told both, and the ledger will say so.
    Nobody,
    /// The desk does not know; nothing follows.
    DontKnow,
}

/// The answer to one overlap question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// "These": the people who are in all of these circles (lists), or one estimated circle.
    pub of: Vec<CircleId>,
    /// "That group": a circle. At least one side is an estimate.
    pub inside: CircleId,
    /// The answer.
    pub answer: Answer,
}
