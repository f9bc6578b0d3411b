//! What a source gives: sealed into the vault as it came, and cleaned before anything else is done with it.
//!
//! ```text
//!   bytes ─▶ Raw ── the cleaning child ──▶ Clean ─▶ attached to a draft, saved under a neutral name
//!             └─▶ saved as it came, to be verified: its bytes go nowhere else
//! ```
//!
//! By type: what came is a [`Raw`], what the child made of it is a [`Clean`], and only a `Clean` can be attached.
//!
//! ```
//! use desk::{Desk, material::{Clean, MaterialError}};
//! fn attach(desk: &Desk, it: &Clean) -> Result<(), MaterialError> { it.attach(desk, 1) }
//! ```
//!
//! A `Raw` cannot be:
//!
//! ```compile_fail,E0599
//! use desk::{Desk, material::{MaterialError, Raw}};
//! fn attach(desk: &Desk, it: &Raw) -> Result<(), MaterialError> { it.attach(desk, 1) }
//! ```
//!
//! And nothing makes a `Clean` but the child's answer for a `Raw`:
//!
//! ```compile_fail,E0451
//! use desk::material::Clean;
//! fn forge(other: Clean) -> Clean { Clean { bytes: Default::default(), ..other } }
//! ```

mod clean;
mod found;
mod store;

pub use clean::{Clean, Cleaner};
pub use cleanroom::{Entry, Format, Keep, Kind, LOOK_BYTES, LOOK_LINES, Level, Report};
pub use found::{Findings, Line};

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use store::{Copy, MaterialRecord, Outcome};
pub(crate) use store::{Kept, bytes as kept_bytes, forget_draft, put_bytes as keep_bytes};
use vault::Tx;

use crate::{
    error::StoreError,
    hold::{Fixed, Text},
    service::{self, Desk},
};

/// Largest document, in bytes.
pub const MOST: usize = 16 << 20;
/// Longest name, in characters.
const NAME: usize = 200;

/// Something about what a source gave could not be done. The texts are for the reporter's own screen.
#[derive(Debug, Error)]
pub enum MaterialError {
    /// The vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such document, or no such copy of it.
    #[error("there is no such document any more")]
    Missing,
    /// There is no such draft.
    #[error("there is no such draft any more")]
    NoDraft,
    /// What was asked for cannot be done.
    #[error("{0}")]
    Input(&'static str),
    /// The child refused the document, or there is no child; why, and what to do.
    #[error("{0}")]
    Refused(String),
}

impl From<vault::VaultError> for MaterialError {
    fn from(error: vault::VaultError) -> Self {
        Self::Store(error.into())
    }
}

/// A document as it came. What it says is for the cleaning child only.
pub struct Raw {
    number: u64,
    kept: Kept,
    bytes: Zeroizing<Vec<u8>>,
}

impl Raw {
    /// Its very bytes, for whoever has to verify them on a computer that is made for that. They can harm the program
    /// that opens them, and tell on whoever gave them.
    #[must_use]
    pub fn for_verification(self) -> Zeroizing<Vec<u8>> {
        self.bytes
    }
}

/// A document as a list shows it.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The number that people use.
    pub number: u64,
    /// The name that it came under: a stranger's text.
    pub name: Text,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the original.
    pub sha256: [u8; 32],
    /// When it was given to the desk, Unix seconds.
    pub at: u64,
    /// Copies that were made or refused, by level.
    pub copies: Vec<CopySeen>,
    /// What there is of the original to be looked at.
    pub before: Option<Shown>,
}

/// What there is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A picture.
    Picture,
    /// Words, a line for each paragraph or row.
    Words,
}

fn seen(kept: Option<Kept>, in_words: bool) -> Option<Shown> {
    kept.map(|_| if in_words { Shown::Words } else { Shown::Picture })
}

/// What became of a level of cleaning.
#[derive(Clone, Debug)]
pub struct CopySeen {
    /// How far it was rebuilt.
    pub level: Level,
    /// Hidden content that was to stay.
    pub keep: Keep,
    /// When, Unix seconds.
    pub at: u64,
    /// The copy, or why there is none.
    pub made: Result<Made, String>,
}

/// A clean copy as the page shows it.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its neutral name.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// Bytes.
    pub size: u64,
    /// What went, what stayed, what may remain.
    pub found: Findings,
    /// Drafts that it is attached to.
    pub drafts: Vec<u64>,
    /// What there is of it to be looked at.
    pub after: Option<Shown>,
    /// Whether the whole report is there.
    pub report: bool,
}

/// A clean copy that is attached to a draft.
#[derive(Clone, Debug)]
pub struct Attached {
    /// The number of the document that it was made of.
    pub number: u64,
    /// How far it was rebuilt.
    pub level: Level,
    /// Its neutral name.
    pub name: String,
}

/// A clean copy that the press can print.
pub(crate) struct Printable {
    pub(crate) number: u64,
    pub(crate) level: Level,
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// The clean copies of some formats that are attached to a draft.
pub(crate) fn pictures(
    tx: &Tx<'_>,
    draft: u64,
    formats: &[Format],
) -> Result<Vec<Printable>, StoreError> {
    let mut out = Vec::new();
    for (number, record) in store::all(tx)? {
        for copy in &record.copies {
            let Outcome::Made(made) = &copy.outcome else { continue };
            if made.drafts.contains(&draft) && formats.contains(&made.format) {
                let name = neutral(number, copy.level, made.format);
                let bytes = store::bytes(tx, &made.kept)?.to_vec();
                out.push(Printable { number, level: copy.level, name, bytes });
            }
        }
    }
    Ok(out)
}

/// Seals a document as it came.
pub(crate) fn receive(
    tx: &mut Tx<'_>,
    name: Text,
    bytes: &[u8],
    at: u64,
    of: Option<Fixed<16>>,
) -> Result<u64, StoreError> {
    let original = store::put_bytes(tx, bytes, of.as_ref())?;
    let number = store::all(tx)?.last().map_or(1, |(last, _)| last + 1);
    let (before, in_words, copies) = (None, false, Vec::new());
    let record = MaterialRecord { name, at, original, before, in_words, of, copies };
    store::put(tx, number, &record)?;
    Ok(number)
}

/// A document as it came: name, when, whose, bytes.
#[allow(clippy::type_complexity)]
pub(crate) fn whole(
    tx: &Tx<'_>,
    number: u64,
) -> Result<(Text, u64, Option<Fixed<16>>, Zeroizing<Vec<u8>>), MaterialError> {
    let record = store::get(tx, number)?;
    let bytes = store::bytes(tx, &record.original)?;
    Ok((record.name, record.at, record.of, bytes))
}

/// When the newest document of each source came.
pub(crate) fn newest_of_each(tx: &Tx<'_>) -> Result<BTreeMap<Fixed<16>, u64>, StoreError> {
    let mut newest = BTreeMap::new();
    for (_, record) in store::all(tx)? {
        if let Some(source) = record.of {
            let at = newest.entry(source).or_insert(record.at);
            *at = record.at.max(*at);
        }
    }
    Ok(newest)
}

/// Deletes every document of a source.
pub(crate) fn destroy_of(tx: &mut Tx<'_>, source: &Fixed<16>) -> Result<(), StoreError> {
    for (number, record) in store::all(tx)? {
        if record.of == Some(*source) {
            for kept in record.kept() {
                store::remove_bytes(tx, kept)?;
            }
            store::remove(tx, number)?;
        }
    }
    Ok(())
}

/// The bytes of a clean copy.
pub(crate) fn clean_bytes(
    tx: &Tx<'_>,
    number: u64,
    level: Level,
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let record = store::get(tx, number).map_err(|_| StoreError::Content("a document"))?;
    let made = record.made(level).ok_or(StoreError::Content("a clean copy"))?;
    store::bytes(tx, &made.kept)
}

impl Desk {
    /// Seals a document as it came. It is there whole or not at all.
    ///
    /// # Errors
    /// [`MaterialError::Input`] for no bytes, or more than [`MOST`].
    pub fn give_material(&self, name: &str, bytes: &[u8], now: u64) -> Result<u64, MaterialError> {
        if bytes.is_empty() {
            return Err(MaterialError::Input("The file is empty. Nothing was kept."));
        }
        if bytes.len() > MOST {
            return Err(MaterialError::Input("The file is over 16 MB. Nothing was kept."));
        }
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let name: String = name.chars().filter(|c| *c != '\0').take(NAME).collect();
        Ok(self.vault().write(|tx| receive(tx, Text::new(name), bytes, now, None))?)
    }

    /// All documents, the last one first.
    ///
    /// # Errors
    /// [`MaterialError::Store`].
    pub fn materials(&self) -> Result<Vec<Summary>, MaterialError> {
        self.vault().read(|tx| {
            let all = store::all(tx)?;
            Ok(all.into_iter().rev().map(|(number, record)| summary(number, record)).collect())
        })
    }

    /// One document, as the page shows it.
    ///
    /// # Errors
    /// [`MaterialError::Missing`].
    pub fn material(&self, number: u64) -> Result<Summary, MaterialError> {
        self.vault().read(|tx| Ok(summary(number, store::get(tx, number)?)))
    }

    /// The original.
    ///
    /// # Errors
    /// [`MaterialError::Missing`]; [`StoreError`] if it was changed outside Subrosa.
    pub fn raw(&self, number: u64) -> Result<Raw, MaterialError> {
        self.vault().read(|tx| {
            let kept = store::get(tx, number)?.original;
            Ok(Raw { number, kept, bytes: store::bytes(tx, &kept)? })
        })
    }

    /// Deletes a document: the original, its copies and pictures, and every trace of them in drafts.
    ///
    /// # Errors
    /// [`MaterialError::Missing`].
    pub fn delete_material(&self, number: u64) -> Result<(), MaterialError> {
        self.vault().write(|tx| {
            let record = store::get(tx, number)?;
            for kept in record.kept() {
                store::remove_bytes(tx, kept)?;
            }
            Ok::<_, MaterialError>(store::remove(tx, number)?)
        })?;
        // So that the file keeps none of it either.
        Ok(self.vault().scrub()?)
    }

    /// The picture of the original, or of a copy: made by the child, JPEG, PNG, GIF or WebP.
    ///
    /// # Errors
    /// [`MaterialError::Missing`].
    pub fn picture(
        &self,
        number: u64,
        of: Option<Level>,
    ) -> Result<Zeroizing<Vec<u8>>, MaterialError> {
        self.look(number, of, false)
    }

    /// The words of the original, or of a copy, as the child read them: at most [`LOOK_LINES`] lines and some
    /// [`LOOK_BYTES`], and one line more if there are others. A stranger's text.
    ///
    /// # Errors
    /// [`MaterialError::Missing`].
    pub fn words(&self, number: u64, of: Option<Level>) -> Result<Text, MaterialError> {
        let words = self.look(number, of, true)?;
        Ok(Text::new(String::from_utf8_lossy(&words).into_owned()))
    }

    fn look(
        &self,
        number: u64,
        of: Option<Level>,
        in_words: bool,
    ) -> Result<Zeroizing<Vec<u8>>, MaterialError> {
        self.vault().read(|tx| {
            let record = store::get(tx, number)?;
            let kept = match of {
                None => record.before.filter(|_| record.in_words == in_words),
                Some(level) => record
                    .made(level)
                    .filter(|copy| copy.in_words == in_words)
                    .and_then(|copy| copy.after),
            };
            Ok(store::bytes(tx, &kept.ok_or(MaterialError::Missing)?)?)
        })
    }

    /// Says which source gave a document, by its conversation; or that none did.
    ///
    /// # Errors
    /// [`MaterialError::Missing`]; [`MaterialError::Input`] for no such conversation.
    pub fn material_of(
        &self,
        number: u64,
        conversation: Option<&str>,
    ) -> Result<(), MaterialError> {
        self.vault().write(|tx| {
            let mut record = store::get(tx, number)?;
            let none = |_| MaterialError::Input("There is no such conversation.");
            record.of = match conversation {
                Some(which) => Some(service::source(tx, which).map_err(none)?),
                None => None,
            };
            for kept in record.kept() {
                store::move_bytes(tx, kept, record.of.as_ref())?;
            }
            Ok(store::put(tx, number, &record)?)
        })
    }

    /// The clean copies that are attached to a draft.
    ///
    /// # Errors
    /// [`MaterialError::Store`].
    pub fn attached(&self, draft: u64) -> Result<Vec<Attached>, MaterialError> {
        self.vault().read(|tx| {
            let mut out = Vec::new();
            for (number, record) in store::all(tx)? {
                for copy in &record.copies {
                    if let Outcome::Made(made) = &copy.outcome
                        && made.drafts.contains(&draft)
                    {
                        let name = neutral(number, copy.level, made.format);
                        out.push(Attached { number, level: copy.level, name });
                    }
                }
            }
            Ok(out)
        })
    }

    /// Takes a clean copy off a draft.
    ///
    /// # Errors
    /// [`MaterialError::Missing`].
    pub fn detach(&self, number: u64, level: Level, draft: u64) -> Result<(), MaterialError> {
        self.vault().write(|tx| {
            let mut record = store::get(tx, number)?;
            let copy = record.made_mut(level).ok_or(MaterialError::Missing)?;
            copy.drafts.retain(|one| *one != draft);
            Ok(store::put(tx, number, &record)?)
        })
    }
}

/// The name of a copy says nothing of the original's, nor of when it was made.
fn neutral(number: u64, level: Level, format: Format) -> String {
    let letter = if level == Level::Pixels { "p" } else { "" };
    format!("document-{number}{letter}.{}", format.extension())
}

fn digest(bytes: &[u8]) -> Fixed<32> {
    Fixed(Sha256::digest(bytes).into())
}

fn summary(number: u64, record: MaterialRecord) -> Summary {
    let copies = record.copies.into_iter().map(|Copy { level, keep, at, outcome }| {
        let made = match outcome {
            Outcome::Refused(why) => Err(why),
            Outcome::Made(made) => Ok(Made {
                name: neutral(number, level, made.format),
                format: made.format,
                size: made.kept.size,
                after: seen(made.after, made.in_words),
                report: made.report.is_some(),
                found: made.found,
                drafts: made.drafts,
            }),
        };
        CopySeen { level, keep, at, made }
    });
    Summary {
        number,
        name: record.name,
        size: record.original.size,
        sha256: record.original.sha256.0,
        at: record.at,
        copies: copies.collect(),
        before: seen(record.before, record.in_words),
    }
}
