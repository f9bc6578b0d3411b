//! The replay table: which packets of an epoch have been seen, by a keyed hash of their encapsulation.
//!
//! An open-addressed table of 8-byte marks whose place follows from the mark. The file on the disk has the same
//! layout and a constant size: it keeps no order and no times. Two marks of different packets are equal
//! once in 2^64 / n; nobody can aim at that, because the hash is keyed.

use std::collections::BTreeSet;

/// Marks in one page of the file (4,096 bytes).
const PAGE_MARKS: usize = 512;
/// Bytes of a page.
pub(crate) const PAGE: usize = PAGE_MARKS * 8;

/// What [`Seen::insert`] found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Insert {
    /// Not seen before; remembered now.
    New,
    /// Seen before.
    Again,
    /// Not seen before, but there is no room to remember it (7/8 of the table are used).
    Full,
}

/// The table of one epoch.
pub(crate) struct Seen {
    marks: Vec<u64>,
    used: usize,
    dirty: BTreeSet<usize>,
}

impl Seen {
    /// Empty, with `2^bits` places.
    pub(crate) fn empty(bits: u8) -> Self {
        Self { marks: vec![0; 1 << bits.min(26)], used: 0, dirty: BTreeSet::new() }
    }

    /// From its file. `None` if the file has another size.
    pub(crate) fn from_bytes(bytes: &[u8], bits: u8) -> Option<Self> {
        let mut table = Self::empty(bits);
        if bytes.len() != table.marks.len() * 8 {
            return None;
        }
        let (stored, _) = bytes.as_chunks::<8>();
        for (place, bytes) in table.marks.iter_mut().zip(stored) {
            *place = u64::from_le_bytes(*bytes);
            table.used += usize::from(*place != 0);
        }
        Some(table)
    }

    /// Remembers a mark.
    pub(crate) fn insert(&mut self, mark: u64) -> Insert {
        // Zero is an empty place.
        let mark = mark.max(1);
        let size = self.marks.len();
        let start = usize::try_from(mark % size as u64).unwrap_or(0);
        let free = (start..size).chain(0..start).find_map(|place| match self.marks.get(place) {
            Some(0) => Some(Ok(place)),
            Some(found) if *found == mark => Some(Err(())),
            _ => None,
        });
        let Some(Ok(place)) = free else { return Insert::Again };
        if self.used >= size / 8 * 7 {
            return Insert::Full;
        }
        if let Some(empty) = self.marks.get_mut(place) {
            *empty = mark;
            self.used += 1;
            self.dirty.insert(place / PAGE_MARKS);
        }
        Insert::New
    }

    /// The pages that changed since the last call: place in the file, bytes. In the order of the file. The first page
    /// is always among them, so that the file's time follows the clock, not the packets.
    pub(crate) fn take_dirty(&mut self) -> Vec<(u64, Vec<u8>)> {
        let mut dirty = std::mem::take(&mut self.dirty);
        dirty.insert(0);
        dirty.into_iter().map(|page| ((page * PAGE) as u64, self.page(page))).collect()
    }

    /// The size of the file.
    pub(crate) fn file_size(&self) -> u64 {
        (self.marks.len() * 8) as u64
    }

    fn page(&self, page: usize) -> Vec<u8> {
        let start = page * PAGE_MARKS;
        let end = (start + PAGE_MARKS).min(self.marks.len());
        let marks = self.marks.get(start..end).unwrap_or_default();
        marks.iter().flat_map(|mark| mark.to_le_bytes()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn a_full_table_still_knows_what_it_has_seen() {
        let mut seen = Seen::empty(10);
        for mark in 0..896_u64 {
            assert_eq!(
                seen.insert(mark * 1024 + 7),
                Insert::New,
                "all at one place, one after the other"
            );
        }
        assert_eq!(seen.insert(5), Insert::Full);
        assert_eq!(seen.insert(7), Insert::Again);
        assert_eq!(seen.insert(895 * 1024 + 7), Insert::Again);
    }

    #[test]
    fn only_changed_pages_are_written_and_no_order_is_kept() {
        let mut one = Seen::empty(12);
        let mut other = Seen::empty(12);
        let marks = [3_u64, 600, 4000, 77_777];
        marks.iter().for_each(|mark| assert_eq!(one.insert(*mark), Insert::New));
        marks.iter().rev().for_each(|mark| assert_eq!(other.insert(*mark), Insert::New));
        let pages = one.take_dirty();
        assert_eq!(pages, other.take_dirty());
        assert_eq!(pages.iter().map(|(at, _)| at / 4096).collect::<Vec<_>>(), [0, 1, 7]);
        assert!(pages.iter().all(|(_, bytes)| bytes.len() == PAGE));
        assert_eq!(one.take_dirty().len(), 1);
    }

    proptest! {
        #[test]
        fn remembers_across_a_restart(marks in vec(1_u64.., 1..800)) {
            let mut seen = Seen::empty(10);
            let mut known = BTreeSet::new();
            let mut file = vec![0; usize::try_from(seen.file_size()).unwrap()];
            for mark in &marks {
                let want = if known.insert(*mark) { Insert::New } else { Insert::Again };
                prop_assert_eq!(seen.insert(*mark), want);
            }
            for (at, bytes) in seen.take_dirty() {
                let at = usize::try_from(at).unwrap();
                file[at..at + bytes.len()].copy_from_slice(&bytes);
            }
            let mut again = Seen::from_bytes(&file, 10).unwrap();
            prop_assert!(marks.iter().all(|mark| again.insert(*mark) == Insert::Again));
            prop_assert!(Seen::from_bytes(&file, 11).is_none());
        }
    }
}
