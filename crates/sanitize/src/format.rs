//! Which format a file is, by its content and never by its name.

use crate::Refusal;
use serde::{Deserialize, Serialize};

/// A format that can be rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Format {
    Jpeg,
    Png,
    Gif,
    WebP,
    Tiff,
    Heic,
    Avif,
    Svg,
    Pdf,
    Docx,
    Xlsx,
    Pptx,
    Odt,
    Ods,
    Odp,
    Epub,
    Txt,
    Markdown,
    Csv,
    Html,
    Eml,
    Rtf,
    Mp3,
    Flac,
    /// Ogg with Opus or Vorbis.
    Ogg,
    Wav,
    /// MP4 and QuickTime (MOV).
    Mp4,
    /// Matroska and WebM.
    Matroska,
    Zip,
    Tar,
}

impl Format {
    /// Recognises a file by its content.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] with the advice what to convert it to, [`Refusal::Encrypted`] for Office documents
    /// behind a password, [`Refusal::Damaged`] for an archive without an end, [`Refusal::Empty`] for no bytes.
    pub fn of(input: &[u8]) -> Result<Self, Refusal> {
        crate::detect::detect(input)
    }

    /// The name that people use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Svg => "SVG",
            Self::Pdf => "PDF",
            Self::Docx => "DOCX",
            Self::Xlsx => "XLSX",
            Self::Pptx => "PPTX",
            Self::Odt => "ODT",
            Self::Ods => "ODS",
            Self::Odp => "ODP",
            Self::Epub => "EPUB",
            Self::Txt => "text",
            Self::Markdown => "Markdown",
            Self::Csv => "CSV",
            Self::Html => "HTML",
            Self::Eml => "message (EML)",
            Self::Rtf => "RTF",
            Self::Mp3 => "MP3",
            Self::Flac => "FLAC",
            Self::Ogg => "Ogg",
            Self::Wav => "WAV",
            Self::Mp4 => "MP4",
            Self::Matroska => "Matroska",
            Self::Zip => "ZIP",
            Self::Tar => "TAR",
        }
    }

    /// The usual file extension, without a dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Tiff => "tif",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Odt => "odt",
            Self::Ods => "ods",
            Self::Odp => "odp",
            Self::Epub => "epub",
            Self::Txt => "txt",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Html => "html",
            Self::Eml => "eml",
            Self::Rtf => "rtf",
            Self::Mp3 => "mp3",
            Self::Flac => "flac",
            Self::Ogg => "ogg",
            Self::Wav => "wav",
            Self::Mp4 => "mp4",
            Self::Matroska => "mkv",
            Self::Zip => "zip",
            Self::Tar => "tar",
        }
    }
}
