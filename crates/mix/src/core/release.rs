//! Making a batch: what really waits, filled up with cover of the mix's own making, shuffled, sealed and signed.

use envelope::{
    DecodeError,
    batch::{Batch, Item},
    deskkey::DeskKey,
    inner::InnerEnvelope,
    keys::{DeskWeek, KemSecret, Signing, SiteId, SiteSigner},
    time::TickLength,
};
use rand_core::CryptoRng;

use super::{crowds::Crowds, pool::Pool};
use crate::{
    link::Limits,
    noise::{below, places_kept, shuffle},
};

/// The batch of one tick.
pub(crate) struct Release<'a> {
    pub(crate) signer: &'a Signing<SiteSigner>,
    pub(crate) site: &'a SiteId,
    pub(crate) tick: u64,
    pub(crate) length: TickLength,
    pub(crate) limits: &'a Limits,
    pub(crate) desks: &'a [&'a DeskKey],
}

impl Release<'_> {
    /// Takes items from the pool and makes the batch. If that fails, the items are back in the pool.
    pub(crate) fn make<G: CryptoRng + ?Sized>(
        &self,
        pool: &mut Pool,
        crowds: &Crowds,
        rng: &mut G,
    ) -> Result<Vec<u8>, DecodeError> {
        let batch = self.try_make(pool, crowds, rng);
        if batch.is_err() {
            pool.take_back(self.tick);
        }
        batch
    }

    fn try_make<G: CryptoRng + ?Sized>(
        &self,
        pool: &mut Pool,
        crowds: &Crowds,
        rng: &mut G,
    ) -> Result<Vec<u8>, DecodeError> {
        let size = usize::from(self.limits.batch_items);
        let kept = places_kept(self.limits.noise_shift, self.limits.noise_scale, rng);
        let taken = pool.release(self.tick, size.saturating_sub(kept), rng);
        let ticks: Vec<u64> = taken.iter().map(|item| item.tick).collect();
        let mut items: Vec<Item> = taken
            .into_iter()
            .map(|item| Item {
                inner: item.inner.clone(),
                crowd: crowds.at(item.tick, item.slot),
                slot: item.slot,
            })
            .collect();
        // Sealed to a key that nobody has kept: for every desk it looks like an envelope for another.
        let nobody = KemSecret::<DeskWeek>::generate(rng).public();
        while items.len() < size {
            let tick = self.tick_of_cover(&ticks, rng);
            let (suite, slot) = crowds.cover(tick, rng);
            let inner = InnerEnvelope::cover(self.site, suite, &nobody, rng).map_err(|_| {
                DecodeError::Value { what: "batch", why: "its own cover cannot be sealed" }
            })?;
            items.push(Item { inner, crowd: crowds.at(tick, slot), slot });
        }
        shuffle(&mut items, rng);
        let when = (self.tick, self.length);
        Batch::issue(self.signer, self.site, when, &items, self.desks, rng)
    }

    /// Cover says of itself that it came in the same ticks as what is real, or crowd and slot of an item that had to
    /// wait would tell it from cover.
    fn tick_of_cover<G: CryptoRng + ?Sized>(&self, real: &[u64], rng: &mut G) -> u64 {
        let choice = usize::try_from(below(real.len() as u64, rng)).unwrap_or(0);
        real.get(choice).copied().unwrap_or(self.tick)
    }
}
