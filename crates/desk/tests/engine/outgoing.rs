//! What goes out: bundles, receipts and answers, and what comes first.

use super::*;

#[test]
fn a_tip_comes_in_and_its_receipt_and_the_answer_go_out() {
    let (mut site, mut desk, mut now) = ready(1);
    let mut source = Source::new(1, desk.id);
    source.write(&mut site, "The minutes of 4 March were rewritten.", now);
    now += HOUR;
    let (intake, _) = desk.round(&mut site, now).unwrap();
    assert_eq!((intake.messages, intake.refused), (1, 0));
    let shown = desk.desk.show("1", now).unwrap();
    let message = &shown.messages[0];
    assert_eq!(message.text.as_str(), "The minutes of 4 March were rewritten.");
    assert_eq!(message.at % HOUR, 0, "time is only as fine as the tick");
    assert_eq!(message.crowd_at_least, Some(40));
    assert_eq!(message.outcome, Outcome::Waiting);
    let expected = message.expected.unwrap();

    let queued = desk.desk.reply("1", "Thank you.\r\nWho else\r\nwas there?\r\n", now).unwrap();
    assert_eq!(queued.entries, 1);
    now += HOUR;
    let (_, seen) = desk.round(&mut site, now).unwrap();
    assert_eq!((seen.receipts, seen.parts), (1, 0));
    assert_eq!(source.receipts(&site, &source.sent[0]), [expected / HOUR]);
    now += HOUR;
    let (_, seen) = desk.round(&mut site, now).unwrap();
    assert_eq!((seen.receipts, seen.parts, seen.requeued), (0, 1, 0));
    assert_eq!(source.replies(&site), ["Thank you.\nWho else\nwas there?"]);
    let shown = desk.desk.show("1", now).unwrap();
    assert_eq!(shown.messages[0].outcome, Outcome::Published { at: expected });
    assert_eq!(shown.messages[1].direction, Direction::Out);
    assert_eq!(
        Some(shown.messages[1].outcome),
        queued.published.map(|at| Outcome::Published { at })
    );
    assert!(shown.summary.answered);
    // By the beginning of its id, too; and nothing by what is no conversation.
    assert_eq!(
        desk.desk.show(&shown.summary.id[..6].to_uppercase(), now).unwrap().summary.number,
        1
    );
    for none in ["2", "0", "", "zz", "ffffffffffffffff", "18446744073709551616"] {
        let error = desk.desk.show(none, now).err().unwrap();
        assert!(matches!(error, desk::DeskError::NoConversation(_)), "{none}");
    }
    let status = desk.desk.status(now).unwrap();
    assert_eq!((status.parts_waiting, status.receipts_waiting), (0, 0));
}

#[test]
fn what_the_site_does_not_publish_is_offered_until_it_is_seen() {
    let (mut site, mut desk, mut now) = ready(10);
    let mut source = Source::new(10, desk.id);
    source.write(&mut site, "Is anyone there?", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    desk.desk.reply("1", &noise(10, 2500), now).unwrap();
    site.forgetful = true;
    for _ in 0..5 {
        now += HOUR;
        let (_, seen) = desk.round(&mut site, now).unwrap();
        assert_eq!((seen.receipts, seen.parts), (0, 0));
        let status = desk.desk.status(now).unwrap();
        assert_eq!((status.receipts_waiting, status.parts_waiting), (1, 3));
        assert_eq!(desk.desk.show("1", now).unwrap().messages[1].outcome, Outcome::Waiting);
    }
    site.forgetful = false;
    for _ in 0..6 {
        now += HOUR;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(source.replies(&site), [noise(10, 2500)]);
    assert_eq!(source.receipts(&site, &source.sent[0]).len(), 1);
    assert_eq!(desk.desk.status(now).unwrap().parts_waiting, 0);
}

#[test]
fn one_bundle_per_tick_and_the_same_one_when_asked_again() {
    let (mut site, mut desk, mut now) = ready(11);
    let mut source = Source::new(11, desk.id);
    source.write(&mut site, "A word.", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    desk.desk.reply("1", "An answer that comes between two questions.", now).unwrap();
    let once = desk.engine.bundle(now).unwrap();
    desk.restart(1);
    desk.engine.take_keys(&site.keys(now), now).unwrap();
    let twice = desk.engine.bundle(now + 60).unwrap();
    assert_eq!(
        (once.tick, once.bytes.as_slice(), true),
        (twice.tick, twice.bytes.as_slice(), twice.sent)
    );
    for _ in 0..3 {
        desk.round(&mut site, now + 100).unwrap();
    }
    for tick in (START + HOUR) / HOUR + 1..=now / HOUR + 1 {
        assert_eq!(site.posted.iter().filter(|(of, _)| *of == tick).count(), 1, "tick {tick}");
    }
}

#[test]
fn a_receipt_is_never_offered_before_its_message_is_on_the_disk() {
    let (mut site, mut desk, mut now) = ready(22);
    let mut source = Source::new(22, desk.id);
    source.write(&mut site, "First the disk.", now);
    now += HOUR;
    site.advance(now);
    // The batch never reaches the desk, its bundles go on.
    desk.engine.take_keys(&site.keys(now), now).unwrap();
    let bundle = desk.engine.bundle(now).unwrap();
    assert!(site.post(&bundle.bytes, now));
    desk.engine.sent(bundle.tick).unwrap();
    now += HOUR;
    site.advance(now);
    assert!(source.receipts(&site, &source.sent[0]).is_empty());
    desk.round(&mut site, now).unwrap();
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    assert_eq!(source.receipts(&site, &source.sent[0]).len(), 1);
    assert_eq!(texts(&desk, now), ["First the disk."]);
}

#[test]
fn a_failed_batch_does_not_hold_up_later_ones_and_is_asked_for_again() {
    let (mut site, mut desk, mut now) = ready(23);
    let mut source = Source::new(23, desk.id);
    source.write(&mut site, "one", now);
    now += HOUR;
    site.advance(now);
    let bad = now / HOUR;
    source.write(&mut site, "two", now);
    now += HOUR;
    site.advance(now);
    let good = site.batches[&bad].clone();
    let mut broken = good.clone();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;
    desk.engine.take_keys(&site.keys(now), now).unwrap();
    assert!(matches!(desk.engine.take_batch(bad, &broken, now), Err(EngineError::Verify(_))));
    assert!(desk.engine.take_batch(bad, &good[..good.len() - 1], now).is_err());
    let other = &site.batches[&(bad + 1)];
    assert!(matches!(desk.engine.take_batch(bad, other, now), Err(EngineError::OtherBatch { .. })));
    assert_eq!(desk.engine.take_batch(bad + 1, other, now).unwrap().messages, 1);
    assert_eq!(desk.engine.plan(now).unwrap().batches, [bad]);
    desk.round(&mut site, now).unwrap();
    assert_eq!(texts(&desk, now), ["one", "two"]);
    assert!(desk.engine.plan(now).unwrap().batches.is_empty());
}

#[test]
fn quotas_hold_and_everybody_gets_a_receipt() {
    let (mut site, mut now) = site(30);
    let mut desks: Vec<_> = (0..3).map(|n| TestDesk::new(&mut site, 300 + n, now)).collect();
    for _ in 0..3 {
        for desk in &mut desks {
            desk.round(&mut site, now).unwrap();
        }
        now += HOUR;
    }
    for desk in &mut desks {
        desk.round(&mut site, now).unwrap();
    }
    let mut sources = Vec::new();
    for n in 0..120u32 {
        let mut source = Source::numbered(n, desks[(n % 3) as usize].id);
        source.write(&mut site, &format!("tip {n}"), now);
        sources.push(source);
    }
    let begun = now / HOUR;
    now += HOUR;
    for desk in &mut desks {
        desk.round(&mut site, now).unwrap();
        assert_eq!(desk.desk.status(now).unwrap().receipts_per_tick, 16);
        assert_eq!(desk.desk.receipts(now).unwrap().waiting.len(), 40);
        desk.desk.reply("1", "answer", now).unwrap();
    }
    for _ in 0..7 {
        now += HOUR;
        for desk in &mut desks {
            desk.round(&mut site, now).unwrap();
        }
    }
    for source in &sources {
        assert_eq!(source.receipts(&site, &source.sent[0]).len(), 1);
    }
    let answered = sources.iter().filter(|source| !source.replies(&site).is_empty()).count();
    assert_eq!(answered, 3);
    // No tick carried more than 16 receipts of one desk.
    for tick in begun..=now / HOUR {
        for desk in &desks {
            let of_desk = sources.iter().filter(|s| s.desk == desk.id);
            let there = of_desk.filter(|s| s.receipts(&site, &s.sent[0]) == [tick]).count();
            assert!(there <= 16, "tick {tick}: {there}");
        }
    }
}

#[test]
fn where_life_is_in_danger_the_answer_goes_first() {
    let (mut site, mut desk, mut now) = ready(31);
    let (mut one, mut two) = (Source::new(31, desk.id), Source::new(32, desk.id));
    one.write(&mut site, "one", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    two.write(&mut site, "two", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    desk.desk.reply("1", &noise(31, 5000), now).unwrap();
    desk.desk.reply("2", "Leave now.", now).unwrap();
    desk.desk.mark("2", Mark::Danger(true), now).unwrap();
    let expected = desk.desk.show("2", now).unwrap().messages[1].expected.unwrap();
    for _ in 0..2 {
        now += HOUR;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(two.replies(&site), ["Leave now."]);
    assert_eq!(
        desk.desk.show("2", now).unwrap().messages[1].outcome,
        Outcome::Published { at: expected }
    );
    assert_eq!(desk.desk.inbox(Filter::Open).unwrap().conversations[0].number, 2);
}

#[test]
fn a_receipt_is_published_again_once_the_first_has_left_the_window() {
    let (mut site, mut desk, mut now) = ready(36);
    let mut rng = ChaCha20Rng::seed_from_u64(36);
    let mut source = Source::new(36, desk.id);
    let fragments = source.fragments("said twice", now, &mut rng);
    for wait in [2, 24, 9 * 24, 2] {
        let items = source.seal(&mut site, Suite::XWing, &fragments);
        site.pool.extend(items);
        for _ in 0..wait {
            now += HOUR;
            desk.round(&mut site, now).unwrap();
        }
    }
    for _ in 0..3 {
        now += HOUR;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(source.receipts(&site, &source.sent[0]).len(), 2);
    assert_eq!(texts(&desk, now), ["said twice"]);
}
