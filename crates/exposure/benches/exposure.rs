//! The figures of docs/source-read.md: drafts at sizes that no newsroom will reach, on made-up organisations.
//!
//! An organisation has people with a site, a department, a grade, a shift and a clearance; circles are what a reporter would name:
//! "somebody at one of these sites", "in these departments", "cleared for this", "was in that meeting". All of them hold person 0,
//! the source. Coarser wordings name more sites, departments …
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    missing_docs
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use exposure::{
    Budget, Circle, Draft, Fact, Ledger, Mention, Policy, Rate, Repair, Wording, WordingId,
    exposure, leave_one_out, read, repair, shares,
};
use roaring::RoaringBitmap;

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

const KINDS: [u64; 5] = [100, 60, 8, 3, 4];

/// The people by each value of each attribute, and the source's values.
fn organisation(rng: &mut Rng, people: u32) -> (Vec<Vec<RoaringBitmap>>, Vec<usize>) {
    let mut by_value: Vec<Vec<RoaringBitmap>> =
        KINDS.iter().map(|n| vec![RoaringBitmap::new(); *n as usize]).collect();
    let mut source = Vec::new();
    for p in 0..people {
        for (values, n) in by_value.iter_mut().zip(KINDS) {
            let value = rng.below(n) as usize;
            values[value].insert(p);
            if p == 0 {
                source.push(value);
            }
        }
    }
    (by_value, source)
}

/// A ledger and a draft of facts with three wordings each; a tenth of the facts are narrow, most are broad.
fn structured(people: u32, facts: u64) -> (Ledger, Draft) {
    let mut rng = Rng(42);
    let (by_value, source) = organisation(&mut rng, people);
    let mut ledger = Ledger::new();
    ledger.roster(people).unwrap();
    let mut draft = Draft::default();
    for f in 0..facts {
        let kind = rng.below(KINDS.len() as u64) as usize;
        let values = &by_value[kind];
        // How many values in a thousand the exact wording names, beside the source's own.
        let share = match rng.below(10) {
            0 => 0,
            1..=3 => 200 + rng.below(300),
            _ => 800 + rng.below(180),
        };
        let mut named: Vec<bool> =
            (0..values.len()).map(|v| v == source[kind] || rng.below(1000) < share).collect();
        let mut fact = Fact::new(&format!("fact {f}"));
        let mut loss = 0;
        for step in 0..3 {
            let mut set = RoaringBitmap::new();
            for (value, _) in values.iter().zip(&named).filter(|(_, n)| **n) {
                set |= value;
            }
            if share == 0 && step == 0 && rng.below(2) == 0 {
                // A meeting.
                set = (0..30)
                    .map(|_| rng.below(people.into()) as u32)
                    .filter(|p| set.contains(*p))
                    .chain([0])
                    .collect();
            }
            let id = ledger
                .circle(Circle::set(&format!("{f}/{step}"), set).epsilon(Rate::per_mille(10)))
                .unwrap();
            let mut wording = Wording::new(&step.to_string(), id).loss(loss);
            if step < 2 {
                wording = wording.coarser(&(step + 1).to_string());
            }
            fact = fact.wording(wording);
            loss += 1 + rng.below(6) as u32;
            for n in &mut named {
                *n |= rng.below(3) == 0;
            }
        }
        let id = ledger.fact(fact.omission(loss + 4)).unwrap();
        draft = draft.passage(&format!("sentence {f}"), [Mention::new(id, WordingId(0))]);
    }
    (ledger, draft)
}

/// Facts that only some hundred people each could have known, spread over everybody.
fn sparse(people: u32, facts: u64, each: u64) -> (Ledger, Draft) {
    let mut rng = Rng(7);
    let mut ledger = Ledger::new();
    ledger.roster(people).unwrap();
    let mut draft = Draft::default();
    for f in 0..facts {
        let set = (0..each).map(|_| rng.below(people.into()) as u32).chain(0..3).collect();
        let id =
            ledger.circle(Circle::set(&f.to_string(), set).epsilon(Rate::per_mille(10))).unwrap();
        let fact = ledger.fact(Fact::new(&f.to_string()).wording(Wording::new("w", id))).unwrap();
        draft = draft.passage(&f.to_string(), [Mention::new(fact, WordingId(0))]);
    }
    (ledger, draft)
}

fn policy(k: u64) -> Policy {
    Policy { k, at_most: 1, now: 0 }
}

fn peak(what: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line =
        status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or("VmHWM: unknown").to_owned();
    eprintln!("after {what}: {line}");
}

fn drafts(c: &mut Criterion) {
    let mut group = c.benchmark_group("draft");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(5))
        .warm_up_time(Duration::from_millis(500));
    {
        let (ledger, draft) = structured(1_000_000, 1_000);
        group.bench_function("verdict, 1 M people, 1,000 facts", |b| {
            b.iter(|| exposure(&ledger, Some(black_box(&draft)), &policy(25)).unwrap().k);
        });
        group.bench_function("verdict and each sentence's cost, 1 M people, 1,000 facts", |b| {
            b.iter(|| {
                let seen = exposure(&ledger, Some(black_box(&draft)), &policy(25)).unwrap().k;
                (seen, leave_one_out(&ledger, &draft).unwrap())
            });
        });
    }
    let (ledger, draft) = sparse(10_000_000, 10_000, 1_000);
    peak("10 M people, 10,000 facts: the ledger");
    group.bench_function("verdict, 10 M people, 10,000 sparse facts", |b| {
        b.iter(|| exposure(&ledger, Some(black_box(&draft)), &policy(25)).unwrap().k);
    });
    group.bench_function("whole read with posterior, 10 M people, 10,000 sparse facts", |b| {
        b.iter(|| read(&ledger, black_box(&draft), &policy(25)).unwrap().posterior.k);
    });
    peak("10 M people, 10,000 facts: read");
    group.finish();
}

fn costs(c: &mut Criterion) {
    let mut group = c.benchmark_group("costs");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(5))
        .warm_up_time(Duration::from_millis(500));
    let (ledger, draft) = structured(1_000_000, 200);
    group.bench_function("leave-one-out, 1 M people, 200 facts", |b| {
        b.iter(|| leave_one_out(&ledger, black_box(&draft)).unwrap())
    });
    group.bench_function("shares, 1 M people, 200 facts", |b| {
        b.iter(|| shares(&ledger, black_box(&draft)).unwrap())
    });
    group.finish();
}

fn repairs(c: &mut Criterion) {
    let mut group = c.benchmark_group("repair");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(10))
        .warm_up_time(Duration::from_millis(500));
    for (people, facts, k) in [(100_000, 100, 50), (1_000_000, 200, 25)] {
        let (ledger, draft) = structured(people, facts);
        let run = |steps| match repair(
            &ledger,
            &draft,
            &policy(k),
            &mut Budget { steps, over: &mut || false },
        )
        .unwrap()
        {
            Repair::Plan(plan) => plan,
            other => panic!("{other:?}"),
        };
        let plan = run(20_000);
        eprintln!(
            "{people} people, {facts} facts, k = {k}: {} changes, cost {}, at least {}, {} left, {} steps",
            plan.changes.len(),
            plan.cost,
            plan.at_least,
            plan.survivors,
            plan.steps
        );
        group.bench_function(format!("{people} people, {facts} facts, k = {k}"), |b| {
            b.iter(|| run(20_000))
        });
    }
    peak("repair");
    group.finish();
}

criterion_group!(benches, drafts, costs, repairs);
criterion_main!(benches);
