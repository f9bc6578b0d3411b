//! What a draft shares, word for word, with what a source gave; marks that nobody sees; and what tells two copies of one paper apart.
//!
//! The comparing itself is in [`wording`] and the marks in [`sanitize::text_marks`]; here they get places that an editor can find, and
//! sentences that say what they mean. None of it decides the verdict: that people could have known a thing and that these very words
//! lead to one paper are two different dangers.

use std::ops::Range;

use serde::Serialize;

use crate::draft::Document;
use crate::report::At;

/// Kinds of marks that a report names, most telling first.
const MOST_MARKS: usize = 10;
/// Differences of two copies that are listed.
const MOST_DIFFERENCES: usize = 200;

/// Something that stands in the draft and in the material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shared {
    /// `verbatim`, `near-verbatim`, `identifier`, `time`, `number` or `name`.
    pub kind: wording::Kind,
    /// Where in the draft.
    pub at: At,
    /// The draft's words.
    pub text: String,
    /// Where in the material, up to three places.
    pub there: Vec<There>,
    /// How often it stands in all of the material.
    pub times: u64,
    /// In how many of the documents.
    pub documents: usize,
    /// How many documents there are.
    pub of: usize,
    /// Where in the draft, in bytes of its text.
    #[serde(skip)]
    pub range: Range<usize>,
}

impl Shared {
    /// What it is, in words: `the same number`.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        match self.kind {
            wording::Kind::Verbatim => "word for word",
            wording::Kind::NearVerbatim => "nearly word for word",
            wording::Kind::Identifier => "the same document number",
            wording::Kind::Time => "the same time",
            wording::Kind::Number => "the same number",
            wording::Kind::Name => "the same name",
        }
    }

    /// How rare it is, in words: `once, in 1 of 3 documents`.
    #[must_use]
    pub fn rarity(&self) -> String {
        let times =
            if self.times == 1 { "once".to_owned() } else { format!("{} times", self.times) };
        match (self.documents, self.of) {
            (_, 1) => format!("{times} in it"),
            (n, of) => format!("{times}, in {n} of {of} documents"),
        }
    }
}

/// A place in the material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct There {
    /// Which document, and where in it.
    pub at: At,
    /// Its words.
    pub text: String,
    /// The words around them, these included.
    #[serde(skip)]
    pub near: String,
}

/// Marks of one kind in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unseen {
    /// Where the first of them is.
    pub at: At,
    /// `zero-width`, `homoglyphs` or `odd-spaces`.
    pub kind: &'static str,
    /// What they are.
    pub what: String,
    /// How many there are in this file.
    pub count: u64,
    /// The words around the first.
    pub near: String,
    /// Where the first is, in bytes of the exact text.
    #[serde(skip)]
    pub offset: usize,
}

/// A text without what [`unseen`] finds in it.
#[must_use]
pub fn seen_only(text: &str) -> std::borrow::Cow<'_, str> {
    sanitize::text_marks::without(text)
}

/// What a draft shares with the material, what tells most first, and no more than an editor reads.
#[must_use]
pub fn shared(draft: &Document, material: &[Document]) -> Vec<Shared> {
    let documents: Vec<_> =
        material.iter().map(|m| wording::Document { name: &m.name, text: &m.text }).collect();
    let found = wording::compare(&draft.text, &documents).into_iter();
    let shared = found.map(|f| Shared {
        kind: f.kind,
        at: draft.place(f.draft.start).into(),
        text: draft.words(&f.draft).to_owned(),
        there: f
            .source
            .iter()
            .filter_map(|p| {
                let document = material.iter().find(|m| m.name == p.document)?;
                let text = document.words(&p.range).to_owned();
                let near = around(&document.text, p.range.start, p.range.len());
                Some(There { at: document.place(p.range.start).into(), text, near })
            })
            .collect(),
        times: f.times,
        documents: f.documents,
        of: material.len(),
        range: f.draft,
    });
    shared.collect()
}

/// Characters of no width, letters of another alphabet and odd spaces: what can tell whose copy a text was pasted from.
#[must_use]
pub fn unseen(document: &Document) -> Vec<Unseen> {
    let text = document.exact();
    let mut found: Vec<Unseen> = Vec::new();
    for mark in sanitize::text_marks::marks(text) {
        let kind = mark.kind.name();
        match found.iter_mut().find(|u| u.kind == kind && u.what == mark.what) {
            Some(known) => known.count += 1,
            None => found.push(Unseen {
                at: document.exact_place(mark.offset),
                kind,
                what: mark.what.to_owned(),
                count: 1,
                near: around(text, mark.offset, mark.length),
                offset: mark.offset,
            }),
        }
    }
    // What is only a habit of typing comes last.
    found.sort_by_key(|u| match u.kind {
        "zero-width" => 0,
        "homoglyphs" => 1,
        _ => 2,
    });
    found.truncate(MOST_MARKS);
    found
}

/// One difference between two copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What differs: `words`, `number`, `spelling`, `lookalike`, `punctuation`, `case`, `spacing` or `unseen`.
    pub change: wording::Change,
    /// Where in the first copy.
    pub first_at: At,
    /// What the first has.
    pub first: String,
    /// Where in the second copy.
    pub second_at: At,
    /// What the second has.
    pub second: String,
    /// The first copy's words around it.
    pub near: String,
}

/// Two copies of one paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Copies {
    /// Where they differ, in the order of the first.
    pub differences: Vec<Difference>,
    /// How many more there are than are listed.
    pub more: usize,
}

impl Copies {
    /// What always has to be said.
    pub const CAUTION: &'static str = "That two copies are the same does not mean that a third is: one copy alone, or two alike, never prove \
that there is no trap. Where only the words matter, put them into words of your own.";
}

/// Compares two copies of one paper for what was given to one reader only.
#[must_use]
pub fn copies(first: &Document, second: &Document) -> Copies {
    let (a, b) = (first.exact(), second.exact());
    let all = wording::variants(a, b);
    let more = all.len().saturating_sub(MOST_DIFFERENCES);
    let words = |text: &str, range: &Range<usize>| text.get(range.clone()).unwrap_or("").to_owned();
    let listed = all.iter().take(MOST_DIFFERENCES).map(|v| Difference {
        change: v.change,
        first_at: first.exact_place(v.first.start),
        first: words(a, &v.first),
        second_at: second.exact_place(v.second.start),
        second: words(b, &v.second),
        near: around(a, v.first.start, v.first.len()),
    });
    Copies { differences: listed.collect(), more }
}

/// Some words around a place, in one line. Whole words, unless they are very long.
fn around(text: &str, at: usize, length: usize) -> String {
    const REACH: usize = 32;
    let before = text.get(..at).unwrap_or("");
    let start = before.char_indices().rev().take(REACH).last().map_or(at, |(i, _)| i);
    let after = text.get(at + length..).unwrap_or("");
    let end = at + length + after.char_indices().nth(REACH).map_or(after.len(), |(i, _)| i);
    let space = |c: char| c.is_whitespace();
    let cut = text.get(start..at).unwrap_or("");
    let start = match cut.find(space) {
        Some(i) if start > 0 => start + i,
        _ => start,
    };
    let cut = text.get(at + length..end).unwrap_or("");
    let end = match cut.rfind(space) {
        Some(i) if end < text.len() => at + length + i,
        _ => end,
    };
    let words = text.get(start..end).unwrap_or("");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Document {
        Document::read(name, text.as_bytes()).unwrap()
    }

    const MEMO: &str = "To the board.\n\nThe auditors found that 4,218 invoices\nhad been paid twice, reference HF-2291/7.\n";

    #[test]
    fn both_places_and_how_rare() {
        let draft = read(
            "draft.md",
            "# Paid twice\n\nAuditors found that 4,218 invoices had been paid twice, she said.\n",
        );
        let material = [read("memo.txt", MEMO), read("other.txt", "Nothing of the kind.")];
        let found = shared(&draft, &material);
        let first = &found[0];
        assert_eq!(first.kind, wording::Kind::Verbatim);
        assert_eq!((first.at.line, first.there[0].at.line), (Some(3), Some(3)));
        assert_eq!(first.there[0].at.file, "memo.txt");
        assert_eq!((first.times, first.documents, first.of), (1, 1, 2));
        assert!(shared(&read("a.txt", "Words of her own."), &material).is_empty());
    }

    #[test]
    fn around_a_place_are_whole_words() {
        let text = "The first of many sentences in this letter. It was said twice by everybody who had heard of it at all.";
        let at = text.find("said").unwrap();
        assert_eq!(around(text, at, 4), "in this letter. It was said twice by everybody who had");
        assert_eq!(around("said", 0, 4), "said");
        let long = "x".repeat(200);
        assert_eq!(around(&long, 100, 1).len(), 65);
    }

    #[test]
    fn a_message_is_material() {
        let mail = "From: a@example.org\r\nTo: b@example.org\r\nSubject: The audit\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe auditors found that 4,218 invoices had been paid twice.\r\n";
        let mail = read("note.eml", mail);
        assert!(mail.text.starts_with("The audit\n\nThe auditors"), "{}", mail.text);
        assert!(!mail.text.contains("example.org"));
        assert!(Document::read("empty.eml", b"").is_err());
    }

    #[test]
    fn marks_have_a_line() {
        let found =
            unseen(&read("a.txt", "One line.\nTwo\u{200b} li\u{200b}nes, p\u{430}id  twice.\n"));
        assert_eq!((found[0].kind, found[0].count, found[0].at.line), ("zero-width", 2, Some(2)));
        assert!(found.iter().any(|u| u.kind == "homoglyphs"), "{found:?}");
        assert!(found.iter().any(|u| u.kind == "odd-spaces"), "{found:?}");
        assert_eq!(unseen(&read("a.txt", "One line.\nTwo lines.\n")), []);
    }

    #[test]
    fn two_copies() {
        let second = MEMO.replace("4,218", "4,281").replace("paid twice", "paid  twice");
        let found = copies(&read("a.txt", MEMO), &read("b.txt", &second));
        let changes: Vec<_> = found.differences.iter().map(|d| d.change).collect();
        assert_eq!(changes, [wording::Change::Number, wording::Change::Spacing]);
        assert_eq!(found.differences[0].first_at.line, Some(3));
        assert_eq!(copies(&read("a.txt", MEMO), &read("b.txt", MEMO)).differences, []);
    }
}
