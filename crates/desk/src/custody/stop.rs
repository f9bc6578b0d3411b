//! Stop: a source may be in danger. One step that freezes what rests on them, tells those who work with it, and sends the
//! words that were agreed on a quieter day.

use serde::Serialize;
use vault::Tx;

use super::{
    CustodyError,
    care::{self, Reason},
    hand::{HANDS, HandRecord},
    reason,
};
use crate::{
    draft,
    error::StoreError,
    hold::Fixed,
    post::{self, By, Said},
    records,
    service::{self, Desk},
    team,
};

/// What a stop did, and what it cannot undo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stopped {
    /// Drafts that are frozen now.
    pub frozen: Vec<String>,
    /// What is out already: name, and what it was.
    pub out: Vec<(String, String)>,
    /// Who else would be suspected, by what is out.
    pub suspected: Vec<String>,
    /// Colleagues who were told.
    pub told: Vec<String>,
    /// Whether the agreed words are on their way to the source.
    pub written: bool,
}

impl Desk {
    /// Freezes every draft that rests on the source of a conversation, here and at the desks that have it, and writes the agreed
    /// words to the source if `write` says so.
    ///
    /// # Errors
    /// [`CustodyError::Input`] without a reason, or if words are to be written and none were agreed. Nothing is changed then.
    pub fn stop(
        &self,
        conversation: &str,
        why: &str,
        write: bool,
        now: u64,
    ) -> Result<Stopped, CustodyError> {
        let why = reason(why)?;
        let words = self.care(conversation)?.words;
        if write && words.trim().is_empty() {
            return Err(CustodyError::Input(
                "No words were agreed with this source. Write to them yourself, and stop without words.".to_owned(),
            ));
        }
        let mut done = self.vault().write(|tx| {
            let source = service::source(tx, conversation)?;
            let mut record = care::care(tx, &source)?;
            record.stopped = Some(Reason { at: now, why: why.clone() });
            care::put(tx, &source, &record)?;
            let frozen = draft::freeze(tx, &source, &why)?;
            let mut told = Vec::new();
            for (id, hand) in given(tx, &source)? {
                let me = post::myself(tx)?;
                let said = Said::Stop { what: id, why: why.clone() };
                let to = envelope::keys::DeskId(hand.desk.0);
                let to = (&to, hand.name.as_str());
                post::enqueue(tx, &me, to, &said, &Vec::new(), "stop", now)?;
                if !told.contains(&hand.name) {
                    told.push(hand.name);
                }
            }
            for name in team::stopped(tx, &source, &why, now)? {
                if !told.contains(&name) {
                    told.push(name);
                }
            }
            Ok::<_, CustodyError>(Stopped { frozen, told, ..Stopped::default() })
        })?;
        if write {
            self.reply(conversation, &words, now)?;
            done.written = true;
        }
        (done.out, done.suspected) = self.stands_out(conversation, now)?;
        Ok(done)
    }

    /// What is out about the source of a conversation, and who else would be suspected.
    ///
    /// # Errors
    /// [`CustodyError::Desk`] if there is no such conversation.
    #[allow(clippy::type_complexity)]
    pub fn stands_out(
        &self,
        conversation: &str,
        now: u64,
    ) -> Result<(Vec<(String, String)>, Vec<String>), CustodyError> {
        self.vault().read(|tx| {
            let source = service::source(tx, conversation)?;
            let (mut out, mut suspected) = (Vec::new(), Vec::new());
            for (number, ..) in draft::cites(tx, &source)? {
                let report = draft::report(tx, number, now)?;
                for one in report.published {
                    let line = (one.name, format!("{}, {}", one.kind, one.at));
                    if !out.contains(&line) {
                        out.push(line);
                    }
                }
                for name in report.wrongly.names {
                    if !suspected.contains(&name) {
                        suspected.push(name);
                    }
                }
            }
            Ok((out, suspected))
        })
    }

    /// Lets what was stopped go on.
    ///
    /// # Errors
    /// [`CustodyError::Desk`] if there is no such conversation.
    pub fn go_on(&self, conversation: &str) -> Result<(), CustodyError> {
        self.vault().write(|tx| {
            let source = service::source(tx, conversation)?;
            let mut record = care::care(tx, &source)?;
            record.stopped = None;
            care::put(tx, &source, &record)?;
            Ok(draft::thaw(tx, &source)?)
        })
    }
}

/// What this desk gave of a source to others, and has not taken back.
pub(super) fn given(
    tx: &Tx<'_>,
    source: &Fixed<16>,
) -> Result<Vec<(Fixed<16>, HandRecord)>, StoreError> {
    let all = records::all::<HandRecord>(tx, HANDS)?.into_iter();
    let of = all.filter(|(_, r)| r.gave && r.back.is_none() && r.source == Some(*source));
    Ok(of
        .filter_map(|(id, record)| Some((Fixed(id.as_slice().try_into().ok()?), record)))
        .collect())
}

/// A colleague says that everything about a source has to stop.
pub(crate) fn told_to_stop(
    tx: &mut Tx<'_>,
    by: &By,
    what: &Fixed<16>,
    why: &str,
    now: u64,
) -> Result<String, StoreError> {
    let record: Option<HandRecord> = records::get(tx, HANDS, &what.0, "a hand-over")?;
    let record = record.filter(|record| !record.gave && record.desk == by.id);
    let Some(source) = record.and_then(|record| record.source) else {
        return Ok("a stop of something that is not here".to_owned());
    };
    halt(tx, by, &source, why, now)
}

/// Freezes what rests on a source because a colleague says so.
pub(crate) fn halt(
    tx: &mut Tx<'_>,
    by: &By,
    source: &Fixed<16>,
    why: &str,
    now: u64,
) -> Result<String, StoreError> {
    let mut record = care::care(tx, source)?;
    let why = format!("{} says: {}", by.name, why.chars().take(super::WHY).collect::<String>());
    record.stopped = Some(Reason { at: now, why: why.clone() });
    care::put(tx, source, &record)?;
    let frozen = draft::freeze(tx, source, &why)?.len();
    Ok(format!("STOP: {frozen} drafts that rest on a source are frozen"))
}
