//! A reader of a log: fetches tiles and takes nothing that the checkpoint does not commit to (tlog-tiles).

use std::collections::BTreeMap;

use crate::merkle::Nodes;
use crate::{
    Checkpoint, Error, Hash, Kind, Path, decode_bundle, leaf_hash, node_hash, verify_consistency,
    verify_inclusion,
};

/// How many tiles are kept between two questions: 8 kB each. A proof needs at most 16.
const MAX_TILES: usize = 256;

/// Why a question to a log has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError<E> {
    /// A file could not be fetched.
    #[error("the log does not answer: {0}")]
    Fetch(E),
    /// What was fetched is not what the log has signed, or the question makes no sense.
    #[error(transparent)]
    Log(#[from] Error),
}

/// A reader. It fetches through `FnMut(&str) -> Result<Vec<u8>, E>`, which gets paths below the log's address and
/// should stop reading after [`Path::max_bytes`]. Where a partial tile cannot be had, the full one is asked for.
///
/// Every answer is checked against the checkpoint's root before it is given; that the checkpoint is the log's is for
/// [`Note::checkpoint`](crate::Note::checkpoint), and that all readers see the same for
/// [`Witnesses`](crate::Witnesses), to be asked first.
pub struct Client<F> {
    fetch: F,
    tiles: BTreeMap<Path, Vec<Hash>>,
}

impl<F, E> Client<F>
where
    F: FnMut(&str) -> Result<Vec<u8>, E>,
{
    /// A reader that fetches with `fetch`.
    pub fn new(fetch: F) -> Self {
        Self { fetch, tiles: BTreeMap::new() }
    }

    /// Checks that the tiles on the right edge of the tree make the checkpoint's root.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where they do not, [`Error::Tile`] where one is not of its width.
    pub fn check(&mut self, checkpoint: &Checkpoint) -> Result<(), ClientError<E>> {
        let root = self.view(checkpoint.size()).range(0, checkpoint.size())?;
        if root == *checkpoint.root() { Ok(()) } else { Err(self.inconsistent()) }
    }

    /// The proof that the entry with the hash `leaf` is number `index` of the log.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where it is not, or a tile is wrong; [`Error::Range`] for an index beyond the log's end.
    pub fn inclusion(
        &mut self,
        leaf: &Hash,
        index: u64,
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Hash>, ClientError<E>> {
        let size = checkpoint.size();
        let proof = self.view(size).inclusion_of(index, size)?;
        match verify_inclusion(leaf, index, size, &proof, checkpoint.root()) {
            Ok(()) => Ok(proof),
            Err(_) => Err(self.inconsistent()),
        }
    }

    /// The proof that the log at `new` begins with the log at `old`.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where it does not, where a tile is wrong, or where the two are of different logs;
    /// [`Error::Range`] where `new` is the smaller.
    pub fn consistency(
        &mut self,
        old: &Checkpoint,
        new: &Checkpoint,
    ) -> Result<Vec<Hash>, ClientError<E>> {
        let proof = self.view(new.size()).consistency_of(old.size(), new.size())?;
        let verdict = verify_consistency(old.size(), new.size(), &proof, old.root(), new.root());
        if verdict.is_err() || old.origin() != new.origin() {
            return Err(self.inconsistent());
        }
        Ok(proof)
    }

    /// The entries of bundle number `index`: those from `index * 256` on, up to 256.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where one of them is not the log's, [`Error::Tile`] where the bundle is not of its
    /// width, [`Error::Range`] for an index beyond the log's end.
    pub fn bundle(
        &mut self,
        index: u64,
        checkpoint: &Checkpoint,
    ) -> Result<Vec<Vec<u8>>, ClientError<E>> {
        let size = checkpoint.size();
        let path = Path::at(Kind::Entries, index, size).ok_or(Error::Range)?;
        let (bytes, width) = self.fetch(path)?;
        let mut entries = decode_bundle(&bytes, width)?;
        entries.truncate(path.width().into());
        // The proof of the first entry holds, on its way up, hashes over all others of the bundle.
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let first = path.first().ok_or(Error::Range)?;
        let leaf = *leaves.first().ok_or(Error::Tile)?;
        let mut view = View { bundle: Some((index, leaves)), ..self.view(size) };
        let proof = view.inclusion_of(first, size)?;
        match verify_inclusion(&leaf, first, size, &proof, checkpoint.root()) {
            Ok(()) => Ok(entries.into_iter().map(<[u8]>::to_vec).collect()),
            Err(_) => Err(self.inconsistent()),
        }
    }

    fn view(&mut self, size: u64) -> View<'_, F> {
        View { client: self, size, bundle: None }
    }

    /// Forgets all tiles: one of them is wrong, and the next question may find a better one.
    fn inconsistent(&mut self) -> ClientError<E> {
        self.tiles.clear();
        Error::Inconsistent.into()
    }

    /// A file, and the width it has: that of the path or the full one.
    fn fetch(&mut self, path: Path) -> Result<(Vec<u8>, u16), ClientError<E>> {
        let whole = path.full();
        let (bytes, width) = match (self.fetch)(&path.to_string()) {
            Ok(bytes) => (bytes, path.width()),
            Err(error) if path == whole => return Err(ClientError::Fetch(error)),
            Err(error) => match (self.fetch)(&whole.to_string()) {
                Ok(bytes) => (bytes, whole.width()),
                Err(_) => return Err(ClientError::Fetch(error)),
            },
        };
        if bytes.len() > whole.max_bytes() { Err(Error::Tile.into()) } else { Ok((bytes, width)) }
    }

    /// The hashes of a tile.
    fn tile(&mut self, path: Path) -> Result<&[Hash], ClientError<E>> {
        if !self.tiles.contains_key(&path) {
            let (bytes, width) = self.fetch(path)?;
            let (hashes, rest) = bytes.as_chunks::<32>();
            if hashes.len() != usize::from(width) || !rest.is_empty() {
                return Err(Error::Tile.into());
            }
            if self.tiles.len() >= MAX_TILES {
                self.tiles.clear();
            }
            let hashes = hashes.iter().take(path.width().into()).copied().collect();
            self.tiles.insert(path, hashes);
        }
        self.tiles.get(&path).map(Vec::as_slice).ok_or(Error::Tile.into())
    }
}

/// The log at one size.
struct View<'c, F> {
    client: &'c mut Client<F>,
    size: u64,
    /// The leaves of one bundle, to be used in place of the tile that the log serves.
    bundle: Option<(u64, Vec<Hash>)>,
}

impl<F, E> Nodes for View<'_, F>
where
    F: FnMut(&str) -> Result<Vec<u8>, E>,
{
    type Error = ClientError<E>;

    fn node(&mut self, level: u8, index: u64) -> Result<Hash, ClientError<E>> {
        let (tile_level, height) = (level / 8, level % 8);
        let (tile, place) = (index >> (8 - height), (index << height) % 256);
        let hashes = match &self.bundle {
            Some((number, leaves)) if tile_level == 0 && *number == tile => leaves.as_slice(),
            _ => {
                let path = Path::at(Kind::Hashes(tile_level), tile, self.size);
                self.client.tile(path.ok_or(Error::Range)?)?
            }
        };
        let below = usize::try_from(place).ok().and_then(|place| hashes.get(place..));
        let below = below.and_then(|hashes| hashes.get(..1 << height)).ok_or(Error::Tile)?;
        Ok(complete(below.to_vec()).ok_or(Error::Tile)?)
    }
}

/// The root over a power of two of hashes.
fn complete(mut row: Vec<Hash>) -> Option<Hash> {
    while row.len() > 1 {
        let (pairs, _) = row.as_chunks::<2>();
        row = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    row.first().copied()
}
