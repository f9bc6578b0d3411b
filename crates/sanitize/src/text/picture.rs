//! Pictures inside a text, as `data:` addresses (RFC 2397): each cleaned as a file of its own.

use crate::{Context, Format, Kind, Refusal};
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The address of the clean copy of the picture that an address holds. Nothing if the picture is elsewhere or cannot
/// be cleaned; the report says so.
///
/// # Errors
/// [`Refusal::TooMuch`].
pub(super) fn inside(
    address: &str,
    place: &str,
    cx: &mut Context<'_>,
) -> Result<Option<String>, Refusal> {
    let Some(rest) = prefixed(address.trim_start(), "data:") else {
        cx.removed(Kind::ExternalReferences, place, "pictures that are elsewhere");
        return Ok(None);
    };
    let bytes = rest.split_once(',').and_then(|(kind, data)| {
        let data = percent(data);
        if !kind.trim_end().to_ascii_lowercase().ends_with(";base64") {
            return Some(data);
        }
        let digits: Vec<u8> = data.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
        LENIENT.decode(digits).ok()
    });
    match bytes.filter(|bytes| !bytes.is_empty()) {
        Some(bytes) => fresh(&bytes, place, cx),
        None => Ok(None),
    }
}

/// The `data:` address of a clean copy of a picture's bytes.
pub(super) fn fresh(
    bytes: &[u8],
    place: &str,
    cx: &mut Context<'_>,
) -> Result<Option<String>, Refusal> {
    // A page inside a page is no picture, and would be cleaned as deep as the limit goes.
    let is_picture = Format::of(bytes).is_ok_and(is_picture);
    if is_picture {
        match cx.clean_inside(bytes, place) {
            Ok((bytes, format)) => {
                if let Some(kind) = content_type(format) {
                    return Ok(Some(format!("data:{kind};base64,{}", STANDARD.encode(bytes))));
                }
            }
            Err(error @ Refusal::TooMuch { .. }) => return Err(error),
            Err(_) => {}
        }
    }
    cx.removed(Kind::EmbeddedObjects, place, "a picture that cannot be rebuilt");
    cx.remains(
        "A picture in the text could not be rebuilt and is left out: if it matters, save it as PNG and clean it by itself.",
    );
    Ok(None)
}

/// Whether an address is that of a picture of ours.
pub(super) fn is_ours(address: &str) -> bool {
    let Some((kind, data)) = address.split_once(";base64,") else { return false };
    let Some(bytes) = STANDARD.decode(data).ok() else { return false };
    let Ok(format) = Format::of(&bytes) else { return false };
    content_type(format).is_some_and(|known| kind == format!("data:{known}"))
        && crate::verify(&bytes, format).is_ok()
}

fn is_picture(format: Format) -> bool {
    content_type(format).is_some() || matches!(format, Format::Tiff | Format::Heic | Format::Avif)
}

/// What browsers show.
fn content_type(format: Format) -> Option<&'static str> {
    Some(match format {
        Format::Jpeg => "image/jpeg",
        Format::Png => "image/png",
        Format::Gif => "image/gif",
        Format::WebP => "image/webp",
        _ => return None,
    })
}

fn prefixed<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix))?;
    text.get(prefix.len()..)
}

/// Percent signs and what they stand for (RFC 3986, 2.1).
pub(crate) fn percent(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
            Some(value) => {
                out.push(value);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}
