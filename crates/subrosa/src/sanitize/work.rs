//! Many files at once, each result in the order in which the files were named.

use super::{Row, Status, output::Folder};
use crate::out::{Failure, visible};
use cleanroom::{Answer, Outcome, Request, Worker};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// What a worker has made of a file: the answer, and the fresh file under a temporary name.
type Made = (Answer, Option<PathBuf>);

pub(super) fn all(
    files: &[PathBuf],
    workers: Vec<Worker>,
    request: &Request,
    folder: Option<&Folder>,
    progress: bool,
) -> Result<Vec<Row>, Failure> {
    let next = AtomicUsize::new(0);
    let (done, results) = mpsc::channel::<(usize, Result<Made, Failure>)>();
    thread::scope(|scope| {
        for mut worker in workers {
            let (done, next) = (done.clone(), &next);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::SeqCst);
                    let Some(file) = files.get(index) else { break };
                    let made = one(file, &mut worker, request, folder);
                    let failed = made.is_err();
                    if done.send((index, made)).is_err() || failed {
                        break;
                    }
                }
            });
        }
        drop(done);
        let (mut waiting, mut rows) = (BTreeMap::new(), Vec::new());
        for (count, (index, made)) in results.into_iter().enumerate() {
            if progress {
                let _ = write!(io::stderr().lock(), "\r{} of {} ", count + 1, files.len());
            }
            waiting.insert(index, made?);
            // Numbers are given in the order of the command line, as soon as all before are through.
            while let Some(made) = waiting.remove(&rows.len()) {
                let Some(file) = files.get(rows.len()) else { break };
                rows.push(row(file, made, folder)?);
            }
        }
        if progress {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
        if rows.len() == files.len() {
            Ok(rows)
        } else {
            Err(Failure::new("a worker ended before its files were done"))
        }
    })
}

fn one(
    file: &Path,
    worker: &mut Worker,
    request: &Request,
    folder: Option<&Folder>,
) -> Result<Made, Failure> {
    let data = match read(file, request.limits.total_bytes) {
        Ok(data) => data,
        Err(reason) => return Ok((refusal(reason), None)),
    };
    let (answer, bytes) = worker.clean(request, &data)?;
    drop(data);
    let made = match (folder, answer.outcome) {
        (Some(folder), Outcome::Cleaned) => Some(folder.write(&bytes)?),
        _ => None,
    };
    Ok((answer, made))
}

fn refusal(reason: String) -> Answer {
    Answer {
        outcome: Outcome::Refused,
        format: None,
        report: ::sanitize::Report::default(),
        reason: Some(reason),
    }
}

/// The file's bytes; a reason if it is none, or too large.
fn read(file: &Path, most: u64) -> Result<Vec<u8>, String> {
    let about = fs::metadata(file).map_err(|error| error.to_string())?;
    if about.is_dir() {
        return Err("it is a folder: name the files in it".to_owned());
    }
    if !about.is_file() {
        return Err("it is not an ordinary file".to_owned());
    }
    if about.len() > most {
        return Err(format!("it is larger than {} MB: split it first", most >> 20));
    }
    fs::read(file).map_err(|error| error.to_string())
}

fn row(file: &Path, (answer, made): Made, folder: Option<&Folder>) -> Result<Row, Failure> {
    let format = answer.format.map(::sanitize::Format::extension);
    let output = match (folder, made, format) {
        (Some(folder), Some(made), Some(format)) => Some(folder.name(&made, format)?),
        _ => None,
    };
    let status = match (answer.outcome, folder) {
        (Outcome::Refused, _) => Status::Refused,
        (Outcome::Cleaned, Some(_)) => Status::Cleaned,
        (Outcome::Cleaned, None) => Status::Checked,
    };
    let report = answer.report;
    Ok(Row {
        input: file.to_owned(),
        output,
        status,
        removed: report.removed,
        kept: report.kept,
        remains: report.remains,
        format,
        reason: answer.reason.map(|reason| visible(&reason)),
    })
}
