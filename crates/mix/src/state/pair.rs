//! Two files that are written in turn: a write that is torn leaves the other one whole.
//!
//! ```text
//! "SUBROSA" 0x01 (8) ‖ letter (1) ‖ generation (8) ‖ length (4) ‖ content ‖ SHA-256 of all before (32)
//! ```
//!
//! The checksum finds torn writes; it is no protection against forgery.

use std::{fs::File, io};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::link::{LinkError, Reader, Writer};

const MAGIC: &[u8; 8] = b"SUBROSA\x01";
const HEAD: usize = 8 + 1 + 8 + 4;
const SUM: usize = 32;

/// The two files.
pub(super) struct Pair {
    letter: u8,
    files: [Slot; 2],
    generation: u64,
}

struct Slot {
    file: File,
    length: u64,
}

/// What was found.
pub(super) struct Found {
    /// The contents of the whole files, newest first.
    pub(super) contents: Vec<Zeroizing<Vec<u8>>>,
    /// What is wrong with the others; empty files are not wrong.
    pub(super) faults: Vec<String>,
}

impl Pair {
    /// Takes two open files and reads them. `most` bounds what is read of each.
    pub(super) fn open(
        letter: u8,
        files: [File; 2],
        names: [&str; 2],
        most: u64,
    ) -> io::Result<(Self, Found)> {
        let mut found = Vec::new();
        let mut faults = Vec::new();
        let mut lengths = [0; 2];
        for ((file, name), length) in files.iter().zip(names).zip(&mut lengths) {
            *length = file.metadata()?.len();
            if *length == 0 {
                continue;
            }
            if *length > most {
                faults.push(format!("{name}: {length} bytes are too many; it is not used"));
                continue;
            }
            let mut bytes = Zeroizing::new(vec![0; usize::try_from(*length).unwrap_or(0)]);
            read_at(file, &mut bytes, 0)?;
            match decode(letter, &bytes) {
                Ok(whole) => found.push(whole),
                Err(error) => faults.push(format!("{name}: {error}; its twin is used")),
            }
        }
        found.sort_by_key(|(generation, _)| std::cmp::Reverse(*generation));
        let generation = found.first().map_or(0, |(generation, _)| *generation);
        let [first, second] = files;
        let [a, b] = lengths;
        let files = [Slot { file: first, length: a }, Slot { file: second, length: b }];
        let contents = found.into_iter().map(|(_, content)| content).collect();
        Ok((Self { letter, files, generation }, Found { contents, faults }))
    }

    /// The files, for the sandbox.
    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().map(|slot| &slot.file)
    }

    /// Overwrites the older file.
    pub(super) fn store(&mut self, content: &[u8]) -> io::Result<()> {
        let generation = self.generation + 1;
        let bytes = encode(self.letter, generation, content);
        let slot = if generation.is_multiple_of(2) {
            self.files.first_mut()
        } else {
            self.files.last_mut()
        };
        if let Some(slot) = slot {
            slot.write(&bytes)?;
        }
        self.generation = generation;
        Ok(())
    }

    /// Overwrites both, one after the other, so that nothing older is left.
    pub(super) fn store_both(&mut self, content: &[u8]) -> io::Result<()> {
        self.store(content)?;
        self.store(content)
    }
}

impl Slot {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        write_at(&self.file, bytes, 0)?;
        let length = bytes.len() as u64;
        if self.length > length {
            self.file.set_len(length)?;
        }
        self.file.sync_data()?;
        self.length = length;
        Ok(())
    }
}

fn encode(letter: u8, generation: u64, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Writer(Vec::with_capacity(HEAD + content.len() + SUM));
    out.bytes(MAGIC).u8(letter).u64(generation).blob(content);
    let sum = Sha256::digest(&out.0);
    out.bytes(&sum);
    Zeroizing::new(out.0)
}

fn decode(letter: u8, bytes: &[u8]) -> Result<(u64, Zeroizing<Vec<u8>>), LinkError> {
    let mut reader = Reader::new("the file", bytes);
    if reader.array()? != *MAGIC || reader.u8()? != letter {
        return Err(reader.value("it does not begin like a file of this kind"));
    }
    let generation = reader.u64()?;
    let content = Zeroizing::new(reader.blob(bytes.len())?);
    let sum: [u8; SUM] = reader.array()?;
    reader.end()?;
    let signed = bytes.get(..HEAD + content.len()).unwrap_or_default();
    if Sha256::digest(signed).as_slice() != sum {
        return Err(reader.value("the checksum does not fit: it was written in part"));
    }
    Ok((generation, content))
}

/// Reads exactly `bytes.len()` bytes at a place.
#[cfg(unix)]
pub(super) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

/// Writes at a place.
#[cfg(unix)]
pub(super) fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(not(unix))]
pub(super) fn read_at(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    use io::{Read as _, Seek as _};
    file.seek(io::SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

#[cfg(not(unix))]
pub(super) fn write_at(mut file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    use io::{Seek as _, Write as _};
    file.seek(io::SeekFrom::Start(at))?;
    file.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    fn open(dir: &Path) -> (Pair, Found) {
        let file = |name: &str| {
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(false);
            options.open(dir.join(name)).unwrap()
        };
        Pair::open(b'T', [file("a"), file("b")], ["a", "b"], 10_000).unwrap()
    }

    fn contents(dir: &Path) -> Vec<Vec<u8>> {
        open(dir).1.contents.iter().map(|content| content.to_vec()).collect()
    }

    #[test]
    fn the_newest_comes_first_and_the_one_before_it_stays() {
        let dir = tempfile::tempdir().unwrap();
        assert!(contents(dir.path()).is_empty());
        let (mut pair, _) = open(dir.path());
        for n in 1..=5_u8 {
            pair.store(&[n; 100]).unwrap();
            let found = contents(dir.path());
            assert_eq!(found[0], [n; 100]);
            assert_eq!(found.len(), usize::from(n.min(2)));
        }
        let (mut pair, _) = open(dir.path());
        pair.store(b"after a restart, and shorter").unwrap();
        assert_eq!(contents(dir.path()), [b"after a restart, and shorter".to_vec(), vec![5; 100]]);
        pair.store_both(b"both").unwrap();
        assert_eq!(contents(dir.path()), [b"both", b"both"]);
    }

    #[test]
    fn torn_garbled_and_foreign_files_fall_back_to_the_twin() {
        let dir = tempfile::tempdir().unwrap();
        let (mut pair, _) = open(dir.path());
        pair.store(&[1; 500]).unwrap();
        pair.store(&[2; 500]).unwrap();
        let newest = dir.path().join("a");
        let whole = fs::read(&newest).unwrap();
        let mut garbled = whole.clone();
        garbled[300] ^= 4;
        let mut foreign = whole.clone();
        foreign[8] = b'X';
        let half = [&whole[..250], &[0; 200]].concat();
        for bad in [whole[..200].to_vec(), half, garbled, foreign, vec![0; 561], vec![9; 20_000]] {
            fs::write(&newest, bad).unwrap();
            let (_, found) = open(dir.path());
            assert_eq!(found.contents.len(), 1);
            assert_eq!(*found.contents[0], [1; 500]);
            assert!(found.faults[0].starts_with("a: "), "{:?}", found.faults);
        }
    }

    #[test]
    fn a_write_that_fails_says_so_and_spoils_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (mut pair, _) = open(dir.path());
        pair.store(&[1; 500]).unwrap();
        let read_only = || File::open(dir.path().join("a")).unwrap();
        let (mut failing, _) =
            Pair::open(b'T', [read_only(), read_only()], ["a", "a"], 10_000).unwrap();
        assert!(failing.store(&[2; 500]).is_err());
        assert_eq!(contents(dir.path()), [[1; 500]]);
    }
}
