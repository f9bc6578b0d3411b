//! Parts that the fresh document does not have: named, so that the person knows that they were there.

use super::package::Package;
use crate::{Context, Kind};

/// What a part's name says that it is; parts that are rebuilt are not in the list.
const PARTS: &[(&str, Kind, &str)] = &[
    ("docprops/thumbnail", Kind::Thumbnails, "a small picture of the document as it once was"),
    ("docprops/", Kind::Properties, "document properties: author, company, times, template"),
    ("customxml/", Kind::UnusedData, "custom XML data"),
    ("vbaproject", Kind::Code, "macros"),
    ("vbadata", Kind::Code, "macros"),
    ("activex", Kind::Code, "controls with code"),
    ("ctrlprops/", Kind::Code, "form controls"),
    ("customui", Kind::Code, "buttons of a program's own"),
    ("userCustomization", Kind::Code, "buttons of a program's own"),
    ("macrosheets/", Kind::Code, "sheets of macros"),
    ("dialogsheets/", Kind::Code, "sheets of dialogues"),
    ("embeddings/", Kind::EmbeddedObjects, "embedded files"),
    ("_xmlsignatures/", Kind::Signatures, "digital signatures"),
    ("/glossary/", Kind::UnusedData, "building blocks"),
    ("/fonts/", Kind::Fingerprints, "embedded fonts"),
    ("fonttable", Kind::Fingerprints, "a list of fonts"),
    ("printersettings", Kind::Fingerprints, "settings of a printer"),
    ("websettings", Kind::UnusedData, "settings for the web"),
    ("people.xml", Kind::Properties, "a list of people"),
    ("persons/", Kind::Properties, "a list of people"),
    ("commentauthors", Kind::Properties, "a list of people"),
    ("authors.xml", Kind::Properties, "a list of people"),
    ("threadedcomments", Kind::Comments, "comments"),
    ("comments", Kind::Comments, "comments"),
    ("externallinks/", Kind::ExternalReferences, "copies of other workbooks' cells"),
    ("connections.xml", Kind::ExternalReferences, "connections to data elsewhere"),
    ("querytables/", Kind::ExternalReferences, "queries of data elsewhere"),
    ("pivotcache/", Kind::UnusedData, "copies of the data behind pivot tables"),
    ("pivottables/", Kind::UnusedData, "definitions of pivot tables: their cells stay"),
    ("slicer", Kind::UnusedData, "slicers"),
    ("timeline", Kind::UnusedData, "timelines"),
    ("calcchain", Kind::UnusedData, "the order of calculation"),
    ("revisions/", Kind::TrackedChanges, "a log of changes"),
    ("handoutmasters/", Kind::UnusedData, "a layout of handouts"),
    ("presprops", Kind::UnusedData, "settings of the show"),
    ("viewprops", Kind::UnusedData, "settings of the window"),
    ("/tags/", Kind::UnusedData, "tags of programs"),
    ("diagrams/", Kind::UnusedData, "data of diagrams"),
    ("richdata", Kind::UnusedData, "data types of cells"),
    ("metadata.xml", Kind::UnusedData, "data types of cells"),
];

/// The same for OpenDocument; the last one says what is left.
const OPEN_PARTS: &[(&str, Kind, &str)] = &[
    ("meta.xml", Kind::Properties, "document properties: author, company, times, template"),
    ("manifest.rdf", Kind::UnusedData, "metadata about parts (RDF)"),
    ("signatures.xml", Kind::Signatures, "digital signatures"),
    ("thumbnails/", Kind::Thumbnails, "a small picture of the document as it once was"),
    ("basic/", Kind::Code, "macros"),
    ("scripts/", Kind::Code, "macros"),
    ("dialogs/", Kind::Code, "dialogues of macros"),
    ("configurations", Kind::UnusedData, "buttons and menus of a program's own"),
    ("layout-cache", Kind::UnusedData, "a cache of the layout"),
    ("fonts/", Kind::Fingerprints, "embedded fonts"),
    ("objectreplacements/", Kind::Thumbnails, "pictures of embedded objects"),
    ("object", Kind::EmbeddedObjects, "embedded objects"),
    ("media/", Kind::UnusedData, "sounds and films"),
    ("versions", Kind::TrackedChanges, "former versions of the document"),
];

/// What an OpenDocument file has that the fresh one does not.
pub(super) fn report_open(package: &Package<'_>, cx: &mut Context<'_>) {
    const CARRIED: [&str; 5] =
        ["content.xml", "styles.xml", "settings.xml", "mimetype", "META-INF/manifest.xml"];
    for name in package.names().filter(|name| !CARRIED.contains(name)) {
        let lower = name.to_ascii_lowercase();
        let known = OPEN_PARTS.iter().find(|(part, _, _)| lower.contains(part));
        match known {
            Some((_, kind, what)) => cx.removed(*kind, name, *what),
            None if lower.starts_with("pictures/") => {}
            None => cx.removed(Kind::UnusedData, name, "a part that shows nothing"),
        }
    }
}

/// The same for books.
const BOOK_PARTS: &[(&str, Kind, &str)] = &[
    ("meta-inf/", Kind::Properties, "notes of programs, shops and publishers about the book"),
    ("itunes", Kind::Properties, "notes of programs, shops and publishers about the book"),
    (".otf", Kind::Fingerprints, "embedded fonts"),
    (".ttf", Kind::Fingerprints, "embedded fonts"),
    (".woff", Kind::Fingerprints, "embedded fonts"),
    (".js", Kind::Code, "scripts"),
    (".smil", Kind::UnusedData, "sounds that follow the text"),
    (".mp3", Kind::UnusedData, "sounds and films"),
    (".m4a", Kind::UnusedData, "sounds and films"),
    (".mp4", Kind::UnusedData, "sounds and films"),
    (".xhtml", Kind::HiddenText, "a page that is not in the order of reading"),
    (".html", Kind::HiddenText, "a page that is not in the order of reading"),
];

/// What a book has that the fresh one does not.
pub(super) fn report_book(
    package: &Package<'_>,
    carried: &std::collections::HashSet<&str>,
    cx: &mut Context<'_>,
) {
    for name in package.names().filter(|name| !carried.contains(name)) {
        let lower = name.to_ascii_lowercase();
        let made =
            matches!(lower.as_str(), "mimetype" | "meta-inf/container.xml" | "oebps/nav.xhtml")
                || lower.ends_with(".opf")
                || lower.ends_with(".ncx");
        if made {
            continue;
        }
        let known = BOOK_PARTS.iter().find(|(part, _, _)| lower.contains(part));
        let (kind, what) = known
            .map_or((Kind::UnusedData, "a part that shows nothing"), |(_, kind, what)| {
                (*kind, *what)
            });
        cx.removed(kind, name, what);
    }
}

/// Reports each kind of part that is left out.
pub(super) fn report(package: &Package<'_>, cx: &mut Context<'_>) {
    let found: Vec<(String, Kind, &str)> = package
        .names()
        .filter_map(|name| {
            let lower = name.to_ascii_lowercase();
            let (_, kind, what) =
                PARTS.iter().find(|(part, _, _)| lower.contains(&part.to_ascii_lowercase()))?;
            // Relationships of a part go with it.
            (!lower.ends_with(".rels")).then(|| (name.to_owned(), *kind, *what))
        })
        .collect();
    for (name, kind, what) in found {
        if !(kind == Kind::Comments && cx.keeps(kind)) {
            cx.removed(kind, name, what);
        }
    }
}
