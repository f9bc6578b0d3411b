//! What each sentence costs.
//!
//! Two questions, two answers. *If only this sentence went, how many would there be?* (leave-one-out, exact, one pass.) And when two
//! sentences give away the same thing, so that taking out either alone changes nothing: *whose share is it?* That is Shapley's value
//! ("A Value for n-Person Games", 1953). For the number of people excluded it has a closed form: each excluded person is split
//! equally among the sentences that exclude them, because whichever of these comes first in a random order does the excluding.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use crate::crowd::{Crowd, Disclosed};
use crate::fact::Draft;
use crate::posterior::{tally, to_f64};
use crate::{Bounds, CircleId, Ledger, LedgerError, frechet};

/// A draft against the releases, passage by passage.
struct Parts<'a> {
    base: Crowd,
    released: Vec<CircleId>,
    /// The people of each passage; None if it excludes nobody by name.
    listed: Vec<Option<Cow<'a, RoaringBitmap>>>,
    estimated: Vec<Vec<CircleId>>,
}

impl<'a> Parts<'a> {
    fn of(ledger: &'a Ledger, draft: &Draft) -> Result<Self, LedgerError> {
        let released =
            Disclosed::of(ledger, ledger.releases().iter().flat_map(|r| r.mentions.iter()));
        let mut parts = Parts {
            base: released.crowd(ledger),
            released: released.estimated.clone(),
            listed: Vec::new(),
            estimated: Vec::new(),
        };
        for p in &draft.passages {
            ledger.check(&p.mentions)?;
            let said = Disclosed::of(ledger, p.mentions.iter());
            let one = match said.listed.as_slice() {
                [] => None,
                [one] => ledger.people_in(*one).map(Cow::Borrowed),
                _ => Some(Cow::Owned(said.crowd(ledger).people)),
            };
            parts.listed.push(one);
            parts.estimated.push(said.estimated);
        }
        Ok(parts)
    }

    fn count(&self, ledger: &Ledger, crowd: &Crowd, without: Option<usize>) -> Bounds {
        let kept = self
            .estimated
            .iter()
            .enumerate()
            .filter(|(i, _)| Some(*i) != without)
            .flat_map(|(_, e)| e.iter());
        let mut estimated: Vec<CircleId> = kept.chain(&self.released).copied().collect();
        estimated.sort_unstable();
        estimated.dedup();
        frechet::count(ledger, crowd, &estimated)
    }
}

fn with<'c>(crowd: &'c Crowd, set: Option<&RoaringBitmap>) -> Cow<'c, Crowd> {
    let Some(set) = set else { return Cow::Borrowed(crowd) };
    // Copy the smaller of the two.
    let mut people = if crowd.whole || set.len() < crowd.people.len() {
        set.clone()
    } else {
        crowd.people.clone()
    };
    if !crowd.whole {
        people &= if set.len() < crowd.people.len() { &crowd.people } else { set };
    }
    Cow::Owned(Crowd { people, others: Bounds::NONE, whole: false })
}

/// For each passage, how many would be left if it were taken out and everything else stayed.
///
/// One pass: what all later passages leave is kept from back to front, what all earlier ones leave is carried along, and a passage's
/// answer is the overlap of the two.
///
/// # Errors
/// [`LedgerError::Foreign`] if the draft mentions what the ledger does not have.
pub fn leave_one_out(ledger: &Ledger, draft: &Draft) -> Result<Vec<Bounds>, LedgerError> {
    let parts = Parts::of(ledger, draft)?;
    let mut after: Vec<Cow<'_, Crowd>> = vec![Cow::Borrowed(&parts.base)];
    for set in parts.listed.iter().skip(1).rev() {
        let next = match after.last() {
            Some(last) => with(last, set.as_deref()).into_owned(),
            None => parts.base.clone(),
        };
        after.push(Cow::Owned(next));
    }
    let mut before = parts.base.clone();
    let mut costs = Vec::with_capacity(parts.listed.len());
    let simple = parts.released.is_empty() && parts.estimated.iter().all(Vec::is_empty);
    for ((i, set), later) in parts.listed.iter().enumerate().zip(after.iter().rev()) {
        if simple && !before.whole && !later.whole {
            costs.push(Bounds::exactly(before.people.intersection_len(&later.people)));
        } else {
            let joint = with(later, (!before.whole).then_some(&before.people));
            costs.push(parts.count(ledger, &joint, Some(i)));
        }
        if let Cow::Owned(next) = with(&before, set.as_deref()) {
            before = next;
        }
    }
    Ok(costs)
}

/// A passage's share in the people excluded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// At place h (from 1): how many of the people this passage excludes are excluded by h passages in all. Place 0 is unused.
    pub by_company: Vec<u64>,
}

impl Share {
    /// The Shapley value: Σ count(h) / h. The shares of all passages add up to the number of people the draft excludes.
    #[must_use]
    pub fn people(&self) -> f64 {
        self.by_company.iter().enumerate().skip(1).map(|(h, n)| to_f64(*n) / to_f64(h as u64)).sum()
    }
}

/// For each passage its share in excluding people, beyond what is published already. People on lists and in units only: an
/// estimate excludes nobody by name.
///
/// # Errors
/// [`LedgerError::Foreign`] if the draft mentions what the ledger does not have.
pub fn shares(ledger: &Ledger, draft: &Draft) -> Result<Vec<Share>, LedgerError> {
    let parts = Parts::of(ledger, draft)?;
    let base = &parts.base.people;
    let sets: Vec<&RoaringBitmap> = parts.listed.iter().flatten().map(AsRef::as_ref).collect();
    let hits = tally(base, base.max().map_or(0, |m| m as usize + 1), &sets);
    let misses = |p: u32| sets.len() - hits.get(p as usize).map_or(0, |h| *h as usize);
    let mut all = vec![0u64; sets.len() + 1];
    for p in base {
        if let Some(n) = all.get_mut(misses(p)) {
            *n += 1;
        }
    }
    let size = base.len();
    let share = |set: &Option<Cow<'_, RoaringBitmap>>| {
        let Some(set) = set.as_deref() else { return Share { by_company: vec![0; all.len()] } };
        // Over the smaller side; the larger one is the difference to everybody.
        let few = base.intersection_len(set) <= size / 2;
        let side = if few { base & set } else { base - set };
        let mut counts = vec![0u64; all.len()];
        for p in side {
            if let Some(n) = counts.get_mut(misses(p)) {
                *n += 1;
            }
        }
        if few {
            for (n, everybody) in counts.iter_mut().zip(&all) {
                *n = everybody - *n;
            }
        }
        // Those whom nothing excludes are in every set.
        if let Some(first) = counts.first_mut() {
            *first = 0;
        }
        Share { by_company: counts }
    };
    Ok(parts.listed.iter().map(share).collect())
}
