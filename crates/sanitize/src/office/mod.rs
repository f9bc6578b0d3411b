//! Office documents and EPUB: rebuilt from an allow-list of what is shown.
//!
//! A document is a ZIP archive of XML parts. The parts that the page is made of are read into trees, into which
//! only names enter that the tables of [`model`] hold; what is hidden, tracked or somebody else's is taken out or,
//! if the person said so, kept; names and numbers become ours; the tables have the last word about every element,
//! attribute and value; and a fresh archive is written, read again and accounted for to the last byte.

mod archive;
mod chart;
mod condition;
mod docx;
mod drawing;
mod epub;
mod ink;
mod leftovers;
mod look;
mod mc;
mod media;
mod model;
mod names;
mod odf;
mod opc;
mod package;
mod pptx;
mod text;
mod theme;
mod verify;
mod vml;
mod xlsx;
mod xml;

pub(crate) use look::words;

use crate::{Context, Format, Level, Refusal};
use package::Package;

pub(crate) fn clean(
    input: &[u8],
    format: Format,
    cx: &mut Context<'_>,
) -> Result<(Vec<u8>, Format), Refusal> {
    let name = match format {
        Format::Docx => "DOCX",
        Format::Xlsx => "XLSX",
        Format::Pptx => "PPTX",
        Format::Odt => "ODT",
        Format::Ods => "ODS",
        Format::Odp => "ODP",
        _ => "EPUB",
    };
    if is_encrypted(input) {
        return Err(Refusal::Encrypted { format: name });
    }
    if cx.level() == Level::Pixels {
        return Err(Refusal::Unsupported {
            format: name,
            what: "a document as pixels".into(),
            advice: "print it to PDF, and clean the PDF with --pixels",
        });
    }
    let mut package = Package::open(input, name, cx)?;
    let parts = match format {
        Format::Docx => docx::clean(&mut package, cx)?,
        Format::Pptx => pptx::clean(&mut package, cx)?,
        Format::Xlsx => xlsx::clean(&mut package, cx)?,
        Format::Odt | Format::Ods | Format::Odp => odf::clean(&mut package, format, cx)?,
        _ => epub::clean(&mut package, cx)?,
    };
    let bytes = archive::write(&parts, name)?;
    cx.remains("The words themselves, their spelling and the way they are laid out can tell who wrote them: retype what must not be traced.");
    Ok((bytes, format))
}

/// Office encrypts into an OLE2 file (MS-OFFCRYPTO 2.3), which also is what its formats before 2007 were.
fn is_encrypted(input: &[u8]) -> bool {
    input.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

/// Reads an output again: the archive to its last byte, and each part by the tables that it was written by.
pub(crate) fn verify(output: &[u8], format: Format) -> Result<(), Refusal> {
    match Format::of(output) {
        Ok(found) if found == format => verify::document(output, format),
        _ => Err(Refusal::unsound(format.name(), 0, "not what it should be")),
    }
}
