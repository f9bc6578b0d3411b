//! A request without a browser.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{During, Result, Trouble};

/// The body of what `site` answers over plain HTTP, if the answer is 200.
///
/// # Errors
/// When there is no such answer.
pub async fn get(site: SocketAddr, path: &str) -> Result<Bytes> {
    let stream = TcpStream::connect(site).await.during("site")?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.during("site")?;
    let driving = tokio::spawn(connection);
    let request = Request::get(path).header("host", site.to_string());
    let request = request.body(Empty::<Bytes>::new()).during("request")?;
    let answer = sender.send_request(request).await.during("site")?;
    let status = answer.status();
    let body = answer.into_body().collect().await.during("site")?.to_bytes();
    driving.abort();
    if status.is_success() { Ok(body) } else { Err(Trouble(format!("{path}: {status}"))) }
}
