//! Requests per second over loopback: a story page, the same compressed, and packets. `cargo bench -p site`.
//!
//! Not a framework's bench but a plain count, because the figure is to stand beside nginx's: so many connections are
//! kept busy for so many seconds by as many tasks as there are connections. Client and server share the cores.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{Newsroom, OCTETS, STORY, request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 32;
const WARM_UP: Duration = Duration::from_millis(500);

fn main() {
    // `cargo test --benches` only wants to see that it runs.
    let secs = if std::env::args().any(|arg| arg == "--bench") { 5.0 } else { 0.2 };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let site = Newsroom::new(3600, "[limits]\nvisits_per_prefix = 0\n");
        let running = site.start().await;
        let at = running.local_addr();
        let gzip = "accept-encoding: gzip\r\n";
        let cases = [
            ("story page", request("GET", STORY, "", &[])),
            ("story page, gzip", request("GET", STORY, gzip, &[])),
            // The mix takes suite 0 for padding: the edge and the pipe alone. Suite 1 it tries to open.
            ("packet", request("POST", "/cover", OCTETS, &[0; 4096])),
            ("packet, beside the mix that opens it", request("POST", "/cover", OCTETS, &[1; 4096])),
        ];
        let mut out = std::io::stdout();
        for (name, bytes) in cases {
            let (rate, length) = rate(at, bytes, secs).await;
            writeln!(out, "{name}: {rate:.0} requests/s, answers of {length} bytes").unwrap();
        }
        running.shutdown().await;
    });
}

/// Requests per second, and the length of one answer, header included.
async fn rate(at: SocketAddr, request: Vec<u8>, secs: f64) -> (f64, usize) {
    let length = answer_length(at, &request).await;
    let (count, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (request, count, stop) = (request.clone(), count.clone(), stop.clone());
        clients.spawn(async move {
            let mut stream = TcpStream::connect(at).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut answer = vec![0; length];
            while !stop.load(Ordering::Relaxed) {
                stream.write_all(&request).await.unwrap();
                stream.read_exact(&mut answer).await.unwrap();
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tokio::time::sleep(WARM_UP).await;
    let (start, before) = (Instant::now(), count.load(Ordering::Relaxed));
    tokio::time::sleep(Duration::from_secs_f64(secs)).await;
    let done = count.load(Ordering::Relaxed) - before;
    let rate = done as f64 / start.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    (rate, length)
}

/// All answers to one request are of one length: the date's is fixed.
async fn answer_length(at: SocketAddr, request: &[u8]) -> usize {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut length = 0;
    let mut chunk = vec![0; 65536];
    // What comes within a moment is the whole answer: the connection is kept, so it has no end.
    while let Ok(n) =
        tokio::time::timeout(Duration::from_millis(300), stream.read(&mut chunk)).await
    {
        length += n.unwrap();
    }
    assert!(length > 0);
    length
}
