//! `subrosa audit`.

use source::{
    audit::{Expected, Verdict, audit},
    clock::{Clock, SystemClock},
    http::Site,
};

use crate::{
    cli,
    out::{Ending, Out, Outcome},
    secrets,
};

/// Visits and reports.
pub(crate) fn run(args: &cli::Audit, out: &mut Out) -> Outcome {
    let site = Site::new(&args.url)?;
    let script: Vec<(String, [u8; 32])> =
        press::reader_assets()?.into_iter().map(|asset| (asset.path, asset.sha256)).collect();
    let expected =
        Expected { script: &script, headers: &press::headers::SECURITY, newsroom: args.newsroom };
    let now = SystemClock::start().unix();
    let report = audit(&site, &expected, now, &mut secrets::rng())?;
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
        out.line(match report.kept {
            true => "\nEvery promise that can be checked from here is kept.",
            false => "\nReaders or sources are worse off here than promised.",
        })?;
    }
    Ok(if report.kept { Ending::Done } else { Ending::NotAsItShouldBe })
}
