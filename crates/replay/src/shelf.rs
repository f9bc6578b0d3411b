//! Where cases come from: the shipped ones are carried in the program, others are files.

use std::fs;
use std::path::Path;

use rust_embed::RustEmbed;

use crate::case::{Happened, Story};
use crate::ledger::{self, Loaded};
use crate::{Reckoning, ReplayError, reckon};

#[derive(RustEmbed)]
#[folder = "../../cases/"]
#[include = "*/case.toml"]
#[include = "*/replay.toml"]
#[include = "*/ledger/ledger.toml"]
#[include = "*/draft.md"]
struct Shelf;

/// In the order in which they are best read.
const ORDER: [&str; 8] = [
    "six-copies",
    "ninety-five-readers",
    "one-number",
    "confirm-or-deny",
    "six-who-knew",
    "the-empty-chair",
    "eleven-million-documents",
    "three-facts",
];

/// A case: its story and its ledger.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of its folder, and of its page.
    pub name: String,
    /// What happened.
    pub happened: Happened,
    /// What was said.
    pub story: Story,
    /// What was said, as one text: the draft that `subrosa check` reads.
    pub draft: String,
    pub(crate) ledger: Loaded,
}

/// The names of the shipped cases.
#[must_use]
pub const fn names() -> &'static [&'static str] {
    &ORDER
}

/// A shipped case by its name.
///
/// # Errors
/// [`ReplayError::NoSuchCase`]; others only if the program was built with a faulty case.
pub fn shipped(name: &str) -> Result<Case, ReplayError> {
    if !ORDER.contains(&name) {
        return Err(ReplayError::NoSuchCase { name: name.to_owned(), known: ORDER.join(", ") });
    }
    Case::read(name, |file| {
        let path = format!("{name}/{file}");
        let data = Shelf::get(&path).map(|f| String::from_utf8_lossy(&f.data).into_owned());
        data.ok_or_else(|| ReplayError::fault(&path, "is missing"))
    })
}

/// A case from the disk: a folder with `case.toml`, `replay.toml`, `draft.md` and `ledger/`.
///
/// # Errors
/// [`ReplayError::File`], [`ReplayError::Fault`], [`ReplayError::Ledger`].
pub fn at(folder: &Path) -> Result<Case, ReplayError> {
    let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        let problem =
            "name the folder in small letters, digits and hyphens: its page is named after it";
        return Err(ReplayError::fault(&folder.display().to_string(), problem));
    }
    Case::read(&name, |file| {
        let path = folder.join(file);
        fs::read_to_string(&path).map_err(|e| ReplayError::file(&path, e))
    })
}

impl Case {
    fn read(
        name: &str,
        file: impl Fn(&str) -> Result<String, ReplayError>,
    ) -> Result<Self, ReplayError> {
        let at = |file: &str| format!("{name}/{file}");
        let case = Self {
            name: name.to_owned(),
            happened: Happened::parse(&at("case.toml"), &file("case.toml")?)?,
            story: Story::parse(&at("replay.toml"), &file("replay.toml")?)?,
            draft: file("draft.md")?,
            ledger: ledger::load(&at("ledger/ledger.toml"), &file("ledger/ledger.toml")?)?,
        };
        let entries = at("ledger/ledger.toml");
        for mark in &case.ledger.marks {
            if !case.draft.contains(&mark.quote) {
                let problem = format!(
                    "\"{}\" is not in {}: quote it as it stands there",
                    mark.quote, mark.draft
                );
                return Err(ReplayError::fault(&entries, problem));
            }
            let said = |s: &&crate::Step| s.fact == mark.fact && s.wording == mark.wording;
            if !case.story.steps.iter().any(|s| said(&s)) {
                let problem =
                    format!("the mark of \"{}\" belongs to no step of the story", mark.fact);
                return Err(ReplayError::fault(&entries, problem));
            }
        }
        Ok(case)
    }

    /// The ledger, as the model has it.
    #[must_use]
    pub const fn ledger(&self) -> &exposure::Ledger {
        &self.ledger.model
    }

    /// Every figure of the case.
    ///
    /// # Errors
    /// [`ReplayError::Ledger`] if the story names what the ledger does not have; [`ReplayError::Fault`] if there are too many
    /// combinations.
    pub fn reckon(&self) -> Result<Reckoning, ReplayError> {
        reckon::reckon(self)
    }
}
