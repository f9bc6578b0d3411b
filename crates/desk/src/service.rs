//! What a person at the desk can do. The local page and the commands are two faces of this one layer, and both may
//! be used beside the running daemon: they share nothing but the vault.

mod queue;
mod view;

use std::sync::Arc;

use envelope::{
    crowd::Crowd,
    message::{self, SplitError},
    payload::ConversationId,
    reply::{self, ReplyId},
    sizes,
    time::TickLength,
};
use vault::{Tx, Vault};

pub use self::view::{
    Conversation, Direction, Filter, Inbox, Mark, Measure, Message, Outcome, Queued, QueuedReceipt,
    Receipts, Status, Summary, Unfinished, Week,
};
use crate::{
    custody,
    engine::{erased_at, weeks::week_of},
    error::{DeskError, StoreError},
    hold::{Bytes, Fixed, Text},
    http::{SiteAddress, SiteClient},
    identity,
    records::{
        self, ASSEMBLIES, AssemblyRecord, CONVERSATIONS, Contact, ConversationRecord, DESK,
        MessageKind, MessageRecord, NUMBERS, PARTS, PartRecord, RECEIPTS, ReceiptRecord, WEEKS,
    },
    story::StoryError,
    team,
};

/// The site's address.
const SITE: &[u8] = b"site";
/// Longest name of an owner, in characters.
const OWNER: usize = 60;

/// A desk as a person uses it.
#[derive(Clone)]
pub struct Desk {
    vault: Arc<Vault>,
}

impl Desk {
    /// The desk of a vault.
    #[must_use]
    pub fn new(vault: Arc<Vault>) -> Self {
        Self { vault }
    }

    /// The vault, for the daemon.
    #[must_use]
    pub fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// Remembers where the newsroom's site is, so that a page can be brought there.
    ///
    /// # Errors
    /// [`DeskError`] of the vault.
    pub fn remember_site(&self, site: &SiteAddress) -> Result<(), DeskError> {
        Ok(self.vault.write(|tx| records::put(tx, DESK, SITE, &site.to_string()))?)
    }

    /// A client of the newsroom's site.
    ///
    /// # Errors
    /// [`StoryError::Input`] before the daemon has ever run.
    pub fn client(&self) -> Result<SiteClient, StoryError> {
        let site: Option<String> =
            self.vault.read(|tx| records::get(tx, DESK, SITE, "the site's address"))?;
        let none = || {
            StoryError::Input("This desk does not know the site yet: run its daemon once.".into())
        };
        let address: SiteAddress = site.ok_or_else(none)?.parse().map_err(|_| none())?;
        Ok(SiteClient::new(&address))
    }

    /// The conversations, newest first; those with danger to life before all others.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn inbox(&self, filter: Filter) -> Result<Inbox, DeskError> {
        self.vault.read(|tx| {
            let listing = tx.list(CONVERSATIONS)?;
            let mut damaged = listing.damaged;
            let mut all = Vec::with_capacity(listing.records.len());
            for record in listing.records {
                match records::decode::<ConversationRecord>("a conversation", &record) {
                    Ok(conversation) => all.push(summary(&record.id, &conversation)),
                    Err(_) => damaged += 1,
                }
            }
            let mut inbox = Inbox { damaged, ..Inbox::default() };
            for one in &all {
                inbox.unread += u64::from(one.unread > 0 && !one.junk);
                inbox.junk += u64::from(one.junk);
                inbox.unanswered += u64::from(!one.answered && !one.junk);
                inbox.all += 1;
            }
            inbox.unfinished = tx.count(ASSEMBLIES)?;
            all.retain(|one| filter.takes(one));
            all.sort_by_key(|one| std::cmp::Reverse((one.danger, one.last, one.number)));
            inbox.conversations = all;
            Ok(inbox)
        })
    }

    /// One conversation with all its messages. `which` is its number or the beginning of its id.
    ///
    /// # Errors
    /// [`DeskError::NoConversation`], [`DeskError::Ambiguous`].
    pub fn show(&self, which: &str, now: u64) -> Result<Conversation, DeskError> {
        self.vault.read(|tx| {
            let (id, record) = find(tx, which)?;
            let forecast = queue::Forecast::read(tx, now)?;
            let conversation = ConversationId(id.0);
            let listing = tx.list(records::messages(&conversation))?;
            let mut damaged = listing.damaged;
            let mut messages = Vec::with_capacity(listing.records.len());
            for stored in &listing.records {
                let number = <[u8; 8]>::try_from(stored.id.as_slice()).map(u64::from_be_bytes);
                match (number, records::decode::<MessageRecord>("a message", stored)) {
                    (Ok(number), Ok(message)) => {
                        messages.push(message_view(&conversation, number, message, &forecast));
                    }
                    _ => damaged += 1,
                }
            }
            let unfinished = tx
                .list(ASSEMBLIES)?
                .records
                .iter()
                .filter(|stored| stored.id.starts_with(&id.0))
                .filter_map(|stored| {
                    records::decode::<AssemblyRecord>("an unfinished message", stored).ok()
                })
                .map(|assembly| Unfinished {
                    since: assembly.since,
                    pieces: assembly.payloads.len(),
                    of: assembly.count,
                })
                .collect();
            Ok(Conversation { summary: summary(&id.0, &record), messages, unfinished, damaged })
        })
    }

    /// Says that a conversation has been read.
    ///
    /// # Errors
    /// As [`Desk::show`].
    pub fn mark_read(&self, which: &str) -> Result<(), DeskError> {
        self.change(which, None, |record| record.unread = 0).map(|_| ())
    }

    /// Changes what the desk notes about a conversation.
    ///
    /// # Errors
    /// As [`Desk::show`]; [`DeskError::Input`] for an owner's name that is too long or has control characters.
    pub fn mark(&self, which: &str, mark: Mark, now: u64) -> Result<Summary, DeskError> {
        if let Mark::Owner(Some(name)) = &mark
            && (name.chars().count() > OWNER || name.chars().any(char::is_control))
        {
            return Err(DeskError::Input("an owner's name has at most 60 plain characters"));
        }
        let told = !matches!(mark, Mark::Read(_) | Mark::Answered(_));
        self.change(which, told.then_some(now), |record| match mark {
            Mark::Read(yes) => record.unread = u64::from(!yes),
            Mark::Answered(yes) => record.answered = yes,
            Mark::Junk(yes) => record.junk = yes,
            Mark::Danger(yes) => record.danger = yes,
            Mark::Owner(owner) => {
                record.owner = owner.map(|name| name.trim().to_owned()).filter(|n| !n.is_empty());
            }
        })
    }

    /// Changes a conversation; its team is told if there is a moment for it.
    fn change(
        &self,
        which: &str,
        told: Option<u64>,
        change: impl FnOnce(&mut ConversationRecord),
    ) -> Result<Summary, DeskError> {
        self.vault.write(|tx| {
            let (id, mut record) = find(tx, which)?;
            change(&mut record);
            records::put_of(tx, CONVERSATIONS, &id.0, &id, &record)?;
            if let Some(now) = told {
                team::marked(tx, &id, &record, now)?;
            }
            Ok(summary(&id.0, &record))
        })
    }

    /// How much room a reply takes, and when its last part would be published if it were sent now.
    ///
    /// # Errors
    /// [`DeskError`] of the vault; a text that does not fit is an answer, not an error.
    pub fn measure(&self, text: &str, now: u64) -> Result<Measure, DeskError> {
        let text = plain(text);
        let (entries, too_long) = match message::pieces(&text, sizes::ENTRY_BODY, sizes::MAX_PARTS)
        {
            Ok(pieces) => (pieces.len(), false),
            Err(SplitError::Empty) => (0, false),
            Err(SplitError::TooLong { pieces, .. }) => (pieces, true),
        };
        let published = self.vault.read(|tx| {
            let forecast = queue::Forecast::read(tx, now)?;
            Ok::<_, DeskError>(forecast.end_of(entries.min(sizes::MAX_PARTS)))
        })?;
        Ok(Measure { entries, of: sizes::MAX_PARTS, too_long, published })
    }

    /// Queues a reply. It is published as entries of the dead drop, one per tick of this desk.
    ///
    /// # Errors
    /// [`DeskError::Reply`] if it is empty or too long; nothing is queued then.
    pub fn reply(&self, which: &str, text: &str, now: u64) -> Result<Queued, DeskError> {
        let text = plain(text);
        if text.trim().is_empty() {
            return Err(SplitError::Empty.into());
        }
        self.vault.write(|tx| {
            let (id, mut record) = find(tx, which)?;
            let mut progress = records::progress(tx)?;
            let tick = progress.tick().unwrap_or(TickLength::HOUR);
            let written = tick.start(tick.tick_at(now));
            let reply = ReplyId(tx.random());
            let parts = reply::split(&text, reply, written)?;
            let number = record.next_message;
            let queue = progress.next_queue();
            let count = u8::try_from(parts.len()).unwrap_or(u8::MAX);
            for part in &parts {
                let stored = PartRecord {
                    conversation: id,
                    reply: Fixed(reply.0),
                    number,
                    index: part.index,
                    count: part.count,
                    written,
                    body: Bytes(part.body.0.clone()),
                };
                records::put_of(tx, PARTS, &part_id(queue, part.index), &id, &stored)?;
            }
            let message = MessageRecord {
                id: Fixed(reply.0),
                at: written,
                text: Text::new(text.clone()),
                kind: MessageKind::Outgoing { parts: count, published: 0, published_at: None },
            };
            let conversation = ConversationId(id.0);
            let place = number.to_be_bytes();
            records::put_of(tx, records::messages(&conversation), &place, &id, &message)?;
            record.next_message += 1;
            record.outgoing += 1;
            record.answered = true;
            record.last = record.last.max(written);
            records::put_of(tx, CONVERSATIONS, &id.0, &id, &record)?;
            records::put(tx, DESK, records::Progress::ID, &progress)?;
            // After the progress was written: a parcel takes its number from there.
            custody::share(tx, &conversation, number, None, now)?;
            let forecast = queue::Forecast::read(tx, now)?;
            Ok(Queued {
                conversation: record.number,
                entries: parts.len(),
                published: forecast.part(&part_id(queue, count.saturating_sub(1))),
            })
        })
    }

    /// The receipts that wait to be published.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn receipts(&self, now: u64) -> Result<Receipts, DeskError> {
        self.vault.read(|tx| {
            let forecast = queue::Forecast::read(tx, now)?;
            let mut waiting = Vec::new();
            for (_, receipt) in records::all::<ReceiptRecord>(tx, RECEIPTS)? {
                let conversation: Option<ConversationRecord> =
                    records::get(tx, CONVERSATIONS, &receipt.conversation.0, "a conversation")?;
                waiting.push(QueuedReceipt {
                    conversation: conversation.map_or(0, |conversation| conversation.number),
                    since: receipt.since,
                });
            }
            Ok(Receipts { per_tick: forecast.receipts_per_tick(), waiting })
        })
    }

    /// Everything that the status page shows.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn status(&self, now: u64) -> Result<Status, DeskError> {
        let daemon = vault::DaemonLock::holder(self.vault.dir()).map(|holder| holder.to_string());
        let weak_passphrase = self.vault.is_weak();
        self.vault.read(|tx| {
            let identity = records::identity(tx)?.ok_or(DeskError::NoDesk)?;
            let certificate = identity::certificate(&identity);
            let progress = records::progress(tx)?;
            let contact: Option<Contact> = records::get(tx, DESK, Contact::ID, "contact")?;
            let forecast = queue::Forecast::read(tx, now)?;
            let mut weeks: Vec<Week> = tx
                .list(WEEKS)?
                .records
                .iter()
                .filter_map(|record| {
                    let week = week_of(&record.id)?;
                    let from = envelope::time::week_start(week);
                    Some(Week { week, from, erased: erased_at(week) })
                })
                .collect();
            // Several keys are of one week if the desk's team changed in it.
            weeks.dedup_by_key(|one| one.week);
            Ok(Status {
                name: identity.name.clone(),
                desk: identity.signing().verifying().desk_id().to_string(),
                newsroom: identity.site_id().map(|site| site.to_string()),
                certificate_until: certificate.map(|certificate| certificate.not_after),
                tick_secs: progress.tick().map(TickLength::secs),
                next_tick: progress.tick().map(|tick| tick.start(tick.tick_at(now) + 1)),
                listed: progress.index.is_some(),
                desks: progress.desks,
                keys_expire: (progress.keys_expire > 0).then_some(progress.keys_expire),
                contact: contact.unwrap_or_default(),
                batches_read: progress.batches_read,
                batches_absent: progress.batches_absent,
                batches_missed: progress.missed.len() as u64,
                last_batch: progress
                    .tick()
                    .zip(progress.last_batch)
                    .map(|(tick, batch)| tick.start(batch)),
                parts_waiting: tx.count(PARTS)?,
                receipts_waiting: tx.count(RECEIPTS)?,
                receipts_per_tick: forecast.receipts_per_tick(),
                queue_empty_at: forecast.end_of(0),
                unfinished: tx.count(ASSEMBLIES)?,
                weeks,
                notes: progress.notes,
                daemon,
                weak_passphrase,
            })
        })
    }
}

/// The queue id of a part.
pub(crate) fn part_id(queue: u64, index: u8) -> Vec<u8> {
    [queue.to_be_bytes().as_slice(), &[index]].concat()
}

/// Forms send line ends as CR LF.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// The numbers and ids of all conversations.
pub(crate) fn numbers(tx: &Tx<'_>) -> Result<Vec<(u64, Fixed<16>)>, StoreError> {
    let all = records::all::<ConversationRecord>(tx, CONVERSATIONS)?;
    let mut all: Vec<(u64, Fixed<16>)> = all
        .into_iter()
        .filter_map(|(id, record)| Some((record.number, Fixed(id.as_slice().try_into().ok()?))))
        .collect();
    all.sort_unstable();
    Ok(all)
}

/// The id of a conversation, which is what a source is called.
pub(crate) fn source(tx: &Tx<'_>, which: &str) -> Result<Fixed<16>, DeskError> {
    Ok(find(tx, which)?.0)
}

pub(crate) fn find(tx: &Tx<'_>, which: &str) -> Result<(Fixed<16>, ConversationRecord), DeskError> {
    let which = which.trim().to_lowercase();
    let missing = || DeskError::NoConversation(which.clone());
    let named: Option<Fixed<16>> = match which.parse::<u64>() {
        Ok(number) => records::get(tx, NUMBERS, &number.to_be_bytes(), "a conversation's number")?,
        Err(_) => None,
    };
    let id = match named {
        Some(id) => id,
        None if which.len() < 4 => return Err(missing()),
        None => {
            let all = tx.list(CONVERSATIONS)?.records;
            let mut fitting = all.iter().filter(|one| hex::encode(&one.id).starts_with(&which));
            let first = fitting.next().ok_or_else(missing)?;
            if fitting.next().is_some() {
                return Err(DeskError::Ambiguous(which));
            }
            let id = first.id.as_slice().try_into();
            Fixed(id.map_err(|_| StoreError::Content("a conversation's id"))?)
        }
    };
    let record = records::get(tx, CONVERSATIONS, &id.0, "a conversation")?;
    Ok((id, record.ok_or_else(missing)?))
}

fn summary(id: &[u8], record: &ConversationRecord) -> Summary {
    Summary {
        number: record.number,
        id: hex::encode(id),
        first: record.first,
        last: record.last,
        incoming: record.incoming,
        outgoing: record.outgoing,
        unread: record.unread,
        answered: record.answered,
        junk: record.junk,
        danger: record.danger,
        owner: record.owner.clone(),
        posing_as: record.posing_as,
        via: record.via.as_ref().map(|via| via.name.clone()),
        preview: record.preview.clone(),
    }
}

fn message_view(
    conversation: &ConversationId,
    number: u64,
    message: MessageRecord,
    forecast: &queue::Forecast,
) -> Message {
    let mut view = Message {
        direction: Direction::In,
        at: message.at,
        text: message.text.clone(),
        crowd_at_least: None,
        slot: None,
        pieces: 1,
        published: 0,
        outcome: Outcome::Unreadable,
        expected: None,
        why: None,
    };
    match message.kind {
        MessageKind::Incoming { crowd, slot, pieces, receipt_at, .. } => {
            view.crowd_at_least = Some(Crowd::from_code(crowd).at_least());
            view.slot = Some(slot);
            view.pieces = pieces;
            view.outcome = receipt_at.map_or(Outcome::Waiting, |at| Outcome::Published { at });
            if receipt_at.is_none() {
                view.expected = forecast.receipt(conversation, number);
            }
        }
        MessageKind::Unreadable { why } => view.why = Some(why),
        MessageKind::Outgoing { parts, published, published_at } => {
            view.direction = Direction::Out;
            view.pieces = parts;
            view.published = u8::try_from(published.count_ones()).unwrap_or(u8::MAX);
            view.outcome = published_at.map_or(Outcome::Waiting, |at| Outcome::Published { at });
            if published_at.is_none() {
                view.expected = forecast.reply(conversation, number);
            }
        }
    }
    view
}
