//! Two copies of one document, compared for what was given to one reader only (a *canary trap*, or barium meal).

use std::ops::Range;

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use crate::token::{fold, is_unseen};

/// What differs, from what one sees to what one does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Other words.
    Words,
    /// Another number.
    Number,
    /// The same word spelled or accented otherwise.
    Spelling,
    /// Letters of another alphabet that look the same.
    Lookalike,
    /// Commas, dashes, quotation marks.
    Punctuation,
    /// Large and small letters.
    Case,
    /// Spaces, line ends, kinds of space.
    Spacing,
    /// Characters without width.
    Unseen,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// What differs.
    pub change: Change,
    /// Bytes of the first copy; empty where it has nothing.
    pub first: Range<usize>,
    /// Bytes of the second copy; empty where it has nothing.
    pub second: Range<usize>,
}

/// Where two copies differ, in the order of the first. An empty list means that these two are the same to the last
/// character; it does not mean that nobody else's differs.
#[must_use]
pub fn variants(first: &str, second: &str) -> Vec<Variant> {
    let (a, b) = (pieces(first), pieces(second));
    let (words_a, words_b): (Vec<&str>, Vec<&str>) =
        (a.iter().map(|p| p.1).collect(), b.iter().map(|p| p.1).collect());
    capture_diff_slices(Algorithm::Patience, &words_a, &words_b)
        .into_iter()
        .filter(|op| !matches!(op, DiffOp::Equal { .. }))
        .map(|op| {
            let (first_range, second_range) =
                (span(&a, op.old_range(), first.len()), span(&b, op.new_range(), second.len()));
            let old = first.get(first_range.clone()).unwrap_or_default();
            let new = second.get(second_range.clone()).unwrap_or_default();
            Variant { change: change(old, new), first: first_range, second: second_range }
        })
        .collect()
}

fn pieces(text: &str) -> Vec<(usize, &str)> {
    text.split_word_bound_indices().collect()
}

fn span(pieces: &[(usize, &str)], range: Range<usize>, end: usize) -> Range<usize> {
    let start = pieces.get(range.start).map_or(end, |p| p.0);
    let stop = pieces.get(range.end).map_or(end, |p| p.0);
    if range.is_empty() { start..start } else { start..stop }
}

fn change(old: &str, new: &str) -> Change {
    let seen = |text: &str| text.chars().filter(|c| !is_unseen(*c)).collect::<String>();
    let (old, new) = (seen(old), seen(new));
    if old == new {
        return Change::Unseen;
    }
    let close = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let (close_old, close_new) = (close(&old), close(&new));
    if close_old == close_new {
        return Change::Spacing;
    }
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (bare_old, bare_new) = (bare(&old), bare(&new));
    if bare_old == bare_new {
        return Change::Punctuation;
    }
    if fold(&bare_old) == fold(&bare_new) {
        return Change::Case;
    }
    if skeleton(&bare_old) == skeleton(&bare_new) {
        return Change::Lookalike;
    }
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
    if digits(&old) != digits(&new) {
        return Change::Number;
    }
    if words(&old) == 1 && words(&new) == 1 && distance(&fold(&bare_old), &fold(&bare_new)) <= 2 {
        return Change::Spelling;
    }
    Change::Words
}

fn words(text: &str) -> usize {
    text.unicode_words().count()
}

/// Letters of Greek and Cyrillic as the Latin ones that they look like (a part of Unicode TS 39's table: those that
/// common typefaces draw the same).
fn skeleton(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'а' | 'α' => 'a',
            'е' | 'ε' => 'e',
            'о' | 'ο' => 'o',
            'р' | 'ρ' => 'p',
            'с' | 'ϲ' => 'c',
            'у' | 'γ' => 'y',
            'х' | 'χ' => 'x',
            'і' | 'ι' => 'i',
            'ј' => 'j',
            'ѕ' => 's',
            'ԁ' => 'd',
            'ո' => 'n',
            'ν' => 'v',
            'А' | 'Α' => 'A',
            'В' | 'Β' => 'B',
            'Е' | 'Ε' => 'E',
            'К' | 'Κ' => 'K',
            'М' | 'Μ' => 'M',
            'Н' | 'Η' => 'H',
            'О' | 'Ο' => 'O',
            'Р' | 'Ρ' => 'P',
            'С' | 'Ϲ' => 'C',
            'Т' | 'Τ' => 'T',
            'Х' | 'Χ' => 'X',
            'І' | 'Ι' => 'I',
            'Ν' => 'N',
            'Υ' | 'У' => 'Y',
            'Ζ' => 'Z',
            other => other,
        })
        .collect()
}

/// Levenshtein's distance of two words (1966); words are short.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let here = (corner + usize::from(x != *y)).min(*cell + 1).min(left + 1);
            corner = std::mem::replace(cell, here);
            left = here;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(first: &str, second: &str) -> Vec<(Change, String, String)> {
        variants(first, second)
            .into_iter()
            .map(|v| (v.change, first[v.first].to_owned(), second[v.second].to_owned()))
            .collect()
    }

    #[test]
    fn a_copy_is_no_variant_of_itself() {
        assert_eq!(variants("One, two.\n", "One, two.\n"), []);
    }

    #[test]
    fn each_trick_is_named() {
        let say = |c, a: &str, b: &str| vec![(c, a.to_owned(), b.to_owned())];
        let first = "The board will meet on 14 March, and decide.";
        for (second, expected) in [
            (
                "The board will convene on 14 March, and decide.",
                say(Change::Words, "meet", "convene"),
            ),
            ("The board will meet on 15 March, and decide.", say(Change::Number, "14", "15")),
            ("The board will meet on 14 March and decide.", say(Change::Punctuation, ",", "")),
            ("The Board will meet on 14 March, and decide.", say(Change::Case, "board", "Board")),
            (
                "The bоard will meet on 14 March, and decide.",
                say(Change::Lookalike, "board", "bоard"),
            ),
            ("The board will meat on 14 March, and decide.", say(Change::Spelling, "meet", "meat")),
            ("The board will  meet on 14 March, and decide.", say(Change::Spacing, " ", "  ")),
            (
                "The bo\u{200b}ard will meet on 14 March, and decide.",
                say(Change::Unseen, "board", "bo\u{200b}ard"),
            ),
        ] {
            assert_eq!(changes(first, second), expected, "{second}");
        }
    }

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
