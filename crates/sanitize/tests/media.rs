//! Sound and film made by ffmpeg, cleaned, decoded by ffmpeg again: every frame the same, nothing else left.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "media/support.rs"]
mod support;

use support::{Compare, PICTURE, SOUND, made, promise};

macro_rules! round_trips {
    ($compare:ident; $($name:ident: $extension:literal, [$($input:ident),*], $arguments:expr;)*) => {
        $(#[test]
        fn $name() {
            promise(&made($extension, &[$($input),*], &$arguments), Compare::$compare);
        })*
    };
}

round_trips! {
    Frames;
    wav_of_16_bits: "wav", [SOUND], [];
    wav_of_24_bits_extensible: "wav", [SOUND], ["-c:a", "pcm_s24le"];
    wav_of_floats: "wav", [SOUND], ["-c:a", "pcm_f32le"];
    wav_of_mu_law: "wav", [SOUND], ["-c:a", "pcm_mulaw"];
    wav_of_a_broadcaster: "wav", [SOUND], ["-write_bext", "1", "-metadata", "description=SUBROSAMARK"];
    mp3_at_a_constant_rate: "mp3", [SOUND], ["-b:a", "128k"];
    mp3_at_a_variable_rate: "mp3", [SOUND], ["-q:a", "4", "-write_id3v1", "1"];
    mp3_of_one_channel: "mp3", [SOUND], ["-ac", "1", "-ar", "22050", "-b:a", "32k"];
    mp3_at_8_khz: "mp3", [SOUND], ["-ac", "1", "-ar", "8000"];
    mp3_without_a_first_frame: "mp3", [SOUND], ["-write_xing", "0"];
    mp3_by_another_encoder: "mp3", [SOUND], ["-c:a", "libshine"];
    opus: "opus", [SOUND], ["-c:a", "libopus"];
    opus_of_six_channels: "opus", [SOUND], ["-c:a", "libopus", "-ac", "6"];
    opus_of_long_frames: "opus", [SOUND], ["-c:a", "libopus", "-frame_duration", "60", "-b:a", "24k"];
    opus_of_short_frames: "opus", [SOUND], ["-c:a", "libopus", "-frame_duration", "2.5", "-vbr", "off"];
    vorbis: "ogg", [SOUND], ["-c:a", "libvorbis"];
    vorbis_of_one_channel: "ogg", [SOUND], ["-c:a", "libvorbis", "-ac", "1", "-ar", "16000"];

    mp4_of_h264_and_aac: "mp4", [PICTURE, SOUND], ["-c:v", "libx264", "-bf", "3", "-c:a", "aac"];
    mp4_of_h264_without_whole_pictures: "mp4", [PICTURE], ["-c:v", "libx264", "-x264-params", "intra-refresh=1:keyint=20"];
    mp4_of_h264_interlaced: "mp4", [PICTURE], ["-c:v", "libx264", "-x264-params", "interlaced=1:aud=1:nal-hrd=vbr:vbv-maxrate=900:vbv-bufsize=900"];
    mp4_of_h264_lossless_in_full_colour: "mp4", [PICTURE], ["-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv444p", "-x264-params", "cqm=jvt"];
    mp4_of_h264_with_coloured_light: "mp4", [PICTURE], ["-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-aspect", "4:3"];
    mp4_of_h265: "mp4", [PICTURE, SOUND], ["-c:v", "libx265", "-x265-params", "log-level=none", "-tag:v", "hvc1", "-c:a", "aac"];
    mp4_of_h265_with_messages: "mp4", [PICTURE], ["-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none:aud=1:hrd=1:vbv-maxrate=900:vbv-bufsize=900:repeat-headers=1:hdr10=1:max-cll=1000,400:scaling-list=default:temporal-layers=1"];
    mp4_of_h265_in_full_colour: "mp4", [PICTURE], ["-c:v", "libx265", "-pix_fmt", "yuv444p12le", "-x265-params", "log-level=none:wpp=0:pmode=0:weightp=1:cu-lossless=1:tskip=1:strong-intra-smoothing=0"];
    mp4_of_av1: "mp4", [PICTURE], ["-c:v", "libaom-av1", "-cpu-used", "8", "-t", "0.5"];
    mp4_of_av1_by_svt: "mp4", [PICTURE], ["-c:v", "libsvtav1", "-t", "0.5"];
    mp4_of_vp9: "mp4", [PICTURE], ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime"];
    mp4_of_opus: "mp4", [SOUND], ["-c:a", "libopus"];
    mp4_of_flac: "mp4", [SOUND], ["-c:a", "flac", "-strict", "-2"];
    mp4_of_alac: "m4a", [SOUND], ["-c:a", "alac"];
    mp4_of_ac3: "mp4", [SOUND], ["-c:a", "ac3"];
    mov_of_h264_and_pcm: "mov", [PICTURE, SOUND], ["-c:v", "libx264", "-c:a", "pcm_s16le"];
    mov_of_pcm_of_24_bits: "mov", [SOUND], ["-c:a", "pcm_s24le"];
    mov_of_pcm_of_24_bits_big: "mov", [SOUND], ["-c:a", "pcm_s24be"];
    mov_of_floats: "mov", [SOUND], ["-c:a", "pcm_f32le"];
    mov_of_aac: "mov", [PICTURE, SOUND], ["-c:v", "libx264", "-c:a", "aac"];
    mov_of_jpeg: "mov", [PICTURE], ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"];
    mov_of_prores: "mov", [PICTURE], ["-c:v", "prores_ks", "-profile:v", "3"];
    mov_of_prores_interlaced: "mov", [PICTURE], ["-c:v", "prores", "-vf", "setfield=tff", "-flags", "+ildct"];

    mkv_of_h264_and_aac: "mkv", [PICTURE, SOUND], ["-c:v", "libx264", "-bf", "2", "-c:a", "aac"];
    mkv_of_h265_and_flac: "mkv", [PICTURE, SOUND], ["-c:v", "libx265", "-x265-params", "log-level=none", "-c:a", "flac"];
    mkv_of_av1: "mkv", [PICTURE], ["-c:v", "libsvtav1", "-t", "0.5"];
    mkv_of_jpeg_and_pcm: "mkv", [PICTURE, SOUND], ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"];
    mkv_of_ac3: "mkv", [SOUND], ["-c:a", "ac3"];
    mkv_of_alac: "mkv", [SOUND], ["-c:a", "alac"];
    webm_of_vp9_and_opus: "webm", [PICTURE, SOUND], ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime", "-c:a", "libopus"];
    webm_of_vp8_and_vorbis: "webm", [PICTURE, SOUND], ["-c:v", "libvpx", "-cpu-used", "8", "-deadline", "realtime", "-c:a", "libvorbis"];
    webm_of_a_live_stream: "webm", [PICTURE, SOUND], ["-c:v", "libvpx", "-cpu-used", "8", "-deadline", "realtime", "-c:a", "libopus", "-live", "1", "-cluster_time_limit", "300"];
}

round_trips! {
    Samples;
    flac_of_16_bits: "flac", [SOUND], [];
    flac_of_24_bits: "flac", [SOUND], ["-sample_fmt", "s32", "-bits_per_raw_sample", "24"];
    flac_of_six_channels: "flac", [SOUND], ["-ac", "6", "-compression_level", "12"];
    flac_of_one_channel: "flac", [SOUND], ["-ac", "1", "-ar", "11025", "-compression_level", "0"];
    flac_in_ogg: "oga", [SOUND], ["-c:a", "flac"];
}

round_trips! {
    Uncut;
    mp4_in_fragments: "mp4", [PICTURE, SOUND], ["-c:v", "libx264", "-g", "10", "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"];
    mp4_in_fragments_for_dash: "mp4", [PICTURE, SOUND], ["-c:v", "libx264", "-g", "10", "-c:a", "aac", "-movflags", "dash+delay_moov+frag_keyframe+global_sidx"];
    mp4_in_fragments_with_absolute_offsets: "mp4", [PICTURE, SOUND], ["-c:v", "libx264", "-g", "10", "-c:a", "aac", "-movflags", "frag_keyframe"];
}
