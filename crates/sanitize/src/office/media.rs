//! Pictures in documents: each cleaned as a file of its own.

use super::opc::{Fresh, Rel};
use super::package::Package;
use crate::{Context, Format, Kind, Refusal};
use std::collections::BTreeMap;

/// One grey point: stands where a picture was that cannot be rebuilt. As our own writer of PNG has it, so that a clean
/// copy stays as it is when it is cleaned again.
const NOTHING: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b,
    0x55, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x01, 0x01, 0x02, 0x00, 0xfd, 0xff,
    0x00, 0xd0, 0x00, 0xd2, 0x00, 0xd1, 0xfc, 0xaa, 0x95, 0x6f, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// The pictures of one document, each once.
#[derive(Default)]
pub(super) struct Media {
    known: BTreeMap<String, String>,
    count: u32,
}

impl Media {
    /// Cleans the picture that a relationship leads to, puts it into `folder` of the fresh package and gives its
    /// part's name. Nothing if the picture is outside or is not there.
    ///
    /// # Errors
    /// [`Refusal::TooMuch`]; a picture that cannot be rebuilt is left out and said so.
    pub(super) fn picture(
        &mut self,
        package: &mut Package<'_>,
        fresh: &mut Fresh,
        folder: &str,
        rel: Option<&Rel>,
        cx: &mut Context<'_>,
    ) -> Result<Option<String>, Refusal> {
        let Some(rel) = rel.filter(|rel| !rel.external && rel.kind == "image") else {
            return Ok(None);
        };
        if let Some(name) = self.known.get(&rel.target) {
            return Ok(Some(name.clone()));
        }
        let Some(bytes) = package.get(&rel.target, cx)? else { return Ok(None) };
        let (bytes, extension, content_type) = clean(&bytes, &rel.target, cx)?;
        self.count += 1;
        let name = format!("{folder}/image{}.{extension}", self.count);
        fresh.bytes(&name, content_type, bytes, true);
        self.known.insert(rel.target.clone(), name.clone());
        Ok(Some(name))
    }
}

/// A clean picture with its extension and content type.
///
/// # Errors
/// [`Refusal::TooMuch`]; a picture that cannot be rebuilt becomes one grey point.
pub(super) fn clean(
    bytes: &[u8],
    place: &str,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, &'static str, &'static str), Refusal> {
    match cx.clean_inside(bytes, place) {
        Ok((bytes, format)) => {
            if let Some(content_type) = content_type(format) {
                return Ok((bytes, format.extension(), content_type));
            }
        }
        Err(error @ Refusal::TooMuch { .. }) => return Err(error),
        Err(_) => {}
    }
    cx.removed(
        Kind::UnusedData,
        place,
        "a picture that cannot be rebuilt: a grey point is in its place",
    );
    cx.remains("A picture in the document could not be rebuilt and is left out: if it matters, save it as PNG and insert it again.");
    Ok((NOTHING.to_vec(), "png", "image/png"))
}

/// Whether this is the grey point that stands for a picture which could not be rebuilt.
pub(super) fn is_nothing(bytes: &[u8]) -> bool {
    bytes == NOTHING
}

fn content_type(format: Format) -> Option<&'static str> {
    Some(match format {
        Format::Jpeg => "image/jpeg",
        Format::Png => "image/png",
        Format::Gif => "image/gif",
        Format::Tiff => "image/tiff",
        Format::WebP => "image/webp",
        Format::Svg => "image/svg+xml",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grey_point_is_a_picture() {
        let crc = |bytes: &[u8]| {
            let mut crc = u32::MAX;
            for byte in bytes {
                crc ^= u32::from(*byte);
                for _ in 0..8 {
                    crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
                }
            }
            !crc
        };
        let mut at = 8;
        while at < super::NOTHING.len() {
            let length =
                u32::from_be_bytes(super::NOTHING[at..at + 4].try_into().unwrap()) as usize;
            let said = &super::NOTHING[at + 8 + length..at + 12 + length];
            let found = crc(&super::NOTHING[at + 4..at + 8 + length]).to_be_bytes();
            assert_eq!(said, found, "{:?}", &super::NOTHING[at + 4..at + 8]);
            at += 12 + length;
        }
    }
}
