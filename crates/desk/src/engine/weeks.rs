//! A desk's keys of each week: made and signed by the desk itself, kept for three weeks, then erased.

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

/// Makes this week's keys if there are none.
pub(super) fn ensure(
    tx: &mut Tx<'_>,
    desk: &Signing<DeskIdentity>,
    site: &SiteId,
    now: u64,
) -> Result<(), StoreError> {
    let week = time::week(now);
    if tx.has(WEEKS, &week.to_be_bytes())? {
        return Ok(());
    }
    let secret = KemSecret::<DeskWeek>::generate(tx.rng());
    let until = week_start(week) + deskkey::MAX_AGE;
    let public = DeskKey::issue(desk, site, week, until, secret.public())
        .map_err(|_| StoreError::Content("a new week's key"))?;
    let record = WeekRecord {
        secret: Secret(*secret.to_bytes()),
        public: Bytes(public.as_bytes().to_vec()),
    };
    records::put(tx, WEEKS, &week.to_be_bytes(), &record)
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

pub(crate) fn week_of(id: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(id.try_into().ok()?))
}
