//! A filter over people: `unit = Legal and present contains 2019-03-14`.
//!
//! ```text
//! expression = term { "or" term }          term = factor { "and" factor }
//! factor     = "not" factor | "(" expression ")" | column test value
//! test       = "=" | "!=" | "contains" | "before" | "after"
//! ```
//! Columns and values are words, or anything in quotation marks. The language is total: for every person every expression is true or
//! false. Letter case does not matter. *contains* finds whole words, and a date within a span such as `2019-03-01..2019-03-20`.

mod parse;

use roaring::RoaringBitmap;

pub use parse::FilterError;

use crate::people::{Column, Roster};
use crate::when::When;

/// A parsed filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Node);

#[derive(Clone, Debug, PartialEq)]
enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Test { column: String, at: usize, test: Test, value: String },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Test {
    Is,
    IsNot,
    Contains,
    Before(u64),
    /// After the end of the day.
    After(u64),
}

/// Cells that a `before` or `after` could not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The column.
    pub column: String,
    /// One of the cells.
    pub example: String,
    /// How many different cells there are like it.
    pub count: usize,
}

impl Filter {
    /// Parses a filter.
    ///
    /// # Errors
    /// [`FilterError`], which points at the place.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::parse(text).map(Self)
    }

    /// The rows for which it is true. Also says which cells had to be read as dates and could not; for those the test is false.
    ///
    /// # Errors
    /// [`FilterError`] if a column does not exist.
    pub fn select(
        &self,
        text: &str,
        roster: &Roster,
    ) -> Result<(RoaringBitmap, Vec<Unreadable>), FilterError> {
        let mut unreadable = Vec::new();
        let rows = eval(&self.0, text, roster, &mut unreadable)?;
        Ok((rows, unreadable))
    }
}

fn everybody(roster: &Roster) -> RoaringBitmap {
    let mut all = RoaringBitmap::new();
    all.insert_range(0..roster.len());
    all
}

fn eval(
    node: &Node,
    text: &str,
    roster: &Roster,
    unreadable: &mut Vec<Unreadable>,
) -> Result<RoaringBitmap, FilterError> {
    match node {
        Node::And(parts) => {
            let mut rows = everybody(roster);
            for part in parts {
                rows &= eval(part, text, roster, unreadable)?;
            }
            Ok(rows)
        }
        Node::Or(parts) => {
            let mut rows = RoaringBitmap::new();
            for part in parts {
                rows |= eval(part, text, roster, unreadable)?;
            }
            Ok(rows)
        }
        Node::Not(part) => Ok(everybody(roster) - eval(part, text, roster, unreadable)?),
        Node::Test { column, at, test, value } => {
            let mut bad = Vec::new();
            let rows = match roster.column(column) {
                Some(cells) => column_rows(cells, roster.len(), *test, value, &mut bad),
                None => {
                    let cell = |row| match column.to_lowercase().as_str() {
                        "name" => Some(roster.name(row)),
                        "email" => Some(roster.email(row)),
                        _ => None,
                    };
                    if !roster.is_empty() && cell(0).is_none() {
                        let known = roster.column_names().chain(["name", "email"]);
                        return Err(FilterError::column(text, *at, column, known));
                    }
                    (0..roster.len())
                        .filter(|r| cell(*r).is_some_and(|c| holds(c, *test, value, &mut bad)))
                        .collect()
                }
            };
            if let Some(example) = bad.first() {
                unreadable.push(Unreadable {
                    column: column.clone(),
                    example: example.clone(),
                    count: bad.len(),
                });
            }
            Ok(rows)
        }
    }
}

/// Each different cell is tested once.
fn column_rows(
    column: &Column,
    rows: u32,
    test: Test,
    value: &str,
    bad: &mut Vec<String>,
) -> RoaringBitmap {
    let empty = holds("", test, value, &mut Vec::new());
    let good: Vec<bool> = column.texts().iter().map(|t| holds(t, test, value, bad)).collect();
    let listed = (0u32..).zip(column.cells());
    let mut found = RoaringBitmap::from_sorted_iter(
        listed.filter(|(_, c)| good.get(**c as usize).copied().unwrap_or(empty)).map(|(r, _)| r),
    )
    .unwrap_or_default();
    if empty {
        found.insert_range(u32::try_from(column.cells().len()).unwrap_or(u32::MAX)..rows);
    }
    found
}

fn holds(cell: &str, test: Test, value: &str, bad: &mut Vec<String>) -> bool {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    match test {
        Test::Is => same(cell, value),
        Test::IsNot => !same(cell, value),
        Test::Contains => contains(cell, value),
        Test::Before(_) | Test::After(_) if cell.is_empty() => false,
        Test::Before(at) => date(cell, bad).is_some_and(|d| d.unix() < at),
        Test::After(at) => date(cell, bad).is_some_and(|d| d.unix() >= at),
    }
}

fn date(cell: &str, bad: &mut Vec<String>) -> Option<When> {
    let day = cell.parse().ok();
    if day.is_none() {
        bad.push(cell.to_owned());
    }
    day
}

/// Whether the value stands in the cell as whole words, or is a day within a span of days in it.
fn contains(cell: &str, value: &str) -> bool {
    let (cell, value) = (cell.to_lowercase(), value.to_lowercase());
    if value.is_empty() {
        return false;
    }
    let whole = |at: usize| {
        let before = cell.get(..at).and_then(|t| t.chars().next_back());
        let after = cell.get(at + value.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    if cell.match_indices(&value).any(|(at, _)| whole(at)) {
        return true;
    }
    let Ok(day) = value.parse::<When>() else { return false };
    cell.split([';', ',', ' ', '|']).filter_map(|span| span.split_once("..")).any(|(from, to)| {
        let ends = (from.parse::<When>(), to.parse::<When>());
        matches!(ends, (Ok(from), Ok(to)) if from.unix() <= day.unix() && day.unix() < to.end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> Roster {
        let mut roster = Roster::default();
        for (name, unit, present, joined) in [
            ("Ana", "Legal", "2019-03-13; 2019-03-14", "2012-01-01"),
            ("Ben", "Legal", "2019-03-13", "2019-03-14"),
            ("Cem", "Press", "2019-03-10..2019-03-20", "soon"),
            ("Dot", "legal", "", ""),
        ] {
            let row = roster.add(name, "", 0);
            roster.set(row, "unit", unit);
            roster.set(row, "present", present);
            roster.set(row, "joined", joined);
        }
        roster
    }

    fn names(filter: &str) -> String {
        let roster = roster();
        let (rows, _) = Filter::parse(filter).unwrap().select(filter, &roster).unwrap();
        rows.iter().map(|r| roster.name(r)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_test_and_each_connective() {
        assert_eq!(names("unit = Legal"), "Ana Ben Dot");
        assert_eq!(names("unit != Legal"), "Cem");
        assert_eq!(names("unit = Legal and present contains 2019-03-14"), "Ana");
        assert_eq!(names("present contains 2019-03-14"), "Ana Cem");
        assert_eq!(names("not (unit = Press or name = \"ana\")"), "Ben Dot");
        assert_eq!(names("joined before 2019-03-14"), "Ana");
        assert_eq!(names("joined after 2012-01-01"), "Ben");
        assert_eq!(names("present = ''"), "Dot");
        // "and" binds more closely than "or".
        assert_eq!(names("unit = Press or unit = Legal and name = Ben"), "Ben Cem");
        // A part of a word is not the word.
        assert_eq!(names("present contains 2019-03-1"), "");
    }

    #[test]
    fn cells_that_are_no_dates_are_named() {
        let text = "joined before 2030-01-01";
        let (rows, unreadable) = Filter::parse(text).unwrap().select(text, &roster()).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            unreadable,
            [Unreadable { column: "joined".into(), example: "soon".into(), count: 1 }]
        );
    }

    #[test]
    fn an_error_points_at_its_place() {
        let wrong = |text: &str| {
            Filter::parse(text)
                .and_then(|f| f.select(text, &roster()).map(|_| ()))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            wrong("unit = Legal und present contains 2019-03-14"),
            "\"und\" cannot stand here (did you mean \"and\"?): after a test comes \"and\", \"or\" or the end\n    \
             unit = Legal und present contains 2019-03-14\n                 ^^^"
        );
        assert_eq!(
            wrong("unti = Legal"),
            "there is no column \"unti\" (did you mean \"unit\"?): the columns are joined, present, unit, name, email\n    \
             unti = Legal\n    ^^^^"
        );
        assert_eq!(
            wrong("unit ="),
            "a value is missing: write a word, or text in quotation marks\n    unit =\n          ^"
        );
        assert_eq!(
            wrong("(unit = Legal"),
            "this bracket is never closed: write \")\"\n    (unit = Legal\n    ^"
        );
        assert_eq!(
            wrong("joined before soon"),
            "\"soon\" is not a date: write it as 2019-03-14 or 2019-03-14T09:40:00Z\n    joined before soon\n                  ^^^^"
        );
        assert_eq!(
            wrong("name = 'Ana"),
            "this quotation mark is never closed\n    name = 'Ana\n           ^"
        );
        assert!(wrong(&"(".repeat(5000)).starts_with("the filter is longer than"));
        assert!(wrong(&"not ".repeat(200)).starts_with("the filter is nested more than"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_fail_otherwise(text in "[a-z=()!'\" 0-9-]{0,60}") {
            if let Ok(filter) = Filter::parse(&text) {
                let _ = filter.select(&text, &roster());
            }
        }
    }
}
