//! `subrosa replay`.

use std::path::Path;

use replay::{Case, Options, Reckoning, words};
use serde_json::json;

use crate::{
    cli,
    out::{Ending, Out, Outcome},
};

/// Prints the cases as a table, or writes their pages.
pub(crate) fn run(args: &cli::Replay, out: &mut Out) -> Outcome {
    let mut cases = Vec::new();
    if args.cases.is_empty() {
        for name in replay::names() {
            cases.push(replay::shipped(name)?);
        }
    }
    for name in &args.cases {
        let folder = Path::new(name);
        cases.push(if folder.is_dir() { replay::at(folder)? } else { replay::shipped(name)? });
    }
    let mut reckoned = Vec::new();
    for case in cases {
        let sums = case.reckon()?;
        reckoned.push((case, sums));
    }
    let mut written = Vec::new();
    if let Some(folder) = &args.output {
        let options = Options { base_url: args.base_url.clone() };
        written = replay::write(folder, &reckoned, &options)?;
    }
    if args.json {
        let cases: Vec<_> = reckoned.iter().map(|(case, sums)| figures(case, sums)).collect();
        let files: Vec<_> = written.iter().map(|p| p.display().to_string()).collect();
        out.json(&json!({ "cases": cases, "written": files }))?;
    } else if args.output.is_none() {
        table(&reckoned, out)?;
    } else {
        for path in &written {
            out.line(path.display())?;
        }
    }
    Ok(Ending::Done)
}

fn table(cases: &[(Case, Reckoning)], out: &mut Out) -> Result<(), crate::out::Failure> {
    out.line(format!(
        "{:<24}  {:>4}  {:>7}  {:<38}  {}",
        "case", "year", "before", "left after each step", "reworded"
    ))?;
    for (case, sums) in cases {
        let after: Vec<String> = sums.after.iter().map(|l| words::range(l.people)).collect();
        let best = sums.best.and_then(|b| sums.table.get(b));
        let best = best.map_or_else(|| "not for certain".to_owned(), |l| words::range(l.people));
        out.line(format!(
            "{:<24}  {:>4}  {:>7}  {:<38}  {best}",
            case.name,
            case.happened.year,
            words::figures(sums.everybody),
            after.join(" → "),
        ))?;
        if sums.after.iter().any(|l| l.source_among == Some(false)) {
            out.line(format!("{:<24}  the source is not among those who are left", ""))?;
        }
    }
    Ok(())
}

fn figures(case: &Case, sums: &Reckoning) -> serde_json::Value {
    let steps = case.story.steps.iter().zip(&sums.after).map(|(step, left)| {
        json!({
            "id": step.id,
            "date": step.date,
            "outlet": step.outlet,
            "left": [left.people.lo(), left.people.hi()],
            "source_among": left.source_among,
        })
    });
    let best = sums.best.and_then(|b| {
        sums.table.get(b).map(
            |left| json!({ "loss": sums.loss_of(b), "left": [left.people.lo(), left.people.hi()] }),
        )
    });
    json!({
        "case": case.name,
        "year": case.happened.year,
        "title": case.happened.title,
        "k": sums.k,
        "before": sums.everybody,
        "steps": steps.collect::<Vec<_>>(),
        "cheapest": best,
    })
}
