//! The open folder.

use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    io,
    path::Path,
};

use envelope::keys::{Signing, SiteSigner};

use super::{
    StateError, io_error,
    pair::{Pair, read_at, write_at},
    signer::signer_private,
};
use crate::core::Stored;

/// Above the largest snapshot that the limits allow.
const MOST: u64 = 64 * 1024 * 1024;
/// Above the largest replay table: 2^26 marks of 8 bytes.
const MOST_SEEN: u64 = 8 << 26;
/// Zeros that are written at a time.
const STRETCH: usize = 1 << 20;

/// The mix's folder, every file of it open.
pub struct StateDir {
    keys: Pair,
    pool: Pair,
    seen: [File; 2],
    /// Released when the process ends, however it ends.
    _lock: File,
}

impl StateDir {
    /// Opens every file, making those that are missing, and reads what an earlier run has left. The signer's key is read
    /// and its file closed again.
    ///
    /// # Errors
    /// [`StateError`]. Damaged state files are no error: they are in [`Stored::faults`], and the mix can do without.
    pub fn open(dir: &Path) -> Result<(Self, Signing<SiteSigner>, Stored), StateError> {
        let signer = signer_private(dir)?;
        let lock = lock(dir)?;
        let open = |name: &str| private(dir, name);
        let mut faults = Vec::new();
        let names = ["keys.0", "keys.1"];
        let [a, b] = names.map(open);
        let (keys, found_keys) =
            Pair::open(b'K', [a?, b?], names, MOST).map_err(io_error(dir, "reading keys.*"))?;
        let names = ["pool.0", "pool.1"];
        let [a, b] = names.map(open);
        let (pool, found_pool) =
            Pair::open(b'P', [a?, b?], names, MOST).map_err(io_error(dir, "reading pool.*"))?;
        let [a, b] = ["seen.0", "seen.1"].map(open);
        let seen = [a?, b?];
        let mut tables = [Vec::new(), Vec::new()];
        for (file, table) in seen.iter().zip(&mut tables) {
            *table = read_all(file).map_err(io_error(dir, "reading seen.*"))?;
        }
        faults.extend(found_keys.faults);
        faults.extend(found_pool.faults);
        let stored = Stored {
            keys: found_keys.contents,
            snapshots: found_pool.contents.iter().map(|sealed| sealed.to_vec()).collect(),
            seen: tables,
            faults,
        };
        Ok((Self { keys, pool, seen, _lock: lock }, signer, stored))
    }

    /// The files that stay in use: six.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.keys.files().chain(self.pool.files()).chain(&self.seen)
    }

    /// Writes the epoch keys over both copies.
    ///
    /// # Errors
    /// The system's.
    pub fn save_keys(&mut self, keys: &[u8]) -> io::Result<()> {
        self.keys.store_both(keys)
    }

    /// Writes a snapshot over the older one.
    ///
    /// # Errors
    /// The system's.
    pub fn save_snapshot(&mut self, sealed: &[u8]) -> io::Result<()> {
        self.pool.store(sealed)
    }

    /// Overwrites a replay table with `size` zeros.
    ///
    /// # Errors
    /// The system's.
    pub fn empty_seen(&mut self, table: usize, size: u64) -> io::Result<()> {
        let Some(file) = self.seen.get(table) else { return Ok(()) };
        let zeros = vec![0; STRETCH];
        let mut at = 0;
        while at < size {
            let stretch = usize::try_from(size - at).unwrap_or(STRETCH).min(STRETCH);
            write_at(file, zeros.get(..stretch).unwrap_or_default(), at)?;
            at += stretch as u64;
        }
        file.set_len(size)?;
        file.sync_data()
    }

    /// Writes changed pages of the replay tables, by table and place.
    ///
    /// # Errors
    /// The system's.
    pub fn write_seen(&mut self, pages: &BTreeMap<(usize, u64), Vec<u8>>) -> io::Result<()> {
        for ((table, at), bytes) in pages {
            if let Some(file) = self.seen.get(*table) {
                write_at(file, bytes, *at)?;
            }
        }
        self.seen.iter().try_for_each(File::sync_data)
    }
}

fn lock(dir: &Path) -> Result<File, StateError> {
    let file = private(dir, "lock")?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateError::Busy(dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(io_error(&dir.join("lock"), "locking")(error)),
    }
}

fn private(dir: &Path, name: &str) -> Result<File, StateError> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let path = dir.join(name);
    options.open(&path).map_err(io_error(&path, "opening"))
}

fn read_all(file: &File) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len().min(MOST_SEEN);
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
    read_at(file, &mut bytes, 0)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;
    use crate::state::init;

    #[test]
    fn one_mix_at_a_time_and_everything_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let public = init(dir.path(), &mut ChaCha20Rng::seed_from_u64(1)).unwrap();
        let (mut state, signer, stored) = StateDir::open(dir.path()).unwrap();
        assert!(signer.verifying() == public);
        assert!(stored.keys.is_empty() && stored.snapshots.is_empty() && stored.faults.is_empty());
        assert!(matches!(StateDir::open(dir.path()), Err(StateError::Busy(_))));
        assert_eq!(state.files().count(), 6);
        state.save_keys(b"keys").unwrap();
        state.save_snapshot(b"one").unwrap();
        state.save_snapshot(b"two").unwrap();
        state.empty_seen(1, 8192).unwrap();
        state.write_seen(&BTreeMap::from([((1, 4096), vec![5; 4096])])).unwrap();
        drop(state);
        let (_, _, stored) = StateDir::open(dir.path()).unwrap();
        assert_eq!(stored.keys.len(), 2);
        assert_eq!(stored.snapshots, [b"two", b"one"]);
        assert_eq!(stored.seen[1], [vec![0; 4096], vec![5; 4096]].concat());
        assert!(stored.seen[0].is_empty());
    }

    #[test]
    fn a_folder_without_a_signer_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let Err(error) = StateDir::open(dir.path()) else { panic!("opened") };
        assert!(error.to_string().contains("has no site signer yet"), "{error}");
    }
}
