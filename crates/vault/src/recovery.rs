//! Recovery of an owner's key by two of three people.

use rusqlite::params;

use crate::{
    error::VaultError,
    owner::Owner,
    record::{OwnerKey, Tag},
    share::{RecoverError, Share, ShareError},
    tx::{Sealed, Tx},
};

impl Tx<'_> {
    /// Makes three recovery shares of an owner's key. Any two of them bring the key back, also after it was
    /// destroyed, as far as there are backups from before. Shares dealt earlier stay good.
    ///
    /// # Errors
    /// [`VaultError::NoOwnerKey`] if the owner has no key here.
    pub fn share_owner_key(&mut self, owner: &Owner) -> Result<[Share; 3], VaultError> {
        let tag = self.keys.owner(owner);
        let mut key = self.owner_key(&tag)?.ok_or(VaultError::NoOwnerKey)?;
        key.deals = key.deals.saturating_add(1);
        self.write_owner_key(&key)?;
        Ok(Share::deal(tag, &key.key, &mut *self.rng))
    }

    /// How many sets of recovery shares were dealt of an owner's key, so that they can be called in before it is
    /// destroyed. At least one for a key that was itself recovered.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if the key does not open.
    pub fn shares_dealt(&self, owner: &Owner) -> Result<u32, VaultError> {
        Ok(self.owner_key(&self.keys.owner(owner))?.map_or(0, |key| key.deals))
    }

    /// Puts an owner's key back from two or three shares, and says how many records it opens. What was written for
    /// the owner since, under a new key, is sealed again under the recovered one. Of three shares one may be
    /// false.
    ///
    /// # Errors
    /// [`RecoverError`]: the shares do not belong together, or what they give opens none of the owner's records.
    pub fn recover_owner(&mut self, shares: &[Share]) -> Result<u64, RecoverError> {
        let tag = Share::owner(shares)?;
        let rows = self.owned(&tag)?;
        let here = self.owner_key(&tag)?;
        let opens = |key: &OwnerKey, (shelf, row): &([u8; 32], Sealed)| {
            self.keys.open(shelf, &row.place, row.version, Some(key), &row.sealed)
        };
        let candidates = Share::keys(shares).into_iter().map(|key| OwnerKey {
            tag,
            key,
            deals: here.as_ref().map_or(1, |key| key.deals.max(1)),
        });
        let (key, opened) = candidates
            .map(|key| {
                let opened = rows.iter().filter(|row| opens(&key, row).is_ok()).count();
                (key, opened as u64)
            })
            .max_by_key(|(_, opened)| *opened)
            .filter(|(_, opened)| *opened > 0)
            .ok_or(ShareError::Useless)?;
        let newer = here.filter(|here| here.key != key.key);
        let moved: Vec<_> = newer
            .iter()
            .flat_map(|newer| rows.iter().map(move |row| (row, opens(newer, row))))
            .filter_map(|(row, record)| Some((row, record.ok()?)))
            .collect();
        for ((shelf, row), record) in &moved {
            let content = (record.id.as_slice(), record.body.as_slice());
            let sealed = self.keys.seal(shelf, row.version, Some(&key), content, &mut *self.rng)?;
            self.db
                .prepare_cached("UPDATE record SET sealed = ?3 WHERE shelf = ?1 AND place = ?2")
                .and_then(|mut update| update.execute(params![shelf, row.place, sealed]))
                .map_err(VaultError::from)?;
        }
        self.write_owner_key(&key)?;
        Ok(opened)
    }

    /// Every record of an owner, with its shelf.
    fn owned(&self, tag: &Tag) -> Result<Vec<([u8; 32], Sealed)>, VaultError> {
        let mut statement = self.db.prepare_cached(
            "SELECT place, version, sealed, owner, shelf FROM record WHERE owner = ?1",
        )?;
        let rows = statement
            .query_map(params![tag], |row| Ok((row.get::<_, [u8; 32]>(4), Sealed::read(row))))?;
        let mut owned = Vec::new();
        for row in rows {
            // What this program did not write opens with no key.
            if let (Ok(shelf), Ok(row)) = row? {
                owned.push((shelf, row));
            }
        }
        Ok(owned)
    }
}
