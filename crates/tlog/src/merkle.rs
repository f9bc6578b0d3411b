//! The hashes of RFC 6962, section 2.1, and the two checks of a proof.

use sha2::{Digest, Sha256};

use crate::Error;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The largest number of entries that a log of this crate may have: what fits a signed 64-bit number.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// The hash of an entry: SHA-256 of a byte 0 and the entry.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The hash of two subtrees: SHA-256 of a byte 1 and both hashes.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of the tree without entries: SHA-256 of nothing.
#[must_use]
pub fn root_of_empty() -> Hash {
    Sha256::digest([]).into()
}

/// Checks that the entry with the hash `leaf` is number `index` (from 0) of the tree of `size` entries with this
/// `root` (RFC 9162, section 2.1.3.2; the proofs are those of RFC 6962).
///
/// # Errors
/// [`Error::Proof`] where it is not, or where the proof is too long or too short.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), Error> {
    if index >= size {
        return Err(Error::Proof);
    }
    let (mut place, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(Error::Proof);
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            while place & 1 == 0 && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    if last == 0 && hash == *root { Ok(()) } else { Err(Error::Proof) }
}

/// Checks that the tree of `new` entries begins with the tree of `old` entries (RFC 9162, section 2.1.4.2). Every
/// tree continues the empty one, and itself; both need an empty proof.
///
/// # Errors
/// [`Error::Proof`] where it does not, or where the proof is too long or too short.
pub fn verify_consistency(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), Error> {
    let sure = |fine: bool| if fine { Ok(()) } else { Err(Error::Proof) };
    if (old == 0 && *old_root != root_of_empty()) || (new == 0 && *new_root != root_of_empty()) {
        return Err(Error::Proof);
    }
    if old == new {
        return sure(proof.is_empty() && old_root == new_root);
    }
    if old == 0 || old > new {
        return sure(proof.is_empty() && old == 0);
    }
    // A complete old tree is its own first hash: it is left out of the proof.
    let (first, rest) = match proof.split_first() {
        _ if old.is_power_of_two() => (old_root, proof),
        Some(parts) => parts,
        None => return Err(Error::Proof),
    };
    let turns = (old - 1).trailing_ones();
    let (mut place, mut last) = ((old - 1) >> turns, (new - 1) >> turns);
    let (mut old_hash, mut new_hash) = (*first, *first);
    for hash in rest {
        if last == 0 {
            return Err(Error::Proof);
        }
        if place & 1 == 1 || place == last {
            old_hash = node_hash(hash, &old_hash);
            new_hash = node_hash(hash, &new_hash);
            while place & 1 == 0 && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            new_hash = node_hash(&new_hash, hash);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    sure(last == 0 && old_hash == *old_root && new_hash == *new_root)
}

/// Where the hashes of complete subtrees come from: memory, or tiles.
pub(crate) trait Nodes {
    /// What can go wrong.
    type Error: From<Error>;

    /// The hash of the complete subtree number `index` (from 0) of height `level`: entries
    /// `index << level .. (index + 1) << level`.
    fn node(&mut self, level: u8, index: u64) -> Result<Hash, Self::Error>;

    /// The root of the entries `from..to`; `from` is a multiple of a power of two that is not below `to - from`.
    fn range(&mut self, from: u64, to: u64) -> Result<Hash, Self::Error> {
        let count = to.checked_sub(from).ok_or(Error::Range)?;
        if count == 0 {
            return Ok(root_of_empty());
        }
        if count.is_power_of_two() {
            let level = count.trailing_zeros();
            return self.node(u8::try_from(level).map_err(|_| Error::Range)?, from >> level);
        }
        let middle = from + split(count);
        let left = self.range(from, middle)?;
        Ok(node_hash(&left, &self.range(middle, to)?))
    }

    /// The proof that entry `index` is in the tree of `size` entries, from the entry up (RFC 6962, section 2.1.1).
    fn inclusion_of(&mut self, index: u64, size: u64) -> Result<Vec<Hash>, Self::Error> {
        if index >= size || size > MAX_SIZE {
            return Err(Error::Range.into());
        }
        let (mut from, mut to, mut proof) = (0, size, Vec::new());
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                proof.push(self.range(middle, to)?);
                to = middle;
            } else {
                proof.push(self.range(from, middle)?);
                from = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// The proof that the tree of `new` entries begins with that of `old` (RFC 6962, section 2.1.2).
    fn consistency_of(&mut self, old: u64, new: u64) -> Result<Vec<Hash>, Self::Error> {
        if old > new || new > MAX_SIZE {
            return Err(Error::Range.into());
        }
        if old == 0 || old == new {
            return Ok(Vec::new());
        }
        let (mut from, mut to, mut proof) = (0, new, Vec::new());
        while old < to {
            let middle = from + split(to - from);
            if old <= middle {
                proof.push(self.range(middle, to)?);
                to = middle;
            } else {
                proof.push(self.range(from, middle)?);
                from = middle;
            }
        }
        // What is left is a subtree that both trees have. Where it is the whole old tree, its root is known.
        if from > 0 {
            proof.push(self.range(from, to)?);
        }
        proof.reverse();
        Ok(proof)
    }
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
