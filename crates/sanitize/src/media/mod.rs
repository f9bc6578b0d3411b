//! Sound and film: streams re-muxed into fresh containers.
//!
//! A file is read into the samples of its sound and picture and what a decoder needs to know about them; a fresh
//! container is written from that. Nothing of the old container is copied. Then the output is read again by the same
//! strict reader and rebuilt once more: it must come out byte for byte the same, with nothing left to remove. So
//! every byte of the output is one that the writer makes from the model.

mod bytes;
mod codec;
mod flac;
mod found;
mod mkv;
mod mp3;
mod mp4;
mod ogg;
mod wav;

use crate::{Context, Format, Level, Refusal};
use found::Found;

pub(crate) fn clean(
    input: &[u8],
    format: Format,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    if cx.level() == Level::Pixels {
        return Err(Refusal::Unsupported {
            format: format.name(),
            what: "a flattened copy of sound or film".into(),
            advice: "clean it at the level that keeps the look, or play it and record it anew",
        });
    }
    // Decoded sound is not kept, so it may take more.
    let mut found = Found::new(cx.options().limits.total_bytes.saturating_mul(8));
    let (output, format) = rebuild(input, format, &mut found)?;
    found.report(cx);
    for sentence in remains(format) {
        cx.remains(sentence);
    }
    Ok((output, format))
}

fn rebuild(input: &[u8], format: Format, found: &mut Found) -> Result<(Vec<u8>, Format), Refusal> {
    Ok(match format {
        Format::Mp3 => (mp3::rebuild(input, found)?, format),
        Format::Flac => (flac::rebuild(input, found)?, format),
        Format::Ogg => return ogg::rebuild(input, found),
        Format::Wav => (wav::rebuild(input, found)?, format),
        Format::Mp4 => (mp4::rebuild(input, found)?, format),
        Format::Matroska => (mkv::rebuild(input, found)?, format),
        _ => return Err(Refusal::unknown(input)),
    })
}

/// Reads an output as strictly as any input and accounts for every byte of it: rebuilt once more, it comes out the
/// same, and there is nothing left to remove.
pub(crate) fn verify(output: &[u8], format: Format) -> Result<(), Refusal> {
    let mut found = Found::new(u64::MAX);
    let (again, _) = rebuild(output, format, &mut found)?;
    if let Some(what) = found.first() {
        return Err(Refusal::unsound(format.name(), "the report", format!("it still has {what}")));
    }
    let differs = again.iter().zip(output).position(|(a, b)| a != b);
    if differs.is_some() || again.len() != output.len() {
        let place = differs.unwrap_or(again.len().min(output.len()));
        return Err(Refusal::unsound(format.name(), place, "it cannot be accounted for"));
    }
    Ok(())
}

fn remains(format: Format) -> &'static [&'static str] {
    const SOUND: &[&str] = &[
        "Voices can be recognised, by people and by machines. If the speaker must not be known, have the words retyped.",
        "Background sounds tell where and when: the hum of the mains alone can date a recording to the minute.",
        "Every microphone has a sound of its own, and a recording can carry an inaudible watermark. Cleaning removes neither.",
    ];
    const FILM: &[&str] = &[
        "Voices can be recognised, by people and by machines. If the speaker must not be known, have the words retyped.",
        "Background sounds tell where and when: the hum of the mains alone can date a recording to the minute.",
        "What the picture shows stays: faces, screens, reflections, the view from a window.",
        "A camera's sensor leaves a faint noise of its own in every picture, by which footage can be matched to the camera. Copies for named people can carry watermarks. Cleaning removes neither.",
        "How picture and sound were encoded can tell which program or device encoded them.",
    ];
    match format {
        Format::Mp4 | Format::Matroska => FILM,
        _ => SOUND,
    }
}
