//! A witness for public logs: signs what continues a log that it watches, and nothing else
//! (<https://c2sp.org/tlog-witness>). It holds one key and, of each log, the checkpoint that it signed last; it writes
//! that down before it answers, so that no crash makes it sign two histories.

mod answer;
mod book;

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;
use tlog::VerifierKey;
use tokio::sync::watch as signal;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::limits::Limiter;
use crate::net::{self, NetConfig, Timeouts};
use crate::status::Status;
use answer::Answering;
use book::Book;

pub use book::{init, watch};

/// Most connections at once, and of one address. Its visitors are a few logs, each of which asks when it has grown.
const CONNECTIONS: (usize, usize) = (512, 32);

/// Why a witness cannot be made, changed or started.
#[derive(Debug, Error)]
pub enum WitnessError {
    /// The folder was never made a witness.
    #[error("{0}: is no witness yet; `subrosa witness init` makes one")]
    None(PathBuf),
    /// It is a witness of another name.
    #[error("{folder}: is the witness {name} already; name another folder")]
    Other {
        /// The folder.
        folder: PathBuf,
        /// The name of the witness in it.
        name: String,
    },
    /// A name that a key cannot have.
    #[error(
        "{0:?} cannot be a witness's name; take one like news.example/witness: no space, no plus"
    )]
    Name(String),
    /// A witness's own key in place of a log's.
    #[error("this is the key of a witness, not of a log; `subrosa audit` prints the log's")]
    NotALog,
    /// Another witness runs in this folder.
    #[error("{0}: another witness runs in this folder; stop it first")]
    Running(PathBuf),
    /// A file cannot be used.
    #[error("{path}: {why}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A line of the list of logs.
    #[error("{path}:{line}: {why}; each line is the key of a log, as `subrosa audit` prints it")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        why: String,
    },
}

/// What a witness is given from outside.
pub struct WitnessDeps {
    /// What time it is: goes into every signature.
    pub clock: Arc<dyn Clock>,
    /// Where its few lines go.
    pub status: Status,
}

/// A witness that runs. Dropping it stops it in the background; [`Witnessing::shutdown`] waits.
pub struct Witnessing {
    address: SocketAddr,
    folder: PathBuf,
    book: Arc<Mutex<Book>>,
    stop: signal::Sender<bool>,
    serving: JoinHandle<()>,
    status: Status,
    _lock: File,
}

impl Witnessing {
    /// Opens the folder and answers on `listen`; port 0 is any free one.
    ///
    /// # Errors
    /// [`WitnessError`]. It does not start unless it knows everything that it has signed.
    pub async fn start(
        folder: &Path,
        listen: SocketAddr,
        deps: WitnessDeps,
    ) -> Result<Self, WitnessError> {
        let WitnessDeps { clock, status } = deps;
        let lock = book::lock(folder)?;
        let book = Book::open(folder)?;
        let refused =
            |why: std::io::Error| WitnessError::Listen { address: listen, why: why.to_string() };
        let listener = net::bind(listen).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        status.line(&format!("witness: {} on {address}, {}", book.name(), logs(book.logs())));
        let book = Arc::new(Mutex::new(book));
        let timeouts = Timeouts::default();
        let config = NetConfig {
            timeouts,
            connections: CONNECTIONS.0,
            connections_each: CONNECTIONS.1,
            // Behind a proxy on this machine everybody has its address.
            proxies: vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)],
            onion: false,
        };
        let handler = Answering::new(book.clone(), clock, timeouts.body);
        let limiter = Arc::new(Limiter::new(None));
        let (stop, stopped) = signal::channel(false);
        let serving = net::serve(listener, config, limiter, None, handler, stopped);
        let serving = tokio::spawn(serving);
        Ok(Self { address, folder: folder.to_owned(), book, stop, serving, status, _lock: lock })
    }

    /// The address it listens on, with the port that port 0 became.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Its public key.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).verifier().clone()
    }

    /// Reads the list of logs again.
    ///
    /// # Errors
    /// [`WitnessError`]; then everything stays as it was.
    pub fn reload(&self) -> Result<(), WitnessError> {
        // Held meanwhile: what is signed between reading and exchanging would be forgotten.
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        *book = Book::open(&self.folder)?;
        self.status.line(&format!("witness: read again, {}", logs(book.logs())));
        Ok(())
    }

    /// Stops when open requests are answered.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        let _ = self.serving.await;
        self.status.line("witness: stopped");
    }
}

fn logs(count: usize) -> String {
    match count {
        0 => "no log to watch; `subrosa witness watch` adds one".to_owned(),
        1 => "1 log".to_owned(),
        n => format!("{n} logs"),
    }
}
