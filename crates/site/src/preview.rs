//! A paper while it is written: the pages of a content folder on this computer's own address, read again whenever a file
//! in it is saved. Nothing of the site's channel is here, and nobody elsewhere can see it.

mod answer;
mod watch;

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use press::{BuildCache, Edition, PageContext, Pages, PressError};
use thiserror::Error;

use watch::Watch;

/// Why a preview cannot begin.
#[derive(Debug, Error)]
pub enum PreviewError {
    /// Drafts are nobody else's business.
    #[error("{0} can be reached from elsewhere: a preview listens on 127.0.0.1 or [::1] only")]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        why: io::Error,
    },
    /// The paper.
    #[error(transparent)]
    Press(#[from] PressError),
}

/// What the preview tells whoever runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The paper was read again after a change.
    Read {
        /// How many stories it has.
        stories: usize,
    },
    /// The paper as saved cannot be read; the pages from before stay. The text names file, line and mend.
    Fault(String),
}

/// A running preview. Dropping it stops it.
#[derive(Debug)]
pub struct Preview {
    address: SocketAddr,
    name: String,
    stories: usize,
    stop: Arc<AtomicBool>,
}

/// What is shown.
struct Shown {
    pages: Pages,
    /// Counts up with every change that could be read.
    edition: u64,
    fault: Option<String>,
}

type Board = Arc<Mutex<Shown>>;

/// Reads a content folder into pages.
struct Reader {
    content: PathBuf,
    base_url: String,
    cache: BuildCache,
}

impl Preview {
    /// Reads the paper in `content` and shows it on `listen`. `tell` hears of every change.
    ///
    /// # Errors
    /// [`PreviewError`]; the paper must be readable to begin with.
    pub fn start(
        content: PathBuf,
        listen: SocketAddr,
        tell: impl Fn(Seen) + Send + 'static,
    ) -> Result<Self, PreviewError> {
        if !listen.ip().is_loopback() {
            return Err(PreviewError::NotLoopback(listen));
        }
        let refused = |why| PreviewError::Listen { address: listen, why };
        let listener = TcpListener::bind(listen).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let watch = Watch::new(&content);
        let reader =
            Reader { content, base_url: format!("http://{address}"), cache: BuildCache::default() };
        let (edition, pages) = reader.read()?;
        let (name, stories) = (edition.name().to_owned(), edition.story_count());
        let board: Board = Arc::new(Mutex::new(Shown { pages, edition: 1, fault: None }));
        let stop = Arc::new(AtomicBool::new(false));
        let (for_watch, stop_watch) = (board.clone(), stop.clone());
        thread::spawn(move || keep_reading(&reader, watch, &for_watch, &stop_watch, &tell));
        let stop_listening = stop.clone();
        thread::spawn(move || serve(&listener, address, &board, &stop_listening));
        Ok(Self { address, name, stories, stop })
    }

    /// Where it is, with the port that port 0 became.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The paper's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many stories there were at the start.
    #[must_use]
    pub fn stories(&self) -> usize {
        self.stories
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is to stop.
        let _ = TcpStream::connect(self.address);
    }
}

impl Reader {
    fn read(&self) -> Result<(Edition, Pages), PressError> {
        let edition = Edition::load_with(&self.content, &self.cache)?;
        let context = PageContext {
            site_id: [0; 32],
            base_url: self.base_url.clone(),
            mix_on_premises: false,
            contact: edition.contact(),
        };
        let pages = edition.render_with(&context, &self.cache)?;
        Ok((edition, pages))
    }
}

fn keep_reading(
    reader: &Reader,
    mut watch: Watch,
    board: &Board,
    stop: &AtomicBool,
    tell: &impl Fn(Seen),
) {
    while watch.changed(stop) {
        let seen = match reader.read() {
            Ok((edition, pages)) => {
                let mut shown = board.lock().unwrap_or_else(PoisonError::into_inner);
                *shown = Shown { pages, edition: shown.edition + 1, fault: None };
                Seen::Read { stories: edition.story_count() }
            }
            Err(why) => {
                let why = why.to_string();
                board.lock().unwrap_or_else(PoisonError::into_inner).fault = Some(why.clone());
                Seen::Fault(why)
            }
        };
        tell(seen);
    }
}

fn serve(listener: &TcpListener, address: SocketAddr, board: &Board, stop: &AtomicBool) {
    for stream in listener.incoming() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let board = board.clone();
        // A visitor who goes away is no fault.
        thread::spawn(move || {
            stream.and_then(|stream| answer::answer(&stream, address, &board)).is_ok()
        });
    }
}
