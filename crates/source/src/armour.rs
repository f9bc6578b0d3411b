//! Sealed text: what `subrosa tip` prints and the drawer of any page carries. See `docs/wire.md`.

use base64::{Engine, engine::general_purpose::STANDARD};
use envelope::{inner::InnerEnvelope, sizes};
use thiserror::Error;

const BEGIN: &str = "-----BEGIN SUBROSA SEALED TIP-----";
const END: &str = "-----END SUBROSA SEALED TIP-----";

/// Text that is no sealed tip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ArmourError {
    /// The first or the last line is missing.
    #[error("a sealed tip begins with the line {BEGIN} and ends with {END}; copy all of it")]
    Lines,
    /// What is between them is damaged.
    #[error("the sealed tip is damaged: a character was lost or changed; copy all of it again")]
    Damaged,
}

/// One to eight envelopes as lines of text.
#[must_use]
pub fn wrap(inners: &[InnerEnvelope]) -> String {
    let bytes: Vec<u8> = inners.iter().flat_map(|inner| inner.as_bytes().iter().copied()).collect();
    let text = STANDARD.encode(bytes);
    let mut out = format!("{BEGIN}\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at_checked(64).unwrap_or((rest, ""));
        out.push_str(line);
        out.push('\n');
        rest = more;
    }
    out.push_str(END);
    out.push('\n');
    out
}

/// The envelopes of a sealed text. White space does not matter.
///
/// # Errors
/// [`ArmourError`].
pub fn unwrap(text: &str) -> Result<Vec<InnerEnvelope>, ArmourError> {
    let body = text
        .trim()
        .strip_prefix(BEGIN)
        .and_then(|rest| rest.strip_suffix(END))
        .ok_or(ArmourError::Lines)?;
    let body: String = body.split_whitespace().collect();
    let bytes = STANDARD.decode(body).map_err(|_| ArmourError::Damaged)?;
    let inners: Vec<InnerEnvelope> = bytes
        .chunks(sizes::INNER)
        .map(InnerEnvelope::decode)
        .collect::<Result<_, _>>()
        .map_err(|_| ArmourError::Damaged)?;
    match inners.len() {
        1..=sizes::MAX_FRAGMENTS => Ok(inners),
        _ => Err(ArmourError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_whole_or_not_at_all() {
        let inners: Vec<InnerEnvelope> =
            (1..=3).map(|n| InnerEnvelope::decode(&[n; sizes::INNER]).unwrap()).collect();
        let text = wrap(&inners);
        assert!(text.lines().all(|line| line.len() <= 64));
        let back = unwrap(&format!("\n  {}", text.replace('\n', "\r\n "))).unwrap();
        assert!(back == inners);
        assert_eq!(unwrap(&text[5..]).err(), Some(ArmourError::Lines));
        let mut shortened = text.clone();
        shortened.remove(100);
        assert_eq!(unwrap(&shortened).err(), Some(ArmourError::Damaged));
        assert_eq!(unwrap(&format!("{BEGIN}\n{END}")).err(), Some(ArmourError::Damaged));
    }
}
