//! The command line of a witness.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Subcommand};
use envelope::keys::SiteId;

#[derive(Subcommand)]
pub(crate) enum Witness {
    /// Make a witness's folder with its key; print the public one
    Init(WitnessInit),
    /// Add a log to those that are watched
    Watch(WitnessWatch),
    /// Run the witness. SIGHUP reads the list of logs again
    Run(WitnessRun),
}

#[derive(Args)]
#[command(after_long_help = "\
Prints the witness's key. Give that line to the newsrooms whose logs it watches, and to their readers.

Example:
  subrosa witness init --dir /srv/witness --name witness.example")]
pub(crate) struct WitnessInit {
    /// The witness's folder, made if need be
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Its name, such as its address; never changes
    #[arg(long)]
    pub(crate) name: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
With --site the log's key is fetched from there, and taken only with the certificate of that newsroom's root.
A running witness takes the new log when it gets SIGHUP. To watch one no longer, delete its line from the file `logs`.

Example:
  subrosa witness watch --dir /srv/witness --site https://news.example --newsroom 3f…9c")]
pub(crate) struct WitnessWatch {
    /// The witness's folder
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The log's key, as `subrosa audit` prints it
    #[arg(required_unless_present = "site", conflicts_with = "site")]
    pub(crate) key: Option<String>,
    /// Address of the newsroom's site
    #[arg(long, value_name = "URL", requires = "newsroom")]
    pub(crate) site: Option<String>,
    /// The newsroom's root, 64 hex digits, as the newsroom prints it; not from the site alone
    #[arg(long, value_name = "HEX", value_parser = crate::cli::newsroom, requires = "site")]
    pub(crate) newsroom: Option<SiteId>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
#[command(after_long_help = "\
Plain HTTP: put it behind a proxy that ends TLS. What comes and goes is public and signed.

Example:
  subrosa witness run --dir /srv/witness --listen 127.0.0.1:8093")]
pub(crate) struct WitnessRun {
    /// The witness's folder
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Where it listens
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8093")]
    pub(crate) listen: SocketAddr,
    /// Print address and key as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
