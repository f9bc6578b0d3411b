//! Ogg with Opus or Vorbis: fresh pages around the packets. FLAC in Ogg becomes plain FLAC.

mod opus;
mod page;
mod vorbis;

pub(super) use opus::OpusHead;
pub(super) use vorbis::VorbisHeaders;

use super::codec::{Codec, Dropped, opus as packets};
use super::flac;
use super::found::Found;
use crate::{Format, Kind, Refusal};
use page::{Stream, Writer};

pub(super) const NAME: &str = "Ogg";

pub(super) fn rebuild(input: &[u8], found: &mut Found) -> Result<(Vec<u8>, Format), Refusal> {
    let streams = page::streams(input, found)?;
    let mut sound: Option<&Stream> = None;
    for stream in &streams {
        let first = stream.first();
        let known = [b"OpusHead".as_slice(), b"\x01vorbis", b"\x7FFLAC"];
        if known.iter().any(|magic| first.starts_with(magic)) {
            if sound.is_some() {
                return Err(Refusal::Unsupported {
                    format: NAME,
                    what: "several recordings in one file".into(),
                    advice: "split it into its parts first",
                });
            }
            sound = Some(stream);
        } else if first.starts_with(b"\x80theora") || first.starts_with(b"BBCD") {
            return Err(unsupported("film in Ogg"));
        } else if first.starts_with(b"Speex") {
            return Err(unsupported("sound coded with Speex"));
        } else {
            found.removed(Kind::UnusedData, "streams", "a stream that is not sound");
        }
    }
    let sound = sound.ok_or_else(|| Refusal::damaged(NAME, "byte 0", "there is no sound in it"))?;
    if sound.serial != 1 {
        found.removed(Kind::Identifiers, "pages", "the serial number of the stream");
    }
    let mut dropped = Dropped::default();
    let out = if sound.first().starts_with(b"OpusHead") {
        (with_opus(sound, &mut dropped, found)?, Format::Ogg)
    } else if sound.first().starts_with(b"\x01vorbis") {
        (with_vorbis(sound, &mut dropped, found)?, Format::Ogg)
    } else {
        found.removed(Kind::FormatChanged, "file", "Ogg around FLAC: it is plain FLAC now");
        (with_flac(sound, found)?, Format::Flac)
    };
    dropped.report("packets", found);
    Ok(out)
}

fn unsupported(what: &str) -> Refusal {
    Refusal::Unsupported {
        format: NAME,
        what: what.into(),
        advice: "convert it to Opus or FLAC if it is sound, to WebM or MP4 if it is film",
    }
}

fn with_opus(
    stream: &Stream,
    dropped: &mut Dropped,
    found: &mut Found,
) -> Result<Vec<u8>, Refusal> {
    let broken = |what: &str| Refusal::damaged(NAME, "packets", what);
    let head = stream.first().strip_prefix(b"OpusHead").unwrap_or_default();
    let head = OpusHead::read(head, true).ok_or_else(|| broken("the head is not one of Opus"))?;
    let mut first = b"OpusHead".to_vec();
    head.write(true, &mut first);
    if first != stream.first() {
        found.removed(Kind::Fingerprints, "head", "the rate of the recording");
    }
    const TAGS: &[u8] = b"OpusTags\0\0\0\0\0\0\0\0";
    let codec = Codec::Opus(head.streams());
    let mut sound = Vec::new();
    for (index, (packet, granule)) in stream.packets().enumerate().skip(1) {
        if index == 1 && packet.starts_with(b"OpusTags") {
            if packet != TAGS {
                found.removed(
                    Kind::Properties,
                    "OpusTags",
                    "tags: title, people, pictures, encoder",
                );
            }
            continue;
        }
        let samples = packets::duration(packet).ok_or_else(|| broken("a packet is not Opus"))?;
        let mut fresh = Vec::with_capacity(packet.len());
        codec.rewrite(packet, &mut fresh, dropped).map_err(|b| b.at(NAME, "packets"))?;
        sound.push((fresh, samples, granule));
    }
    write(&[&first, TAGS], &sound, 0).ok_or_else(|| broken("there is no sound in it"))
}

fn with_vorbis(
    stream: &Stream,
    dropped: &mut Dropped,
    found: &mut Found,
) -> Result<Vec<u8>, Refusal> {
    let broken = |what: &str| Refusal::damaged(NAME, "packets", what);
    let mut all = stream.packets();
    let heads = [all.next(), all.next(), all.next()].map(|head| head.map_or(&[][..], |(h, _)| h));
    let [identification, comments, setup] = heads;
    let headers = VorbisHeaders::read(identification, setup, dropped)
        .map_err(|broken| broken.at(NAME, "headers"))?;
    let fresh = headers.packets();
    if fresh[1] != comments {
        found.removed(Kind::Properties, "comments", "tags: title, people, pictures, encoder");
    }
    if fresh[0] != identification {
        found.removed(Kind::Fingerprints, "head", "the encoder's settings");
    }
    let mut sound = Vec::new();
    let mut before = None;
    for (packet, granule) in all {
        let Some(block) = headers.block(packet) else {
            dropped.add("packets that are not sound");
            continue;
        };
        let samples = before.map_or(0, |before: u64| (before + block) / 4);
        before = Some(block);
        sound.push((packet.to_vec(), samples, granule));
    }
    if let Some(sentence) = Codec::Vorbis.remains() {
        found.remains(sentence);
    }
    write(&fresh, &sound, i64::MIN).ok_or_else(|| broken("there is no sound in it"))
}

type Packet = (Vec<u8>, u64, Option<i64>);

/// Fresh pages. Positions are counted anew from the packets' lengths; only what the old ones say about cutting at
/// the start (Vorbis; not below `least`) and at the end is kept.
fn write(heads: &[&[u8]], packets: &[Packet], least: i64) -> Option<Vec<u8>> {
    let mut passed = 0i64;
    let mut offset = None;
    let mut last = None;
    for (_, samples, granule) in packets {
        passed = passed.checked_add(i64::try_from(*samples).ok()?)?;
        if let Some(granule) = granule {
            offset.get_or_insert(granule.saturating_sub(passed));
            last = Some(*granule);
        }
    }
    // One page of sound that is cut: at its end.
    let single = packets.iter().filter(|(_, _, granule)| granule.is_some()).count() < 2;
    let offset = offset.unwrap_or(0);
    let shift = if single { 0 } else { offset.min(0).max(least) };
    let total = passed.saturating_add(shift);
    let end = last.map_or(total, |last| last.saturating_sub(offset.max(0)).clamp(0, total.max(0)));

    let size = packets.iter().map(|(packet, ..)| packet.len() + 8).sum::<usize>() + 8192;
    let mut writer = Writer::new(size);
    let (first, others) = heads.split_first()?;
    writer.packet(first, 0);
    writer.flush(false);
    others.iter().for_each(|head| writer.packet(head, 0));
    writer.flush(false);
    let (mut position, mut on_page, mut first_page) = (shift, 0, true);
    let count = packets.len();
    for (index, (packet, samples, _)) in packets.iter().enumerate() {
        // The first page is short: where the last one is the only one, players cannot tell which end is cut.
        if on_page >= 44_100 || first_page && position > 0 {
            writer.flush(false);
            (on_page, first_page) = (0, false);
        }
        position += *samples as i64;
        on_page += samples;
        let granule = if index + 1 == count { end } else { position.min(end).max(0) };
        writer.packet(packet, granule);
    }
    (count > 0).then(|| writer.finish())
}

/// FLAC's mapping into Ogg: a head, blocks of metadata, then a frame in each packet.
fn with_flac(stream: &Stream, found: &mut Found) -> Result<Vec<u8>, Refusal> {
    let broken = || Refusal::damaged(NAME, "head", "it is not one of FLAC");
    let info = stream.first().get(13..51).ok_or_else(broken)?;
    let mut plain = b"fLaC".to_vec();
    plain.push(info.first().copied().unwrap_or(0) | 0x80);
    plain.extend_from_slice(info.get(1..).unwrap_or_default());
    for (packet, _) in stream.packets().skip(1) {
        if packet.first() == Some(&0xFF) {
            plain.extend_from_slice(packet);
        } else {
            found.removed(Kind::Properties, "metadata", "tags, pictures or tables");
        }
    }
    flac::rebuild(&plain, found)
}
