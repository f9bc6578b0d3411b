//! One connection's deadlines: for the first byte to the whole header, for progress while a request is
//! answered, for doing nothing between requests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Version;
use tokio::time::Instant;

use super::caps::Gauge;

/// How long a connection may take for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// TLS handshake, and from a request's first byte to the end of its header.
    pub header: Duration,
    /// A request's body, from the end of the header.
    pub body: Duration,
    /// Without a byte in either direction while a request is answered.
    pub stall: Duration,
    /// One request from header to the end of its answer, however slowly bytes trickle.
    pub request: Duration,
    /// Between requests on a kept connection. Browsers send a packet a minute: longer than that saves handshakes.
    pub idle: Duration,
    /// For open requests when the server shuts down.
    pub shutdown: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            body: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            request: Duration::from_secs(300),
            idle: Duration::from_secs(75),
            shutdown: Duration::from_secs(5),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A header is due: the connection is new, or bytes came on an idle one.
    Header,
    /// Requests are being answered.
    Busy,
    /// Nothing to do.
    Idle,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    in_flight: u32,
    multiplexed: bool,
    since: Instant,
    progress: Instant,
}

/// Watches one connection. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    state: Arc<Mutex<State>>,
    timeouts: Timeouts,
    gauge: Gauge,
}

impl Watch {
    pub(crate) fn new(timeouts: Timeouts, gauge: Gauge) -> Self {
        let now = Instant::now();
        let state = State {
            phase: Phase::Header,
            in_flight: 0,
            multiplexed: false,
            since: now,
            progress: now,
        };
        Self { state: Arc::new(Mutex::new(state)), timeouts, gauge }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes came in.
    pub(super) fn received(&self) {
        let now = Instant::now();
        let mut state = self.state();
        state.progress = now;
        // HTTP/2 sends frames that belong to no request; its idle time counts from the last answer instead.
        if state.phase == Phase::Idle && !state.multiplexed {
            state.phase = Phase::Header;
            state.since = now;
        }
    }

    /// Bytes went out.
    pub(super) fn sent(&self) {
        self.state().progress = Instant::now();
    }

    /// A request's header is complete. The guard ends the request when it is dropped.
    pub(super) fn request(&self, version: Version) -> InFlight {
        let now = Instant::now();
        let mut state = self.state();
        state.multiplexed |= version == Version::HTTP_2;
        state.in_flight = state.in_flight.saturating_add(1);
        if state.phase != Phase::Busy {
            state.phase = Phase::Busy;
            state.since = now;
            state.progress = now;
        }
        InFlight(self.clone())
    }

    fn request_ended(&self) {
        let mut state = self.state();
        state.in_flight = state.in_flight.saturating_sub(1);
        if state.in_flight == 0 {
            state.phase = Phase::Idle;
        }
        // Also with others in flight: the time for one request must not end a busy HTTP/2 connection.
        state.since = Instant::now();
    }

    /// When the connection is to be closed, as things stand.
    pub(super) fn deadline(&self) -> Instant {
        let state = self.state();
        match state.phase {
            Phase::Header => state.since + self.timeouts.header,
            Phase::Busy => {
                let stall = state.progress + self.timeouts.stall;
                stall.min(state.since + self.timeouts.request)
            }
            // Near the connection cap, idle connections make room for new visitors.
            Phase::Idle if self.gauge.is_crowded() => {
                state.since + self.timeouts.header.min(self.timeouts.idle)
            }
            Phase::Idle => state.since + self.timeouts.idle,
        }
    }

    /// How long to sleep before looking at [`Watch::deadline`] again: deadlines move while one sleeps.
    pub(super) fn nap(&self) -> Instant {
        self.deadline().min(Instant::now() + self.timeouts.header)
    }
}

/// A request that is being answered. Travels with the answer's body, so that it ends when that was handed out.
#[derive(Debug)]
pub(crate) struct InFlight(Watch);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.request_ended();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch() -> Watch {
        Watch::new(Timeouts::default(), Gauge::new(10, 10))
    }

    async fn pass(secs: u64) {
        tokio::time::advance(Duration::from_secs(secs)).await;
    }

    fn left(watch: &Watch) -> u64 {
        watch.deadline().saturating_duration_since(Instant::now()).as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_connection_has_the_header_time_however_many_bytes_trickle() {
        let watch = watch();
        pass(9).await;
        watch.received();
        assert_eq!(left(&watch), 1);
        pass(1).await;
        assert_eq!(left(&watch), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_byte_on_an_idle_connection_starts_the_header_time() {
        let watch = watch();
        drop(watch.request(Version::HTTP_11));
        assert_eq!(left(&watch), 75);
        pass(60).await;
        watch.received();
        assert_eq!(left(&watch), 10);
        pass(5).await;
        watch.received();
        assert_eq!(left(&watch), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn http2_frames_do_not_keep_an_idle_connection() {
        let watch = watch();
        drop(watch.request(Version::HTTP_2));
        pass(70).await;
        watch.received();
        assert_eq!(left(&watch), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_must_progress_and_must_end() {
        let watch = watch();
        let request = watch.request(Version::HTTP_11);
        assert_eq!(left(&watch), 30);
        for _ in 0..10 {
            pass(29).await;
            watch.sent();
        }
        assert_eq!(left(&watch), 10, "300 s in all, however slowly it trickles");
        drop(request);
        assert_eq!(left(&watch), 75);
    }

    #[tokio::test(start_paused = true)]
    async fn near_the_cap_idle_connections_go_sooner() {
        let gauge = Gauge::new(2, 2);
        let watch = Watch::new(Timeouts::default(), gauge.clone());
        drop(watch.request(Version::HTTP_11));
        assert_eq!(left(&watch), 75);
        let _a = gauge.enter(Some(1)).unwrap();
        let _b = gauge.enter(Some(2)).unwrap();
        assert_eq!(left(&watch), 10);
    }
}
