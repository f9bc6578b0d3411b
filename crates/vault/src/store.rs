//! The vault's file.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rand_core::CryptoRng;
use rusqlite::{Connection, TransactionBehavior, params};
use zeroize::Zeroizing;

use crate::{
    error::{CreateError, UnlockError, VaultError},
    files::{self, Draft},
    kdf::{Kdf, Passphrase},
    layout,
    record::Keys,
    tx::Tx,
    wrap::{self, Unwrap},
};

pub(crate) const FILE: &str = "vault.db";
/// Where a vault is made before it is renamed when whole: a crash leaves no half vault.
pub(crate) const DRAFT: &str = "vault.new";
pub(crate) const MAGIC: &[u8; 16] = b"subrosa vault 1\n";

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
        files::private_dir(dir)?;
        let place = dir.join(DRAFT);
        let (draft, _) = Draft::create(&place)?;
        let (mut id, mut key) = ([0; 16], Zeroizing::new([0; 32]));
        rng.fill_bytes(&mut id);
        rng.fill_bytes(key.as_mut_slice());
        let header =
            wrap::wrap(MAGIC, &id, &key, passphrase, kdf, &mut *rng).ok_or(CreateError::Stretch)?;
        let db = layout::lay_out(&place, &header)?;
        db.close().map_err(|(_, error)| VaultError::from(error))?;
        draft.keep(&path)?;
        let db = layout::open(&path)?;
        layout::settle(&db)?;
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
        let mut db = layout::connect(&path)?;
        let header =
            layout::read_header(&db).map_err(|error| layout::not_a_database(error, &path))?;
        let header =
            header.ok_or(UnlockError::Header { path: path.clone(), why: "has no header" })?;
        let open = wrap::unwrap(MAGIC, &header, passphrase).map_err(unlock(&path))?;
        layout::migrate(&mut db)?;
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
        let header = layout::read_header(&tx).map_err(UnlockError::Vault)?.unwrap_or_default();
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

    /// Whether a passphrase is that of this vault. It takes as long as opening does; others may use the vault meanwhile.
    ///
    /// # Errors
    /// [`UnlockError`] if the header is damaged or cannot be read; a wrong passphrase is no error.
    pub fn opens_with(&self, passphrase: &Passphrase) -> Result<bool, UnlockError> {
        let path = self.dir.join(FILE);
        let header = layout::read_header(&self.inner().db).map_err(UnlockError::Vault)?;
        let header = header.unwrap_or_default();
        match wrap::unwrap(MAGIC, &header, passphrase).map_err(unlock(&path)) {
            Ok(_) => Ok(true),
            Err(UnlockError::Passphrase) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Random bytes from the vault's source.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.inner().rng.fill_bytes(&mut out);
        out
    }

    /// As [`Vault::try_scrub`], where it may wait for the next time.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn scrub(&self) -> Result<(), VaultError> {
        self.try_scrub().map(drop)
    }

    /// Empties the write-ahead log, so that what was removed, replaced or destroyed is not left in it. `false` if
    /// other programs were reading for the ten seconds that it waits: then it is to be done again.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn try_scrub(&self) -> Result<bool, VaultError> {
        let inner = self.inner();
        let busy: bool =
            inner.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok(!busy)
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

pub(crate) fn unlock(path: &Path) -> impl FnOnce(Unwrap) -> UnlockError + '_ {
    move |cause| match cause {
        Unwrap::Header(why) => UnlockError::Header { path: path.to_owned(), why },
        Unwrap::Stretch => UnlockError::Stretch,
        Unwrap::Passphrase => UnlockError::Passphrase,
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
