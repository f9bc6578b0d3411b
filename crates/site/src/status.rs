//! The few lines that a site says about itself: at the start, when something needs a person, and once a tick.
//! Never a line about a request or a visitor.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// Writes status lines. Cheap to clone.
#[derive(Clone)]
pub struct Status(Arc<Mutex<Box<dyn Write + Send>>>);

impl Status {
    /// Writes to `out`.
    pub fn to(out: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(out))))
    }

    /// Writes one line. A place that cannot be written to is no reason to stop.
    pub fn line(&self, text: &str) {
        let mut out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        // In one piece, so that whoever reads along sees whole lines.
        let line: String = clean.chain(['\n']).collect();
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }
}
