//! The source read of a draft, as the page shows it. Offsets are UTF-16 units of the draft's text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use check::ledger::document::{Fact, Ledger, Mark};
use check::report::{self, Ask, Plan, Report, Verdict};
use check::{Document, Finder, Loaded, Where};
use serde::Serialize;

use super::{
    DraftError, change,
    release::{self, Past},
    spots::Spots,
    store::DraftRecord,
    terms::Agreed,
};

/// Steps that the search for a plan may take while somebody types.
const STEPS: u64 = 200_000;

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub struct Reading {
    text: String,
    sentences: Vec<Span>,
    marks: Vec<MarkSeen>,
    candidates: Vec<Candidate>,
    circles: Vec<CircleSeen>,
    verdict: Headline,
    crowd: Crowd,
    history: Vec<Past>,
    /// Only these people will see it; empty for everybody.
    audience: String,
    /// Whoever something was sent to.
    audiences: BTreeSet<String>,
    /// Releases before those.
    earlier: usize,
    plan: Vec<Step>,
    plan_line: String,
    broken: Vec<String>,
    nobody: Vec<String>,
    wrongly: Vec<String>,
    question: Option<Question>,
    /// What can be taken back, in words.
    pub(super) undo: Option<&'static str>,
}

/// A place in the text.
#[derive(Clone, Debug, Serialize)]
struct Span {
    start: usize,
    end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

#[derive(Clone, Debug, Serialize)]
struct MarkSeen {
    id: usize,
    #[serde(flatten)]
    place: Span,
    quote: String,
    who: String,
    many: String,
    /// 0 costs nothing, 1 little, 2 much, 3 most; 4 is lost.
    cost: u8,
    /// What would be left without it, in words.
    without: Option<String>,
    /// The first coarser wording that is known.
    coarser: Option<Coarser>,
    agreed: Agreed,
}

#[derive(Clone, Debug, Serialize)]
struct Coarser {
    text: String,
    who: String,
    many: String,
}

#[derive(Clone, Debug, Serialize)]
struct Candidate {
    #[serde(flatten)]
    place: Span,
    quote: String,
    comment: String,
}

/// A circle, and how many it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CircleSeen {
    name: String,
    many: String,
}

#[derive(Clone, Debug, Serialize)]
struct Headline {
    state: &'static str,
    title: String,
    line: String,
}

#[derive(Clone, Debug, Serialize)]
struct Crowd {
    of: u64,
    left: [u64; 2],
    k: u64,
}

#[derive(Clone, Debug, Serialize)]
struct Step {
    mark: usize,
    from: String,
    to: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Question {
    of: Vec<String>,
    inside: String,
    words: String,
}

pub(super) type Files = BTreeMap<String, Vec<u8>>;

impl Reading {
    /// Reads a draft against the ledger.
    pub(super) fn of(
        record: &DraftRecord,
        loaded: &Loaded,
        files: &Files,
        now: u64,
    ) -> Result<Self, DraftError> {
        let (document, report) = report(record, loaded, files, now)?;
        let spots = Spots::new(record.text.as_str(), &document.text);
        let view =
            View { record, document: &document, ledger: &loaded.ledger, spots, report: &report };
        let marks = view.marks();
        let crowd = crowd(&loaded.ledger, &report);
        let at_most = loaded.ledger.sources_at_most.unwrap_or(1);
        let policy = exposure::Policy { k: report.k, at_most, now };
        let (mut history, earlier) =
            release::history(&loaded.ledger, record.audience.as_deref(), files, &policy)?;
        if !history.is_empty() && !report.sentences.is_empty() {
            history.push(Past::draft(crowd.left));
        }
        Ok(Self {
            text: record.text.as_str().to_owned(),
            sentences: document.sentences.iter().map(|s| view.place(&s.range)).collect(),
            candidates: view.candidates(),
            circles: circles(&loaded.ledger, files)?,
            verdict: view.headline(),
            crowd,
            audience: record.audience.clone().unwrap_or_default(),
            audiences: loaded.ledger.release.iter().filter_map(|r| r.audience.clone()).collect(),
            history,
            earlier,
            plan: view.plan(&marks),
            plan_line: plan_line(&report),
            broken: report.broken.iter().map(|b| format!("{}: {}", b.fact, b.text)).collect(),
            nobody: report.nobody.clone(),
            wrongly: wrongly(&report),
            undo: None,
            question: report.question.as_ref().map(|q| Question {
                of: q.of.clone(),
                inside: q.inside.clone(),
                words: q.text.clone(),
            }),
            marks,
        })
    }
}

/// The report of a draft's source read.
pub(super) fn report(
    record: &DraftRecord,
    loaded: &Loaded,
    files: &Files,
    now: u64,
) -> Result<(Document, Report), DraftError> {
    let document = change::document(record)?;
    let mut ask = Ask {
        k: None,
        audience: record.audience.as_deref(),
        material: &[],
        now,
        steps: STEPS,
        over: &mut || false,
    };
    let report = report::check(&document, loaded, files, &mut ask)?;
    Ok((document, report))
}

struct View<'a> {
    record: &'a DraftRecord,
    document: &'a Document,
    ledger: &'a Ledger,
    spots: Spots,
    report: &'a Report,
}

impl View<'_> {
    fn place(&self, range: &Range<usize>) -> Span {
        self.spots.to_browser(range).into()
    }

    fn marks(&self) -> Vec<MarkSeen> {
        let finder = Finder::new(self.document);
        let own = |m: &&Mark| m.draft.as_ref() == Some(&self.record.name);
        let all = self.ledger.mark.iter().enumerate().filter(|(_, m)| own(m));
        all.map(|(id, mark)| self.mark(id, mark, &finder.find(mark))).collect()
    }

    fn mark(&self, id: usize, mark: &Mark, found: &Where) -> MarkSeen {
        let circle = self.circle_of(mark);
        let mut seen = MarkSeen {
            id,
            place: (0..0).into(),
            quote: mark.quote.clone(),
            who: circle.clone(),
            many: many(self.ledger, &circle, self.report).unwrap_or_default(),
            cost: 4,
            without: None,
            coarser: self.coarser_than(mark),
            agreed: Agreed::of(self.fact_of(mark).and_then(|fact| fact.say.as_ref())),
        };
        let (Where::Here(range) | Where::Changed(range)) = found else { return seen };
        seen.place = self.place(range);
        self.document.words(range).clone_into(&mut seen.quote);
        let in_it = |s: &report::Sentence| {
            s.facts.iter().any(|f| f.fact == mark.fact && f.wording == mark.wording)
        };
        let Some(at) = self.report.sentences.iter().position(in_it) else { return seen };
        let Some(sentence) = self.report.sentences.get(at) else { return seen };
        seen.without = Some(match change::is_everybody(sentence.without) {
            true => "Without it nothing would narrow the crowd.".to_owned(),
            false => format!("Without it {} would be left.", somebody(sentence.without)),
        });
        let (now, then) = (self.report.survivors, sentence.without);
        seen.cost = match self.report.costs_most {
            Some(most) if most == at => 3,
            _ if (then.lo, then.hi) <= (now.lo, now.hi) && sentence.share <= 0.0 => 0,
            _ if then.hi < now.hi.saturating_mul(2) => 1,
            _ => 2,
        };
        seen
    }

    fn fact_of(&self, mark: &Mark) -> Option<&Fact> {
        self.ledger.fact.iter().find(|fact| fact.name == mark.fact)
    }

    fn circle_of(&self, mark: &Mark) -> String {
        let wording =
            self.fact_of(mark).and_then(|f| f.wording.iter().find(|w| w.text == mark.wording));
        wording.map(|w| w.circle.clone()).unwrap_or_default()
    }

    fn coarser_than(&self, mark: &Mark) -> Option<Coarser> {
        let fact = self.fact_of(mark)?;
        let exact = fact.wording.iter().find(|w| w.text == mark.wording)?;
        let coarser = fact.wording.iter().find(|w| exact.coarser.contains(&w.text))?;
        let many = many(self.ledger, &coarser.circle, self.report).unwrap_or_default();
        Some(Coarser { text: coarser.text.clone(), who: coarser.circle.clone(), many })
    }

    /// Comments whose words are still there and in which nothing is marked.
    fn candidates(&self) -> Vec<Candidate> {
        let finder = Finder::new(self.document);
        let own = |m: &&Mark| m.draft.as_ref() == Some(&self.record.name);
        let marked: Vec<Range<usize>> = self
            .ledger
            .mark
            .iter()
            .filter(own)
            .filter_map(|m| match finder.find(m) {
                Where::Here(range) | Where::Changed(range) => Some(range),
                Where::Lost(_) => None,
            })
            .collect();
        let place = |comment: &super::store::Comment| {
            let start = self.document.text.find(&comment.quote)?;
            // The whole sentence: a comment is often on a word or two of it.
            let touched = self.document.sentences_at(&(start..start + comment.quote.len()));
            let of = |n: usize| self.document.sentences.get(n).map(|s| s.range.clone());
            let range = of(touched.start)?.start..of(touched.end.checked_sub(1)?)?.end;
            let free = !marked.iter().any(|m| m.start < range.end && range.start < m.end);
            free.then(|| Candidate {
                place: self.place(&range),
                quote: comment.quote.clone(),
                comment: comment.text.clone(),
            })
        };
        self.record
            .comments
            .iter()
            .filter(|c| !c.quote.trim().is_empty())
            .filter_map(place)
            .collect()
    }

    fn headline(&self) -> Headline {
        let report = self.report;
        if report.sentences.is_empty() && report.marks.is_empty() && report.published.is_empty() {
            return Headline {
                state: "empty",
                title: "Nothing is marked".to_owned(),
                line: "Choose a sentence that came from the source, and press F.".to_owned(),
            };
        }
        if !report.nobody.is_empty() && report.verdict != Verdict::NobodyCould {
            return Headline {
                state: "refused",
                title: "Not like this".to_owned(),
                line: "By what is written down nobody could have told all of this: something there is wrong. And what is out already leaves too few."
                    .to_owned(),
            };
        }
        let (state, title) = match (report.clear, report.verdict) {
            (true, _) => ("clear", "Clear"),
            (false, Verdict::Unsure) => ("unclear", "Not clear yet"),
            (false, _) => ("refused", "Not like this"),
        };
        Headline { state, title: title.to_owned(), line: report.headline.clone() }
    }

    fn plan(&self, marks: &[MarkSeen]) -> Vec<Step> {
        let Plan::Changes { changes, .. } = &self.report.plan else { return Vec::new() };
        let of = |change: &report::Change| {
            let fact = change.fact.clone();
            let to = change.to.clone();
            let its = move |m: &&MarkSeen| {
                self.ledger.mark.get(m.id).is_some_and(|mark| mark.fact == fact)
            };
            let step =
                move |m: &MarkSeen| Step { mark: m.id, from: m.quote.clone(), to: to.clone() };
            marks.iter().filter(its).map(step).collect::<Vec<_>>()
        };
        changes.iter().flat_map(of).collect()
    }
}

/// As many, and at least one: somebody told it.
fn somebody(left: report::Range) -> report::Range {
    report::Range { lo: left.lo.max(1).min(left.hi), ..left }
}

fn plan_line(report: &Report) -> String {
    match &report.plan {
        Plan::Nothing => String::new(),
        Plan::Changes { left, at_least, cost, .. } => {
            let sure = if at_least < cost {
                " There may be a cheaper way; the search was cut short."
            } else {
                ""
            };
            match change::is_everybody(*left) {
                true => format!("Then nothing would narrow the crowd.{sure}"),
                false => format!("Then {left} would be left.{sure}"),
            }
        }
        Plan::Unattainable { left } => format!(
            "There is none: what is out already leaves {}, whatever this draft says. Talk to the source before anything else.",
            somebody(*left)
        ),
        Plan::Uncertain { left } => format!(
            "Even without this draft it is not certain: {} are left by what is out already. Find out more about who knew.",
            somebody(*left)
        ),
    }
}

fn wrongly(report: &Report) -> Vec<String> {
    if report.clear || report.wrongly.names.is_empty() {
        return Vec::new();
    }
    let mut names = report.wrongly.names.clone();
    if report.wrongly.more > 0 {
        names.push(format!("and {} more", report.wrongly.more));
    }
    names
}

/// Every circle that could be named again.
fn circles(ledger: &Ledger, files: &Files) -> Result<Vec<CircleSeen>, DraftError> {
    let names = ledger.circle.iter().map(|c| c.name.clone());
    names.map(|name| circle(ledger, files, &name)).collect()
}

/// A circle, and how many it holds.
pub(super) fn circle(ledger: &Ledger, files: &Files, name: &str) -> Result<CircleSeen, DraftError> {
    let known = ledger.circle.iter().find(|c| c.name == name);
    let many = match known.and_then(|c| c.estimate) {
        Some(count) => count.to_string().replace("..", "–"),
        None => {
            let resolved = ledger.resolve(files, None)?;
            let model = &resolved.exposure;
            let size = model.find_circle(name).ok().and_then(|c| model.size_of(c));
            size.map(|s| report::Range::from(s).to_string()).unwrap_or_default()
        }
    };
    Ok(CircleSeen { name: name.to_owned(), many })
}

fn many(ledger: &Ledger, circle: &str, report: &Report) -> Option<String> {
    let known = ledger.circle.iter().find(|c| c.name == circle);
    if let Some(count) = known.and_then(|c| c.estimate) {
        return Some(count.to_string().replace("..", "–"));
    }
    let facts = report.sentences.iter().flat_map(|s| &s.facts);
    facts.into_iter().find(|f| f.circle == circle).map(|f| f.size.to_string())
}

/// The crowd to be drawn: those left of those who were left before this draft, or of the largest circle where that is a guess.
fn crowd(ledger: &Ledger, report: &Report) -> Crowd {
    let estimates = ledger.circle.iter().filter_map(|c| c.estimate).map(|c| c.0.hi());
    let listed = report.sentences.iter().flat_map(|s| &s.facts).map(|f| f.size.hi);
    let largest = estimates.chain(listed).max().unwrap_or(0);
    let before = match report.before.lo == report.before.hi {
        true => report.before.hi,
        false => report.before.hi.min(largest),
    };
    let k = report.k;
    if change::is_everybody(report.left) {
        let all = largest.max(k);
        return Crowd { of: all, left: [all, all], k };
    }
    // Where the ledger excludes everybody, nobody stands.
    if !report.nobody.is_empty() {
        return Crowd { of: before.max(largest), left: [0, 0], k };
    }
    let of = before.max(report.left.lo);
    Crowd { of, left: [report.left.lo, report.left.hi.min(of)], k }
}
