//! `subrosa sanitize`: files in, fresh files out. Reading and writing here, understanding in a closed-in child.

mod output;
mod show;
mod work;

use crate::{
    cli,
    out::{Ending, Failure, Out, Outcome},
};
use ::sanitize::{Level, Limits};
use cleanroom::{Bounds, Request, Sandbox, Task, Worker};
use output::Folder;
use serde::Serialize;
use std::{io::IsTerminal as _, num::NonZeroUsize, path::PathBuf};

/// One line of the result, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Row {
    input: PathBuf,
    /// Where the fresh file is; `null` if there is none.
    output: Option<PathBuf>,
    status: Status,
    removed: Vec<::sanitize::Entry>,
    kept: Vec<::sanitize::Entry>,
    /// What may remain whatever is done.
    remains: Vec<String>,
    /// The format of the fresh file, by its usual extension.
    format: Option<&'static str>,
    /// Why there is none.
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    /// A fresh file was written.
    Cleaned,
    /// Inspected only: a fresh file could be written.
    Checked,
    /// Nothing was written.
    Refused,
}

#[derive(Serialize)]
struct Report {
    files: Vec<Row>,
}

/// Cleans the files, or looks into them.
pub(crate) fn run(args: &cli::Sanitize, out: &mut Out) -> Outcome {
    let folder = match (&args.output, args.check) {
        (Some(folder), false) => Some(Folder::open(folder)?),
        (None, false) => {
            return Err(Failure::new("say where to: -o DIR, or only inspect: --check"));
        }
        (_, true) => None,
    };
    let request = Request {
        level: if args.pixels && !args.keep_look { Level::Pixels } else { Level::KeepLook },
        keep: args.keep.iter().copied().collect(),
        limits: Limits::default(),
        task: Task::Clean,
    };
    let sandbox = if args.no_sandbox { Sandbox::Open } else { Sandbox::Closed };
    let program = std::env::current_exe()?;
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let jobs = args.jobs.map_or(processors, NonZeroUsize::get).clamp(1, args.files.len().max(1));
    let first = Worker::start(program.clone(), sandbox, Bounds::default()).map_err(|error| {
        Failure::new(format!(
            "{error}\nNothing was read. To go on without this protection, with files that you trust: --no-sandbox"
        ))
    })?;
    let mut workers = vec![first];
    for _ in 1..jobs {
        workers.push(Worker::start(program.clone(), sandbox, Bounds::default())?);
    }
    let progress = std::io::stderr().is_terminal() && !args.json && args.files.len() > 1;
    let rows = work::all(&args.files, workers, &request, folder.as_ref(), progress)?;
    let refused = rows.iter().any(|row| row.status == Status::Refused);
    if args.json {
        out.json(&Report { files: rows })?;
    } else {
        show::table(&rows, args.no_sandbox, out)?;
    }
    Ok(if refused { Ending::NotAsItShouldBe } else { Ending::Done })
}
