//! Everybody on lists, and units with the people whom no list names.

use std::collections::HashMap;

use roaring::RoaringBitmap;

use super::super::Ledger;
use super::super::load::Files;
use super::super::places::{Path, entry, key, nth};
use super::{Located, UnitPeople, file, names};
use crate::circles::Named;
use crate::fault::Problem;
use crate::people::{self, Found, Roster};

/// The people of a ledger while it is being read.
pub(crate) struct Gathered {
    pub(crate) roster: Roster,
    /// Units by name, and for each the unit it is a part of.
    units: HashMap<String, usize>,
    parents: Vec<Option<usize>>,
    /// Addresses that stand for many.
    lists: HashMap<String, usize>,
}

/// Who is meant by a name in a header or log.
pub(crate) enum Meant {
    Person(u32),
    /// A distribution list, by its place.
    List(usize),
    /// Somebody on no list, added now.
    Stranger(u32),
}

impl Gathered {
    pub(crate) fn of(ledger: &Ledger, files: &dyn Files) -> Result<Self, Located> {
        let units = names("unit", ledger.unit.iter().map(|u| u.name.as_str()))?;
        let mut parents = Vec::new();
        for (n, unit) in ledger.unit.iter().enumerate() {
            parents.push(match &unit.part_of {
                None => None,
                Some(whole) => Some(*units.get(whole).ok_or_else(|| {
                    let all = ledger.unit.iter().map(|u| u.name.as_str());
                    Located::new(
                        key(&entry("unit", n), "part_of"),
                        Problem::unknown("unit", whole, all),
                    )
                })?),
            });
        }
        check_rings(ledger, &parents)?;
        let mut roster = Roster::default();
        for (n, list) in ledger.people.iter().enumerate() {
            let at = entry("people", n);
            match (&list.file, list.names.is_empty()) {
                (Some(name), true) => {
                    let bytes = file(files, name, key(&at, "file"))?;
                    people::read(&mut roster, list, name, bytes)
                        .map_err(|fault| Located { path: at.clone(), fault })?;
                }
                (None, false) => {
                    roster.begin(crate::ledger::MAIN);
                    for (i, name) in list.names.iter().enumerate() {
                        let path = || nth(&at, "names", i);
                        if name.trim().is_empty() {
                            let what =
                                Problem::text("there is an empty name in this list: take it out");
                            return Err(Located::new(path(), what));
                        }
                        if roster.find(name) != Found::None {
                            return Err(Located::new(
                                path(),
                                Problem::Twice { kind: "person", name: name.clone() },
                            ));
                        }
                        let row = roster.add(name.trim(), "", 0);
                        if let Some(unit) = &list.unit {
                            roster.set(row, people::UNIT, unit);
                        }
                    }
                }
                _ => {
                    return Err(Located::new(
                        at,
                        Problem::text(
                            "a list of people is either a file or names: give one of the two",
                        ),
                    ));
                }
            }
        }
        roster.begin(crate::ledger::MAIN);
        for (n, person) in ledger.person.iter().enumerate() {
            let at = entry("person", n);
            if person.name.trim().is_empty() {
                return Err(Located::new(at, Problem::text("this person has no name: give one")));
            }
            let row = roster.add(person.name.trim(), person.email.as_deref().unwrap_or(""), 0);
            if let Some(unit) = &person.unit {
                roster.set(row, people::UNIT, unit);
            }
        }
        let mut lists = HashMap::new();
        for (n, list) in ledger.list.iter().enumerate() {
            if lists.insert(list.address.to_lowercase(), n).is_some() {
                let problem =
                    Problem::Twice { kind: "distribution list", name: list.address.clone() };
                return Err(Located::new(entry("list", n), problem));
            }
        }
        Ok(Self { roster, units, parents, lists })
    }

    /// A person by name or address.
    pub(crate) fn person(&self, who: &str, path: Path) -> Result<u32, Located> {
        match self.roster.find(who) {
            Found::One(row) => Ok(row),
            Found::Many(count) => {
                Err(Located::new(path, Problem::Ambiguous { name: who.to_owned(), count }))
            }
            Found::None => {
                Err(Located::new(path, Problem::unknown("person", who, self.roster.all_names())))
            }
        }
    }

    /// The unit of this name: declared, or a value in the unit column.
    pub(crate) fn is_unit(&self, name: &str) -> bool {
        self.units.contains_key(name)
            || self
                .roster
                .column(people::UNIT)
                .is_some_and(|c| c.texts().iter().any(|t| t == name && !t.is_empty()))
    }

    /// Names of all units, for "did you mean".
    pub(crate) fn unit_names(&self) -> impl Iterator<Item = &str> {
        let written = self.roster.column(people::UNIT).into_iter();
        let written = written.flat_map(|c| c.texts().iter().map(String::as_str));
        self.units.keys().map(String::as_str).chain(written).filter(|n| !n.is_empty())
    }

    /// Somebody from a header or a log: by address first, then by name; otherwise a new person.
    pub(crate) fn meant(&mut self, named: &Named, path: &Path) -> Result<Meant, Located> {
        if let Some(list) = self.lists.get(&named.address.to_lowercase()) {
            return Ok(Meant::List(*list));
        }
        for who in [&named.address, &named.name] {
            if who.is_empty() {
                continue;
            }
            match self.roster.find(who) {
                Found::One(row) => return Ok(Meant::Person(row)),
                Found::Many(count) => {
                    let problem = Problem::Ambiguous { name: who.clone(), count };
                    return Err(Located::new(path.clone(), problem));
                }
                Found::None => {}
            }
        }
        // A user name may be the part of an address before the @.
        let name = if named.name.is_empty() { &named.address } else { &named.name };
        let email = if named.address.contains('@') { named.address.as_str() } else { "" };
        Ok(Meant::Stranger(self.roster.add(name, email, 0)))
    }

    /// Numbers for everybody: first those on lists, in their order, then for each unit those whom no list names.
    pub(crate) fn settle(
        &self,
        ledger: &Ledger,
        exposure: &mut exposure::Ledger,
    ) -> Result<Vec<UnitPeople>, Located> {
        let add = |exposure: &mut exposure::Ledger, n: u32, path: Path| {
            exposure.roster(n).map(|p| p.0).map_err(|e| Located::new(path, e.into()))
        };
        add(exposure, self.roster.len(), Vec::new())?;
        let mut named: HashMap<&str, RoaringBitmap> = HashMap::new();
        if let Some(column) = self.roster.column(people::UNIT) {
            let mut sets = vec![RoaringBitmap::new(); column.texts().len()];
            for (row, cell) in (0u32..).zip(column.cells()) {
                if let Some(set) = sets.get_mut(*cell as usize) {
                    set.insert(row);
                }
            }
            let texts = column.texts().iter().map(String::as_str).zip(sets);
            named.extend(texts.filter(|(t, _)| !t.is_empty()));
        }
        let count = ledger.unit.len();
        let mut own: Vec<RoaringBitmap> =
            ledger.unit.iter().map(|u| named.remove(u.name.as_str()).unwrap_or_default()).collect();
        // Parts before wholes: what a unit's head count leaves after its parts and its named members has no name.
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|n| std::cmp::Reverse(self.depth(*n)));
        let mut below = own.clone();
        let mut unnamed = vec![(0, 0); count];
        for n in order {
            let (Some(unit), Some(set)) = (ledger.unit.get(n), below.get(n).cloned()) else {
                continue;
            };
            let known = set.len();
            let heads = unit.heads.map_or(known, u64::from);
            let Some(missing) = heads.checked_sub(known) else {
                return Err(Located::new(
                    key(&entry("unit", n), "heads"),
                    Problem::text(format!(
                        "unit \"{}\" has a head count of {heads}, but lists and parts name {known}: raise the head count, or correct the people's unit",
                        unit.name
                    )),
                ));
            };
            let missing = u32::try_from(missing).unwrap_or(u32::MAX);
            let first = add(exposure, missing, entry("unit", n))?;
            let mut all = set;
            all.insert_range(first..first.saturating_add(missing));
            if let Some(place) = unnamed.get_mut(n) {
                *place = (first, missing);
            }
            if let Some(parent) = self.parents.get(n).copied().flatten()
                && let Some(above) = below.get_mut(parent)
            {
                *above |= &all;
            }
            if let Some(place) = below.get_mut(n) {
                *place = all;
            }
        }
        own.clear();
        let declared =
            ledger.unit.iter().zip(below).zip(unnamed).map(|((u, everybody), unnamed)| {
                UnitPeople { name: u.name.clone(), unnamed, everybody }
            });
        let mut all: Vec<UnitPeople> = declared.collect();
        let mut rest: Vec<_> = named.into_iter().collect();
        rest.sort_by_key(|(name, _)| *name);
        all.extend(rest.into_iter().map(|(name, everybody)| UnitPeople {
            name: name.to_owned(),
            unnamed: (0, 0),
            everybody,
        }));
        Ok(all)
    }

    fn depth(&self, mut n: usize) -> usize {
        let mut depth = 0;
        while let Some(parent) = self.parents.get(n).copied().flatten() {
            depth += 1;
            n = parent;
        }
        depth
    }
}

fn check_rings(ledger: &Ledger, parents: &[Option<usize>]) -> Result<(), Located> {
    for start in 0..parents.len() {
        let (mut at, mut steps) = (start, 0);
        while let Some(parent) = parents.get(at).copied().flatten() {
            at = parent;
            steps += 1;
            if at == start || steps > parents.len() {
                let name = ledger.unit.get(start).map_or("", |u| u.name.as_str());
                let what = format!("unit \"{name}\" is a part of itself: take one \"part_of\" out");
                return Err(Located::new(
                    key(&entry("unit", start), "part_of"),
                    Problem::Text(what),
                ));
            }
        }
    }
    Ok(())
}
