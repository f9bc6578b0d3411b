//! The child's side.

use crate::frames::{self, Answer, Hello, Request, Task};
use cage::{NeedLandlock, SandboxError};
use rand_core::UnwrapErr;
use sanitize::{Options, Report};
use std::{
    ffi::OsString,
    io::{self, Write as _},
    panic,
    process::ExitCode,
};

/// The whole life of the child: closes its sandbox, tests it, says so, then cleans what comes on standard input until that
/// ends. `arguments` are those after the name of the subcommand: `--memory BYTES`, and `--open` to run without a
/// sandbox, because the person has said so. Must be called while the process has a single thread.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = arguments.into_iter();
    let (mut open, mut memory) = (false, None);
    while let Some(argument) = arguments.next() {
        let value = |value: Option<OsString>| value.and_then(|v| v.to_str()?.parse::<u64>().ok());
        match argument.to_str() {
            Some("--open") => open = true,
            Some("--memory") => memory = value(arguments.next()),
            _ => return fail(2, "usage: sanitize-child --memory BYTES [--open]"),
        }
    }
    let Some(memory) = memory else {
        return fail(2, "usage: sanitize-child --memory BYTES [--open]");
    };
    let hello = match close(open, memory) {
        Ok(hello) => hello,
        Err(error) => return fail(1, &error.to_string()),
    };
    // What a broken document makes a library say may quote the document.
    panic::set_hook(Box::new(|_| ()));
    match serve(&hello) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &error.to_string()),
    }
}

fn fail(code: u8, text: &str) -> ExitCode {
    let _ = writeln!(io::stderr().lock(), "{text}");
    ExitCode::from(code)
}

fn close(open: bool, memory: u64) -> Result<Hello, SandboxError> {
    if open {
        // Even so, as far as the system can.
        let _ = cage::limit_memory(memory);
        return Ok(Hello { closed: false, attempts: Vec::new() });
    }
    cage::limit_memory(memory)?;
    let closed = cage::close(&[], NeedLandlock::Yes)?;
    Ok(Hello { closed: true, attempts: closed.attempts.iter().map(ToString::to_string).collect() })
}

fn serve(hello: &Hello) -> io::Result<()> {
    let (mut from, mut to) = (io::stdin().lock(), io::stdout().lock());
    frames::send(&mut to, hello, &[])?;
    while let Some((request, data)) = frames::receive::<Request>(&mut from, u64::MAX)? {
        let (answer, bytes) = clean(request, &data);
        drop(data);
        frames::send(&mut to, &answer, &bytes)?;
    }
    Ok(())
}

fn clean(request: Request, data: &[u8]) -> (Answer, Vec<u8>) {
    let options = Options { level: request.level, keep: request.keep, limits: request.limits };
    let mut rng = UnwrapErr(getrandom::SysRng);
    // A library that loses its way over a document must not take the other documents with it.
    let result = panic::catch_unwind(panic::AssertUnwindSafe(|| match request.task {
        Task::Clean => sanitize::clean(data, &options, &mut rng)
            .map(|c| (Answer::done(Some(c.format), c.report), c.bytes)),
        Task::Words => sanitize::words(data, &options, &mut rng)
            .map(|text| (Answer::done(None, Report::default()), text.into_bytes())),
        Task::Look => sanitize::look(data, &options, &mut rng)
            .map(|(shown, format)| (Answer::done(Some(format), Report::default()), shown)),
    }));
    match result {
        Ok(Ok(done)) => done,
        Ok(Err(refusal)) => (Answer::refused(refusal.to_string()), Vec::new()),
        Err(_) => {
            let reason = "the file is damaged in a way that its reader does not understand";
            (Answer::refused(reason), Vec::new())
        }
    }
}
