//! A desk's keys of each week: made and signed by the desk itself, kept for three weeks, then erased. Within a week they are
//! made anew when the desk's team changes.

use envelope::{
    deskkey::{self, DeskKey},
    keys::{DeskIdentity, DeskWeek, KemSecret, Signing, SiteId},
    time::{self, week_start},
};
use vault::Tx;

use crate::{
    error::StoreError,
    hold::{Bytes, Secret},
    records::{self, WEEKS, WeekRecord},
};

/// Private keys are kept this many seconds from the start of their week.
pub(super) const KEPT: u64 = 21 * 86_400;
/// While batches are still to be fetched they are kept longer, but never longer than this.
pub(super) const KEPT_AT_MOST: u64 = 35 * 86_400;
/// A team's keys are made so many seconds before their week, so that its members have them when they are needed.
const AHEAD: u64 = 2 * 86_400;

/// Makes this week's keys if there are none, and those of the coming week in time if a team is to have them.
pub(super) fn ensure(
    tx: &mut Tx<'_>,
    desk: &Signing<DeskIdentity>,
    site: &SiteId,
    now: u64,
    team: bool,
) -> Result<(), StoreError> {
    let ahead = if team { AHEAD } else { 0 };
    for week in time::week(now)..=time::week(now.saturating_add(ahead)) {
        if !tx.list(WEEKS)?.records.iter().any(|record| week_of(&record.id) == Some(week)) {
            make(tx, desk, site, week, &week.to_be_bytes(), now)?;
        }
    }
    Ok(())
}

/// Makes new keys in place of those of this week and of later ones: whoever has the former ones cannot open what is sealed to
/// these.
pub(crate) fn rotate(
    tx: &mut Tx<'_>,
    desk: &Signing<DeskIdentity>,
    site: &SiteId,
    now: u64,
) -> Result<(), StoreError> {
    let records = tx.list(WEEKS)?.records;
    let ids: Vec<&[u8]> = records.iter().map(|record| record.id.as_slice()).collect();
    let latest = ids.iter().filter_map(|id| week_of(id)).max();
    for week in time::week(now)..=latest.unwrap_or(0).max(time::week(now)) {
        let taken = ids.iter().filter(|id| week_of(id) == Some(week));
        let count = taken.map(|id| id.get(4).copied().unwrap_or(0)).max();
        let mut id = week.to_be_bytes().to_vec();
        match count {
            None => {}
            // The last of 255 in a week is made anew: nobody's team changes that often.
            Some(count) => id.push(count.saturating_add(1)),
        }
        make(tx, desk, site, week, &id, now)?;
    }
    Ok(())
}

fn make(
    tx: &mut Tx<'_>,
    desk: &Signing<DeskIdentity>,
    site: &SiteId,
    week: u32,
    id: &[u8],
    now: u64,
) -> Result<(), StoreError> {
    let secret = KemSecret::<DeskWeek>::generate(tx.rng());
    let until = week_start(week) + deskkey::MAX_AGE;
    let public = DeskKey::issue(desk, site, week, until, secret.public())
        .map_err(|_| StoreError::Content("a new week's key"))?;
    let record = WeekRecord {
        secret: Secret(*secret.to_bytes()),
        public: Bytes(public.as_bytes().to_vec()),
        made: now,
    };
    records::put(tx, WEEKS, id, &record)
}

/// Erases the keys whose time is over; says whether there were any.
pub(super) fn forget(tx: &mut Tx<'_>, now: u64, caught_up: bool) -> Result<bool, StoreError> {
    let kept = if caught_up { KEPT } else { KEPT_AT_MOST };
    let mut erased = false;
    for record in tx.list(WEEKS)?.records {
        if week_of(&record.id).is_none_or(|week| week_start(week) + kept <= now) {
            erased |= tx.remove(WEEKS, &record.id)?;
        }
    }
    Ok(erased)
}

/// The live private keys, newest first.
pub(crate) fn live(tx: &Tx<'_>) -> Result<Vec<(u32, KemSecret<DeskWeek>)>, StoreError> {
    let mut keys: Vec<_> = records::all::<WeekRecord>(tx, WEEKS)?
        .into_iter()
        .filter_map(|(id, record)| {
            Some((week_of(&id)?, KemSecret::from_bytes(&record.secret.0).ok()?))
        })
        .collect();
    keys.reverse();
    Ok(keys)
}

/// The newest signed key that is not of a week to come.
pub(super) fn current(
    tx: &Tx<'_>,
    site: &SiteId,
    desk: &Signing<DeskIdentity>,
    now: u64,
) -> Result<Option<DeskKey>, StoreError> {
    let week = time::week(now);
    Ok(records::all::<WeekRecord>(tx, WEEKS)?
        .into_iter()
        .rev()
        .filter(|(id, _)| week_of(id).is_some_and(|of| of <= week))
        .find_map(|(_, record)| {
            DeskKey::decode(&record.public.0).ok()?.verify(site, &desk.verifying(), now).ok()
        }))
}

/// Whether the site lists another key of this desk than the one that it was given `late` or more seconds ago, and has taken bundles
/// with since: whoever has the former key, such as one who has left a team, could go on opening what is sealed to it.
pub(super) fn held_back(
    tx: &Tx<'_>,
    listed: &[u8],
    late: u64,
    (issued, last_bundle): (u64, u64),
    now: u64,
) -> Result<bool, StoreError> {
    let week = time::week(now);
    let newest = records::all::<WeekRecord>(tx, WEEKS)?
        .into_iter()
        .rev()
        .find(|(id, _)| week_of(id).is_some_and(|of| of <= week));
    Ok(newest.is_some_and(|(id, key)| {
        let from = week_of(&id).map_or(0, week_start).max(key.made).saturating_add(late);
        key.public.0 != listed && from <= issued && from <= last_bundle
    }))
}

/// The week of a key by its id: four bytes, and a fifth that counts for those that were made anew within the week.
pub(crate) fn week_of(id: &[u8]) -> Option<u32> {
    let (week, rest) = id.split_first_chunk::<4>()?;
    (rest.len() <= 1).then(|| u32::from_be_bytes(*week))
}
