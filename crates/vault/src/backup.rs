//! Backups: one file that holds the vault without the owners' keys, so that what is destroyed later is destroyed
//! in every backup too.
//!
//! The file is an SQLite database of the vault's own layout, with an empty table of owners' keys, and a trailer:
//! `"subrosa backup 1" (16) ‖ length of the database (8) ‖ SHA-256 of everything before (32)`.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use rusqlite::params;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{
    error::{UnlockError, VaultError},
    files::{self, Draft, io},
    layout,
    store::{DRAFT, FILE, MAGIC, Vault},
    wrap,
};

const TRAILER: usize = 16 + 8 + 32;
const NAME: &[u8; 16] = b"subrosa backup 1";

/// A backup was not made or not restored. Nothing was put in place.
#[derive(Debug, Error)]
pub enum BackupError {
    /// A file is where the new one should go.
    #[error("{0} exists already; it was left as it is")]
    Exists(PathBuf),
    /// The backup is not as it was written.
    #[error("{path}: the backup {why}; use another one (nothing was restored)")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: &'static str,
    },
    /// It was written by a later version of this program.
    #[error("{0} was written by a newer Subrosa; update this one (nothing was restored)")]
    Newer(PathBuf),
    /// Reading or writing failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Writes a backup into a new file, readable by its owner only: one moment of the vault, whatever is written
    /// meanwhile. It opens with the passphrase of now. Owners' keys are not in it.
    ///
    /// # Errors
    /// [`BackupError`]; an existing file is never touched.
    pub fn backup(&self, path: &Path) -> Result<(), BackupError> {
        if path.exists() {
            return Err(BackupError::Exists(path.to_owned()));
        }
        let place = files::beside(path, ".part");
        let (draft, mut file) = Draft::create(&place)?;
        self.copy_into(&place)?;
        let (length, mut sum) = (file.metadata().map_err(io(&place))?.len(), Sha256::new());
        std::io::copy(&mut file, &mut Hashing(&mut sum)).map_err(io(&place))?;
        let mut trailer = [&NAME[..], &length.to_be_bytes()].concat();
        sum.update(&trailer);
        trailer.extend_from_slice(&sum.finalize());
        file.write_all(&trailer).map_err(io(&place))?;
        drop(file);
        Ok(draft.keep(path)?)
    }

    /// Copies everything but the owners' keys, which never reach the new file. On a connection of its own, so that
    /// nobody has to wait.
    fn copy_into(&self, place: &Path) -> Result<(), VaultError> {
        let name = place.to_str().ok_or_else(|| {
            io(place)(std::io::Error::other("its name is not valid Unicode; choose another"))
        })?;
        let copy = layout::lay_out(place, &[])?;
        // Attached, it has to commit together with the vault: no log of its own, and none on the disk.
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        copy.close().map_err(|(_, error)| VaultError::from(error))?;
        let mut db = layout::open(&self.dir().join(FILE))?;
        db.execute("ATTACH ?1 AS copy", params![name])?;
        db.pragma_update(Some("copy"), "journal_mode", "MEMORY")?;
        let tx = db.transaction()?;
        tx.execute("UPDATE copy.header SET bytes = (SELECT bytes FROM main.header)", [])?;
        tx.execute(
            "INSERT INTO copy.record (shelf, place, version, sealed, owner)
             SELECT shelf, place, version, sealed, owner FROM main.record",
            [],
        )?;
        Ok(tx.commit()?)
    }

    /// Puts a backup's vault into `dir`, which is made if it is not there. It opens with the passphrase of the
    /// backup; what belongs to an owner stays sealed until their key is recovered.
    ///
    /// # Errors
    /// [`BackupError`]; an existing vault is never touched, and nothing is put in place by half.
    pub fn restore(path: &Path, dir: &Path) -> Result<(), BackupError> {
        for end in ["", "-wal", "-shm"] {
            let there = files::beside(&dir.join(FILE), end);
            if there.exists() {
                return Err(BackupError::Exists(there));
            }
        }
        let damaged = |why| BackupError::Damaged { path: path.to_owned(), why };
        let mut from = File::open(path).map_err(io(path))?;
        let length = length(&mut from)
            .map_err(io(path))?
            .ok_or_else(|| damaged("is no backup, or was cut short or changed at its end"))?;
        files::private_dir(dir)?;
        let place = dir.join(DRAFT);
        let (draft, mut file) = Draft::create(&place)?;
        if !copy_checked(&mut from, length, (path, &place), &mut file)? {
            return Err(damaged("was changed or cut short"));
        }
        drop(file);
        check(&place).map_err(|error| match error {
            UnlockError::Newer(_) => BackupError::Newer(path.to_owned()),
            UnlockError::Vault(error) => error.into(),
            _ => damaged("holds no vault"),
        })?;
        Ok(draft.keep(&dir.join(FILE))?)
    }
}

/// The length of the database that the trailer names, if it fits the file's.
fn length(file: &mut File) -> std::io::Result<Option<u64>> {
    let whole = file.metadata()?.len();
    let Some(length) = whole.checked_sub(TRAILER as u64) else { return Ok(None) };
    let mut head = [0; 24];
    file.seek(SeekFrom::Start(length))?;
    file.read_exact(&mut head)?;
    file.rewind()?;
    Ok((head == *[&NAME[..], &length.to_be_bytes()].concat()).then_some(length))
}

/// Copies the database; says whether everything is as it was written.
fn copy_checked(
    from: &mut File,
    length: u64,
    (source, place): (&Path, &Path),
    to: &mut File,
) -> Result<bool, VaultError> {
    let (mut sum, mut left, mut buffer) = (Sha256::new(), length, vec![0; 1 << 16]);
    while left > 0 {
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let part = buffer.get_mut(..most).unwrap_or_default();
        let read = from.read(part).map_err(io(source))?;
        let part = part.get(..read).unwrap_or_default();
        if part.is_empty() {
            return Ok(false);
        }
        sum.update(part);
        to.write_all(part).map_err(io(place))?;
        left = left.saturating_sub(read as u64);
    }
    let mut trailer = Vec::new();
    from.take(TRAILER as u64).read_to_end(&mut trailer).map_err(io(source))?;
    let Some((head, want)) = trailer.split_at_checked(24) else { return Ok(false) };
    sum.update(head);
    Ok(sum.finalize().as_slice() == want)
}

/// Whether a restored database is a vault that this program can open.
fn check(place: &Path) -> Result<(), UnlockError> {
    let mut db = layout::connect(place)?;
    let no_vault = || UnlockError::Header { path: place.to_owned(), why: "is no vault" };
    let header = layout::read_header(&db).map_err(|error| layout::not_a_database(error, place))?;
    if !header.is_some_and(|header| wrap::is_whole(MAGIC, &header)) {
        return Err(no_vault());
    }
    layout::migrate(&mut db)?;
    let sound: String =
        db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(VaultError::from)?;
    if sound != "ok" {
        return Err(no_vault());
    }
    // Whatever is in the log goes into the file, which is renamed alone.
    db.close().map_err(|(_, error)| VaultError::from(error))?;
    Ok(())
}

struct Hashing<'a>(&'a mut Sha256);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
