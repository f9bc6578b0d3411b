//! What a reporter does to a draft: marks, takes marks away, follows a plan, records that it has gone out.

use std::collections::BTreeMap;
use std::ops::Range;

use check::draft::Format;
use check::ledger::document::{Circle, Fact, Ledger, Overlap, People, Wording};
use check::{Count, Document, Finder, Where};
use exposure::Bounds;
use serde::Deserialize;

use crate::hold::Text;

use super::{Answered, DraftError, spots::Spots, store::DraftRecord, terms::Agreed};

/// What a story loses by a coarser wording; leaving a fact out loses 100.
const COARSER_LOSS: u32 = 10;
/// People who are on no list, where a desk works with estimates alone: as many as a village, and at most a country. As long
/// as nothing is told, anybody could be the source.
const OTHERS: std::ops::RangeInclusive<u64> = 1_000..=10_000_000;
/// Words of a fact's name.
const NAME_WORDS: usize = 8;

/// Words that came from the source, and who could have known.
#[derive(Clone, Debug, Deserialize)]
pub struct Marking {
    /// In UTF-16 units of the text.
    pub start: usize,
    /// In UTF-16 units of the text.
    pub end: usize,
    /// Who could have known: the name of a circle or a unit, known or new.
    pub who: String,
    /// How many: `12`, `8-15`. Empty for a circle that is known.
    #[serde(default)]
    pub many: String,
    /// A coarser way to say it; empty for none.
    #[serde(default)]
    pub coarser: String,
    /// Who could have known that.
    #[serde(default)]
    pub coarser_who: String,
    /// How many.
    #[serde(default)]
    pub coarser_many: String,
    /// What was agreed with the source about it.
    #[serde(default)]
    pub agreed: Agreed,
}

/// One step of a plan.
#[derive(Clone, Debug, Deserialize)]
pub struct PlanStep {
    /// Which mark.
    pub mark: usize,
    /// What to say instead; none: leave it out.
    pub to: Option<String>,
}

/// A draft and the ledger, being changed.
pub(super) struct Bench<'a> {
    pub(super) record: &'a mut DraftRecord,
    pub(super) ledger: &'a mut Ledger,
}

impl Bench<'_> {
    pub(super) fn mark(&mut self, marking: &Marking, now: u64) -> Result<(), DraftError> {
        let document = document(self.record)?;
        let spots = Spots::new(self.record.text.as_str(), &document.text);
        let range = spots.to_reading(&(marking.start..marking.end));
        let quote = document.words(&range).trim().to_owned();
        if quote.is_empty() {
            return Err(DraftError::Input("Choose the words first.".to_owned()));
        }
        let mut known = None;
        for old in self.marks_at(&document, &range) {
            let fact = self.ledger.mark.get(old).map(|mark| mark.fact.clone());
            let fact = self.ledger.fact.iter().find(|f| Some(&f.name) == fact.as_ref());
            known = fact.and_then(|fact| fact.say.clone());
            self.forget(old);
        }
        let say = marking.agreed.say(known, now)?;
        let circle = self.circle(&marking.who, &marking.many)?;
        let mut exact = Wording { text: quote.clone(), circle, ..Wording::default() };
        let mut wordings = Vec::new();
        let coarser = marking.coarser.trim();
        if !coarser.is_empty() {
            let circle = self.circle(&marking.coarser_who, &marking.coarser_many)?;
            exact.coarser.push(coarser.to_owned());
            wordings.push(Wording {
                text: coarser.to_owned(),
                circle,
                loss: COARSER_LOSS,
                ..Wording::default()
            });
        }
        wordings.insert(0, exact);
        let name = self.free_name(&quote);
        self.ledger.add_fact(Fact {
            name: name.clone(),
            wording: wordings,
            say,
            ..Fact::default()
        })?;
        self.make_room();
        let mut mark = Finder::new(&document).mark(&range, &name, &quote);
        mark.draft = Some(self.record.name.clone());
        Ok(self.ledger.anchor(mark)?)
    }

    pub(super) fn unmark(&mut self, mark: usize) -> Result<(), DraftError> {
        self.own(mark)?;
        self.forget(mark);
        Ok(())
    }

    pub(super) fn apply(&mut self, steps: &[PlanStep]) -> Result<(), DraftError> {
        // From the last mark to the first, so that the numbers of those to come stay what they are.
        let mut steps: Vec<&PlanStep> = steps.iter().collect();
        steps.sort_by_key(|step| std::cmp::Reverse(step.mark));
        steps.dedup_by_key(|step| step.mark);
        for step in steps {
            let mark = self.own(step.mark)?;
            let document = document(self.record)?;
            let found = Finder::new(&document).find(&mark);
            let (Where::Here(range) | Where::Changed(range)) = found else {
                return Err(DraftError::Input(
                    "A sentence of the plan is not in the text any more. Mark it again.".to_owned(),
                ));
            };
            let spots = Spots::new(self.record.text.as_str(), &document.text);
            let place = spots.to_browser(&range);
            let to = step.to.clone().unwrap_or_default();
            self.record.text = Text::new(replaced(self.record.text.as_str(), &place, &to));
            self.ledger.unmark(&mark);
            if !to.is_empty() {
                let now = self::document(self.record)?;
                let units = to.encode_utf16().count();
                let there = place.start..place.start + units;
                let there = Spots::new(self.record.text.as_str(), &now.text).to_reading(&there);
                let mut next = Finder::new(&now).mark(&there, &mark.fact, &to);
                next.draft = Some(self.record.name.clone());
                self.ledger.anchor(next)?;
            }
        }
        Ok(())
    }

    pub(super) fn answer(&mut self, answered: &Answered) -> Result<(), DraftError> {
        let Answered { of, inside, answer } = answered.clone();
        self.ledger.overlap.retain(|known| (&known.of, &known.inside) != (&of, &inside));
        self.ledger.answer(Overlap { of, inside, answer });
        Ok(())
    }

    /// The circle of this name: a known one, or a new estimate.
    fn circle(&mut self, who: &str, many: &str) -> Result<String, DraftError> {
        let (who, many) = (who.trim(), many.trim());
        if who.is_empty() {
            return Err(DraftError::Input(
                "Say who could have known: a meeting, a list, a unit.".to_owned(),
            ));
        }
        let count = || Count::parse(many).map_err(DraftError::Input);
        if self.ledger.unit.iter().any(|unit| unit.name == who) {
            return Ok(who.to_owned());
        }
        if let Some(known) = self.ledger.circle.iter_mut().find(|circle| circle.name == who) {
            // Corrected, if it is an estimate and another number was given.
            if known.estimate.is_some() && !many.is_empty() {
                known.estimate = Some(count()?);
            }
            return Ok(who.to_owned());
        }
        let estimate = Some(count()?);
        self.ledger.add_circle(Circle { name: who.to_owned(), estimate, ..Circle::default() })?;
        Ok(who.to_owned())
    }

    /// The people of an estimate are on no list: there must be at least as many others as the largest one holds. How many there
    /// are in the world nobody knows; more of them only make the overlap of two estimates less certain.
    fn make_room(&mut self) {
        let largest = self.ledger.circle.iter().filter_map(|c| c.estimate).map(|c| c.0.hi()).max();
        let known = self.ledger.others.map_or(0, |others| others.0.lo());
        if let Some(largest) = largest.filter(|largest| *largest > known) {
            let (least, most) = (largest.max(*OTHERS.start()), largest.max(*OTHERS.end()));
            self.ledger.others = Bounds::new(least, most).ok().map(Count);
        }
    }

    /// A mark of this draft.
    pub(super) fn own(&self, mark: usize) -> Result<check::ledger::document::Mark, DraftError> {
        let found = self.ledger.mark.get(mark);
        let own = found.filter(|m| m.draft.as_ref() == Some(&self.record.name));
        own.cloned().ok_or_else(|| DraftError::Input("There is no such mark any more.".to_owned()))
    }

    /// Marks of this draft that touch a range, the last first.
    fn marks_at(&self, document: &Document, range: &Range<usize>) -> Vec<usize> {
        let finder = Finder::new(document);
        let own = |m: &check::ledger::document::Mark| m.draft.as_ref() == Some(&self.record.name);
        let touches = |m: &check::ledger::document::Mark| match finder.find(m) {
            Where::Here(r) | Where::Changed(r) => r.start < range.end && range.start < r.end,
            Where::Lost(_) => false,
        };
        let all = self.ledger.mark.iter().enumerate().rev();
        all.filter(|(_, m)| own(m) && touches(m)).map(|(n, _)| n).collect()
    }

    /// Takes a mark away, and its fact if nothing else speaks of it.
    fn forget(&mut self, mark: usize) {
        if mark >= self.ledger.mark.len() {
            return;
        }
        let gone = self.ledger.mark.remove(mark);
        self.drop_unused(&gone.fact);
    }

    /// Takes a fact away that nothing speaks of any more.
    pub(super) fn drop_unused(&mut self, fact: &str) {
        let marked = self.ledger.mark.iter().any(|m| m.fact == fact);
        let released = self.ledger.release.iter().flat_map(|r| &r.gave).any(|g| g.fact == fact);
        if !marked && !released {
            self.ledger.fact.retain(|known| known.name != fact);
        }
    }

    /// A short name that no other fact has.
    fn free_name(&self, quote: &str) -> String {
        let words: Vec<&str> = quote.split_whitespace().collect();
        let mut name = words.get(..NAME_WORDS).unwrap_or(&words).join(" ");
        if words.len() > NAME_WORDS {
            name.push('…');
        }
        let taken = |name: &str| self.ledger.fact.iter().any(|fact| fact.name == name);
        let numbered = (1..).map(|n| if n == 1 { name.clone() } else { format!("{name} ({n})") });
        numbered.into_iter().find(|name| !taken(name)).unwrap_or_default()
    }
}

/// Whether so many people are everybody: nothing that is told narrows the crowd.
pub(super) const fn is_everybody(people: check::report::Range) -> bool {
    people.lo >= *OTHERS.start() && people.hi >= *OTHERS.end()
}

/// The draft as the source read has it.
pub(super) fn document(record: &DraftRecord) -> Result<Document, DraftError> {
    Ok(Document::read_as(Format::Plain, &record.name, record.text.as_str().as_bytes())?)
}

/// Puts words in the place of others, in UTF-16 units. Where something is left out no doubled space and no empty paragraph
/// stays.
fn replaced(text: &str, place: &Range<usize>, to: &str) -> String {
    let byte = |unit: usize| {
        let mut at = 0;
        let found = text.char_indices().find(|(_, c)| {
            let here = at >= unit;
            at += c.len_utf16();
            here
        });
        found.map_or(text.len(), |(at, _)| at)
    };
    let before = text.get(..byte(place.start)).unwrap_or_default();
    let after = text.get(byte(place.end)..).unwrap_or_default();
    match to.is_empty() {
        true if before.is_empty() || before.ends_with('\n') => {
            let after = after.trim_start_matches(' ');
            match after.starts_with('\n') || after.is_empty() {
                true => format!("{before}{}", after.trim_start_matches('\n')),
                false => format!("{before}{after}"),
            }
        }
        true if before.ends_with(char::is_whitespace) => {
            format!("{before}{}", after.trim_start_matches(' '))
        }
        _ => format!("{before}{to}{after}"),
    }
}

/// Makes a circle of a list of people, and gives its name and the name under which the file is kept.
pub(super) fn add_list(
    ledger: &mut Ledger,
    files: &mut BTreeMap<String, Vec<u8>>,
    file: &str,
    bytes: &[u8],
) -> Result<(String, String), DraftError> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file).trim();
    let (stem, kind) = name.rsplit_once('.').unwrap_or((name, ""));
    if stem.is_empty() {
        return Err(DraftError::Input("The file has no name.".to_owned()));
    }
    let mut circle =
        Circle { name: stem.to_owned(), evidence: name.to_owned(), ..Circle::default() };
    match kind.to_lowercase().as_str() {
        "eml" => circle.mail.push(name.to_owned()),
        "ics" => circle.calendar.push(name.to_owned()),
        "csv" | "xlsx" => {
            // The list adds people, and the circle is everybody on it.
            if !ledger.people.iter().any(|list| list.file.as_deref() == Some(name)) {
                ledger.add_people(People { file: Some(name.to_owned()), ..People::default() });
            }
            circle.people = listed(name, bytes)?;
        }
        _ => {
            return Err(DraftError::Input(format!(
                "{name}: an e-mail (.eml), an invitation (.ics) or a list (.csv, .xlsx) is needed."
            )));
        }
    }
    ledger.circle.retain(|known| known.name != circle.name);
    ledger.add_circle(circle)?;
    files.insert(name.to_owned(), bytes.to_vec());
    Ok((stem.to_owned(), name.to_owned()))
}

/// Everybody on a list, by e-mail address where there is one.
fn listed(name: &str, bytes: &[u8]) -> Result<Vec<String>, DraftError> {
    let list = People { file: Some(name.to_owned()), ..People::default() };
    let alone = Ledger { people: vec![list], ..Ledger::default() };
    let files = BTreeMap::from([(name.to_owned(), bytes.to_vec())]);
    let resolved = alone.resolve(&files, None)?;
    let roster = resolved.roster();
    let one = |row| match roster.email(row) {
        "" => roster.name(row).to_owned(),
        email => email.to_owned(),
    };
    Ok((0..roster.len()).map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_change_places() {
        let text = "One 𝄞. Two. Three.";
        assert_eq!(replaced(text, &(8..12), "Deux."), "One 𝄞. Deux. Three.");
        assert_eq!(replaced(text, &(8..12), ""), "One 𝄞. Three.");
        assert_eq!(replaced(text, &(0..7), ""), "Two. Three.");
        assert_eq!(replaced(text, &(13..19), ""), "One 𝄞. Two. ");
        let paragraphs = "One.\n\nTwo. Three.\n\nFour.";
        assert_eq!(replaced(paragraphs, &(6..17), ""), "One.\n\nFour.");
        assert_eq!(replaced(paragraphs, &(6..10), ""), "One.\n\nThree.\n\nFour.");
        assert_eq!(replaced(paragraphs, &(19..24), ""), "One.\n\nTwo. Three.\n\n");
    }
}
