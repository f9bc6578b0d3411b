//! What lies in the vault, as JSON: field names make it possible to add some later without breaking old vaults.

use envelope::{
    keys::{DeskIdentity, Signing, SiteId},
    passphrase::ReplyKey,
    payload::{ConversationId, MessageId},
    time::TickLength,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use vault::{Listing, Owner, Record, Shelf, Tx};
use zeroize::Zeroizing;

use crate::{
    error::StoreError,
    hold::{Bytes, Fixed, Secret, Text},
};

/// Single records: the desk itself.
pub(crate) const DESK: Shelf<'static> = Shelf::all("desk");
/// A week's private keys, by week, and by a count where they were made anew within it.
pub(crate) const WEEKS: Shelf<'static> = Shelf::all("week");
/// Conversations, by conversation id.
pub(crate) const CONVERSATIONS: Shelf<'static> = Shelf::all("conversation");
/// Conversation ids, by the numbers that people use.
pub(crate) const NUMBERS: Shelf<'static> = Shelf::all("conversation number");
/// Which messages have been stored, by conversation id, message id and variant: what makes it at most once.
pub(crate) const KNOWN: Shelf<'static> = Shelf::all("known message");
/// Messages of which pieces are missing, named like known ones.
pub(crate) const ASSEMBLIES: Shelf<'static> = Shelf::all("assembly");
/// Receipts to be published, in the order of their queue numbers.
pub(crate) const RECEIPTS: Shelf<'static> = Shelf::all("receipt");
/// Parts of replies to be published, in the order of queue number and part.
pub(crate) const PARTS: Shelf<'static> = Shelf::all("part");
/// Bundles whose fate in the dead drop has not been seen yet, by tick.
pub(crate) const OFFERS: Shelf<'static> = Shelf::all("offer");

/// The messages of one conversation, in the order of their numbers.
pub(crate) fn messages(conversation: &ConversationId) -> Shelf<'_> {
    Shelf::of("message", &conversation.0)
}

/// Who this desk is.
#[derive(Serialize, Deserialize)]
pub(crate) struct IdentityRecord {
    pub(crate) seed: Secret<32>,
    pub(crate) name: String,
    /// The newsroom, pinned when the first certificate is installed.
    #[serde(default)]
    pub(crate) site: Option<Fixed<32>>,
    #[serde(default)]
    pub(crate) certificate: Option<Bytes>,
}

impl IdentityRecord {
    pub(crate) const ID: &'static [u8] = b"identity";

    pub(crate) fn signing(&self) -> Signing<DeskIdentity> {
        Signing::from_seed(&self.seed.0)
    }

    pub(crate) fn site_id(&self) -> Option<SiteId> {
        self.site.map(|site| SiteId(site.0))
    }
}

/// How far the desk has come, and what it last saw of the site.
#[derive(Clone, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Progress {
    /// The site's tick length in seconds; 0 before the first key list.
    pub(crate) tick_secs: u32,
    /// The first batch that has not been dealt with.
    pub(crate) next_batch: u64,
    /// Earlier ones that have not been dealt with either, because fetching them failed.
    pub(crate) missed: Vec<u64>,
    /// The first record of the dead drop that has not been looked at.
    pub(crate) next_record: u64,
    /// Live desks, and which of them this one is.
    pub(crate) desks: usize,
    pub(crate) index: Option<usize>,
    /// When the newest key list was issued.
    pub(crate) keys_issued: u64,
    pub(crate) keys_expire: u64,
    /// Signers that have vouched for the site, and when each was last seen to.
    pub(crate) signers: Vec<(Fixed<32>, u64)>,
    /// Numbers given out.
    pub(crate) conversations: u64,
    pub(crate) queued: u64,
    /// The newest week whose reply keys have been ratcheted to.
    pub(crate) ratcheted: u32,
    /// Things a person should know of, newest last.
    pub(crate) notes: Vec<Note>,
    pub(crate) batches_read: u64,
    pub(crate) batches_absent: u64,
    pub(crate) last_batch: Option<u64>,
    /// The first tick whose mail has not been fetched; 0 before any.
    pub(crate) next_mail: u64,
}

impl Progress {
    pub(crate) const ID: &'static [u8] = b"progress";

    pub(crate) fn tick(&self) -> Option<TickLength> {
        TickLength::new(self.tick_secs)
    }

    /// Remembers something for the status page; the oldest of fifty is forgotten.
    pub(crate) fn note(&mut self, at: u64, text: impl Into<String>) {
        if self.notes.len() >= 50 {
            self.notes.remove(0);
        }
        self.notes.push(Note { at, text: text.into() });
    }

    /// A batch has been dealt with. Those before it that have not been are asked for again, up to `span` of them.
    pub(crate) fn batch_done(&mut self, tick: u64, span: u64) {
        self.missed.retain(|missed| *missed != tick && missed + span >= tick);
        if tick >= self.next_batch {
            self.missed.extend(self.next_batch.max(tick.saturating_sub(span))..tick);
            self.next_batch = tick + 1;
        }
    }

    pub(crate) fn next_number(&mut self) -> u64 {
        self.conversations += 1;
        self.conversations
    }

    pub(crate) fn next_queue(&mut self) -> u64 {
        self.queued += 1;
        self.queued
    }
}

/// Something that a person should know of. Never holds text of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Unix seconds.
    pub at: u64,
    /// What happened.
    pub text: String,
}

/// How the last contacts with the site went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// When the last round with the site began, Unix seconds.
    pub last_round: Option<u64>,
    /// When the last round ended without an error.
    pub last_good: Option<u64>,
    /// What went wrong since, in words for a person.
    pub trouble: Option<String>,
    /// The tick of the last bundle that the site took.
    pub last_bundle: Option<u64>,
    /// When that was.
    pub last_bundle_at: Option<u64>,
}

impl Contact {
    pub(crate) const ID: &'static [u8] = b"contact";
}

/// A week's private keys and the signed public halves.
#[derive(Serialize, Deserialize)]
pub(crate) struct WeekRecord {
    pub(crate) secret: Secret<64>,
    pub(crate) public: Bytes,
    /// Unix seconds.
    #[serde(default)]
    pub(crate) made: u64,
}

/// A conversation. Times are whole ticks.
#[derive(Serialize, Deserialize)]
pub(crate) struct ConversationRecord {
    pub(crate) number: u64,
    pub(crate) week: u32,
    pub(crate) key: Secret<32>,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) next_message: u64,
    pub(crate) incoming: u64,
    pub(crate) outgoing: u64,
    pub(crate) unread: u64,
    #[serde(default)]
    pub(crate) answered: bool,
    #[serde(default)]
    pub(crate) junk: bool,
    #[serde(default)]
    pub(crate) danger: bool,
    #[serde(default)]
    pub(crate) owner: Option<String>,
    /// The number of the conversation whose id it uses with another reply key.
    #[serde(default)]
    pub(crate) posing_as: Option<u64>,
    /// The desk that it was written to, if this one has it as a member of that desk's team.
    #[serde(default)]
    pub(crate) via: Option<Via>,
    #[serde(default)]
    pub(crate) preview: Text,
}

/// A desk whose team this one is in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Via {
    pub(crate) desk: Fixed<16>,
    pub(crate) name: String,
}

impl ConversationRecord {
    /// One that nothing has been written in yet.
    pub(crate) fn begin(number: u64, week: u32, key: Secret<32>, at: u64) -> Self {
        Self {
            number,
            week,
            key,
            first: at,
            last: at,
            next_message: 0,
            incoming: 0,
            outgoing: 0,
            unread: 0,
            answered: false,
            junk: false,
            danger: false,
            owner: None,
            posing_as: None,
            via: None,
            preview: Text::default(),
        }
    }

    pub(crate) fn reply_key(&self) -> Result<ReplyKey, StoreError> {
        ReplyKey::new(self.week, self.key.0).map_err(|_| StoreError::Content("conversation"))
    }

    pub(crate) fn set_reply_key(&mut self, key: &ReplyKey) {
        self.week = key.week();
        self.key = Secret(*key.as_bytes());
    }
}

/// A message, in or out.
#[derive(Serialize, Deserialize)]
pub(crate) struct MessageRecord {
    /// Message id or reply id.
    pub(crate) id: Fixed<16>,
    /// Unix seconds of the tick of its batch, or in which it was written.
    pub(crate) at: u64,
    pub(crate) text: Text,
    pub(crate) kind: MessageKind,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum MessageKind {
    /// From the source.
    Incoming { crowd: u8, slot: u8, pieces: u8, receipt_at: Option<u64>, receipt_tick: Option<u64> },
    /// From the source, and not to be read: no receipt is sent for it.
    Unreadable { why: String },
    /// From the desk: bit `i` says that part `i` has been seen in the dead drop.
    Outgoing { parts: u8, published: u8, published_at: Option<u64> },
}

/// Where a known message is.
#[derive(Serialize, Deserialize)]
pub(crate) struct KnownRecord {
    pub(crate) conversation: Fixed<16>,
    pub(crate) number: u64,
    /// What its pieces were, to tell a repetition from another message of the same id.
    pub(crate) pieces: Vec<Fixed<16>>,
    /// It could not be read: pieces of its id may still make a message.
    pub(crate) unreadable: bool,
}

/// The pieces of a message that have come, as payloads.
#[derive(Serialize, Deserialize)]
pub(crate) struct AssemblyRecord {
    pub(crate) since: u64,
    pub(crate) crowd: u8,
    pub(crate) slot: u8,
    pub(crate) count: u8,
    pub(crate) payloads: Vec<Piece>,
}

/// A payload of 1,819 bytes.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Piece(pub(crate) Secret<{ envelope::sizes::PAYLOAD }>);

/// A receipt in the queue.
#[derive(Serialize, Deserialize)]
pub(crate) struct ReceiptRecord {
    pub(crate) conversation: Fixed<16>,
    pub(crate) message: Fixed<16>,
    /// Its number within the conversation.
    pub(crate) number: u64,
    pub(crate) since: u64,
}

/// A part of a reply in the queue.
#[derive(Serialize, Deserialize)]
pub(crate) struct PartRecord {
    pub(crate) conversation: Fixed<16>,
    pub(crate) reply: Fixed<16>,
    pub(crate) number: u64,
    pub(crate) index: u8,
    pub(crate) count: u8,
    pub(crate) written: u64,
    pub(crate) body: Bytes,
}

/// A bundle that was made for a tick.
#[derive(Serialize, Deserialize)]
pub(crate) struct OfferRecord {
    pub(crate) bundle: Bytes,
    /// Whether the site has taken it.
    pub(crate) sent: bool,
    /// The queue id of the part in it.
    pub(crate) part: Option<Bytes>,
    /// The queue ids of the receipts in it, with their tags.
    pub(crate) receipts: Vec<(Fixed<8>, Fixed<8>)>,
}

/// Name of a message among all messages of the desk. An id is for one message, but a person who writes in two
/// browsers in the same minute makes two messages of one id: those are variants.
pub(crate) fn known_id(conversation: &ConversationId, message: &MessageId, variant: u8) -> Vec<u8> {
    [conversation.0.as_slice(), &message.0, &[variant]].concat()
}

pub(crate) fn decode<T: DeserializeOwned>(
    what: &'static str,
    record: &Record,
) -> Result<T, StoreError> {
    serde_json::from_slice(&record.body).map_err(|_| StoreError::Content(what))
}

pub(crate) fn get<T: DeserializeOwned>(
    tx: &Tx<'_>,
    shelf: Shelf<'_>,
    id: &[u8],
    what: &'static str,
) -> Result<Option<T>, StoreError> {
    tx.get(shelf, id)?.map(|record| decode(what, &record)).transpose()
}

pub(crate) fn put<T: Serialize>(
    tx: &mut Tx<'_>,
    shelf: Shelf<'_>,
    id: &[u8],
    value: &T,
) -> Result<(), StoreError> {
    put_for(tx, shelf, id, None, value)
}

/// A record of a source, sealed under the source's own key.
pub(crate) fn put_of<T: Serialize>(
    tx: &mut Tx<'_>,
    shelf: Shelf<'_>,
    id: &[u8],
    source: &Fixed<16>,
    value: &T,
) -> Result<(), StoreError> {
    put_for(tx, shelf, id, Some(source), value)
}

/// A record that is a source's, or nobody's.
pub(crate) fn put_for<T: Serialize>(
    tx: &mut Tx<'_>,
    shelf: Shelf<'_>,
    id: &[u8],
    source: Option<&Fixed<16>>,
    value: &T,
) -> Result<(), StoreError> {
    // Room in advance: growing would leave copies behind in freed memory.
    let mut body = Zeroizing::new(Vec::with_capacity(8 << 10));
    serde_json::to_writer(&mut *body, value).map_err(|_| StoreError::Content("a new record"))?;
    match source {
        Some(source) => tx.put_owned(shelf, id, &Owner(source.0), &body)?,
        None => tx.put(shelf, id, &body)?,
    }
    Ok(())
}

/// The records of a shelf that can be read, with their ids; those that cannot do not stop the others.
pub(crate) fn all<T: DeserializeOwned>(
    tx: &Tx<'_>,
    shelf: Shelf<'_>,
) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
    let Listing { records, .. } = tx.list(shelf)?;
    Ok(records
        .into_iter()
        .filter_map(|record| {
            let value = serde_json::from_slice(&record.body).ok()?;
            Some((record.id, value))
        })
        .collect())
}

pub(crate) fn progress(tx: &Tx<'_>) -> Result<Progress, StoreError> {
    Ok(get(tx, DESK, Progress::ID, "progress")?.unwrap_or_default())
}

pub(crate) fn identity(tx: &Tx<'_>) -> Result<Option<IdentityRecord>, StoreError> {
    get(tx, DESK, IdentityRecord::ID, "identity")
}
