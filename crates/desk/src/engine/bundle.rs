//! The one bundle of a tick: what the desk's share of the next record allows, and random bytes otherwise.

use std::collections::HashSet;

use envelope::{
    bundle::Bundle,
    drop::Share,
    passphrase::ReceiptTag,
    payload::{Body, ConversationId, MessageId},
    reply::{self, Part, ReplyId},
    sizes,
    time::TickLength,
};
use vault::Tx;

use super::{DeskEngine, weeks};
use crate::{
    error::{EngineError, StoreError},
    hold::{Bytes, Fixed},
    records::{
        self, CONVERSATIONS, ConversationRecord, OFFERS, OfferRecord, PARTS, PartRecord, RECEIPTS,
        ReceiptRecord,
    },
};

/// A bundle to be posted.
pub struct Outgoing {
    /// The tick it is meant for.
    pub tick: u64,
    /// 2,846 bytes for `POST /desk/bundle`.
    pub bytes: Vec<u8>,
    /// Whether the site has taken it already: then nothing more is sent in this tick.
    pub sent: bool,
}

impl DeskEngine {
    /// The bundle for the next tick. Asked again within a tick it is the same one.
    ///
    /// # Errors
    /// [`EngineError::NoKeys`] before [`DeskEngine::take_keys`].
    pub fn bundle(&self, now: u64) -> Result<Outgoing, EngineError> {
        let length = self.fresh()?.contents.tick;
        let tick = length.tick_at(now) + 1;
        let outgoing = self.vault.write(|tx| -> Result<Outgoing, EngineError> {
            let id = tick.to_be_bytes();
            let made: Option<OfferRecord> = records::get(tx, OFFERS, &id, "a bundle")?;
            if let Some(made) = made {
                return Ok(Outgoing { tick, bytes: made.bundle.0.clone(), sent: made.sent });
            }
            let offer = self.compose(tx, tick, length, now)?;
            records::put(tx, OFFERS, &id, &offer)?;
            Ok(Outgoing { tick, bytes: offer.bundle.0.clone(), sent: false })
        })?;
        Ok(outgoing)
    }

    /// Notes that the site has taken the bundle for a tick. Whether it was published is seen in the dead drop.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn sent(&self, tick: u64) -> Result<(), EngineError> {
        self.vault.write(|tx| -> Result<(), StoreError> {
            let id = tick.to_be_bytes();
            let made: Option<OfferRecord> = records::get(tx, OFFERS, &id, "a bundle")?;
            match made {
                Some(mut offer) => {
                    offer.sent = true;
                    records::put(tx, OFFERS, &id, &offer)
                }
                None => Ok(()),
            }
        })?;
        Ok(())
    }

    fn compose(
        &self,
        tx: &mut Tx<'_>,
        tick: u64,
        length: TickLength,
        now: u64,
    ) -> Result<OfferRecord, EngineError> {
        let progress = records::progress(tx)?;
        // A desk that the site does not list yet has no share; its bundle makes its key known.
        let share = progress.index.map_or(Share { entry: false, receipts: 0..0 }, |index| {
            Share::of(index, progress.desks, tick)
        });
        let mut offered = Offered::read(tx)?;
        let mut tags = [ReceiptTag([0; sizes::RECEIPT]); sizes::RECEIPTS_PER_RECORD];
        for tag in &mut tags {
            tx.rng().fill_bytes(&mut tag.0);
        }
        let mut receipts = Vec::new();
        let waiting = offered.receipts(tx, share.receipts.len(), length.week_of(tick))?;
        for (place, (queue, tag)) in share.receipts.clone().zip(waiting) {
            if let Some(slot) = tags.get_mut(place) {
                *slot = tag;
                receipts.push((queue, Fixed(tag.0)));
            }
        }
        let mut entry = reply::dummy(tx.rng());
        let mut part = None;
        if share.entry
            && let Some((queue, sealed)) = offered.part(tx, length.week_of(tick))?
        {
            entry = sealed;
            part = Some(Bytes(queue));
        }
        let key = weeks::current(tx, &self.site, &self.signing, now)?
            .ok_or(StoreError::Content("this week's key"))?;
        let bundle = Bundle::issue(&self.signing, &self.site, (tick, length), &entry, &tags, &key)?;
        Ok(OfferRecord { bundle: Bytes(bundle.as_bytes().to_vec()), sent: false, part, receipts })
    }
}

/// The queue id of a part, and the entry that it makes.
type SealedPart = (Vec<u8>, [u8; sizes::ENTRY]);

/// What is in bundles whose fate is not known yet, and must not be put into another one.
struct Offered {
    parts: HashSet<Vec<u8>>,
    receipts: HashSet<Fixed<8>>,
}

impl Offered {
    fn read(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let mut out = Self { parts: HashSet::new(), receipts: HashSet::new() };
        for (_, offer) in records::all::<OfferRecord>(tx, OFFERS)? {
            out.parts.extend(offer.part.map(|part| part.0.clone()));
            out.receipts.extend(offer.receipts.iter().map(|(queue, _)| *queue));
        }
        Ok(out)
    }

    /// The oldest receipts, at most `room`, with their tags for a week.
    fn receipts(
        &mut self,
        tx: &Tx<'_>,
        room: usize,
        week: u32,
    ) -> Result<Vec<(Fixed<8>, ReceiptTag)>, StoreError> {
        let mut out = Vec::new();
        for (id, receipt) in records::all::<ReceiptRecord>(tx, RECEIPTS)? {
            if out.len() == room {
                break;
            }
            let Ok(queue) = <[u8; 8]>::try_from(id.as_slice()).map(Fixed) else { continue };
            if self.receipts.contains(&queue) {
                continue;
            }
            let id = ConversationId(receipt.conversation.0);
            let conversation: Option<ConversationRecord> =
                records::get(tx, CONVERSATIONS, &id.0, "a conversation")?;
            let Some(conversation) = conversation else { continue };
            // A key of a week to come waits until then.
            let Ok(key) = conversation.reply_key()?.ratchet_to(week) else { continue };
            out.push((queue, key.receipt(&MessageId(receipt.message.0))));
        }
        Ok(out)
    }

    /// The next part of a reply, sealed for a week. Where life is in danger, the answer goes first.
    fn part(&mut self, tx: &mut Tx<'_>, week: u32) -> Result<Option<SealedPart>, StoreError> {
        let mut candidates = Vec::new();
        for (id, part) in records::all::<PartRecord>(tx, PARTS)? {
            if self.parts.contains(&id) {
                continue;
            }
            let conversation: Option<ConversationRecord> =
                records::get(tx, CONVERSATIONS, &part.conversation.0, "a conversation")?;
            let Some(conversation) = conversation else { continue };
            let Ok(key) = conversation.reply_key()?.ratchet_to(week) else { continue };
            candidates.push((!conversation.danger, id, part, key));
        }
        candidates.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let Some((_, id, record, key)) = candidates.into_iter().next() else { return Ok(None) };
        let part = Part {
            reply: ReplyId(record.reply.0),
            index: record.index,
            count: record.count,
            written: record.written,
            body: Body(record.body.0.clone()),
        };
        let sealed =
            part.seal(&key, tx.rng()).map_err(|_| StoreError::Content("a part of a reply"))?;
        Ok(Some((id, sealed)))
    }
}
