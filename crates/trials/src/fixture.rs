//! A small site of fixed pages, for trials of the bench itself and for positive controls.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::{During, Result};

/// Serves pages over plain HTTP/1.1 until it is dropped. What it has no page for is answered with 204.
#[derive(Debug)]
pub struct Fixture {
    /// Where it listens.
    pub address: SocketAddr,
    accepting: JoinHandle<()>,
}

/// A page: its path, content type and content.
pub type FixedPage = (String, &'static str, String);

/// The text files below `folder`, to be served below `path`.
///
/// # Errors
/// When the folder cannot be read.
pub fn folder(folder: &Path, path: &str) -> Result<Vec<FixedPage>> {
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder).during("folder")? {
        let entry = entry.during("folder")?;
        let here = format!("{path}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            pages.extend(self::folder(&entry.path(), &here)?);
            continue;
        }
        let kind = match entry.path().extension().and_then(|e| e.to_str()) {
            Some("html") => "text/html",
            Some("js") => "text/javascript",
            Some("json") => "application/json",
            _ => continue,
        };
        pages.push((here, kind, std::fs::read_to_string(entry.path()).during("file")?));
    }
    Ok(pages)
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Fixture {
    /// Starts serving `pages` on a free port of 127.0.0.1, each answer with the given `Content-Security-Policy`.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(pages: Vec<FixedPage>, policy: &'static str) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.during("fixture")?;
        let address = listener.local_addr().during("fixture")?;
        let pages = Arc::new(pages);
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let pages = Arc::clone(&pages);
                connections.spawn(async move {
                    let service =
                        service_fn(move |request| answer(request, Arc::clone(&pages), policy));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Ok(Self { address, accepting })
    }
}

async fn answer(
    request: Request<Incoming>,
    pages: Arc<Vec<FixedPage>>,
    policy: &'static str,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let _ = request.into_body().collect().await;
    let page = pages.iter().find(|(at, ..)| *at == path);
    let answer = match page {
        Some((_, kind, content)) => Response::builder()
            .header("content-type", *kind)
            .header("content-security-policy", policy)
            .body(Full::new(Bytes::from(content.clone()))),
        None => Response::builder().status(204).body(Full::new(Bytes::new())),
    };
    Ok(answer.unwrap_or_default())
}
