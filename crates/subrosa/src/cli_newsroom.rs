//! The commands of a desk that has colleagues.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::DeskAt;

#[derive(Subcommand)]
pub(crate) enum Room {
    /// List the other desks
    Colleagues(DeskAt),
    /// List the drafts
    Drafts(DeskAt),
    /// Take a document in as a draft: Word, Markdown, HTML or text
    Draft(DeskDraft),
    /// Send a draft to a colleague
    Send(DeskSend),
    /// Show how far a draft has come on its way to the paper
    Story(DeskNumber),
    /// Have a draft read for publication, and approve it with this desk's signature
    Prepare(DeskPrepare),
    /// Ask a colleague to approve
    Ask(DeskAsk),
    /// List what colleagues ask this desk to approve
    Requests(DeskAt),
    /// Approve what a colleague asks, or say why not
    Approve(DeskApprove),
    /// Bring an approved page to the site
    Publish(DeskNumber),
    /// Decide alone, as the policy lets an editor, and bring the page to the site
    Override(DeskOverride),
    /// Approve every story of a content folder as it stands, from before there was a policy
    Adopt(DeskAdopt),
    /// List what has gone out, with overrides and their reasons
    Log(DeskAt),
    /// Hand a conversation, a document or the ledger to a colleague
    HandOver(DeskHandOver),
    /// Take a hand-over back
    TakeBack(DeskTakeBack),
    /// List the log of hand-overs
    HandOvers(DeskAt),
    /// Open a parcel that a colleague saved as a file
    OpenParcel(DeskFile),
    /// Show who knows what about a source, what rests on it, and how long it is kept
    Source(DeskConversation),
    /// Freeze everything that rests on a source, and tell those who have it
    Stop(DeskStop),
    /// Destroy everything about a source, with its key
    Destroy(DeskDestroy),
    /// Set or lift a legal hold on a source
    Hold(DeskHold),
    /// Show or set how long this desk keeps things
    Retention(DeskRetention),
    /// Print the retention and disclosure policy, in words that a lawyer can use
    Policy(DeskAt),
    /// Show this desk's team, or take somebody into it or out of it
    Team(DeskTeam),
    /// Show who has the next nights, or take one
    Nights(DeskNights),
    /// Write a backup of the vault: everything but the sources' own keys
    Backup(DeskFile),
    /// Put a backup into a new folder
    Restore(DeskFile),
    /// Make three recovery shares of a source's key, for three colleagues
    Shares(DeskConversation),
    /// Bring a source's key back with two of its three shares, one file each
    Recover(DeskRecover),
}

#[derive(Args)]
#[command(after_long_help = "\
After a restore, what a source wrote stays shut until two colleagues bring its key back.

Example:
  subrosa desk recover --dir ~/desk one.share two.share")]
pub(crate) struct DeskRecover {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The shares
    #[arg(required = true)]
    pub(crate) shares: Vec<PathBuf>,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk draft --dir ~/desk harbour.md")]
pub(crate) struct DeskDraft {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The document
    pub(crate) file: PathBuf,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk send --dir ~/desk 3 --to \"City desk\"")]
pub(crate) struct DeskSend {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The draft's number
    pub(crate) draft: u64,
    /// The colleague's name, or the beginning of its id
    #[arg(long)]
    pub(crate) to: String,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk story --dir ~/desk 3 --json")]
pub(crate) struct DeskNumber {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The draft's number
    pub(crate) draft: u64,
}

#[derive(Args)]
#[command(after_long_help = "\
Headline, section and byline stand in front of the text, between two lines of +++. What the source read refuses is not
signed: exit code 1.

Example:
  subrosa desk prepare --dir ~/desk 3 --name harbour-fund")]
pub(crate) struct DeskPrepare {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The draft's number
    pub(crate) draft: u64,
    /// What the story is called in addresses; only for its first edition
    #[arg(long, default_value = "")]
    pub(crate) name: String,
    /// What is done
    #[arg(long, value_enum, default_value = "publish")]
    pub(crate) act: ActArg,
    /// Another desk that has written it, by name or id
    #[arg(long, value_name = "DESK")]
    pub(crate) author: Vec<String>,
    /// The edition that is out, for a story that no desk's log knows of (one that was adopted: 1)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) edition: u32,
}

/// What is done with a page.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ActArg {
    Publish,
    Correct,
    Withdraw,
}

impl From<ActArg> for desk::story::Act {
    fn from(act: ActArg) -> Self {
        match act {
            ActArg::Publish => Self::Publish,
            ActArg::Correct => Self::Correct,
            ActArg::Withdraw => Self::Withdraw,
        }
    }
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk ask --dir ~/desk 3 --to \"City desk\" --note \"The figure is from the paper.\"")]
pub(crate) struct DeskAsk {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The draft's number
    pub(crate) draft: u64,
    /// The colleague's name, or the beginning of its id
    #[arg(long)]
    pub(crate) to: String,
    /// What they should know
    #[arg(long, default_value = "")]
    pub(crate) note: String,
    /// Save it as a parcel, for pages with large pictures, instead of sending it
    #[arg(long, value_name = "FILE")]
    pub(crate) parcel: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk approve --dir ~/desk 3f9c
  subrosa desk approve --dir ~/desk 3f9c --not \"The figure is old.\"")]
pub(crate) struct DeskApprove {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The request, or the beginning of its id; `subrosa desk requests` lists them
    pub(crate) request: String,
    /// Do not approve it, and why
    #[arg(long, value_name = "WHY")]
    pub(crate) not: Option<String>,
}

#[derive(Args)]
#[command(after_long_help = "\
The reason stands in the newsroom's own log, at every desk. Readers cannot tell.

Example:
  subrosa desk override --dir ~/desk 3 --name harbour-fund --reason \"Lives depend on it tonight.\"")]
pub(crate) struct DeskOverride {
    #[command(flatten)]
    pub(crate) prepare: DeskPrepare,
    /// Why the approvals are not waited for
    #[arg(long)]
    pub(crate) reason: String,
}

#[derive(Args)]
#[command(after_long_help = "\
Run it at as many desks as the policy wants, on the same folder. No source read is claimed for these stories.

Example:
  subrosa desk adopt --dir ~/desk /srv/newsroom/content")]
pub(crate) struct DeskAdopt {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The site's content folder
    pub(crate) content: PathBuf,
}

#[derive(Args)]
#[command(group = clap::ArgGroup::new("thing").required(true))]
#[command(after_long_help = "\
Example:
  subrosa desk hand-over --dir ~/desk --conversation 4 --to \"City desk\" --why \"She knows the harbour.\"
  subrosa desk hand-over --dir ~/desk --document 2 --to \"City desk\" --why \"To be checked.\" --parcel list.parcel")]
pub(crate) struct DeskHandOver {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// A conversation, with what comes later
    #[arg(long, group = "thing", value_name = "NUMBER")]
    pub(crate) conversation: Option<String>,
    /// A document as it came
    #[arg(long, group = "thing", value_name = "NUMBER")]
    pub(crate) document: Option<u64>,
    /// The ledger
    #[arg(long, group = "thing")]
    pub(crate) ledger: bool,
    /// The colleague's name, or the beginning of its id
    #[arg(long)]
    pub(crate) to: String,
    /// Why: it is written down at both desks
    #[arg(long)]
    pub(crate) why: String,
    /// Where to save what is too large for the mail
    #[arg(long, value_name = "FILE")]
    pub(crate) parcel: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_long_help = "\
Stops what comes later. What was read is read.

Example:
  subrosa desk take-back --dir ~/desk 3f9c --why \"She is on leave.\"")]
pub(crate) struct DeskTakeBack {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The hand-over, or the beginning of its id; `subrosa desk hand-overs` lists them
    pub(crate) hand_over: String,
    /// Why
    #[arg(long)]
    pub(crate) why: String,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk open-parcel --dir ~/desk list.parcel")]
pub(crate) struct DeskFile {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The file
    pub(crate) file: PathBuf,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk source --dir ~/desk 4")]
pub(crate) struct DeskConversation {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The conversation's number
    pub(crate) conversation: String,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk stop --dir ~/desk 4 --why \"Somebody was arrested.\" --write")]
pub(crate) struct DeskStop {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The conversation's number
    pub(crate) conversation: String,
    /// What happened
    #[arg(long, required_unless_present = "go_on")]
    pub(crate) why: Option<String>,
    /// Send the words that were agreed beforehand
    #[arg(long)]
    pub(crate) write: bool,
    /// Let it go on
    #[arg(long, conflicts_with_all = ["why", "write"])]
    pub(crate) go_on: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Nobody can undo it: the one key is destroyed under which everything of this source is sealed.

Example:
  subrosa desk destroy --dir ~/desk 4 --yes")]
pub(crate) struct DeskDestroy {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The conversation's number
    pub(crate) conversation: String,
    /// Say that you are sure
    #[arg(long, required = true)]
    pub(crate) yes: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk hold --dir ~/desk 4 --why \"The court has asked, 29 November.\"
  subrosa desk hold --dir ~/desk 4 --lift")]
pub(crate) struct DeskHold {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The conversation's number
    pub(crate) conversation: String,
    /// Why nothing may be destroyed
    #[arg(long, required_unless_present = "lift")]
    pub(crate) why: Option<String>,
    /// Lift the hold
    #[arg(long, conflicts_with = "why")]
    pub(crate) lift: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Without --days it shows what is kept until when.

Example:
  subrosa desk retention --dir ~/desk
  subrosa desk retention --dir ~/desk --days 90 --warn 14")]
pub(crate) struct DeskRetention {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// Days after the last content of a source
    #[arg(long, requires = "warn")]
    pub(crate) days: Option<u32>,
    /// Days of warning before
    #[arg(long, requires = "days")]
    pub(crate) warn: Option<u32>,
}

#[derive(Args)]
#[command(after_long_help = "\
Members open what sources write to this desk from then on. Whenever the team changes, the desk's keys are made anew.

Example:
  subrosa desk team --dir ~/investigations
  subrosa desk team --dir ~/investigations --join \"Night desk\" --why \"Works on the harbour.\"
  subrosa desk team --dir ~/investigations --leave \"Night desk\" --why \"On leave.\"")]
pub(crate) struct DeskTeam {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// Take a colleague in: a name, or the beginning of an id
    #[arg(long, value_name = "DESK", requires = "why")]
    pub(crate) join: Option<String>,
    /// Take a colleague out
    #[arg(long, value_name = "DESK", conflicts_with = "join", requires = "why")]
    pub(crate) leave: Option<String>,
    /// Why; it is written down
    #[arg(long, value_name = "REASON")]
    pub(crate) why: Option<String>,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk nights --dir ~/desk
  subrosa desk nights --dir ~/desk --take 2026-11-29")]
pub(crate) struct DeskNights {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// Take the night that begins on this day
    #[arg(long, value_name = "DAY")]
    pub(crate) take: Option<String>,
    /// Give it up
    #[arg(long, value_name = "DAY", conflicts_with = "take")]
    pub(crate) give_up: Option<String>,
}

#[derive(Args)]
#[command(after_long_help = "\
The number goes up by one with every policy; a site and a desk take none that is older than one they have seen.

Example:
  subrosa root policy newsroom.root --number 1 --approvals 2 --editor 3f9c…01 --out newsroom.policy")]
pub(crate) struct RootPolicy {
    /// The root's file
    pub(crate) root: PathBuf,
    /// Which policy this is, from 1
    #[arg(long)]
    pub(crate) number: u32,
    /// How many desks must approve every story, 1 to 8
    #[arg(long, default_value = "2")]
    pub(crate) approvals: u8,
    /// A desk that may override, by its whole id
    #[arg(long, value_name = "DESK")]
    pub(crate) editor: Vec<String>,
    /// The file to make, for the site's content folder
    #[arg(long, value_name = "FILE", default_value = "newsroom.policy")]
    pub(crate) out: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
