//! The fresh archive: fixed times, no extra fields, no comments, every byte accounted for.

use crate::Refusal;
use std::io::{Cursor, Write as _};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// A part as it is written.
pub(super) struct Part {
    /// Its name in the archive.
    pub(super) name: String,
    /// What it holds.
    pub(super) bytes: Vec<u8>,
    /// Whether it is stored as it is: pictures are packed already, and the `mimetype` must be.
    pub(super) stored: bool,
}

/// The archive of these parts, in their order.
///
/// # Errors
/// [`Refusal::Unsupported`] if the archive cannot be written, which happens over 4 GiB.
pub(super) fn write(parts: &[Part], format: &'static str) -> Result<Vec<u8>, Refusal> {
    let failed = |_| Refusal::Unsupported {
        format,
        what: "a document of this size".into(),
        advice: "split it",
    };
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        let method =
            if part.stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .system(zip::System::Dos)
            .unix_permissions(0);
        writer.start_file(&part.name, options).map_err(failed)?;
        writer.write_all(&part.bytes).map_err(|error| failed(error.into()))?;
    }
    Ok(writer.finish().map_err(failed)?.into_inner())
}

/// Walks an archive that [`write`] made from its first byte to its last and gives the names of its members.
///
/// # Errors
/// What is there that need not be.
pub(super) fn account(bytes: &[u8]) -> Result<Vec<String>, &'static str> {
    let mut reader = Reader { bytes, at: 0 };
    let mut members = Vec::new();
    while reader.peek() == Some(*b"PK\x03\x04") {
        members.push(reader.local()?);
    }
    let directory = reader.at;
    for member in &members {
        reader.central(member)?;
    }
    let length = reader.at - directory;
    reader.end(members.len(), directory, length)?;
    Ok(members.into_iter().map(|member| member.name).collect())
}

struct Member {
    name: String,
    offset: usize,
    method: u16,
    crc: u32,
    packed: u32,
    size: u32,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

const SHORT: &str = "it ends in the middle";

impl Reader<'_> {
    fn peek(&self) -> Option<[u8; 4]> {
        self.bytes.get(self.at..)?.first_chunk().copied()
    }

    fn take(&mut self, count: usize) -> Result<&[u8], &'static str> {
        let end = self.at.checked_add(count).ok_or(SHORT)?;
        let piece = self.bytes.get(self.at..end).ok_or(SHORT)?;
        self.at = end;
        Ok(piece)
    }

    fn u16(&mut self) -> Result<u16, &'static str> {
        self.take(2)?.first_chunk().map(|two| u16::from_le_bytes(*two)).ok_or(SHORT)
    }

    fn u32(&mut self) -> Result<u32, &'static str> {
        self.take(4)?.first_chunk().map(|four| u32::from_le_bytes(*four)).ok_or(SHORT)
    }

    fn expect(&mut self, value: usize, what: &'static str) -> Result<(), &'static str> {
        if self.u32()? as usize == value { Ok(()) } else { Err(what) }
    }

    fn zero(&mut self, count: usize, what: &'static str) -> Result<(), &'static str> {
        if self.take(count)?.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(what) }
    }

    /// Flags, method and time, the same in both headers (APPNOTE 4.4.4 to 4.4.6).
    fn common(&mut self) -> Result<u16, &'static str> {
        // Bit 11 says that names are UTF-8; ours are ASCII, so either is the same.
        if self.u16()? & !0x0800 != 0 {
            return Err("flags that we do not set");
        }
        let method = self.u16()?;
        if !matches!(method, 0 | 8) {
            return Err("a method that we do not use");
        }
        if self.u16()? != 0 || self.u16()? != 0x0021 {
            return Err("a time");
        }
        Ok(method)
    }

    fn local(&mut self) -> Result<Member, &'static str> {
        let offset = self.at;
        self.take(4)?;
        version(self.u16()?)?;
        let method = self.common()?;
        let (crc, packed, size) = (self.u32()?, self.u32()?, self.u32()?);
        let length = self.u16()?;
        if self.u16()? != 0 {
            return Err("extra fields");
        }
        let name = String::from_utf8(self.take(length.into())?.to_vec()).map_err(|_| "a name")?;
        self.take(packed as usize)?;
        Ok(Member { name, offset, method, crc, packed, size })
    }

    fn central(&mut self, member: &Member) -> Result<(), &'static str> {
        if self.take(4)? != b"PK\x01\x02" {
            return Err("bytes between the members and the directory");
        }
        version(self.u16()? & 0xff)?;
        version(self.u16()?)?;
        let same = "a directory that says something else than its members";
        if self.common()? != member.method
            || self.u32()? != member.crc
            || self.u32()? != member.packed
            || self.u32()? != member.size
            || usize::from(self.u16()?) != member.name.len()
        {
            return Err(same);
        }
        self.zero(8, "extra fields, comments or attributes")?;
        self.take(4)?; // what the writer's system thinks of permissions: the same for each
        self.expect(member.offset, same)?;
        if self.take(member.name.len())? != member.name.as_bytes() {
            return Err(same);
        }
        Ok(())
    }

    fn end(&mut self, count: usize, at: usize, length: usize) -> Result<(), &'static str> {
        if self.take(4)? != b"PK\x05\x06" {
            return Err("bytes after the directory");
        }
        self.zero(4, "several disks")?;
        let (here, all) = (self.u16()?, self.u16()?);
        if usize::from(here) != count || usize::from(all) != count {
            return Err("a wrong count");
        }
        self.expect(length, "a wrong length")?;
        self.expect(at, "a wrong place")?;
        self.zero(2, "a comment")?;
        if self.at == self.bytes.len() { Ok(()) } else { Err("bytes after the end") }
    }
}

fn version(version: u16) -> Result<(), &'static str> {
    if matches!(version, 10 | 20) { Ok(()) } else { Err("a version that we do not write") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let part = |name: &str, stored| Part { name: name.into(), bytes: vec![b'x'; 500], stored };
        write(&[part("mimetype", true), part("a/b.xml", false)], "DOCX").unwrap()
    }

    #[test]
    fn what_is_written_is_accounted_for() {
        assert_eq!(account(&sample()).unwrap(), ["mimetype", "a/b.xml"]);
        assert_eq!(sample(), sample());
    }

    #[test]
    fn a_byte_that_belongs_to_nothing_is_found() {
        let bytes = sample();
        let data = 30 + "mimetype".len()..30 + "mimetype".len() + 500;
        for at in 0..bytes.len() {
            // Contents are for the parts' own check, and the flag for UTF-8 names says nothing about ASCII.
            if data.contains(&at) {
                continue;
            }
            let mut longer = bytes.clone();
            longer.insert(at, b'!');
            assert!(account(&longer).is_err(), "a byte more at {at}");
        }
        let mut longer = bytes;
        longer.push(0);
        assert!(account(&longer).is_err());
    }
}
