//! `subrosa check`.

use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::Path,
    time::{Duration, Instant},
};

use check::{
    Document, Fault, Files, Loaded, Marked, When, cases,
    ledger::document::{Gave, Ledger, Release, ReleaseKind},
    report::{self, Ask, Look, Report},
    walk,
};
use source::clock::{Clock, SystemClock};

use crate::{
    check_args::{self as cli, CheckCommand, CheckKind},
    check_folder::{self as folder, within},
    check_papers::Papers,
    out::{Ending, Failure, Out, Outcome},
};

/// How long the search for a plan may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn run(args: &cli::Check, out: &mut Out) -> Outcome {
    match &args.command {
        Some(CheckCommand::Record(args)) => record(args, out),
        Some(CheckCommand::Memo(args)) => memo(args, out),
        Some(CheckCommand::Copies(args)) => copies(args, out),
        Some(CheckCommand::Cases(args)) => run_cases(args, out),
        None => draft(args, out),
    }
}

fn draft(args: &cli::Check, out: &mut Out) -> Outcome {
    let Some(path) = &args.draft else { return Err(Failure::new("name the draft")) };
    let document = read_draft(path)?;
    let material = Papers::default().all(&args.material)?;
    let now = args.at.map_or_else(now, When::unix);
    let report = match &args.ledger {
        Some(dir) => {
            let (loaded, files) = folder::read(dir, out)?;
            let report = checked(args, (&document, &material), &loaded, &files, now);
            report.map_err(|f| if in_draft(&f, &document) { f } else { within(dir, f) })?
        }
        None => walked(args, &document, &material, now)?,
    };
    show(&report, args.json, out)?;
    Ok(if report.clear { Ending::Done } else { Ending::NotAsItShouldBe })
}

fn in_draft(fault: &Fault, document: &Document) -> bool {
    fault.at.as_ref().is_some_and(|at| at.file == document.name)
}

fn checked(
    args: &cli::Check,
    (document, material): (&Document, &[Document]),
    loaded: &Loaded,
    files: &dyn Files,
    now: u64,
) -> Result<Report, Fault> {
    let begun = Instant::now();
    let mut over = || begun.elapsed() > PATIENCE;
    let mut ask = Ask {
        k: args.k,
        audience: args.audience.as_deref(),
        material,
        now,
        steps: u64::MAX,
        over: &mut over,
    };
    report::check(document, loaded, files, &mut ask)
}

/// Asks for everything, checks, and asks the one question if there is one.
fn walked(
    args: &cli::Check,
    document: &Document,
    material: &[Document],
    now: u64,
) -> Result<Report, Failure> {
    let (mut input, mut talk) = (io::stdin().lock(), io::stderr().lock());
    let mut ledger = walk::walk(document, &mut input, &mut talk)?;
    let none = std::collections::BTreeMap::new();
    let check = |ledger: &Ledger| {
        let loaded = Loaded { ledger: ledger.clone(), ..Loaded::default() };
        checked(args, (document, material), &loaded, &none, now)
    };
    let mut report = check(&ledger)?;
    if let Some(question) = &report.question
        && let Some(overlap) = walk::ask(question, &mut input, &mut talk)?
    {
        ledger.answer(overlap);
        report = check(&ledger)?;
    }
    let keep = match &args.save {
        Some(dir) => Some(dir.clone()),
        None if ledger.fact.is_empty() => None,
        None => walk::keep(&mut input, &mut talk)?.map(Into::into),
    };
    if let Some(dir) = keep {
        let main = dir.join(check::MAIN);
        if main.exists() {
            return Err(Failure::at(main.display(), "is there already: name another folder"));
        }
        fs::create_dir_all(&dir).map_err(|e| Failure::at(dir.display(), e))?;
        folder::replace(&main, ledger.to_toml()?.as_bytes())?;
        writeln!(
            talk,
            "Kept in {}. Check again with --ledger {}; docs/ledger.md has the format.",
            main.display(),
            dir.display()
        )?;
    }
    writeln!(talk)?;
    Ok(report)
}

fn read_draft(path: &Path) -> Result<Document, Failure> {
    Ok(Document::read(&path.display().to_string(), &folder::file(path)?)?)
}

fn show(report: &Report, json: bool, out: &mut Out) -> Result<(), Failure> {
    if json {
        return out.json(report);
    }
    let mut text = Vec::new();
    report::print(report, look(), &mut text)?;
    out.line(String::from_utf8_lossy(&text).trim_end())
}

fn look() -> Look {
    let terminal = io::stdout().is_terminal();
    let width = terminal_size::terminal_size().map(|(w, _)| usize::from(w.0));
    Look {
        width: width.filter(|_| terminal).unwrap_or(80),
        colour: terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    }
}

fn record(args: &cli::CheckRecord, out: &mut Out) -> Outcome {
    let (mut loaded, files) = folder::read(&args.ledger, out)?;
    let dir = &args.ledger;
    let resolved = loaded.resolve(&files, None).map_err(|f| within(dir, f))?;
    let given = args
        .gave
        .iter()
        .map(|(fact, wording)| Gave { fact: fact.clone(), wording: wording.clone() });
    let mut gave: Vec<Gave> = given.collect();
    if let Some(path) = &args.draft {
        let document = read_draft(path)?;
        let marked = Marked::find(&document, &loaded.ledger, &resolved)?;
        if let Some((mark, _)) = marked.lost.first() {
            return Err(Failure::at(
                path.display(),
                format!(
                    "the mark of \"{}\" is lost, so that it is not known what this gave away: mark it again, or delete the mark",
                    mark.fact
                ),
            ));
        }
        gave.extend(
            marked.gave().into_iter().filter(|g| !args.gave.iter().any(|(f, _)| *f == g.fact)),
        );
    } else if gave.is_empty() {
        return Err(Failure::new(
            "name the draft that went out, or say what was given away: --gave FACT=WORDING",
        ));
    }
    let release = Release {
        name: args.name.clone(),
        kind: match args.kind {
            CheckKind::Story => ReleaseKind::Story,
            CheckKind::Question => ReleaseKind::Question,
            CheckKind::Copy => ReleaseKind::Copy,
            CheckKind::Statement => ReleaseKind::Statement,
            CheckKind::SourcingNote => ReleaseKind::SourcingNote,
        },
        at: args.at.unwrap_or_else(|| When::moment(now())),
        audience: args.audience.clone(),
        gave,
    };
    loaded.ledger.record(release.clone())?;
    let entry = Ledger { release: vec![release.clone()], ..Ledger::default() };
    folder::append(&dir.join("releases.toml"), &format!("\n{}", entry.to_toml()?))?;
    if args.json {
        out.json(&release)?;
    } else {
        out.line(format!("Recorded: {}, {}. It gave away:", release.name, release.at))?;
        for gave in &release.gave {
            out.line(format!("  {}: {}", gave.fact, gave.wording))?;
        }
        if release.gave.is_empty() {
            out.line("  nothing that the ledger knows of")?;
        }
    }
    Ok(Ending::Done)
}

fn memo(args: &cli::CheckMemo, out: &mut Out) -> Outcome {
    let (loaded, files) = folder::read(&args.ledger, out)?;
    loaded.resolve(&files, None).map_err(|f| within(&args.ledger, f))?;
    out.line(report::memo(&loaded.ledger, now()).trim_end())?;
    Ok(Ending::Done)
}

fn copies(args: &cli::CheckCopies, out: &mut Out) -> Outcome {
    let mut papers = Papers::default();
    let (first, second) = (papers.one(&args.first)?, papers.one(&args.second)?);
    let found = check::words::copies(&first, &second);
    if args.json {
        out.json(&serde_json::json!({ "differences": found.differences, "more": found.more, "caution": check::words::Copies::CAUTION }))?;
    } else {
        let mut text = Vec::new();
        report::print_copies(&found, look(), &mut text)?;
        out.line(String::from_utf8_lossy(&text).trim_end())?;
    }
    Ok(if found.differences.is_empty() { Ending::Done } else { Ending::NotAsItShouldBe })
}

fn run_cases(args: &cli::CheckCases, out: &mut Out) -> Outcome {
    let names = cases::names();
    if let Some(name) = &args.case {
        if !names.contains(name) {
            return Err(Failure::new(format!(
                "there is no case {name}; there are {}",
                names.join(", ")
            )));
        }
        let case = cases::run(name).map_err(|f| Failure::at(name, f))?;
        if args.json {
            out.json(&case.report)?;
        } else {
            out.line(format!(
                "{} ({})\n\n{}\n",
                case.about.title, case.about.year, case.about.story
            ))?;
            show(&case.report, false, out)?;
            out.line(format!("\nWhat history showed\n  {}", case.about.history))?;
        }
        return Ok(if case.wrong.is_empty() { Ending::Done } else { Ending::NotAsItShouldBe });
    }
    let mut wrong = Vec::new();
    let mut rows = Vec::new();
    for name in &names {
        let case = cases::run(name).map_err(|f| Failure::at(name, f))?;
        wrong.extend(case.wrong.iter().map(|w| format!("{name}: {w}")));
        rows.push(case);
    }
    if args.json {
        let all: Vec<_> = rows
            .iter()
            .map(|c| serde_json::json!({ "case": c.name, "about": c.about, "report": c.report, "wrong": c.wrong }))
            .collect();
        out.json(&all)?;
    } else {
        let mut text = Vec::new();
        cases::table(&rows, look(), &mut text)?;
        out.line(String::from_utf8_lossy(&text).trim_end())?;
        for w in &wrong {
            out.line(format!("NOT AS IT SHOULD BE  {w}"))?;
        }
    }
    Ok(if wrong.is_empty() { Ending::Done } else { Ending::NotAsItShouldBe })
}

fn now() -> u64 {
    SystemClock::start().unix()
}
