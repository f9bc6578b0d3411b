//! Words as they are compared: folded in case and form, each with its place in the text.

use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// A word of a text.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// The word folded: NFKC, lower case, without marks that one does not see. Equal words have equal numbers.
    pub(crate) id: u32,
    /// Bytes of the text.
    pub(crate) range: Range<usize>,
}

/// Numbers for words, shared by all texts of one comparison.
#[derive(Debug, Default)]
pub(crate) struct Words {
    ids: HashMap<String, u32>,
    common: Vec<bool>,
}

impl Words {
    /// Cuts a text into words.
    pub(crate) fn tokens(&mut self, text: &str) -> Vec<Token> {
        text.split_word_bound_indices()
            .filter(|(_, word)| word.chars().any(char::is_alphanumeric))
            .map(|(start, word)| Token { id: self.id(word), range: start..start + word.len() })
            .collect()
    }

    /// Whether a word is so common that it says nothing by itself.
    pub(crate) fn is_common(&self, id: u32) -> bool {
        usize::try_from(id).ok().and_then(|id| self.common.get(id)).copied().unwrap_or(false)
    }

    fn id(&mut self, word: &str) -> u32 {
        let folded = fold(word);
        if let Some(id) = self.ids.get(&folded) {
            return *id;
        }
        let id = u32::try_from(self.common.len()).unwrap_or(u32::MAX);
        self.common.push(COMMON.binary_search(&folded.as_str()).is_ok());
        self.ids.insert(folded, id);
        id
    }
}

/// A word as it is compared: what one does not see and what typesetting changes makes no difference.
pub(crate) fn fold(word: &str) -> String {
    word.nfkc()
        .filter(|c| !is_unseen(*c))
        .map(|c| if matches!(c, '\u{2018}' | '\u{2019}' | '\u{02bc}') { '\'' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Characters without width: soft hyphen, joiners, direction marks, variation selectors, tags.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Words that stand in every English text; sorted. In other languages nothing is taken for common, which only makes
/// more runs worth showing.
const COMMON: &[&str] = &[
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because",
    "been", "before", "being", "between", "both", "but", "by", "can", "could", "did", "do", "does",
    "down", "each", "even", "every", "first", "for", "from", "get", "had", "has", "have", "he",
    "her", "here", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "last",
    "like", "made", "make", "many", "may", "me", "more", "most", "much", "must", "my", "new", "no",
    "not", "now", "of", "on", "one", "only", "or", "other", "our", "out", "over", "own", "said",
    "same", "say", "says", "she", "should", "so", "some", "such", "than", "that", "the", "their",
    "them", "then", "there", "these", "they", "this", "those", "through", "time", "to", "told",
    "two", "under", "up", "us", "very", "was", "way", "we", "well", "were", "what", "when",
    "where", "which", "while", "who", "will", "with", "would", "year", "years", "yet", "you",
    "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_sorted_so_that_they_are_found() {
        assert!(COMMON.is_sorted());
        let mut words = Words::default();
        let tokens = words.tokens("The MERGER");
        assert!(words.is_common(tokens[0].id));
        assert!(!words.is_common(tokens[1].id));
    }

    #[test]
    fn what_one_does_not_see_makes_no_other_word() {
        let mut words = Words::default();
        let plain = words.tokens("don\u{2019}t ﬁle Cafe\u{301}");
        let same = words.tokens("don't fi\u{ad}le CAFÉ");
        let ids = |tokens: &[Token]| tokens.iter().map(|t| t.id).collect::<Vec<_>>();
        assert_eq!(ids(&plain), ids(&same));
        assert_eq!(plain.len(), 3);
    }

    #[test]
    fn places_are_bytes_of_the_text() {
        let text = "Zürich, 14 March: 4,218.50 paid";
        let tokens = Words::default().tokens(text);
        let shown: Vec<&str> = tokens.iter().map(|t| &text[t.range.clone()]).collect();
        assert_eq!(shown, ["Zürich", "14", "March", "4,218.50", "paid"]);
    }
}
