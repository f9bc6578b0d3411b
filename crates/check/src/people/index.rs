//! Finding rows by name without keeping the names twice.

use std::hash::{DefaultHasher, Hash, Hasher};

/// What a look-up finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    None,
    One(u32),
    Many(usize),
}

/// A hash table of row numbers with open addressing: four to eight bytes a row. The texts stay where they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// Row number + 1; 0 is free. A power of two, at most three quarters full.
    slots: Vec<u32>,
    used: usize,
}

fn hash(key: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    // Only the low bits are used.
    usize::try_from(hasher.finish() & 0xffff_ffff).unwrap_or(0)
}

impl Index {
    /// Enters a row under its key. `key_of` gives the keys of rows entered before, when the table grows.
    pub(crate) fn insert(&mut self, key: &str, row: u32, key_of: impl Fn(u32) -> String) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![0; (old.len() * 2).max(16)];
            for slot in old.into_iter().filter(|s| *s != 0) {
                self.place(&key_of(slot - 1), slot);
            }
        }
        self.place(key, row + 1);
        self.used += 1;
    }

    fn place(&mut self, key: &str, value: u32) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash(key) & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if *slot == 0 {
                *slot = value;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// The rows under this key; `is` says whether a row really has it.
    pub(crate) fn find(&self, key: &str, is: impl Fn(u32) -> bool) -> Found {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash(key) & mask;
        let (mut first, mut count) = (0, 0);
        while let Some(slot) = self.slots.get(at).filter(|s| **s != 0) {
            if is(slot - 1) {
                if count == 0 {
                    first = slot - 1;
                }
                count += 1;
            }
            at = (at + 1) & mask;
        }
        match count {
            0 => Found::None,
            1 => Found::One(first),
            n => Found::Many(n),
        }
    }
}
