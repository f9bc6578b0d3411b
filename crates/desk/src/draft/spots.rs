//! The same place in two forms of one text: as it stands in the browser, in UTF-16 units, and as the source read has
//! it, in bytes, with its white space made even. What one sees is the same in both, so it is counted by that.

use std::ops::Range;

/// A character that one sees: where it begins and ends.
type Seen = Range<usize>;

/// Both forms of a text.
#[derive(Debug)]
pub(super) struct Spots {
    browser: Vec<Seen>,
    reading: Vec<Seen>,
}

impl Spots {
    /// For the text as the browser has it and as it was read.
    pub(super) fn new(browser: &str, reading: &str) -> Self {
        let mut at = 0;
        let mut units = Vec::new();
        for c in browser.chars() {
            let end = at + c.len_utf16();
            if !c.is_whitespace() {
                units.push(at..end);
            }
            at = end;
        }
        let bytes = reading.char_indices().filter(|(_, c)| !c.is_whitespace());
        Self { browser: units, reading: bytes.map(|(at, c)| at..at + c.len_utf8()).collect() }
    }

    /// From bytes of the reading to units of the browser.
    pub(super) fn to_browser(&self, range: &Range<usize>) -> Range<usize> {
        across(&self.reading, &self.browser, range)
    }

    /// From units of the browser to bytes of the reading.
    pub(super) fn to_reading(&self, range: &Range<usize>) -> Range<usize> {
        across(&self.browser, &self.reading, range)
    }
}

/// The characters that a range holds, in the other form. An empty range stays where it is.
fn across(from: &[Seen], to: &[Seen], range: &Range<usize>) -> Range<usize> {
    let first = from.partition_point(|seen| seen.end <= range.start);
    let last = from.partition_point(|seen| seen.start < range.end);
    let end_of_text = to.last().map_or(0, |seen| seen.end);
    let start = to.get(first).map_or(end_of_text, |seen| seen.start);
    let end = last.checked_sub(1).and_then(|at| to.get(at)).map_or(start, |seen| seen.end);
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_in_both_forms() {
        let browser = "  One 𝄞 two.\n \n\n\tDrei vier — fünf.  ";
        let reading = "One 𝄞 two.\n\nDrei vier — fünf.";
        let spots = Spots::new(browser, reading);
        let units: Vec<u16> = browser.encode_utf16().collect();
        for words in ["One", "𝄞 two.", "Drei vier", "— fünf."] {
            let at = reading.find(words).unwrap();
            let there = spots.to_browser(&(at..at + words.len()));
            assert_eq!(String::from_utf16(&units[there.clone()]).unwrap(), words);
            assert_eq!(spots.to_reading(&there), at..at + words.len());
        }
    }

    #[test]
    fn nothing_chosen_is_nothing() {
        let spots = Spots::new(" a b ", "a b");
        assert!(spots.to_reading(&(1..1)).is_empty());
        assert_eq!(spots.to_reading(&(90..99)), 3..3);
        assert_eq!(Spots::new("", "").to_browser(&(0..5)), 0..0);
    }
}
