//! The local page: server-rendered, on loopback only, for one person with the session that the command line handed
//! to their browser.
//!
//! What guards it: the `Host` must be the address it listens on (no name that an attacker points here), anything that
//! changes something must come from its own origin and carry the session's token, the session's cookie is `HttpOnly`,
//! `SameSite=Strict` and bound to a path that only this vault knows, because browsers show a cookie of one port of
//! an address to all others. Nothing is cached, framed, or fetched from elsewhere. Whoever has not used it for a quarter of an hour
//! is asked for the vault's passphrase.

mod care;
mod compared;
mod drafts;
mod format;
mod guard;
mod jobs;
mod lock;
mod material;
mod newsroom;
mod pages;
mod report;
mod story;
mod text;
mod view;

use std::{
    future::Future,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use axum::{Router, extract::DefaultBodyLimit, middleware, routing};
use thiserror::Error;
use tokio::net::TcpListener;

use self::{guard::Guard, jobs::Jobs};
use crate::{
    clock::Clock,
    error::{DeskError, EngineError, StoreError},
    service::Desk,
};

/// Largest form: a reply inflates to 262,144 bytes at most, three bytes each when encoded.
const FORM: usize = 800_000;
/// Largest document or list of people.
const FILE: usize = 16 << 20;
/// Largest parcel that is carried over as a file.
const PARCEL: usize = 100 << 20;
/// Largest text of a draft with what is asked about it, three bytes for each when encoded.
const TEXT: usize = 7 << 20;

/// The local page did not start.
#[derive(Debug, Error)]
pub enum WebError {
    /// Not a loopback address.
    #[error("{0}: the desk's page listens on this computer only; use 127.0.0.1")]
    NotLoopback(IpAddr),
    /// The address is taken, or not to be had.
    #[error("{address}: {source}; give another with --page, or port 0 for any")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The vault.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The vault, seen by the engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// What every handler has.
#[derive(Clone)]
pub(crate) struct App {
    desk: Desk,
    clock: Arc<dyn Clock>,
    guard: Arc<Guard>,
    notice: Arc<[u8]>,
    jobs: Arc<Jobs>,
}

/// A page that listens and does not answer yet.
pub struct Page {
    listener: TcpListener,
    address: SocketAddr,
    app: App,
}

/// Listens.
///
/// # Errors
/// [`WebError`].
pub async fn bind(
    desk: Desk,
    clock: Arc<dyn Clock>,
    address: SocketAddr,
) -> Result<Page, WebError> {
    if !address.ip().is_loopback() {
        return Err(WebError::NotLoopback(address.ip()));
    }
    let listen = |source| WebError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let guard = Arc::new(Guard::new(&desk, address)?);
    let (notice, jobs) = (Arc::default(), Arc::default());
    Ok(Page { listener, address, app: App { desk, clock, guard, notice, jobs } })
}

impl Page {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shows on the status page at which hours (UTC) the notice "look at the desk" comes.
    #[must_use]
    pub fn with_notice(mut self, hours: &[u8]) -> Self {
        self.app.notice = hours.into();
        self
    }

    /// Locks a session that nobody has used for so many seconds, instead of a quarter of an hour; 0: never.
    #[must_use]
    pub fn with_lock(mut self, seconds: u64) -> Self {
        // Nobody else has it before the page is served.
        if let Some(guard) = Arc::get_mut(&mut self.app.guard) {
            guard.lock_after(seconds);
        }
        self
    }

    /// Cleans documents in children that are started from this program, and not from the one that runs.
    #[must_use]
    pub fn with_program(mut self, program: PathBuf) -> Self {
        self.app.jobs = Arc::new(Jobs::of(program));
        self
    }

    /// An address with a token that opens a session once, within ten minutes.
    ///
    /// # Errors
    /// [`WebError`].
    pub fn link(&self, now: u64) -> Result<String, WebError> {
        Ok(link(&self.app.desk, self.address, now)?)
    }

    /// Answers until `stop` comes.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) {
        let router = router(self.app);
        // It ends by `stop` only; errors of single connections are theirs.
        let _ = axum::serve(self.listener, router).with_graceful_shutdown(stop).await;
    }

    /// The routes, to be tried without a socket.
    pub fn into_router(self) -> Router {
        router(self.app)
    }
}

/// A new address with a one-time token, for a browser that lost its session: the running daemon takes it, because
/// both use the same vault.
///
/// # Errors
/// [`DeskError`].
pub fn link(desk: &Desk, address: SocketAddr, now: u64) -> Result<String, DeskError> {
    let (path, token) = guard::issue_token(desk, now)?;
    Ok(format!("http://{address}{path}/enter?token={token}"))
}

fn router(app: App) -> Router {
    let mut inner = Router::new()
        .route("/enter", routing::get(pages::enter))
        .route("/leave", routing::post(pages::leave))
        .route(
            "/lock",
            routing::get(lock::open).post(lock::lock).layer(DefaultBodyLimit::max(TEXT)),
        )
        .route("/kept", routing::get(lock::fields))
        .route("/pulse", routing::get(pages::pulse))
        .route("/status", routing::get(pages::status))
        .route("/backup", routing::post(pages::backup))
        .route("/c/{number}", routing::get(pages::conversation))
        .route("/c/{number}/reply", routing::post(pages::reply))
        .route("/c/{number}/measure", routing::post(pages::measure))
        .route("/c/{number}/mark", routing::post(pages::mark))
        .route("/desk.js", routing::get(pages::script))
        .route("/drafts", routing::get(drafts::list))
        .route("/drafts/new", routing::post(drafts::new).layer(DefaultBodyLimit::max(TEXT)))
        .route("/drafts/open", routing::post(drafts::open).layer(DefaultBodyLimit::max(FILE)))
        .route("/d/{number}", routing::get(drafts::show))
        .route(
            "/d/{number}/circle",
            routing::post(drafts::circle).layer(DefaultBodyLimit::max(FILE)),
        )
        .route("/d/{number}/paper", routing::post(drafts::paper).layer(DefaultBodyLimit::max(FILE)))
        .route("/d/{number}/unpaper", routing::post(drafts::unpaper))
        .route("/d/{number}/delete", routing::post(drafts::delete))
        .route("/d/{number}/words", routing::post(drafts::words).layer(DefaultBodyLimit::max(TEXT)))
        .route("/d/{number}/story", routing::get(story::show))
        .route("/d/{number}/story/front", routing::post(story::front))
        .route("/d/{number}/story/prepare", routing::post(story::prepare))
        .route("/d/{number}/story/ask", routing::post(story::ask))
        .route("/d/{number}/story/publish", routing::post(story::publish))
        .route("/d/{number}/story/override", routing::post(story::overrule))
        .route("/d/{number}/story/send", routing::post(story::send))
        .route("/d/{number}/story/settle", routing::post(story::settle))
        .route("/d/{number}/story/cite", routing::post(story::cite))
        .route("/newsroom", routing::get(newsroom::show))
        .route("/newsroom/night", routing::post(newsroom::night))
        .route("/newsroom/team", routing::post(newsroom::team))
        .route(
            "/newsroom/parcel",
            routing::post(newsroom::parcel).layer(DefaultBodyLimit::max(PARCEL)),
        )
        .route("/newsroom.css", routing::get(newsroom::style))
        .route("/a/{statement}", routing::get(newsroom::request))
        .route("/a/{statement}/approve", routing::post(newsroom::approve))
        .route("/a/{statement}/decline", routing::post(newsroom::decline))
        .route("/a/{statement}/picture/{name}", routing::get(newsroom::picture))
        .route("/c/{number}/care", routing::get(care::show))
        .route("/c/{number}/care/{what}", routing::post(care::act))
        .route("/documents", routing::get(material::list))
        .route("/documents/give", routing::post(material::give).layer(DefaultBodyLimit::max(FILE)))
        .route("/m/{number}", routing::get(material::show))
        .route("/m/{number}/state", routing::get(material::state))
        .route("/m/{number}/clean", routing::post(material::clean))
        .route("/m/{number}/original", routing::post(material::original))
        .route("/m/{number}/delete", routing::post(material::delete))
        .route("/m/{number}/{level}/save", routing::get(material::save))
        .route("/m/{number}/{level}/attach", routing::post(material::attach))
        .route("/m/{number}/{level}/detach", routing::post(material::detach))
        .route("/m/{number}/{level}/picture", routing::get(material::picture))
        .route("/m/{number}/{level}/report", routing::get(report::show))
        .route("/d/{number}/{what}", routing::post(drafts::act).layer(DefaultBodyLimit::max(TEXT)));
    for name in material::ASSETS {
        inner = inner.route(&format!("/{name}"), routing::get(move || material::asset(name)));
    }
    for name in drafts::ASSETS {
        inner = inner.route(&format!("/{name}"), routing::get(move || drafts::asset(name)));
    }
    let pages = Router::new()
        .route("/desk.css", routing::get(pages::style))
        .route("/icon.svg", routing::get(pages::icon))
        .route(&format!("{}/", app.guard.path()), routing::get(pages::inbox))
        .nest(app.guard.path(), inner)
        .fallback(pages::not_found)
        .layer(DefaultBodyLimit::max(FORM))
        .with_state(app.clone());
    // Around the routes, and not on each: what was sent to a locked page finds its way when the page is unlocked.
    Router::new().fallback_service(pages).layer(middleware::from_fn_with_state(app, guard::guard))
}
