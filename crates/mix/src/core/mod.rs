//! The mix itself: a state machine without input or output. Time and randomness are parameters; what is to be done
//! in the world comes back as [`Effect`]s, in the order in which it must be done.

mod crowds;
mod deaddrop;
mod epochs;
mod intake;
mod pool;
mod release;
mod restore;
mod roster;
mod seen;
mod snapshot;
#[cfg(test)]
mod tests;
mod ticks;

use std::collections::BTreeSet;

use envelope::{
    keylist::Placement,
    keys::{Signing, SiteId, SiteSigner},
    time::TickLength,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use self::{
    crowds::Crowds,
    deaddrop::DeadDrop,
    epochs::{Epochs, Lifetimes},
    pool::Pool,
    roster::Roster,
    seen::Seen,
};
use crate::link::{FromMix, Limits, ToMix};

pub use restore::Stored;

/// Something that the process around the core must do.
#[derive(Debug)]
pub enum Effect {
    /// Write [`Core::keys`] durably, over every older copy. Until that is done no later effect may be carried out: a key
    /// that is published and then lost loses tips; one that is erased must be gone.
    SaveKeys,
    /// Overwrite this replay table's file with [`Core::seen_size`] zeros.
    EmptySeen(usize),
    /// Send this to the edge.
    Send(FromMix),
    /// Write [`Core::snapshot`] and [`Core::take_seen`].
    SaveSnapshot,
}

/// How many packets met which fate since the start. Lives in memory only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Not a packet: padding of a block, an unknown suite.
    pub malformed: u64,
    /// For an epoch that is not live.
    pub foreign: u64,
    /// Seen before in this epoch; not opened.
    pub replayed: u64,
    /// Opened, or tried to: one KEM and one AEAD operation each.
    pub tried: u64,
    /// Of those, for another key, changed on the way, or malformed inside.
    pub rejected: u64,
    /// Of those, cover.
    pub cover: u64,
    /// Of those, real and in the pool.
    pub admitted: u64,
    /// Of those, real, and the same inner envelope came before.
    pub doubled: u64,
    /// Of those, real, but the pool was full.
    pub refused: u64,
}

/// The mix.
pub struct Core {
    site: SiteId,
    tick: TickLength,
    placement: Placement,
    limits: Limits,
    lifetimes: Lifetimes,
    signer: Signing<SiteSigner>,
    roster: Roster,
    epochs: Epochs,
    seen: [Seen; epochs::LIVE],
    crowds: Crowds,
    pool: Pool,
    drop: DeadDrop,
    /// The last tick that was released.
    last_tick: u64,
    next_snapshot: u64,
    /// The latest time that was seen: the core's clock never goes back.
    now: u64,
    /// Faults that were told since the last tick, so that none fills a log.
    told: BTreeSet<String>,
    counts: Counts,
}

impl Core {
    /// Does what is due at `now` (Unix seconds): ticks, new keys, snapshots. To be called again at [`Core::deadline`], and as
    /// often as one likes.
    pub fn advance<G: CryptoRng + ?Sized>(
        &mut self,
        now: u64,
        rng: &mut G,
        effects: &mut Vec<Effect>,
    ) {
        self.see_clock(now, effects);
        self.rotate(rng, effects);
        let tick = self.tick.tick_at(self.now);
        if tick > self.last_tick {
            self.reach(tick, rng, effects);
        } else if self.now >= self.next_snapshot {
            effects.push(Effect::SaveSnapshot);
        }
        if self.now >= self.next_snapshot {
            let every = u64::from(self.limits.snapshot_secs);
            self.next_snapshot = (self.now / every + 1) * every;
        }
    }

    /// When [`Core::advance`] has something to do next, in Unix seconds.
    #[must_use]
    pub fn deadline(&self) -> u64 {
        let next_tick = self.tick.start(self.last_tick.saturating_add(1));
        next_tick.min(self.next_snapshot).min(self.epochs.next_change())
    }

    /// Takes what the edge has sent. [`ToMix::Hello`] and [`ToMix::Shutdown`] are the process's affair and change nothing
    /// here.
    pub fn handle<G: CryptoRng + ?Sized>(
        &mut self,
        message: &ToMix,
        now: u64,
        rng: &mut G,
        effects: &mut Vec<Effect>,
    ) {
        self.advance(now, rng, effects);
        match message {
            ToMix::Block(block) => {
                block.packets().for_each(|packet| self.packet(packet, effects));
            }
            ToMix::Bundle { token, bytes } => self.bundle(*token, bytes, effects),
            ToMix::Records(records) => self.records(records, effects),
            ToMix::Stored { tick } => self.pool.stored(*tick),
            ToMix::Hello(_) | ToMix::Shutdown => {}
        }
    }

    /// The key file's contents: always the same size; private keys in the clear.
    #[must_use]
    pub fn keys(&self) -> Zeroizing<Vec<u8>> {
        self.epochs.encode()
    }

    /// A snapshot, sealed under the newest epoch's key: always the same size. `None` before the first
    /// [`Core::advance`].
    pub fn snapshot<G: CryptoRng + ?Sized>(&self, rng: &mut G) -> Option<Vec<u8>> {
        let plain =
            snapshot::encode((self.last_tick, self.tick), &self.crowds, &self.drop, &self.pool);
        self.epochs.seal(&self.site, plain, rng)
    }

    /// The pages of the replay tables that changed since the last call, and the first of each: table, place in its file,
    /// 4,096 bytes.
    pub fn take_seen(&mut self) -> Vec<(usize, u64, Vec<u8>)> {
        let pages = self.seen.iter_mut().enumerate().flat_map(|(table, seen)| {
            seen.take_dirty().into_iter().map(move |(at, bytes)| (table, at, bytes))
        });
        pages.collect()
    }

    /// The size of each replay table's file.
    #[must_use]
    pub fn seen_size(&self) -> u64 {
        self.seen.iter().map(Seen::file_size).max().unwrap_or(0)
    }

    /// What became of the packets so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Real items that wait for a batch.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.pool.waiting()
    }

    fn see_clock(&mut self, now: u64, effects: &mut Vec<Effect>) {
        const TOLERATED: u64 = 60;
        if now.saturating_add(TOLERATED) < self.now {
            let behind = self.now - now;
            self.fault(format!("the clock went back by {behind} s; the mix waits for it"), effects);
        }
        self.now = self.now.max(now);
    }

    /// Tells a fault, once per tick.
    fn fault(&mut self, text: String, effects: &mut Vec<Effect>) {
        if self.told.insert(text.clone()) {
            effects.push(Effect::Send(FromMix::Fault(text)));
        }
    }
}
