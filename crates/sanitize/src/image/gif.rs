//! GIF (GIF89a): frames decoded to their palette indices and coded afresh; timing, places and disposal stay.

use super::{note_content, note_trailing, pixels, too_large};
use crate::{Context, Kind, Level, Refusal};
use gif::{ColorOutput, DecodeOptions, DisposalMethod, Encoder, Frame, MemoryLimit, Repeat};
use image::DynamicImage;
use std::{borrow::Cow, io::Cursor, num::NonZeroU64, ops::Range};

fn damaged(reason: impl ToString) -> Refusal {
    Refusal::damaged("GIF", "the picture", reason)
}

/// Rebuilds a picture or an animation.
pub(super) fn clean(input: &[u8], cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let blocks = walk(input)
        .map_err(|(at, reason)| Refusal::damaged("GIF", format!("byte {at}"), reason))?;
    for what in &blocks.others {
        let kind = if *what == "a comment" { Kind::Comments } else { Kind::UnusedData };
        cx.removed(kind, "beside the picture", *what);
    }
    note_trailing(cx, input.len().saturating_sub(blocks.end));
    note_content(cx);
    let limit = cx.options().limits.pixels;
    if u64::from(blocks.width) * u64::from(blocks.height) > limit {
        return Err(too_large(limit));
    }
    // The decoder gives up at a block that it does not know; viewers pass over it.
    let input: Vec<u8> =
        blocks.drawn.iter().filter_map(|part| input.get(part.clone())).flatten().copied().collect();
    let input = input.as_slice();
    if cx.level() == Level::Pixels {
        return flatten(input, blocks.frames, cx);
    }
    let mut options = options(cx);
    options.set_color_output(ColorOutput::Indexed);
    let mut decoder = options.read_info(Cursor::new(input)).map_err(damaged)?;
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().map_err(damaged)? {
        cx.charge(frame.buffer.len())?;
        frames.push(frame.clone());
        if frames.len() as u64 > cx.options().limits.items {
            return Err(damaged("more frames than any picture has"));
        }
    }
    let repeat = if blocks.loops { Some(decoder.repeat()) } else { None };
    let mut global = decoder.global_palette().unwrap_or_default().to_vec();
    let mut used = [false; 256];
    let mut changed = false;
    for frame in &mut frames {
        // Waiting for a key press is nothing that viewers do; it is a bit to hide in.
        frame.needs_user_input = false;
        frame.interlaced = false;
        let mut here = [false; 256];
        mark(&frame.buffer, &mut here);
        match &mut frame.palette {
            Some(palette) => changed |= clear(palette, &here, frame.transparent),
            None => {
                used.iter_mut().zip(here).enumerate().for_each(|(n, (all, here))| {
                    *all |= here && frame.transparent.map(usize::from) != Some(n);
                });
            }
        }
    }
    changed |= clear(&mut global, &used, None);
    if changed {
        cx.removed(Kind::UnusedData, "palette", "colours that no pixel uses");
    }
    write((blocks.width, blocks.height), &global, repeat, &frames)
}

fn options(cx: &Context<'_>) -> DecodeOptions {
    let mut options = DecodeOptions::new();
    if let Some(most) = NonZeroU64::new(cx.options().limits.total_bytes) {
        options.set_memory_limit(MemoryLimit::Bytes(most));
    }
    options.check_frame_consistency(true);
    options
}

fn mark(indices: &[u8], used: &mut [bool; 256]) {
    for index in indices {
        if let Some(slot) = used.get_mut(usize::from(*index)) {
            *slot = true;
        }
    }
}

/// Blackens entries that show nowhere; whether there were any.
fn clear(palette: &mut [u8], used: &[bool; 256], transparent: Option<u8>) -> bool {
    let mut changed = false;
    for (n, (entry, used)) in palette.chunks_exact_mut(3).zip(used).enumerate() {
        if !used || transparent.map(usize::from) == Some(n) {
            changed |= entry.iter().any(|value| *value != 0);
            entry.fill(0);
        }
    }
    changed
}

fn write(
    (width, height): (u16, u16),
    global: &[u8],
    repeat: Option<Repeat>,
    frames: &[Frame<'_>],
) -> Result<Vec<u8>, Refusal> {
    let failed = |error: gif::EncodingError| Refusal::unsound("GIF", "the picture", error);
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, width, height, global).map_err(failed)?;
    if let Some(repeat) = repeat {
        encoder.set_repeat(repeat).map_err(failed)?;
    }
    for frame in frames {
        encoder.write_frame(frame).map_err(failed)?;
    }
    encoder.into_inner().map_err(failed)?;
    Ok(out)
}

/// The level of pixels: the first picture alone, as a frame of its own.
fn flatten(input: &[u8], frames: u64, cx: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let mut options = options(cx);
    options.set_color_output(ColorOutput::RGBA);
    let mut decoder = options.read_info(Cursor::new(input)).map_err(damaged)?;
    let (width, height) = (decoder.width(), decoder.height());
    let mut canvas = image::RgbaImage::new(width.into(), height.into());
    let frame = decoder.read_next_frame().map_err(damaged)?.ok_or_else(|| damaged("no frame"))?;
    let shown =
        image::RgbaImage::from_raw(frame.width.into(), frame.height.into(), frame.buffer.to_vec());
    let shown = shown.ok_or_else(|| damaged("a frame does not fit its size"))?;
    image::imageops::overlay(&mut canvas, &shown, frame.left.into(), frame.top.into());
    if frames > 1 {
        cx.removed(Kind::FormatChanged, "picture", "the animation: only its first picture is left");
    }
    let mut flat = pixels::flatten_any(DynamicImage::ImageRgba8(canvas), cx).into_rgba8();
    let size = |side: u32| u16::try_from(side).map_err(damaged);
    let (width, height) = (size(flat.width())?, size(flat.height())?);
    let mut frame = Frame::from_rgba_speed(width, height, &mut flat, 10);
    frame.dispose = DisposalMethod::Keep;
    let frame = Frame { buffer: Cow::Owned(frame.buffer.into_owned()), ..frame };
    write((width, height), &[], None, &[frame])
}

/// The blocks of a file.
struct Blocks {
    width: u16,
    height: u16,
    frames: u64,
    /// Whether it says how often it plays.
    loops: bool,
    /// Names of extensions that are neither timing nor looping.
    others: Vec<&'static str>,
    /// Places of all that a viewer draws or is timed by: head, timing, looping, pictures and the end.
    drawn: Vec<Range<usize>>,
    /// Where the file ends for a viewer.
    end: usize,
}

/// Walks block by block (GIF89a, appendix A); where and why it cannot go on.
fn walk(input: &[u8]) -> Result<Blocks, (usize, &'static str)> {
    let byte = |at: usize| input.get(at).copied().ok_or((at, "it is cut off"));
    let word = |at: usize| Ok(u16::from_le_bytes([byte(at)?, byte(at + 1)?]));
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    // Sub-blocks to the one of length 0.
    let skip = |mut at: usize| -> Result<usize, (usize, &'static str)> {
        loop {
            let length = usize::from(byte(at)?);
            at += 1 + length;
            if length == 0 {
                return Ok(at);
            }
        }
    };
    let mut blocks = Blocks {
        width: word(6)?,
        height: word(8)?,
        frames: 0,
        loops: false,
        others: Vec::new(),
        drawn: Vec::new(),
        end: 0,
    };
    let mut at = 13 + table(byte(10)?);
    blocks.drawn.push(0..at);
    loop {
        let begin = at;
        match byte(at)? {
            0x3b if blocks.frames > 0 => {
                blocks.end = at + 1;
                blocks.drawn.push(at..at + 1);
                return Ok(blocks);
            }
            0x2c => {
                blocks.frames += 1;
                at = skip(at + 10 + table(byte(at + 9)?) + 1)?;
                blocks.drawn.push(begin..at);
            }
            0x21 => {
                let label = byte(at + 1)?;
                let body = input.get(at + 2..).unwrap_or_default();
                at = skip(at + 2)?;
                match label {
                    0xf9 => blocks.drawn.push(begin..at),
                    0xff if body.starts_with(b"\x0bNETSCAPE2.0") => {
                        blocks.loops = true;
                        blocks.drawn.push(begin..at);
                    }
                    0xff if body.starts_with(b"\x0bXMP DataXMP") => {
                        blocks.others.push("XMP: history, authors, rights");
                    }
                    0xff => blocks.others.push("data of a program"),
                    0xfe => blocks.others.push("a comment"),
                    0x01 => blocks.others.push("a caption that viewers do not draw"),
                    _ => blocks.others.push("an unknown block"),
                }
            }
            // Between blocks some writers leave a zero.
            0 => at += 1,
            _ => return Err((at, "no block begins here")),
        }
    }
}

/// Accounts for every byte: the blocks that we write, and nothing after the end.
pub(super) fn verify(output: &[u8]) -> Result<(), Refusal> {
    let bad = |at: usize, reason: &str| Refusal::unsound("GIF", format!("byte {at}"), reason);
    let blocks = walk(output).map_err(|(at, reason)| bad(at, reason))?;
    if !blocks.others.is_empty() {
        return Err(bad(0, "a block that we do not write"));
    }
    if blocks.end != output.len() {
        return Err(bad(blocks.end, "bytes after the end"));
    }
    Ok(())
}
