//! `[public_log]` in `site.toml`: who signs the public log beside the site.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::{ConfigError, Source};

/// The public log's witnesses.
#[derive(Debug, Clone, Default)]
pub struct PublicLog {
    /// Those that are asked; none: nobody is.
    pub witnesses: Vec<AskedWitness>,
    /// How many of them readers are told to ask for.
    pub needed: usize,
    /// How long after it could not have its signature a witness is asked again.
    pub retry: Duration,
}

/// A witness that the site asks.
#[derive(Debug, Clone)]
pub struct AskedWitness {
    /// Its public key, of type 0x04.
    pub key: tlog::VerifierKey,
    /// Its address, without a slash at the end; `/add-checkpoint` is below it.
    pub url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLog {
    witnesses: Vec<RawWitness>,
    needed: Option<Spanned<usize>>,
    #[serde(default = "minute")]
    retry_secs: Spanned<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWitness {
    key: Spanned<String>,
    url: Spanned<String>,
}

fn minute() -> Spanned<u64> {
    Spanned::new(0..0, 60)
}

/// More than any newsroom finds; a checkpoint has room for 63.
const MOST_WITNESSES: usize = 16;

pub(super) fn read(
    source: &Source<'_>,
    raw: Option<Spanned<RawLog>>,
) -> Result<PublicLog, ConfigError> {
    let Some(raw) = raw else { return Ok(PublicLog::default()) };
    let at = Spanned::new(raw.span(), ());
    let raw = raw.into_inner();
    if raw.witnesses.is_empty() || raw.witnesses.len() > MOST_WITNESSES {
        let problem = format!("witnesses must be 1 to {MOST_WITNESSES}");
        return Err(source.at(&at, &problem, "leave [public_log] out to have none"));
    }
    let witness = |one: &RawWitness| {
        let mend = "give the line that `subrosa witness init` printed";
        let key = one
            .key
            .get_ref()
            .parse()
            .map_err(|error| source.at(&one.key, &format!("key: {error}"), mend))?;
        Ok(AskedWitness { key, url: witness_url(source, &one.url)? })
    };
    let witnesses = raw.witnesses.iter().map(witness).collect::<Result<Vec<_>, _>>()?;
    let needed = match &raw.needed {
        Some(needed) => source.range("needed", needed, 1, witnesses.len())?,
        None => witnesses.len(),
    };
    let keys = witnesses.iter().map(|one| one.key.clone()).collect();
    tlog::Witnesses::new(keys, needed).map_err(|error| {
        source.at(&at, &error.to_string(), "name each witness once, with the key of a witness")
    })?;
    let retry = source.range("retry_secs", &raw.retry_secs, 1, 86_400)?;
    Ok(PublicLog { witnesses, needed, retry: Duration::from_secs(retry) })
}

fn witness_url(source: &Source<'_>, raw: &Spanned<String>) -> Result<String, ConfigError> {
    let bad = || source.at(raw, "url is no address", "write it as \"https://witness.example\"");
    let url: http::Uri = raw.get_ref().parse().map_err(|_| bad())?;
    let scheme = matches!(url.scheme_str(), Some("http" | "https"));
    match url.host() {
        Some(host) if scheme && !host.is_empty() && url.query().is_none() => {
            Ok(raw.get_ref().trim_end_matches('/').to_owned())
        }
        _ => Err(bad()),
    }
}
