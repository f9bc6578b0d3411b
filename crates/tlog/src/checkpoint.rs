//! What a log says of itself: its name, its size and its root (tlog-checkpoint).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Error, Hash, MAX_NOTE, MAX_SIZE};

/// The head of a log at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// The head of the log `origin` with `size` entries. Extension lines are best left empty: nobody audits them.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] where the origin or an extension is empty or has a control character, the size is above
    /// [`MAX_SIZE`], or all is longer than [`MAX_NOTE`].
    pub fn new(
        origin: &str,
        size: u64,
        root: Hash,
        extensions: Vec<String>,
    ) -> Result<Self, Error> {
        let checkpoint = Self { origin: origin.to_owned(), size, root, extensions };
        match Self::decode(&checkpoint.encode())? {
            read if read == checkpoint => Ok(read),
            _ => Err(Error::Checkpoint("a line holds a line break")),
        }
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all entries.
    #[must_use]
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Lines after the third.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The text of the note: origin, size, root in base64 and the extensions, each with a line feed.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root));
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Reads the text of a note.
    ///
    /// # Errors
    /// [`Error::Checkpoint`]; there is one way only to write a checkpoint.
    pub fn decode(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_NOTE {
            return Err(Error::Checkpoint("it is too long"));
        }
        if text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(Error::Checkpoint("it holds a control character"));
        }
        let body = text.strip_suffix('\n').ok_or(Error::Checkpoint("it ends within a line"))?;
        let mut lines = body.split('\n');
        let mut line = |missing| match lines.next() {
            Some(line) if !line.is_empty() => Ok(line),
            _ => Err(Error::Checkpoint(missing)),
        };
        let origin = line("the origin is missing")?.to_owned();
        let size = decimal(line("the size is missing")?).ok_or(Error::Checkpoint("no size"))?;
        let root = hash(line("the root is missing")?).ok_or(Error::Checkpoint("no root"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(Error::Checkpoint("a line is empty"));
        }
        Ok(Self { origin, size, root, extensions })
    }
}

/// A number of entries in ASCII decimal without leading zeroes.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number <= MAX_SIZE && number.to_string() == text).then_some(number)
}

/// A hash in base64 with padding.
pub(crate) fn hash(text: &str) -> Option<Hash> {
    if text.len() == 44 { STANDARD.decode(text).ok()?.try_into().ok() } else { None }
}
