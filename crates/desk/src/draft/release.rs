//! What has gone out: published, sent for comment, shown to check, said by others. Only ever added to.

use check::When;
use check::ledger::document::{Gave, Ledger, Release, ReleaseKind};
use exposure::{Draft, Policy};
use serde::{Deserialize, Serialize};

use super::{DraftError, change::Bench};

/// Longest name of a release or an audience, in characters.
const NAME: usize = 120;
/// Releases that are listed; older ones are counted in the first of them.
const PAST: usize = 12;

/// As what something has gone out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Published.
    Story,
    /// Sent for comment.
    Question,
    /// Shown to be checked.
    Copy,
    /// A note in the page on how it is known.
    Note,
    /// Others have said it in public.
    Statement,
}

impl Kind {
    const fn model(self) -> ReleaseKind {
        match self {
            Self::Story => ReleaseKind::Story,
            Self::Question => ReleaseKind::Question,
            Self::Copy => ReleaseKind::Copy,
            Self::Note => ReleaseKind::SourcingNote,
            Self::Statement => ReleaseKind::Statement,
        }
    }
}

/// What has gone out of a draft, when and to whom.
#[derive(Clone, Debug, Deserialize)]
pub struct Gone {
    /// As what.
    pub kind: Kind,
    /// What it was; empty for the draft itself.
    #[serde(default)]
    pub name: String,
    /// Who saw it; empty for everybody. A question or a copy was sent to somebody.
    #[serde(default)]
    pub to: String,
    /// The day, as `2026-11-29`; empty for today.
    #[serde(default)]
    pub on: String,
    /// Which marks were in it; all of them if none is named.
    #[serde(default)]
    pub marks: Option<Vec<usize>>,
}

/// Something that has gone out, and how many were left after it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Past {
    name: String,
    /// `published`, `sent for comment` and so on; empty for the draft that is being read.
    kind: &'static str,
    at: String,
    to: Option<String>,
    pub(super) left: [u64; 2],
}

impl Past {
    /// The draft that is being read.
    pub(super) fn draft(left: [u64; 2]) -> Self {
        Self { name: "this draft".to_owned(), kind: "", at: String::new(), to: None, left }
    }
}

impl Bench<'_> {
    /// Writes down that something has gone out.
    pub(super) fn record(&mut self, gone: &Gone, now: u64) -> Result<(), DraftError> {
        let input = |text: &str| DraftError::Input(text.to_owned());
        let mut gave = Vec::new();
        for (n, mark) in self.ledger.mark.iter().enumerate() {
            let own = mark.draft.as_ref() == Some(&self.record.name);
            if own && gone.marks.as_ref().is_none_or(|chosen| chosen.contains(&n)) {
                gave.push(Gave { fact: mark.fact.clone(), wording: mark.wording.clone() });
            }
        }
        if gave.is_empty() {
            return Err(input("Nothing of what was marked went out: there is nothing to record."));
        }
        let audience = short(&gone.to);
        if audience.is_empty() && matches!(gone.kind, Kind::Question | Kind::Copy) {
            return Err(input("Say who it was sent to."));
        }
        // A day is enough, and says less about the desk.
        let today = When::day_of(now);
        let at = match gone.on.trim() {
            "" => today,
            day => day.parse::<When>().map_err(DraftError::Input)?,
        };
        let at = When::day_of(at.unix());
        if at > today {
            return Err(input("That day has not come yet: record it when it has gone out."));
        }
        let name = match short(&gone.name) {
            name if name.is_empty() => self.record.name.clone(),
            name => name,
        };
        let audience = (!audience.is_empty()).then_some(audience);
        Ok(self.ledger.record(Release { name, kind: gone.kind.model(), at, audience, gave })?)
    }
}

fn short(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(NAME).collect()
}

/// Who will see a draft, and how many are enough.
#[derive(Clone, Debug, Deserialize)]
pub struct Limits {
    /// Only these people; empty for everybody.
    pub audience: String,
    /// The smallest crowd in which a source may be left, for all drafts of the desk.
    pub k: u64,
}

/// More people than a limit ever asks for.
const MOST_K: u64 = 1_000_000;

impl Bench<'_> {
    /// Sets who will see the draft, and how many are enough.
    pub(super) fn limit(&mut self, limits: &Limits) -> Result<(), DraftError> {
        if !(2..=MOST_K).contains(&limits.k) {
            return Err(DraftError::Input(format!(
                "{} people are no crowd to be in: give a number from 2 to {MOST_K}.",
                limits.k
            )));
        }
        let audience = short(&limits.audience);
        self.record.audience = (!audience.is_empty()).then_some(audience);
        self.ledger.k = Some(limits.k);
        Ok(())
    }
}

/// What has gone out to everybody and to an audience, or all of it; the oldest first, and how many were left after each. And
/// how many older ones are not listed.
pub(super) fn history(
    ledger: &Ledger,
    audience: Option<&str>,
    files: &super::reading::Files,
    policy: &Policy,
) -> Result<(Vec<Past>, usize), DraftError> {
    let seen = |r: &&Release| {
        audience.is_none() || r.audience.is_none() || r.audience.as_deref() == audience
    };
    let mut releases: Vec<&Release> = ledger.release.iter().filter(seen).collect();
    releases.sort_by_key(|release| release.at.unix());
    if releases.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let nothing_out = Ledger { release: Vec::new(), ..ledger.clone() };
    let resolved = nothing_out.resolve(files, None)?;
    let earlier = releases.len().saturating_sub(PAST);
    let (mut out, mut past) = (Draft::default(), Vec::new());
    for (n, release) in releases.into_iter().enumerate() {
        let mentions = release.gave.iter().map(|g| resolved.mention(ledger, &g.fact, &g.wording));
        out = out.passage(&release.name, mentions.collect::<Result<Vec<_>, _>>()?);
        if n < earlier {
            continue;
        }
        let seen = exposure::exposure(&resolved.exposure, Some(&out), policy)
            .map_err(check::Fault::from)?;
        past.push(Past {
            name: release.name.clone(),
            kind: match release.kind {
                ReleaseKind::Story => "published",
                ReleaseKind::Question => "sent for comment",
                ReleaseKind::Copy => "shown to check",
                ReleaseKind::Statement => "said by others",
                ReleaseKind::SourcingNote => "sourcing note",
            },
            at: release.at.to_string(),
            to: release.audience.clone(),
            left: [seen.k.lo(), seen.k.hi()],
        });
    }
    Ok((past, earlier))
}
