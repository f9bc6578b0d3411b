//! `subrosa audit`.

use std::fs;

use source::{
    audit::{Expected, Verdict, audit},
    clock::{Clock, SystemClock},
    http::Site,
};

use tlog::Witnesses;

use crate::{
    cli,
    out::{Ending, Failure, Out, Outcome},
    secrets,
};

/// Visits and reports.
pub(crate) fn run(args: &cli::Audit, out: &mut Out) -> Outcome {
    let site = Site::new(&args.url)?;
    let script: Vec<(String, [u8; 32])> =
        press::reader_assets()?.into_iter().map(|asset| (asset.path, asset.sha256)).collect();
    let before = match &args.log {
        Some(path) if path.exists() => {
            Some(fs::read_to_string(path).map_err(|error| Failure::at(path.display(), error))?)
        }
        _ => None,
    };
    let witnesses = match args.witness.as_slice() {
        [] => None,
        keys => {
            let needed = args.needed.unwrap_or(keys.len());
            if needed == 0 {
                return Err(Failure::new("--needed 0 asks for nothing; leave --witness out"));
            }
            let chosen = Witnesses::new(keys.to_vec(), needed);
            Some(chosen.map_err(|error| Failure::at("--witness, --needed", error))?)
        }
    };
    let expected = Expected {
        script: &script,
        headers: &press::headers::SECURITY,
        newsroom: args.newsroom,
        words: press::article_words,
        log_before: before.as_deref(),
        witnesses: witnesses.as_ref(),
    };
    let now = SystemClock::start().unix();
    let report = audit(&site, &expected, now, &mut secrets::rng())?;
    if let (Some(path), Some(checkpoint)) = (&args.log, &report.checkpoint) {
        let new = path.with_extension("new");
        fs::write(&new, checkpoint)
            .and_then(|()| fs::rename(&new, path))
            .map_err(|error| Failure::at(path.display(), error))?;
    }
    if args.json {
        out.json(&report)?;
    } else {
        for finding in &report.findings {
            let mark = match finding.verdict {
                Verdict::Kept => "kept  ",
                Verdict::Broken => "BROKEN",
                Verdict::Note => "note  ",
            };
            out.line(format!("{mark}  {:<13}  {}", finding.check, finding.seen))?;
        }
        if let Some(key) = &report.log {
            out.line(format!("\nThe public log's key, for a witness: {key}"))?;
        }
        out.line(match report.kept {
            true => "\nEvery promise that can be checked from here is kept.",
            false => "\nReaders or sources are worse off here than promised.",
        })?;
    }
    Ok(if report.kept { Ending::Done } else { Ending::NotAsItShouldBe })
}
