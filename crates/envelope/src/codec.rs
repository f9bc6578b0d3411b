//! Reading and writing of fixed fields. A [`Reader`] never reads past its end and never panics.

use crate::error::DecodeError;

/// Reads big-endian fields from the front of a slice.
pub struct Reader<'a> {
    what: &'static str,
    rest: &'a [u8],
    total: usize,
}

impl<'a> Reader<'a> {
    /// Reads `bytes`; `what` names the format in errors.
    #[must_use]
    pub fn new(what: &'static str, bytes: &'a [u8]) -> Self {
        Self { what, rest: bytes, total: bytes.len() }
    }

    /// Like [`Reader::new`], for a format of one length.
    ///
    /// # Errors
    /// [`DecodeError::Length`].
    pub fn exact(what: &'static str, bytes: &'a [u8], want: usize) -> Result<Self, DecodeError> {
        if bytes.len() == want {
            Ok(Self::new(what, bytes))
        } else {
            Err(DecodeError::Length { what, want, got: bytes.len() })
        }
    }

    /// The next `n` bytes.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn bytes(&mut self, n: usize) -> Result<&'a [u8], DecodeError> {
        match self.rest.split_at_checked(n) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => Err(DecodeError::Length {
                what: self.what,
                want: self.total - self.rest.len() + n,
                got: self.total,
            }),
        }
    }

    /// The next `N` bytes as an array.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut out = [0; N];
        out.copy_from_slice(self.bytes(N)?);
        Ok(out)
    }

    /// The next `u8`.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    /// The next `u16`.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// The next `u32`.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    /// The next `u64`.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn u64(&mut self) -> Result<u64, DecodeError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// Version 1 and, if given, the letter that tells one format from another.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn version(&mut self, letter: Option<u8>) -> Result<(), DecodeError> {
        let version = self.u8()?;
        if version != 1 {
            return Err(DecodeError::Version { what: self.what, got: version });
        }
        match letter {
            Some(letter) if self.u8()? != letter => Err(self.value("is of another kind")),
            _ => Ok(()),
        }
    }

    /// `n` bytes that must be zero.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn zeros(&mut self, n: usize) -> Result<(), DecodeError> {
        if self.bytes(n)?.iter().all(|byte| *byte == 0) {
            Ok(())
        } else {
            Err(self.value("padding is not zero"))
        }
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.total - self.rest.len()
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn end(&self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(DecodeError::Length { what: self.what, want: self.position(), got: self.total })
        }
    }

    /// An error of this format.
    #[must_use]
    pub fn value(&self, why: &'static str) -> DecodeError {
        DecodeError::Value { what: self.what, why }
    }
}

/// Appends `n` zeros.
pub fn pad(out: &mut Vec<u8>, n: usize) {
    out.resize(out.len() + n, 0);
}
