//! One line of a text, character by character, with what has become of each.

use super::{Change, Mark};
use crate::Kind;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// A line as it stands in the text.
pub(super) struct RawLine<'a> {
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Without its ending.
    pub(super) text: &'a str,
    /// `\n`, `\r\n`, another separator, or nothing at the end of the text.
    pub(super) ending: &'a str,
    /// The line before, for alignment.
    pub(super) before: &'a str,
}

/// The lines of a text.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    before: &'a str,
    done: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, before: "", done: false }
    }

    pub(super) fn next_line(&mut self) -> Option<RawLine<'a>> {
        if self.done {
            return None;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (text, ending) = split_line(rest);
        let line = RawLine { start: self.at, text, ending, before: self.before };
        self.at = self.at.saturating_add(text.len()).saturating_add(ending.len());
        self.before = text;
        self.done = ending.is_empty() || self.at >= self.text.len();
        Some(line)
    }

    /// The line after the one that was given last.
    pub(super) fn after(&self) -> &'a str {
        if self.done {
            return "";
        }
        split_line(self.text.get(self.at..).unwrap_or_default()).0
    }
}

fn split_line(rest: &str) -> (&str, &str) {
    let Some(end) = rest.find(is_separator) else { return (rest, "") };
    let (text, tail) = rest.split_at(end);
    let length =
        if tail.starts_with("\r\n") { 2 } else { tail.chars().next().map_or(0, char::len_utf8) };
    (text, tail.get(..length).unwrap_or_default())
}

pub(super) const fn is_separator(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a line cannot hold a mark: printable ASCII, single spaces, none at the end.
pub(super) fn is_plain(text: &str) -> bool {
    let mut last = 0;
    for byte in text.bytes() {
        let bad = match byte {
            b' ' | b'\t' => last == b' ',
            0x21..=0x7e => false,
            _ => true,
        };
        if bad {
            return false;
        }
        last = byte;
    }
    !matches!(last, b' ' | b'\t')
}

/// One character.
pub(super) struct Cell {
    at: usize,
    length: usize,
    pub(super) ch: char,
    /// Whether it is written.
    out: bool,
    /// Whether it is there for the rules about what stands beside what.
    seen: bool,
}

impl Cell {
    /// Fresh characters for what stood there.
    fn several(at: usize, length: usize, fresh: &str) -> impl Iterator<Item = Self> {
        fresh.chars().enumerate().map(move |(k, ch)| Self {
            at,
            length: if k == 0 { length } else { 0 },
            ch,
            out: true,
            seen: true,
        })
    }

    fn mark(&self, kind: Kind, what: &'static str, instead: &str) -> Mark {
        Mark { offset: self.at, length: self.length, kind, what, instead: instead.to_owned() }
    }
}

/// Whether no character before can change what this one is composed to.
fn starts(c: char) -> bool {
    c.is_ascii()
        || (canonical_combining_class(c) == 0
            && is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes)
}

/// A line that the rules go over.
pub(super) struct Line<'a, 'b> {
    pub(super) before: &'a str,
    cells: Vec<Cell>,
    change: Change,
    found: &'b mut Vec<Mark>,
}

impl<'a, 'b> Line<'a, 'b> {
    pub(super) fn new(raw: &RawLine<'a>, change: Change, found: &'b mut Vec<Mark>) -> Self {
        let cells = raw
            .text
            .char_indices()
            .map(|(at, ch)| Cell {
                at: raw.start.saturating_add(at),
                length: ch.len_utf8(),
                ch,
                out: true,
                seen: true,
            })
            .collect();
        Self { before: raw.before, cells, change, found }
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The character at a place, unless a rule has taken it out.
    pub(super) fn ch(&self, i: usize) -> Option<char> {
        self.cells.get(i).filter(|cell| cell.seen).map(|cell| cell.ch)
    }

    /// The nearest character before a place, and its place.
    pub(super) fn previous(&self, i: usize) -> Option<(usize, char)> {
        let cells = self.cells.get(..i)?;
        cells.iter().enumerate().rev().find(|(_, cell)| cell.seen).map(|(i, cell)| (i, cell.ch))
    }

    /// The nearest character after a place, and its place.
    pub(super) fn next(&self, i: usize) -> Option<(usize, char)> {
        let from = i.checked_add(1)?;
        let cells = self.cells.get(from..)?;
        cells
            .iter()
            .enumerate()
            .find(|(_, cell)| cell.seen)
            .map(|(i, cell)| (from.saturating_add(i), cell.ch))
    }

    /// All characters that no rule has taken out.
    pub(super) fn seen(&self) -> impl DoubleEndedIterator<Item = (usize, char)> {
        self.cells.iter().enumerate().filter(|(_, cell)| cell.seen).map(|(i, cell)| (i, cell.ch))
    }

    /// Takes a character out.
    pub(super) fn drop(&mut self, i: usize, kind: Kind, what: &'static str) {
        let takes = self.change.takes(kind);
        let Some(cell) = self.cells.get_mut(i) else { return };
        if !cell.seen {
            return;
        }
        cell.seen = false;
        cell.out = !takes;
        self.found.push(cell.mark(kind, what, ""));
    }

    /// Puts another character there.
    pub(super) fn set(&mut self, i: usize, ch: char, kind: Kind, what: &'static str) {
        let takes = self.change.takes(kind);
        let Some(cell) = self.cells.get_mut(i) else { return };
        let (offset, length) = (cell.at, cell.length);
        if takes {
            cell.ch = ch;
        }
        self.found.push(Mark { offset, length, kind, what, instead: ch.to_string() });
    }

    /// Puts other characters in place of single ones; the places in rising order.
    pub(super) fn set_each(&mut self, plan: &[(usize, String)], kind: Kind, what: &'static str) {
        if plan.is_empty() {
            return;
        }
        let takes = self.change.takes(kind);
        let old = std::mem::take(&mut self.cells);
        let mut plan = plan.iter().peekable();
        for (i, cell) in old.into_iter().enumerate() {
            let Some((_, fresh)) = plan.next_if(|(place, _)| *place == i) else {
                self.cells.push(cell);
                continue;
            };
            self.found.push(cell.mark(kind, what, fresh));
            if takes {
                self.cells.extend(Cell::several(cell.at, cell.length, fresh));
            } else {
                self.cells.push(cell);
            }
        }
    }

    /// Writes each letter the one way of several equivalent ones that is usual (Unicode form C).
    pub(super) fn normalise(&mut self) {
        if is_nfc_quick(self.seen().map(|(_, c)| c)) == IsNormalized::Yes {
            return;
        }
        let takes = self.change.takes(Kind::Homoglyphs);
        let old = std::mem::take(&mut self.cells);
        let mut cluster: Vec<Cell> = Vec::new();
        for cell in old {
            if cell.seen && starts(cell.ch) && !cluster.is_empty() {
                self.compose(&mut cluster, takes);
            }
            cluster.push(cell);
        }
        self.compose(&mut cluster, takes);
    }

    fn compose(&mut self, cluster: &mut Vec<Cell>, takes: bool) {
        let seen = |cell: &&Cell| cell.seen;
        let now = cluster.iter().filter(seen).map(|cell| cell.ch);
        let usual: String = now.clone().nfc().collect();
        if usual.chars().eq(now) {
            self.cells.append(cluster);
            return;
        }
        let at = cluster.iter().find(seen).map_or(0, |cell| cell.at);
        let end = cluster.iter().rfind(seen).map_or(at, |cell| cell.at.saturating_add(cell.length));
        let length = end.saturating_sub(at);
        self.found.push(Mark {
            offset: at,
            length,
            kind: Kind::Homoglyphs,
            what: "letters composed in an unusual way",
            instead: usual.clone(),
        });
        if takes {
            // What was taken out of the middle of it stays out; what was kept there comes after it.
            let kept = cluster.drain(..).filter(|cell| !cell.seen);
            self.cells.extend(Cell::several(at, length, &usual));
            self.cells.extend(kept);
        } else {
            self.cells.append(cluster);
        }
    }

    pub(super) fn write(&self, write: &mut dyn FnMut(usize, &str)) {
        for cell in self.cells.iter().filter(|cell| cell.out) {
            write(cell.at, cell.ch.encode_utf8(&mut [0; 4]));
        }
    }
}
