//! A ledger from the text of its files.

use std::collections::BTreeMap;

use super::Ledger;
use super::places::{Places, line_of};
use crate::fault::{Fault, Problem, hint};

/// What a ledger's folder is read from: names with `/` between folders, and what is in them.
pub trait Files {
    /// What is in a file; None if there is none of this name.
    fn file(&self, name: &str) -> Option<&[u8]>;

    /// All names, for "did you mean".
    fn names(&self) -> Vec<&str>;
}

impl Files for BTreeMap<String, Vec<u8>> {
    fn file(&self, name: &str) -> Option<&[u8]> {
        self.get(name).map(Vec::as_slice)
    }

    fn names(&self) -> Vec<&str> {
        self.keys().map(String::as_str).collect()
    }
}

/// A ledger with where its entries stand.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// What it says.
    pub ledger: Ledger,
    /// Where it says it.
    pub places: Places,
}

/// The main file of a ledger's folder, read first.
pub const MAIN: &str = "ledger.toml";

/// Reads every `.toml` file of a folder as one ledger: `ledger.toml` first, the others by name.
///
/// # Errors
/// The first fault, with file and line: not TOML, a key that does not exist, a value of the wrong kind, a setting given twice.
pub fn load(files: &BTreeMap<String, Vec<u8>>) -> Result<Loaded, Fault> {
    let mut names: Vec<&String> = files.keys().filter(|n| n.ends_with(".toml")).collect();
    names.sort_by_key(|n| (n.as_str() != MAIN, n.as_str()));
    if names.is_empty() {
        return Err(Fault::in_file(
            MAIN,
            Problem::text("there is no such file: a ledger begins with one. See docs/ledger.md"),
        ));
    }
    let mut loaded = Loaded::default();
    for name in names {
        let bytes = files.get(name).map(Vec::as_slice).unwrap_or_default();
        loaded.add(name, bytes)?;
    }
    Ok(loaded)
}

impl Loaded {
    /// Adds one more file.
    ///
    /// # Errors
    /// As [`load`].
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let before = String::from_utf8_lossy(bytes.get(..e.valid_up_to()).unwrap_or_default());
            Fault::on_line(
                name,
                line_of(&before, before.len()),
                Problem::text("this line is not UTF-8: save the file as UTF-8"),
            )
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let part: Ledger = toml::from_str(text).map_err(|e| toml_fault(name, text, &e))?;
        let into = &mut self.ledger;
        let before = vec![
            ("people", into.people.len()),
            ("person", into.person.len()),
            ("unit", into.unit.len()),
            ("list", into.list.len()),
            ("source", into.source.len()),
            ("origin", into.origin.len()),
            ("circle", into.circle.len()),
            ("fact", into.fact.len()),
            ("mark", into.mark.len()),
            ("overlap", into.overlap.len()),
            ("release", into.release.len()),
        ];
        self.places.add(name, text, before);
        let twice = |key: &'static str| {
            self.places.fault(
                &vec![super::places::Step::Key(key)],
                Problem::text(format!("\"{key}\" is given in another file already: keep one")),
            )
        };
        if part.k.is_some() && into.k.is_some() {
            return Err(twice("k"));
        }
        if part.sources_at_most.is_some() && into.sources_at_most.is_some() {
            return Err(twice("sources_at_most"));
        }
        if part.others.is_some() && into.others.is_some() {
            return Err(twice("others"));
        }
        if !part.title.is_empty() && !into.title.is_empty() {
            return Err(twice("title"));
        }
        into.k = part.k.or(into.k);
        into.sources_at_most = part.sources_at_most.or(into.sources_at_most);
        into.others = part.others.or(into.others);
        if into.title.is_empty() {
            into.title = part.title;
        }
        into.people.extend(part.people);
        into.person.extend(part.person);
        into.unit.extend(part.unit);
        into.list.extend(part.list);
        into.source.extend(part.source);
        into.origin.extend(part.origin);
        into.circle.extend(part.circle);
        into.fact.extend(part.fact);
        into.mark.extend(part.mark);
        into.overlap.extend(part.overlap);
        into.release.extend(part.release);
        Ok(())
    }
}

/// A parser's message with its line, and unknown keys in our own words.
fn toml_fault(name: &str, text: &str, error: &toml::de::Error) -> Fault {
    let line = error.span().map_or(0, |span| line_of(text, span.start));
    let message = error.message();
    let quoted = |text: &str| -> Vec<String> {
        text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let problem = if message.starts_with("unknown field") {
        let mut names = quoted(message).into_iter();
        let key = names.next().unwrap_or_default();
        let known: Vec<String> = names.collect();
        let hint = hint(&key, known.iter().map(String::as_str));
        Problem::UnknownKey { key, hint, known: known.join(", ") }
    } else if message.starts_with("unknown variant") {
        let mut names = quoted(message).into_iter();
        let got = names.next().unwrap_or_default();
        let known: Vec<String> = names.map(|n| format!("\"{n}\"")).collect();
        Problem::text(format!("\"{got}\" cannot stand here: write one of {}", known.join(", ")))
    } else if message.starts_with("missing field") {
        let key = quoted(message).into_iter().next().unwrap_or_default();
        Problem::text(format!("this entry has no \"{key}\": add it"))
    } else {
        let one_line = message.split_whitespace().collect::<Vec<_>>().join(" ");
        Problem::text(one_line)
    };
    Fault::on_line(name, line, problem)
}
