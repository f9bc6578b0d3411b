//! Days and weeks of a newsroom, in seconds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod house;

use std::collections::BTreeSet;

use envelope::{payload::MessageId, sizes, time::TickLength};
use house::{DAY, House};
use mix::link::Limits;

/// 23 November 2026, noon.
const START: u64 = 1_795_435_200;

/// Snapshots are for crashes; one an hour keeps a simulated month short.
const SELDOM: u16 = 3_600;

fn small() -> Limits {
    Limits {
        batch_items: 8,
        pool_items: 64,
        noise_shift: 1,
        noise_scale: 1,
        seen_bits: 10,
        ..Limits::default()
    }
}

/// The root signed once, and its file is gone: for thirty days the signer makes mix keys and key lists, desks make
/// weekly keys, tips go in, receipts and answers come back.
#[test]
fn thirty_days_without_the_root() {
    let mut house = House::build(
        START,
        TickLength::HOUR,
        &["Night desk", "Investigations"],
        Limits { snapshot_secs: SELDOM, ..small() },
    );
    house.tick();
    house.tick();
    // Until the desks have sent their first keys there is nobody to release to, and the mix says so.
    house.faults();
    let mut epochs = BTreeSet::new();
    let mut weeks = BTreeSet::new();
    let mut waiting = Vec::new();
    let mut answered = 0;
    for day in 0..30_u32 {
        for hour in 0..24 {
            if hour == 3 {
                let desk = (day % 2) as usize;
                let text = format!("Day {day}: the ledger in the second drawer is the real one.");
                let source = house.tip(desk, &text);
                waiting.push((day, text, source));
            }
            house.tick();
            let keys = house.key_list();
            assert_eq!(keys.contents.desks.len(), 2, "both desks are listed in every hour");
            epochs.insert(keys.mix_key(house.now).unwrap().not_before);
            weeks.extend(keys.contents.desks.iter().map(|desk| desk.key.week));
        }
        for (_, text, source) in waiting.iter().filter(|(sent, ..)| *sent == day) {
            let found = house.look(source);
            assert!(found.receipts[0].is_some(), "day {day}: no receipt for {text:?}");
            let desk = (0..2)
                .find(|desk| {
                    let inbox = house.service(*desk).inbox(desk::service::Filter::Unanswered);
                    inbox.unwrap().conversations.iter().any(|one| one.preview.as_str() == text)
                })
                .expect("the tip is at a desk");
            let inbox = house.service(desk).inbox(desk::service::Filter::Unanswered).unwrap();
            let one = inbox.conversations.iter().find(|one| one.preview.as_str() == text).unwrap();
            let answer = format!("Thank you. We have day {day}.");
            house.service(desk).reply(&one.id, &answer, house.now).unwrap();
        }
        for (_, _, source) in waiting.iter().filter(|(sent, ..)| *sent + 1 == day) {
            let found = house.look(source);
            let text = found.replies.first().and_then(|reply| reply.text.clone());
            assert_eq!(text, Some(format!("Thank you. We have day {}.", day - 1)));
            answered += 1;
        }
    }
    assert_eq!(answered, 29);
    assert!(epochs.len() >= 30 * 24 / 8, "mix keys changed: {}", epochs.len());
    assert!(weeks.len() >= 5, "desk keys changed weekly: {weeks:?}");
    assert_eq!(house.faults(), Vec::<String>::new());
}

/// A thousand tips in a day, nine hundred of them junk: every one is on the desk's disk once, every source finds its receipt for
/// seven days, and no entry that was published is evicted.
#[test]
fn a_thousand_tips_in_a_day() {
    let mut house = House::build(
        START,
        TickLength::HOUR,
        &["Night desk"],
        Limits { seen_bits: 12, ..Limits::default() },
    );
    house.tick();
    house.tick();
    let mut sources = Vec::new();
    for hour in 0..24 {
        for n in 0..42 {
            if sources.len() < 1_000 {
                let honest = sources.len() % 10 == 0;
                let text = if honest {
                    format!("{hour}/{n}: look at the minutes")
                } else {
                    format!("junk {hour} {n}")
                };
                let source = house.tip(0, &text);
                sources.push((honest, text, source));
            }
        }
        house.tick();
    }
    assert_eq!(sources.len(), 1_000);
    assert_eq!(sources.iter().filter(|(honest, ..)| *honest).count(), 100);
    let sizes_seen: BTreeSet<usize> = house.edge().batches.values().skip(1).map(Vec::len).collect();
    assert_eq!(sizes_seen, [sizes::batch(64, 1)].into(), "batches tell nothing of the flood");

    // An answer to an honest one, in the middle of it all.
    let (_, text, _) = &sources[0];
    let inbox = house.service(0).inbox(desk::service::Filter::All).unwrap();
    let one = inbox.conversations.iter().find(|one| one.preview.as_str() == text).unwrap();
    house.service(0).reply(&one.id, "Which minutes?", house.now).unwrap();

    let mut hours = 24;
    let found = |house: &House| house.confirmed(sources.iter().map(|(_, _, source)| source));
    while house.conversations(0) < 1_000 || house.receipts_waiting(0) > 0 {
        house.tick();
        hours += 1;
        assert!(hours < 40, "{} receipts wait after {hours} hours", house.receipts_waiting(0));
    }
    assert_eq!(found(&house), 1_000);
    assert_eq!(house.conversations(0), 1_000, "at most once in the vault");
    let published = house.now;

    // Seven days after the last of them, less what has passed since the first receipts.
    let first_receipt = START + 2 * 3_600;
    house.advance(first_receipt + 7 * DAY - 3_600 - house.now);
    assert!(house.now > published + 5 * DAY);
    assert_eq!(found(&house), 1_000, "every receipt is still there after seven days");
    let reply = house.look(&sources[0].2).replies;
    assert_eq!(reply[0].text.as_deref(), Some("Which minutes?"));

    // The positive control: receipts do leave the window after it, so that finding them means something.
    house.advance(15 * sizes::RECORDS_PER_BLOCK as u64 * 3_600);
    assert_eq!(found(&house), 0);
}

/// The mix is killed after every snapshot tick and once between two: what is sent twice, a tick apart, is never lost and never doubled.
#[test]
fn the_mix_dies_again_and_again() {
    let mut house = House::build(START, TickLength::HOUR, &["Night desk"], small());
    house.mortal = true;
    house.tick();
    house.tick();
    let mut sources = Vec::new();
    for n in 0..12_u8 {
        let text = format!("number {n}");
        let source = house.tip(0, &text);
        house.flush();
        if n % 2 == 0 {
            // Dies before the next snapshot: this copy is lost.
            house.kill_the_mix();
        }
        house.advance(25);
        house.say(&source.master, source.message, 0, &text);
        house.flush();
        house.advance(25);
        house.kill_the_mix();
        sources.push(source);
        house.tick();
    }
    for _ in 0..12 {
        house.tick();
    }
    assert_eq!(house.conversations(0), 12);
    for (n, source) in sources.iter().enumerate() {
        assert!(house.look(source).receipts[0].is_some(), "number {n} is lost");
    }
    let stranger = house::SimSource {
        master: envelope::passphrase::Master::from_bytes([9; 32]),
        message: MessageId([9; 16]),
    };
    assert!(house.look(&stranger).receipts[0].is_none(), "nobody finds what is not his");
}
