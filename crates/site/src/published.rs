//! What everybody may fetch, in memory: the key list and the window of the dead drop.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use envelope::sizes;

use crate::store::{Records, StoreError};

/// Closed blocks kept in memory: the window that pages load, and some that just left it.
const KEPT: usize = 2 * sizes::WINDOW_BLOCKS as usize;

/// The newest of everything that is public.
#[derive(Debug, Default)]
pub(crate) struct Published(RwLock<State>);

#[derive(Debug, Default)]
struct State {
    key_list: Option<Bytes>,
    live: Option<(u64, Bytes)>,
    closed: BTreeMap<u64, Bytes>,
}

impl Published {
    /// What the store has from earlier.
    pub(crate) fn read(records: &mut dyn Records) -> Result<Self, StoreError> {
        let key_list = records.key_list()?.map(Bytes::from);
        let live = records.live()?.map(|live| (live.block, live.bytes.into()));
        let closed = records.newest_blocks(KEPT as u32)?;
        let closed = closed.into_iter().map(|(block, bytes)| (block, bytes.into())).collect();
        Ok(Self(RwLock::new(State { key_list, live, closed })))
    }

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self) -> RwLockWriteGuard<'_, State> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn key_list(&self) -> Option<Bytes> {
        self.state().key_list.clone()
    }

    pub(crate) fn live(&self) -> Option<Bytes> {
        self.state().live.as_ref().map(|(_, bytes)| bytes.clone())
    }

    pub(crate) fn closed(&self, block: u64) -> Option<Bytes> {
        self.state().closed.get(&block).cloned()
    }

    /// The newest chunk: the live one, else the last closed one; empty if there is none.
    pub(crate) fn newest_chunk(&self) -> Bytes {
        let state = self.state();
        let last = state.closed.last_key_value();
        let live = state.live.as_ref().filter(|(live, _)| last.is_none_or(|(last, _)| live > last));
        live.map(|(_, bytes)| bytes).or(last.map(|(_, bytes)| bytes)).cloned().unwrap_or_default()
    }

    pub(crate) fn set_key_list(&self, bytes: Bytes) {
        self.change().key_list = Some(bytes);
    }

    /// A live chunk, unless its block is closed already.
    pub(crate) fn set_live(&self, block: u64, bytes: Bytes) {
        let mut state = self.change();
        if state.closed.last_key_value().is_none_or(|(closed, _)| *closed < block) {
            state.live = Some((block, bytes));
        }
    }

    /// A closed block. One that is there already stays as it is.
    pub(crate) fn close(&self, block: u64, bytes: Bytes) {
        let mut state = self.change();
        state.closed.entry(block).or_insert(bytes);
        while state.closed.len() > KEPT {
            state.closed.pop_first();
        }
        // The live chunk stays until its successor comes, even though its block is closed: pages ask for
        // the live one all the time, and a moment without it would be an error to every reader.
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(n: u64) -> Bytes {
        Bytes::from(n.to_string())
    }

    #[test]
    fn the_newest_chunk_is_the_live_one_unless_its_block_has_closed() {
        let published = Published::default();
        assert_eq!(published.newest_chunk(), Bytes::new());
        published.close(6, bytes(6));
        assert_eq!(published.newest_chunk(), bytes(6));
        published.set_live(7, bytes(70));
        assert_eq!(published.newest_chunk(), bytes(70));
        published.close(7, bytes(71));
        assert_eq!(published.newest_chunk(), bytes(71));
        assert_eq!(published.live(), Some(bytes(70)), "never a moment without");
        published.set_live(7, bytes(72));
        assert_eq!(published.live(), Some(bytes(70)), "a closed block has no live chunk");
        published.set_live(8, bytes(80));
        assert_eq!((published.live(), published.newest_chunk()), (Some(bytes(80)), bytes(80)));
    }

    #[test]
    fn a_closed_block_never_changes_and_old_ones_leave_memory() {
        let published = Published::default();
        (0..100).for_each(|n| published.close(n, bytes(n)));
        published.close(99, bytes(1));
        assert_eq!(published.closed(99), Some(bytes(99)));
        assert_eq!(published.closed(100 - KEPT as u64), Some(bytes(100 - KEPT as u64)));
        assert_eq!(published.closed(99 - KEPT as u64), None);
    }
}
