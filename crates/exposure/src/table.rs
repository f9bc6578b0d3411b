//! Survivors of every subset of up to 24 circles, for the Replay and as the oracle of our own tests.

use roaring::RoaringBitmap;

use crate::{CircleId, Ledger, ReadError};

/// How many are left for each of the 2ⁿ ways to publish some of n things.
///
/// Each person is reduced to the set of circles they are *not* in; survivors of a subset T are the people whose set of misses
/// does not touch T, that is, lies within the complement of T. So one transform that sums over subsets gives all answers at once, in
/// n · 2ⁿ additions.
#[derive(Clone, Debug)]
pub struct SubsetTable {
    circles: usize,
    within: Vec<u64>,
}

impl SubsetTable {
    /// The most circles a table can hold (128 MiB).
    pub const MOST: usize = 24;

    /// The table for these listed circles among `base`, or among everybody on lists and in units. A circle that is an estimate
    /// excludes nobody by name and counts as holding all.
    ///
    /// # Errors
    /// [`ReadError::TableTooLarge`], [`crate::LedgerError::Foreign`].
    pub fn build(
        ledger: &Ledger,
        base: Option<&RoaringBitmap>,
        circles: &[CircleId],
    ) -> Result<Self, ReadError> {
        let mut everybody = RoaringBitmap::new();
        everybody.insert_range(0..ledger.listed_people());
        let mut sets = Vec::new();
        for id in circles {
            ledger.entry(*id)?;
            sets.push(ledger.people_in(*id).unwrap_or(&everybody));
        }
        Self::of_sets(base.unwrap_or(&everybody), &sets)
    }

    /// The table for these sets among `base`.
    ///
    /// # Errors
    /// [`ReadError::TableTooLarge`].
    pub fn of_sets(base: &RoaringBitmap, sets: &[&RoaringBitmap]) -> Result<Self, ReadError> {
        if sets.len() > Self::MOST {
            return Err(ReadError::TableTooLarge { got: sets.len(), most: Self::MOST });
        }
        let mut misses = vec![0u32; base.max().map_or(0, |m| m as usize + 1)];
        for (i, set) in sets.iter().enumerate() {
            for p in base - *set {
                if let Some(bits) = misses.get_mut(p as usize) {
                    *bits |= 1 << i;
                }
            }
        }
        let mut within = vec![0u64; 1 << sets.len()];
        for p in base {
            if let Some(n) = misses.get(p as usize).and_then(|bits| within.get_mut(*bits as usize))
            {
                *n += 1;
            }
        }
        for i in 0..sets.len() {
            let bit = 1usize << i;
            for block in within.chunks_exact_mut(bit * 2) {
                let (without, with) = block.split_at_mut(bit);
                for (w, o) in with.iter_mut().zip(without.iter()) {
                    *w += o;
                }
            }
        }
        Ok(Self { circles: sets.len(), within })
    }

    /// How many circles it was built from.
    #[must_use]
    pub fn circles(&self) -> usize {
        self.circles
    }

    /// How many are left when the circles whose bits are set are published; bits beyond the last circle are ignored.
    #[must_use]
    pub fn survivors(&self, published: u32) -> u64 {
        let all = self.within.len() - 1;
        self.within.get(!(published as usize) & all).copied().unwrap_or(0)
    }

    /// All counts, by the bits of what is published: the form in which a page looks them up.
    pub fn all(&self) -> impl Iterator<Item = u64> + '_ {
        self.within.iter().rev().copied()
    }
}
