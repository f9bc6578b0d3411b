//! How many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts open connections. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Gauge {
    counts: Arc<Mutex<Counts>>,
    most: usize,
    most_each: usize,
}

#[derive(Debug, Default)]
struct Counts {
    all: usize,
    /// By [`crate::limits::Limiter::address_key`]: no address is a key here.
    each: HashMap<u64, usize>,
}

impl Gauge {
    pub(crate) fn new(most: usize, most_each: usize) -> Self {
        Self { counts: Arc::default(), most, most_each }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a connection, given back when dropped; `None` if there is none left in all, or none for this
    /// address. `address: None` counts only in all (a trusted proxy, an onion service).
    pub(crate) fn enter(&self, address: Option<u64>) -> Option<Place> {
        let mut counts = self.counts();
        if counts.all >= self.most {
            return None;
        }
        if let Some(key) = address {
            let each = counts.each.entry(key).or_default();
            if *each >= self.most_each {
                return None;
            }
            *each += 1;
        }
        counts.all += 1;
        Some(Place { gauge: self.clone(), address })
    }

    /// Three quarters of all places are taken.
    pub(crate) fn is_crowded(&self) -> bool {
        self.counts().all.saturating_mul(4) > self.most.saturating_mul(3)
    }

    /// No place is left.
    pub(crate) fn is_full(&self) -> bool {
        self.counts().all >= self.most
    }
}

/// One open connection.
#[derive(Debug)]
pub(crate) struct Place {
    gauge: Gauge,
    address: Option<u64>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.gauge.counts();
        counts.all = counts.all.saturating_sub(1);
        if let Some(key) = self.address {
            let left = counts.each.get_mut(&key).map(|each| {
                *each = each.saturating_sub(1);
                *each
            });
            if left == Some(0) {
                counts.each.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_all_and_for_each_address() {
        let gauge = Gauge::new(3, 2);
        let a = gauge.enter(Some(1)).unwrap();
        let _b = gauge.enter(Some(1)).unwrap();
        assert!(gauge.enter(Some(1)).is_none(), "two from one address");
        let _c = gauge.enter(Some(2)).unwrap();
        assert!(gauge.enter(Some(3)).is_none(), "three in all");
        assert!(gauge.is_full());
        drop(a);
        let _d = gauge.enter(Some(1)).unwrap();
        assert!(gauge.enter(None).is_none());
    }

    #[test]
    fn an_address_is_forgotten_with_its_last_connection() {
        let gauge = Gauge::new(3, 2);
        drop(gauge.enter(Some(1)));
        assert!(gauge.counts().each.is_empty());
        assert_eq!(gauge.counts().all, 0);
    }
}
