//! What parent and child say to each other: a length (8 bytes, little-endian), a JSON head of that length, another length,
//! the document's bytes.

use sanitize::{Format, Keep, Level, Limits, Report};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};

/// The longest head.
const HEAD: u64 = 64 << 20;

/// The child's first word: the sandbox is closed and tested.
#[derive(Debug, Serialize, Deserialize)]
pub struct Hello {
    /// Whether it is closed; `false` only if that was asked for.
    pub closed: bool,
    /// Each thing that was tried inside, and how it failed.
    pub attempts: Vec<String>,
}

/// What is to be done with a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Rebuild it.
    #[default]
    Clean,
    /// Read the words of a PDF; they come as UTF-8 where a fresh document would.
    Words,
    /// Draw its first page, or read its words, to be looked at; they come where a fresh document would, with their format.
    Look,
}

/// What is asked of the child.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Request {
    /// What to do.
    pub task: Task,
    /// How far to rebuild.
    pub level: Level,
    /// Hidden content that stays.
    pub keep: Keep,
    /// Bounds.
    pub limits: Limits,
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Rebuilt, or its words read.
    Cleaned,
    /// Not rebuilt; the answer says why.
    Refused,
}

/// The child's answer; the fresh document, if any, comes after it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    /// What became of it.
    pub outcome: Outcome,
    /// The format of the fresh document.
    pub format: Option<Format>,
    /// What was there, what went, what stayed; empty if refused.
    pub report: Report,
    /// Why it was refused.
    pub reason: Option<String>,
}

impl Answer {
    /// It was done.
    pub(crate) fn done(format: Option<Format>, report: Report) -> Self {
        Self { outcome: Outcome::Cleaned, format, report, reason: None }
    }

    /// A refusal.
    pub(crate) fn refused(reason: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Refused,
            format: None,
            report: Report::default(),
            reason: Some(reason.into()),
        }
    }
}

pub(crate) fn send(to: &mut impl Write, head: &impl Serialize, data: &[u8]) -> io::Result<()> {
    let head = serde_json::to_vec(head)?;
    to.write_all(&(head.len() as u64).to_le_bytes())?;
    to.write_all(&head)?;
    to.write_all(&(data.len() as u64).to_le_bytes())?;
    to.write_all(data)?;
    to.flush()
}

/// `None` at the end of the stream. `most` bytes of data are taken.
pub(crate) fn receive<T: DeserializeOwned>(
    from: &mut impl Read,
    most: u64,
) -> io::Result<Option<(T, Vec<u8>)>> {
    let mut length = [0; 8];
    match from.read(&mut length)? {
        0 => return Ok(None),
        read => from.read_exact(length.get_mut(read..).unwrap_or_default())?,
    }
    let head = block(from, u64::from_le_bytes(length), HEAD)?;
    from.read_exact(&mut length)?;
    let data = block(from, u64::from_le_bytes(length), most)?;
    Ok(Some((serde_json::from_slice(&head)?, data)))
}

fn block(from: &mut impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame over its limit"));
    }
    // The other side may lie about the length: memory is taken as bytes come.
    let mut data = Vec::with_capacity(usize::try_from(length.min(64 << 20)).unwrap_or(0));
    from.take(length).read_to_end(&mut data)?;
    if data.len() as u64 == length { Ok(data) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let mut pipe = Vec::new();
        send(&mut pipe, &Answer::refused("why"), b"data").unwrap();
        let mut from = pipe.as_slice();
        let (answer, data) = receive::<Answer>(&mut from, 4).unwrap().unwrap();
        assert_eq!((answer.reason.as_deref(), data.as_slice()), (Some("why"), &b"data"[..]));
        assert!(receive::<Answer>(&mut from, 4).unwrap().is_none());
        assert!(receive::<Answer>(&mut pipe.as_slice(), 3).is_err());
        for end in 1..pipe.len() {
            assert!(receive::<Answer>(&mut &pipe[..end], 4).is_err(), "{end}");
        }
    }
}
