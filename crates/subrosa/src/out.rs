//! Printing, and what the program exits with: 0 done, 1 not as it should be, 2 bad input.

use std::{
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Done.
    Done,
    /// Done, and what was looked at is not as it should be.
    NotAsItShouldBe,
}

/// A command that could not be carried out: exit code 2. The text names the place and the mend.
pub(crate) struct Failure(String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(deeper) = cause {
            let deeper_text = deeper.to_string();
            if !text.contains(&deeper_text) {
                text.push_str(": ");
                text.push_str(&deeper_text);
            }
            cause = deeper.source();
        }
        Self(text)
    }
}

impl Failure {
    /// A failure in plain words.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The same, with the file or place in front.
    pub(crate) fn at(place: impl Display, error: impl Display) -> Self {
        Self(format!("{place}: {error}"))
    }
}

/// What commands return.
pub(crate) type Outcome = Result<Ending, Failure>;

/// Standard output for results, standard error for everything else.
pub(crate) struct Out {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
}

impl Out {
    pub(crate) fn standard() -> Self {
        Self { out: Box::new(io::stdout()), err: Box::new(io::stderr()) }
    }

    /// A line of the result.
    pub(crate) fn line(&mut self, text: impl Display) -> Result<(), Failure> {
        writeln!(self.out, "{text}")?;
        Ok(self.out.flush()?)
    }

    /// A line about the result, for people.
    pub(crate) fn note(&mut self, text: impl Display) {
        // A closed standard error must not stop the work.
        let _ = writeln!(self.err, "{text}");
    }

    /// The result as JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value)?;
        self.line(text)
    }

    pub(crate) fn finish(&mut self, result: Outcome) -> ExitCode {
        match result {
            Ok(Ending::Done) => ExitCode::SUCCESS,
            Ok(Ending::NotAsItShouldBe) => ExitCode::from(1),
            Err(Failure(text)) => {
                self.note(format!("subrosa: {text}"));
                ExitCode::from(2)
            }
        }
    }
}

/// A line for people, from where no [`Out`] is at hand.
pub(crate) fn status(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A stranger's text for a terminal: control characters must not reach it.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
