//! The vault's file.

use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rand_core::CryptoRng;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
use zeroize::Zeroizing;

use crate::{
    error::{CreateError, UnlockError, VaultError},
    kdf::{Kdf, Passphrase},
    record::{Keys, Listing, Record, Shelf},
    wrap::{self, Unwrap},
};

const FILE: &str = "vault.db";
const MAGIC: &[u8; 16] = b"subrosa vault 1\n";
/// `application_id` of the database: "Sbrv".
const APPLICATION: i64 = 0x5362_7276;
const BUSY: Duration = Duration::from_secs(10);

/// An open vault. All its methods may be called from several threads; they take turns.
pub struct Vault {
    dir: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    db: Connection,
    keys: Keys,
    kdf: Kdf,
    rng: Box<dyn CryptoRng + Send>,
}

impl Vault {
    /// Makes a vault in `dir`, which is made too if it is not there.
    ///
    /// # Errors
    /// [`CreateError`]; an existing vault is never touched.
    pub fn create(
        dir: &Path,
        passphrase: &Passphrase,
        kdf: Kdf,
        rng: impl CryptoRng + Send + 'static,
    ) -> Result<Self, CreateError> {
        passphrase.check()?;
        let mut rng: Box<dyn CryptoRng + Send> = Box::new(rng);
        let path = dir.join(FILE);
        if path.exists() {
            return Err(CreateError::Exists(path));
        }
        private_dir(dir).map_err(io(dir))?;
        // Made beside and renamed when whole: a crash leaves no half vault.
        let draft = dir.join("vault.new");
        for name in ["vault.new", "vault.new-wal", "vault.new-shm"] {
            match std::fs::remove_file(dir.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(io(dir)(error).into());
                }
                _ => {}
            }
        }
        let mut options = OpenOptions::new();
        private(options.write(true).create_new(true));
        options.open(&draft).map_err(io(&draft))?;
        let (mut id, mut key) = ([0; 16], Zeroizing::new([0; 32]));
        rng.fill_bytes(&mut id);
        rng.fill_bytes(key.as_mut_slice());
        let header =
            wrap::wrap(MAGIC, &id, &key, passphrase, kdf, &mut *rng).ok_or(CreateError::Stretch)?;
        let db = connect(&draft)?;
        lay_out(&db, &header)?;
        db.close().map_err(|(_, error)| VaultError::from(error))?;
        File::open(&draft).and_then(|file| file.sync_all()).map_err(io(&draft))?;
        std::fs::rename(&draft, &path).map_err(io(&path))?;
        sync_dir(dir)?;
        let db = connect(&path)?;
        let keys = Keys::derive(id, &key);
        Ok(Self { dir: dir.to_owned(), inner: Mutex::new(Inner { db, keys, kdf, rng }) })
    }

    /// Opens the vault in `dir`.
    ///
    /// # Errors
    /// [`UnlockError`]: there is none, the header is damaged, or the passphrase is wrong.
    pub fn open(
        dir: &Path,
        passphrase: &Passphrase,
        rng: impl CryptoRng + Send + 'static,
    ) -> Result<Self, UnlockError> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Err(UnlockError::Missing(path));
        }
        let db = connect(&path).map_err(|error| not_a_database(error, &path))?;
        let header = read_header(&db).map_err(|error| not_a_database(error, &path))?;
        let header =
            header.ok_or(UnlockError::Header { path: path.clone(), why: "has no header" })?;
        let open = wrap::unwrap(MAGIC, &header, passphrase).map_err(unlock(&path))?;
        let keys = Keys::derive(open.id, &open.secret);
        let inner = Inner { db, keys, kdf: open.kdf, rng: Box::new(rng) };
        Ok(Self { dir: dir.to_owned(), inner: Mutex::new(inner) })
    }

    /// Whether `dir` holds a vault.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        dir.join(FILE).exists()
    }

    /// The vault's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether its passphrase is stretched by less than the default.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.inner().kdf.is_weak()
    }

    /// Reads from one consistent state of the vault, whatever other programs write meanwhile.
    ///
    /// # Errors
    /// Those of `work`, and [`VaultError`].
    pub fn read<T, E: From<VaultError>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(TransactionBehavior::Deferred, |tx| work(tx))
    }

    /// Writes all or nothing: `Ok` means on the disk, an error means that nothing was changed.
    /// No other program writes between `work`'s first read and its last write.
    ///
    /// # Errors
    /// Those of `work`, and [`VaultError`].
    pub fn write<T, E: From<VaultError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(TransactionBehavior::Immediate, work)
    }

    fn transact<T, E: From<VaultError>>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut inner = self.inner();
        let Inner { db, keys, rng, .. } = &mut *inner;
        let db = db.transaction_with_behavior(behavior).map_err(VaultError::from)?;
        let mut tx = Tx { db, keys, rng: &mut **rng };
        let value = work(&mut tx)?;
        tx.db.commit().map_err(VaultError::from)?;
        Ok(value)
    }

    /// Seals the vault key under another passphrase. Copies of the file made earlier keep the old one.
    ///
    /// # Errors
    /// [`UnlockError::Passphrase`] if `old` is wrong; [`ChangeError`]-like causes as [`CreateError`].
    pub fn change_passphrase(
        &self,
        old: &Passphrase,
        new: &Passphrase,
        kdf: Kdf,
    ) -> Result<(), ChangeError> {
        new.check().map_err(CreateError::from)?;
        let mut inner = self.inner();
        let Inner { db, rng, kdf: current, .. } = &mut *inner;
        let path = self.dir.join(FILE);
        let tx = db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| UnlockError::Vault(error.into()))?;
        let header = read_header(&tx).map_err(UnlockError::Vault)?.unwrap_or_default();
        let open = wrap::unwrap(MAGIC, &header, old).map_err(unlock(&path))?;
        let header = wrap::wrap(MAGIC, &open.id, &open.secret, new, kdf, &mut **rng)
            .ok_or(CreateError::Stretch)?;
        let written = tx
            .execute("UPDATE header SET bytes = ?1 WHERE one = 1", params![header])
            .and_then(|_| tx.commit());
        written.map_err(|error| UnlockError::Vault(error.into()))?;
        *current = kdf;
        drop(inner);
        self.scrub().map_err(UnlockError::Vault)?;
        Ok(())
    }

    /// Random bytes from the vault's source.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.inner().rng.fill_bytes(&mut out);
        out
    }

    /// Empties the write-ahead log, so that what was removed or replaced is not left in it. Best called after
    /// keys were erased; does nothing while another program reads.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn scrub(&self) -> Result<(), VaultError> {
        let inner = self.inner();
        inner.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A panic inside a transaction rolled it back: what is behind the lock is whole.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The passphrase was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The old one did not open the vault.
    #[error(transparent)]
    Old(#[from] UnlockError),
    /// The new one cannot be used.
    #[error(transparent)]
    New(#[from] CreateError),
}

/// A transaction.
pub struct Tx<'a> {
    db: rusqlite::Transaction<'a>,
    keys: &'a Keys,
    rng: &'a mut dyn CryptoRng,
}

impl Tx<'_> {
    /// One record.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if it is there and does not open.
    pub fn get(&self, shelf: Shelf<'_>, id: &[u8]) -> Result<Option<Record>, VaultError> {
        let shelf = self.keys.shelf(&shelf);
        let place = self.keys.place(&shelf, id);
        let row = self
            .db
            .prepare_cached("SELECT version, sealed FROM record WHERE shelf = ?1 AND place = ?2")?
            .query_row(params![shelf, place], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            })
            .optional()?;
        row.map(|(version, sealed)| {
            self.keys.open(&shelf, &place, version.cast_unsigned(), &sealed)
        })
        .transpose()
    }

    /// Whether a record is there. Cheaper than [`Tx::get`]: nothing is opened.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn has(&self, shelf: Shelf<'_>, id: &[u8]) -> Result<bool, VaultError> {
        let shelf = self.keys.shelf(&shelf);
        let place = self.keys.place(&shelf, id);
        Ok(self
            .db
            .prepare_cached("SELECT 1 FROM record WHERE shelf = ?1 AND place = ?2")?
            .exists(params![shelf, place])?)
    }

    /// All records of a shelf, in the order of their ids. Those that do not open are counted, and do not
    /// stop the others.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn list(&self, shelf: Shelf<'_>) -> Result<Listing, VaultError> {
        let shelf = self.keys.shelf(&shelf);
        let mut statement =
            self.db.prepare_cached("SELECT place, version, sealed FROM record WHERE shelf = ?1")?;
        let mut rows = statement.query(params![shelf])?;
        let mut listing = Listing::default();
        while let Some(row) = rows.next()? {
            let opened = match (row.get::<_, [u8; 32]>(0), row.get::<_, i64>(1), row.get_ref(2)?) {
                (Ok(place), Ok(version), rusqlite::types::ValueRef::Blob(sealed)) => {
                    self.keys.open(&shelf, &place, version.cast_unsigned(), sealed).ok()
                }
                _ => None,
            };
            match opened {
                Some(record) => listing.records.push(record),
                None => listing.damaged += 1,
            }
        }
        listing.records.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(listing)
    }

    /// How many records a shelf has.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn count(&self, shelf: Shelf<'_>) -> Result<u64, VaultError> {
        let shelf = self.keys.shelf(&shelf);
        let count: i64 = self
            .db
            .prepare_cached("SELECT count(*) FROM record WHERE shelf = ?1")?
            .query_row(params![shelf], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// Writes a record, new or over an old one.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`] above 16 MiB, [`VaultError::Full`].
    pub fn put(&mut self, shelf: Shelf<'_>, id: &[u8], body: &[u8]) -> Result<(), VaultError> {
        let shelf = self.keys.shelf(&shelf);
        let place = self.keys.place(&shelf, id);
        let old: Option<i64> = self
            .db
            .prepare_cached("SELECT version FROM record WHERE shelf = ?1 AND place = ?2")?
            .query_row(params![shelf, place], |row| row.get(0))
            .optional()?;
        let version = old.unwrap_or(0).wrapping_add(1);
        let sealed = self.keys.seal(&shelf, version.cast_unsigned(), id, body, &mut *self.rng)?;
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO record (shelf, place, version, sealed) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![shelf, place, version, sealed])?;
        Ok(())
    }

    /// Writes a record unless there is one of that name; says whether it was written.
    ///
    /// # Errors
    /// As [`Tx::put`].
    pub fn insert(&mut self, shelf: Shelf<'_>, id: &[u8], body: &[u8]) -> Result<bool, VaultError> {
        if self.has(shelf, id)? {
            return Ok(false);
        }
        self.put(shelf, id, body)?;
        Ok(true)
    }

    /// Removes a record; says whether it was there.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn remove(&mut self, shelf: Shelf<'_>, id: &[u8]) -> Result<bool, VaultError> {
        let shelf = self.keys.shelf(&shelf);
        let place = self.keys.place(&shelf, id);
        let rows = self
            .db
            .prepare_cached("DELETE FROM record WHERE shelf = ?1 AND place = ?2")?
            .execute(params![shelf, place])?;
        Ok(rows > 0)
    }

    /// Random bytes from the vault's source.
    pub fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.rng.fill_bytes(&mut out);
        out
    }

    /// The vault's source of randomness.
    pub fn rng(&mut self) -> &mut dyn CryptoRng {
        &mut *self.rng
    }
}

fn connect(path: &Path) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    Ok(db)
}

fn lay_out(db: &Connection, header: &[u8]) -> Result<(), VaultError> {
    db.pragma_update(None, "application_id", APPLICATION)?;
    // Keyed hashes are the primary key and there is no row id: the order of writing is not kept either.
    db.execute_batch(
        "BEGIN IMMEDIATE;
         CREATE TABLE header (one INTEGER PRIMARY KEY CHECK (one = 1), bytes BLOB NOT NULL) STRICT;
         CREATE TABLE record (
             shelf BLOB NOT NULL, place BLOB NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL,
             PRIMARY KEY (shelf, place)
         ) STRICT, WITHOUT ROWID;
         COMMIT;",
    )?;
    db.execute("INSERT INTO header (one, bytes) VALUES (1, ?1)", params![header])?;
    Ok(())
}

fn read_header(db: &Connection) -> Result<Option<Vec<u8>>, VaultError> {
    let query = "SELECT bytes FROM header WHERE one = 1";
    Ok(db.query_row(query, [], |row| row.get(0)).optional()?)
}

fn not_a_database(error: VaultError, path: &Path) -> UnlockError {
    use rusqlite::ErrorCode;
    let why = match &error {
        VaultError::Database(inner) => match inner.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => "is damaged",
            Some(ErrorCode::Unknown) => "is no vault",
            _ => return UnlockError::Vault(error),
        },
        _ => return UnlockError::Vault(error),
    };
    UnlockError::Header { path: path.to_owned(), why }
}

fn unlock(path: &Path) -> impl FnOnce(Unwrap) -> UnlockError + '_ {
    move |cause| match cause {
        Unwrap::Header(why) => UnlockError::Header { path: path.to_owned(), why },
        Unwrap::Stretch => UnlockError::Stretch,
        Unwrap::Passphrase => UnlockError::Passphrase,
    }
}

pub(crate) fn io(path: &Path) -> impl Fn(std::io::Error) -> VaultError + '_ {
    move |source| VaultError::Io { path: path.to_owned(), source }
}

/// Readable by nobody else, where the system knows of others.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn private_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// A rename is on the disk only when the folder is.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), VaultError> {
    if cfg!(unix) {
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(io(dir))?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
