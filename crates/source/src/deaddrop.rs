//! Reading the dead drop with nothing but a passphrase.

use std::collections::{BTreeMap, HashMap};

use envelope::{
    drop::Chunk,
    keylist::KeyList,
    keys::DeskId,
    message,
    passphrase::{Master, PERIOD, ReceiptTag, ReplyKey},
    payload::{Body, MessageId},
    reply::{Part, ReplyId},
    sizes, time,
};
use serde::Serialize;
use thiserror::Error;

use crate::http::{HttpError, Site};

/// Why the dead drop could not be read.
#[derive(Debug, Error)]
pub enum DropError {
    /// It could not be fetched.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A block is malformed or not signed by the site.
    #[error(
        "{path}: {why}. The site or somebody before it serves a false dead drop; trust nothing from it"
    )]
    False {
        /// Which block.
        path: String,
        /// What is wrong.
        why: String,
    },
}

/// A reply that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// The desk that wrote it.
    pub desk: String,
    /// When it was written, Unix seconds, rounded down to a tick.
    pub written: u64,
    /// Parts that have not been published yet.
    pub missing: usize,
    /// The text, once nothing is missing.
    pub text: Option<String>,
}

/// What a passphrase finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Replies, oldest first.
    pub replies: Vec<Reply>,
    /// For each message asked about, in the order asked, the desk that confirms to have it.
    pub receipts: Vec<Option<String>>,
}

/// Loads and verifies the whole window, like any page: live block first, then the closed ones, oldest first.
///
/// # Errors
/// [`DropError`].
pub fn load(site: &Site, keys: &KeyList) -> Result<Vec<Chunk>, DropError> {
    let live = fetch(site, keys, "/drop/live")?;
    let last = live.block;
    let mut chunks = vec![live];
    for block in last.saturating_sub(sizes::WINDOW_BLOCKS)..last {
        let path = format!("/drop/{block}");
        let chunk = fetch(site, keys, &path)?;
        if chunk.block != block || !chunk.is_closed() {
            return Err(DropError::False { path, why: "is another block".to_owned() });
        }
        chunks.push(chunk);
    }
    chunks.sort_by_key(|chunk| chunk.block);
    Ok(chunks)
}

fn fetch(site: &Site, keys: &KeyList, path: &str) -> Result<Chunk, DropError> {
    let bytes = site.get(path, sizes::CLOSED_BLOCK)?;
    let wrong = |why: String| DropError::False { path: path.to_owned(), why };
    let chunk = Chunk::decode(&bytes).map_err(|error| wrong(error.to_string()))?;
    let chunk = chunk.verify(&keys.site, &keys.signer).map_err(|error| wrong(error.to_string()))?;
    if chunk.tick == keys.contents.tick {
        Ok(chunk)
    } else {
        Err(wrong("has another tick than the key list".to_owned()))
    }
}

/// Looks for replies, and for the receipts of `messages`.
#[must_use]
pub fn scan(chunks: &[Chunk], keys: &KeyList, master: &Master, messages: &[MessageId]) -> Found {
    let mut receipts = vec![None; messages.len()];
    let mut parts: BTreeMap<(DeskId, ReplyId), Pieces> = BTreeMap::new();
    for (chunk, tick, record) in chunks
        .iter()
        .flat_map(|chunk| chunk.ticks().map(move |(tick, record)| (chunk, tick, record)))
    {
        let week = chunk.tick.week_of(tick);
        for desk in &keys.contents.desks {
            let Ok(key) = master.reply_key(&desk.key.desk, week) else { continue };
            if let Ok(part) = Part::open(record.entry(), &key) {
                parts.entry((desk.key.desk, part.reply)).or_default().add(part);
            }
            let name = desk.certificate.name.as_str();
            find_receipts(record, &key, name, messages, &mut receipts);
        }
    }
    let name = |id: &DeskId| {
        let desk = keys.contents.desks.iter().find(|desk| desk.key.desk == *id);
        desk.map_or_else(String::new, |desk| desk.certificate.name.as_str().to_owned())
    };
    let mut replies: Vec<Reply> =
        parts.iter().map(|((desk, _), pieces)| pieces.reply(name(desk))).collect();
    replies.sort_by_key(|reply| reply.written);
    Found { replies, receipts }
}

/// A message that its desk has confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confirmed {
    /// The desk that has it on its disk.
    pub desk: String,
    /// Its id, 32 hex digits.
    pub message: String,
    /// The minute in which it was written, Unix seconds.
    pub written: u64,
}

/// Every message of this passphrase whose receipt is in the window, whichever visit it was sent in; oldest first.
#[must_use]
pub fn confirmed(chunks: &[Chunk], keys: &KeyList, master: &Master) -> Vec<Confirmed> {
    let mut tags: HashMap<u32, HashMap<ReceiptTag, Confirmed>> = HashMap::new();
    let mut found = Vec::new();
    let first = chunks
        .first()
        .and_then(|chunk| chunk.ticks().next().map(|(tick, _)| chunk.tick.start(tick)));
    for chunk in chunks {
        for (tick, record) in chunk.ticks() {
            let week = chunk.tick.week_of(tick);
            let until = chunk.tick.start(tick);
            let known = tags.entry(week).or_insert_with(|| {
                tags_of_week(keys, master, week, (first.unwrap_or(until), until))
            });
            found.extend(record.receipts().filter_map(|tag| known.get(&tag).cloned()));
        }
    }
    found.sort_by(|a, b| (a.written, &a.message).cmp(&(b.written, &b.message)));
    found.dedup();
    found
}

/// The tags that receipts published in a week may have: of messages written in it, or in the week before `from`.
fn tags_of_week(
    keys: &KeyList,
    master: &Master,
    week: u32,
    (from, until): (u64, u64),
) -> HashMap<ReceiptTag, Confirmed> {
    let mut tags = HashMap::new();
    let end = until.max(time::week_start(week.saturating_add(1)));
    let periods = from.saturating_sub(time::WEEK) / PERIOD..=end / PERIOD;
    for desk in &keys.contents.desks {
        let id = &desk.key.desk;
        let Ok(key) = master.reply_key(id, week) else { continue };
        for period in periods.clone() {
            let ids = master.message_ids(id, u32::try_from(period).unwrap_or(u32::MAX));
            for (minute, message) in (0_u64..).zip(ids) {
                let confirmed = Confirmed {
                    desk: desk.certificate.name.as_str().to_owned(),
                    message: message.0.iter().map(|byte| format!("{byte:02x}")).collect(),
                    written: period * PERIOD + minute * 60,
                };
                tags.insert(key.receipt(&message), confirmed);
            }
        }
    }
    tags
}

fn find_receipts(
    record: &envelope::drop::Record,
    key: &ReplyKey,
    desk: &str,
    messages: &[MessageId],
    receipts: &mut [Option<String>],
) {
    for (message, found) in messages.iter().zip(receipts) {
        let tag = key.receipt(message);
        if found.is_none() && record.receipts().any(|there| there == tag) {
            *found = Some(desk.to_owned());
        }
    }
}

/// The parts of one reply that have been found.
#[derive(Default)]
struct Pieces {
    written: u64,
    count: usize,
    bodies: BTreeMap<u8, Body>,
}

impl Pieces {
    fn add(&mut self, part: Part) {
        self.written = part.written;
        self.count = usize::from(part.count);
        self.bodies.entry(part.index).or_insert(part.body);
    }

    fn reply(&self, desk: String) -> Reply {
        let missing = self.count.saturating_sub(self.bodies.len());
        let text = (missing == 0)
            .then(|| message::join(self.bodies.values()).ok())
            .flatten()
            .map(|text| text.to_string());
        Reply { desk, written: self.written, missing, text }
    }
}
