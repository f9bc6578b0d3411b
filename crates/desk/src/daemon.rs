//! The unattended daemon: a round with the site shortly after every tick, the local page beside it.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError},
    },
    thread::JoinHandle,
    time::Duration,
};

use thiserror::Error;
use tokio::sync::oneshot;
use vault::{DaemonLock, LockError, Vault};

use crate::{
    clock::Clock,
    engine::DeskEngine,
    http::{SiteAddress, SiteClient},
    round::{self, Report, RoundError},
    service::Desk,
    web::{self, WebError},
};

/// The daemon looks at the clock at least this often, because a computer that sleeps stops other ways of waiting.
const LOOK: Duration = Duration::from_secs(5);

/// What a daemon needs.
pub struct Config {
    /// The desk's vault, open.
    pub vault: Arc<Vault>,
    /// The newsroom's site.
    pub site: SiteAddress,
    /// Where the local page listens. Loopback only; port 0 takes any free one.
    pub page: SocketAddr,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Hours of the day (UTC, 0–23) at which [`Event::LookAtTheDesk`] comes, whether or not anything did.
    pub notice_hours: Vec<u8>,
    /// The local page locks itself after so many seconds without use; 0: never.
    pub lock_after: u64,
}

/// What a daemon tells. Never holds text of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A round succeeded.
    Round(Report),
    /// A round failed; it is made again. Told once until something else happens.
    Trouble(String),
    /// The fixed hour. Carries nothing and comes every day alike, so that nobody learns from it whether anything came.
    LookAtTheDesk,
}

/// A daemon did not start.
#[derive(Debug, Error)]
pub enum DaemonError {
    /// Another one runs on this vault.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The local page.
    #[error(transparent)]
    Web(#[from] WebError),
}

/// A running daemon. Ends when [`Running::stop`] is called.
pub struct Running {
    link: String,
    address: SocketAddr,
    stop: mpsc::Sender<()>,
    rounds: Option<JoinHandle<()>>,
    page_stop: Option<oneshot::Sender<()>>,
    page: tokio::task::JoinHandle<()>,
    _lock: DaemonLock,
}

impl Running {
    /// The address to open in a browser, with a token that works once, within ten minutes.
    #[must_use]
    pub fn link(&self) -> &str {
        &self.link
    }

    /// Where the local page listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends rounds and page. A round in progress is brought to its end first.
    pub async fn stop(mut self) {
        let _ = self.stop.send(());
        if let Some(stop) = self.page_stop.take() {
            let _ = stop.send(());
        }
        let _ = (&mut self.page).await;
        if let Some(rounds) = self.rounds.take() {
            let _ = tokio::task::spawn_blocking(move || rounds.join()).await;
        }
    }
}

/// Starts a daemon on the current Tokio runtime.
///
/// # Errors
/// [`DaemonError::Lock`] names a daemon that already works on this vault.
pub async fn start(
    config: Config,
    on_event: impl Fn(Event) + Send + 'static,
) -> Result<Running, DaemonError> {
    let mut lock = DaemonLock::take(config.vault.dir())?;
    let desk = Desk::new(config.vault.clone());
    desk.remember_site(&config.site).map_err(WebError::from)?;
    let page = web::bind(desk.clone(), config.clock.clone(), config.page).await?;
    let page = page.with_notice(&config.notice_hours).with_lock(config.lock_after);
    let address = page.address();
    let link = page.link(config.clock.now())?;
    lock.note(&format!("page at http://{address}"))?;
    let (page_stop, stopped) = oneshot::channel::<()>();
    let page = tokio::spawn(page.serve(async {
        let _ = stopped.await;
    }));
    let (stop, told) = mpsc::channel();
    let rounds = std::thread::Builder::new()
        .name("desk rounds".to_owned())
        .spawn(move || Rounds::new(&config, Box::new(on_event)).work(&told))
        .ok();
    Ok(Running { link, address, stop, rounds, page_stop: Some(page_stop), page, _lock: lock })
}

struct Rounds {
    vault: Arc<Vault>,
    client: SiteClient,
    clock: Arc<dyn Clock>,
    notice_hours: Vec<u8>,
    on_event: Mutex<Box<dyn Fn(Event) + Send>>,
}

impl Rounds {
    fn new(config: &Config, on_event: Box<dyn Fn(Event) + Send>) -> Self {
        Self {
            vault: config.vault.clone(),
            client: SiteClient::new(&config.site),
            clock: config.clock.clone(),
            notice_hours: config.notice_hours.clone(),
            on_event: Mutex::new(on_event),
        }
    }

    fn tell(&self, event: Event) {
        (self.on_event.lock().unwrap_or_else(PoisonError::into_inner))(event);
    }

    fn work(&self, stop: &mpsc::Receiver<()>) {
        let mut engine = None;
        let mut last_trouble = None;
        let mut hour = self.clock.now() / 3600;
        loop {
            let outcome = self.once(&mut engine);
            let failed = outcome.is_err();
            match outcome {
                Ok(report) => {
                    last_trouble = None;
                    self.tell(Event::Round(report));
                }
                Err(error) => {
                    let words = error.to_string();
                    if last_trouble.as_ref() != Some(&words) {
                        self.tell(Event::Trouble(words.clone()));
                        last_trouble = Some(words);
                    }
                }
            }
            let tick = engine.as_ref().and_then(|engine| engine.tick_length().ok().flatten());
            let next = round::next_round(self.clock.now(), tick, failed);
            loop {
                let now = self.clock.now();
                self.notice(&mut hour, now);
                if now >= next {
                    break;
                }
                let rest = Duration::from_secs(next - now).min(LOOK);
                match stop.recv_timeout(rest) {
                    Err(RecvTimeoutError::Timeout) => {}
                    _ => return,
                }
            }
            if stop.try_recv().is_ok() {
                return;
            }
        }
    }

    fn once(&self, engine: &mut Option<DeskEngine>) -> Result<Report, RoundError> {
        let working = match engine {
            Some(engine) => engine,
            // A certificate may be installed while the daemon runs.
            None => engine.insert(DeskEngine::open(self.vault.clone())?),
        };
        round::round(working, &self.client, &*self.clock)
    }

    fn notice(&self, last: &mut u64, now: u64) {
        let hour = now / 3600;
        if hour != *last {
            *last = hour;
            let of_day = u8::try_from(hour % 24).unwrap_or(0);
            if self.notice_hours.contains(&of_day) {
                self.tell(Event::LookAtTheDesk);
            }
        }
    }
}
