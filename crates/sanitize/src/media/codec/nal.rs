//! NAL units: the pieces of H.264 and H.265 streams, each after its length.

use super::Broken;

/// Bytes of the length before each unit, 1 to 4. A fresh file always has 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) struct Lengths(u8);

impl Lengths {
    pub(super) fn new(minus_one: u8) -> Result<Self, Broken> {
        match minus_one & 3 {
            2 => Err(Broken("lengths of three bytes do not exist")),
            size => Ok(Self(size + 1)),
        }
    }

    /// The units of a sample.
    pub(super) fn units(self, sample: &[u8]) -> Units<'_> {
        Units { size: usize::from(self.0), rest: sample }
    }
}

pub(super) struct Units<'a> {
    size: usize,
    rest: &'a [u8],
}

impl<'a> Iterator for Units<'a> {
    type Item = Result<&'a [u8], Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let unit = self.rest.split_at_checked(self.size).and_then(|(length, rest)| {
            let length = length.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
            rest.split_at_checked(length)
        });
        let Some((unit, rest)) = unit else {
            self.rest = &[];
            return Some(Err(Broken("a piece of the picture is longer than its frame")));
        };
        self.rest = rest;
        Some(Ok(unit))
    }
}

/// Appends a unit with its length.
pub(super) fn put(unit: &[u8], out: &mut Vec<u8>) -> Result<(), Broken> {
    let length = u32::try_from(unit.len()).map_err(|_| Broken("a piece of picture is too long"))?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(unit);
    Ok(())
}

/// Without the zeros that may follow a unit.
pub(super) fn trimmed(unit: &[u8]) -> &[u8] {
    let end = unit.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    unit.get(..end).unwrap_or_default()
}

/// A slice without what encoders append to fill it up (H.264 7.3.2.10: cabac_zero_words, 00 00 03).
pub(super) fn slice(unit: &[u8]) -> &[u8] {
    let mut unit = trimmed(unit);
    while let Some(shorter) = unit.strip_suffix(&[0, 0, 3]) {
        unit = trimmed(shorter);
    }
    unit
}

/// The payload without the bytes that keep start codes out of it.
pub(super) fn unescape(unit: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(unit.len());
    let mut zeros = 0;
    for byte in unit {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        out.push(*byte);
    }
    out
}

/// The other way.
pub(super) fn escape(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 8);
    let mut zeros = 0;
    for byte in payload {
        if zeros >= 2 && *byte <= 3 {
            out.push(3);
            zeros = 0;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        out.push(*byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaping_goes_both_ways() {
        for plain in [&[0u8, 0, 0, 1][..], &[0, 0, 3], &[1, 0, 0, 0, 0, 0, 2, 9], &[0, 0, 4]] {
            assert_eq!(unescape(&escape(plain)), plain);
        }
        assert_eq!(escape(&[0, 0, 1]), [0, 0, 3, 1]);
    }

    #[test]
    fn lengths_that_lie_are_broken() {
        let units: Vec<_> = Lengths(2).units(&[0, 1, 9, 0, 5, 1]).collect();
        assert_eq!(units.first(), Some(&Ok(&[9u8][..])));
        assert!(units.get(1).unwrap().is_err());
        assert!(Lengths::new(2).is_err());
    }

    #[test]
    fn filling_after_a_slice_goes() {
        assert_eq!(slice(&[1, 2, 0x80, 0, 0, 3, 0, 0, 3]), [1, 2, 0x80]);
        assert_eq!(slice(&[1, 0, 0, 3, 7]), [1, 0, 0, 3, 7]);
    }
}
