//! Fresh containers: every field that is not about the data is constant.

use super::Fresh;
use std::io::Write as _;

/// MS-DOS date of 1 January 1980: the earliest that the format can say.
pub(super) const DOS_DATE: u16 = 0x0021;
/// Version needed: 2.0, for deflate.
pub(super) const VERSION: u16 = 20;
pub(super) const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;

/// A ZIP archive (APPNOTE 6.3) without extra fields, comments or data descriptors. `None` over 4 GiB.
pub(crate) fn zip(members: &[Fresh]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        let packed = deflated(&member.bytes).filter(|packed| packed.len() < member.bytes.len());
        let method = if packed.is_some() { DEFLATED } else { STORED };
        let data = packed.as_deref().unwrap_or(&member.bytes);
        let start = u32::try_from(out.len()).ok()?;
        let mut common = Vec::with_capacity(26);
        for field in [VERSION, 0, method, 0, DOS_DATE] {
            common.extend(field.to_le_bytes());
        }
        common.extend(crc32fast::hash(&member.bytes).to_le_bytes());
        common.extend(u32::try_from(data.len()).ok()?.to_le_bytes());
        common.extend(u32::try_from(member.bytes.len()).ok()?.to_le_bytes());
        common.extend(u16::try_from(member.name.len()).ok()?.to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(member.name.as_bytes());
        out.extend(data);
        directory.extend(b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // Comment length, disk, internal and external attributes.
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(member.name.as_bytes());
    }
    let start = u32::try_from(out.len()).ok()?;
    let count = u16::try_from(members.len()).ok().filter(|count| *count < 0xffff)?;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(u32::try_from(directory.len()).ok()?.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    u32::try_from(out.len()).ok()?;
    Some(out)
}

fn deflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// A POSIX ustar archive. `None` for a member over 8 GiB.
pub(super) fn tar(members: &[Fresh]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for member in members {
        out.extend(tar_header(&member.name, member.bytes.len())?);
        out.extend(&member.bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len().checked_add(1024)?, 0);
    Some(out)
}

/// One header: mode 0644, nobody's, of the epoch.
pub(super) fn tar_header(name: &str, size: usize) -> Option<[u8; 512]> {
    if size as u64 >= 1 << 33 || name.len() > 100 {
        return None;
    }
    let mut header = [0_u8; 512];
    let size = format!("{size:011o}\0");
    let fields: [(usize, &[u8]); 9] = [
        (0, name.as_bytes()),
        (100, b"0000644\0"),
        (108, b"0000000\0"),
        (116, b"0000000\0"),
        (124, size.as_bytes()),
        (136, b"00000000000\0"),
        (148, b"        "),
        (156, b"0"),
        (257, b"ustar\x0000"),
    ];
    for (at, field) in fields {
        header.get_mut(at..at.checked_add(field.len())?)?.copy_from_slice(field);
    }
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header.get_mut(148..156)?.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(header)
}
