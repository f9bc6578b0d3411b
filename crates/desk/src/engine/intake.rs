//! Batches to messages.

use envelope::{
    batch::{Batch, Item},
    keys::{DeskWeek, KemSecret},
    message::{Assembly, JoinError},
    passphrase::ReplyKey,
    payload::{ConversationId, Fragment},
    time,
};
use sha2::{Digest, Sha256};
use vault::Tx;

use super::{DeskEngine, weeks};
use crate::{
    custody,
    error::{EngineError, StoreError},
    hold::{Fixed, Secret, Text},
    records::{
        self, ASSEMBLIES, AssemblyRecord, CONVERSATIONS, ConversationRecord, DESK, KNOWN,
        KnownRecord, MessageKind, MessageRecord, NUMBERS, Piece, Progress, RECEIPTS, ReceiptRecord,
        Via, known_id,
    },
    team,
};

/// Messages of one id that are told apart by their pieces.
const VARIANTS: u8 = 4;
/// Characters of a message that the inbox shows.
const PREVIEW: usize = 160;

/// What a batch held for this desk. Most items are for others, or for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Intake {
    /// Items in the batch.
    pub items: usize,
    /// Messages stored, each with its receipt queued.
    pub messages: usize,
    /// Pieces put by until the others of their message come.
    pub pieces: usize,
    /// Pieces that had come before.
    pub repeated: usize,
    /// Pieces refused: dated into the future, or of an id under which four other messages came.
    pub refused: usize,
    /// Messages complete and not to be read: kept as such, without a receipt.
    pub unreadable: usize,
}

impl DeskEngine {
    /// Takes `GET /desk/batch/<tick>`. All of it is on the disk when this returns, or nothing.
    ///
    /// # Errors
    /// [`EngineError`]; the batch is to be fetched again.
    pub fn take_batch(&self, tick: u64, bytes: &[u8], now: u64) -> Result<Intake, EngineError> {
        let length = self.fresh()?.contents.tick;
        let mut verified = Err(EngineError::NoKeys);
        for signer in self.signers(length.start(tick))? {
            verified = Batch::decode(bytes)?.verify(&self.site, &signer).map_err(Into::into);
            if verified.is_ok() {
                break;
            }
        }
        let batch = verified?;
        if batch.tick != tick || batch.length != length {
            return Err(EngineError::OtherBatch { want: tick, got: batch.tick });
        }
        let (keys, shared) =
            self.vault.read(|tx| Ok::<_, StoreError>((weeks::live(tx)?, team::keys(tx)?)))?;
        let (items, missed) = self.open_batch(&batch, &keys)?;
        let mut fragments = Vec::new();
        for item in &items {
            let open = |key| item.inner.open(&self.site, key).ok();
            let own = || keys.iter().find_map(|(_, key)| Some((open(key)?, None)));
            let team = || shared.iter().find_map(|(via, key)| Some((open(key)?, Some(via))));
            // What the mix fills a batch with opens to random bytes and ends here.
            let fragment = own().or_else(team).and_then(|(payload, via)| {
                let fragment = Fragment::decode(&payload).ok()?;
                Some(Came { fragment, piece: Piece(Secret(*payload)), item, via })
            });
            fragments.extend(fragment);
        }
        let at = length.start(tick);
        let intake = self.vault.write(|tx| -> Result<Intake, StoreError> {
            let (progress, intake) = (records::progress(tx)?, Intake::default());
            let mut work = Work { progress, intake, at, now, came: Vec::new() };
            work.intake.items = items.len();
            for came in fragments {
                work.take(tx, came)?;
            }
            if let Some(missed) = missed {
                work.progress.note(now, missed);
            }
            work.progress.batch_done(tick, super::span(length));
            work.progress.batches_read += 1;
            work.progress.last_batch = work.progress.last_batch.max(Some(tick));
            records::put(tx, DESK, Progress::ID, &work.progress)?;
            // After the progress was written: a parcel takes its number from there.
            for (conversation, number) in work.came {
                custody::share(tx, &conversation, number, None, now)?;
            }
            Ok(work.intake)
        })?;
        Ok(intake)
    }

    /// The items of a batch; none, with a note, if it was sealed for others or for keys that are gone.
    fn open_batch(
        &self,
        batch: &Batch,
        keys: &[(u32, KemSecret<DeskWeek>)],
    ) -> Result<(Vec<Item>, Option<String>), EngineError> {
        let weeks = batch.weeks_for(&self.id);
        if weeks.is_empty() {
            return Ok((Vec::new(), None));
        }
        // Several keys are of one week if the desk's team changed in it.
        let fitting: Vec<_> = keys.iter().filter(|(week, _)| weeks.contains(week)).collect();
        let open = |key| batch.open(&self.site, &self.id, key);
        let Some((_, key)) = fitting.first() else {
            let note = format!(
                "Batch {} was sealed for a key that this desk no longer has. If it held a message, that is lost, \
                 and its source has no receipt for it.",
                batch.tick
            );
            return Ok((Vec::new(), Some(note)));
        };
        match fitting.iter().find_map(|(_, key)| open(key).ok()).map_or_else(|| open(key), Ok) {
            Ok(items) => Ok((items, None)),
            Err(source) => Err(EngineError::Batch { tick: batch.tick, source }),
        }
    }
}

/// A piece of a message, opened.
struct Came<'a> {
    fragment: Fragment,
    piece: Piece,
    item: &'a Item,
    /// The desk that it was sealed to, if that is not this one.
    via: Option<&'a Via>,
}

/// One batch on its way into the vault.
struct Work {
    progress: Progress,
    intake: Intake,
    at: u64,
    now: u64,
    /// Messages that were stored: conversation and number.
    came: Vec<(ConversationId, u64)>,
}

impl Work {
    /// Finds where a fragment belongs: it repeats one that came, fits pieces that wait, or begins a message.
    fn take(&mut self, tx: &mut Tx<'_>, came: Came<'_>) -> Result<(), StoreError> {
        let Came { ref fragment, piece, item, via } = came;
        if fragment.reply_key.week() > time::week(self.now) + 1 {
            self.intake.refused += 1;
            return Ok(());
        }
        let digest = digest(fragment);
        for variant in 0..VARIANTS {
            let name = known_id(&fragment.conversation, &fragment.message, variant);
            if let Some(known) = records::get::<KnownRecord>(tx, KNOWN, &name, "a known message")? {
                let same = known.pieces.len() == usize::from(fragment.count)
                    && known.pieces.get(usize::from(fragment.index)) == Some(&digest);
                if !same || known.unreadable {
                    continue;
                }
                self.intake.repeated += 1;
                return self.repeat_receipt(tx, fragment, &known);
            }
            let stored = records::get(tx, ASSEMBLIES, &name, "an unfinished message")?;
            let mut record: AssemblyRecord = stored.unwrap_or(AssemblyRecord {
                since: self.at,
                crowd: item.crowd.code(),
                slot: item.slot,
                count: fragment.count,
                payloads: Vec::new(),
            });
            let mut pieces: Vec<Fragment> = record
                .payloads
                .iter()
                .filter_map(|payload| Fragment::decode(&payload.0.0).ok())
                .collect();
            let mut assembly = Assembly::begin(pieces.first().unwrap_or(fragment));
            for earlier in &pieces {
                // They were added without contradiction before.
                let _ = assembly.add(earlier);
            }
            let before = if pieces.is_empty() { usize::MAX } else { assembly.missing() };
            if assembly.add(fragment).is_err() {
                continue;
            }
            if assembly.missing() == before {
                self.intake.repeated += 1;
                return Ok(());
            }
            // The crowd of a message is that of its least covered piece.
            if item.crowd.code() < record.crowd {
                (record.crowd, record.slot) = (item.crowd.code(), item.slot);
            }
            let text = match assembly.text() {
                Ok(None) => {
                    record.payloads.push(piece);
                    self.intake.pieces += 1;
                    let source = Fixed(fragment.conversation.0);
                    return records::put_of(tx, ASSEMBLIES, &name, &source, &record);
                }
                Ok(Some(text)) => Ok(Text::new(text.as_str().to_owned())),
                Err(error) => Err(error),
            };
            tx.remove(ASSEMBLIES, &name)?;
            pieces.sort_by_key(|piece| piece.index);
            let mut digests: Vec<_> = pieces.iter().map(self::digest).collect();
            digests.insert(usize::from(fragment.index).min(digests.len()), digest);
            return self.store(tx, (fragment, via), &name, digests, &record, text);
        }
        self.intake.refused += 1;
        Ok(())
    }

    /// Stores a message and queues its receipt, in one transaction. What cannot be read is kept as such, without one.
    fn store(
        &mut self,
        tx: &mut Tx<'_>,
        (fragment, via): (&Fragment, Option<&Via>),
        name: &[u8],
        pieces: Vec<Fixed<16>>,
        record: &AssemblyRecord,
        text: Result<Text, JoinError>,
    ) -> Result<(), StoreError> {
        let (id, mut conversation) = self.conversation(tx, fragment)?;
        let number = conversation.next_message;
        if number == 0 {
            conversation.via = via.cloned();
        }
        let unreadable = text.is_err();
        let (text, kind) = match text {
            Ok(text) => {
                let kind = MessageKind::Incoming {
                    crowd: record.crowd,
                    slot: record.slot,
                    pieces: fragment.count,
                    // A receipt is the affair of the desk that was written to.
                    receipt_at: via.map(|_| self.at),
                    receipt_tick: None,
                };
                self.intake.messages += 1;
                (text, kind)
            }
            Err(error) => {
                let why = match error {
                    JoinError::Text => "What came is not text.",
                    _ => "What came does not unpack to a text of at most 262,144 bytes.",
                };
                self.intake.unreadable += 1;
                (Text::default(), MessageKind::Unreadable { why: why.to_owned() })
            }
        };
        if number == 0 {
            records::put(tx, NUMBERS, &conversation.number.to_be_bytes(), &Fixed(id.0))?;
        }
        conversation.next_message += 1;
        conversation.incoming += 1;
        conversation.unread += 1;
        conversation.answered = false;
        conversation.last = conversation.last.max(self.at);
        conversation.preview = preview(text.as_str());
        let message = MessageRecord { id: Fixed(fragment.message.0), at: self.at, text, kind };
        let (place, source) = (number.to_be_bytes(), Fixed(id.0));
        records::put_of(tx, records::messages(&id), &place, &source, &message)?;
        records::put_of(tx, CONVERSATIONS, &id.0, &source, &conversation)?;
        self.came.push((id, number));
        let known = KnownRecord { conversation: Fixed(id.0), number, pieces, unreadable };
        records::put(tx, KNOWN, name, &known)?;
        match unreadable || via.is_some() {
            true => Ok(()),
            false => self.queue_receipt(tx, &id, fragment, number),
        }
    }

    fn queue_receipt(
        &mut self,
        tx: &mut Tx<'_>,
        conversation: &ConversationId,
        fragment: &Fragment,
        number: u64,
    ) -> Result<(), StoreError> {
        let receipt = ReceiptRecord {
            conversation: Fixed(conversation.0),
            message: Fixed(fragment.message.0),
            number,
            since: self.at,
        };
        let queue = self.progress.next_queue().to_be_bytes();
        records::put(tx, RECEIPTS, &queue, &receipt)
    }

    /// A message that came again although its receipt was published: if that has left the dead drop's window by now,
    /// the source cannot have seen it, so it is published once more.
    fn repeat_receipt(
        &mut self,
        tx: &mut Tx<'_>,
        fragment: &Fragment,
        known: &KnownRecord,
    ) -> Result<(), StoreError> {
        let window = envelope::sizes::WINDOW_BLOCKS * envelope::sizes::RECORDS_PER_BLOCK as u64;
        let Some(tick) = self.progress.tick() else { return Ok(()) };
        let id = ConversationId(known.conversation.0);
        let place = known.number.to_be_bytes();
        let message: Option<MessageRecord> =
            records::get(tx, records::messages(&id), &place, "a message")?;
        let Some(mut message) = message else { return Ok(()) };
        let MessageKind::Incoming { receipt_tick, receipt_at, .. } = &mut message.kind else {
            return Ok(());
        };
        match *receipt_tick {
            Some(published) if published + window < tick.tick_at(self.at) => {
                (*receipt_tick, *receipt_at) = (None, None);
            }
            _ => return Ok(()),
        }
        records::put_of(tx, records::messages(&id), &place, &known.conversation, &message)?;
        self.queue_receipt(tx, &id, fragment, known.number)
    }

    /// The conversation that a fragment belongs to, with its reply key ratcheted to this week.
    fn conversation(
        &mut self,
        tx: &mut Tx<'_>,
        fragment: &Fragment,
    ) -> Result<(ConversationId, ConversationRecord), StoreError> {
        let id = fragment.conversation;
        let theirs = this_week(&fragment.reply_key, self.now);
        let stored: Option<ConversationRecord> =
            records::get(tx, CONVERSATIONS, &id.0, "a conversation")?;
        let Some(mut ours) = stored else {
            return Ok((id, self.begin(&theirs, None)));
        };
        let key = ours.reply_key()?;
        let same = key
            .ratchet_to(theirs.week().max(key.week()))
            .ok()
            .zip(theirs.ratchet_to(theirs.week().max(key.week())).ok())
            .is_some_and(|(a, b)| a.as_bytes() == b.as_bytes());
        if same {
            ours.set_reply_key(&this_week(&key, self.now));
            return Ok((id, ours));
        }
        // Someone uses the id of a conversation without having its passphrase. Their messages are kept apart, and the
        // conversation itself is not touched.
        let apart = Sha256::new()
            .chain_update(b"subrosa desk, kept apart")
            .chain_update(id.0)
            .chain_update(fragment.message.0)
            .finalize();
        let mut other = ConversationId([0; 16]);
        other.0.iter_mut().zip(apart).for_each(|(to, from)| *to = from);
        Ok((other, self.begin(&theirs, Some(ours.number))))
    }

    fn begin(&mut self, key: &ReplyKey, posing_as: Option<u64>) -> ConversationRecord {
        let number = self.progress.next_number();
        let key = (key.week(), Secret(*key.as_bytes()));
        let begun = ConversationRecord::begin(number, key.0, key.1, self.at);
        ConversationRecord { posing_as, ..begun }
    }
}

/// What a piece is, to know it again.
fn digest(fragment: &Fragment) -> Fixed<16> {
    let mut out = Fixed([0; 16]);
    out.0.iter_mut().zip(Sha256::digest(&fragment.body.0)).for_each(|(to, from)| *to = from);
    out
}

/// A reply key, moved forward to the present week if it is of an earlier one.
pub(crate) fn this_week(key: &ReplyKey, now: u64) -> ReplyKey {
    key.ratchet_to(time::week(now)).unwrap_or_else(|_| key.copy())
}

pub(crate) fn preview(text: &str) -> Text {
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = line.char_indices().nth(PREVIEW) {
        line.truncate(cut);
        line.push('…');
    }
    Text::new(line)
}
