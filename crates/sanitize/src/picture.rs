//! A picture of a document's first page, to be looked at before and after.

use crate::{Context, Family, Format, Level, Options, Refusal, Report, family, image, pdf};
use rand_core::CryptoRng;

/// The longer side of a picture, in pixels.
const SIDE: u32 = 1400;

/// Draws a picture, or the first page of a PDF, at the level of pixels: JPEG, PNG, GIF or WebP, with nothing beside it. Of a
/// PDF, what viewers show is drawn, and not what is hidden.
///
/// # Errors
/// As [`crate::clean`]; [`Refusal::Unsupported`] for formats that are not drawn here.
pub fn picture(
    input: &[u8],
    options: &Options,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Refusal> {
    let options = Options { level: Level::Pixels, ..options.clone() };
    let mut report = Report::default();
    let mut cx = Context::new(&options, &mut report, rng);
    cx.charge(input.len())?;
    let format = Format::of(input)?;
    let unsupported = || Refusal::Unsupported {
        format: format.name(),
        what: "a picture of it".into(),
        advice: "open the clean copy and look at it",
    };
    match family(format) {
        Family::Pdf => image::small(pdf::first_page(input, SIDE, &mut cx)?, SIDE),
        Family::Image => match image::clean(input, format, &mut cx)? {
            (bytes, Format::Jpeg) => image::small(image::reopened(&bytes)?, SIDE),
            (bytes, Format::Png | Format::Gif | Format::WebP) => Ok(bytes),
            _ => Err(unsupported()),
        },
        _ => Err(unsupported()),
    }
}
