//! The tables for people: which places each format has, and where they are in a document.

use crate::Sample;
use std::fmt::Write;

/// The formats of the corpus, by their names in its tables.
pub const FORMATS: [&str; 32] = [
    "JPEG", "PNG", "GIF", "WebP", "TIFF", "HEIC", "AVIF", "SVG", "PDF", "DOCX", "XLSX", "PPTX",
    "ODT", "ODS", "ODP", "EPUB", "TXT", "Markdown", "CSV", "HTML", "EML", "RTF", "MP3", "FLAC",
    "OGG", "WAV", "MP4", "MOV", "MKV", "WebM", "ZIP", "TAR",
];

/// For each format, a table of its hiding places with their references.
#[must_use]
pub fn hiding_places(samples: &[Sample]) -> String {
    let mut out = String::new();
    for format in FORMATS {
        // Samples of one format share most places; each is listed once, with the references as given.
        let mut places: Vec<(&str, Vec<&str>)> = Vec::new();
        let (mut hidden, mut visible) = (0, 0);
        for plant in samples
            .iter()
            .filter(|sample| sample.format == format)
            .flat_map(|sample| &sample.plants)
        {
            if plant.visible {
                visible += 1;
                continue;
            }
            hidden += 1;
            match places.iter_mut().find(|(spec, _)| *spec == plant.spec) {
                Some((_, list)) if list.contains(&plant.place.as_str()) => {}
                Some((_, list)) => list.push(&plant.place),
                None => places.push((plant.spec, vec![&plant.place])),
            }
        }
        let _ = writeln!(
            out,
            "### {format}\n\n{hidden} markers hidden, {visible} visible.\n\n| reference | places |\n| --- | --- |"
        );
        for (spec, list) in places {
            let _ = writeln!(out, "| {spec} | {} |", list.join("; ").replace('|', "\\|"));
        }
        out.push('\n');
    }
    out
}

/// Puts `body` between the two comment lines `<!-- name -->` and `<!-- end of name -->` of a document.
///
/// Returns nothing if the document lacks them.
#[must_use]
pub fn replace_between(document: &str, name: &str, body: &str) -> Option<String> {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = document.split_once(&start)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{start}{body}{end}{after}"))
}
