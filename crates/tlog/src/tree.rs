//! The tree as the log keeps it: every hash of a complete subtree, in memory.

use crate::merkle::Nodes;
use crate::{Error, Hash, Kind, Path, leaf_hash, node_hash, root_of_empty};

/// A Merkle tree that grows at its end. About 64 bytes an entry; the entries themselves are the caller's to keep.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// `levels[l][i]` is the root of the entries `i << l .. (i + 1) << l`.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree without entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry, and gives its index (from 0).
    pub fn push(&mut self, entry: &[u8]) -> u64 {
        self.push_hash(leaf_hash(entry))
    }

    /// Adds an entry of which only the [`leaf_hash`] is at hand, and gives its index (from 0).
    pub fn push_hash(&mut self, leaf: Hash) -> u64 {
        let index = self.size();
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(row) = self.levels.get_mut(level) else { break };
            row.push(hash);
            match row.as_slice() {
                [.., left, right] if row.len() % 2 == 0 => hash = node_hash(left, right),
                _ => break,
            }
        }
        index
    }

    /// How many entries there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |row| row.len() as u64)
    }

    /// The root over all entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        let size = self.size();
        let complete = self.levels.iter().enumerate().filter(|(level, _)| size >> level & 1 == 1);
        let edge = complete.filter_map(|(_, row)| row.last().copied());
        edge.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(root_of_empty)
    }

    /// The root over the first `size` entries.
    ///
    /// # Errors
    /// [`Error::Range`] where there are fewer.
    pub fn root_at(&self, size: u64) -> Result<Hash, Error> {
        (&*self).range(0, size)
    }

    /// The proof that entry `index` is in the tree of the first `size` entries.
    ///
    /// # Errors
    /// [`Error::Range`] where there is no such entry or there are fewer entries.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, Error> {
        (&*self).inclusion_of(index, size)
    }

    /// The proof that the tree of the first `new` entries begins with that of the first `old`.
    ///
    /// # Errors
    /// [`Error::Range`] where `old` is above `new`, or there are fewer entries.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
        (&*self).consistency_of(old, new)
    }

    /// The hashes of one tile, as they are served: `path.width` times 32 bytes.
    ///
    /// # Errors
    /// [`Error::Range`] where the tree has no such tile yet, [`Error::Path`] for an entry bundle (the tree has no
    /// entries: [`encode_bundle`](crate::encode_bundle)).
    pub fn tile(&self, path: &Path) -> Result<Vec<u8>, Error> {
        let Kind::Hashes(level) = path.kind() else { return Err(Error::Path) };
        let row = self.levels.get(usize::from(level) * 8).ok_or(Error::Range)?;
        let from =
            path.first().and_then(|first| usize::try_from(first).ok()).ok_or(Error::Range)?;
        let to = from.checked_add(usize::from(path.width())).ok_or(Error::Range)?;
        Ok(row.get(from..to).ok_or(Error::Range)?.as_flattened().to_vec())
    }
}

impl Nodes for &Tree {
    type Error = Error;

    fn node(&mut self, level: u8, index: u64) -> Result<Hash, Error> {
        let row = self.levels.get(usize::from(level)).ok_or(Error::Range)?;
        usize::try_from(index).ok().and_then(|index| row.get(index)).copied().ok_or(Error::Range)
    }
}
