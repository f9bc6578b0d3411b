//! When no one person could have told everything: explanations with several sources, and with hearsay.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use crate::posterior::tally;

/// Beyond this many origins, or kinds of people, the search for explanations is not made.
const MOST_ORIGINS: usize = 64;
const MOST_KINDS: usize = 4096;

/// The people whom an explanation singles out most.
#[derive(Debug, PartialEq)]
pub(crate) enum Shared {
    /// The smallest group of people who know the same origins, among all explanations by at most so many sources.
    Group(RoaringBitmap),
    /// No such number of people could have told everything.
    Nobody,
    /// Too many origins to look at every explanation.
    Unknown,
}

/// The origins each person knows, as bits.
fn kinds(sets: &[&RoaringBitmap]) -> BTreeMap<u64, RoaringBitmap> {
    let mut all = RoaringBitmap::new();
    for set in sets {
        all |= *set;
    }
    // Refining by one origin at a time keeps each kind as a set, so that a million people of one kind are one entry.
    let mut kinds = BTreeMap::from([(0u64, all)]);
    for (i, set) in sets.iter().enumerate() {
        let mut next = BTreeMap::new();
        for (bits, people) in kinds {
            let inside = &people & *set;
            let outside = people - *set;
            for (key, part) in [(bits | (1 << i), inside), (bits, outside)] {
                if !part.is_empty() {
                    next.insert(key, part);
                }
            }
        }
        kinds = next;
        if kinds.len() > MOST_KINDS {
            return BTreeMap::new();
        }
    }
    kinds
}

/// Explanations by at most `most` people, each of whom told at least one origin.
///
/// Only people whose set of known origins is not contained in somebody else's matter: replacing a person by one who knows more
/// keeps an explanation whole, and makes the group who know all of it smaller, never larger.
pub(crate) fn shared(sets: &[&RoaringBitmap], most: u32) -> Shared {
    if sets.len() > MOST_ORIGINS {
        return Shared::Unknown;
    }
    let kinds = kinds(sets);
    if kinds.is_empty() {
        return Shared::Unknown;
    }
    let greatest: Vec<u64> =
        kinds.keys().copied().filter(|k| !kinds.keys().any(|l| l != k && l & k == *k)).collect();
    let everything = if sets.len() == 64 { u64::MAX } else { (1u64 << sets.len()) - 1 };
    let mut best: Option<&RoaringBitmap> = None;
    for kind in &greatest {
        let Some(people) = kinds.get(kind) else { continue };
        if best.is_some_and(|b| b.len() <= people.len()) {
            continue;
        }
        if covered(everything & !kind, &greatest, most.saturating_sub(1)) {
            best = Some(people);
        }
    }
    best.map_or(Shared::Nobody, |b| Shared::Group(b.clone()))
}

/// Whether at most `most` kinds of people know all of `rest` together.
fn covered(rest: u64, kinds: &[u64], most: u32) -> bool {
    if rest == 0 {
        return true;
    }
    if most == 0 {
        return false;
    }
    // Somebody must know the first of them: try each who does.
    let first = rest & rest.wrapping_neg();
    kinds.iter().filter(|k| **k & first != 0).any(|k| covered(rest & !k, kinds, most - 1))
}

/// Those who miss the fewest origins: whom one-source reasoning turns to when nobody knew everything and a little hearsay is
/// allowed for (the limit ε → 0).
pub(crate) fn fewest_missed(sets: &[&RoaringBitmap]) -> RoaringBitmap {
    let mut all = RoaringBitmap::new();
    for set in sets {
        all |= *set;
    }
    let people = all.max().map_or(0, |m| m as usize + 1);
    let hits = tally(&all, people, sets);
    let of = |p: u32| hits.get(p as usize).copied().unwrap_or(0);
    let most = all.iter().map(of).max().unwrap_or(0);
    all.iter().filter(|p| of(*p) == most).collect()
}

/// Those who know every one of these origins.
pub(crate) fn who_know(sets: &[&RoaringBitmap]) -> Option<RoaringBitmap> {
    let (first, rest) = sets.split_first()?;
    Some(rest.iter().fold((*first).clone(), |all, next| all & *next))
}

/// Whether this person and at most `most` others could have told everything together.
pub(crate) fn with_help(sets: &[&RoaringBitmap], person: u32, most: u32) -> Option<bool> {
    if sets.len() > MOST_ORIGINS {
        return None;
    }
    let kinds = kinds(sets);
    if kinds.is_empty() {
        return None;
    }
    let mut rest = 0u64;
    for (i, set) in sets.iter().enumerate() {
        if !set.contains(person) {
            rest |= 1 << i;
        }
    }
    let all: Vec<u64> = kinds.into_keys().collect();
    Some(covered(rest, &all, most))
}
