//! From what a ledger says to the model's own ledger: files read, names looked up, everything checked.

mod circles;
mod facts;
mod people;

use std::collections::HashMap;

use exposure::{CircleId, FactId, PersonId};

use super::Ledger;
use super::load::Files;
use super::places::Path;
use crate::fault::{Fault, Problem};
use crate::people::Roster;

/// A ledger ready for the source read.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The model's ledger, for [`exposure::read()`] and its kin.
    pub exposure: exposure::Ledger,
    /// What the reader of a report should know about how the ledger was read.
    pub notes: Vec<String>,
    pub(crate) roster: Roster,
    /// Units with their people.
    pub(crate) units: Vec<UnitPeople>,
    pub(crate) sources: HashMap<String, exposure::SourceId>,
}

/// The people of one unit, its parts included.
#[derive(Clone, Debug)]
pub(crate) struct UnitPeople {
    pub(crate) name: String,
    /// Those in this unit itself whom no list names: first number and how many.
    pub(crate) unnamed: (u32, u32),
    pub(crate) everybody: roaring::RoaringBitmap,
}

/// A fault with the way to its entry; where that stands in files is found afterwards.
pub(crate) struct Located {
    pub(crate) path: Path,
    pub(crate) fault: Fault,
}

impl Located {
    pub(crate) fn new(path: Path, problem: Problem) -> Self {
        Self { path, fault: Fault::new(problem) }
    }
}

impl Resolved {
    /// What to call a person in a report: the name, or "somebody in Legal".
    #[must_use]
    pub fn describe(&self, id: PersonId) -> String {
        if id.0 < self.roster.len() {
            return self.roster.describe(id.0);
        }
        let inside = |u: &&UnitPeople| id.0 >= u.unnamed.0 && id.0 - u.unnamed.0 < u.unnamed.1;
        match self.units.iter().find(inside) {
            Some(unit) => format!("somebody in {}", unit.name),
            None => format!("person {}", id.0),
        }
    }

    /// The people on lists.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// A fact by name.
    ///
    /// # Errors
    /// [`Problem::Unknown`], with the nearest name.
    pub fn fact(&self, ledger: &Ledger, name: &str) -> Result<FactId, Fault> {
        self.exposure.find_fact(name).map_err(|_| {
            let all = ledger.fact.iter().map(|f| f.name.as_str());
            Fault::new(Problem::unknown("fact", name, all))
        })
    }

    /// A mention of a fact in one of its wordings, by their names.
    ///
    /// # Errors
    /// [`Problem::Unknown`], with the nearest name.
    pub fn mention(
        &self,
        ledger: &Ledger,
        fact: &str,
        wording: &str,
    ) -> Result<exposure::Mention, Fault> {
        let id = self.fact(ledger, fact)?;
        match self.exposure.find_wording(id, wording) {
            Ok(w) => Ok(exposure::Mention::new(id, w)),
            Err(_) => {
                let entry = ledger.fact.iter().find(|f| f.name == fact);
                let all = entry.iter().flat_map(|f| f.wording.iter().map(|w| w.text.as_str()));
                Err(Fault::new(Problem::unknown("wording", wording, all)))
            }
        }
    }
}

impl Ledger {
    /// The files it refers to.
    #[must_use]
    pub fn files(&self) -> Vec<&str> {
        let people = self.people.iter().filter_map(|p| p.file.as_deref());
        let circles = self.circle.iter().flat_map(|c| {
            let mail = c.mail.iter().chain(&c.calendar).map(String::as_str);
            mail.chain(c.log.iter().map(|l| l.file.as_str()))
        });
        let mut all: Vec<&str> = people.chain(circles).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Makes the model's ledger of it: reads the lists in `files`, looks up every name and checks everything. With an audience, only
    /// what is public and what went to that audience counts as out.
    ///
    /// # Errors
    /// The first fault. Its place is a line of one of `files`, or unknown; [`super::Loaded::resolve`] knows the lines of the ledger's
    /// own files as well.
    pub fn resolve(&self, files: &dyn Files, audience: Option<&str>) -> Result<Resolved, Fault> {
        self.resolve_located(files, audience).map_err(|l| l.fault)
    }

    pub(crate) fn resolve_located(
        &self,
        files: &dyn Files,
        audience: Option<&str>,
    ) -> Result<Resolved, Located> {
        let mut notes = Vec::new();
        let mut people = people::Gathered::of(self, files)?;
        let listed = circles::Listed::of(self, files, &mut people, &mut notes)?;
        let mut exposure = exposure::Ledger::new();
        let units = people.settle(self, &mut exposure)?;
        let mut resolved =
            Resolved { exposure, notes, roster: people.roster, units, sources: HashMap::new() };
        if let Some(others) = self.others {
            resolved.exposure.others(others.0);
        }
        let circles: HashMap<String, CircleId> = circles::add(self, &mut resolved, &listed)?;
        facts::add(self, &mut resolved, circles, audience)?;
        Ok(resolved)
    }
}

impl super::Loaded {
    /// As [`Ledger::resolve`], with the file and line of every fault.
    ///
    /// # Errors
    /// The first fault.
    pub fn resolve(&self, files: &dyn Files, audience: Option<&str>) -> Result<Resolved, Fault> {
        self.ledger.resolve_located(files, audience).map_err(|l| self.place(l))
    }

    pub(crate) fn place(&self, located: Located) -> Fault {
        let Located { path, mut fault } = located;
        if fault.at.is_none() {
            fault.at = self.places.find(&path);
        }
        fault
    }
}

/// A file that the ledger refers to.
pub(crate) fn file<'f>(files: &'f dyn Files, name: &str, path: Path) -> Result<&'f [u8], Located> {
    files.file(name).ok_or_else(|| {
        let names: Vec<&str> =
            files.names().into_iter().filter(|n| !n.ends_with(".toml")).collect();
        let hint = crate::fault::hint(name, names);
        Located::new(path, Problem::MissingFile { file: name.to_owned(), hint })
    })
}

/// A text file that the ledger refers to.
pub(crate) fn text<'f>(
    files: &'f dyn Files,
    name: &str,
    path: Path,
) -> Result<std::borrow::Cow<'f, str>, Located> {
    let bytes = file(files, name, path.clone())?;
    match crate::encoding::decode(bytes) {
        Ok((text, _)) => Ok(text),
        Err((line, problem)) => Err(Located { path, fault: Fault::on_line(name, line, problem) }),
    }
}

/// Refuses a name that is empty or given twice.
pub(crate) fn names<'a>(
    kind: &'static str,
    all: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, usize>, Located> {
    let mut seen = HashMap::new();
    for (n, name) in all.enumerate() {
        let path = || super::places::key(&super::places::entry(kind, n), "name");
        if name.trim().is_empty() {
            let what = format!("this {kind} has no name: give it one");
            return Err(Located::new(path(), Problem::Text(what)));
        }
        if seen.insert(name.to_owned(), n).is_some() {
            return Err(Located::new(path(), Problem::Twice { kind, name: name.to_owned() }));
        }
    }
    Ok(seen)
}
