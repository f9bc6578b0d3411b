//! Who is left: the people in all circles that are known exactly.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use crate::circle::Extent;
use crate::fact::Mention;
use crate::{Bounds, CircleId, Ledger};

/// The circles that some published words rest on, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Disclosed {
    pub(crate) listed: Vec<CircleId>,
    pub(crate) estimated: Vec<CircleId>,
}

impl Disclosed {
    pub(crate) fn of<'m>(ledger: &Ledger, mentions: impl Iterator<Item = &'m Mention>) -> Self {
        Self::circles(ledger, mentions.filter_map(|m| ledger.circle_of(m)))
    }

    pub(crate) fn circles(ledger: &Ledger, circles: impl Iterator<Item = CircleId>) -> Self {
        let mut all = Self::default();
        for id in circles {
            match ledger.extent(id) {
                Some(Extent::People(_)) => all.listed.push(id),
                Some(Extent::Estimate { .. }) => all.estimated.push(id),
                None => {}
            }
        }
        for list in [&mut all.listed, &mut all.estimated] {
            list.sort_unstable();
            list.dedup();
        }
        all
    }

    /// The people in all listed circles.
    pub(crate) fn crowd(&self, ledger: &Ledger) -> Crowd {
        let mut sets: Vec<_> = self.listed.iter().filter_map(|id| ledger.people_in(*id)).collect();
        // The smallest first: what is left can only shrink, and every later step costs no more than what is left.
        sets.sort_by_cached_key(|s| s.len());
        let Some((first, rest)) = sets.split_first() else { return Crowd::everybody(ledger) };
        let mut people = (*first).clone();
        for set in rest {
            if people.is_empty() {
                break;
            }
            people &= *set;
        }
        Crowd { people, others: Bounds::NONE, whole: false }
    }
}

/// Some of the people of a ledger, and how many of those on no list.
#[derive(Clone, Debug)]
pub(crate) struct Crowd {
    pub(crate) people: RoaringBitmap,
    pub(crate) others: Bounds,
    /// Nothing has narrowed it yet. Otherwise it is on lists alone, and `others` is nobody.
    pub(crate) whole: bool,
}

impl Crowd {
    pub(crate) fn everybody(ledger: &Ledger) -> Self {
        let mut people = RoaringBitmap::new();
        people.insert_range(0..ledger.listed_people());
        people.optimize();
        Self { people, others: ledger.others_count(), whole: true }
    }

    /// Leaves only those in `set`. People on no list are in no set.
    pub(crate) fn narrow(&mut self, set: &RoaringBitmap) {
        if self.whole {
            self.people = set.clone();
        } else {
            self.people &= set;
        }
        self.others = Bounds::NONE;
        self.whole = false;
    }

    pub(crate) fn size(&self) -> Bounds {
        let listed = self.people.len();
        Bounds::between(
            listed.saturating_add(self.others.lo()),
            listed.saturating_add(self.others.hi()),
        )
    }

    /// At most how many of them are not in `set`.
    pub(crate) fn outside(&self, set: &RoaringBitmap) -> u64 {
        self.people.difference_len(set).saturating_add(self.others.hi())
    }

    /// The crowd, narrowed by the groups that the estimates are drawn from.
    pub(crate) fn within_groups<'a>(
        &'a self,
        ledger: &Ledger,
        estimated: &[CircleId],
    ) -> Cow<'a, Self> {
        let mut crowd = Cow::Borrowed(self);
        for id in estimated {
            if let Some(Extent::Estimate { within: Some(group), .. }) = ledger.extent(*id)
                && let Some(set) = ledger.people_in(*group)
            {
                crowd.to_mut().narrow(set);
            }
        }
        crowd
    }
}
