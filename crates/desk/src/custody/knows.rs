//! Who knows what about a source, and what would not be known without it.

use serde::Serialize;

use super::{
    CustodyError,
    hand::{HANDS, HandRecord},
};
use crate::{
    draft, records,
    service::{self, Desk},
    team,
};

/// Somebody who knows something about a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Whether this desk gave it; else it was given to it.
    pub gave: bool,
    /// Which desk.
    pub who: String,
    /// What.
    pub what: String,
    /// Since when, Unix seconds; 0 for this desk itself.
    pub at: u64,
    /// Why.
    pub why: String,
    /// The hand-over's id, if it can be taken back.
    pub id: Option<String>,
    /// When it was taken back. They have read it all the same.
    pub back: Option<u64>,
}

/// What rests on a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rests {
    /// The draft or story.
    pub draft: String,
    /// Whether it rests on this source alone.
    pub alone: bool,
    /// Where it belongs in the paper, if it says so.
    pub beat: Option<String>,
    /// What in it came from the source, in its own words.
    pub facts: Vec<String>,
}

impl Desk {
    /// Who knows what about the source of a conversation.
    ///
    /// # Errors
    /// [`CustodyError::Desk`] if there is no such conversation.
    pub fn who_knows(&self, conversation: &str) -> Result<Vec<Known>, CustodyError> {
        self.vault().read(|tx| {
            let source = service::source(tx, conversation)?;
            let mut all: Vec<Known> = records::all::<HandRecord>(tx, HANDS)?
                .into_iter()
                .filter(|(_, record)| record.source == Some(source))
                .map(|(id, record)| Known {
                    id: (record.gave && record.back.is_none()).then(|| hex::encode(id)),
                    gave: record.gave,
                    who: record.name,
                    what: match record.gave {
                        true => record.what,
                        false => format!("gave this desk {}", record.what),
                    },
                    at: record.at,
                    why: record.why,
                    back: record.back.map(|(at, _)| at),
                })
                .collect();
            for mate in team::mates(tx, &source)? {
                all.push(Known {
                    gave: true,
                    who: mate.name,
                    what: "what is written to the team".to_owned(),
                    at: mate.since,
                    why: String::new(),
                    id: None,
                    back: mate.left,
                });
            }
            all.sort_by_key(|one| one.at);
            Ok(all)
        })
    }

    /// What the newsroom would no longer know without the source of a conversation: the drafts and stories that rest on it, those
    /// that rest on it alone first.
    ///
    /// # Errors
    /// [`CustodyError::Desk`] if there is no such conversation.
    pub fn rests_on(&self, conversation: &str) -> Result<Vec<Rests>, CustodyError> {
        self.vault().read(|tx| {
            let source = service::source(tx, conversation)?;
            let mut all = Vec::new();
            for (number, name, alone) in draft::cites(tx, &source)? {
                let (beat, facts) = draft::told(tx, number)?;
                all.push(Rests { draft: name, alone, beat, facts });
            }
            all.sort_by_key(|one| !one.alone);
            Ok(all)
        })
    }
}
