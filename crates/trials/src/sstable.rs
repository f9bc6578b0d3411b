//! Just enough of LevelDB's table format to see what its compressed blocks hold.

const MAGIC: [u8; 8] = 0xdb47_7524_8b80_fb57_u64.to_le_bytes();
const FOOTER: usize = 48;

/// The data blocks of a table file (`.ldb`, `.sst`), decompressed; none if it is not such a file.
pub(crate) fn blocks(file: &[u8]) -> Vec<Vec<u8>> {
    read(file).unwrap_or_default()
}

fn read(file: &[u8]) -> Option<Vec<Vec<u8>>> {
    let footer = file.get(file.len().checked_sub(FOOTER)?..)?;
    if !footer.ends_with(&MAGIC) {
        return None;
    }
    let mut handles = footer;
    let (_, _) = (varint(&mut handles)?, varint(&mut handles)?);
    let index = block(file, varint(&mut handles)?, varint(&mut handles)?)?;
    Some(
        entries(&index)
            .into_iter()
            .filter_map(|(offset, size)| block(file, offset, size))
            .collect(),
    )
}

/// The handles in an index block: entries of (shared, unshared, value length, key, value).
fn entries(index: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let restarts =
        index.len().checked_sub(4).and_then(|at| index.get(at..)).and_then(|b| b.try_into().ok());
    let count = restarts.map_or(0, u32::from_le_bytes) as usize;
    let end = index.len().saturating_sub(4 + 4 * count);
    let mut rest = index.get(..end).unwrap_or_default();
    let mut next = || -> Option<(usize, usize)> {
        let (_, unshared, length) = (varint(&mut rest)?, varint(&mut rest)?, varint(&mut rest)?);
        let mut value = rest.get(unshared..unshared.checked_add(length)?)?;
        rest = rest.get(unshared + length..)?;
        Some((varint(&mut value)?, varint(&mut value)?))
    };
    while let Some(handle) = next() {
        found.push(handle);
    }
    found
}

fn block(file: &[u8], offset: usize, size: usize) -> Option<Vec<u8>> {
    let body = file.get(offset..offset.checked_add(size)?)?;
    match file.get(offset + size)? {
        0 => Some(body.to_vec()),
        1 => snap::raw::Decoder::new().decompress_vec(body).ok(),
        _ => None,
    }
}

fn varint(bytes: &mut &[u8]) -> Option<usize> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return usize::try_from(value).ok();
        }
    }
    None
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A table of one snappy block that holds `value`.
    pub(crate) fn table(value: &[u8]) -> Vec<u8> {
        let pack = |plain: &[u8]| snap::raw::Encoder::new().compress_vec(plain).unwrap();
        let put = |out: &mut Vec<u8>, mut n: usize| {
            while n > 127 {
                out.push((n & 0x7f) as u8 | 0x80);
                n >>= 7;
            }
            out.push(n as u8);
        };
        let mut file = pack(value);
        let data = file.len();
        file.extend([1, 0, 0, 0, 0]);
        let mut handle = Vec::new();
        put(&mut handle, 0);
        put(&mut handle, data);
        let mut index = vec![0, 1, handle.len() as u8, b'k'];
        index.extend(handle);
        index.extend(0_u32.to_le_bytes());
        index.extend(1_u32.to_le_bytes());
        let index = pack(&index);
        let at = file.len();
        file.extend(&index);
        file.extend([1, 0, 0, 0, 0]);
        let mut footer = vec![0, 0];
        put(&mut footer, at);
        put(&mut footer, index.len());
        footer.resize(FOOTER - 8, 0);
        file.extend(footer);
        file.extend(MAGIC);
        file
    }

    #[test]
    fn a_compressed_block_is_read() {
        let text = b"what was typed, what was typed, what was typed";
        let file = table(text);
        assert!(!file.windows(20).any(|w| w == &text[20..40]), "it is compressed in the file");
        assert_eq!(blocks(&file), vec![text.to_vec()]);
    }

    #[test]
    fn anything_else_is_no_table() {
        assert!(blocks(b"").is_empty());
        assert!(blocks(&[0xff; 300]).is_empty());
        let mut file = table(b"some value");
        let cut = file.len() - 60;
        file.drain(..cut);
        assert!(blocks(&file).is_empty());
    }
}
