//! Single things that point to one paper by themselves: numbers, times, names, document numbers.

use std::ops::Range;

use crate::Kind;
use crate::token::fold;

/// A single thing in a text.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
    /// The same thing written otherwise has the same key: "4,218" and "4218", "9.40 am" and "09:40".
    pub(crate) key: String,
}

/// All single things of a text, in its order; a thing inside a longer one is left out.
pub(crate) fn things(text: &str) -> Vec<Thing> {
    let mut found: Vec<Thing> = Vec::new();
    let mut words = pieces(text).into_iter().peekable();
    // The first word of a sentence is written large whatever it is.
    let mut begins = true;
    while let Some((start, piece)) = words.next() {
        let word = piece
            .trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '%' | '$' | '€' | '£'));
        let offset = start + piece.find(word).unwrap_or(0);
        let mut range = offset..offset + word.len();
        let ends = piece.ends_with(['.', '!', '?', ':', '\u{201d}', '"']);
        // "9.40 am" is one time in two pieces, and "9.40" alone is a number.
        let half = words.peek().and_then(|(next, piece)| Some((*next, half_of_day(piece)?)));
        let late = half.and_then(|(_, half)| Some(afternoon(&clock(word, true)?, half)));
        if let Some((key, (next, _))) = late.zip(half) {
            let length = words.next().map_or(0, |(_, p)| p.trim_end_matches([',', ';', ')']).len());
            range.end = next + length;
            found.push(Thing { kind: Kind::Time, range, key });
        } else if let Some(key) = time(word) {
            found.push(Thing { kind: Kind::Time, range, key });
        } else if is_identifier(word) {
            found.push(Thing { kind: Kind::Identifier, range, key: fold(word) });
        } else if let Some(key) = number(word) {
            found.push(Thing { kind: Kind::Number, range, key });
        } else if is_name(word) {
            // Names of several words are one: "Harbour Fund Committee".
            let mut closed = ends || piece.ends_with([',', ';', ')']);
            let mut count = 1;
            while !closed {
                let Some((next, following)) = words.peek().copied() else { break };
                let bare = following.trim_matches(|c: char| !c.is_alphanumeric());
                if !is_name(bare) || following.starts_with(['(', '"', '\u{201c}']) {
                    break;
                }
                range.end = next + following.find(bare).unwrap_or(0) + bare.len();
                closed = following.ends_with(['.', '!', '?', ':', ',', ';', ')', '"', '\u{201d}']);
                count += 1;
                words.next();
            }
            if count > 1 || !begins {
                let name = text.get(range.clone()).unwrap_or_default();
                found.push(Thing { kind: Kind::Name, key: fold(name), range });
            }
        }
        begins = ends;
    }
    found
}

/// Pieces between white space with their places.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut all = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                all.extend(text.get(from..at).map(|piece| (from, piece)));
                start = None;
            }
            _ => {}
        }
    }
    all
}

/// Numbers of three digits and more, or with a fraction: smaller ones are everywhere. Years are everywhere, too.
fn number(word: &str) -> Option<String> {
    let bare = word.trim_matches(['%', '$', '€', '£']);
    let good = bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '\'' | '\u{2019}'));
    if !good {
        return None;
    }
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    let fraction = fraction_of(bare);
    let year = bare.len() == 4 && (bare.starts_with("19") || bare.starts_with("20"));
    let whole = digits.len().saturating_sub(fraction.len());
    let key = match fraction {
        "" => digits.clone(),
        part => format!("{}.{part}", digits.get(..whole).unwrap_or_default()),
    };
    (!year && digits.len() >= if fraction.is_empty() { 3 } else { 2 }).then_some(key)
}

/// Digits after the last separator. Three of them, with no separator of another kind before, are a group of thousands:
/// "4,218" and "4.218" are the same number.
fn fraction_of(bare: &str) -> &str {
    let Some((head, tail)) = bare.rsplit_once(['.', ',']) else { return "" };
    let other = if bare.ends_with(&format!(",{tail}")) { '.' } else { ',' };
    if tail.len() == 3 && !head.contains(other) { "" } else { tail }
}

/// `09:40`, `21h15`, `9:40am`, `9.40am` as hours and minutes.
fn time(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    for (end, half) in [("am", false), ("pm", true)] {
        if let Some(body) = lower.strip_suffix(end) {
            return Some(afternoon(&clock(body, true)?, half));
        }
    }
    clock(&lower, false)
}

/// Hours and minutes; seconds are left out. With a point only where "am" or "pm" says that it is a time.
fn clock(text: &str, point: bool) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let parted = lower.split_once([':', 'h']).or_else(|| lower.split_once('.').filter(|_| point));
    let (hours, rest) = parted?;
    let minutes = rest.split(':').next()?;
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !digits(hours, 2) || !digits(minutes, 2) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then(|| format!("{hours:02}:{minutes:02}"))
}

/// "am" is false, "pm" is true.
fn half_of_day(piece: &str) -> Option<bool> {
    match fold(piece).trim_end_matches([',', ';', ')']).replace('.', "").as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

fn afternoon(key: &str, half: bool) -> String {
    let hours: u32 = key.get(..2).and_then(|h| h.parse().ok()).unwrap_or(0);
    let hours = match (hours, half) {
        (12, false) => 0,
        (1..=11, true) => hours + 12,
        _ => hours,
    };
    format!("{hours:02}{}", key.get(2..).unwrap_or_default())
}

/// Letters and digits mixed, at least five of them, two digits among them: file numbers, serial numbers, versions.
fn is_identifier(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let parts = word.chars().filter(|c| matches!(c, '-' | '/' | '_' | '.')).count();
    let plain =
        word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '/' | '_' | '.' | '#'));
    let ordinal = ["st", "nd", "rd", "th", "s"].iter().any(|end| {
        word.strip_suffix(end)
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b','))
    });
    let parted_number = letters == 0 && parts >= 1 && word.contains(['/', '-']) && digits >= 5;
    plain && !ordinal && (parted_number || (digits >= 2 && letters >= 1 && digits + letters >= 5))
}

fn is_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && word.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && !word.chars().any(|c| c.is_ascii_digit())
        && !NOT_NAMES.contains(&fold(word).as_str())
}

/// Written large in English without being anybody's name.
const NOT_NAMES: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "i",
    "i'm",
    "i've",
    "mr",
    "mrs",
    "ms",
    "dr",
    "the",
    "a",
    "an",
    "in",
    "on",
    "at",
    "he",
    "she",
    "it",
    "they",
    "we",
    "but",
    "and",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Kind, &str, String)> {
        things(text).into_iter().map(|t| (t.kind, &text[t.range], t.key)).collect()
    }

    #[test]
    fn the_same_thing_written_otherwise_is_the_same() {
        for (one, other) in [
            ("4,218 bills", "4218 bills"),
            ("at 9.40 am today", "at 09:40"),
            ("at 9:40pm", "at 21h40"),
            ("3.75 million", "3,75 Millionen"),
            ("file AB-2017/113", "file ab-2017/113"),
            ("with Eva Brandt, who", "by EVA BRANDT"),
        ] {
            let (a, b) = (found(one), found(other));
            assert_eq!(a.len(), 1, "{a:?}");
            assert_eq!((a[0].0, &a[0].2), (b[0].0, &b[0].2), "{one} and {other}");
        }
    }

    #[test]
    fn kinds_and_places() {
        let text = "On 14 March the Harbour Fund Committee met at 09:40. Memo HX-4471 says 1,204 crates. There were 12.";
        assert_eq!(
            found(text),
            [
                (Kind::Name, "Harbour Fund Committee", "harbour fund committee".into()),
                (Kind::Time, "09:40", "09:40".into()),
                (Kind::Identifier, "HX-4471", "hx-4471".into()),
                (Kind::Number, "1,204", "1204".into()),
            ]
        );
    }

    #[test]
    fn what_is_everywhere_is_nothing() {
        assert_eq!(found("It was the 3rd time in 2017, on Monday. Nobody knew."), []);
        assert_eq!(found("in the 1990s, the 21,000th visit"), []);
        // More after the separator than there are digits.
        assert_eq!(found("see 1.etc and 2,x-yz and €.abc"), []);
    }
}
