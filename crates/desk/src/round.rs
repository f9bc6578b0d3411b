//! One round with the site, and when the next one is due.

use envelope::{sizes, time::TickLength};
use thiserror::Error;

use crate::{
    clock::Clock,
    engine::{DeskEngine, Intake, Seen},
    error::EngineError,
    http::{HttpError, SiteClient},
};

/// Largest key list that is read: four mix keys, sixteen desks, 64 revocations.
const KEYS: usize = 1 << 16;
/// Largest batch that is read.
const BATCH: usize = 64 << 20;

/// Largest mail of a tick: that of sixteen desks.
const MAIL: usize = sizes::MAX_DESKS * sizes::MAIL;
/// Largest policy that is read.
const POLICY: usize = 1 << 12;

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Batches read.
    pub batches: usize,
    /// Messages that came.
    pub messages: usize,
    /// Receipts and parts seen in the dead drop.
    pub published: usize,
    /// Parcels of colleagues that have come.
    pub parcels: usize,
    /// The tick for which the site took a bundle.
    pub bundle: Option<u64>,
}

/// A round that did not succeed in all its steps. What it did is done; the rest is done in the next round.
#[derive(Debug, Error)]
pub enum RoundError {
    /// The network or the site.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The vault, or what the site sent.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The site has no such page.
    #[error("the site has nothing at {0}: is it a Subrosa site?")]
    Nothing(&'static str),
}

/// Seconds after the tick's boundary at which a round begins: always the same, whatever there is to do.
#[must_use]
pub fn offset(tick: TickLength) -> u64 {
    u64::from((tick.secs() / 12).clamp(1, 120))
}

/// When the next round is due: shortly after the next boundary, or earlier if this one failed.
#[must_use]
pub fn next_round(now: u64, tick: Option<TickLength>, failed: bool) -> u64 {
    let Some(tick) = tick else { return now + 10 };
    let regular = tick.start(tick.tick_at(now.saturating_sub(offset(tick))) + 1) + offset(tick);
    let retry = now + u64::from((tick.secs() / 6).clamp(2, 300));
    if failed { regular.min(retry) } else { regular }
}

/// Makes a round: keys, batches, dead drop, one bundle. A step that fails does not keep the others from being
/// tried, unless the site is down.
///
/// # Errors
/// The first [`RoundError`].
pub fn round(
    engine: &mut DeskEngine,
    client: &SiteClient,
    clock: &dyn Clock,
) -> Result<Report, RoundError> {
    let now = clock.now();
    let mut contact = engine.contact()?;
    contact.last_round = Some(now);
    let mut report = Report::default();
    let result = steps(engine, client, clock, &mut report);
    match &result {
        Ok(()) => (contact.last_good, contact.trouble) = (Some(now), None),
        Err(error) => contact.trouble = Some(error.to_string()),
    }
    if let Some(tick) = report.bundle {
        (contact.last_bundle, contact.last_bundle_at) = (Some(tick), Some(now));
    }
    engine.set_contact(&contact)?;
    result.map(|()| report)
}

fn steps(
    engine: &mut DeskEngine,
    client: &SiteClient,
    clock: &dyn Clock,
    report: &mut Report,
) -> Result<(), RoundError> {
    let keys = client.get("/keys", None, KEYS)?.ok_or(RoundError::Nothing("/keys"))?;
    let now = clock.now();
    engine.take_keys(&keys, now)?;
    let plan = engine.plan(now)?;
    let mut first_error = None;
    let mut note = |result: Result<(), RoundError>| -> Result<(), RoundError> {
        match result {
            Err(RoundError::Http(error)) if error.is_down() => Err(error.into()),
            // A full disk or a broken vault would fail every step: stop here.
            Err(RoundError::Engine(EngineError::Store(error))) => {
                Err(RoundError::Engine(error.into()))
            }
            Err(error) => {
                first_error.get_or_insert(error);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    };
    for tick in plan.batches {
        note(batch(engine, client, tick, clock.now()).map(|intake| {
            report.batches += usize::from(intake.is_some());
            report.messages += intake.unwrap_or_default().messages;
        }))?;
    }
    // In order, and no further than the first failure: what was offered for a tick is judged by that tick's record.
    let mut whole = true;
    for block in plan.blocks {
        if whole {
            let seen = chunk(engine, client, &format!("/drop/{block}"));
            whole = seen.is_ok();
            note(seen.map(|seen| report.published += seen.receipts + seen.parts))?;
        }
    }
    if whole {
        let seen = chunk(engine, client, "/drop/live");
        note(seen.map(|seen| report.published += seen.receipts + seen.parts))?;
    }
    for tick in engine.mail_due(clock.now())? {
        note(mail(engine, client, tick, clock.now()).map(|parcels| report.parcels += parcels))?;
    }
    let path = "/desk/policy";
    note(
        client
            .get(path, Some(&engine.token(path, clock.now())), POLICY)
            .map_err(Into::into)
            .and_then(|bytes| Ok(bytes.map_or(Ok(()), |bytes| engine.take_policy(&bytes))?)),
    )?;
    // After many batches the next tick may have become another one.
    let bundle = engine.bundle(clock.now())?;
    if !bundle.sent {
        note(client.post("/desk/bundle", &bundle.bytes).map_err(RoundError::from).and_then(
            |()| {
                engine.sent(bundle.tick)?;
                report.bundle = Some(bundle.tick);
                Ok(())
            },
        ))?;
    }
    let mail = engine.mail(clock.now())?;
    if !mail.sent {
        note(client.post("/desk/mail", &mail.bytes).map_err(RoundError::from).and_then(|()| {
            engine.mail_sent(mail.tick)?;
            Ok(())
        }))?;
    }
    engine.tidy(now)?;
    first_error.map_or(Ok(()), Err)
}

fn batch(
    engine: &DeskEngine,
    client: &SiteClient,
    tick: u64,
    now: u64,
) -> Result<Option<Intake>, RoundError> {
    let path = format!("/desk/batch/{tick}");
    match client.get(&path, Some(&engine.token(&path, now)), BATCH)? {
        Some(bytes) => Ok(Some(engine.take_batch(tick, &bytes, now)?)),
        None => {
            engine.batch_absent(tick, now)?;
            Ok(None)
        }
    }
}

fn mail(
    engine: &DeskEngine,
    client: &SiteClient,
    tick: u64,
    now: u64,
) -> Result<usize, RoundError> {
    let path = format!("/desk/mail/{tick}");
    let bytes = client.get(&path, Some(&engine.token(&path, now)), MAIL)?.unwrap_or_default();
    Ok(engine.take_mail(tick, &bytes, now)?.parcels.len())
}

fn chunk(engine: &DeskEngine, client: &SiteClient, path: &str) -> Result<Seen, RoundError> {
    match client.get(path, None, sizes::CLOSED_BLOCK)? {
        Some(bytes) => Ok(engine.take_chunk(&bytes)?),
        // A block that the site does not keep: what was offered then goes back to the queue in time.
        None => Ok(Seen::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_come_at_a_fixed_moment_of_the_tick() {
        let hour = TickLength::HOUR;
        assert_eq!(offset(hour), 120);
        assert_eq!(next_round(7200, Some(hour), false), 7320);
        assert_eq!(next_round(7319, Some(hour), false), 7320);
        assert_eq!(next_round(7320, Some(hour), false), 7200 + 3600 + 120);
        assert_eq!(next_round(7400, Some(hour), true), 7400 + 300);
        assert_eq!(next_round(10_800, Some(hour), true), 10_800 + 120);
        let demo = TickLength::new(10).unwrap();
        assert_eq!(next_round(100, Some(demo), false), 101);
        assert_eq!(next_round(101, Some(demo), false), 111);
        assert_eq!(next_round(103, Some(demo), true), 105);
        assert_eq!(next_round(5, None, true), 15);
    }
}
