//! A case's ledger: the part of the ledger format that the cases need, made into the model's own.

use std::collections::BTreeMap;

use exposure::{
    Answer, Bounds, Circle, CircleId, Fact, Ledger, Overlap, PersonId, Rate, Source, Wording,
};
use serde::Deserialize;

use crate::ReplayError;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    title: String,
    k: Option<u64>,
    unit: Vec<WrittenUnit>,
    person: Vec<WrittenPerson>,
    source: Vec<WrittenSource>,
    origin: Vec<Named>,
    circle: Vec<WrittenCircle>,
    fact: Vec<WrittenFact>,
    mark: Vec<Mark>,
    overlap: Vec<WrittenOverlap>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenUnit {
    name: String,
    heads: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPerson {
    name: String,
    unit: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSource {
    name: String,
    person: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenCircle {
    name: String,
    people: Vec<String>,
    units: Vec<String>,
    estimate: Option<String>,
    within: Option<String>,
    hearsay: f64,
    evidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFact {
    name: String,
    source: Option<String>,
    origin: Option<String>,
    omission: Option<u32>,
    wording: Vec<WrittenWording>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWording {
    text: String,
    circle: String,
    #[serde(default)]
    coarser: Vec<String>,
    #[serde(default)]
    loss: u32,
}

/// Where a fact stands in the draft of the case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mark {
    pub(crate) draft: String,
    pub(crate) fact: String,
    pub(crate) wording: String,
    pub(crate) quote: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOverlap {
    of: Vec<String>,
    inside: String,
    answer: String,
}

/// A ledger with what the model does not give back.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    pub(crate) model: Ledger,
    /// The smallest crowd asked for.
    pub(crate) k: u64,
    /// Whether the ledger says who the source is.
    pub(crate) source: Option<PersonId>,
    /// What leaving a fact out costs.
    pub(crate) omissions: BTreeMap<String, u32>,
    /// What a wording costs, by fact and wording.
    pub(crate) losses: BTreeMap<(String, String), u32>,
    pub(crate) marks: Vec<Mark>,
}

pub(crate) fn load(file: &str, text: &str) -> Result<Loaded, ReplayError> {
    let written: Written = toml::from_str(text).map_err(|e| {
        let line =
            e.span().and_then(|s| text.get(..s.start)).map_or(0, |t| t.matches('\n').count());
        ReplayError::fault(&format!("{file}:{}", line + 1), e.message())
    })?;
    let wrong = ReplayError::ledger(file);
    let mut model = Ledger::new();
    for unit in &written.unit {
        model.unit(&unit.name, unit.heads).map_err(&wrong)?;
    }
    for person in &written.person {
        let unit =
            person.unit.as_deref().map(|u| model.find_unit(u)).transpose().map_err(&wrong)?;
        model.person(&person.name, unit).map_err(&wrong)?;
    }
    let mut known = None;
    for source in &written.source {
        let mut entry = Source::new(&source.name);
        if let Some(name) = &source.person {
            let person = model.find_person(name).map_err(&wrong)?;
            known = Some(person);
            entry = entry.known_as(person);
        }
        model.source(entry).map_err(&wrong)?;
    }
    for origin in &written.origin {
        model.origin(&origin.name).map_err(&wrong)?;
    }
    for circle in &written.circle {
        add_circle(&mut model, circle, file)?;
    }
    let (mut omissions, mut losses) = (BTreeMap::new(), BTreeMap::new());
    for fact in &written.fact {
        let mut entry = Fact::new(&fact.name).omission(fact.omission.unwrap_or(100));
        if let Some(name) = &fact.source {
            entry = entry.told_by(model.find_source(name).map_err(&wrong)?);
        }
        if let Some(name) = &fact.origin {
            entry = entry.origin(model.find_origin(name).map_err(&wrong)?);
        }
        for w in &fact.wording {
            let circle = model.find_circle(&w.circle).map_err(&wrong)?;
            let wording = Wording::new(&w.text, circle).loss(w.loss);
            entry = entry.wording(w.coarser.iter().fold(wording, |to, c| to.coarser(c)));
            losses.insert((fact.name.clone(), w.text.clone()), w.loss);
        }
        omissions.insert(fact.name.clone(), fact.omission.unwrap_or(100));
        model.fact(entry).map_err(&wrong)?;
    }
    for overlap in &written.overlap {
        let of: Result<Vec<CircleId>, _> =
            overlap.of.iter().map(|c| model.find_circle(c)).collect();
        let inside = model.find_circle(&overlap.inside).map_err(&wrong)?;
        let answer = answer(&overlap.answer).ok_or_else(|| {
            ReplayError::fault(
                file,
                format!(
                    "\"{}\" is no answer: write all, most, some, nobody or don't know",
                    overlap.answer
                ),
            )
        })?;
        model.overlap(Overlap { of: of.map_err(&wrong)?, inside, answer }).map_err(&wrong)?;
    }
    if written.title.is_empty() {
        return Err(ReplayError::fault(file, "give the ledger a title"));
    }
    Ok(Loaded {
        model,
        k: written.k.unwrap_or(20),
        source: known,
        omissions,
        losses,
        marks: written.mark,
    })
}

fn answer(word: &str) -> Option<Answer> {
    Some(match word {
        "all" => Answer::All,
        "most" => Answer::Most,
        "some" => Answer::Some,
        "nobody" => Answer::Nobody,
        "don't know" => Answer::DontKnow,
        _ => return None,
    })
}

fn add_circle(model: &mut Ledger, written: &WrittenCircle, file: &str) -> Result<(), ReplayError> {
    let wrong = ReplayError::ledger(file);
    let mut circle = if let Some(estimate) = &written.estimate {
        let bad = || {
            ReplayError::fault(
                file,
                format!("circle \"{}\": write an estimate as \"8..15\"", written.name),
            )
        };
        let (lo, hi) = estimate.split_once("..").ok_or_else(bad)?;
        let end = |text: &str| text.trim().parse::<u64>().map_err(|_| bad());
        Circle::estimate(&written.name, Bounds::new(end(lo)?, end(hi)?).map_err(&wrong)?)
    } else {
        let people: Result<Vec<PersonId>, _> =
            written.people.iter().map(|p| model.find_person(p)).collect();
        let units: Result<Vec<_>, _> = written.units.iter().map(|u| model.find_unit(u)).collect();
        Circle::people(&written.name, people.map_err(&wrong)?).and_units(units.map_err(&wrong)?)
    };
    if let Some(group) = &written.within {
        circle = circle.within(model.find_circle(group).map_err(&wrong)?);
    }
    // At most 200 in a thousand, and checked by the model.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let hearsay = Rate::per_mille((written.hearsay.clamp(0.0, 1.0) * 1000.0).round() as u16);
    model.circle(circle.epsilon(hearsay).evidence(&written.evidence)).map_err(&wrong)?;
    Ok(())
}
