//! The ledger in parts: what rests on one source alone lies under that source's key, and is gone when it is destroyed.

use std::collections::{BTreeMap, BTreeSet};

use check::ledger::document::{Fact, Ledger, Mark};

use crate::hold::Fixed;

/// Splits a ledger: the rest, and a part for each source with the facts that are marked only in drafts that rest on it alone, their
/// marks, and what went out of nothing else. Joined, the parts say the same as the whole.
pub(super) fn split(
    whole: &Ledger,
    lone: &BTreeMap<String, Fixed<16>>,
) -> (Ledger, BTreeMap<Fixed<16>, Ledger>) {
    let owner = |mark: &Mark| mark.draft.as_ref().and_then(|draft| lone.get(draft)).copied();
    let mut owners: BTreeMap<&str, BTreeSet<Option<Fixed<16>>>> = BTreeMap::new();
    for mark in &whole.mark {
        owners.entry(&mark.fact).or_default().insert(owner(mark));
    }
    let of = |fact: &str| -> Option<Fixed<16>> {
        let owners = owners.get(fact)?;
        (owners.len() == 1).then(|| owners.first().copied().flatten()).flatten()
    };
    let mut parts: BTreeMap<Fixed<16>, Ledger> = BTreeMap::new();
    let mut rest = whole.clone();
    rest.fact.retain(|fact: &Fact| match of(&fact.name) {
        Some(source) => {
            parts.entry(source).or_default().fact.push(fact.clone());
            false
        }
        None => true,
    });
    rest.mark.retain(|mark| match of(&mark.fact) {
        Some(source) => {
            parts.entry(source).or_default().mark.push(mark.clone());
            false
        }
        None => true,
    });
    rest.release.retain(|release| {
        let owners: BTreeSet<_> = release.gave.iter().map(|gave| of(&gave.fact)).collect();
        match owners.first() {
            Some(Some(source)) if owners.len() == 1 => {
                parts.entry(*source).or_default().release.push(release.clone());
                false
            }
            _ => true,
        }
    });
    (rest, parts)
}

#[cfg(test)]
mod tests {
    use check::{
        Loaded,
        ledger::document::{Gave, Release, ReleaseKind},
    };

    use super::*;

    fn fact(name: &str) -> Fact {
        Fact { name: name.into(), ..Fact::default() }
    }

    fn mark(fact: &str, draft: &str) -> Mark {
        let (fact, draft) = (fact.into(), Some(draft.into()));
        Mark { fact, draft, quote: "words".into(), ..Mark::default() }
    }

    #[test]
    fn joined_it_says_the_same() {
        let gave = |facts: &[&str]| Release {
            name: facts.join(" "),
            kind: ReleaseKind::Story,
            at: "2026-11-29".parse().unwrap(),
            audience: None,
            gave: facts.iter().map(|f| Gave { fact: (*f).into(), wording: "w".into() }).collect(),
        };
        let whole = Ledger {
            fact: vec![fact("own"), fact("both"), fact("free"), fact("unmarked")],
            mark: vec![
                mark("own", "lone"),
                mark("both", "lone"),
                mark("both", "other"),
                mark("free", "other"),
            ],
            release: vec![gave(&["own"]), gave(&["own", "free"])],
            ..Ledger::default()
        };
        let source = Fixed([7; 16]);
        let lone = BTreeMap::from([("lone".to_owned(), source)]);
        let (rest, parts) = split(&whole, &lone);
        let part = &parts[&source];
        let names = |ledger: &Ledger| -> Vec<String> {
            ledger.fact.iter().map(|fact| fact.name.clone()).collect()
        };
        assert_eq!(names(part), ["own"]);
        assert_eq!(names(&rest), ["both", "free", "unmarked"]);
        assert_eq!((part.mark.len(), rest.mark.len()), (1, 3));
        assert_eq!((part.release.len(), rest.release.len()), (1, 1));
        let mut joined = Loaded::default();
        for ledger in [&rest, part] {
            joined.add("a part", ledger.to_toml().unwrap().as_bytes()).unwrap();
        }
        let sorted = |ledger: &Ledger| {
            let mut all = names(ledger);
            all.extend(ledger.mark.iter().map(|mark| format!("{mark:?}")));
            all.extend(ledger.release.iter().map(|release| format!("{release:?}")));
            all.sort();
            all
        };
        assert_eq!(sorted(&joined.ledger), sorted(&whole));
    }
}
