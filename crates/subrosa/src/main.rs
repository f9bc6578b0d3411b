//! The `subrosa` program: the command line over the crates of the house. It holds no logic of its own beyond reading arguments,
//! asking for passphrases and printing.

mod audit;
mod check;
mod check_args;
mod check_folder;
mod check_papers;
mod cli;
mod cli_newsroom;
mod cli_witness;
mod demo;
mod desk;
mod newsroom;
mod out;
mod preview;
mod replay;
mod replies;
mod root;
mod rt;
mod sanitize;
mod secrets;
mod site;
mod tip;
mod witness;

use std::process::ExitCode;

use clap::Parser;

use crate::{cli::Command, out::Out};

fn main() -> ExitCode {
    // The mix, started by the site: before anything else, while there is one thread and nothing is open.
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == mix::child::SUBCOMMAND) {
        return mix::child::main(arguments);
    }
    // The process that reads documents, started by `sanitize`: the same.
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == cleanroom::SUBCOMMAND) {
        return cleanroom::child::main(arguments);
    }
    // Once, before anything speaks TLS. It fails only if it has been done already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cli = cli::Cli::parse();
    let mut out = Out::standard();
    let result = match cli.command {
        Command::Demo(args) => demo::run(&args, &mut out),
        Command::Press(command) => preview::run(&command, &mut out),
        Command::Witness(command) => witness::run(&command, &mut out),
        Command::Site(command) => site::run(&command, &mut out),
        Command::Desk(command) => desk::run(&command, &mut out),
        Command::Root(command) => root::run(&command, &mut out),
        Command::Tip(args) => tip::run(&args, &mut out),
        Command::Replies(args) => replies::run(&args, &mut out),
        Command::Audit(args) => audit::run(&args, &mut out),
        Command::Replay(args) => replay::run(&args, &mut out),
        Command::Check(args) => check::run(&args, &mut out),
        Command::Sanitize(args) => sanitize::run(&args, &mut out),
    };
    out.finish(result)
}
