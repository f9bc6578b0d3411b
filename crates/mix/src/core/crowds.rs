//! How many visits reached each slot, counted per tick from the packets that opened, whether real or cover.

use std::collections::VecDeque;

use envelope::{Suite, crowd::Crowd, sizes::CROWD_SLOTS};
use rand_core::CryptoRng;

use crate::{
    link::{LinkError, Reader, Writer},
    noise::below,
};

/// Ticks that are remembered, for cover that looks as if it had waited.
const REMEMBERED: usize = 8;
const SLOTS: usize = 256;
const ENCODED_WINDOW: usize = 8 + SLOTS * 4 + 2 * 4;
/// Bytes in a snapshot.
pub(crate) const ENCODED: usize = (1 + REMEMBERED) * ENCODED_WINDOW;

/// What one tick saw.
#[derive(Clone)]
struct Window {
    /// The tick at its end.
    tick: u64,
    slots: [u32; SLOTS],
    suites: [u32; 2],
}

impl Window {
    fn new(tick: u64) -> Self {
        Self { tick, slots: [0; SLOTS], suites: [0; 2] }
    }

    fn crowd(&self, slot: u8) -> Crowd {
        Crowd::of(u64::from(self.slots.get(usize::from(slot)).copied().unwrap_or(0)))
    }

    fn write(&self, out: &mut Writer) {
        out.u64(self.tick);
        self.slots.iter().chain(&self.suites).for_each(|count| {
            out.u32(*count);
        });
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, LinkError> {
        let mut window = Self::new(reader.u64()?);
        for count in window.slots.iter_mut().chain(&mut window.suites) {
            *count = reader.u32()?;
        }
        Ok(window)
    }
}

/// The tick in progress, and the last eight.
pub(crate) struct Crowds {
    current: Window,
    past: VecDeque<Window>,
}

impl Crowds {
    /// `tick` is the next one.
    pub(crate) fn new(tick: u64) -> Self {
        Self { current: Window::new(tick), past: VecDeque::new() }
    }

    /// The tick at whose end what comes now is counted.
    pub(crate) fn tick(&self) -> u64 {
        self.current.tick
    }

    /// Counts a packet.
    pub(crate) fn count(&mut self, slot: u8, suite: Suite) {
        let suite = match suite {
            Suite::X25519 => self.current.suites.first_mut(),
            Suite::XWing => self.current.suites.last_mut(),
        };
        let slot = self.current.slots.get_mut(usize::from(slot));
        slot.into_iter().chain(suite).for_each(|count| *count = count.saturating_add(1));
    }

    /// Ends the tick in progress; the next one is `next`.
    pub(crate) fn close(&mut self, next: u64) {
        let closed = std::mem::replace(&mut self.current, Window::new(next));
        self.past.push_front(closed);
        self.past.truncate(REMEMBERED);
    }

    /// The crowd of a slot in the tick that `tick` ended, or in the oldest one that is remembered.
    pub(crate) fn at(&self, tick: u64, slot: u8) -> Crowd {
        self.window(tick).map_or(Crowd::default(), |window| window.crowd(slot))
    }

    /// For the key list: the first 24 slots in the last tick.
    pub(crate) fn published(&self) -> [Crowd; CROWD_SLOTS] {
        let mut out = [Crowd::default(); CROWD_SLOTS];
        if let Some(last) = self.past.front() {
            out.iter_mut().zip(0..).for_each(|(crowd, slot)| *crowd = last.crowd(slot));
        }
        out
    }

    /// Suite and slot of an item of cover, as if a reader's page had sent it in the tick that `tick` ended: the suite
    /// as often as browsers used it; the slot half the time as often as packets left in it, half the time any slot that
    /// was reached, because people who write stay longer than people who read.
    pub(crate) fn cover<G: CryptoRng + ?Sized>(&self, tick: u64, rng: &mut G) -> (Suite, u8) {
        let empty = Window::new(tick);
        let window = self.window(tick).unwrap_or(&empty);
        let [x25519, xwing] = window.suites.map(u64::from);
        let suite = if x25519 + xwing == 0 {
            Suite::XWing
        } else if below(x25519 + xwing, rng) < x25519 {
            Suite::X25519
        } else {
            Suite::XWing
        };
        let weighted = below(2, rng) == 0;
        let weights =
            window.slots.iter().map(|n| u64::from(if weighted { *n } else { (*n).min(1) }));
        let mut left = below(weights.clone().sum(), rng);
        let slot = weights.zip(0_u8..=255).find(|(weight, _)| match left.checked_sub(*weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        });
        let any = || u8::try_from(below(CROWD_SLOTS as u64, rng)).unwrap_or(0);
        (suite, slot.map_or_else(any, |(_, slot)| slot))
    }

    fn window(&self, tick: u64) -> Option<&Window> {
        self.past.iter().find(|window| window.tick <= tick).or(self.past.back())
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        self.current.write(out);
        self.past.iter().for_each(|window| window.write(out));
        (self.past.len()..REMEMBERED).for_each(|_| Window::new(0).write(out));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, LinkError> {
        let current = Window::read(reader)?;
        let past = (0..REMEMBERED).map(|_| Window::read(reader)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { current, past: past.into_iter().filter(|window| window.tick > 0).collect() })
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    #[test]
    fn counts_and_publishes_the_last_tick_only() {
        let mut crowds = Crowds::new(5);
        (0..45).for_each(|_| crowds.count(0, Suite::XWing));
        (0..12).for_each(|_| crowds.count(200, Suite::X25519));
        assert_eq!(crowds.published(), [Crowd::default(); 24]);
        crowds.close(6);
        assert_eq!(crowds.published()[0].at_least(), 40);
        assert_eq!(crowds.at(5, 200).at_least(), 10);
        crowds.close(7);
        assert_eq!(crowds.published()[0], Crowd::default());
        assert_eq!(crowds.at(5, 0).at_least(), 40, "still known");
        (8..20).for_each(|tick| crowds.close(tick));
        assert_eq!(crowds.at(5, 0), Crowd::default(), "forgotten");
    }

    #[test]
    fn cover_uses_suites_and_slots_that_pages_used() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let mut crowds = Crowds::new(1);
        (0..300).for_each(|_| crowds.count(0, Suite::XWing));
        (0..100).for_each(|_| crowds.count(9, Suite::X25519));
        crowds.close(2);
        let drawn: Vec<_> = (0..4000).map(|_| crowds.cover(1, &mut rng)).collect();
        assert!(drawn.iter().all(|(_, slot)| [0, 9].contains(slot)));
        let x25519 = drawn.iter().filter(|(suite, _)| *suite == Suite::X25519).count();
        assert!((900..1100).contains(&x25519), "a quarter: {x25519}");
        let late = drawn.iter().filter(|(_, slot)| *slot == 9).count();
        assert!((1400..1600).contains(&late), "3/8: {late}");
    }

    #[test]
    fn a_site_without_readers_has_cover_all_the_same() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let crowds = Crowds::new(1);
        let slots: std::collections::BTreeSet<_> =
            (0..500).map(|_| crowds.cover(0, &mut rng).1).collect();
        assert_eq!(slots, (0..24).collect());
    }

    #[test]
    fn comes_back_from_a_snapshot_of_constant_size() {
        let mut crowds = Crowds::new(3);
        for tick in 4..20 {
            let mut out = Writer::default();
            crowds.write(&mut out);
            assert_eq!(out.0.len(), ENCODED);
            let mut reader = Reader::new("test", &out.0);
            let read = Crowds::read(&mut reader).unwrap();
            let mut again = Writer::default();
            read.write(&mut again);
            assert_eq!(out.0, again.0);
            crowds.count(7, Suite::XWing);
            crowds.close(tick);
        }
    }
}
