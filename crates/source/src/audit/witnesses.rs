//! Whether the witnesses that the reader knows have signed the public log as it is shown here.

use serde::Serialize;
use tlog::{Note, Witnesses};

use super::Findings;

const CHECK: &str = "witnesses";
/// How long ago a witness may have seen a list as the newest. Sites ask anew every day; a witness may be away for a weekend.
const OLD: u64 = 7 * 86_400;

/// Who has signed the public log beside the newsroom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cosigners {
    /// How many of the witnesses that the reader named must have signed.
    pub needed: usize,
    /// Those of them that have.
    pub signed: Vec<Cosigner>,
    /// Those that have not.
    pub missing: Vec<String>,
    /// Names in signatures of keys that the reader did not name: they say nothing.
    pub strangers: Vec<String>,
}

/// A witness that has signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cosigner {
    /// Its name.
    pub name: String,
    /// When it saw the list as the newest, in Unix seconds, by its own clock.
    pub time: u64,
    /// Whether that is too long ago to count.
    pub old: bool,
}

/// Checks the checkpoint `note`, which the log itself has signed.
pub(super) fn check(
    note: Option<&Note>,
    witnesses: Option<&Witnesses>,
    now: u64,
    findings: &mut Findings,
) -> Option<Cosigners> {
    let Some(witnesses) = witnesses else {
        if note.is_some() {
            let seen = "none was asked for (--witness): two readers could be shown two public logs";
            findings.note(CHECK, seen.to_owned());
        }
        return None;
    };
    let Some(note) = note else {
        let seen = "there is no checkpoint of a public log that they could have signed";
        findings.broken(CHECK, seen.to_owned());
        return None;
    };
    match judge(note, witnesses, now) {
        Ok(all) => {
            let enough = fresh(&all) >= all.needed;
            let seen = words(&all, now);
            if enough {
                findings.kept(CHECK, seen)
            } else {
                findings.broken(CHECK, seen)
            }
            Some(all)
        }
        Err(error) => {
            findings.broken(CHECK, error.to_string());
            None
        }
    }
}

fn judge(note: &Note, witnesses: &Witnesses, now: u64) -> Result<Cosigners, tlog::Error> {
    // Asked for none, so that those who have signed can be told when they are too few.
    let anyone = Witnesses::new(witnesses.keys().to_vec(), 0)?;
    let signed: Vec<Cosigner> = anyone
        .check(note)?
        .iter()
        .map(|one| Cosigner {
            name: shown(one.name),
            time: one.time,
            old: now.saturating_sub(one.time) > OLD,
        })
        .collect();
    let names = witnesses.keys().iter().map(|key| shown(key.name()));
    let missing = names.filter(|name| !signed.iter().any(|one| one.name == *name)).collect();
    let origin = note.unverified_text().lines().next().unwrap_or_default();
    let known = |line: &&tlog::Signature| {
        let mut keys = witnesses.keys().iter();
        line.name() == origin || keys.any(|key| (key.name(), key.id()) == (line.name(), line.id()))
    };
    let strange = note.signatures().iter().filter(|line| !known(line));
    let strangers = strange.map(|line| shown(line.name())).collect();
    Ok(Cosigners { needed: witnesses.needed(), signed, missing, strangers })
}

fn fresh(all: &Cosigners) -> usize {
    all.signed.iter().filter(|one| !one.old).count()
}

fn words(all: &Cosigners, now: u64) -> String {
    let known = all.signed.len() + all.missing.len();
    let mut text = format!("{} of {known} have signed this list", fresh(all));
    if fresh(all) < all.needed {
        text.push_str(&format!(", and {} must have", all.needed));
    }
    for one in &all.signed {
        let old = if one.old { ", too long ago to count" } else { "" };
        text.push_str(&format!("; {} {}{old}", one.name, ago(now, one.time)));
    }
    for name in &all.missing {
        let other =
            if all.strangers.contains(name) { ", but somebody of that name has" } else { "" };
        text.push_str(&format!("; {name} has not{other}"));
    }
    if !all.strangers.is_empty() {
        let names = all.strangers.join(", ");
        text.push_str(&format!("; signatures of keys that you did not name say nothing: {names}"));
    }
    text
}

fn ago(now: u64, time: u64) -> String {
    let number = |count: u64, unit: &str| {
        let s = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{s} ago")
    };
    match now.checked_sub(time) {
        None if time - now > 300 => "by a clock that is ahead of yours".to_owned(),
        None | Some(0..60) => "just now".to_owned(),
        Some(secs @ 60..3600) => number(secs / 60, "minute"),
        Some(secs @ 3600..172_800) => number(secs / 3600, "hour"),
        Some(secs) => number(secs / 86_400, "day"),
    }
}

/// A name for a terminal.
fn shown(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use tlog::{Checkpoint, Signer, VerifierKey, root_of_empty};

    use super::*;
    use crate::audit::Verdict;

    const NOW: u64 = 1_795_435_200;
    const HOUR: u64 = 3600;

    fn cosigner(name: &str, seed: u8) -> tlog::Cosigner {
        tlog::Cosigner::new(name, &[seed; 32]).unwrap()
    }

    fn note(by: &[(&tlog::Cosigner, u64)]) -> Note {
        let checkpoint = Checkpoint::new("news.example/log", 0, root_of_empty(), Vec::new());
        let log = Signer::new("news.example/log", &[1; 32]).unwrap();
        let mut note = log.checkpoint(&checkpoint.unwrap()).unwrap();
        for (cosigner, time) in by {
            note.push(cosigner.cosign(note.unverified_text(), *time).unwrap()).unwrap();
        }
        note
    }

    fn asked(keys: &[&tlog::Cosigner], needed: usize) -> Witnesses {
        let keys: Vec<VerifierKey> = keys.iter().map(|one| one.verifier().clone()).collect();
        Witnesses::new(keys, needed).unwrap()
    }

    fn verdict(note: Option<&Note>, witnesses: Option<&Witnesses>) -> Vec<(Verdict, String)> {
        let mut findings = Findings::default();
        check(note, witnesses, NOW, &mut findings);
        findings.0.into_iter().map(|one| (one.verdict, one.seen)).collect()
    }

    fn one(note: &Note, witnesses: &Witnesses) -> (Verdict, String) {
        verdict(Some(note), Some(witnesses)).remove(0)
    }

    #[test]
    fn enough_witnesses_or_not() {
        let (a, b) = (cosigner("a.example", 2), cosigner("b.example", 3));
        let both = note(&[(&a, NOW - 2 * HOUR), (&b, NOW - 90)]);
        let (kept, seen) = one(&both, &asked(&[&a, &b], 2));
        assert_eq!(kept, Verdict::Kept, "{seen}");
        assert_eq!(
            seen,
            "2 of 2 have signed this list; a.example 2 hours ago; b.example 1 minute ago"
        );
        let alone = note(&[(&a, NOW)]);
        let (broken, seen) = one(&alone, &asked(&[&a, &b], 2));
        assert_eq!(broken, Verdict::Broken);
        assert_eq!(
            seen,
            "1 of 2 have signed this list, and 2 must have; a.example just now; b.example has not"
        );
        assert_eq!(one(&alone, &asked(&[&a, &b], 1)).0, Verdict::Kept);
        assert_eq!(one(&note(&[]), &asked(&[&a], 1)).0, Verdict::Broken);
    }

    #[test]
    fn strangers_and_namesakes_say_nothing() {
        let (a, b) = (cosigner("a.example", 2), cosigner("b.example", 3));
        let namesake = cosigner("a.example", 9);
        let (broken, seen) = one(&note(&[(&namesake, NOW), (&b, NOW)]), &asked(&[&a], 1));
        assert_eq!(broken, Verdict::Broken);
        assert_eq!(
            seen,
            "0 of 1 have signed this list, and 1 must have; a.example has not, but somebody of that name has; \
             signatures of keys that you did not name say nothing: a.example, b.example"
        );
    }

    #[test]
    fn what_was_signed_too_long_ago_does_not_count() {
        let a = cosigner("a.example", 2);
        assert_eq!(one(&note(&[(&a, NOW - OLD)]), &asked(&[&a], 1)).0, Verdict::Kept);
        let (broken, seen) = one(&note(&[(&a, NOW - OLD - 1)]), &asked(&[&a], 1));
        assert_eq!(broken, Verdict::Broken);
        assert!(seen.contains("a.example 7 days ago, too long ago to count"), "{seen}");
        let (kept, seen) = one(&note(&[(&a, NOW + HOUR)]), &asked(&[&a], 1));
        assert_eq!(kept, Verdict::Kept);
        assert!(seen.contains("a clock that is ahead of yours"), "{seen}");
    }

    #[test]
    fn a_forged_signature_spoils_all() {
        let (a, b) = (cosigner("a.example", 2), cosigner("b.example", 3));
        let other = Checkpoint::new("news.example/log", 0, [7; 32], Vec::new()).unwrap();
        let mut forged = note(&[(&b, NOW)]);
        forged.push(a.cosign(&other.encode(), NOW).unwrap()).unwrap();
        let (broken, seen) = one(&forged, &asked(&[&a, &b], 1));
        assert_eq!(broken, Verdict::Broken);
        assert!(seen.contains("is not that key's"), "{seen}");
    }

    #[test]
    fn nobody_asked_or_nothing_there() {
        let a = cosigner("a.example", 2);
        let found = verdict(Some(&note(&[(&a, NOW)])), None);
        assert_eq!(found[0].0, Verdict::Note);
        assert!(verdict(None, None).is_empty());
        assert_eq!(verdict(None, Some(&asked(&[&a], 1)))[0].0, Verdict::Broken);
    }
}
