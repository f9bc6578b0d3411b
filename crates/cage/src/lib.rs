//! The sandbox of processes that work on other people's bytes (the mix, the cleaning of documents): no file, no network,
//! no other program. It is closed before the first such byte is read, and then *tested*: a process that could still
//! open a file or make a socket must refuse to run.
//!
//! Two layers, independent of each other:
//!
//! - **Landlock** denies every access to files, TCP ports, abstract Unix sockets and signals, as far as the kernel
//!   knows them.
//! - **Seccomp** allows some twenty system calls and answers `EPERM` to all others. Reading is allowed from standard
//!   input alone, writing to standard output and error alone, positioned reading and writing in the state files
//!   alone: a socket that was inherited by accident cannot be used. No memory can be made executable.
//!
//! Before both: no core dumps, not traceable, no new privileges, few descriptors, and a limit of memory if wanted.

use std::{fmt, os::fd::RawFd};

use thiserror::Error;

#[cfg(target_os = "linux")]
mod linux;
mod probe;
#[cfg(target_os = "linux")]
mod syscalls;

pub use probe::{Attempt, Probe};

/// Whether a process may run on a kernel without landlock, with the system-call filter alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NeedLandlock {
    /// Refuse to run.
    #[default]
    Yes,
    /// The operator has said that the filter is enough.
    No,
}

/// How far the kernel enforces landlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landlock {
    /// Not at all.
    Absent,
    /// Less than what is asked for: an older kernel.
    Partial,
    /// All that is asked for.
    Full,
}

/// What the closed sandbox gave.
#[derive(Debug)]
pub struct Closed {
    /// How far the kernel enforces landlock.
    pub landlock: Landlock,
    /// Everything that was tried afterwards; all of it failed.
    pub attempts: Vec<Attempt>,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attempts.iter().try_for_each(|attempt| writeln!(f, "{attempt}"))
    }
}

/// The process does not run without its sandbox.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// Not Linux.
    #[error(
        "closing a process in needs Linux (landlock and seccomp); this is {0}. \
         Run it on a Linux machine"
    )]
    System(&'static str),
    /// No rules for this processor.
    #[error("there is no system-call filter for {0}: x86_64, aarch64 and riscv64 are known")]
    Processor(&'static str),
    /// The kernel has no landlock, or it is switched off.
    #[error(
        "this kernel does not enforce landlock (Linux 5.13 or later, \"landlock\" among the modules in \
         /sys/kernel/security/lsm). To run with the system-call filter alone, say so: --without-landlock"
    )]
    NoLandlock,
    /// One step failed.
    #[error("closing the sandbox: {step}: {why}")]
    Step {
        /// Which step.
        step: &'static str,
        /// What the system answered.
        why: String,
    },
    /// The test afterwards found it open.
    #[error("the sandbox does not hold, so nothing runs in it: {0}")]
    Open(String),
}

/// Closes the sandbox around the calling thread, which must be the only one, and tests it. `state_files` are
/// the descriptors that stay usable beside standard input, output and error. Cannot be undone.
///
/// # Errors
/// [`SandboxError`]; the caller must leave without reading anything from outside.
pub fn close(state_files: &[RawFd], need: NeedLandlock) -> Result<Closed, SandboxError> {
    let probe = Probe::new();
    #[cfg(target_os = "linux")]
    let landlock = linux::close(state_files, need)?;
    #[cfg(not(target_os = "linux"))]
    let landlock = {
        let _ = (state_files, need);
        return Err(SandboxError::System(std::env::consts::OS));
    };
    let attempts = probe.attempts();
    check(&attempts)?;
    Ok(Closed { landlock, attempts })
}

/// Limits the memory of this process, mapped files and all, to so many bytes.
///
/// # Errors
/// [`SandboxError`] when the system refuses, or knows no such limit.
#[cfg(target_os = "linux")]
pub fn limit_memory(bytes: u64) -> Result<(), SandboxError> {
    linux::limit_memory(bytes)
}

/// As on Linux, where it can be done.
///
/// # Errors
/// [`SandboxError::System`], always.
#[cfg(not(target_os = "linux"))]
pub fn limit_memory(_: u64) -> Result<(), SandboxError> {
    Err(SandboxError::System(std::env::consts::OS))
}

/// Fails if anything that was tried has worked.
fn check(attempts: &[Attempt]) -> Result<(), SandboxError> {
    let worked: Vec<_> = attempts.iter().filter(|a| a.worked()).map(ToString::to_string).collect();
    if worked.is_empty() && !attempts.is_empty() {
        Ok(())
    } else {
        Err(SandboxError::Open(worked.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_sandbox_is_refused() {
        // No sandbox here: everything works, so the check must fail, and say what worked.
        let attempts = Probe::new().attempts();
        assert!(attempts.iter().all(Attempt::worked), "{attempts:?}");
        let error = check(&attempts).unwrap_err().to_string();
        assert!(error.contains("open a file: worked"), "{error}");
        assert!(error.contains("make a TCP socket: worked"), "{error}");
        assert!(error.contains("write to an inherited socket: worked"), "{error}");
    }

    #[test]
    fn a_test_that_tried_nothing_proves_nothing() {
        assert!(check(&[]).is_err());
    }
}
