//! Sample tables (ISO/IEC 14496-12 sections 8.6 and 8.7).

use super::super::bytes::Reader;
use super::super::found::Found;
use super::atom::{self, Atom};
use super::model::{Sample, Track};
use crate::{Kind, Refusal};

/// Samples of one track: a day of sound at the usual frame length has about four million.
pub(super) const SAMPLES: usize = 1 << 23;

pub(super) fn read(
    tables: &Atom<'_>,
    track: &mut Track,
    length: usize,
    found: &mut Found,
) -> Result<(), Refusal> {
    let mut known = Tables::default();
    for atom in tables.children() {
        let atom = atom?;
        let place = match &atom.kind {
            b"stsd" => continue,
            b"stts" => &mut known.times,
            b"ctts" => &mut known.shifts,
            b"stss" => &mut known.syncs,
            b"stsc" => &mut known.chunks,
            b"stsz" => &mut known.sizes,
            b"stz2" => &mut known.small_sizes,
            b"stco" => &mut known.offsets,
            b"co64" => &mut known.large_offsets,
            kind => {
                let what = "a table that nothing shown depends on";
                found.removed(Kind::UnusedData, &format!("stbl/{}", atom::name(kind)), what);
                continue;
            }
        };
        if place.is_none() {
            *place = Some(atom);
        }
    }
    let chunks = Chunks::new(&known, tables)?;
    match track.pcm() {
        Some(size) => pcm(&known, chunks, size, length, track),
        None => coded(&known, chunks, tables, length, track),
    }
}

#[derive(Default)]
struct Tables<'a> {
    times: Option<Atom<'a>>,
    shifts: Option<Atom<'a>>,
    syncs: Option<Atom<'a>>,
    chunks: Option<Atom<'a>>,
    sizes: Option<Atom<'a>>,
    small_sizes: Option<Atom<'a>>,
    offsets: Option<Atom<'a>>,
    large_offsets: Option<Atom<'a>>,
}

/// Offset, number of samples and entry of each chunk.
struct Chunks<'a> {
    offsets: Reader<'a>,
    large: bool,
    left: u32,
    number: u32,
    runs: Reader<'a>,
    runs_left: u32,
    /// Samples per chunk and entry, from here until chunk `until`.
    run: (u32, u16),
    until: u32,
}

impl<'a> Chunks<'a> {
    fn new(tables: &Tables<'a>, parent: &Atom<'a>) -> Result<Self, Refusal> {
        let large = tables.offsets.is_none();
        let missing = || parent.reader().damaged("the tables of samples are not complete");
        let atom = tables.offsets.or(tables.large_offsets).ok_or_else(missing)?;
        let (_, _, mut offsets) = atom.full()?;
        let left = offsets.u32()?;
        let (_, _, mut runs) = tables.chunks.ok_or_else(missing)?.full()?;
        let runs_left = runs.u32()?;
        Ok(Self { offsets, large, left, number: 0, runs, runs_left, run: (0, 0), until: 1 })
    }

    fn next(&mut self) -> Result<Option<(usize, u32, u16)>, Refusal> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.number += 1;
        while self.number >= self.until && self.runs_left > 0 {
            let first = self.runs.u32()?;
            if first != self.until {
                return Err(self.runs.damaged("runs of chunks are not in order"));
            }
            let per_chunk = self.runs.u32()?;
            let entry = self.runs.u32()?.checked_sub(1).and_then(|entry| u16::try_from(entry).ok());
            let entry = entry.ok_or_else(|| self.runs.damaged("a chunk has no description"))?;
            self.run = (per_chunk, entry);
            self.runs_left -= 1;
            self.until = match self.runs_left {
                0 => u32::MAX,
                _ => self.runs.clone().u32()?,
            };
            if self.until <= first {
                return Err(self.runs.damaged("runs of chunks are not in order"));
            }
        }
        let offset = if self.large { self.offsets.u64()? } else { u64::from(self.offsets.u32()?) };
        let offset = usize::try_from(offset).map_err(|_| self.offsets.damaged("too far away"))?;
        Ok(Some((offset, self.run.0, self.run.1)))
    }
}

fn pcm(
    tables: &Tables<'_>,
    mut chunks: Chunks<'_>,
    size: usize,
    length: usize,
    track: &mut Track,
) -> Result<(), Refusal> {
    let mut times = Runs::new(tables.times)?;
    while let Some((offset, count, _)) = chunks.next()? {
        let bytes = (count as usize).checked_mul(size).filter(|bytes| *bytes <= length);
        let bytes = bytes.ok_or_else(|| chunks.offsets.damaged("a chunk is too long"))?;
        // One sample of PCM lasts one unit, in every file seen; what else there is counts as that, too.
        times.take(count)?;
        track.samples.push(Sample {
            offset,
            size: bytes,
            duration: count,
            shift: 0,
            sync: true,
            entry: 0,
        });
        if track.samples.len() > SAMPLES {
            return Err(chunks.offsets.damaged("too many chunks"));
        }
    }
    if times.value != 1 && !track.samples.is_empty() {
        return Err(chunks.offsets.damaged("samples of plain sound last longer than one unit"));
    }
    Ok(())
}

fn coded(
    tables: &Tables<'_>,
    mut chunks: Chunks<'_>,
    parent: &Atom<'_>,
    length: usize,
    track: &mut Track,
) -> Result<(), Refusal> {
    let missing = || parent.reader().damaged("the tables of samples are not complete");
    let mut sizes = Sizes::new(tables.sizes, tables.small_sizes)?.ok_or_else(missing)?;
    let mut times = Runs::new(tables.times)?;
    let mut shifts = Runs::new(tables.shifts)?;
    let mut syncs = Syncs::new(tables.syncs)?;
    let mut total = 0usize;
    'chunks: while let Some((offset, count, entry)) = chunks.next()? {
        if usize::from(entry) >= track.entries.len() {
            return Err(chunks.runs.damaged("a chunk has no description"));
        }
        let mut offset = offset;
        for _ in 0..count {
            // The last chunks of some writers announce more than there is.
            let Some(size) = sizes.next()? else { break 'chunks };
            let duration = times.take(1)?;
            let shift = shifts.take(1)? as i32;
            let number = track.samples.len() as u32 + 1;
            let sync = syncs.at(number)?;
            track.samples.push(Sample { offset, size, duration, shift, sync, entry });
            offset = offset.saturating_add(size);
            total = total.saturating_add(size);
            if track.samples.len() > SAMPLES || total > length {
                return Err(parent.reader().damaged("it has more samples than the file can hold"));
            }
        }
    }
    if sizes.left > 0 {
        return Err(parent.reader().damaged("there are samples that no chunk holds"));
    }
    Ok(())
}

/// Runs of a number of samples with one value.
struct Runs<'a> {
    reader: Option<Reader<'a>>,
    runs: u32,
    left: u32,
    value: u32,
}

impl<'a> Runs<'a> {
    fn new(atom: Option<Atom<'a>>) -> Result<Self, Refusal> {
        let Some(atom) = atom else {
            return Ok(Self { reader: None, runs: 0, left: 0, value: 0 });
        };
        let (_, _, mut reader) = atom.full()?;
        let runs = reader.u32()?;
        Ok(Self { reader: Some(reader), runs, left: 0, value: 0 })
    }

    /// The value for the next samples; past the end, the last one.
    fn take(&mut self, count: u32) -> Result<u32, Refusal> {
        let mut wanted = count;
        while wanted > self.left && self.runs > 0 {
            let Some(reader) = &mut self.reader else { break };
            wanted -= self.left;
            self.left = reader.u32()?;
            self.value = reader.u32()?;
            self.runs -= 1;
        }
        self.left = self.left.saturating_sub(wanted);
        Ok(self.value)
    }
}

struct Sizes<'a> {
    reader: Reader<'a>,
    constant: u32,
    /// Bits of one size: 32, or 4, 8, 16.
    width: u8,
    half: Option<u8>,
    left: u32,
}

impl<'a> Sizes<'a> {
    fn new(sizes: Option<Atom<'a>>, small: Option<Atom<'a>>) -> Result<Option<Self>, Refusal> {
        let Some(atom) = sizes.or(small) else { return Ok(None) };
        let (_, _, mut reader) = atom.full()?;
        let first = reader.u32()?;
        let left = reader.u32()?;
        let (constant, width) = if sizes.is_some() { (first, 32) } else { (0, first as u8) };
        if !matches!(width, 4 | 8 | 16 | 32) {
            return Err(reader.damaged("sizes of an unknown width"));
        }
        Ok(Some(Self { reader, constant, width, half: None, left }))
    }

    fn next(&mut self) -> Result<Option<usize>, Refusal> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let size = match (self.constant, self.width) {
            (0, 4) => match self.half.take() {
                Some(low) => u32::from(low),
                None => {
                    let byte = self.reader.u8()?;
                    self.half = Some(byte & 15);
                    u32::from(byte >> 4)
                }
            },
            (0, 8) => u32::from(self.reader.u8()?),
            (0, 16) => u32::from(self.reader.u16()?),
            (0, _) => self.reader.u32()?,
            (size, _) => size,
        };
        Ok(Some(size as usize))
    }
}

/// Which samples can be decoded on their own; without a table, all.
struct Syncs<'a> {
    reader: Option<Reader<'a>>,
    left: u32,
    next: u32,
}

impl<'a> Syncs<'a> {
    fn new(atom: Option<Atom<'a>>) -> Result<Self, Refusal> {
        let Some(atom) = atom else { return Ok(Self { reader: None, left: 0, next: 0 }) };
        let (_, _, mut reader) = atom.full()?;
        let left = reader.u32()?;
        Ok(Self { reader: Some(reader), left, next: 0 })
    }

    fn at(&mut self, number: u32) -> Result<bool, Refusal> {
        let Some(reader) = &mut self.reader else { return Ok(true) };
        while self.next < number && self.left > 0 {
            self.next = reader.u32()?;
            self.left -= 1;
        }
        Ok(self.next == number)
    }
}
