//! Handing a conversation, a document or the ledger to a colleague: sealed once more, to them, and written down.

use envelope::payload::ConversationId;
use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};
use zeroize::Zeroizing;

use super::{CustodyError, reason};
use crate::{
    draft,
    error::StoreError,
    hold::{Fixed, Secret, Text},
    material,
    post::{self, About, Blobs, PostError, Said},
    records::{self, MessageKind, MessageRecord},
    service::{self, Desk},
};

/// The log of what was handed over, by hand-over id.
pub(super) const HANDS: Shelf<'static> = Shelf::all("hand-over");

/// What is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Over {
    /// A conversation with all its messages and the means to answer; what comes later goes there, too.
    Conversation(String),
    /// A document as it came.
    Document(u64),
    /// The ledger: who could have known what, and what has gone out.
    Ledger,
}

/// A line of the log.
#[derive(Serialize, Deserialize)]
pub(super) struct HandRecord {
    /// Whether this desk gave it; else it was given to it.
    pub(super) gave: bool,
    pub(super) desk: Fixed<16>,
    pub(super) name: String,
    /// In words, without a word of a source's.
    pub(super) what: String,
    /// The source that it is about, if it is about one.
    pub(super) source: Option<Fixed<16>>,
    pub(super) why: String,
    pub(super) at: u64,
    /// Whether what comes later goes along.
    pub(super) follows: bool,
    #[serde(default)]
    pub(super) back: Option<(u64, String)>,
}

/// A line of the log, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandOver {
    /// Its id in hexadecimal.
    pub id: String,
    /// Whether this desk gave it; else it was given to it.
    pub gave: bool,
    /// The other desk.
    pub with: String,
    /// What.
    pub what: String,
    /// The conversation that it is about, if it is about one.
    pub conversation: Option<u64>,
    /// Why.
    pub why: String,
    /// When, Unix seconds.
    pub at: u64,
    /// When it was taken back, and why.
    pub back: Option<(u64, String)>,
}

/// A hand-over as it travels.
#[derive(Serialize, Deserialize)]
pub(crate) struct Handed {
    pub(super) id: Fixed<16>,
    pub(super) why: Text,
    pub(super) what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum What {
    /// With its messages.
    Conversation {
        conversation: Fixed<16>,
        week: u32,
        key: Secret<32>,
        first: u64,
        danger: bool,
        messages: Vec<Copied>,
    },
    /// A message that came later.
    More { conversation: Fixed<16>, message: Copied },
    /// Its bytes are beside it.
    Document { name: Text, at: u64, of: Option<Fixed<16>> },
    /// As TOML; the files that it names are beside it.
    Ledger { toml: Text, files: Vec<String> },
}

/// A message.
#[derive(Serialize, Deserialize)]
pub(crate) struct Copied {
    pub(super) id: Fixed<16>,
    pub(super) at: u64,
    pub(super) text: Text,
    pub(super) incoming: bool,
    crowd: u8,
    slot: u8,
    pieces: u8,
}

impl Copied {
    pub(super) fn of(message: &MessageRecord) -> Self {
        let (incoming, crowd, slot, pieces) = match &message.kind {
            MessageKind::Incoming { crowd, slot, pieces, .. } => (true, *crowd, *slot, *pieces),
            MessageKind::Unreadable { .. } => (true, 0, 0, 1),
            MessageKind::Outgoing { parts, .. } => (false, 0, 0, *parts),
        };
        let (id, at, text) = (message.id, message.at, message.text.clone());
        Self { id, at, text, incoming, crowd, slot, pieces }
    }

    pub(super) fn stored(self, now: u64) -> MessageRecord {
        let kind = match self.incoming {
            // Its receipt is the affair of the desk that it came to.
            true => MessageKind::Incoming {
                crowd: self.crowd,
                slot: self.slot,
                pieces: self.pieces,
                receipt_at: Some(now),
                receipt_tick: None,
            },
            false => {
                let parts = self.pieces;
                let published = u8::try_from((1u16 << parts.min(8)) - 1).unwrap_or(u8::MAX);
                MessageKind::Outgoing { parts, published, published_at: Some(now) }
            }
        };
        MessageRecord { id: self.id, at: self.at, text: self.text, kind }
    }
}

/// What was handed over, or is to be carried by hand.
pub enum Hands {
    /// It leaves by mail.
    Mailed,
    /// It is larger than what leaves by mail: the bytes of a parcel's file.
    File(Vec<u8>),
}

impl Desk {
    /// Hands something to a colleague and writes it down: who, what, when, why.
    ///
    /// # Errors
    /// [`CustodyError::Input`] without a reason; [`CustodyError::Post`] if there is no such colleague.
    pub fn hand_over(
        &self,
        over: &Over,
        to: &str,
        why: &str,
        now: u64,
    ) -> Result<Hands, CustodyError> {
        let why = reason(why)?;
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let to = post::colleague(tx, &me, to, now)?;
            let id = Fixed(tx.random());
            let Packed { what, blobs, source, label } = pack(tx, over)?;
            let said = Said::Handed(Handed { id, why: Text::new(why.clone()), what });
            let address = (&to.id, to.name.as_str());
            let about = About { what: &label, source: source.as_ref() };
            let hands = match post::enqueue(tx, &me, address, &said, &blobs, about, now) {
                Ok(()) => Hands::Mailed,
                Err(PostError::TooLong { .. }) => {
                    Hands::File(post::seal(tx, &me, &to, &said, &blobs, now)?)
                }
                Err(error) => return Err(error.into()),
            };
            let follows = matches!(over, Over::Conversation(_));
            let record = HandRecord {
                gave: true,
                desk: Fixed(to.id.0),
                name: to.name.clone(),
                what: label,
                source,
                why,
                at: now,
                follows,
                back: None,
            };
            put(tx, &id, &record)?;
            Ok(hands)
        })
    }

    /// Takes a hand-over back: nothing that comes later goes there any more, and the colleague's desk is told. What was read is
    /// read.
    ///
    /// # Errors
    /// [`CustodyError::Input`] if there is no such hand-over of this desk's, or it was taken back before.
    pub fn take_back(&self, id: &str, why: &str, now: u64) -> Result<(), CustodyError> {
        let why = reason(why)?;
        self.vault().write(|tx| {
            let none = || CustodyError::Input("There is no such hand-over.".to_owned());
            let bytes = hex::decode(id.trim()).map_err(|_| none())?;
            let id = Fixed(bytes.try_into().map_err(|_| none())?);
            let record: Option<HandRecord> = records::get(tx, HANDS, &id.0, "a hand-over")?;
            let mut record = record.filter(|r| r.gave && r.back.is_none()).ok_or_else(none)?;
            record.back = Some((now, why.clone()));
            let me = post::myself(tx)?;
            let said = Said::TakenBack { what: id, why };
            let to = (envelope::keys::DeskId(record.desk.0), record.name.clone());
            let what = format!("taken back: {}", record.what);
            post::enqueue(tx, &me, (&to.0, &to.1), &said, &Vec::new(), what.as_str(), now)?;
            Ok(put(tx, &id, &record)?)
        })
    }

    /// The log of hand-overs, the newest first.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn hand_overs(&self) -> Result<Vec<HandOver>, CustodyError> {
        self.vault().read(|tx| {
            let numbers = service::numbers(tx)?;
            let mut all: Vec<HandOver> = records::all::<HandRecord>(tx, HANDS)?
                .into_iter()
                .map(|(id, record)| HandOver {
                    id: hex::encode(id),
                    gave: record.gave,
                    with: record.name,
                    what: record.what,
                    conversation: record.source.and_then(|source| {
                        numbers.iter().find(|(_, id)| *id == source).map(|(number, _)| *number)
                    }),
                    why: record.why,
                    at: record.at,
                    back: record.back,
                })
                .collect();
            all.sort_by_key(|one| std::cmp::Reverse(one.at));
            Ok(all)
        })
    }
}

pub(super) fn put(tx: &mut Tx<'_>, id: &Fixed<16>, record: &HandRecord) -> Result<(), StoreError> {
    match &record.source {
        Some(source) => records::put_of(tx, HANDS, &id.0, source, record),
        None => records::put(tx, HANDS, &id.0, record),
    }
}

struct Packed {
    what: What,
    blobs: Blobs,
    source: Option<Fixed<16>>,
    label: String,
}

fn pack(tx: &Tx<'_>, over: &Over) -> Result<Packed, CustodyError> {
    match over {
        Over::Conversation(which) => {
            let (id, record) = service::find(tx, which)?;
            let mut messages = Vec::new();
            for stored in tx.list(records::messages(&ConversationId(id.0)))?.records {
                let message: MessageRecord = records::decode("a message", &stored)?;
                messages.push(Copied::of(&message));
            }
            let label = match messages.len() {
                1 => "a conversation with one message".to_owned(),
                many => format!("a conversation with {many} messages"),
            };
            let what = What::Conversation {
                conversation: id,
                week: record.week,
                key: record.key.clone(),
                first: record.first,
                danger: record.danger,
                messages,
            };
            Ok(Packed { what, blobs: Vec::new(), source: Some(id), label })
        }
        Over::Document(number) => {
            let (name, at, of, bytes) = material::whole(tx, *number)?;
            let label = format!("document {number}, {} bytes", bytes.len());
            Ok(Packed {
                what: What::Document { name, at, of },
                blobs: vec![bytes],
                source: of,
                label,
            })
        }
        Over::Ledger => {
            let (toml, files) = draft::whole_ledger(tx)?;
            let (names, blobs) =
                files.into_iter().map(|(name, bytes)| (name, Zeroizing::new(bytes))).unzip();
            let what = What::Ledger { toml, files: names };
            Ok(Packed { what, blobs, source: None, label: "the ledger".to_owned() })
        }
    }
}
