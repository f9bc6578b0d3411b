//! The same picture for narrower columns and coarser screens, made from the clean copy. Only pixels (and the colour profile that
//! says what they mean) go over.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType as Resampling;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, ImageResult};

/// Widths in pixels: a telephone's column, the text column on a fine screen, the front page's lead on a fine one.
const WIDTHS: [u32; 3] = [480, 800, 1280];
/// A picture this much wider than such a width, in percent, is made smaller; less would save nothing.
const WORTH: u32 = 115;
/// JPEG quality: what the eye does not tell from the original at that size.
const QUALITY: u8 = 82;

/// Narrower copies with their widths, narrowest first. None is wider than the picture, and none has more bytes than the
/// next wider one. `original` is in one of the formats that the press takes.
pub(super) fn copies(original: &[u8], format: ImageFormat) -> ImageResult<Vec<(u32, Vec<u8>)>> {
    let mut decoder = ImageReader::with_format(Cursor::new(original), format).into_decoder()?;
    let orientation = decoder.orientation()?;
    let width = width(&decoder, orientation);
    if WIDTHS.iter().all(|w| width * 100 < w * WORTH) {
        return Ok(Vec::new());
    }
    let profile = decoder.icc_profile()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let mut copies: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut most = original.len();
    for to in WIDTHS.into_iter().rev().filter(|to| width * 100 >= to * WORTH) {
        let height = u64::from(picture.height()) * u64::from(to) / u64::from(picture.width());
        let height = u32::try_from(height).unwrap_or(u32::MAX).max(1);
        // From the copy before, which is larger: the same to the eye, and half the work.
        picture = picture.resize_exact(to, height, Resampling::Lanczos3);
        let bytes = encode(&picture, format, profile.clone())?;
        if bytes.len() < most {
            most = bytes.len();
            copies.push((to, bytes));
        }
    }
    copies.reverse();
    Ok(copies)
}

/// As shown, not as stored.
fn width(decoder: &impl ImageDecoder, orientation: Orientation) -> u32 {
    let (width, height) = decoder.dimensions();
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => height,
        _ => width,
    }
}

fn encode(
    picture: &DynamicImage,
    format: ImageFormat,
    profile: Option<Vec<u8>>,
) -> ImageResult<Vec<u8>> {
    let mut out = Vec::new();
    match format {
        ImageFormat::Jpeg => {
            write(picture, JpegEncoder::new_with_quality(&mut out, QUALITY), profile)
        }
        ImageFormat::WebP => write(picture, WebPEncoder::new_lossless(&mut out), profile),
        _ => {
            let level = (CompressionType::Best, FilterType::Adaptive);
            write(picture, PngEncoder::new_with_quality(&mut out, level.0, level.1), profile)
        }
    }?;
    Ok(out)
}

fn write(
    picture: &DynamicImage,
    mut encoder: impl ImageEncoder,
    profile: Option<Vec<u8>>,
) -> ImageResult<()> {
    if let Some(profile) = profile {
        // A format that takes no profile shows the colours as sRGB, as browsers do without one.
        let _ = encoder.set_icc_profile(profile);
    }
    picture.write_with_encoder(encoder)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wide picture with something in it at every scale.
    fn picture(width: u32, height: u32) -> DynamicImage {
        let at = |x: u32, y: u32| image::Rgb([(x / 7) as u8, (y / 5) as u8, (x * y / 999) as u8]);
        image::RgbImage::from_fn(width, height, at).into()
    }

    #[test]
    fn never_wider_than_the_picture_and_of_the_same_shape() {
        for (width, wanted) in [
            (400, vec![]),
            (500, vec![]),
            (900, vec![480]),
            (1000, vec![480, 800]),
            (1600, vec![480, 800, 1280]),
        ] {
            let original = encode(&picture(width, width / 2), ImageFormat::Jpeg, None).unwrap();
            let copies = copies(&original, ImageFormat::Jpeg).unwrap();
            assert_eq!(copies.iter().map(|c| c.0).collect::<Vec<_>>(), wanted, "{width}");
            for (width, bytes) in copies {
                let copy = image::load_from_memory(&bytes).unwrap();
                assert_eq!((copy.width(), copy.height()), (width, width / 2));
                assert!(bytes.len() < original.len());
            }
        }
    }

    #[test]
    fn every_format_keeps_its_kind_and_its_transparency() {
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            // Noise, of which a smaller picture is less.
            let clear = image::RgbaImage::from_fn(1000, 500, |x, y| {
                let noise = (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77))
                    .wrapping_mul(0xc2b2_ae3d);
                image::Rgba((noise ^ (noise >> 15)).to_be_bytes())
            });
            let original = encode(&clear.into(), format, None).unwrap();
            let copies = copies(&original, format).unwrap();
            assert!(!copies.is_empty());
            for (_, bytes) in copies {
                assert_eq!(image::guess_format(&bytes).unwrap(), format);
                assert!(image::load_from_memory(&bytes).unwrap().color().has_alpha());
            }
        }
    }

    #[test]
    fn the_colour_profile_goes_over() {
        let original = encode(&picture(900, 300), ImageFormat::Jpeg, Some(vec![7; 200])).unwrap();
        let copies = copies(&original, ImageFormat::Jpeg).unwrap();
        assert!(copies[0].1.windows(200).any(|w| w == [7; 200]));
    }
}
