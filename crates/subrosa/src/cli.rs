//! The command line: what there is and how it is said.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use envelope::{keys::SiteId, payload::MessageId};

/// A newsroom in one program: publishes its stories and hides its sources among its readers.
#[derive(Parser)]
#[command(name = "subrosa", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Seal a tip without trusting the site's code; print text for the drawer to carry
    Tip(Tip),
    /// Read the answers to a passphrase
    Replies(Replies),
    /// Visit a site as a reader would, and say whether it keeps its promises
    Audit(Audit),
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
    /// Also look for the receipt of this message (as `tip` printed it); may be given several times
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

Example:
  subrosa audit https://news.example --newsroom 3f…9c")]
pub(crate) struct Audit {
    /// Address of the site
    pub(crate) url: String,
    /// The newsroom's root, 64 hex digits, if you know it from elsewhere
    #[arg(long, value_name = "HEX", value_parser = newsroom)]
    pub(crate) newsroom: Option<SiteId>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N], String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut out = [0; N];
    hex::decode_to_slice(&digits, &mut out)
        .map_err(|_| format!("not {} hex digits", 2 * N))
        .map(|()| out)
}

fn newsroom(text: &str) -> Result<SiteId, String> {
    let id = SiteId(bytes(text)?);
    id.root().map(|_| id).map_err(|error| error.to_string())
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
