//! Documents in, fresh documents out that show the same and tell nothing else.
//!
//! Rebuild, don't delete: a document is parsed into a model of what is *visible*, and a fresh file is written
//! from that model. What was not in the model cannot be in the output. Where a format cannot be given safely it
//! becomes a safer one, and the [`Report`] says so. What is not understood is refused, never passed through.
//!
//! The crate does no input or output: bytes in, bytes out. The sandboxed child that runs it and the command
//! line live around it.

mod context;
mod detect;
mod format;
mod look;
mod options;
mod refusal;
mod report;
mod second_look;

mod archive;
mod image;
mod media;
mod office;
mod pdf;
mod text;

pub use context::Context;
pub use format::Format;
pub use look::{BYTES as LOOK_BYTES, LINES as LOOK_LINES, look};
pub use options::{Keep, Level, Limits, Options};
pub use refusal::Refusal;
pub use report::{Entry, Kind, Report};
pub use text::marks as text_marks;

use rand_core::CryptoRng;

/// A document that was rebuilt.
#[derive(Debug)]
pub struct Cleaned {
    /// The fresh file.
    pub bytes: Vec<u8>,
    /// Its format, which may be a safer one than the input's.
    pub format: Format,
    /// What was there, what went and what stayed.
    pub report: Report,
}

/// Rebuilds a document of any format that we know.
///
/// # Errors
/// [`Refusal`] if the format is unknown, the file is damaged or encrypted, or a limit is passed. Nothing is
/// ever passed through because it was not understood.
pub fn clean(input: &[u8], options: &Options, rng: &mut dyn CryptoRng) -> Result<Cleaned, Refusal> {
    let mut report = Report::default();
    let mut cx = Context::new(options, &mut report, rng);
    let (bytes, format) = clean_in(input, None, &mut cx)?;
    Ok(Cleaned { bytes, format, report })
}

/// Rebuilds a document so that it looks the same ([`Level::KeepLook`]) and keeps nothing hidden. Nothing is drawn by lot: the
/// same document becomes the same bytes each time.
///
/// # Errors
/// As [`clean`].
pub fn rebuild(input: &[u8]) -> Result<Cleaned, Refusal> {
    clean(input, &Options::default(), &mut second_look::NoChance)
}

/// The words of a PDF, hidden ones too, in the order in which its pages paint them: lines end where the page's do, and an empty line
/// stands between pages. For comparing with, not for showing. Other formats are read where their text is needed.
///
/// # Errors
/// As [`clean`]; [`Refusal::Unsupported`] if it is no PDF.
pub fn words(input: &[u8], options: &Options, rng: &mut dyn CryptoRng) -> Result<String, Refusal> {
    let mut report = Report::default();
    let mut cx = Context::new(options, &mut report, rng);
    cx.charge(input.len())?;
    match Format::of(input)? {
        Format::Pdf => pdf::words(input, &mut cx),
        other => Err(Refusal::Unsupported {
            format: other.name(),
            what: "its words".into(),
            advice: "give its text, or a PDF of it",
        }),
    }
}

/// The same for a document inside a document: the report's places are under the outer one's.
pub(crate) fn clean_in(
    input: &[u8],
    format: Option<Format>,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    cx.charge(input.len())?;
    let format = format.map_or_else(|| Format::of(input), Ok)?;
    let (bytes, format) = match family(format) {
        Family::Image => image::clean(input, format, cx),
        Family::Pdf => pdf::clean(input, format, cx),
        Family::Office => office::clean(input, format, cx),
        Family::Text => text::clean(input, format, cx),
        Family::Media => media::clean(input, format, cx),
        Family::Archive => archive::clean(input, format, cx),
    }?;
    verify(&bytes, format)?;
    Ok((bytes, format))
}

/// Reads an output again with the strict reader of its format, which accounts for every byte range and knows
/// nothing of how the output was made.
fn verify(output: &[u8], format: Format) -> Result<(), Refusal> {
    match family(format) {
        Family::Image => image::verify(output, format),
        Family::Pdf => pdf::verify(output, format),
        Family::Office => office::verify(output, format),
        Family::Text => text::verify(output, format),
        Family::Media => media::verify(output, format),
        Family::Archive => archive::verify(output, format),
    }
}

/// Which module rebuilds a format.
enum Family {
    Image,
    Pdf,
    Office,
    Text,
    Media,
    Archive,
}

const fn family(format: Format) -> Family {
    match format {
        Format::Jpeg
        | Format::Png
        | Format::Gif
        | Format::WebP
        | Format::Tiff
        | Format::Heic
        | Format::Avif => Family::Image,
        Format::Pdf => Family::Pdf,
        Format::Docx
        | Format::Xlsx
        | Format::Pptx
        | Format::Odt
        | Format::Ods
        | Format::Odp
        | Format::Epub => Family::Office,
        Format::Txt
        | Format::Markdown
        | Format::Csv
        | Format::Html
        | Format::Svg
        | Format::Eml
        | Format::Rtf => Family::Text,
        Format::Mp3 | Format::Flac | Format::Ogg | Format::Wav | Format::Mp4 | Format::Matroska => {
            Family::Media
        }
        Format::Zip | Format::Tar => Family::Archive,
    }
}
