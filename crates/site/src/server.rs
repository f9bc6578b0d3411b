//! A site that runs.

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use envelope::keys::SiteId;
use rand_core::CryptoRng;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::{Config, Tls};
use crate::cosign;
use crate::disk::Disk;
use crate::edge::{self, Edge, Redirect, Swap};
use crate::folder;
use crate::heartbeat::Heartbeat;
use crate::intake::{Counts, Intake};
use crate::limits::Limiter;
use crate::link::{self, MixCommand, MixError, Storage, Supervisor};
use crate::log::Log;
use crate::net::tls::{Acceptor, Acme, AcmeTask, OwnCertificate, TlsError, acme};
use crate::net::{self, NetConfig};
use crate::printer::{self, PrintError, Printer};
use crate::published::Published;
use crate::roster::Roster;
use crate::status::Status;
use crate::store::{Records, SqliteRecords, Store, StoreError};

/// What a site is given from outside.
pub struct Deps {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Randomness for shuffling packets.
    pub rng: Box<dyn CryptoRng + Send>,
    /// How to start the mix.
    pub mix: MixCommand,
    /// How stories come into the content folder.
    pub disk: Arc<dyn Disk>,
    /// Where the few status lines go.
    pub status: Status,
}

/// Why a site does not start. Nothing was changed.
#[derive(Debug, Error)]
pub enum StartError {
    /// The folder was never made a site.
    #[error("{0}: is no site yet; `subrosa site init` makes one")]
    NoSite(PathBuf),
    /// Another site runs in this folder.
    #[error("{0}: another site runs in this folder; stop it first")]
    Running(PathBuf),
    /// A file cannot be used.
    #[error("{path}: {why}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// The tick is not the one the site was made with.
    #[error(
        "tick_secs is {now} in site.toml, but this site was made with {made}: put {made} back, because ticks number \
         the dead drop"
    )]
    Tick {
        /// In `site.toml`.
        now: u32,
        /// In the store.
        made: u32,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        why: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stories, or their approvals.
    #[error(transparent)]
    Print(#[from] PrintError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The mix; for instance its sandbox cannot be had.
    #[error(transparent)]
    Mix(#[from] MixError),
}

/// Why new stories or a new certificate are not used; what was in use goes on.
#[derive(Debug, Error)]
pub enum ReloadError {
    /// The stories, or their approvals.
    #[error(transparent)]
    Print(#[from] PrintError),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Starts sites.
pub struct Server;

/// A site that runs. Dropping it stops it in the background; [`Running::shutdown`] waits.
pub struct Running {
    address: SocketAddr,
    redirect_address: Option<SocketAddr>,
    stop_net: watch::Sender<bool>,
    stop_mix: watch::Sender<bool>,
    net: Vec<JoinHandle<()>>,
    heartbeat: JoinHandle<()>,
    supervisor: JoinHandle<()>,
    intake: Intake,
    printer: Arc<Printer>,
    own_certificate: Option<Arc<OwnCertificate>>,
    _acme: Option<AcmeTask>,
    status: Status,
    _lock: File,
}

impl Server {
    /// Starts a site and its mix.
    ///
    /// # Errors
    /// [`StartError`]. A site starts with everything it needs, or not at all.
    pub async fn start(config: Config, deps: Deps) -> Result<Running, StartError> {
        let Deps { clock, rng, mix, disk, status } = deps;
        let lock = lock(&config.folder)?;
        let (store, begin) = open(&config)?;
        let Begin { site, published, roster } = begin;
        let mut records = SqliteRecords::open(&config.folder.join(folder::STORE))?;
        let witnesses = config.log.witnesses.iter().map(|one| one.key.clone()).collect();
        let log = Log::open(&config.folder, &mut records, &roster, clock.now(), witnesses)?;
        let log = log.map(Arc::new);
        let parts = printer::Parts {
            content: config.content.clone(),
            base_url: config.base_url.clone(),
            site,
            mix_on_premises: config.mix_on_premises,
            approvals: config.approvals,
            clock: clock.clone(),
            disk,
            status: status.clone(),
            cache: press::BuildCache::default(),
            log: log.clone(),
        };
        let printer = Arc::new(Printer::start(parts, records)?);
        let shelf = printer.shelf();
        let (roster, published) = (swap(roster), Arc::new(published));
        let listener = listen(config.listen)?;
        let address = local(&listener, config.listen)?;
        let redirect = config.redirect_listen.map(listen).transpose()?;
        let redirect_address = redirect.as_ref().and_then(|listener| listener.local_addr().ok());
        let Secured { acceptor, own_certificate, acme } = secure(&config, &status)?;

        let counts: Arc<Counts> = Arc::default();
        let limiter = Arc::new(Limiter::new(config.visits_per_prefix));
        let (intake, blocks) = Intake::new(counts.clone());
        let (commands, requests) = mpsc::channel(64);
        let (stop_net, net_stopped) = watch::channel(false);
        let (stop_mix, mix_stopped) = watch::channel(false);
        let supervisor = Supervisor::start(link::Parts {
            command: mix,
            site,
            tick: config.tick,
            on_premises: config.mix_on_premises,
            limits: config.mix,
            store: store.clone(),
            published: published.clone(),
            roster: roster.clone(),
            blocks,
            commands: requests,
            storage: Storage::new(store.clone(), published.clone(), config.tick, status.clone()),
            clock: clock.clone(),
            rng,
            status: status.clone(),
            stop: mix_stopped,
        })
        .await?;

        let supervisor = tokio::spawn(supervisor.run());
        first_publication(&published).await;

        let heartbeat = Heartbeat {
            clock: clock.clone(),
            tick: config.tick,
            site,
            store: store.clone(),
            roster: roster.clone(),
            commands: commands.clone(),
            intake: intake.clone(),
            limiter: limiter.clone(),
            counts: counts.clone(),
            status: status.clone(),
        };
        let edge = Edge::new(edge::Parts {
            site,
            base_url: config.base_url.clone(),
            tick: config.tick,
            body_timeout: config.timeouts.body,
            shelf: shelf.clone(),
            printer: printer.clone(),
            roster,
            published,
            store,
            limiter: limiter.clone(),
            intake: intake.clone(),
            counts,
            commands,
            clock,
        });
        let net_config = net_config(&config, &status);
        let mut net = vec![tokio::spawn(net::serve(
            listener,
            net_config.clone(),
            limiter.clone(),
            acceptor,
            edge,
            net_stopped.clone(),
        ))];
        if let Some(listener) = redirect {
            let handler = Redirect::new(&config.base_url);
            let serving =
                net::serve(listener, net_config, limiter, None, handler, net_stopped.clone());
            net.push(tokio::spawn(serving));
        }
        net.extend(cosign::start(&config.log, log.as_ref(), &status, &stop_net));
        let paths = edge::current(&shelf).len();
        status.line(&format!("site: {} on {address}, {paths} paths", config.base_url));
        Ok(Running {
            address,
            redirect_address,
            stop_net,
            stop_mix,
            net,
            heartbeat: tokio::spawn(heartbeat.run(net_stopped)),
            supervisor,
            intake,
            printer,
            own_certificate,
            _acme: acme,
            status,
            _lock: lock,
        })
    }
}

impl Running {
    /// The address it listens on, with the port that port 0 became.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The address of the listener that redirects, if there is one.
    #[must_use]
    pub fn redirect_addr(&self) -> Option<SocketAddr> {
        self.redirect_address
    }

    /// Reads stories and certificate files again.
    ///
    /// # Errors
    /// [`ReloadError`]; then everything stays as it was.
    pub fn reload(&self) -> Result<(), ReloadError> {
        let paths = self.printer.reload()?;
        if let Some(certificate) = &self.own_certificate {
            certificate.reload()?;
        }
        self.status.line(&format!("site: read again, {paths} paths"));
        Ok(())
    }

    /// Stops: first the connections, then the mix, which gets the last packets and writes its last snapshot.
    pub async fn shutdown(mut self) {
        self.stop_net.send_replace(true);
        for serving in self.net.drain(..) {
            let _ = serving.await;
        }
        let _ = (&mut self.heartbeat).await;
        self.intake.flush();
        self.stop_mix.send_replace(true);
        let _ = (&mut self.supervisor).await;
        self.status.line("site: stopped");
    }
}

struct Begin {
    site: SiteId,
    published: Published,
    roster: Roster,
}

/// Opens the store and reads what is in it; checks that the configuration fits.
fn open(config: &Config) -> Result<(Store, Begin), StartError> {
    let path = config.folder.join(folder::STORE);
    if !path.exists() {
        return Err(StartError::NoSite(config.folder.clone()));
    }
    let mut records = SqliteRecords::open(&path)?;
    let site = records.value(folder::SITE_ID)?.and_then(|id| id.try_into().ok()).map(SiteId);
    let site = site.ok_or_else(|| StartError::NoSite(config.folder.clone()))?;
    let now = config.tick.secs();
    let made = records.set_once(folder::TICK_SECS, &now.to_be_bytes())?;
    let made = made.try_into().map_or(0, u32::from_be_bytes);
    if made != now {
        return Err(StartError::Tick { now, made });
    }
    let begin = Begin {
        site,
        published: Published::read(&mut records)?,
        roster: Roster::read(&mut records, &site)?,
    };
    Ok((Store::new(records)?, begin))
}

fn lock(folder: &Path) -> Result<File, StartError> {
    let path = folder.join(folder::LOCK);
    let file =
        |error: std::io::Error| StartError::File { path: path.clone(), why: error.to_string() };
    if !folder.join(folder::STORE).exists() {
        return Err(StartError::NoSite(folder.to_owned()));
    }
    let lock = File::create(&path).map_err(file)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StartError::Running(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(file(error)),
    }
}

/// A reader who comes in the first second shall not meet a site without keys. Should it take longer, the site starts
/// without: the pages are worth reading.
async fn first_publication(published: &Published) {
    for _ in 0..250 {
        if published.key_list().is_some() && published.live().is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn swap<T>(value: T) -> Swap<T> {
    Arc::new(std::sync::RwLock::new(Arc::new(value)))
}

fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    net::bind(address).map_err(|error| StartError::Listen { address, why: error.to_string() })
}

fn local(listener: &TcpListener, address: SocketAddr) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|error| StartError::Listen { address, why: error.to_string() })
}

#[derive(Default)]
struct Secured {
    acceptor: Option<Acceptor>,
    own_certificate: Option<Arc<OwnCertificate>>,
    acme: Option<AcmeTask>,
}

fn secure(config: &Config, status: &Status) -> Result<Secured, TlsError> {
    match &config.tls {
        Tls::None => Ok(Secured::default()),
        Tls::Files { certificate, key } => {
            let own = OwnCertificate::load(certificate, key)?;
            let acceptor = Some(own.acceptor()?);
            Ok(Secured { acceptor, own_certificate: Some(own), acme: None })
        }
        Tls::Acme { domains, contact, directory, directory_root } => {
            // The account's and the certificate's private keys will lie there.
            folder::make_private(&config.folder.join(folder::TLS)).map_err(|error| {
                TlsError::Setup(format!("{}: {error}", config.folder.join(folder::TLS).display()))
            })?;
            let settings = Acme {
                domains: domains.clone(),
                contact: contact.clone(),
                directory: directory.clone(),
                directory_root: directory_root.clone(),
                cache: config.folder.join(folder::TLS),
            };
            let (acceptor, task) = acme(&settings, status.clone())?;
            Ok(Secured { acceptor: Some(acceptor), own_certificate: None, acme: Some(task) })
        }
    }
}

/// File descriptors that are not for visitors.
const OTHER_FILES: usize = 64;

fn net_config(config: &Config, status: &Status) -> NetConfig {
    let mut connections = config.connections;
    if let Some(files) = most_open_files() {
        let room = files.saturating_sub(OTHER_FILES).max(1);
        if room < connections {
            status.line(&format!(
                "site: at most {room} connections instead of {connections}, because this process may open {files} \
                 files; raise LimitNOFILE"
            ));
            connections = room;
        }
    }
    NetConfig {
        timeouts: config.timeouts,
        connections,
        connections_each: config.connections_per_address,
        proxies: config.proxies.clone(),
        onion: config.onion,
    }
}

/// How many files this process may open, where the operating system says so.
fn most_open_files() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

/// The heartbeat's pulse.
pub(crate) const SECOND: Duration = Duration::from_secs(1);
