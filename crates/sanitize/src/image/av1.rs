//! AV1 still pictures, by a port of dav1d in Rust.

use crate::Refusal;
use heic_rs::hevc::Frame;
use heic_rs::{ChromaFormat, MatrixCoefficients, Nclx, Range};
use re_rav1d::dav1d::{
    Decoder, Error, Picture as Decoded, PixelLayout as Layout, PlanarImageComponent as Part,
    Settings, pixel,
};

fn damaged(reason: impl ToString) -> Refusal {
    Refusal::damaged("AVIF", "the picture", reason)
}

/// Decodes the first picture of a stream, on this thread alone.
pub(super) fn decode(data: &[u8], limit: u64) -> Result<(Frame, Nclx), Refusal> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_frame_size_limit(u32::try_from(limit).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(damaged)?;
    let mut sent = decoder.send_data(data.to_vec(), None, None, None);
    // Every turn either takes data or gives a picture.
    for _ in 0..data.len().max(8) {
        match decoder.get_picture() {
            Ok(picture) => return Ok((samples(&picture)?, colours(&picture))),
            Err(Error::Again) if sent.is_err() => sent = decoder.send_pending_data(),
            Err(error) => return Err(damaged(error)),
        }
    }
    Err(damaged("it has no picture"))
}

/// Copies the planes.
fn samples(picture: &Decoded) -> Result<Frame, Refusal> {
    let (width, height) = (picture.width(), picture.height());
    let depth = picture.bits_per_component().map(|bits| bits.0).unwrap_or_default();
    let bit_depth = u8::try_from(depth).ok().filter(|depth| (8..=12).contains(depth));
    let bit_depth = bit_depth.ok_or_else(|| damaged("samples of an unknown size"))?;
    let half = |side: u32| side.div_ceil(2);
    let (chroma, across, down) = match picture.pixel_layout() {
        Layout::I400 => (ChromaFormat::Monochrome, 0, 0),
        Layout::I420 => (ChromaFormat::Yuv420, half(width), half(height)),
        Layout::I422 => (ChromaFormat::Yuv422, half(width), height),
        Layout::I444 => (ChromaFormat::Yuv444, width, height),
    };
    let plane = |part: Part, width: u32, height: u32| -> Result<Vec<u16>, Refusal> {
        let mut out = Vec::new();
        if width == 0 {
            return Ok(out);
        }
        let bytes = picture.plane(part);
        let stride = usize::try_from(picture.stride(part)).unwrap_or_default();
        let size = if bit_depth == 8 { 1 } else { 2 };
        let row = usize::try_from(width).unwrap_or_default().saturating_mul(size);
        for line in bytes.chunks(stride.max(1)).take(usize::try_from(height).unwrap_or_default()) {
            let line = line.get(..row).ok_or_else(|| damaged("a line is too short"))?;
            match size {
                1 => out.extend(line.iter().map(|sample| u16::from(*sample))),
                _ => out.extend(
                    line.chunks_exact(2)
                        .filter_map(|sample| Some(u16::from_ne_bytes(*sample.first_chunk()?))),
                ),
            }
        }
        Ok(out)
    };
    let frame = Frame {
        width,
        height,
        bit_depth,
        chroma,
        y: plane(Part::Y, width, height)?,
        cb: plane(Part::U, across, down)?,
        cr: plane(Part::V, across, down)?,
        y_stride: width,
        c_stride: across,
    };
    frame.validate().map_err(damaged)?;
    Ok(frame)
}

/// What the sequence header says of the colours (AV1 6.4.2).
fn colours(picture: &Decoded) -> Nclx {
    let matrix = picture.matrix_coefficients() as u16;
    Nclx {
        primaries: picture.color_primaries() as u16,
        transfer: picture.transfer_characteristic() as u16,
        matrix: MatrixCoefficients::from_code(matrix),
        matrix_code: matrix,
        range: match picture.color_range() {
            pixel::YUVRange::Full => Range::Full,
            _ => Range::Limited,
        },
    }
}
