//! Spaces: of unusual width, doubled, at the ends of lines; and the ends of lines themselves.

use super::line::{Line, Lines, RawLine, is_separator};
use super::{Change, Mark};
use crate::Kind;
use std::collections::BTreeMap;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use unicode_script::{Script, UnicodeScript as _};

const WIDTHS: &str = "spaces of unusual kind";
const DOUBLED: &str = "doubled spaces";
const TRAILING: &str = "spaces at line ends";
const BEFORE_TABS: &str = "spaces before tabs";
const ENDINGS: &str = "line endings of another system";
const MIXED: &str = "line endings of several kinds";
const TAIL: &str = "empty lines at the end";

/// The spaces that French and figures are set with; the plain one first.
const FORMS: [char; 4] = [' ', '\u{a0}', '\u{202f}', '\u{2009}'];

/// Which form of space a text mostly has at the places where typography asks for a special one.
///
/// The key is the sign beside it, or `0` for the space between groups of digits. A text that always does the same
/// there keeps its look; one that sometimes does otherwise could be telling something.
#[derive(Default)]
pub(super) struct Habits(BTreeMap<char, char>);

/// Counts the forms in a text.
pub(super) fn habits(text: &str) -> Habits {
    if !text.contains(['\u{a0}', '\u{202f}', '\u{2009}']) {
        return Habits::default();
    }
    let mut counts: BTreeMap<char, [usize; 4]> = BTreeMap::new();
    let mut chars = text.chars();
    let mut before = None;
    while let Some(c) = chars.next() {
        if let Some(form) = FORMS.iter().position(|form| *form == c) {
            let mut ahead = chars.clone();
            let next = [ahead.next(), ahead.next(), ahead.next(), ahead.next()];
            if let Some(key) = key(before, next)
                && let Some(count) = counts.entry(key).or_default().get_mut(form)
            {
                *count = count.saturating_add(1);
            }
        }
        before = Some(c);
    }
    Habits(
        counts
            .into_iter()
            .filter_map(|(key, counts)| {
                let most = counts.iter().max()?;
                let form = counts.iter().rposition(|count| count == most)?;
                Some((key, *FORMS.get(form)?))
            })
            .collect(),
    )
}

fn key(before: Option<char>, next: [Option<char>; 4]) -> Option<char> {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    match (before, next) {
        (Some(open @ ('«' | '‹')), _) => Some(open),
        (Some(b), [Some(close @ (';' | ':' | '!' | '?' | '»' | '›' | '%' | '€')), ..])
            if !b.is_whitespace() =>
        {
            Some(close)
        }
        (b, [x, y, z, end]) if digit(b) && digit(x) && digit(y) && digit(z) && !digit(end) => {
            Some('0')
        }
        _ => None,
    }
}

pub(super) fn pass(line: &mut Line<'_, '_>, habits: &Habits, lines: &Lines<'_>, closed: bool) {
    if closed {
        let tail: Vec<usize> =
            line.seen().rev().take_while(|(_, c)| is_space(*c)).map(|(i, _)| i).collect();
        for i in tail {
            line.drop(i, Kind::OddSpaces, TRAILING);
        }
    }
    widths(line, habits);
    runs(line, lines);
}

fn is_space(c: char) -> bool {
    c == '\t' || is_blank(c)
}

const fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{2800}' | '\u{3000}'
    )
}

fn widths(line: &mut Line<'_, '_>, habits: &Habits) {
    let seen: Vec<(usize, char)> = line.seen().collect();
    let at = |k: usize| seen.get(k).map(|(_, c)| *c);
    for (k, (i, c)) in seen.iter().enumerate() {
        if !is_blank(*c) {
            continue;
        }
        let before = k.checked_sub(1).and_then(at);
        let next = [1, 2, 3, 4].map(|n| at(k.saturating_add(n)));
        let wanted = match *c {
            '\u{3000}' if [before, next[0]].into_iter().flatten().any(is_wide) => *c,
            '\u{2800}' if [before, next[0]].into_iter().flatten().any(is_braille) => *c,
            '\u{1680}' if before.is_some_and(|c| c.script() == Script::Ogham) => *c,
            _ if FORMS.contains(c) => {
                key(before, next).and_then(|key| habits.0.get(&key)).copied().unwrap_or(' ')
            }
            _ => ' ',
        };
        if wanted != *c {
            line.set(*i, wanted, Kind::OddSpaces, WIDTHS);
        }
    }
}

/// Chinese, Japanese and Korean, where the wide space is the space.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{303f}' | '\u{ff01}'..='\u{ff60}' | '\u{3000}')
        || matches!(
            c.script(),
            Script::Han | Script::Hiragana | Script::Katakana | Script::Hangul | Script::Bopomofo
        )
}

const fn is_braille(c: char) -> bool {
    matches!(c, '\u{2801}'..='\u{28ff}' | '\u{2800}')
}

/// Doubled spaces between words, and spaces that a tab swallows. Columns stay: three and more spaces, and two
/// that end where a gap in the line above or below ends.
fn runs(line: &mut Line<'_, '_>, lines: &Lines<'_>) {
    let seen: Vec<(usize, char)> = line.seen().collect();
    if !seen.windows(2).any(|pair| matches!(pair, [(_, ' '), (_, ' ' | '\t')])) {
        return;
    }
    let columns = has_gap(&seen);
    let mut neighbours = None;
    let mut k = 0;
    while let Some((_, c)) = seen.get(k) {
        if *c != ' ' {
            k = k.saturating_add(1);
            continue;
        }
        let length =
            seen.get(k..).unwrap_or_default().iter().take_while(|(_, c)| *c == ' ').count();
        let end = k.saturating_add(length);
        let after = seen.get(end).map(|(_, c)| *c);
        let spaces = seen.get(k..end).unwrap_or_default();
        if after == Some('\t') {
            spaces.iter().for_each(|(i, _)| line.drop(*i, Kind::OddSpaces, BEFORE_TABS));
        } else if length == 2
            && after.is_some()
            && k.checked_sub(1).and_then(|k| seen.get(k)).is_some_and(|(_, c)| *c != '\t')
            && !columns
        {
            let gaps = neighbours.get_or_insert_with(|| {
                let mut gaps = gap_ends(line.before);
                gaps.extend(gap_ends(lines.after()));
                gaps.sort_unstable();
                gaps
            });
            if gaps.binary_search(&end).is_err()
                && let Some((i, _)) = spaces.first()
            {
                line.drop(*i, Kind::OddSpaces, DOUBLED);
            }
        }
        k = end;
    }
}

/// Whether there are three spaces in a row after the line's indentation.
fn has_gap(seen: &[(usize, char)]) -> bool {
    let inner = seen.iter().position(|(_, c)| !is_space(*c)).unwrap_or(seen.len());
    seen.get(inner..)
        .unwrap_or_default()
        .windows(3)
        .any(|three| three.iter().all(|(_, c)| *c == ' '))
}

/// The columns where a gap of two or more spaces ends.
fn gap_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut blanks = 0_usize;
    let shown = text.chars().filter(|c| {
        !matches!(c, '\u{34f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
            && c.general_category() != GeneralCategory::Format
    });
    for (column, c) in shown.enumerate() {
        if c == ' ' {
            blanks = blanks.saturating_add(1);
        } else {
            if blanks >= 2 && blanks < column {
                ends.push(column);
            }
            blanks = 0;
        }
    }
    ends
}

/// Ends a line with a line feed, whatever it ended with.
pub(super) fn line_ending(
    raw: &RawLine<'_>,
    mixed: bool,
    change: Change,
    found: &mut Vec<Mark>,
    write: &mut dyn FnMut(usize, &str),
) {
    let at = raw.start.saturating_add(raw.text.len());
    if matches!(raw.ending, "" | "\n") {
        write(at, raw.ending);
        return;
    }
    found.push(Mark {
        offset: at,
        length: raw.ending.len(),
        kind: Kind::OddSpaces,
        what: if mixed { MIXED } else { ENDINGS },
        instead: "\n".into(),
    });
    write(at, if change.odd_spaces { "\n" } else { raw.ending });
}

/// Where the last line with something on it ends, its own ending included.
pub(super) fn end_of_content(text: &str) -> usize {
    let blank = |c: char| is_space(c) || is_separator(c);
    let shown = text.trim_end_matches(blank).len();
    let rest = text.get(shown..).unwrap_or_default();
    match rest.find(is_separator) {
        Some(end) => {
            let tail = rest.get(end..).unwrap_or_default();
            let length = if tail.starts_with("\r\n") {
                2
            } else {
                tail.chars().next().map_or(0, char::len_utf8)
            };
            shown.saturating_add(end).saturating_add(length)
        }
        None => text.len(),
    }
}

/// Notes the empty lines that end a file.
pub(super) fn note_tail(text: &str, start: usize, found: &mut Vec<Mark>) {
    let length = text.len().saturating_sub(start);
    if length > 0 {
        found.push(Mark {
            offset: start,
            length,
            kind: Kind::OddSpaces,
            what: TAIL,
            instead: String::new(),
        });
    }
}
