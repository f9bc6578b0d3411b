//! Boxes (ISO/IEC 14496-12 section 4.2; QuickTime calls them atoms).

use super::super::bytes::Reader;
use super::NAME;
use crate::Refusal;

/// One box.
#[derive(Clone, Copy)]
pub(super) struct Atom<'a> {
    pub(super) kind: [u8; 4],
    pub(super) body: &'a [u8],
    /// Offset of the box in the file.
    pub(super) start: usize,
    /// Offset of its body in the file.
    pub(super) at: usize,
}

impl<'a> Atom<'a> {
    pub(super) fn reader(&self) -> Reader<'a> {
        Reader::new(NAME, self.body, self.at)
    }

    /// The reader after version and flags.
    pub(super) fn full(&self) -> Result<(u8, u32, Reader<'a>), Refusal> {
        let mut reader = self.reader();
        let version = reader.u8()?;
        let flags = reader.u24()?;
        Ok((version, flags, reader))
    }

    pub(super) fn children(&self) -> Atoms<'a> {
        Atoms { reader: self.reader(), top: false }
    }

    /// The first child of a kind.
    pub(super) fn child(&self, kind: &[u8; 4]) -> Result<Option<Atom<'a>>, Refusal> {
        for atom in self.children() {
            let atom = atom?;
            if &atom.kind == kind {
                return Ok(Some(atom));
            }
        }
        Ok(None)
    }

    /// The same where there must be one.
    pub(super) fn need(&self, kind: &[u8; 4]) -> Result<Atom<'a>, Refusal> {
        let missing = || self.reader().damaged(format!("'{}' is missing", name(kind)));
        self.child(kind)?.ok_or_else(missing)
    }
}

/// A kind in words.
pub(super) fn name(kind: &[u8; 4]) -> String {
    kind.iter().map(|b| if b.is_ascii_graphic() { char::from(*b) } else { '_' }).collect()
}

/// Boxes one after another.
pub(super) struct Atoms<'a> {
    reader: Reader<'a>,
    top: bool,
}

/// The boxes of a file.
pub(super) fn file(input: &[u8]) -> Atoms<'_> {
    Atoms { reader: Reader::new(NAME, input, 0), top: true }
}

/// Boxes at the end of a structure.
pub(super) fn rest(reader: Reader<'_>) -> Atoms<'_> {
    Atoms { reader, top: false }
}

impl<'a> Atoms<'a> {
    fn read(&mut self) -> Result<Atom<'a>, Refusal> {
        let start = self.reader.offset();
        let size = self.reader.u32()?;
        let kind = self.reader.array()?;
        let length = match size {
            0 if self.top => self.reader.left(),
            1 => {
                let size = usize::try_from(self.reader.u64()?).ok();
                let size = size.and_then(|size| size.checked_sub(16));
                size.ok_or_else(|| self.reader.damaged("the size of a box is wrong"))?
            }
            _ => {
                let size = (size as usize).checked_sub(8);
                size.ok_or_else(|| self.reader.damaged("the size of a box is wrong"))?
            }
        };
        let at = self.reader.offset();
        let body = self.reader.take(length)?;
        Ok(Atom { kind, body, start, at })
    }
}

impl<'a> Iterator for Atoms<'a> {
    type Item = Result<Atom<'a>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        // QuickTime ends some lists with four zero bytes.
        let rest = self.reader.rest();
        if rest.is_empty() || rest.len() < 8 && rest.iter().all(|byte| *byte == 0) {
            return None;
        }
        let result = self.read();
        if result.is_err() {
            self.reader = Reader::new(NAME, &[], 0);
        }
        Some(result)
    }
}

/// Writes a box around what `body` writes.
pub(super) fn put(out: &mut Vec<u8>, kind: &[u8; 4], body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(kind);
    body(out);
    let size = u32::try_from(out.len() - start).unwrap_or(u32::MAX);
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&size.to_be_bytes());
    }
}

/// The same with version and flags.
pub(super) fn put_full(
    out: &mut Vec<u8>,
    kind: &[u8; 4],
    version: u8,
    flags: u32,
    body: impl FnOnce(&mut Vec<u8>),
) {
    put(out, kind, |out| {
        out.extend_from_slice(&(u32::from(version) << 24 | flags).to_be_bytes());
        body(out);
    });
}
