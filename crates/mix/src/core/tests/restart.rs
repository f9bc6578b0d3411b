use std::collections::BTreeSet;

use envelope::time::TickLength;
use proptest::{collection::vec, prelude::*};

use super::world::{START, World, often, small};
use crate::link::{Limits, Verdict};

#[test]
fn a_crash_loses_at_most_what_came_since_the_last_snapshot() {
    let mut world = World::running(1, often(), 1);
    world.send_tips([1, 2, 3]);
    world.advance_to(START + 10);
    world.send_tips([4]);
    world.advance_to(START + 19);
    world.limits = small();
    world.start();
    world.next_tick();
    world.next_tick();
    assert_eq!(world.all_tips(0), [1, 2, 3]);
}

#[test]
fn the_second_copy_of_a_tip_makes_even_that_harmless() {
    let mut world = World::running(1, often(), 2);
    let inner = world.inner(0, envelope::Suite::X25519, 4);
    let first = world.packet(envelope::packet::Flag::Real, 3, &inner);
    world.send(&[first]);
    world.advance_to(START + 9);
    world.start();
    // Slots are 15 s apart or more; a snapshot is taken every 10 s.
    world.advance_to(START + 24);
    let second = world.packet(envelope::packet::Flag::Real, 4, &inner);
    world.send(&[second]);
    world.next_tick();
    assert_eq!(world.all_tips(0), [4]);
}

#[test]
fn snapshots_have_one_size_and_come_by_the_clock() {
    let mut world = World::running(1, often(), 3);
    let before = world.disk.snapshot_sizes.len();
    world.advance_to(START + 100);
    assert_eq!(world.disk.snapshot_sizes.len() - before, 10, "with nothing to save");
    world.send_tips(0..60);
    world.advance_to(START + 200);
    world.core().limits.snapshot_secs = 3600;
    world.next_tick();
    world.next_tick();
    let sizes: BTreeSet<_> = world.disk.snapshot_sizes.iter().copied().collect();
    let want = super::super::snapshot::size(64) + super::super::epochs::SEAL_OVERHEAD;
    assert_eq!(sizes, BTreeSet::from([want]));
    assert!(world.disk.seen.iter().all(|file| [4096, 32_768].contains(&file.len())));
}

#[test]
fn a_damaged_newest_snapshot_falls_back_to_the_one_before() {
    let mut world = World::running(1, often(), 4);
    world.send_tips([1]);
    world.advance_to(START + 10);
    world.send_tips([2]);
    world.advance_to(START + 20);
    let newest = world.disk.snapshots.last_mut().unwrap();
    newest.truncate(5000);
    world.start();
    assert!(world.edge.faults.iter().any(|f| f.contains("a snapshot does not open")));
    world.next_tick();
    world.next_tick();
    assert_eq!(world.all_tips(0), [1]);
}

#[test]
fn with_everything_damaged_the_mix_begins_anew_and_says_what_is_lost() {
    let mut world = World::running(1, often(), 5);
    world.send_tips([1]);
    world.advance_to(START + 20);
    world.disk.keys = vec![7; 50];
    world.disk.snapshots.iter_mut().for_each(|snapshot| snapshot.fill(3));
    world.disk.seen = [vec![1; 10], Vec::new()];
    world.start();
    let faults = world.edge.faults.join("\n");
    assert!(faults.contains("epoch keys are lost"), "{faults}");
    assert!(faults.contains("what waited in the pool is lost"), "{faults}");
    world.send_tips([2]);
    world.next_tick();
    assert_eq!(world.all_tips(0), [2]);
}

#[test]
fn a_truncated_replay_table_is_told() {
    let mut world = World::running(1, often(), 6);
    world.advance_to(START + 20);
    world.disk.seen.iter_mut().for_each(|file| file.truncate(100));
    world.start();
    assert!(
        world.edge.faults.iter().any(|f| f.contains("replay table 0 has 100 bytes, not 32768"))
    );
}

#[test]
fn a_restart_releases_no_tick_twice_and_keeps_its_epoch() {
    let mut world = World::running(1, small(), 7);
    let epoch = world.key_list().contents.mix_keys[0].epoch;
    let tip = world.tip(1);
    for _ in 0..4 {
        world.next_tick();
        // The edge asserts that no batch comes twice.
        world.start();
        world.start();
    }
    assert!(world.key_list().contents.mix_keys.iter().any(|key| key.epoch == epoch));
    world.send(&[tip]);
    world.next_tick();
    assert_eq!(world.all_tips(0), [1]);
}

#[test]
fn a_batch_that_the_edge_lost_is_released_again_after_a_restart() {
    let mut world = World::running(1, small(), 8);
    world.send_tips([1, 2]);
    world.stores = false;
    world.next_tick();
    world.stores = true;
    world.start();
    world.next_tick();
    assert_eq!(world.all_tips(0), [1, 2]);
    world.next_tick();
    world.start();
    world.next_tick();
    assert_eq!(world.all_tips(0), [1, 2], "once");
}

#[test]
fn a_night_without_power_loses_nothing_though_every_key_has_expired() {
    let mut world = World::running(1, often(), 9);
    world.send_tips([1]);
    world.advance_to(START + 10);
    world.now += 30 * 3600;
    world.start();
    assert_eq!(world.key_list().contents.mix_keys.len(), 1);
    world.next_tick();
    assert_eq!(world.all_tips(0), [1]);
}

#[test]
fn bundles_survive() {
    let mut world = World::running(1, often(), 10);
    let next = world.tick.tick_at(START) + 1;
    let bundle = world.bundle(0, next, 0x55);
    assert_eq!(world.send_bundle(1, &bundle), Verdict::Accepted);
    world.advance_to(START + 10);
    world.start();
    world.next_tick();
    assert_eq!(world.live().records.last().unwrap().entry(), &[0x55; 1024]);
}

#[test]
fn another_tick_length_or_pool_size_loses_nothing() {
    let mut world = World::running(1, often(), 11);
    world.send_tips(0..40);
    world.advance_to(START + 10);
    world.limits = Limits { pool_items: 16, ..small() };
    world.tick = TickLength::new(60).unwrap();
    world.edge.batches.clear();
    world.start();
    for _ in 0..6 {
        world.next_tick();
    }
    assert_eq!(world.all_tips(0), (0..40).collect::<Vec<_>>());
}

#[test]
fn what_an_old_epoch_sealed_is_unreadable_once_its_key_is_erased() {
    let mut world = World::running(1, often(), 12);
    world.send_tips([1]);
    world.advance_to(START + 10);
    let old = world.disk.snapshots.last().unwrap().clone();
    world.core().limits.snapshot_secs = 3600;
    world.advance_to(START + 8 * 3600);
    let keys = super::super::epochs::Epochs::decode(&world.disk.keys).unwrap();
    assert!(keys.open(&world.site, &old).is_none());
    assert!(keys.open(&world.site, world.disk.snapshots.last().unwrap()).is_some());
}

#[test]
fn a_newest_batch_of_the_future_is_told_and_does_not_stop_the_intake() {
    for newest_batch in [START / 3600 + 5, u64::MAX] {
        let mut world = World::new(1, small(), 13);
        let mut hello = world.hello();
        hello.newest_batch = newest_batch;
        world.start_with(&hello);
        assert!(world.edge.faults.iter().any(|fault| fault.contains("check the clock")));
        world.send_tips([1]);
        assert_eq!(world.core().waiting(), 1);
        world.advance_to(START + 5 * 3600);
        assert!(world.edge.batches.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is on the disk, the mix begins and serves.
    #[test]
    fn any_bytes_on_the_disk(
        keys in vec(any::<u8>(), 0..400),
        snapshot in vec(any::<u8>(), 0..400),
        seen in vec(any::<u8>(), 0..400),
        chunk in vec(any::<u8>(), 0..400),
    ) {
        let mut world = World::new(1, small(), 14);
        world.disk.keys = keys;
        world.disk.snapshots = vec![snapshot];
        world.disk.seen = [seen.clone(), seen];
        world.edge.live = chunk;
        world.start();
        world.send_tips([1]);
        prop_assert_eq!(world.core().waiting(), 1);
    }

    /// The decoders behind the seal, too, though only the mix itself writes what they read.
    #[test]
    fn any_bytes_behind_the_seal(
        at in 0_usize..100_000,
        byte in any::<u8>(),
        cut in 0_usize..20_000,
        short in vec(any::<u8>(), 0..600),
    ) {
        let world = World::new(1, small(), 15);
        let crowds = super::super::crowds::Crowds::new(3);
        let drop = super::super::deaddrop::DeadDrop::new(world.site, world.tick);
        let pool = super::super::pool::Pool::new(4);
        let encode = super::super::snapshot::encode;
        let mut bytes = encode((2, world.tick), &crowds, &drop, &pool).to_vec();
        let decode = |bytes: &[u8]| super::super::snapshot::decode(bytes, 4);
        prop_assert!(decode(&bytes).is_ok());
        prop_assert!(decode(&bytes[..bytes.len() - 1 - cut]).is_err());
        prop_assert!(decode(&short).is_err());
        let place = at % bytes.len();
        bytes[place] = byte;
        let _ = decode(&bytes);
        let _ = super::super::epochs::Epochs::decode(&short);
    }
}
