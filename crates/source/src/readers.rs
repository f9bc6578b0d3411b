//! Readers that lend their crowd: they come, keep the schedule of any page, and go. For the demonstration and for load tests;
//! nothing in them can carry a tip.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use envelope::{Suite, keys::SiteId};
use rand_core::CryptoRng;

use crate::{
    clock::SystemClock,
    http::{HttpError, Site},
    outbox::Outbox,
    visit::{Plan, Visit},
};

/// Readers at work. They stop when this is dropped.
pub struct Readers {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicUsize>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Lets `count` readers visit `address` again and again until told to stop. `rng` makes the randomness of each.
    ///
    /// # Errors
    /// [`HttpError::Address`].
    pub fn start<G: CryptoRng + Send + 'static>(
        address: &str,
        id: SiteId,
        count: usize,
        mut rng: impl FnMut() -> G,
    ) -> Result<Self, HttpError> {
        let stop = Arc::new(AtomicBool::new(false));
        let sent = Arc::new(AtomicUsize::new(0));
        let mut threads = Vec::with_capacity(count);
        for n in 0..count {
            let site = Site::new(address)?;
            let suite = if n % 3 == 2 { Suite::X25519 } else { Suite::XWing };
            let (stop, sent, mut rng) = (Arc::clone(&stop), Arc::clone(&sent), rng());
            threads.push(std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    one_visit(&site, id, suite, &mut rng, &stop, &sent);
                }
            }));
        }
        Ok(Self { stop, sent, threads })
    }

    /// Packets that the site has taken so far, counted at the end of each visit.
    #[must_use]
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn one_visit<G: CryptoRng>(
    site: &Site,
    id: SiteId,
    suite: Suite,
    rng: &mut G,
    stop: &AtomicBool,
    sent: &AtomicUsize,
) {
    let _ = site.get("/", 4 * 1024 * 1024);
    let clock = PatientClock { clock: SystemClock::start(), stop };
    let plan = Plan::draw(dwell(rng), rng);
    let mut visit = Visit { site, id, suite, clock: &clock, rng };
    let halt = |_: &Outbox| stop.load(Ordering::Relaxed);
    let outcome = visit.stay(&plan, &mut Outbox::default(), halt);
    sent.fetch_add(outcome.sent, Ordering::Relaxed);
}

/// Most visits are short; one in a few stays for minutes.
fn dwell<G: CryptoRng>(rng: &mut G) -> Duration {
    let minutes = rng.next_u32().leading_zeros().min(5);
    let seconds = 16 + u64::from(rng.next_u32() % 60);
    Duration::from_secs(u64::from(minutes) * 60 + seconds)
}

/// Looks up from its sleep to see whether it is time to go home.
struct PatientClock<'a> {
    clock: SystemClock,
    stop: &'a AtomicBool,
}

impl crate::clock::Clock for PatientClock<'_> {
    fn unix(&self) -> u64 {
        self.clock.unix()
    }

    fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    fn wait_until(&self, until: Duration) {
        while self.clock.elapsed() < until && !self.stop.load(Ordering::Relaxed) {
            self.clock.wait_until(until.min(self.clock.elapsed() + Duration::from_millis(200)));
        }
    }
}
