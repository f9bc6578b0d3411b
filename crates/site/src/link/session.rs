//! Talking with one run of the mix.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use envelope::keys::{SiteId, SiteSigner, Verifying};
use mix::link::{FromMix, ToMix, Verdict};
use rand_core::CryptoRng;
use tokio::io::AsyncWriteExt as _;
use tokio::process::ChildStdin;
use tokio::sync::{mpsc, oneshot, watch};

use super::child::{self, Child, FromChild};
use super::storage::{Publication, Storage};
use super::{Command, Parts};
use crate::intake;
use crate::status::Status;

/// How long the mix may take to write its last snapshot.
const LAST: Duration = Duration::from_secs(10);
/// Bundles whose verdict is awaited.
const MOST_WAITING: usize = 256;

/// How a run ended.
pub(super) enum End {
    /// As it was told to.
    Stopped,
    /// By itself; why, in words.
    Died(String),
}

/// One run of the mix that is ready.
pub(super) struct Session {
    child: Child,
    signer: Verifying<SiteSigner>,
}

impl Session {
    pub(super) fn new(child: Child, signer: Verifying<SiteSigner>) -> Self {
        Self { child, signer }
    }

    /// Goes on until the mix ends or is told to.
    pub(super) async fn run(self, parts: &mut Parts) -> End {
        let Child { mut process, to, mut from } = self.child;
        let verdicts = Verdicts::default();
        let stop = parts.stop.clone();
        let reader = Reader {
            site: parts.site,
            signer: &self.signer,
            verdicts: &verdicts,
            storage: &parts.storage,
            status: &parts.status,
            // At every tick it has something to say.
            silence: Duration::from_secs(3 * u64::from(parts.tick.secs()) + 60),
        };
        let writer = Writer {
            to,
            blocks: &mut parts.blocks,
            commands: &mut parts.commands,
            rng: parts.rng.as_mut(),
            stored: parts.storage.stored(),
            verdicts: &verdicts,
        };
        let why = {
            let mut writing = std::pin::pin!(writer.run(parts.stop.clone()));
            let mut reading = std::pin::pin!(reader.run(&mut from));
            tokio::select! {
                why = &mut reading => why,
                // Nothing more is to be written, or can be. What it has still to say is read to its end.
                () = &mut writing => {
                    let rest = tokio::time::timeout(LAST, &mut reading).await;
                    rest.unwrap_or_else(|_| "the mix does not end".into())
                }
            }
        };
        let stopped = *stop.borrow();
        let wait = if stopped { LAST } else { Duration::from_secs(1) };
        let status = child::end(&mut process, wait).await;
        if stopped { End::Stopped } else { End::Died(format!("{why} ({status})")) }
    }
}

/// Who waits for which verdict.
#[derive(Default)]
struct Verdicts(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    by_token: HashMap<u64, oneshot::Sender<Verdict>>,
    next: u64,
}

impl Verdicts {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A token for a bundle; `None` if too many wait.
    fn expect(&self, verdict: oneshot::Sender<Verdict>) -> Option<u64> {
        let mut waiting = self.waiting();
        waiting.by_token.retain(|_, verdict| !verdict.is_closed());
        if waiting.by_token.len() >= MOST_WAITING {
            return None;
        }
        waiting.next += 1;
        let token = waiting.next;
        waiting.by_token.insert(token, verdict);
        Some(token)
    }

    fn arrived(&self, token: u64, verdict: Verdict) {
        if let Some(waiting) = self.waiting().by_token.remove(&token) {
            // The desk may have gone away.
            let _ = waiting.send(verdict);
        }
    }
}

struct Writer<'a> {
    to: ChildStdin,
    blocks: &'a mut mpsc::Receiver<Vec<u8>>,
    commands: &'a mut mpsc::Receiver<Command>,
    rng: &'a mut (dyn CryptoRng + Send),
    stored: watch::Receiver<Option<u64>>,
    verdicts: &'a Verdicts,
}

impl Writer<'_> {
    /// Writes until told to stop or the pipe breaks; then closes it.
    async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let message = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                Ok(()) = self.stored.changed() => {
                    let stored = *self.stored.borrow_and_update();
                    stored.map(|tick| ToMix::Stored { tick })
                }
                Some(command) = self.commands.recv() => self.command(command),
                Some(packets) = self.blocks.recv() => {
                    intake::seal(packets, self.rng).map(ToMix::Block)
                }
                // All senders are gone.
                else => break,
            };
            if let Some(message) = message
                && !self.write(&message).await
            {
                return;
            }
        }
        // The last packets that were taken go with it.
        while let Ok(packets) = self.blocks.try_recv() {
            if let Some(block) = intake::seal(packets, self.rng)
                && !self.write(&ToMix::Block(block)).await
            {
                return;
            }
        }
        self.write(&ToMix::Shutdown).await;
    }

    fn command(&self, command: Command) -> Option<ToMix> {
        match command {
            Command::Records(records) => Some(ToMix::Records(records)),
            Command::Bundle { bytes, verdict } => {
                let token = self.verdicts.expect(verdict)?;
                Some(ToMix::Bundle { token, bytes })
            }
        }
    }

    async fn write(&mut self, message: &ToMix) -> bool {
        self.to.write_all(&message.encode()).await.is_ok() && self.to.flush().await.is_ok()
    }
}

struct Reader<'a> {
    site: SiteId,
    signer: &'a Verifying<SiteSigner>,
    verdicts: &'a Verdicts,
    storage: &'a Storage,
    status: &'a Status,
    silence: Duration,
}

impl Reader<'_> {
    /// Reads until the mix ends; says why, in words.
    async fn run(self, from: &mut FromChild) -> String {
        loop {
            let message = match tokio::time::timeout(self.silence, from.next()).await {
                Ok(Ok(message)) => message,
                Ok(Err(why)) => return why,
                Err(_) => {
                    return format!("the mix said nothing for {} s", self.silence.as_secs());
                }
            };
            match message {
                FromMix::KeyList(bytes) => {
                    self.storage.put(Publication::KeyList(bytes.into())).await;
                }
                FromMix::Batch { tick, bytes } => {
                    self.storage.put(Publication::Batch { tick, bytes: bytes.into() }).await;
                }
                FromMix::Drop { block, records, bytes } => {
                    let said = (block, records);
                    match Publication::chunk(&self.site, self.signer, said, bytes.into()) {
                        Ok(chunk) => self.storage.put(chunk).await,
                        Err(why) => self.status.line(&format!("mix: a chunk is not used: {why}")),
                    }
                }
                FromMix::BundleVerdict { token, verdict } => self.verdicts.arrived(token, verdict),
                FromMix::Fault(text) => self.status.line(&format!("mix: {text}")),
                FromMix::Ready(_) => {}
            }
        }
    }
}
