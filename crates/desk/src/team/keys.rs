//! Private keys of the week, given to members and taken from teams.

use envelope::{
    keys::{DeskId, DeskWeek, KemSecret},
    time::week_start,
};
use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};

use super::{MEMBERS, MemberRecord, TEAMS, TeamRecord, TeamSaid};
use crate::{
    engine::weeks,
    error::StoreError,
    hold::{Bytes, Fixed, Secret},
    post::{self, By, PostError, Said},
    records::{self, DESK, Progress, Via, WEEKS, WeekRecord},
};

/// Private keys of teams that this desk is in, by the id of the team's desk and that of the key.
const KEYS: Shelf<'static> = Shelf::all("team key");
/// Keys are kept so many seconds from the start of their week, as the team's desk keeps its own at most.
const KEPT: u64 = 35 * 86_400;
/// Most batches that are asked for again when a key comes late.
const AGAIN: u64 = 4_000;

/// A private key of a week, as it travels.
#[derive(Serialize, Deserialize)]
pub(crate) struct Given {
    /// Week, and a count within it.
    id: Bytes,
    secret: Secret<64>,
    made: u64,
}

#[derive(Serialize, Deserialize)]
struct KeyRecord {
    secret: Secret<64>,
}

/// Sends each member the keys that they have not been sent: those that were made since they are in the team, and are not over.
pub(crate) fn share(tx: &mut Tx<'_>, now: u64) -> Result<(), StoreError> {
    let members = records::all::<MemberRecord>(tx, MEMBERS)?;
    let mut members: Vec<_> = members.into_iter().filter(|(_, one)| one.left.is_none()).collect();
    if members.is_empty() {
        return Ok(());
    }
    let Ok(me) = post::myself(tx) else { return Ok(()) };
    let week = envelope::time::week(now);
    let live: Vec<(Vec<u8>, WeekRecord)> = records::all::<WeekRecord>(tx, WEEKS)?
        .into_iter()
        .filter(|(id, _)| weeks::week_of(id).is_some_and(|of| of >= week))
        .collect();
    for (member, record) in &mut members {
        let Ok(to) = member.as_slice().try_into().map(DeskId) else { continue };
        let new: Vec<_> = live
            .iter()
            .filter(|(id, key)| {
                key.made >= record.since && !record.given.iter().any(|given| given.0 == *id)
            })
            .collect();
        if new.is_empty() {
            continue;
        }
        record.given.extend(new.iter().map(|(id, _)| Bytes(id.clone())));
        let given = |(id, key): &&(Vec<u8>, WeekRecord)| Given {
            id: Bytes(id.clone()),
            secret: key.secret.clone(),
            made: key.made,
        };
        let keys = new.iter().map(given).collect();
        let said = Said::Team(TeamSaid::Keys { keys, members: super::members(tx)? });
        let address = (&to, record.name.as_str());
        match post::enqueue(tx, &me, address, &said, &Vec::new(), "the team's keys", now) {
            Ok(()) => records::put(tx, MEMBERS, member, record)?,
            Err(PostError::Store(error)) => return Err(error),
            // A key list that is too long for letters does not happen: a key is 64 bytes.
            Err(_) => return Err(StoreError::Content("the team's keys")),
        }
    }
    Ok(())
}

/// The private keys of teams, with the desks that they belong to, newest first.
pub(crate) fn keys(tx: &Tx<'_>) -> Result<Vec<(Via, KemSecret<DeskWeek>)>, StoreError> {
    let mut out = Vec::new();
    for (id, record) in records::all::<KeyRecord>(tx, KEYS)? {
        let Some((team, _)) = id.split_first_chunk::<16>() else { continue };
        let named: Option<TeamRecord> = records::get(tx, TEAMS, team, "a team")?;
        let name = named.map(|team| team.name).unwrap_or_default();
        let via = Via { desk: Fixed(*team), name };
        out.extend(KemSecret::from_bytes(&record.secret.0).ok().map(|key| (via, key)));
    }
    out.reverse();
    Ok(out)
}

/// Takes keys of a team. Batches of which they may open something and that were fetched before are asked for again.
pub(super) fn take(tx: &mut Tx<'_>, by: &By, keys: Vec<Given>, now: u64) -> Result<(), StoreError> {
    let mut since = None;
    for key in keys {
        let Some(week) = weeks::week_of(&key.id.0) else { continue };
        let id = [by.id.0.as_slice(), &key.id.0].concat();
        if week_start(week).saturating_add(KEPT) <= now || tx.has(KEYS, &id)? {
            continue;
        }
        records::put(tx, KEYS, &id, &KeyRecord { secret: key.secret })?;
        let used = key.made.max(week_start(week));
        since = Some(since.map_or(used, |since: u64| since.min(used)));
    }
    let mut progress = records::progress(tx)?;
    if let (Some(since), Some(tick)) = (since, progress.tick()) {
        let oldest = tick.tick_at(since).max(progress.next_batch.saturating_sub(AGAIN));
        progress.missed.extend(oldest..progress.next_batch);
        progress.missed.sort_unstable();
        progress.missed.dedup();
        records::put(tx, DESK, Progress::ID, &progress)?;
    }
    Ok(())
}

/// Erases the keys of a team that this desk is not in any more.
pub(super) fn erase(tx: &mut Tx<'_>, team: &Fixed<16>) -> Result<(), StoreError> {
    for record in tx.list(KEYS)?.records {
        if record.id.starts_with(&team.0) {
            tx.remove(KEYS, &record.id)?;
        }
    }
    Ok(())
}

/// Erases the keys whose time is over; says whether there were any.
pub(crate) fn forget(tx: &mut Tx<'_>, now: u64) -> Result<bool, StoreError> {
    let mut erased = false;
    for record in tx.list(KEYS)?.records {
        let week = record.id.get(16..).and_then(weeks::week_of);
        if week.is_none_or(|week| week_start(week).saturating_add(KEPT) <= now) {
            erased |= tx.remove(KEYS, &record.id)?;
        }
    }
    Ok(erased)
}
