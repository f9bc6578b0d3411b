//! What the next build of the same paper need not do again. Everything is found by a hash of all that it was made from, so
//! that nothing stale can be found.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::images::Image;
use crate::pages::Page;
use crate::story::Story;

/// Pictures, stories, pages and cards of the build before, in memory, by content. One build after another may use it, also
/// of different folders; what a build did not need is forgotten after it.
#[derive(Debug, Default)]
pub struct BuildCache {
    pub(crate) images: Kept<Image>,
    pub(crate) stories: Kept<Arc<Story>>,
    pub(crate) pages: Kept<Page>,
    pub(crate) cards: Kept<Option<Page>>,
}

/// SHA-256 of what a thing was made from.
pub(crate) type Key = [u8; 32];

/// The key of these parts; where one ends and the next begins counts.
pub(crate) fn key(parts: &[&[u8]]) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Things of one kind.
#[derive(Debug)]
pub(crate) struct Kept<T>(Mutex<HashMap<Key, (T, bool)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Kept<T> {
    /// The thing of this key, made if it is not there.
    pub(crate) fn get<E>(&self, key: Key, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if let Some((thing, used)) = self.lock().get_mut(&key) {
            *used = true;
            return Ok(thing.clone());
        }
        // Made without the lock: others go on meanwhile. The same made twice is the same.
        let thing = make()?;
        self.lock().insert(key, (thing.clone(), true));
        Ok(thing)
    }

    /// Forgets what was not asked for since the last time.
    pub(crate) fn sweep(&self) {
        self.lock().retain(|_, (_, used)| std::mem::take(used));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, (T, bool)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_again_is_not_made_again_and_the_rest_is_forgotten() {
        let kept = Kept::default();
        let mut made = 0;
        let mut ask = |part: &[u8]| {
            let thing = kept.get(key(&[part]), || -> Result<_, ()> {
                made += 1;
                Ok(made)
            });
            (thing, kept.lock().len())
        };
        assert_eq!([ask(b"a"), ask(b"b"), ask(b"a")], [(Ok(1), 1), (Ok(2), 2), (Ok(1), 2)]);
        kept.sweep();
        assert_eq!(ask(b"b"), (Ok(2), 2));
        kept.sweep();
        assert_eq!((ask(b"b"), ask(b"a")), ((Ok(2), 1), (Ok(3), 2)));
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(key(&[b"ab", b"c"]), key(&[b"a", b"bc"]));
    }
}
