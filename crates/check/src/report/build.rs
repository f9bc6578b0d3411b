//! From the source read to a report.

use exposure::{
    Answer, Bounds, Budget, Mention, PersonId, Policy, Repair, SourceRead, Supposition, Term,
};

use super::{
    At, Broken, Change, Comment, FactIn, MarkState, Plan, Published, Question, Range, Report,
    Sentence, Settles, Source, Supposing, Usual, VERSION, Verdict, Wrongly,
};
use crate::anchor::Lost;
use crate::draft::Document;
use crate::fault::Fault;
use crate::ledger::places::entry;
use crate::ledger::{Files, Ledger, Loaded, Resolved};
use crate::marked::Marked;
use crate::when::When;
use crate::words;

/// What is asked of a check.
pub struct Ask<'a> {
    /// The smallest crowd allowed; the ledger's own figure if None, and 20 if that has none either.
    pub k: Option<u64>,
    /// Only these people will see the draft.
    pub audience: Option<&'a str>,
    /// Everything that the sources gave, to compare the draft's words with.
    pub material: &'a [Document],
    /// Now, Unix seconds.
    pub now: u64,
    /// How many steps the search for a plan may take.
    pub steps: u64,
    /// Asked every few steps; true means that the time for the plan is over.
    pub over: &'a mut dyn FnMut() -> bool,
}

/// The smallest crowd, if nobody has decided otherwise.
pub const USUAL_K: u64 = 20;

/// How many people a report names.
const NAMED: usize = 12;

/// Checks a draft against a ledger.
///
/// # Errors
/// Whatever is wrong with the ledger, with file and line.
pub fn check(
    document: &Document,
    loaded: &Loaded,
    files: &dyn Files,
    ask: &mut Ask<'_>,
) -> Result<Report, Fault> {
    let resolved = loaded.resolve(files, ask.audience)?;
    let marked = Marked::find_located(document, &loaded.ledger, &resolved)
        .map_err(|(n, fault)| Fault { at: loaded.places.find(&entry("mark", n)), ..fault })?;
    let ledger = &loaded.ledger;
    let policy = Policy {
        k: ask.k.or(ledger.k).unwrap_or(USUAL_K),
        at_most: ledger.sources_at_most.unwrap_or(1),
        now: ask.now,
    };
    let seen = exposure::read(&resolved.exposure, &marked.draft, &policy)?;
    let mut budget = Budget { steps: ask.steps, over: ask.over };
    let repair = exposure::repair(&resolved.exposure, &marked.draft, &policy, &mut budget)?;
    let question = match seen.verdict {
        exposure::Verdict::Unsure => {
            exposure::next_question(&resolved.exposure, &marked.draft, &policy)?
        }
        _ => None,
    };
    let view = View { ledger, document, resolved: &resolved, marked: &marked, seen: &seen };
    let sentences = view.sentences()?;
    let costs_most = costs_most(&sentences, seen.after.survivors);
    // Of an empty ledger there is nobody who could have told nothing.
    let empty = ledger.fact.is_empty() && ledger.release.is_empty();
    let nothing = empty && seen.before.survivors.hi() == 0;
    let verdict = match seen.verdict {
        _ if nothing => Verdict::Clear,
        exposure::Verdict::Clear => Verdict::Clear,
        exposure::Verdict::Unsure => Verdict::Unsure,
        exposure::Verdict::TooFew => Verdict::TooFew,
        exposure::Verdict::AlreadyTooFew => Verdict::AlreadyTooFew,
        exposure::Verdict::NobodyCould => Verdict::NobodyCould,
    };
    let broken = view.broken();
    let mut notes = document.notes.clone();
    notes.extend(resolved.notes.iter().cloned());
    if marked.passages.is_empty() && !nothing {
        notes.push(
            "Nothing in this draft is marked as coming from a source: only what is out already was counted."
                .to_owned(),
        );
    }
    if let Some(audience) = ask.audience {
        notes.push(format!(
            "Counted is what is public and what went to {audience}. If they talk to others who were shown more, check again without --audience."
        ));
    }
    let comments = view.comments();
    let left = Range::from(seen.after.k);
    Ok(Report {
        version: VERSION,
        draft: document.name.clone(),
        at: When::moment(ask.now).to_string(),
        k: policy.k,
        audience: ask.audience.map(str::to_owned),
        clear: nothing || (seen.is_clear() && marked.lost.is_empty()),
        verdict,
        headline: match nothing {
            true => "Nothing of it comes from a source, by what was said, and nothing is out: there is nothing to count.".to_owned(),
            false => {
                let nothing_out = ledger.release.is_empty();
                headline(verdict, left, policy.k, &broken, marked.lost.len(), nothing_out)
            }
        },
        left,
        supposing: match seen.after.supposition {
            Supposition::OneSource => Supposing::OneSource,
            Supposition::SeveralSources => Supposing::SeveralSources,
            Supposition::Hearsay => Supposing::Hearsay,
        },
        before: seen.before.k.into(),
        survivors: seen.after.survivors.into(),
        sentences,
        costs_most,
        plan: if nothing { Plan::Nothing } else { view.plan(repair) },
        broken,
        wrongly: view.wrongly(policy.k),
        sources: view.sources(),
        nobody: seen
            .after
            .nobody
            .iter()
            .flatten()
            .map(|f| resolved.exposure.fact_name(*f).to_owned())
            .collect(),
        published: view.published(),
        question: question.map(|q| view.question(&q)),
        marks: view.marks(),
        comments,
        shared: words::shared(document, ask.material),
        unseen: std::iter::once(document).chain(ask.material).flat_map(words::unseen).collect(),
        usual: Usual {
            k: seen.posterior.k.map(|s| s.lo).filter(|x| x.is_finite()),
            even_crowd: seen.posterior.even_crowd,
        },
        notes,
    })
}

fn headline(
    verdict: Verdict,
    left: Range,
    k: u64,
    broken: &[Broken],
    lost: usize,
    nothing_out: bool,
) -> String {
    let people = |r: Range| {
        if r.lo == 1 && r.hi == 1 { "1 person".to_owned() } else { format!("{r} people") }
    };
    match verdict {
        Verdict::Clear if !broken.is_empty() => {
            format!("Do not send it yet: it breaks what was agreed. It leaves {}, enough for the limit of {k}.", people(left))
        }
        Verdict::Clear if lost > 0 => format!(
            "Not checked to the end: {} lost. Without what they stood for it leaves {}.",
            if lost == 1 { "a mark is".to_owned() } else { format!("{lost} marks are") },
            people(left)
        ),
        Verdict::Clear => format!("Clear: the source stands among {}.", people(left)),
        Verdict::Unsure => format!(
            "Not clear: by what is known it may be {}, and the limit is {k}.",
            people(left)
        ),
        Verdict::TooFew => format!(
            "Not clear: the source stands among {}, and the limit is {k}.",
            people(left)
        ),
        Verdict::AlreadyTooFew if nothing_out => format!(
            "Not clear, and it cannot be mended: the ledger knows of too few people for the limit of {k}. With this draft it is {}.",
            people(left)
        ),
        Verdict::AlreadyTooFew => format!(
            "Not clear, and it cannot be mended: what is out already leaves too few. With this draft it is {}.",
            people(left)
        ),
        Verdict::NobodyCould => {
            "Not clear: by this ledger nobody could have told you all of this. The ledger is wrong somewhere.".to_owned()
        }
    }
}

/// The passage without which most people would be left, if that makes any difference.
fn costs_most(sentences: &[Sentence], now: Bounds) -> Option<usize> {
    let gain = |s: &Sentence| (s.without.lo, s.without.hi);
    let (n, best) = sentences
        .iter()
        .enumerate()
        .rev()
        .max_by(|(_, a), (_, b)| gain(a).cmp(&gain(b)).then(a.share.total_cmp(&b.share)))?;
    let differs = gain(best) > (now.lo(), now.hi()) || best.share > 0.0;
    differs.then_some(n)
}

struct View<'a> {
    ledger: &'a Ledger,
    document: &'a Document,
    resolved: &'a Resolved,
    marked: &'a Marked,
    seen: &'a SourceRead,
}

impl View<'_> {
    fn at(&self, byte: usize) -> At {
        self.document.place(byte).into()
    }

    fn sentences(&self) -> Result<Vec<Sentence>, Fault> {
        let model = &self.resolved.exposure;
        let without = exposure::leave_one_out(model, &self.marked.draft)?;
        let shares = exposure::shares(model, &self.marked.draft)?;
        let mut all = Vec::new();
        for (i, (sentence, spots)) in self.marked.passages.iter().enumerate() {
            let range = self.document.sentences.get(*sentence).map_or(0..0, |s| s.range.clone());
            let mentions = self
                .marked
                .draft
                .passages
                .get(i)
                .map(|p| p.mentions.as_slice())
                .unwrap_or_default();
            let facts = spots
                .iter()
                .zip(mentions)
                .map(|(spot, mention)| self.fact_in(spot, mention))
                .collect();
            all.push(Sentence {
                at: self.at(range.start),
                text: self.document.words(&range).to_owned(),
                facts,
                without: without.get(i).copied().unwrap_or(Bounds::NONE).into(),
                share: shares.get(i).map_or(0.0, exposure::Share::people),
            });
        }
        Ok(all)
    }

    fn fact_in(&self, spot: &crate::marked::Spot, mention: &Mention) -> FactIn {
        let model = &self.resolved.exposure;
        let circle = model.circle_of(mention);
        FactIn {
            fact: spot.fact.clone(),
            wording: spot.wording.clone(),
            circle: circle.map_or("", |c| model.circle_name(c)).to_owned(),
            size: circle.and_then(|c| model.size_of(c)).unwrap_or(Bounds::NONE).into(),
            quote: self.document.words(&spot.range).to_owned(),
        }
    }

    /// Where a fact stands in the draft, and in which wordings.
    fn spots(&self, fact: &str) -> (Vec<String>, Vec<At>) {
        let (mut wordings, mut places) = (Vec::new(), Vec::new());
        let spots = self.marked.passages.iter().flat_map(|(_, spots)| spots);
        for spot in spots.filter(|s| s.fact == fact) {
            if !wordings.contains(&spot.wording) {
                wordings.push(spot.wording.clone());
            }
            places.push(self.at(spot.range.start));
        }
        (wordings, places)
    }

    fn plan(&self, repair: Repair) -> Plan {
        let model = &self.resolved.exposure;
        match repair {
            Repair::Unattainable { left } => Plan::Unattainable { left: left.into() },
            Repair::Uncertain { left } => Plan::Uncertain { left: left.into() },
            Repair::Plan(plan) if plan.changes.is_empty() => Plan::Nothing,
            Repair::Plan(plan) => {
                let mut changes = Vec::new();
                for c in &plan.changes {
                    let fact = model.fact_name(c.fact).to_owned();
                    let (from, at) = self.spots(&fact);
                    let to = c.to.map(|w| model.wording_name(c.fact, w).to_owned());
                    changes.push(Change { fact, from, to, cost: c.cost, at });
                }
                Plan::Changes {
                    changes,
                    cost: plan.cost,
                    at_least: plan.at_least,
                    left: plan.survivors.into(),
                }
            }
        }
    }

    fn broken(&self) -> Vec<Broken> {
        let model = &self.resolved.exposure;
        let one = |b: &exposure::Breach| {
            let fact = model.fact_name(b.fact).to_owned();
            let place = self.marked.passages.get(b.passage);
            let spot = place.and_then(|(_, spots)| spots.iter().find(|s| s.fact == fact));
            let (term, text) = match &b.term {
                Term::OffTheRecord => ("off the record", "It was told off the record.".to_owned()),
                Term::Withdrawn => ("withdrawn", "The source has taken it back.".to_owned()),
                Term::NotAsked => (
                    "ask first",
                    "The source wants to be asked first, and has not said yes.".to_owned(),
                ),
                Term::NotBefore(at) => {
                    ("not before", format!("It may not go out before {}.", When::day_of(*at)))
                }
                Term::WordingNotAgreed => {
                    ("wording not agreed", "This wording says more than was agreed.".to_owned())
                }
                Term::WordsChanged { agreed } => (
                    "words changed",
                    format!("The words agreed are “{agreed}”, and the draft has others."),
                ),
                Term::WordsUnseen { agreed } => (
                    "words not seen",
                    format!(
                        "The words agreed are “{agreed}”; the draft's own could not be compared."
                    ),
                ),
            };
            Broken {
                source: self
                    .ledger
                    .fact
                    .iter()
                    .find(|f| f.name == fact)
                    .and_then(|f| f.source.clone()),
                fact,
                term,
                text,
                at: self.at(spot.map_or(0, |s| s.range.start)),
            }
        };
        self.seen.breaches.iter().map(one).collect()
    }

    fn wrongly(&self, k: u64) -> Wrongly {
        let count = Range::from(self.seen.after.wrongly);
        let suspects = &self.seen.after.suspects;
        let all = suspects.len();
        // A crowd as large as it should be has no names.
        let shown = if self.seen.after.k.lo() < k { NAMED } else { 0 };
        let names: Vec<String> =
            suspects.iter().take(shown).map(|p| self.resolved.describe(PersonId(p))).collect();
        let names = merge(names);
        let more = if shown == 0 { 0 } else { all.saturating_sub(shown as u64) };
        Wrongly { count, names, more }
    }

    fn sources(&self) -> Vec<Source> {
        let model = &self.resolved.exposure;
        let one = |s: &exposure::Standing| Source {
            name: model.source_name(s.source).to_owned(),
            crowd: s.crowd.map(Range::from),
            left_out_by: s.left_out_by.iter().map(|f| model.fact_name(*f).to_owned()).collect(),
            one_in: self
                .seen
                .posterior
                .sources
                .iter()
                .find(|(id, _)| *id == s.source)
                .map(|(_, span)| span.lo)
                .filter(|x| x.is_finite()),
        };
        self.seen.after.sources.iter().map(one).collect()
    }

    fn published(&self) -> Vec<Published> {
        let model = &self.resolved.exposure;
        let one = |r: &exposure::Release| Published {
            name: r.name.clone(),
            kind: match r.kind {
                exposure::ReleaseKind::Story => "story",
                exposure::ReleaseKind::Question => "question",
                exposure::ReleaseKind::Copy => "copy",
                exposure::ReleaseKind::Statement => "statement",
                exposure::ReleaseKind::SourcingNote => "sourcing note",
            },
            at: day(r.at),
            audience: r.audience.clone(),
            gave: r
                .mentions
                .iter()
                .map(|m| {
                    let (fact, wording) =
                        (model.fact_name(m.fact), model.wording_name(m.fact, m.wording));
                    format!("{fact}: {wording}")
                })
                .collect(),
        };
        model.releases().iter().map(one).collect()
    }

    fn question(&self, q: &exposure::Question) -> Question {
        let model = &self.resolved.exposure;
        let of: Vec<String> = q.of.iter().map(|c| model.circle_name(*c).to_owned()).collect();
        let inside = model.circle_name(q.inside).to_owned();
        let these = of.iter().map(|n| format!("“{n}”")).collect::<Vec<_>>().join(" and ");
        let text = match of.len() {
            1 => format!("Were all of {these} among “{inside}”? All, most, some, or nobody?"),
            _ => format!(
                "Those who are in {these} at once: were all of them among “{inside}”? All, most, some, or nobody?"
            ),
        };
        let settled_by = q
            .decisive
            .iter()
            .map(|(answer, clear)| Settles { answer: answer_name(*answer), clear: *clear })
            .collect();
        Question { text, of, inside, settled_by }
    }

    fn marks(&self) -> Vec<MarkState> {
        let changed = self.marked.changed.iter().map(|(mark, range)| MarkState {
            fact: mark.fact.clone(),
            quote: mark.quote.clone(),
            state: "changed",
            now: Some(self.document.words(range).to_owned()),
            at: Some(self.at(range.start)),
        });
        let lost = self.marked.lost.iter().map(|(mark, why)| MarkState {
            fact: mark.fact.clone(),
            quote: mark.quote.clone(),
            state: match why {
                Lost::Gone => "gone",
                Lost::Ambiguous(_) => "ambiguous",
            },
            now: None,
            at: None,
        });
        changed.chain(lost).collect()
    }

    /// Comments on words in which no fact is marked.
    fn comments(&self) -> Vec<Comment> {
        let touched = |r: &std::ops::Range<usize>| {
            let spots = self.marked.passages.iter().flat_map(|(_, spots)| spots);
            spots.into_iter().any(|s| s.range.start < r.end && r.start < s.range.end)
        };
        let open = self.document.comments.iter().filter(|c| !touched(&c.range));
        open.map(|c| Comment {
            text: c.text.clone(),
            quote: self.document.words(&c.range).to_owned(),
            at: self.at(c.range.start),
        })
        .collect()
    }
}

fn day(at: u64) -> String {
    if at.is_multiple_of(86_400) {
        When::day_of(at).to_string()
    } else {
        When::moment(at).to_string()
    }
}

pub(crate) fn answer_name(answer: Answer) -> &'static str {
    match answer {
        Answer::All => "all",
        Answer::Most => "most",
        Answer::Some => "some",
        Answer::Nobody => "nobody",
        Answer::DontKnow => "don't know",
    }
}

/// "somebody in Legal" five times over is "5 people in Legal".
fn merge(names: Vec<String>) -> Vec<String> {
    let mut merged: Vec<(String, usize)> = Vec::new();
    for name in names {
        match merged.iter_mut().find(|(n, _)| *n == name) {
            Some((_, count)) => *count += 1,
            None => merged.push((name, 1)),
        }
    }
    let plural = |(name, count): (String, usize)| match (name.strip_prefix("somebody in "), count) {
        (Some(unit), 2..) => format!("{count} people in {unit}"),
        _ => name,
    };
    merged.into_iter().map(plural).collect()
}
