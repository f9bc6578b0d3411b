//! Reads a film: its tracks and the blocks of their frames.

use super::super::codec::Dropped;
use super::super::found::Found;
use super::block::{self, Block};
use super::ebml::{Element, Elements};
use super::track::{self, Track};
use super::{NAME, id};
use crate::{Kind, Refusal};

pub(super) struct Film {
    pub(super) webm: bool,
    /// Nanoseconds of one unit of time.
    pub(super) scale: u64,
    pub(super) tracks: Vec<Track>,
    pub(super) blocks: Vec<Block>,
}

const TRACKS: usize = 256;
const BLOCKS: usize = 1 << 23;

pub(super) fn film(input: &[u8], found: &mut Found) -> Result<Film, Refusal> {
    let mut film = Film { webm: false, scale: 1_000_000, tracks: Vec::new(), blocks: Vec::new() };
    let mut file = Elements::of(input);
    let head = file.next().transpose()?.filter(|element| element.id == id::EBML);
    let head =
        head.ok_or_else(|| Refusal::damaged(NAME, "byte 0", "it does not begin as it should"))?;
    kind(&head, &mut film)?;
    let mut segments = 0;
    for element in file {
        let element = element?;
        match element.id {
            id::SEGMENT if segments == 0 => {
                segments += 1;
                segment(&element, &mut film, found)?;
            }
            id::SEGMENT | id::EBML => {
                return Err(element
                    .reader()
                    .damaged("a second film follows the first: split them"));
            }
            _ => track::unknown(&element, "file", found),
        }
    }
    if film.tracks.is_empty() || film.blocks.is_empty() {
        return Err(Refusal::damaged(NAME, "segment", "it has neither sound nor picture"));
    }
    Ok(film)
}

fn kind(head: &Element<'_>, film: &mut Film) -> Result<(), Refusal> {
    for element in head.children() {
        let element = element?;
        if element.id == id::DOC_TYPE {
            film.webm = match element.text() {
                b"webm" => true,
                b"matroska" => false,
                _ => return Err(element.reader().damaged("it is not Matroska")),
            };
        }
    }
    Ok(())
}

fn segment(segment: &Element<'_>, film: &mut Film, found: &mut Found) -> Result<(), Refusal> {
    let mut dropped = Dropped::default();
    let mut elements = segment.children();
    while let Some(element) = elements.next() {
        let element = element?;
        match element.id {
            // Written anew.
            id::SEEK_HEAD | id::CUES => {}
            id::INFO => info(&element, film, found)?,
            id::TRACKS if film.tracks.is_empty() => tracks(&element, film, &mut dropped, found)?,
            id::CLUSTER if element.unknown_size => {
                // It ends where something begins that cannot be in a cluster.
                let mut inner = element.children();
                live(&mut inner, film, found)?;
                elements.reader = inner.reader;
            }
            id::CLUSTER => cluster(element.children(), film, found)?,
            _ => track::unknown(&element, "segment", found),
        }
    }
    dropped.report("description", found);
    Ok(())
}

fn info(info: &Element<'_>, film: &mut Film, found: &mut Found) -> Result<(), Refusal> {
    for element in info.children() {
        let element = element?;
        match element.id {
            id::TIMESTAMP_SCALE => film.scale = element.number()?,
            id::DURATION => {}
            id::MUXING_APP | id::WRITING_APP => {
                if element.text() != super::write::APPLICATION {
                    found.removed(
                        Kind::Fingerprints,
                        "info",
                        "the name of a program that wrote it",
                    );
                }
            }
            _ => track::unknown(&element, "info", found),
        }
    }
    if film.scale == 0 || film.scale > 1 << 40 {
        return Err(info.reader().damaged("time has no unit"));
    }
    Ok(())
}

fn tracks(
    list: &Element<'_>,
    film: &mut Film,
    dropped: &mut Dropped,
    found: &mut Found,
) -> Result<(), Refusal> {
    for element in list.children() {
        let element = element?;
        if element.id != id::TRACK_ENTRY {
            track::unknown(&element, "tracks", found);
            continue;
        }
        if let Some(track) = track::read(&element, dropped, found)? {
            if film.tracks.len() >= TRACKS || film.tracks.iter().any(|t| t.number == track.number) {
                return Err(element.reader().damaged("too many tracks, or two of one number"));
            }
            film.tracks.push(track);
        }
    }
    Ok(())
}

/// A cluster of unknown size: up to the next element of the segment.
fn live<'a>(
    elements: &mut Elements<'a>,
    film: &mut Film,
    found: &mut Found,
) -> Result<(), Refusal> {
    let mut time = 0;
    while let Some(next) = elements.peek() {
        let ends = matches!(
            next,
            id::CLUSTER
                | id::CUES
                | id::TAGS
                | id::SEEK_HEAD
                | id::INFO
                | id::TRACKS
                | id::CHAPTERS
                | id::ATTACHMENTS
        );
        if ends {
            return Ok(());
        }
        let Some(element) = elements.next() else { return Ok(()) };
        one(&element?, &mut time, film, found)?;
    }
    if elements.reader.is_empty() {
        Ok(())
    } else {
        Err(elements.reader.damaged("no element begins here"))
    }
}

fn cluster(elements: Elements<'_>, film: &mut Film, found: &mut Found) -> Result<(), Refusal> {
    let mut time = 0;
    for element in elements {
        one(&element?, &mut time, film, found)?;
    }
    Ok(())
}

fn one(
    element: &Element<'_>,
    time: &mut i64,
    film: &mut Film,
    found: &mut Found,
) -> Result<(), Refusal> {
    match element.id {
        id::TIMESTAMP => {
            *time = i64::try_from(element.number()?)
                .ok()
                .filter(|time| *time < 1 << 56)
                .ok_or_else(|| element.reader().damaged("a time is too far away"))?;
        }
        id::SIMPLE_BLOCK => add(element, *time, film, |block, flags| {
            block.key = flags & 0x80 != 0;
            block.discardable = flags & 1 != 0;
        })?,
        id::BLOCK_GROUP => group(element, *time, film, found)?,
        id::POSITION | id::PREV_SIZE => {}
        _ => track::unknown(element, "cluster", found),
    }
    Ok(())
}

fn group(
    group: &Element<'_>,
    time: i64,
    film: &mut Film,
    found: &mut Found,
) -> Result<(), Refusal> {
    let (mut block, mut duration, mut discard, mut key) = (None, None, None, true);
    for element in group.children() {
        let element = element?;
        match element.id {
            id::BLOCK if block.is_none() => block = Some(element),
            id::BLOCK_DURATION => duration = Some(element.number()?.min(1 << 56)),
            id::DISCARD_PADDING => discard = Some(element.signed()?),
            id::REFERENCE_BLOCK => key = false,
            _ => track::unknown(&element, "block", found),
        }
    }
    let block = block.ok_or_else(|| group.reader().damaged("a group without a block"))?;
    add(&block, time, film, |block, _| {
        block.key = key;
        block.duration = duration;
        block.discard = discard;
    })
}

fn add(
    element: &Element<'_>,
    cluster: i64,
    film: &mut Film,
    more: impl FnOnce(&mut Block, u8),
) -> Result<(), Refusal> {
    let head = block::read(element.body, element.at)?;
    let Some(track) = film.tracks.iter().position(|track| track.number == head.number) else {
        return Ok(());
    };
    let mut block = Block {
        track,
        time: cluster + i64::from(head.time),
        key: false,
        invisible: head.flags & 8 != 0,
        discardable: false,
        frames: head.frames,
        duration: None,
        discard: None,
    };
    more(&mut block, head.flags);
    film.blocks.push(block);
    if film.blocks.len() > BLOCKS {
        return Err(element.reader().damaged("it has too many blocks"));
    }
    Ok(())
}
