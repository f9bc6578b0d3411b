use std::collections::{BTreeMap, BTreeSet};

use envelope::{
    Suite,
    drop::{Chunk, block_of, first_tick},
    keylist::KeyList,
    packet::Flag,
    sizes::{self, CLOSED_BLOCK},
    time::TickLength,
};

use super::world::{START, World, small};
use crate::link::Limits;

#[test]
fn a_batch_has_one_size_whatever_waits() {
    let mut world = World::running(2, small(), 1);
    for waiting in [0, 1, 40, 3, 0] {
        world.send_tips((0..waiting).map(|n| world_number(waiting, n)));
        world.next_tick();
    }
    let sizes: BTreeSet<_> = world.edge.batches.values().map(Vec::len).collect();
    assert_eq!(sizes, BTreeSet::from([sizes::batch(16, 2)]));
    assert!(world.edge.batches.keys().all(|tick| world.items(*tick, 0).len() == 16));
    assert!(!world.edge.keys_sent_after_saving, "keys are saved before they are published");
}

fn world_number(waiting: u64, n: u64) -> u64 {
    waiting * 1000 + n
}

#[test]
fn how_many_real_ones_leave_is_noisy_and_none_is_lost() {
    let mut world = World::running(1, Limits { pool_items: 512, ..small() }, 2);
    world.send_tips(0..400);
    let mut taken = BTreeMap::<usize, u32>::new();
    while world.core().waiting() > 16 {
        let tick = world.next_tick();
        *taken.entry(world.tips(tick, 0).len()).or_default() += 1;
    }
    // 16 places, less 3 plus noise clamped to 0–6.
    assert!(taken.keys().all(|n| (10..=16).contains(n)), "{taken:?}");
    assert!(taken.len() >= 4, "{taken:?}");
    assert!(taken[&13] > 5, "the middle is the most frequent: {taken:?}");
    for _ in 0..5 {
        world.next_tick();
    }
    assert_eq!(world.all_tips(0), (0..400).collect::<Vec<_>>());
}

#[test]
fn cover_in_a_batch_looks_like_what_is_sent_to_another_desk() {
    let mut world = World::running(2, small(), 3);
    let mut packets = Vec::new();
    for n in 0..30 {
        let suite = if n % 3 == 0 { Suite::X25519 } else { Suite::XWing };
        let inner = world.inner(1, suite, n);
        let flag = if n < 2 { Flag::Real } else { Flag::Cover };
        packets.push(world.packet(flag, if n < 20 { 0 } else { 5 }, &inner));
    }
    world.send(&packets);
    let tick = world.next_tick();
    let items = world.items(tick, 0);
    for item in &items {
        assert!(item.inner.suite().is_ok());
        assert!([0, 5].contains(&item.slot), "only slots that were reached: {}", item.slot);
        assert_eq!(item.crowd.at_least(), if item.slot == 0 { 20 } else { 10 });
        assert!(item.inner.open(&world.site, &world.desks[0].secret).is_err());
    }
    assert_eq!(world.tips(tick, 0), Vec::<u64>::new());
    assert_eq!(world.tips(tick, 1).len(), 2);
    let suites: BTreeSet<_> = items.iter().map(|item| item.inner.suite().unwrap()).collect();
    assert_eq!(suites.len(), 2);
}

#[test]
fn the_place_in_a_batch_tells_nothing() {
    let mut places = [0_u32; 16];
    let mut world = World::running(1, small(), 4);
    for n in 0..128 {
        world.send_tips([n]);
        let tick = world.next_tick();
        let secret = &world.desks[0].secret;
        let place = world
            .items(tick, 0)
            .iter()
            .position(|item| item.inner.open(&world.site, secret).is_ok());
        places[place.unwrap()] += 1;
    }
    // 8 on average, standard deviation 2.7; a fixed place would have 128.
    assert!(places.iter().all(|n| (1..=22).contains(n)), "{places:?}");
}

#[test]
fn what_the_edge_did_not_store_is_released_again() {
    let mut world = World::running(1, small(), 5);
    world.send_tips([1, 2, 3]);
    world.stores = false;
    world.next_tick();
    assert_eq!(world.core().waiting(), 0, "on its way");
    world.stores = true;
    world.next_tick();
    assert_eq!(world.all_tips(0), Vec::<u64>::new());
    world.next_tick();
    assert_eq!(world.all_tips(0), [1, 2, 3]);
    world.next_tick();
    world.next_tick();
    assert_eq!(world.all_tips(0), [1, 2, 3], "once");
}

#[test]
fn without_a_desk_or_a_certificate_items_wait_and_a_person_is_told() {
    let mut world = World::running(1, small(), 6);
    world.send_tips([1]);
    let certificate = world.desks[0].certificate.clone();
    world.revoke(&certificate);
    world.next_tick();
    assert_eq!(world.core().waiting(), 1);
    assert!(world.edge.faults.iter().any(|fault| fault.contains("no desk is enrolled")));
    let certificate = world.signer_certificate.clone();
    let lists = world.edge.key_lists.len();
    world.revoke(&certificate);
    world.next_tick();
    assert_eq!(world.edge.key_lists.len(), lists, "no list by a revoked signer");
    let key = hex::encode(world.signer.verifying().to_bytes());
    assert!(world.edge.faults.iter().any(|f| f.contains(&key) && f.contains("enrol it")));
}

#[test]
fn a_new_site_has_a_full_window_and_grows_by_a_record_a_tick() {
    let mut world = World::running(1, small(), 7);
    let now = world.tick.tick_at(START);
    assert_eq!(world.edge.closed.len(), 14);
    assert!(world.edge.closed.values().all(|bytes| bytes.len() == CLOSED_BLOCK));
    assert_eq!(world.edge.closed.keys().next_back().copied(), Some(block_of(now + 1) - 1));
    let newest = world.live();
    assert_eq!(first_tick(newest.block) + newest.records.len() as u64, now + 1);
    let mut seen = newest.records.len();
    for _ in 0..30 {
        let tick = world.next_tick();
        let live = world.live();
        assert_eq!(live.block, block_of(tick + 1));
        seen = (seen + 1) % 12;
        assert_eq!(live.records.len(), seen);
    }
    for (block, bytes) in &world.edge.closed {
        let chunk = Chunk::decode(bytes).unwrap();
        let chunk = chunk.verify(&world.site, &world.signer.verifying()).unwrap();
        assert!(chunk.is_closed() && chunk.block == *block);
    }
}

#[test]
fn records_never_change_once_they_are_published() {
    let mut world = World::running(1, small(), 8);
    let mut known = BTreeMap::<u64, Vec<u8>>::new();
    for round in 0..40 {
        let mut chunks: Vec<Chunk> = world
            .edge
            .closed
            .values()
            .map(|bytes| Chunk::decode(bytes).unwrap())
            .map(|chunk| chunk.verify(&world.site, &world.signer.verifying()).unwrap())
            .collect();
        chunks.push(world.live());
        for (tick, record) in chunks.iter().flat_map(Chunk::ticks) {
            let before = known.insert(tick, record.0.to_vec());
            assert!(before.is_none_or(|before| before == *record.0), "record {tick} changed");
        }
        if round % 5 == 4 {
            world.start();
        }
        world.next_tick();
    }
    let ticks: Vec<_> = known.keys().copied().collect();
    assert!(ticks.is_sorted() && ticks.windows(2).all(|pair| pair[1] == pair[0] + 1));
}

#[test]
fn ticks_while_the_site_was_down_are_filled_but_not_beyond_the_window() {
    for down in [1, 5, 30, 1000] {
        let mut world = World::running(1, small(), 9);
        let before = world.live();
        world.core = None;
        world.now += down * 3600;
        world.start();
        let live = world.live();
        let now = world.tick.tick_at(world.now);
        assert_eq!(first_tick(live.block) + live.records.len() as u64, now + 1);
        let window = live.block.saturating_sub(14)..live.block;
        assert!(window.clone().all(|block| world.edge.closed.contains_key(&block)), "{down}");
        assert!(world.edge.closed.len() <= 14 + 15, "no more than the window is made");
        if before.block >= window.start {
            let kept = match world.edge.closed.get(&before.block) {
                Some(bytes) => bytes,
                None => &world.edge.live,
            };
            let start = sizes::CHUNK_HEADER;
            let length = before.records.len() * sizes::RECORD;
            assert_eq!(
                kept[start..start + length],
                before.as_bytes()[start..start + length],
                "what was published stays"
            );
        }
    }
}

#[test]
fn a_garbled_or_foreign_newest_chunk_is_told_and_the_window_filled_anew() {
    let mut world = World::new(1, small(), 10);
    let mut hello = world.hello();
    for bad in [vec![1, 2, 3], vec![0; CLOSED_BLOCK], World::running(1, small(), 77).edge.live] {
        hello.newest_chunk = bad;
        world.edge.closed.clear();
        world.edge.batches.clear();
        world.start_with(&hello);
        assert_eq!(world.edge.closed.len(), 14);
        assert!(world.edge.faults.pop().unwrap().contains("window is filled anew"));
    }
}

#[test]
fn the_key_list_tells_crowds_and_holds_three_ticks() {
    let mut world = World::running(1, small(), 11);
    let inner = world.inner(0, Suite::X25519, 1);
    let packets: Vec<_> = (0..25).map(|_| world.packet(Flag::Cover, 2, &inner)).collect();
    world.send(&packets);
    assert_eq!(world.key_list().contents.crowd[2].at_least(), 0, "not before the tick");
    world.next_tick();
    let list = world.key_list();
    assert_eq!(list.contents.crowd[2].at_least(), 20);
    assert_eq!(list.contents.expires_at - list.contents.issued_at, 3 * 3600);
    assert_eq!(list.contents.issued_at, world.now);
    let bytes = world.edge.key_lists.last().unwrap();
    let later = KeyList::decode(bytes).unwrap().verify(&world.site, world.now + 3 * 3600);
    assert!(later.is_err());
}

#[test]
fn short_ticks_keep_ten_minutes_of_validity_and_two_keys() {
    let mut world = World::new(1, small(), 12);
    world.tick = TickLength::new(10).unwrap();
    world.start();
    for _ in 0..150 {
        world.next_tick();
        let list = world.key_list();
        assert!(list.contents.expires_at - list.contents.issued_at == 600);
        assert!((1..=2).contains(&list.contents.mix_keys.len()));
        // Whoever has this list may send until it expires, with a key that still opens then.
        let newest = &list.contents.mix_keys[0];
        assert!(newest.not_after >= list.contents.expires_at);
    }
}

#[test]
fn a_clock_that_goes_back_repeats_nothing() {
    let mut world = World::running(1, small(), 13);
    world.next_tick();
    world.send_tips([1]);
    world.now -= 7200;
    let mut effects = Vec::new();
    let (core, rng) = (world.core.as_mut().unwrap(), &mut world.rng);
    core.advance(world.now, rng, &mut effects);
    assert!(format!("{effects:?}").contains("the clock went back"));
    world.now += 7200;
    world.next_tick();
    assert_eq!(world.all_tips(0), [1]);
}

#[test]
fn a_clock_that_jumps_ahead_releases_once() {
    let mut world = World::running(1, small(), 14);
    world.send_tips([1, 2]);
    let batches = world.edge.batches.len();
    let mut effects = Vec::new();
    world.now += 50 * 3600;
    let (core, rng) = (world.core.as_mut().unwrap(), &mut world.rng);
    core.advance(world.now, rng, &mut effects);
    let released = effects.iter().filter(|effect| {
        matches!(effect, crate::core::Effect::Send(crate::link::FromMix::Batch { .. }))
    });
    assert_eq!((released.count(), batches), (1, 1));
}
