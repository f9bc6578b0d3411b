//! When what waits will be published, as far as it can be known: the desk's share of each tick is fixed.

use std::collections::HashMap;

use envelope::{drop::Share, payload::ConversationId, time::TickLength};
use vault::Tx;

use crate::{
    error::StoreError,
    records::{
        self, CONVERSATIONS, ConversationRecord, OFFERS, OfferRecord, PARTS, PartRecord, RECEIPTS,
        ReceiptRecord,
    },
};

/// The expected times of everything that waits.
pub(super) struct Forecast {
    share: Option<(TickLength, usize, usize)>,
    /// The first tick whose bundle has not been made.
    next: u64,
    parts: HashMap<Vec<u8>, u64>,
    replies: HashMap<([u8; 16], u64), u64>,
    receipts: HashMap<([u8; 16], u64), u64>,
    /// The tick after which no part waits.
    last: Option<u64>,
}

impl Forecast {
    pub(super) fn read(tx: &Tx<'_>, now: u64) -> Result<Self, StoreError> {
        let progress = records::progress(tx)?;
        let share =
            progress.tick().zip(progress.index).map(|(tick, index)| (tick, index, progress.desks));
        let Some((tick, index, desks)) = share else {
            return Ok(Self {
                share: None,
                next: 0,
                parts: HashMap::new(),
                replies: HashMap::new(),
                receipts: HashMap::new(),
                last: None,
            });
        };
        let mut out = Self {
            share,
            next: tick.tick_at(now) + 1,
            parts: HashMap::new(),
            replies: HashMap::new(),
            receipts: HashMap::new(),
            last: None,
        };
        let mut offered_receipts = HashMap::new();
        for (id, offer) in records::all::<OfferRecord>(tx, OFFERS)? {
            let at = <[u8; 8]>::try_from(id.as_slice()).map_or(0, u64::from_be_bytes);
            out.next = out.next.max(at + 1);
            if let Some(part) = &offer.part {
                out.parts.insert(part.0.clone(), tick.start(at));
            }
            for (queue, _) in offer.receipts {
                offered_receipts.insert(queue.0.to_vec(), tick.start(at));
            }
        }
        let mut waiting = Vec::new();
        for (id, part) in records::all::<PartRecord>(tx, PARTS)? {
            let conversation: Option<ConversationRecord> =
                records::get(tx, CONVERSATIONS, &part.conversation.0, "a conversation")?;
            let danger = conversation.is_some_and(|conversation| conversation.danger);
            waiting.push((!danger, id, part));
        }
        waiting.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let mut owned = (out.next..).filter(|tick| Share::of(index, desks, *tick).entry);
        for (_, id, part) in waiting {
            let at = match out.parts.get(&id) {
                Some(offered) => *offered,
                None => tick.start(owned.next().unwrap_or(out.next)),
            };
            out.last = out.last.max(Some(at));
            let reply = out.replies.entry((part.conversation.0, part.number)).or_insert(at);
            *reply = at.max(*reply);
            out.parts.insert(id, at);
        }
        let room = Share::of(index, desks, out.next).receipts.len().max(1) as u64;
        let mut ahead = 0;
        for (id, receipt) in records::all::<ReceiptRecord>(tx, RECEIPTS)? {
            let at = match offered_receipts.get(&id) {
                Some(offered) => *offered,
                None => {
                    ahead += 1;
                    tick.start(out.next + (ahead - 1) / room)
                }
            };
            out.receipts.insert((receipt.conversation.0, receipt.number), at);
        }
        Ok(out)
    }

    /// When a queued part is expected to be published.
    pub(super) fn part(&self, id: &[u8]) -> Option<u64> {
        self.parts.get(id).copied()
    }

    /// When all of a queued reply is expected to be published.
    pub(super) fn reply(&self, conversation: &ConversationId, number: u64) -> Option<u64> {
        self.replies.get(&(conversation.0, number)).copied()
    }

    /// When a queued receipt is expected to be published.
    pub(super) fn receipt(&self, conversation: &ConversationId, number: u64) -> Option<u64> {
        self.receipts.get(&(conversation.0, number)).copied()
    }

    /// When the last of `more` entries would be published, behind all that wait now. For 0: when those are done.
    pub(super) fn end_of(&self, more: usize) -> Option<u64> {
        let (tick, index, desks) = self.share?;
        let Some(steps) = more.checked_sub(1) else { return self.last };
        let next = self.last.map_or(self.next, |last| self.next.max(tick.tick_at(last) + 1));
        let at = (next..).filter(|tick| Share::of(index, desks, *tick).entry).nth(steps)?;
        Some(tick.start(at))
    }

    /// Receipts of this desk per tick.
    pub(super) fn receipts_per_tick(&self) -> usize {
        self.share.map_or(0, |(_, index, desks)| Share::of(index, desks, 0).receipts.len())
    }
}

#[cfg(test)]
mod tests {
    use crate::service::part_id;

    #[test]
    fn queue_ids_sort_by_reply_and_then_by_part() {
        assert!(part_id(1, 7) < part_id(2, 0) && part_id(2, 0) < part_id(2, 1));
        assert!(part_id(255, 0) < part_id(256, 0));
    }
}
