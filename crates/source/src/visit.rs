//! A visit: the schedule of a reader's page, kept by a program. One code path for cover and for tips.

use std::time::Duration;

use envelope::{
    Suite,
    inner::InnerEnvelope,
    keylist::KeyList,
    keys::SiteId,
    packet::{self, Flag},
    schedule, sizes,
};
use rand_core::CryptoRng;

use crate::{
    clock::Clock,
    http::Site,
    outbox::{Outbox, Progress},
};

/// Slots for which jitter is drawn when a visit begins; a day's worth.
const SLOTS: u32 = 311;
/// A key list is some kilobytes; this bounds what a hostile site can make us hold.
pub const KEY_LIST_LIMIT: usize = 64 * 1024;

/// Something that a page does at its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Fetch the key list.
    Keys,
    /// Load the whole window of the dead drop.
    FullDrop,
    /// Load the live block and the closed one before it.
    Refresh,
    /// Seal the packet of a slot.
    Seal(u32),
    /// Send the packet of a slot.
    Send(u32),
}

/// The moments of one visit, all drawn before there is anything to say.
pub struct Plan(Vec<(u64, Action)>);

impl Plan {
    /// Draws the jitter of a visit of at most `length`.
    pub fn draw<G: CryptoRng + ?Sized>(length: Duration, rng: &mut G) -> Self {
        let end = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        let mut events = Vec::new();
        for slot in 0..SLOTS {
            let at = schedule::slot_ms(slot);
            let jitter = u64::from(rng.next_u32()) % (schedule::JITTER_MS + 1);
            events.push((at.saturating_sub(schedule::SEAL_AHEAD_MS), Action::Seal(slot)));
            events.push((at + jitter, Action::Send(slot)));
        }
        let last = schedule::slot_ms(SLOTS);
        let (first, step) = schedule::KEYS_AT_MS;
        events.push((first, Action::Keys));
        events.extend((1..).map(|n| (n * step, Action::Keys)).take_while(|(at, _)| *at < last));
        let (first, step) = schedule::DROP_AT_MS;
        events.push((first, Action::FullDrop));
        events.extend((1..).map(|n| (n * step, Action::FullDrop)).take_while(|(at, _)| *at < last));
        let minutes = (1..).map(|n| n * 60_000).take_while(|at| *at < last);
        events.extend(
            minutes.filter(|at| schedule::is_refresh_ms(*at)).map(|at| (at, Action::Refresh)),
        );
        events.retain(|(at, _)| *at <= end);
        events.sort_unstable();
        Self(events)
    }

    /// The moments, in milliseconds after the start, in order.
    #[must_use]
    pub fn events(&self) -> &[(u64, Action)] {
        &self.0
    }
}

/// What a visit came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Packets that the site took.
    pub sent: usize,
    /// Packets that it did not take; they are not sent again.
    pub failed: usize,
    /// Packets sealed without valid keys: random bytes that keep the schedule.
    pub blind: usize,
    /// How far the outbox got.
    pub outbox: Option<Progress>,
}

/// A visit to a site.
pub struct Visit<'a, C, G: ?Sized> {
    /// Where to.
    pub site: &'a Site,
    /// The newsroom whose root was verified beforehand.
    pub id: SiteId,
    /// The suite to seal in.
    pub suite: Suite,
    /// Time.
    pub clock: &'a C,
    /// Randomness.
    pub rng: &'a mut G,
}

impl<C: Clock, G: CryptoRng + ?Sized> Visit<'_, C, G> {
    /// Stays until the plan ends, or `done` says that it is enough. `done` is asked after every event.
    pub fn stay(
        &mut self,
        plan: &Plan,
        outbox: &mut Outbox,
        mut done: impl FnMut(&Outbox) -> bool,
    ) -> Outcome {
        let start = self.clock.elapsed();
        let mut keys: Option<KeyList> = None;
        let mut sealed: Option<Vec<u8>> = None;
        let mut outcome = Outcome::default();
        for (at, action) in plan.events() {
            self.clock.wait_until(start + Duration::from_millis(*at));
            match action {
                Action::Keys => keys = self.keys().or(keys),
                Action::FullDrop => self.load(sizes::WINDOW_BLOCKS),
                Action::Refresh => self.load(1),
                Action::Seal(slot) => {
                    let packet = self.seal(keys.as_ref(), outbox, *slot);
                    outcome.blind += usize::from(packet.is_none());
                    sealed = Some(packet.unwrap_or_else(|| self.blind()));
                }
                Action::Send(_) => {
                    if let Some(packet) = sealed.take() {
                        match self.site.post("/cover", &packet) {
                            Ok(answer) if answer.status == 204 => outcome.sent += 1,
                            _ => outcome.failed += 1,
                        }
                    }
                }
            }
            if sealed.is_none() && done(outbox) {
                break;
            }
        }
        outcome.outbox = Some(outbox.progress());
        outcome
    }

    fn keys(&self) -> Option<KeyList> {
        let bytes = self.site.get("/keys", KEY_LIST_LIMIT).ok()?;
        KeyList::decode(&bytes).ok()?.verify(&self.id, self.clock.unix()).ok()
    }

    /// Fetches what a page fetches; a reader has no use for it.
    fn load(&self, closed: u64) {
        let Ok(live) = self.site.get("/drop/live", sizes::CLOSED_BLOCK) else { return };
        let Some(block) = live.get(4..12).and_then(|b| b.try_into().ok()).map(u64::from_be_bytes)
        else {
            return;
        };
        for n in (1..=closed.min(block)).rev() {
            let _ = self.site.get(&format!("/drop/{}", block - n), sizes::CLOSED_BLOCK);
        }
    }

    /// The packet of a slot: cover and tip differ in nothing but what is sealed. `None` without valid keys.
    fn seal(&mut self, keys: Option<&KeyList>, outbox: &mut Outbox, slot: u32) -> Option<Vec<u8>> {
        let now = self.clock.unix();
        let keys = keys.filter(|keys| now < keys.contents.expires_at)?;
        let mix = keys.mix_key(now)?;
        let desk = keys.contents.desks.first()?;
        let cover = InnerEnvelope::cover(&self.id, self.suite, &desk.key.key, self.rng).ok()?;
        let (flag, inner) = match outbox.next(schedule::slot_ms(slot)) {
            Some(inner) => (Flag::Real, inner),
            None => (Flag::Cover, cover),
        };
        let mark = (flag, schedule::slot_byte(slot));
        packet::seal(&self.id, self.suite, mix.epoch, &mix.key, mark, &inner, self.rng).ok()
    }

    /// A packet of the right shape around nothing.
    fn blind(&mut self) -> Vec<u8> {
        let mut packet = vec![0; sizes::PACKET];
        self.rng.fill_bytes(&mut packet);
        if let Some(first) = packet.first_mut() {
            *first = self.suite.byte();
        }
        packet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    #[test]
    fn a_visit_of_twenty_minutes_as_documented() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let plan = Plan::draw(Duration::from_secs(20 * 60 + 5), &mut rng);
        let of = |wanted: fn(&Action) -> bool| {
            plan.events().iter().filter(move |(_, a)| wanted(a)).map(|(at, _)| *at)
        };
        assert_eq!(of(|a| matches!(a, Action::Send(_))).count(), 24);
        assert_eq!(of(|a| *a == Action::Keys).collect::<Vec<_>>(), [1_000, 600_000, 1_200_000]);
        assert_eq!(of(|a| *a == Action::FullDrop).collect::<Vec<_>>(), [8_000, 1_200_000]);
        let refresh: Vec<u64> = of(|a| *a == Action::Refresh).map(|at| at / 60_000).collect();
        assert_eq!(refresh, [1, 2, 3, 4, 5, 10, 15]);
        for (at, action) in plan.events() {
            if let Action::Send(slot) = action {
                let due = schedule::slot_ms(*slot);
                assert!((due..=due + schedule::JITTER_MS).contains(at));
            }
        }
    }
}
