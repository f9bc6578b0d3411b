//! How many packets one address prefix may send.
//!
//! Many readers share an address (a household, a newsroom, a mobile carrier), and an observer must not be able to
//! tell a refused packet from a taken one. So the limit is generous, counts prefixes and not people, and what
//! exceeds it is dropped *silently*: the answer is the same 204. Nothing here is ever written down. A prefix is
//! kept as a hash under a random key that lives as long as the process, and forgotten when its budget is full again.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use envelope::schedule::MAX_PACKETS_PER_MINUTE;
use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);
/// Most prefixes that are counted apart. Beyond it, new ones share one budget.
const MOST_PREFIXES: usize = 65_536;

/// Where a packet came from, as far as the limit needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A connection of its own, from this prefix.
    Prefix(u64),
    /// A trusted proxy, which says the address in `X-Forwarded-For`.
    Proxy,
    /// Nobody knows: an onion service.
    Unknown,
}

/// Counts packets by prefix.
#[derive(Debug)]
pub(crate) struct Limiter<S = RandomState> {
    hash: S,
    burst: u64,
    buckets: Mutex<Buckets>,
    most_prefixes: usize,
}

#[derive(Debug, Default)]
struct Buckets {
    by_prefix: HashMap<u64, Bucket>,
    overflow: Option<Bucket>,
}

/// A bucket of packets that refills within a minute. Counts in 1/1000 packets.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: u64,
    at: Instant,
}

impl Bucket {
    fn full(burst: u64, now: Instant) -> Self {
        Self { left: burst.saturating_mul(1000), at: now }
    }

    fn refill(&mut self, burst: u64, now: Instant) {
        let most = u128::from(burst) * 1000;
        let passed = now.saturating_duration_since(self.at).min(MINUTE).as_millis();
        let left = u128::from(self.left) + most * passed / MINUTE.as_millis();
        self.left = u64::try_from(left.min(most)).unwrap_or(u64::MAX);
        self.at = now;
    }

    fn take(&mut self, burst: u64, now: Instant) -> bool {
        self.refill(burst, now);
        let enough = self.left >= 1000;
        if enough {
            self.left -= 1000;
        }
        enough
    }
}

impl Limiter<RandomState> {
    /// Lets each prefix send as much as `visits` visits do in their busiest minute. `None`: no limit.
    pub(crate) fn new(visits: Option<u32>) -> Self {
        Self::with_hash(visits, RandomState::new(), MOST_PREFIXES)
    }
}

impl<S: BuildHasher> Limiter<S> {
    fn with_hash(visits: Option<u32>, hash: S, most_prefixes: usize) -> Self {
        let burst = visits.map_or(u64::MAX, |visits| {
            u64::from(visits).saturating_mul(u64::from(MAX_PACKETS_PER_MINUTE))
        });
        Self { hash, burst, buckets: Mutex::default(), most_prefixes }
    }

    /// The key of an address's prefix: /24 of IPv4, /56 of IPv6.
    pub(crate) fn prefix_key(&self, address: IpAddr) -> u64 {
        match address.to_canonical() {
            IpAddr::V4(v4) => self.hash.hash_one((4u8, u128::from(v4.to_bits() >> 8))),
            IpAddr::V6(v6) => self.hash.hash_one((6u8, v6.to_bits() >> 72)),
        }
    }

    /// The key of one address (IPv6: of its /64) for counting connections.
    pub(crate) fn address_key(&self, address: IpAddr) -> u64 {
        match address.to_canonical() {
            IpAddr::V4(v4) => self.hash.hash_one((14u8, u128::from(v4.to_bits()))),
            IpAddr::V6(v6) => self.hash.hash_one((16u8, v6.to_bits() >> 64)),
        }
    }

    /// Whether a packet from this prefix is taken at `now`.
    pub(crate) fn take(&self, prefix: u64, now: Instant) -> bool {
        if self.burst == u64::MAX {
            return true;
        }
        let burst = self.burst;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.by_prefix.get_mut(&prefix) {
            return bucket.take(burst, now);
        }
        if buckets.by_prefix.len() >= self.most_prefixes {
            sweep(&mut buckets.by_prefix, now);
        }
        if buckets.by_prefix.len() >= self.most_prefixes {
            let full = Bucket::full(burst, now);
            return buckets.overflow.get_or_insert(full).take(burst, now);
        }
        let mut bucket = Bucket::full(burst, now);
        let taken = bucket.take(burst, now);
        buckets.by_prefix.insert(prefix, bucket);
        taken
    }

    /// Forgets prefixes whose budget is full again. To be called now and then.
    pub(crate) fn sweep(&self, now: Instant) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(&mut buckets.by_prefix, now);
    }
}

fn sweep(buckets: &mut HashMap<u64, Bucket>, now: Instant) {
    buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at) < MINUTE);
    if buckets.len() < buckets.capacity() / 4 {
        buckets.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(visits: u32) -> Limiter {
        Limiter::new(Some(visits))
    }

    #[test]
    fn prefixes_are_24_and_56_bits() {
        let l = limiter(1);
        let key = |a: &str| l.prefix_key(a.parse().unwrap());
        assert_eq!(key("192.0.2.1"), key("192.0.2.254"));
        assert_ne!(key("192.0.2.1"), key("192.0.3.1"));
        assert_eq!(key("2001:db8:0:1200::1"), key("2001:db8:0:12ff::2"));
        assert_ne!(key("2001:db8:0:1200::1"), key("2001:db8:0:1300::1"));
        assert_eq!(key("192.0.2.1"), key("::ffff:192.0.2.9"), "mapped addresses are IPv4");
    }

    #[test]
    fn every_process_hashes_differently() {
        let a: IpAddr = "192.0.2.1".parse().unwrap();
        assert_ne!(limiter(1).prefix_key(a), limiter(1).prefix_key(a));
    }

    #[test]
    fn the_schedules_rate_times_the_visits() {
        let l = limiter(2);
        let start = Instant::now();
        let taken = (0..30).filter(|_| l.take(7, start)).count();
        assert_eq!(taken, 10, "two visits of five packets a minute");
        assert!(l.take(8, start), "another prefix has its own budget");
        let later = start + Duration::from_secs(30);
        assert_eq!((0..30).filter(|_| l.take(7, later)).count(), 5);
        let much_later = start + Duration::from_secs(3600);
        assert_eq!((0..30).filter(|_| l.take(7, much_later)).count(), 10);
    }

    #[test]
    fn a_visit_on_schedule_is_never_limited() {
        let l = limiter(1);
        let start = Instant::now();
        for n in 0..40 {
            let at = start + Duration::from_millis(envelope::schedule::slot_ms(n));
            assert!(l.take(1, at), "slot {n}");
        }
    }

    #[test]
    fn no_limit() {
        let l = Limiter::new(None);
        let now = Instant::now();
        assert!((0..100_000).all(|_| l.take(1, now)));
    }

    #[test]
    fn memory_is_bounded_and_forgets() {
        let l = Limiter::with_hash(Some(1), RandomState::new(), 100);
        let now = Instant::now();
        let taken = (0..10_000).filter(|prefix| l.take(*prefix, now)).count();
        assert_eq!(taken, 105, "100 prefixes, and one budget for all others");
        assert_eq!(l.buckets.lock().unwrap().by_prefix.len(), 100);
        l.sweep(now + Duration::from_secs(61));
        assert!(l.buckets.lock().unwrap().by_prefix.is_empty());
    }
}
