//! Who may ask, and with which headers every answer leaves.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use vault::Shelf;

use super::{
    App,
    lock::{self, Kept},
    pages,
};
use crate::{
    error::{DeskError, StoreError},
    hold::Fixed,
    records::{self, DESK},
    service::Desk,
};

/// Tokens that open a session, by their hash.
const TOKENS: Shelf<'static> = Shelf::all("page token");
const PATH_ID: &[u8] = b"page path";
/// A token is good for so many seconds.
const TOKEN_LIFE: u64 = 600;
/// A session that nobody uses ends after so many seconds.
const IDLE: u64 = 12 * 3600;
const COOKIE: &str = "desk";

#[derive(Serialize, Deserialize)]
struct PathRecord {
    path: Fixed<8>,
}

#[derive(Serialize, Deserialize)]
struct TokenRecord {
    until: u64,
}

struct Session {
    csrf: String,
    used: u64,
    locked: bool,
    kept: Kept,
}

/// The sessions, and what a request must look like.
pub(crate) struct Guard {
    path: String,
    hosts: Vec<String>,
    sessions: Mutex<HashMap<[u8; 32], Session>>,
    /// A session that nobody uses is locked after so many seconds; 0: never.
    lock_after: u64,
    /// One passphrase is tried at a time.
    pub(super) trying: tokio::sync::Mutex<()>,
}

/// A request with a valid session. Put into the request by [`guard`].
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) csrf: String,
    key: [u8; 32],
}

impl Visitor {
    /// Whether a form carries this session's token.
    pub(crate) fn sent(&self, csrf: &str) -> bool {
        self.csrf.as_bytes().ct_eq(csrf.as_bytes()).into()
    }
}

impl Guard {
    pub(crate) fn new(desk: &Desk, address: SocketAddr) -> Result<Self, DeskError> {
        let port = address.port();
        let hosts = vec![address.to_string(), format!("localhost:{port}")];
        Ok(Self {
            path: page_path(desk)?,
            hosts,
            sessions: Mutex::new(HashMap::new()),
            lock_after: lock::AFTER,
            trying: tokio::sync::Mutex::new(()),
        })
    }

    /// Locks sessions after so many seconds without use; 0: never.
    pub(crate) fn lock_after(&mut self, seconds: u64) {
        self.lock_after = seconds;
    }

    /// The path under which everything lies, such as `/desk-0123456789abcdef`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Opens a session if the token is good, and uses the token up.
    pub(crate) fn enter(
        &self,
        desk: &Desk,
        token: &str,
        now: u64,
    ) -> Result<Option<HeaderValue>, DeskError> {
        let id = hash(token);
        let good = desk.vault().write(|tx| -> Result<bool, StoreError> {
            let record: Option<TokenRecord> = records::get(tx, TOKENS, &id, "a page token")?;
            tx.remove(TOKENS, &id)?;
            Ok(record.is_some_and(|record| now < record.until))
        })?;
        if !good {
            return Ok(None);
        }
        let cookie = URL_SAFE_NO_PAD.encode(desk.vault().random::<32>());
        let csrf = URL_SAFE_NO_PAD.encode(desk.vault().random::<32>());
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, session| now.saturating_sub(session.used) < IDLE);
        sessions.insert(
            hash(&cookie),
            Session { csrf, used: now, locked: false, kept: Kept::default() },
        );
        let path = &self.path;
        let cookie = format!("{COOKIE}={cookie}; Path={path}; HttpOnly; SameSite=Strict");
        Ok(HeaderValue::from_str(&cookie).ok())
    }

    /// Ends a session.
    pub(crate) fn leave(&self, visitor: &Visitor) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(&visitor.key);
    }

    /// Locks a session.
    pub(super) fn lock(&self, visitor: &Visitor) {
        self.session(visitor, |session| session.locked = true);
    }

    /// Opens a locked session; what was kept for it.
    pub(super) fn unlock(&self, visitor: &Visitor, now: u64) -> Kept {
        let open = |session: &mut Session| {
            (session.locked, session.used) = (false, now);
            std::mem::take(&mut session.kept)
        };
        self.session(visitor, open).unwrap_or_default()
    }

    /// Changes what is kept for a session.
    pub(super) fn keep<T>(
        &self,
        visitor: &Visitor,
        change: impl FnOnce(&mut Kept) -> T,
    ) -> Option<T> {
        self.session(visitor, |session| change(&mut session.kept))
    }

    fn session<T>(&self, visitor: &Visitor, change: impl FnOnce(&mut Session) -> T) -> Option<T> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get_mut(&visitor.key).map(change)
    }

    /// The session of a request, and whether it is locked. What pages ask by themselves is no use of it.
    fn visitor(&self, headers: &HeaderMap, now: u64, used: bool) -> Option<(Visitor, bool)> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
            .find_map(|value| {
                // Looked up by hash: what a comparison's time tells is nothing about the cookie.
                let key = hash(value);
                let session = sessions.get_mut(&key)?;
                if now.saturating_sub(session.used) >= IDLE {
                    return None;
                }
                let idle = now.saturating_sub(session.used);
                session.locked |= self.lock_after > 0 && idle >= self.lock_after;
                if used && !session.locked {
                    session.used = now;
                }
                Some((Visitor { csrf: session.csrf.clone(), key }, session.locked))
            })
    }

    /// The host of a request, if it is one of this page's.
    fn host<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let mut hosts = headers.get_all(header::HOST).iter();
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => {
                host.to_str().ok().filter(|host| self.hosts.iter().any(|own| own == host))
            }
            _ => None,
        }
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The path of the page, made once per vault.
fn page_path(desk: &Desk) -> Result<String, DeskError> {
    let found: Option<PathRecord> =
        desk.vault().read(|tx| records::get(tx, DESK, PATH_ID, "the page's path"))?;
    let record = match found {
        Some(record) => record,
        None => desk.vault().write(|tx| -> Result<PathRecord, StoreError> {
            let found: Option<PathRecord> = records::get(tx, DESK, PATH_ID, "the page's path")?;
            let record = found.unwrap_or(PathRecord { path: Fixed(tx.random()) });
            records::put(tx, DESK, PATH_ID, &record)?;
            Ok(record)
        })?,
    };
    Ok(format!("/desk-{}", hex::encode(record.path.0)))
}

/// A new one-time token, with the page's path.
pub(crate) fn issue_token(desk: &Desk, now: u64) -> Result<(String, String), DeskError> {
    let path = page_path(desk)?;
    let token = URL_SAFE_NO_PAD.encode(desk.vault().random::<32>());
    desk.vault().write(|tx| -> Result<(), StoreError> {
        for (id, old) in records::all::<TokenRecord>(tx, TOKENS)? {
            if old.until <= now {
                tx.remove(TOKENS, &id)?;
            }
        }
        records::put(tx, TOKENS, &hash(&token), &TokenRecord { until: now + TOKEN_LIFE })
    })?;
    Ok((path, token))
}

/// Lets a request through, or says no; and dresses the answer.
pub(crate) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let answer = match admit(&app, &request) {
        Ok(Admitted::Anybody) => next.run(request).await,
        Ok(Admitted::Visitor(visitor)) => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Ok(Admitted::Locked(visitor)) => lock::answer(&app, visitor, request, next).await,
        Err((status, why)) => pages::refusal(status, why),
    };
    dress(answer)
}

/// Who asks.
enum Admitted {
    /// For what is the same for everybody.
    Anybody,
    Visitor(Visitor),
    /// With a session that is locked.
    Locked(Visitor),
}

fn admit(app: &App, request: &Request) -> Result<Admitted, (StatusCode, &'static str)> {
    let headers = request.headers();
    let host = app.guard.host(headers).ok_or((
        StatusCode::MISDIRECTED_REQUEST,
        "This address is not the desk's. Use the one that the command line printed.",
    ))?;
    let reading = [Method::GET, Method::HEAD].contains(request.method());
    if !reading && *request.method() != Method::POST {
        return Err((StatusCode::METHOD_NOT_ALLOWED, "The desk only knows GET and POST."));
    }
    let elsewhere = (StatusCode::FORBIDDEN, "This did not come from the desk's own page.");
    let origin = headers.get(header::ORIGIN);
    let own_origin =
        |origin: &HeaderValue| origin.as_bytes() == format!("http://{host}").as_bytes();
    match origin {
        Some(origin) if !own_origin(origin) => return Err(elsewhere),
        None if !reading => return Err(elsewhere),
        _ => {}
    }
    if let Some(site) = headers.get("sec-fetch-site")
        && !["same-origin", "none"].iter().any(|own| site == own)
    {
        return Err(elsewhere);
    }
    let path = request.uri().path();
    let entrance = path.strip_prefix(app.guard.path()) == Some("/enter");
    if reading && (entrance || ["/desk.css", "/icon.svg"].contains(&path)) {
        return Ok(Admitted::Anybody);
    }
    let used = !lock::by_itself(request.uri());
    match app.guard.visitor(headers, app.clock.now(), used) {
        Some((visitor, false)) => Ok(Admitted::Visitor(visitor)),
        Some((visitor, true)) => Ok(Admitted::Locked(visitor)),
        None => Err((
            StatusCode::FORBIDDEN,
            "This browser has no session, or it has ended. Run “subrosa desk link” for a new address to open.",
        )),
    }
}

/// The headers of every answer.
fn dress(mut answer: Response) -> Response {
    let headers: [(HeaderName, &str); 8] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::CACHE_CONTROL, "no-store"),
        // Not `no-referrer`: with it browsers send `Origin: null` with forms, and the origin is checked.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), clipboard-read=(), display-capture=()",
        ),
    ];
    for (name, value) in headers {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// An answer without a body, to be dressed by [`guard`].
pub(crate) fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(location) => {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::SEE_OTHER;
            answer.headers_mut().insert(header::LOCATION, location);
            answer
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
