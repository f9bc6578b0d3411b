//! Drafts, the ledger and the files that it refers to, in the vault.

use std::collections::BTreeMap;

use check::draft::Format;
use check::{Ledger, Loaded, MAIN};
use serde::{Deserialize, Serialize};
use vault::{Owner, Shelf, Tx};

use super::{DraftError, undo::Before};
use crate::{
    error::StoreError,
    hold::{Fixed, Text},
    records,
};

/// Drafts by number.
const DRAFTS: Shelf<'static> = Shelf::all("draft");
/// What drafts were before their last changes, by number.
const BEFORE: Shelf<'static> = Shelf::all("draft before");
/// The kind of record of what a source gave for a draft.
const PAPER: &str = "draft paper";
/// The ledger, as TOML: the same text that `subrosa check` reads from a folder.
const LEDGER: Shelf<'static> = Shelf::all("ledger");
/// What errors call a part of the ledger.
const PART_NAME: &str = "a source's part of the ledger";
/// Lists of people and messages that the ledger refers to, by file name.
pub(super) const FILES: Shelf<'static> = Shelf::all("ledger file");

/// A draft.
#[derive(Serialize, Deserialize)]
pub(super) struct DraftRecord {
    pub(super) name: String,
    pub(super) text: Text,
    /// Unix seconds.
    pub(super) changed: u64,
    /// Comments of the document that it came from.
    #[serde(default)]
    pub(super) comments: Vec<Comment>,
    /// Only these people will see it.
    #[serde(default)]
    pub(super) audience: Option<String>,
    /// What it is called between desks; none as long as it was never sent.
    #[serde(default)]
    pub(super) uid: Option<Fixed<16>>,
    /// Hash of the text that was last sent or taken.
    #[serde(default)]
    pub(super) base: Option<Fixed<32>>,
    /// Versions of colleagues' that are at odds with this one.
    #[serde(default)]
    pub(super) theirs: Vec<Theirs>,
    /// The sources that it rests on, by conversation.
    #[serde(default)]
    pub(super) sources: Vec<Fixed<16>>,
    /// Why it may not go on, as long as it may not.
    #[serde(default)]
    pub(super) frozen: Option<String>,
}

/// A colleague's version of a draft, made beside this one.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Theirs {
    pub(super) from: String,
    /// Unix seconds.
    pub(super) at: u64,
    pub(super) text: Text,
}

/// A comment: what an editor asked, and about which words.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Comment {
    pub(super) text: String,
    pub(super) quote: String,
}

pub(super) fn drafts(tx: &Tx<'_>) -> Result<Vec<(u64, DraftRecord)>, StoreError> {
    let all = records::all::<DraftRecord>(tx, DRAFTS)?;
    Ok(all.into_iter().filter_map(|(id, record)| Some((number_of(&id)?, record))).collect())
}

fn number_of(id: &[u8]) -> Option<u64> {
    <[u8; 8]>::try_from(id).ok().map(u64::from_be_bytes)
}

pub(super) fn draft(tx: &Tx<'_>, number: u64) -> Result<DraftRecord, DraftError> {
    let found = records::get(tx, DRAFTS, &number.to_be_bytes(), "a draft")?;
    found.ok_or(DraftError::NoDraft(number))
}

/// Whether there is such a draft.
pub(crate) fn is_there(tx: &Tx<'_>, number: u64) -> Result<bool, StoreError> {
    Ok(tx.has(DRAFTS, &number.to_be_bytes())?)
}

impl DraftRecord {
    /// The one source that it rests on, if there is one and no other: what belongs to it goes when that source goes.
    pub(super) fn lone(&self) -> Option<&Fixed<16>> {
        match self.sources.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Without a text yet.
    pub(super) fn named(name: String, now: u64) -> Self {
        Self {
            name,
            text: Text::default(),
            changed: now,
            comments: Vec::new(),
            audience: None,
            uid: None,
            base: None,
            theirs: Vec::new(),
            sources: Vec::new(),
            frozen: None,
        }
    }
}

/// A number for one more draft, and a name that no other has: marks find their draft by its name.
pub(super) fn room(tx: &Tx<'_>, name: String) -> Result<(u64, String), StoreError> {
    let drafts = drafts(tx)?;
    let number = drafts.iter().map(|(number, _)| number + 1).max().unwrap_or(1);
    let taken = |name: &str| drafts.iter().any(|(_, record)| record.name == name);
    let name = (1..)
        .map(|n| if n == 1 { name.clone() } else { format!("{name} ({n})") })
        .find(|name| !taken(name))
        .unwrap_or(name);
    Ok((number, name))
}

pub(super) fn put_draft(
    tx: &mut Tx<'_>,
    number: u64,
    record: &DraftRecord,
) -> Result<(), StoreError> {
    records::put_for(tx, DRAFTS, &number.to_be_bytes(), record.lone(), record)
}

/// Takes a draft out of the vault, with its papers and what it was before.
pub(super) fn remove_draft(tx: &mut Tx<'_>, number: u64) -> Result<(), StoreError> {
    let id = number.to_be_bytes();
    for (paper, _) in papers(tx, number)? {
        remove_paper(tx, number, paper)?;
    }
    crate::material::forget_draft(tx, number)?;
    tx.remove(BEFORE, &id)?;
    tx.remove(DRAFTS, &id)?;
    Ok(())
}

/// The text of something that a source gave. The file itself is not kept.
#[derive(Serialize, Deserialize)]
pub(super) struct PaperRecord {
    pub(super) name: String,
    pub(super) text: Text,
    pub(super) form: Form,
}

/// What a paper's text is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Form {
    /// A text with lines that people count.
    Plain,
    /// Markdown, with lines that people count.
    Markdown,
    /// Taken out of a file that has paragraphs, and no lines.
    Paragraphs,
}

impl Form {
    pub(super) const fn format(self) -> Format {
        match self {
            Self::Markdown => Format::Markdown,
            Self::Plain | Self::Paragraphs => Format::Plain,
        }
    }
}

/// The papers of a draft, the oldest first.
pub(super) fn papers(tx: &Tx<'_>, draft: u64) -> Result<Vec<(u64, PaperRecord)>, StoreError> {
    let all = records::all::<PaperRecord>(tx, Shelf::of(PAPER, &draft.to_be_bytes()))?;
    let mut all: Vec<_> =
        all.into_iter().filter_map(|(id, record)| Some((number_of(&id)?, record))).collect();
    all.sort_by_key(|(number, _)| *number);
    Ok(all)
}

pub(super) fn put_paper(
    tx: &mut Tx<'_>,
    draft: u64,
    number: u64,
    paper: &PaperRecord,
) -> Result<(), StoreError> {
    let lone = lone_source(tx, draft)?;
    let shelf = draft.to_be_bytes();
    records::put_for(tx, Shelf::of(PAPER, &shelf), &number.to_be_bytes(), lone.as_ref(), paper)
}

pub(super) fn remove_paper(tx: &mut Tx<'_>, draft: u64, number: u64) -> Result<bool, StoreError> {
    Ok(tx.remove(Shelf::of(PAPER, &draft.to_be_bytes()), &number.to_be_bytes())?)
}

/// What a draft was before each of its last changes, the newest last.
pub(super) fn before(tx: &Tx<'_>, number: u64) -> Result<Vec<Before>, StoreError> {
    let found = records::get(tx, BEFORE, &number.to_be_bytes(), "what a draft was before")?;
    Ok(found.unwrap_or_default())
}

pub(super) fn put_before(
    tx: &mut Tx<'_>,
    number: u64,
    before: &[Before],
) -> Result<(), StoreError> {
    let lone = lone_source(tx, number)?;
    records::put_for(tx, BEFORE, &number.to_be_bytes(), lone.as_ref(), &before)
}

/// The one source that a draft rests on.
pub(crate) fn lone_source(tx: &Tx<'_>, number: u64) -> Result<Option<Fixed<16>>, StoreError> {
    let draft: Option<DraftRecord> = records::get(tx, DRAFTS, &number.to_be_bytes(), "a draft")?;
    Ok(draft.and_then(|draft| draft.lone().copied()))
}

/// The drafts that rest on one source each, by name.
fn lone_drafts(tx: &Tx<'_>) -> Result<BTreeMap<String, Fixed<16>>, StoreError> {
    let all = drafts(tx)?.into_iter();
    Ok(all.filter_map(|(_, draft)| Some((draft.name.clone(), *draft.lone()?))).collect())
}

/// Seals everything of a draft anew, when it rests on other sources than before.
pub(super) fn move_draft(
    tx: &mut Tx<'_>,
    number: u64,
    draft: &DraftRecord,
) -> Result<(), DraftError> {
    put_draft(tx, number, draft)?;
    let before = before(tx, number)?;
    put_before(tx, number, &before)?;
    for (at, paper) in papers(tx, number)? {
        put_paper(tx, number, at, &paper)?;
    }
    let ledger = ledger(tx)?.ledger;
    put_ledger(tx, &ledger)?;
    Ok(crate::story::move_story(tx, number)?)
}

/// The desk's ledger; empty at first. It lies in parts: one for each source that some facts rest on alone, sealed under that
/// source's key, and one for the rest.
pub(super) fn ledger(tx: &Tx<'_>) -> Result<Loaded, DraftError> {
    let mut loaded = Loaded::default();
    if let Some(record) = tx.get(LEDGER, MAIN.as_bytes())? {
        loaded.add(MAIN, &record.body)?;
    }
    for record in tx.list(LEDGER)?.records {
        if record.id != MAIN.as_bytes() {
            loaded.add(PART_NAME, &record.body)?;
        }
    }
    Ok(loaded)
}

/// Writes the ledger in its parts. Read again, its lists can be in another order.
pub(super) fn put_ledger(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<(), DraftError> {
    let (rest, parts) = super::parts::split(ledger, &lone_drafts(tx)?);
    for record in tx.list(LEDGER)?.records {
        let source: Result<[u8; 16], _> = record.id.as_slice().try_into();
        if source.is_ok_and(|source| !parts.contains_key(&Fixed(source))) {
            tx.remove(LEDGER, &record.id)?;
        }
    }
    for (source, part) in &parts {
        let text = zeroize::Zeroizing::new(part.to_toml()?);
        tx.put_owned(LEDGER, &source.0, &Owner(source.0), text.as_bytes())?;
    }
    let text = zeroize::Zeroizing::new(rest.to_toml()?);
    Ok(tx.put(LEDGER, MAIN.as_bytes(), text.as_bytes())?)
}

pub(super) fn files(tx: &Tx<'_>) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
    let listing = tx.list(FILES)?;
    let name = |id: &[u8]| String::from_utf8_lossy(id).into_owned();
    Ok(listing.records.into_iter().map(|r| (name(&r.id), r.body.to_vec())).collect())
}
