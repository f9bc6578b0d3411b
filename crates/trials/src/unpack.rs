//! Takes files apart: what a browser compressed before it wrote it.
//!
//! Best effort, by design: formats that browsers use for what a person does on a page. What is not understood is
//! still searched as it is.

use std::io::Read;
use std::path::Path;

use miniz_oxide::inflate::stream::InflateState;
use miniz_oxide::{DataFormat, MZFlush, MZStatus};
use rusqlite::types::ValueRef;

use crate::sstable;

/// No single thing is unpacked beyond this many bytes.
const LIMIT: usize = 32 << 20;

/// Everything that can be taken out of one file's bytes, each with the name of how it was packed.
#[must_use]
pub fn unpack(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    if let Some(rest) = bytes.strip_prefix(b"mozLz40\0") {
        found.extend(moz_lz4(rest).map(|plain| ("mozLz4", plain)));
    }
    found.extend(sstable::blocks(bytes).into_iter().map(|plain| ("LevelDB table", plain)));
    let mut frames = Vec::new();
    let framed = snap::read::FrameDecoder::new(bytes).take(LIMIT as u64).read_to_end(&mut frames);
    if framed.is_ok() && !frames.is_empty() {
        found.push(("snappy frames", frames));
    }
    found.extend(deflated(bytes));
    found
}

/// The rows of every table of a database file, and what its values hold once decompressed.
///
/// Works on a copy with its write-ahead log, because the browser may have the file open.
#[must_use]
pub fn database(path: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    let Ok(scratch) = tempfile::tempdir() else { return found };
    let copy = scratch.path().join("copy.sqlite");
    if std::fs::copy(path, &copy).is_err() {
        return found;
    }
    for side in ["-wal", "-shm"] {
        let beside = |p: &Path| {
            let mut name = p.as_os_str().to_owned();
            name.push(side);
            name
        };
        let _ = std::fs::copy(beside(path), beside(&copy));
    }
    // A table whose extension or tokenizer is not built in is skipped; its pages are searched raw.
    let _ = rows(&copy, &mut found);
    found
}

fn rows(file: &Path, found: &mut Vec<(&'static str, Vec<u8>)>) -> rusqlite::Result<()> {
    let base = rusqlite::Connection::open(file)?;
    let mut tables = base.prepare("SELECT name FROM sqlite_master WHERE type = 'table'")?;
    let names: Vec<String> = tables.query_map([], |row| row.get(0))?.flatten().collect();
    for name in names {
        let Ok(mut all) = base.prepare(&format!("SELECT * FROM \"{}\"", name.replace('"', "\"\"")))
        else {
            continue;
        };
        let width = all.column_count();
        let Ok(mut cursor) = all.query([]) else { continue };
        while let Ok(Some(row)) = cursor.next() {
            for column in 0..width {
                let value = match row.get_ref(column) {
                    Ok(ValueRef::Text(value) | ValueRef::Blob(value)) => value,
                    _ => continue,
                };
                found.push(("database value", value.to_vec()));
                found.extend(snappy(value).map(|plain| ("snappy value", plain)));
                found.extend(unpack(value));
            }
        }
    }
    Ok(())
}

fn snappy(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = snap::raw::decompress_len(bytes).ok()?;
    if length == 0 || length > LIMIT {
        return None;
    }
    snap::raw::Decoder::new().decompress_vec(bytes).ok()
}

fn moz_lz4(bytes: &[u8]) -> Option<Vec<u8>> {
    let (length, packed) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > LIMIT {
        return None;
    }
    lz4_flex::block::decompress(packed, length).ok()
}

/// zlib and gzip streams anywhere in the bytes, also cut off ones.
fn deflated(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let start = match rest {
            [0x1f, 0x8b, 8, flags, ..] => gzip_header(rest, *flags).map(|n| ("gzip", n)),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some(("zlib", 2)),
            [] => break,
            _ => None,
        };
        at += 1;
        let Some((how, header)) = start else { continue };
        let Some(stream) = rest.get(header..) else { continue };
        let (plain, used, ended) = inflate(stream);
        if plain.len() >= 8 {
            found.push((how, plain));
        }
        if ended {
            // Nothing else begins inside a stream that came to its proper end.
            at += header + used.saturating_sub(1);
        }
    }
    found
}

/// Raw DEFLATE from the start of `packed`, as far as it goes: the text, the bytes used, whether it came to its end.
///
/// Two bytes that look like the start of a stream are common. What follows them by chance often reads as
/// "the same byte a million times", which text never does, so it is given up at a hundredfold.
fn inflate(packed: &[u8]) -> (Vec<u8>, usize, bool) {
    let mut state = InflateState::new(DataFormat::Raw);
    let (mut plain, mut used) = (Vec::new(), 0);
    let mut piece = vec![0; 32 << 10];
    loop {
        let rest = packed.get(used..).unwrap_or_default();
        let step =
            miniz_oxide::inflate::stream::inflate(&mut state, rest, &mut piece, MZFlush::None);
        used += step.bytes_consumed;
        plain.extend_from_slice(piece.get(..step.bytes_written).unwrap_or_default());
        match step.status {
            Ok(MZStatus::StreamEnd) => return (plain, used, true),
            Ok(_) if step.bytes_written > 0 && plain.len() <= LIMIT.min((used + 1000) * 100) => {}
            _ => return (plain, used, false),
        }
    }
}

fn gzip_header(bytes: &[u8], flags: u8) -> Option<usize> {
    let mut length = 10;
    if flags & 4 != 0 {
        let extra = bytes.get(length..length + 2)?;
        length += 2 + usize::from(u16::from_le_bytes(extra.try_into().ok()?));
    }
    for bit in [8, 16] {
        if flags & bit != 0 {
            length += bytes.get(length..)?.iter().position(|b| *b == 0)? + 1;
        }
    }
    if flags & 2 != 0 {
        length += 2;
    }
    Some(length)
}
