//! What is waiting to leave: every envelope twice, at least twenty seconds apart.

use envelope::{inner::InnerEnvelope, schedule};

struct Waiting {
    inner: InnerEnvelope,
    copies: u8,
    last_ms: u64,
}

/// Envelopes waiting for their slots.
#[derive(Default)]
pub struct Outbox(Vec<Waiting>);

/// How far an outbox has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Packets that have left.
    pub left: usize,
    /// Packets in all: two for every envelope.
    pub all: usize,
}

impl Outbox {
    /// Queues envelopes.
    #[must_use]
    pub fn new(inners: Vec<InnerEnvelope>) -> Self {
        Self(inners.into_iter().map(|inner| Waiting { inner, copies: 0, last_ms: 0 }).collect())
    }

    /// The envelope for the slot at `at_ms`, if one is due: first copies before second ones.
    #[must_use]
    pub fn next(&mut self, at_ms: u64) -> Option<InnerEnvelope> {
        let due = |waiting: &&mut Waiting, copies: u8| {
            waiting.copies == copies
                && (copies == 0 || at_ms.saturating_sub(waiting.last_ms) >= schedule::REPEAT_GAP_MS)
        };
        let first = self.0.iter().any(|waiting| waiting.copies == 0);
        let copies = if first { 0 } else { 1 };
        let waiting = self.0.iter_mut().find(|waiting| due(waiting, copies))?;
        waiting.copies += 1;
        waiting.last_ms = at_ms;
        Some(waiting.inner.clone())
    }

    /// How far it has got.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let left = self.0.iter().map(|waiting| usize::from(waiting.copies)).sum();
        Progress { left, all: 2 * self.0.len() }
    }

    /// Whether everything has left twice.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let Progress { left, all } = self.progress();
        left == all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use envelope::sizes;

    fn inner(byte: u8) -> InnerEnvelope {
        InnerEnvelope::decode(&[byte; sizes::INNER]).unwrap()
    }

    #[test]
    fn every_envelope_leaves_twice_and_twenty_seconds_apart() {
        let mut outbox = Outbox::new(vec![inner(1), inner(2)]);
        let mut left = Vec::new();
        for slot in 0..8 {
            let at = schedule::slot_ms(slot);
            if let Some(inner) = outbox.next(at) {
                left.push((at, inner.as_bytes()[0]));
            }
        }
        assert_eq!(left, [(5_000, 1), (15_000, 2), (30_000, 1), (45_000, 2)]);
        assert!(outbox.is_done());
        assert_eq!(outbox.progress(), Progress { left: 4, all: 4 });
    }

    #[test]
    fn a_lone_envelope_skips_the_slot_that_comes_too_soon() {
        let mut outbox = Outbox::new(vec![inner(1)]);
        let left: Vec<u64> =
            (0..4).map(schedule::slot_ms).filter(|at| outbox.next(*at).is_some()).collect();
        assert_eq!(left, [5_000, 30_000]);
    }
}
