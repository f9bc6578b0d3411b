//! Taking changes to a draft back. What has gone out stays out, and what is known about who knew stays known: only the
//! text and its marks go back.

use check::ledger::document::{Fact, Ledger, Mark};
use serde::{Deserialize, Serialize};

use super::{DraftError, change::Bench, store::DraftRecord};
use crate::hold::Text;

/// Changes that can be taken back.
const MOST: usize = 20;
/// Bytes of text kept for that; the last change can always be taken back.
const BYTES: usize = 1 << 20;
/// An edit goes on as long as no pause is longer, in seconds.
const EDIT: u64 = 60;

/// What was done to a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Did {
    /// The text was typed in.
    Edit,
    /// Words were marked.
    Mark,
    /// A mark was taken away.
    Unmark,
    /// A plan was followed.
    Plan,
    /// Marks that nobody sees were taken out of the text.
    Clean,
    /// A colleague's version took the text's place.
    Theirs,
}

impl Did {
    /// What a button that takes it back says after "Undo".
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Edit => "the edit",
            Self::Mark => "the mark",
            Self::Unmark => "taking the mark away",
            Self::Plan => "the plan",
            Self::Clean => "the cleaning",
            Self::Theirs => "taking the other version",
        }
    }
}

/// A draft as it was before something was done to it.
#[derive(Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) did: Did,
    /// Unix seconds.
    at: u64,
    text: Text,
    marks: Vec<Mark>,
    /// The facts of those marks: they may be gone by then.
    facts: Vec<Fact>,
}

impl Before {
    /// As it is now, before `did`.
    pub(super) fn of(did: Did, text: &Text, name: &str, ledger: &Ledger, now: u64) -> Self {
        let marks: Vec<Mark> = marks_of(name, ledger).cloned().collect();
        let used = |fact: &&Fact| marks.iter().any(|mark| mark.fact == fact.name);
        let facts = ledger.fact.iter().filter(used).cloned().collect();
        Self { did, at: now, text: text.clone(), marks, facts }
    }

    /// Whether something is different now.
    pub(super) fn differs(&self, record: &DraftRecord, ledger: &Ledger) -> bool {
        self.text.as_str() != record.text.as_str()
            || !self.marks.iter().eq(marks_of(&record.name, ledger))
            || self.facts.iter().any(|fact| !ledger.fact.contains(fact))
    }
}

fn marks_of<'a>(name: &'a str, ledger: &'a Ledger) -> impl Iterator<Item = &'a Mark> {
    ledger.mark.iter().filter(move |mark| mark.draft.as_deref() == Some(name))
}

/// Remembers what was before a change.
pub(super) fn remember(all: &mut Vec<Before>, before: Before) {
    let goes_on = |last: &Before| {
        last.did == Did::Edit && before.did == Did::Edit && before.at.abs_diff(last.at) <= EDIT
    };
    if let Some(last) = all.last_mut().filter(|last| goes_on(last)) {
        last.at = before.at;
        return;
    }
    all.push(before);
    let bytes = |all: &[Before]| all.iter().map(|b| b.text.as_str().len()).sum::<usize>();
    while all.len() > MOST || (all.len() > 1 && bytes(all) > BYTES) {
        all.remove(0);
    }
}

impl Bench<'_> {
    /// Takes all marks of the draft away, and the facts that nothing else speaks of.
    pub(super) fn forget_all(&mut self) {
        let name = self.record.name.clone();
        let gone: Vec<String> = marks_of(&name, self.ledger).map(|m| m.fact.clone()).collect();
        self.ledger.mark.retain(|mark| mark.draft.as_deref() != Some(&name));
        for fact in &gone {
            self.drop_unused(fact);
        }
    }

    /// Puts a draft back to what it was.
    pub(super) fn put_back(&mut self, before: Before) -> Result<(), DraftError> {
        self.forget_all();
        for fact in before.facts {
            if !self.ledger.fact.iter().any(|known| known.name == fact.name) {
                self.ledger.fact.push(fact);
            }
        }
        for mark in before.marks {
            let known = self.ledger.fact.iter().find(|fact| fact.name == mark.fact);
            if !known.is_some_and(|fact| fact.wording.iter().any(|w| w.text == mark.wording)) {
                return Err(DraftError::Input(
                    "This cannot be taken back any more: what was marked has gone out in another form since.".to_owned(),
                ));
            }
            self.ledger.mark.push(mark);
        }
        self.record.text = before.text;
        Ok(())
    }
}
