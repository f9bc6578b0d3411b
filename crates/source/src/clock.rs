//! Time, injected: what a visit needs to know and to wait for.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock that can be waited on.
pub trait Clock: Send + Sync {
    /// Unix seconds.
    fn unix(&self) -> u64;
    /// Time since an arbitrary start; never goes back.
    fn elapsed(&self) -> Duration;
    /// Waits until [`Clock::elapsed`] has reached `until`.
    fn wait_until(&self, until: Duration);
}

/// The computer's own clock.
pub struct SystemClock(Instant);

impl SystemClock {
    /// Starts counting now.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn unix(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn wait_until(&self, until: Duration) {
        if let Some(rest) = until.checked_sub(self.elapsed()) {
            std::thread::sleep(rest);
        }
    }
}
