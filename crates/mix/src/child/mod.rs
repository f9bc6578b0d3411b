//! The mix as a process: standard input and output, the clock, the files; everything else is [`crate::core`].

#[cfg(target_os = "linux")]
mod edge;
#[cfg(target_os = "linux")]
mod run;

use std::{
    ffi::{OsStr, OsString},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use thiserror::Error;

use crate::{
    sandbox::{self, NeedLandlock, Probe, SandboxError},
    state::StateError,
};

/// How the program that the site is calls its own hidden subcommand.
pub const SUBCOMMAND: &str = "mix-child";

/// Prepares the child: `program mix-child --state DIR`, its input and output piped, no environment, in a process group of
/// its own, so that Ctrl-C ends the edge first and the mix writes its last snapshot when the pipe closes.
#[must_use]
pub fn command(program: &Path, state: &Path, need: NeedLandlock) -> Command {
    let mut command = Command::new(program);
    command.arg(SUBCOMMAND).arg("--state").arg(state);
    if need == NeedLandlock::No {
        command.arg("--without-landlock");
    }
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// The whole life of the child. `arguments` are those after the name of the subcommand:
///
/// - `--state DIR [--without-landlock]`: run. Leaves with 0 when the edge says so or goes away, with 1 when it cannot go
///   on; then the reason is on standard error and, as a fault frame, on standard output.
/// - `check [--without-landlock]`: tries what the sandbox must prevent, before and after closing it, and prints what came of it;
///   0 if everything worked before and nothing after.
///
/// Must be called while the process has a single thread.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let result = match Task::parse(arguments) {
        Ok(Task::Run { state, need }) => run_mix(&state, need),
        Ok(Task::Check { need }) => check(need),
        Err(error) => {
            let _ = writeln!(std::io::stderr().lock(), "{error}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr().lock(), "mix: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What it was started for.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Run { state: PathBuf, need: NeedLandlock },
    Check { need: NeedLandlock },
}

/// Wrong arguments.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "{0}\nusage: mix-child --state DIR [--without-landlock]\n       mix-child check [--without-landlock]"
)]
struct UsageError(String);

impl Task {
    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, UsageError> {
        let mut arguments = arguments.into_iter();
        let (mut state, mut checking, mut need) = (None, false, NeedLandlock::Yes);
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--state") => state = Some(arguments.next().unwrap_or_default()),
                Some("--without-landlock") => need = NeedLandlock::No,
                Some("check") => checking = true,
                _ => return Err(UsageError(format!("{} is not known", argument.display()))),
            }
        }
        match (state, checking) {
            (Some(state), false) if state != OsStr::new("") => {
                Ok(Task::Run { state: state.into(), need })
            }
            (None, true) => Ok(Task::Check { need }),
            (Some(_), true) => Err(UsageError("check needs no --state".to_owned())),
            _ => Err(UsageError("--state DIR is missing".to_owned())),
        }
    }
}

/// Why the child leaves with 1.
#[derive(Debug, Error)]
enum ChildError {
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[cfg(target_os = "linux")]
    #[error("the link to the edge is out of step: {0}")]
    Link(#[from] crate::link::LinkError),
    #[error("{0}: {1}")]
    Io(&'static str, std::io::Error),
    #[error("before the sandbox is closed, {0}: nothing is proven by its failing afterwards")]
    Check(String),
}

#[cfg(target_os = "linux")]
fn run_mix(state: &Path, need: NeedLandlock) -> Result<(), ChildError> {
    run::run(state, need)
}

#[cfg(not(target_os = "linux"))]
fn run_mix(_: &Path, _: NeedLandlock) -> Result<(), ChildError> {
    Err(SandboxError::System(std::env::consts::OS).into())
}

fn check(need: NeedLandlock) -> Result<(), ChildError> {
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| {
        writeln!(out, "{line}").map_err(|error| ChildError::Io("writing the report", error))
    };
    let before = Probe::new().attempts();
    for attempt in &before {
        say(format!("before: {attempt}"))?;
    }
    let closed = sandbox::close(&[], need)?;
    say(format!("landlock: {:?}", closed.landlock))?;
    for attempt in &closed.attempts {
        say(format!("after: {attempt}"))?;
    }
    match before.iter().find(|attempt| !attempt.worked()) {
        Some(attempt) => Err(ChildError::Check(attempt.to_string())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Task, String> {
        Task::parse(arguments.iter().map(OsString::from)).map_err(|error| error.0)
    }

    #[test]
    fn arguments() {
        let run = |need| Ok(Task::Run { state: "d".into(), need });
        assert_eq!(parse(&["--state", "d"]), run(NeedLandlock::Yes));
        assert_eq!(parse(&["--without-landlock", "--state", "d"]), run(NeedLandlock::No));
        assert_eq!(parse(&["check"]), Ok(Task::Check { need: NeedLandlock::Yes }));
        for bad in [&[][..], &["--state"], &["--state", ""], &["check", "--state", "d"], &["x"]] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}
