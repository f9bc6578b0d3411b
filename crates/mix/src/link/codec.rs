//! Fixed fields, big-endian. A [`Reader`] never reads past its end and never panics.

use super::LinkError;

/// Reads fields from the front of a body.
pub(crate) struct Reader<'a> {
    what: &'static str,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// `what` names the frame or file in errors.
    pub(crate) fn new(what: &'static str, bytes: &'a [u8]) -> Self {
        Self { what, rest: bytes }
    }

    pub(crate) fn bytes(&mut self, n: usize) -> Result<&'a [u8], LinkError> {
        let (head, rest) = self.rest.split_at_checked(n).ok_or(LinkError::Short(self.what))?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], LinkError> {
        let mut out = [0; N];
        out.copy_from_slice(self.bytes(N)?);
        Ok(out)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, LinkError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(crate) fn u16(&mut self) -> Result<u16, LinkError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, LinkError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, LinkError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// A byte that must be 0 or 1.
    pub(crate) fn flag(&mut self) -> Result<bool, LinkError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.value("a flag is neither 0 nor 1")),
        }
    }

    /// `u16` count, then so many items of `N` bytes.
    pub(crate) fn list<const N: usize>(&mut self, most: usize) -> Result<Vec<[u8; N]>, LinkError> {
        let count = usize::from(self.u16()?);
        if count > most {
            return Err(self.value("a list is longer than allowed"));
        }
        (0..count).map(|_| self.array()).collect()
    }

    /// `u32` length, then so many bytes.
    pub(crate) fn blob(&mut self, most: usize) -> Result<Vec<u8>, LinkError> {
        let length = usize::try_from(self.u32()?).unwrap_or(usize::MAX);
        if length > most {
            return Err(self.value("a field is longer than allowed"));
        }
        Ok(self.bytes(length)?.to_vec())
    }

    /// `u16` length, then text in UTF-8.
    pub(crate) fn text(&mut self) -> Result<String, LinkError> {
        let length = usize::from(self.u16()?);
        let bytes = self.bytes(length)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| self.value("a text is not UTF-8"))
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    pub(crate) fn end(&self) -> Result<(), LinkError> {
        match self.rest.len() {
            0 => Ok(()),
            more => Err(LinkError::Long(self.what, more)),
        }
    }

    pub(crate) fn value(&self, why: &'static str) -> LinkError {
        LinkError::Value { what: self.what, why }
    }
}

/// Appends fields to a buffer.
#[derive(Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes(&[value])
    }

    pub(crate) fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(crate) fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(crate) fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    /// As [`Reader::list`]; what exceeds 65,535 items is left out.
    pub(crate) fn list<const N: usize>(&mut self, items: &[[u8; N]]) -> &mut Self {
        let count = u16::try_from(items.len()).unwrap_or(u16::MAX);
        self.u16(count);
        items.iter().take(usize::from(count)).fold(self, |out, item| out.bytes(item))
    }

    /// As [`Reader::blob`].
    pub(crate) fn blob(&mut self, bytes: &[u8]) -> &mut Self {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.u32(length).bytes(bytes.get(..length as usize).unwrap_or(bytes))
    }

    /// As [`Reader::text`]; a longer text is cut at a character.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        let end = text.floor_char_boundary(usize::from(u16::MAX));
        let cut = text.get(..end).unwrap_or_default();
        self.u16(u16::try_from(cut.len()).unwrap_or(u16::MAX)).bytes(cut.as_bytes())
    }
}
