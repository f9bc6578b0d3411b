//! The source's say: does the draft keep what was agreed?

use crate::fact::{Basis, Mention};
use crate::{Draft, FactId, Ledger, LedgerError};

/// A term that a draft would break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which passage of the draft, counted from 0.
    pub passage: usize,
    /// Which fact.
    pub fact: FactId,
    /// What is broken.
    pub term: Term,
}

/// What a draft may break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// It was told off the record.
    OffTheRecord,
    /// The source has taken it back.
    Withdrawn,
    /// The source wanted to be asked first and has not said yes.
    NotAsked,
    /// It may not go out before this moment (Unix seconds).
    NotBefore(u64),
    /// This wording says more than was agreed.
    WordingNotAgreed,
    /// The words in the draft are not the words agreed.
    WordsChanged {
        /// What was agreed.
        agreed: String,
    },
    /// Words were agreed, and the draft's own are not at hand to compare.
    WordsUnseen {
        /// What was agreed.
        agreed: String,
    },
}

/// Every term that the draft would break if it went out at `now` (Unix seconds).
///
/// # Errors
/// [`LedgerError::Foreign`] if the draft mentions what the ledger does not have.
pub fn breaches(ledger: &Ledger, draft: &Draft, now: u64) -> Result<Vec<Breach>, LedgerError> {
    let mut found = Vec::new();
    for (passage, p) in draft.passages.iter().enumerate() {
        ledger.check(&p.mentions)?;
        for m in &p.mentions {
            found.extend(of(ledger, m, now).into_iter().map(|term| Breach {
                passage,
                fact: m.fact,
                term,
            }));
        }
    }
    Ok(found)
}

fn of(ledger: &Ledger, mention: &Mention, now: u64) -> Vec<Term> {
    let mut terms = Vec::new();
    let Some(fact) = ledger.resolved(mention.fact) else { return terms };
    let say = &fact.say;
    if say.basis == Basis::OffTheRecord {
        terms.push(Term::OffTheRecord);
    }
    if say.withdrawn {
        terms.push(Term::Withdrawn);
    }
    if say.ask_first && say.said_yes.is_none_or(|at| at > now) {
        terms.push(Term::NotAsked);
    }
    if let Some(at) = say.not_before.filter(|at| *at > now) {
        terms.push(Term::NotBefore(at));
    }
    if fact.agreed & (1 << mention.wording.0) == 0 {
        terms.push(Term::WordingNotAgreed);
    }
    let name = ledger.wording_name(mention.fact, mention.wording);
    let agreed: Vec<&String> =
        say.agreed.iter().filter(|a| a.wording == name).filter_map(|a| a.words.as_ref()).collect();
    if let Some(first) = agreed.first().map(|s| (*s).clone()) {
        match &mention.words {
            None => terms.push(Term::WordsUnseen { agreed: first }),
            Some(words) => {
                let words = plain(words);
                if !agreed.iter().any(|a| words.contains(&plain(a))) {
                    terms.push(Term::WordsChanged { agreed: first });
                }
            }
        }
    }
    terms
}

/// Whether the say forbids this fact in any wording at `now`.
pub(crate) fn forbidden(ledger: &Ledger, fact: FactId, now: u64) -> bool {
    ledger.resolved(fact).is_some_and(|f| {
        f.say.basis == Basis::OffTheRecord
            || f.say.withdrawn
            || f.say.not_before.is_some_and(|at| at > now)
    })
}

/// Words without what typesetting changes: runs of white space, and the form of quotation marks.
fn plain(text: &str) -> String {
    let straight: String = text
        .chars()
        .map(|c| match c {
            '“' | '”' | '„' | '«' | '»' => '"',
            '‘' | '’' | '‚' => '\'',
            c => c,
        })
        .collect();
    straight.split_whitespace().collect::<Vec<_>>().join(" ")
}
