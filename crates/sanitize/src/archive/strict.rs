//! Reads an archive of ours again: every byte has to be what [`super::write`] can only have written there, or the
//! data of a member.

use super::write::{DEFLATED, DOS_DATE, STORED, VERSION, tar_header};
use std::io::Read as _;

type Fault = (usize, &'static str);

/// Accounts for every byte of a ZIP archive.
pub(super) fn zip(bytes: &[u8]) -> Result<(), Fault> {
    let mut reader = Reader { bytes, at: 0 };
    let mut members = Vec::new();
    while reader.peek(b"PK\x03\x04") {
        let start = reader.at;
        reader.expect(b"PK\x03\x04")?;
        let common = reader.take(26)?.to_vec();
        let (packed, name) = check_common(&common, start)?;
        let name = reader.take(name)?.to_vec();
        check_name(&name, members.len(), start)?;
        let data = reader.take(packed)?;
        check_data(&common, data, start)?;
        members.push((start, common, name));
    }
    let directory = reader.at;
    for (start, common, name) in &members {
        reader.expect(b"PK\x01\x02")?;
        reader.expect(&VERSION.to_le_bytes())?;
        reader.expect(common)?;
        reader.expect(&[0; 10])?;
        reader.expect(&u32::try_from(*start).unwrap_or(u32::MAX).to_le_bytes())?;
        reader.expect(name)?;
    }
    let length = reader.at.saturating_sub(directory);
    let count = u16::try_from(members.len()).unwrap_or(u16::MAX).to_le_bytes();
    reader.expect(b"PK\x05\x06\0\0\0\0")?;
    reader.expect(&count)?;
    reader.expect(&count)?;
    reader.expect(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes())?;
    reader.expect(&u32::try_from(directory).unwrap_or(u32::MAX).to_le_bytes())?;
    reader.expect(&[0, 0])?;
    reader.end()
}

/// The fields that both headers of a member have; gives the lengths of its data and its name.
fn check_common(common: &[u8], at: usize) -> Result<(usize, usize), Fault> {
    let mut reader = Reader { bytes: common, at: 0 };
    reader.expect(&VERSION.to_le_bytes()).map_err(|_| (at, "unknown version"))?;
    reader.expect(&[0, 0]).map_err(|_| (at, "flags"))?;
    let method = reader.u16()?;
    if method != STORED && method != DEFLATED {
        return Err((at, "unknown method"));
    }
    reader.expect(&[0, 0]).map_err(|_| (at, "a time"))?;
    reader.expect(&DOS_DATE.to_le_bytes()).map_err(|_| (at, "a date"))?;
    reader.take(4)?;
    let packed = reader.u32()?;
    reader.take(4)?;
    let name = reader.u16()?;
    reader.expect(&[0, 0]).map_err(|_| (at, "an extra field"))?;
    Ok((packed, usize::from(name)))
}

fn check_name(name: &[u8], before: usize, at: usize) -> Result<(), Fault> {
    let number = before.saturating_add(1).to_string();
    let rest = name
        .strip_prefix(b"file-")
        .and_then(|rest| rest.strip_prefix(number.as_bytes()))
        .and_then(|rest| rest.strip_prefix(b"."));
    match rest {
        Some(extension)
            if extension.len() <= 5 && extension.iter().all(u8::is_ascii_alphanumeric) =>
        {
            Ok(())
        }
        _ => Err((at, "a name that is not neutral")),
    }
}

fn check_data(common: &[u8], data: &[u8], at: usize) -> Result<(), Fault> {
    let mut reader = Reader { bytes: common, at: 4 };
    let method = reader.u16()?;
    reader.take(4)?;
    let sum = reader.u32()?;
    reader.take(4)?;
    let size = reader.u32()?;
    let fresh = if method == STORED {
        data.to_vec()
    } else {
        let mut fresh = Vec::new();
        let mut decoder = flate2::bufread::DeflateDecoder::new(data);
        let limit = (size as u64).saturating_add(1);
        let read = decoder.by_ref().take(limit).read_to_end(&mut fresh);
        if read.is_err() || decoder.total_in() != data.len() as u64 {
            return Err((at, "data that do not unpack"));
        }
        fresh
    };
    if fresh.len() != size || crc32fast::hash(&fresh) as usize != sum {
        return Err((at, "data that are not what the header says"));
    }
    Ok(())
}

/// Accounts for every byte of a TAR archive.
pub(super) fn tar(bytes: &[u8]) -> Result<(), Fault> {
    let mut reader = Reader { bytes, at: 0 };
    let mut count = 0_usize;
    while reader.bytes.get(reader.at).is_some_and(|byte| *byte != 0) {
        let start = reader.at;
        let header = reader.take(512)?.to_vec();
        let text = |from: usize, to: usize| {
            let field = header.get(from..to).unwrap_or_default();
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
            field.get(..end).unwrap_or_default().to_vec()
        };
        let name = text(0, 100);
        check_name(&name, count, start)?;
        let size = std::str::from_utf8(&text(124, 136))
            .ok()
            .and_then(|digits| usize::from_str_radix(digits, 8).ok())
            .ok_or((start, "an unreadable size"))?;
        let expected = std::str::from_utf8(&name).ok().and_then(|name| tar_header(name, size));
        if expected.is_none_or(|expected| expected != *header) {
            return Err((start, "a header with more than a name and a size"));
        }
        reader.take(size)?;
        let padding = size.next_multiple_of(512).saturating_sub(size);
        reader.expect([0_u8; 512].get(..padding).unwrap_or_default())?;
        count = count.saturating_add(1);
    }
    reader.expect(&[0; 1024])?;
    reader.end()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self, wanted: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(wanted))
    }

    fn expect(&mut self, wanted: &[u8]) -> Result<(), Fault> {
        if !self.peek(wanted) {
            return Err((self.at, "something unexpected"));
        }
        self.at = self.at.saturating_add(wanted.len());
        Ok(())
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let end = self.at.checked_add(length).ok_or((self.at, "an impossible length"))?;
        let part = self.bytes.get(self.at..end).ok_or((self.at, "the end comes too early"))?;
        self.at = end;
        Ok(part)
    }

    fn u16(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_le_bytes(self.take(2)?.try_into().unwrap_or_default()))
    }

    fn u32(&mut self) -> Result<usize, Fault> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into().unwrap_or_default()) as usize)
    }

    fn end(&self) -> Result<(), Fault> {
        if self.at == self.bytes.len() { Ok(()) } else { Err((self.at, "data after the end")) }
    }
}
