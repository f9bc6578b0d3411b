//! Owners: whom a record belongs to. What belongs to one owner is sealed under a key of its own, so that
//! destroying that key destroys all of it, in every copy that was made without the key.
//!
//! A row of `owner_key` holds `nonce (24) ‖ XChaCha20-Poly1305 of key (32) ‖ deals (4)`, sealed under a key made
//! of the vault key, with the vault's id and the owner's tag as associated data. `deals` counts how often
//! recovery shares were made.

use rusqlite::{OptionalExtension, params};
use zeroize::Zeroizing;

use crate::{
    error::VaultError,
    record::{Keys, OwnerKey, Tag},
    tx::Tx,
};

/// Whom a record belongs to: the id of a conversation, as a rule. Not secret within the vault, and not in
/// the file: there a keyed hash stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner(pub [u8; 16]);

impl Tx<'_> {
    /// How many owners have a key.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn owners(&self) -> Result<u64, VaultError> {
        let count: i64 =
            self.db.query_row("SELECT count(*) FROM owner_key", [], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// Whether an owner's key is here. It is not if nothing of theirs was ever written, if it was destroyed,
    /// or if the vault was restored from a backup, which has no such keys.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if it is there and does not open.
    pub fn has_owner_key(&self, owner: &Owner) -> Result<bool, VaultError> {
        Ok(self.owner_key(&self.keys.owner(owner))?.is_some())
    }

    /// Destroys an owner's key and every record of theirs, and says how many those were. Nothing of them can be
    /// opened again, from any backup either, except with recovery shares made before: see
    /// [`Tx::shares_dealt`]. Call [`Vault::try_scrub`](crate::Vault::try_scrub) after the transaction.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn destroy(&mut self, owner: &Owner) -> Result<u64, VaultError> {
        let tag = self.keys.owner(owner);
        let records = self.db.execute("DELETE FROM record WHERE owner = ?1", params![tag])?;
        // SQLite overwrites a row that it deletes (`secure_delete`), but does not promise to overwrite what a row
        // leaves behind when it moves to another page. All pages of a table that is emptied it does overwrite.
        let others: Vec<(Vec<u8>, Vec<u8>)> = self
            .db
            .prepare("SELECT owner, sealed FROM owner_key WHERE owner <> ?1 ORDER BY owner")?
            .query_map(params![tag], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        self.db.execute("DELETE FROM owner_key", [])?;
        let mut insert = self.db.prepare("INSERT INTO owner_key VALUES (?1, ?2)")?;
        for (owner, sealed) in others {
            insert.execute(params![owner, sealed])?;
        }
        Ok(records as u64)
    }

    /// The key of an owner, if it is here.
    pub(crate) fn owner_key(&self, tag: &Tag) -> Result<Option<OwnerKey>, VaultError> {
        let sealed: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT sealed FROM owner_key WHERE owner = ?1")?
            .query_row(params![tag], |row| row.get(0))
            .optional()?;
        sealed.map(|sealed| self.keys.open_owner_key(tag, &sealed)).transpose()
    }

    /// The key of an owner, made if there is none.
    pub(crate) fn ensure_owner_key(&mut self, tag: &Tag) -> Result<OwnerKey, VaultError> {
        if let Some(key) = self.owner_key(tag)? {
            return Ok(key);
        }
        let mut key = Zeroizing::new([0; 32]);
        self.rng.fill_bytes(key.as_mut_slice());
        let key = OwnerKey { tag: *tag, key, deals: 0 };
        self.write_owner_key(&key)?;
        Ok(key)
    }

    pub(crate) fn write_owner_key(&mut self, key: &OwnerKey) -> Result<(), VaultError> {
        let sealed = Keys::seal_owner_key(self.keys, key, &mut *self.rng)?;
        self.db
            .prepare_cached("INSERT OR REPLACE INTO owner_key VALUES (?1, ?2)")?
            .execute(params![key.tag, sealed])?;
        Ok(())
    }
}

#[cfg(test)]
#[path = "owner_tests.rs"]
mod tests;
