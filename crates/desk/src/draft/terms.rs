//! What was agreed with the source about something that it gave.

use check::When;
use check::ledger::document::{Say, Terms};
use serde::{Deserialize, Serialize};

use super::DraftError;

/// What was agreed, as the page asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Agreed {
    terms: Told,
    asked: Asked,
    /// Not to go out before this day, as `2026-11-29`; empty for no such day.
    not_before: String,
}

/// On which terms it was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Told {
    #[serde(rename = "on the record")]
    OnTheRecord,
    #[default]
    #[serde(rename = "on background")]
    OnBackground,
    #[serde(rename = "deep background")]
    DeepBackground,
    #[serde(rename = "off the record")]
    OffTheRecord,
    #[serde(rename = "taken back")]
    TakenBack,
}

/// Whether the source wants to be asked before it goes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Asked {
    #[default]
    No,
    First,
    Yes,
}

impl Agreed {
    /// As the ledger has it.
    pub(super) fn of(say: Option<&Say>) -> Self {
        let Some(say) = say else { return Self::default() };
        Self {
            terms: match say.terms {
                _ if say.withdrawn => Told::TakenBack,
                Terms::OnTheRecord => Told::OnTheRecord,
                Terms::OnBackground => Told::OnBackground,
                Terms::DeepBackground => Told::DeepBackground,
                Terms::OffTheRecord => Told::OffTheRecord,
            },
            asked: match (say.ask_first, say.said_yes) {
                (_, Some(_)) => Asked::Yes,
                (true, None) => Asked::First,
                (false, None) => Asked::No,
            },
            not_before: say.not_before.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    /// For the ledger: what it has had so far, if that says the same.
    pub(super) fn say(&self, known: Option<Say>, now: u64) -> Result<Option<Say>, DraftError> {
        if *self == Self::of(known.as_ref()) {
            return Ok(known);
        }
        let not_before = match self.not_before.trim() {
            "" => None,
            day => Some(day.parse::<When>().map_err(DraftError::Input)?),
        };
        Ok(Some(Say {
            terms: match self.terms {
                Told::OnTheRecord => Terms::OnTheRecord,
                Told::OnBackground | Told::TakenBack => Terms::OnBackground,
                Told::DeepBackground => Terms::DeepBackground,
                Told::OffTheRecord => Terms::OffTheRecord,
            },
            ask_first: self.asked != Asked::No,
            said_yes: (self.asked == Asked::Yes).then(|| When::day_of(now)),
            not_before,
            withdrawn: self.terms == Told::TakenBack,
            ..known.unwrap_or_default()
        }))
    }
}
