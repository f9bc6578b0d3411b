//! Editing a ledger entry by entry, as the desk does it. Each step checks names; [`Ledger::resolve`] checks everything.

use super::document::{
    Circle, Fact, Ledger, Mark, Origin, Overlap, People, Person, Release, Source, Unit, Wording,
};
use crate::fault::{Fault, Problem};

macro_rules! add {
    ($($(#[$doc:meta])* $add:ident, $remove:ident, $list:ident: $what:ty, $kind:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// [`Problem::Twice`] if the name is taken; an empty name.
        pub fn $add(&mut self, entry: $what) -> Result<(), Fault> {
            name_is_free($kind, &entry.name, self.$list.iter().map(|e| e.name.as_str()))?;
            self.$list.push(entry);
            Ok(())
        }

        /// Takes the entry of this name out again. What refers to it is left as it is, and is named when the ledger is resolved.
        ///
        /// # Errors
        /// [`Problem::Unknown`].
        pub fn $remove(&mut self, name: &str) -> Result<$what, Fault> {
            match self.$list.iter().position(|e| e.name == name) {
                Some(at) => Ok(self.$list.remove(at)),
                None => {
                    let all = self.$list.iter().map(|e| e.name.as_str());
                    Err(Fault::new(Problem::unknown($kind, name, all)))
                }
            }
        }
    )*};
}

fn name_is_free<'a>(
    kind: &'static str,
    name: &str,
    mut all: impl Iterator<Item = &'a str>,
) -> Result<(), Fault> {
    if name.trim().is_empty() {
        return Err(Fault::new(Problem::text(format!("this {kind} has no name: give it one"))));
    }
    if all.any(|n| n == name) {
        return Err(Fault::new(Problem::Twice { kind, name: name.to_owned() }));
    }
    Ok(())
}

impl Ledger {
    add! {
        /// Adds a person.
        add_person, remove_person, person: Person, "person";
        /// Adds a unit.
        add_unit, remove_unit, unit: Unit, "unit";
        /// Adds a source.
        add_source, remove_source, source: Source, "source";
        /// Adds an origin.
        add_origin, remove_origin, origin: Origin, "origin";
        /// Adds a circle.
        add_circle, remove_circle, circle: Circle, "circle";
        /// Adds a fact.
        add_fact, remove_fact, fact: Fact, "fact";
    }

    /// Adds a list of people.
    pub fn add_people(&mut self, list: People) {
        self.people.push(list);
    }

    /// Adds a wording to a fact.
    ///
    /// # Errors
    /// [`Problem::Unknown`] fact, [`Problem::Twice`].
    pub fn add_wording(&mut self, fact: &str, wording: Wording) -> Result<(), Fault> {
        let all: Vec<&str> = self.fact.iter().map(|f| f.name.as_str()).collect();
        let unknown = Fault::new(Problem::unknown("fact", fact, all));
        let entry = self.fact.iter_mut().find(|f| f.name == fact).ok_or(unknown)?;
        name_is_free("wording", &wording.text, entry.wording.iter().map(|w| w.text.as_str()))?;
        entry.wording.push(wording);
        Ok(())
    }

    /// Marks a place in a draft. A mark of the same fact at the same place is replaced.
    ///
    /// # Errors
    /// [`Problem::Unknown`] fact or wording; an empty quote.
    pub fn anchor(&mut self, mark: Mark) -> Result<(), Fault> {
        self.knows(&mark.fact, &mark.wording)?;
        if mark.quote.trim().is_empty() {
            return Err(Fault::new(Problem::text("the mark is empty: select some words")));
        }
        self.unmark(&mark);
        self.mark.push(mark);
        Ok(())
    }

    /// Takes a mark out again: that of this fact at this place, whatever its wording. Says whether there was one.
    pub fn unmark(&mut self, mark: &Mark) -> bool {
        let count = self.mark.len();
        self.mark.retain(|m| {
            !(m.draft == mark.draft
                && m.fact == mark.fact
                && m.quote == mark.quote
                && m.before == mark.before
                && m.after == mark.after)
        });
        self.mark.len() < count
    }

    /// Writes down the answer to an overlap question.
    pub fn answer(&mut self, overlap: Overlap) {
        self.overlap.push(overlap);
    }

    /// Records something that has gone out. There is no way to take it back.
    ///
    /// # Errors
    /// [`Problem::Unknown`] fact or wording.
    pub fn record(&mut self, release: Release) -> Result<(), Fault> {
        for gave in &release.gave {
            self.knows(&gave.fact, &gave.wording)?;
        }
        self.release.push(release);
        Ok(())
    }

    fn knows(&self, fact: &str, wording: &str) -> Result<(), Fault> {
        let Some(entry) = self.fact.iter().find(|f| f.name == fact) else {
            let all = self.fact.iter().map(|f| f.name.as_str());
            return Err(Fault::new(Problem::unknown("fact", fact, all)));
        };
        if entry.wording.iter().any(|w| w.text == wording) {
            return Ok(());
        }
        let all = entry.wording.iter().map(|w| w.text.as_str());
        Err(Fault::new(Problem::unknown("wording", wording, all)))
    }

    /// The ledger as the text of one `ledger.toml`.
    ///
    /// # Errors
    /// Only if a number is too large for TOML.
    pub fn to_toml(&self) -> Result<String, Fault> {
        toml::to_string(self).map_err(|e| Fault::new(Problem::text(e.to_string())))
    }
}
