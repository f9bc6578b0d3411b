//! Each case tells what history showed, and its table is what the model says for every combination.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use replay::{Case, Reckoning, shipped};

fn reckoned(name: &str) -> (Case, Reckoning) {
    let case = shipped(name).unwrap_or_else(|e| panic!("{e}"));
    let sums = case.reckon().unwrap_or_else(|e| panic!("{e}"));
    (case, sums)
}

/// Least and most left before anything and after each step.
fn course(name: &str) -> Vec<(u64, u64)> {
    let (_, sums) = reckoned(name);
    let after = sums.after.iter().map(|l| (l.people.lo(), l.people.hi()));
    std::iter::once((sums.everybody, sums.everybody)).chain(after).collect()
}

#[test]
fn six_people_printed_it() {
    assert_eq!(course("six-copies"), [(30_000, 30_000), (6, 6), (1, 1), (1, 1), (1, 1)]);
    let (_, sums) = reckoned("six-copies");
    assert_eq!(sums.after[0].source_among, Some(true));
    // Either the copy or the scan suffices to leave six: rewording one of them changes nothing.
    assert_eq!(sums.table[0].people.hi(), 6);
}

#[test]
fn ninety_five_had_read_it_until_the_clocks_left_one() {
    assert_eq!(course("ninety-five-readers"), [(2_000, 2_000), (95, 95), (95, 95), (1, 1)]);
    let (_, sums) = reckoned("ninety-five-readers");
    assert_eq!((sums.best, sums.table[0].enough), (Some(0), true), "by its words it was clear");
}

#[test]
fn one_man_had_worked_it_out() {
    assert_eq!(course("one-number"), [(800, 800), (120, 120), (1, 1)]);
}

#[test]
fn ten_former_inspectors_and_two_guesses() {
    let course = course("confirm-or-deny");
    assert_eq!(
        course,
        [(100_000, 100_000), (100_000, 100_000), (20, 60), (10, 10), (9, 9), (1, 1)]
    );
}

#[test]
fn six_knew_and_the_source_was_not_among_them() {
    assert_eq!(course("six-who-knew"), [(500, 500), (400, 400), (6, 6)]);
    let (_, sums) = reckoned("six-who-knew");
    let last = sums.after.last().unwrap();
    assert_eq!((last.source_among, last.wrongly.lo(), last.wrongly.hi()), (Some(false), 6, 6));
    let best = &sums.table[sums.best.unwrap()];
    assert!(best.people.lo() >= 20);
}

#[test]
fn nobody_has_a_head_count_of_the_chair() {
    let course = course("the-empty-chair");
    assert_eq!(course, [(2_000, 2_000), (2_000, 2_000), (10, 100), (1, 40), (1, 30)]);
    let (_, sums) = reckoned("the-empty-chair");
    assert!(sums.after.iter().skip(1).all(|l| !l.enough), "never for certain");
}

#[test]
fn eleven_million_documents_point_at_nobody_and_the_hunt_at_an_innocent() {
    assert_eq!(
        course("eleven-million-documents"),
        [(600, 600), (600, 600), (30, 600), (1, 1), (29, 599)]
    );
    let (_, sums) = reckoned("eleven-million-documents");
    assert_eq!(sums.best, Some(0), "nothing had to be changed");
    assert!(sums.table[0].enough);
}

#[test]
fn three_facts_leave_three() {
    let course = course("three-facts");
    assert_eq!(course, [(26_000, 26_000), (20_000, 20_000), (70, 70), (30, 30), (3, 3)]);
    // Without any one of the four more than twenty would be left: it is the overlap that is small.
    let (_, sums) = reckoned("three-facts");
    let last: Vec<usize> = sums.rewritable.iter().map(|r| r.options.len() - 1).collect();
    for out in 0..4 {
        let index = (0..sums.table.len())
            .find(|i| {
                let chosen = sums.options_of(*i);
                (0..4).all(|s| chosen[s] == if s == out { last[s] } else { 0 })
            })
            .unwrap();
        assert!(sums.table[index].people.lo() > 3);
    }
}

/// The cheapest combination of the table costs what the model's own search says.
#[test]
fn the_cheapest_plan_is_the_cheapest() {
    for name in replay::names() {
        let (case, sums) = reckoned(name);
        let model = case.ledger();
        let mut draft = exposure::Draft::default();
        for step in case.story.steps.iter().filter(|s| s.can_be_rewritten()) {
            let fact = model.find_fact(&step.fact).unwrap();
            let wording = model.find_wording(fact, &step.wording).unwrap();
            draft = draft.passage(&step.id, [exposure::Mention::new(fact, wording)]);
        }
        let policy = exposure::Policy { k: sums.k, at_most: 1, now: 0 };
        let mut budget = exposure::Budget { steps: 1_000_000, over: &mut || false };
        let found = exposure::repair(model, &draft, &policy, &mut budget).unwrap();
        let exposure::Repair::Plan(plan) = found else { panic!("{name}: {found:?}") };
        assert!(plan.is_cheapest(), "{name}");
        assert_eq!(sums.best.map(|b| sums.loss_of(b)), Some(plan.cost), "{name}");
    }
}

/// The sources that the Replay names are those of the case.
#[test]
fn sources_are_named_once() {
    for name in replay::names() {
        let (case, _) = reckoned(name);
        let named: Vec<_> = case
            .story
            .public
            .iter()
            .map(|p| replay::Cited { text: p.source.clone(), url: p.url.clone() })
            .collect();
        assert_eq!(named, case.happened.cite, "{name}");
    }
}

/// What the case file says was left is what the model says.
#[test]
fn every_step_is_as_written_down() {
    for name in replay::names() {
        let (case, sums) = reckoned(name);
        for (step, left) in case.story.steps.iter().zip(&sums.after) {
            assert_eq!(step.left, (left.people.lo(), left.people.hi()), "{name}: {}", step.id);
        }
    }
}

/// The people drawn are the people counted: where no circle is an estimate, the classes give every entry of the table.
#[test]
fn the_crowd_drawn_is_the_crowd_counted() {
    let mut compared = 0;
    for name in replay::names() {
        let (_, sums) = reckoned(name);
        for (index, left) in sums.table.iter().enumerate() {
            let chosen = sums.options_of(index);
            let options: Vec<_> =
                sums.rewritable.iter().zip(&chosen).map(|(r, o)| &r.options[*o]).collect();
            let needed = options.iter().filter_map(|o| o.bit).fold(0, |bits, b| bits | 1 << b);
            let lit: u64 = sums
                .classes
                .iter()
                .filter(|c| c.in_circles & needed == needed)
                .map(|c| c.people)
                .sum();
            if options.iter().all(|o| o.bit.is_some() || o.words.is_none()) {
                assert_eq!((lit, lit), (left.people.lo(), left.people.hi()), "{name} {chosen:?}");
                compared += 1;
            } else {
                assert!(left.people.hi() <= lit, "{name} {chosen:?}");
            }
        }
        assert_eq!(sums.classes.iter().map(|c| c.people).sum::<u64>(), sums.everybody);
    }
    assert!(compared > 100, "{compared}");
}
