//! The ledger: everything the desk knows about who could have known what.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use roaring::RoaringBitmap;

use crate::circle::{Circle, Extent, Overlap, Unit};
use crate::fact::{Fact, Mention, Release, Source};
use crate::lattice::{self, Resolved};
use crate::{
    Bounds, CircleId, FactId, LedgerError, OriginId, PersonId, ReleaseId, SourceId, UnitId,
    WordingId,
};

/// Everything the desk knows about who could have known what. Each entry is checked when it is added, so that a ledger that exists
/// is sound; what is added gets a number, by which later entries refer to it.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    count: u32,
    names: BTreeMap<u32, String>,
    by_name: HashMap<String, u32>,
    units: Vec<Unit>,
    others: Option<Bounds>,
    sources: Vec<Source>,
    origins: Vec<String>,
    circles: Vec<Entry>,
    circle_names: HashMap<String, u32>,
    facts: Vec<Resolved>,
    fact_names: HashMap<String, u32>,
    overlaps: Vec<Overlap>,
    releases: Vec<Release>,
    contained: BTreeSet<(CircleId, CircleId)>,
}

/// A circle with the people in it looked up.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) circle: Circle,
    pub(crate) extent: Extent,
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a unit with its head count. Its people need not be named.
    ///
    /// # Errors
    /// [`LedgerError::Twice`], [`LedgerError::TooManyPeople`].
    pub fn unit(&mut self, name: &str, heads: u32) -> Result<UnitId, LedgerError> {
        if self.units.iter().any(|u| u.name == name) {
            return Err(twice("unit", name));
        }
        let first = self.reserve(heads)?;
        self.units.push(Unit { name: name.to_owned(), heads, first, named: 0 });
        Ok(UnitId(index(self.units.len())))
    }

    /// Adds a person by name, as one of the heads of a unit if one is given.
    ///
    /// # Errors
    /// [`LedgerError::Twice`], [`LedgerError::Foreign`], [`LedgerError::UnitFull`], [`LedgerError::TooManyPeople`].
    pub fn person(&mut self, name: &str, unit: Option<UnitId>) -> Result<PersonId, LedgerError> {
        if self.by_name.contains_key(name) {
            return Err(twice("person", name));
        }
        let id = match unit {
            None => self.reserve(1)?,
            Some(id) => {
                let unit = self
                    .units
                    .get_mut(id.0 as usize)
                    .ok_or_else(|| foreign("unit", u64::from(id.0)))?;
                if unit.named == unit.heads {
                    return Err(LedgerError::UnitFull {
                        unit: unit.name.clone(),
                        heads: unit.heads,
                        name: name.to_owned(),
                    });
                }
                unit.named += 1;
                unit.first + unit.named - 1
            }
        };
        self.names.insert(id, name.to_owned());
        self.by_name.insert(name.to_owned(), id);
        Ok(PersonId(id))
    }

    /// Adds `n` people without names and returns the first of their numbers, which are consecutive: for long rosters whose names
    /// the caller keeps.
    ///
    /// # Errors
    /// [`LedgerError::TooManyPeople`].
    pub fn roster(&mut self, n: u32) -> Result<PersonId, LedgerError> {
        self.reserve(n).map(PersonId)
    }

    /// How many people there are beside those on lists and in units. Nobody knows who they are, so no list contains them.
    pub fn others(&mut self, count: Bounds) {
        self.others = Some(count);
    }

    /// Adds a circle.
    ///
    /// # Errors
    /// [`LedgerError::Twice`], [`LedgerError::Foreign`] for people, units or groups the ledger does not have,
    /// [`LedgerError::EmptyCircle`], [`LedgerError::LargerThanGroup`], [`LedgerError::GroupIsEstimate`], [`LedgerError::Rate`].
    pub fn circle(&mut self, circle: Circle) -> Result<CircleId, LedgerError> {
        if self.circle_names.contains_key(&circle.name) {
            return Err(twice("circle", &circle.name));
        }
        for (what, got, most) in [
            (
                "the part of those inside who did not know after all (δ)",
                circle.delta,
                Circle::MOST_DELTA,
            ),
            ("the part of those outside who did know (ε)", circle.epsilon, Circle::MOST_EPSILON),
        ] {
            if got > most {
                return Err(LedgerError::Rate { circle: circle.name, what, got, most });
            }
        }
        let extent = match circle.estimate {
            Some((size, within)) => self.estimate(&circle.name, size, within)?,
            None => self.listed(&circle)?,
        };
        let id = index(self.circles.len() + 1);
        self.circle_names.insert(circle.name.clone(), id);
        self.circles.push(Entry { circle, extent });
        Ok(CircleId(id))
    }

    /// Adds a source.
    ///
    /// # Errors
    /// [`LedgerError::Twice`], [`LedgerError::Foreign`] for a person the ledger does not have.
    pub fn source(&mut self, source: Source) -> Result<SourceId, LedgerError> {
        if self.sources.iter().any(|s| s.name == source.name) {
            return Err(twice("source", &source.name));
        }
        if let Some(p) = source.person.filter(|p| p.0 >= self.count) {
            return Err(foreign("person", u64::from(p.0)));
        }
        self.sources.push(source);
        Ok(SourceId(index(self.sources.len())))
    }

    /// Adds an origin: a document, a meeting, a message.
    ///
    /// # Errors
    /// [`LedgerError::Twice`].
    pub fn origin(&mut self, name: &str) -> Result<OriginId, LedgerError> {
        if self.origins.iter().any(|o| o == name) {
            return Err(twice("origin", name));
        }
        self.origins.push(name.to_owned());
        Ok(OriginId(index(self.origins.len())))
    }

    /// Adds a fact with its wordings.
    ///
    /// # Errors
    /// [`LedgerError::Twice`], [`LedgerError::Foreign`], and every fault a lattice can have: [`LedgerError::NoWording`],
    /// [`LedgerError::TooManyWordings`], [`LedgerError::MissingWording`], [`LedgerError::Ring`],
    /// [`LedgerError::Contradiction`], [`LedgerError::Loss`].
    pub fn fact(&mut self, fact: Fact) -> Result<FactId, LedgerError> {
        if self.fact_names.contains_key(&fact.name) {
            return Err(twice("fact", &fact.name));
        }
        if let Some(s) = fact.source.filter(|s| s.0 as usize >= self.sources.len()) {
            return Err(foreign("source", u64::from(s.0)));
        }
        if let Some(o) = fact.origin.filter(|o| o.0 as usize >= self.origins.len()) {
            return Err(foreign("origin", u64::from(o.0)));
        }
        let resolved = lattice::resolve(self, fact)?;
        let id = index(self.facts.len() + 1);
        self.fact_names.insert(resolved.name.clone(), id);
        for finer in &resolved.wordings {
            for (i, coarser) in resolved.wordings.iter().enumerate() {
                let estimate = self.people_in(finer.circle).is_none()
                    || self.people_in(coarser.circle).is_none();
                if finer.above & (1 << i) != 0 && estimate {
                    self.contained.insert((finer.circle, coarser.circle));
                }
            }
        }
        self.facts.push(resolved);
        Ok(FactId(id))
    }

    /// Adds the answer to an overlap question. Nothing is ever taken back by a later answer; both hold.
    ///
    /// # Errors
    /// [`LedgerError::Foreign`]; [`LedgerError::NeedlessAnswer`] if both sides are lists, or "these" mixes estimates with others.
    pub fn overlap(&mut self, overlap: Overlap) -> Result<(), LedgerError> {
        let inside = self.entry(overlap.inside)?;
        let mut estimates = 0;
        for id in &overlap.of {
            estimates += usize::from(matches!(self.entry(*id)?.extent, Extent::Estimate { .. }));
        }
        let listed = matches!(inside.extent, Extent::People(_));
        if overlap.of.is_empty()
            || (estimates == 0 && listed)
            || (estimates > 0 && overlap.of.len() > 1)
        {
            let of: Vec<_> =
                overlap.of.iter().map(|id| format!("\"{}\"", self.circle_name(*id))).collect();
            return Err(LedgerError::NeedlessAnswer {
                of: of.join(" and "),
                inside: inside.circle.name.clone(),
            });
        }
        self.overlaps.push(overlap);
        Ok(())
    }

    /// Records something that has gone out.
    ///
    /// # Errors
    /// [`LedgerError::Foreign`] for facts or wordings the ledger does not have.
    pub fn release(&mut self, release: Release) -> Result<ReleaseId, LedgerError> {
        self.check(&release.mentions)?;
        self.releases.push(release);
        Ok(ReleaseId(index(self.releases.len())))
    }

    fn reserve(&mut self, n: u32) -> Result<u32, LedgerError> {
        let first = self.count;
        self.count = first.checked_add(n).ok_or(LedgerError::TooManyPeople)?;
        Ok(first)
    }

    fn listed(&self, circle: &Circle) -> Result<Extent, LedgerError> {
        let mut people = circle.people.clone();
        if let Some(stranger) = people.max().filter(|p| *p >= self.count) {
            return Err(foreign("person", u64::from(stranger)));
        }
        for id in &circle.units {
            let unit =
                self.units.get(id.0 as usize).ok_or_else(|| foreign("unit", u64::from(id.0)))?;
            people.insert_range(unit.first..unit.first + unit.heads);
        }
        if people.is_empty() {
            return Err(LedgerError::EmptyCircle { circle: circle.name.clone() });
        }
        people.optimize();
        Ok(Extent::People(people))
    }

    fn estimate(
        &self,
        name: &str,
        size: Bounds,
        within: Option<CircleId>,
    ) -> Result<Extent, LedgerError> {
        if size.hi() == 0 {
            return Err(LedgerError::EmptyCircle { circle: name.to_owned() });
        }
        let Some(id) = within else { return Ok(Extent::Estimate { size, within }) };
        let group = self.entry(id)?;
        match &group.extent {
            Extent::Estimate { .. } => Err(LedgerError::GroupIsEstimate {
                circle: name.to_owned(),
                group: group.circle.name.clone(),
            }),
            Extent::People(set) if set.len() < size.lo() => Err(LedgerError::LargerThanGroup {
                circle: name.to_owned(),
                lo: size.lo(),
                group: group.circle.name.clone(),
                size: set.len(),
            }),
            Extent::People(set) => Ok(Extent::Estimate {
                size: Bounds::between(size.lo(), size.hi().min(set.len())),
                within,
            }),
        }
    }

    pub(crate) fn entry(&self, id: CircleId) -> Result<&Entry, LedgerError> {
        self.circles.get(id.0 as usize).ok_or_else(|| foreign("circle", u64::from(id.0)))
    }

    pub(crate) fn extent(&self, id: CircleId) -> Option<&Extent> {
        self.circles.get(id.0 as usize).map(|e| &e.extent)
    }

    /// The people of a circle, if it is a list.
    #[must_use]
    pub fn people_in(&self, id: CircleId) -> Option<&RoaringBitmap> {
        match self.extent(id) {
            Some(Extent::People(set)) => Some(set),
            _ => None,
        }
    }

    /// How many people are in a circle.
    #[must_use]
    pub fn size_of(&self, id: CircleId) -> Option<Bounds> {
        self.extent(id).map(|e| match e {
            Extent::People(set) => Bounds::exactly(set.len()),
            Extent::Estimate { size, .. } => *size,
        })
    }

    /// When a circle was so, and how the desk knows.
    #[must_use]
    pub fn circle_entry(&self, id: CircleId) -> Option<&Circle> {
        self.circles.get(id.0 as usize).map(|e| &e.circle)
    }

    pub(crate) fn resolved(&self, id: FactId) -> Option<&Resolved> {
        self.facts.get(id.0 as usize)
    }

    pub(crate) fn overlaps(&self) -> &[Overlap] {
        &self.overlaps
    }

    /// Pairs of circles of which the first lies in the second because a lattice says so; at least one of them is an estimate.
    pub(crate) fn contained(&self) -> impl Iterator<Item = (CircleId, CircleId)> {
        self.contained.iter().copied()
    }

    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// What has gone out, in the order in which it was recorded.
    #[must_use]
    pub fn releases(&self) -> &[Release] {
        &self.releases
    }

    /// How many people are on lists and in units; their numbers are 0 up to this.
    #[must_use]
    pub fn listed_people(&self) -> u32 {
        self.count
    }

    /// Everybody, including those on no list.
    #[must_use]
    pub fn everybody(&self) -> Bounds {
        let others = self.others_count();
        let listed = u64::from(self.count);
        Bounds::between(listed.saturating_add(others.lo()), listed.saturating_add(others.hi()))
    }

    pub(crate) fn others_count(&self) -> Bounds {
        self.others.unwrap_or(Bounds::NONE)
    }

    pub(crate) fn check(&self, mentions: &[Mention]) -> Result<(), LedgerError> {
        for m in mentions {
            let fact = self.resolved(m.fact).ok_or_else(|| foreign("fact", u64::from(m.fact.0)))?;
            if fact.wordings.get(m.wording.0 as usize).is_none() {
                return Err(foreign("wording", u64::from(m.wording.0)));
            }
        }
        Ok(())
    }

    // ---- looking up by name, and names for reports ----

    /// The person of this name.
    ///
    /// # Errors
    /// [`LedgerError::Unknown`], with the nearest name there is.
    pub fn find_person(&self, name: &str) -> Result<PersonId, LedgerError> {
        self.by_name
            .get(name)
            .map(|i| PersonId(*i))
            .ok_or_else(|| unknown("person", name, self.names.values().map(String::as_str)))
    }

    /// The unit of this name.
    ///
    /// # Errors
    /// [`LedgerError::Unknown`].
    pub fn find_unit(&self, name: &str) -> Result<UnitId, LedgerError> {
        find("unit", name, self.units.iter().map(|u| u.name.as_str())).map(UnitId)
    }

    /// The circle of this name.
    ///
    /// # Errors
    /// [`LedgerError::Unknown`].
    pub fn find_circle(&self, name: &str) -> Result<CircleId, LedgerError> {
        let all = || self.circles.iter().map(|e| e.circle.name.as_str());
        self.circle_names
            .get(name)
            .map(|i| CircleId(*i))
            .ok_or_else(|| unknown("circle", name, all()))
    }

    /// The source of this name.
    ///
    /// # Errors
    /// [`LedgerError::Unknown`].
    pub fn find_source(&self, name: &str) -> Result<SourceId, LedgerError> {
        find("source", name, self.sources.iter().map(|s| s.name.as_str())).map(SourceId)
    }

    /// The origin of this name.
    ///
    /// # Errors
    /// [`LedgerError::Unknown`].
    pub fn find_origin(&self, name: &str) -> Result<OriginId, LedgerError> {
        find("origin", name, self.origins.iter().map(String::as_str)).map(OriginId)
    }

    /// The fact of this name.
    ///
    /// # Errors
    /// [`LedgerError::Unknown`].
    pub fn find_fact(&self, name: &str) -> Result<FactId, LedgerError> {
        let all = || self.facts.iter().map(|f| f.name.as_str());
        self.fact_names.get(name).map(|i| FactId(*i)).ok_or_else(|| unknown("fact", name, all()))
    }

    /// The wording of this name of a fact.
    ///
    /// # Errors
    /// [`LedgerError::Unknown`], [`LedgerError::Foreign`].
    pub fn find_wording(&self, fact: FactId, name: &str) -> Result<WordingId, LedgerError> {
        let fact = self.resolved(fact).ok_or_else(|| foreign("fact", u64::from(fact.0)))?;
        let at = find("wording", name, fact.wordings.iter().map(|w| w.name.as_str()))?;
        Ok(WordingId(u16::try_from(at).unwrap_or(u16::MAX)))
    }

    /// What to call a person in a report: the name, or "somebody in Legal" for an unnamed head of a unit.
    #[must_use]
    pub fn describe(&self, id: PersonId) -> String {
        if let Some(name) = self.names.get(&id.0) {
            return name.clone();
        }
        match self.units.iter().find(|u| id.0 >= u.first && id.0 - u.first < u.heads) {
            Some(unit) => format!("somebody in {}", unit.name),
            None => format!("person {}", id.0),
        }
    }

    /// A circle's name; empty if there is no such circle.
    #[must_use]
    pub fn circle_name(&self, id: CircleId) -> &str {
        self.circles.get(id.0 as usize).map_or("", |e| e.circle.name.as_str())
    }

    /// A fact's name; empty if there is no such fact.
    #[must_use]
    pub fn fact_name(&self, id: FactId) -> &str {
        self.resolved(id).map_or("", |f| f.name.as_str())
    }

    /// A wording's name; empty if there is no such wording.
    #[must_use]
    pub fn wording_name(&self, fact: FactId, id: WordingId) -> &str {
        self.resolved(fact)
            .and_then(|f| f.wordings.get(id.0 as usize))
            .map_or("", |w| w.name.as_str())
    }

    /// A source's name; empty if there is no such source.
    #[must_use]
    pub fn source_name(&self, id: SourceId) -> &str {
        self.sources.get(id.0 as usize).map_or("", |s| s.name.as_str())
    }

    /// The circle behind a mention, if the ledger has it.
    #[must_use]
    pub fn circle_of(&self, mention: &Mention) -> Option<CircleId> {
        self.resolved(mention.fact)?.wordings.get(mention.wording.0 as usize).map(|w| w.circle)
    }
}

/// The number of the entry that made a list this long.
fn index(len: usize) -> u32 {
    u32::try_from(len.saturating_sub(1)).unwrap_or(u32::MAX)
}

pub(crate) fn twice(kind: &'static str, name: &str) -> LedgerError {
    LedgerError::Twice { kind, name: name.to_owned() }
}

pub(crate) fn foreign(kind: &'static str, index: u64) -> LedgerError {
    LedgerError::Foreign { kind, index }
}

fn find<'a>(
    kind: &'static str,
    name: &str,
    all: impl Iterator<Item = &'a str> + Clone,
) -> Result<u32, LedgerError> {
    match all.clone().position(|n| n == name) {
        Some(at) => Ok(u32::try_from(at).unwrap_or(u32::MAX)),
        None => Err(unknown(kind, name, all)),
    }
}

fn unknown<'a>(kind: &'static str, name: &str, all: impl Iterator<Item = &'a str>) -> LedgerError {
    // Only a small slip is worth a guess; a far-off suggestion sends people the wrong way. Long rosters are not compared whole.
    let near = all.take(100_000).map(|n| (slips(name, n), n)).filter(|(d, _)| *d <= 2).min();
    let hint = near.map_or_else(String::new, |(_, n)| format!("; did you mean \"{n}\"?"));
    LedgerError::Unknown { kind, name: name.to_owned(), hint }
}

/// Edit distance, with letter case ignored.
fn slips(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.to_lowercase().chars().collect(), b.to_lowercase().chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (y, pair) in b.iter().zip(row.windows(2)) {
            let (diagonal, above) =
                (pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0));
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(x != y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
