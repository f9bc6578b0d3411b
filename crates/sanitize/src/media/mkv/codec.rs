//! The codecs of Matroska (RFC 9559 and the codec specification draft), each with a fresh description.

use super::super::codec::{Broken, Codec, Dropped, aac, av1, h264, h265};
use super::super::ogg::{OpusHead, VorbisHeaders};
use super::NAME;
use super::ebml::Element;
use super::track::Sound;
use crate::Refusal;

pub(super) fn codec(
    id: &[u8],
    private: Option<Element<'_>>,
    sound: &Sound,
    entry: &Element<'_>,
    dropped: &mut Dropped,
) -> Result<(Codec, Option<Vec<u8>>), Refusal> {
    let need =
        || private.ok_or_else(|| entry.reader().damaged("the description of a track is missing"));
    let broken = |broken: Broken| broken.at(NAME, format!("byte {}", entry.at));
    Ok(match id {
        b"V_MPEG4/ISO/AVC" => {
            let private = need()?;
            let (codec, bytes) = h264::record(NAME, private.body, private.at, dropped)?;
            (codec, Some(bytes))
        }
        b"V_MPEGH/ISO/HEVC" => {
            let private = need()?;
            let (codec, bytes) = h265::record(NAME, private.body, private.at, dropped)?;
            (codec, Some(bytes))
        }
        b"V_AV1" => {
            let private = need()?;
            let (codec, bytes) = av1::record(NAME, private.body, private.at, dropped)?;
            (codec, Some(bytes))
        }
        b"V_VP8" => (Codec::Vp8, without(private, dropped)),
        b"V_VP9" => (Codec::Vp9, without(private, dropped)),
        b"V_MJPEG" => (Codec::Jpeg, without(private, dropped)),
        b"A_AAC" => {
            let fresh = aac::config(need()?.body, dropped).map_err(broken)?;
            (Codec::Aac, Some(fresh))
        }
        b"A_OPUS" => {
            let head = need()?.body;
            let wrong = Broken("the sound's description is not one of Opus");
            let opus = head.strip_prefix(b"OpusHead").and_then(|head| OpusHead::read(head, true));
            let opus = opus.ok_or(wrong).map_err(broken)?;
            let mut fresh = b"OpusHead".to_vec();
            opus.write(true, &mut fresh);
            if fresh.len() < head.len() {
                dropped.add("bytes after the sound's description");
            }
            (Codec::Opus(opus.streams()), Some(fresh))
        }
        b"A_VORBIS" => {
            let headers = VorbisHeaders::laced(need()?.body, dropped).map_err(broken)?;
            (Codec::Vorbis, Some(headers.lace()))
        }
        b"A_FLAC" => (Codec::Flac, Some(flac(need()?.body, dropped).map_err(broken)?)),
        b"A_ALAC" => {
            let body = need()?.body;
            let cookie = body.first_chunk::<24>().ok_or_else(|| entry.reader().damaged("ALAC"))?;
            if body.len() > 24 {
                dropped.add("bytes after the sound's description");
            }
            (Codec::Alac, Some(cookie.to_vec()))
        }
        b"A_AC3" => (Codec::Ac3, without(private, dropped)),
        b"A_PCM/INT/LIT" | b"A_PCM/INT/BIG" | b"A_PCM/FLOAT/IEEE" => {
            let size = sound.channels.saturating_mul(sound.bits.div_ceil(8));
            if !(1..=2040).contains(&size) {
                return Err(entry.reader().damaged("the description of plain sound is missing"));
            }
            (Codec::Pcm(size as usize), without(private, dropped))
        }
        _ => {
            let name = id.iter().filter(|byte| byte.is_ascii_graphic()).take(30);
            return Err(Refusal::Unsupported {
                format: NAME,
                what: format!(
                    "a track coded as '{}'",
                    name.map(|b| char::from(*b)).collect::<String>()
                ),
                advice: "convert it to MP4 with H.264 and AAC, or to WebM",
            });
        }
    })
}

/// For codecs that need no description.
fn without(private: Option<Element<'_>>, dropped: &mut Dropped) -> Option<Vec<u8>> {
    if private.is_some_and(|private| !private.body.is_empty()) {
        dropped.add("a description that the decoder does not need");
    }
    None
}

/// FLAC's own head: only STREAMINFO.
fn flac(body: &[u8], dropped: &mut Dropped) -> Result<Vec<u8>, Broken> {
    let wrong = Broken("the sound's description is not one of FLAC");
    let blocks = body.strip_prefix(b"fLaC").ok_or(wrong)?;
    let (head, rest) = blocks.split_first_chunk::<4>().ok_or(Broken("FLAC"))?;
    let info = rest.first_chunk::<34>().filter(|_| head[0] & 0x7F == 0 && head[3] == 34);
    let info = info.ok_or(Broken("the sound's description is not one of FLAC"))?;
    if rest.len() > 34 {
        dropped.add("blocks beside the sound's description");
    }
    Ok([b"fLaC".as_slice(), &[0x80, 0, 0, 34], info].concat())
}
