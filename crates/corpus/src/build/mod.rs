//! One module for each family of formats; each makes files with a marker in every place.

mod boxes;
mod docx;
mod eml;
mod epub;
mod exif;
mod gif;
mod heif;
mod id3;
mod jpeg;
mod mkv;
mod mp4;
mod odf;
pub(crate) mod ole;
mod opc;
mod pdf;
mod pdf_parts;
mod png;
mod pptx;
mod riff;
mod rtf;
mod svg;
mod text;
mod tiff;
mod xiph;
mod xlsx;
mod xmp;
mod zip;

use crate::Sample;

/// Every document of the corpus, in the order of [`crate::FORMATS`]. The same bytes in every run.
#[must_use]
pub fn samples() -> Vec<Sample> {
    [
        jpeg::samples(),
        png::samples(),
        gif::samples(),
        riff::webp(),
        tiff::samples(),
        heif::samples(),
        svg::samples(),
        pdf::samples(),
        docx::samples(),
        xlsx::samples(),
        pptx::samples(),
        odf::odt(),
        odf::ods(),
        odf::odp(),
        epub::samples(),
        text::txt(),
        text::markdown(),
        text::csv(),
        text::html(),
        eml::samples(),
        rtf::samples(),
        id3::mp3(),
        xiph::flac(),
        xiph::ogg(),
        riff::wav(),
        mp4::mp4(),
        mkv::samples(),
        zip::zips(),
        zip::tars(),
    ]
    .concat()
}
