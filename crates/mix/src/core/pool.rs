//! Real items that wait, and what is remembered of those that came.

use std::collections::{HashSet, VecDeque};

use envelope::{inner::InnerEnvelope, sizes::INNER};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};

use crate::{
    link::{LinkError, Reader, Writer},
    noise::shuffle,
};

/// Inner envelopes that are remembered for each place in the pool.
const REMEMBERED_PER_PLACE: usize = 4;
const ENCODED_ITEM: usize = 1 + 1 + 8 + 8 + INNER;
const ENCODED_HASH: usize = 8 + 16;
/// Ticks after which an item that was released, but never said to be stored, is released again.
const PATIENCE: u64 = 2;

/// A real item.
pub(crate) struct Waiting {
    pub(crate) inner: InnerEnvelope,
    /// The slot of the visit it left in.
    pub(crate) slot: u8,
    /// The tick at whose end it was counted.
    pub(crate) tick: u64,
    /// The tick of the batch that took it, until the edge has said that it is stored.
    released: Option<u64>,
}

/// What became of a newcomer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It waits now.
    Admitted,
    /// The same envelope came before.
    Doubled,
    /// There is no room. Its second copy may find some, so it is not remembered.
    Full,
}

/// The pool.
pub(crate) struct Pool {
    room: usize,
    items: Vec<Waiting>,
    remembered: HashSet<[u8; 16]>,
    order: VecDeque<(u64, [u8; 16])>,
}

impl Pool {
    /// Empty, for `room` items.
    pub(crate) fn new(room: usize) -> Self {
        Self { room, items: Vec::new(), remembered: HashSet::new(), order: VecDeque::new() }
    }

    /// Bytes in a snapshot of a pool for `room` items, however many wait.
    pub(crate) const fn encoded(room: usize) -> usize {
        8 + room * ENCODED_ITEM + room * REMEMBERED_PER_PLACE * ENCODED_HASH
    }

    /// What the pool knows an envelope by, and whether it has come before.
    pub(crate) fn look_up(&self, inner: &InnerEnvelope) -> ([u8; 16], bool) {
        let hash = hash_of(inner);
        (hash, self.remembered.contains(&hash))
    }

    /// Takes a newcomer that was looked up.
    pub(crate) fn admit(
        &mut self,
        inner: InnerEnvelope,
        (hash, known): ([u8; 16], bool),
        slot: u8,
        tick: u64,
    ) -> Admission {
        if known {
            return Admission::Doubled;
        }
        if self.items.len() >= self.room {
            return Admission::Full;
        }
        self.remember(tick, hash);
        self.items.push(Waiting { inner, slot, tick, released: None });
        Admission::Admitted
    }

    /// Items that wait for a batch.
    pub(crate) fn waiting(&self) -> usize {
        self.items.iter().filter(|item| item.released.is_none()).count()
    }

    /// Takes at most `most` waiting items for the batch of `tick`, any of them equally likely, so that neither the order of
    /// arrival nor a flood that came first decides. They stay in the pool until [`Pool::stored`].
    pub(crate) fn release<G: CryptoRng + ?Sized>(
        &mut self,
        tick: u64,
        most: usize,
        rng: &mut G,
    ) -> Vec<&Waiting> {
        let mut chosen: Vec<&mut Waiting> =
            self.items.iter_mut().filter(|item| item.released.is_none()).collect();
        shuffle(&mut chosen, rng);
        chosen.truncate(most);
        chosen
            .into_iter()
            .map(|item| {
                item.released = Some(tick);
                &*item
            })
            .collect()
    }

    /// The batch of `tick` did not come about: its items wait again.
    pub(crate) fn take_back(&mut self, tick: u64) {
        self.wait_again(|released| released == tick);
    }

    /// What was released long before `tick` and was never said to be stored waits again.
    pub(crate) fn lose_patience(&mut self, tick: u64) {
        self.wait_again(|released| released.saturating_add(PATIENCE) <= tick);
    }

    /// After a restart: `stored` is the newest batch that the edge has. All else that was on its way waits again.
    pub(crate) fn reconcile(&mut self, stored: u64) {
        self.stored(stored);
        self.wait_again(|_| true);
    }

    /// The batch of `tick` is stored durably: its items are gone from here.
    pub(crate) fn stored(&mut self, tick: u64) {
        self.items.retain(|item| item.released != Some(tick));
    }

    /// Everything as if it had come for `tick`, and nothing on its way: ticks are counted anew.
    pub(crate) fn renumber(&mut self, tick: u64) {
        self.wait_again(|_| true);
        self.items.iter_mut().for_each(|item| item.tick = tick);
        self.order.iter_mut().for_each(|(came, _)| *came = tick);
    }

    /// Forgets the hashes of what came before `tick`.
    pub(crate) fn forget_before(&mut self, tick: u64) {
        while let Some((came, hash)) = self.order.front().copied() {
            if came >= tick {
                return;
            }
            self.order.pop_front();
            self.remembered.remove(&hash);
        }
    }

    fn wait_again(&mut self, which: impl Fn(u64) -> bool) {
        let released = self.items.iter_mut().map(|item| &mut item.released);
        released.filter(|r| r.is_some_and(&which)).for_each(|r| *r = None);
    }

    fn remember(&mut self, tick: u64, hash: [u8; 16]) {
        if self.order.len() >= self.room * REMEMBERED_PER_PLACE
            && let Some((_, oldest)) = self.order.pop_front()
        {
            self.remembered.remove(&oldest);
        }
        self.order.push_back((tick, hash));
        self.remembered.insert(hash);
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let start = out.0.len();
        out.u32(u32::try_from(self.items.len()).unwrap_or(0));
        out.u32(u32::try_from(self.order.len()).unwrap_or(0));
        for item in &self.items {
            out.u8(item.slot).u8(u8::from(item.released.is_some())).u64(item.tick);
            out.u64(item.released.unwrap_or(0)).bytes(item.inner.as_bytes());
        }
        for (tick, hash) in &self.order {
            out.u64(*tick).bytes(hash);
        }
        out.0.resize(start + Self::encoded(self.room), 0);
    }

    /// Reads a pool that was written with any room; `room` is that of now.
    pub(crate) fn read(
        reader: &mut Reader<'_>,
        written_room: usize,
        room: usize,
    ) -> Result<Self, LinkError> {
        let (items, hashes) = (reader.u32()? as usize, reader.u32()? as usize);
        if items > written_room || hashes > written_room * REMEMBERED_PER_PLACE {
            return Err(reader.value("more items than room"));
        }
        // A pool that was made smaller keeps its old room until a restart finds that its items fit.
        let mut pool = Self::new(if items > room { written_room } else { room });
        for _ in 0..items {
            let slot = reader.u8()?;
            let out = reader.flag()?;
            let (tick, released) = (reader.u64()?, reader.u64()?);
            let inner = InnerEnvelope::decode(reader.bytes(INNER)?)
                .map_err(|_| reader.value("an item is no envelope"))?;
            pool.items.push(Waiting { inner, slot, tick, released: out.then_some(released) });
        }
        for _ in 0..hashes {
            let (tick, hash) = (reader.u64()?, reader.array()?);
            pool.remember(tick, hash);
        }
        let rest = Self::encoded(written_room) - 8 - items * ENCODED_ITEM - hashes * ENCODED_HASH;
        reader.bytes(rest)?;
        Ok(pool)
    }

    /// Places, used or not.
    pub(crate) fn room(&self) -> usize {
        self.room
    }
}

fn hash_of(inner: &InnerEnvelope) -> [u8; 16] {
    let hash = Sha256::digest(inner.as_bytes());
    hash.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn envelope(n: u16) -> InnerEnvelope {
        let mut bytes = [0; INNER];
        bytes[..2].copy_from_slice(&n.to_be_bytes());
        InnerEnvelope::decode(&bytes).unwrap()
    }

    fn admit(pool: &mut Pool, n: u16, tick: u64) -> Admission {
        let inner = envelope(n);
        let found = pool.look_up(&inner);
        pool.admit(inner, found, 3, tick)
    }

    fn filled(room: usize, items: u16) -> Pool {
        let mut pool = Pool::new(room);
        for n in 0..items {
            assert_eq!(admit(&mut pool, n, 10), Admission::Admitted);
        }
        pool
    }

    fn encoded(pool: &Pool) -> Vec<u8> {
        let mut out = Writer::default();
        pool.write(&mut out);
        out.0
    }

    #[test]
    fn doubles_are_dropped_even_after_their_first_has_left() {
        let mut pool = filled(8, 1);
        assert_eq!(admit(&mut pool, 0, 10), Admission::Doubled);
        pool.release(11, 1, &mut ChaCha20Rng::seed_from_u64(1));
        pool.stored(11);
        assert_eq!(admit(&mut pool, 0, 11), Admission::Doubled);
        pool.forget_before(11);
        assert_eq!(admit(&mut pool, 0, 11), Admission::Admitted);
    }

    #[test]
    fn a_full_pool_refuses_the_newcomer_and_takes_its_copy_later() {
        let mut pool = filled(4, 4);
        assert_eq!(admit(&mut pool, 9, 10), Admission::Full);
        pool.release(11, 2, &mut ChaCha20Rng::seed_from_u64(1));
        assert_eq!(admit(&mut pool, 9, 10), Admission::Full, "not stored yet");
        pool.stored(11);
        assert_eq!(admit(&mut pool, 9, 11), Admission::Admitted);
    }

    #[test]
    fn what_is_never_stored_is_released_again_and_what_is_stored_never() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let mut pool = filled(8, 2);
        assert_eq!(pool.release(11, 9, &mut rng).len(), 2);
        pool.lose_patience(12);
        assert_eq!(pool.waiting(), 0);
        pool.lose_patience(13);
        assert_eq!(pool.waiting(), 2);
        assert_eq!(pool.release(13, 1, &mut rng).len(), 1);
        pool.stored(12);
        pool.stored(13);
        pool.lose_patience(99);
        assert_eq!(pool.waiting(), 1);
        pool.release(14, 1, &mut rng);
        pool.reconcile(13);
        assert_eq!(pool.waiting(), 1, "the restart found 14 missing");
        pool.release(15, 1, &mut rng);
        pool.reconcile(15);
        assert_eq!(pool.items.len(), 0);
    }

    #[test]
    fn any_item_may_be_the_first_to_leave() {
        let mut first = [0; 4];
        for seed in 0..4000 {
            let mut pool = filled(4, 4);
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            let chosen = pool.release(11, 1, &mut rng);
            first[usize::from(chosen[0].inner.as_bytes()[1])] += 1;
        }
        assert!(first.iter().all(|n| (900..1100).contains(n)), "{first:?}");
    }

    #[test]
    fn a_snapshot_has_one_size_and_gives_everything_back() {
        for items in [0, 1, 7, 8] {
            let mut pool = filled(8, items);
            pool.release(11, 3, &mut ChaCha20Rng::seed_from_u64(1));
            let bytes = encoded(&pool);
            assert_eq!(bytes.len(), Pool::encoded(8));
            let mut reader = Reader::new("test", &bytes);
            let read = Pool::read(&mut reader, 8, 8).unwrap();
            reader.end().unwrap();
            assert!(encoded(&read) == bytes);
            assert_eq!(read.waiting(), usize::from(items).saturating_sub(3));
        }
    }

    #[test]
    fn a_pool_made_smaller_loses_nothing() {
        let bytes = encoded(&filled(8, 6));
        let read = Pool::read(&mut Reader::new("test", &bytes), 8, 4).unwrap();
        assert_eq!((read.waiting(), read.room()), (6, 8));
        let bytes = encoded(&filled(8, 3));
        let read = Pool::read(&mut Reader::new("test", &bytes), 8, 4).unwrap();
        assert_eq!((read.waiting(), read.room()), (3, 4));
    }
}
