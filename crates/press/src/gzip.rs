//! The gzip wrapper (RFC 1952) around raw DEFLATE, for public bodies compressed once, when they are printed.
//! Header fields are constant, so that the same body always gives the same bytes.

/// `body` as a gzip member, or nothing when that would not be smaller by a tenth.
pub(crate) fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let deflated = miniz_oxide::deflate::compress_to_vec(body, 10);
    let mut out = Vec::with_capacity(deflated.len() + 18);
    // Magic, method 8, no flags, no time, best compression, unknown system.
    out.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
    out.extend_from_slice(&deflated);
    out.extend_from_slice(&crc32(body).to_le_bytes());
    // ISIZE is the length modulo 2^32 by definition.
    out.extend_from_slice(&((body.len() as u64 & 0xffff_ffff) as u32).to_le_bytes());
    (out.len() * 10 < body.len() * 9).then_some(out)
}

/// CRC-32 as in RFC 1952 section 8, bit by bit: it runs once per page.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut crc, &byte| {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
        crc
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_crc32() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn what_is_zipped_can_be_unzipped() {
        let body = "a newspaper, ".repeat(100);
        let zipped = gzip(body.as_bytes()).unwrap();
        assert_eq!(&zipped[..3], &[0x1f, 0x8b, 8]);
        let raw = &zipped[10..zipped.len() - 8];
        assert_eq!(miniz_oxide::inflate::decompress_to_vec(raw).unwrap(), body.as_bytes());
        assert_eq!(&zipped[zipped.len() - 4..], &(body.len() as u32).to_le_bytes());
    }

    #[test]
    fn what_does_not_shrink_is_left_alone() {
        assert!(gzip(&[1, 2, 3]).is_none());
    }
}
