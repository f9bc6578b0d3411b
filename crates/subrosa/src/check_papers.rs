//! What a source gave, read to compare a draft's words with.

use std::{
    fs,
    path::{Path, PathBuf},
};

use check::Document;
use cleanroom::{Bounds, Outcome, Request, Sandbox, Task, Worker};

use crate::{check_folder::file, out::Failure};

/// Reads papers. A PDF is interpreted by a closed-in child, which is started for the first of them.
#[derive(Default)]
pub(crate) struct Papers {
    worker: Option<Worker>,
}

impl Papers {
    /// All that is named: files, and the files of folders.
    pub(crate) fn all(&mut self, paths: &[PathBuf]) -> Result<Vec<Document>, Failure> {
        let mut all = Vec::new();
        for path in paths {
            if !path.is_dir() {
                all.push(self.one(path)?);
                continue;
            }
            let mut inside = Vec::new();
            for entry in fs::read_dir(path).map_err(|e| Failure::at(path.display(), e))? {
                inside.push(entry.map_err(|e| Failure::at(path.display(), e))?.path());
            }
            inside.sort();
            for path in inside.iter().filter(|p| p.is_file()) {
                all.push(self.one(path)?);
            }
        }
        Ok(all)
    }

    /// One paper.
    pub(crate) fn one(&mut self, path: &Path) -> Result<Document, Failure> {
        let (name, bytes) = (path.display().to_string(), file(path)?);
        if !bytes.starts_with(b"%PDF-") {
            return Ok(Document::read(&name, &bytes)?);
        }
        let worker = match &mut self.worker {
            Some(worker) => worker,
            none => {
                let program = std::env::current_exe()?;
                none.insert(Worker::start(program, Sandbox::Closed, Bounds::default())?)
            }
        };
        let request = Request { task: Task::Words, ..Request::default() };
        let (answer, words) = worker.clean(&request, &bytes)?;
        if answer.outcome == Outcome::Refused {
            let reason = answer.reason.unwrap_or_default();
            return Err(Failure::at(path.display(), crate::out::visible(&reason)));
        }
        if words.iter().all(u8::is_ascii_whitespace) {
            return Err(Failure::at(
                path.display(),
                "there are no words in this PDF, only pictures of them: give its text, typed or recognised",
            ));
        }
        Ok(Document::read_as(check::draft::Format::Plain, &name, &words)?)
    }
}
