//! Texts with signatures below them (signed-note).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Checkpoint, Error, VerifierKey};

/// The longest note, in bytes.
pub const MAX_NOTE: usize = 256 * 1024;

/// The most signatures that a note may have.
pub const MAX_SIGNATURES: usize = 64;

/// One signature line: `— <name> <base64 of id and signature>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

impl Signature {
    pub(crate) fn new(name: &str, id: [u8; 4], bytes: Vec<u8>) -> Result<Self, Error> {
        if !name_allowed(name) {
            return Err(Error::Note("a signature has a name that is not allowed"));
        }
        if bytes.is_empty() {
            return Err(Error::Note("a signature is empty"));
        }
        Ok(Self { name: name.to_owned(), id, bytes })
    }

    /// The signer's name, as the line says.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's id, as the line says.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Reads one line, without its line feed.
    fn decode(line: &str) -> Result<Self, Error> {
        let rest = line.strip_prefix("— ").ok_or(Error::Note("a signature has no dash"))?;
        let (name, base64) = rest.split_once(' ').ok_or(Error::Note("a signature has no name"))?;
        let bytes =
            STANDARD.decode(base64).map_err(|_| Error::Note("a signature has no base64"))?;
        let (id, bytes) = bytes.split_first_chunk().ok_or(Error::Note("a signature has no id"))?;
        Self::new(name, *id, bytes.to_vec())
    }
}

/// The line, with its line feed.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.as_slice(), &self.bytes].concat();
        writeln!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A key that has truly signed a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<'k> {
    /// The key.
    pub key: &'k VerifierKey,
    /// When, in seconds since 1970, where the key is a witness's.
    pub time: Option<u64>,
}

/// A text with signatures that nobody has checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

impl Note {
    /// A note without signatures.
    ///
    /// # Errors
    /// [`Error::Note`] where the text does not end in a line feed, has another control character, or is too long.
    pub fn new(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_NOTE {
            return Err(Error::Note("it is too long"));
        }
        if !text.ends_with('\n') {
            return Err(Error::Note("its text ends within a line"));
        }
        if text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(Error::Note("it holds a control character"));
        }
        Ok(Self { text: text.to_owned(), signatures: Vec::new() })
    }

    /// Reads a note, which must have a signature.
    ///
    /// # Errors
    /// [`Error::Note`]; there is one way only to write a note.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_NOTE {
            return Err(Error::Note("it is too long"));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| Error::Note("it is not UTF-8"))?;
        let (text, lines) = whole.rsplit_once("\n\n").ok_or(Error::Note("no empty line"))?;
        let mut note = Self::new(&format!("{text}\n"))?;
        note.signatures = signature_lines(lines)?;
        Ok(note)
    }

    /// The note as it is sent and stored.
    #[must_use]
    pub fn encode(&self) -> String {
        let lines: String = self.signatures.iter().map(Signature::to_string).collect();
        format!("{}\n{lines}", self.text)
    }

    /// The text, which means nothing before [`verify`](Self::verify) found a trusted key.
    #[must_use]
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// The lines below the text, unchecked.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Which of these keys have signed, each once, a witness with its latest time. Lines of other keys say nothing.
    ///
    /// # Errors
    /// [`Error::Signature`] where a line claims to be of one of these keys and is not; [`Error::Untrusted`] where none
    /// of them has signed.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<Signed<'k>>, Error> {
        let signed = self.signed(keys)?;
        if signed.is_empty() { Err(Error::Untrusted) } else { Ok(signed) }
    }

    /// The checkpoint in the note, where one of the log's keys has signed it.
    ///
    /// # Errors
    /// As [`verify`](Self::verify), and [`Error::Checkpoint`] for a text of another kind.
    pub fn checkpoint(&self, log: &[VerifierKey]) -> Result<Checkpoint, Error> {
        self.verify(log)?;
        Checkpoint::decode(&self.text)
    }

    /// Adds a signature, in place of an older one of the same key.
    ///
    /// # Errors
    /// [`Error::Note`] where the note has no room for it.
    pub fn push(&mut self, signature: Signature) -> Result<(), Error> {
        let mut whole = self.clone();
        whole.signatures.retain(|old| (old.name(), old.id) != (signature.name(), signature.id));
        whole.signatures.push(signature);
        if whole.signatures.len() > MAX_SIGNATURES || whole.encode().len() > MAX_NOTE {
            return Err(Error::Note("it has no room for another signature"));
        }
        *self = whole;
        Ok(())
    }

    /// Adds what a witness answered: signature lines, of which those of `keys` are kept. Gives how many.
    ///
    /// # Errors
    /// [`Error::Note`] where the answer is none, or there is no room; [`Error::Signature`] where a line claims to be of
    /// one of the keys and is not. The note stays as it was then.
    pub fn add_lines(&mut self, lines: &[u8], keys: &[VerifierKey]) -> Result<usize, Error> {
        if lines.len() > MAX_NOTE {
            return Err(Error::Note("the answer is too long"));
        }
        let lines = std::str::from_utf8(lines).map_err(|_| Error::Note("it is not UTF-8"))?;
        let mut new = signature_lines(lines)?;
        new.retain(|line| keys.iter().any(|key| key.owns(line)));
        let added = new.len();
        let mut whole = self.clone();
        new.into_iter().try_for_each(|line| whole.push(line))?;
        whole.signed(keys)?;
        *self = whole;
        Ok(added)
    }

    /// The same text with those signatures only that are of one of the keys.
    pub(crate) fn only(&self, keys: &[VerifierKey]) -> Self {
        let mine = |line: &&Signature| keys.iter().any(|key| key.owns(line));
        let signatures = self.signatures.iter().filter(mine).cloned().collect();
        Self { text: self.text.clone(), signatures }
    }

    /// As [`verify`](Self::verify), where it may be none.
    pub(crate) fn signed<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<Signed<'k>>, Error> {
        let mut all: Vec<Signed<'k>> = Vec::new();
        for key in keys {
            for line in self.signatures.iter().filter(|line| key.owns(line)) {
                let time = key.verify(&self.text, &line.bytes)?;
                match all.iter_mut().find(|signed| signed.key == key) {
                    Some(signed) => signed.time = signed.time.max(time),
                    None => all.push(Signed { key, time }),
                }
            }
        }
        Ok(all)
    }
}

/// One to [`MAX_SIGNATURES`] lines, each with its line feed.
fn signature_lines(text: &str) -> Result<Vec<Signature>, Error> {
    let lines = text.strip_suffix('\n').ok_or(Error::Note("its end is missing"))?;
    if lines.split('\n').count() > MAX_SIGNATURES {
        return Err(Error::Note("it has too many signatures"));
    }
    lines.split('\n').map(Signature::decode).collect()
}

/// Whether signed-note allows this name.
pub(crate) fn name_allowed(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+' || c < ' ')
}
