//! Reads a film: its tracks of sound and picture, whatever is between them reported.

use super::super::bytes::Reader;
use super::super::codec::Dropped;
use super::super::found::Found;
use super::atom::{self, Atom};
use super::fragment::{self, Defaults};
use super::model::{Edit, Entry, Movie, Track, rescale};
use super::{NAME, audio, table, video};
use crate::{Kind, Refusal};

/// More tracks than any camera or cutting room makes.
const TRACKS: usize = 256;
const IDENTITY: [i32; 4] = [1 << 16, 0, 0, 1 << 16];

pub(super) fn movie(input: &[u8], found: &mut Found) -> Result<Movie, Refusal> {
    let mut head = None;
    let mut fragmented = false;
    for atom in atom::file(input) {
        let atom = atom?;
        match &atom.kind {
            b"moov" if head.is_none() => head = Some(atom),
            b"moof" => fragmented = true,
            // Known by their content only: samples are found through the tables.
            b"ftyp" | b"mdat" => {}
            b"styp" | b"sidx" | b"mfra" | b"prft" | b"ssix" => {
                found.removed(Kind::UnusedData, &atom::name(&atom.kind), "indexes of fragments");
            }
            _ => drop_atom(&atom, "file", found),
        }
    }
    let head =
        head.ok_or_else(|| Refusal::damaged(NAME, "moov", "there is no table of contents"))?;
    let mut movie = Movie { timescale: 1000, tracks: Vec::new() };
    let mut defaults = Vec::new();
    let mut dropped = Dropped::default();
    for atom in head.children() {
        let atom = atom?;
        match &atom.kind {
            b"mvhd" => movie.timescale = header(&atom, found)?,
            b"trak" => {
                if let Some(track) = track(&atom, input.len(), &mut dropped, found)? {
                    movie.tracks.push(track);
                }
                if movie.tracks.len() > TRACKS {
                    return Err(atom.reader().damaged("it has too many tracks"));
                }
            }
            b"mvex" => defaults = Defaults::read(&atom)?,
            b"cmov" => return Err(unsupported("a compressed table of contents")),
            _ => drop_atom(&atom, "moov", found),
        }
    }
    dropped.report("description", found);
    if movie.tracks.is_empty() {
        return Err(Refusal::damaged(NAME, "moov", "it has neither sound nor picture"));
    }
    if fragmented {
        fragment::read(input, &mut movie, &defaults, found)?;
        starts(&mut movie);
    }
    movie.tracks.retain(|track| !track.samples.is_empty());
    check(&movie, input.len())?;
    Ok(movie)
}

fn check(movie: &Movie, length: usize) -> Result<(), Refusal> {
    let samples = || movie.tracks.iter().flat_map(|track| &track.samples);
    if samples().next().is_none() {
        return Err(Refusal::damaged(NAME, "moov", "it has neither sound nor picture"));
    }
    let outside = samples().find(|s| s.offset.checked_add(s.size).is_none_or(|end| end > length));
    if let Some(sample) = outside {
        let place = format!("byte {}", sample.offset);
        return Err(Refusal::damaged(NAME, place, "a sample lies beyond the end of the file"));
    }
    let total = samples().try_fold(0usize, |sum, sample| sum.checked_add(sample.size));
    if total.is_none_or(|total| total > length) {
        return Err(Refusal::damaged(
            NAME,
            "sample tables",
            "the same bytes are shown again and again",
        ));
    }
    Ok(())
}

fn unsupported(what: &str) -> Refusal {
    Refusal::Unsupported {
        format: NAME,
        what: what.into(),
        advice: "convert it to MP4 with H.264 and AAC",
    }
}

fn drop_atom(atom: &Atom<'_>, place: &str, found: &mut Found) {
    let (kind, what) = match &atom.kind {
        b"udta" => (Kind::Properties, "user data: names, places, camera"),
        b"meta" | b"ilst" => (Kind::Properties, "metadata: names, places, camera"),
        b"uuid" => (Kind::Properties, "a box of private use (often XMP or Exif)"),
        b"free" | b"skip" | b"wide" => (Kind::UnusedData, "free space"),
        b"iods" => (Kind::UnusedData, "an object descriptor"),
        b"tref" => (Kind::UnusedData, "references between tracks"),
        b"pssh" => (Kind::UnusedData, "data for copy protection"),
        _ => (Kind::UnusedData, "a box that is neither sound nor picture"),
    };
    if !(atom.kind == *b"wide" && atom.body.is_empty()) {
        found.removed(kind, &format!("{place}/{}", atom::name(&atom.kind)), what);
    }
}

/// Times of making and of change, and the length, in a header of either version.
fn times<'a>(atom: &Atom<'a>, found: &mut Found) -> Result<(u32, Reader<'a>), Refusal> {
    // Given back before the scale: the caller knows what comes between.
    let (version, _, mut reader) = atom.full()?;
    let dated = if version == 1 {
        reader.u64()? | reader.u64()?
    } else {
        u64::from(reader.u32()? | reader.u32()?)
    };
    if dated != 0 {
        found.removed(
            Kind::Properties,
            &atom::name(&atom.kind),
            "the times of making and of change",
        );
    }
    Ok((u32::from(version), reader))
}

fn header(atom: &Atom<'_>, found: &mut Found) -> Result<u32, Refusal> {
    let (_, mut reader) = times(atom, found)?;
    match reader.u32()? {
        0 => Err(reader.damaged("time has no unit")),
        scale => Ok(scale),
    }
}

fn track(
    trak: &Atom<'_>,
    length: usize,
    dropped: &mut Dropped,
    found: &mut Found,
) -> Result<Option<Track>, Refusal> {
    let media = trak.need(b"mdia")?;
    let (_, _, mut reader) = media.need(b"hdlr")?.full()?;
    reader.skip(4)?;
    let handler: [u8; 4] = reader.array()?;
    let video = match &handler {
        b"vide" => true,
        b"soun" => false,
        _ => {
            let (kind, what) = other(&handler);
            found.removed(kind, &format!("track '{}'", atom::name(&handler)), what);
            return Ok(None);
        }
    };
    let vendor_and_flags = reader.array::<12>()?;
    if vendor_and_flags != [0; 12] || reader.rest().iter().any(|byte| *byte != 0) {
        found.removed(Kind::Fingerprints, "hdlr", "the name of the track's handler");
    }
    let mut track = Track {
        id: 0,
        video,
        enabled: true,
        timescale: 0,
        language: 0,
        matrix: IDENTITY,
        size: [0; 2],
        edits: Vec::new(),
        entries: Vec::new(),
        samples: Vec::new(),
        start: 0,
    };
    shown(&trak.need(b"tkhd")?, &mut track, found)?;
    for atom in trak.children() {
        let atom = atom?;
        match &atom.kind {
            b"tkhd" | b"mdia" => {}
            b"edts" => track.edits = edits(&atom)?,
            _ => drop_atom(&atom, "trak", found),
        }
    }
    let (version, mut reader) = times(&media.need(b"mdhd")?, found)?;
    track.timescale = reader.u32()?;
    reader.skip(if version == 1 { 8 } else { 4 })?;
    track.language = reader.u16()?;
    if track.timescale == 0 {
        return Err(reader.damaged("time has no unit"));
    }
    for atom in media.children() {
        let atom = atom?;
        if !matches!(&atom.kind, b"mdhd" | b"hdlr" | b"minf") {
            drop_atom(&atom, "mdia", found);
        }
    }
    let information = media.need(b"minf")?;
    own_data(&information, found)?;
    for atom in information.children() {
        let atom = atom?;
        if !matches!(&atom.kind, b"vmhd" | b"smhd" | b"hdlr" | b"dinf" | b"stbl") {
            drop_atom(&atom, "minf", found);
        }
    }
    let tables = information.need(b"stbl")?;
    track.entries = entries(&tables.need(b"stsd")?, video, dropped, found)?;
    table::read(&tables, &mut track, length, found)?;
    Ok(Some(track))
}

fn other(handler: &[u8; 4]) -> (Kind, &'static str) {
    match handler {
        b"text" | b"sbtl" | b"subt" | b"clcp" => (
            Kind::HiddenText,
            "a track of subtitles or chapters (burn them into the picture to keep them)",
        ),
        b"tmcd" => (Kind::Properties, "a track of time codes"),
        b"meta" | b"mebx" => (Kind::Properties, "a track of measurements: place, motion, faces"),
        b"hint" => (Kind::UnusedData, "a track of hints for streaming"),
        b"auxv" | b"pict" => (Kind::EmbeddedObjects, "a second picture"),
        _ => (Kind::UnusedData, "a track that is neither sound nor picture"),
    }
}

fn shown(atom: &Atom<'_>, track: &mut Track, found: &mut Found) -> Result<(), Refusal> {
    let (version, mut reader) = times(atom, found)?;
    let (_, flags, _) = atom.full()?;
    track.enabled = flags & 1 == 1;
    track.id = reader.u32()?;
    reader.skip(if version == 1 { 12 } else { 8 } + 16)?;
    let mut matrix = [0; 9];
    for cell in &mut matrix {
        *cell = reader.i32()?;
    }
    let [a, b, _, c, d, ..] = matrix;
    track.matrix = [a, b, c, d];
    track.size = [reader.u32()?, reader.u32()?];
    Ok(())
}

fn edits(atom: &Atom<'_>) -> Result<Vec<Edit>, Refusal> {
    let Some(list) = atom.child(b"elst")? else { return Ok(Vec::new()) };
    let (version, _, mut reader) = list.full()?;
    let count = reader.u32()?;
    let mut edits = Vec::new();
    for _ in 0..count {
        let (duration, time) = if version == 1 {
            (reader.u64()?, reader.i64()?)
        } else {
            (u64::from(reader.u32()?), i64::from(reader.i32()?))
        };
        edits.push(Edit { duration, time: time.max(-1), rate: reader.i32()? });
    }
    Ok(edits)
}

/// Samples must be in this file: a reference elsewhere tells on whoever opens it. One that no description of samples
/// uses is dropped.
fn own_data(information: &Atom<'_>, found: &mut Found) -> Result<(), Refusal> {
    let Some(data) = information.child(b"dinf")? else { return Ok(()) };
    let Some(references) = data.child(b"dref")? else { return Ok(()) };
    let (_, _, mut reader) = references.full()?;
    reader.skip(4)?;
    let mut elsewhere = Vec::new();
    for (index, atom) in (1_u16..).zip(atom::rest(reader)) {
        let (_, flags, _) = atom?.full()?;
        if flags & 1 == 0 {
            elsewhere.push(index);
        }
    }
    let (_, _, mut reader) = information.need(b"stbl")?.need(b"stsd")?.full()?;
    reader.skip(4)?;
    for atom in atom::rest(reader) {
        let mut entry = atom?.reader();
        entry.skip(6)?;
        if elsewhere.contains(&entry.u16()?) {
            return Err(unsupported("sound or picture in another file"));
        }
    }
    if !elsewhere.is_empty() {
        found.removed(Kind::ExternalReferences, "dref", "the name of another file, not used");
    }
    Ok(())
}

fn entries(
    atom: &Atom<'_>,
    video: bool,
    dropped: &mut Dropped,
    found: &mut Found,
) -> Result<Vec<Entry>, Refusal> {
    let (version, _, mut reader) = atom.full()?;
    let count = reader.u32()?;
    let mut entries = Vec::new();
    for atom in atom::rest(reader.clone()) {
        let atom = atom?;
        let protected = matches!(&atom.kind, b"encv" | b"enca" | b"drms" | b"drmi");
        if protected || video && video::is_protected(&atom)? {
            return Err(Refusal::Encrypted { format: NAME });
        }
        entries.push(if video {
            video::entry(&atom, dropped, found)?
        } else {
            audio::entry(&atom, version == 0, dropped, found)?
        });
        if entries.len() > 1024 {
            return Err(reader.damaged("it has too many descriptions of samples"));
        }
    }
    let pcm = entries.iter().any(|e| matches!(e.codec, super::super::codec::Codec::Pcm(_)));
    if entries.is_empty() || entries.len() != count as usize || pcm && entries.len() > 1 {
        return Err(reader.damaged("the descriptions of samples contradict their number"));
    }
    Ok(entries)
}

/// A recording of a live stream may begin at any time of day: it begins at zero, and tracks stay together.
fn starts(movie: &mut Movie) {
    let scale = movie.timescale;
    let mut gaps: Vec<u64> = movie.tracks.iter_mut().map(gap).collect();
    let shown = movie.tracks.iter().zip(&gaps).filter(|(track, _)| !track.samples.is_empty());
    let first = shown.map(|(_, gap)| *gap).min().unwrap_or(0);
    for (track, gap) in movie.tracks.iter_mut().zip(&mut gaps) {
        let duration = rescale(gap.saturating_sub(first), 1_000_000, scale);
        if duration == 0 || track.samples.is_empty() {
            continue;
        }
        if track.edits.is_empty() {
            track.edits.push(Edit { duration: 0, time: 0, rate: 1 << 16 });
        }
        track.edits.insert(0, Edit { duration, time: -1, rate: 1 << 16 });
    }
}

/// Counts a track's times from its first sample; gives how long nothing is shown before it, in microseconds.
fn gap(track: &mut Track) -> u64 {
    let Ok(start) = i64::try_from(track.start) else { return 0 };
    let mut gap = None;
    for edit in track.edits.iter_mut().filter(|edit| edit.time >= 0) {
        let before = start.saturating_sub(edit.time).max(0);
        edit.time = edit.time.saturating_sub(start).max(0);
        gap.get_or_insert(before);
    }
    let gap = gap.unwrap_or(start).unsigned_abs();
    rescale(gap, track.timescale, 1_000_000)
}
