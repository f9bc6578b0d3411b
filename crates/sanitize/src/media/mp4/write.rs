//! Writes a film: `ftyp`, `moov`, `mdat`, each byte of them from the model.

use super::super::codec::{Codec, Dropped};
use super::super::found::Found;
use super::NAME;
use super::atom::{put, put_full};
use super::model::{Movie, Sample, Track, rescale};
use crate::{Kind, Refusal};

/// Samples of one track that lie side by side.
struct Chunk {
    track: usize,
    /// Of the samples as they are in the output.
    offset: usize,
    /// Number of samples; of plain PCM too.
    samples: u32,
    entry: u16,
}

/// A sample's new size.
struct Written {
    chunks: Vec<Chunk>,
    /// By track.
    sizes: Vec<Vec<u32>>,
    data: Vec<u8>,
}

pub(super) fn movie(input: &[u8], movie: &Movie, found: &mut Found) -> Result<Vec<u8>, Refusal> {
    let written = samples(input, movie, found)?;
    let own = movie.tracks.iter().any(|track| {
        let entry = track.entries.first();
        entry.is_some_and(|e| matches!(e.codec, Codec::Pcm(_) | Codec::Jpeg | Codec::ProRes))
    });
    let mut out = Vec::with_capacity(written.data.len() + (1 << 16));
    put(&mut out, b"ftyp", |out| {
        if own {
            out.extend_from_slice(b"qt  \0\0\x02\0qt  ");
        } else {
            out.extend_from_slice(b"isom\0\0\x02\0isomiso2mp41");
        }
    });
    let start = out.len();
    // The size of the table of contents does not depend on where the samples are.
    let large = written.data.len() > (u32::MAX / 2) as usize;
    contents(movie, &written, 0, large, found, &mut out);
    let base = out.len() + if large { 16 } else { 8 };
    out.truncate(start);
    contents(movie, &written, base, large, found, &mut out);
    if large {
        out.extend_from_slice(b"\0\0\0\x01mdat");
        out.extend_from_slice(&(written.data.len() as u64 + 16).to_be_bytes());
    } else {
        out.extend_from_slice(&(written.data.len() as u32 + 8).to_be_bytes());
        out.extend_from_slice(b"mdat");
    }
    out.extend_from_slice(&written.data);
    Ok(out)
}

/// Copies samples in the order in which they are in the input, so that sound and picture stay interleaved.
fn samples(input: &[u8], movie: &Movie, found: &mut Found) -> Result<Written, Refusal> {
    let mut order: Vec<(usize, usize, usize)> = Vec::new();
    for (track, of) in movie.tracks.iter().enumerate() {
        // The samples of a track stay in their order, whatever a hostile table says.
        let mut latest = 0;
        for (number, sample) in of.samples.iter().enumerate() {
            latest = latest.max(sample.offset);
            order.push((latest, track, number));
        }
    }
    order.sort_unstable();
    let mut written = Written {
        chunks: Vec::new(),
        sizes: movie.tracks.iter().map(|track| Vec::with_capacity(track.samples.len())).collect(),
        data: Vec::new(),
    };
    let mut dropped = Dropped::default();
    let mut shown = 0;
    for (_, number, index) in order {
        let place = movie
            .tracks
            .get(number)
            .and_then(|track| track.samples.get(index).map(|sample| (track, sample)));
        let Some((track, sample)) = place else { continue };
        shown += sample.size;
        one(input, (number, track), sample, &mut written, &mut dropped)?;
    }
    dropped.report("samples", found);
    unused(input, shown, found)?;
    Ok(written)
}

fn one(
    input: &[u8],
    (number, track): (usize, &Track),
    sample: &Sample,
    written: &mut Written,
    dropped: &mut Dropped,
) -> Result<(), Refusal> {
    let place = || format!("byte {}", sample.offset);
    let bytes = sample.offset.checked_add(sample.size);
    let bytes = bytes.and_then(|end| input.get(sample.offset..end));
    let bytes =
        bytes.ok_or_else(|| Refusal::damaged(NAME, place(), "a sample is not in the file"))?;
    let entry = track.entries.get(usize::from(sample.entry));
    let entry =
        entry.ok_or_else(|| Refusal::damaged(NAME, place(), "a sample has no description"))?;
    let start = written.data.len();
    entry
        .codec
        .rewrite(bytes, &mut written.data, dropped)
        .map_err(|broken| broken.at(NAME, place()))?;
    let size = u32::try_from(written.data.len() - start)
        .map_err(|_| Refusal::damaged(NAME, place(), "a sample is too long"))?;
    if let Some(sizes) = written.sizes.get_mut(number) {
        sizes.push(size);
    }
    let frames = match track.pcm() {
        Some(frame) => (size as usize).checked_div(frame).unwrap_or(0) as u32,
        None => 1,
    };
    match written.chunks.last_mut() {
        // A chunk of at most a quarter of a million: players read chunk by chunk.
        Some(last)
            if last.track == number
                && last.entry == sample.entry
                && start.saturating_sub(last.offset) < 1 << 18 =>
        {
            last.samples = last.samples.saturating_add(frames);
        }
        _ => written.chunks.push(Chunk {
            track: number,
            offset: start,
            samples: frames,
            entry: sample.entry,
        }),
    }
    Ok(())
}

/// Whether the boxes of samples held more than the samples that are shown.
fn unused(input: &[u8], shown: usize, found: &mut Found) -> Result<(), Refusal> {
    let mut held = 0usize;
    for atom in super::atom::file(input) {
        let atom = atom?;
        if &atom.kind == b"mdat" {
            held = held.saturating_add(atom.body.len());
        }
    }
    let more = held.saturating_sub(shown) as u64;
    found.counted(Kind::UnusedData, "mdat", more, "bytes that belong to no sound and no picture");
    Ok(())
}

fn contents(
    movie: &Movie,
    written: &Written,
    base: usize,
    large: bool,
    found: &mut Found,
    out: &mut Vec<u8>,
) {
    let several = |video: bool| movie.tracks.iter().filter(|t| t.video == video).count() > 1;
    let duration = movie.tracks.iter().map(|track| shown(movie, track)).max().unwrap_or(0);
    put(out, b"moov", |out| {
        times(
            out,
            b"mvhd",
            0,
            |out, wide| {
                out.extend_from_slice(&movie.timescale.to_be_bytes());
                number(out, duration, wide);
                // Rate and volume 1, no matrix, six reserved numbers, and the next track.
                out.extend_from_slice(&[0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
                matrix(out, [1 << 16, 0, 0, 1 << 16], [0; 2]);
                out.extend_from_slice(&[0; 24]);
                out.extend_from_slice(&(movie.tracks.len() as u32 + 1).to_be_bytes());
            },
            duration,
        );
        for (number, track) in movie.tracks.iter().enumerate() {
            let language = if several(track.video) { track.language } else { UNDETERMINED };
            if language != track.language && base == 0 {
                found.removed(Kind::Properties, "mdhd", "the language of a track");
            }
            trak(out, movie, track, number, language, written, base, large);
        }
    });
}

/// 'und'.
const UNDETERMINED: u16 = 0x55C4;

/// How long a track is shown, in the film's units.
fn shown(movie: &Movie, track: &Track) -> u64 {
    if track.edits.is_empty() {
        return rescale(track.duration(), track.timescale, movie.timescale);
    }
    let edits = track.edits.iter().map(|edit| length(movie, track, edit));
    edits.fold(0, u64::saturating_add)
}

/// The length of an edit; one without goes to the end.
fn length(movie: &Movie, track: &Track, edit: &super::model::Edit) -> u64 {
    if edit.duration > 0 || edit.time < 0 {
        return edit.duration;
    }
    let left = track.duration().saturating_sub(edit.time.unsigned_abs());
    rescale(left, track.timescale, movie.timescale)
}

/// A header that begins with two times, in the version that the length needs.
fn times(
    out: &mut Vec<u8>,
    kind: &[u8; 4],
    flags: u32,
    body: impl FnOnce(&mut Vec<u8>, bool),
    duration: u64,
) {
    let wide = duration >= u64::from(u32::MAX);
    put_full(out, kind, u8::from(wide), flags, |out| {
        number(out, 0, wide);
        number(out, 0, wide);
        body(out, wide);
    });
}

fn number(out: &mut Vec<u8>, value: u64, wide: bool) {
    if wide {
        out.extend_from_slice(&value.to_be_bytes());
    } else {
        out.extend_from_slice(&(value as u32).to_be_bytes());
    }
}

fn matrix(out: &mut Vec<u8>, [a, b, c, d]: [i32; 4], [x, y]: [i32; 2]) {
    for cell in [a, b, 0, c, d, 0, x, y, 1 << 30] {
        out.extend_from_slice(&cell.to_be_bytes());
    }
}

/// Where a turned picture has to be moved to be seen.
fn moved(track: &Track) -> [i32; 2] {
    let [a, b, c, d] = track.matrix.map(|cell| i64::from(cell) >> 16);
    let [width, height] = track.size.map(i64::from);
    let back = |corners: [i64; 3]| {
        let least = corners.into_iter().min().unwrap_or(0).min(0);
        i32::try_from(-least).unwrap_or(0)
    };
    let (across, down) = ([a * width, b * width], [c * height, d * height]);
    [
        back([across[0], down[0], across[0].saturating_add(down[0])]),
        back([across[1], down[1], across[1].saturating_add(down[1])]),
    ]
}

#[allow(clippy::too_many_arguments)]
fn trak(
    out: &mut Vec<u8>,
    movie: &Movie,
    track: &Track,
    index: usize,
    language: u16,
    written: &Written,
    base: usize,
    large: bool,
) {
    let duration = shown(movie, track);
    put(out, b"trak", |out| {
        times(
            out,
            b"tkhd",
            if track.enabled { 3 } else { 2 },
            |out, wide| {
                out.extend_from_slice(&(index as u32 + 1).to_be_bytes());
                out.extend_from_slice(&[0; 4]);
                number(out, duration, wide);
                out.extend_from_slice(&[0; 12]);
                out.extend_from_slice(if track.video { &[0; 4] } else { &[1, 0, 0, 0] });
                matrix(out, track.matrix, moved(track));
                for side in track.size {
                    out.extend_from_slice(&side.to_be_bytes());
                }
            },
            duration,
        );
        if !track.edits.is_empty() {
            put(out, b"edts", |out| edits(out, movie, track));
        }
        put(out, b"mdia", |out| {
            let media = track.duration();
            times(
                out,
                b"mdhd",
                0,
                |out, wide| {
                    out.extend_from_slice(&track.timescale.to_be_bytes());
                    number(out, media, wide);
                    out.extend_from_slice(&language.to_be_bytes());
                    out.extend_from_slice(&[0, 0]);
                },
                media,
            );
            handler(out, [0; 4], if track.video { b"vide" } else { b"soun" });
            put(out, b"minf", |out| {
                if track.video {
                    put_full(out, b"vmhd", 0, 1, |out| out.extend_from_slice(&[0; 8]));
                } else {
                    put_full(out, b"smhd", 0, 0, |out| out.extend_from_slice(&[0; 4]));
                }
                put(out, b"dinf", |out| {
                    put_full(out, b"dref", 0, 0, |out| {
                        out.extend_from_slice(&1u32.to_be_bytes());
                        put_full(out, b"url ", 0, 1, |_| {});
                    });
                });
                put(out, b"stbl", |out| tables(out, track, index, written, base, large));
            });
        });
    });
}

fn handler(out: &mut Vec<u8>, component: [u8; 4], kind: &[u8; 4]) {
    put_full(out, b"hdlr", 0, 0, |out| {
        out.extend_from_slice(&component);
        out.extend_from_slice(kind);
        out.extend_from_slice(&[0; 13]);
    });
}

fn edits(out: &mut Vec<u8>, movie: &Movie, track: &Track) {
    let wide = track.edits.iter().any(|edit| {
        length(movie, track, edit) > u64::from(u32::MAX) || i32::try_from(edit.time).is_err()
    });
    put_full(out, b"elst", u8::from(wide), 0, |out| {
        out.extend_from_slice(&(track.edits.len() as u32).to_be_bytes());
        for edit in &track.edits {
            number(out, length(movie, track, edit), wide);
            number(out, edit.time as u64, wide);
            out.extend_from_slice(&edit.rate.to_be_bytes());
        }
    });
}

fn tables(
    out: &mut Vec<u8>,
    track: &Track,
    index: usize,
    written: &Written,
    base: usize,
    large: bool,
) {
    let sizes = written.sizes.get(index).map(Vec::as_slice).unwrap_or_default();
    put_full(out, b"stsd", 0, 0, |out| {
        out.extend_from_slice(&(track.entries.len() as u32).to_be_bytes());
        track.entries.iter().for_each(|entry| out.extend_from_slice(&entry.bytes));
    });
    let pcm = track.pcm();
    let frames = |size: &u32| (*size as usize).checked_div(pcm.unwrap_or(1)).unwrap_or(0) as u32;
    if pcm.is_some() {
        let total = sizes.iter().map(frames).fold(0, u32::saturating_add);
        runs(out, b"stts", 0, [(total, 1)].into_iter());
        put_full(out, b"stsz", 0, 0, |out| {
            out.extend_from_slice(&(pcm.unwrap_or(1) as u32).to_be_bytes());
            out.extend_from_slice(&total.to_be_bytes());
        });
    } else {
        runs(out, b"stts", 0, grouped(track.samples.iter().map(|sample| sample.duration)));
        if track.samples.iter().any(|sample| sample.shift != 0) {
            let version = u8::from(track.samples.iter().any(|sample| sample.shift < 0));
            let shifts = track.samples.iter().map(|sample| sample.shift as u32);
            runs(out, b"ctts", version, grouped(shifts));
        }
        if track.samples.iter().any(|sample| !sample.sync) {
            let numbered = track.samples.iter().zip(1u32..);
            let syncs: Vec<u32> =
                numbered.filter(|(sample, _)| sample.sync).map(|(_, number)| number).collect();
            list(out, b"stss", &syncs);
        }
        put_full(out, b"stsz", 0, 0, |out| {
            out.extend_from_slice(&[0; 4]);
            out.extend_from_slice(&(sizes.len() as u32).to_be_bytes());
            sizes.iter().for_each(|size| out.extend_from_slice(&size.to_be_bytes()));
        });
    }
    let own = || written.chunks.iter().filter(|chunk| chunk.track == index);
    let mut per_chunk: Vec<[u32; 3]> = Vec::new();
    for (chunk, number) in own().zip(1u32..) {
        let fresh = [number, chunk.samples, u32::from(chunk.entry) + 1];
        let same =
            per_chunk.last().is_some_and(|last| last.iter().skip(1).eq(fresh.iter().skip(1)));
        if !same {
            per_chunk.push(fresh);
        }
    }
    put_full(out, b"stsc", 0, 0, |out| {
        out.extend_from_slice(&(per_chunk.len() as u32).to_be_bytes());
        per_chunk.iter().flatten().for_each(|field| out.extend_from_slice(&field.to_be_bytes()));
    });
    if large {
        put_full(out, b"co64", 0, 0, |out| {
            out.extend_from_slice(&(own().count() as u32).to_be_bytes());
            own().for_each(|c| out.extend_from_slice(&((base + c.offset) as u64).to_be_bytes()));
        });
    } else {
        let offsets: Vec<u32> = own().map(|chunk| (base + chunk.offset) as u32).collect();
        list(out, b"stco", &offsets);
    }
}

fn list(out: &mut Vec<u8>, kind: &[u8; 4], numbers: &[u32]) {
    put_full(out, kind, 0, 0, |out| {
        out.extend_from_slice(&(numbers.len() as u32).to_be_bytes());
        numbers.iter().for_each(|number| out.extend_from_slice(&number.to_be_bytes()));
    });
}

fn runs(out: &mut Vec<u8>, kind: &[u8; 4], version: u8, runs: impl Iterator<Item = (u32, u32)>) {
    let runs: Vec<(u32, u32)> = runs.collect();
    put_full(out, kind, version, 0, |out| {
        out.extend_from_slice(&(runs.len() as u32).to_be_bytes());
        for (count, value) in runs {
            out.extend_from_slice(&count.to_be_bytes());
            out.extend_from_slice(&value.to_be_bytes());
        }
    });
}

/// Equal values in a row, counted.
fn grouped(values: impl Iterator<Item = u32>) -> impl Iterator<Item = (u32, u32)> {
    let mut values = values.peekable();
    std::iter::from_fn(move || {
        let value = values.next()?;
        let mut count = 1;
        while values.next_if_eq(&value).is_some() {
            count += 1;
        }
        Some((count, value))
    })
}
