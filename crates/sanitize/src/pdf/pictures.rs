//! Pictures as objects: the fewest bits that show the same, packed without loss; photographs as JPEG.

use super::picture::{Picture, Pixels};
use super::write::{Objects, deflate};
use image::codecs::jpeg::JpegEncoder;
use std::collections::HashMap;

/// Quality of photographs that came in a lossy form, of 100.
const QUALITY: u8 = 92;

/// The object of a picture.
pub(super) fn write(picture: &Picture, objects: &mut Objects) -> Option<usize> {
    let object = objects.reserve();
    let mut common =
        format!("/Type/XObject/Subtype/Image/Width {}/Height {}", picture.width, picture.height);
    if picture.smooth {
        common.push_str("/Interpolate true");
    }
    if let Some((width, height, alpha)) = &picture.alpha {
        let mask = objects.reserve();
        let entries = format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}");
        gray(mask, &entries, alpha, *width, false, objects)?;
        common.push_str(&format!("/SMask {mask} 0 R"));
    }
    match &picture.pixels {
        Pixels::Stencil(ink) => {
            // 0 paints
            let bits = pack(ink, picture.width, 1, |value| u8::from(value < 128))?;
            let entries = format!("{common}/ImageMask true/BitsPerComponent 1");
            objects.set_stream(object, &entries, &bits);
        }
        Pixels::Gray(values) => {
            gray(object, &common, values, picture.width, picture.photo, objects)?;
        }
        Pixels::Rgb(values) => match without_colour(values) {
            Some(values) => {
                gray(object, &common, &values, picture.width, picture.photo, objects)?;
            }
            None => rgb(object, &common, values, picture, objects)?,
        },
    }
    Some(object)
}

/// One byte to the pixel, if red, green and blue are the same everywhere.
fn without_colour(values: &[u8]) -> Option<Vec<u8>> {
    values
        .chunks_exact(3)
        .map(|pixel| match *pixel {
            [red, green, blue] if red == green && green == blue => Some(red),
            _ => None,
        })
        .collect()
}

fn gray(
    object: usize,
    common: &str,
    values: &[u8],
    width: u32,
    photo: bool,
    objects: &mut Objects,
) -> Option<()> {
    if values.iter().all(|value| matches!(value, 0 | 255)) {
        let bits = pack(values, width, 1, |value| value >> 7)?;
        let entries = format!("{common}/ColorSpace/DeviceGray/BitsPerComponent 1");
        objects.set_stream(object, &entries, &bits);
        return Some(());
    }
    let entries = format!("{common}/ColorSpace/DeviceGray/BitsPerComponent 8");
    let packed = deflate(&predicted(values, usize::try_from(width).ok()?, 1)?);
    if photo && let Some(jpeg) = jpeg(values, width, 1).filter(|jpeg| jpeg.len() < packed.len()) {
        objects.set_raw_stream(object, &format!("{entries}/Filter/DCTDecode"), &jpeg);
    } else {
        let parms =
            format!("/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 1/Columns {width}>>");
        objects.set_raw_stream(object, &format!("{entries}{parms}"), &packed);
    }
    Some(())
}

fn rgb(
    object: usize,
    common: &str,
    values: &[u8],
    picture: &Picture,
    objects: &mut Objects,
) -> Option<()> {
    let width = picture.width;
    if let Some((palette, indices)) = palette(values) {
        let bits = match palette.len() / 3 {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        };
        let table = objects.reserve();
        objects.set_stream(table, "", &palette);
        let packed = pack(&indices, width, bits, |value| value)?;
        let entries = format!(
            "{common}/ColorSpace[/Indexed/DeviceRGB {} {table} 0 R]/BitsPerComponent {bits}",
            (palette.len() / 3).saturating_sub(1)
        );
        objects.set_stream(object, &entries, &packed);
        return Some(());
    }
    let entries = format!("{common}/ColorSpace/DeviceRGB/BitsPerComponent 8");
    if picture.photo
        && let Some(jpeg) = jpeg(values, width, 3)
    {
        objects.set_raw_stream(object, &format!("{entries}/Filter/DCTDecode"), &jpeg);
        return Some(());
    }
    let packed = deflate(&predicted(values, usize::try_from(width).ok()?, 3)?);
    let parms =
        format!("/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 3/Columns {width}>>");
    objects.set_raw_stream(object, &format!("{entries}{parms}"), &packed);
    Some(())
}

fn jpeg(values: &[u8], width: u32, channels: u32) -> Option<Vec<u8>> {
    let row = width.checked_mul(channels)?;
    let height = u32::try_from(values.len()).ok()?.checked_div(row)?;
    if width > 65_000 || height > 65_000 {
        return None;
    }
    let color =
        if channels == 1 { image::ExtendedColorType::L8 } else { image::ExtendedColorType::Rgb8 };
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY).encode(values, width, height, color).ok()?;
    Some(out)
}

/// The colours, and which of them each pixel has, if there are at most 256.
fn palette(values: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut known: HashMap<[u8; 3], u8> = HashMap::new();
    let mut colours = Vec::new();
    let mut indices = Vec::with_capacity(values.len() / 3);
    for pixel in values.chunks_exact(3) {
        let pixel: [u8; 3] = pixel.try_into().ok()?;
        let index = match known.get(&pixel) {
            Some(index) => *index,
            None => {
                let index = u8::try_from(known.len()).ok()?;
                known.insert(pixel, index);
                colours.extend(pixel);
                index
            }
        };
        indices.push(index);
    }
    Some((colours, indices))
}

/// Values of fewer than eight bits, rows padded to bytes.
fn pack(values: &[u8], width: u32, bits: u32, code: impl Fn(u8) -> u8) -> Option<Vec<u8>> {
    let width = usize::try_from(width).ok().filter(|width| *width > 0)?;
    if bits == 8 {
        return Some(values.iter().map(|value| code(*value)).collect());
    }
    let per_byte = usize::try_from(8 / bits).ok()?;
    let mut out = Vec::with_capacity(values.len() / per_byte + values.len() / width);
    for row in values.chunks(width) {
        for group in row.chunks(per_byte) {
            let mut byte = 0_u8;
            for (index, value) in group.iter().enumerate() {
                let shift = 8 - bits * (u32::try_from(index).ok()? + 1);
                byte |= code(*value) << shift;
            }
            out.push(byte);
        }
    }
    Some(out)
}

/// Rows with the filters of PNG, each the one with the smallest differences.
fn predicted(values: &[u8], width: usize, channels: usize) -> Option<Vec<u8>> {
    let stride = width.checked_mul(channels).filter(|stride| *stride > 0)?;
    let mut out = Vec::with_capacity(values.len() + values.len() / stride + 1);
    let mut above = vec![0_u8; stride];
    let zeros = vec![0_u8; channels];
    for row in values.chunks_exact(stride) {
        let left = || zeros.iter().chain(row);
        let corner = || zeros.iter().chain(&above);
        let sub: Vec<u8> =
            row.iter().zip(left()).map(|(at, left)| at.wrapping_sub(*left)).collect();
        let up: Vec<u8> =
            row.iter().zip(&above).map(|(at, above)| at.wrapping_sub(*above)).collect();
        let paeth: Vec<u8> = row
            .iter()
            .zip(left())
            .zip(above.iter().zip(corner()))
            .map(|((at, left), (above, corner))| at.wrapping_sub(nearest(*left, *above, *corner)))
            .collect();
        let cost = |line: &[u8]| -> u64 {
            line.iter().map(|value| u64::from(value.cast_signed().unsigned_abs())).sum()
        };
        let best = [(0_u8, row), (1, &sub), (2, &up), (4, &paeth)]
            .into_iter()
            .min_by_key(|(_, line)| cost(line))?;
        out.push(best.0);
        out.extend_from_slice(best.1);
        above.copy_from_slice(row);
    }
    Some(out)
}

/// The neighbour that is nearest to left plus above less the corner.
fn nearest(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let far = |value: u8| (guess - i16::from(value)).abs();
    if far(left) <= far(above) && far(left) <= far(corner) {
        left
    } else if far(above) <= far(corner) {
        above
    } else {
        corner
    }
}
