//! How well the times of sending tell a source from a reader: many visits in real browsers, the sends beside their
//! planned times, simple classifiers.
//!
//! `cargo run -p trials --example advantage -- [chromium|firefox] [VISITS] [main-thread] [jitter]`
//!
//! Whoever watches is given more than he has: the jitter is taken out unless `jitter` is named, and the readers do not
//! open the drawer. `main-thread` is the positive control: the build that seals and sends real packets in the page.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::time::Duration;

use trials::advantage::{CLASSIFIERS, Sample, cross_validated, difference};
use trials::browser::Kind;
use trials::changed::{Changes, ON_THE_MAIN_THREAD, WITHOUT_JITTER, changed};
use trials::demo::Demo;
use trials::recorder::Protocol;
use trials::visit::{self, Role, SLOTS, Visit};
use trials::{During, Result};

/// Browsers at a time, half of them sources.
const AT_ONCE: usize = 4;

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let named = |name: &str| args.iter().any(|arg| arg == name);
    let count = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(40);
    let kind = if named("firefox") { Kind::Firefox } else { Kind::Chromium };
    let mut changes: Vec<_> = Vec::new();
    if named("main-thread") {
        changes.extend_from_slice(ON_THE_MAIN_THREAD);
    }
    if !named("jitter") {
        changes.extend_from_slice(WITHOUT_JITTER);
    }
    let changes: Changes = changes.leak();
    let folder = tempfile::tempdir().during("folder")?;
    let demo = Demo::start(folder.path(), 0).await?;
    println!("{} visits, {}, {args:?}", count, kind.name());

    let mut visits: Vec<Visit> = Vec::new();
    while visits.len() < count {
        let site = demo.address()?;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..AT_ONCE {
            // In turn, and the other way round in the next round: neither is always first.
            let role = if (n + visits.len() / AT_ONCE).is_multiple_of(2) {
                Role::Reader
            } else {
                Role::Source
            };
            let (rewrite, _) = changed(changes, false);
            tasks.spawn(async move {
                tokio::time::sleep(Duration::from_millis(n as u64 * 700)).await;
                visit::make(role, kind, Protocol::Http2, site, Some(rewrite)).await
            });
        }
        while let Some(done) = tasks.join_next().await {
            match done.during("visit")? {
                Ok(visit) => {
                    println!("{:?} {:?}", visit.role, late(&visit));
                    visits.push(visit);
                }
                Err(error) => eprintln!("a visit that failed: {error}"),
            }
        }
    }
    report(&visits);
    Ok(())
}

/// How late each packet of a visit was, in milliseconds after its slot.
fn late(visit: &Visit) -> Vec<f64> {
    visit.packets.iter().zip(SLOTS).map(|(at, slot)| (at - slot) * 1000.0).collect()
}

fn report(visits: &[Visit]) {
    let of = |role: Role| visits.iter().filter(move |visit| visit.role == role);
    let whole = |visit: &&Visit| visit.packets.len() == SLOTS.len();
    // A slot that a busy machine makes a page skip is seen, too.
    let skipped = |role| of(role).filter(|visit| !whole(visit)).count();
    let (sources, readers) = (of(Role::Source).count(), of(Role::Reader).count());
    let all = difference(skipped(Role::Source), sources, skipped(Role::Reader), readers);
    println!("{sources} sources, {readers} readers");
    println!("skipped a slot: {:+.2} ({:+.2} to {:+.2})", all.value, all.low, all.high);

    let by_visit: Vec<Sample> = visits
        .iter()
        .filter(whole)
        .map(|visit| Sample { features: late(visit), source: visit.role == Role::Source })
        .collect();
    let by_slot = |slot: usize| -> Vec<Sample> {
        by_visit
            .iter()
            .filter_map(|sample| {
                let features = vec![*sample.features.get(slot)?];
                Some(Sample { features, source: sample.source })
            })
            .collect()
    };
    for (name, classifier) in CLASSIFIERS {
        let found = cross_validated(&by_visit, classifier);
        println!("visit, {name}: {:+.2} ({:+.2} to {:+.2})", found.value, found.low, found.high);
    }
    for (slot, at) in SLOTS.iter().enumerate() {
        // Of a single number, the variance is none.
        for (name, classifier) in CLASSIFIERS.iter().filter(|(name, _)| !name.contains("variance"))
        {
            let found = cross_validated(&by_slot(slot), *classifier);
            println!(
                "slot at {at} s, {name}: {:+.2} ({:+.2} to {:+.2})",
                found.value, found.low, found.high
            );
        }
    }
}
