//! Marks are quotes with the words around them. Here they are found again after a draft was edited.

use std::ops::Range;

use crate::draft::Document;
use crate::ledger::document::Mark;

/// How many characters of context a mark keeps on each side.
const CONTEXT: usize = 48;
/// The least context by which a place is recognised when its words have changed.
const LEAST: usize = 12;

/// Where a mark is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// Its words stand there as they did.
    Here(Range<usize>),
    /// Its words have changed; the words around it have not.
    Changed(Range<usize>),
    /// It cannot be found.
    Lost(Lost),
}

/// Why a mark is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Neither its words nor those around it are in the draft.
    Gone,
    /// Its words stand at so many places, and the words around them do not tell which.
    Ambiguous(usize),
}

/// Looks for marks in one draft.
pub struct Finder<'a> {
    document: &'a Document,
    plain: Plain,
    folded: Plain,
}

impl<'a> Finder<'a> {
    /// For this draft.
    #[must_use]
    pub fn new(document: &'a Document) -> Self {
        Self {
            document,
            plain: Plain::of(&document.text, false),
            folded: Plain::of(&document.text, true),
        }
    }

    /// A mark for a range of the draft, such as a selection. Spaces at its ends are left out.
    #[must_use]
    pub fn mark(&self, range: &Range<usize>, fact: &str, wording: &str) -> Mark {
        let text = &self.document.text;
        let words = self.document.words(range);
        let start = range.start + (words.len() - words.trim_start().len());
        let end = start + words.trim().len();
        let before = text.get(..start).unwrap_or("");
        let after = text.get(end..).unwrap_or("");
        let from = before.char_indices().rev().nth(CONTEXT - 1).map_or(0, |(at, _)| at);
        Mark {
            draft: Some(self.document.name.clone()),
            fact: fact.to_owned(),
            wording: wording.to_owned(),
            quote: words.trim().to_owned(),
            before: before.get(from..).unwrap_or("").to_owned(),
            after: after.chars().take(CONTEXT).collect(),
        }
    }

    /// Where a mark is now: by its words; if they stand at several places, by the words around them; if they have changed, by the
    /// words on both sides.
    #[must_use]
    pub fn find(&self, mark: &Mark) -> Where {
        let quote = Plain::of(&mark.quote, false).text;
        let before = Plain::of(&mark.before, false).text;
        let after = Plain::of(&mark.after, false).text;
        let (quote, before, after) = (quote.trim(), before.trim(), after.trim());
        if quote.is_empty() {
            return Where::Lost(Lost::Gone);
        }
        let places: Vec<usize> =
            self.plain.text.match_indices(quote).map(|(at, _)| at).take(10_000).collect();
        match places.as_slice() {
            [] => self.by_context(quote.len(), before, after),
            [one] => Where::Here(self.plain.range(*one..one + quote.len())),
            many => {
                let score = |at: &usize| {
                    let left = self.plain.text.get(..*at).unwrap_or("").trim_end();
                    let right = self.plain.text.get(at + quote.len()..).unwrap_or("").trim_start();
                    let same = |a: &mut dyn Iterator<Item = char>,
                                b: &mut dyn Iterator<Item = char>| {
                        a.zip(b).take_while(|(x, y)| x == y).count()
                    };
                    same(&mut left.chars().rev(), &mut before.chars().rev())
                        + same(&mut right.chars(), &mut after.chars())
                };
                let scores: Vec<usize> = many.iter().map(score).collect();
                let best = scores.iter().copied().max().unwrap_or(0);
                let mut winners = many.iter().zip(&scores).filter(|(_, s)| **s == best);
                match (winners.next(), winners.next()) {
                    (Some((at, _)), None) => Where::Here(self.plain.range(*at..at + quote.len())),
                    _ => Where::Lost(Lost::Ambiguous(many.len())),
                }
            }
        }
    }

    /// The place between the words before and the words after, if it is the only one and not much longer than it was.
    fn by_context(&self, quote: usize, before: &str, after: &str) -> Where {
        let text = &self.plain.text;
        let most = quote * 3 + 200;
        // With nothing on a side, or next to nothing on both, any place would do.
        if before.is_empty() || after.is_empty() || before.len() + after.len() < LEAST {
            return Where::Lost(Lost::Gone);
        }
        let tail = |n: usize| {
            let from = before.char_indices().rev().nth(n - 1).map_or(0, |(at, _)| at);
            before.get(from..).unwrap_or("")
        };
        let head = |n: usize| {
            let to = after.char_indices().nth(n).map_or(after.len(), |(at, _)| at);
            after.get(..to).unwrap_or("")
        };
        for n in [CONTEXT, CONTEXT / 2, LEAST] {
            let (left, right) = (tail(n), head(n));
            let starts = text.match_indices(left).map(|(at, w)| at + w.len()).take(1000);
            let mut found = starts.filter_map(|start| {
                let rest = text.get(start..)?;
                let len = rest.find(right)?;
                let words = rest.get(..len)?;
                (len <= most && words.chars().any(char::is_alphanumeric))
                    .then_some(start..start + len)
            });
            if let (Some(place), None) = (found.next(), found.next()) {
                let words = text.get(place.clone()).unwrap_or("");
                let start = place.start + (words.len() - words.trim_start().len());
                let end = start + words.trim().len();
                return Where::Changed(self.plain.range(start..end));
            }
        }
        Where::Lost(Lost::Gone)
    }

    /// Every place where a phrase stands as whole words, letter case aside.
    #[must_use]
    pub fn phrase(&self, phrase: &str) -> Vec<Range<usize>> {
        let phrase = Plain::of(phrase, true).text;
        let phrase = phrase.trim();
        if phrase.is_empty() {
            return Vec::new();
        }
        let text = &self.folded.text;
        let whole = |at: usize| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let after = text.get(at + phrase.len()..).and_then(|t| t.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        };
        text.match_indices(phrase)
            .filter(|(at, _)| whole(*at))
            .map(|(at, w)| self.folded.range(at..at + w.len()))
            .collect()
    }
}

/// Text without what typesetting changes: runs of white space are one space, quotation marks and hyphens have one form.
struct Plain {
    text: String,
    /// For each byte, where it came from.
    from: Vec<u32>,
}

impl Plain {
    fn of(text: &str, fold: bool) -> Self {
        let mut plain = Self { text: String::with_capacity(text.len()), from: Vec::new() };
        let mut space = false;
        for (at, c) in text.char_indices() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            if c.is_whitespace() {
                if !space {
                    plain.push(' ', at);
                }
                space = true;
                continue;
            }
            space = false;
            let c = match c {
                '“' | '”' | '„' | '«' | '»' => '"',
                '‘' | '’' | '‚' => '\'',
                '\u{2010}' | '\u{2011}' => '-',
                // Seen by nobody, and dropped by editors.
                '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => continue,
                c => c,
            };
            if fold {
                c.to_lowercase().for_each(|c| plain.push(c, at));
            } else {
                plain.push(c, at);
            }
        }
        plain.from.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        plain
    }

    fn push(&mut self, c: char, at: u32) {
        self.text.push(c);
        self.from.resize(self.text.len(), at);
    }

    /// The same range in the text it was made from.
    fn range(&self, range: Range<usize>) -> Range<usize> {
        let from = |at: usize| self.from.get(at).map_or(0, |f| *f as usize);
        let start = from(range.start);
        start..from(range.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::read("draft.txt", text.as_bytes()).unwrap()
    }

    fn marked(text: &str, words: &str) -> Mark {
        let document = document(text);
        let at = document.text.find(words).unwrap();
        Finder::new(&document).mark(&(at..at + words.len()), "f", "w")
    }

    fn found(mark: &Mark, text: &str) -> Result<String, Where> {
        let document = document(text);
        match Finder::new(&document).find(mark) {
            Where::Here(r) => Ok(document.words(&r).to_owned()),
            Where::Changed(r) => Ok(format!("~{}", document.words(&r))),
            lost => Err(lost),
        }
    }

    const BEFORE: &str = "The house met early on Monday.\n\nThe meeting began at 09:40 in room 4, and eleven people came. It was short.";

    #[test]
    fn a_mark_survives_edits_around_it() {
        let mark = marked(BEFORE, "began at 09:40");
        assert_eq!(found(&mark, BEFORE), Ok("began at 09:40".into()));
        let edited =
            "A new start.\n\nThe meeting of the board began at\n09:40 sharp, and twelve came.";
        assert_eq!(found(&mark, edited), Ok("began at 09:40".into()));
        // Changed words are found between the words around them.
        let reworded = BEFORE.replace("began at 09:40", "took place in the morning");
        assert_eq!(found(&mark, &reworded), Ok("~took place in the morning".into()));
        assert_eq!(found(&mark, "Nothing of it."), Err(Where::Lost(Lost::Gone)));
        // Taken out altogether.
        assert_eq!(
            found(&mark, &BEFORE.replace("began at 09:40", "")),
            Err(Where::Lost(Lost::Gone))
        );
    }

    #[test]
    fn the_words_around_tell_equal_words_apart() {
        let text = "On Monday the minister said no. On Friday the minister said no. That was all.";
        let mut mark = marked(text, "the minister said no");
        mark.before = "day. On Friday ".into();
        mark.after = ". That".into();
        let document = document(text);
        let second = text.rfind("the minister said no").unwrap();
        assert_eq!(
            Finder::new(&document).find(&mark),
            Where::Here(second..second + "the minister said no".len())
        );
        (mark.before, mark.after) = (String::new(), String::new());
        assert_eq!(found(&mark, text), Err(Where::Lost(Lost::Ambiguous(2))));
    }

    #[test]
    fn typesetting_changes_nothing() {
        let mark = marked("He said \"we can't go on\" twice.", "\"we can't go on\"");
        assert_eq!(found(&mark, "He said “we can’t\ngo on” twice."), Ok("“we can’t go on”".into()));
    }

    #[test]
    fn phrases_are_whole_words() {
        let document = document("Mid-March it was. In MID‐MARCH. Not in mid-marches.");
        assert_eq!(Finder::new(&document).phrase("mid-March").len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn a_fresh_mark_is_where_it_was_made(text in "[a-c“’ \n.]{1,60}", a in 0usize..60, b in 0usize..60) {
            if let Ok(document) = Document::read("d.txt", text.as_bytes()) {
                let near = |n: usize| (0..=n.min(document.text.len())).rev().find(|i| document.text.is_char_boundary(*i)).unwrap();
                let (a, b) = (near(a.min(b)), near(a.max(b)));
                let finder = Finder::new(&document);
                let mark = finder.mark(&(a..b), "f", "w");
                match finder.find(&mark) {
                    Where::Here(r) => proptest::prop_assert_eq!(
                        Plain::of(document.words(&r), false).text, Plain::of(&mark.quote, false).text),
                    Where::Changed(_) => proptest::prop_assert!(false, "it has not changed"),
                    Where::Lost(Lost::Gone) => proptest::prop_assert!(mark.quote.is_empty()),
                    Where::Lost(_) => {}
                }
            }
        }
    }
}
