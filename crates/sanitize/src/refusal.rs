//! Why a file was not cleaned.

/// Why a file was not cleaned. The text names the reason and the mend, and never quotes the document.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Not a format that can be rebuilt.
    #[error("{what} is not a format that can be cleaned: {advice}")]
    Unknown {
        /// What it seems to be.
        what: String,
        /// What to convert it to.
        advice: String,
    },
    /// Not readable as what it says it is.
    #[error("damaged {format} at {place}: {reason}")]
    Damaged {
        /// The format's name.
        format: &'static str,
        /// A byte offset, part name or page.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// Needs a password.
    #[error("the {format} is encrypted: save a copy without a password first")]
    Encrypted {
        /// The format's name.
        format: &'static str,
    },
    /// A limit was passed.
    #[error("{what} is over the limit of {limit}: {advice}")]
    TooMuch {
        /// What is too large.
        what: &'static str,
        /// The limit, with its unit.
        limit: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The rebuilt file did not pass the reading that follows every rebuild. A fault of the program, not of the
    /// file; nothing was written.
    #[error(
        "the rebuilt {format} did not pass its check at {place} ({reason}); nothing was written: please report this"
    )]
    Unsound {
        /// The output format's name.
        format: &'static str,
        /// A byte offset, part name or page.
        place: String,
        /// What the check found.
        reason: String,
    },
    /// A part of the format that cannot be rebuilt faithfully; better nothing than something else.
    #[error("{format}: {what} cannot be rebuilt: {advice}")]
    Unsupported {
        /// The format's name.
        format: &'static str,
        /// The construct.
        what: String,
        /// What to do about it.
        advice: &'static str,
    },
}

impl Refusal {
    /// A damaged file.
    pub(crate) fn damaged(
        format: &'static str,
        place: impl ToString,
        reason: impl ToString,
    ) -> Self {
        Self::Damaged { format, place: place.to_string(), reason: reason.to_string() }
    }

    /// A file of a format that we do not know.
    pub(crate) fn unknown(input: &[u8]) -> Self {
        crate::detect::name_of(input)
    }

    /// An output that its own strict reader does not accept: a fault of ours, and nothing is written.
    pub(crate) fn unsound(
        format: &'static str,
        place: impl ToString,
        reason: impl ToString,
    ) -> Self {
        Self::Unsound { format, place: place.to_string(), reason: reason.to_string() }
    }
}
