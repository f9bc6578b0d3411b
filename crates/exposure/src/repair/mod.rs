//! The cheapest way back to k: which facts to leave out, and which to word more coarsely.
//!
//! Each person needs some changes to be left in the crowd; k people have to be chosen so that the union of their needs is cheapest.
//! That is weighted Minimum k-Union (Chlamtáč, Dinitz, Konrad, Kortsarz and Rabanca 2016), which is NP-hard, and greedy choice has no
//! guarantee: the people left over are a supermodular function of the changes, two changes together may bring back a crowd that
//! neither brings back alone. So: branch and bound, exact, and an honest gap when the time is over.

mod candidates;
mod options;
mod search;

use crate::crowd::{Crowd, Disclosed};
use crate::read::{Policy, exposure};
use crate::{Bounds, CircleId, Draft, FactId, Ledger, LedgerError, WordingId, frechet};
use candidates::Pool;
use options::{Choice, Field};
use search::Search;

/// How long a search may take. Both limits stop it at the same places, so that a step limit gives the same result everywhere.
pub struct Budget<'a> {
    /// At most so many steps.
    pub steps: u64,
    /// Asked every few steps; true means that the time is over.
    pub over: &'a mut dyn FnMut() -> bool,
}

/// What can be done about a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// k cannot be had any more: this many are left by what is published already, even if nothing of the draft goes out.
    Unattainable {
        /// Those left.
        left: Bounds,
    },
    /// Even without the draft it is not certain that k are left, because circles are estimated; see [`crate::next_question`].
    Uncertain {
        /// Those left without the draft.
        left: Bounds,
    },
    /// Make these changes.
    Plan(Plan),
}

/// Changes that bring at least k people back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What to change, by fact; empty if nothing has to be changed.
    pub changes: Vec<Change>,
    /// What the story loses.
    pub cost: u64,
    /// No plan costs less than this. If it equals the cost, the plan is the cheapest; otherwise the time was over, and the
    /// difference is the gap.
    pub at_least: u64,
    /// Those left after the changes.
    pub survivors: Bounds,
    /// Steps taken.
    pub steps: u64,
}

impl Plan {
    /// Whether no cheaper plan exists.
    #[must_use]
    pub fn is_cheapest(&self) -> bool {
        self.at_least == self.cost
    }

    /// The draft with the changes made.
    #[must_use]
    pub fn apply(&self, ledger: &Ledger, draft: &Draft) -> Draft {
        let mut draft = draft.clone();
        for change in &self.changes {
            for p in &mut draft.passages {
                match change.to {
                    None => p.mentions.retain(|m| m.fact != change.fact),
                    Some(to) => {
                        for m in p.mentions.iter_mut().filter(|m| m.fact == change.fact) {
                            let above = ledger
                                .resolved(m.fact)
                                .map_or(0, |f| f.above(m.wording.0 as usize));
                            if above & (1 << to.0) != 0 {
                                m.wording = to;
                                m.words = None;
                            }
                        }
                    }
                }
            }
        }
        draft
    }
}

/// One change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The fact.
    pub fact: FactId,
    /// The wording to use instead wherever the draft is finer; None: leave the fact out.
    pub to: Option<WordingId>,
    /// What the story loses by it.
    pub cost: u64,
}

/// The cheapest changes after which at least `policy.k` people could have told everything.
///
/// What the source's say forbids is left out in every plan, and coarser wordings are taken only from those that were agreed.
/// Where circles are estimated, k must be left for certain.
///
/// # Errors
/// [`LedgerError::Foreign`] if the draft mentions what the ledger does not have.
pub fn repair(
    ledger: &Ledger,
    draft: &Draft,
    policy: &Policy,
    budget: &mut Budget<'_>,
) -> Result<Repair, LedgerError> {
    for p in &draft.passages {
        ledger.check(&p.mentions)?;
    }
    let released = Disclosed::of(ledger, ledger.releases().iter().flat_map(|r| r.mentions.iter()));
    let base = released.crowd(ledger);
    let left = frechet::count(ledger, &base, &released.estimated);
    if left.hi() < policy.k {
        return Ok(Repair::Unattainable { left: exposure(ledger, None, policy)?.survivors });
    }
    if left.lo() < policy.k {
        return Ok(Repair::Uncertain { left });
    }
    let fields = options::fields(ledger, draft, policy.now);
    let mut hunt = Hunt {
        ledger,
        policy,
        base: &base,
        released: &released.estimated,
        best: None,
        at_least: u64::MAX,
        steps: 0,
    };
    hunt.estimates(&fields, 0, &mut Vec::new(), budget);
    let Hunt { best, at_least, steps, .. } = hunt;
    // Leaving everything out is always possible here, so there is a plan; were the search stopped at once, it is this one.
    let (cost, choices) = best.unwrap_or_else(|| everything_out(&fields));
    let changes = fields
        .iter()
        .zip(&choices)
        .filter_map(|(f, at)| f.choices.get(*at).and_then(|c| c.change(f.fact)))
        .collect();
    let plan = Plan { changes, cost, at_least: at_least.min(cost), survivors: left, steps };
    let after = plan.apply(ledger, draft);
    let said = Disclosed::of(ledger, crate::read::mentions(ledger, Some(&after)));
    let survivors = frechet::count(ledger, &said.crowd(ledger), &said.estimated);
    Ok(Repair::Plan(Plan { survivors, ..plan }))
}

fn everything_out(fields: &[Field]) -> (u64, Vec<usize>) {
    let last = |f: &Field| f.choices.len().saturating_sub(1);
    let cost = fields.iter().filter_map(|f| f.choices.get(last(f))).map(|c| c.cost).sum();
    (cost, fields.iter().map(last).collect())
}

/// The search over estimated wordings, around the exact search over people.
struct Hunt<'a> {
    ledger: &'a Ledger,
    policy: &'a Policy,
    base: &'a Crowd,
    released: &'a [CircleId],
    best: Option<(u64, Vec<usize>)>,
    at_least: u64,
    steps: u64,
}

impl Hunt<'_> {
    /// For each fact that has estimated wordings: either one of these, or one of the others, which the exact search then chooses.
    /// There are few estimates in a draft, so that they are tried one after the other.
    fn estimates(
        &mut self,
        fields: &[Field],
        at: usize,
        taken: &mut Vec<Option<usize>>,
        budget: &mut Budget<'_>,
    ) {
        let Some(field) = fields.get(at) else {
            self.exact(fields, taken, budget);
            return;
        };
        taken.push(None);
        if field.choices.iter().any(|c| c.estimated.is_empty()) {
            self.estimates(fields, at + 1, taken, budget);
        }
        for (i, _) in field.choices.iter().enumerate().filter(|(_, c)| !c.estimated.is_empty()) {
            taken.pop();
            taken.push(Some(i));
            self.estimates(fields, at + 1, taken, budget);
        }
        taken.pop();
    }

    fn exact(&mut self, fields: &[Field], taken: &[Option<usize>], budget: &mut Budget<'_>) {
        let chosen =
            || fields.iter().zip(taken).filter_map(|(f, t)| t.and_then(|i| f.choices.get(i)));
        let spent: u64 = chosen().map(|c| c.cost).sum();
        let limit = self.best.as_ref().map_or(u64::MAX, |b| b.0);
        if spent >= limit {
            return;
        }
        let mut base = self.base.clone();
        let mut estimated = self.released.to_vec();
        for choice in chosen() {
            estimated.extend(&choice.estimated);
            if let Some(set) = choice.set(self.ledger) {
                base.narrow(&set);
            }
        }
        estimated.sort_unstable();
        estimated.dedup();
        let ledger = self.ledger;
        let base = base.within_groups(ledger, &estimated).into_owned();
        let k = self.policy.k;
        if base.size().lo() < k {
            return;
        }
        let open: Vec<&Field> =
            fields.iter().zip(taken).filter(|(_, t)| t.is_none()).map(|(f, _)| f).collect();
        let exact: Vec<Vec<&Choice>> = open
            .iter()
            .map(|f| f.choices.iter().filter(|c| c.estimated.is_empty()).collect())
            .collect();
        let sets = options::sets(ledger, &exact, &base);
        // With estimates, that k are in the listed circles is necessary and not enough.
        let mut enough = |plan: &[usize]| {
            if estimated.is_empty() {
                return true;
            }
            let mut crowd = base.clone();
            for (choices, at) in sets.iter().zip(plan) {
                if let Some(set) = choices.get(*at).and_then(Option::as_deref) {
                    crowd.narrow(set);
                }
            }
            frechet::count(ledger, &crowd, &estimated).lo() >= k
        };
        let costs: Vec<Vec<u64>> =
            exact.iter().map(|cs| cs.iter().map(|c| c.cost).collect()).collect();
        let pool = Pool::of(&base, &sets, &costs);
        let mut search = Search::new(&costs, k, limit - spent, &mut enough, budget);
        let bound = search.run(&pool, &sets);
        self.steps += search.steps;
        let found = search.best.take();
        self.at_least = self.at_least.min(bound.saturating_add(spent));
        let Some((cost, plan)) = found else { return };
        let mut plan = plan.into_iter();
        let choices = fields
            .iter()
            .zip(taken)
            .map(|(f, t)| t.unwrap_or_else(|| f.nth_listed(plan.next().unwrap_or(0))));
        self.best = Some((spent + cost, choices.collect()));
    }
}
