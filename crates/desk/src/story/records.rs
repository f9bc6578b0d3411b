//! Stories in the vault: one for each draft that was ever read for publication, and requests of colleagues.

use assent::{Policy, Publication};
use envelope::keys::SiteId;
use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};

use super::{Act, Read, StoryError};
use crate::{
    error::StoreError,
    hold::{Bytes, Fixed, Text},
    records::{self, DESK},
};

/// Stories, by the draft's number.
pub(super) const STORIES: Shelf<'static> = Shelf::all("story");
/// What colleagues ask to be approved, by the statement's hash.
pub(super) const REQUESTS: Shelf<'static> = Shelf::all("approval request");
/// The newsroom's own log of what went out, in the order of queue numbers.
pub(super) const LOG: Shelf<'static> = Shelf::all("story log");
const POLICY: &[u8] = b"policy";

/// A draft on its way to a page.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct StoryRecord {
    /// What the story is called; never changes once it has been published.
    pub(super) name: String,
    /// The page as it was read, if it was.
    pub(super) prepared: Option<Prepared>,
    /// Editions that have gone out, the oldest first.
    pub(super) editions: Vec<Edition>,
}

/// A page that was read.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Prepared {
    pub(super) act: Act,
    pub(super) revision: u32,
    pub(super) source: Text,
    /// Names in `images/`, documents and levels of its pictures.
    pub(super) pictures: Vec<Picture>,
    pub(super) read: Read,
    /// The whole report, as JSON.
    pub(super) report: Text,
    /// What was signed, with the signatures that have come.
    pub(super) publication: Bytes,
    pub(super) asked: Vec<Asked>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Picture {
    pub(super) name: String,
    pub(super) number: u64,
    pub(super) level: cleanroom::Level,
}

/// Who was asked.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) desk: Fixed<16>,
    pub(super) name: String,
    pub(super) at: u64,
    /// Why not, if they said so.
    #[serde(default)]
    pub(super) declined: Option<String>,
}

/// An edition that has gone out.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Edition {
    pub(super) act: Act,
    pub(super) revision: u32,
    pub(super) at: u64,
    pub(super) statement: Fixed<32>,
    /// The editor's reason, if the approvals were overridden.
    #[serde(default)]
    pub(super) overridden: Option<String>,
}

impl Prepared {
    pub(super) fn publication(&self) -> Result<Publication, StoreError> {
        Publication::decode(&self.publication.0).map_err(|_| StoreError::Content("approvals"))
    }
}

pub(super) fn story(tx: &Tx<'_>, draft: u64) -> Result<Option<StoryRecord>, StoreError> {
    records::get(tx, STORIES, &draft.to_be_bytes(), "a story")
}

pub(super) fn put(tx: &mut Tx<'_>, draft: u64, record: &StoryRecord) -> Result<(), StoreError> {
    let lone = crate::draft::lone_source(tx, draft)?;
    records::put_for(tx, STORIES, &draft.to_be_bytes(), lone.as_ref(), record)
}

/// Seals a story anew, when its draft rests on other sources than before.
pub(crate) fn move_story(tx: &mut Tx<'_>, draft: u64) -> Result<(), StoreError> {
    match story(tx, draft)? {
        Some(record) => put(tx, draft, &record),
        None => Ok(()),
    }
}

/// Forgets the story of a draft: what was read and what was signed.
pub(crate) fn forget(tx: &mut Tx<'_>, draft: u64) -> Result<(), StoreError> {
    tx.remove(STORIES, &draft.to_be_bytes())?;
    Ok(())
}

/// The story that a statement is about, and the draft's number.
pub(super) fn by_statement(
    tx: &Tx<'_>,
    statement: &Fixed<32>,
) -> Result<Option<(u64, StoryRecord)>, StoreError> {
    for (id, record) in records::all::<StoryRecord>(tx, STORIES)? {
        let Ok(number) = <[u8; 8]>::try_from(id.as_slice()) else { continue };
        let of = |prepared: &Prepared| {
            prepared.publication().is_ok_and(|p| p.statement().hash() == statement.0)
        };
        if record.prepared.as_ref().is_some_and(of) {
            return Ok(Some((u64::from_be_bytes(number), record)));
        }
    }
    Ok(None)
}

/// The newsroom's policy, if this desk has seen it.
pub(super) fn policy(tx: &Tx<'_>, site: &SiteId) -> Result<Policy, StoryError> {
    let bytes: Option<Bytes> = records::get(tx, DESK, POLICY, "the policy")?;
    let bytes = bytes.ok_or(StoryError::NoPolicy)?;
    Policy::open(&bytes.0, site).map_err(|_| StoryError::NoPolicy)
}

/// Keeps a policy, unless a later one is known.
pub(crate) fn keep_policy(
    tx: &mut Tx<'_>,
    site: &SiteId,
    policy: &Policy,
) -> Result<(), StoryError> {
    match self::policy(tx, site) {
        Ok(known) if known.number > policy.number => Err(StoryError::Policy(format!(
            "policy {} has been replaced by {}, which this desk has seen",
            policy.number, known.number
        ))),
        Ok(known) if known == *policy => Ok(()),
        Err(StoryError::Store(error)) => Err(error.into()),
        _ => Ok(records::put(tx, DESK, POLICY, &Bytes(policy.as_bytes().to_vec()))?),
    }
}
