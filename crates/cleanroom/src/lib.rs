//! Cleans documents in child processes. A document may be made to break its reader; what it then breaks out into is a
//! process that can open no file, make no socket, start no program, use so much memory and so much time, and holds
//! nothing but this document.
//!
//! ```text
//!   parent ── a document, what is asked ──▶ child ──▶ a fresh document, a report, or why not
//!           (reads and writes files)      (pipes only; the sandbox closed and tested before the first byte)
//! ```
//!
//! A child cleans one document after another. When one makes it crash or run late, that document is refused and the next one
//! gets a fresh child.

pub mod child;
mod frames;
mod words;
mod worker;

pub use frames::{Answer, Hello, Outcome, Request, Task};
pub use sanitize::{Entry, Format, Keep, Kind, LOOK_BYTES, LOOK_LINES, Level, Report};
pub use words::{PdfWords, WordsError};
pub use worker::{Bounds, Sandbox, StartError, Worker};

/// How the program calls its own hidden subcommand.
pub const SUBCOMMAND: &str = "sanitize-child";
