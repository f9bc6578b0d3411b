//! What is said after `subrosa check`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_long_help = "\
Without --ledger it asks, sentence by sentence: who could have known, and how many? With it, everything comes from the folder; docs/ledger.md has
the format. Exits with 0 if the draft is clear, 1 if it is not, 2 if something cannot be read.

Nothing leaves this computer. A ledger is a ready-made list of suspects: keep it in the desk's vault, or on an encrypted disk.

Examples:
  subrosa check draft.docx
  subrosa check draft.md --ledger ledger/ --k 20
  subrosa check draft.md --ledger ledger/ --material memo.pdf --material letters/
  subrosa check questions.md --ledger ledger/ --audience \"the ministry\""
)]
pub(crate) struct Check {
    #[command(subcommand)]
    pub(crate) command: Option<CheckCommand>,
    /// The draft: Markdown, plain text, HTML or DOCX
    #[arg(required = true)]
    pub(crate) draft: Option<PathBuf>,
    /// Folder with the ledger
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: Option<PathBuf>,
    /// The smallest crowd in which a source may be left [default: the ledger's, or 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) k: Option<u64>,
    /// Only these people will see the draft (questions for comment, copies for verification)
    #[arg(long, value_name = "NAME", requires = "ledger")]
    pub(crate) audience: Option<String>,
    /// What the source gave, to compare the words with: text, Markdown, HTML, DOCX, PDF, e-mail, or a folder of them
    #[arg(long, value_name = "PATH")]
    pub(crate) material: Vec<PathBuf>,
    /// Check as of this day [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) at: Option<check::When>,
    /// Without --ledger: keep what was said in this folder, instead of asking
    #[arg(long, value_name = "DIR", conflicts_with = "ledger")]
    pub(crate) save: Option<PathBuf>,
    /// Print JSON (docs/check-report.schema.json)
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum CheckCommand {
    /// Record that something has gone out: what it gave away counts from now on
    Record(CheckRecord),
    /// Print the sourcing memo: who told what, on which terms, and what was checked
    Memo(CheckMemo),
    /// Compare two copies of one paper for what was given to one reader only
    Copies(CheckCopies),
    /// Run the shipped cases from the public record
    Cases(CheckCases),
}

#[derive(Args)]
#[command(after_long_help = "\
Adds to releases.toml in the ledger's folder. What is recorded is never taken out again.

Examples:
  subrosa check record draft.md --ledger ledger/ --name \"the story of 3 May\"
  subrosa check record questions.md --ledger ledger/ --name \"questions to the ministry\" --kind question --audience \"the ministry\"
  subrosa check record --ledger ledger/ --name \"the minister's statement\" --kind statement --gave \"the time=in mid-March\"")]
pub(crate) struct CheckRecord {
    /// What went out, with the ledger's marks in it
    pub(crate) draft: Option<PathBuf>,
    /// Folder with the ledger
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: PathBuf,
    /// What it was
    #[arg(long)]
    pub(crate) name: String,
    /// story, question, copy, statement or sourcing-note
    #[arg(long, default_value = "story")]
    pub(crate) kind: CheckKind,
    /// When it went out [default: now]
    #[arg(long, value_name = "DATE")]
    pub(crate) at: Option<check::When>,
    /// Who saw it, if not everybody
    #[arg(long, value_name = "NAME")]
    pub(crate) audience: Option<String>,
    /// A fact and the wording in which it went out; may be given several times
    #[arg(long, value_name = "FACT=WORDING", value_parser = gave)]
    pub(crate) gave: Vec<(String, String)>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What kind of thing went out.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum CheckKind {
    Story,
    Question,
    Copy,
    Statement,
    SourcingNote,
}

#[derive(Args)]
#[command(after_long_help = "\
Sources stand in it by the desk's names for them.

Example:
  subrosa check memo --ledger ledger/")]
pub(crate) struct CheckMemo {
    /// Folder with the ledger
    #[arg(long, value_name = "DIR")]
    pub(crate) ledger: PathBuf,
}

#[derive(Args)]
#[command(after_long_help = "\
Other words, numbers, spellings, spaces, look-alike letters, characters of no width: each can tell whose copy it was. Two copies that are the same
do not prove that a third is. Exits with 1 if they differ.

Example:
  subrosa check copies from-the-source.docx from-the-ministry.pdf")]
pub(crate) struct CheckCopies {
    /// One copy
    pub(crate) first: PathBuf,
    /// The other
    pub(crate) second: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Exits with 1 if a report says something else than it should.

Examples:
  subrosa check cases
  subrosa check cases --case NAME")]
pub(crate) struct CheckCases {
    /// Print the whole report of one case
    #[arg(long, value_name = "NAME")]
    pub(crate) case: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn gave(text: &str) -> Result<(String, String), String> {
    let (fact, wording) = text
        .split_once('=')
        .ok_or("write it as FACT=WORDING, such as \"the time=in mid-March\"")?;
    Ok((fact.trim().to_owned(), wording.trim().to_owned()))
}
