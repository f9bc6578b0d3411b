//! TLS: both versions of HTTP, an exchanged certificate, bad files, slow handshakes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Newsroom, OCTETS, STORY, request, send};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const TLS: &str = "[limits]\nheader_secs = 1\n[tls]\nmode = \"files\"\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n";

fn write_certificate(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

fn newsroom() -> (Newsroom, CertificateDer<'static>) {
    let site = Newsroom::new(3600, TLS);
    site.configure("base_url = \"http://127.0.0.1\"", "base_url = \"https://localhost\"");
    let certificate = write_certificate(&site.folder);
    (site, certificate)
}

async fn connect(
    at: SocketAddr,
    trusted: &CertificateDer<'static>,
    alpn: &[&[u8]],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let stream = TcpStream::connect(at).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

#[tokio::test(flavor = "multi_thread")]
async fn both_versions_by_alpn() {
    let (site, certificate) = newsroom();
    let running = site.start().await;
    let at = running.local_addr();

    let mut one = connect(at, &certificate, &[b"http/1.1"]).await.unwrap();
    assert_eq!(one.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let story = send(&mut one, &request("GET", STORY, "", &[])).await.unwrap();
    assert_eq!(story.status, 200);
    assert_eq!(
        story.header("strict-transport-security"),
        Some("max-age=63072000; includeSubDomains")
    );
    let packet = request("POST", "/cover", OCTETS, &[2; 4096]);
    assert_eq!(send(&mut one, &packet).await.unwrap().status, 204);

    let two = connect(at, &certificate, &[b"h2", b"http/1.1"]).await.unwrap();
    assert_eq!(two.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(two))
            .await
            .unwrap();
    tokio::spawn(connection);
    let uri = format!("https://localhost{STORY}");
    let get = http::Request::get(uri).body(Empty::<bytes::Bytes>::new()).unwrap();
    let answer = client.send_request(get).await.unwrap();
    assert_eq!(answer.status(), 200);
    // The same headers in both versions.
    let mut names: Vec<String> = answer.headers().keys().map(|name| name.to_string()).collect();
    let mut before: Vec<String> = story.headers.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    before.sort();
    assert_eq!(names, before);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body.as_ref(), story.body);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_exchanged_while_the_site_runs() {
    let (site, first) = newsroom();
    let running = site.start().await;
    let at = running.local_addr();
    assert!(connect(at, &first, &[]).await.is_ok());
    let second = write_certificate(&site.folder);
    assert!(connect(at, &second, &[]).await.is_err(), "not read yet");
    running.reload().unwrap();
    assert!(connect(at, &second, &[]).await.is_ok());
    assert!(connect(at, &first, &[]).await.is_err());
    // Half a renewal: the key of another certificate. What works goes on working.
    let key = std::fs::read(site.folder.join("key.pem")).unwrap();
    write_certificate(&site.folder);
    std::fs::write(site.folder.join("key.pem"), key).unwrap();
    let error = running.reload().unwrap_err().to_string();
    assert!(error.contains("cert.pem") && error.contains("key.pem"), "{error}");
    assert!(connect(at, &second, &[]).await.is_ok());
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_and_broken_handshakes_end() {
    let (site, certificate) = newsroom();
    let running = site.start().await;
    let at = running.local_addr();
    for opening in [&b""[..], b"\x16\x03\x01", b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"] {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(opening).await.unwrap();
        let start = Instant::now();
        let mut rest = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut rest));
        assert!(read.await.is_ok(), "{opening:?} still open after {:?}", start.elapsed());
        assert!(!rest.starts_with(b"HTTP"), "no answer without TLS");
    }
    assert!(connect(at, &certificate, &[]).await.is_ok());
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_files_are_named() {
    for (file, text) in [
        ("cert.pem", "no PEM"),
        ("key.pem", "no PEM"),
        ("cert.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    ] {
        let (site, _) = newsroom();
        std::fs::write(site.folder.join(file), text).unwrap();
        let config = site.config();
        let deps = site.deps(&config);
        let error = site::Server::start(config, deps).await.err().unwrap().to_string();
        assert!(error.contains(file), "{error}");
    }
    let (site, _) = newsroom();
    std::fs::remove_file(site.folder.join("key.pem")).unwrap();
    let config = site.config();
    let deps = site.deps(&config);
    let error = site::Server::start(config, deps).await.err().unwrap().to_string();
    assert!(error.contains("key.pem") && error.contains("PEM file"), "{error}");
}
