//! The sourcing memo: who told what, on which terms, and what was done to check it.

use std::fmt::Write as _;

use super::print::plain;
use crate::ledger::document::{Fact, Ledger, Say, Terms};
use crate::when::When;

/// What stands on top of every memo.
const BANNER: &str = "PRIVILEGED AND CONFIDENTIAL. Prepared for the newsroom's counsel and the editor in charge.\n\
    This memo says who told what. Whoever has it can find the sources: no copies, no mail, no cloud.";

/// The memo as plain text. Sources stand in it by the desk's names for them, never by their own.
///
/// `now` is the moment it is made, Unix seconds.
#[must_use]
pub fn memo(ledger: &Ledger, now: u64) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(ledger, now, &mut out);
    plain(&out)
}

fn write(ledger: &Ledger, now: u64, out: &mut String) -> std::fmt::Result {
    writeln!(out, "{BANNER}\n")?;
    let title = if ledger.title.is_empty() { "Sourcing memo" } else { &ledger.title };
    writeln!(out, "{title}")?;
    writeln!(out, "As of {}\n", When::day_of(now))?;
    let sources: Vec<Option<&str>> =
        ledger.source.iter().map(|s| Some(s.name.as_str())).chain([None]).collect();
    for source in sources {
        let facts: Vec<&Fact> =
            ledger.fact.iter().filter(|f| f.source.as_deref() == source).collect();
        match (source, facts.is_empty()) {
            (None, true) => continue,
            (None, false) => writeln!(out, "No source is named for these")?,
            (Some(name), _) => {
                writeln!(out, "Source: {name}")?;
                let entry = ledger.source.iter().find(|s| s.name == name);
                let known = entry.is_some_and(|s| s.person.is_some());
                let identity = if known {
                    "known to the desk; not written in this memo"
                } else {
                    "not known to the ledger"
                };
                writeln!(out, "  Identity: {identity}")?;
            }
        }
        if facts.is_empty() {
            writeln!(out, "  Nothing in the ledger came from this source.")?;
        }
        for fact in facts {
            write_fact(ledger, fact, out)?;
        }
        writeln!(out)?;
    }
    if !ledger.origin.is_empty() {
        writeln!(out, "Origins")?;
        for origin in &ledger.origin {
            let date = origin.date.map(|d| format!(", {d}")).unwrap_or_default();
            let note =
                if origin.note.is_empty() { String::new() } else { format!(": {}", origin.note) };
            writeln!(out, "  {}{date}{note}", origin.name)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "What has gone out")?;
    if ledger.release.is_empty() {
        writeln!(out, "  Nothing is recorded.")?;
    }
    for r in &ledger.release {
        let seen = r.audience.as_ref().map(|a| format!(", to {a}")).unwrap_or_default();
        writeln!(out, "  {}  {}{seen}", r.at, r.name)?;
        for gave in &r.gave {
            writeln!(out, "    gave away {}: {}", gave.fact, gave.wording)?;
        }
    }
    Ok(())
}

fn write_fact(ledger: &Ledger, fact: &Fact, out: &mut String) -> std::fmt::Result {
    writeln!(out, "  {}", fact.name)?;
    if let Some(origin) = &fact.origin {
        writeln!(out, "    Origin: {origin}")?;
    }
    writeln!(out, "    Terms: {}", terms(ledger.say_of(fact)))?;
    let checked = if fact.checked.is_empty() { "nothing is written down" } else { &fact.checked };
    writeln!(out, "    Checked: {checked}")?;
    for w in &fact.wording {
        let circle = ledger.circle.iter().find(|c| c.name == w.circle);
        let how = circle.map_or("", |c| c.evidence.as_str());
        let how = if how.is_empty() { String::new() } else { format!(" ({how})") };
        writeln!(out, "    “{}”: known to {}{how}", w.text, w.circle)?;
    }
    Ok(())
}

fn terms(say: Option<&Say>) -> String {
    let Some(say) = say else { return "on background (nothing else is written down)".to_owned() };
    let mut parts = vec![
        match say.terms {
            Terms::OnTheRecord => "on the record",
            Terms::OnBackground => "on background",
            Terms::DeepBackground => "deep background",
            Terms::OffTheRecord => "off the record: may not be published",
        }
        .to_owned(),
    ];
    if say.withdrawn {
        parts.push("withdrawn by the source".to_owned());
    }
    if say.ask_first {
        parts.push(match say.said_yes {
            Some(at) => format!("was to be asked first, and said yes on {at}"),
            None => "is to be asked first, and has not said yes".to_owned(),
        });
    }
    if let Some(at) = say.not_before {
        parts.push(format!("not before {at}"));
    }
    for a in &say.agreed {
        parts.push(match &a.words {
            Some(words) => format!("agreed in these words: “{words}”"),
            None => format!("agreed as “{}”", a.wording),
        });
    }
    parts.join("; ")
}
