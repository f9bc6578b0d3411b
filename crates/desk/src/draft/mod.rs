//! Drafts at the desk, and their source read: who could have told this, how many are left, and what to change.
//!
//! A draft's text is plain text. What came from a source is marked by anchors in the ledger (`check::Ledger`), which
//! lives in the vault like everything else here: never as tags in the text, so that no pasted paragraph carries a map
//! of the source. One ledger serves all drafts of a desk, because what is out already counts for each of them.

mod change;
mod papers;
mod parts;
mod reading;
mod release;
mod share;
mod spots;
mod store;
mod terms;
mod undo;

use check::Document;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::store::{Comment, DraftRecord};
use self::undo::{Before, Did};
pub use self::{
    change::{Marking, PlanStep},
    papers::Words,
    reading::Reading,
    release::{Gone, Kind, Limits},
    share::{Beside, Cited},
    terms::Agreed,
};
pub(crate) use self::{
    share::{
        Shared, arrived, cites, destroy_of, freeze, frozen, name, report, take_ledger, text, thaw,
        told, went_out, whole_ledger,
    },
    store::{is_there, lone_source},
};
use crate::{error::StoreError, hold::Text, service::Desk};

/// Longest name of a draft, in characters.
const NAME: usize = 120;
/// Longest text of a draft, in bytes: a book.
const TEXT: usize = 2 << 20;

/// Something about a draft could not be done. The texts are for the reporter's own screen: they may name people and
/// facts of the ledger, and go into no log.
#[derive(Debug, Error)]
pub enum DraftError {
    /// The vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such draft.
    #[error("there is no draft {0}")]
    NoDraft(u64),
    /// A document, or the ledger, says no.
    #[error("{0}")]
    Fault(#[from] check::Fault),
    /// What was asked for cannot be done.
    #[error("{0}")]
    Input(String),
    /// It rests on a source for whom everything was stopped.
    #[error("This draft is frozen, and nothing in it can be changed: {0}")]
    Frozen(String),
    /// It could not be sent to a colleague.
    #[error(transparent)]
    Post(#[from] crate::post::PostError),
}

impl From<vault::VaultError> for DraftError {
    fn from(error: vault::VaultError) -> Self {
        Self::Store(error.into())
    }
}

/// A draft as a list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct DraftSummary {
    /// The number that people use.
    pub number: u64,
    /// Its name.
    pub name: String,
    /// When it was last changed, Unix seconds.
    pub changed: u64,
    /// Words.
    pub words: usize,
    /// Sentences marked as coming from a source.
    pub marks: usize,
}

/// A question of the source read, and what the desk answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Answered {
    /// "These": circles.
    pub of: Vec<String>,
    /// "That group": a circle.
    pub inside: String,
    /// `all`, `most`, `some`, `nobody` or `don't know`.
    pub answer: check::ledger::document::Answer,
}

impl Desk {
    /// All drafts, the one changed last first.
    ///
    /// # Errors
    /// [`DraftError::Store`].
    pub fn drafts(&self) -> Result<Vec<DraftSummary>, DraftError> {
        self.vault().read(|tx| {
            let ledger = store::ledger(tx)?.ledger;
            let mut all: Vec<DraftSummary> = store::drafts(tx)?
                .into_iter()
                .map(|(number, record)| DraftSummary {
                    number,
                    changed: record.changed,
                    words: record.text.as_str().split_whitespace().count(),
                    marks: ledger
                        .mark
                        .iter()
                        .filter(|m| m.draft.as_ref() == Some(&record.name))
                        .count(),
                    name: record.name,
                })
                .collect();
            all.sort_by_key(|one| std::cmp::Reverse((one.changed, one.number)));
            Ok(all)
        })
    }

    /// Takes in a document: Word, Markdown, HTML or text. Its comments become candidates for facts.
    ///
    /// # Errors
    /// [`DraftError::Fault`] if it cannot be read.
    pub fn open_draft(&self, file: &str, bytes: &[u8], now: u64) -> Result<u64, DraftError> {
        let mut document = Document::read(file, bytes)?;
        // A story's front is part of its text, which reading as a document leaves out.
        if let Some(text) = core::str::from_utf8(bytes).ok().filter(|text| text.starts_with("+++"))
        {
            text.clone_into(&mut document.text);
        }
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let comments = document
            .comments
            .iter()
            .map(|c| Comment { text: c.text.clone(), quote: document.words(&c.range).to_owned() })
            .collect();
        self.keep_draft(name, document.text, comments, now)
    }

    /// Begins a draft with a text.
    ///
    /// # Errors
    /// [`DraftError::Input`] for no name or no text.
    pub fn new_draft(&self, name: &str, text: &str, now: u64) -> Result<u64, DraftError> {
        self.keep_draft(name, text.to_owned(), Vec::new(), now)
    }

    fn keep_draft(
        &self,
        name: &str,
        text: String,
        comments: Vec<Comment>,
        now: u64,
    ) -> Result<u64, DraftError> {
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME).collect();
        if name.is_empty() {
            return Err(DraftError::Input("Give the draft a name.".to_owned()));
        }
        let text = checked(text)?;
        self.vault().write(|tx| {
            let (number, name) = store::room(tx, name)?;
            let record =
                DraftRecord { text: Text::new(text), comments, ..DraftRecord::named(name, now) };
            store::put_draft(tx, number, &record)?;
            Ok(number)
        })
    }

    /// The name of a draft.
    ///
    /// # Errors
    /// [`DraftError::NoDraft`].
    pub fn draft_name(&self, number: u64) -> Result<String, DraftError> {
        self.vault().read(|tx| Ok(store::draft(tx, number)?.name))
    }

    /// Reads a draft against the ledger: as it is kept, or in the text that is being written.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn read_draft(
        &self,
        number: u64,
        text: Option<String>,
        now: u64,
    ) -> Result<Reading, DraftError> {
        self.vault().read(|tx| {
            let mut record = store::draft(tx, number)?;
            if let Some(text) = text {
                record.text = Text::new(checked(text)?);
            }
            let mut reading = Reading::of(&record, &store::ledger(tx)?, &store::files(tx)?, now)?;
            reading.undo = store::before(tx, number)?.last().map(|last| last.did.words());
            Ok(reading)
        })
    }

    /// Keeps a text.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn save_draft(&self, number: u64, text: String, now: u64) -> Result<Reading, DraftError> {
        self.change_draft(number, text, now, None, |_| Ok(()))
    }

    /// Marks words as coming from the source, in place of what was marked there before.
    ///
    /// # Errors
    /// [`DraftError::Input`] for no words or a number that is none; [`DraftError::Fault`] if the ledger would
    /// contradict itself. Nothing is changed then.
    pub fn mark_draft(
        &self,
        number: u64,
        text: String,
        marking: &Marking,
        now: u64,
    ) -> Result<Reading, DraftError> {
        self.change_draft(number, text, now, Some(Did::Mark), |bench| bench.mark(marking, now))
    }

    /// Takes a mark away.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn unmark_draft(
        &self,
        number: u64,
        text: String,
        mark: usize,
        now: u64,
    ) -> Result<Reading, DraftError> {
        self.change_draft(number, text, now, Some(Did::Unmark), |bench| bench.unmark(mark))
    }

    /// Makes the changes of a plan in the text.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn apply_plan(
        &self,
        number: u64,
        text: String,
        steps: &[PlanStep],
        now: u64,
    ) -> Result<Reading, DraftError> {
        self.change_draft(number, text, now, Some(Did::Plan), |bench| bench.apply(steps))
    }

    /// Writes down the answer to the one question.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn answer_draft(
        &self,
        number: u64,
        text: String,
        answered: &Answered,
        now: u64,
    ) -> Result<Reading, DraftError> {
        self.change_draft(number, text, now, None, |bench| bench.answer(answered))
    }

    /// Records that the draft, or some of it, has gone out. There is no way to take that back.
    ///
    /// # Errors
    /// [`DraftError::Input`] if nothing of what went out is marked, for a question to nobody, and for a day to come.
    pub fn record_draft(
        &self,
        number: u64,
        text: String,
        gone: &Gone,
        now: u64,
    ) -> Result<Reading, DraftError> {
        self.change_draft(number, text, now, None, |bench| bench.record(gone, now))
    }

    /// Sets who will see the draft, and how many are enough in every draft of the desk.
    ///
    /// # Errors
    /// [`DraftError::Input`] for a limit that is none.
    pub fn limit_draft(
        &self,
        number: u64,
        text: String,
        limits: &Limits,
        now: u64,
    ) -> Result<Reading, DraftError> {
        self.change_draft(number, text, now, None, |bench| bench.limit(limits))
    }

    /// Takes out of the text what nobody sees: characters of no width, letters of another alphabet, odd spaces.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn clean_draft(&self, number: u64, text: String, now: u64) -> Result<Reading, DraftError> {
        self.change_draft(number, text, now, Some(Did::Clean), |bench| {
            let clean = check::words::seen_only(bench.record.text.as_str()).into_owned();
            bench.record.text = Text::new(checked(clean)?);
            Ok(())
        })
    }

    /// Takes the last change to the text and its marks back.
    ///
    /// # Errors
    /// [`DraftError::Input`] if there is none, or if what has gone out since stands against it. Nothing is changed then.
    pub fn undo_draft(&self, number: u64, now: u64) -> Result<Reading, DraftError> {
        self.vault().write(|tx| {
            let mut record = store::draft(tx, number)?;
            let mut loaded = store::ledger(tx)?;
            let files = store::files(tx)?;
            let mut all = store::before(tx, number)?;
            let nothing = || DraftError::Input("There is nothing to take back.".to_owned());
            let before = all.pop().ok_or_else(nothing)?;
            record.changed = now;
            let ledger = &mut loaded.ledger;
            change::Bench { record: &mut record, ledger }.put_back(before)?;
            store::put_draft(tx, number, &record)?;
            store::put_ledger(tx, &loaded.ledger)?;
            store::put_before(tx, number, &all)?;
            let mut reading = Reading::of(&record, &store::ledger(tx)?, &files, now)?;
            reading.undo = all.last().map(|last| last.did.words());
            Ok(reading)
        })
    }

    /// Deletes a draft with its papers, its marks and what it was before. What has gone out stays in the ledger: that cannot
    /// be called back, and counts for the other drafts; so do the circles, which others may use.
    ///
    /// # Errors
    /// [`DraftError::NoDraft`].
    pub fn delete_draft(&self, number: u64) -> Result<(), DraftError> {
        self.vault().write(|tx| {
            let mut record = store::draft(tx, number)?;
            let mut ledger = store::ledger(tx)?.ledger;
            change::Bench { record: &mut record, ledger: &mut ledger }.forget_all();
            store::put_ledger(tx, &ledger)?;
            Ok::<_, DraftError>(store::remove_draft(tx, number)?)
        })?;
        // So that the file keeps none of it either.
        Ok(self.vault().scrub()?)
    }

    /// Takes in a list of people: an e-mail, an invitation, a staff list. Gives the name of the circle made of it.
    ///
    /// # Errors
    /// [`DraftError::Fault`] with file and line if it cannot be read; nothing is kept then.
    pub fn add_circle(&self, file: &str, bytes: &[u8]) -> Result<reading::CircleSeen, DraftError> {
        self.vault().write(|tx| {
            let mut loaded = store::ledger(tx)?;
            let mut files = store::files(tx)?;
            let (name, file) = change::add_list(&mut loaded.ledger, &mut files, file, bytes)?;
            let seen = reading::circle(&loaded.ledger, &files, &name)?;
            tx.put(store::FILES, file.as_bytes(), bytes)?;
            store::put_ledger(tx, &loaded.ledger)?;
            Ok(seen)
        })
    }

    /// Changes a draft and the ledger together: both or neither. A change that is `did` can be taken back, and so can the
    /// edit that came with it.
    fn change_draft(
        &self,
        number: u64,
        text: String,
        now: u64,
        did: Option<Did>,
        work: impl FnOnce(&mut change::Bench<'_>) -> Result<(), DraftError>,
    ) -> Result<Reading, DraftError> {
        let text = checked(text)?;
        self.vault().write(|tx| {
            let mut record = store::draft(tx, number)?;
            let mut loaded = store::ledger(tx)?;
            let files = store::files(tx)?;
            let mut all = store::before(tx, number)?;
            let before = |did, text, ledger| Before::of(did, text, &record.name, ledger, now);
            if let Some(why) = &record.frozen {
                return Err(DraftError::Frozen(why.clone()));
            }
            let text = Text::new(text);
            let edit = before(Did::Edit, &record.text, &loaded.ledger);
            let done = did.map(|did| before(did, &text, &loaded.ledger));
            record.text = text;
            record.changed = now;
            if edit.differs(&record, &loaded.ledger) {
                undo::remember(&mut all, edit);
            }
            work(&mut change::Bench { record: &mut record, ledger: &mut loaded.ledger })?;
            if let Some(done) = done.filter(|done| done.differs(&record, &loaded.ledger)) {
                undo::remember(&mut all, done);
            }
            store::put_draft(tx, number, &record)?;
            store::put_ledger(tx, &loaded.ledger)?;
            store::put_before(tx, number, &all)?;
            // What does not read is not kept. Read as it lies in the vault now: marks are called by their places in it.
            let mut reading = Reading::of(&record, &store::ledger(tx)?, &files, now)?;
            reading.undo = all.last().map(|last| last.did.words());
            Ok(reading)
        })
    }
}

fn checked(text: String) -> Result<String, DraftError> {
    if text.len() > TEXT {
        return Err(DraftError::Input(format!("The draft is over {} MB: split it.", TEXT >> 20)));
    }
    let text = text.replace("\r\n", "\n").replace(['\u{feff}', '\0'], "");
    if text.trim().is_empty() {
        return Err(DraftError::Input("There is no text in this draft.".to_owned()));
    }
    Ok(text)
}
