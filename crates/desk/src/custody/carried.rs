//! What was handed over, at the desk that it comes to; and what comes later, in both directions.

use envelope::{keys::DeskId, payload::ConversationId};
use vault::Tx;

use super::hand::{Copied, HANDS, HandRecord, Handed, What, put};
use crate::{
    draft,
    error::StoreError,
    hold::{Fixed, Secret, Text},
    material,
    post::{self, About, Blobs, By, PostError, Said},
    records::{self, CONVERSATIONS, ConversationRecord, DESK, MessageRecord, NUMBERS, Progress},
    team,
};

/// Sends a message of a conversation to those who have it, too: what the source wrote to whom it was handed, what this desk answered
/// also to who handed it and to the team that it came to. Not to `from`, who sent it here.
pub(crate) fn share(
    tx: &mut Tx<'_>,
    conversation: &ConversationId,
    number: u64,
    from: Option<&Fixed<16>>,
    now: u64,
) -> Result<(), StoreError> {
    let source = Fixed(conversation.0);
    let place = number.to_be_bytes();
    let message: Option<MessageRecord> =
        records::get(tx, records::messages(conversation), &place, "a message")?;
    let (Some(message), Ok(me)) = (message, post::myself(tx)) else { return Ok(()) };
    let incoming = Copied::of(&message).incoming;
    for (id, record) in records::all::<HandRecord>(tx, HANDS)? {
        let Ok(id) = id.as_slice().try_into().map(Fixed) else { continue };
        let of = record.follows && record.back.is_none() && record.source == Some(source);
        if !of || Some(&record.desk) == from || (incoming && !record.gave) {
            continue;
        }
        let what = What::More { conversation: source, message: Copied::of(&message) };
        let said = Said::Handed(Handed { id, why: Text::default(), what });
        let address = (&DeskId(record.desk.0), record.name.as_str());
        let about = About { what: "a further message", source: Some(&source) };
        let sent = post::enqueue(tx, &me, address, &said, &Vec::new(), about, now);
        noted(tx, sent, now)?;
    }
    // Each of the team opens for itself what the source writes, and tells the others what it answers.
    let told = match from {
        Some(from) => team::mates(tx, &source)?.iter().any(|mate| mate.id == *from),
        None => false,
    };
    if !incoming && !told {
        let sent = team::answered(tx, &source, Copied::of(&message), now);
        noted(tx, sent, now)?;
    }
    Ok(())
}

/// Whether a conversation was handed to this desk.
pub(crate) fn was_handed(tx: &Tx<'_>, source: &Fixed<16>) -> Result<bool, StoreError> {
    let all = records::all::<HandRecord>(tx, HANDS)?;
    Ok(all.iter().any(|(_, hand)| !hand.gave && hand.source == Some(*source)))
}

/// What cannot be sent to a colleague does not stop what is done here: the status page says so.
fn noted(tx: &mut Tx<'_>, sent: Result<(), PostError>, now: u64) -> Result<(), StoreError> {
    match sent {
        Ok(()) => Ok(()),
        Err(PostError::Store(error)) => Err(error),
        Err(error) => {
            let mut progress = records::progress(tx)?;
            progress.note(now, format!("A further message did not go to a colleague: {error}"));
            records::put(tx, DESK, Progress::ID, &progress)
        }
    }
}

/// Takes what a colleague hands over.
pub(crate) fn handed(
    tx: &mut Tx<'_>,
    by: &By,
    handed: Handed,
    blobs: &Blobs,
    now: u64,
) -> Result<String, PostError> {
    let Handed { id, why, what } = handed;
    let follows = matches!(what, What::Conversation { .. });
    let (label, source) = match what {
        What::Conversation { conversation, week, key, first, danger, messages } => {
            let label = "a conversation".to_owned();
            begin(tx, &conversation, (week, key), (first, danger), now)?;
            for message in messages {
                add(tx, &conversation, message, now)?;
            }
            (label, Some(conversation))
        }
        What::More { conversation, message } => {
            let known: Option<HandRecord> = records::get(tx, HANDS, &id.0, "a hand-over")?;
            let fitting = |r: &HandRecord| {
                // The source's words come from who gave them only; answers from either side.
                let may = if message.incoming { !r.gave } else { r.follows };
                may && r.desk == by.id && r.back.is_none() && r.source == Some(conversation)
            };
            if !known.as_ref().is_some_and(fitting) {
                return Err(PostError::File(
                    "a message came of a conversation that is not handed over",
                ));
            }
            more(tx, &conversation, message, &by.id, now)?;
            return Ok("a further message".to_owned());
        }
        What::Document { name, at, of } => {
            let bytes = blobs.first().ok_or(PostError::Unknown)?;
            let number = material::receive(tx, name, bytes, at, of)?;
            (format!("document {number}"), of)
        }
        What::Ledger { toml, files } => {
            let files = files.into_iter().zip(blobs.iter().map(|blob| blob.to_vec()));
            draft::take_ledger(tx, &toml, files.collect())
                .map_err(|_| PostError::File("a ledger came that contradicts this desk's own"))?;
            ("the ledger".to_owned(), None)
        }
    };
    let record = HandRecord {
        gave: false,
        desk: by.id,
        name: by.name.clone(),
        what: label.clone(),
        source,
        why: why.as_str().to_owned(),
        at: by.at,
        follows,
        back: None,
    };
    put(tx, &id, &record)?;
    Ok(label)
}

/// Takes a conversation in, unless it is here.
fn begin(
    tx: &mut Tx<'_>,
    conversation: &Fixed<16>,
    (week, key): (u32, Secret<32>),
    (first, danger): (u64, bool),
    now: u64,
) -> Result<(), StoreError> {
    if tx.has(CONVERSATIONS, &conversation.0)? {
        return Ok(());
    }
    let mut progress = records::progress(tx)?;
    let number = progress.next_number();
    records::put(tx, DESK, Progress::ID, &progress)?;
    records::put(tx, NUMBERS, &number.to_be_bytes(), conversation)?;
    let mut record = ConversationRecord::begin(number, week, key, first);
    record.danger = danger;
    // So that it can be answered in this week.
    let key = crate::engine::this_week(&record.reply_key()?, now);
    record.set_reply_key(&key);
    records::put_of(tx, CONVERSATIONS, &conversation.0, conversation, &record)
}

/// Takes a message that came later, and sends it on to those to whom this desk handed the conversation.
pub(crate) fn more(
    tx: &mut Tx<'_>,
    conversation: &Fixed<16>,
    message: Copied,
    from: &Fixed<16>,
    now: u64,
) -> Result<(), StoreError> {
    match add(tx, conversation, message, now)? {
        Some(number) => share(tx, &ConversationId(conversation.0), number, Some(from), now),
        None => Ok(()),
    }
}

/// Adds a message to a conversation, unless it is there; its number.
fn add(
    tx: &mut Tx<'_>,
    conversation: &Fixed<16>,
    message: Copied,
    now: u64,
) -> Result<Option<u64>, StoreError> {
    let id = ConversationId(conversation.0);
    let stored: Option<ConversationRecord> =
        records::get(tx, CONVERSATIONS, &conversation.0, "a conversation")?;
    let Some(mut record) = stored else { return Ok(None) };
    for known in tx.list(records::messages(&id))?.records {
        let known: MessageRecord = records::decode("a message", &known)?;
        if known.id == message.id {
            return Ok(None);
        }
    }
    record.last = record.last.max(message.at);
    match message.incoming {
        true => {
            record.incoming += 1;
            record.unread += 1;
            record.answered = false;
            record.preview = crate::engine::preview(message.text.as_str());
        }
        false => {
            record.outgoing += 1;
            record.answered = true;
        }
    }
    let number = record.next_message;
    record.next_message += 1;
    let message = message.stored(now);
    records::put_of(tx, records::messages(&id), &number.to_be_bytes(), conversation, &message)?;
    records::put_of(tx, CONVERSATIONS, &conversation.0, conversation, &record)?;
    Ok(Some(number))
}

/// A colleague takes something back.
pub(crate) fn taken_back(
    tx: &mut Tx<'_>,
    by: &By,
    what: &Fixed<16>,
    why: &str,
    now: u64,
) -> Result<String, StoreError> {
    let record: Option<HandRecord> = records::get(tx, HANDS, &what.0, "a hand-over")?;
    let Some(mut record) = record.filter(|r| !r.gave && r.desk == by.id) else {
        return Ok("something taken back that is not here".to_owned());
    };
    record.back = Some((now, why.chars().take(super::WHY).collect()));
    put(tx, what, &record)?;
    Ok(format!("{} is taken back: do not use it any more", record.what))
}
