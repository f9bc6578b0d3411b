//! Whole days at once.

use envelope::{Suite, packet::Flag};
use rand_core::Rng as _;

use super::world::{START, World};
use crate::{link::Limits, noise::below};

/// A thousand tips in a day, among three thousand packets of cover, each tip sent twice, at any second of the day, in
/// hours that are busy and hours that are not: every one comes out, once.
#[test]
fn thousand_tips() {
    let limits =
        Limits { seen_bits: 14, snapshot_secs: 3600, pool_items: 512, ..Limits::default() };
    let mut world = World::running(2, limits, 2026);
    let mut sends: Vec<(u64, u64, bool)> = Vec::new();
    for n in 0..1000 {
        // A third within one hour: the pool has to hold them back.
        let day = if n % 3 == 0 { 3600 } else { 22 * 3600 };
        let at = below(day, &mut world.rng);
        sends.push((at, n, true));
        sends.push((at + 20 + below(600, &mut world.rng), n, true));
    }
    (0..3000).for_each(|_| sends.push((below(86_000, &mut world.rng), u64::MAX, false)));
    sends.sort_unstable();
    let inners: Vec<_> = (0..1000_u64)
        .map(|n| {
            let suite = if n % 4 == 0 { Suite::XWing } else { Suite::X25519 };
            world.inner(usize::from(n % 5 == 0), suite, n)
        })
        .collect();
    let cover = world.inner(0, Suite::X25519, u64::MAX);
    let mut waiting: Vec<Vec<u8>> = Vec::new();
    for (at, n, real) in sends {
        let when = START + at;
        if when / 60 > world.now / 60 {
            world.send(&std::mem::take(&mut waiting));
            world.advance_to(when);
        }
        let slot = u8::try_from(world.rng.next_u32() % 24).unwrap();
        waiting.push(match usize::try_from(n).ok().and_then(|n| inners.get(n)) {
            Some(inner) if real => world.packet(Flag::Real, slot, inner),
            _ => world.packet(Flag::Cover, slot, &cover),
        });
    }
    world.send(&waiting);
    while world.now < START + 24 * 3600 {
        world.next_tick();
    }
    let (first, second) = (world.all_tips(0), world.all_tips(1));
    let (for_second, for_first): (Vec<u64>, Vec<u64>) = (0..1000).partition(|n| n % 5 == 0);
    assert_eq!(first, for_first);
    assert_eq!(second, for_second);
    let counts = world.core().counts();
    assert_eq!((counts.admitted, counts.doubled, counts.refused), (1000, 1000, 0));
    assert_eq!(world.edge.batches.len(), 25, "one at each tick, and the first at the start");
    assert!(world.edge.faults.is_empty(), "{:?}", world.edge.faults);
}
