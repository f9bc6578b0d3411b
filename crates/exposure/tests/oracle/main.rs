//! The crate against oracles that are slow, simple and exact.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod bounds;
mod costs;
mod errors;
mod posterior;
mod repair;
mod several;
mod terms;

use exposure::{Circle, CircleId, Ledger};

/// SplitMix64: the same instances everywhere, and a failure names its seed.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ 0x5bd1_e995)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `lo` to `hi`, both included.
    pub(crate) fn within(&mut self, lo: u64, hi: u64) -> u64 {
        lo + self.next() % (hi - lo + 1)
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }

    /// A set of people as bits, each in it with probability `percent`; never empty.
    pub(crate) fn set(&mut self, people: u64, percent: u64) -> u64 {
        let mut bits = 0;
        for i in 0..people {
            bits |= u64::from(self.next() % 100 < percent) << i;
        }
        if bits == 0 { 1 << (self.next() % people) } else { bits }
    }
}

/// A listed circle of the people whose bits are set.
pub(crate) fn circle(ledger: &mut Ledger, name: &str, bits: u64) -> CircleId {
    let people = (0..64u32).filter(|i| bits >> i & 1 == 1).collect();
    ledger.circle(Circle::set(name, people)).unwrap()
}
