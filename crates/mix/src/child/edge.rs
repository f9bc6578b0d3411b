//! The edge's end of the pipes, read with a time limit.

use std::{
    io::{self, StdoutLock, Write as _},
    os::fd::AsFd as _,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};

use crate::link::{Frame, Frames, FromMix, LinkError};

/// Bytes read at a time: a quarter of a block, the size of a Linux pipe.
const STRETCH: usize = 64 * 1024;

/// What waiting for the edge gave.
pub(super) enum Heard {
    /// Bytes have come, or may have: look at the frames.
    Something,
    /// The time is over.
    Nothing,
    /// The edge has gone away.
    End,
}

/// The edge.
pub(super) struct Edge {
    frames: Frames,
    buffer: Vec<u8>,
    out: StdoutLock<'static>,
}

impl Edge {
    pub(super) fn new() -> Self {
        Self { frames: Frames::new(), buffer: vec![0; STRETCH], out: io::stdout().lock() }
    }

    /// Sends a frame; waits if the edge is slow to read.
    pub(super) fn send(&mut self, message: &FromMix) -> io::Result<()> {
        self.out.write_all(&message.encode())?;
        self.out.flush()
    }

    /// A frame that has come already.
    pub(super) fn next_frame(&mut self) -> Result<Option<Frame>, LinkError> {
        self.frames.next_frame()
    }

    /// Waits for bytes, no longer than `patience`.
    pub(super) fn wait(&mut self, patience: Duration) -> io::Result<Heard> {
        let stdin = io::stdin();
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        let limit = Timespec::try_from(patience).unwrap_or_default();
        match poll(&mut fds, Some(&limit)) {
            Ok(0) => return Ok(Heard::Nothing),
            Err(Errno::INTR) => return Ok(Heard::Nothing),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        match rustix::io::read(stdin.as_fd(), self.buffer.as_mut_slice()) {
            Ok(0) => Ok(Heard::End),
            Ok(n) => {
                self.frames.push(self.buffer.get(..n).unwrap_or_default());
                Ok(Heard::Something)
            }
            Err(Errno::INTR | Errno::AGAIN) => Ok(Heard::Nothing),
            Err(error) => Err(error.into()),
        }
    }
}
