//! The words of a PDF.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::{Answer, Bounds, Outcome, Request, Sandbox, StartError, Task, Worker};

/// The words of a PDF cannot be had.
#[derive(Debug, Error)]
pub enum WordsError {
    /// No child.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The PDF was refused; the reason may hold bytes of it.
    #[error("{0}")]
    Refused(String),
    /// There are none in it.
    #[error(
        "there are no words in this PDF, only pictures of them: give its text, typed or recognised"
    )]
    None,
}

/// Reads the words of PDFs in a child that is closed in; it is started for the first of them, from the program that
/// runs.
#[derive(Default)]
pub struct PdfWords {
    worker: Option<Worker>,
}

impl PdfWords {
    /// Whether this is a PDF.
    #[must_use]
    pub fn is_pdf(bytes: &[u8]) -> bool {
        bytes.starts_with(b"%PDF-")
    }

    /// The words of one, as UTF-8.
    ///
    /// # Errors
    /// [`WordsError`].
    pub fn read(&mut self, pdf: &[u8]) -> Result<Vec<u8>, WordsError> {
        let worker = match &mut self.worker {
            Some(worker) => worker,
            none => {
                let program: Result<PathBuf, io::Error> = std::env::current_exe();
                let program = program.map_err(StartError::from)?;
                none.insert(Worker::start(program, Sandbox::Closed, Bounds::default())?)
            }
        };
        let request = Request { task: Task::Words, ..Request::default() };
        let (Answer { outcome, reason, .. }, words) = worker.clean(&request, pdf)?;
        if outcome == Outcome::Refused {
            return Err(WordsError::Refused(reason.unwrap_or_default()));
        }
        if words.iter().all(u8::is_ascii_whitespace) {
            return Err(WordsError::None);
        }
        Ok(words)
    }
}
