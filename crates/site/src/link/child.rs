//! One run of the mix process: its pipes and its end.

use std::process::Stdio;
use std::time::Duration;

use mix::link::{Frames, FromMix, Hello, Ready, ToMix};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{self, ChildStdin, ChildStdout, Command};

use super::{MixCommand, MixError};
use crate::status::Status;

const READY: Duration = Duration::from_secs(30);
/// What a mix may say on its standard error in one run, in lines.
const MOST_LINES: usize = 20;
/// Most bytes of such a line.
const MOST_LINE: u64 = 1000;

/// A running mix.
pub(super) struct Child {
    pub(super) process: process::Child,
    pub(super) to: ChildStdin,
    pub(super) from: FromChild,
}

/// Frames as they come.
pub(super) struct FromChild {
    stdout: ChildStdout,
    frames: Frames,
    buffer: Vec<u8>,
}

impl Child {
    pub(super) fn spawn(command: &MixCommand, status: Status) -> Result<Self, MixError> {
        let failed = |why: String| MixError::Spawn { program: command.program.clone(), why };
        let mut process = Command::new(&command.program);
        // A group of its own: Ctrl-C is for the edge, which then tells the mix.
        #[cfg(unix)]
        process.process_group(0);
        let mut process = process
            .args(&command.args)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let pipes = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (Some(to), Some(stdout), Some(stderr)) = pipes else {
            return Err(failed("no pipes".into()));
        };
        tokio::spawn(async move {
            let mut lines = BufReader::new(stderr);
            for _ in 0..MOST_LINES {
                let mut line = Vec::new();
                match (&mut lines).take(MOST_LINE).read_until(b'\n', &mut line).await {
                    Ok(n) if n > 0 => {
                        let line = String::from_utf8_lossy(&line);
                        status.line(&format!("mix: {}", line.trim_end()));
                    }
                    _ => return,
                }
            }
            // Whatever more there is must not fill the pipe and stop the mix.
            let _ = tokio::io::copy(&mut lines, &mut tokio::io::sink()).await;
        });
        let from = FromChild { stdout, frames: Frames::new(), buffer: vec![0; 64 * 1024] };
        Ok(Self { process, to, from })
    }

    /// Says hello, and waits until the sandbox is closed.
    pub(super) async fn greet(&mut self, hello: Hello) -> Result<Ready, MixError> {
        let greeting = ToMix::Hello(Box::new(hello)).encode();
        // It may close its sandbox before it reads, so reading and writing go on together.
        let Self { to, from, .. } = self;
        let write = async {
            let _ = to.write_all(&greeting).await;
            let _ = to.flush().await;
        };
        let read = async {
            loop {
                match from.next().await? {
                    FromMix::Ready(ready) => return Ok(ready),
                    FromMix::Fault(why) => return Err(why),
                    _ => {}
                }
            }
        };
        let both = async { tokio::join!(write, read).1 };
        match tokio::time::timeout(READY, both).await {
            Ok(Ok(ready)) => Ok(ready),
            Ok(Err(why)) => {
                let code = end(&mut self.process, Duration::from_secs(1)).await;
                Err(MixError::NotReady(format!("{why} ({code})")))
            }
            Err(_) => Err(MixError::Slow(READY.as_secs())),
        }
    }
}

/// Waits for the end of the process, at most so long; then kills it. Says how it ended.
pub(super) async fn end(process: &mut process::Child, wait: Duration) -> String {
    match tokio::time::timeout(wait, process.wait()).await {
        Ok(Ok(status)) => status.to_string(),
        _ => {
            let _ = process.kill().await;
            "killed, because it did not end".into()
        }
    }
}

impl FromChild {
    /// The next frame that can be read. The error says in words why there is none any more.
    pub(super) async fn next(&mut self) -> Result<FromMix, String> {
        loop {
            match self.frames.next_frame() {
                Ok(Some(frame)) => match FromMix::decode(frame) {
                    Ok(message) => return Ok(message),
                    Err(error) => return Ok(FromMix::Fault(format!("unreadable frame: {error}"))),
                },
                Ok(None) => {}
                Err(error) => return Err(error.to_string()),
            }
            match self.stdout.read(&mut self.buffer).await {
                Ok(0) => return Err("the mix ended".into()),
                Ok(n) => self.frames.push(self.buffer.get(..n).unwrap_or_default()),
                Err(error) => return Err(format!("the mix cannot be read: {error}")),
            }
        }
    }
}
