//! A second look at what was written, by the rules of reading.

use super::package::Package;
use super::{archive, epub, model, xml};
use crate::second_look::NoChance;
use crate::{Context, Format, Options, Refusal, Report};

/// Whether every byte belongs to a part, each part is one that we write, and holds only what our tables allow.
///
/// # Errors
/// [`Refusal::Unsound`], which is a fault of ours and not of the document.
pub(super) fn document(bytes: &[u8], format: Format) -> Result<(), Refusal> {
    let unsound = |what: String| Refusal::unsound(format.name(), 0, what);
    let names = archive::account(bytes).map_err(|reason| unsound(reason.to_owned()))?;
    let options = Options::default();
    let (mut report, mut rng) = (Report::default(), NoChance);
    let mut cx = Context::new(&options, &mut report, &mut rng);
    let mut package = Package::open(bytes, format.name(), &mut cx)?;
    for name in &names {
        if !ours(name) {
            return Err(unsound("a part of a name that we do not give".into()));
        }
        let xml = [".xml", ".rels", ".xhtml", ".opf", ".vml"].iter().any(|end| name.ends_with(end));
        if name.ends_with(".css") {
            let content = package.get(name, &mut cx)?.unwrap_or_default();
            if !epub::css_is_ours(&content) {
                return Err(unsound(format!("{name} has something that is not shown")));
            }
        } else if xml {
            let content = package.get(name, &mut cx)?.unwrap_or_default();
            let mut tree = xml::parse(&content, format.name(), name, &mut cx)?;
            if xml::write(&tree) != content {
                return Err(unsound(format!("{name} has bytes that are no part of its elements")));
            }
            // Alternative text is there only if the person kept it.
            if model::prune(&mut tree, true).any() {
                return Err(unsound(format!("{name} has something that is not shown")));
            }
        }
    }
    if report.removed.is_empty() {
        Ok(())
    } else {
        Err(unsound("it still has something to remove".into()))
    }
}

/// Names that we give: words of the list below, digits, and an extension.
fn ours(name: &str) -> bool {
    const STEMS: [&str; 55] = [
        "",
        "word",
        "xl",
        "ppt",
        "[Content_Types]",
        "_rels",
        "document",
        "styles",
        "numbering",
        "settings",
        "footnotes",
        "endnotes",
        "comments",
        "header",
        "footer",
        "theme",
        "media",
        "image",
        "charts",
        "chart",
        "workbook",
        "worksheets",
        "chartsheets",
        "sheet",
        "sharedStrings",
        "drawings",
        "drawing",
        "tables",
        "table",
        "vmlDrawing",
        "presentation",
        "slides",
        "slide",
        "slideLayouts",
        "slideLayout",
        "slideMasters",
        "slideMaster",
        "notesSlides",
        "notesSlide",
        "notesMasters",
        "notesMaster",
        "tableStyles",
        "commentAuthors",
        "mimetype",
        "content",
        "meta",
        "META-INF",
        "manifest",
        "Pictures",
        "OEBPS",
        "chapter",
        "nav",
        "package",
        "container",
        "style",
    ];
    name.split('/').all(|step| {
        step.split('.').enumerate().all(|(at, piece)| {
            let word = piece.trim_end_matches(|c: char| c.is_ascii_digit());
            let extension = matches!(
                piece,
                "xml"
                    | "rels"
                    | "png"
                    | "jpg"
                    | "gif"
                    | "tif"
                    | "webp"
                    | "svg"
                    | "vml"
                    | "xhtml"
                    | "opf"
                    | "css"
            );
            STEMS.contains(&word) || at > 0 && extension
        })
    })
}
