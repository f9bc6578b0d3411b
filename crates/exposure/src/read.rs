//! The verdict on a draft, and every figure behind it.

use roaring::RoaringBitmap;

use crate::crowd::{Crowd, Disclosed};
use crate::fact::{Draft, Mention};
use crate::posterior::{self, Evidence, Posterior, evidence};
use crate::several::{self, Shared};
use crate::terms::{Breach, breaches};
use crate::{Bounds, CircleId, FactId, Ledger, LedgerError, PersonId, SourceId, frechet};

/// What the newsroom demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The smallest crowd in which a source may be left (k of k-anonymity: Samarati 2001, Sweeney 2002).
    pub k: u64,
    /// At most how many sources an inquiry may think of (m). If the draft has more, theirs is the number.
    pub at_most: u32,
    /// Now, Unix seconds.
    pub now: u64,
}

/// The verdict on a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// At least k are left in the worst case.
    Clear,
    /// Between what is known, there may be k left or not. Counts as not clear; see [`crate::next_question`].
    Unsure,
    /// Fewer than k are left.
    TooFew,
    /// Fewer than k were left before this draft: what is published cannot be taken back.
    AlreadyTooFew,
    /// By this ledger nobody could have told all of this, so the ledger is wrong somewhere.
    NobodyCould,
}

/// Which supposition gives the smallest crowd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supposition {
    /// One source who was in every circle.
    OneSource,
    /// Several sources who shared it between them.
    SeveralSources,
    /// One source who had some of it by hearsay.
    Hearsay,
}

/// How exposed somebody is.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// Those who were in every circle.
    pub survivors: Bounds,
    /// The figure the gate goes by: k∞ in the worst case.
    pub k: Bounds,
    /// The supposition behind it.
    pub supposition: Supposition,
    /// Whom it points at; if circles are estimated, all whom it may point at by name.
    pub suspects: RoaringBitmap,
    /// How many of them are not the source, if they are fewer than k: the people wrongly pointed to.
    pub wrongly: Bounds,
    /// Each source of these facts whom the desk knows.
    pub sources: Vec<Standing>,
    /// If nobody was in every circle: the smallest set of facts we found that no one person could have told together.
    pub nobody: Option<Vec<FactId>>,
}

/// Where a known source stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The source.
    pub source: SourceId,
    /// Who it is.
    pub person: PersonId,
    /// Facts whose circles leave this person out. If there are any, whoever thinks of one source accuses the wrong people.
    pub left_out_by: Vec<FactId>,
    /// How many know all that this person knows of what is published, this person included: the crowd once an inquiry thinks of
    /// several sources. None if not even so many sources explain it.
    pub crowd: Option<Bounds>,
}

/// The source read of one draft.
#[derive(Clone, Debug)]
pub struct SourceRead {
    /// The verdict on exposure.
    pub verdict: Verdict,
    /// Terms that the draft would break. A draft with any is not clear, whatever the verdict.
    pub breaches: Vec<Breach>,
    /// What was given away before.
    pub before: Exposure,
    /// After this draft.
    pub after: Exposure,
    /// With each circle's own δ and ε.
    pub posterior: Posterior,
}

impl SourceRead {
    /// Whether the draft may go out.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.verdict == Verdict::Clear && self.breaches.is_empty()
    }
}

/// Reads a draft: could it go out?
///
/// # Errors
/// [`LedgerError::Foreign`] if the draft mentions what the ledger does not have.
pub fn read(ledger: &Ledger, draft: &Draft, policy: &Policy) -> Result<SourceRead, LedgerError> {
    let breaches = breaches(ledger, draft, policy.now)?;
    let before = exposure(ledger, None, policy)?;
    let after = exposure(ledger, Some(draft), policy)?;
    let verdict = verdict(&before, &after, policy);
    let posterior = posterior::posterior(ledger, &evidence(ledger, mentions(ledger, Some(draft))));
    Ok(SourceRead { verdict, breaches, before, after, posterior })
}

fn verdict(before: &Exposure, after: &Exposure, policy: &Policy) -> Verdict {
    if before.nobody.is_none() && before.k.hi() < policy.k {
        Verdict::AlreadyTooFew
    } else if after.nobody.is_some() && after.supposition != Supposition::SeveralSources {
        Verdict::NobodyCould
    } else if after.k.lo() >= policy.k {
        Verdict::Clear
    } else if after.k.hi() >= policy.k {
        Verdict::Unsure
    } else {
        Verdict::TooFew
    }
}

/// Everything that is out, and the draft on top of it if there is one.
pub(crate) fn mentions<'a>(
    ledger: &'a Ledger,
    draft: Option<&'a Draft>,
) -> impl Iterator<Item = &'a Mention> {
    ledger
        .releases()
        .iter()
        .flat_map(|r| r.mentions.iter())
        .chain(draft.into_iter().flat_map(Draft::mentions))
}

/// The exposure after everything that is out and, if given, this draft. `docs/source-read.md` has the definitions and the proofs.
///
/// # Errors
/// [`LedgerError::Foreign`] if the draft mentions what the ledger does not have.
pub fn exposure(
    ledger: &Ledger,
    draft: Option<&Draft>,
    policy: &Policy,
) -> Result<Exposure, LedgerError> {
    for p in draft.iter().flat_map(|d| d.passages.iter()) {
        ledger.check(&p.mentions)?;
    }
    let disclosed = Disclosed::of(ledger, mentions(ledger, draft));
    let crowd = disclosed.crowd(ledger);
    let survivors = frechet::count(ledger, &crowd, &disclosed.estimated);
    let mut seen =
        Gate { ledger, disclosed: &disclosed, crowd: &crowd, survivors, groups: None, draft };
    let most = policy.at_most.max(seen.told_by());
    let (k, supposition, suspects) = seen.worst(most);
    let sources = seen.standings(most);
    let nobody = (survivors.hi() == 0).then(|| seen.conflict());
    let wrongly =
        wrongly(&suspects, survivors, k, &sources, disclosed.estimated.is_empty(), policy.k);
    Ok(Exposure { survivors, k, supposition, suspects, wrongly, sources, nobody })
}

fn wrongly(
    suspects: &RoaringBitmap,
    survivors: Bounds,
    k: Bounds,
    sources: &[Standing],
    exact: bool,
    limit: u64,
) -> Bounds {
    if k.lo() >= limit {
        return Bounds::NONE;
    }
    let among = sources.iter().filter(|s| suspects.contains(s.person.0)).count() as u64;
    if exact {
        let all = suspects.len();
        // An unknown source may be one of them.
        return if sources.is_empty() {
            Bounds::between(all.saturating_sub(1), all)
        } else {
            Bounds::exactly(all - among.min(all))
        };
    }
    // A source is supposed to be in the estimated circles of what it told.
    let hi = survivors.hi().saturating_sub(among);
    Bounds::between(survivors.lo().saturating_sub(among.max(1)).min(hi), hi)
}

/// The gate's view of what is out.
struct Gate<'a> {
    ledger: &'a Ledger,
    disclosed: &'a Disclosed,
    crowd: &'a Crowd,
    survivors: Bounds,
    /// Origins are only grouped if somebody asks; as one types, nobody does.
    groups: Option<Vec<Evidence<'a>>>,
    draft: Option<&'a Draft>,
}

impl<'a> Gate<'a> {
    fn groups(&mut self) -> &[Evidence<'a>] {
        let (ledger, draft) = (self.ledger, self.draft);
        self.groups.get_or_insert_with(|| evidence(ledger, mentions(ledger, draft)))
    }

    /// How many sources the desk itself knows of in these facts.
    fn told_by(&self) -> u32 {
        let facts =
            mentions(self.ledger, self.draft).filter_map(|m| self.ledger.resolved(m.fact)?.source);
        let mut ids: Vec<_> = facts.collect();
        ids.sort_unstable();
        ids.dedup();
        u32::try_from(ids.len()).unwrap_or(u32::MAX).max(1)
    }

    /// The smallest crowd over one source with ε from 0 to 0.2 and over up to `most` sources.
    fn worst(&mut self, most: u32) -> (Bounds, Supposition, RoaringBitmap) {
        let survivors = self.survivors;
        let exact = self.disclosed.estimated.is_empty();
        if survivors.lo() > 0 {
            // Somebody could have told everything for certain: no other supposition gives a smaller crowd.
            return (survivors, Supposition::OneSource, self.crowd.people.clone());
        }
        if !exact {
            let everybody = self.ledger.everybody().hi().max(1);
            let smallest = self.smallest_circle().unwrap_or(everybody).max(1);
            let suspects = self.crowd.people.clone();
            return match (survivors.hi(), most) {
                (0, 0..=1) => (Bounds::between(1, everybody), Supposition::Hearsay, suspects),
                (0, _) => (Bounds::between(1, smallest), Supposition::SeveralSources, suspects),
                (hi, 0..=1) => (Bounds::between(1, hi), Supposition::OneSource, suspects),
                (hi, _) => (Bounds::between(1, hi.max(smallest)), Supposition::OneSource, suspects),
            };
        }
        if self.disclosed.listed.is_empty() {
            // Nothing is out, and there may be nobody at all.
            return (survivors, Supposition::OneSource, RoaringBitmap::new());
        }
        let smallest = self.smallest_circle().unwrap_or(1).max(1);
        let sets: Vec<&RoaringBitmap> =
            self.groups().iter().filter_map(|e| e.listed.as_deref()).collect();
        // An origin whose own circles exclude everybody was in nobody's hands, however many sources there were.
        let impossible = sets.iter().any(|s| s.is_empty());
        let hearsay = several::fewest_missed(&sets);
        let by_hearsay = Bounds::exactly(hearsay.len());
        if most < 2 || impossible {
            return (by_hearsay, Supposition::Hearsay, hearsay);
        }
        match several::shared(&sets, most) {
            Shared::Group(group) if group.len() <= hearsay.len() => {
                (Bounds::exactly(group.len()), Supposition::SeveralSources, group)
            }
            Shared::Group(_) => (by_hearsay, Supposition::SeveralSources, hearsay),
            Shared::Nobody => (by_hearsay, Supposition::Hearsay, hearsay),
            Shared::Unknown => (
                Bounds::between(1, smallest.min(hearsay.len())),
                Supposition::SeveralSources,
                hearsay,
            ),
        }
    }

    fn smallest_circle(&self) -> Option<u64> {
        let all = self.disclosed.listed.iter().chain(&self.disclosed.estimated);
        all.filter_map(|id| self.ledger.size_of(*id)).map(Bounds::hi).min()
    }

    fn standings(&mut self, most: u32) -> Vec<Standing> {
        let ledger = self.ledger;
        let crowd = self.survivors;
        let whole = self.crowd.people.clone();
        let exact = self.disclosed.estimated.is_empty();
        let mut known: Vec<(SourceId, PersonId)> = Vec::new();
        for m in mentions(ledger, self.draft) {
            let source = ledger.resolved(m.fact).and_then(|f| f.source);
            if let Some(id) = source
                && let Some(person) = ledger.sources().get(id.0 as usize).and_then(|s| s.person)
                && !known.contains(&(id, person))
            {
                known.push((id, person));
            }
        }
        known.sort_unstable();
        let mut standings = Vec::new();
        for (source, person) in known {
            if whole.contains(person.0) {
                let crowd = Bounds::between(crowd.lo().max(1), crowd.hi().max(1));
                standings.push(Standing {
                    source,
                    person,
                    left_out_by: Vec::new(),
                    crowd: Some(crowd),
                });
                continue;
            }
            let out =
                |id: CircleId| ledger.people_in(id).is_some_and(|set| !set.contains(person.0));
            let mut left_out_by: Vec<FactId> = mentions(ledger, self.draft)
                .filter(|m| ledger.circle_of(m).is_some_and(out))
                .map(|m| m.fact)
                .collect();
            left_out_by.sort_unstable();
            left_out_by.dedup();
            let sets: Vec<&RoaringBitmap> =
                self.groups().iter().filter_map(|e| e.listed.as_deref()).collect();
            let mine: Vec<&RoaringBitmap> =
                sets.iter().copied().filter(|s| s.contains(person.0)).collect();
            let explained =
                most >= 2 && several::with_help(&sets, person.0, most - 1) == Some(true);
            let known_too = several::who_know(&mine).filter(|_| explained && exact);
            standings.push(Standing {
                source,
                person,
                left_out_by,
                crowd: known_too.map(|c| Bounds::exactly(c.len())),
            });
        }
        standings
    }

    /// A set of facts that excludes everybody, from which none can be spared.
    fn conflict(&self) -> Vec<FactId> {
        let mut facts: Vec<FactId> = mentions(self.ledger, self.draft).map(|m| m.fact).collect();
        facts.sort_unstable();
        facts.dedup();
        let nobody = |facts: &[FactId]| {
            let said = Disclosed::of(
                self.ledger,
                mentions(self.ledger, self.draft).filter(|m| facts.contains(&m.fact)),
            );
            frechet::count(self.ledger, &said.crowd(self.ledger), &said.estimated).hi() == 0
        };
        // First the shortest run from the start that excludes everybody, then spare what can be spared.
        let (mut low, mut high) = (0, facts.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if nobody(facts.get(..middle).unwrap_or(&[])) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        facts.truncate(low);
        let mut at = 0;
        while at < facts.len() {
            let mut fewer = facts.clone();
            fewer.remove(at);
            if nobody(&fewer) { facts = fewer } else { at += 1 }
        }
        facts
    }
}
