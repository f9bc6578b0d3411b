//! From what came to what may be used: through the cleaning child and no other way.

use std::{io, path::PathBuf};

use cleanroom::{
    Answer, Bounds, Format, Keep, Level, Outcome as Said, Report, Request, Sandbox, Task, Worker,
};
use zeroize::Zeroizing;

use super::{
    MaterialError, Raw, digest, neutral,
    store::{self, Copy, Kept, MadeRecord, Outcome},
};
use crate::{draft, error::StoreError, service::Desk};

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

    /// A picture, or the words, of what the child can read: whether it is words, and what it is.
    fn look(&mut self, bytes: &[u8]) -> Option<Look> {
        let request = Request { task: Task::Look, ..Request::default() };
        // A copy without a picture is a copy all the same.
        let (answer, shown) = self.ask(&request, bytes).ok()?;
        let start: &[u8] = match answer.format? {
            Format::Txt => {
                return str::from_utf8(&shown).is_ok().then_some(Look { in_words: true, shown });
            }
            Format::Jpeg => b"\xff\xd8\xff",
            Format::Png => b"\x89PNG",
            Format::Gif => b"GIF8",
            Format::WebP => b"RIFF",
            _ => return None,
        };
        shown.starts_with(start).then_some(Look { in_words: false, shown })
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

/// What there is to look at, before and after.
struct Look {
    in_words: bool,
    shown: Vec<u8>,
}

/// A copy that the cleaning child made: the same to look at, and nothing else. It remembers of which original.
pub struct Clean {
    number: u64,
    original: Kept,
    level: Level,
    format: Format,
    bytes: Zeroizing<Vec<u8>>,
}

impl Raw {
    /// Has the child make a clean copy, and say what went and what stayed.
    ///
    /// # Errors
    /// [`MaterialError::Refused`] with the reason and the mend.
    pub fn clean(
        &self,
        cleaner: &mut Cleaner,
        level: Level,
        keep: &Keep,
    ) -> Result<(Clean, Report), MaterialError> {
        let request = Request { level, keep: keep.clone(), ..Request::default() };
        let (answer, bytes) = cleaner.ask(&request, &self.bytes)?;
        let bytes = Zeroizing::new(bytes);
        let format = answer.format.filter(|_| bytes.len() <= MOST);
        let format = format.ok_or_else(|| {
            MaterialError::Refused("the clean copy is over 128 MB: split the document first".into())
        })?;
        let (number, original) = (self.number, self.kept);
        Ok((Clean { number, original, level, format, bytes }, answer.report))
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
    /// [`MaterialError::NoDraft`]; [`MaterialError::Missing`] if it was deleted, or made anew, meanwhile.
    pub fn attach(&self, desk: &Desk, draft: u64) -> Result<(), MaterialError> {
        desk.vault().write(|tx| {
            if !draft::is_there(tx, draft)? {
                return Err(MaterialError::NoDraft);
            }
            let mut record = store::get(tx, self.number)?;
            let same = record.original.sha256 == self.original.sha256;
            let copy = digest(&self.bytes);
            let made = record.made_mut(self.level).filter(|made| same && made.kept.sha256 == copy);
            let made = made.ok_or(MaterialError::Missing)?;
            if !made.drafts.contains(&draft) {
                made.drafts.push(draft);
            }
            Ok(store::put(tx, self.number, &record)?)
        })
    }
}

impl Desk {
    /// Makes a clean copy of a document, in which hidden content of some kinds stays, and keeps it beside the original; or keeps
    /// the reason why there is none. A copy of that level in which the same stays is not made again; one in which something else
    /// stays is replaced, and no draft has the new one until it is attached to it.
    ///
    /// # Errors
    /// [`MaterialError`]; a refusal of the document is an outcome, not an error, unless there is a copy that stays.
    pub fn clean_material(
        &self,
        number: u64,
        level: Level,
        keep: &Keep,
        cleaner: &mut Cleaner,
        now: u64,
    ) -> Result<(), MaterialError> {
        let raw = self.raw(number)?;
        let outcome = match raw.clean(cleaner, level, keep) {
            Ok((clean, report)) => {
                // The original looks the same at every level: it is drawn once.
                let drawn = self.material(number)?.before.is_some();
                let before = if drawn { None } else { cleaner.look(&raw.bytes) };
                let after = cleaner.look(&clean.bytes);
                Ok((clean, report, before, after))
            }
            Err(MaterialError::Refused(why)) => Err(why),
            Err(other) => return Err(other),
        };
        let replaced = self.vault().write(|tx| {
            let mut record = store::get(tx, number)?;
            let of = record.of;
            // It may have been deleted meanwhile, and another taken its number.
            let other = record.original.sha256 != raw.kept.sha256;
            let there = record.copy(level);
            if other || there.is_some_and(|(kept, _)| kept == keep) {
                return Ok(false);
            }
            let old: Vec<Kept> = there.iter().flat_map(|(_, made)| made.kept()).copied().collect();
            let outcome = match &outcome {
                Err(why) if !old.is_empty() => return Err(MaterialError::Refused(why.clone())),
                Err(why) => Outcome::Refused(why.clone()),
                Ok((clean, report, before, after)) => {
                    let mut put = |look: &Option<Look>| {
                        look.as_ref()
                            .map(|look| store::put_bytes(tx, &look.shown, of.as_ref()))
                            .transpose()
                    };
                    if record.before.is_none() {
                        record.before = put(before)?;
                        record.in_words = before.as_ref().is_some_and(|look| look.in_words);
                    }
                    let in_words = after.as_ref().is_some_and(|look| look.in_words);
                    let after = put(after)?;
                    let kept = store::put_bytes(tx, &clean.bytes, of.as_ref())?;
                    let (format, found) = (clean.format, report.clone().into());
                    let report = serde_json::to_vec(report).unwrap_or_default();
                    let report = Some(store::put_bytes(tx, &report, of.as_ref())?);
                    let drafts = Vec::new();
                    let made = MadeRecord { format, kept, found, report, after, in_words, drafts };
                    Outcome::Made(Box::new(made))
                }
            };
            for kept in &old {
                store::remove_bytes(tx, kept)?;
            }
            record.copies.retain(|copy| copy.level != level);
            record.copies.push(Copy { level, keep: keep.clone(), at: now, outcome });
            record.copies.sort_by_key(|copy| copy.level == Level::Pixels);
            store::put(tx, number, &record)?;
            Ok::<_, MaterialError>(!old.is_empty())
        })?;
        if replaced {
            // So that the file keeps none of the old one.
            self.vault().scrub()?;
        }
        Ok(())
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
            Ok(Clean { number, original: record.original, level, format: made.format, bytes })
        })
    }

    /// The whole report of a clean copy.
    ///
    /// # Errors
    /// [`MaterialError::Missing`].
    pub fn report(&self, number: u64, level: Level) -> Result<Report, MaterialError> {
        self.vault().read(|tx| {
            let record = store::get(tx, number)?;
            let made = record.made(level).ok_or(MaterialError::Missing)?;
            let bytes = store::bytes(tx, &made.report.ok_or(MaterialError::Missing)?)?;
            Ok(serde_json::from_slice(&bytes).map_err(|_| StoreError::Content("a report"))?)
        })
    }
}
