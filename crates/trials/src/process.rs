//! Child processes that never outlive the test that started them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::{During, Result, Trouble};

static STARTED: AtomicU32 = AtomicU32::new(0);
const MARK: &str = "SUBROSA_TRIAL";

/// A process with all its descendants, killed on drop.
///
/// Browsers start helpers that leave their parent. They are known again by an environment variable that they
/// inherit.
#[derive(Debug)]
pub struct Guarded {
    child: Child,
    mark: String,
    log: PathBuf,
}

impl Guarded {
    /// Starts `command`, without standard input and with both outputs appended to the file `log`.
    ///
    /// # Errors
    /// When the program cannot be started; the error names it.
    pub fn spawn(mut command: Command, log: &Path) -> Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let out = fs::OpenOptions::new().create(true).append(true).open(log).during("log file")?;
        let err = out.try_clone().during("log file")?;
        let mark = format!("{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let child =
            command.env(MARK, &mark).stdin(Stdio::null()).stdout(out).stderr(err).spawn().map_err(
                |e| Trouble(format!("cannot start {program}: {e} (./test installs it)")),
            )?;
        Ok(Self { child, mark, log: log.to_owned() })
    }

    /// What the process has printed so far.
    #[must_use]
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Waits until `find` sees what it wants in the output.
    ///
    /// # Errors
    /// When the process ends first or `limit` passes; the error holds the end of the output.
    pub fn wait_for<T>(&mut self, limit: Duration, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            let output = self.output();
            if let Some(found) = find(&output) {
                return Ok(found);
            }
            let ended = self.child.try_wait().during("child process")?;
            if ended.is_some() || start.elapsed() > limit {
                let why =
                    ended.map_or("said nothing".to_owned(), |status| format!("ended: {status}"));
                let tail: Vec<&str> = output.lines().rev().take(20).collect();
                let tail: Vec<&str> = tail.into_iter().rev().collect();
                return Err(Trouble(format!(
                    "child process {why}; its output:\n{}",
                    tail.join("\n")
                )));
            }
            sleep(Duration::from_millis(30));
        }
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end (SIGTERM) and waits.
    ///
    /// # Errors
    /// When it has not ended within `limit`.
    pub fn end(&mut self, limit: Duration) -> Result<ExitStatus> {
        send(self.child.id(), Signal::TERM);
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().during("child process")? {
                return Ok(status);
            }
            if start.elapsed() > limit {
                return Err(Trouble(format!("still running {limit:?} after SIGTERM")));
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// Kills it and everything it started, as a power cut would.
    pub fn kill(&mut self) {
        for _ in 0..100 {
            let mut family = descendants(self.child.id());
            family.extend(marked(&self.mark));
            if let Ok(None) = self.child.try_wait() {
                family.insert(self.child.id());
            }
            family.remove(&std::process::id());
            if family.is_empty() {
                break;
            }
            for id in family {
                send(id, Signal::KILL);
            }
            sleep(Duration::from_millis(20));
        }
        let _ = self.child.wait();
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.kill();
    }
}

fn send(id: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

fn every_process() -> Vec<(u32, PathBuf)> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path())))
        .collect()
}

fn descendants(root: u32) -> BTreeSet<u32> {
    // The state and the parent follow the name, which is in brackets and may hold anything.
    let parents: Vec<(u32, u32)> = every_process()
        .into_iter()
        .filter_map(|(id, dir)| {
            let stat = fs::read_to_string(dir.join("stat")).ok()?;
            let mut rest = stat.rsplit(')').next()?.split_whitespace();
            if rest.next()? == "Z" {
                return None;
            }
            Some((id, rest.next()?.parse().ok()?))
        })
        .collect();
    let mut found = BTreeSet::new();
    loop {
        let before = found.len();
        found.extend(
            parents
                .iter()
                .filter(|(_, p)| *p == root || found.contains(p))
                .map(|(id, _)| *id)
                .collect::<Vec<_>>(),
        );
        if found.len() == before {
            return found;
        }
    }
}

fn marked(mark: &str) -> BTreeSet<u32> {
    let wanted = format!("{MARK}={mark}");
    let holds = |dir: &Path| {
        fs::read(dir.join("environ"))
            .is_ok_and(|env| env.split(|b| *b == 0).any(|v| v == wanted.as_bytes()))
    };
    every_process().into_iter().filter(|(_, dir)| holds(dir)).map(|(id, _)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_down_what_left_its_parent() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "setsid sleep 300 & setsid sh -c 'sleep 301 & echo up' ; wait"]);
        let mut guarded = Guarded::spawn(command, &dir.path().join("log")).unwrap();
        guarded.wait_for(Duration::from_secs(5), |out| out.contains("up").then_some(())).unwrap();
        let mark = guarded.mark.clone();
        assert!(marked(&mark).len() >= 3, "sh and two sleeps are running");
        drop(guarded);
        assert_eq!(marked(&mark), BTreeSet::new());
    }

    #[test]
    fn a_missing_program_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let error = Guarded::spawn(Command::new("no-such-browser"), &dir.path().join("log"));
        assert!(error.unwrap_err().to_string().contains("no-such-browser"));
    }

    #[test]
    fn an_early_end_shows_the_output() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo the reason; exit 3"]);
        let mut guarded = Guarded::spawn(command, &dir.path().join("log")).unwrap();
        let error = guarded.wait_for(Duration::from_secs(5), |_| None::<()>).unwrap_err();
        assert!(error.to_string().contains("the reason"), "{error}");
    }
}
