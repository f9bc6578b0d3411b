//! For each fact of a draft, what may be done with it.

use std::borrow::Cow;

use roaring::RoaringBitmap;

use super::Change;
use crate::crowd::{Crowd, Disclosed};
use crate::terms::forbidden;
use crate::{CircleId, Draft, FactId, Ledger, WordingId};

/// A fact and its choices, cheapest first; the last one is always to leave it out.
pub(super) struct Field {
    pub(super) fact: FactId,
    pub(super) choices: Vec<Choice>,
}

pub(super) struct Choice {
    action: Action,
    pub(super) cost: u64,
    listed: Vec<CircleId>,
    pub(super) estimated: Vec<CircleId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Keep,
    Coarsen(WordingId),
    Omit,
}

impl Choice {
    pub(super) fn change(&self, fact: FactId) -> Option<Change> {
        match self.action {
            Action::Keep => None,
            Action::Coarsen(to) => Some(Change { fact, to: Some(to), cost: self.cost }),
            Action::Omit => Some(Change { fact, to: None, cost: self.cost }),
        }
    }

    /// The people it leaves; None if it excludes nobody by name.
    pub(super) fn set<'a>(&self, ledger: &'a Ledger) -> Option<Cow<'a, RoaringBitmap>> {
        match self.listed.as_slice() {
            [] => None,
            [one] => ledger.people_in(*one).map(Cow::Borrowed),
            _ => {
                let said = Disclosed { listed: self.listed.clone(), estimated: Vec::new() };
                Some(Cow::Owned(said.crowd(ledger).people))
            }
        }
    }
}

impl Field {
    /// The place among all choices of the n-th that rests on lists alone.
    pub(super) fn nth_listed(&self, n: usize) -> usize {
        let mut listed =
            self.choices.iter().enumerate().filter(|(_, c)| c.estimated.is_empty()).map(|(i, _)| i);
        listed.nth(n).unwrap_or(self.choices.len().saturating_sub(1))
    }
}

pub(super) fn fields(ledger: &Ledger, draft: &Draft, now: u64) -> Vec<Field> {
    let mut facts: Vec<FactId> = draft.mentions().map(|m| m.fact).collect();
    facts.sort_unstable();
    facts.dedup();
    facts.into_iter().filter_map(|fact| field(ledger, draft, fact, now)).collect()
}

fn field(ledger: &Ledger, draft: &Draft, fact: FactId, now: u64) -> Option<Field> {
    let resolved = ledger.resolved(fact)?;
    let mut used: Vec<usize> =
        draft.mentions().filter(|m| m.fact == fact).map(|m| m.wording.0 as usize).collect();
    used.sort_unstable();
    used.dedup();
    let loss = |w: usize| resolved.wordings.get(w).map_or(0, |s| s.loss);
    let least = used.iter().map(|w| loss(*w)).min().unwrap_or(0);
    let choice = |action, wordings: &[usize], loss: u32| {
        let circles = wordings.iter().filter_map(|w| resolved.wordings.get(*w)).map(|s| s.circle);
        let said = Disclosed::circles(ledger, circles);
        Choice {
            action,
            cost: u64::from(loss - least.min(loss)),
            listed: said.listed,
            estimated: said.estimated,
        }
    };
    let mut choices = Vec::new();
    if !forbidden(ledger, fact, now) {
        let allowed = |w: usize| resolved.agreed & (1 << w) != 0;
        if used.iter().all(|w| allowed(*w)) {
            choices.push(choice(Action::Keep, &used, least));
        }
        for to in (0..resolved.wordings.len()).filter(|w| allowed(*w)) {
            let coarser_than = |w: usize| resolved.above(w) & (1 << to) != 0;
            let finer_than = |w: usize| resolved.above(to) & (1 << w) != 0;
            // It must take the place of something, and agree with whatever stays.
            if used.iter().any(|w| coarser_than(*w))
                && used.iter().all(|w| *w == to || coarser_than(*w) || finer_than(*w))
            {
                let stay: Vec<usize> =
                    used.iter().copied().filter(|w| finer_than(*w)).chain([to]).collect();
                if let Ok(id) = u16::try_from(to) {
                    choices.push(choice(Action::Coarsen(WordingId(id)), &stay, loss(to)));
                }
            }
        }
    }
    choices.push(choice(Action::Omit, &[], resolved.omission));
    // Cheapest first; leaving out comes last among equals, because it always works and says least.
    choices.sort_by_key(|c| (c.cost, c.action == Action::Omit));
    Some(Field { fact, choices })
}

/// The people of each choice among `base`; None: it excludes nobody.
pub(super) type Sets<'a> = Vec<Vec<Option<Cow<'a, RoaringBitmap>>>>;

pub(super) fn sets<'a>(ledger: &'a Ledger, choices: &[Vec<&Choice>], base: &Crowd) -> Sets<'a> {
    let all = |set: &Cow<'_, RoaringBitmap>| base.others.hi() == 0 && base.people.is_subset(set);
    choices
        .iter()
        .map(|cs| cs.iter().map(|c| c.set(ledger).filter(|s| !all(s))).collect())
        .collect()
}
