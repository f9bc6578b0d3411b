//! The mix process: started, told what it needs, listened to, and started again when it dies. Meanwhile the edge
//! goes on serving pages and answering 204.

mod child;
mod session;
mod storage;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use envelope::cert::{Certificate, Revocation};
use envelope::error::VerifyError;
use envelope::keys::{SiteId, SiteSigner, Verifying};
use envelope::sizes;
use envelope::time::TickLength;
use mix::link::{Hello, Limits, Records, Verdict};
use rand_core::CryptoRng;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::config::Config;
use crate::edge::{Swap, current};
use crate::folder;
use crate::published::Published;
use crate::roster::Roster;
use crate::status::Status;
use crate::store::{Store, StoreError};
use child::Child;
use session::{End, Session};
pub(crate) use storage::Storage;

/// First and longest wait before a mix that died is started again.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));
/// A mix that ran this long did not die of its start.
const RAN_WELL: Duration = Duration::from_secs(60);

/// How to start the mix: a program and its arguments, run with an empty environment.
#[derive(Debug, Clone)]
pub struct MixCommand {
    /// The program; usually the running one.
    pub program: PathBuf,
    /// Its arguments; usually `mix-child` and the mix's folder.
    pub args: Vec<OsString>,
}

impl MixCommand {
    /// The running program again, with its hidden subcommand `mix-child`, for this site.
    ///
    /// # Errors
    /// The operating system's, if it cannot say which program is running.
    pub fn this_program(config: &Config) -> std::io::Result<Self> {
        Ok(Self::program(std::env::current_exe()?, config))
    }

    /// Another program that knows the subcommand `mix-child`, for this site.
    #[must_use]
    pub fn program(program: PathBuf, config: &Config) -> Self {
        let mix = config.folder.join(folder::MIX);
        let mut args = vec![mix::child::SUBCOMMAND.into(), "--state".into(), mix.into()];
        if config.mix_without_landlock {
            args.push("--without-landlock".into());
        }
        Self { program, args }
    }
}

/// Why there is no mix.
#[derive(Debug, Error)]
pub enum MixError {
    /// The program cannot be started.
    #[error("the mix cannot be started ({program}): {why}")]
    Spawn {
        /// The program.
        program: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// It ended, or said what is wrong, before it was ready.
    #[error("the mix did not start: {0}")]
    NotReady(String),
    /// It did not get ready in time.
    #[error("the mix was not ready within {0} s")]
    Slow(u64),
    /// The root has not certified the signer that the mix holds.
    #[error(
        "the root has not certified this site's signer {signer}: take signer.request to the root, `subrosa root enrol` \
         it there, and `subrosa site install` what comes back"
    )]
    Uncertified {
        /// The signer's public key in hex.
        signer: String,
    },
    /// Its certificate does not hold.
    #[error("the certificate of this site's signer does not hold: {0}")]
    Certificate(VerifyError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the edge asks of the mix.
pub(crate) enum Command {
    /// A desk's bundle, and where the verdict goes.
    Bundle { bytes: Box<[u8; sizes::BUNDLE]>, verdict: oneshot::Sender<Verdict> },
    /// Certificates and revocations that may be new to it.
    Records(Records),
}

/// What the supervisor works with.
pub(crate) struct Parts {
    pub(crate) command: MixCommand,
    pub(crate) site: SiteId,
    pub(crate) tick: TickLength,
    pub(crate) on_premises: bool,
    pub(crate) limits: Limits,
    pub(crate) store: Store,
    pub(crate) published: Arc<Published>,
    pub(crate) roster: Swap<Roster>,
    pub(crate) blocks: mpsc::Receiver<Vec<u8>>,
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) storage: Storage,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Box<dyn CryptoRng + Send>,
    pub(crate) status: Status,
    pub(crate) stop: watch::Receiver<bool>,
}

/// Keeps a mix running.
pub(crate) struct Supervisor {
    parts: Parts,
    first: Option<Session>,
}

impl Supervisor {
    /// Starts the mix and waits until its sandbox is closed and tested.
    ///
    /// # Errors
    /// [`MixError`]: a site does not start without its mix.
    pub(crate) async fn start(parts: Parts) -> Result<Self, MixError> {
        let mut supervisor = Self { parts, first: None };
        supervisor.first = Some(supervisor.session().await?);
        Ok(supervisor)
    }

    /// Runs until told to stop; then the mix has written its last snapshot.
    pub(crate) async fn run(mut self) {
        let mut wait = BACK_OFF.0;
        loop {
            let started = Instant::now();
            let session = match self.first.take() {
                Some(first) => Ok(first),
                None => self.session().await,
            };
            let end = match session {
                Ok(session) => session.run(&mut self.parts).await,
                Err(error) => End::Died(error.to_string()),
            };
            match end {
                End::Stopped => break,
                End::Died(why) => {
                    if started.elapsed() > RAN_WELL {
                        wait = BACK_OFF.0;
                    }
                    self.parts.status.line(&format!(
                        "{why}; starting the mix again in {} s, pages go on meanwhile",
                        wait.as_secs_f32()
                    ));
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = self.parts.stop.wait_for(|stop| *stop) => break,
            }
            wait = (wait * 2).min(BACK_OFF.1);
        }
        self.parts.storage.finish().await;
    }

    async fn session(&mut self) -> Result<Session, MixError> {
        let hello = self.hello().await?;
        let parts = &mut self.parts;
        let mut child = Child::spawn(&parts.command, parts.status.clone())?;
        let ready = child.greet(hello).await?;
        let signer = Verifying::<SiteSigner>::from_bytes(&ready.signer)
            .map_err(|error| MixError::NotReady(error.to_string()))?;
        match current(&parts.roster).signer(&signer, parts.clock.now()) {
            Some(Ok(())) => {}
            Some(Err(error)) => return Err(MixError::Certificate(error)),
            None => return Err(MixError::Uncertified { signer: format!("{signer:?}") }),
        }
        let report = ready.report.replace('\n', "; ");
        parts
            .status
            .line(&format!("mix: in its sandbox (landlock {:?}): {report}", ready.landlock));
        Ok(Session::new(child, signer))
    }

    async fn hello(&mut self) -> Result<Hello, StoreError> {
        let parts = &mut self.parts;
        let (newest_batch, desk_keys) =
            parts.store.run(|records| Ok((records.newest_batch()?, records.desk_keys()?))).await?;
        let records = records(&current(&parts.roster));
        Ok(Hello {
            site: parts.site,
            tick: parts.tick,
            on_premises: parts.on_premises,
            limits: parts.limits,
            certificates: records.certificates,
            revocations: records.revocations,
            desk_keys: desk_keys.iter().filter_map(|key| key.as_slice().try_into().ok()).collect(),
            newest_chunk: parts.published.newest_chunk().to_vec(),
            newest_batch: newest_batch.unwrap_or(0),
        })
    }
}

/// Most records of a kind that one frame carries; the newest ones are those that matter.
const MOST_RECORDS: usize = 256;

/// A roster as the mix takes it.
pub(crate) fn records(roster: &Roster) -> Records {
    let certificates = newest(&roster.certificates).map(Certificate::as_bytes).copied().collect();
    let revocations = newest(&roster.revocations).map(Revocation::as_bytes).copied().collect();
    Records { certificates, revocations }
}

fn newest<T>(all: &[T]) -> impl Iterator<Item = &T> {
    all.iter().skip(all.len().saturating_sub(MOST_RECORDS))
}
