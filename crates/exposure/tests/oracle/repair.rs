//! Repair against enumeration of every combination of choices.

use exposure::{
    Agreed, Bounds, Budget, Circle, Draft, Fact, FactId, Ledger, Mention, Policy, Release,
    ReleaseKind, Repair, Say, Wording, WordingId, exposure, repair,
};

use crate::{Rng, circle};

pub(crate) fn policy(k: u64) -> Policy {
    Policy { k, at_most: 1, now: 1_000 }
}

fn unlimited(ledger: &Ledger, draft: &Draft, k: u64) -> Repair {
    repair(ledger, draft, &policy(k), &mut Budget { steps: u64::MAX, over: &mut || false }).unwrap()
}

/// What the oracle knows of a fact: the people of each choice and what it costs.
type Choices = Vec<(u64, u64)>;

struct Instance {
    ledger: Ledger,
    draft: Draft,
    released: u64,
    facts: Vec<Choices>,
    people: u64,
}

fn instance(rng: &mut Rng) -> Instance {
    let people = rng.within(3, 60);
    let mut ledger = Ledger::new();
    ledger.roster(u32::try_from(people).unwrap()).unwrap();
    let mut released = if people == 64 { u64::MAX } else { (1 << people) - 1 };
    let mut draft = Draft::default();
    let mut facts = Vec::new();
    let (wanted, mut product) = (rng.within(1, 16), 1u64);
    let density = rng.within(30, 95);
    // In half of the instances people come in groups, so that many have the same needs.
    let groups = if rng.one_in(2) { rng.within(2, 8).min(people) } else { people };
    for f in 0..wanted {
        let group_set = rng.set(groups, density);
        let exact = (0..people).fold(0, |s, p| s | ((group_set >> (p % groups) & 1) << p));
        let add = |rng: &mut Rng, set: u64| set | rng.set(people, 25);
        // One wording, a chain of two or three, or a diamond.
        let (sets, coarser): (Vec<u64>, Vec<Vec<usize>>) = match rng.within(0, 3) {
            0 => (vec![exact], vec![vec![]]),
            1 => (vec![exact, add(rng, exact)], vec![vec![1], vec![]]),
            2 => {
                let middle = add(rng, exact);
                (vec![exact, middle, add(rng, middle)], vec![vec![1], vec![2], vec![]])
            }
            _ => {
                let (left, right) = (add(rng, exact), add(rng, exact));
                (
                    vec![exact, left, right, add(rng, left | right)],
                    vec![vec![1, 2], vec![3], vec![3], vec![]],
                )
            }
        };
        let loss: Vec<u64> = {
            let mut loss = vec![0; sets.len()];
            for (i, above) in coarser.iter().enumerate() {
                for a in above {
                    loss[*a] = loss[*a].max(loss[i] + rng.within(0, 4));
                }
            }
            loss
        };
        let omission = loss.iter().max().unwrap() + rng.within(0, 6);
        let start = if rng.one_in(4) { sets.len() - 1 } else { 0 };
        let reach: Vec<usize> = (0..sets.len()).filter(|w| reaches(&coarser, start, *w)).collect();
        if product * (reach.len() as u64 + 1) > 65_536 {
            break;
        }
        product *= reach.len() as u64 + 1;
        // Sometimes only one wording (and what is coarser) was agreed, or the fact was withdrawn.
        let agreed = rng.one_in(8).then(|| rng.within(0, sets.len() as u64 - 1) as usize);
        let withdrawn = rng.one_in(16);
        let mut fact = Fact::new(&format!("fact {f}")).omission(u32::try_from(omission).unwrap());
        for (w, set) in sets.iter().enumerate() {
            let id = circle(&mut ledger, &format!("circle {f}/{w}"), *set);
            let mut wording =
                Wording::new(&w.to_string(), id).loss(u32::try_from(loss[w]).unwrap());
            for c in &coarser[w] {
                wording = wording.coarser(&c.to_string());
            }
            fact = fact.wording(wording);
        }
        let say = Say {
            withdrawn,
            agreed: agreed
                .map(|w| Agreed { wording: w.to_string(), words: None })
                .into_iter()
                .collect(),
            ..Say::default()
        };
        let id = ledger.fact(fact.say(say)).unwrap();
        let may = |w: usize| !withdrawn && agreed.is_none_or(|a| a == w || reaches(&coarser, a, w));
        // Sometimes the draft says it a second time, more coarsely.
        let second = rng.one_in(3).then(|| reach[rng.within(0, reach.len() as u64 - 1) as usize]);
        let fits = |w: usize| {
            let beside = |s: usize| reaches(&coarser, w, s) || reaches(&coarser, s, w);
            may(w) && (w != start || second.is_none_or(may)) && second.is_none_or(beside)
        };
        let mut choices: Choices = reach
            .iter()
            .filter(|w| fits(**w))
            .map(|w| (sets[*w], loss[*w] - loss[start]))
            .collect();
        choices.push((u64::MAX, omission - loss[start]));
        facts.push(choices);
        if rng.one_in(10) {
            let mentions =
                vec![Mention::new(id, WordingId(u16::try_from(sets.len() - 1).unwrap()))];
            let kind = ReleaseKind::Story;
            ledger
                .release(Release {
                    name: format!("story {f}"),
                    kind,
                    at: 0,
                    audience: None,
                    mentions,
                })
                .unwrap();
            released &= sets[sets.len() - 1];
        }
        let said = |w: usize| [Mention::new(id, WordingId(u16::try_from(w).unwrap()))];
        draft = draft.passage(&format!("sentence {f}"), said(start));
        if let Some(w) = second {
            draft = draft.passage(&format!("sentence {f}, again"), said(w));
        }
    }
    Instance { ledger, draft, released, facts, people }
}

fn reaches(coarser: &[Vec<usize>], from: usize, to: usize) -> bool {
    from == to || coarser[from].iter().any(|c| reaches(coarser, *c, to))
}

fn cheapest(facts: &[Choices], left: u64, k: u32, spent: u64, best: &mut u64) {
    if left.count_ones() < k {
        return;
    }
    let Some((choices, rest)) = facts.split_first() else {
        *best = spent.min(*best);
        return;
    };
    for (set, cost) in choices {
        cheapest(rest, left & set, k, spent + cost, best);
    }
}

#[test]
fn cost_equals_the_optimum_on_every_small_instance() {
    let (mut plans, mut unattainable, mut free) = (0, 0, 0);
    for seed in 0..2_000 {
        let mut rng = Rng::new(seed);
        let i = instance(&mut rng);
        let k = rng.within(1, i.people.min(25));
        let mut best = u64::MAX;
        cheapest(&i.facts, i.released, u32::try_from(k).unwrap(), 0, &mut best);
        match unlimited(&i.ledger, &i.draft, k) {
            Repair::Plan(plan) => {
                assert_eq!(plan.cost, best, "seed {seed}");
                assert!(plan.is_cheapest(), "seed {seed}");
                assert_eq!(
                    plan.changes.iter().map(|c| c.cost).sum::<u64>(),
                    plan.cost,
                    "seed {seed}"
                );
                let after = plan.apply(&i.ledger, &i.draft);
                let seen = exposure(&i.ledger, Some(&after), &policy(k)).unwrap();
                assert_eq!(seen.survivors, plan.survivors, "seed {seed}");
                assert!(seen.survivors.lo() >= k, "seed {seed}");
                plans += 1;
                free += u64::from(plan.cost == 0);
            }
            Repair::Unattainable { left } => {
                assert_eq!(best, u64::MAX, "seed {seed}");
                assert_eq!(
                    left,
                    Bounds::exactly(u64::from(i.released.count_ones())),
                    "seed {seed}"
                );
                unattainable += 1;
            }
            Repair::Uncertain { .. } => panic!("seed {seed}: nothing here is an estimate"),
        }
    }
    // The instances must be worth something: most of them need changes, and some are lost.
    assert!(
        plans - free > 1_000 && unattainable > 20,
        "{plans} plans, {free} of them free, {unattainable} unattainable"
    );
}

#[test]
fn a_stopped_search_gives_a_plan_that_works_and_an_honest_gap() {
    let mut gaps = 0;
    for seed in 0..400 {
        let mut rng = Rng::new(seed);
        let i = instance(&mut rng);
        let k = rng.within(1, i.people.min(25));
        let mut best = u64::MAX;
        cheapest(&i.facts, i.released, u32::try_from(k).unwrap(), 0, &mut best);
        for steps in [0, 1, 2, 5, 20] {
            let mut budget = Budget { steps, over: &mut || false };
            let Repair::Plan(plan) = repair(&i.ledger, &i.draft, &policy(k), &mut budget).unwrap()
            else {
                break;
            };
            assert!(
                plan.at_least <= best && best <= plan.cost,
                "seed {seed}, {steps} steps: {plan:?}, optimum {best}"
            );
            assert!(plan.survivors.lo() >= k, "seed {seed}");
            gaps += u32::from(!plan.is_cheapest());
        }
        let mut over = Budget { steps: u64::MAX, over: &mut || true };
        if let Repair::Plan(plan) = repair(&i.ledger, &i.draft, &policy(k), &mut over).unwrap() {
            assert!(plan.at_least <= best && best <= plan.cost, "seed {seed}");
        }
    }
    assert!(gaps > 50, "the limits must have stopped some searches: {gaps}");
}

#[test]
fn the_same_question_gets_the_same_plan() {
    for seed in 0..50 {
        let mut rng = Rng::new(seed);
        let i = instance(&mut rng);
        assert_eq!(unlimited(&i.ledger, &i.draft, 5), unlimited(&i.ledger, &i.draft, 5));
    }
}

#[test]
fn with_estimates_the_plan_is_the_cheapest_that_is_certain() {
    let mut with_estimate = 0;
    for seed in 0..400 {
        let mut rng = Rng::new(seed);
        let people = rng.within(4, 40);
        let mut ledger = Ledger::new();
        ledger.roster(u32::try_from(people).unwrap()).unwrap();
        let mut facts: Vec<(FactId, usize, u64)> = Vec::new();
        for f in 0..rng.within(1, 5) {
            let estimate = rng.one_in(2);
            let exact = rng.set(people, 70);
            let fine = if estimate {
                let lo = rng.within(1, people);
                let size = Bounds::new(lo, rng.within(lo, people)).unwrap();
                ledger.circle(Circle::estimate(&format!("about {f}"), size)).unwrap()
            } else {
                circle(&mut ledger, &format!("list {f}"), exact)
            };
            let all = circle(&mut ledger, &format!("all {f}"), (1 << people) - 1);
            let loss = rng.within(0, 5);
            let fact = Fact::new(&format!("fact {f}"))
                .wording(Wording::new("exact", fine).coarser("vague"))
                .wording(Wording::new("vague", all).loss(u32::try_from(loss).unwrap()))
                .omission(u32::try_from(loss + 3).unwrap());
            facts.push((ledger.fact(fact).unwrap(), usize::from(estimate), loss));
        }
        let k = rng.within(1, people);
        let draft = facts
            .iter()
            .fold(Draft::default(), |d, f| d.passage("s", [Mention::new(f.0, WordingId(0))]));
        let mut best = u64::MAX;
        for choice in 0..1u32 << facts.len() {
            let lists = facts.iter().enumerate();
            let draft = lists.fold(Draft::default(), |d, (i, f)| {
                d.passage("s", [Mention::new(f.0, WordingId(u16::from(choice >> i & 1 == 1)))])
            });
            let cost = facts
                .iter()
                .enumerate()
                .filter(|(i, _)| choice >> i & 1 == 1)
                .map(|(_, f)| f.2)
                .sum();
            if exposure(&ledger, Some(&draft), &policy(k)).unwrap().survivors.lo() >= k {
                best = best.min(cost);
            }
        }
        let Repair::Plan(plan) = unlimited(&ledger, &draft, k) else {
            panic!("seed {seed}: everybody is left without the draft")
        };
        assert_eq!(plan.cost, best, "seed {seed}");
        assert!(plan.survivors.lo() >= k, "seed {seed}");
        with_estimate += facts.iter().map(|f| f.1).sum::<usize>();
    }
    assert!(with_estimate > 300);
}

#[test]
fn the_example_of_the_document() {
    let mut ledger = Ledger::new();
    ledger.roster(8).unwrap();
    let a = circle(&mut ledger, "1 to 4", 0b0000_1111);
    let coarse = circle(&mut ledger, "1 to 6", 0b0011_1111);
    let b = circle(&mut ledger, "3 to 8", 0b1111_1100);
    let exact = Wording::new("exact", a).coarser("coarse");
    let fact =
        Fact::new("A").wording(exact).wording(Wording::new("coarse", coarse).loss(2)).omission(5);
    let fact_a = ledger.fact(fact).unwrap();
    let fact_b = ledger.fact(Fact::new("B").wording(Wording::new("exact", b)).omission(3)).unwrap();
    let draft = Draft::default()
        .passage("first", [Mention::new(fact_a, WordingId(0))])
        .passage("second", [Mention::new(fact_b, WordingId(0))]);
    let Repair::Plan(plan) = unlimited(&ledger, &draft, 4) else { panic!("nothing is published") };
    assert_eq!((plan.cost, plan.survivors), (2, Bounds::exactly(4)));
    assert_eq!(plan.changes, [exposure::Change { fact: fact_a, to: Some(WordingId(1)), cost: 2 }]);
}
