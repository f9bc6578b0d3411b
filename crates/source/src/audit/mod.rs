//! `subrosa audit`: visits a site as a reader would and says in plain words whether a reader or a source is worse off than promised.

mod channel;
mod log;
mod markup;
mod pages;
mod witnesses;

pub use log::key as log_key;
pub use witnesses::{Cosigner, Cosigners};

use envelope::keys::SiteId;
use rand_core::CryptoRng;
use serde::Serialize;

use crate::http::{HttpError, Site};

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which promise.
    pub check: &'static str,
    /// Kept, broken, or worth knowing.
    pub verdict: Verdict,
    /// What was seen, in plain words.
    pub seen: String,
}

/// Whether a promise is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As promised.
    Kept,
    /// A reader or a source is worse off than promised.
    Broken,
    /// Not a promise, but worth knowing.
    Note,
}

/// The whole report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The address that was visited.
    pub site: String,
    /// True if no promise is broken.
    pub kept: bool,
    /// The newsroom's root, in hex, as far as it could be learned.
    pub newsroom: Option<String>,
    /// The public log's key, certified by the root, as a witness wants it.
    pub log: Option<String>,
    /// Who has signed the public log beside it, if witnesses were asked for.
    pub witnesses: Option<Cosigners>,
    /// Everything that was looked at.
    pub findings: Vec<Finding>,
    /// The public log's checkpoint as it was signed: to be kept, and given to the next audit.
    #[serde(skip)]
    pub checkpoint: Option<String>,
}

/// What the audit compares with.
pub struct Expected<'a> {
    /// Path and SHA-256 of each file of the released reader script.
    pub script: &'a [(String, [u8; 32])],
    /// Header names and values that every answer must carry.
    pub headers: &'a [(&'static str, &'static str)],
    /// The newsroom's root, if it is known from elsewhere; else the one that the page names is taken, and the report says so.
    pub newsroom: Option<SiteId>,
    /// The words of a page's article, as the site's public log hashes them.
    pub words: fn(&str) -> Option<String>,
    /// The checkpoint that the last audit saw, as it was signed.
    pub log_before: Option<&'a str>,
    /// The witnesses that the reader knows, and how many of them must have signed; `None`: nobody asks.
    pub witnesses: Option<&'a tlog::Witnesses>,
}

/// Visits a site and reports. Fetches what one reader's page fetches and sends two packets, one of which is mis-sized.
///
/// # Errors
/// [`HttpError`] if the front page cannot be fetched at all; everything else is a finding.
pub fn audit<G: CryptoRng + ?Sized>(
    site: &Site,
    expected: &Expected<'_>,
    now: u64,
    rng: &mut G,
) -> Result<Report, HttpError> {
    let mut findings = Findings::default();
    let front = site.fetch("/", pages::PAGE_LIMIT)?;
    let named = pages::check(site, &front, expected, &mut findings);
    let newsroom = expected.newsroom.or(named);
    let mut seen = log::Seen::default();
    match newsroom {
        Some(id) => {
            channel::check(site, &id, expected.newsroom.is_some(), now, rng, &mut findings);
            seen = log::check(site, &id, now, expected, &mut findings);
        }
        None => findings.broken(
            "key list",
            "the page names no newsroom root, so nothing it sends can be verified".to_owned(),
        ),
    }
    let witnesses = witnesses::check(seen.note.as_ref(), expected.witnesses, now, &mut findings);
    let findings = findings.0;
    let kept = findings.iter().all(|finding| finding.verdict != Verdict::Broken);
    Ok(Report {
        site: site.to_string(),
        kept,
        newsroom: newsroom.map(|id| id.to_string()),
        log: seen.key.map(|key| key.to_string()),
        witnesses,
        findings,
        checkpoint: seen.whole.then(|| seen.note.map(|note| note.encode())).flatten(),
    })
}

/// Findings in the order in which they were made.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn kept(&mut self, check: &'static str, seen: String) {
        self.0.push(Finding { check, verdict: Verdict::Kept, seen });
    }

    fn broken(&mut self, check: &'static str, seen: String) {
        self.0.push(Finding { check, verdict: Verdict::Broken, seen });
    }

    fn note(&mut self, check: &'static str, seen: String) {
        self.0.push(Finding { check, verdict: Verdict::Note, seen });
    }

    /// Kept if there is nothing wrong, else broken with everything that is.
    fn all(&mut self, check: &'static str, wrong: &[String], fine: String) {
        if wrong.is_empty() {
            self.kept(check, fine);
        } else {
            self.broken(check, wrong.join("; "));
        }
    }
}
