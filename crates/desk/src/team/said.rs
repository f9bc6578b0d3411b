//! What those of a team tell each other, and what a team's desk tells everybody.

use envelope::keys::DeskId;
use serde::{Deserialize, Serialize};
use vault::Tx;

use super::{Mate, TEAMS, TeamRecord, current, keys, members};
use crate::{
    custody::{self, Copied},
    error::StoreError,
    hold::Fixed,
    post::{self, About, By, Myself, PostError, Said},
    records::{self, CONVERSATIONS, ConversationRecord, DESK, Progress, Via},
};

/// Names and fields are a format: add, never rename.
#[derive(Serialize, Deserialize)]
#[serde(tag = "team", rename_all = "kebab-case")]
pub(crate) enum TeamSaid {
    /// To a member: private keys of weeks.
    Keys { keys: Vec<keys::Given>, members: Vec<Mate> },
    /// To everybody: who is in the team, and who was.
    Members { members: Vec<Mate> },
    /// What was answered to a source.
    Answered { conversation: Fixed<16>, message: Copied },
    /// Who looks after a conversation, and what it was marked as.
    Marked { conversation: Fixed<16>, owner: Option<String>, danger: bool, junk: bool },
    /// Everything that rests on a source is to stop.
    Stop { conversation: Fixed<16>, why: String },
    /// Everything about a source was destroyed at the desk that says so.
    Destroyed { conversation: Fixed<16> },
}

/// The others of the team that a conversation came to; nobody if it came to no team.
pub(crate) fn mates(tx: &Tx<'_>, source: &Fixed<16>) -> Result<Vec<Mate>, StoreError> {
    let record: Option<ConversationRecord> =
        records::get(tx, CONVERSATIONS, &source.0, "a conversation")?;
    let Some(record) = record else { return Ok(Vec::new()) };
    // Who had left before it began never had it.
    let had = |mate: &Mate| mate.left.is_none_or(|left| left >= record.first);
    match record.via {
        None => match custody::was_handed(tx, source)? {
            // Then it is not this desk's team's.
            true => Ok(Vec::new()),
            false => Ok(members(tx)?.into_iter().filter(had).collect()),
        },
        Some(Via { desk, name }) => {
            let team: Option<TeamRecord> = records::get(tx, TEAMS, &desk.0, "a team")?;
            let me = records::identity(tx)?.map(|me| me.signing().verifying().desk_id());
            let others = team.map(|team| team.members).unwrap_or_default().into_iter();
            let others = others.filter(|mate| me.is_none_or(|me| me.0 != mate.id.0) && had(mate));
            let keeper = Mate { id: desk, name, since: record.first, left: None };
            Ok(std::iter::once(keeper).chain(others).collect())
        }
    }
}

/// Tells the others of the team what was answered.
pub(crate) fn answered(
    tx: &mut Tx<'_>,
    source: &Fixed<16>,
    message: Copied,
    now: u64,
) -> Result<(), PostError> {
    let said = TeamSaid::Answered { conversation: *source, message };
    to_mates(tx, source, said, ("an answer", true), now).map(|_| ())
}

/// Tells the others of the team how a conversation was marked.
pub(crate) fn marked(
    tx: &mut Tx<'_>,
    source: &Fixed<16>,
    record: &ConversationRecord,
    now: u64,
) -> Result<(), StoreError> {
    let said = TeamSaid::Marked {
        conversation: *source,
        owner: record.owner.clone(),
        danger: record.danger,
        junk: record.junk,
    };
    stored(to_mates(tx, source, said, ("a mark", true), now)).map(|_| ())
}

/// Tells the others of the team to stop; their names.
pub(crate) fn stopped(
    tx: &mut Tx<'_>,
    source: &Fixed<16>,
    why: &str,
    now: u64,
) -> Result<Vec<String>, StoreError> {
    let said = TeamSaid::Stop { conversation: *source, why: why.to_owned() };
    stored(to_mates(tx, source, said, ("stop", false), now))
}

/// Tells the others of the team that everything about a source is destroyed here.
pub(crate) fn destroyed(tx: &mut Tx<'_>, source: &Fixed<16>, now: u64) -> Result<(), StoreError> {
    let said = TeamSaid::Destroyed { conversation: *source };
    stored(to_mates(tx, source, said, ("word of a destruction", false), now)).map(|_| ())
}

/// Tells all desks who is in this desk's team.
pub(super) fn tell(tx: &mut Tx<'_>, now: u64) -> Result<(), StoreError> {
    let Ok(me) = post::myself(tx) else { return Ok(()) };
    for to in post::everybody(tx, &me, now)? {
        let said = Said::Team(TeamSaid::Members { members: members(tx)? });
        let address = (&to.id, to.name.as_str());
        let told = post::enqueue(tx, &me, address, &said, &Vec::new(), "the team's members", now);
        stored(told)?;
    }
    Ok(())
}

/// What comes from a desk about a team.
pub(crate) fn heard(
    tx: &mut Tx<'_>,
    by: &By,
    said: TeamSaid,
    now: u64,
) -> Result<String, PostError> {
    match said {
        TeamSaid::Keys { keys, members } => {
            let ours = remember(tx, by, members)?;
            if !ours {
                return Err(PostError::File("keys came of a team that this desk is not in"));
            }
            keys::take(tx, by, keys, now)?;
            Ok(format!("keys of the team of {}", by.name))
        }
        TeamSaid::Members { members } => {
            let names: Vec<String> =
                current(&members).into_iter().map(|mate| mate.name.clone()).collect();
            remember(tx, by, members)?;
            Ok(match names.is_empty() {
                true => format!("{} has no team any more", by.name),
                false => format!("in the team of {}: {}", by.name, names.join(", ")),
            })
        }
        TeamSaid::Answered { conversation, message } => {
            if mate(tx, by, &conversation)?.is_some() {
                custody::more(tx, &conversation, message, &by.id, now)?;
            }
            Ok("an answer to a source of the team".to_owned())
        }
        TeamSaid::Marked { conversation, owner, danger, junk } => {
            let Some(mut record) = mate(tx, by, &conversation)? else {
                return Ok("a mark on something that is not here".to_owned());
            };
            let plain = |c: &char| !c.is_control();
            record.owner = owner.map(|name| name.chars().filter(plain).take(60).collect());
            (record.danger, record.junk) = (danger, junk);
            records::put_of(tx, CONVERSATIONS, &conversation.0, &conversation, &record)?;
            Ok(format!("a mark on conversation {}", record.number))
        }
        TeamSaid::Stop { conversation, why } => match mate(tx, by, &conversation)? {
            Some(_) => Ok(custody::halt(tx, by, &conversation, &why, now)?),
            None => Ok("a stop of something that is not here".to_owned()),
        },
        TeamSaid::Destroyed { conversation } => {
            let Some(record) = mate(tx, by, &conversation)? else {
                return Ok("word of a destruction of something that is not here".to_owned());
            };
            let words = format!(
                "{} has destroyed everything about the source of conversation {}. Destroy it, too.",
                by.name, record.number
            );
            let mut progress = records::progress(tx)?;
            progress.note(now, words.clone());
            records::put(tx, DESK, Progress::ID, &progress)?;
            Ok(words)
        }
    }
}

/// Remembers what a desk says of its team; whether this desk is in it.
fn remember(tx: &mut Tx<'_>, by: &By, members: Vec<Mate>) -> Result<bool, StoreError> {
    let known: Option<TeamRecord> = records::get(tx, TEAMS, &by.id.0, "a team")?;
    let me = records::identity(tx)?.map(|me| me.signing().verifying().desk_id());
    if let Some(known) = known.as_ref().filter(|known| known.at > by.at) {
        // Said before what is known already: letters overtake each other.
        return Ok(known.ours.is_some_and(|(_, until)| until.is_none()));
    }
    let mine = members.iter().find(|mate| me.is_some_and(|me| me.0 == mate.id.0));
    let ours = mine.map(|mate| (mate.since, mate.left));
    let inside = mine.is_some_and(|mate| mate.left.is_none());
    if !inside {
        keys::erase(tx, &by.id)?;
    }
    let record = TeamRecord { name: by.name.clone(), members, at: by.at, ours };
    records::put(tx, TEAMS, &by.id.0, &record)?;
    Ok(inside)
}

/// The conversation, if who speaks is in the team that it came to.
fn mate(
    tx: &Tx<'_>,
    by: &By,
    source: &Fixed<16>,
) -> Result<Option<ConversationRecord>, StoreError> {
    let there = mates(tx, source)?.iter().any(|mate| mate.id == by.id && mate.left.is_none());
    match there {
        true => records::get(tx, CONVERSATIONS, &source.0, "a conversation"),
        false => Ok(None),
    }
}

fn to_mates(
    tx: &mut Tx<'_>,
    source: &Fixed<16>,
    said: TeamSaid,
    (what, of_source): (&str, bool),
    now: u64,
) -> Result<Vec<String>, PostError> {
    let mates: Vec<Mate> = mates(tx, source)?.into_iter().filter(|m| m.left.is_none()).collect();
    if mates.is_empty() {
        return Ok(Vec::new());
    }
    let me: Myself = post::myself(tx)?;
    let said = Said::Team(said);
    for mate in &mates {
        let address = (&DeskId(mate.id.0), mate.name.as_str());
        let about = About { what, source: of_source.then_some(source) };
        post::enqueue(tx, &me, address, &said, &Vec::new(), about, now)?;
    }
    Ok(mates.into_iter().map(|mate| mate.name).collect())
}

/// A desk that is not enrolled has no team.
fn stored<T: Default>(result: Result<T, PostError>) -> Result<T, StoreError> {
    match result {
        Ok(done) => Ok(done),
        Err(PostError::Store(error)) => Err(error),
        Err(_) => Ok(T::default()),
    }
}
