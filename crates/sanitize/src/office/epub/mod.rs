//! EPUB 2 and 3 (W3C EPUB 3.3): the chapters in their order, with pictures and the list of contents.
//!
//! The package is written anew, with neutral metadata. Chapters are XHTML by an allow-list; of their style sheets, what
//! decides over the look of each element becomes one fresh sheet of numbered classes.

mod chapter;
mod contents;
mod css;
mod pictures;

use super::archive::Part;
use super::package::Package;
use super::xml::{self, Node};
use super::{drawing, leftovers, opc};
use crate::text::percent;
use crate::{Context, Kind, Refusal};
use chapter::Chapter;
use pictures::Pictures;
use std::collections::{BTreeMap, HashMap, HashSet};

const FORMAT: &str = "EPUB";
const XHTML: &str = "application/xhtml+xml";
const NAV: &str = "nav.xhtml";

/// An entry of the package's list.
struct Entry {
    path: String,
    kind: String,
    properties: String,
}

/// A chapter as it is read.
struct Page {
    path: String,
    linear: bool,
    tree: Node,
}

/// Where links lead: to chapters by their paths, and to places in them.
#[derive(Default)]
struct Places {
    chapters: HashMap<String, usize>,
    wanted: HashSet<(String, String)>,
    ids: HashMap<(String, String), String>,
}

/// Looks under construction: declarations and the numbers of their classes.
#[derive(Default)]
struct Classes(BTreeMap<String, usize>);

impl Classes {
    fn name(&mut self, declarations: String) -> String {
        let next = self.0.len() + 1;
        format!("s{}", self.0.entry(declarations).or_insert(next))
    }

    fn sheet(&self) -> String {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|(_, number)| **number);
        all.iter().map(|(text, number)| format!(".s{number}{{{text}}}\n")).collect()
    }
}

/// Whether a style sheet is one that we wrote.
pub(super) fn css_is_ours(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(css::ours)
}

/// Rebuilds a book.
///
/// # Errors
/// [`Refusal`] if it is damaged, encrypted, of fixed layout, over a limit or not understood.
pub(super) fn clean(package: &mut Package<'_>, cx: &mut Context<'_>) -> Result<Vec<Part>, Refusal> {
    refuse_encrypted(package, cx)?;
    let main = main_part(package, cx)?;
    let opf = read(package, &main, cx)?;
    refuse_fixed(&opf)?;
    let entries = entries(&opf, &main);
    let mut pages = pages(package, &opf, &entries, cx)?;
    let mut places = Places::default();
    for (at, page) in pages.iter().enumerate() {
        places.chapters.entry(page.path.clone()).or_insert(at + 1);
    }
    let toc = contents::read(package, &opf, &entries, cx)?;
    places.collect(&pages, &toc);

    let mut pictures = Pictures::default();
    let mut classes = Classes::default();
    let mut chapters = Vec::new();
    for page in &mut pages {
        let tree = std::mem::take(&mut page.tree);
        let root =
            Chapter::clean(&page.path, tree, package, &places, &mut pictures, &mut classes, cx)?;
        chapters.push(root);
    }
    let cover = cover(package, &opf, &entries, &mut pictures, cx)?;
    let nav = contents::write(&toc, &chapters, &places, cx);
    cx.removed(
        Kind::Properties,
        &main,
        "title, author, identifiers and other properties of the book",
    );
    assemble(&opf, &pages, chapters, nav, &classes, pictures, cover, package, &entries, cx)
}

/// The type of a part, by its name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("xhtml") => XHTML,
        Some("css") => "text/css",
        Some("jpg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("tif") => "image/tiff",
        Some("svg") => "image/svg+xml",
        _ => "image/png",
    }
}

#[allow(clippy::too_many_arguments)]
fn assemble(
    opf: &Node,
    pages: &[Page],
    chapters: Vec<Node>,
    nav: Node,
    classes: &Classes,
    pictures: Pictures,
    cover: Option<String>,
    package: &Package<'_>,
    entries: &HashMap<String, Entry>,
    cx: &mut Context<'_>,
) -> Result<Vec<Part>, Refusal> {
    let part =
        |name: &str, bytes: Vec<u8>, stored| Part { name: format!("OEBPS/{name}"), bytes, stored };
    let mut parts = vec![part(NAV, xml::write(&nav), false)];
    let mut spine = Node::new("opf:spine", &[]);
    if let Some(direction) = opf.val("opf:spine", "page-progression-direction") {
        spine.set("page-progression-direction", direction);
    }
    for (at, (page, root)) in pages.iter().zip(&chapters).enumerate() {
        let number = at + 1;
        parts.push(part(&format!("chapter{number}.xhtml"), xml::write(root), false));
        let mut item = Node::new("opf:itemref", &[("idref", &format!("i{}", number + 1))]);
        if !page.linear {
            item.set("linear", "no");
        }
        spine = spine.with([item]);
    }
    parts.push(part("style.css", classes.sheet().into_bytes(), false));
    parts.extend(pictures.parts.into_iter().map(|(name, bytes)| part(&name, bytes, true)));
    let items = parts.iter().enumerate().map(|(at, part)| {
        let name = part.name.trim_start_matches("OEBPS/");
        let id = format!("i{}", at + 1);
        let mut item =
            Node::new("opf:item", &[("id", &id), ("href", name), ("media-type", media_type(name))]);
        if name == NAV {
            item.set("properties", "nav");
        } else if Some(name) == cover.as_deref() {
            item.set("properties", "cover-image");
        }
        item
    });
    let language = opf.val_text(&["opf:metadata", "dc:language"]);
    let language =
        language.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let language =
        if matches!(language.len(), 2 | 3) && language.chars().all(|c| c.is_ascii_lowercase()) {
            language
        } else {
            "und".into()
        };
    let metadata = Node::new("opf:metadata", &[]).with([
        Node::new("dc:identifier", &[("id", "b1")])
            .text_item("urn:uuid:00000000-0000-0000-0000-000000000000"),
        Node::new("dc:title", &[]).text_item("Book"),
        Node::new("dc:language", &[]).text_item(language),
        Node::new("opf:meta", &[("property", "dcterms:modified")])
            .text_item("2000-01-01T00:00:00Z"),
    ]);
    let manifest = Node::new("opf:manifest", &[]).with(items);
    let mut root = Node::new("opf:package", &[("version", "3.0"), ("unique-identifier", "b1")])
        .with([metadata, manifest, spine]);
    drawing::finish(&mut root, "the package", cx);
    let container =
        Node::new("cn:container", &[("version", "1.0")]).with([Node::new("cn:rootfiles", &[])
            .with([Node::new(
                "cn:rootfile",
                &[
                    ("full-path", "OEBPS/package.opf"),
                    ("media-type", "application/oebps-package+xml"),
                ],
            )])]);
    let mut all = vec![
        Part { name: "mimetype".into(), bytes: b"application/epub+zip".to_vec(), stored: true },
        Part {
            name: "META-INF/container.xml".into(),
            bytes: xml::write(&container),
            stored: false,
        },
        part("package.opf", xml::write(&root), false),
    ];
    all.append(&mut parts);
    let carried: HashSet<&str> = pages
        .iter()
        .map(|page| page.path.as_str())
        .chain(pictures.known.keys().map(String::as_str))
        .chain(
            entries
                .values()
                .filter(|entry| entry.kind == "text/css")
                .map(|entry| entry.path.as_str()),
        )
        .collect();
    leftovers::report_book(package, &carried, cx);
    Ok(all)
}

/// Encryption of fonts alone is a disguise that needs no key (EPUB 3.3, 4.4); any other is digital rights management.
fn refuse_encrypted(package: &mut Package<'_>, cx: &mut Context<'_>) -> Result<(), Refusal> {
    const FONTS: [&str; 2] =
        ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];
    let Some(bytes) = package.get("META-INF/encryption.xml", cx)? else { return Ok(()) };
    let text = String::from_utf8(bytes).map_err(|_| Refusal::Encrypted { format: FORMAT })?;
    let mut said = text.split("Algorithm").skip(1).map(|rest| {
        let rest = rest.trim_start().strip_prefix('=').unwrap_or("").trim_start();
        rest.trim_start_matches(['"', '\'']).split(['"', '\'']).next().unwrap_or("").trim()
    });
    let some = text.contains("Algorithm") || !text.contains("Encrypted");
    if !some || said.any(|algorithm| !FONTS.contains(&algorithm)) {
        return Err(Refusal::Encrypted { format: FORMAT });
    }
    Ok(())
}

/// A book of which each page is a drawing of fixed size cannot keep its look without everything that we leave out.
fn refuse_fixed(opf: &Node) -> Result<(), Refusal> {
    let mut fixed = false;
    opf.each(&mut |node| {
        let layout = node.attr("property") == Some("rendition:layout");
        fixed |= layout && node.text().trim() == "pre-paginated";
    });
    if fixed {
        return Err(Refusal::Unsupported {
            format: FORMAT,
            what: "a book of fixed layout".into(),
            advice: "print it to PDF, and clean the PDF",
        });
    }
    Ok(())
}

/// The package document's name, and the pages in the order of reading.
///
/// # Errors
/// As [`clean`].
pub(super) fn order(
    package: &mut Package<'_>,
    cx: &mut Context<'_>,
) -> Result<(String, Vec<String>), Refusal> {
    refuse_encrypted(package, cx)?;
    let main = main_part(package, cx)?;
    let opf = read(package, &main, cx)?;
    let entries = entries(&opf, &main);
    let spine = opf.child("opf:spine").into_iter().flat_map(Node::nodes);
    let pages = spine.filter_map(|item| Some(entries.get(item.attr("idref")?)?.path.clone()));
    let pages = pages.collect();
    Ok((main, pages))
}

/// The package document's name, from the container.
fn main_part(package: &mut Package<'_>, cx: &mut Context<'_>) -> Result<String, Refusal> {
    const CONTAINER: &str = "META-INF/container.xml";
    let root = read(package, CONTAINER, cx)?;
    let mut main = None;
    root.each(&mut |node| {
        if node.name == "cn:rootfile" && main.is_none() {
            main = node.attr("full-path").map(str::to_owned);
        }
    });
    main.ok_or_else(|| Refusal::damaged(FORMAT, CONTAINER, "it names no package"))
}

fn read(package: &mut Package<'_>, name: &str, cx: &mut Context<'_>) -> Result<Node, Refusal> {
    let bytes =
        package.get(name, cx)?.ok_or_else(|| Refusal::damaged(FORMAT, name, "it is not there"))?;
    xml::parse(&bytes, FORMAT, name, cx)
}

fn entries(opf: &Node, main: &str) -> HashMap<String, Entry> {
    let list = opf.child("opf:manifest").into_iter().flat_map(Node::nodes);
    list.filter_map(|item| {
        let (path, _) = resolve(main, item.attr("href")?)?;
        let text = |name: &str| item.attr(name).unwrap_or_default().to_owned();
        let entry = Entry { path, kind: text("media-type"), properties: text("properties") };
        Some((item.attr("id")?.to_owned(), entry))
    })
    .collect()
}

/// The chapters in the order of reading.
fn pages(
    package: &mut Package<'_>,
    opf: &Node,
    entries: &HashMap<String, Entry>,
    cx: &mut Context<'_>,
) -> Result<Vec<Page>, Refusal> {
    let mut pages: Vec<Page> = Vec::new();
    let mut seen = HashSet::new();
    for item in opf.child("opf:spine").into_iter().flat_map(Node::nodes) {
        let Some(entry) = item.attr("idref").and_then(|id| entries.get(id)) else { continue };
        if !seen.insert(entry.path.as_str()) {
            continue;
        }
        let tree = read(package, &entry.path, cx)?;
        if !matches!(tree.name, "h:html" | "vg:svg") {
            return Err(Refusal::damaged(FORMAT, &entry.path, "it is no page of XHTML"));
        }
        let linear = item.attr("linear") != Some("no");
        pages.push(Page { path: entry.path.clone(), linear, tree });
    }
    if pages.is_empty() {
        return Err(Refusal::damaged(
            FORMAT,
            "the package",
            "it has no chapters in its order of reading",
        ));
    }
    Ok(pages)
}

/// The picture that stands for the book in a library.
fn cover(
    package: &mut Package<'_>,
    opf: &Node,
    entries: &HashMap<String, Entry>,
    pictures: &mut Pictures,
    cx: &mut Context<'_>,
) -> Result<Option<String>, Refusal> {
    let marked = entries
        .values()
        .find(|entry| entry.properties.split(' ').any(|word| word == "cover-image"));
    let mut named = None;
    opf.each(&mut |node| {
        if node.name == "opf:meta" && node.attr("name") == Some("cover") {
            named = node.attr("content").and_then(|id| entries.get(id));
        }
    });
    match marked.or(named).filter(|entry| entry.kind.starts_with("image/")) {
        Some(entry) => pictures.get(&entry.path, package, cx),
        None => Ok(None),
    }
}

impl Places {
    /// Notes where links lead, and gives each place that is there a name of ours.
    fn collect(&mut self, pages: &[Page], toc: &[contents::Entry]) {
        let mut wanted = HashSet::new();
        for page in pages {
            page.tree.each(&mut |node| {
                if node.name == "h:a"
                    && let Some((path, Some(id))) =
                        node.attr("href").and_then(|href| resolve(&page.path, href))
                {
                    wanted.insert((path, id));
                }
            });
        }
        contents::each(toc, &mut |entry| {
            if let Some((path, Some(id))) = &entry.target {
                wanted.insert((path.clone(), id.clone()));
            }
        });
        self.wanted = wanted;
        for page in pages {
            page.tree.each(&mut |node| {
                let name = node.attr("name").filter(|_| node.name == "h:a");
                for id in [node.attr("id"), name].into_iter().flatten() {
                    let key = (page.path.clone(), id.to_owned());
                    if self.wanted.contains(&key) {
                        let next = self.ids.len() + 1;
                        self.ids.entry(key).or_insert_with(|| format!("b{next}"));
                    }
                }
            });
        }
    }

    /// A link to a place of the book as we write it.
    fn link(&self, target: &(String, Option<String>)) -> Option<String> {
        let number = self.chapters.get(&target.0)?;
        let place = target.1.as_ref().and_then(|id| self.ids.get(&(target.0.clone(), id.clone())));
        Some(match place {
            Some(place) => format!("chapter{number}.xhtml#{place}"),
            None => format!("chapter{number}.xhtml"),
        })
    }
}

/// The path and the place in it that an address leads to, seen from a part; nothing if it leads out of the book.
fn resolve(from: &str, href: &str) -> Option<(String, Option<String>)> {
    let href = href.trim();
    if href.split(['/', '#', '?']).next().is_some_and(|first| first.contains(':'))
        || href.starts_with("//")
    {
        return None;
    }
    let (path, id) = href.split_once('#').map_or((href, None), |(path, id)| (path, Some(id)));
    let path = path.split('?').next().unwrap_or_default();
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path =
        if path.is_empty() { from.to_owned() } else { opc::resolve(folder, &decoded(path)?) };
    let id = match id {
        Some(id) if !id.is_empty() => Some(decoded(id)?),
        _ => None,
    };
    Some((path, id))
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(percent(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_in_the_book() {
        let place = |path: &str, id: Option<&str>| Some((path.to_owned(), id.map(str::to_owned)));
        assert_eq!(resolve("OEBPS/a.xhtml", "b%20c.xhtml#d"), place("OEBPS/b c.xhtml", Some("d")));
        assert_eq!(resolve("OEBPS/a.xhtml", "#d"), place("OEBPS/a.xhtml", Some("d")));
        assert_eq!(resolve("OEBPS/a.xhtml", "../../../etc/passwd"), place("etc/passwd", None));
        for outside in
            ["https://example.org/", "mailto:x", "//example.org/x", "file:///etc/passwd", "data:,x"]
        {
            assert_eq!(resolve("a.xhtml", outside), None, "{outside}");
        }
        assert_eq!(decoded("%é%4"), Some("%é%4".into()));
        assert_eq!(decoded("%ff"), None);
    }
}
