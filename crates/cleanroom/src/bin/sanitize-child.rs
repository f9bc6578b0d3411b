//! The child alone, for tests. `subrosa sanitize-child` is the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1);
    cleanroom::child::main(arguments.skip_while(|argument| argument == cleanroom::SUBCOMMAND))
}
