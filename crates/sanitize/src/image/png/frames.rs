//! From and to the `png` crate.

use super::{Frame, Picture, check_size, damaged};
use crate::{Context, Refusal};
use image::metadata::Orientation;
use png::{Compression, Decoder, Encoder, Filter, Limits, Transformations};
use std::io::Cursor;

/// Reads every frame as it is stored.
pub(super) fn read(input: &[u8], cx: &mut Context<'_>) -> Result<Picture, Refusal> {
    let limits =
        Limits { bytes: usize::try_from(cx.options().limits.total_bytes).unwrap_or(usize::MAX) };
    let mut decoder = Decoder::new_with_limits(Cursor::new(input), limits);
    decoder.set_transformations(Transformations::IDENTITY);
    decoder.set_ignore_text_chunk(true);
    let header = decoder.read_header_info().map_err(damaged)?;
    check_size(header.width, header.height, cx)?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    let info = reader.info().clone();
    if let Some(points) = info.coding_independent_code_points
        && (matches!(points.transfer_function, 16 | 18))
    {
        return Err(Refusal::Unsupported {
            format: "PNG",
            what: "HDR colours (PQ or HLG)".to_owned(),
            advice: "save it as an ordinary PNG first",
        });
    }
    let mut picture = Picture {
        width: info.width,
        height: info.height,
        colour: info.color_type,
        depth: info.bit_depth,
        palette: info.palette.as_deref().unwrap_or_default().to_vec(),
        transparency: info.trns.as_deref().map(<[u8]>::to_vec),
        plays: info.animation_control.map(|control| control.num_plays),
        frames: Vec::new(),
        profile: info.icc_profile.as_deref().filter(|_| info.srgb.is_none()).map(<[u8]>::to_vec),
        gamma: info.gama_chunk.filter(|_| info.srgb.is_none()).map(png::ScaledFloat::into_value),
        turn: info
            .exif_metadata
            .as_deref()
            .and_then(Orientation::from_exif_chunk)
            .unwrap_or(Orientation::NoTransforms),
    };
    let animated = info.animation_control.map_or(1, |control| control.num_frames);
    let separate = info.animation_control.is_some() && info.frame_control.is_none();
    let count = u64::from(animated) + u64::from(separate);
    if count > cx.options().limits.items {
        return Err(damaged("more frames than any picture has"));
    }
    for _ in 0..count {
        let size = reader.output_buffer_size().ok_or_else(|| damaged("it is too large"))?;
        cx.charge(size)?;
        let mut data = vec![0; size];
        let shown = reader.next_frame(&mut data).map_err(damaged)?;
        data.truncate(shown.buffer_size());
        let control = reader.info().frame_control.filter(|_| picture.plays.is_some());
        let (width, height) = (shown.width, shown.height);
        picture.frames.push(Frame { control, width, height, data });
    }
    Ok(picture)
}

/// Writes a fresh file.
pub(super) fn write(picture: &Picture) -> Result<Vec<u8>, Refusal> {
    let failed = |error: png::EncodingError| Refusal::unsound("PNG", "the picture", error);
    let raw: usize = picture.frames.iter().map(|frame| frame.data.len()).sum();
    let mut out = Vec::with_capacity(raw / 2);
    let mut encoder = Encoder::new(&mut out, picture.width, picture.height);
    encoder.set_color(picture.colour);
    encoder.set_depth(picture.depth);
    let indexed = picture.colour == png::ColorType::Indexed;
    if indexed {
        encoder.set_palette(picture.palette.as_slice());
    }
    if let Some(transparency) = &picture.transparency {
        encoder.set_trns(transparency.as_slice());
    }
    // Filters help pictures with many colours and spoil those with few.
    let few = indexed || (picture.depth as u8) < 8;
    encoder.set_compression(if few { Compression::Balanced } else { Compression::Fast });
    encoder.set_filter(if few { Filter::NoFilter } else { Filter::Adaptive });
    let separate = picture.frames.first().is_some_and(|frame| frame.control.is_none());
    if let Some(plays) = picture.plays {
        let frames = picture.frames.len() as u32 - u32::from(separate);
        encoder.set_animated(frames.max(1), plays).map_err(failed)?;
        if separate && picture.frames.len() > 1 {
            encoder.set_sep_def_img(true).map_err(failed)?;
        }
    }
    let mut writer = encoder.write_header().map_err(failed)?;
    for frame in &picture.frames {
        if let Some(control) = frame.control.filter(|_| picture.plays.is_some()) {
            writer.set_frame_delay(control.delay_num, control.delay_den).map_err(failed)?;
            writer.set_blend_op(control.blend_op).map_err(failed)?;
            writer.set_dispose_op(control.dispose_op).map_err(failed)?;
            writer.reset_frame_position().map_err(failed)?;
            writer.set_frame_dimension(control.width, control.height).map_err(failed)?;
            writer.set_frame_position(control.x_offset, control.y_offset).map_err(failed)?;
        }
        writer.write_image_data(&frame.data).map_err(failed)?;
    }
    writer.finish().map_err(failed)?;
    Ok(out)
}
