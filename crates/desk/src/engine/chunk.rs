//! What has really been published, and what goes back to the queue.

use envelope::{
    bundle::Bundle,
    drop::{Chunk, Record},
    payload::ConversationId,
    sizes,
    time::week_start,
};
use vault::Tx;

use super::{DeskEngine, intake::this_week, weeks};
use crate::{
    custody,
    error::{EngineError, StoreError},
    hold::Fixed,
    records::{
        self, ASSEMBLIES, AssemblyRecord, CONVERSATIONS, ConversationRecord, DESK, MessageKind,
        MessageRecord, OFFERS, OfferRecord, PARTS, PartRecord, Progress, RECEIPTS, ReceiptRecord,
    },
    team,
};

/// An offer that has not been seen for so many ticks has left the window: it goes back to the queue.
const WINDOW: u64 = (sizes::WINDOW_BLOCKS + 1) * sizes::RECORDS_PER_BLOCK as u64;
/// Pieces wait this many seconds for the others of their message.
const PIECES_KEPT: u64 = 28 * 86_400;

/// What a chunk of the dead drop showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Receipts of this desk that are published.
    pub receipts: usize,
    /// Parts of replies of this desk that are published.
    pub parts: usize,
    /// Receipts and parts that were offered and are not there: they are offered again.
    pub requeued: usize,
}

impl DeskEngine {
    /// Takes `GET /drop/live` or `GET /drop/<block>`.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was taken off the queue.
    pub fn take_chunk(&self, bytes: &[u8]) -> Result<Seen, EngineError> {
        let list = self.fresh()?;
        let untrusted = Chunk::decode(bytes)?;
        // Only the present signer: a former one must not be able to make a desk believe that it has answered.
        let chunk = untrusted.verify(&self.site, &list.signer)?;
        if chunk.tick != list.contents.tick {
            return Err(envelope::DecodeError::Value {
                what: "dead-drop chunk",
                why: "its tick is not that of the key list",
            }
            .into());
        }
        let seen = self.vault.write(|tx| -> Result<Seen, StoreError> {
            let mut progress = records::progress(tx)?;
            let mut seen = Seen::default();
            for (tick, record) in chunk.ticks() {
                resolve(tx, tick, Some(record), chunk.tick.start(tick), &mut seen)?;
                progress.next_record = progress.next_record.max(tick + 1);
            }
            records::put(tx, DESK, Progress::ID, &progress)?;
            Ok(seen)
        })?;
        Ok(seen)
    }

    /// The end of a round: ratchets every reply key to the present week, erases desk keys whose time is over, gives
    /// up pieces that have waited for four weeks.
    ///
    /// # Errors
    /// [`EngineError::NoKeys`] unless a fresh key list has confirmed the time in this round.
    pub fn tidy(&self, now: u64) -> Result<(), EngineError> {
        let length = self.fresh()?.contents.tick;
        let current = length.tick_at(now);
        let erased = self.vault.write(|tx| -> Result<bool, StoreError> {
            let mut progress = records::progress(tx)?;
            let mut seen = Seen::default();
            for record in tx.list(OFFERS)?.records {
                let tick = <[u8; 8]>::try_from(record.id.as_slice()).map_or(0, u64::from_be_bytes);
                if tick + WINDOW < current {
                    resolve(tx, tick, None, now, &mut seen)?;
                }
            }
            let week = envelope::time::week(now);
            let caught_up =
                progress.missed.is_empty() && progress.next_batch + super::GONE_AFTER >= current;
            let mut erased = weeks::forget(tx, now, caught_up)? | team::forget(tx, now)?;
            if progress.ratcheted < week {
                ratchet(tx, now)?;
                progress.ratcheted = week;
                erased = true;
            }
            give_up(tx, &mut progress, now)?;
            records::put(tx, DESK, Progress::ID, &progress)?;
            Ok(erased | custody::expire(tx, now)?)
        })?;
        if erased {
            self.vault.scrub()?;
        }
        Ok(())
    }
}

/// Settles what was offered for a tick, now that its record is known (`None`: it never will be).
fn resolve(
    tx: &mut Tx<'_>,
    tick: u64,
    record: Option<&Record>,
    at: u64,
    seen: &mut Seen,
) -> Result<(), StoreError> {
    let id = tick.to_be_bytes();
    let offer: Option<OfferRecord> = records::get(tx, OFFERS, &id, "a bundle")?;
    let Some(offer) = offer else { return Ok(()) };
    let offered_entry =
        Bundle::decode(&offer.bundle.0).ok().and(offer.bundle.0.get(32..32 + sizes::ENTRY));
    if let Some(part) = &offer.part {
        let there = record.is_some_and(|record| offered_entry == Some(record.entry().as_slice()));
        if there {
            seen.parts += 1;
            part_published(tx, &part.0, at)?;
        } else {
            seen.requeued += 1;
        }
    }
    let published: Vec<_> = record.map(|record| record.receipts().collect()).unwrap_or_default();
    for (queue, tag) in &offer.receipts {
        if published.iter().any(|there| there.0 == tag.0) {
            seen.receipts += 1;
            receipt_published(tx, &queue.0, tick, at)?;
        } else {
            seen.requeued += 1;
        }
    }
    tx.remove(OFFERS, &id)?;
    Ok(())
}

fn part_published(tx: &mut Tx<'_>, queue: &[u8], at: u64) -> Result<(), StoreError> {
    let part: Option<PartRecord> = records::get(tx, PARTS, queue, "a part of a reply")?;
    let Some(part) = part else { return Ok(()) };
    tx.remove(PARTS, queue)?;
    let conversation = ConversationId(part.conversation.0);
    update_message(tx, &conversation, part.number, |kind| {
        if let MessageKind::Outgoing { parts, published, published_at } = kind {
            *published |= 1u8.checked_shl(u32::from(part.index)).unwrap_or(0);
            if published.count_ones() >= u32::from(*parts) {
                *published_at = Some(at);
            }
        }
    })
}

fn receipt_published(tx: &mut Tx<'_>, queue: &[u8], tick: u64, at: u64) -> Result<(), StoreError> {
    let receipt: Option<ReceiptRecord> = records::get(tx, RECEIPTS, queue, "a receipt")?;
    let Some(receipt) = receipt else { return Ok(()) };
    tx.remove(RECEIPTS, queue)?;
    let conversation = ConversationId(receipt.conversation.0);
    update_message(tx, &conversation, receipt.number, |kind| {
        if let MessageKind::Incoming { receipt_at, receipt_tick, .. } = kind {
            (*receipt_at, *receipt_tick) = (Some(at), Some(tick));
        }
    })
}

fn update_message(
    tx: &mut Tx<'_>,
    conversation: &ConversationId,
    number: u64,
    change: impl FnOnce(&mut MessageKind),
) -> Result<(), StoreError> {
    let shelf = records::messages(conversation);
    let place = number.to_be_bytes();
    let message: Option<MessageRecord> = records::get(tx, shelf, &place, "a message")?;
    let Some(mut message) = message else { return Ok(()) };
    change(&mut message.kind);
    records::put_of(tx, shelf, &place, &Fixed(conversation.0), &message)
}

/// Moves every conversation's reply key to the present week. The earlier ones are gone after this.
fn ratchet(tx: &mut Tx<'_>, now: u64) -> Result<(), StoreError> {
    for (id, mut conversation) in records::all::<ConversationRecord>(tx, CONVERSATIONS)? {
        let Ok(source) = id.as_slice().try_into().map(Fixed) else { continue };
        let key = conversation.reply_key()?;
        let next = this_week(&key, now);
        if next.week() != key.week() {
            conversation.set_reply_key(&next);
            records::put_of(tx, CONVERSATIONS, &id, &source, &conversation)?;
        }
    }
    Ok(())
}

/// Loss is noticed: pieces that waited too long are given up, with a note.
fn give_up(tx: &mut Tx<'_>, progress: &mut Progress, now: u64) -> Result<(), StoreError> {
    for (id, assembly) in records::all::<AssemblyRecord>(tx, ASSEMBLIES)? {
        if assembly.since + PIECES_KEPT > now {
            continue;
        }
        tx.remove(ASSEMBLIES, &id)?;
        let conversation: Option<ConversationRecord> = match id.get(..16) {
            Some(id) => records::get(tx, CONVERSATIONS, id, "a conversation")?,
            None => None,
        };
        let whose = match conversation {
            Some(conversation) => format!("in conversation {}", conversation.number),
            None => "of a conversation that never began".to_owned(),
        };
        progress.note(
            now,
            format!(
                "Of a message {whose} only {} of {} pieces came within four weeks. It was given up; its source has \
                 no receipt for it.",
                assembly.payloads.len(),
                assembly.count
            ),
        );
    }
    Ok(())
}

/// The last second of the week after which a week's private keys are erased; for the status page.
pub(crate) fn erased_at(week: u32) -> u64 {
    week_start(week) + weeks::KEPT
}
