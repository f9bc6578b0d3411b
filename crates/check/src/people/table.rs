//! The roster itself: names, addresses, and the other columns with each different cell kept once.

use std::collections::{BTreeMap, HashMap};

use super::index::{Found, Index};
use crate::fault::At;

/// Many short texts end to end.
#[derive(Clone, Debug, Default)]
struct Texts {
    all: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
    }

    fn get(&self, at: u32) -> &str {
        let at = at as usize;
        let start = at.checked_sub(1).and_then(|b| self.ends.get(b)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.all.get(start as usize..end as usize).unwrap_or("")
    }
}

/// One column: what stands in it, each text once, and for each row which.
#[derive(Clone, Debug, Default)]
pub struct Column {
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
    cells: Vec<u32>,
}

impl Column {
    /// The different texts in it; the first is the empty one.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// For each row the place of its text; rows beyond the end are empty.
    #[must_use]
    pub fn cells(&self) -> &[u32] {
        &self.cells
    }

    fn set(&mut self, row: u32, text: &str) {
        if self.texts.is_empty() {
            self.texts.push(String::new());
            self.numbers.insert(String::new(), 0);
        }
        let number = match self.numbers.get(text) {
            Some(n) => *n,
            None => {
                let n = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
                self.texts.push(text.to_owned());
                self.numbers.insert(text.to_owned(), n);
                n
            }
        };
        self.cells.resize(row as usize, 0);
        self.cells.push(number);
    }

    fn get(&self, row: u32) -> &str {
        let number = self.cells.get(row as usize).copied().unwrap_or(0);
        self.texts.get(number as usize).map_or("", String::as_str)
    }
}

/// Everybody on lists, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    names: Texts,
    emails: Texts,
    lines: Vec<u32>,
    files: Vec<(u32, String)>,
    columns: BTreeMap<String, Column>,
    by_name: Index,
    by_email: Index,
}

/// The column with the units.
pub(crate) const UNIT: &str = "unit";

impl Roster {
    /// How many people.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.names.ends.len()).unwrap_or(u32::MAX)
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.ends.is_empty()
    }

    /// The name in a row.
    #[must_use]
    pub fn name(&self, row: u32) -> &str {
        self.names.get(row)
    }

    /// The e-mail address in a row, or nothing.
    #[must_use]
    pub fn email(&self, row: u32) -> &str {
        self.emails.get(row)
    }

    /// The unit in a row, or nothing.
    #[must_use]
    pub fn unit(&self, row: u32) -> &str {
        self.columns.get(UNIT).map_or("", |c| c.get(row))
    }

    /// What to call a person in a report: the name, and what tells people of one name apart.
    #[must_use]
    pub fn describe(&self, row: u32) -> String {
        let name = self.name(row);
        match (self.find(name), self.email(row), self.unit(row)) {
            (Found::Many(_), "", "") => match self.at(row) {
                Some(at) => format!("{name} ({at})"),
                None => name.to_owned(),
            },
            (Found::Many(_), "", unit) => format!("{name} ({unit})"),
            (Found::Many(_), email, _) => format!("{name} <{email}>"),
            _ => name.to_owned(),
        }
    }

    /// Where a row was read.
    #[must_use]
    pub fn at(&self, row: u32) -> Option<At> {
        let before = self.files.partition_point(|(first, _)| *first <= row);
        let (_, file) = self.files.get(before.checked_sub(1)?)?;
        let line = self.lines.get(row as usize).copied().unwrap_or(0);
        Some(At { file: file.clone(), line: u64::from(line) })
    }

    /// A column by its name, as it stands in the first row of a file or in any other letter case.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(&key(name))
    }

    /// The names of all columns beside name and address.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    pub(crate) fn begin(&mut self, file: &str) {
        self.files.push((self.len(), file.to_owned()));
    }

    /// Makes a column known even if all its cells are empty.
    pub(crate) fn declare(&mut self, column: &str) {
        self.columns.entry(key(column)).or_default();
    }

    /// Adds a person and returns the row.
    pub(crate) fn add(&mut self, name: &str, email: &str, line: u64) -> u32 {
        let row = self.len();
        self.names.push(name);
        self.emails.push(email);
        self.lines.push(u32::try_from(line).unwrap_or(0));
        let names = &self.names;
        self.by_name.insert(&key(name), row, |r| key(names.get(r)));
        if !email.is_empty() {
            let emails = &self.emails;
            self.by_email.insert(&key(email), row, |r| key(emails.get(r)));
        }
        row
    }

    pub(crate) fn set(&mut self, row: u32, column: &str, cell: &str) {
        if cell.is_empty() {
            return;
        }
        match self.columns.get_mut(column) {
            Some(c) => c.set(row, cell),
            None => self.columns.entry(key(column)).or_default().set(row, cell),
        }
    }

    /// Everybody of this name, or with this e-mail address.
    pub(crate) fn find(&self, who: &str) -> Found {
        let wanted = key(who);
        if who.contains('@') {
            let found = self.by_email.find(&wanted, |r| key(self.emails.get(r)) == wanted);
            if found != Found::None {
                return found;
            }
        }
        self.by_name.find(&wanted, |r| key(self.names.get(r)) == wanted)
    }

    /// All names, for "did you mean".
    pub(crate) fn all_names(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|r| self.name(r))
    }
}

/// How names are compared: letter case and runs of spaces do not matter.
pub(crate) fn key(text: &str) -> String {
    let plain = text.is_ascii() && !text.contains("  ") && text.trim().len() == text.len();
    if plain {
        return text.to_ascii_lowercase();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
