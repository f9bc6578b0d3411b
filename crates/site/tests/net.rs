//! Connections: slow ones, many of them, long ones, and the end of the server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use common::{Newsroom, OCTETS, STORY, cover, get, read_reply, request, send};
use envelope::sizes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SHORT: &str =
    "[limits]\nheader_secs = 1\nbody_secs = 1\nidle_secs = 3\nstall_secs = 2\nshutdown_secs = 2\n";

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// Seconds until the server ends the connection, while `drip` is sent every 100 ms.
async fn lifetime(mut stream: TcpStream, drip: &[u8]) -> (f64, Vec<u8>) {
    let start = Instant::now();
    let mut got = Vec::new();
    let mut chunk = vec![0; 65536];
    while start.elapsed() < Duration::from_secs(15) {
        let wait = Duration::from_millis(100);
        match tokio::time::timeout(wait, stream.read(&mut chunk)).await {
            Ok(Ok(0) | Err(_)) => return (start.elapsed().as_secs_f64(), got),
            Ok(Ok(n)) => got.extend_from_slice(&chunk[..n]),
            Err(_) => {
                if !drip.is_empty() && stream.write_all(drip).await.is_err() {
                    return (start.elapsed().as_secs_f64(), got);
                }
            }
        }
    }
    panic!("still open after 15 s");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_connections_end() {
    let site = Newsroom::new(3600, SHORT);
    let running = site.start().await;
    let at = running.local_addr();

    // Nothing at all.
    let (secs, got) = lifetime(connect(at).await, b"").await;
    assert!((0.9..5.0).contains(&secs) && got.is_empty(), "{secs} {got:?}");

    // A header that never ends, a byte at a time.
    let mut slow = connect(at).await;
    slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-y: ").await.unwrap();
    let (secs, got) = lifetime(slow, b"a").await;
    assert!((0.9..5.0).contains(&secs) && got.is_empty(), "{secs} {got:?}");

    // A body that never ends, a byte at a time: 408, and the end.
    let mut slow = connect(at).await;
    let head = format!("POST /cover HTTP/1.1\r\nhost: x\r\n{OCTETS}content-length: 4096\r\n\r\n");
    slow.write_all(head.as_bytes()).await.unwrap();
    let (secs, got) = lifetime(slow, b"a").await;
    assert!((0.9..5.0).contains(&secs), "{secs}");
    assert!(got.starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&got));

    // An idle connection is kept for a while, then ends.
    let mut idle = connect(at).await;
    assert_eq!(send(&mut idle, &request("GET", STORY, "", &[])).await.unwrap().status, 200);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(send(&mut idle, &request("GET", "/keys", "", &[])).await.unwrap().status, 200);
    let (secs, _) = lifetime(idle, b"").await;
    assert!((2.5..8.0).contains(&secs), "{secs}");

    // A second header that never ends, on a kept connection.
    let mut slow = connect(at).await;
    assert_eq!(send(&mut slow, &request("GET", STORY, "", &[])).await.unwrap().status, 200);
    let (secs, _) = lifetime(slow, b"G").await;
    assert!((0.9..5.0).contains(&secs), "{secs}");

    // Bytes that are no HTTP, and HTTP/2 that never asks for anything.
    let mut wrong = connect(at).await;
    wrong.write_all(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").await.unwrap();
    lifetime(wrong, b"").await;
    let mut silent = connect(at).await;
    silent.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let ping = b"\0\0\x08\x06\0\0\0\0\0abcdefgh";
    let (secs, _) = lifetime(silent, ping).await;
    assert!((0.9..5.0).contains(&secs), "{secs}");

    // After all that, the server is well.
    assert_eq!(get(at, STORY).await.status, 200);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_has_a_largest_size() {
    let site = Newsroom::new(3600, "");
    let running = site.start().await;
    let long = format!("x-long: {}\r\n", "a".repeat(40_000));
    let answer = common::raw(running.local_addr(), &request("GET", "/", &long, &[])).await;
    assert!(answer.is_none_or(|answer| matches!(answer.status, 400 | 431)));
    let many = "x-y: z\r\n".repeat(200);
    let answer = common::raw(running.local_addr(), &request("GET", "/", &many, &[])).await;
    assert!(answer.is_none_or(|answer| matches!(answer.status, 400 | 431)));
    assert_eq!(get(running.local_addr(), "/").await.status, 200);
    running.shutdown().await;
}

/// What is no HTTP is answered before there is a request, so without the site's headers. Nothing is there for them to
/// guard: no body, no type, no cookie, no address to go to, nothing of what was sent, and the connection ends.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_gets_an_empty_answer() {
    let site = Newsroom::new(3600, "");
    let running = site.start().await;
    let at = running.local_addr();
    let script = "<script>alert(1)</script>";
    let long = format!("x-long: {}\r\n", "a".repeat(40_000));
    let cases = [
        ("line", format!("GET {script} HTTP/1.1\r\nhost: x\r\n\r\n").into_bytes(), 400),
        ("name", request("GET", "/", &format!("{script}: x\r\n"), &[]), 400),
        ("version", format!("GET /{script} HTTP/7.1\r\n\r\n").into_bytes(), 400),
        ("length", request("GET", "/", "content-length: x\r\n", &[]), 400),
        ("many", request("GET", "/", &"x-y: z\r\n".repeat(200), &[]), 431),
        ("long", request("GET", "/", &long, &[]), 431),
    ];
    for (name, bytes, status) in cases {
        let mut stream = connect(at).await;
        // The server may end the connection before it has read everything.
        let _ = stream.write_all(&bytes).await;
        let Some(answer) = read_reply(&mut stream, false).await else {
            // Its end was never read, so a reset may overtake the answer.
            assert_eq!(name, "long", "no answer");
            continue;
        };
        assert_eq!(answer.status, status, "{name}");
        assert!(answer.body.is_empty(), "{name}: {}", answer.text());
        for (header, value) in &answer.headers {
            assert!(
                ["content-length", "connection", "date"].contains(&header.as_str()),
                "{name}: {header}"
            );
            assert!(!value.contains("script"), "{name}: {value}");
        }
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(rest.is_empty(), "{name}");
    }
    // Positive control: the same words in a request that is one.
    let page = get(at, &format!("/{}", "%3Cscript%3E")).await;
    assert!(page.status == 404 && page.header("content-security-policy").is_some());
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_capped_for_each_address_and_in_all() {
    let limits = "[limits]\nconnections = 4\nconnections_per_address = 2\nheader_secs = 2\n";
    let site = Newsroom::new(3600, limits);
    let running = site.start().await;
    let at = running.local_addr();
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = connect(at).await;
        assert_eq!(send(&mut stream, &request("GET", STORY, "", &[])).await.unwrap().status, 200);
        held.push(stream);
    }
    // The third of this address is closed without a byte.
    let mut third = connect(at).await;
    let _ = third.write_all(&request("GET", STORY, "", &[])).await;
    assert!(read_reply(&mut third, false).await.is_none());
    // Those from elsewhere are served until there are four.
    for last in [2u8, 3] {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, last], 0))).unwrap();
        let mut stream = socket.connect(at).await.unwrap();
        assert_eq!(send(&mut stream, &request("GET", STORY, "", &[])).await.unwrap().status, 200);
        held.push(stream);
    }
    // The fifth waits in the kernel's queue until one of the others ends.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 4], 0))).unwrap();
    let mut fifth = socket.connect(at).await.unwrap();
    fifth.write_all(&request("GET", STORY, "", &[])).await.unwrap();
    let early =
        tokio::time::timeout(Duration::from_millis(500), read_reply(&mut fifth, false)).await;
    assert!(early.is_err(), "served beyond the cap");
    drop(held.pop());
    let reply = tokio::time::timeout(Duration::from_secs(10), read_reply(&mut fifth, false)).await;
    assert_eq!(reply.unwrap().unwrap().status, 200);
    running.shutdown().await;
}

/// All places are taken by connections that do nothing. A visitor still gets in, long before their usual time is over.
#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_make_room_when_it_is_crowded() {
    let limits = "[limits]\nconnections = 4\nheader_secs = 1\nidle_secs = 600\n";
    let site = Newsroom::new(3600, limits);
    let running = site.start().await;
    let at = running.local_addr();
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut stream = connect(at).await;
        assert_eq!(send(&mut stream, &request("GET", STORY, "", &[])).await.unwrap().status, 200);
        held.push(stream);
    }
    let answer = tokio::time::timeout(Duration::from_secs(10), get(at, STORY)).await;
    assert_eq!(answer.unwrap().status, 200);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_without_tls_and_many_requests_at_once() {
    let site = Newsroom::new(3600, "");
    let running = site.start().await;
    let stream = TokioIo::new(connect(running.local_addr()).await);
    let (client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let mut client = client.clone();
        tasks.spawn(async move {
            let (method, path, body) = match n % 4 {
                0 => ("POST", "/cover", vec![2; sizes::PACKET]),
                1 => ("POST", "/cover", vec![2; 100_000]),
                2 => ("HEAD", STORY, Vec::new()),
                _ => ("GET", STORY, Vec::new()),
            };
            let request = http::Request::builder()
                .method(method)
                .uri(format!("http://x{path}"))
                .header("content-type", "application/octet-stream")
                .body(Full::new(bytes::Bytes::from(body)))
                .unwrap();
            client.ready().await.unwrap();
            let answer = client.send_request(request).await.unwrap();
            assert_eq!(answer.version(), http::Version::HTTP_2);
            assert!(answer.headers().get("connection").is_none());
            let (status, length) =
                (answer.status(), answer.headers().get("content-length").cloned());
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            let want = [204, 413, 200, 200][n % 4];
            assert_eq!(status, want);
            match n % 4 {
                0 => assert_eq!((body.len(), length), (0, None)),
                2 => assert!(body.is_empty() && length.is_some()),
                _ => assert_eq!(length.unwrap(), body.len().to_string()),
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_finishes_what_is_open_and_does_not_wait_for_ever() {
    let site = Newsroom::new(3600, SHORT);
    let running = site.start().await;
    let at = running.local_addr();
    // One packet is halfway here, one connection is idle, one never says anything.
    let mut half = connect(at).await;
    let packet = request("POST", "/cover", OCTETS, &[2; sizes::PACKET]);
    half.write_all(&packet[..1000]).await.unwrap();
    let mut idle = connect(at).await;
    assert_eq!(send(&mut idle, &request("GET", STORY, "", &[])).await.unwrap().status, 200);
    let silent = connect(at).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    let stopping = tokio::spawn(running.shutdown());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(TcpStream::connect(at).await.is_err(), "no new connections");
    half.write_all(&packet[1000..]).await.unwrap();
    assert_eq!(read_reply(&mut half, false).await.unwrap().status, 204);
    let mut rest = Vec::new();
    assert_eq!(idle.read_to_end(&mut rest).await.unwrap_or(0), 0);
    stopping.await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    drop(silent);
    assert!(site.lines.text().contains("site: stopped"));
}

#[tokio::test(flavor = "multi_thread")]
async fn port_80_sends_everybody_on() {
    let site = Newsroom::new(3600, "");
    let to = "redirect_listen = \"127.0.0.1:0\"\nbase_url = \"https://example.org\"";
    site.configure("base_url = \"http://127.0.0.1\"", to);
    let running = site.start().await;
    let at = running.redirect_addr().unwrap();
    let answer = get(at, "/story/the-list/?a=b").await;
    assert_eq!(answer.status, 308);
    assert_eq!(answer.header("location"), Some("https://example.org/story/the-list/?a=b"));
    assert!(answer.header("strict-transport-security").is_none());
    assert_eq!(cover(at, &[2; 4096]).await.status, 308);
    let hsts = get(running.local_addr(), "/").await;
    assert!(hsts.header("strict-transport-security").unwrap().contains("max-age=63072000"));
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_has_one_site_and_a_port_one_owner() {
    let site = Newsroom::new(3600, "");
    let running = site.start().await;
    let config = site.config();
    let deps = site.deps(&config);
    let error = site::Server::start(config, deps).await.err().unwrap().to_string();
    assert!(error.contains("another site runs in this folder"), "{error}");

    let other = Newsroom::new(3600, "");
    other.configure("127.0.0.1:0", &running.local_addr().to_string());
    let config = other.config();
    let deps = other.deps(&config);
    let error = site::Server::start(config, deps).await.err().unwrap().to_string();
    assert!(error.contains("cannot listen on") && error.contains("in use"), "{error}");
    running.shutdown().await;

    // The tick numbers the dead drop, so it cannot change.
    site.configure("tick_secs = 3600", "tick_secs = 10");
    let config = site.config();
    let deps = site.deps(&config);
    let error = site::Server::start(config, deps).await.err().unwrap().to_string();
    assert!(error.contains("put 3600 back"), "{error}");
}
