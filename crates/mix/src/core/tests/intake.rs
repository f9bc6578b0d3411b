use envelope::{
    Suite,
    drop::Share,
    inner::InnerEnvelope,
    packet::Flag,
    passphrase::ReceiptTag,
    sizes::{self, PACKET},
};
use proptest::{collection::vec, prelude::*};

use super::world::{START, World, often, small};
use crate::{
    core::Counts,
    link::{FromMix, Refusal, Verdict},
};

fn refused(verdict: &Verdict) -> Option<Refusal> {
    match verdict {
        Verdict::Accepted => None,
        Verdict::Refused { refusal, .. } => Some(*refusal),
    }
}

#[test]
fn cover_and_real_are_told_apart_in_both_suites() {
    let mut world = World::running(1, small(), 1);
    let mut packets = Vec::new();
    for suite in Suite::ALL {
        let inner = world.inner(0, suite, 7);
        packets.push(world.packet(Flag::Real, 3, &inner));
        packets.push(world.packet(Flag::Cover, 3, &inner));
    }
    world.send(&packets);
    let counts = world.core().counts();
    assert_eq!((counts.tried, counts.admitted, counts.cover), (4, 2, 2));
    assert_eq!(counts.malformed, 60, "the padding of the block");
}

#[test]
fn a_replayed_packet_is_opened_once_whatever_of_it_was_changed() {
    let mut world = World::running(1, often(), 2);
    let packet = world.tip(1);
    let mut changed = packet.clone();
    changed[4000] ^= 1;
    world.send(&[packet.clone(), packet.clone(), changed, packet.clone()]);
    world.send(std::slice::from_ref(&packet));
    let counts = world.core().counts();
    assert_eq!((counts.tried, counts.replayed, counts.admitted), (1, 4, 1));
    // And after a restart, of the mix and in the next epoch, in which the key still lives.
    world.advance_to(START + 20);
    world.start();
    world.send(std::slice::from_ref(&packet));
    world.core().limits.snapshot_secs = 1200;
    let end_of_epoch = (START / 14_400 + 1) * 14_400;
    world.advance_to(end_of_epoch + 100);
    world.start();
    world.send(std::slice::from_ref(&packet));
    let counts = world.core().counts();
    assert_eq!((counts.tried, counts.replayed), (0, 1));
}

#[test]
fn a_doubled_inner_envelope_is_dropped() {
    let mut world = World::running(1, small(), 3);
    let inner = world.inner(0, Suite::XWing, 5);
    let copies: Vec<_> = (0..3).map(|n| world.packet(Flag::Real, n, &inner)).collect();
    world.send(&copies);
    let counts = world.core().counts();
    assert_eq!((counts.tried, counts.admitted, counts.doubled), (3, 1, 2));
    let tick = world.next_tick();
    assert_eq!(world.tips(tick, 0), [5]);
    let copy = world.packet(Flag::Real, 9, &inner);
    world.send(&[copy]);
    world.next_tick();
    assert_eq!(world.all_tips(0), [5], "not even after the first has left");
}

#[test]
fn an_expired_epoch_is_refused_unopened() {
    let mut world = World::running(1, small(), 4);
    let early = [world.tip(1), world.tip(2)];
    let key = world.key_list().contents.mix_keys[0].clone();
    world.advance_to(key.not_after - 1);
    world.send(&early[..1]);
    assert_eq!(world.core().counts().admitted, 1, "still in its grace");
    world.advance_to(key.not_after);
    world.send(&early[1..]);
    let counts = world.core().counts();
    assert_eq!((counts.tried, counts.foreign), (1, 1));
    world.next_tick();
    assert!(world.key_list().contents.mix_keys.iter().all(|other| other.epoch != key.epoch));
}

#[test]
fn bad_packets_do_not_stop_the_ones_behind_them() {
    let mut world = World::running(1, small(), 5);
    let good = world.tip(1);
    let epoch = good[1];
    let mut garbage = vec![0; PACKET];
    rand_core::Rng::fill_bytes(&mut world.rng, &mut garbage);
    let mut packets = vec![vec![0xff; PACKET], vec![0; PACKET], garbage.clone()];
    for suite in [1, 2] {
        garbage[0] = suite;
        garbage[1] = epoch;
        packets.push(garbage.clone());
        packets.push([vec![suite, epoch], vec![0; PACKET - 2]].concat());
        packets.push([vec![suite, epoch], vec![0xff; PACKET - 2]].concat());
        packets.push([vec![suite, epoch.wrapping_add(9)], vec![1; PACKET - 2]].concat());
    }
    // Real, but what it carries is in no suite.
    let inner = InnerEnvelope::decode(&[9; sizes::INNER]).unwrap();
    let list = world.key_list();
    let key = list.mix_key(START).unwrap();
    let (site, rng) = (world.site, &mut world.rng);
    let (suite, flag) = (Suite::X25519, (Flag::Real, 0));
    packets.push(envelope::packet::seal(&site, suite, epoch, &key.key, flag, &inner, rng).unwrap());
    packets.push(good);
    world.send(&packets);
    let counts = world.core().counts();
    assert_eq!((counts.admitted, counts.rejected, counts.foreign), (1, 7, 2));
    world.next_tick();
    assert_eq!(world.all_tips(0), [1]);
}

#[test]
fn a_full_pool_refuses_newcomers_and_says_so_once_a_tick() {
    let mut world = World::running(1, small(), 6);
    world.send_tips(0..70);
    assert_eq!(world.core().counts().refused, 6);
    let full = |world: &World| {
        world.edge.faults.iter().filter(|fault| fault.contains("pool is full")).count()
    };
    assert_eq!(full(&world), 1);
    world.next_tick();
    world.send_tips(100..130);
    assert_eq!(full(&world), 2);
}

#[test]
fn bundles_are_taken_for_the_next_two_ticks_only() {
    let mut world = World::running(2, small(), 7);
    let now = world.tick.tick_at(START);
    for (token, tick) in (0..5).zip(now - 1..=now + 3) {
        let bundle = world.bundle(0, tick, 1);
        let verdict = world.send_bundle(token, &bundle);
        let taken = tick == now + 1 || tick == now + 2;
        assert_eq!(refused(&verdict), (!taken).then_some(Refusal::Tick), "tick {tick}");
    }
}

#[test]
fn bundles_fill_the_places_of_their_desk_and_no_others() {
    let mut world = World::running(3, small(), 8);
    let next = world.tick.tick_at(START) + 1;
    for (token, fill) in [(0_u64, 0x11_u8), (1, 0x22), (2, 0x33)] {
        let desk = usize::try_from(token).unwrap();
        let bundle = world.bundle(desk, next, fill);
        assert_eq!(world.send_bundle(token, &bundle), Verdict::Accepted);
    }
    // The last one received counts.
    let better = world.bundle(1, next, 0x44);
    assert_eq!(world.send_bundle(9, &better), Verdict::Accepted);
    world.advance_to(world.tick.start(next));
    let chunk = world.live();
    let (tick, record) = chunk.ticks().last().unwrap();
    assert_eq!(tick, next);
    let receipts: Vec<_> = record.receipts().collect();
    for (index, fill) in [0x11, 0x44, 0x33].into_iter().enumerate() {
        let share = Share::of(index, 3, next);
        assert!(receipts[share.receipts].iter().all(|tag| *tag == ReceiptTag([fill; 8])));
        assert_eq!(record.entry() == &[fill; 1024], share.entry);
    }
    // Nobody has sent anything for the tick after it: random.
    world.next_tick();
    let chunk = world.live();
    let record = chunk.records.last().unwrap();
    assert!(record.receipts().all(|tag| [0x11, 0x33, 0x44].iter().all(|f| tag.0 != [*f; 8])));
}

#[test]
fn bundles_of_strangers_the_revoked_and_forgers_are_refused() {
    let mut world = World::running(2, small(), 9);
    let next = world.tick.tick_at(START) + 1;
    let good = world.bundle(0, next, 1);
    let mut forged = good.as_bytes().to_vec();
    forged[50] ^= 1;
    let send = |world: &mut World, bytes: &[u8]| {
        let bytes = Box::new(bytes.try_into().unwrap());
        world.handle(&crate::link::ToMix::Bundle { token: 1, bytes });
        refused(&world.edge.verdicts[&1])
    };
    assert_eq!(send(&mut world, &forged), Some(Refusal::Signature));
    assert_eq!(send(&mut world, &[0; 2846]), Some(Refusal::Malformed));
    let stranger = world.enrol("unknown to the mix");
    world.desks.push(stranger);
    let strange = world.bundle(2, next, 1);
    assert_eq!(send(&mut world, strange.as_bytes()), Some(Refusal::Desk));
    assert_eq!(send(&mut world, good.as_bytes()), None);
    let certificate = world.desks[0].certificate.clone();
    world.revoke(&certificate);
    assert_eq!(send(&mut world, good.as_bytes()), Some(Refusal::Desk));
    assert_eq!(world.key_list().contents.desks.len(), 1, "and is out of the key list at once");
}

#[test]
fn a_bundle_brings_the_desks_new_key_into_the_key_list() {
    let mut world = World::new(1, small(), 10);
    // The edge does not know the desk's key yet.
    let mut hello = world.hello();
    hello.desk_keys.clear();
    world.start_with(&hello);
    assert!(world.key_list().contents.desks.is_empty());
    assert!(world.edge.batches.is_empty(), "no desk, no batch");
    let bundle = world.bundle(0, world.tick.tick_at(START) + 1, 1);
    assert_eq!(world.send_bundle(0, &bundle), Verdict::Accepted);
    let listed = world.key_list().contents.desks;
    assert!(listed.len() == 1 && listed[0].key == world.desks[0].key);
    // A newer week replaces it; the older one does not come back.
    let old = world.bundle(0, world.tick.tick_at(START) + 2, 1);
    world.now += 604_800;
    world.tick = envelope::time::TickLength::HOUR;
    let identity = envelope::keys::Signing::from_seed(&world.desks[0].identity.seed());
    let (_, newer) = world.week_key(&identity);
    world.now -= 604_800;
    let old_key = std::mem::replace(&mut world.desks[0].key, newer);
    world.advance_to(envelope::time::week_start(old_key.week + 1) - 1000);
    let bundle = world.bundle(0, world.tick.tick_at(world.now) + 1, 1);
    assert_eq!(world.send_bundle(1, &bundle), Verdict::Accepted);
    assert!(world.key_list().contents.desks[0].key.week == old_key.week + 1);
    let _ = world.send_bundle(2, &old);
    assert!(world.key_list().contents.desks[0].key.week == old_key.week + 1);
}

#[test]
fn unknown_certificates_are_told_and_do_no_harm() {
    let mut world = World::running(1, small(), 11);
    let records = crate::link::Records {
        certificates: vec![[7; 227], *World::new(1, small(), 99).desks[0].certificate.as_bytes()],
        revocations: vec![[1; 114]],
    };
    world.handle(&crate::link::ToMix::Records(records));
    let told = world.edge.faults.iter().filter(|fault| fault.contains("is not used")).count();
    assert_eq!(told, 3, "{:?}", world.edge.faults);
    assert_eq!(world.key_list().contents.desks.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the mixture of tips, copies, cover, replays and rubbish, in whatever order: each tip is
    /// admitted once, each packet opened once.
    #[test]
    fn any_mixture_in_any_order(plan in vec((0_u64..6, 0_u8..4), 1..30), order in any::<u64>()) {
        let mut world = World::running(1, small(), order);
        let inners: Vec<_> = (0..6).map(|n| world.inner(0, Suite::X25519, n)).collect();
        let mut packets = Vec::new();
        let (mut real, mut distinct) = (std::collections::BTreeSet::new(), 0);
        for (n, what) in &plan {
            let inner = &inners[usize::try_from(*n).unwrap()];
            match what {
                0 => { real.insert(*n); distinct += 1; packets.push(world.packet(Flag::Real, 1, inner)); }
                1 => { distinct += 1; packets.push(world.packet(Flag::Cover, 1, inner)); }
                2 => packets.extend(packets.first().cloned()),
                // Of no suite: the epoch may be any, also a live one.
                _ => packets.push(vec![u8::try_from(*n).unwrap() + 3; PACKET]),
            }
        }
        crate::noise::shuffle(&mut packets, &mut world.rng);
        world.send(&packets);
        let Counts { tried, admitted, .. } = world.core().counts();
        prop_assert_eq!(tried, distinct);
        prop_assert_eq!(admitted, real.len() as u64);
        world.next_tick();
        world.next_tick();
        prop_assert_eq!(world.all_tips(0), real.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn nothing_that_leaves_depends_on_what_a_packet_was() {
    // The same number of packets, all cover or all real: between ticks nothing leaves at all.
    for flag in [Flag::Cover, Flag::Real] {
        let mut world = World::running(1, small(), 12);
        let mut effects = Vec::new();
        let packets: Vec<_> = (0..20)
            .map(|n| {
                let inner = world.inner(0, Suite::X25519, n);
                world.packet(flag, 0, &inner)
            })
            .collect();
        let mut block = packets.concat();
        block.resize(crate::link::BLOCK_BYTES, 0);
        let block = crate::link::ToMix::Block(crate::link::Block::new(block).unwrap());
        let (core, rng) = (world.core.as_mut().unwrap(), &mut world.rng);
        core.handle(&block, START + 1, rng, &mut effects);
        let sent =
            effects.iter().any(|e| matches!(e, crate::core::Effect::Send(FromMix::Fault(_))));
        assert!(effects.is_empty() && !sent, "{effects:?}");
    }
}
