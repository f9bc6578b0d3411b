//! How strongly the published words point at each person.
//!
//! Before anything is published everybody is equally likely to be the source. A person who is in the circle of an origin gives what
//! came from it with probability 1 − δ, a person outside with probability ε; origins are weighed one after the other, facts of one
//! origin once. What an adversary gains is read off the largest posterior, because one guess is all that is needed: min-entropy
//! (Smith, "On the Foundations of Quantitative Information Flow", FoSSaCS 2009; Rényi 1961, order ∞), given here as the crowd it
//! equals, k∞ = 1 / max posterior. Shannon's entropy (Serjantov and Danezis 2002; Díaz et al. 2002) is shown beside it and decides
//! nothing: with ½ on one person and the rest spread over a million others it says 2,000 where k∞ says 2.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use roaring::RoaringBitmap;

use crate::crowd::{Crowd, Disclosed};
use crate::fact::Mention;
use crate::scaled::Scaled;
use crate::{Bounds, CircleId, FactId, Ledger, OriginId, PersonId, SourceId, Span, frechet};

/// How strongly the published words point at people, with each circle's own δ and ε.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// k∞ = 1 / max posterior. None if nobody could have told this and no hearsay is allowed for.
    pub k: Option<Span>,
    /// 1 / posterior of each source whom the desk knows; infinite if the ledger rules that person out.
    pub sources: Vec<(SourceId, Span)>,
    /// 2^entropy, for display only. Not given when circles are estimated.
    pub even_crowd: Option<f64>,
}

/// What came from one origin: one piece of evidence, however many facts.
pub(crate) struct Evidence<'a> {
    pub(crate) listed: Option<Cow<'a, RoaringBitmap>>,
    pub(crate) estimated: Vec<CircleId>,
    /// Who gave facts of it.
    pub(crate) told_by: Vec<SourceId>,
    epsilon: u16,
    delta: u16,
}

/// A fact without an origin is one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Named(OriginId),
    Fact(FactId),
}

impl Evidence<'_> {
    /// ε / (1 − δ): how much less likely than an insider somebody outside is. The most telling of the rates of an origin's circles.
    fn outsider(&self) -> f64 {
        f64::from(self.epsilon) / f64::from(1000 - self.delta)
    }
}

/// Groups mentions by origin.
pub(crate) fn evidence<'a, 'm>(
    ledger: &'a Ledger,
    mentions: impl Iterator<Item = &'m Mention>,
) -> Vec<Evidence<'a>> {
    let mut groups: BTreeMap<Origin, (Vec<CircleId>, Vec<SourceId>)> = BTreeMap::new();
    for m in mentions {
        let (Some(fact), Some(circle)) = (ledger.resolved(m.fact), ledger.circle_of(m)) else {
            continue;
        };
        let group =
            groups.entry(fact.origin.map_or(Origin::Fact(m.fact), Origin::Named)).or_default();
        group.0.push(circle);
        group.1.extend(fact.source);
    }
    let build = |(circles, mut told_by): (Vec<CircleId>, Vec<SourceId>)| {
        told_by.sort_unstable();
        told_by.dedup();
        let rates = || circles.iter().filter_map(|c| ledger.circle_entry(*c));
        let disclosed = Disclosed::circles(ledger, circles.iter().copied());
        let listed = match disclosed.listed.as_slice() {
            [] => None,
            [one] => ledger.people_in(*one).map(Cow::Borrowed),
            _ => Some(Cow::Owned(disclosed.crowd(ledger).people)),
        };
        Evidence {
            listed,
            estimated: disclosed.estimated,
            told_by,
            epsilon: rates().map(|c| c.epsilon.in_a_thousand()).min().unwrap_or(0),
            delta: rates().map(|c| c.delta.in_a_thousand()).min().unwrap_or(0),
        }
    };
    groups.into_values().map(build).collect()
}

/// People who stand alike: in as many circles of each rate.
struct Class {
    weight: Scaled,
    count: u64,
}

/// For each rate, how many of its origins a person is in.
struct Rates<'a> {
    rate: f64,
    sets: Vec<&'a RoaringBitmap>,
}

pub(crate) fn posterior(ledger: &Ledger, all: &[Evidence<'_>]) -> Posterior {
    // Where outsiders are impossible (ε = 0), only insiders count; only they are weighed by the other origins.
    let mut possible = Crowd::everybody(ledger);
    let mut rates: Vec<Rates<'_>> = Vec::new();
    for evidence in all {
        let Some(set) = evidence.listed.as_deref() else { continue };
        let rate = evidence.outsider();
        if rate == 0.0 {
            possible.narrow(set);
        } else {
            match rates.iter_mut().find(|r| r.rate == rate) {
                Some(r) => r.sets.push(set),
                None => rates.push(Rates { rate, sets: vec![set] }),
            }
        }
    }
    let mut classes = classes(&possible.people, &rates);
    let stranger =
        rates.iter().fold(Scaled::ONE, |w, r| w.times(Scaled::new(r.rate).power(len(&r.sets))));
    let listed: u64 = classes.iter().map(|c| c.count).sum();
    if listed == 0 && possible.others.hi() == 0 {
        let sources = known(ledger, all)
            .map(|(id, _)| (id, Span { lo: f64::INFINITY, hi: f64::INFINITY }))
            .collect();
        return Posterior { k: None, sources, even_crowd: None };
    }
    classes.sort_by(|a, b| {
        if a.weight.less_than(b.weight) {
            std::cmp::Ordering::Greater
        } else if b.weight.less_than(a.weight) {
            std::cmp::Ordering::Less
        } else {
            std::cmp::Ordering::Equal
        }
    });
    let top = classes.first().map_or(stranger, |c| c.weight);
    // Shares relative to the likeliest person, largest first; those on no list are the least likely of all.
    let shares: Vec<(f64, u64)> = classes.iter().map(|c| (c.weight.over(top), c.count)).collect();
    let alien = stranger.over(top);
    let total = |others: u64| {
        shares.iter().map(|(w, n)| w * to_f64(*n)).sum::<f64>() + alien * to_f64(others)
    };
    let sum = Span { lo: total(possible.others.lo()), hi: total(possible.others.hi()) };
    let estimated: Vec<CircleId> = all.iter().flat_map(|e| e.estimated.iter().copied()).collect();
    let k = if estimated.is_empty() {
        sum
    } else {
        with_estimates(ledger, all, &shares, (alien, possible.others), sum)
    };
    let even = (estimated.is_empty() && possible.others.is_exact())
        .then(|| even_crowd(&shares, (alien, possible.others.lo()), sum.lo));
    let sources = known(ledger, all)
        .map(|(id, person)| (id, one_over(all, &possible, &rates, id, person, (k, top))))
        .collect();
    Posterior { k: Some(k), sources, even_crowd: even }
}

fn classes(possible: &RoaringBitmap, rates: &[Rates<'_>]) -> Vec<Class> {
    let people = possible.max().map_or(0, |m| m as usize + 1);
    let mut state = vec![0u32; if rates.is_empty() { 0 } else { people }];
    // Each state is a tuple of hit counts, built up rate by rate; its weight is kept beside it.
    let mut weights = vec![Scaled::ONE];
    for r in rates {
        let hits = tally(possible, people, &r.sets);
        let mut states = States::new(weights.len(), r.sets.len() + 1);
        let mut next = Vec::new();
        for p in possible {
            let (Some(s), Some(h)) = (state.get_mut(p as usize), hits.get(p as usize)) else {
                continue;
            };
            let fresh = u32::try_from(next.len()).unwrap_or(u32::MAX);
            let id = states.get_or(*s, *h, fresh);
            if id == fresh {
                let before = weights.get(*s as usize).copied().unwrap_or(Scaled::ONE);
                next.push(before.times(Scaled::new(r.rate).power(len(&r.sets) - *h)));
            }
            *s = id;
        }
        weights = next;
    }
    if rates.is_empty() {
        return vec![Class { weight: Scaled::ONE, count: possible.len() }]
            .into_iter()
            .filter(|c| c.count > 0)
            .collect();
    }
    let mut counts = vec![0u64; weights.len()];
    for p in possible {
        if let Some(n) = state.get(p as usize).and_then(|s| counts.get_mut(*s as usize)) {
            *n += 1;
        }
    }
    weights.into_iter().zip(counts).map(|(weight, count)| Class { weight, count }).collect()
}

/// Numbers for pairs of a state and a hit count: in a table while that is small, because millions of people are looked up.
enum States {
    Table(Vec<u32>, usize),
    Map(HashMap<(u32, u32), u32>),
}

impl States {
    fn new(states: usize, hits: usize) -> Self {
        match states.checked_mul(hits).filter(|n| *n <= 1 << 22) {
            Some(n) => Self::Table(vec![u32::MAX; n], hits),
            None => Self::Map(HashMap::new()),
        }
    }

    /// The number of this pair, which is `fresh` if it has none yet.
    fn get_or(&mut self, state: u32, hit: u32, fresh: u32) -> u32 {
        match self {
            Self::Map(map) => *map.entry((state, hit)).or_insert(fresh),
            Self::Table(table, hits) => {
                match table.get_mut(state as usize * *hits + hit as usize) {
                    Some(id) => {
                        if *id == u32::MAX {
                            *id = fresh;
                        }
                        *id
                    }
                    None => fresh,
                }
            }
        }
    }
}

/// In how many of the sets each of the people is, by number. Goes over the smaller side of each set.
pub(crate) fn tally(among: &RoaringBitmap, people: usize, sets: &[&RoaringBitmap]) -> Vec<u32> {
    let mut hits = vec![0u32; people];
    let mut base = 0u32;
    let size = among.len();
    let mut add = |side: &RoaringBitmap, step: u32| {
        for p in side {
            if let Some(h) = hits.get_mut(p as usize) {
                *h = h.wrapping_add(step);
            }
        }
    };
    for set in sets {
        if set.len() <= size / 2 {
            // A small set is gone through as it is: hits of people who are not asked about do no harm.
            add(set, 1);
        } else if among.intersection_len(set) <= size / 2 {
            add(&(among & *set), 1);
        } else {
            base += 1;
            add(&(among - *set), u32::MAX);
        }
    }
    if base > 0 {
        for h in &mut hits {
            *h = h.wrapping_add(base);
        }
    }
    hits
}

/// k∞ when some circles are estimates, over all completions in which somebody could have told everything: that person's weight is
/// the largest there is, so that k∞ is the sum of all weights relative to it.
fn with_estimates(
    ledger: &Ledger,
    all: &[Evidence<'_>],
    shares: &[(f64, u64)],
    others: (f64, Bounds),
    sum: Span,
) -> Span {
    let mut crowd = Crowd::everybody(ledger);
    for e in all {
        if let Some(set) = &e.listed {
            crowd.narrow(set);
        }
    }
    let mut estimated: Vec<CircleId> =
        all.iter().flat_map(|e| e.estimated.iter().copied()).collect();
    estimated.sort_unstable();
    estimated.dedup();
    let left = frechet::count(ledger, &crowd, &estimated);
    if left.hi() == 0 {
        return Span { lo: 1.0, hi: to_f64(ledger.everybody().hi()).max(1.0) };
    }
    let sure = to_f64(left.lo().max(1));
    let outsider: f64 =
        all.iter().filter(|e| !e.estimated.is_empty()).map(Evidence::outsider).product();
    let lo = sure * (1.0 - outsider) + sum.lo * outsider;
    let mut hi = sum.hi;
    for e in all.iter().filter(|e| e.listed.is_none()) {
        for size in e.estimated.iter().filter_map(|id| ledger.size_of(*id)) {
            // At most this many are inside, at best the likeliest; the rest are outsiders to this origin.
            let mut room = size.hi();
            let mut inside = 0.0;
            for (w, n) in shares.iter().copied().chain([(others.0, others.1.hi())]) {
                let take = n.min(room);
                room -= take;
                inside += w * to_f64(take);
            }
            hi = hi.min(inside + e.outsider() * (sum.hi - inside));
        }
    }
    Span { lo: lo.max(1.0).min(hi), hi }
}

fn one_over(
    all: &[Evidence<'_>],
    possible: &Crowd,
    rates: &[Rates<'_>],
    source: SourceId,
    person: PersonId,
    k: (Span, Scaled),
) -> Span {
    if !possible.people.contains(person.0) {
        return Span { lo: f64::INFINITY, hi: f64::INFINITY };
    }
    let missed = |r: &Rates<'_>| {
        len(&r.sets)
            - u32::try_from(r.sets.iter().filter(|s| s.contains(person.0)).count()).unwrap_or(0)
    };
    let weight = rates
        .iter()
        .fold(Scaled::ONE, |w, r| w.times(Scaled::new(r.rate).power(missed(r))))
        .over(k.1);
    // An estimated circle holds those who told what came from it; about other people it says nothing.
    let unsure = all.iter().filter(|e| !e.estimated.is_empty() && !e.told_by.contains(&source));
    let least: f64 = unsure.map(Evidence::outsider).product();
    Span { lo: k.0.lo / weight, hi: k.0.hi / (weight * least) }
}

/// The sources of these mentions whom the desk knows.
pub(crate) fn known<'a>(
    ledger: &'a Ledger,
    all: &[Evidence<'_>],
) -> impl Iterator<Item = (SourceId, PersonId)> + 'a {
    let mut ids: Vec<_> = all.iter().flat_map(|e| e.told_by.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter_map(|id| {
        ledger.sources().get(id.0 as usize).and_then(|s| s.person).map(|p| (id, p))
    })
}

fn even_crowd(shares: &[(f64, u64)], others: (f64, u64), sum: f64) -> f64 {
    let terms = shares.iter().copied().chain([others]).filter(|(w, n)| *w > 0.0 && *n > 0);
    let entropy: f64 = terms.map(|(w, n)| -to_f64(n) * (w / sum) * (w / sum).log2()).sum();
    entropy.exp2()
}

fn len(sets: &[&RoaringBitmap]) -> u32 {
    u32::try_from(sets.len()).unwrap_or(u32::MAX)
}

/// Counts of people are far below 2^53, where doubles stop being exact.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn to_f64(n: u64) -> f64 {
    n as f64
}
