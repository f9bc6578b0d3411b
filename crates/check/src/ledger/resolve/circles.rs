//! Circles: every kind of list taken together, or an estimate.

use std::collections::HashMap;

use exposure::{CircleId, LedgerError};
use roaring::RoaringBitmap;

use super::super::Ledger;
use super::super::document::{Circle, DistributionList};
use super::super::load::Files;
use super::super::places::{Path, entry, key, nth};
use super::people::{Gathered, Meant};
use super::{Located, Resolved, file, names, text};
use crate::circles::{Named, calendar, log, mail};
use crate::fault::Problem;
use crate::filter::Filter;

/// What each circle lists, by row of the roster and name of unit, before units have numbers.
pub(crate) struct Listed {
    circles: Vec<(RoaringBitmap, Vec<String>)>,
}

impl Listed {
    pub(crate) fn of(
        ledger: &Ledger,
        files: &dyn Files,
        people: &mut Gathered,
        notes: &mut Vec<String>,
    ) -> Result<Self, Located> {
        // Mail, calendars and logs may add people, and filters are over everybody: so filters come last.
        let mut circles = Vec::new();
        for (n, circle) in ledger.circle.iter().enumerate() {
            circles.push(list(ledger, circle, &entry("circle", n), files, people, notes)?);
        }
        for ((n, circle), (rows, _)) in ledger.circle.iter().enumerate().zip(&mut circles) {
            let Some(filter) = &circle.filter else { continue };
            let path = key(&entry("circle", n), "filter");
            let wrong = |e: crate::filter::FilterError| {
                Located::new(
                    path.clone(),
                    Problem::text(format!("circle \"{}\": {e}", circle.name)),
                )
            };
            let parsed = Filter::parse(filter).map_err(wrong)?;
            let (selected, unreadable) = parsed.select(filter, &people.roster).map_err(wrong)?;
            if selected.is_empty() {
                let what = format!(
                    "circle \"{}\": the filter {filter} is true for nobody: correct it, or the list",
                    circle.name
                );
                return Err(Located::new(path, Problem::Text(what)));
            }
            *rows |= selected;
            for u in unreadable {
                notes.push(format!(
                    "Circle \"{}\": {} in column \"{}\" {} no date (\"{}\"), and {} neither before nor after.",
                    circle.name,
                    if u.count == 1 { "one entry".to_owned() } else { format!("{} entries", u.count) },
                    u.column,
                    if u.count == 1 { "is" } else { "are" },
                    u.example,
                    if u.count == 1 { "counts as" } else { "count as" },
                ));
            }
        }
        Ok(Self { circles })
    }
}

fn list(
    ledger: &Ledger,
    circle: &Circle,
    at: &Path,
    files: &dyn Files,
    people: &mut Gathered,
    notes: &mut Vec<String>,
) -> Result<(RoaringBitmap, Vec<String>), Located> {
    let mut rows = RoaringBitmap::new();
    let mut units = Vec::new();
    add_people(&circle.people, &circle.units, at, people, (&mut rows, &mut units))?;
    let mut gather = |file: &str, found: Vec<Named>, path: Path| {
        let mut strangers = Vec::new();
        for named in found {
            match people.meant(&named, &path)? {
                Meant::Person(row) => {
                    rows.insert(row);
                }
                Meant::Stranger(row) => {
                    rows.insert(row);
                    strangers.push(people.roster.name(row).to_owned());
                }
                Meant::List(n) => {
                    let empty = DistributionList::default();
                    let list = ledger.list.get(n).unwrap_or(&empty);
                    let at = entry("list", n);
                    if list.people.is_empty() && list.units.is_empty() {
                        let what = format!(
                            "nobody is on the list \"{}\": name its people or units",
                            list.address
                        );
                        return Err(Located::new(at, Problem::Text(what)));
                    }
                    add_people(&list.people, &list.units, &at, people, (&mut rows, &mut units))?;
                }
            }
        }
        if let Some(first) = strangers.first() {
            let more = match strangers.len() {
                1 => String::new(),
                n => format!(" and {} more", n - 1),
            };
            notes.push(format!(
                "{file} names {first}{more}, on no list of people: each is counted as one more person. An address that stands for many has to be written down as a [[list]]."
            ));
        }
        Ok(())
    };
    for (n, name) in circle.mail.iter().enumerate() {
        let path = nth(at, "mail", n);
        let bytes = file(files, name, path.clone())?;
        let found = mail::people(bytes).map_err(|problem| Located {
            path: path.clone(),
            fault: crate::fault::Fault::in_file(name, problem),
        })?;
        gather(name, found, path)?;
    }
    for (n, name) in circle.calendar.iter().enumerate() {
        let path = nth(at, "calendar", n);
        let found = calendar::people(&text(files, name, path.clone())?).map_err(|problem| {
            Located { path: path.clone(), fault: crate::fault::Fault::in_file(name, problem) }
        })?;
        gather(name, found, path)?;
    }
    for (n, entry) in circle.log.iter().enumerate() {
        let path = nth(at, "log", n);
        let found = log::people(entry, &text(files, &entry.file, path.clone())?)
            .map_err(|fault| Located { path: path.clone(), fault })?;
        gather(&entry.file, found, path)?;
    }
    Ok((rows, units))
}

fn add_people(
    names: &[String],
    units: &[String],
    at: &Path,
    people: &Gathered,
    into: (&mut RoaringBitmap, &mut Vec<String>),
) -> Result<(), Located> {
    for (n, name) in names.iter().enumerate() {
        into.0.insert(people.person(name, nth(at, "people", n))?);
    }
    for (n, name) in units.iter().enumerate() {
        if !people.is_unit(name) {
            let problem = Problem::unknown("unit", name, people.unit_names());
            return Err(Located::new(nth(at, "units", n), problem));
        }
        into.1.push(name.clone());
    }
    Ok(())
}

/// Adds all circles to the model's ledger: lists first, so that estimates can be drawn from them. Every unit is a circle, too, and
/// so is `everybody`.
pub(crate) fn add(
    ledger: &Ledger,
    resolved: &mut Resolved,
    listed: &Listed,
) -> Result<HashMap<String, CircleId>, Located> {
    let places = names("circle", ledger.circle.iter().map(|c| c.name.as_str()))?;
    let mut sets: Vec<Option<RoaringBitmap>> = vec![None; ledger.circle.len()];
    let mut ids = HashMap::new();
    for (n, circle) in ledger.circle.iter().enumerate() {
        let at = entry("circle", n);
        if is_estimate(circle, &at)? {
            continue;
        }
        let set = union(ledger, resolved, listed, &places, (n, 0), &mut sets)?;
        let model = exposure::Circle::set(&circle.name, set);
        ids.insert(circle.name.clone(), insert(resolved, model, circle, at)?);
    }
    for (n, circle) in ledger.circle.iter().enumerate() {
        let Some(size) = circle.estimate else { continue };
        let at = entry("circle", n);
        let mut model = exposure::Circle::estimate(&circle.name, size.0);
        if let Some(group) = &circle.within {
            model = model.within(find(ledger, resolved, &mut ids, group, key(&at, "within"))?);
        }
        ids.insert(circle.name.clone(), insert(resolved, model, circle, at)?);
    }
    Ok(ids)
}

fn is_estimate(circle: &Circle, at: &Path) -> Result<bool, Located> {
    let lists = !circle.people.is_empty()
        || !circle.units.is_empty()
        || !circle.circles.is_empty()
        || circle.filter.is_some()
        || !circle.mail.is_empty()
        || !circle.calendar.is_empty()
        || !circle.log.is_empty();
    let name = &circle.name;
    let what = match (circle.estimate.is_some(), lists, circle.within.is_some()) {
        (true, true, _) => format!(
            "circle \"{name}\" is a list and an estimate at once: keep the list, or draw the estimate from it with \"within\""
        ),
        (false, _, true) => format!(
            "circle \"{name}\" has \"within\" and no estimate: say how many of them there were, estimate = \"8..15\""
        ),
        (false, false, _) => format!(
            "circle \"{name}\" says nobody: give people, units, a filter, mail, a calendar, a log, or an estimate"
        ),
        (estimate, ..) => return Ok(estimate),
    };
    Err(Located::new(at.clone(), Problem::Text(what)))
}

/// A circle's people with those of the circles it includes.
fn union(
    ledger: &Ledger,
    resolved: &Resolved,
    listed: &Listed,
    places: &HashMap<String, usize>,
    (n, depth): (usize, usize),
    sets: &mut Vec<Option<RoaringBitmap>>,
) -> Result<RoaringBitmap, Located> {
    if let Some(done) = sets.get(n).and_then(Clone::clone) {
        return Ok(done);
    }
    let at = entry("circle", n);
    let Some(circle) = ledger.circle.get(n) else { return Ok(RoaringBitmap::new()) };
    if depth > 32 {
        let what = format!(
            "circle \"{}\" includes itself by way of others, or more than 32 levels of them: take one step out",
            circle.name
        );
        return Err(Located::new(key(&at, "circles"), Problem::Text(what)));
    }
    let mut set = RoaringBitmap::new();
    if let Some((rows, units)) = listed.circles.get(n) {
        set |= rows;
        for name in units {
            if let Some(unit) = resolved.units.iter().find(|u| &u.name == name) {
                set |= &unit.everybody;
            }
        }
    }
    for (i, other) in circle.circles.iter().enumerate() {
        let path = || nth(&at, "circles", i);
        if let Some(m) = places.get(other) {
            if ledger.circle.get(*m).is_some_and(|c| c.estimate.is_some()) {
                let what = format!(
                    "\"{other}\" is an estimate and has no people that could be taken in: name a circle that is a list"
                );
                return Err(Located::new(path(), Problem::Text(what)));
            }
            set |= union(ledger, resolved, listed, places, (*m, depth + 1), sets)?;
        } else if let Some(unit) = resolved.units.iter().find(|u| &u.name == other) {
            set |= &unit.everybody;
        } else {
            return Err(Located::new(path(), unknown_circle(ledger, resolved, other)));
        }
    }
    if let Some(place) = sets.get_mut(n) {
        *place = Some(set.clone());
    }
    Ok(set)
}

fn insert(
    resolved: &mut Resolved,
    model: exposure::Circle,
    circle: &Circle,
    at: Path,
) -> Result<CircleId, Located> {
    let mut model =
        model.delta(circle.missed.0).epsilon(circle.hearsay.0).evidence(&circle.evidence);
    if let Some(when) = circle.as_of {
        model = model.as_of(when.unix());
    }
    resolved.exposure.circle(model).map_err(|e| {
        let step = match &e {
            LedgerError::LargerThanGroup { .. } => "estimate",
            LedgerError::GroupIsEstimate { .. } => "within",
            LedgerError::Rate { what, .. } if what.contains('δ') => "missed",
            LedgerError::Rate { .. } => "hearsay",
            _ => "name",
        };
        Located::new(key(&at, step), e.into())
    })
}

/// The word for all people on lists and in units.
pub(crate) const EVERYBODY: &str = "everybody";

/// A circle by its name; or a unit, or everybody, which become circles when they are first asked for.
pub(crate) fn find(
    ledger: &Ledger,
    resolved: &mut Resolved,
    ids: &mut HashMap<String, CircleId>,
    name: &str,
    path: Path,
) -> Result<CircleId, Located> {
    if let Some(id) = ids.get(name) {
        return Ok(*id);
    }
    let set = match resolved.units.iter().find(|u| u.name == name) {
        Some(unit) => unit.everybody.clone(),
        None if name == EVERYBODY => {
            let mut all = RoaringBitmap::new();
            all.insert_range(0..resolved.exposure.listed_people());
            all
        }
        None => return Err(Located::new(path, unknown_circle(ledger, resolved, name))),
    };
    let id = resolved
        .exposure
        .circle(exposure::Circle::set(name, set))
        .map_err(|e| Located::new(path, e.into()))?;
    ids.insert(name.to_owned(), id);
    Ok(id)
}

fn unknown_circle(ledger: &Ledger, resolved: &Resolved, name: &str) -> Problem {
    let circles = ledger.circle.iter().map(|c| c.name.as_str());
    let units = resolved.units.iter().map(|u| u.name.as_str());
    Problem::unknown("circle", name, circles.chain(units).chain([EVERYBODY]))
}
