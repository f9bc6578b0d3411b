//! The parent's side.

use crate::{
    SUBCOMMAND,
    frames::{self, Answer, Hello, Request},
};
use std::{
    ffi::OsString,
    io::{self, Read as _},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};
use thiserror::Error;

/// Whether the child closes itself in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sandbox {
    /// It must, or nothing is cleaned.
    #[default]
    Closed,
    /// The person has said that it need not.
    Open,
}

/// What a document may use up.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Memory of one child, in bytes.
    pub memory: u64,
    /// Time for one document.
    pub time: Duration,
    /// More time for each megabyte of it.
    pub time_per_megabyte: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            memory: 4 << 30,
            time: Duration::from_secs(120),
            time_per_megabyte: Duration::from_secs(4),
        }
    }
}

/// A child could not be started, or could not close itself in.
#[derive(Debug, Error)]
pub enum StartError {
    /// The program did not start.
    #[error("the process that reads documents cannot be started: {0}")]
    Start(#[from] io::Error),
    /// It would not run; its own words.
    #[error("the process that reads documents does not run: {0}")]
    Refused(String),
}

/// Cleans documents one after another; each of several workers is used by a thread of its own.
pub struct Worker {
    program: PathBuf,
    arguments: Vec<OsString>,
    bounds: Bounds,
    running: Option<Running>,
}

struct Running {
    child: Arc<Mutex<Child>>,
    to: ChildStdin,
    from: ChildStdout,
    hello: Hello,
}

impl Worker {
    /// Starts a child and waits until its sandbox is closed. `program` is this program, or one that has the same hidden
    /// subcommand.
    ///
    /// # Errors
    /// [`StartError`], with the child's own words if it would not run without a sandbox.
    pub fn start(program: PathBuf, sandbox: Sandbox, bounds: Bounds) -> Result<Self, StartError> {
        let mut arguments: Vec<OsString> =
            vec![SUBCOMMAND.into(), "--memory".into(), bounds.memory.to_string().into()];
        if sandbox == Sandbox::Open {
            arguments.push("--open".into());
        }
        let mut worker = Self { program, arguments, bounds, running: None };
        worker.running = Some(worker.spawn()?);
        Ok(worker)
    }

    /// What the child's sandbox gave, and the child's process id.
    #[must_use]
    pub fn hello(&self) -> Option<(&Hello, u32)> {
        let running = self.running.as_ref()?;
        let id = running.child.lock().map(|child| child.id()).ok()?;
        Some((&running.hello, id))
    }

    fn spawn(&self) -> Result<Running, StartError> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(to), Some(mut from), Some(mut said)) = pipes else {
            return Err(io::Error::other("no pipes").into());
        };
        match frames::receive::<Hello>(&mut from, 0) {
            Ok(Some((hello, _))) => {
                let child = Arc::new(Mutex::new(child));
                Ok(Running { child, to, from, hello })
            }
            _ => {
                let mut text = String::new();
                let _ = said.read_to_string(&mut text);
                let _ = child.kill();
                let _ = child.wait();
                Err(StartError::Refused(text.trim().to_owned()))
            }
        }
    }

    /// Cleans one document: the answer, and the fresh document if there is one. A child that crashes or runs late is
    /// replaced, and its document refused.
    ///
    /// # Errors
    /// [`StartError`] if no child can be had any more.
    pub fn clean(
        &mut self,
        request: &Request,
        data: &[u8],
    ) -> Result<(Answer, Vec<u8>), StartError> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => self.spawn()?,
        };
        let megabytes = u32::try_from(data.len() >> 20).unwrap_or(u32::MAX);
        let time = self
            .bounds
            .time
            .saturating_add(self.bounds.time_per_megabyte.saturating_mul(megabytes));
        let late = Arc::new(AtomicBool::new(false));
        let (done, wait) = mpsc::channel::<()>();
        let watch = {
            let (child, late) = (Arc::clone(&running.child), Arc::clone(&late));
            thread::spawn(move || {
                if wait.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                    late.store(true, Ordering::SeqCst);
                    if let Ok(mut child) = child.lock() {
                        let _ = child.kill();
                    }
                }
            })
        };
        // What comes back is never much longer than what was allowed to be unpacked.
        let most = request.limits.total_bytes.saturating_mul(4).saturating_add(1 << 20);
        let result = frames::send(&mut running.to, request, data)
            .and_then(|()| frames::receive::<Answer>(&mut running.from, most));
        drop(done);
        let _ = watch.join();
        if let (Ok(Some((answer, bytes))), false) = (result, late.load(Ordering::SeqCst)) {
            self.running = Some(running);
            return Ok((answer, bytes));
        }
        end(&running.child);
        let reason = if late.load(Ordering::SeqCst) {
            format!("it took longer than {} seconds: split it or convert it first", time.as_secs())
        } else {
            let memory = self.bounds.memory >> 20;
            format!("it broke its reader, or needed more than {memory} MB of memory")
        };
        Ok((Answer::refused(reason), Vec::new()))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            end(&running.child);
        }
    }
}

fn end(child: &Mutex<Child>) {
    if let Ok(mut child) = child.lock() {
        let _ = child.kill();
        let _ = child.wait();
    }
}
