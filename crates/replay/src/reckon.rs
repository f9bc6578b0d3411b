//! Every figure of a case: after each step, and for every way in which it could have been worded.

use std::collections::BTreeMap;

use exposure::{Bounds, CircleId, Draft, FactId, Mention, Policy, WordingId, exposure};

use crate::{Case, Kind, ReplayError};

/// So many combinations a page may hold; more would make it slow to load.
const MOST: usize = 4096;

/// How many are left, and who.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The crowd in the worst case: what the check goes by.
    pub people: Bounds,
    /// Whether there are enough for certain.
    pub enough: bool,
    /// Whether the source is among them, if the ledger knows who that is.
    pub source_among: Option<bool>,
    /// How many of them are certainly not the source, if they are too few.
    pub wrongly: Bounds,
}

/// A step whose words could have been others.
#[derive(Clone, Debug)]
pub struct Rewritable {
    /// Its place among the steps.
    pub step: usize,
    /// As it was said, then the other wordings, and last: to leave it out.
    pub options: Vec<Other>,
}

/// One way to say it.
#[derive(Clone, Debug)]
pub struct Other {
    /// The words; none if it is left out.
    pub words: Option<String>,
    /// What the story loses.
    pub loss: u64,
    /// The bit in [`Class::in_circles`] of those who could have known it; none if everybody could, or nobody knows who.
    pub bit: Option<u32>,
}

/// People who are in the same circles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// How many.
    pub people: u64,
    /// The circles they are in, as bits.
    pub in_circles: u32,
}

/// Every figure of a case.
#[derive(Clone, Debug)]
pub struct Reckoning {
    /// Everybody before anything was said.
    pub everybody: u64,
    /// The smallest crowd that the newsroom asks for.
    pub k: u64,
    /// After each step, all steps before it included.
    pub after: Vec<Left>,
    /// The bit of each step's circle, as in [`Other::bit`].
    pub bits: Vec<Option<u32>>,
    /// What can be rewritten.
    pub rewritable: Vec<Rewritable>,
    /// One entry for each combination of options: the option of the last rewritable step counts fastest.
    pub table: Vec<Left>,
    /// The cheapest combination that leaves enough, and of equally cheap ones the one that leaves most; none if there is none.
    pub best: Option<usize>,
    /// Those who are in the same circles, those who last longest first.
    pub classes: Vec<Class>,
}

impl Reckoning {
    /// Which option each rewritable step has in combination `index`.
    #[must_use]
    pub fn options_of(&self, mut index: usize) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::new();
        for r in self.rewritable.iter().rev() {
            let n = r.options.len().max(1);
            chosen.push(index % n);
            index /= n;
        }
        chosen.reverse();
        chosen
    }

    /// What a combination costs.
    #[must_use]
    pub fn loss_of(&self, index: usize) -> u64 {
        let chosen = self.options_of(index);
        let losses = self.rewritable.iter().zip(chosen).filter_map(|(r, o)| r.options.get(o));
        losses.map(|o| o.loss).sum()
    }
}

/// A fact in a wording, if it is said at all.
type Said = Option<(FactId, WordingId)>;

pub(crate) fn reckon(case: &Case) -> Result<Reckoning, ReplayError> {
    let wrong = ReplayError::ledger(&case.name);
    let model = &case.ledger.model;
    let steps = &case.story.steps;
    let find = |fact: &str, wording: &str| -> Result<(FactId, WordingId), ReplayError> {
        let fact = model.find_fact(fact).map_err(&wrong)?;
        Ok((fact, model.find_wording(fact, wording).map_err(&wrong)?))
    };
    let mut circles = Circles::default();
    let mut bits = Vec::new();
    let mut after = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let said = find(&step.fact, &step.wording)?;
        bits.push(circles.bit(case, said)?);
        let until = steps.iter().take(i + 1);
        let gone: Vec<&String> = until.clone().flat_map(|s| &s.withdraws).collect();
        let held: Result<Vec<Said>, _> = until
            .filter(|s| !gone.contains(&&s.id))
            .map(|s| find(&s.fact, &s.wording).map(Some))
            .collect();
        after.push(left(case, &held?)?);
    }
    let mut rewritable = Vec::new();
    let mut said: Vec<Vec<Said>> = Vec::new();
    for (step, written) in steps.iter().enumerate().filter(|(_, s)| s.kind != Kind::Found) {
        let mut options = Vec::new();
        let mut ways = Vec::new();
        let printed = std::iter::once((&written.wording, &written.words));
        for (wording, words) in
            printed.chain(written.instead.iter().map(|i| (&i.wording, &i.words)))
        {
            let way = find(&written.fact, wording)?;
            let key = (written.fact.clone(), wording.clone());
            let loss = case.ledger.losses.get(&key).copied().unwrap_or_default();
            options.push(Other {
                words: Some(words.clone()),
                loss: u64::from(loss),
                bit: circles.bit(case, way)?,
            });
            ways.push(Some(way));
        }
        let loss = case.ledger.omissions.get(&written.fact).copied().unwrap_or_default();
        options.push(Other { words: None, loss: u64::from(loss), bit: None });
        ways.push(None);
        rewritable.push(Rewritable { step, options });
        said.push(ways);
    }
    let combinations = said.iter().try_fold(1usize, |n, ways| n.checked_mul(ways.len()));
    let Some(combinations) = combinations.filter(|n| *n <= MOST) else {
        let problem = format!("more than {MOST} combinations of wordings: offer fewer");
        return Err(ReplayError::fault(&case.name, problem));
    };
    let mut sums = Reckoning {
        everybody: u64::from(model.listed_people()),
        k: case.ledger.k,
        after,
        bits,
        rewritable,
        table: Vec::with_capacity(combinations),
        best: None,
        classes: Vec::new(),
    };
    for index in 0..combinations {
        let chosen = sums.options_of(index);
        let held: Vec<Said> =
            said.iter().zip(chosen).map(|(ways, o)| ways.get(o).copied().flatten()).collect();
        sums.table.push(left(case, &held)?);
    }
    let enough = sums.table.iter().enumerate().filter(|(_, l)| l.enough);
    sums.best = enough
        .min_by_key(|(i, l)| (sums.loss_of(*i), std::cmp::Reverse(l.people.lo()), *i))
        .map(|(i, _)| i);
    sums.classes = circles.classes(case, &sums);
    Ok(sums)
}

fn left(case: &Case, said: &[Said]) -> Result<Left, ReplayError> {
    let wrong = ReplayError::ledger(&case.name);
    let draft = said.iter().flatten().fold(Draft::default(), |draft, (fact, wording)| {
        draft.passage("", [Mention::new(*fact, *wording)])
    });
    let policy = Policy { k: case.ledger.k, at_most: 1, now: 0 };
    let seen = exposure(&case.ledger.model, Some(&draft), &policy).map_err(&wrong)?;
    // Whoever told it: the source of one sentence may be far from the circle of another.
    let fits = |person: exposure::PersonId| {
        said.iter().flatten().all(|(fact, wording)| {
            let circle = case.ledger.model.circle_of(&Mention::new(*fact, *wording));
            let people = circle.and_then(|c| case.ledger.model.people_in(c));
            people.is_none_or(|people| people.contains(person.0))
        })
    };
    let source_among = case.ledger.source.map(fits);
    Ok(Left {
        people: seen.k,
        enough: seen.k.lo() >= policy.k,
        source_among,
        wrongly: seen.wrongly,
    })
}

/// The circles of which it is known who is in them, each with a bit.
#[derive(Default)]
struct Circles {
    bits: BTreeMap<CircleId, u32>,
}

impl Circles {
    fn bit(
        &mut self,
        case: &Case,
        (fact, wording): (FactId, WordingId),
    ) -> Result<Option<u32>, ReplayError> {
        let model = &case.ledger.model;
        let Some(circle) = model.circle_of(&Mention::new(fact, wording)) else { return Ok(None) };
        if model.people_in(circle).is_none() {
            return Ok(None);
        }
        let next = u32::try_from(self.bits.len()).unwrap_or(u32::MAX);
        if next >= 30 && !self.bits.contains_key(&circle) {
            return Err(ReplayError::fault(
                &case.name,
                "more than 30 circles: a page cannot hold them",
            ));
        }
        Ok(Some(*self.bits.entry(circle).or_insert(next)))
    }

    fn classes(&self, case: &Case, sums: &Reckoning) -> Vec<Class> {
        let mut counted: BTreeMap<u32, u64> = BTreeMap::new();
        let model = &case.ledger.model;
        let mut in_circles = vec![0u32; model.listed_people() as usize];
        for (circle, bit) in &self.bits {
            for person in model.people_in(*circle).into_iter().flatten() {
                if let Some(bits) = in_circles.get_mut(person as usize) {
                    *bits |= 1 << bit;
                }
            }
        }
        for bits in in_circles {
            *counted.entry(bits).or_default() += 1;
        }
        let mut classes: Vec<Class> =
            counted.into_iter().map(|(in_circles, people)| Class { people, in_circles }).collect();
        // How many steps somebody survives, in the order in which they came.
        let lasts = |class: &Class| {
            let out = |bit: &Option<u32>| bit.is_some_and(|b| class.in_circles & (1 << b) == 0);
            sums.bits.iter().position(out).unwrap_or(usize::MAX)
        };
        classes.sort_by_key(|c| (std::cmp::Reverse(lasts(c)), c.people));
        classes
    }
}
