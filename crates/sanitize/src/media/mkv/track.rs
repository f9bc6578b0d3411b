//! Tracks: the fields that sound and picture depend on, by list.

use super::super::codec::{Codec, Dropped};
use super::super::found::Found;
use super::ebml::{Element, put_float, put_master, put_number};
use super::{NAME, codec, id};
use crate::{Kind, Refusal};

/// A track of sound or picture.
pub(super) struct Track {
    /// In the input; the output counts from one.
    pub(super) number: u64,
    pub(super) video: bool,
    pub(super) language: Vec<u8>,
    pub(super) codec_id: Vec<u8>,
    pub(super) codec: Codec,
    pub(super) private: Option<Vec<u8>>,
    /// Nanoseconds of one frame; 0: not said.
    pub(super) default_duration: u64,
    /// What was cut off the head of every frame, to save room.
    pub(super) prefix: Vec<u8>,
    /// Everything else, ready to be written.
    fields: Vec<u8>,
}

/// Numbers of a track with the largest value that makes sense.
const NUMBERS: &[(u32, u64)] = &[
    (id::FLAG_ENABLED, 1),
    (id::FLAG_DEFAULT, 1),
    (id::FLAG_FORCED, 1),
    (id::CODEC_DELAY, 10_000_000_000),
    (id::SEEK_PRE_ROLL, 10_000_000_000),
];
const VIDEO: &[(u32, u64)] = &[
    (id::FLAG_INTERLACED, 2),
    (id::FIELD_ORDER, 14),
    (id::STEREO_MODE, 14),
    (id::PIXEL_WIDTH, 65_535),
    (id::PIXEL_HEIGHT, 65_535),
    (id::CROP_BOTTOM, 65_535),
    (id::CROP_TOP, 65_535),
    (id::CROP_LEFT, 65_535),
    (id::CROP_RIGHT, 65_535),
    (id::DISPLAY_WIDTH, 1 << 24),
    (id::DISPLAY_HEIGHT, 1 << 24),
    (id::DISPLAY_UNIT, 4),
];
const COLOUR: &[(u32, u64)] = &[
    (id::MATRIX_COEFFICIENTS, 255),
    (id::BITS_PER_CHANNEL, 32),
    (id::CHROMA_SITING_HORZ, 2),
    (id::CHROMA_SITING_VERT, 2),
    (id::RANGE, 3),
    (id::TRANSFER, 255),
    (id::PRIMARIES, 255),
];
const AUDIO: &[(u32, u64)] = &[(id::CHANNELS, 255), (id::BIT_DEPTH, 64)];

/// Reads a track; `None` for one that is neither sound nor picture.
pub(super) fn read(
    entry: &Element<'_>,
    dropped: &mut Dropped,
    found: &mut Found,
) -> Result<Option<Track>, Refusal> {
    let (mut number, mut kind, mut codec_id, mut private) = (0, 0, &[][..], None);
    let (mut default_duration, mut prefix) = (0, Vec::new());
    let mut language = b"eng".to_vec();
    let mut fields = Vec::new();
    let mut audio = Sound::default();
    for element in entry.children() {
        let element = element?;
        match element.id {
            id::TRACK_NUMBER => number = element.number()?,
            id::TRACK_TYPE => kind = element.number()?,
            id::CODEC_ID => codec_id = element.text(),
            id::CODEC_PRIVATE => private = Some(element),
            id::DEFAULT_DURATION => default_duration = element.number()?,
            id::LANGUAGE => language = element.text().to_vec(),
            id::TRACK_UID | id::FLAG_LACING => {}
            id::CONTENT_ENCODINGS => prefix = encodings(&element)?,
            id::VIDEO => {
                let mut body = Vec::new();
                video(&element, &mut body, found)?;
                super::ebml::put(&mut fields, id::VIDEO, &body);
            }
            id::AUDIO => {
                let mut body = Vec::new();
                sound(&element, &mut audio, &mut body, found)?;
                super::ebml::put(&mut fields, id::AUDIO, &body);
            }
            id::NAME_ => found.removed(Kind::Properties, "track", "the name of a track"),
            id::CODEC_NAME => found.removed(Kind::Fingerprints, "track", "the name of a codec"),
            id::LANGUAGE_BCP47 => {
                found.removed(Kind::Properties, "track", "the language of a track")
            }
            _ => {
                if !known(&element, NUMBERS, &mut fields)? {
                    unknown(&element, "track", found);
                }
            }
        }
    }
    let video = match kind {
        1 => true,
        2 => false,
        17 => {
            let what = "a track of subtitles (burn them into the picture to keep them)";
            found.removed(Kind::HiddenText, "track", what);
            return Ok(None);
        }
        _ => {
            found.removed(Kind::UnusedData, "track", "a track that is neither sound nor picture");
            return Ok(None);
        }
    };
    if number == 0 {
        return Err(entry.reader().damaged("a track has no number"));
    }
    let (codec, fresh) = codec::codec(codec_id, private, &audio, entry, dropped)?;
    if codec.is_video() != video {
        return Err(entry.reader().damaged("a track's kind and its codec contradict each other"));
    }
    if let Some(sentence) = codec.remains() {
        found.remains(sentence);
    }
    Ok(Some(Track {
        number,
        video,
        language: if plain(&language) { language } else { b"und".to_vec() },
        codec_id: codec_id.to_vec(),
        codec,
        private: fresh,
        default_duration: if default_duration < 1 << 40 { default_duration } else { 0 },
        prefix,
        fields,
    }))
}

/// What the codec's description of plain sound depends on.
#[derive(Default)]
pub(super) struct Sound {
    pub(super) channels: u64,
    pub(super) bits: u64,
}

/// Three small letters.
fn plain(language: &[u8]) -> bool {
    language.len() == 3 && language.iter().all(u8::is_ascii_lowercase)
}

/// Writes a number that is on the list.
fn known(element: &Element<'_>, list: &[(u32, u64)], out: &mut Vec<u8>) -> Result<bool, Refusal> {
    let Some((_, most)) = list.iter().find(|(id, _)| *id == element.id) else { return Ok(false) };
    let value = element.number()?;
    if value > *most {
        return Err(element.reader().damaged("a number is out of its range"));
    }
    put_number(out, element.id, value);
    Ok(true)
}

pub(super) fn unknown(element: &Element<'_>, place: &str, found: &mut Found) {
    let (kind, what) = match element.id {
        id::VOID => (Kind::UnusedData, "free space"),
        id::CRC_32 => return,
        id::TAGS => (Kind::Properties, "tags: title, people, encoder"),
        id::CHAPTERS => (Kind::Properties, "chapters"),
        id::ATTACHMENTS => (Kind::EmbeddedObjects, "attached files"),
        id::BLOCK_ADDITIONS => {
            (Kind::UnusedData, "additions to frames (for example a second picture or transparency)")
        }
        id::DATE | id::TITLE | id::SEGMENT_UID => (Kind::Properties, "date, title or identifiers"),
        _ => (Kind::UnusedData, "an element that is neither sound nor picture"),
    };
    found.removed(kind, place, what);
}

fn video(element: &Element<'_>, out: &mut Vec<u8>, found: &mut Found) -> Result<(), Refusal> {
    for child in element.children() {
        let child = child?;
        match child.id {
            id::COLOUR => {
                let mut body = Vec::new();
                for field in child.children() {
                    let field = field?;
                    if !known(&field, COLOUR, &mut body)? {
                        unknown(&field, "track/colour", found);
                    }
                }
                super::ebml::put(out, id::COLOUR, &body);
            }
            id::PROJECTION => projection(&child, out, found)?,
            _ => {
                if !known(&child, VIDEO, out)? {
                    unknown(&child, "track/video", found);
                }
            }
        }
    }
    Ok(())
}

/// How the picture is turned, in whole degrees.
fn projection(element: &Element<'_>, out: &mut Vec<u8>, found: &mut Found) -> Result<(), Refusal> {
    let mut body = Vec::new();
    for field in element.children() {
        let field = field?;
        match field.id {
            id::POSE_YAW | id::POSE_PITCH | id::POSE_ROLL => {
                put_float(&mut body, field.id, field.float()?.round().clamp(-180.0, 180.0));
            }
            id::PROJECTION_TYPE => put_number(&mut body, field.id, field.number()?.min(3)),
            _ => unknown(&field, "track/projection", found),
        }
    }
    super::ebml::put(out, id::PROJECTION, &body);
    Ok(())
}

fn sound(
    element: &Element<'_>,
    audio: &mut Sound,
    out: &mut Vec<u8>,
    found: &mut Found,
) -> Result<(), Refusal> {
    audio.channels = 1;
    for child in element.children() {
        let child = child?;
        match child.id {
            id::SAMPLING_FREQUENCY | id::OUTPUT_SAMPLING_FREQUENCY => {
                put_float(out, child.id, child.float()?.round().clamp(1.0, 10_000_000.0));
            }
            _ => {
                match child.id {
                    id::CHANNELS => audio.channels = child.number()?,
                    id::BIT_DEPTH => audio.bits = child.number()?,
                    _ => {}
                }
                if !known(&child, AUDIO, out)? {
                    unknown(&child, "track/audio", found);
                }
            }
        }
    }
    Ok(())
}

/// Only the cutting off of equal heads is undone.
fn encodings(element: &Element<'_>) -> Result<Vec<u8>, Refusal> {
    let mut prefix = Vec::new();
    for (index, encoding) in element.children().enumerate() {
        let encoding = encoding?;
        let (mut scope, mut kind, mut algorithm) = (1, 0, 0);
        for field in encoding.children() {
            let field = field?;
            match field.id {
                id::CONTENT_ENCODING_SCOPE => scope = field.number()?,
                id::CONTENT_ENCODING_TYPE => kind = field.number()?,
                id::CONTENT_COMPRESSION => {
                    for setting in field.children() {
                        let setting = setting?;
                        match setting.id {
                            id::CONTENT_COMP_ALGO => algorithm = setting.number()?,
                            id::CONTENT_COMP_SETTINGS => prefix = setting.body.to_vec(),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        if kind == 1 {
            return Err(Refusal::Encrypted { format: NAME });
        }
        if encoding.id != id::CONTENT_ENCODING
            || index > 0
            || scope != 1
            || algorithm != 3
            || prefix.len() > 64
        {
            return Err(Refusal::Unsupported {
                format: NAME,
                what: "compressed frames".into(),
                advice: "convert it to MP4 with H.264 and AAC",
            });
        }
    }
    Ok(prefix)
}

impl Track {
    pub(super) fn write(&self, number: u64, keep_language: bool, out: &mut Vec<u8>) {
        put_master(out, id::TRACK_ENTRY, |out| {
            put_number(out, id::TRACK_NUMBER, number);
            put_number(out, id::TRACK_UID, number);
            put_number(out, id::TRACK_TYPE, if self.video { 1 } else { 2 });
            put_number(out, id::FLAG_LACING, 1);
            let language = if keep_language { self.language.as_slice() } else { b"und" };
            super::ebml::put(out, id::LANGUAGE, language);
            super::ebml::put(out, id::CODEC_ID, &self.codec_id);
            if let Some(private) = &self.private {
                super::ebml::put(out, id::CODEC_PRIVATE, private);
            }
            if self.default_duration > 0 {
                put_number(out, id::DEFAULT_DURATION, self.default_duration);
            }
            out.extend_from_slice(&self.fields);
        });
    }
}
