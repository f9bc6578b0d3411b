//! Films in fragments (ISO/IEC 14496-12 section 8.8): their runs of samples become ordinary tables.

use super::super::bytes::Reader;
use super::super::found::Found;
use super::atom::{self, Atom};
use super::model::{Movie, Sample, Track};
use super::table::SAMPLES;
use crate::{Kind, Refusal};
use std::collections::BTreeMap;

/// What holds for samples of a track unless a fragment says otherwise.
#[derive(Clone, Copy, Default)]
pub(super) struct Defaults {
    track: u32,
    entry: u32,
    duration: u32,
    size: u32,
    flags: u32,
}

impl Defaults {
    pub(super) fn read(mvex: &Atom<'_>) -> Result<Vec<Self>, Refusal> {
        let mut all = Vec::new();
        for atom in mvex.children() {
            let atom = atom?;
            if &atom.kind != b"trex" {
                continue;
            }
            let (_, _, mut reader) = atom.full()?;
            all.push(Self {
                track: reader.u32()?,
                entry: reader.u32()?,
                duration: reader.u32()?,
                size: reader.u32()?,
                flags: reader.u32()?,
            });
            if all.len() > 1024 {
                return Err(reader.damaged("too many defaults"));
            }
        }
        Ok(all)
    }
}

/// A sample that cannot be decoded on its own.
const NOT_SYNC: u32 = 0x1_0000;

pub(super) fn read(
    input: &[u8],
    movie: &mut Movie,
    defaults: &[Defaults],
    found: &mut Found,
) -> Result<(), Refusal> {
    // The table of contents may hold samples, too: the fragments come after them.
    let lengths = movie.tracks.iter().map(|track| (track.id, track.duration())).collect();
    let mut budget = Budget { samples: SAMPLES, bytes: input.len(), lengths };
    for atom in atom::file(input) {
        let moof = atom?;
        if &moof.kind != b"moof" {
            continue;
        }
        let mut next = moof.start;
        for atom in moof.children() {
            let atom = atom?;
            match &atom.kind {
                b"mfhd" => {}
                b"traf" => next = run_track(&atom, moof.start, next, movie, defaults, &mut budget)?,
                _ => {
                    let place = format!("moof/{}", atom::name(&atom.kind));
                    found.removed(
                        Kind::UnusedData,
                        &place,
                        "a box that is neither sound nor picture",
                    );
                }
            }
        }
    }
    found.removed(Kind::Fingerprints, "moof", "the division into fragments");
    Ok(())
}

struct Budget {
    samples: usize,
    bytes: usize,
    /// The length of each track so far, by its id.
    lengths: BTreeMap<u32, u64>,
}

/// Reads the runs of one track in one fragment; gives where its data ended.
fn run_track(
    traf: &Atom<'_>,
    fragment: usize,
    previous: usize,
    movie: &mut Movie,
    defaults: &[Defaults],
    budget: &mut Budget,
) -> Result<usize, Refusal> {
    let (_, flags, mut reader) = traf.need(b"tfhd")?.full()?;
    let id = reader.u32()?;
    let mut own = defaults.iter().find(|known| known.track == id).copied().unwrap_or_default();
    let base = if flags & 1 != 0 {
        usize::try_from(reader.u64()?).map_err(|_| reader.damaged("too far away"))?
    } else if flags & 0x2_0000 != 0 {
        fragment
    } else {
        previous
    };
    let fields = [
        (2, &mut own.entry),
        (8, &mut own.duration),
        (0x10, &mut own.size),
        (0x20, &mut own.flags),
    ];
    for (flag, field) in fields {
        if flags & flag != 0 {
            *field = reader.u32()?;
        }
    }
    let mut discarded = None;
    let track = movie.tracks.iter_mut().find(|track| track.id == id);
    // Runs of dropped tracks are read, too: the next one's data may begin where theirs ends.
    let track = match track {
        Some(track) => track,
        None => discarded.insert(Track {
            id,
            video: false,
            enabled: false,
            timescale: 1,
            language: 0,
            matrix: [0; 4],
            size: [0; 2],
            edits: Vec::new(),
            entries: Vec::new(),
            samples: Vec::new(),
            start: 0,
        }),
    };
    let entries = track.entries.len();
    let entry = own.entry.checked_sub(1).filter(|e| entries == 0 || (*e as usize) < entries);
    let entry = entry.and_then(|entry| u16::try_from(entry).ok());
    let entry = entry.ok_or_else(|| reader.damaged("a fragment has no description"))?;
    if let Some(atom) = traf.child(b"tfdt")? {
        let (version, _, mut reader) = atom.full()?;
        let time = if version == 1 { reader.u64()? } else { u64::from(reader.u32()?) };
        begin(track, time, budget.lengths.entry(id).or_default());
    }
    let mut data = base;
    for atom in traf.children() {
        let atom = atom?;
        if &atom.kind == b"trun" {
            let (_, flags, reader) = atom.full()?;
            data = run(reader, flags, base, data, entry, &own, track, budget)?;
        }
    }
    Ok(data)
}

/// A gap before a fragment makes the sample before it last longer.
fn begin(track: &mut Track, time: u64, length: &mut u64) {
    if track.samples.is_empty() {
        track.start = time;
        return;
    }
    let now = track.start.saturating_add(*length);
    if let Some(last) = track.samples.last_mut() {
        let gap = u32::try_from(time.saturating_sub(now)).unwrap_or(0);
        last.duration = last.duration.saturating_add(gap);
        *length = length.saturating_add(u64::from(gap));
    }
}

#[allow(clippy::too_many_arguments)]
fn run(
    mut reader: Reader<'_>,
    flags: u32,
    base: usize,
    data: usize,
    entry: u16,
    own: &Defaults,
    track: &mut Track,
    budget: &mut Budget,
) -> Result<usize, Refusal> {
    let count = reader.u32()?;
    let mut offset = data;
    if flags & 1 != 0 {
        let moved = isize::try_from(reader.i32()?).ok().and_then(|by| base.checked_add_signed(by));
        offset = moved.ok_or_else(|| reader.damaged("a run of samples lies outside the file"))?;
    }
    let mut first = if flags & 4 != 0 { Some(reader.u32()?) } else { None };
    for _ in 0..count {
        let mut field = |flag: u32, default: u32| {
            if flags & flag != 0 { reader.u32() } else { Ok(default) }
        };
        let duration = field(0x100, own.duration)?;
        let size = field(0x200, own.size)? as usize;
        let sample_flags = field(0x400, own.flags)?;
        let shift = field(0x800, 0)? as i32;
        let sync = first.take().unwrap_or(sample_flags) & NOT_SYNC == 0;
        let over = || Refusal::damaged(super::NAME, "moof", "more samples than the file can hold");
        budget.samples = budget.samples.checked_sub(1).ok_or_else(over)?;
        budget.bytes = budget.bytes.checked_sub(size).ok_or_else(over)?;
        let length = budget.lengths.entry(track.id).or_default();
        *length = length.saturating_add(u64::from(duration));
        track.samples.push(Sample { offset, size, duration, shift, sync, entry });
        offset = offset.saturating_add(size);
    }
    Ok(offset)
}
