//! A draft with the facts in it: what the marks and phrases of a ledger find.

use std::collections::BTreeMap;
use std::ops::Range;

use exposure::Mention;

use crate::anchor::{Finder, Lost, Where};
use crate::draft::Document;
use crate::fault::Fault;
use crate::ledger::document::Mark;
use crate::ledger::{Ledger, Resolved};

/// One fact at one place of the draft.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The words.
    pub range: Range<usize>,
    /// The fact's name.
    pub fact: String,
    /// The wording's text.
    pub wording: String,
    mention: Mention,
}

/// A draft with the facts in it.
#[derive(Clone, Debug, Default)]
pub struct Marked {
    /// For each passage the number of its sentence, and the facts in it.
    pub passages: Vec<(usize, Vec<Spot>)>,
    /// Marks whose words have changed, with where they are now.
    pub changed: Vec<(Mark, Range<usize>)>,
    /// Marks that are lost.
    pub lost: Vec<(Mark, Lost)>,
    /// How many marks were found by their own words.
    pub kept: usize,
    /// The model's draft; its passages are those above, in the same order.
    pub draft: exposure::Draft,
}

impl Marked {
    /// Finds every mark and phrase of the ledger in the draft. Marks of other drafts are left alone.
    ///
    /// # Errors
    /// A mark that names a fact or wording that the ledger does not have.
    pub fn find(document: &Document, ledger: &Ledger, resolved: &Resolved) -> Result<Self, Fault> {
        Self::find_located(document, ledger, resolved).map_err(|(_, fault)| fault)
    }

    pub(crate) fn find_located(
        document: &Document,
        ledger: &Ledger,
        resolved: &Resolved,
    ) -> Result<Self, (usize, Fault)> {
        let finder = Finder::new(document);
        let mut marked = Self::default();
        let mut spots: Vec<Spot> = Vec::new();
        for (n, mark) in ledger.mark.iter().enumerate() {
            let mention =
                resolved.mention(ledger, &mark.fact, &mark.wording).map_err(|fault| (n, fault))?;
            if mark.draft.as_ref().is_some_and(|d| file_name(d) != file_name(&document.name)) {
                continue;
            }
            let range = match finder.find(mark) {
                Where::Here(range) => {
                    marked.kept += 1;
                    range
                }
                Where::Changed(range) => {
                    marked.changed.push((mark.clone(), range.clone()));
                    range
                }
                // A mark that belongs to no particular draft need not be in this one.
                Where::Lost(why) => {
                    if mark.draft.is_some() {
                        marked.lost.push((mark.clone(), why));
                    }
                    continue;
                }
            };
            let (fact, wording) = (mark.fact.clone(), mark.wording.clone());
            spots.push(Spot { range, fact, wording, mention });
        }
        for fact in &ledger.fact {
            for wording in &fact.wording {
                for range in wording.phrases.iter().flat_map(|p| finder.phrase(p)) {
                    // A mark says more than a phrase.
                    let known = spots.iter().any(|s| {
                        s.fact == fact.name
                            && s.range.start < range.end
                            && range.start < s.range.end
                    });
                    if known {
                        continue;
                    }
                    if let Ok(mention) = resolved.mention(ledger, &fact.name, &wording.text) {
                        let (fact, wording) = (fact.name.clone(), wording.text.clone());
                        spots.push(Spot { range, fact, wording, mention });
                    }
                }
            }
        }
        spots.sort_by_key(|s| (s.range.start, s.range.end));
        let mut by_sentence: BTreeMap<usize, Vec<Spot>> = BTreeMap::new();
        for spot in spots {
            let sentences = document.sentences_at(&spot.range);
            by_sentence.entry(sentences.start).or_default().push(spot);
        }
        for (sentence, spots) in by_sentence {
            let mentions = spots.iter().map(|s| {
                // Agreed words may go beyond what was marked: the sentences are compared whole.
                let all = document.sentences_at(&s.range);
                let of = |n: usize| document.sentences.get(n).map(|s| s.range.clone());
                let start = of(all.start).map_or(s.range.start, |r| r.start);
                let end = of(all.end.saturating_sub(1)).map_or(s.range.end, |r| r.end);
                let words = document.words(&(start..end.max(start)));
                s.mention.clone().words(words)
            });
            marked.draft = marked
                .draft
                .passage(&format!("sentence {}", sentence + 1), mentions.collect::<Vec<_>>());
            marked.passages.push((sentence, spots));
        }
        Ok(marked)
    }

    /// Every fact and wording in the draft, each once: what a release of it gives away.
    #[must_use]
    pub fn gave(&self) -> Vec<crate::ledger::document::Gave> {
        let mut all: Vec<crate::ledger::document::Gave> = Vec::new();
        for spot in self.passages.iter().flat_map(|(_, spots)| spots) {
            let gave = crate::ledger::document::Gave {
                fact: spot.fact.clone(),
                wording: spot.wording.clone(),
            };
            if !all.contains(&gave) {
                all.push(gave);
            }
        }
        all
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
