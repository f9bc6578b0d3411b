//! Streams that are listened to.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::recorder::lock;

/// What is done with the bytes that come in.
pub(crate) trait Listen {
    fn hear(&mut self, bytes: &[u8]);
}

/// A stream whose incoming bytes are heard by a [`Listen`].
#[derive(Debug)]
pub(crate) struct Tap<S, L> {
    stream: S,
    listener: Arc<Mutex<L>>,
}

impl<S> Tap<S, Wire> {
    /// Below TLS: hears records.
    pub(crate) fn below(stream: S, wire: Arc<Mutex<Wire>>) -> Self {
        Self { stream, listener: wire }
    }
}

impl<S> Tap<S, Plain> {
    /// Above TLS: hears HTTP/1.1.
    pub(crate) fn above(stream: S, plain: Arc<Mutex<Plain>>) -> Self {
        Self { stream, listener: plain }
    }
}

impl<S: AsyncRead + Unpin, L: Listen> AsyncRead for Tap<S, L> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if let Some(new) = buf.filled().get(before..).filter(|new| !new.is_empty()) {
            lock(&self.listener).hear(new);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin, L> AsyncWrite for Tap<S, L> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The TLS records that came in: five bytes of header (type, version, length), then the body.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    header: Vec<u8>,
    skip: usize,
    records: Vec<(u8, u16)>,
}

impl Wire {
    /// Lengths of the records of type 23, which in TLS 1.3 is everything after the hellos.
    pub(crate) fn application_records(&self) -> Vec<u16> {
        self.records.iter().filter(|(kind, _)| *kind == 23).map(|(_, length)| *length).collect()
    }
}

impl Listen for Wire {
    fn hear(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = bytes.get(skipped..).unwrap_or_default();
            let Some((first, rest)) = bytes.split_first() else { return };
            self.header.push(*first);
            bytes = rest;
            if let [kind, _, _, high, low] = *self.header {
                let length = u16::from_be_bytes([high, low]);
                self.records.push((kind, length));
                self.skip = usize::from(length);
                self.header.clear();
            }
        }
    }
}

/// The heads of HTTP/1.1 requests. Browsers do not pipeline and always say `Content-Length`.
#[derive(Debug, Default)]
pub(crate) struct Plain {
    head: Vec<u8>,
    skip: usize,
    heads: VecDeque<Vec<u8>>,
}

impl Plain {
    /// The oldest head that has not been taken.
    pub(crate) fn next_head(&mut self) -> Option<Vec<u8>> {
        self.heads.pop_front()
    }
}

impl Listen for Plain {
    fn hear(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.skip > 0 {
                self.skip -= 1;
                continue;
            }
            self.head.push(*byte);
            if self.head.ends_with(b"\r\n\r\n") {
                let head = std::mem::take(&mut self.head);
                let length = String::from_utf8_lossy(&head).to_ascii_lowercase();
                let length =
                    length.split("\r\ncontent-length:").nth(1).and_then(|rest| rest.lines().next());
                self.skip = length.and_then(|digits| digits.trim().parse().ok()).unwrap_or(0);
                self.heads.push_back(head);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_counted_however_they_are_cut() {
        let stream =
            [&[22, 3, 1, 0, 2, 9, 9][..], &[23, 3, 3, 0, 0], &[23, 3, 3, 1, 4], &[7; 260]].concat();
        for cut in 1..stream.len() {
            let mut wire = Wire::default();
            stream.chunks(cut).for_each(|part| wire.hear(part));
            assert_eq!(wire.application_records(), [0, 260], "cut every {cut} bytes");
        }
    }

    #[test]
    fn heads_are_told_from_bodies() {
        let mut plain = Plain::default();
        let first = "POST /a HTTP/1.1\r\nHost: x\r\ncontent-length: 8\r\n\r\n";
        let second = "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";
        plain.hear(format!("{first}\r\n\r\n\r\n\r\n{second}").as_bytes());
        assert_eq!(plain.next_head().as_deref(), Some(first.as_bytes()));
        assert_eq!(plain.next_head().as_deref(), Some(second.as_bytes()));
        assert_eq!(plain.next_head(), None);
    }
}
