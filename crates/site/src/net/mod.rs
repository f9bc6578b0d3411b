//! Connections: an accept loop of our own over hyper, because each connection needs deadlines, a place under the
//! caps and a graceful end. HTTP/1.1 and HTTP/2, with or without TLS. No address leaves this module: what it hands
//! on is an [`Origin`].

mod body;
mod caps;
mod io;
pub(crate) mod tls;
mod watch;

use std::convert::Infallible;
use std::future::Future;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch as signal;
use tokio::task::JoinSet;

pub(crate) use body::{Answer, BodyError, read_at_most, read_exact};
pub use watch::Timeouts;

use crate::limits::{Limiter, Origin};
use caps::Gauge;
use io::WatchedIo;
use watch::Watch;

/// Length of the kernel's queue of connections that were not accepted yet.
const BACKLOG: u32 = 1024;
/// Most bytes of a request's header, and what a connection buffers at most (hyper's own least is 8 KiB).
const MOST_HEADER: usize = 16 * 1024;
/// Most requests that one HTTP/2 connection may have open.
const MOST_STREAMS: u32 = 64;

/// Answers requests.
pub(crate) trait Handler: Clone + Send + Sync + 'static {
    /// Answers one request. What it may know of the visitor is `origin`.
    fn handle(
        &self,
        request: Request<Incoming>,
        origin: Origin,
    ) -> impl Future<Output = Response<Answer>> + Send;
}

/// What the accept loop is told.
#[derive(Debug, Clone)]
pub(crate) struct NetConfig {
    pub(crate) timeouts: Timeouts,
    /// Most connections.
    pub(crate) connections: usize,
    /// Most connections of one address.
    pub(crate) connections_each: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) proxies: Vec<IpAddr>,
    /// Every connection comes from an onion service on this machine.
    pub(crate) onion: bool,
}

/// Binds a listening socket.
///
/// # Errors
/// The operating system's, for instance when the port is taken.
pub(crate) fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Accepts connections until `stop` says so, then waits for those that are open, at most `timeouts.shutdown`.
pub(crate) async fn serve<H: Handler>(
    listener: TcpListener,
    config: NetConfig,
    limiter: Arc<Limiter>,
    tls: Option<tls::Acceptor>,
    handler: H,
    stop: signal::Receiver<bool>,
) {
    let gauge = Gauge::new(config.connections, config.connections_each);
    let mut connections = JoinSet::new();
    let mut stopped = stop.clone();
    loop {
        while connections.try_join_next().is_some() {}
        if gauge.is_full() {
            // Do not accept what cannot be served; the kernel's queue waits. One that ends makes room.
            tokio::select! {
                _ = connections.join_next() => continue,
                _ = stopped.wait_for(|stop| *stop) => break,
            }
        }
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if !is_about_one_connection(&error) {
                    // Out of file descriptors or memory: others must end first.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                continue;
            }
        };
        let (origin, address) = origin_of(peer.ip(), &config, &limiter);
        let Some(place) = gauge.enter(address) else { continue };
        let watch = Watch::new(config.timeouts, gauge.clone());
        let connection = connection(
            stream,
            origin,
            watch,
            tls.clone(),
            handler.clone(),
            stop.clone(),
            config.timeouts,
        );
        connections.spawn(async move {
            connection.await;
            drop(place);
        });
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(config.timeouts.shutdown, all_ended).await.is_err() {
        connections.shutdown().await;
    }
}

fn origin_of(peer: IpAddr, config: &NetConfig, limiter: &Limiter) -> (Origin, Option<u64>) {
    let peer = peer.to_canonical();
    if config.onion {
        (Origin::Unknown, None)
    } else if config.proxies.contains(&peer) {
        (Origin::Proxy, None)
    } else {
        (Origin::Prefix(limiter.prefix_key(peer)), Some(limiter.address_key(peer)))
    }
}

fn is_about_one_connection(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

async fn connection<H: Handler>(
    stream: TcpStream,
    origin: Origin,
    watch: Watch,
    tls: Option<tls::Acceptor>,
    handler: H,
    stop: signal::Receiver<bool>,
    timeouts: Timeouts,
) {
    let _ = stream.set_nodelay(true);
    match tls {
        None => http(stream, origin, watch, handler, stop).await,
        Some(acceptor) => {
            let handshake = tokio::time::timeout(timeouts.header, acceptor.accept(stream)).await;
            if let Ok(Some(stream)) = handshake {
                http(stream, origin, watch, handler, stop).await;
            }
        }
    }
}

async fn http<S, H>(
    stream: S,
    origin: Origin,
    watch: Watch,
    handler: H,
    mut stop: signal::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Handler,
{
    let service = service_fn(|request: Request<Incoming>| {
        let in_flight = watch.request(request.version());
        let handler = handler.clone();
        async move {
            let answer = handler.handle(request, origin).await;
            Ok::<_, Infallible>(answer.map(|body| body.ending(in_flight)))
        }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // Deadlines are the watch's: hyper's own cannot tell an idle connection from a slow header.
    builder.http1().header_read_timeout(None).max_buf_size(MOST_HEADER).max_headers(64);
    builder
        .http2()
        .max_concurrent_streams(MOST_STREAMS)
        .max_header_list_size(MOST_HEADER as u32)
        .max_send_buf_size(256 * 1024);
    let io = TokioIo::new(WatchedIo::new(stream, watch.clone()));
    let mut serving = pin!(builder.serve_connection(io, service));
    let mut nap = pin!(tokio::time::sleep_until(watch.nap()));
    let mut ending = false;
    loop {
        tokio::select! {
            // An error is the visitor's: a broken connection, bytes that are no HTTP. Nobody writes it down.
            _ = serving.as_mut() => return,
            () = nap.as_mut() => {
                let now = tokio::time::Instant::now();
                if watch.deadline() > now {
                    nap.as_mut().reset(watch.nap());
                } else if ending {
                    return;
                } else {
                    // Politely first (HTTP/2 says GOAWAY), and a second later not.
                    ending = true;
                    serving.as_mut().graceful_shutdown();
                    nap.as_mut().reset(now + Duration::from_secs(1));
                }
            }
            _ = stop.wait_for(|stop| *stop), if !ending => {
                ending = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}
