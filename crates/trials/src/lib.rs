//! The bench on which Subrosa is tried: real browsers, a TLS endpoint that writes down what it sees, and a search
//! of what a browser left on the disk.
//!
//! Nothing depends on this crate. It reaches the program as a person would: through its binary, its pages and its
//! sockets, all on loopback. Everything it starts is ended when the value that stands for it is dropped, also
//! when a test panics.

pub mod acts;
pub mod advantage;
pub mod axe;
pub mod browser;
pub mod canary;
pub mod changed;
pub mod chromium;
pub mod demo;
pub mod fixture;
pub mod html;
pub mod http;
pub mod paper;
pub mod process;
pub mod recorder;
pub mod schema;
pub mod screen_reader;
pub mod spoken;
pub mod unpack;
pub mod visit;

mod driver;
mod sstable;
mod tap;

/// What went wrong, in words; a trial has no error worth matching on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub String);

/// The result of every helper here.
pub type Result<T, E = Trouble> = std::result::Result<T, E>;

/// Adds to any error what was being done when it came up.
pub trait During<T> {
    /// Turns the error into a [`Trouble`] that begins with `what`.
    ///
    /// # Errors
    /// The error that was there.
    fn during(self, what: &str) -> Result<T>;
}

impl<T, E: std::fmt::Display> During<T> for std::result::Result<T, E> {
    fn during(self, what: &str) -> Result<T> {
        self.map_err(|error| Trouble(format!("{what}: {error}")))
    }
}

impl<T> During<T> for Option<T> {
    fn during(self, what: &str) -> Result<T> {
        self.ok_or_else(|| Trouble(format!("{what}: nothing there")))
    }
}

/// The root of the checkout, where `dev/` and `target/` are.
#[must_use]
pub fn checkout() -> std::path::PathBuf {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
