//! The `subrosa` program: the command line over the crates of the house. It holds no logic of its own beyond reading arguments,
//! asking for passphrases and printing.

mod audit;
mod cli;
mod out;
mod replies;
mod secrets;
mod tip;

use std::process::ExitCode;

use clap::Parser;

use crate::{cli::Command, out::Out};

fn main() -> ExitCode {
    // Once, before anything speaks TLS. It fails only if it has been done already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cli = cli::Cli::parse();
    let mut out = Out::standard();
    let result = match cli.command {
        Command::Tip(args) => tip::run(&args, &mut out),
        Command::Replies(args) => replies::run(&args, &mut out),
        Command::Audit(args) => audit::run(&args, &mut out),
    };
    out.finish(result)
}
