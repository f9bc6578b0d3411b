//! Bytes of any encoding to UTF-8, without a byte order mark.

use crate::{Context, Kind, Refusal};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The text of a file, by its byte order mark if it has one, else as UTF-8, else by what its bytes look like.
/// `declared` is what the file itself says, which counts when the bytes are not UTF-8.
///
/// # Errors
/// [`Refusal::Damaged`] when the bytes are no text of the encoding found.
pub(super) fn decode(
    input: &[u8],
    declared: Option<&'static Encoding>,
    name: &'static str,
    place: &str,
    cx: &mut Context<'_>,
) -> Result<String, Refusal> {
    let (text, encoding, marked) = decoded(input, declared, name)?;
    if marked {
        cx.removed(Kind::Fingerprints, place, "byte order mark");
    }
    if encoding != UTF_8 {
        cx.removed(Kind::Fingerprints, place, "an old encoding; the copy is UTF-8");
    }
    Ok(text)
}

/// The same without a report.
pub(super) fn decoded(
    input: &[u8],
    declared: Option<&'static Encoding>,
    name: &'static str,
) -> Result<(String, &'static Encoding, bool), Refusal> {
    let (encoding, mark) = match Encoding::for_bom(input) {
        Some(found) => found,
        None if std::str::from_utf8(input).is_ok() && !looks_16(input) => (UTF_8, 0),
        None => (declared.filter(|e| !is_16(e)).unwrap_or_else(|| guess(input)), 0),
    };
    let body = input.get(mark..).unwrap_or_default();
    let (text, broken) = encoding.decode_without_bom_handling(body);
    // Old encodings have holes that real files fall into; UTF-8 and UTF-16 have none.
    if broken && (encoding == UTF_8 || is_16(encoding)) {
        let place = text.find('\u{fffd}').unwrap_or_default();
        return Err(Refusal::damaged(name, place, "its characters are not readable as text"));
    }
    Ok((text.into_owned(), encoding, mark > 0))
}

fn is_16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// Zero bytes are in no text but UTF-16 without its mark.
fn looks_16(input: &[u8]) -> bool {
    input.len() >= 2 && input.contains(&0)
}

fn guess(input: &[u8]) -> &'static Encoding {
    if looks_16(input) {
        let zeros = |from: usize| input.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
        return if zeros(0) > zeros(1) { UTF_16BE } else { UTF_16LE };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(input, true);
    detector.guess(None, Utf8Detection::Allow)
}
