//! Passphrases: from standard input only, never an argument, never echoed.

use std::io::{self, BufRead, IsTerminal, Read};

use rand_core::UnwrapErr;
use zeroize::Zeroizing;

use crate::out::{Failure, Out};

/// The operating system's randomness.
pub(crate) fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// One line: asked for without echo on a terminal, else the next line of standard input.
pub(crate) fn line(prompt: &str, out: &mut Out) -> Result<Zeroizing<String>, Failure> {
    if io::stdin().is_terminal() {
        out.note(prompt);
        return Ok(Zeroizing::new(rpassword::read_password()?));
    }
    let mut text = Zeroizing::new(String::new());
    io::stdin().lock().read_line(&mut text)?;
    if text.is_empty() {
        return Err(Failure::new(format!("{prompt} standard input has ended")));
    }
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    Ok(text)
}

/// A new passphrase, asked for twice on a terminal.
pub(crate) fn new_line(prompt: &str, out: &mut Out) -> Result<Zeroizing<String>, Failure> {
    let first = line(prompt, out)?;
    if io::stdin().is_terminal() && *line("Once more:", out)? != *first {
        return Err(Failure::new("the two differ; nothing was written"));
    }
    Ok(first)
}

/// A file's text, or what is left of standard input for `-` or no file.
pub(crate) fn text(file: Option<&std::path::Path>) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    match file.filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let bytes =
                Zeroizing::new(std::fs::read(path).map_err(|e| Failure::at(path.display(), e))?);
            let read = std::str::from_utf8(&bytes).map_err(|error| {
                let at = error.valid_up_to();
                Failure::at(
                    path.display(),
                    format!("not UTF-8 text at byte {at}; save it as UTF-8"),
                )
            })?;
            text.push_str(read);
        }
        None => {
            io::stdin().lock().read_to_string(&mut text)?;
        }
    }
    Ok(text)
}
