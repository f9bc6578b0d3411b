//! What became of a story after it was printed: corrections, and the word that it is withdrawn.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::Place;
use crate::date::Moment;
use crate::error::PressError;
use crate::paper::Paper;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCorrection {
    date: Spanned<Datetime>,
    text: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWithdrawal {
    date: Spanned<Datetime>,
    reason: Spanned<String>,
    headline: Option<Spanned<String>>,
}

/// What was wrong, and since when it is right.
#[derive(Clone, Debug)]
pub(crate) struct Correction {
    pub(crate) date: Moment,
    pub(crate) text: String,
}

/// The story is taken back. Its address stays and says so.
#[derive(Clone, Debug)]
pub(crate) struct Withdrawal {
    pub(crate) date: Moment,
    pub(crate) reason: String,
    /// In place of the story's own headline, where that does harm itself.
    pub(crate) headline: Option<String>,
}

/// Corrections in the order of their dates.
pub(super) fn corrections(
    raw: &[RawCorrection],
    printed: Moment,
    paper: &Paper,
    place: &Place<'_>,
) -> Result<Vec<Correction>, PressError> {
    let mut all = Vec::with_capacity(raw.len());
    for entry in raw {
        let date = after(&entry.date, printed, "a correction", place)?;
        all.push(Correction { date, text: place.required(&entry.text, "text", paper)? });
    }
    all.sort_by_key(|c| c.date.unix());
    Ok(all)
}

pub(super) fn withdrawal(
    raw: Option<&RawWithdrawal>,
    printed: Moment,
    paper: &Paper,
    place: &Place<'_>,
) -> Result<Option<Withdrawal>, PressError> {
    let Some(raw) = raw else { return Ok(None) };
    let headline =
        raw.headline.as_ref().map(|h| place.required(h, "headline", paper)).transpose()?;
    Ok(Some(Withdrawal {
        date: after(&raw.date, printed, "the withdrawal", place)?,
        reason: place.required(&raw.reason, "reason", paper)?,
        headline,
    }))
}

/// A date that is not before the story's own.
pub(super) fn after(
    date: &Spanned<Datetime>,
    printed: Moment,
    what: &str,
    place: &Place<'_>,
) -> Result<Moment, PressError> {
    let moment = place.moment(date)?;
    if moment.is_before(printed) {
        let problem = format!("{what} is before `date`");
        return Err(place.fault(date.span().start, problem, "mend one of the two"));
    }
    Ok(moment)
}
