//! What a rebuild leaves out, gathered so that the re-read of the output can be held to "nothing".

use crate::{Context, Kind};

/// What a rebuild leaves out.
#[derive(Default)]
pub(super) struct Found {
    things: Vec<(Kind, String, String)>,
    remains: Vec<&'static str>,
    /// Different things are bounded, so that a hostile file cannot make the report large.
    pub(super) more: u64,
    /// Bytes that decoded sound may take.
    pub(super) decoded_limit: u64,
}

/// Different lines of one report.
const LINES: usize = 2_000;

impl Found {
    pub(super) fn new(decoded_limit: u64) -> Self {
        Self { decoded_limit, ..Self::default() }
    }

    /// Notes that something is not in the output.
    pub(super) fn removed(&mut self, kind: Kind, place: &str, what: impl Into<String>) {
        if self.things.len() < LINES {
            self.things.push((kind, place.to_owned(), what.into()));
        } else {
            self.more += 1;
        }
    }

    /// The same for many of them at once: the number goes into the words.
    pub(super) fn counted(&mut self, kind: Kind, place: &str, number: u64, what: &str) {
        if number > 0 {
            self.removed(kind, place, format!("{what} ({number})"));
        }
    }

    /// Notes something that may remain whatever we do.
    pub(super) fn remains(&mut self, sentence: &'static str) {
        if !self.remains.contains(&sentence) {
            self.remains.push(sentence);
        }
    }

    /// The first thing left out, for the re-read.
    pub(super) fn first(&self) -> Option<&str> {
        self.things.first().map(|(_, _, what)| what.as_str())
    }

    pub(super) fn report(self, cx: &mut Context<'_>) {
        for (kind, place, what) in self.things {
            cx.removed(kind, place, what);
        }
        if self.more > 0 {
            cx.removed(Kind::UnusedData, "", format!("{} more things", self.more));
        }
        for sentence in self.remains {
            cx.remains(sentence);
        }
    }
}
