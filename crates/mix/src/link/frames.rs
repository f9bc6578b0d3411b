//! Cutting a stream of bytes into frames.

use super::{LinkError, codec::Writer};

/// Most bytes of a frame, type included: 16 MiB, above the largest batch that [`super::Limits`] allow.
pub const MAX_FRAME: u32 = 16 * 1024 * 1024;

/// One frame, its body not yet looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The type; its meaning depends on the direction.
    pub kind: u8,
    /// What follows the type.
    pub body: Vec<u8>,
}

impl Frame {
    /// The frame as it travels.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(self.body.len() + 5));
        out.u32(u32::try_from(self.body.len() + 1).unwrap_or(u32::MAX));
        out.u8(self.kind).bytes(&self.body);
        out.0
    }
}

/// Collects bytes as they come and gives out whole frames. Holds at most one unfinished frame and what was pushed
/// last, if it is emptied after every push.
#[derive(Default)]
pub struct Frames {
    buffer: Vec<u8>,
    read: usize,
}

impl Frames {
    /// Empty.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes from the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.read > 0 {
            self.buffer.drain(..self.read);
            self.read = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame; `None` until more bytes have come.
    ///
    /// # Errors
    /// [`LinkError::Length`]; every further call gives the same error.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, LinkError> {
        let rest = self.buffer.get(self.read..).unwrap_or_default();
        let Some((length, rest)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_be_bytes(*length);
        if length == 0 || length > MAX_FRAME {
            return Err(LinkError::Length(length));
        }
        let Some((kind, body)) = rest.get(..length as usize).and_then(<[u8]>::split_first) else {
            return Ok(None);
        };
        let frame = Frame { kind: *kind, body: body.to_vec() };
        self.read += 4 + length as usize;
        Ok(Some(frame))
    }

    /// Whether bytes of an unfinished frame are waiting.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read == self.buffer.len()
    }
}
