//! The posterior against whole numbers: every weight is a product of thousandths, so the sum over the largest weight is a fraction.

use exposure::{
    Circle, Draft, Fact, Ledger, Mention, PersonId, Policy, Rate, Source, Wording, WordingId, read,
};

use crate::Rng;

fn rate(rng: &mut Rng, most: u64) -> u64 {
    [0, 1, 20, most, rng.within(0, most)][rng.within(0, 4) as usize]
}

#[test]
fn equals_the_exact_fraction() {
    let mut impossible = 0;
    for seed in 0..1_500 {
        let mut rng = Rng::new(seed);
        let people = rng.within(1, 30);
        let mut ledger = Ledger::new();
        ledger.roster(u32::try_from(people).unwrap()).unwrap();
        let person = PersonId(u32::try_from(rng.within(0, people - 1)).unwrap());
        let source = ledger.source(Source::new("nightjar").known_as(person)).unwrap();
        let mut draft = Draft::default();
        // Up to five origins with up to three facts each: one origin is one piece of evidence.
        let mut origins = Vec::new();
        for o in 0..rng.within(1, 5) {
            let origin = ledger.origin(&format!("meeting {o}")).unwrap();
            let (mut set, mut epsilon, mut delta) = (u64::MAX, 1000, 1000);
            for f in 0..rng.within(1, 3) {
                let bits = rng.set(people, 60);
                let (e, d) = (rate(&mut rng, 200), rate(&mut rng, 500));
                let members = (0..64u32).filter(|i| bits >> i & 1 == 1).collect();
                let of = Circle::set(&format!("{o}/{f}"), members)
                    .epsilon(Rate::per_mille(e as u16))
                    .delta(Rate::per_mille(d as u16));
                let id = ledger.circle(of).unwrap();
                let fact = Fact::new(&format!("{o}/{f}"))
                    .told_by(source)
                    .origin(origin)
                    .wording(Wording::new("w", id));
                let fact = ledger.fact(fact).unwrap();
                // Said twice: still one piece of evidence.
                draft = draft.passage(
                    "s",
                    [Mention::new(fact, WordingId(0)), Mention::new(fact, WordingId(0))],
                );
                set &= bits;
                epsilon = e.min(epsilon);
                delta = d.min(delta);
            }
            origins.push((set, u128::from(epsilon), u128::from(1000 - delta)));
        }
        let weight = |p: u64| {
            origins.iter().map(|(s, e, d)| if s >> p & 1 == 1 { *d } else { *e }).product::<u128>()
        };
        let weights: Vec<u128> = (0..people).map(weight).collect();
        let (sum, most) = (weights.iter().sum::<u128>(), *weights.iter().max().unwrap());
        let seen = read(&ledger, &draft, &Policy { k: 5, at_most: 1, now: 0 }).unwrap().posterior;
        if most == 0 {
            assert_eq!(seen.k, None, "seed {seed}");
            impossible += 1;
            continue;
        }
        let close = |x: f64, n: u128, d: u128| {
            let exact = n as f64 / d as f64;
            assert!((x - exact).abs() <= 1e-12 * exact, "seed {seed}: {x} for {n}/{d}");
        };
        let k = seen.k.unwrap();
        assert_eq!(k.lo, k.hi, "seed {seed}");
        close(k.lo, sum, most);
        let mine = weights[person.0 as usize];
        let (_, one_over) = seen.sources[0];
        if mine == 0 {
            assert!(one_over.lo.is_infinite(), "seed {seed}");
        } else {
            close(one_over.lo, sum, mine);
            close(one_over.hi, sum, mine);
        }
        let entropy: f64 = weights
            .iter()
            .filter(|w| **w > 0)
            .map(|w| *w as f64 / sum as f64)
            .map(|p| -p * p.log2())
            .sum();
        assert!(
            (seen.even_crowd.unwrap() - entropy.exp2()).abs() < 1e-9 * entropy.exp2(),
            "seed {seed}"
        );
        // The display figure never looks worse than the one that counts; that is why it may not decide.
        assert!(seen.even_crowd.unwrap() >= k.lo * (1.0 - 1e-12), "seed {seed}");
    }
    assert!(impossible > 50);
}

#[test]
fn thousands_of_facts_do_not_vanish_in_rounding() {
    let mut ledger = Ledger::new();
    ledger.roster(100).unwrap();
    let mut draft = Draft::default();
    for f in 0..3_000u32 {
        // Person 0 is in all, person 1 in all but one, nobody else in more than a few.
        let people = [0].into_iter().chain((f > 0).then_some(1)).chain([2 + f % 98]).collect();
        let id =
            ledger.circle(Circle::set(&f.to_string(), people).epsilon(Rate::per_mille(1))).unwrap();
        let fact = ledger.fact(Fact::new(&f.to_string()).wording(Wording::new("w", id))).unwrap();
        draft = draft.passage("s", [Mention::new(fact, WordingId(0))]);
    }
    let seen = read(&ledger, &draft, &Policy { k: 5, at_most: 1, now: 0 }).unwrap();
    assert_eq!(seen.posterior.k.unwrap().lo, 1.001);
}
