//! A draft against the source's material.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use crate::align::align;
use crate::automaton::Automaton;
use crate::rare::{Thing, things};
use crate::token::{Token, Words};

/// What an editor will read.
pub const MOST_FINDINGS: usize = 24;
/// Places named for each finding.
const MOST_PLACES: usize = 3;
/// Words of a run that is worth a look.
const SHORTEST_RUN: usize = 4;
/// A run weighs one for each telling word and a fifth for each common one; lighter ones stand in any two texts.
const LEAST_WEIGHT: f64 = 3.0;
/// Telling words that a sentence turned about must share.
const LEAST_SHARED: usize = 4;
/// Share of the telling words, of both places, that must be the same.
const LEAST_SIMILAR: f64 = 0.6;
/// Words of a sentence that are aligned; a longer one is cut.
const LONGEST_SENTENCE: usize = 120;

/// A text that the source gave.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// What the desk calls it.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// What kind of thing stands in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The same words in the same order; case, typography and characters without width make no difference.
    Verbatim,
    /// A sentence with words changed, left out or put in.
    NearVerbatim,
    /// File numbers, serial numbers, versions.
    Identifier,
    /// A time of day to the minute.
    Time,
    /// Three digits and more, or a fraction; no years.
    Number,
    /// Written large inside a sentence.
    Name,
}

/// A place in the material.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The document's name.
    pub document: String,
    /// Bytes of its text.
    pub range: Range<usize>,
}

/// One thing that stands in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// Bytes of the draft.
    pub draft: Range<usize>,
    /// Where it stands in the material: up to three places.
    pub source: Vec<Place>,
    /// Words that are the same.
    pub words: usize,
    /// How often it stands in the material, all documents together.
    pub times: u64,
    /// In how many of the documents it stands. In one of many: whoever has that one is pointed to.
    pub documents: usize,
}

/// What a draft and the material share, what tells most first, at most [`MOST_FINDINGS`].
#[must_use]
pub fn compare(draft: &str, material: &[Document<'_>]) -> Vec<Finding> {
    let mut words = Words::default();
    let texts: Vec<Text<'_>> = material
        .iter()
        .map(|d| Text { document: *d, tokens: words.tokens(d.text), things: things(d.text) })
        .collect();
    let tokens = words.tokens(draft);
    let view = View { words: &words, texts: &texts, tokens: &tokens };
    let mut scored = verbatim(&view);
    scored.extend(near(draft, &view, &scored));
    scored.extend(single(draft, &texts, &scored));
    scored.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then(a.finding.draft.start.cmp(&b.finding.draft.start))
    });
    scored.truncate(MOST_FINDINGS);
    scored.into_iter().map(|s| s.finding).collect()
}

/// A document cut into words and things.
struct Text<'a> {
    document: Document<'a>,
    tokens: Vec<Token>,
    things: Vec<Thing>,
}

struct View<'a> {
    words: &'a Words,
    texts: &'a [Text<'a>],
    tokens: &'a [Token],
}

impl View<'_> {
    fn weight(&self, ids: &[u32]) -> f64 {
        ids.iter().map(|id| if self.words.is_common(*id) { 0.2 } else { 1.0 }).sum()
    }

    /// The place of some words of a document.
    fn place(&self, text: usize, words: Range<usize>) -> Option<Place> {
        let text = self.texts.get(text)?;
        let range = span(&text.tokens, words)?;
        Some(Place { document: text.document.name.to_owned(), range })
    }
}

/// A finding and how much it tells.
struct Scored {
    finding: Finding,
    score: f64,
}

fn span(tokens: &[Token], words: Range<usize>) -> Option<Range<usize>> {
    let start = tokens.get(words.start)?.range.start;
    let end = tokens.get(words.end.checked_sub(1)?)?.range.end;
    Some(start..end)
}

fn ids(tokens: &[Token]) -> Vec<u32> {
    tokens.iter().map(|t| t.id).collect()
}

/// How much a thing tells that stands in the material so often.
fn rarer(weight: f64, times: u64) -> f64 {
    #[allow(clippy::cast_precision_loss)] // counts of words are far below 2^52
    let times = times.max(1) as f64;
    weight / times.sqrt()
}

fn verbatim(view: &View<'_>) -> Vec<Scored> {
    // All documents in a row, each followed by a word of its own that stands nowhere else.
    let mut row: Vec<u32> = Vec::new();
    for (number, text) in view.texts.iter().enumerate() {
        row.extend(text.tokens.iter().map(|t| t.id));
        row.push(u32::MAX - u32::try_from(number).unwrap_or(0));
    }
    let draft = ids(view.tokens);
    let known: Vec<Vec<u32>> = view.texts.iter().map(|text| ids(&text.tokens)).collect();
    let mut found = Vec::new();
    for run in Automaton::new(&row).runs(&draft, SHORTEST_RUN) {
        let words = trimmed(view.words, &draft, run);
        let run = draft.get(words.clone()).unwrap_or_default();
        let weight = view.weight(run);
        let Some(range) = span(view.tokens, words.clone()) else { continue };
        if weight < LEAST_WEIGHT || run.len() < SHORTEST_RUN {
            continue;
        }
        let (mut places, mut times, mut documents) = (Vec::new(), 0, 0);
        for (number, known) in known.iter().enumerate() {
            let here = known.windows(run.len()).enumerate().filter(|(_, w)| *w == run);
            let before = times;
            for (at, _) in here {
                times += 1;
                if places.len() < MOST_PLACES {
                    places.extend(view.place(number, at..at + run.len()));
                }
            }
            documents += usize::from(times > before);
        }
        let finding = Finding {
            kind: Kind::Verbatim,
            draft: range,
            source: places,
            words: run.len(),
            times,
            documents,
        };
        found.push(Scored { finding, score: rarer(weight, times) });
    }
    found
}

/// A run without the common words at its ends.
fn trimmed(words: &Words, draft: &[u32], mut run: Range<usize>) -> Range<usize> {
    let common = |at: usize| draft.get(at).is_some_and(|id| words.is_common(*id));
    while run.start < run.end && common(run.start) {
        run.start += 1;
    }
    while run.start < run.end && common(run.end - 1) {
        run.end -= 1;
    }
    run
}

/// Whether some bytes of the draft are inside what was found already.
fn covered(known: &[Scored], range: &Range<usize>) -> bool {
    known.iter().any(|k| k.finding.draft.start <= range.start && range.end <= k.finding.draft.end)
}

fn near(draft: &str, view: &View<'_>, known: &[Scored]) -> Vec<Scored> {
    let posts: Vec<HashMap<u32, Vec<usize>>> = view
        .texts
        .iter()
        .map(|text| {
            let mut posts: HashMap<u32, Vec<usize>> = HashMap::new();
            for (at, token) in text.tokens.iter().enumerate() {
                if !view.words.is_common(token.id) {
                    posts.entry(token.id).or_default().push(at);
                }
            }
            posts
        })
        .collect();
    let mut found = Vec::new();
    for (start, sentence) in draft.split_sentence_bound_indices() {
        let range = start..start + sentence.len();
        let first = view.tokens.partition_point(|t| t.range.start < range.start);
        let last = view.tokens.partition_point(|t| t.range.start < range.end);
        let tokens = view.tokens.get(first..last.min(first + LONGEST_SENTENCE)).unwrap_or_default();
        let mine = ids(tokens);
        let telling = mine.iter().filter(|id| !view.words.is_common(**id)).count();
        if telling < LEAST_SHARED {
            continue;
        }
        let best = posts.iter().enumerate().filter_map(|(number, posts)| {
            let window = densest(&mine, posts)?;
            let text = view.texts.get(number)?;
            let theirs = ids(text.tokens.get(window.clone())?);
            let alignment = align(&mine, &theirs)?;
            let shared = alignment
                .same
                .iter()
                .filter_map(|at| mine.get(*at))
                .filter(|id| !view.words.is_common(**id))
                .count();
            let of = |ids: Option<&[u32]>| {
                ids.unwrap_or_default().iter().filter(|id| !view.words.is_common(**id)).count()
            };
            let (here, there) =
                (of(mine.get(alignment.first.clone())), of(theirs.get(alignment.second.clone())));
            let similar = ratio(shared, here).min(ratio(shared, there));
            // A few words of a long sentence are an allusion, not the sentence turned about.
            (shared >= LEAST_SHARED && similar >= LEAST_SIMILAR && ratio(shared, telling) >= 0.4)
                .then(|| {
                    let second =
                        window.start + alignment.second.start..window.start + alignment.second.end;
                    (shared, number, alignment, second)
                })
        });
        let Some((shared, number, alignment, second)) = best.max_by_key(|b| b.0) else { continue };
        // What it shares was said already, word for word.
        let said = alignment.same.iter().filter_map(|at| tokens.get(*at));
        let said = said.filter(|t| covered(known, &t.range)).count();
        if 4 * said >= 3 * alignment.same.len() {
            continue;
        }
        let (Some(draft), Some(place)) =
            (span(tokens, alignment.first), view.place(number, second))
        else {
            continue;
        };
        let finding = Finding {
            kind: Kind::NearVerbatim,
            draft,
            source: vec![place],
            words: alignment.same.len(),
            times: 1,
            documents: 1,
        };
        #[allow(clippy::cast_precision_loss)] // a sentence has few words
        found.push(Scored { finding, score: 0.8 * shared as f64 });
    }
    found
}

#[allow(clippy::cast_precision_loss)] // a sentence has few words
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Where in a document the telling words of a sentence stand closest together: a window of twice its length.
fn densest(sentence: &[u32], posts: &HashMap<u32, Vec<usize>>) -> Option<Range<usize>> {
    let mut distinct: Vec<u32> = sentence.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let mut hits: Vec<(usize, u32)> = distinct
        .iter()
        .filter_map(|id| Some((id, posts.get(id)?)))
        .flat_map(|(id, at)| at.iter().map(|at| (*at, *id)))
        .collect();
    hits.sort_unstable();
    let width = 2 * sentence.len();
    let mut inside: HashMap<u32, usize> = HashMap::new();
    let (mut tail, mut best, mut window) = (0, 0, None);
    for (at, id) in &hits {
        *inside.entry(*id).or_default() += 1;
        while let Some((from, old)) = hits.get(tail).filter(|(from, _)| from + width < *at) {
            let _ = from;
            if let Some(count) = inside.get_mut(old) {
                *count -= 1;
                if *count == 0 {
                    inside.remove(old);
                }
            }
            tail += 1;
        }
        if inside.len() > best {
            best = inside.len();
            window = hits.get(tail).map(|(from, _)| *from..at + 1);
        }
    }
    window.filter(|_| best >= LEAST_SHARED)
}

fn single(draft: &str, texts: &[Text<'_>], known: &[Scored]) -> Vec<Scored> {
    let mut places: BTreeMap<(Kind, &str), Vec<Place>> = BTreeMap::new();
    for text in texts {
        for thing in &text.things {
            let place =
                Place { document: text.document.name.to_owned(), range: thing.range.clone() };
            places.entry((thing.kind, thing.key.as_str())).or_default().push(place);
        }
    }
    let mut found: Vec<Scored> = Vec::new();
    let mut seen: Vec<(Kind, String)> = Vec::new();
    for thing in things(draft) {
        let Some(all) = places.get(&(thing.kind, thing.key.as_str())) else { continue };
        let key = (thing.kind, thing.key.clone());
        if covered(known, &thing.range) || seen.contains(&key) {
            continue;
        }
        seen.push(key);
        let times = u64::try_from(all.len()).unwrap_or(u64::MAX);
        let mut names: Vec<&str> = all.iter().map(|p| p.document.as_str()).collect();
        names.dedup();
        let weight = match thing.kind {
            Kind::Identifier => 7.0,
            Kind::Time => 5.0,
            Kind::Number => 3.0 + ratio(thing.key.len(), 3),
            _ => 2.5,
        };
        let finding = Finding {
            kind: thing.kind,
            draft: thing.range,
            source: all.iter().take(MOST_PLACES).cloned().collect(),
            words: 1,
            times,
            documents: names.len(),
        };
        found.push(Scored { finding, score: rarer(weight, times) });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMO: &str = "To the committee. The auditors found that 4,218 invoices had been paid twice between May and \
        July. Payments were approved at 09:40 by Eva Brandt under file HX-4471/2. The matter rests with the harbour fund.";
    const MAIL: &str = "Lunch? The auditors come on Monday. Nothing else is new here.";

    fn found<'a>(draft: &'a str, material: &[Document<'_>]) -> Vec<(Kind, &'a str)> {
        compare(draft, material).into_iter().map(|f| (f.kind, &draft[f.draft])).collect()
    }

    fn both() -> [Document<'static>; 2] {
        [Document { name: "memo", text: MEMO }, Document { name: "mail", text: MAIL }]
    }

    #[test]
    fn a_run_of_words_and_where_it_stands() {
        let draft =
            "The paper has learned that the auditors found that 4218 invoices had been paid twice.";
        let all = compare(draft, &both());
        assert_eq!(all[0].kind, Kind::NearVerbatim, "the number is written otherwise: {all:#?}");
        let draft = "The paper has learned that “4,218 invoices had been PAID twice”, no less.";
        let all = compare(draft, &both());
        assert_eq!(&draft[all[0].draft.clone()], "4,218 invoices had been PAID twice");
        assert_eq!(all.len(), 1, "what is inside is not said again: {all:#?}");
        let place = &all[0].source[0];
        assert_eq!(
            (place.document.as_str(), &MEMO[place.range.clone()]),
            ("memo", "4,218 invoices had been paid twice")
        );
        assert_eq!((all[0].words, all[0].times, all[0].documents), (6, 1, 1));
    }

    #[test]
    fn a_sentence_turned_about() {
        let draft = "Eva Brandt approved the payments under another file, it is said. Between May and July some invoices \
            were paid twice, auditors later found, more than 4,000.";
        let kinds: Vec<Kind> = compare(draft, &both()).iter().map(|f| f.kind).collect();
        assert!(kinds.contains(&Kind::Name), "{kinds:?}");
        let draft = "The auditors have found that thousands of invoices had twice been paid between May and July.";
        assert_eq!(found(draft, &both())[0].0, Kind::NearVerbatim);
    }

    #[test]
    fn single_things() {
        let draft = "It was approved at 9.40 am, documents say; the reference is hx-4471/2. Brandt did not answer.";
        assert_eq!(
            found(draft, &both()),
            [(Kind::Identifier, "hx-4471/2"), (Kind::Time, "9.40 am")]
        );
    }

    #[test]
    fn a_draft_in_words_of_its_own_shares_nothing() {
        let draft = "Bills were settled more than once, several thousand of them, in early summer. Nobody would say who \
            signed for it. The harbour's money is watched by a board of nine.";
        assert_eq!(compare(draft, &both()), []);
        assert_eq!(compare("", &both()), []);
        assert_eq!(compare(draft, &[]), []);
    }

    #[test]
    fn rarer_things_come_first_and_the_list_is_short() {
        let mut material = String::new();
        for number in 0..200 {
            material.push_str(&format!(
                "Case {number} was closed; item {} remains. Item 1,001 remains. ",
                2_000 + 7 * number
            ));
        }
        let mut draft = String::new();
        for number in 0..60 {
            draft.push_str(&format!("Then {} and 1,001. ", 2_210 + 7 * number));
        }
        let all = compare(&draft, &[Document { name: "list", text: &material }]);
        assert_eq!(all.len(), MOST_FINDINGS);
        assert!(
            all.iter().all(|f| f.times == 1),
            "what stands there 200 times says little: {all:#?}"
        );
    }
}
