//! What is agreed about a source, before it is needed: words for the day when something goes wrong, whom to ask for support,
//! what they decided themselves.

use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};

use super::CustodyError;
use crate::{
    error::StoreError,
    hold::{Fixed, Text},
    records,
    service::{self, Desk},
};

/// Notes on the care of a source, by conversation id.
pub(super) const CARE: Shelf<'static> = Shelf::all("care");
/// Longest of its texts, in characters.
const TEXT: usize = 4_000;

/// In the vault.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct CareRecord {
    pub(super) words: Text,
    pub(super) support: Text,
    pub(super) decisions: Vec<Decision>,
    pub(super) stopped: Option<Reason>,
    pub(super) hold: Option<Reason>,
    /// Days after the last content, in place of the desk's own.
    pub(super) days: Option<u32>,
    /// Whether two of three colleagues can open what this source wrote, should this computer be lost.
    pub(super) shared: bool,
}

/// Why and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reason {
    /// Unix seconds.
    pub(super) at: u64,
    pub(super) why: String,
}

/// What the source decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// When it was written down, Unix seconds.
    pub at: u64,
    /// In their words.
    pub text: String,
}

/// What is agreed about a source, as the page shows it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Care {
    /// What will be written to them when everything has to stop.
    pub words: String,
    /// Whom to ask: a lawyer, a refuge, a doctor.
    pub support: String,
    /// What they decided, the oldest first.
    pub decisions: Vec<Decision>,
    /// Since when everything about them is stopped, and why.
    pub stopped: Option<(u64, String)>,
    /// Since when nothing may be destroyed, and why.
    pub hold: Option<(u64, String)>,
    /// For how many days it is kept after the last content, if not as the desk keeps everything.
    pub days: Option<u32>,
}

/// A change to it.
#[derive(Clone, Debug)]
pub enum Caring {
    /// The words for the day.
    Words(String),
    /// Whom to ask.
    Support(String),
    /// What they decided.
    Decision(String),
    /// A legal hold, with its reason; none lifts it.
    Hold(Option<String>),
    /// For how many days it is kept after the last content; none: as the desk keeps everything.
    Days(Option<u32>),
}

pub(super) fn care(tx: &Tx<'_>, source: &Fixed<16>) -> Result<CareRecord, StoreError> {
    Ok(records::get(tx, CARE, &source.0, "what is agreed about a source")?.unwrap_or_default())
}

pub(super) fn put(
    tx: &mut Tx<'_>,
    source: &Fixed<16>,
    record: &CareRecord,
) -> Result<(), StoreError> {
    records::put_of(tx, CARE, &source.0, source, record)
}

impl Desk {
    /// What is agreed about the source of a conversation.
    ///
    /// # Errors
    /// [`CustodyError::Desk`] if there is no such conversation.
    pub fn care(&self, conversation: &str) -> Result<Care, CustodyError> {
        self.vault().read(|tx| {
            let record = care(tx, &service::source(tx, conversation)?)?;
            let pair = |reason: Reason| (reason.at, reason.why);
            Ok(Care {
                words: record.words.as_str().to_owned(),
                support: record.support.as_str().to_owned(),
                decisions: record.decisions.clone(),
                stopped: record.stopped.clone().map(pair),
                hold: record.hold.clone().map(pair),
                days: record.days,
            })
        })
    }

    /// Changes it.
    ///
    /// # Errors
    /// [`CustodyError::Input`] for a hold without a reason, or days that are none.
    pub fn take_care(
        &self,
        conversation: &str,
        caring: Caring,
        now: u64,
    ) -> Result<(), CustodyError> {
        let short = |text: String| -> String { text.trim().chars().take(TEXT).collect() };
        self.vault().write(|tx| {
            let source = service::source(tx, conversation)?;
            let mut record = care(tx, &source)?;
            match caring {
                Caring::Words(text) => record.words = Text::new(short(text)),
                Caring::Support(text) => record.support = Text::new(short(text)),
                Caring::Decision(text) => {
                    let text = short(text);
                    if text.is_empty() {
                        let why = "Write down what they decided.";
                        return Err(CustodyError::Input(why.to_owned()));
                    }
                    record.decisions.push(Decision { at: now, text });
                }
                Caring::Hold(Some(why)) => {
                    record.hold = Some(Reason { at: now, why: super::reason(&why)? });
                }
                Caring::Hold(None) => record.hold = None,
                Caring::Days(Some(days)) if !(1..=3_650).contains(&days) => {
                    return Err(CustodyError::Input("Give 1 to 3,650 days.".to_owned()));
                }
                Caring::Days(days) => record.days = days,
            }
            Ok(put(tx, &source, &record)?)
        })
    }
}
