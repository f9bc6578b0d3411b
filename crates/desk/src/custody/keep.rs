//! How long what came from a source is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vault::Tx;

use super::{CustodyError, care, destroy};
use crate::{
    error::StoreError,
    hold::Fixed,
    material,
    records::{self, CONVERSATIONS, ConversationRecord, DESK, Progress},
    service::{self, Desk},
};

const RETENTION: &[u8] = b"retention";
const DAY: u64 = 86_400;

/// How long a desk keeps things, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// After the last content of a source.
    pub days: u32,
    /// How long before that the desk begins to warn.
    pub warn: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: 180, warn: 21 }
    }
}

/// Until when what came from a source is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Keeping {
    /// The conversation's number.
    pub conversation: u64,
    /// When it will be destroyed, Unix seconds; none under a legal hold.
    pub until: Option<u64>,
    /// Whether that is soon.
    pub soon: bool,
    /// The legal hold's reason.
    pub hold: Option<String>,
}

fn retention(tx: &Tx<'_>) -> Result<Retention, StoreError> {
    Ok(records::get(tx, DESK, RETENTION, "how long things are kept")?.unwrap_or_default())
}

/// What decides for every source: read once for all of them.
struct Rules {
    rule: Retention,
    documents: BTreeMap<Fixed<16>, u64>,
    now: u64,
}

impl Rules {
    fn read(tx: &Tx<'_>, now: u64) -> Result<Self, StoreError> {
        Ok(Self { rule: retention(tx)?, documents: material::newest_of_each(tx)?, now })
    }

    fn keeping(
        &self,
        tx: &Tx<'_>,
        source: &Fixed<16>,
        record: &ConversationRecord,
    ) -> Result<Keeping, StoreError> {
        let care = care::care(tx, source)?;
        // New content extends it: a message, a document.
        let last = record.last.max(self.documents.get(source).copied().unwrap_or(0));
        let days = u64::from(care.days.unwrap_or(self.rule.days));
        let end = last.saturating_add(days * DAY);
        let hold = care.hold.map(|hold| hold.why);
        let until = hold.is_none().then_some(end);
        let soon = end.saturating_sub(u64::from(self.rule.warn) * DAY) <= self.now;
        Ok(Keeping { conversation: record.number, until, soon: hold.is_none() && soon, hold })
    }
}

/// Destroys what is due. The desk has warned.
pub(crate) fn expire(tx: &mut Tx<'_>, now: u64) -> Result<bool, StoreError> {
    let rules = Rules::read(tx, now)?;
    let mut gone = 0u32;
    for (id, record) in records::all::<ConversationRecord>(tx, CONVERSATIONS)? {
        let Ok(source) = id.as_slice().try_into().map(Fixed) else { continue };
        let due = rules.keeping(tx, &source, &record)?.until.is_some_and(|until| until <= now);
        if due {
            destroy::destroy(tx, &source)?;
            gone += 1;
        }
    }
    if gone > 0 {
        let mut progress = records::progress(tx)?;
        progress.note(now, format!("{gone} kept until today: destroyed with their keys."));
        records::put(tx, DESK, Progress::ID, &progress)?;
    }
    Ok(gone > 0)
}

impl Desk {
    /// How long this desk keeps things.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn retention(&self) -> Result<Retention, CustodyError> {
        Ok(self.vault().read(retention)?)
    }

    /// Changes how long this desk keeps things.
    ///
    /// # Errors
    /// [`CustodyError::Input`] for no days, or a warning that is longer than the time.
    pub fn set_retention(&self, rule: Retention) -> Result<(), CustodyError> {
        if !(1..=3_650).contains(&rule.days) || rule.warn == 0 || rule.warn >= rule.days {
            let why = "Give 1 to 3,650 days, and a warning of at least one day that is shorter.";
            return Err(CustodyError::Input(why.to_owned()));
        }
        Ok(self.vault().write(|tx| records::put(tx, DESK, RETENTION, &rule))?)
    }

    /// Until when everything is kept, what ends first first.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn kept_until(&self, now: u64) -> Result<Vec<Keeping>, CustodyError> {
        self.vault().read(|tx| {
            let rules = Rules::read(tx, now)?;
            let mut all = Vec::new();
            for (id, record) in records::all::<ConversationRecord>(tx, CONVERSATIONS)? {
                let Ok(source) = id.as_slice().try_into().map(Fixed) else { continue };
                all.push(rules.keeping(tx, &source, &record)?);
            }
            all.sort_by_key(|one| (one.until.unwrap_or(u64::MAX), one.conversation));
            Ok(all)
        })
    }

    /// Until when the source of one conversation is kept.
    ///
    /// # Errors
    /// [`CustodyError::Desk`] if there is no such conversation.
    pub fn keeping(&self, conversation: &str, now: u64) -> Result<Keeping, CustodyError> {
        self.vault().read(|tx| {
            let (source, record) = service::find(tx, conversation)?;
            Ok(Rules::read(tx, now)?.keeping(tx, &source, &record)?)
        })
    }

    /// The retention and disclosure policy of this desk, in words that a lawyer can use.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn policy_text(&self, now: u64) -> Result<String, CustodyError> {
        let Retention { days, warn } = self.retention()?;
        let all = self.kept_until(now)?;
        let held: Vec<&Keeping> = all.iter().filter(|one| one.hold.is_some()).collect();
        let mut out = format!(
            "Retention and disclosure policy of this desk, as it is configured on {}\n\n\
             1. What a source sends is kept, encrypted, on this desk's computer only. The newsroom's server keeps no message, no \
             address and no record of who has read or written what.\n\
             2. Conversations, documents, what is noted about who could have known a thing, reports of the source read and the log \
             of hand-overs are kept for {days} days after the last content of the source, and destroyed then. The desk is warned \
             {warn} days before. New content of the source extends this.\n\
             3. A source may ask at any time for everything to be destroyed.\n\
             4. Destroying is the destruction of the only key under which these records are sealed. It reaches every backup: \
             backups hold the records and not their keys. After it neither this desk nor anybody else can produce them.\n\
             5. A legal hold stops destruction. It is made by a person, with a reason and a date, and is visible at the desk.\n\
             6. What was handed to a colleague is recorded with name, date and reason. Colleagues keep it under the same rules.\n\
             7. A text that was published stays published; corrections and withdrawals are dated and visible.\n",
            check::When::day_of(now)
        );
        match held.len() {
            0 => out.push_str("8. No legal hold stands today.\n"),
            some => out.push_str(&format!("8. Legal holds that stand today: {some}.\n")),
        }
        Ok(out)
    }
}
