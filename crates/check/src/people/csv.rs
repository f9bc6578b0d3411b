//! People from CSV, and rows of CSV in general.

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::table::{Roster, UNIT, key};
use crate::encoding;
use crate::fault::{Fault, Problem, hint};
use crate::ledger::document::People;

/// A cell that is longer than this is a quotation mark that was never closed.
const LONGEST_CELL: usize = 1 << 16;
/// As is a row over more lines than this.
const MOST_LINES: u64 = 200;

/// The rows of a CSV file, with the line each begins on. Comma, semicolon or tab, whichever the first row has.
pub(crate) struct Rows<'a> {
    file: &'a str,
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    /// The first row.
    pub(crate) header: Vec<String>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str) -> Result<Self, Fault> {
        let first = text.lines().next().unwrap_or("");
        let count = |c: char| first.matches(c).count();
        let delimiter = [b',', b';', b'\t']
            .into_iter()
            .max_by_key(|d| (count(char::from(*d)), *d == b','))
            .unwrap_or(b',');
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut rows = Self { file, text, reader, record: StringRecord::new(), header: Vec::new() };
        let Some((_, first)) = rows.next()? else {
            return Err(Fault::in_file(
                file,
                Problem::text("the file is empty: its first row has to name the columns"),
            ));
        };
        rows.header = first.iter().map(|c| c.trim().to_owned()).collect();
        Ok(rows)
    }

    /// The next row and the line it begins on.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &StringRecord)>, Fault> {
        let more = self.reader.read_record(&mut self.record);
        let end = self.reader.position().line();
        let fault = |line: u64, text: String| Fault::on_line(self.file, line, Problem::Text(text));
        let open = |line: u64| {
            fault(
                line,
                "a quotation mark is opened here and not closed: close it, or write it twice if it belongs to the text"
                    .to_owned(),
            )
        };
        match more {
            Ok(false) => Ok(None),
            Ok(true) => {
                let line = self.record.position().map_or(0, csv::Position::line);
                let multiline = self.record.iter().any(|c| c.contains('\n'));
                let at_end = self.reader.position().byte() >= self.text.len() as u64;
                let closed = self.text.trim_end().ends_with('"');
                if self.record.iter().any(|c| c.len() > LONGEST_CELL)
                    || (multiline && end.saturating_sub(line) > MOST_LINES)
                    || (multiline && at_end && !closed)
                {
                    return Err(open(line));
                }
                Ok(Some((line, &self.record)))
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                match error.kind() {
                    ErrorKind::UnequalLengths { expected_len, len, .. } => {
                        if end.saturating_sub(line) > MOST_LINES {
                            return Err(open(line));
                        }
                        let through = match end.saturating_sub(line) {
                            0 | 1 => String::new(),
                            _ => format!(
                                " (it runs on to line {}: is a quotation mark left open?)",
                                end - 1
                            ),
                        };
                        let cells = if *len == 1 { "cell" } else { "cells" };
                        Err(fault(
                            line,
                            format!(
                                "this row has {len} {cells}, the first row has {expected_len}{through}: correct the separators, or put quotation marks around a cell that holds one"
                            ),
                        ))
                    }
                    _ => Err(fault(line, format!("this row cannot be read ({error})"))),
                }
            }
        }
    }
}

/// Which column is which.
pub(crate) struct Layout {
    pub(crate) name: usize,
    pub(crate) email: Option<usize>,
    /// Place and key of every other column.
    pub(crate) others: Vec<(usize, String)>,
}

impl Layout {
    pub(crate) fn of(list: &People, file: &str, header: &[String]) -> Result<Self, Fault> {
        let place = |wanted: &str| header.iter().position(|h| key(h) == key(wanted));
        let given = |setting: &Option<String>, usual: &str| match setting {
            None => Ok(place(usual)),
            Some(wanted) => place(wanted).map(Some).ok_or_else(|| {
                Fault::on_line(
                    file,
                    1,
                    Problem::text(format!(
                        "there is no column \"{wanted}\"{}: the columns are {}",
                        hint(wanted, header.iter().map(String::as_str)),
                        header.join(", ")
                    )),
                )
            }),
        };
        let name = given(&list.name, "name")?.ok_or_else(|| {
            Fault::on_line(
                file,
                1,
                Problem::text(format!(
                    "no column is called \"name\": say which one it is, name = \"…\". The columns are {}",
                    header.join(", ")
                )),
            )
        })?;
        let email =
            given(&list.email, "email")?.or_else(|| place("e-mail")).or_else(|| place("mail"));
        let unit = given(&list.unit, "unit")?;
        let mut others = Vec::new();
        for (i, title) in header.iter().enumerate() {
            if i == name || Some(i) == email || title.is_empty() {
                continue;
            }
            let title = if Some(i) == unit { UNIT.to_owned() } else { key(title) };
            if others.iter().any(|(_, t)| *t == title) {
                return Err(Fault::on_line(
                    file,
                    1,
                    Problem::text(format!(
                        "two columns are called \"{title}\": give one of them another name"
                    )),
                ));
            }
            others.push((i, title));
        }
        Ok(Self { name, email, others })
    }

    /// Adds one row.
    pub(crate) fn row<'c>(
        &self,
        roster: &mut Roster,
        (file, line): (&str, u64),
        cell: impl Fn(usize) -> &'c str,
    ) -> Result<(), Fault> {
        let name = cell(self.name).trim();
        let email = self.email.map_or("", |i| cell(i).trim());
        let name = if name.is_empty() { email } else { name };
        if name.is_empty() {
            let cells = self.others.iter().any(|(i, _)| !cell(*i).trim().is_empty());
            // Spreadsheets leave empty rows behind.
            return if cells {
                Err(Fault::on_line(
                    file,
                    line,
                    Problem::text("this row has no name: give it one, or take it out"),
                ))
            } else {
                Ok(())
            };
        }
        let row = roster.add(name, email, line);
        for (i, title) in &self.others {
            roster.set(row, title, cell(*i).trim());
        }
        Ok(())
    }
}

pub(super) fn read(
    roster: &mut Roster,
    list: &People,
    file: &str,
    bytes: &[u8],
) -> Result<(), Fault> {
    let (text, _) =
        encoding::decode(bytes).map_err(|(line, problem)| Fault::on_line(file, line, problem))?;
    let mut rows = Rows::new(file, &text)?;
    let layout = Layout::of(list, file, &rows.header)?;
    roster.begin(file);
    for (_, title) in &layout.others {
        roster.declare(title);
    }
    while let Some((line, record)) = rows.next()? {
        layout.row(roster, (file, line), |i| record.get(i).unwrap_or(""))?;
    }
    Ok(())
}
