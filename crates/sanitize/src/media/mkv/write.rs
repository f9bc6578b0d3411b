//! Writes a film: head, `SeekHead`, `Info`, `Tracks`, clusters, `Cues`, each byte of them from the model.

use super::super::codec::Dropped;
use super::super::found::Found;
use super::block::{self, Block};
use super::ebml::{put, put_float, put_id, put_master, put_number, put_signed, put_wide_size};
use super::read::Film;
use super::{NAME, id};
use crate::{Kind, Refusal};

/// The fields that the specification wants, saying nothing.
pub(super) const APPLICATION: &[u8] = b"-";
/// A cluster's most bytes and milliseconds, before the next picture that stands on its own begins another.
const BYTES: usize = 1 << 20;
const MILLISECONDS: i64 = 5_000;

struct Cue {
    time: u64,
    track: u64,
    position: usize,
}

pub(super) fn film(input: &[u8], film: &Film, found: &mut Found) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::with_capacity(input.len());
    put_master(&mut out, id::EBML, |out| {
        for (id, value) in [
            (id::EBML_VERSION, 1),
            (id::EBML_READ_VERSION, 1),
            (id::EBML_MAX_ID, 4),
            (id::EBML_MAX_SIZE, 8),
        ] {
            put_number(out, id, value);
        }
        put(out, id::DOC_TYPE, if film.webm { b"webm" } else { b"matroska" });
        put_number(out, id::DOC_TYPE_VERSION, 4);
        put_number(out, id::DOC_TYPE_READ_VERSION, 2);
    });
    let mut head = Vec::new();
    info(film, &mut head);
    let tracks_at = head.len();
    tracks(film, found, &mut head);

    // All positions count from here, where the segment's elements begin.
    let seek = seek_head([0; 3]).len();
    let mut cues = Vec::new();
    let mut clusters = Vec::with_capacity(input.len());
    blocks(input, film, seek + head.len(), &mut clusters, &mut cues, found)?;
    let end = seek + head.len() + clusters.len();
    let index = index(&cues);
    put_id(&mut out, id::SEGMENT);
    put_wide_size(&mut out, (end + index.len()) as u64, 8);
    out.extend_from_slice(&seek_head([seek, seek + tracks_at, end]));
    out.extend_from_slice(&head);
    out.extend_from_slice(&clusters);
    out.extend_from_slice(&index);
    Ok(out)
}

/// Of the same length whatever the positions are.
fn seek_head(positions: [usize; 3]) -> Vec<u8> {
    let mut out = Vec::new();
    put_master(&mut out, id::SEEK_HEAD, |out| {
        for (id, position) in [id::INFO, id::TRACKS, id::CUES].into_iter().zip(positions) {
            put_master(out, id::SEEK, |out| {
                put(out, id::SEEK_ID, &id.to_be_bytes());
                put(out, id::SEEK_POSITION, &(position as u64).to_be_bytes());
            });
        }
    });
    out
}

fn info(film: &Film, out: &mut Vec<u8>) {
    put_master(out, id::INFO, |out| {
        put_number(out, id::TIMESTAMP_SCALE, film.scale);
        put_float(out, id::DURATION, length(film) as f64);
        put(out, id::MUXING_APP, APPLICATION);
        put(out, id::WRITING_APP, APPLICATION);
    });
}

/// To the end of the last frame, in the segment's units.
fn length(film: &Film) -> u64 {
    let ends = film.blocks.iter().map(|block| {
        let each = film.tracks.get(block.track).map_or(0, |track| track.default_duration);
        let frames = block.frames.len() as u64;
        let guessed = each.saturating_mul(frames).checked_div(film.scale).unwrap_or(0);
        u64::try_from(block.time).unwrap_or(0) + block.duration.unwrap_or(guessed)
    });
    ends.max().unwrap_or(0)
}

fn tracks(film: &Film, found: &mut Found, out: &mut Vec<u8>) {
    put_master(out, id::TRACKS, |out| {
        for (track, number) in film.tracks.iter().zip(1..) {
            let several = film.tracks.iter().filter(|other| other.video == track.video).count() > 1;
            if !several && track.language != b"und" {
                found.removed(Kind::Properties, "track", "the language of a track");
            }
            track.write(number, several, out);
        }
    });
}

fn blocks(
    input: &[u8],
    film: &Film,
    base: usize,
    out: &mut Vec<u8>,
    cues: &mut Vec<Cue>,
    found: &mut Found,
) -> Result<(), Refusal> {
    let mut dropped = Dropped::default();
    let has_video = film.tracks.iter().any(|track| track.video);
    let span = i64::try_from(MILLISECONDS as u64 * 1_000_000 / film.scale).unwrap_or(i64::MAX);
    let mut cluster: Vec<u8> = Vec::new();
    let mut began = None;
    // The time of the last frame of each track, to which a frame that needs another refers.
    let mut last = vec![0i64; film.tracks.len()];
    for block in &film.blocks {
        let video = film.tracks.get(block.track).is_some_and(|track| track.video);
        let entry = block.key && (video || !has_video);
        let fits = began.is_some_and(|start: i64| {
            let relative = block.time.saturating_sub(start);
            let full = cluster.len() > BYTES || relative > span;
            i16::try_from(relative).is_ok()
                && !(full && (entry || cluster.len() > 8 * BYTES))
                && !(entry && video && cluster.len() > 64 && relative > span / 10)
        });
        if !fits {
            flush(&mut cluster, out);
            // The first of a cluster may lie after frames still to come: times in it can be negative.
            let start = block.time.max(0);
            began = Some(start);
            put_number(&mut cluster, id::TIMESTAMP, start as u64);
            if entry {
                cues.push(Cue {
                    time: start as u64,
                    track: block.track as u64 + 1,
                    position: base + out.len(),
                });
            }
        }
        let relative = block.time.saturating_sub(began.unwrap_or(0));
        let relative = i16::try_from(relative)
            .map_err(|_| Refusal::damaged(NAME, "cluster", "a time before the beginning"))?;
        let refers = last.get(block.track).map_or(0, |last| last.saturating_sub(block.time));
        one(input, film, block, relative, refers, &mut cluster, &mut dropped)?;
        if let Some(last) = last.get_mut(block.track) {
            *last = block.time;
        }
    }
    flush(&mut cluster, out);
    dropped.report("frames", found);
    Ok(())
}

fn flush(cluster: &mut Vec<u8>, out: &mut Vec<u8>) {
    if !cluster.is_empty() {
        put(out, id::CLUSTER, cluster);
        cluster.clear();
    }
}

fn one(
    input: &[u8],
    film: &Film,
    block: &Block,
    relative: i16,
    refers: i64,
    out: &mut Vec<u8>,
    dropped: &mut Dropped,
) -> Result<(), Refusal> {
    let track = film.tracks.get(block.track);
    let track = track.ok_or_else(|| Refusal::damaged(NAME, "cluster", "a frame of no track"))?;
    let mut frames = Vec::with_capacity(block.frames.len());
    for range in &block.frames {
        let frame = input.get(range.clone()).unwrap_or_default();
        let whole;
        let frame = if track.prefix.is_empty() {
            frame
        } else {
            whole = [track.prefix.as_slice(), frame].concat();
            &whole
        };
        let mut fresh = Vec::with_capacity(frame.len());
        let place = || format!("byte {}", range.start);
        track.codec.rewrite(frame, &mut fresh, dropped).map_err(|b| b.at(NAME, place()))?;
        frames.push(fresh);
    }
    let number = block.track as u64 + 1;
    let flags = if block.invisible { 8 } else { 0 };
    if block.duration.is_none() && block.discard.is_none() {
        let key = if block.key { 0x80 } else { 0 };
        let mut body = Vec::with_capacity(16 + frames.iter().map(Vec::len).sum::<usize>());
        block::write(
            number,
            relative,
            flags | key | u8::from(block.discardable),
            &frames,
            &mut body,
        );
        put(out, id::SIMPLE_BLOCK, &body);
        return Ok(());
    }
    put_master(out, id::BLOCK_GROUP, |out| {
        let mut body = Vec::new();
        block::write(number, relative, flags, &frames, &mut body);
        put(out, id::BLOCK, &body);
        if let Some(duration) = block.duration {
            put_number(out, id::BLOCK_DURATION, duration);
        }
        if !block.key {
            put_signed(out, id::REFERENCE_BLOCK, refers);
        }
        if let Some(discard) = block.discard {
            put_signed(out, id::DISCARD_PADDING, discard);
        }
    });
    Ok(())
}

fn index(cues: &[Cue]) -> Vec<u8> {
    let mut out = Vec::new();
    put_master(&mut out, id::CUES, |out| {
        for cue in cues {
            put_master(out, id::CUE_POINT, |out| {
                put_number(out, id::CUE_TIME, cue.time);
                put_master(out, id::CUE_TRACK_POSITIONS, |out| {
                    put_number(out, id::CUE_TRACK, cue.track);
                    put_number(out, id::CUE_CLUSTER_POSITION, cue.position as u64);
                });
            });
        }
    });
    out
}
