//! What a document holds beside its pages. None of it goes on; this only says what there was.

use super::fields;
use crate::{Context, Kind};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Array, Dict, Name};

/// Entries of the catalogue (ISO 32000-2, 7.7.2).
const CATALOGUE: [(&[u8], Kind, &str); 14] = [
    (b"Metadata", Kind::Properties, "properties as XMP"),
    (b"PieceInfo", Kind::Properties, "what programs kept for themselves"),
    (b"SpiderInfo", Kind::Properties, "where it was fetched from"),
    (b"Outlines", Kind::UnusedData, "bookmarks"),
    (b"Threads", Kind::UnusedData, "article threads"),
    (b"PageLabels", Kind::UnusedData, "page labels"),
    (b"StructTreeRoot", Kind::UnusedData, "a structure, with any text that stands for pictures"),
    (b"AcroForm", Kind::UnusedData, "form fields and their values"),
    (b"OpenAction", Kind::Code, "something to do on opening"),
    (b"AA", Kind::Code, "things to do"),
    (b"OCProperties", Kind::Identifiers, "names of layers"),
    (b"AF", Kind::EmbeddedObjects, "files attached"),
    (b"Collection", Kind::EmbeddedObjects, "a portfolio of files"),
    (b"Perms", Kind::Signatures, "signed permissions"),
];

/// Entries of the catalogue's tree of names (7.7.4).
const NAMES: [(&[u8], Kind, &str); 4] = [
    (b"EmbeddedFiles", Kind::EmbeddedObjects, "files attached"),
    (b"JavaScript", Kind::Code, "scripts"),
    (b"Dests", Kind::Identifiers, "named places"),
    (b"URLS", Kind::ExternalReferences, "addresses"),
];

/// Entries of a page (7.7.3.3).
const PAGE: [(&[u8], Kind, &str); 6] = [
    (b"Metadata", Kind::Properties, "properties of a page"),
    (b"PieceInfo", Kind::Properties, "what programs kept for themselves"),
    (b"LastModified", Kind::Properties, "when a page was changed"),
    (b"Thumb", Kind::Thumbnails, "a thumbnail"),
    (b"AA", Kind::Code, "things to do"),
    (b"ID", Kind::Identifiers, "where a page came from"),
];

/// Puts it into the report.
pub(super) fn tell(pdf: &Pdf, input: &[u8], cx: &mut Context<'_>) {
    let known = pdf.metadata();
    let properties = [
        ("title", known.title.is_some()),
        ("author", known.author.is_some()),
        ("subject", known.subject.is_some()),
        ("keywords", known.keywords.is_some()),
        ("program", known.creator.is_some() || known.producer.is_some()),
        ("dates", known.creation_date.is_some() || known.modification_date.is_some()),
    ];
    for (name, _) in properties.iter().filter(|(_, there)| *there) {
        cx.removed(Kind::Properties, "the document", *name);
    }
    if let Some(catalogue) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) {
        list(&catalogue, &CATALOGUE, "the document", cx);
        if let Some(names) = catalogue.get::<Dict<'_>>(b"Names") {
            list(&names, &NAMES, "the document", cx);
        }
    }
    for (index, page) in pdf.pages().iter().enumerate() {
        let place = format!("page {}", index + 1);
        list(page.raw(), &PAGE, &place, cx);
        let notes = page.raw().get::<Array<'_>>(b"Annots");
        for note in notes.iter().flat_map(|notes| notes.iter::<Dict<'_>>()) {
            if fields::needs_a_picture(&note) {
                cx.remains(fields::NOT_DRAWN);
            }
            let (kind, what) = match note.get::<Name<'_>>(b"Subtype").as_deref() {
                Some(b"Link") => (Kind::ExternalReferences, "links: their text stays"),
                Some(b"Widget") => (Kind::UnusedData, "form fields: what they show stays"),
                Some(b"FileAttachment") => (Kind::EmbeddedObjects, "files attached"),
                Some(b"Sound" | b"Movie" | b"Screen" | b"RichMedia" | b"3D") => {
                    (Kind::EmbeddedObjects, "sounds, films and models")
                }
                _ => (Kind::Comments, "comments and marks on the page"),
            };
            cx.removed(kind, &place, what);
        }
    }
    const END: &[u8] = b"%%EOF";
    let versions = input.windows(END.len()).filter(|bytes| *bytes == END).count();
    if versions > 1 {
        cx.removed(Kind::UnusedData, "the document", "what earlier versions of it held");
    }
}

fn list(dict: &Dict<'_>, entries: &[(&[u8], Kind, &str)], place: &str, cx: &mut Context<'_>) {
    for (key, kind, what) in entries {
        if dict.contains_key(key) {
            cx.removed(*kind, place, *what);
        }
    }
}
