//! WebP: decoded to pixels and encoded afresh without loss, still or animated.
//!
//! There is no lossy encoder in Rust that we could stand for, and a lossy stream has room behind its last bit; so the new
//! file is larger than a lossy original, and shows exactly the same.

use super::{colour, note_content, note_trailing, pixels, too_large};
use crate::{Context, Kind, Level, Refusal};
use image::DynamicImage;
use image_webp::{ColorType, LoopCount, WebPDecoder, WebPEncoder};
use moxcms::Layout;
use std::io::Cursor;

fn damaged(reason: impl ToString) -> Refusal {
    Refusal::damaged("WebP", "the picture", reason)
}

/// Rebuilds a picture or an animation.
pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    report(input, cx);
    note_content(cx);
    let drawn = drawn(input);
    let mut decoder = WebPDecoder::new(Cursor::new(drawn.as_slice())).map_err(damaged)?;
    decoder
        .set_memory_limit(usize::try_from(cx.options().limits.total_bytes).unwrap_or(usize::MAX));
    let (width, height) = decoder.dimensions();
    let limit = cx.options().limits.pixels;
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > limit {
        return Err(too_large(limit));
    }
    let alpha = decoder.has_alpha();
    let size = decoder.output_buffer_size().ok_or_else(|| too_large(limit))?;
    let profile = decoder.icc_profile().map_err(damaged)?;
    let plan = profile.map_or(colour::Plan::Same, |profile| colour::plan(&profile, 3));
    let convert = |data: Vec<u8>| match &plan {
        colour::Plan::Convert(profile) => {
            let layout = if alpha { Layout::Rgba } else { Layout::Rgb };
            colour::convert8(profile, &data, layout, layout)
                .ok_or_else(|| damaged("its colour profile cannot be applied"))
        }
        _ => Ok(data),
    };
    let animated = decoder.is_animated();
    let count = if animated { decoder.num_frames() } else { 1 };
    if u64::from(count) > cx.options().limits.items {
        return Err(damaged("more frames than any picture has"));
    }
    if cx.level() == Level::Pixels || !animated {
        cx.charge(size)?;
        let mut data = vec![0; size];
        decoder.read_image(&mut data).map_err(damaged)?;
        let data = convert(data)?;
        if cx.level() == Level::KeepLook {
            return still(data, width, height, alpha);
        }
        if animated {
            let what = "the animation: only its first picture is left";
            cx.removed(Kind::FormatChanged, "picture", what);
        }
        let picture = if alpha {
            image::RgbaImage::from_raw(width, height, data).map(DynamicImage::from)
        } else {
            image::RgbImage::from_raw(width, height, data).map(DynamicImage::from)
        };
        let flat = pixels::flatten_any(picture.ok_or_else(|| damaged("its size is wrong"))?, cx);
        let (width, height, alpha) = (flat.width(), flat.height(), flat.color().has_alpha());
        let data = if alpha { flat.into_rgba8().into_raw() } else { flat.into_rgb8().into_raw() };
        return still(data, width, height, alpha);
    }
    let loops = match decoder.loop_count() {
        LoopCount::Forever => 0,
        LoopCount::Times(times) => times.get(),
    };
    let mut frames = Vec::new();
    for _ in 0..count {
        cx.charge(size)?;
        let mut data = vec![0; size];
        let time = decoder.read_frame(&mut data).map_err(damaged)?;
        let file = still(convert(data)?, width, height, alpha)?;
        frames.push((time, file.get(12..).unwrap_or_default().to_vec()));
    }
    Ok(animation((width, height), alpha, loops, &frames))
}

/// Notes what will not be in the output.
fn report(input: &[u8], cx: &mut Context<'_>) {
    let mut at = 12;
    while let Some((kind, length)) = chunk(input, at) {
        let (sort, what) = match &kind {
            b"EXIF" => (Kind::Properties, "Exif: camera, time, place and settings"),
            b"XMP " => (Kind::Properties, "XMP: history, authors, rights"),
            b"ICCP" => (Kind::Fingerprints, "the colour profile, with the names in it"),
            b"VP8 " => (Kind::Fingerprints, "the lossy compression: encoded afresh without loss"),
            b"VP8L" | b"VP8X" | b"ALPH" | b"ANIM" | b"ANMF" => {
                at += 8 + length + length % 2;
                continue;
            }
            _ => (Kind::UnusedData, "data of a program"),
        };
        cx.removed(sort, "beside the picture", what);
        at += 8 + length + length % 2;
    }
    let stated = input.get(4..).and_then(|rest| rest.first_chunk()).map_or(0, |raw| {
        usize::try_from(u32::from_le_bytes(*raw)).unwrap_or(usize::MAX).saturating_add(8)
    });
    note_trailing(cx, input.len().saturating_sub(stated.max(12)));
}

/// The file with nothing in it but what is drawn: the decoder gives up at a chunk that it does not know, which viewers
/// pass over (RFC 9649, 2.7.1.6).
fn drawn(input: &[u8]) -> Vec<u8> {
    const DRAWN: [&[u8; 4]; 7] = [b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"];
    /// Bytes of a frame's chunk before the chunks in it.
    const FRAME: usize = 16;
    let chunks = |from: &[u8], out: &mut Vec<u8>| {
        let mut at = 0;
        while let Some((kind, length)) = chunk(from, at) {
            let body = from.get(at + 8..at + 8 + length).unwrap_or_default();
            at += 8 + length + length % 2;
            if !DRAWN.contains(&&kind) {
                continue;
            }
            match body.split_at_checked(FRAME) {
                Some((head, inner)) if &kind == b"ANMF" => {
                    let mut frame = head.to_vec();
                    let mut within = 0;
                    while let Some((kind, length)) = chunk(inner, within) {
                        if matches!(&kind, b"ALPH" | b"VP8 " | b"VP8L") {
                            put(
                                &mut frame,
                                &kind,
                                inner.get(within + 8..within + 8 + length).unwrap_or_default(),
                            );
                        }
                        within += 8 + length + length % 2;
                    }
                    put(out, &kind, &frame);
                }
                // The flags that announce Exif and XMP (2.7.1).
                _ if &kind == b"VP8X" => {
                    let flags = body.iter().take(1).map(|flags| flags & !0x0c);
                    let fresh: Vec<u8> = flags.chain(body.iter().skip(1).copied()).collect();
                    put(out, &kind, &fresh);
                }
                _ => put(out, &kind, body),
            }
        }
    };
    let mut body = b"WEBP".to_vec();
    chunks(input.get(12..).unwrap_or_default(), &mut body);
    let mut out = Vec::new();
    put(&mut out, b"RIFF", &body);
    out
}

fn chunk(input: &[u8], at: usize) -> Option<([u8; 4], usize)> {
    let rest = input.get(at..)?;
    let length = usize::try_from(u32::from_le_bytes(*rest.get(4..)?.first_chunk()?)).ok()?;
    (rest.len() >= length.checked_add(8)?).then_some((*rest.first_chunk()?, length))
}

fn still(mut data: Vec<u8>, width: u32, height: u32, alpha: bool) -> Result<Vec<u8>, Refusal> {
    let colour = if alpha { ColorType::Rgba8 } else { ColorType::Rgb8 };
    if alpha {
        for pixel in data.chunks_exact_mut(4).filter(|pixel| pixel.last() == Some(&0)) {
            pixel.fill(0);
        }
    }
    let mut out = Vec::new();
    WebPEncoder::new(&mut out)
        .encode(&data, width, height, colour)
        .map_err(|error| Refusal::unsound("WebP", "the picture", error))?;
    Ok(out)
}

/// The container of an animation (RFC 9649, 2.7): every frame whole, none blended.
fn animation(
    (width, height): (u32, u32),
    alpha: bool,
    loops: u16,
    frames: &[(u32, Vec<u8>)],
) -> Vec<u8> {
    let three = |value: u32| value.to_le_bytes().into_iter().take(3).collect::<Vec<u8>>();
    let size = [three(width - 1), three(height - 1)].concat();
    let mut body = b"WEBP".to_vec();
    put(
        &mut body,
        b"VP8X",
        &[&[if alpha { 0x12_u8 } else { 2 }, 0, 0, 0][..], size.as_slice()].concat(),
    );
    put(&mut body, b"ANIM", &[&[0_u8; 4][..], loops.to_le_bytes().as_slice()].concat());
    for (time, picture) in frames {
        let head = [&[0_u8; 6][..], size.as_slice(), &three(*time), &[2]].concat();
        put(&mut body, b"ANMF", &[head.as_slice(), picture].concat());
    }
    let mut out = Vec::new();
    put(&mut out, b"RIFF", &body);
    out
}

fn put(out: &mut Vec<u8>, kind: &[u8; 4], body: &[u8]) {
    out.extend(kind);
    out.extend((body.len() as u32).to_le_bytes());
    out.extend(body);
    if body.len() % 2 == 1 {
        out.push(0);
    }
}

/// Accounts for every byte: one lossless picture, or VP8X, ANIM and frames of one such picture each.
pub(super) fn verify(output: &[u8]) -> Result<(), Refusal> {
    let bad = |at: usize, reason: &str| Refusal::unsound("WebP", format!("byte {at}"), reason);
    if !output.starts_with(b"RIFF") || output.get(8..12) != Some(b"WEBP") {
        return Err(bad(0, "no header"));
    }
    if chunk(output, 0).map(|(_, length)| length + 8) != Some(output.len()) {
        return Err(bad(4, "its length is not what its header says"));
    }
    let (mut at, mut order) = (12, Vec::new());
    while at < output.len() {
        let (kind, length) = chunk(output, at).ok_or_else(|| bad(at, "a chunk is cut off"))?;
        let inner = match &kind {
            b"VP8L" => output.len() == at + 8 + length + length % 2 && order.is_empty(),
            b"VP8X" => length == 10 && order.is_empty(),
            b"ANIM" => length == 6 && order == [*b"VP8X"],
            b"ANMF" => {
                let picture = chunk(output, at + 24);
                order.contains(b"ANIM")
                    && picture.is_some_and(|(kind, inner)| {
                        &kind == b"VP8L" && 16 + 8 + inner + inner % 2 == length
                    })
            }
            _ => false,
        };
        if !inner {
            return Err(bad(at, "a chunk that we do not write"));
        }
        order.push(kind);
        at += 8 + length + length % 2;
    }
    if order.is_empty() { Err(bad(12, "no picture")) } else { Ok(()) }
}
