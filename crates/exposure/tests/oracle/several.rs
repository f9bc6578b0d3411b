//! Several sources against every explanation, and the true source who is not among those in the circle.

use exposure::{
    Bounds, Circle, Draft, Fact, Ledger, Mention, PersonId, Policy, Source, Supposition, Verdict,
    Wording, WordingId, exposure, read,
};

use crate::{Rng, circle};

/// Every way to say who told what, by at most `most` people; for each of them, how many know all that is ascribed to them.
fn smallest(sets: &[u64], people: u64, most: u32) -> Option<u32> {
    let (mut best, n) = (None, sets.len() as u32);
    for code in 0..people.pow(n) {
        let teller = |o: u32| code / people.pow(o) % people;
        let who = (0..n).fold(0u64, |w, o| w | 1 << teller(o));
        if who.count_ones() > most || (0..n).any(|o| sets[o as usize] >> teller(o) & 1 == 0) {
            continue;
        }
        for p in (0..people).filter(|p| who >> p & 1 == 1) {
            let know =
                (0..n).filter(|o| teller(*o) == p).fold(u64::MAX, |s, o| s & sets[o as usize]);
            let crowd = know.count_ones();
            best = Some(best.map_or(crowd, |b: u32| b.min(crowd)));
        }
    }
    best
}

#[test]
fn the_worst_case_is_the_smallest_crowd_of_any_explanation() {
    let (mut one, mut more, mut none) = (0, 0, 0);
    for seed in 0..2_000 {
        let mut rng = Rng::new(seed);
        let people = rng.within(1, 6);
        let mut ledger = Ledger::new();
        ledger.roster(u32::try_from(people).unwrap()).unwrap();
        let n = rng.within(1, 4);
        let density = rng.within(20, 80);
        let sets: Vec<u64> = (0..n).map(|_| rng.set(people, density)).collect();
        let mut draft = Draft::default();
        for (o, set) in sets.iter().enumerate() {
            let id = circle(&mut ledger, &o.to_string(), *set);
            let fact =
                ledger.fact(Fact::new(&o.to_string()).wording(Wording::new("w", id))).unwrap();
            draft = draft.passage("s", [Mention::new(fact, WordingId(0))]);
        }
        let at_most = u32::try_from(rng.within(1, 3)).unwrap();
        let seen = exposure(&ledger, Some(&draft), &Policy { k: 5, at_most, now: 0 }).unwrap();
        let left = sets.iter().fold((1u64 << people) - 1, |l, s| l & s).count_ones();
        if left > 0 {
            // One source explains it, and more sources never give a smaller crowd.
            assert_eq!(smallest(&sets, people, at_most), Some(left), "seed {seed}");
            assert_eq!(
                (seen.k, seen.supposition),
                (Bounds::exactly(left.into()), Supposition::OneSource),
                "seed {seed}"
            );
            one += 1;
            continue;
        }
        // Hearsay, one source, ε → 0: those who miss the fewest.
        let misses = |p: u64| sets.iter().filter(|s| **s >> p & 1 == 0).count();
        let fewest = (0..people).map(misses).min().unwrap();
        let hearsay = (0..people).filter(|p| misses(*p) == fewest).count() as u64;
        let shared = smallest(&sets, people, at_most).map(u64::from);
        let worst = shared.map_or(hearsay, |s| s.min(hearsay));
        assert_eq!(seen.k, Bounds::exactly(worst), "seed {seed}");
        assert_eq!(seen.suspects.len(), worst, "seed {seed}");
        let conflict = seen.nobody.unwrap();
        let overlap =
            |facts: &[exposure::FactId]| facts.iter().fold(u64::MAX, |l, f| l & sets[f.0 as usize]);
        assert_eq!(overlap(&conflict), 0, "seed {seed}");
        for spared in &conflict {
            let rest: Vec<_> = conflict.iter().copied().filter(|f| f != spared).collect();
            assert_ne!(overlap(&rest), 0, "seed {seed}: {spared:?} could be spared");
        }
        more += u32::from(shared.is_some());
        none += u32::from(shared.is_none());
    }
    assert!(one > 300 && more > 100 && none > 100, "{one} {more} {none}");
}

#[test]
fn hearsay_from_nought_to_a_fifth_is_never_worse_than_nought() {
    // The proof in docs/source-read.md, tried: one rate for all, over the whole range.
    for seed in 0..300 {
        let mut rng = Rng::new(seed);
        let people = rng.within(1, 12);
        let sets: Vec<u64> = (0..rng.within(1, 5)).map(|_| rng.set(people, 60)).collect();
        let misses = |p: u64| sets.iter().filter(|s| **s >> p & 1 == 0).count() as i32;
        let fewest = (0..people).map(misses).min().unwrap();
        let worst = (0..people).filter(|p| misses(*p) == fewest).count() as f64;
        for epsilon in 1..=200 {
            let weight = |p: u64| (f64::from(epsilon) / 1000.0).powi(misses(p));
            let weights: Vec<f64> = (0..people).map(weight).collect();
            let k = weights.iter().sum::<f64>() / weights.iter().copied().fold(0.0, f64::max);
            assert!(k >= worst - 1e-9, "seed {seed}, ε = {epsilon} in 1000");
        }
    }
}

#[test]
fn the_true_source_was_not_among_them() {
    // Six people knew; the one who told had it from one of the six.
    let mut ledger = Ledger::new();
    let house = ledger.unit("the house", 400).unwrap();
    let six: Vec<PersonId> = ["A", "B", "C", "D", "E", "F"]
        .iter()
        .map(|n| ledger.person(n, Some(house)).unwrap())
        .collect();
    let true_source = ledger.person("G", Some(house)).unwrap();
    let source = ledger.source(Source::new("nightjar").known_as(true_source)).unwrap();
    let everybody = ledger.circle(Circle::units("the house", [house])).unwrap();
    let knew =
        ledger.circle(Circle::people("knew", six).epsilon(exposure::Rate::per_mille(10))).unwrap();
    let erased =
        Fact::new("erased").told_by(source).wording(Wording::new("by hand", knew).coarser("gone"));
    let erased = ledger.fact(erased.wording(Wording::new("gone", everybody).loss(5))).unwrap();
    let draft = Draft::default().passage("first", [Mention::new(erased, WordingId(0))]);
    let seen = read(&ledger, &draft, &Policy { k: 20, at_most: 1, now: 0 }).unwrap();
    assert_eq!(seen.verdict, Verdict::TooFew);
    assert_eq!(seen.after.k, Bounds::exactly(6));
    assert_eq!(seen.after.wrongly, Bounds::exactly(6));
    assert_eq!(seen.after.sources[0].left_out_by, [erased]);
    // With hearsay at one in a hundred: 1 / posterior = (6 + 394/100) · 100.
    let one_over = seen.posterior.sources[0].1;
    assert!((one_over.lo - 994.0).abs() < 1e-9 && one_over.lo == one_over.hi);
    let coarse = Draft::default().passage("first", [Mention::new(erased, WordingId(1))]);
    let seen = read(&ledger, &coarse, &Policy { k: 20, at_most: 1, now: 0 }).unwrap();
    assert!(seen.is_clear());
    assert_eq!(seen.after.wrongly, Bounds::NONE);
}

#[test]
fn two_sources_of_whom_each_knew_only_a_part() {
    let mut ledger = Ledger::new();
    ledger.roster(1_000).unwrap();
    let first = ledger.source(Source::new("wren").known_as(PersonId(1))).unwrap();
    let second = ledger.source(Source::new("robin").known_as(PersonId(500))).unwrap();
    let mut draft = Draft::default();
    for (name, source, range) in [("figure", first, 0..30), ("letter", second, 490..590)] {
        let id = ledger.circle(Circle::set(name, range.collect())).unwrap();
        let fact =
            ledger.fact(Fact::new(name).told_by(source).wording(Wording::new("w", id))).unwrap();
        draft = draft.passage(name, [Mention::new(fact, WordingId(0))]);
    }
    // The desk knows of two sources, so an inquiry may think of two, whatever the policy's number.
    let seen = read(&ledger, &draft, &Policy { k: 20, at_most: 1, now: 0 }).unwrap();
    assert_eq!(seen.after.supposition, Supposition::SeveralSources);
    assert_eq!((seen.verdict, seen.after.k), (Verdict::Clear, Bounds::exactly(30)));
    let crowds: Vec<_> = seen.after.sources.iter().map(|s| s.crowd.unwrap().lo()).collect();
    assert_eq!(crowds, [30, 100]);
}

#[test]
fn hearsay_alone_would_hide_the_two_who_did_the_audit() {
    let mut ledger = Ledger::new();
    ledger.roster(20_000).unwrap();
    let mut draft = Draft::default();
    for (name, range) in [("audit", 0..2), ("mailing", 2..10_002)] {
        let id = ledger.circle(Circle::set(name, range.collect())).unwrap();
        let fact = ledger.fact(Fact::new(name).wording(Wording::new("w", id))).unwrap();
        draft = draft.passage(name, [Mention::new(fact, WordingId(0))]);
    }
    let one = exposure(&ledger, Some(&draft), &Policy { k: 20, at_most: 1, now: 0 }).unwrap();
    assert_eq!((one.k, one.supposition), (Bounds::exactly(10_002), Supposition::Hearsay));
    let two = read(&ledger, &draft, &Policy { k: 20, at_most: 2, now: 0 }).unwrap();
    assert_eq!(
        (two.after.k, two.after.supposition),
        (Bounds::exactly(2), Supposition::SeveralSources)
    );
    assert_eq!(two.verdict, Verdict::TooFew);
}

#[test]
fn an_origin_that_was_in_nobodys_hands_is_not_explained_by_more_sources() {
    let mut ledger = Ledger::new();
    ledger.roster(100).unwrap();
    let memo = ledger.origin("the memo").unwrap();
    let mut draft = Draft::default();
    for (name, range) in [("page 1", 0..50), ("page 2", 50..100)] {
        let id = ledger.circle(Circle::set(name, range.collect())).unwrap();
        let fact =
            ledger.fact(Fact::new(name).origin(memo).wording(Wording::new("w", id))).unwrap();
        draft = draft.passage(name, [Mention::new(fact, WordingId(0))]);
    }
    let seen = read(&ledger, &draft, &Policy { k: 5, at_most: 3, now: 0 }).unwrap();
    assert_eq!(seen.verdict, Verdict::NobodyCould);
    assert_eq!(seen.after.nobody.unwrap().len(), 2);
}
