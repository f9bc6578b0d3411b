//! Sound and film that lie: a clear refusal or a clean copy, never a crash, a hang or much memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[allow(dead_code)]
#[path = "media/support.rs"]
mod support;

use rand_core::{Rng, SeedableRng};
use std::time::{Duration, Instant};
use support::{MARK, PICTURE, SOUND, clean, holds, made};

const SHORT: &[&str] = &["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=1"];
const TONE: &[&str] = &["-f", "lavfi", "-i", "sine=duration=1:sample_rate=16000"];

/// Whatever is done to a file, the answer comes soon, and is a copy or a reason.
fn answered(bytes: &[u8], what: &str) {
    let began = Instant::now();
    if let Err(refusal) = clean(bytes) {
        let words = refusal.to_string();
        assert!(words.len() > 10 && words.len() < 400 && !words.contains(MARK), "{what}: {words}");
    }
    assert!(began.elapsed() < Duration::from_secs(20), "{what}: took {:?}", began.elapsed());
}

/// Cut off at many places, and with bytes changed at random; more often near the start, where the structure is.
fn abused(sample: &[u8]) {
    assert!(clean(sample).is_ok(), "the sample itself is fine");
    for part in 1..40 {
        let cut = sample.len() * part / 40;
        answered(&sample[..cut], &format!("cut at {cut}"));
    }
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    for round in 0..400 {
        let mut bytes = sample.to_vec();
        for _ in 0..=rng.next_u32() % 4 {
            let most = if rng.next_u32() % 2 == 0 { bytes.len().min(2000) } else { bytes.len() };
            let at = rng.next_u32() as usize % most;
            bytes[at] = match rng.next_u32() % 4 {
                0 => 0,
                1 => 0xFF,
                2 => bytes[at] ^ (1 << (rng.next_u32() % 8)),
                _ => rng.next_u32() as u8,
            };
        }
        answered(&bytes, &format!("round {round}"));
    }
}

macro_rules! abuses {
    ($($name:ident: $extension:literal, [$($input:ident),*], $arguments:expr;)*) => {
        $(#[test]
        fn $name() {
            abused(&made($extension, &[$($input),*], &$arguments));
        })*
    };
}

abuses! {
    abused_wav: "wav", [TONE], [];
    abused_mp3: "mp3", [TONE], [];
    abused_flac: "flac", [TONE], [];
    abused_opus: "opus", [TONE], ["-c:a", "libopus"];
    abused_vorbis: "ogg", [TONE], ["-c:a", "libvorbis"];
    abused_mp4: "mp4", [SHORT, TONE], ["-c:v", "libx264", "-c:a", "aac", "-movflags", "faststart"];
    abused_mp4_of_h265: "mp4", [SHORT], ["-c:v", "libx265", "-x265-params", "log-level=none", "-movflags", "faststart"];
    abused_mp4_in_fragments: "mp4", [SHORT, TONE], ["-c:v", "libx264", "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"];
    abused_mov: "mov", [SHORT, TONE], ["-c:v", "mjpeg", "-c:a", "pcm_s24le"];
    abused_mkv: "mkv", [SHORT, TONE], ["-c:v", "libx264", "-c:a", "libvorbis"];
    abused_webm: "webm", [SHORT, TONE], ["-c:v", "libvpx", "-c:a", "libopus"];
}

fn film() -> Vec<u8> {
    made("mp4", &[SHORT], &["-c:v", "libx264", "-movflags", "faststart"])
}

/// Where the body of the first box of a kind begins.
fn body(bytes: &[u8], kind: &[u8; 4]) -> usize {
    bytes.windows(4).position(|word| word == kind).expect("a box") + 4
}

fn refusal(bytes: &[u8]) -> String {
    clean(bytes).expect_err("it must be refused").to_string()
}

#[test]
fn a_sample_outside_the_file() {
    let mut bytes = film();
    let at = body(&bytes, b"stco") + 8;
    bytes[at..at + 4].copy_from_slice(&0x7FFF_FFFFu32.to_be_bytes());
    assert!(refusal(&bytes).contains("beyond the end"), "{}", refusal(&bytes));
}

#[test]
fn a_gigantic_number_of_samples() {
    for kind in [b"stsz", b"stts", b"stco", b"stsc", b"ctts", b"stss", b"elst", b"stsd"] {
        let mut bytes = film();
        let at = body(&bytes, kind) + if kind == b"stsz" { 8 } else { 4 };
        bytes[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        answered(&bytes, &String::from_utf8_lossy(kind));
    }
    // All samples of one size, and more of them than the file can hold.
    let mut bytes = film();
    let at = body(&bytes, b"stsz") + 4;
    bytes[at..at + 8].copy_from_slice(&[0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]);
    let chunks = body(&bytes, b"stsc") + 12;
    bytes[chunks..chunks + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    assert!(refusal(&bytes).contains("than the file can hold"), "{}", refusal(&bytes));
}

#[test]
fn the_same_bytes_shown_again_and_again() {
    let mut bytes = film();
    let at = body(&bytes, b"stsz") + 8;
    let count = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let most = (bytes.len() - 100) as u32;
    for place in (0..count).map(|sample| at + 4 + sample * 4) {
        bytes[place..place + 4].copy_from_slice(&most.to_be_bytes());
    }
    refusal(&bytes);
}

#[test]
fn a_run_of_gigantic_length_in_a_fragment() {
    let mut bytes =
        made("mp4", &[SHORT], &["-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov"]);
    let at = body(&bytes, b"trun");
    // No fields for each sample: the defaults hold for four thousand million of them.
    bytes[at..at + 8].copy_from_slice(&[0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF]);
    assert!(refusal(&bytes).contains("than the file can hold"), "{}", refusal(&bytes));
}

#[test]
fn boxes_in_boxes() {
    let mut bytes = film();
    let mut nested = Vec::new();
    for depth in (1..20_000u32).rev() {
        nested.extend_from_slice(&(depth * 8).to_be_bytes());
        nested.extend_from_slice(b"moov");
    }
    answered(&[bytes.as_slice(), &nested].concat(), "nested at the end");
    bytes.truncate(32);
    answered(&[bytes, nested].concat(), "nested in place of the contents");
}

#[test]
fn an_encrypted_film() {
    let mut bytes = film();
    // Version, number of entries, size of the first: then its kind.
    let at = body(&bytes, b"stsd") + 12;
    assert_eq!(&bytes[at..at + 4], b"avc1");
    bytes[at..at + 4].copy_from_slice(b"encv");
    assert!(refusal(&bytes).contains("encrypted"));
}

#[test]
fn bytes_that_no_sample_shows() {
    let sample = film();
    let mut more = vec![0, 0, 0, 24];
    more.extend_from_slice(b"mdat0123456789SUBROSA");
    more.resize(24, 0);
    let hidden = [sample.as_slice(), &more, b"\0\0\0\x13uuid0123SUBROSA"].concat();
    assert!(holds(&hidden, "SUBROSA"));
    let cleaned = clean(&hidden).expect("a copy");
    assert!(!holds(&cleaned.bytes, "SUBROSA"));
    assert!(cleaned.bytes == clean(&sample).unwrap().bytes, "the same as without them");
    let told = |what: &str| cleaned.report.removed.iter().any(|entry| entry.what.contains(what));
    assert!(told("no sound and no picture") && told("private use"), "{:?}", cleaned.report);
}

#[test]
fn attachments_chapters_and_subtitles() {
    let place = support::Place::new();
    let words = format!("1\n00:00:00,000 --> 00:00:01,000\n{MARK}\n");
    let words = place.put("words.srt", words.as_bytes());
    let chapters =
        format!(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle={MARK}\n");
    let chapters = place.put("chapters.txt", chapters.as_bytes());
    let (words, chapters) = (words.to_str().unwrap(), chapters.to_str().unwrap());
    let inputs: &[&[&str]] = &[SHORT, &["-i", words], &["-f", "ffmetadata", "-i", chapters]];
    for (extension, subtitles) in [("mkv", "srt"), ("mp4", "mov_text"), ("mov", "mov_text")] {
        let mut arguments = vec![
            "-map",
            "0",
            "-map",
            "1",
            "-map_chapters",
            "2",
            "-c:v",
            "libx264",
            "-c:s",
            subtitles,
        ];
        if extension == "mkv" {
            arguments.extend(["-attach", words, "-metadata:s:t", "mimetype=text/plain"]);
        }
        let cleaned =
            support::promise(&made(extension, inputs, &arguments), support::Compare::Frames);
        let told = cleaned.report.removed.iter().any(|entry| entry.what.contains("subtitles"));
        assert!(told, "{:?}", cleaned.report);
    }
}

#[test]
fn a_cover_picture_and_tags_of_all_kinds() {
    let place = support::Place::new();
    let cover = made("png", &[SHORT], &["-frames:v", "1"]);
    let cover = place.put("cover.png", &cover);
    let cover = cover.to_str().unwrap();
    for extension in ["mp3", "flac", "m4a"] {
        let arguments =
            ["-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v:0", "attached_pic"];
        let sample = made(extension, &[TONE, &["-i", cover]], &arguments);
        assert!(holds(&sample, "IHDR"), "{extension} has its cover");
        let cleaned = support::promise(&sample, support::Compare::Samples);
        assert!(!holds(&cleaned.bytes, "IHDR"), "{extension}");
    }
    // Tags that ffmpeg does not write, and what lies between frames.
    let sample = made("mp3", &[TONE], &["-write_xing", "0"]);
    let mut ape = b"APETAGEX\xD0\x07\0\0\x34\0\0\0\x01\0\0\0\0\0\0\xA0".to_vec();
    ape.resize(32, 0);
    ape.extend_from_slice(b"\x0B\0\0\0\0\0\0\0TITLE\0SUBROSAMARK ");
    ape.resize(32 + 0x34, b'-');
    let lyrics = b"LYRICSBEGINSUBROSAMARK000029LYRICS200";
    let mut old = b"TAGSUBROSAMARK".to_vec();
    old.resize(128, 0);
    let all = [sample.as_slice(), b"SUBROSAMARK", &ape, lyrics, &old].concat();
    let cleaned = clean(&all).expect("a copy");
    assert!(!holds(&cleaned.bytes, MARK));
    assert!(cleaned.bytes == clean(&sample).unwrap().bytes);
}

#[test]
fn a_turned_picture_stays_turned() {
    let place = support::Place::new();
    let upright = place.put("upright.mp4", &film());
    let turned = place.path("turned.mp4");
    let done = support::tool("ffmpeg")
        .args(["-loglevel", "error", "-i"])
        .arg(upright)
        .args(["-c", "copy", "-metadata:s:v:0", "rotate=90"])
        .arg(&turned)
        .status()
        .unwrap();
    assert!(done.success());
    let sample = std::fs::read(turned).unwrap();
    let cleaned = clean(&sample).expect("a copy");
    let matrix = |bytes: &[u8]| {
        let at = body(bytes, b"tkhd") + 40;
        bytes[at..at + 36].to_vec()
    };
    assert_ne!(matrix(&sample), matrix(&film()));
    assert_eq!(matrix(&sample)[..24], matrix(&cleaned.bytes)[..24]);
}

#[test]
fn sizes_that_lie_in_a_wav() {
    let sample = made("wav", &[TONE], &[]);
    let at = body(&sample, b"data");
    for size in [0u32, 1, 0x7FFF_FFFF, u32::MAX] {
        let mut bytes = sample.clone();
        bytes[at..at + 4].copy_from_slice(&size.to_le_bytes());
        answered(&bytes, &format!("data of {size}"));
    }
}

#[test]
fn a_small_flac_that_unpacks_to_much() {
    // Silence of many frames: each takes some ten bytes and stands for 65,535 samples of eight channels.
    let quiet = &["-f", "lavfi", "-i", "anullsrc=channel_layout=7.1:sample_rate=48000:d=30"];
    let sample = made("flac", &[quiet], &["-frame_size", "65535"]);
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let mut options = sanitize::Options::default();
    options.limits.total_bytes = 100_000;
    let refused = sanitize::clean(&sample, &options, &mut rng).expect_err("too much");
    assert!(refused.to_string().contains("over the limit"), "{refused}");
}

#[test]
fn no_flattening_of_sound() {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let options = sanitize::Options { level: sanitize::Level::Pixels, ..Default::default() };
    let sample = made("wav", &[TONE], &[]);
    let refused = sanitize::clean(&sample, &options, &mut rng).expect_err("refused");
    assert!(refused.to_string().contains("record it anew"), "{refused}");
    let _ = (PICTURE, SOUND);
}
