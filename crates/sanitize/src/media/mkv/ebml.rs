//! EBML (RFC 8794): elements, and the numbers in them.

use super::super::bytes::Reader;
use super::NAME;
use crate::Refusal;

/// One element.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) id: u32,
    pub(super) body: &'a [u8],
    /// Offset of its body in the file.
    pub(super) at: usize,
    /// Live recordings do not know the size of a segment or cluster.
    pub(super) unknown_size: bool,
}

impl<'a> Element<'a> {
    pub(super) fn reader(&self) -> Reader<'a> {
        Reader::new(NAME, self.body, self.at)
    }

    pub(super) fn children(&self) -> Elements<'a> {
        Elements { reader: self.reader() }
    }

    /// An unsigned number of up to eight bytes.
    pub(super) fn number(&self) -> Result<u64, Refusal> {
        if self.body.len() > 8 {
            return Err(self.reader().damaged("a number is too long"));
        }
        Ok(self.body.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    pub(super) fn signed(&self) -> Result<i64, Refusal> {
        let shift = 64 - 8 * self.body.len().min(8) as u32;
        let number = self.number()?;
        Ok(if shift == 64 { 0 } else { ((number << shift) as i64) >> shift })
    }

    pub(super) fn float(&self) -> Result<f64, Refusal> {
        let value = match *self.body {
            [] => 0.0,
            [a, b, c, d] => f64::from(f32::from_be_bytes([a, b, c, d])),
            [a, b, c, d, e, f, g, h] => f64::from_be_bytes([a, b, c, d, e, f, g, h]),
            _ => return Err(self.reader().damaged("a number of an odd size")),
        };
        if value.is_finite() { Ok(value) } else { Err(self.reader().damaged("no number")) }
    }

    /// Text, without what follows a zero byte.
    pub(super) fn text(&self) -> &'a [u8] {
        self.body.split(|byte| *byte == 0).next().unwrap_or_default()
    }
}

/// Elements one after another.
#[derive(Clone)]
pub(super) struct Elements<'a> {
    pub(super) reader: Reader<'a>,
}

impl<'a> Elements<'a> {
    pub(super) fn of(input: &'a [u8]) -> Self {
        Self { reader: Reader::new(NAME, input, 0) }
    }

    /// The id of the next element, without moving.
    pub(super) fn peek(&self) -> Option<u32> {
        id(&mut self.reader.clone()).ok()
    }

    fn read(&mut self) -> Result<Element<'a>, Refusal> {
        let id = id(&mut self.reader)?;
        let size = size(&mut self.reader)?;
        let at = self.reader.offset();
        let unknown_size = size.is_none();
        let length = match size {
            Some(size) => usize::try_from(size).unwrap_or(usize::MAX),
            None => self.reader.left(),
        };
        let body = self.reader.take(length)?;
        Ok(Element { id, body, at, unknown_size })
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.reader.is_empty() {
            return None;
        }
        let result = self.read();
        if result.is_err() {
            self.reader = Reader::new(NAME, &[], 0);
        }
        Some(result)
    }
}

/// An id with its length mark, one to four bytes.
fn id(reader: &mut Reader<'_>) -> Result<u32, Refusal> {
    let first = reader.u8()?;
    let more = first.leading_zeros();
    if more > 3 {
        return Err(reader.damaged("no element begins here"));
    }
    let mut id = u32::from(first);
    for _ in 0..more {
        id = id << 8 | u32::from(reader.u8()?);
    }
    Ok(id)
}

/// A size of one to eight bytes; `None`: unknown.
pub(super) fn size(reader: &mut Reader<'_>) -> Result<Option<u64>, Refusal> {
    let first = reader.u8()?;
    let more = first.leading_zeros();
    if more > 7 {
        return Err(reader.damaged("a size is too long"));
    }
    let mut value = u64::from(first) & ((1u64 << (7 - more)) - 1);
    for _ in 0..more {
        value = value << 8 | u64::from(reader.u8()?);
    }
    let unknown = (1u64 << (7 * (more + 1))) - 1;
    Ok((value != unknown).then_some(value))
}

/// A signed difference of sizes, as EBML lacing has them.
pub(super) fn difference(reader: &mut Reader<'_>) -> Result<i64, Refusal> {
    let more = reader.rest().first().map_or(0, |byte| byte.leading_zeros());
    let value = size(reader)?.ok_or_else(|| reader.damaged("a size is unknown"))?;
    let bias = (1i64 << (7 * (more + 1) - 1)) - 1;
    Ok(i64::try_from(value).unwrap_or(i64::MAX).saturating_sub(bias))
}

/// Writes a size in as many bytes as it needs.
pub(super) fn put_size(out: &mut Vec<u8>, value: u64) {
    let mut length = 1u32;
    while length < 8 && value >= (1u64 << (7 * length)) - 1 {
        length += 1;
    }
    put_wide_size(out, value, length);
}

/// Writes a size in so many bytes.
pub(super) fn put_wide_size(out: &mut Vec<u8>, value: u64, length: u32) {
    let marked = value | 1u64 << (7 * length);
    out.extend(marked.to_be_bytes().iter().skip(8 - length as usize));
}

pub(super) fn put_id(out: &mut Vec<u8>, id: u32) {
    out.extend(id.to_be_bytes().iter().skip_while(|byte| **byte == 0));
}

pub(super) fn put(out: &mut Vec<u8>, id: u32, body: &[u8]) {
    put_id(out, id);
    put_size(out, body.len() as u64);
    out.extend_from_slice(body);
}

/// An element around what `body` writes.
pub(super) fn put_master(out: &mut Vec<u8>, id: u32, body: impl FnOnce(&mut Vec<u8>)) {
    let mut inner = Vec::new();
    body(&mut inner);
    put(out, id, &inner);
}

pub(super) fn put_number(out: &mut Vec<u8>, id: u32, value: u64) {
    let bytes = value.to_be_bytes();
    let skipped = (value.leading_zeros() / 8).min(7) as usize;
    put(out, id, bytes.get(skipped..).unwrap_or_default());
}

pub(super) fn put_signed(out: &mut Vec<u8>, id: u32, value: i64) {
    put(out, id, &value.to_be_bytes());
}

pub(super) fn put_float(out: &mut Vec<u8>, id: u32, value: f64) {
    put(out, id, &value.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_go_both_ways() {
        for value in [0, 1, 126, 127, 128, 16_382, 16_383, 1 << 40] {
            let mut bytes = Vec::new();
            put_size(&mut bytes, value);
            assert_eq!(size(&mut Reader::new(NAME, &bytes, 0)).unwrap(), Some(value));
        }
        assert_eq!(size(&mut Reader::new(NAME, &[0xFF], 0)).unwrap(), None);
        assert!(size(&mut Reader::new(NAME, &[0], 0)).is_err());
        assert_eq!(difference(&mut Reader::new(NAME, &[0xBF], 0)).unwrap(), 0);
        assert_eq!(difference(&mut Reader::new(NAME, &[0xBE], 0)).unwrap(), -1);
    }
}
