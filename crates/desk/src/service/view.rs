//! What commands and pages show. All of it can be written as JSON; times are Unix seconds, as coarse as a tick.

use serde::Serialize;

use crate::{
    hold::Text,
    records::{Contact, Note},
};

/// Which conversations an inbox shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// All but junk.
    #[default]
    Open,
    /// Those with unread messages, without junk.
    Unread,
    /// Those that wait for an answer, without junk.
    Unanswered,
    /// Junk only.
    Junk,
    /// Everything.
    All,
}

impl Filter {
    /// By its name in addresses and on the command line.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "open" => Self::Open,
            "unread" => Self::Unread,
            "unanswered" => Self::Unanswered,
            "junk" => Self::Junk,
            "all" => Self::All,
            _ => return None,
        })
    }

    pub(crate) fn takes(self, one: &Summary) -> bool {
        match self {
            Self::Open => !one.junk,
            Self::Unread => !one.junk && one.unread > 0,
            Self::Unanswered => !one.junk && !one.answered,
            Self::Junk => one.junk,
            Self::All => true,
        }
    }
}

/// The conversations.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Inbox {
    /// Those that the filter takes: danger to life first, then newest first.
    pub conversations: Vec<Summary>,
    /// How many there are in all.
    pub all: u64,
    /// How many have unread messages, without junk.
    pub unread: u64,
    /// How many wait for an answer, without junk.
    pub unanswered: u64,
    /// How many are junk.
    pub junk: u64,
    /// Messages of which pieces are missing.
    pub unfinished: u64,
    /// Conversations that do not open because the vault was changed outside Subrosa.
    pub damaged: usize,
}

/// A conversation in the inbox.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Its number at this desk, in the order of arrival.
    pub number: u64,
    /// Its id in hexadecimal.
    pub id: String,
    /// The tick of the first message.
    pub first: u64,
    /// The tick of the last message, in or out.
    pub last: u64,
    /// Messages from the source.
    pub incoming: u64,
    /// Replies.
    pub outgoing: u64,
    /// Messages not read yet.
    pub unread: u64,
    /// Whether the last message has been answered, or was marked so.
    pub answered: bool,
    /// Marked as junk.
    pub junk: bool,
    /// Marked: someone's life may be in danger. Replies here go before all others.
    pub danger: bool,
    /// Who looks after it.
    pub owner: Option<String>,
    /// It uses the id of the conversation with this number without having its key: treat it as another person.
    pub posing_as: Option<u64>,
    /// The desk that it was written to, if this one has it as a member of that desk's team.
    pub via: Option<String>,
    /// The beginning of the last message from the source, on one line.
    pub preview: Text,
}

/// A conversation with its messages, oldest first.
#[derive(Debug, Clone, Serialize)]
pub struct Conversation {
    /// What the inbox shows of it.
    #[serde(flatten)]
    pub summary: Summary,
    /// The messages.
    pub messages: Vec<Message>,
    /// Messages of which pieces are missing.
    pub unfinished: Vec<Unfinished>,
    /// Messages that do not open because the vault was changed outside Subrosa.
    pub damaged: usize,
}

/// From whom a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the source.
    In,
    /// From the desk.
    Out,
}

/// What became of a message's receipt, or of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "state")]
pub enum Outcome {
    /// It waits for its place in the dead drop.
    Waiting,
    /// It has been seen in the dead drop.
    Published {
        /// The tick of its (last) record.
        at: u64,
    },
    /// The message cannot be read, and has no receipt.
    Unreadable,
}

/// A message.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// From whom.
    pub direction: Direction,
    /// The tick it came with, or was written in.
    pub at: u64,
    /// The text. Hostile until proven otherwise: to be shown as text only.
    pub text: Text,
    /// At least so many visits reached the slot that a tip left in. An unauthenticated upper bound in steps; 0 is "fewer than 10".
    pub crowd_at_least: Option<u64>,
    /// The slot of the visit that a tip left in, 0–255.
    pub slot: Option<u8>,
    /// Pieces of a tip, entries of a reply.
    pub pieces: u8,
    /// Entries of a reply that have been seen in the dead drop.
    pub published: u8,
    /// What became of the receipt, or of the reply.
    pub outcome: Outcome,
    /// When that is to be expected, if it has not happened yet.
    pub expected: Option<u64>,
    /// Why a message cannot be read.
    pub why: Option<String>,
}

/// A message of which pieces are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Unfinished {
    /// The tick of its first piece.
    pub since: u64,
    /// Pieces that are there.
    pub pieces: usize,
    /// Pieces that it has.
    pub of: u8,
}

/// What can be noted about a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// Read or unread.
    Read(bool),
    /// Answered, or waiting for an answer.
    Answered(bool),
    /// Junk: out of the inbox, receipts go out all the same.
    Junk(bool),
    /// Someone's life may be in danger.
    Danger(bool),
    /// Who looks after it.
    Owner(Option<String>),
}

/// How long a reply is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// Entries it takes.
    pub entries: usize,
    /// Entries it may take.
    pub of: usize,
    /// It takes more than that.
    pub too_long: bool,
    /// When its last entry would be published.
    pub published: Option<u64>,
}

/// A reply that was queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Queued {
    /// The conversation's number.
    pub conversation: u64,
    /// Entries it takes.
    pub entries: usize,
    /// When its last entry is expected to be published; not known before the site lists this desk.
    pub published: Option<u64>,
}

/// The receipts that wait.
#[derive(Debug, Clone, Serialize)]
pub struct Receipts {
    /// How many this desk may publish per tick.
    pub per_tick: usize,
    /// Oldest first.
    pub waiting: Vec<QueuedReceipt>,
}

/// A receipt that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct QueuedReceipt {
    /// The conversation's number.
    pub conversation: u64,
    /// The tick of the message.
    pub since: u64,
}

/// A week's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Week {
    /// Which week.
    pub week: u32,
    /// Its first second.
    pub from: u64,
    /// When its private keys are erased.
    pub erased: u64,
}

/// How the desk is.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// The desk's name.
    pub name: String,
    /// Its id in hexadecimal.
    pub desk: String,
    /// The newsroom's id in hexadecimal, once a certificate is installed.
    pub newsroom: Option<String>,
    /// When the certificate ends.
    pub certificate_until: Option<u64>,
    /// The site's tick.
    pub tick_secs: Option<u32>,
    /// When the next tick comes.
    pub next_tick: Option<u64>,
    /// Whether the site lists this desk, so that sources can write to it.
    pub listed: bool,
    /// Live desks of the site.
    pub desks: usize,
    /// When the last key list ends.
    pub keys_expire: Option<u64>,
    /// How the last contacts with the site went.
    pub contact: Contact,
    /// Batches read so far.
    pub batches_read: u64,
    /// Batches that the site never made, because it was down.
    pub batches_absent: u64,
    /// Batches that could not be fetched and are asked for again.
    pub batches_missed: u64,
    /// The tick of the newest batch read.
    pub last_batch: Option<u64>,
    /// Entries of replies that wait.
    pub parts_waiting: u64,
    /// Receipts that wait.
    pub receipts_waiting: u64,
    /// Receipts that this desk may publish per tick.
    pub receipts_per_tick: usize,
    /// When the last waiting reply is expected to be published.
    pub queue_empty_at: Option<u64>,
    /// Messages of which pieces are missing.
    pub unfinished: u64,
    /// The private keys there are.
    pub weeks: Vec<Week>,
    /// What a person should know of, oldest first.
    pub notes: Vec<Note>,
    /// The running daemon, if there is one.
    pub daemon: Option<String>,
    /// The vault's passphrase is stretched by less than it should be: a demonstration, not for real tips.
    pub weak_passphrase: bool,
}
