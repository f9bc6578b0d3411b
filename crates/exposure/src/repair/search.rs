//! Branch and bound over who is brought back.
//!
//! A state is, for each fact, the choices that keep everybody brought back so far (its *domain*); its cost is that of the cheapest
//! choices. Each state takes one more candidate in, or declares that this candidate stays out. To have k people, k − kept more have to
//! come in, and each of them alone costs its residual; so the state costs at least as much as the (k − kept)-th smallest residual more.

use super::Budget;
use super::candidates::{Candidate, Pool};
use super::options::Sets;

/// How many of the cheapest candidates the first, quick search looks at, and for how many steps.
const QUICK_POOL: usize = 3000;
const QUICK_STEPS: u64 = 300;
/// Among more candidates than this hardly any change is forced, and looking for one costs more than it saves.
const FORCED_POOL: usize = 2000;

pub(super) struct Search<'a, 'b> {
    costs: &'a [Vec<u64>],
    k: u64,
    /// Only plans below this are of interest.
    limit: u64,
    enough: &'a mut dyn FnMut(&[usize]) -> bool,
    budget: &'a mut Budget<'b>,
    pub(super) best: Option<(u64, Vec<usize>)>,
    pub(super) steps: u64,
    stop_at: u64,
    stopped: bool,
    /// For each candidate and fact the choices that keep the candidate, as bits.
    allowed: Vec<u16>,
    /// For each fact, the cost of the cheapest choice of each domain.
    cheapest: Vec<Vec<u64>>,
    excluded: Vec<u32>,
}

/// A candidate in a state.
#[derive(Clone, Copy)]
struct Item {
    residual: u64,
    count: u64,
    key: u64,
    candidate: u32,
}

/// Where a search stands.
struct State {
    /// For each fact, the choices that keep everybody taken in.
    domain: Vec<u16>,
    /// What the cheapest of them cost.
    cost: u64,
    /// How many are kept whatever is chosen from them.
    kept: u64,
    items: Vec<Item>,
}

fn low(domain: u16) -> usize {
    domain.trailing_zeros() as usize
}

impl<'a, 'b> Search<'a, 'b> {
    pub(super) fn new(
        costs: &'a [Vec<u64>],
        k: u64,
        limit: u64,
        enough: &'a mut dyn FnMut(&[usize]) -> bool,
        budget: &'a mut Budget<'b>,
    ) -> Self {
        Self {
            costs,
            k,
            limit,
            enough,
            budget,
            best: None,
            steps: 0,
            stop_at: 0,
            stopped: false,
            allowed: Vec::new(),
            cheapest: costs.to_vec(),
            excluded: Vec::new(),
        }
    }

    /// Searches; gives what every plan (that is below the limit, or was found) costs at least.
    pub(super) fn run(&mut self, pool: &Pool, sets: &Sets<'_>) -> u64 {
        let fixed: u64 = self.costs.iter().filter_map(|c| c.first()).sum();
        let out = self.costs.iter().filter_map(|c| c.last()).sum::<u64>();
        let total: u64 = pool.candidates.iter().map(|c| c.count).sum();
        if total < self.k {
            return u64::MAX;
        }
        // Leaving everything out keeps everybody.
        let all_out: Vec<usize> = self.costs.iter().map(|c| c.len().saturating_sub(1)).collect();
        if out < self.limit && (self.enough)(&all_out) {
            self.limit = out;
            self.best = Some((out, all_out));
        }
        let granted = self.budget.steps;
        if pool.candidates.len() > QUICK_POOL {
            self.stop_at = QUICK_STEPS.min(granted);
            let few: Vec<Candidate> = pool.candidates.iter().take(QUICK_POOL).copied().collect();
            self.start(&few, sets, fixed);
        }
        let limit = self.limit;
        let worth: Vec<Candidate> = pool
            .candidates
            .iter()
            .take_while(|c| fixed.saturating_add(c.cost) < limit)
            .copied()
            .collect();
        self.stop_at = granted;
        self.stopped = false;
        let open = self.start(&worth, sets, fixed);
        self.budget.steps = granted.saturating_sub(self.steps);
        open.min(self.limit)
    }

    fn start(&mut self, candidates: &[Candidate], sets: &Sets<'_>, fixed: u64) -> u64 {
        let facts = self.costs.len();
        self.allowed = Vec::with_capacity(candidates.len() * facts);
        for c in candidates {
            for choices in sets {
                let mut bits = 0u16;
                for (i, set) in choices.iter().enumerate() {
                    let inside =
                        set.as_ref().is_none_or(|s| c.person.is_some_and(|p| s.contains(p)));
                    bits |= u16::from(inside) << i;
                }
                self.allowed.push(bits);
            }
        }
        let domain: Vec<u16> =
            self.costs.iter().map(|c| u16::MAX >> (16 - c.len().min(16))).collect();
        let (mut items, mut kept) = (Vec::with_capacity(candidates.len()), 0);
        for (i, c) in candidates.iter().enumerate() {
            let candidate = u32::try_from(i).unwrap_or(u32::MAX);
            let allowed = self.allowed_of(candidate);
            if domain.iter().zip(allowed).all(|(d, a)| d & !a == 0) {
                kept += c.count;
            } else {
                let key = domain
                    .iter()
                    .zip(allowed)
                    .enumerate()
                    .fold(0, |k, (f, (d, a))| k ^ mark(f, d & a));
                items.push(Item { residual: c.cost, count: c.count, key, candidate });
            }
        }
        self.excluded.clear();
        self.visit(State { domain, cost: fixed, kept, items })
    }

    fn allowed_of(&self, candidate: u32) -> &[u16] {
        let facts = self.costs.len();
        let at = candidate as usize * facts;
        self.allowed.get(at..at + facts).unwrap_or(&[])
    }

    fn least(&self, fact: usize, domain: u16) -> u64 {
        self.cheapest.get(fact).and_then(|c| c.get(low(domain))).copied().unwrap_or(u64::MAX)
    }

    /// Searches below one state. Gives the least that a plan could cost which was not looked at because the time was over;
    /// `u64::MAX` if all were.
    fn visit(&mut self, mut state: State) -> u64 {
        self.steps += 1;
        if self.steps >= self.stop_at || (self.steps.is_multiple_of(16) && (self.budget.over)()) {
            self.stopped = true;
        }
        loop {
            let plan: Vec<usize> = state.domain.iter().map(|d| low(*d)).collect();
            let chosen = |item: &Item| {
                let allowed = self.allowed_of(item.candidate);
                item.residual == 0 && allowed.iter().zip(&plan).all(|(a, at)| a & (1 << at) != 0)
            };
            let more: u64 = state.items.iter().filter(|i| chosen(i)).map(|i| i.count).sum();
            if state.kept + more >= self.k && (self.enough)(&plan) {
                if state.cost < self.limit {
                    self.limit = state.cost;
                    self.best = Some((state.cost, plan));
                }
                return u64::MAX;
            }
            if state.items.len() > FORCED_POOL {
                break;
            }
            let next = self.forced(&state);
            if next == state.domain {
                break;
            }
            if next.contains(&0) {
                return u64::MAX;
            }
            let least = |(f, d): (usize, &u16)| self.least(f, *d);
            let cost = next.iter().enumerate().map(least).sum();
            if cost >= self.limit {
                return u64::MAX;
            }
            state = self.narrow(&state.domain, next, cost, state.kept, &state.items);
        }
        let State { domain, cost, kept, mut items } = state;
        items.sort_unstable_by_key(|i| (i.residual, std::cmp::Reverse(i.count), i.candidate));
        let need = self.k.saturating_sub(kept).max(1);
        let depth = self.excluded.len();
        // The window [at, end) holds just enough people; its last residual bounds what is left of this state.
        let (mut end, mut held) = (0, 0u64);
        let mut open = u64::MAX;
        for at in 0..items.len() {
            while held < need {
                let Some(item) = items.get(end) else { break };
                held += item.count;
                end += 1;
            }
            if held < need {
                break;
            }
            let bound =
                cost + end.checked_sub(1).and_then(|e| items.get(e)).map_or(0, |i| i.residual);
            if bound >= self.limit {
                break;
            }
            if self.stopped {
                open = open.min(bound);
                break;
            }
            let Some(item) = items.get(at).copied() else { break };
            open =
                open.min(self.take(&domain, cost, kept, item, items.get(at + 1..).unwrap_or(&[])));
            self.excluded.push(item.candidate);
            held -= item.count;
        }
        self.excluded.truncate(depth);
        open
    }

    /// The state after taking `item` in.
    fn take(&mut self, domain: &[u16], cost: u64, kept: u64, item: Item, rest: &[Item]) -> u64 {
        let next: Vec<u16> =
            domain.iter().zip(self.allowed_of(item.candidate)).map(|(d, a)| d & a).collect();
        // If somebody who was declared to stay out is kept by everything this state can lead to, then all of that was looked at
        // when they were taken in.
        let comes_back = |e: &u32| next.iter().zip(self.allowed_of(*e)).all(|(d, a)| d & !a == 0);
        if self.excluded.iter().any(comes_back) {
            return u64::MAX;
        }
        let (price, inside) = (cost + item.residual, kept + item.count);
        let state = self.narrow(domain, next, price, inside, rest);
        self.visit(state)
    }

    /// The domains without cheapest choices that too few people allow: whoever survives allows every choice of the plan.
    fn forced(&self, state: &State) -> Vec<u16> {
        let bits: Vec<u16> = state.domain.iter().map(|d| d & d.wrapping_neg()).collect();
        let mut counts = vec![state.kept; bits.len()];
        for item in &state.items {
            let allowed = self.allowed_of(item.candidate);
            for ((n, a), bit) in counts.iter_mut().zip(allowed).zip(&bits) {
                if a & bit != 0 {
                    *n += item.count;
                }
            }
        }
        let domains = state.domain.iter().zip(bits).zip(counts);
        domains.map(|((d, bit), n)| if n < self.k { d & !bit } else { *d }).collect()
    }

    /// A state with smaller domains: what each candidate costs now, without those who cost too much.
    fn narrow(
        &self,
        domain: &[u16],
        next: Vec<u16>,
        cost: u64,
        kept: u64,
        items: &[Item],
    ) -> State {
        let changed: Vec<(usize, u16, u16)> = domain
            .iter()
            .zip(&next)
            .enumerate()
            .filter(|(_, (d, n))| d != n)
            .map(|(f, (d, n))| (f, *d, *n))
            .collect();
        let mut state = State { domain: next, cost, kept, items: Vec::with_capacity(items.len()) };
        for item in items {
            let allowed = self.allowed_of(item.candidate);
            let (mut residual, mut key) = (item.residual, item.key);
            for (f, d, n) in &changed {
                let a = allowed.get(*f).copied().unwrap_or(u16::MAX);
                residual += self.least(*f, n & a) - self.least(*f, *n);
                residual -= self.least(*f, d & a) - self.least(*f, *d);
                key ^= mark(*f, d & a) ^ mark(*f, n & a);
            }
            if residual == 0 && state.domain.iter().zip(allowed).all(|(d, a)| d & !a == 0) {
                state.kept += item.count;
            } else if cost + residual < self.limit {
                state.items.push(Item { residual, key, ..*item });
            }
        }
        self.merge(&state.domain, &mut state.items);
        state
    }

    /// Puts candidates together that have become equal.
    fn merge(&self, domain: &[u16], items: &mut Vec<Item>) {
        items.sort_unstable_by_key(|i| (i.residual, i.key, i.candidate));
        items.dedup_by(|b, a| {
            let same = a.residual == b.residual && a.key == b.key && {
                let (x, y) = (self.allowed_of(a.candidate), self.allowed_of(b.candidate));
                domain.iter().zip(x.iter().zip(y)).all(|(d, (x, y))| d & x == d & y)
            };
            if same {
                a.count += b.count;
            }
            same
        });
    }
}

/// A number for "this fact has this domain"; equal states of a candidate have equal sums of them, the rest is compared in full.
fn mark(fact: usize, domain: u16) -> u64 {
    let mut z = ((fact as u64) << 16 | u64::from(domain))
        .wrapping_add(1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
