//! Intervals against every completion: each way to say who is in the estimated circles that agrees with the ledger.

use exposure::{
    Answer, Bounds, Circle, Draft, Fact, Ledger, Mention, Overlap, PersonId, Policy, Rate, Source,
    Verdict, Wording, WordingId, next_question, read,
};

use crate::{Rng, circle};

struct Estimate {
    lo: u32,
    hi: u32,
    within: Option<u64>,
    rho: (f64, bool),
}

/// `of` and `inside` by number: listed circles first, then estimates.
struct Said {
    of: usize,
    inside: usize,
    answer: Answer,
}

fn agrees(said: &Said, sets: &[u64]) -> bool {
    let (a, both) = (sets[said.of].count_ones(), (sets[said.of] & sets[said.inside]).count_ones());
    match said.answer {
        Answer::All => both == a,
        Answer::Most => 2 * both > a,
        Answer::Some => both > 0 || a == 0,
        Answer::Nobody => both == 0,
        Answer::DontKnow => true,
    }
}

#[test]
fn contain_every_completion() {
    let (mut tight, mut some, mut unsure) = (0, 0, 0);
    for seed in 0..1_500 {
        let mut rng = Rng::new(seed);
        let (people, others) = (rng.within(1, 5), rng.within(0, 2));
        let mut ledger = Ledger::new();
        ledger.roster(u32::try_from(people).unwrap()).unwrap();
        let spare = rng.within(0, others);
        ledger.others(Bounds::new(spare, others).unwrap());
        let person = PersonId(0);
        let source = ledger.source(Source::new("wren").known_as(person)).unwrap();
        let rate = |rng: &mut Rng| Rate::per_mille([0, 30, 200][rng.within(0, 2) as usize]);
        let (mut draft, mut lists, mut ids) = (Draft::default(), Vec::new(), Vec::new());
        let mut add = |ledger: &mut Ledger, id, name: &str| {
            let fact = Fact::new(name).told_by(source).wording(Wording::new("w", id));
            let fact = ledger.fact(fact).unwrap();
            draft = std::mem::take(&mut draft).passage(name, [Mention::new(fact, WordingId(0))]);
        };
        let mut list_rho = Vec::new();
        for l in 0..rng.within(0, 2) {
            let bits = rng.set(people, 75);
            let epsilon = rate(&mut rng);
            let members = (0..64u32).filter(|i| bits >> i & 1 == 1).collect();
            let id =
                ledger.circle(Circle::set(&format!("list {l}"), members).epsilon(epsilon)).unwrap();
            add(&mut ledger, id, &format!("list {l}"));
            lists.push(bits);
            list_rho.push(f64::from(epsilon.in_a_thousand()) / 1000.0);
            ids.push(id);
        }
        let mut estimates = Vec::new();
        for e in 0..rng.within(1, 2) {
            let group = rng.one_in(3).then(|| rng.set(people, 80));
            let room = group.map_or(people + others, |g| u64::from(g.count_ones()));
            let lo = rng.within(1, room);
            let hi = rng.within(lo, room);
            let epsilon = rate(&mut rng);
            let mut of = Circle::estimate(&format!("about {e}"), Bounds::new(lo, hi).unwrap())
                .epsilon(epsilon);
            if let Some(g) = group {
                of = of.within(circle(&mut ledger, &format!("group {e}"), g));
            }
            let id = ledger.circle(of).unwrap();
            add(&mut ledger, id, &format!("about {e}"));
            ids.push(id);
            let rho = (f64::from(epsilon.in_a_thousand()) / 1000.0, true);
            estimates.push(Estimate { lo: lo as u32, hi: hi as u32, within: group, rho });
        }
        let mut said = Vec::new();
        for _ in 0..rng.within(0, 2) {
            let (of, inside) = (
                rng.within(0, ids.len() as u64 - 1) as usize,
                rng.within(0, ids.len() as u64 - 1) as usize,
            );
            if of == inside || of.max(inside) < lists.len() {
                continue;
            }
            let answer =
                [Answer::All, Answer::Most, Answer::Some, Answer::Nobody, Answer::DontKnow]
                    [rng.within(0, 4) as usize];
            ledger.overlap(Overlap { of: vec![ids[of]], inside: ids[inside], answer }).unwrap();
            said.push(Said { of, inside, answer });
        }
        let k = rng.within(1, 4);
        let seen = read(&ledger, &draft, &Policy { k, at_most: 1, now: 0 }).unwrap();

        let (mut least, mut most) = (u32::MAX, 0);
        for extra in spare..=others {
            let all = (1u64 << (people + extra)) - 1;
            each_completion(&estimates, all, &mut lists.clone(), lists.len(), &mut |sets| {
                if !said.iter().all(|s| agrees(s, sets)) {
                    return;
                }
                some += 1;
                let left = sets.iter().fold(all, |l, s| l & s).count_ones();
                (least, most) = (least.min(left), most.max(left));
                assert!(
                    seen.after.survivors.contains(left.into()),
                    "seed {seed}: {left} not in {}",
                    seen.after.survivors
                );
                if left == 0 {
                    return;
                }
                assert!(
                    seen.after.k.contains(left.into()),
                    "seed {seed}: {left} not in {}",
                    seen.after.k
                );
                assert!(seen.verdict != Verdict::Clear || u64::from(left) >= k, "seed {seed}");
                // The posterior of this completion.
                let rho = |i: usize| {
                    if i < lists.len() { list_rho[i] } else { estimates[i - lists.len()].rho.0 }
                };
                let weight = |p: u64| {
                    (0..sets.len()).filter(|i| sets[*i] >> p & 1 == 0).map(rho).product::<f64>()
                };
                let sum: f64 = (0..people + extra).map(weight).sum();
                let span = seen.posterior.k.unwrap();
                assert!(span.contains(sum), "seed {seed}: {sum} not in {span:?}");
                // Of the source it is supposed that they are in the estimated circles of what they told.
                if sets[lists.len()..].iter().all(|s| s & 1 == 1) {
                    let one_over = sum / weight(0);
                    let span = seen.posterior.sources[0].1;
                    assert!(span.contains(one_over), "seed {seed}: {one_over} not in {span:?}");
                }
            });
        }
        tight += u32::from(
            u64::from(least) == seen.after.survivors.lo()
                && u64::from(most) == seen.after.survivors.hi(),
        );
        if seen.verdict == Verdict::Unsure {
            unsure += 1;
            check_question(&ledger, &draft, k, seed);
        }
    }
    assert!(
        some > 20_000 && tight > 700 && unsure > 100,
        "{some} completions, {tight} intervals tight, {unsure} unsure"
    );
}

fn each_completion(
    estimates: &[Estimate],
    all: u64,
    sets: &mut Vec<u64>,
    lists: usize,
    seen: &mut dyn FnMut(&[u64]),
) {
    let Some(e) = estimates.get(sets.len() - lists) else {
        seen(sets);
        return;
    };
    for bits in 0..=all {
        let n = bits.count_ones();
        if n >= e.lo && n <= e.hi && bits & !e.within.unwrap_or(all) == 0 {
            sets.push(bits);
            each_completion(estimates, all, sets, lists, seen);
            sets.pop();
        }
    }
}

/// Whatever the question promises must happen when it is answered so.
fn check_question(ledger: &Ledger, draft: &Draft, k: u64, seed: u64) {
    let policy = Policy { k, at_most: 1, now: 0 };
    let Some(question) = next_question(ledger, draft, &policy).unwrap() else { return };
    assert!(question.decisive.iter().any(|d| d.1));
    for answer in [Answer::All, Answer::Most, Answer::Some, Answer::Nobody, Answer::DontKnow] {
        let mut then = ledger.clone();
        then.overlap(question.answered(answer)).unwrap();
        let verdict = read(&then, draft, &policy).unwrap().verdict;
        let clear = question.decisive.contains(&(answer, true));
        assert_eq!(
            verdict == Verdict::Clear,
            clear,
            "seed {seed}: {answer:?} to {question:?} gives {verdict:?}"
        );
        // It is asked once.
        assert_ne!(
            next_question(&then, draft, &policy).unwrap().map(|q| (q.of, q.inside)),
            Some((question.of.clone(), question.inside))
        );
    }
}

#[test]
fn two_groups_of_which_only_the_sizes_are_known_overlap_as_frechet_says() {
    for (n, a, b) in [(100, 60, 70), (100, 30, 40), (10, 10, 4), (50, 50, 50)] {
        let mut ledger = Ledger::new();
        ledger.roster(n).unwrap();
        let everybody = circle_of(&mut ledger, 0..a);
        let about = ledger.circle(Circle::estimate("about", Bounds::exactly(b))).unwrap();
        let mut draft = Draft::default();
        for (name, id) in [("list", everybody), ("about", about)] {
            let fact = ledger.fact(Fact::new(name).wording(Wording::new("w", id))).unwrap();
            draft = draft.passage(name, [Mention::new(fact, WordingId(0))]);
        }
        let seen = read(&ledger, &draft, &Policy { k: 1, at_most: 1, now: 0 }).unwrap();
        let (n, a) = (u64::from(n), u64::from(a));
        assert_eq!(seen.after.survivors, Bounds::new((a + b).saturating_sub(n), a.min(b)).unwrap());
    }
}

fn circle_of(ledger: &mut Ledger, people: std::ops::Range<u32>) -> exposure::CircleId {
    ledger.circle(Circle::set("list", people.collect())).unwrap()
}

#[test]
fn one_answer_can_clear_a_draft() {
    let mut ledger = Ledger::new();
    ledger.roster(5_000).unwrap();
    let staff = circle_of(&mut ledger, 0..50);
    let about =
        ledger.circle(Circle::estimate("read the memo", Bounds::new(30, 400).unwrap())).unwrap();
    let mut draft = Draft::default();
    for (name, id) in [("staff", staff), ("memo", about)] {
        let fact = ledger.fact(Fact::new(name).wording(Wording::new("w", id))).unwrap();
        draft = draft.passage(name, [Mention::new(fact, WordingId(0))]);
    }
    let policy = Policy { k: 20, at_most: 1, now: 0 };
    let seen = read(&ledger, &draft, &policy).unwrap();
    assert_eq!(
        (seen.verdict, seen.after.survivors),
        (Verdict::Unsure, Bounds::new(0, 50).unwrap())
    );
    let question = next_question(&ledger, &draft, &policy).unwrap().unwrap();
    assert_eq!((question.of.clone(), question.inside), (vec![staff], about));
    assert_eq!(question.decisive, [(Answer::All, true), (Answer::Most, true)]);
    ledger.overlap(question.answered(Answer::Most)).unwrap();
    let seen = read(&ledger, &draft, &policy).unwrap();
    assert_eq!(
        (seen.verdict, seen.after.survivors),
        (Verdict::Clear, Bounds::new(26, 50).unwrap())
    );
}
