//! The mix as its own program: what the tests of this crate start, as a site starts itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    mix::child::main(arguments.skip_while(|argument| argument == mix::child::SUBCOMMAND))
}
