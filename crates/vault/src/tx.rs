//! Reading and writing records within a transaction.

use rand_core::CryptoRng;
use rusqlite::{OptionalExtension, Row, params};

use crate::{
    error::VaultError,
    owner::Owner,
    record::{Keys, Listing, OwnerKey, Record, Shelf, Tag},
};

/// A transaction.
pub struct Tx<'a> {
    pub(crate) db: rusqlite::Transaction<'a>,
    pub(crate) keys: &'a Keys,
    pub(crate) rng: &'a mut dyn CryptoRng,
}

impl Tx<'_> {
    /// One record.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if it is there and does not open, [`VaultError::NoOwnerKey`] if it belongs to an
    /// owner whose key is not here.
    pub fn get(&self, shelf: Shelf<'_>, id: &[u8]) -> Result<Option<Record>, VaultError> {
        let shelf = self.keys.shelf(&shelf);
        let place = self.keys.place(&shelf, id);
        let row = self
            .db
            .prepare_cached(
                "SELECT place, version, sealed, owner FROM record WHERE shelf = ?1 AND place = ?2",
            )?
            .query_row(params![shelf, place], |row| Ok(Sealed::read(row)))
            .optional()?;
        row.map(|row| self.open(&shelf, &row?, &mut None)).transpose()
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

    /// All records of a shelf, in the order of their ids. Those that do not open, also for want of their owner's
    /// key, are counted, and do not stop the others.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn list(&self, shelf: Shelf<'_>) -> Result<Listing, VaultError> {
        let shelf = self.keys.shelf(&shelf);
        let mut statement = self
            .db
            .prepare_cached("SELECT place, version, sealed, owner FROM record WHERE shelf = ?1")?;
        let mut rows = statement.query(params![shelf])?;
        let mut listing = Listing::default();
        let mut last = None;
        while let Some(row) = rows.next()? {
            match Sealed::read(row).and_then(|row| self.open(&shelf, &row, &mut last)) {
                Ok(record) => listing.records.push(record),
                Err(VaultError::Damaged | VaultError::NoOwnerKey) => listing.damaged += 1,
                Err(other) => return Err(other),
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

    /// Writes a record, new or over an old one. One that belongs to an owner stays with them.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`] above 16 MiB, [`VaultError::Full`].
    pub fn put(&mut self, shelf: Shelf<'_>, id: &[u8], body: &[u8]) -> Result<(), VaultError> {
        self.write(shelf, id, None, body)
    }

    /// Writes a record that belongs to `owner`, new or over an old one, whosever that was. It is sealed under the
    /// owner's own key, which is made if there is none: one that was destroyed does not come back.
    ///
    /// # Errors
    /// As [`Tx::put`].
    pub fn put_owned(
        &mut self,
        shelf: Shelf<'_>,
        id: &[u8],
        owner: &Owner,
        body: &[u8],
    ) -> Result<(), VaultError> {
        self.write(shelf, id, Some(self.keys.owner(owner)), body)
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
    fn write(
        &mut self,
        shelf: Shelf<'_>,
        id: &[u8],
        owner: Option<Tag>,
        body: &[u8],
    ) -> Result<(), VaultError> {
        let shelf = self.keys.shelf(&shelf);
        let place = self.keys.place(&shelf, id);
        let old: Option<(i64, Option<Tag>)> = self
            .db
            .prepare_cached("SELECT version, owner FROM record WHERE shelf = ?1 AND place = ?2")?
            .query_row(params![shelf, place], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (version, former) = old.unwrap_or_default();
        let version = version.wrapping_add(1);
        let owner = owner.or(former);
        let key = owner.map(|tag| self.ensure_owner_key(&tag)).transpose()?;
        let sealed = self.keys.seal(
            &shelf,
            version.cast_unsigned(),
            key.as_ref(),
            (id, body),
            &mut *self.rng,
        )?;
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO record (shelf, place, version, sealed, owner) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![shelf, place, version, sealed, owner])?;
        Ok(())
    }

    /// Opens a row. `last` keeps the owner's key for the next one, which is of the same owner as a rule.
    fn open(
        &self,
        shelf: &[u8; 32],
        row: &Sealed,
        last: &mut Option<OwnerKey>,
    ) -> Result<Record, VaultError> {
        if let Some(tag) = row.owner.filter(|tag| last.as_ref().is_none_or(|key| key.tag != *tag)) {
            *last = Some(self.owner_key(&tag)?.ok_or(VaultError::NoOwnerKey)?);
        }
        let key = row.owner.and(last.as_ref());
        self.keys.open(shelf, &row.place, row.version, key, &row.sealed)
    }
}

/// A row of the table of records.
pub(crate) struct Sealed {
    pub(crate) place: [u8; 32],
    pub(crate) version: u64,
    pub(crate) sealed: Vec<u8>,
    owner: Option<Tag>,
}

impl Sealed {
    /// From the columns `place, version, sealed, owner`; damaged if they hold what this program does not write.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self, VaultError> {
        let read = || -> rusqlite::Result<Self> {
            Ok(Self {
                place: row.get(0)?,
                version: row.get::<_, i64>(1)?.cast_unsigned(),
                sealed: row.get(2)?,
                owner: row.get(3)?,
            })
        };
        read().map_err(|_| VaultError::Damaged)
    }
}
