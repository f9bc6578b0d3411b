//! A TLS endpoint in front of a plain HTTP site that writes down what an observer and an edge could see.
//!
//! It sits where a newsroom's load balancer would: browsers speak TLS to it, over HTTP/1.1 or HTTP/2 and nothing
//! else, and it passes each request on to the site as it came. Written down are, for each request and in order,
//! method, path, headers with their order and (in HTTP/1.1) their very bytes, the body's length, the answer, and when;
//! and below TLS, for each connection, the lengths of the records that went up.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::tap::{Plain, Tap, Wire};
use crate::{During, Result};

/// The one protocol that the endpoint offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1 over TLS.
    Http1,
    /// HTTP/2 over TLS.
    Http2,
}

/// One request as it was seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Which connection, counted from 0 in the order of arrival.
    pub connection: usize,
    /// Since the recorder was started or [`Recorder::restart`]ed.
    pub at: Duration,
    /// `GET`, `POST` ….
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names and values in the order of the wire.
    pub headers: Vec<(String, String)>,
    /// Bytes of the request's body.
    pub body: usize,
    /// Status of the answer, 0 until there is one.
    pub status: u16,
    /// Bytes of the answer's body, as sent.
    pub answer: usize,
    /// HTTP/1.1 only: bytes of the request's head, from the method to the empty line.
    pub head: Option<usize>,
}

/// What has been written down so far.
#[derive(Debug)]
pub(crate) struct Book {
    pub(crate) start: Instant,
    pub(crate) seen: Vec<Seen>,
    pub(crate) wires: Vec<Arc<Mutex<Wire>>>,
}

/// Changes the body of an answer, by its path: what a site that serves other code would do.
pub type Rewrite = Arc<dyn Fn(&str, Bytes) -> Bytes + Send + Sync>;

/// The endpoint; it ends when dropped.
#[derive(Debug)]
pub struct Recorder {
    address: SocketAddr,
    book: Arc<Mutex<Book>>,
    accepting: JoinHandle<()>,
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Recorder {
    /// Listens on a free port of 127.0.0.1 and passes requests on to `site`, which speaks plain HTTP/1.1.
    ///
    /// # Errors
    /// When no port or certificate can be had.
    pub async fn start(protocol: Protocol, site: SocketAddr) -> Result<Self> {
        Self::start_with(protocol, site, None).await
    }

    /// The same, changing what the site answers on its way.
    ///
    /// # Errors
    /// When no port or certificate can be had.
    pub async fn start_with(
        protocol: Protocol,
        site: SocketAddr,
        rewrite: Option<Rewrite>,
    ) -> Result<Self> {
        let acceptor = TlsAcceptor::from(Arc::new(tls(protocol)?));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.during("recorder")?;
        let address = listener.local_addr().during("recorder")?;
        let book = Arc::new(Mutex::new(Book {
            start: Instant::now(),
            seen: Vec::new(),
            wires: Vec::new(),
        }));
        let shared = Arc::clone(&book);
        let accepting = tokio::spawn(async move {
            // Aborting this task drops the set, and every connection with it.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, book) = (acceptor.clone(), Arc::clone(&shared));
                let way = Way { site, rewrite: rewrite.clone() };
                connections.spawn(async move {
                    // A browser that closes or gives up a connection is no news.
                    let _ = serve(stream, acceptor, protocol, way, book).await;
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, book, accepting })
    }

    /// `https://127.0.0.1:port`.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("https://{}", self.address)
    }

    /// What has been seen so far, in the order of arrival.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.book).seen.clone()
    }

    /// For each connection, the lengths of the TLS records with application data that went up, in order.
    #[must_use]
    pub fn records(&self) -> Vec<Vec<u16>> {
        lock(&self.book).wires.iter().map(|wire| lock(wire).application_records()).collect()
    }

    /// How long the recorder has been running, on the clock of [`Seen::at`].
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        lock(&self.book).start.elapsed()
    }

    /// Forgets everything and sets the clock to zero. Connections that are open keep their number.
    pub fn restart(&self) {
        let mut book = lock(&self.book);
        book.start = Instant::now();
        book.seen.clear();
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tls(protocol: Protocol) -> Result<ServerConfig> {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let own = rcgen::generate_simple_self_signed(names).during("certificate")?;
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .during("TLS")?
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key.into())
        .during("TLS")?;
    config.alpn_protocols = vec![match protocol {
        Protocol::Http1 => b"http/1.1".to_vec(),
        Protocol::Http2 => b"h2".to_vec(),
    }];
    Ok(config)
}

/// Where requests go, and what becomes of the answers.
#[derive(Clone)]
struct Way {
    site: SocketAddr,
    rewrite: Option<Rewrite>,
}

async fn serve(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    protocol: Protocol,
    way: Way,
    book: Arc<Mutex<Book>>,
) -> Result<()> {
    stream.set_nodelay(true).during("socket")?;
    let wire = Arc::new(Mutex::new(Wire::default()));
    let stream =
        acceptor.accept(Tap::below(stream, Arc::clone(&wire))).await.during("handshake")?;
    // Browsers open connections that they never use; only those that carry something are counted.
    let number = Arc::new(Mutex::new(None::<usize>));
    let plain = Arc::new(Mutex::new(Plain::default()));
    let io = TokioIo::new(Tap::above(stream, Arc::clone(&plain)));
    let service = service_fn(|request: Request<Incoming>| {
        let connection = *lock(&number).get_or_insert_with(|| {
            let mut book = lock(&book);
            book.wires.push(Arc::clone(&wire));
            book.wires.len() - 1
        });
        let head = (protocol == Protocol::Http1).then(|| lock(&plain).next_head()).flatten();
        let (book, way) = (Arc::clone(&book), way.clone());
        async move { Ok::<_, Infallible>(pass_on(request, connection, head, way, book).await) }
    });
    match protocol {
        Protocol::Http1 => {
            hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(io, service)
                .await
        }
        Protocol::Http2 => {
            hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .serve_connection(io, service)
                .await
        }
    }
    .during("connection")
}

async fn pass_on(
    request: Request<Incoming>,
    connection: usize,
    head: Option<Vec<u8>>,
    way: Way,
    book: Arc<Mutex<Book>>,
) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let place = {
        let mut book = lock(&book);
        let at = book.start.elapsed();
        book.seen.push(Seen {
            connection,
            at,
            method: parts.method.to_string(),
            path: path.clone(),
            headers: head.as_deref().map_or_else(|| in_order(&parts.headers), as_written),
            body: 0,
            status: 0,
            answer: 0,
            head: head.as_ref().map(Vec::len),
        });
        (book.start, book.seen.len() - 1)
    };
    let note = |change: &dyn Fn(&mut Seen)| {
        let mut book = lock(&book);
        // After a restart the place belongs to another request.
        if book.start == place.0
            && let Some(seen) = book.seen.get_mut(place.1)
        {
            change(seen);
        }
    };
    let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return plainly(StatusCode::BAD_REQUEST);
    };
    note(&|seen| seen.body = body.len());
    match ask(parts, path, body, way).await {
        Ok(answer) => {
            note(&|seen| {
                seen.status = answer.status().as_u16();
                seen.answer = answer.body().len();
            });
            answer.map(Full::new)
        }
        Err(_) => plainly(StatusCode::BAD_GATEWAY),
    }
}

async fn ask(
    mut parts: http::request::Parts,
    path: String,
    body: Bytes,
    way: Way,
) -> Result<Response<Bytes>> {
    let stream = TcpStream::connect(way.site).await.during("site")?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.during("site")?;
    let driving = tokio::spawn(connection);
    if let Some(authority) = parts.uri.authority() {
        // HTTP/2 has it in `:authority`.
        parts.headers.insert(http::header::HOST, authority.as_str().parse().during("host")?);
    }
    parts.uri = path.parse().during("path")?;
    if way.rewrite.is_some() {
        parts.headers.remove(http::header::ACCEPT_ENCODING);
    }
    parts.version = http::Version::HTTP_11;
    parts.headers.remove(http::header::CONNECTION);
    let answer =
        sender.send_request(Request::from_parts(parts, Full::new(body))).await.during("site")?;
    let (mut parts, body) = answer.into_parts();
    let mut body = body.collect().await.during("site")?.to_bytes();
    driving.abort();
    if let Some(rewrite) = &way.rewrite {
        body = rewrite(&path, body);
        parts.headers.remove(http::header::CONTENT_LENGTH);
    }
    for hop in [http::header::CONNECTION, http::header::TRANSFER_ENCODING] {
        parts.headers.remove(hop);
    }
    Ok(Response::from_parts(parts, body))
}

fn plainly(status: StatusCode) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = status;
    answer
}

/// `HeaderMap` keeps the order in which names came first.
fn in_order(headers: &http::HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

fn as_written(head: &[u8]) -> Vec<(String, String)> {
    String::from_utf8_lossy(head)
        .split("\r\n")
        .skip(1)
        .filter_map(|line| line.split_once(": ").or_else(|| line.split_once(':')))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
