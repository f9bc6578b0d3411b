//! The mix alone, for a machine on the newsroom's own premises and for tests. `subrosa mix-child` is the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    mix::child::main(arguments.skip_while(|argument| argument == mix::child::SUBCOMMAND))
}
