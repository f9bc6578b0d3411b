//! Sentences: where Unicode's rules (UAX #29) would break, except after abbreviations and initials.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// After these a sentence practically never ends.
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "sen", "rep", "gov", "gen", "col", "lt", "cpl", "sgt", "maj",
    "capt", "cmdr", "adm", "st", "hon", "rev", "fr", "hr", "mme", "mlle", "messrs", "pres", "amb",
    "atty", "no", "nos", "nr", "art", "abs", "fig", "sec", "vol", "ch", "pp", "cf", "ca", "approx",
    "e.g", "i.e", "vs", "v", "z.b", "d.h", "u.a", "bzw", "jan", "feb", "mar", "apr", "jun", "jul",
    "aug", "sept", "sep", "oct", "nov", "dec", "mt", "ft", "dept", "lt. col", "al",
];

/// The sentences of a paragraph, without the spaces around them.
pub(super) fn split(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, piece) in text.split_sentence_bound_indices() {
        let start = at + (piece.len() - piece.trim_start().len());
        let end = at + piece.trim_end().len();
        if start >= end {
            continue;
        }
        let bare = text.get(start..end).unwrap_or("");
        // A closing quotation mark by itself, or the like.
        let scrap = !bare.chars().any(char::is_alphanumeric);
        let before = found.last().and_then(|r| text.get(r.clone())).unwrap_or("");
        let joined = scrap || goes_on(before, bare);
        match found.last_mut() {
            Some(last) if joined => last.end = end,
            _ => found.push(start..end),
        }
    }
    found
}

/// After an abbreviation such as "U.S." these begin a sentence.
const STARTERS: &[&str] = &[
    "the", "a", "an", "he", "she", "it", "they", "we", "i", "you", "but", "and", "in", "on", "at",
    "this", "that", "there", "his", "her", "their", "its", "as", "after", "when", "if", "no", "so",
    "then",
];

/// Whether the sentence cannot end here, before what comes next.
fn goes_on(sentence: &str, next: &str) -> bool {
    // “Is it late?” he asked.
    if !sentence.is_empty() && next.starts_with(char::is_lowercase) {
        return true;
    }
    let Some(body) = sentence.strip_suffix('.') else { return false };
    let word = body.rsplit([' ', '(', '[', '“', '"', '‘', '\u{a0}', '—', '–']).next().unwrap_or("");
    let lower = word.to_lowercase();
    if TITLES.contains(&lower.as_str()) {
        // "I said no." is a sentence, "No. 5" is none: only the capital abbreviates.
        return word != "no";
    }
    let dotted = word.len() > 1
        && word
            .split('.')
            .all(|part| part.len() == 1 && part.starts_with(|c: char| c.is_ascii_uppercase()));
    if dotted {
        let first = next.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty());
        return !first.is_some_and(|w| STARTERS.contains(&w.to_lowercase().as_str()));
    }
    // "John F. Kennedy", "J. R. Ewing"; "I." and "plan B." do end sentences.
    let mut letters = word.chars();
    let single =
        letters.next().is_some_and(|c| c.is_uppercase() && c != 'I') && letters.next().is_none();
    let before = body.get(..body.len() - word.len()).unwrap_or("").trim_end();
    let name_before = before
        .rsplit(' ')
        .next()
        .is_none_or(|w| w.is_empty() || w.chars().next().is_some_and(char::is_uppercase));
    single && name_before
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|r| text.get(r).unwrap()).collect()
    }

    #[test]
    fn sentences_end_where_readers_think_so() {
        for (text, count) in [
            ("One. Two! Three? Four", 4),
            ("Dr. Weber met Mr. Ode at 9.40 a.m. on 14 March.", 1),
            ("The U.S. Senate met. It rose.", 2),
            ("He went to the U.S. She stayed.", 2),
            ("“It is late.” He left.", 2),
            ("“Is it late?” he asked.", 1),
            ("John F. Kennedy spoke. J. R. Ewing did not.", 2),
            ("See No. 5 of the file. I said no. He said yes.", 3),
            ("He paid $3.50, e.g. for coffee. Then more.", 2),
            ("They chose plan B. Nobody asked why.", 2),
            ("Es waren z.B. zwölf Leute da. Mehr nicht.", 2),
            ("What…? Nothing.", 2),
            ("", 0),
            ("…", 1),
        ] {
            assert_eq!(parts(text).len(), count, "{text}: {:?}", parts(text));
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(text in "[A-Za-z .!?“”\"()0-9äß]{0,80}") {
            let all: String = parts(&text).concat().split_whitespace().collect();
            let want: String = text.split_whitespace().collect();
            proptest::prop_assert_eq!(all, want);
        }
    }
}
