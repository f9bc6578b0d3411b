//! The result for people.

use super::{Row, Status};
use crate::out::{Failure, Out, visible};
use ::sanitize::Entry;

/// One block per file, then what may remain.
pub(super) fn table(rows: &[Row], open: bool, out: &mut Out) -> Result<(), Failure> {
    for row in rows {
        let input = visible(&row.input.display().to_string());
        match (row.status, &row.output) {
            (Status::Cleaned, Some(output)) => {
                out.line(format!("{input} → {}", visible(&output.display().to_string())))?;
            }
            (Status::Refused, _) => {
                let reason = row.reason.as_deref().unwrap_or("no reason given");
                out.line(format!("{input}: REFUSED: {reason}"))?;
            }
            _ => out.line(format!("{input}: would be cleaned"))?,
        }
        let verb = if row.status == Status::Checked { "has" } else { "removed" };
        entries(verb, &row.removed, out)?;
        entries("kept", &row.kept, out)?;
        if row.status != Status::Refused && row.removed.is_empty() && row.kept.is_empty() {
            out.line("  nothing hidden was found")?;
        }
        out.line("")?;
    }
    let count = |status: Status| rows.iter().filter(|row| row.status == status).count();
    let mut parts = Vec::new();
    for (status, word) in
        [(Status::Cleaned, "cleaned"), (Status::Checked, "checked"), (Status::Refused, "refused")]
    {
        if count(status) > 0 {
            parts.push(format!("{} {word}", count(status)));
        }
    }
    out.line(format!("{}.", parts.join(", ")))?;
    if open {
        out.line("The files were read without a sandbox, as you asked.")?;
    }
    let mut remains: Vec<&str> = Vec::new();
    for sentence in rows.iter().flat_map(|row| &row.remains) {
        if !remains.contains(&sentence.as_str()) {
            remains.push(sentence);
        }
    }
    if count(Status::Refused) < rows.len() {
        out.line("\nWhat may remain:")?;
        for sentence in remains {
            out.line(format!("- {}", visible(sentence)))?;
        }
        out.line("- The content itself, and the way it is written, can point to a person. Where only the words matter, retype them.")?;
    }
    Ok(())
}

fn entries(verb: &str, entries: &[Entry], out: &mut Out) -> Result<(), Failure> {
    for entry in entries {
        let kind = entry.kind.name();
        let times = if entry.count > 1 { format!(" ({}×)", entry.count) } else { String::new() };
        out.line(format!(
            "  {verb:<8} {kind:<20} {}: {}{times}",
            visible(&entry.place),
            visible(&entry.what)
        ))?;
    }
    Ok(())
}
