//! The shipped cases: ledgers made from the public record, with a draft and what history showed.

use std::collections::{BTreeMap, BTreeSet};

use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::draft::Document;
use crate::fault::{Fault, Problem};
use crate::ledger::load;
use crate::report::{Ask, Look, Plan, Range, Report, check, print};
use crate::when::When;

#[derive(RustEmbed)]
#[folder = "../../cases/"]
struct Shipped;

/// How many steps the search for a plan may take in a case: a fixed number, so that every machine finds the same.
const STEPS: u64 = 200_000;

/// What `case.toml` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its title.
    pub title: String,
    /// The year of the story.
    pub year: u32,
    /// What happened.
    pub story: String,
    /// What history showed, in one sentence.
    pub history: String,
    /// The draft's file name.
    pub draft: String,
    /// The smallest crowd allowed.
    #[serde(default)]
    pub k: Option<u64>,
    /// The day on which the draft is read.
    pub now: When,
    /// Only these people will see the draft.
    #[serde(default)]
    pub audience: Option<String>,
    /// Where this is known from.
    #[serde(default)]
    pub cite: Vec<Cite>,
    /// What the check has to say.
    #[serde(default)]
    pub expect: Expect,
}

/// A public source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    /// What it is.
    pub text: String,
    /// Where it is.
    #[serde(default)]
    pub url: String,
}

/// What the check has to say; what is left out is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// The verdict on exposure.
    pub verdict: Option<String>,
    /// Whether it may go out.
    pub clear: Option<bool>,
    /// The number the verdict goes by.
    pub left: Option<Count>,
    /// People wrongly pointed to.
    pub wrongly: Option<Count>,
    /// Stands in the sentence that costs most.
    pub costs_most: Option<String>,
    /// Left after the plan.
    pub plan_left: Option<Count>,
    /// What the story loses by the plan.
    pub plan_cost: Option<u64>,
    /// Stand in the report as printed.
    pub says: Vec<String>,
}

/// A case with its report.
#[derive(Clone, Debug)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// What it is about.
    pub about: About,
    /// What the check said.
    pub report: Report,
    /// What it should have said and did not; empty if all is well.
    pub wrong: Vec<String>,
}

/// The names of all cases.
#[must_use]
pub fn names() -> Vec<String> {
    let folder =
        |file: std::borrow::Cow<'static, str>| file.strip_suffix("/case.toml").map(str::to_owned);
    Shipped::iter().filter_map(folder).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The files of a case, by their names within its folder.
#[must_use]
pub fn files(name: &str) -> BTreeMap<String, Vec<u8>> {
    let prefix = format!("{name}/");
    let mut files = BTreeMap::new();
    for path in Shipped::iter() {
        if let Some(rest) = path.strip_prefix(&prefix)
            && let Some(file) = Shipped::get(&path)
        {
            files.insert(rest.to_owned(), file.data.into_owned());
        }
    }
    files
}

/// Runs a shipped case.
///
/// # Errors
/// Whatever is wrong with it, with file and line.
pub fn run(name: &str) -> Result<Case, Fault> {
    run_files(name, &files(name))
}

/// Runs a case from its files.
///
/// # Errors
/// Whatever is wrong with it, with file and line.
pub fn run_files(name: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<Case, Fault> {
    let main = "case.toml";
    let missing = |file: &str| Fault::in_file(file, Problem::text("there is no such file"));
    let bytes = files.get(main).ok_or_else(|| missing(main))?;
    let about: About = toml::from_str(&String::from_utf8_lossy(bytes))
        .map_err(|e| Fault::in_file(main, Problem::text(e.to_string())))?;
    let draft = files.get(&about.draft).ok_or_else(|| missing(&about.draft))?;
    let document = Document::read(&about.draft, draft)?;
    let ledger: BTreeMap<String, Vec<u8>> = files
        .iter()
        .filter_map(|(n, b)| Some((n.strip_prefix("ledger/")?.to_owned(), b.clone())))
        .collect();
    let loaded = load(&ledger)?;
    let report = check(
        &document,
        &loaded,
        &ledger,
        &mut Ask {
            k: about.k,
            audience: about.audience.as_deref(),
            material: &[],
            now: about.now.unix(),
            steps: STEPS,
            over: &mut || false,
        },
    )?;
    let wrong = compare(&about.expect, &report);
    Ok(Case { name: name.to_owned(), about, report, wrong })
}

fn compare(expect: &Expect, report: &Report) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut differ = |what: &str, want: String, got: String| {
        if want != got {
            wrong.push(format!("{what}: expected {want}, got {got}"));
        }
    };
    let range = |c: Count| Range::from(c.0).to_string();
    if let Some(verdict) = &expect.verdict {
        differ("verdict", verdict.clone(), report.verdict.as_str().to_owned());
    }
    if let Some(clear) = expect.clear {
        differ("clear", clear.to_string(), report.clear.to_string());
    }
    if let Some(left) = expect.left {
        differ("left", range(left), report.left.to_string());
    }
    if let Some(wrongly) = expect.wrongly {
        differ("wrongly", range(wrongly), report.wrongly.count.to_string());
    }
    let (cost, after) = match &report.plan {
        Plan::Changes { cost, left, .. } => (cost.to_string(), left.to_string()),
        _ => ("no plan".to_owned(), "no plan".to_owned()),
    };
    if let Some(left) = expect.plan_left {
        differ("plan_left", range(left), after);
    }
    if let Some(want) = expect.plan_cost {
        differ("plan_cost", want.to_string(), cost);
    }
    if let Some(words) = &expect.costs_most {
        let sentence = report.costs_most.and_then(|n| report.sentences.get(n));
        let text = sentence.map_or("no sentence", |s| s.text.as_str());
        if !text.contains(words.as_str()) {
            differ("costs_most", format!("“{words}”"), format!("“{text}”"));
        }
    }
    let mut printed = Vec::new();
    // Writing to memory cannot fail.
    let _ = print(report, Look { width: 100, colour: false }, &mut printed);
    let printed =
        String::from_utf8_lossy(&printed).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in &expect.says {
        if !printed.contains(&words.split_whitespace().collect::<Vec<_>>().join(" ")) {
            differ("says", format!("“{words}”"), "a report without it".to_owned());
        }
    }
    wrong
}

/// Prints the cases as a table: case, verdict and number, and under each what history showed, for a terminal of 66 columns or more.
///
/// # Errors
/// What the writer says.
pub fn table(cases: &[Case], look: Look, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let title = |case: &Case| format!("{} ({})", case.about.title, case.about.year);
    let widest = cases.iter().map(|case| title(case).chars().count()).max().unwrap_or(0).min(40);
    let row =
        |[title, verdict, left]: [&str; 3]| format!("{title:<widest$}  {verdict:<15}  {left}");
    writeln!(out, "{}", row(["case", "verdict", "people left"]))?;
    let width = look.width.clamp(66, 100);
    let indent = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("  ");
    for case in cases {
        let left = case.report.left.to_string();
        let verdict = case.report.verdict.as_str();
        writeln!(out, "\n{}", row([&title(case), verdict, &left]))?;
        writeln!(out, "{}", textwrap::fill(&case.about.history, &indent))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_its_terminal() {
        let cases: Vec<Case> = names().iter().map(|name| run(name).unwrap()).collect();
        for width in [66, 80, 200] {
            let mut out = Vec::new();
            table(&cases, Look { width, colour: false }, &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            assert!(out.lines().all(|line| line.chars().count() <= width.min(100)), "{out}");
            // A column of a few words each would be no table that anybody reads.
            let widest = out.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest > width.min(100) - 10, "{out}");
            assert!(out.contains("One Number (2015)"), "{out}");
        }
    }
}
