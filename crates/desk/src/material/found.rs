//! What the report of a cleaning says, short enough to be read.

use std::collections::BTreeMap;

use cleanroom::{Entry, Kind, Report};
use serde::{Deserialize, Serialize};

/// Lines that are kept; the rest is counted.
const LINES: usize = 200;
/// Characters of one line's words.
const WORDS: usize = 300;

/// What went, what stayed, and what may remain.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Findings {
    /// What the copy lacks.
    pub removed: Vec<Line>,
    /// What it still has.
    pub kept: Vec<Line>,
    /// Sentences: what may remain whatever is done.
    pub remains: Vec<String>,
    /// Things in lines that were left off, because there were too many.
    pub more: u64,
}

/// So many things of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// In plain words.
    pub what: String,
    /// Where the first was; in how many places there are more.
    pub place: String,
    /// Further places.
    pub places: u64,
    /// How many things.
    pub count: u64,
}

impl From<Report> for Findings {
    fn from(report: Report) -> Self {
        let mut more = 0;
        let removed = lines(report.removed, &mut more);
        let kept = lines(report.kept, &mut more);
        let remains = report.remains.iter().take(LINES).map(|words| short(words)).collect();
        Self { removed, kept, remains, more }
    }
}

/// One line for all things that are called the same, by kind.
fn lines(entries: Vec<Entry>, more: &mut u64) -> Vec<Line> {
    let mut all: BTreeMap<(Kind, String), Line> = BTreeMap::new();
    for Entry { kind, place, what, count } in entries {
        let what = short(&what);
        let (place, full) = (short(&place), all.len() >= LINES);
        if let Some(line) = all.get_mut(&(kind, what.clone())) {
            line.count += count;
            line.places += u64::from(line.place != place);
        } else if full {
            *more += count;
        } else {
            let line = Line { kind, what: what.clone(), place, places: 0, count };
            all.insert((kind, what), line);
        }
    }
    all.into_values().collect()
}

fn short(words: &str) -> String {
    words.chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(place: &str, what: &str) -> Entry {
        Entry { kind: Kind::Properties, place: place.into(), what: what.into(), count: 2 }
    }

    #[test]
    fn what_is_called_the_same_is_one_line() {
        let removed = vec![entry("page 1", "a name"), entry("page 2", "a name"), entry("x", "y")];
        let found = Findings::from(Report { removed, ..Report::default() });
        let seen: Vec<_> =
            found.removed.iter().map(|l| (l.what.as_str(), l.count, l.places)).collect();
        assert_eq!(seen, [("a name", 4, 1), ("y", 2, 0)]);
    }

    #[test]
    fn a_document_cannot_make_the_report_endless() {
        let removed = (0..1000).map(|n| entry(&"p".repeat(5000), &n.to_string())).collect();
        let found = Findings::from(Report { removed, ..Report::default() });
        assert_eq!((found.removed.len(), found.more), (LINES, 1600));
        assert!(found.removed.iter().all(|line| line.place.len() == WORDS));
    }
}
