//! The small text files that hold policies and publications: a first line that says what it is, lines for people that
//! count for nothing, and one line `bytes:` with the bytes in hexadecimal.

use envelope::DecodeError;
use thiserror::Error;

/// No paper is longer, in bytes.
const MAX: usize = 16_384;

/// A file that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PaperError {
    /// Its first line names another kind.
    #[error("this is no {0} (the first line should say so)")]
    Kind(&'static str),
    /// The line with the bytes is missing, doubled, or not understood.
    #[error("the line `bytes:` is missing, given twice, or not hexadecimal")]
    Bytes,
    /// The bytes are not of the format.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

pub(crate) fn write(kind: &str, lines: &[(&str, String)], bytes: &[u8]) -> String {
    let lines: String = lines.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    format!("{kind}\n{lines}bytes: {}\n", hex::encode(bytes))
}

pub(crate) fn read(kind: &'static str, text: &str) -> Result<Vec<u8>, PaperError> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if text.len() > MAX || lines.next() != Some(kind) {
        return Err(PaperError::Kind(kind));
    }
    let mut bytes = lines.filter_map(|line| line.strip_prefix("bytes:"));
    match (bytes.next(), bytes.next()) {
        (Some(bytes), None) => hex::decode(bytes.trim()).map_err(|_| PaperError::Bytes),
        _ => Err(PaperError::Bytes),
    }
}
