//! The command line: what there is and how it is said.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use envelope::{keys::SiteId, payload::MessageId};

use crate::cli_newsroom::{Room, RootPolicy};

/// A newsroom in one program: publishes its stories and hides its sources among its readers.
#[derive(Parser)]
#[command(name = "subrosa", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// See the whole loop on this computer: newspaper, readers, a tip, the desk, an answer
    Demo(Demo),
    /// The newsroom's public server
    #[command(subcommand)]
    Site(Site),
    /// A witness: signs other newsrooms' public logs as long as they only grow
    #[command(subcommand)]
    Witness(crate::cli_witness::Witness),
    /// The paper while it is written
    #[command(subcommand)]
    Press(Press),
    /// A journalist's desk
    #[command(subcommand)]
    Desk(Desk),
    /// The newsroom's offline root
    #[command(subcommand)]
    Root(Root),
    /// Seal a tip without trusting the site's code; print text for the drawer to carry
    Tip(Tip),
    /// Read the answers to a passphrase
    Replies(Replies),
    /// Visit a site as a reader would, and say whether it keeps its promises
    Audit(Audit),
    /// The source read: before a draft goes out, who could the source have been?
    Check(crate::check_args::Check),
    /// See how real sources were found, sentence by sentence: a table, or pages to share
    Replay(Replay),
    /// Make fresh files that show the same as the originals and tell nothing else
    Sanitize(Sanitize),
}

#[derive(Args)]
#[command(after_long_help = "\
Everything stays on this computer, with clocks that run fast. Press Ctrl-C to stop; run it again on the same folder and nothing is lost.

Example:
  subrosa demo --data ./demo-data --readers 20")]
pub(crate) struct Demo {
    /// Folder for everything that the demonstration keeps
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    pub(crate) data: PathBuf,
    /// Where the newspaper listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    pub(crate) site: SocketAddr,
    /// Where the desk's page listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8091")]
    pub(crate) desk: SocketAddr,
    /// How many simulated readers come and go
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub(crate) readers: usize,
    /// Print one JSON line with the addresses instead of the lines for people
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Site {
    /// Make a site's folder, with a request for the root to enrol
    Init(SiteInit),
    /// Install certificates and revocations that the root has signed
    Install(SiteInstall),
    /// Run the site: edge and mix. SIGHUP reads the stories again
    Run(SiteRun),
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa site init --dir /srv/site --newsroom 3f…9c --name news.example --base-url https://news.example --content /srv/stories")]
pub(crate) struct SiteInit {
    /// The site's folder, made if need be
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The newsroom, as `subrosa root init` printed it
    #[arg(long, value_name = "HEX", value_parser = newsroom)]
    pub(crate) newsroom: SiteId,
    /// Name for the signer's certificate
    #[arg(long)]
    pub(crate) name: String,
    /// Where readers reach the site
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: String,
    /// Folder with newsroom.toml and stories/
    #[arg(long, value_name = "DIR")]
    pub(crate) content: PathBuf,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Length of a tick; never changes in the life of a site
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub(crate) tick_secs: u32,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
A running site takes them within seconds.

Example:
  subrosa site install --dir /srv/site signer.certificate night-desk.certificate")]
pub(crate) struct SiteInstall {
    /// The site's folder
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Certificates and revocations
    #[arg(required = true, value_name = "FILE")]
    pub(crate) papers: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa site run --dir /srv/site")]
pub(crate) struct SiteRun {
    /// The site's folder
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Subcommand)]
pub(crate) enum Press {
    /// Show a content folder on this computer; save a file and the page follows
    Preview(PressPreview),
}

#[derive(Args)]
#[command(after_long_help = "\
A file that cannot be read is named here and on the page, with the line and what to do; the pages from before stay.

Example:
  subrosa press preview stories")]
pub(crate) struct PressPreview {
    /// Folder with newsroom.toml and stories/
    #[arg(value_name = "DIR")]
    pub(crate) content: PathBuf,
    /// Where it listens; loopback only
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8092")]
    pub(crate) listen: SocketAddr,
    /// Print the address as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Root {
    /// Make the newsroom: a root in an encrypted file
    Init(RootInit),
    /// Certify a site's signer or a desk for a year
    Enrol(RootEnrol),
    /// Take a certificate back
    Revoke(RootRevoke),
    /// Sign how many desks must approve a story, and who may override
    Policy(RootPolicy),
}

#[derive(Args)]
#[command(after_long_help = "\
On a computer that is not on a network. The passphrase is a line of standard input, never an argument.

Example:
  subrosa root init newsroom.root")]
pub(crate) struct RootInit {
    /// The file to make
    pub(crate) root: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Writes a .certificate for the site (and the desk), and a .revocation signed in advance, to be kept with the root.

Example:
  subrosa root enrol newsroom.root night-desk.request")]
pub(crate) struct RootEnrol {
    /// The root's file
    pub(crate) root: PathBuf,
    /// The request
    pub(crate) request: PathBuf,
    /// Folder for what is written [default: beside the request]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa root revoke newsroom.root night-desk.certificate")]
pub(crate) struct RootRevoke {
    /// The root's file
    pub(crate) root: PathBuf,
    /// The certificate to take back
    pub(crate) certificate: PathBuf,
    /// Folder for what is written [default: beside the certificate]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Desk {
    /// Make a desk: keys in an encrypted vault, and a request for the root to enrol
    Init(DeskInit),
    /// Install the certificate that the root has signed
    Install(DeskInstall),
    /// Run the desk: fetch and send every tick, and show the local page
    Run(DeskRun),
    /// Print a new address of the running desk's page, for a browser that lost its session
    Link(DeskLink),
    /// List the conversations
    Inbox(DeskInbox),
    /// Show a conversation
    Show(DeskShow),
    /// Answer a conversation; the text is standard input or a file
    Reply(DeskReply),
    /// Mark a conversation: read, unread, answered, unanswered, junk, keep, danger, safe, owner=NAME
    Mark(DeskMark),
    /// Show how the desk is: last contact, queues, keys
    Status(DeskAt),
    /// Change the vault's passphrase
    Passphrase(DeskPassphrase),
    #[command(flatten)]
    Room(Room),
}

#[derive(Args)]
#[command(after_long_help = "\
Standard input is the old passphrase, a line, and the new one, a line. The running desk is not disturbed.

Example:
  subrosa desk passphrase --dir ~/desk")]
pub(crate) struct DeskPassphrase {
    #[command(flatten)]
    pub(crate) at: DeskAt,
}

/// A desk's folder.
#[derive(Args)]
pub(crate) struct DeskAt {
    /// The desk's folder
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
The passphrase is a line of standard input, never an argument. It is the only way into the vault.

Example:
  subrosa desk init --dir ~/desk --name \"Night desk\"")]
pub(crate) struct DeskInit {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The name that sources see
    #[arg(long)]
    pub(crate) name: String,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk install --dir ~/desk --newsroom 3f…9c desk.certificate")]
pub(crate) struct DeskInstall {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// The newsroom, as it was told to you on another way than the certificate
    #[arg(long, value_name = "HEX", value_parser = newsroom)]
    pub(crate) newsroom: Option<SiteId>,
    /// The certificate, or the newsroom's policy
    pub(crate) certificate: PathBuf,
}

#[derive(Args)]
#[command(after_long_help = "\
Prints an address for the browser that is good once. Leave it running: what it sends and fetches is the same every tick,
whether or not somebody looks.

Example:
  subrosa desk run --dir ~/desk --site https://news.example")]
pub(crate) struct DeskRun {
    /// The desk's folder
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Address of the newsroom's site
    #[arg(long, value_name = "URL")]
    pub(crate) site: String,
    /// Where the local page listens; loopback only
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8091")]
    pub(crate) page: SocketAddr,
    /// The page locks itself after so many minutes without use, and asks for the passphrase; 0: never
    #[arg(long, value_name = "MINUTES", default_value = "15", value_parser = clap::value_parser!(u16).range(0..=720))]
    pub(crate) lock_after: u16,
    /// Print the page's address as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk link --dir ~/desk --page 127.0.0.1:8091")]
pub(crate) struct DeskLink {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// Where the page of the running desk listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8091")]
    pub(crate) page: SocketAddr,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk inbox --dir ~/desk --json")]
pub(crate) struct DeskInbox {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// open, unread, unanswered, junk or all
    #[arg(long, default_value = "open")]
    pub(crate) filter: String,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk show --dir ~/desk 3")]
pub(crate) struct DeskShow {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// Number or id of the conversation
    pub(crate) conversation: String,
}

#[derive(Args)]
#[command(after_long_help = "\
The passphrase is the first line of standard input; without FILE the answer is what follows. The daemon sends it with its next bundles.

Example:
  subrosa desk reply --dir ~/desk 3 answer.txt")]
pub(crate) struct DeskReply {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// Number or id of the conversation
    pub(crate) conversation: String,
    /// The answer, as UTF-8 text
    pub(crate) file: Option<PathBuf>,
}

#[derive(Args)]
#[command(after_long_help = "\
Example:
  subrosa desk mark --dir ~/desk 3 danger")]
pub(crate) struct DeskMark {
    #[command(flatten)]
    pub(crate) at: DeskAt,
    /// Number or id of the conversation
    pub(crate) conversation: String,
    /// read, unread, answered, unanswered, junk, keep, danger, safe, owner=NAME, owner=
    pub(crate) mark: String,
}

/// The newsroom that is meant.
#[derive(Args)]
pub(crate) struct Newsroom {
    /// Address of the newsroom's site
    #[arg(long, value_name = "URL")]
    pub(crate) site: String,
    /// The newsroom's root, 64 hex digits, as the newsroom prints it; not from the site alone
    #[arg(long, value_name = "HEX", value_parser = newsroom)]
    pub(crate) newsroom: SiteId,
}

#[derive(Args)]
#[command(after_long_help = "\
The passphrase is the first line of standard input, never an argument. With --new one is made and shown once.
Without FILE the tip is what follows on standard input.

Example, on a computer that you trust:
  subrosa tip --site https://news.example --newsroom 3f…9c --new tip.txt > sealed.txt
then open any page of the newsroom in any browser, open the drawer, and paste what sealed.txt holds.

A connection made by this program does not look like a reader's: fetch the key list from where that is no clue
(--keys takes a copy of /keys saved by a browser).")]
pub(crate) struct Tip {
    #[command(flatten)]
    pub(crate) newsroom: Newsroom,
    /// The tip, as UTF-8 text
    pub(crate) file: Option<PathBuf>,
    /// A copy of the site's /keys, instead of fetching it
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,
    /// The desk to write to, by its name [default: the first one listed]
    #[arg(long, value_name = "NAME")]
    pub(crate) desk: Option<String>,
    /// Begin a conversation: make a passphrase and show it once
    #[arg(long)]
    pub(crate) new: bool,
    /// Send it from here, on a reader's schedule, instead of printing it; takes half a minute or more
    #[arg(long)]
    pub(crate) send: bool,
    /// With --send: to an address on the open network, where the connection can be told from a reader's
    #[arg(long, requires = "send")]
    pub(crate) in_the_open: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
The passphrase is the first line of standard input, never an argument.

Example:
  subrosa replies --site http://127.0.0.1:8080 --newsroom 3f…9c --message 0a…e1")]
pub(crate) struct Replies {
    #[command(flatten)]
    pub(crate) newsroom: Newsroom,
    /// Say of this message (as `tip` printed it) whether it is confirmed; may be given several times
    #[arg(long, value_name = "HEX", value_parser = message)]
    pub(crate) message: Vec<MessageId>,
    /// To an address on the open network, where the connection can be told from a reader's
    #[arg(long)]
    pub(crate) in_the_open: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Exits with 0 if every promise is kept, 1 if a reader or a source is worse off than promised, 2 if the site cannot be visited.

A witness signs a public log as long as it only grows, so that two readers cannot be shown two lists.
Name the witnesses that you trust by their keys; without --witness none is asked for.

Example:
  subrosa audit https://news.example --newsroom 3f…9c
  subrosa audit https://news.example --newsroom 3f…9c --witness witness.example+0a1b2c3d+BE… --witness other.example+4e5f6071+BA… --needed 1")]
pub(crate) struct Audit {
    /// Address of the site
    pub(crate) url: String,
    /// The newsroom's root, 64 hex digits, if you know it from elsewhere
    #[arg(long, value_name = "HEX", value_parser = newsroom)]
    pub(crate) newsroom: Option<SiteId>,
    /// Where to keep the public log's checkpoint, and to find that of the last audit: shows whether the log was rewritten since
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// The key of a witness that should have signed the public log, as it was given to you; may be given several times
    #[arg(long, value_name = "KEY", value_parser = witness)]
    pub(crate) witness: Vec<tlog::VerifierKey>,
    /// How many of these witnesses must have signed [default: all]
    #[arg(long, value_name = "N", requires = "witness")]
    pub(crate) needed: Option<usize>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Without -o the cases are printed as a table. With it, one page and one picture for social cards are written for each case, and an index.
A page is one file that asks for nothing; open it from the disk, or put the folder on any site.

Example:
  subrosa replay -o replay --base-url https://news.example/replay")]
pub(crate) struct Replay {
    /// Names of shipped cases, or folders of your own [default: all shipped ones]
    #[arg(value_name = "CASE")]
    pub(crate) cases: Vec<String>,
    /// Folder for the pages, made if need be
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Where the folder will be served; social networks want the picture's whole address
    #[arg(long, value_name = "URL", requires = "output")]
    pub(crate) base_url: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Each file is taken apart in a process of its own that can open no file and make no connection, and a fresh file is written from
what it shows. The originals are not touched. New files are called document-1.pdf and so on, and carry no time.

Exits with 0 if every file was cleaned, 1 if some were refused and the others done, 2 if it was called in a wrong way.

Kinds for --keep: tracked-changes, comments, notes, hidden-sheets, hidden-rows, hidden-slides, hidden-text, covered-text,
alt-text, thumbnails, embedded-objects, zero-width, homoglyphs, odd-spaces.

Example:
  subrosa sanitize letter.docx photo.jpg -o clean/
  subrosa sanitize --check --json report.pdf")]
pub(crate) struct Sanitize {
    /// The files to clean
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Folder for the fresh files, made if need be
    #[arg(short, long, value_name = "DIR", required_unless_present = "check")]
    pub(crate) output: Option<PathBuf>,
    /// The same look, text that can be selected [default]
    #[arg(long, conflicts_with = "pixels")]
    pub(crate) keep_look: bool,
    /// Flatten to pictures, resample, take out tracking dots, add noise
    #[arg(long)]
    pub(crate) pixels: bool,
    /// Keep a kind of hidden content; may be given several times
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub(crate) keep: Vec<::sanitize::Kind>,
    /// Only inspect; write nothing
    #[arg(long, conflicts_with = "output")]
    pub(crate) check: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Read the files without a sandbox, where the system has none
    #[arg(long)]
    pub(crate) no_sandbox: bool,
    /// Files at the same time [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<std::num::NonZeroUsize>,
}

fn kind(text: &str) -> Result<::sanitize::Kind, String> {
    let known = ::sanitize::Kind::KEEPABLE;
    known.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
        let names: Vec<_> = known.iter().map(|kind| kind.name()).collect();
        format!("not a kind that can be kept: {}", names.join(", "))
    })
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N], String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut out = [0; N];
    hex::decode_to_slice(&digits, &mut out)
        .map_err(|_| format!("not {} hex digits", 2 * N))
        .map(|()| out)
}

pub(crate) fn newsroom(text: &str) -> Result<SiteId, String> {
    let id = SiteId(bytes(text)?);
    id.root().map(|_| id).map_err(|error| error.to_string())
}

fn witness(text: &str) -> Result<tlog::VerifierKey, String> {
    text.trim().parse().map_err(|error: tlog::Error| error.to_string())
}

fn message(text: &str) -> Result<MessageId, String> {
    bytes(text).map(MessageId)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
