//! The engine against a site without a network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod support;

use desk::{
    EngineError,
    service::{Direction, Filter, Mark, Outcome},
};
use envelope::{
    Suite, VerifyError,
    cert::Revocation,
    crowd::Crowd,
    payload::{Body, MessageId},
    time::{TickLength, week},
};
use proptest::prelude::*;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use support::*;

fn site(seed: u64) -> (FakeSite, u64) {
    (FakeSite::new(seed, TickLength::HOUR, START), START + 600)
}

/// A desk that the site lists, and the time it is then.
fn ready(seed: u64) -> (FakeSite, TestDesk, u64) {
    let (mut site, mut now) = site(seed);
    let mut desk = TestDesk::new(&mut site, seed + 100, now);
    desk.listed(&mut site, &mut now);
    (site, desk, now)
}

/// Text that DEFLATE cannot make small.
fn noise(seed: u64, bytes: usize) -> String {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    (0..bytes).map(|_| char::from(b'!' + (rng.next_u32() % 90) as u8)).collect()
}

fn texts(desk: &TestDesk, now: u64) -> Vec<String> {
    let inbox = desk.desk.inbox(Filter::All).unwrap();
    let mut out = Vec::new();
    for one in inbox.conversations {
        let shown = desk.desk.show(&one.number.to_string(), now).unwrap();
        out.extend(shown.messages.iter().map(|m| m.text.as_str().to_owned()));
    }
    out.sort();
    out
}

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
fn both_suites_all_lengths_and_any_order_arrive() {
    let (mut site, mut desk, mut now) = ready(2);
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let mut source = Source::new(2, desk.id);
    let mut sent = Vec::new();
    for (n, suite) in [(0, Suite::X25519), (1, Suite::XWing)] {
        for length in [1, 1745, 1746, 9000, 13_000] {
            let text = noise(n * 100_000 + length as u64, length);
            let mut items: Vec<_> = {
                let fragments = source.fragments(&text, now, &mut rng);
                source.seal(&mut site, suite, &fragments)
            };
            items.reverse();
            site.pool.extend(items);
            sent.push(text);
        }
    }
    now += HOUR;
    let (intake, _) = desk.round(&mut site, now).unwrap();
    assert_eq!(intake.messages, 10);
    sent.sort();
    assert_eq!(texts(&desk, now), sent);
}

#[test]
fn a_message_is_stored_once_however_often_it_comes() {
    let (mut site, mut desk, mut now) = ready(3);
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let mut source = Source::new(3, desk.id);
    let text = noise(3, 4000);
    let fragments = source.fragments(&text, now, &mut rng);
    for _ in 0..3 {
        let items = source.seal(&mut site, Suite::XWing, &fragments);
        site.pool.extend(items);
    }
    now += HOUR;
    let (intake, _) = desk.round(&mut site, now).unwrap();
    assert_eq!(intake.messages, 1);
    // The same batch once more, and the same pieces in a later one.
    let tick = now / HOUR;
    let again = desk.engine.take_batch(tick, &site.batches[&tick], now).unwrap();
    assert_eq!((again.messages, again.pieces), (0, 0));
    let items = source.seal(&mut site, Suite::X25519, &fragments);
    site.pool.extend(items);
    now += HOUR;
    let (intake, _) = desk.round(&mut site, now).unwrap();
    assert_eq!((intake.messages, intake.repeated), (0, fragments.len()));
    assert_eq!(texts(&desk, now), [text]);
    assert_eq!(desk.desk.status(now).unwrap().receipts_waiting, 0);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    assert_eq!(source.receipts(&site, &source.sent[0]).len(), 1, "one receipt is enough");
}

#[test]
fn two_messages_of_one_id_are_both_stored() {
    let (mut site, mut desk, mut now) = ready(5);
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    let mut source = Source::new(5, desk.id);
    // One person in two browsers within one minute, then each of them once more for want of a receipt.
    let long = [noise(51, 3000), noise(52, 3000)];
    let mut messages: Vec<_> = ["first", "second", long[0].as_str(), long[1].as_str()]
        .iter()
        .map(|text| source.fragments(text, now, &mut rng))
        .collect();
    for fragment in messages.iter_mut().flatten() {
        fragment.message = source.sent[0];
    }
    for _ in 0..2 {
        for fragments in &messages {
            let items = source.seal(&mut site, Suite::XWing, fragments);
            site.pool.extend(items);
        }
        now += HOUR;
        desk.round(&mut site, now).unwrap();
    }
    let mut want = vec!["first".to_owned(), "second".to_owned()];
    want.extend(long);
    want.sort();
    assert_eq!(texts(&desk, now), want);
    for _ in 0..2 {
        now += HOUR;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(desk.desk.status(now).unwrap().receipts_waiting, 0);
    assert_eq!(desk.desk.show("1", now).unwrap().messages.len(), 4);
}

#[test]
fn gaps_are_kept_for_weeks_and_then_given_up_with_a_note() {
    let (mut site, mut desk, mut now) = ready(4);
    let mut rng = ChaCha20Rng::seed_from_u64(4);
    let (mut patient, mut lost) = (Source::new(4, desk.id), Source::new(5, desk.id));
    let text = noise(4, 3000);
    let begun = now;
    let whole = patient.fragments(&text, now, &mut rng);
    let half = lost.fragments(&text, now, &mut rng);
    let first = patient.seal(&mut site, Suite::XWing, &whole[1..]);
    site.pool.extend(first);
    let items = lost.seal(&mut site, Suite::XWing, &half[..1]);
    site.pool.extend(items);
    now += HOUR;
    let (intake, _) = desk.round(&mut site, now).unwrap();
    assert_eq!((intake.messages, intake.pieces), (0, 2));
    assert_eq!(desk.desk.status(now).unwrap().unfinished, 2);
    while now < begun + 20 * 86_400 {
        now += 12 * HOUR;
        desk.round(&mut site, now).unwrap();
    }
    let rest = patient.seal(&mut site, Suite::XWing, &whole[..1]);
    site.pool.extend(rest);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    assert_eq!(texts(&desk, now), [text]);
    while now < begun + 29 * 86_400 {
        now += 12 * HOUR;
        desk.round(&mut site, now).unwrap();
    }
    let status = desk.desk.status(now).unwrap();
    assert_eq!(status.unfinished, 0);
    assert!(status.notes.iter().any(|note| note.text.contains("only 1 of 2 pieces")));
}

#[test]
fn hostile_pieces_stop_nobody() {
    let (mut site, mut desk, mut now) = ready(6);
    let mut rng = ChaCha20Rng::seed_from_u64(6);
    let mut honest = Source::new(6, desk.id);
    let mut bad = Source::new(7, desk.id);
    // A piece that contradicts, one of another count, a bomb, no text, no DEFLATE, a key of a week to come.
    let mut contradicting = bad.fragments(&noise(6, 3000), now, &mut rng);
    let items = bad.seal(&mut site, Suite::XWing, &contradicting[..1]);
    site.pool.extend(items);
    contradicting[0].body.0[5] ^= 1;
    let items = bad.seal(&mut site, Suite::XWing, &contradicting[..1]);
    site.pool.extend(items);
    contradicting[1].count = 3;
    contradicting[1].index = 2;
    let items = bad.seal(&mut site, Suite::XWing, &contradicting[1..]);
    site.pool.extend(items);
    let single = |source: &mut Source, body: Vec<u8>, rng: &mut ChaCha20Rng| {
        let mut one = source.fragments("x", now, rng);
        one[0].body = Body(body);
        one
    };
    let zeros = vec![0u8; 270_000];
    let bomb = single(&mut bad, miniz(&zeros), &mut rng);
    let binary = single(&mut bad, miniz(&[0xff, 0xfe, 0x80]), &mut rng);
    let garbage = single(&mut bad, vec![0xff; 900], &mut rng);
    let empty = single(&mut bad, Vec::new(), &mut rng);
    let mut future = bad.fragments("from the future", now, &mut rng);
    future[0].reply_key = bad.key(week(now) + 2);
    for fragments in [&bomb, &binary, &garbage, &empty, &future] {
        let items = bad.seal(&mut site, Suite::X25519, fragments);
        site.pool.extend(items);
    }
    honest.write(&mut site, "An honest word after all of that.", now);
    now += HOUR;
    let (intake, _) = desk.round(&mut site, now).unwrap();
    assert_eq!((intake.messages, intake.unreadable, intake.refused), (1, 4, 1));
    // What contradicts a message that waits is taken for another one of the same id.
    assert_eq!(desk.desk.status(now).unwrap().unfinished, 3);
    assert!(texts(&desk, now).contains(&"An honest word after all of that.".to_owned()));
    // No receipt for what cannot be read: it was not "decrypted and on the desk's disk".
    for _ in 0..2 {
        now += HOUR;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(honest.receipts(&site, &honest.sent[0]).len(), 1);
    for message in &bad.sent {
        assert!(bad.receipts(&site, message).is_empty());
    }
}

/// Raw DEFLATE of stored blocks would not be small; fixed run-length coding by the library is.
fn miniz(bytes: &[u8]) -> Vec<u8> {
    envelope::message::pieces(&String::from_utf8_lossy(bytes), 1745, 8)
        .ok()
        .filter(|_| std::str::from_utf8(bytes).is_ok() && bytes.len() < 200_000)
        .map_or_else(|| deflate(bytes), |pieces| pieces.iter().flat_map(|p| p.0.clone()).collect())
}

/// A tiny DEFLATE writer: one stored block if short, else a run of one byte in a fixed block.
fn deflate(bytes: &[u8]) -> Vec<u8> {
    if bytes.len() < 1000 {
        let len = (bytes.len() as u16).to_le_bytes();
        let not = (!(bytes.len() as u16)).to_le_bytes();
        return [&[1][..], &len, &not, bytes].concat();
    }
    // Fixed Huffman: literal 0, then (length 258, distance 1) as often as needed, then end of block.
    let mut bits: Vec<bool> = vec![true, true, false];
    let code = |bits: &mut Vec<bool>, value: u32, n: u32| {
        (0..n).rev().for_each(|bit| bits.push(value >> bit & 1 == 1));
    };
    code(&mut bits, 0b0011_0000, 8);
    for _ in 0..bytes.len() / 258 {
        code(&mut bits, 0b1100_0101, 8);
        code(&mut bits, 0, 5);
    }
    code(&mut bits, 0, 7);
    bits.chunks(8)
        .map(|byte| byte.iter().enumerate().fold(0, |sum, (n, bit)| sum | u8::from(*bit) << n))
        .collect()
}

#[test]
fn someone_else_with_a_known_id_does_not_get_into_the_conversation() {
    let (mut site, mut desk, mut now) = ready(8);
    let mut rng = ChaCha20Rng::seed_from_u64(8);
    let mut honest = Source::new(8, desk.id);
    let mut other = Source::new(9, desk.id);
    honest.write(&mut site, "It is me.", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    let mut posing = other.fragments("It is me, write to this key.", now, &mut rng);
    posing[0].conversation = honest.conversation();
    let items = other.seal(&mut site, Suite::XWing, &posing);
    site.pool.extend(items);
    now += 8 * 86_400;
    desk.round(&mut site, now).unwrap();
    honest.write(&mut site, "Still me, a week later.", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    let first = desk.desk.show("1", now).unwrap();
    assert_eq!(first.messages.len(), 2);
    let apart = desk.desk.show("2", now).unwrap();
    assert_eq!((apart.summary.posing_as, apart.messages.len()), (Some(1), 1));
    desk.desk.reply("1", "Only for you.", now).unwrap();
    for _ in 0..2 {
        now += HOUR;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(honest.replies(&site), ["Only for you."]);
    assert!(other.replies(&site).is_empty());
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

/// The process is ended after each single step of a round, in every combination that a round has.
#[test]
fn exactly_once_over_restarts_at_every_step() {
    for cut in 0..7 {
        let (mut site, mut desk, mut now) = ready(20);
        let mut source = Source::new(20, desk.id);
        let text = noise(20, 4000);
        for n in 0..6 {
            source.write(&mut site, &format!("{n} {text}"), now);
            now += HOUR;
            site.advance(now);
            // Up to `cut` steps, then the process ends; then a whole round.
            let steps = |desk: &mut TestDesk, site: &mut FakeSite| {
                if cut == 0 {
                    return;
                }
                desk.engine.take_keys(&site.keys(now), now).unwrap();
                let plan = desk.engine.plan(now).unwrap();
                if cut == 1 {
                    return;
                }
                for tick in &plan.batches {
                    desk.engine.take_batch(*tick, &site.batches[tick], now).unwrap();
                }
                if cut == 2 {
                    return;
                }
                let live = envelope::drop::block_of(now / HOUR);
                for block in plan.blocks.iter().copied().chain([live]) {
                    desk.engine.take_chunk(&site.chunk(block)).unwrap();
                }
                if cut == 3 {
                    return;
                }
                let bundle = desk.engine.bundle(now).unwrap();
                if cut == 4 {
                    return;
                }
                assert!(site.post(&bundle.bytes, now));
                if cut == 5 {
                    return;
                }
                desk.engine.sent(bundle.tick).unwrap();
            };
            steps(&mut desk, &mut site);
            desk.restart(n);
            desk.round(&mut site, now + 30).unwrap();
            if n == 2 {
                desk.desk.reply("1", &noise(21, 2500), now).unwrap();
            }
        }
        for _ in 0..4 {
            now += HOUR;
            desk.round(&mut site, now).unwrap();
        }
        let mut want: Vec<_> = (0..6).map(|n| format!("{n} {text}")).collect();
        want.push(noise(21, 2500));
        want.sort();
        assert_eq!(texts(&desk, now), want, "cut {cut}");
        for message in &source.sent {
            assert_eq!(source.receipts(&site, message).len(), 1, "cut {cut}");
        }
        assert_eq!(source.replies(&site), [noise(21, 2500)]);
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
fn three_weeks_away_and_nothing_is_lost() {
    let (mut site, mut desk, mut now) = ready(24);
    let mut source = Source::new(24, desk.id);
    let away = now;
    // Until the desk's key of that week ends, which is 15 days after the week's start.
    for n in 0..11 {
        source.write(&mut site, &format!("day {n:02}"), now);
        now += 86_400;
        site.advance(now);
    }
    now = away + 20 * 86_400;
    desk.restart(5);
    desk.round(&mut site, now).unwrap();
    assert_eq!(texts(&desk, now).len(), 11);
    assert!(
        desk.desk.status(now).unwrap().weeks.len() == 1,
        "the old key goes once it is not needed"
    );
}

#[test]
fn old_keys_are_erased_and_reply_keys_move_on() {
    let (mut site, mut desk, mut now) = ready(25);
    let mut source = Source::new(25, desk.id);
    source.write(&mut site, "hello", now);
    for _ in 0..8 * 7 {
        now += 12 * HOUR;
        desk.round(&mut site, now).unwrap();
        let status = desk.desk.status(now).unwrap();
        assert!(status.weeks.iter().all(|w| w.from + 21 * 86_400 > now), "kept too long");
        assert!(status.weeks.iter().any(|w| w.week == week(now)));
        assert!(status.weeks.len() <= 4);
    }
    // Four weeks later the conversation still works, in both directions.
    source.write(&mut site, "still here", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    assert_eq!(texts(&desk, now), ["hello", "still here"]);
    desk.desk.reply("1", "so are we", now).unwrap();
    for _ in 0..2 {
        now += HOUR;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(source.replies(&site), ["so are we"]);
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
    desk.desk.mark("2", Mark::Danger(true)).unwrap();
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
fn a_wrong_clock_changes_nothing_and_says_so() {
    let (mut site, mut desk, mut now) = ready(33);
    let mut source = Source::new(33, desk.id);
    source.write(&mut site, "before", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    let before = desk.desk.status(now).unwrap();
    let list = site.keys(now);
    for wrong in [now + 400 * 86_400, now - 400 * 86_400, now + 5 * HOUR] {
        let error = desk.engine.take_keys(&list, wrong).unwrap_err();
        assert!(matches!(error, EngineError::Clock(_)), "{error}");
        assert!(error.to_string().contains("clock"));
        // Without a fresh key list nothing that cannot be undone is done.
        assert!(matches!(desk.engine.tidy(wrong), Err(EngineError::NoKeys)));
        assert!(matches!(desk.engine.bundle(wrong), Err(EngineError::NoKeys)));
        assert!(matches!(desk.engine.plan(wrong), Err(EngineError::NoKeys)));
    }
    let after = desk.desk.status(now).unwrap();
    assert_eq!((after.weeks, after.receipts_waiting), (before.weeks, before.receipts_waiting));
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    assert_eq!(source.receipts(&site, &source.sent[0]).len(), 1);
}

#[test]
fn another_newsrooms_lists_batches_and_chunks_are_refused() {
    let (mut site, mut desk, mut now) = ready(34);
    let (mut stranger, _) = support_stranger(now);
    now += HOUR;
    site.advance(now);
    stranger.advance(now);
    let error = desk.engine.take_keys(&stranger.keys(now), now).unwrap_err();
    assert!(matches!(error, EngineError::Verify(VerifyError::Stranger(_))), "{error}");
    desk.engine.take_keys(&site.keys(now), now).unwrap();
    let tick = now / HOUR;
    assert!(desk.engine.take_batch(tick, &stranger.batches[&tick], now).is_err());
    assert!(desk.engine.take_chunk(&stranger.chunk(tick / 12)).is_err());
    let mut list = site.keys(now);
    let middle = list.len() / 2;
    list[middle] ^= 1;
    assert!(desk.engine.take_keys(&list, now).is_err());
}

fn support_stranger(now: u64) -> (FakeSite, u64) {
    (FakeSite::new(999, TickLength::HOUR, now), now)
}

#[test]
fn a_revoked_desk_sees_that_it_is_not_listed() {
    let (mut site, mut desk, mut now) = ready(35);
    assert!(desk.desk.status(now).unwrap().listed);
    let serial = site.desks[&desk.id].0.serial;
    site.revocations.push(Revocation::issue(&site.root, serial));
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    let status = desk.desk.status(now).unwrap();
    assert!(!status.listed);
    assert_eq!(status.receipts_per_tick, 0);
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

#[test]
fn another_tick_length_begins_anew_without_loss() {
    let (mut site, mut desk, mut now) = ready(37);
    let mut source = Source::new(37, desk.id);
    source.write(&mut site, "in the old time", now);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    desk.desk.reply("1", "in the new time", now).unwrap();
    site.tick = TickLength::new(600).unwrap();
    site.at = now / 600;
    site.records.clear();
    site.batches.clear();
    site.bundles.clear();
    for _ in 0..4 {
        now += 600;
        desk.round(&mut site, now).unwrap();
    }
    assert_eq!(source.replies(&site), ["in the new time"]);
    assert_eq!(source.receipts(&site, &source.sent[0]).len(), 1);
}

#[test]
fn the_crowd_of_a_message_is_that_of_its_least_covered_piece() {
    let (mut site, mut desk, mut now) = ready(38);
    let mut rng = ChaCha20Rng::seed_from_u64(38);
    let mut source = Source::new(38, desk.id);
    let fragments = source.fragments(&noise(38, 4000), now, &mut rng);
    let mut items = source.seal(&mut site, Suite::XWing, &fragments);
    items[1].crowd = Crowd::of(12);
    items[1].slot = 14;
    site.pool.extend(items);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    let message = &desk.desk.show("1", now).unwrap().messages[0];
    assert_eq!((message.crowd_at_least, message.slot), (Some(10), Some(14)));
}

#[test]
fn before_it_is_enrolled_a_desk_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let name = envelope::cert::Name::new("New").unwrap();
    let kdf = vault::Kdf::weak_for_demo_and_tests();
    let rng = || ChaCha20Rng::seed_from_u64(1);
    let new = desk::init(dir.path(), &pass(), kdf, &name, rng()).unwrap();
    let again = desk::init(dir.path(), &pass(), kdf, &name, rng());
    assert!(again.err().is_some_and(|error| error.to_string().contains("holds a desk already")));
    let (mut site, now) = site(40);
    let other_dir = tempfile::tempdir().unwrap();
    let other =
        desk::init(other_dir.path(), &pass(), kdf, &name, ChaCha20Rng::seed_from_u64(2)).unwrap();
    let request = std::fs::read_to_string(other.request).unwrap();
    let foreign = site.enrol(&request, now);
    let error = desk::install(&new.vault, &foreign, Some(site.site), now).unwrap_err();
    assert!(matches!(error, desk::InstallError::OtherDesk));
    let request = desk::request_text(&new.vault).unwrap();
    let certificate = site.enrol(&request, now);
    let elsewhere = Some(envelope::keys::SiteId([7; 32]));
    let error = desk::install(&new.vault, &certificate, elsewhere, now).unwrap_err();
    assert!(matches!(error, desk::InstallError::OtherNewsroom { .. }));
    let late = now + 400 * 86_400;
    assert!(desk::install(&new.vault, &certificate, None, late).is_err());
    let vault = std::sync::Arc::new(new.vault);
    assert!(matches!(desk::DeskEngine::open(vault.clone()), Err(EngineError::NotEnrolled)));
    desk::install(&vault, &certificate, None, now).unwrap();
    assert!(desk::DeskEngine::open(vault).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Pieces of several messages, shuffled, repeated and spread over batches: every text arrives once and whole.
    #[test]
    fn pieces_in_any_order_make_every_message_once(
        lengths in prop::collection::vec(1usize..9000, 1..5),
        order in any::<u64>(),
        batches in 1u64..4,
    ) {
        let (mut site, mut desk, mut now) = ready(50);
        let mut rng = ChaCha20Rng::seed_from_u64(order);
        let mut source = Source::new(50, desk.id);
        let mut want = Vec::new();
        let mut items = Vec::new();
        for (n, length) in lengths.iter().enumerate() {
            let text = noise(order ^ n as u64, *length);
            let fragments = source.fragments(&text, now, &mut rng);
            for fragment in &fragments {
                for _ in 0..=(rng.next_u32() % 2) {
                    items.extend(source.seal(&mut site, Suite::X25519, std::slice::from_ref(fragment)));
                }
            }
            want.push(text);
        }
        for at in (1..items.len()).rev() {
            items.swap(at, rng.next_u32() as usize % (at + 1));
        }
        let per_batch = items.len().div_ceil(batches as usize);
        while !items.is_empty() {
            let rest = items.split_off(per_batch.min(items.len()));
            site.pool.extend(items);
            items = rest;
            now += HOUR;
            desk.round(&mut site, now).unwrap();
        }
        want.sort();
        prop_assert_eq!(texts(&desk, now), want);
    }
}

#[test]
fn message_ids_are_apart_by_conversation() {
    let (mut site, mut desk, mut now) = ready(60);
    let mut rng = ChaCha20Rng::seed_from_u64(60);
    let (mut one, mut two) = (Source::new(60, desk.id), Source::new(61, desk.id));
    let mut first = one.fragments("mine", now, &mut rng);
    let mut second = two.fragments("also mine", now, &mut rng);
    first[0].message = MessageId([9; 16]);
    second[0].message = MessageId([9; 16]);
    let items = one.seal(&mut site, Suite::XWing, &first);
    site.pool.extend(items);
    let items = two.seal(&mut site, Suite::XWing, &second);
    site.pool.extend(items);
    now += HOUR;
    desk.round(&mut site, now).unwrap();
    assert_eq!(texts(&desk, now), ["also mine", "mine"]);
}
