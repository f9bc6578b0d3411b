//! Where an entry of a ledger stands in its files, for errors.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::fault::{At, Fault, Problem};

/// A step on the way to a value: a key, or the place in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of a table.
    Key(&'static str),
    /// A place in a list, from 0.
    Nth(usize),
}

/// For each kind of entry how many there are.
pub(crate) type Counts = Vec<(&'static str, usize)>;

/// The way to a value, such as `circle`, 3, `people`, 2.
pub type Path = Vec<Step>;

/// The way to the `n`th entry of a kind.
pub(crate) fn entry(kind: &'static str, n: usize) -> Path {
    vec![Step::Key(kind), Step::Nth(n)]
}

/// The way one step further.
pub(crate) fn key(path: &Path, key: &'static str) -> Path {
    let mut path = path.clone();
    path.push(Step::Key(key));
    path
}

/// The way to the `n`th of a list.
pub(crate) fn nth(path: &Path, list: &'static str, n: usize) -> Path {
    let mut path = key(path, list);
    path.push(Step::Nth(n));
    path
}

/// The files a ledger was read from, and which entries came from which.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Name, text, and what was read before.
    files: Vec<(String, String, Counts)>,
}

impl Places {
    pub(crate) fn add(&mut self, name: &str, text: &str, before: Counts) {
        self.files.push((name.to_owned(), text.to_owned(), before));
    }

    /// The file and line of the value at the end of this way; of the nearest entry above it if the value is not written down.
    #[must_use]
    pub fn find(&self, path: &Path) -> Option<At> {
        let Some(Step::Key(kind)) = path.first() else { return None };
        for (name, text, before) in self.files.iter().rev() {
            let offset = before.iter().find(|(k, _)| k == kind).map_or(0, |(_, n)| *n);
            let mut way = path.clone();
            if let Some(Step::Nth(n)) = way.get_mut(1) {
                if *n < offset {
                    continue;
                }
                *n -= offset;
            }
            let Ok(table) = DeTable::parse(text) else { continue };
            if let Some(span) = follow(table.get_ref(), &way) {
                return Some(At { file: name.clone(), line: line_of(text, span.start) });
            }
        }
        None
    }

    /// A fault at the end of this way.
    #[must_use]
    pub fn fault(&self, path: &Path, problem: Problem) -> Fault {
        Fault { at: self.find(path), problem: Box::new(problem) }
    }
}

/// The line of a byte, from 1.
pub(crate) fn line_of(text: &str, byte: usize) -> u64 {
    let before = text.as_bytes().get(..byte).unwrap_or(text.as_bytes());
    before.iter().filter(|b| **b == b'\n').count() as u64 + 1
}

fn follow(table: &DeTable<'_>, way: &[Step]) -> Option<Range<usize>> {
    let (first, mut rest) = way.split_first()?;
    let Step::Key(name) = first else { return None };
    let mut at = table.get(*name)?;
    let mut span = at.span();
    while let Some((step, further)) = rest.split_first() {
        let next = match (step, at.get_ref()) {
            (Step::Key(name), DeValue::Table(table)) => table.get(*name),
            (Step::Nth(n), DeValue::Array(list)) => match list.get(*n) {
                // This entry is in another file.
                None if rest.len() + 1 == way.len() => return None,
                found => found,
            },
            _ => None,
        };
        let Some(next) = next else { break };
        at = next;
        span = at.span();
        rest = further;
    }
    Some(span)
}
