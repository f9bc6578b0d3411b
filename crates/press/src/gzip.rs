//! Public bodies compressed once, when they are printed. The header's fields are constant, so that the same body always gives
//! the same bytes.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};

/// `body` as a gzip member (RFC 1952), or nothing when that would not be smaller by a tenth.
pub(crate) fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let out = Vec::with_capacity(body.len() / 3);
    let mut encoder =
        GzBuilder::new().mtime(0).operating_system(255).write(out, Compression::best());
    encoder.write_all(body).ok()?;
    let out = encoder.finish().ok()?;
    (out.len() * 10 < body.len() * 9).then_some(out)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_is_zipped_can_be_unzipped_and_holds_no_time() {
        let body = "a newspaper, ".repeat(100);
        let zipped = gzip(body.as_bytes()).unwrap();
        assert_eq!(&zipped[..10], &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
        let mut read = String::new();
        flate2::read::GzDecoder::new(zipped.as_slice()).read_to_string(&mut read).unwrap();
        assert_eq!(read, body);
        assert_eq!(gzip(body.as_bytes()).unwrap(), zipped);
    }

    #[test]
    fn what_does_not_shrink_is_left_alone() {
        assert!(gzip(&[1, 2, 3]).is_none());
    }
}
