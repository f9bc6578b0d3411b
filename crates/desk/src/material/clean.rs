//! From what came to what may be used: through the cleaning child and no other way.

use std::{io, path::PathBuf};

use cleanroom::{Answer, Bounds, Format, Level, Outcome as Said, Request, Sandbox, Task, Worker};
use zeroize::Zeroizing;

use super::{
    Findings, MaterialError, Raw, neutral,
    store::{self, Copy, Kept, MadeRecord, Outcome},
};
use crate::{draft, service::Desk};

/// Largest copy, in bytes: a rebuilt picture may be larger than what it was made of.
const MOST: usize = 128 << 20;

/// Cleans in a child process that is closed in; started for the first document, from the program that is given.
pub struct Cleaner {
    program: PathBuf,
    worker: Option<Worker>,
}

impl Cleaner {
    /// `program` is this program, or another with the same hidden subcommand.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program, worker: None }
    }

    /// From the program that runs.
    ///
    /// # Errors
    /// If the system does not say which that is.
    pub fn of_this_program() -> io::Result<Self> {
        Ok(Self::new(std::env::current_exe()?))
    }

    /// A picture of the first page, where the child can draw one.
    fn picture(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let request = Request { task: Task::Picture, ..Request::default() };
        // A copy without a picture is a copy all the same.
        let (_, picture) = self.ask(&request, bytes).ok()?;
        let known: [&[u8]; 4] = [b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF"];
        Some(picture).filter(|picture| known.iter().any(|start| picture.starts_with(start)))
    }

    /// What the child makes of these bytes, or its reason.
    fn ask(&mut self, request: &Request, bytes: &[u8]) -> Result<(Answer, Vec<u8>), MaterialError> {
        let no_child = |error: cleanroom::StartError| {
            MaterialError::Refused(format!("{error}. Without it, nothing is read here"))
        };
        let worker = match &mut self.worker {
            Some(worker) => worker,
            none => {
                let program = self.program.clone();
                let worker = Worker::start(program, Sandbox::Closed, Bounds::default());
                none.insert(worker.map_err(no_child)?)
            }
        };
        let (answer, fresh) = worker.clean(request, bytes).map_err(no_child)?;
        if answer.outcome == Said::Refused {
            let reason = answer.reason.unwrap_or_default();
            let reason: String = reason.chars().filter(|c| !c.is_control()).take(500).collect();
            return Err(MaterialError::Refused(reason));
        }
        Ok((answer, fresh))
    }
}

/// A copy that the cleaning child made: the same to look at, and nothing else. It remembers of which original.
pub struct Clean {
    number: u64,
    original: Kept,
    level: Level,
    format: Format,
    found: Findings,
    bytes: Zeroizing<Vec<u8>>,
}

impl Raw {
    /// Has the child make a clean copy.
    ///
    /// # Errors
    /// [`MaterialError::Refused`] with the reason and the mend.
    pub fn clean(&self, cleaner: &mut Cleaner, level: Level) -> Result<Clean, MaterialError> {
        let request = Request { level, ..Request::default() };
        let (answer, bytes) = cleaner.ask(&request, &self.bytes)?;
        let bytes = Zeroizing::new(bytes);
        let format = answer.format.filter(|_| bytes.len() <= MOST);
        let format = format.ok_or_else(|| {
            MaterialError::Refused("the clean copy is over 128 MB: split the document first".into())
        })?;
        let (number, original) = (self.number, self.kept);
        Ok(Clean { number, original, level, format, found: answer.report.into(), bytes })
    }
}

impl Clean {
    /// Under which name it leaves: that of the original could tell on somebody.
    #[must_use]
    pub fn name(&self) -> String {
        neutral(self.number, self.level, self.format)
    }

    /// The fresh document.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Which original it was made of, by SHA-256.
    #[must_use]
    pub fn original(&self) -> [u8; 32] {
        self.original.sha256.0
    }

    /// How far it was rebuilt.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }

    /// Attaches it to a draft.
    ///
    /// # Errors
    /// [`MaterialError::NoDraft`]; [`MaterialError::Missing`] if it was deleted meanwhile.
    pub fn attach(&self, desk: &Desk, draft: u64) -> Result<(), MaterialError> {
        desk.vault().write(|tx| {
            if !draft::is_there(tx, draft)? {
                return Err(MaterialError::NoDraft);
            }
            let mut record = store::get(tx, self.number)?;
            let same = record.original.sha256 == self.original.sha256;
            let made = record.made_mut(self.level).filter(|_| same);
            let made = made.ok_or(MaterialError::Missing)?;
            if !made.drafts.contains(&draft) {
                made.drafts.push(draft);
            }
            Ok(store::put(tx, self.number, &record)?)
        })
    }
}

impl Desk {
    /// Makes a clean copy of a document and keeps it beside the original; or keeps the reason why there is none. A copy that is
    /// there already stays as it is.
    ///
    /// # Errors
    /// [`MaterialError`]; a refusal of the document is an outcome, not an error.
    pub fn clean_material(
        &self,
        number: u64,
        level: Level,
        cleaner: &mut Cleaner,
        now: u64,
    ) -> Result<(), MaterialError> {
        let raw = self.raw(number)?;
        let outcome = match raw.clean(cleaner, level) {
            Ok(clean) => {
                // The original looks the same at every level: it is drawn once.
                let drawn = self.material(number)?.before;
                let before = if drawn { None } else { cleaner.picture(&raw.bytes) };
                let after = cleaner.picture(&clean.bytes);
                Ok((clean, (before, after)))
            }
            Err(MaterialError::Refused(why)) => Err(why),
            Err(other) => return Err(other),
        };
        self.vault().write(|tx| {
            let mut record = store::get(tx, number)?;
            // It may have been deleted meanwhile, and another taken its number.
            if record.original.sha256 != raw.kept.sha256 || record.made(level).is_some() {
                return Ok(());
            }
            let outcome = match &outcome {
                Err(why) => Outcome::Refused(why.clone()),
                Ok((clean, (before, after))) => {
                    let mut keep = |picture: &Option<Vec<u8>>| {
                        picture.as_deref().map(|bytes| store::put_bytes(tx, bytes)).transpose()
                    };
                    if record.before.is_none() {
                        record.before = keep(before)?;
                    }
                    let after = keep(after)?;
                    let kept = store::put_bytes(tx, &clean.bytes)?;
                    let (format, found) = (clean.format, clean.found.clone());
                    let drafts = Vec::new();
                    Outcome::Made(Box::new(MadeRecord { format, kept, found, after, drafts }))
                }
            };
            record.copies.retain(|copy| copy.level != level);
            record.copies.push(Copy { level, at: now, outcome });
            record.copies.sort_by_key(|copy| copy.level == Level::Pixels);
            Ok(store::put(tx, number, &record)?)
        })
    }

    /// A clean copy that was made before.
    ///
    /// # Errors
    /// [`MaterialError::Missing`].
    pub fn clean_copy(&self, number: u64, level: Level) -> Result<Clean, MaterialError> {
        self.vault().read(|tx| {
            let record = store::get(tx, number)?;
            let made = record.made(level).ok_or(MaterialError::Missing)?;
            let bytes = store::bytes(tx, &made.kept)?;
            let (original, format, found) = (record.original, made.format, made.found.clone());
            Ok(Clean { number, original, level, format, found, bytes })
        })
    }
}
