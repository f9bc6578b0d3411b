//! Documents in the vault: a small record for each, and its bytes in parts. Each change is one transaction, so that a program
//! that is killed, or a full disk, leaves no half document and no part that nothing speaks of.

use cleanroom::{Format, Keep, Level};
use serde::{Deserialize, Serialize};
use vault::{Owner, Shelf, Tx};
use zeroize::Zeroizing;

use super::{Findings, MaterialError, digest};
use crate::{
    error::StoreError,
    hold::{Fixed, Text},
    records,
};

/// Documents by number.
const MATERIAL: Shelf<'static> = Shelf::all("material");
/// The kind of record of a part of bytes; a shelf for each whole, by its id.
const PART: &str = "material part";
/// Bytes of a part.
const SIZE: usize = 1 << 20;

/// Bytes that lie in parts.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Kept {
    id: Fixed<16>,
    pub(super) size: u64,
    pub(super) sha256: Fixed<32>,
}

/// A document.
#[derive(Serialize, Deserialize)]
pub(super) struct MaterialRecord {
    pub(super) name: Text,
    /// Unix seconds.
    pub(super) at: u64,
    pub(super) original: Kept,
    /// A picture of the original, or its words.
    #[serde(default)]
    pub(super) before: Option<Kept>,
    /// The source that gave it, by conversation.
    #[serde(default)]
    pub(super) of: Option<Fixed<16>>,
    /// Which of both.
    #[serde(default)]
    pub(super) in_words: bool,
    /// At most one for each level.
    #[serde(default)]
    pub(super) copies: Vec<Copy>,
}

/// What became of a level of cleaning.
#[derive(Serialize, Deserialize)]
pub(super) struct Copy {
    pub(super) level: Level,
    /// Hidden content that was to stay.
    #[serde(default)]
    pub(super) keep: Keep,
    /// Unix seconds.
    pub(super) at: u64,
    pub(super) outcome: Outcome,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    Made(Box<MadeRecord>),
    Refused(String),
}

/// A clean copy.
#[derive(Serialize, Deserialize)]
pub(super) struct MadeRecord {
    pub(super) format: Format,
    pub(super) kept: Kept,
    pub(super) found: Findings,
    /// The whole report, as JSON.
    #[serde(default)]
    pub(super) report: Option<Kept>,
    /// A picture of it, or its words.
    #[serde(default)]
    pub(super) after: Option<Kept>,
    /// Which of both.
    #[serde(default)]
    pub(super) in_words: bool,
    /// The drafts that it is attached to.
    #[serde(default)]
    pub(super) drafts: Vec<u64>,
}

impl MadeRecord {
    /// All bytes that belong to it.
    pub(super) fn kept(&self) -> impl Iterator<Item = &Kept> {
        [&self.kept].into_iter().chain(&self.after).chain(&self.report)
    }
}

impl MaterialRecord {
    /// The copy of a level, and what was to stay in it.
    pub(super) fn copy(&self, level: Level) -> Option<(&Keep, &MadeRecord)> {
        let copy = self.copies.iter().find(|copy| copy.level == level)?;
        match &copy.outcome {
            Outcome::Made(made) => Some((&copy.keep, made)),
            Outcome::Refused(_) => None,
        }
    }

    pub(super) fn made(&self, level: Level) -> Option<&MadeRecord> {
        self.copy(level).map(|(_, made)| made)
    }

    pub(super) fn made_mut(&mut self, level: Level) -> Option<&mut MadeRecord> {
        let mut copies = self.copies.iter_mut();
        copies.find(|copy| copy.level == level).and_then(|copy| match &mut copy.outcome {
            Outcome::Made(made) => Some(&mut **made),
            Outcome::Refused(_) => None,
        })
    }

    /// All bytes that belong to it.
    pub(super) fn kept(&self) -> Vec<&Kept> {
        let mut all = vec![&self.original];
        all.extend(&self.before);
        for copy in &self.copies {
            if let Outcome::Made(made) = &copy.outcome {
                all.extend(made.kept());
            }
        }
        all
    }
}

/// All documents, in the order of their numbers.
pub(super) fn all(tx: &Tx<'_>) -> Result<Vec<(u64, MaterialRecord)>, StoreError> {
    let all = records::all::<MaterialRecord>(tx, MATERIAL)?;
    let number = |id: Vec<u8>| <[u8; 8]>::try_from(id).ok().map(u64::from_be_bytes);
    Ok(all.into_iter().filter_map(|(id, record)| Some((number(id)?, record))).collect())
}

pub(super) fn get(tx: &Tx<'_>, number: u64) -> Result<MaterialRecord, MaterialError> {
    let found = records::get(tx, MATERIAL, &number.to_be_bytes(), "a document")?;
    found.ok_or(MaterialError::Missing)
}

pub(super) fn put(tx: &mut Tx<'_>, number: u64, record: &MaterialRecord) -> Result<(), StoreError> {
    records::put_for(tx, MATERIAL, &number.to_be_bytes(), record.of.as_ref(), record)
}

pub(super) fn remove(tx: &mut Tx<'_>, number: u64) -> Result<(), StoreError> {
    tx.remove(MATERIAL, &number.to_be_bytes())?;
    Ok(())
}

/// Keeps bytes, under the key of the source that they are of, if they are of one.
pub(crate) fn put_bytes(
    tx: &mut Tx<'_>,
    bytes: &[u8],
    of: Option<&Fixed<16>>,
) -> Result<Kept, StoreError> {
    let id = Fixed(tx.random());
    for (at, part) in (0_u32..).zip(bytes.chunks(SIZE)) {
        put_part(tx, &id, &at.to_be_bytes(), part, of)?;
    }
    Ok(Kept { id, size: bytes.len() as u64, sha256: digest(bytes) })
}

fn put_part(
    tx: &mut Tx<'_>,
    id: &Fixed<16>,
    at: &[u8],
    part: &[u8],
    of: Option<&Fixed<16>>,
) -> Result<(), StoreError> {
    let shelf = Shelf::of(PART, &id.0);
    match of {
        Some(of) => tx.put_owned(shelf, at, &Owner(of.0), part)?,
        None => tx.put(shelf, at, part)?,
    }
    Ok(())
}

/// Seals bytes that are there under the key of another source, or of none.
pub(super) fn move_bytes(
    tx: &mut Tx<'_>,
    kept: &Kept,
    of: Option<&Fixed<16>>,
) -> Result<(), StoreError> {
    for part in tx.list(Shelf::of(PART, &kept.id.0))?.records {
        put_part(tx, &kept.id, &part.id, &part.body, of)?;
    }
    Ok(())
}

/// The bytes, if they are what they were.
pub(crate) fn bytes(tx: &Tx<'_>, kept: &Kept) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let listing = tx.list(Shelf::of(PART, &kept.id.0))?;
    let size = listing.records.iter().map(|part| part.body.len()).sum();
    // Room in advance: growing would leave copies behind in freed memory.
    let mut whole = Zeroizing::new(Vec::with_capacity(size));
    for part in &listing.records {
        whole.extend_from_slice(&part.body);
    }
    if listing.damaged > 0 || digest(&whole) != kept.sha256 {
        return Err(vault::VaultError::Damaged.into());
    }
    Ok(whole)
}

pub(crate) fn remove_bytes(tx: &mut Tx<'_>, kept: &Kept) -> Result<(), StoreError> {
    let parts = kept.size.div_ceil(SIZE as u64);
    for at in 0..u32::try_from(parts).unwrap_or(u32::MAX) {
        tx.remove(Shelf::of(PART, &kept.id.0), &at.to_be_bytes())?;
    }
    Ok(())
}

/// A draft is deleted: nothing is attached to it any more.
pub(crate) fn forget_draft(tx: &mut Tx<'_>, draft: u64) -> Result<(), StoreError> {
    for (number, mut record) in all(tx)? {
        let mut changed = false;
        for copy in &mut record.copies {
            if let Outcome::Made(made) = &mut copy.outcome {
                let before = made.drafts.len();
                made.drafts.retain(|one| *one != draft);
                changed |= made.drafts.len() != before;
            }
        }
        if changed {
            put(tx, number, &record)?;
        }
    }
    Ok(())
}
