//! Leave-one-out against doing it again, Shapley against its definition, and the table of all subsets against intersections.

use exposure::{
    Bounds, Circle, Draft, Fact, Ledger, Mention, Policy, Release, ReleaseKind, SubsetTable,
    Wording, WordingId, exposure, leave_one_out, shares,
};
use roaring::RoaringBitmap;

use crate::{Rng, circle};

struct Instance {
    ledger: Ledger,
    draft: Draft,
    /// The people of each passage, as bits.
    passages: Vec<u64>,
    released: u64,
}

fn instance(rng: &mut Rng, estimates: bool) -> Instance {
    let people = rng.within(1, 40);
    let mut ledger = Ledger::new();
    ledger.roster(u32::try_from(people).unwrap()).unwrap();
    if rng.one_in(4) {
        ledger.others(Bounds::new(3, 9).unwrap());
    }
    let (mut passages, mut draft) = (Vec::new(), Draft::default());
    let density = rng.within(40, 95);
    let mut known = Vec::new();
    for s in 0..rng.within(1, 9) {
        let (mut mentions, mut set) = (Vec::new(), (1u64 << people) - 1);
        for f in 0..rng.within(0, 3) {
            if rng.one_in(4) && !known.is_empty() {
                // A fact said before, in another sentence.
                let (fact, bits) = known[rng.within(0, known.len() as u64 - 1) as usize];
                mentions.push(Mention::new(fact, WordingId(0)));
                set &= bits;
                continue;
            }
            let mut bits = rng.set(people, density);
            let id = if estimates && rng.one_in(3) {
                bits = u64::MAX;
                let lo = rng.within(1, people);
                ledger
                    .circle(Circle::estimate(&format!("{s}/{f}"), Bounds::new(lo, lo + 3).unwrap()))
                    .unwrap()
            } else {
                circle(&mut ledger, &format!("{s}/{f}"), bits)
            };
            let fact =
                ledger.fact(Fact::new(&format!("{s}/{f}")).wording(Wording::new("w", id))).unwrap();
            mentions.push(Mention::new(fact, WordingId(0)));
            known.push((fact, bits));
            set &= bits;
        }
        passages.push(set);
        draft = draft.passage(&format!("sentence {s}"), mentions);
    }
    let mut released = (1u64 << people) - 1;
    if rng.one_in(3) && !known.is_empty() {
        let (fact, bits) = known[0];
        released &= bits;
        let mentions = vec![Mention::new(fact, WordingId(0))];
        ledger
            .release(Release {
                name: "r".into(),
                kind: ReleaseKind::Question,
                at: 0,
                audience: None,
                mentions,
            })
            .unwrap();
    }
    Instance { ledger, draft, passages, released }
}

#[test]
fn leave_one_out_equals_doing_it_again() {
    let policy = Policy { k: 5, at_most: 1, now: 0 };
    for seed in 0..600 {
        let i = instance(&mut Rng::new(seed), seed % 2 == 0);
        let costs = leave_one_out(&i.ledger, &i.draft).unwrap();
        assert_eq!(costs.len(), i.draft.passages.len());
        for (at, cost) in costs.iter().enumerate() {
            let mut without = i.draft.clone();
            without.passages.remove(at);
            assert_eq!(
                *cost,
                exposure(&i.ledger, Some(&without), &policy).unwrap().survivors,
                "seed {seed}, passage {at}"
            );
        }
    }
}

#[test]
fn shares_add_up_and_are_those_of_the_definition() {
    for seed in 0..300 {
        let i = instance(&mut Rng::new(seed), false);
        let seen = shares(&i.ledger, &i.draft).unwrap();
        let n = i.passages.len();
        let left = |published: usize| {
            (0..n)
                .filter(|s| published >> s & 1 == 1)
                .fold(i.released, |l, s| l & i.passages[s])
                .count_ones()
        };
        let excluded = left(0) - left((1 << n) - 1);
        // Efficiency, in whole numbers: those excluded by h passages are counted h times at place h.
        let mut whole = 0;
        for h in 1..=n as u64 {
            let times: u64 =
                seen.iter().map(|s| s.by_company.get(h as usize).copied().unwrap_or(0)).sum();
            assert_eq!(times % h, 0, "seed {seed}");
            whole += times / h;
        }
        assert_eq!(whole, u64::from(excluded), "seed {seed}");
        // The definition: the mean over all orders of what each adds, by the size of what came before.
        for (s, share) in seen.iter().enumerate() {
            let mut value = 0.0;
            for before in (0..1usize << n).filter(|b| b >> s & 1 == 0) {
                let size = before.count_ones() as usize;
                let orders = factorial(size) * factorial(n - size - 1) / factorial(n);
                value += orders * f64::from(left(before) - left(before | 1 << s));
            }
            assert!(
                (share.people() - value).abs() < 1e-9,
                "seed {seed}, passage {s}: {} for {value}",
                share.people()
            );
        }
        // Symmetry: passages that exclude the same people have the same share.
        for s in 0..n {
            for t in 0..n {
                if i.passages[s] & i.released == i.passages[t] & i.released {
                    assert_eq!(
                        seen[s].people().to_bits(),
                        seen[t].people().to_bits(),
                        "seed {seed}"
                    );
                }
            }
        }
    }
}

fn factorial(n: usize) -> f64 {
    (1..=n).map(|i| i as f64).product()
}

#[test]
fn the_table_holds_every_subset() {
    for seed in 0..100 {
        let mut rng = Rng::new(seed);
        let (people, n) = (rng.within(1, 50), rng.within(0, 8) as usize);
        let bits: Vec<u64> = (0..n).map(|_| rng.set(people, 70)).collect();
        let set =
            |bits: u64| -> RoaringBitmap { (0..64u32).filter(|i| bits >> i & 1 == 1).collect() };
        let sets: Vec<RoaringBitmap> = bits.iter().map(|b| set(*b)).collect();
        let base = rng.set(people, 90);
        let table = SubsetTable::of_sets(&set(base), &sets.iter().collect::<Vec<_>>()).unwrap();
        let counts: Vec<u64> = table.all().collect();
        assert_eq!(counts.len(), 1 << n);
        for published in 0..1u32 << n {
            let left = (0..n).filter(|i| published >> i & 1 == 1).fold(base, |l, i| l & bits[i]);
            assert_eq!(table.survivors(published), u64::from(left.count_ones()), "seed {seed}");
            assert_eq!(counts[published as usize], u64::from(left.count_ones()), "seed {seed}");
        }
    }
    let everybody = RoaringBitmap::from_iter([0u32]);
    assert!(SubsetTable::of_sets(&everybody, &[&everybody; 25]).is_err());
}
