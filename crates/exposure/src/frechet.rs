//! How many people are in circles of which some are only estimated.
//!
//! Two groups of which nothing but the sizes is known overlap in no less than |A| + |B| − N and no more than the smaller of the two
//! (Fréchet 1935). Nothing narrower may be claimed: multiplying their shares would assume that the groups have nothing to do with
//! each other, and people who go to one meeting go to the other as well. Written as *misses*, the lower bound is a chain that
//! takes further knowledge in at each step:
//!
//! > |C₀ ∩ C₁ ∩ … ∩ Cᵣ| ≥ |C₀| − Σ |Cₚ₍ⱼ₎ \ Cⱼ|, where p(j) is any circle earlier in the chain.
//!
//! Each miss is bounded by sizes (|A \ B| ≤ |A|, |A \ B| ≤ N − |B|), by the group an estimate is drawn from, by a lattice (a finer
//! wording's circle lies in the coarser one's) and by the answers to overlap questions. Any order of the chain gives a valid bound;
//! we start it at each circle in turn, take the smallest miss next, and keep the best.

use roaring::RoaringBitmap;

use crate::circle::{Answer, Extent, Overlap};
use crate::crowd::Crowd;
use crate::{Bounds, CircleId, Ledger};

/// Sizes of an estimate up to which each is tried by itself; a wider one is bounded by its ends.
const TRIED_SINGLY: u64 = 64;

/// How many of `crowd` are in all the estimated circles.
pub(crate) fn count(ledger: &Ledger, crowd: &Crowd, estimated: &[CircleId]) -> Bounds {
    count_if(ledger, crowd, estimated, None)
}

/// The same, supposing one more answer.
pub(crate) fn count_if(
    ledger: &Ledger,
    crowd: &Crowd,
    estimated: &[CircleId],
    supposed: Option<&Overlap>,
) -> Bounds {
    if estimated.is_empty() {
        return crowd.size();
    }
    let crowd = crowd.within_groups(ledger, estimated);
    let answers: Vec<_> = ledger
        .overlaps()
        .iter()
        .chain(supposed)
        .map(|o| Known::of(ledger, o))
        .chain(lattices(ledger))
        .collect();
    let problem = Problem { ledger, crowd: &crowd, estimated, answers: &answers };
    let hi = problem.most();
    Bounds::between(problem.least().min(hi), hi)
}

/// An answer, or what a lattice implies, with the people looked up.
struct Known<'a> {
    of: Side,
    inside: Inside<'a>,
    answer: Answer,
}

enum Side {
    People(RoaringBitmap),
    Estimate(CircleId),
}

enum Inside<'a> {
    People(&'a RoaringBitmap),
    Estimate(CircleId),
}

impl<'a> Known<'a> {
    fn of(ledger: &'a Ledger, overlap: &Overlap) -> Self {
        let mut lists = overlap.of.iter().filter_map(|id| ledger.people_in(*id));
        let of = match (lists.next(), overlap.of.first()) {
            (None, Some(id)) => Side::Estimate(*id),
            (None, None) => Side::People(RoaringBitmap::new()),
            (Some(first), _) => Side::People(lists.fold(first.clone(), |all, next| all & next)),
        };
        let inside = ledger
            .people_in(overlap.inside)
            .map_or(Inside::Estimate(overlap.inside), Inside::People);
        Self { of, inside, answer: overlap.answer }
    }
}

fn lattices(ledger: &Ledger) -> impl Iterator<Item = Known<'_>> {
    ledger.contained().map(|(finer, coarser)| {
        Known::of(ledger, &Overlap { of: vec![finer], inside: coarser, answer: Answer::All })
    })
}

/// Of `n` people, at most how many were not in the group, given the answer.
fn missed(answer: Answer, n: u64) -> u64 {
    match answer {
        Answer::All => 0,
        Answer::Most => n.div_ceil(2).saturating_sub(1),
        Answer::Some => n.saturating_sub(1),
        Answer::Nobody | Answer::DontKnow => n,
    }
}

struct Problem<'a> {
    ledger: &'a Ledger,
    crowd: &'a Crowd,
    estimated: &'a [CircleId],
    answers: &'a [Known<'a>],
}

impl Problem<'_> {
    fn size(&self, id: CircleId) -> Bounds {
        let all = self.ledger.everybody().hi();
        self.ledger
            .size_of(id)
            .map_or(Bounds::NONE, |b| Bounds::between(b.lo().min(all), b.hi().min(all)))
    }

    fn group(&self, id: CircleId) -> Option<&RoaringBitmap> {
        match self.ledger.extent(id) {
            Some(Extent::Estimate { within: Some(group), .. }) => self.ledger.people_in(*group),
            _ => None,
        }
    }

    /// The most that can be left.
    fn most(&self) -> u64 {
        let mut hi = self.crowd.size().hi();
        for id in self.estimated {
            hi = hi.min(self.size(*id).hi());
        }
        for known in self.answers.iter().filter(|k| k.answer == Answer::Nobody) {
            // Nobody is in both; so those left are outside the side that is a list, or nobody at all.
            let limit = match (&known.of, &known.inside) {
                (Side::People(a), Inside::Estimate(b)) if self.estimated.contains(b) => {
                    self.crowd.outside(a)
                }
                (Side::Estimate(a), Inside::People(b)) if self.estimated.contains(a) => {
                    self.crowd.outside(b)
                }
                (Side::Estimate(a), Inside::Estimate(b))
                    if self.estimated.contains(a) && self.estimated.contains(b) =>
                {
                    0
                }
                _ => hi,
            };
            hi = hi.min(limit);
        }
        hi
    }

    /// The least that can be left: the best chain.
    fn least(&self) -> u64 {
        let mut best = self.by_list(self.crowd);
        for known in self.answers {
            if let (Side::People(a), Inside::Estimate(b)) = (&known.of, &known.inside)
                && self.estimated.contains(b)
                && !matches!(known.answer, Answer::Nobody | Answer::DontKnow)
            {
                let mut part = self.crowd.clone();
                part.narrow(a);
                best = best.max(self.by_list(&part));
            }
        }
        for (at, id) in self.estimated.iter().enumerate() {
            let size = self.size(*id);
            let value = if size.hi() - size.lo() <= TRIED_SINGLY {
                (size.lo()..=size.hi()).map(|n| self.by_estimate(at, n, n)).min().unwrap_or(0)
            } else {
                self.by_estimate(at, size.lo(), size.hi())
            };
            best = best.max(value);
        }
        best
    }

    /// A chain that starts with people known by list.
    fn by_list(&self, start: &Crowd) -> u64 {
        let size = start.size();
        let first = |id: CircleId| {
            let mut miss = size.hi().min(self.miss_by_size(id));
            for known in self.answers {
                if let (Side::People(a), Inside::Estimate(b)) = (&known.of, &known.inside)
                    && *b == id
                {
                    miss = miss.min(start.outside(a).saturating_add(missed(known.answer, a.len())));
                }
            }
            miss
        };
        let mut cost: Vec<u64> = self.estimated.iter().map(|id| first(*id)).collect();
        let mut left: Vec<bool> = vec![true; cost.len()];
        size.lo().saturating_sub(self.chain(&mut cost, &mut left))
    }

    /// A chain that starts with an estimated circle of `lo` to `hi` people.
    fn by_estimate(&self, start: usize, lo: u64, hi: u64) -> u64 {
        let Some(id) = self.estimated.get(start).copied() else { return 0 };
        // First the step to the listed circles; from then on everybody is in every group that an estimate is drawn from.
        let mut miss = hi.min(self.ledger.everybody().hi().saturating_sub(self.crowd.size().lo()));
        if self.crowd.whole {
            miss = 0;
        }
        if let Some(group) = self.group(id) {
            miss = miss.min(group.difference_len(&self.crowd.people));
        }
        for known in self.answers {
            if let (Side::Estimate(a), Inside::People(b)) = (&known.of, &known.inside)
                && *a == id
            {
                miss = miss.min(
                    b.difference_len(&self.crowd.people).saturating_add(missed(known.answer, hi)),
                );
            }
        }
        let first = |other: CircleId| {
            hi.min(self.miss_by_size(other)).min(self.miss_between(id, other, hi))
        };
        let mut cost: Vec<u64> = self.estimated.iter().map(|other| first(*other)).collect();
        let mut left: Vec<bool> = (0..cost.len()).map(|i| i != start).collect();
        lo.saturating_sub(miss.saturating_add(self.chain(&mut cost, &mut left)))
    }

    /// Places the remaining circles, the cheapest first, and adds up the misses.
    fn chain(&self, cost: &mut [u64], left: &mut [bool]) -> u64 {
        let mut total = 0u64;
        loop {
            let next = cost
                .iter()
                .zip(left.iter())
                .enumerate()
                .filter(|(_, (_, left))| **left)
                .map(|(i, (c, _))| (*c, i))
                .min();
            let Some((miss, at)) = next else { return total };
            total = total.saturating_add(miss);
            if let Some(flag) = left.get_mut(at) {
                *flag = false;
            }
            let Some(from) = self.estimated.get(at).copied() else { return total };
            let hi = self.size(from).hi();
            for (c, other) in cost.iter_mut().zip(self.estimated) {
                *c = (*c).min(self.miss_between(from, *other, hi));
            }
        }
    }

    /// At most how many of anybody are outside this estimate, from sizes alone.
    fn miss_by_size(&self, id: CircleId) -> u64 {
        let room = self.group(id).map_or_else(|| self.ledger.everybody().hi(), RoaringBitmap::len);
        room.saturating_sub(self.size(id).lo())
    }

    /// At most how many of one estimated circle of `n` people are outside another one.
    fn miss_between(&self, from: CircleId, to: CircleId, n: u64) -> u64 {
        let said = self.answers.iter().filter_map(|known| match (&known.of, &known.inside) {
            (Side::Estimate(a), Inside::Estimate(b)) if *a == from && *b == to => {
                Some(missed(known.answer, n))
            }
            _ => None,
        });
        said.min().unwrap_or(u64::MAX).min(n)
    }
}
