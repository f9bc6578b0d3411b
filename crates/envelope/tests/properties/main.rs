//! Properties that must hold for any bytes, any text, any order: no decoder panics, nothing that was changed is
//! accepted, what is written is read back, and no size depends on content.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod world;

use envelope::{
    Suite,
    batch::{Batch, Item},
    cert::{Holder, Name},
    crowd::Crowd,
    drop::{Chunk, Record, Share},
    inner::InnerEnvelope,
    keys::{
        DeskId, DeskIdentity, KemPublic, MixEpoch, Root, Signing, SiteId, SiteSigner, Verifying,
    },
    message::{self, Assembly},
    packet::{self, Flag, Packet},
    papers,
    passphrase::{Master, Passphrase, ReceiptTag, ReplyKey},
    payload::{Body, ConversationId, Fragment, MessageId},
    reply::{self, Part, ReplyId},
    sizes,
    time::{FIRST_WEEK, MAX_WEEKS},
};
use proptest::{collection::vec, prelude::*, sample};
use world::{FORMATS, NOW, TICK, WORLD, rng};

/// Lengths that some decoder takes for its own, beside any other.
fn lengths() -> impl Strategy<Value = usize> {
    let known = vec![
        sizes::PACKET,
        sizes::INNER,
        sizes::ENTRY,
        sizes::CERTIFICATE,
        sizes::REVOCATION,
        sizes::DESK_KEY,
        sizes::BUNDLE,
        sizes::chunk(0),
        sizes::chunk(12),
        sizes::batch(0, 0),
        sizes::batch(2, 1),
        envelope::fetch::TOKEN,
    ];
    prop_oneof![sample::select(known), 0..300usize, 0..6000usize]
}

/// Bytes that begin like one of the formats, often enough to get past the first checks.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    let heads = vec![vec![], vec![1], b"\x01K\0\0".to_vec(), b"\x01B".to_vec(), b"\x01D".to_vec()];
    let more = vec![b"\x01U\0\0".to_vec(), b"\x01R".to_vec(), b"\x01W".to_vec(), vec![2, 3]];
    (sample::select([heads, more].concat()), lengths(), any::<u64>(), any::<bool>()).prop_map(
        |(head, length, seed, zeros)| {
            let mut bytes = vec![0; length];
            if !zeros {
                rand_core::Rng::fill_bytes(&mut rng(seed), &mut bytes);
            }
            bytes.iter_mut().zip(head).for_each(|(to, from)| *to = from);
            bytes
        },
    )
}

/// A change to valid bytes.
#[derive(Debug, Clone)]
enum Change {
    Flip(sample::Index, u8),
    Set(sample::Index, u8),
    Cut(sample::Index),
    Grow(Vec<u8>),
    Remove(sample::Index),
    Insert(sample::Index, u8),
    Swap(sample::Index, sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<sample::Index>;
    prop_oneof![
        8 => (at(), 0..8u8).prop_map(|(at, bit)| Change::Flip(at, 1 << bit)),
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => at().prop_map(Change::Cut),
        1 => vec(any::<u8>(), 1..40).prop_map(Change::Grow),
        1 => at().prop_map(Change::Remove),
        1 => (at(), any::<u8>()).prop_map(|(at, byte)| Change::Insert(at, byte)),
        1 => (at(), at()).prop_map(|(a, b)| Change::Swap(a, b)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match change {
        Change::Flip(at, mask) => bytes[at.index(length)] ^= mask,
        Change::Set(at, byte) => bytes[at.index(length)] = *byte,
        Change::Cut(at) => bytes.truncate(at.index(length)),
        Change::Grow(more) => bytes.extend_from_slice(more),
        Change::Remove(at) => drop(bytes.remove(at.index(length))),
        Change::Insert(at, byte) => bytes.insert(at.index(length), *byte),
        Change::Swap(a, b) => bytes.swap(a.index(length), b.index(length)),
    }
}

/// Any text, with a fair share of what is hard: other scripts, faces, controls, long repetition.
fn text(most: usize) -> impl Strategy<Value = String> {
    prop_oneof![
        vec(any::<char>(), 1..most).prop_map(String::from_iter),
        "[a-zA-Z ,.\n]{1,400}",
        ("\\PC{1,12}", 1..most).prop_map(|(piece, times)| piece.repeat(times / 12 + 1)),
    ]
}

fn settings(cases: u32) -> ProptestConfig {
    // A failure prints its smallest input, which then becomes a test of its own: no files of seeds.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn every_example_is_accepted_as_what_it_is_and_as_nothing_else() {
    for (is, bytes) in &WORLD.examples {
        for format in FORMATS {
            assert_eq!(WORLD.accepts(format, bytes), *is == format, "{is:?} as {format:?}");
        }
    }
}

proptest! {
    #![proptest_config(settings(400))]

    #[test]
    fn no_decoder_panics_on_any_bytes_or_accepts_them(bytes in anything()) {
        for format in FORMATS {
            prop_assert!(!WORLD.accepts(format, &bytes), "{format:?}");
        }
        if let Ok(payload) = <&[u8; sizes::PAYLOAD]>::try_from(bytes.as_slice()) {
            let _ = Fragment::decode(payload);
        }
        let _ = message::join([Body(bytes.clone())].iter());
        let typed = String::from_utf8_lossy(&bytes);
        let _ = Passphrase::parse(&typed);
        let _ = papers::Request::parse(&typed);
        let _ = papers::parse_certificate(&typed);
        let _ = papers::parse_revocation(&typed);
        let _ = papers::claimed_newsroom(&typed);
        if let Some(key) = bytes.first_chunk() {
            let _ = Verifying::<Root>::from_bytes(key);
            let _ = SiteId(*key).root();
        }
        if let Some((x25519, rest)) = bytes.split_first_chunk()
            && let Some(xwing) = rest.first_chunk()
        {
            let _ = KemPublic::<MixEpoch>::from_bytes(x25519, xwing);
        }
    }

    #[test]
    fn nothing_that_was_changed_is_accepted(
        which in any::<sample::Index>(),
        changes in vec(change(), 1..4),
    ) {
        let (format, good) = &WORLD.examples[which.index(WORLD.examples.len())];
        let mut bytes = good.clone();
        changes.iter().for_each(|change| apply(&mut bytes, change));
        prop_assert_eq!(WORLD.accepts(*format, &bytes), bytes == *good, "{:?}", format);
    }

    #[test]
    fn a_payload_that_is_read_is_written_the_same(
        index in 0..9u8,
        count in 0..9u8,
        week in prop_oneof![FIRST_WEEK - 2..FIRST_WEEK + 2, any::<u32>()],
        body in prop_oneof![vec(any::<u8>(), 1740..1750), vec(any::<u8>(), 0..40)],
        key in any::<[u8; 32]>(),
        ids in any::<([u8; 16], [u8; 16])>(),
        changes in vec(change(), 0..3),
    ) {
        let Ok(reply_key) = ReplyKey::new(week, key) else {
            prop_assert!(!(FIRST_WEEK..=FIRST_WEEK + MAX_WEEKS).contains(&week));
            return Ok(());
        };
        let fragment = Fragment {
            conversation: ConversationId(ids.0),
            message: MessageId(ids.1),
            index,
            count,
            reply_key,
            body: Body(body),
        };
        let fits = index < count && count <= 8 && fragment.body.0.len() <= sizes::PAYLOAD_BODY;
        let encoded = fragment.encode();
        prop_assert_eq!(encoded.is_ok(), fits);
        let Ok(encoded) = encoded else { return Ok(()) };
        let mut bytes = encoded.to_vec();
        changes.iter().for_each(|change| apply(&mut bytes, change));
        if let Ok(bytes) = <[u8; sizes::PAYLOAD]>::try_from(bytes) {
            if let Ok(read) = Fragment::decode(&bytes) {
                prop_assert_eq!(*read.encode().unwrap(), bytes);
            } else {
                let full = fragment.body.0.len() == sizes::PAYLOAD_BODY;
                prop_assert!(!changes.is_empty() || (index + 1 < count && !full));
            }
        }
    }

    #[test]
    fn passphrases_are_read_as_they_were_made(seed in any::<u64>(), gaps in vec("[ \t\n]{1,3}", 8)) {
        let made = Passphrase::generate(&mut rng(seed));
        let words: Vec<&str> = made.reveal().split(' ').collect();
        prop_assert_eq!(words.len(), 7);
        let spaced: String = gaps.iter().zip(&words).flat_map(|(gap, word)| [gap.as_str(), word]).collect();
        for typed in [made.reveal().to_owned(), spaced.clone(), spaced.to_uppercase() + &gaps[7]] {
            let parsed = Passphrase::parse(&typed);
            prop_assert_eq!(parsed.as_ref().map(Passphrase::reveal), Ok(made.reveal()));
        }
        prop_assert!(Passphrase::parse(&words[1..].join(" ")).is_err());
        prop_assert!(Passphrase::parse(&words.concat()).is_err());
    }

    #[test]
    fn reply_keys_ratchet_alike_in_any_steps(
        master in any::<[u8; 32]>(),
        desk in any::<[u8; 16]>(),
        steps in vec(0..40u32, 1..4),
    ) {
        let master = Master::from_bytes(master);
        let mut key = master.reply_key(&DeskId(desk), FIRST_WEEK).unwrap();
        for step in steps {
            let earlier = key.week();
            key = key.ratchet_to(earlier + step).unwrap();
            prop_assert!(earlier == key.week() || key.ratchet_to(earlier).is_err());
        }
        let at_once = master.reply_key(&DeskId(desk), key.week()).unwrap();
        prop_assert_eq!(at_once.as_bytes(), key.as_bytes());
    }

    #[test]
    fn the_places_of_a_record_are_dealt_out_whole(desks in 1..70usize, tick in any::<u64>()) {
        let shares: Vec<Share> = (0..desks).map(|index| Share::of(index, desks, tick)).collect();
        prop_assert_eq!(shares.iter().filter(|share| share.entry).count(), 1);
        let places: Vec<usize> = shares.iter().flat_map(|share| share.receipts.clone()).collect();
        prop_assert_eq!(places, (0..48).collect::<Vec<_>>());
        // In as many ticks as there are desks, each has had the entry once.
        let tick = tick % (u64::MAX - 100);
        let had = (tick..tick + desks as u64).filter(|tick| Share::of(desks - 1, desks, *tick).entry);
        prop_assert_eq!(had.count(), 1);
    }

    #[test]
    fn a_crowd_is_rounded_down_and_never_by_more_than_half(count in any::<u64>()) {
        let crowd = Crowd::of(count);
        prop_assert!(crowd.at_least() <= count);
        prop_assert!(crowd == Crowd::MAX || count < (crowd.at_least() * 2).max(10));
        prop_assert_eq!(Crowd::from_code(crowd.code()), crowd);
        prop_assert_eq!(crowd.is_small(), count < 10);
    }

    #[test]
    fn a_request_for_a_certificate_is_read_as_it_was_written(
        seed in any::<u64>(),
        name in "\\PC{1,20}",
        desk in any::<bool>(),
    ) {
        let Ok(name) = Name::new(name.trim()) else { return Ok(()) };
        let (text, holder) = if desk {
            let key = Signing::<DeskIdentity>::generate(&mut rng(seed));
            (papers::Request::for_desk(&key, &name), Holder::Desk(key.verifying()))
        } else {
            let key = Signing::<SiteSigner>::generate(&mut rng(seed));
            (papers::Request::for_signer(&key, &name), Holder::Signer(key.verifying()))
        };
        prop_assert_eq!(papers::Request::parse(&text), Ok(papers::Request { holder, name }));
    }
}

proptest! {
    #![proptest_config(settings(48))]

    #[test]
    fn a_message_comes_together_in_any_order_with_copies(
        text in text(3000),
        order in vec(any::<sample::Index>(), 0..12),
        seed in any::<u64>(),
    ) {
        let ids = (ConversationId([1; 16]), MessageId([2; 16]));
        let Ok(mut fragments) = message::split(&text, ids.0, ids.1, &WORLD.reply_key) else {
            prop_assert!(text.len() > 13_000 || text.is_empty());
            return Ok(());
        };
        let count = fragments.len();
        prop_assert!((1..=8).contains(&count));
        for fragment in &fragments {
            let read = Fragment::decode(&fragment.encode().unwrap()).unwrap();
            prop_assert!(read.body == fragment.body && read.message == ids.1);
        }
        // Some copies in any order, then each once, shuffled by rotation.
        let mut arrivals: Vec<usize> = order.iter().map(|at| at.index(count)).collect();
        let turn = usize::try_from(seed % 8).unwrap() % count;
        arrivals.extend((0..count).map(|at| (at + turn) % count).rev());
        let mut assembly = Assembly::begin(&fragments[arrivals[0]]);
        for (at, arrival) in arrivals.iter().enumerate() {
            let seen = |index: &usize| arrivals[..at.max(1)].contains(index);
            prop_assert_eq!(assembly.missing(), (0..count).filter(|index| !seen(index)).count());
            prop_assert_eq!(assembly.text().unwrap().is_some(), assembly.missing() == 0);
            assembly.add(&fragments[*arrival]).unwrap();
        }
        prop_assert!(*assembly.text().unwrap().unwrap() == text);

        // What contradicts is refused, and changes nothing.
        fragments[0].body.0[0] ^= 1;
        prop_assert!(assembly.add(&fragments[0]).is_err());
        fragments[0].message = MessageId([3; 16]);
        prop_assert!(assembly.add(&fragments[0]).is_err());
        prop_assert!(*assembly.text().unwrap().unwrap() == text);
    }

    #[test]
    fn both_suites_carry_the_same_and_no_size_depends_on_it(
        payload in vec(any::<u8>(), sizes::PAYLOAD),
        real in any::<bool>(),
        slot in any::<u8>(),
        epoch in any::<u8>(),
        seed in any::<u64>(),
    ) {
        let world = &*WORLD;
        let payload: [u8; sizes::PAYLOAD] = payload.try_into().unwrap();
        let flag = if real { Flag::Real } else { Flag::Cover };
        for suite in Suite::ALL {
            let rng = &mut rng(seed);
            let desk = world.desk_secret.public();
            let inner = InnerEnvelope::seal(&world.site, suite, &desk, &payload, rng).unwrap();
            let mix = world.mix.public();
            let bytes =
                packet::seal(&world.site, suite, epoch, &mix, (flag, slot), &inner, rng).unwrap();
            prop_assert_eq!(bytes.len(), sizes::PACKET);
            let packet = Packet::decode(&bytes).unwrap();
            prop_assert_eq!((packet.suite(), packet.epoch()), (suite, epoch));
            let opened = packet.open(&world.site, &world.mix).unwrap();
            prop_assert_eq!((opened.flag, opened.slot), (flag, slot));
            prop_assert!(opened.inner == inner);
            let got = opened.inner.open(&world.site, &world.desk_secret).unwrap();
            prop_assert_eq!(*got, payload);
        }
    }

    #[test]
    fn a_reply_of_any_text_fits_its_entries(text in text(1500), seed in any::<u64>()) {
        let rng = &mut rng(seed);
        let key = &WORLD.reply_key;
        let Ok(parts) = reply::split(&text, ReplyId([7; 16]), NOW) else {
            prop_assert!(text.len() > 6000);
            return Ok(());
        };
        let mut bodies = Vec::new();
        for part in parts.iter().rev() {
            let entry = part.seal(key, rng).unwrap();
            let read = Part::open(&entry, key).unwrap();
            prop_assert_eq!((read.reply, read.index, read.written), (ReplyId([7; 16]), part.index, NOW));
            let other = key.ratchet_to(key.week() + 1).unwrap();
            prop_assert!(Part::open(&entry, &other).is_err());
            bodies.insert(0, read.body.clone());
        }
        prop_assert!(*message::join(bodies.iter()).unwrap() == text);
    }

    #[test]
    fn a_batch_gives_back_its_items_in_their_order(
        items in vec((any::<u8>(), 0..32u8, any::<u64>()), 0..6),
        tick in any::<u64>(),
        seed in any::<u64>(),
    ) {
        let world = &*WORLD;
        let signer = Signing::<SiteSigner>::generate(&mut rng(seed));
        let items: Vec<Item> = items
            .into_iter()
            .map(|(slot, crowd, seed)| {
                let mut bytes = [0; sizes::INNER];
                rand_core::Rng::fill_bytes(&mut rng(seed), &mut bytes);
                let inner = InnerEnvelope::decode(&bytes).unwrap();
                Item { inner, crowd: Crowd::from_code(crowd), slot }
            })
            .collect();
        let desks = [&world.desk_key];
        let bytes =
            Batch::issue(&signer, &world.site, (tick, TICK), &items, &desks, &mut rng(seed)).unwrap();
        prop_assert_eq!(bytes.len(), sizes::batch(items.len(), 1));
        let batch = Batch::decode(&bytes).unwrap().verify(&world.site, &signer.verifying()).unwrap();
        prop_assert_eq!((batch.tick, batch.length), (tick, TICK));
        let got = batch.open(&world.site, &world.desk.desk_id(), &world.desk_secret).unwrap();
        prop_assert_eq!(got.len(), items.len());
        for (got, item) in got.iter().zip(&items) {
            prop_assert!(got.inner == item.inner);
            prop_assert_eq!((got.crowd, got.slot), (item.crowd, item.slot));
        }
        prop_assert!(batch.open(&world.site, &DeskId([0; 16]), &world.desk_secret).is_err());
    }

    #[test]
    fn a_chunk_gives_back_its_records(count in 0..14usize, block in any::<u64>(), seed in any::<u64>()) {
        let world = &*WORLD;
        let rng = &mut rng(seed);
        let signer = Signing::<SiteSigner>::generate(rng);
        let mut records: Vec<Record> = (0..count).map(|_| Record::dummy(rng)).collect();
        if let Some(record) = records.last_mut() {
            record.set_entry(&[6; sizes::ENTRY]);
            record.set_receipt(47, ReceiptTag([5; 8]));
            record.set_receipt(48, ReceiptTag([4; 8]));
        }
        let block = block >> 8;
        let issued = Chunk::issue(&signer, &world.site, block, TICK, records.clone());
        prop_assert_eq!(issued.is_ok(), count <= 12);
        let Ok(chunk) = issued else { return Ok(()) };
        prop_assert_eq!(chunk.as_bytes().len(), sizes::chunk(count));
        let read = Chunk::decode(chunk.as_bytes()).unwrap();
        let read = read.verify(&world.site, &signer.verifying()).unwrap();
        prop_assert!(read.records == records && read.block == block);
        prop_assert_eq!(read.is_closed(), count == 12);
        if let Some(record) = read.records.last() {
            prop_assert_eq!(record.entry(), &[6; sizes::ENTRY]);
            prop_assert_eq!(record.receipts().last(), Some(ReceiptTag([5; 8])));
        }
        prop_assert!(read.ticks().all(|(tick, _)| envelope::drop::block_of(tick) == block));
    }
}
