//! Bodies: an answer's, and reading a request's without trusting it.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::watch::InFlight;

/// The body of an answer: bytes that are known before the first of them is sent.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    data: Option<Bytes>,
    _request: Option<InFlight>,
}

impl Answer {
    pub(crate) fn new(data: Bytes) -> Self {
        Self { data: (!data.is_empty()).then_some(data), _request: None }
    }

    /// Keeps the request open in the eyes of its connection until this body was handed out.
    pub(super) fn ending(self, request: InFlight) -> Self {
        Self { _request: Some(request), ..self }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.data.take().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}

/// Why a request's body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// Its length was not said in the header.
    NoLength,
    /// The header says another length than is due.
    Length {
        /// The header says more than is due.
        too_long: bool,
    },
    /// It did not arrive in time.
    Slow,
    /// The connection broke, or the body was not as long as its header said.
    Broken,
}

/// Reads a body of exactly `want` bytes. One whose header says another length is refused without reading any of it.
pub(crate) async fn read_exact(
    headers: &http::HeaderMap,
    body: Incoming,
    want: usize,
    timeout: Duration,
) -> Result<Bytes, BodyError> {
    let length = said(headers)?;
    if length != want as u64 {
        return Err(BodyError::Length { too_long: length > want as u64 });
    }
    tokio::time::timeout(timeout, collect(body, want)).await.map_err(|_| BodyError::Slow)?
}

/// Reads a body of at most `most` bytes.
pub(crate) async fn read_at_most(
    headers: &http::HeaderMap,
    body: Incoming,
    most: usize,
    timeout: Duration,
) -> Result<Bytes, BodyError> {
    let length = usize::try_from(said(headers)?).unwrap_or(usize::MAX);
    if length > most {
        return Err(BodyError::Length { too_long: true });
    }
    tokio::time::timeout(timeout, collect(body, length)).await.map_err(|_| BodyError::Slow)?
}

fn said(headers: &http::HeaderMap) -> Result<u64, BodyError> {
    let length = headers.get(http::header::CONTENT_LENGTH).ok_or(BodyError::NoLength)?;
    length.to_str().ok().and_then(|l| l.parse().ok()).ok_or(BodyError::NoLength)
}

async fn collect(mut body: Incoming, want: usize) -> Result<Bytes, BodyError> {
    let mut first: Option<Bytes> = None;
    let mut joined = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        if joined.len() + first.as_ref().map_or(0, Bytes::len) + data.len() > want {
            return Err(BodyError::Broken);
        }
        match first.take() {
            None if joined.is_empty() => first = Some(data),
            earlier => {
                joined.reserve(want - joined.len());
                joined.extend_from_slice(&earlier.unwrap_or_default());
                joined.extend_from_slice(&data);
            }
        }
    }
    let whole = first.unwrap_or_else(|| joined.freeze());
    if whole.len() == want { Ok(whole) } else { Err(BodyError::Broken) }
}
