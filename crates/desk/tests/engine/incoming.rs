//! What comes in: messages in pieces, in any order, twice, broken, hostile.

use super::*;

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
