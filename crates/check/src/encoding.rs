//! Text of unknown encoding.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::fault::Problem;

/// Decodes text: UTF-8, UTF-16 with or without a byte order mark, or else Windows-1252 (which Latin-1 is part of). Returns the
/// encoding's name too.
///
/// # Errors
/// If it is not text, or if it mixes encodings; with the line where that shows.
pub(crate) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), (u64, Problem)> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return strictly(encoding, rest);
    }
    if let Some(encoding) = utf16_by_its_zeros(bytes) {
        return strictly(encoding, bytes);
    }
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err((line(bytes, at), not_text()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), UTF_8.name())),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let after = bytes.get(error.valid_up_to() + 1..).unwrap_or_default();
            if good.iter().any(|b| *b >= 0x80) || has_utf8_letters(after) {
                return Err((
                    line(bytes, error.valid_up_to()),
                    Problem::text(
                        "this line is not UTF-8, while others are: save the file as UTF-8",
                    ),
                ));
            }
            if let Some(at) = bytes.iter().position(|b| is_control(*b)) {
                return Err((line(bytes, at), not_text()));
            }
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            Ok((text, WINDOWS_1252.name()))
        }
    }
}

fn not_text() -> Problem {
    Problem::text(
        "this is not text, there are bytes in it that no text has: save it as plain text in UTF-8",
    )
}

fn strictly<'b>(
    encoding: &'static Encoding,
    bytes: &'b [u8],
) -> Result<(Cow<'b, str>, &'static str), (u64, Problem)> {
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((text, encoding.name())),
        None => Err((
            0,
            Problem::text(format!(
                "the file begins as {} and is damaged further on: save it again as UTF-8",
                encoding.name()
            )),
        )),
    }
}

/// Latin letters in UTF-16 have a zero in every second byte.
fn utf16_by_its_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..bytes.len().min(512))?;
    let pairs = start.chunks_exact(2);
    let all = pairs.len();
    let zeros = |at: usize| pairs.clone().filter(|p| p.get(at) == Some(&0)).count();
    let (first, second) = (zeros(0), zeros(1));
    if all < 2 {
        None
    } else if second * 2 > all && first == 0 {
        Some(UTF_16LE)
    } else if first * 2 > all && second == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether a letter of two or more bytes, well formed, is in there: nearly impossible by chance in Windows-1252.
fn has_utf8_letters(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)
}

fn line(bytes: &[u8], at: usize) -> u64 {
    bytes.iter().take(at).filter(|b| **b == b'\n').count() as u64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> (String, &'static str) {
        let (text, name) = decode(bytes).unwrap();
        (text.into_owned(), name)
    }

    #[test]
    fn encodings_are_recognised() {
        assert_eq!(text("Müller".as_bytes()), ("Müller".into(), "UTF-8"));
        assert_eq!(text(b"\xef\xbb\xbfM"), ("M".into(), "UTF-8"));
        assert_eq!(text(b"M\xfcller \x93q\x94"), ("Müller “q”".into(), "windows-1252"));
        let wide: Vec<u8> = "Müller, Legal".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&wide), ("Müller, Legal".into(), "UTF-16LE"));
        let marked: Vec<u8> = [0xfe, 0xff]
            .into_iter()
            .chain("Mü".encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        assert_eq!(text(&marked), ("Mü".into(), "UTF-16BE"));
    }

    #[test]
    fn what_is_not_text_is_refused_with_its_line() {
        let mixed = b"name\nM\xc3\xbcller\nM\xfcller\n";
        let (line, problem) = decode(mixed).unwrap_err();
        assert_eq!(line, 3);
        assert_eq!(
            problem.to_string(),
            "this line is not UTF-8, while others are: save the file as UTF-8"
        );
        let (line, problem) = decode(b"PK\x03\x04\n\x00\x00\x00\xff\xfe").unwrap_err();
        assert_eq!(line, 2);
        assert!(problem.to_string().starts_with("this is not text"));
        assert!(decode(b"\xff\xfea\x00\x00\xd8").is_err());
    }
}
