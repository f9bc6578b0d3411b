//! Sources, origins, facts, answers and releases.

use std::collections::HashMap;

use exposure::{CircleId, LedgerError, PersonId};

use super::super::Ledger;
use super::super::document::{Answer, Fact, ReleaseKind, Say, Terms};
use super::super::places::{Path, entry, key, nth};
use super::circles::find;
use super::{Located, Resolved, names};
use crate::fault::Problem;
use crate::people::Found;

pub(crate) fn add(
    ledger: &Ledger,
    resolved: &mut Resolved,
    mut circles: HashMap<String, CircleId>,
    audience: Option<&str>,
) -> Result<(), Located> {
    sources(ledger, resolved)?;
    names("origin", ledger.origin.iter().map(|o| o.name.as_str()))?;
    for (n, origin) in ledger.origin.iter().enumerate() {
        resolved
            .exposure
            .origin(&origin.name)
            .map_err(|e| Located::new(entry("origin", n), e.into()))?;
    }
    names("fact", ledger.fact.iter().map(|f| f.name.as_str()))?;
    for (n, fact) in ledger.fact.iter().enumerate() {
        add_fact(ledger, resolved, &mut circles, fact, &entry("fact", n))?;
    }
    for (n, overlap) in ledger.overlap.iter().enumerate() {
        let at = entry("overlap", n);
        let mut of = Vec::new();
        for (i, name) in overlap.of.iter().enumerate() {
            of.push(find(ledger, resolved, &mut circles, name, nth(&at, "of", i))?);
        }
        let inside = find(ledger, resolved, &mut circles, &overlap.inside, key(&at, "inside"))?;
        let answer = overlap.answer.into();
        resolved
            .exposure
            .overlap(exposure::Overlap { of, inside, answer })
            .map_err(|e| Located::new(at, e.into()))?;
    }
    for (n, release) in ledger.release.iter().enumerate() {
        let at = entry("release", n);
        let mut mentions = Vec::new();
        for (i, gave) in release.gave.iter().enumerate() {
            let mention = resolved
                .mention(ledger, &gave.fact, &gave.wording)
                .map_err(|fault| Located { path: nth(&at, "gave", i), fault })?;
            mentions.push(mention);
        }
        let seen = audience.is_none()
            || release.audience.is_none()
            || release.audience.as_deref() == audience;
        if !seen {
            continue;
        }
        let model = exposure::Release {
            name: release.name.clone(),
            kind: release.kind.into(),
            at: release.at.unix(),
            audience: release.audience.clone(),
            mentions,
        };
        resolved.exposure.release(model).map_err(|e| Located::new(at, e.into()))?;
    }
    Ok(())
}

fn sources(ledger: &Ledger, resolved: &mut Resolved) -> Result<(), Located> {
    names("source", ledger.source.iter().map(|s| s.name.as_str()))?;
    for (n, source) in ledger.source.iter().enumerate() {
        let at = entry("source", n);
        let mut model = exposure::Source::new(&source.name);
        if let Some(who) = &source.person {
            let path = key(&at, "person");
            model = model.known_as(match resolved.roster.find(who) {
                Found::One(row) => PersonId(row),
                Found::Many(count) => {
                    let problem = Problem::Ambiguous { name: who.clone(), count };
                    return Err(Located::new(path, problem));
                }
                Found::None => {
                    let problem = Problem::unknown("person", who, resolved.roster.all_names());
                    return Err(Located::new(path, problem));
                }
            });
        }
        let id = resolved.exposure.source(model).map_err(|e| Located::new(at, e.into()))?;
        resolved.sources.insert(source.name.clone(), id);
    }
    Ok(())
}

fn add_fact(
    ledger: &Ledger,
    resolved: &mut Resolved,
    circles: &mut HashMap<String, CircleId>,
    fact: &Fact,
    at: &Path,
) -> Result<(), Located> {
    let mut model = exposure::Fact::new(&fact.name);
    if let Some(name) = &fact.source {
        let id = resolved.sources.get(name).copied().ok_or_else(|| {
            let all = ledger.source.iter().map(|s| s.name.as_str());
            Located::new(key(at, "source"), Problem::unknown("source", name, all))
        })?;
        model = model.told_by(id);
    }
    if let Some(name) = &fact.origin {
        let id = resolved.exposure.find_origin(name).map_err(|_| {
            let all = ledger.origin.iter().map(|o| o.name.as_str());
            Located::new(key(at, "origin"), Problem::unknown("origin", name, all))
        })?;
        model = model.origin(id);
    }
    let mut coarsest = 0;
    for (i, w) in fact.wording.iter().enumerate() {
        let path = nth(at, "wording", i);
        if w.text.trim().is_empty() {
            let what = format!("fact \"{}\" has a wording without text: give it one", fact.name);
            return Err(Located::new(path, Problem::Text(what)));
        }
        let circle = find(ledger, resolved, circles, &w.circle, key(&path, "circle"))?;
        let mut wording = exposure::Wording::new(&w.text, circle).loss(w.loss);
        for coarser in &w.coarser {
            wording = wording.coarser(coarser);
        }
        coarsest = coarsest.max(w.loss);
        model = model.wording(wording);
    }
    model = model.omission(fact.omission.unwrap_or(coarsest.max(100)));
    if let Some(say) = ledger.say_of(fact) {
        model = model.say(say_of(say));
    }
    resolved.exposure.fact(model).map(|_| ()).map_err(|e| {
        let mended = names_of_the_missing(resolved, circles, fact, e);
        let path = match &mended {
            LedgerError::Contradiction { coarser, .. } | LedgerError::Loss { coarser, .. } => {
                let place = fact.wording.iter().position(|w| &w.text == coarser);
                place.map_or_else(|| at.clone(), |i| nth(at, "wording", i))
            }
            LedgerError::MissingWording { wording, .. } => {
                let place = fact.wording.iter().position(|w| &w.text == wording);
                place.map_or_else(|| key(at, "say"), |i| key(&nth(at, "wording", i), "coarser"))
            }
            LedgerError::Ring { .. } => nth(at, "wording", 0),
            _ => key(at, "name"),
        };
        Located::new(path, mended.into())
    })
}

/// The model knows people of long lists by number only; an error has to name them.
fn names_of_the_missing(
    resolved: &Resolved,
    circles: &HashMap<String, CircleId>,
    fact: &Fact,
    error: LedgerError,
) -> LedgerError {
    let LedgerError::Contradiction { fact: name, finer, coarser, what } = error else {
        return error;
    };
    let set = |text: &str| {
        let wording = fact.wording.iter().find(|w| w.text == text)?;
        resolved.exposure.people_in(*circles.get(&wording.circle)?)
    };
    let what = match (set(&finer), set(&coarser)) {
        (Some(small), Some(large)) => {
            let missing = small - large;
            let first: Vec<String> =
                missing.iter().take(3).map(|p| resolved.describe(PersonId(p))).collect();
            let more = missing.len().saturating_sub(3);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            let verb = if missing.len() == 1 { "is" } else { "are" };
            format!("{}{rest} {verb} missing from its circle", first.join(", "))
        }
        _ => what,
    };
    LedgerError::Contradiction { fact: name, finer, coarser, what }
}

impl Ledger {
    /// What was agreed about a fact: its own say, or else its source's.
    #[must_use]
    pub fn say_of<'a>(&'a self, fact: &'a Fact) -> Option<&'a Say> {
        fact.say.as_ref().or_else(|| {
            let name = fact.source.as_ref()?;
            self.source.iter().find(|s| &s.name == name)?.say.as_ref()
        })
    }
}

fn say_of(say: &Say) -> exposure::Say {
    exposure::Say {
        basis: match say.terms {
            Terms::OnTheRecord => exposure::Basis::OnTheRecord,
            Terms::OnBackground => exposure::Basis::OnBackground,
            Terms::DeepBackground => exposure::Basis::DeepBackground,
            Terms::OffTheRecord => exposure::Basis::OffTheRecord,
        },
        agreed: say
            .agreed
            .iter()
            .map(|a| exposure::Agreed { wording: a.wording.clone(), words: a.words.clone() })
            .collect(),
        ask_first: say.ask_first,
        said_yes: say.said_yes.map(|w| w.unix()),
        not_before: say.not_before.map(|w| w.unix()),
        withdrawn: say.withdrawn,
    }
}

impl From<Answer> for exposure::Answer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::All => Self::All,
            Answer::Most => Self::Most,
            Answer::Some => Self::Some,
            Answer::Nobody => Self::Nobody,
            Answer::DontKnow => Self::DontKnow,
        }
    }
}

impl From<ReleaseKind> for exposure::ReleaseKind {
    fn from(kind: ReleaseKind) -> Self {
        match kind {
            ReleaseKind::Story => Self::Story,
            ReleaseKind::Question => Self::Question,
            ReleaseKind::Copy => Self::Copy,
            ReleaseKind::Statement => Self::Statement,
            ReleaseKind::SourcingNote => Self::SourcingNote,
        }
    }
}
