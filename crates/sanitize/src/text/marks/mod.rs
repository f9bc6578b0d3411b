//! Marks that a text can carry without showing them: characters of no width, letters of another alphabet that
//! look the same, spaces of unusual width, doubled spaces, spaces at line ends.
//!
//! Two copies of one text that look alike on paper can differ in all of these, and so tell whose copy it was.
//! What a script needs stays: joiners inside an emoji, the non-joiner of Persian, direction marks beside Hebrew
//! and Arabic, the no-break space before a French colon. `docs/sanitize.md` lists the rules.
//!
//! Which characters are which comes from the Unicode character database and from UTS #39 (confusables); what is
//! needed where from UAX #9 (direction), UTS #51 (emoji) and RFC 5892 appendix A (joiners).

mod invisible;
mod line;
mod lookalikes;
mod pieces;
mod spaces;
mod table;
#[cfg(test)]
mod tests;

use crate::{Context, Kind};
use line::{Line, Lines};
use std::borrow::Cow;
use std::collections::BTreeMap;

#[allow(unused_imports, reason = "for the formats that hold a text in runs")]
pub(crate) use pieces::clean_pieces;

/// One mark in a text. Another may lie inside it: an invisible character between a letter and its accent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where it starts, in bytes of UTF-8.
    pub offset: usize,
    /// How many bytes it takes; 0 where something had to be put in.
    pub length: usize,
    /// [`Kind::ZeroWidth`], [`Kind::Homoglyphs`] or [`Kind::OddSpaces`].
    pub kind: Kind,
    /// What it is, in plain words.
    pub what: &'static str,
    /// What an unmarked text has in its place; often nothing.
    pub instead: String,
}

/// All marks of a text, in order.
#[must_use]
pub fn marks(text: &str) -> Vec<Mark> {
    let mut found = Vec::new();
    scan(text, Extent::Part, Change::ALL, &mut found, &mut |_, _| ());
    found
}

/// The text without its marks.
#[must_use]
pub fn without(text: &str) -> Cow<'_, str> {
    without_some(text, Extent::Part, Change::ALL, &mut Vec::new())
}

/// The text without the marks that nobody chose to keep; counts them in the report.
///
/// Give it whole paragraphs: what stays is decided by what stands around it. For a paragraph in several runs of
/// one look each there is [`clean_pieces`]. Spaces at the very end stay, since the next run may follow them.
#[allow(dead_code, reason = "for the formats that hold a text inside")]
pub(crate) fn clean_text<'a>(text: &'a str, place: &str, cx: &mut Context<'_>) -> Cow<'a, str> {
    clean_extent(text, Extent::Part, place, cx)
}

/// The same for a whole file: spaces and empty lines at its end go, too.
pub(crate) fn clean_whole<'a>(text: &'a str, place: &str, cx: &mut Context<'_>) -> Cow<'a, str> {
    clean_extent(text, Extent::Whole, place, cx)
}

fn clean_extent<'a>(
    text: &'a str,
    extent: Extent,
    place: &str,
    cx: &mut Context<'_>,
) -> Cow<'a, str> {
    let change = Change::of(cx);
    let mut found = Vec::new();
    let result = without_some(text, extent, change, &mut found);
    report(&found, place, cx);
    result
}

/// Whether the text goes on after its last character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Part,
    Whole,
}

/// Which kinds of marks are taken out; the others are only found.
#[derive(Clone, Copy)]
struct Change {
    zero_width: bool,
    homoglyphs: bool,
    odd_spaces: bool,
}

impl Change {
    const ALL: Self = Self { zero_width: true, homoglyphs: true, odd_spaces: true };

    fn of(cx: &Context<'_>) -> Self {
        Self {
            zero_width: !cx.keeps(Kind::ZeroWidth),
            homoglyphs: !cx.keeps(Kind::Homoglyphs),
            odd_spaces: !cx.keeps(Kind::OddSpaces),
        }
    }

    const fn takes(self, kind: Kind) -> bool {
        match kind {
            Kind::ZeroWidth => self.zero_width,
            Kind::Homoglyphs => self.homoglyphs,
            _ => self.odd_spaces,
        }
    }
}

fn without_some<'a>(
    text: &'a str,
    extent: Extent,
    change: Change,
    found: &mut Vec<Mark>,
) -> Cow<'a, str> {
    let mut fresh = String::with_capacity(text.len());
    scan(text, extent, change, found, &mut |_, part| fresh.push_str(part));
    if fresh == text { Cow::Borrowed(text) } else { Cow::Owned(fresh) }
}

/// Goes through a text line by line; `write` gets what stays, with the offset where it stood.
fn scan(
    text: &str,
    extent: Extent,
    change: Change,
    found: &mut Vec<Mark>,
    write: &mut dyn FnMut(usize, &str),
) {
    let ascii = text.is_ascii();
    let alphabets = if ascii { lookalikes::Alphabets::default() } else { lookalikes::count(text) };
    let habits = if ascii { spaces::Habits::default() } else { spaces::habits(text) };
    let returns = text.matches("\r\n").count();
    let plain_ends = text.matches('\n').count().saturating_sub(returns);
    let mixed = returns > 0 && plain_ends > 0;
    let end = match extent {
        Extent::Part => text.len(),
        Extent::Whole => spaces::end_of_content(text),
    };
    let mut lines = Lines::new(text);
    let mut first = found.len();
    while let Some(raw) = lines.next_line() {
        let closed = !raw.ending.is_empty() || extent == Extent::Whole;
        if raw.start >= end && extent == Extent::Whole && raw.start > 0 {
            spaces::note_tail(text, raw.start, found);
            if !change.odd_spaces {
                write(raw.start, text.get(raw.start..).unwrap_or_default());
            }
            break;
        }
        if line::is_plain(raw.text) && !alphabets.several() {
            write(raw.start, raw.text);
        } else {
            let mut line = Line::new(&raw, change, found);
            invisible::pass(&mut line);
            lookalikes::pass(&mut line, &alphabets);
            spaces::pass(&mut line, &habits, &lines, closed);
            line.write(write);
        }
        spaces::line_ending(&raw, mixed, change, found, write);
        if let Some(fresh) = found.get_mut(first..) {
            fresh.sort_by_key(|mark| mark.offset);
        }
        first = found.len();
    }
}

/// Counts what was found into the report.
fn report(found: &[Mark], place: &str, cx: &mut Context<'_>) {
    let mut counts: BTreeMap<(Kind, &'static str), u64> = BTreeMap::new();
    for mark in found {
        let count = counts.entry((mark.kind, mark.what)).or_default();
        *count = count.saturating_add(1);
    }
    for ((kind, what), count) in counts {
        for _ in 0..count {
            if cx.keeps(kind) {
                cx.kept(kind, place, what);
            } else {
                cx.removed(kind, place, what);
            }
        }
    }
}
