//! The people who could be brought back, those with the same needs merged into one candidate.

use std::collections::HashMap;

use roaring::RoaringBitmap;

use super::options::Sets;
use crate::crowd::Crowd;

/// People with the same needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    /// One of them; none for people on no list.
    pub(super) person: Option<u32>,
    /// How many they are.
    pub(super) count: u64,
    /// What it costs to keep them, by themselves.
    pub(super) cost: u64,
}

/// All candidates, the cheapest first.
pub(super) struct Pool {
    pub(super) candidates: Vec<Candidate>,
}

/// Two streams of numbers that look random and are the same on every machine (SplitMix64).
fn token(n: u64) -> u128 {
    let mix = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let (a, b) = (n.wrapping_mul(2).wrapping_add(1), n.wrapping_mul(2).wrapping_add(2));
    let step = 0x9e37_79b9_7f4a_7c15u64;
    (u128::from(mix(a.wrapping_mul(step))) << 64) | u128::from(mix(b.wrapping_mul(step)))
}

impl Pool {
    pub(super) fn of(base: &Crowd, sets: &Sets<'_>, costs: &[Vec<u64>]) -> Self {
        // Each person gets the sum (exclusive or) of the tokens of the sets they are in; equal sums are equal needs. With 128 bits
        // two different ones among a hundred million would meet once in 10²² ledgers.
        let people = base.people.max().map_or(0, |m| m as usize + 1);
        let mut keys = vec![0u128; people];
        let mut number = 0u64;
        for set in sets.iter().flatten().flatten() {
            number += 1;
            let t = token(number);
            for p in smaller_side(&base.people, set).0 {
                if let Some(key) = keys.get_mut(p as usize) {
                    *key ^= t;
                }
            }
        }
        let mut groups: HashMap<u128, u32> = HashMap::new();
        let mut candidates: Vec<Candidate> = Vec::new();
        for p in &base.people {
            let Some(key) = keys.get(p as usize) else { continue };
            let fresh = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
            let at = *groups.entry(*key).or_insert(fresh);
            if at == fresh {
                candidates.push(Candidate { person: Some(p), count: 0, cost: 0 });
            }
            if let Some(c) = candidates.get_mut(at as usize) {
                c.count += 1;
            }
        }
        drop(keys);
        price(&mut candidates, people, sets, costs);
        if base.others.lo() > 0 {
            let free = |(cs, ss): (&Vec<u64>, &Vec<Option<_>>)| {
                cs.iter().zip(ss).find(|(_, s)| s.is_none()).map_or(0, |(c, _)| *c)
            };
            let cheapest = |cs: &Vec<u64>| cs.first().copied().unwrap_or(0);
            let cost = costs.iter().zip(sets).map(|(c, s)| free((c, s)) - cheapest(c)).sum();
            candidates.push(Candidate { person: None, count: base.others.lo(), cost });
        }
        candidates.sort_by_key(|c| (c.cost, std::cmp::Reverse(c.count), c.person));
        Self { candidates }
    }
}

/// What each candidate costs by itself: for each fact the cheapest choice that keeps them.
fn price(candidates: &mut [Candidate], people: usize, sets: &Sets<'_>, costs: &[Vec<u64>]) {
    let mut costs_of = vec![0u64; people];
    let one_each: RoaringBitmap = candidates.iter().filter_map(|c| c.person).collect();
    for (choices, costs) in sets.iter().zip(costs) {
        let base = costs.first().copied().unwrap_or(0);
        // Whoever is in none of the cheaper choices pays for the next one.
        let mut rest = one_each.clone();
        let mut paid = base;
        for (set, cost) in choices.iter().zip(costs) {
            if *cost > paid {
                for p in &rest {
                    if let Some(c) = costs_of.get_mut(p as usize) {
                        *c += cost - paid;
                    }
                }
                paid = *cost;
            }
            match set {
                Some(set) => rest -= set.as_ref(),
                None => break,
            }
        }
    }
    for c in candidates.iter_mut() {
        if let Some(cost) = c.person.and_then(|p| costs_of.get(p as usize)) {
            c.cost = *cost;
        }
    }
}

/// The smaller of "inside" and "outside", and whether it is the inside.
fn smaller_side(base: &RoaringBitmap, set: &RoaringBitmap) -> (RoaringBitmap, bool) {
    if base.intersection_len(set) <= base.len() / 2 {
        (base & set, true)
    } else {
        (base - set, false)
    }
}
