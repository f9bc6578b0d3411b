//! ODT, ODS and ODP: OpenDocument (ISO/IEC 26300, OASIS OpenDocument 1.3).
//!
//! First what is hidden is settled, under the names that the document gives to its styles; then the styles are
//! followed from the body outward, renamed, and only what is reached is kept; pictures come last.

mod body;
mod fonts;
mod grid;
mod ids;
mod lengths;
mod looks;
mod pictures;
mod settings;
mod shapes;
mod slides;
mod styles;
mod table;

use super::archive::Part;
use super::package::Package;
use super::xml::{self, Node};
use super::{drawing, leftovers};
use crate::{Context, Format, Kind, Refusal};
use body::Body;
use fonts::Fonts;
use looks::Looks;
use pictures::Pictures;
use std::collections::HashSet;
use styles::{Home, Styles};

const CONTENT: &str = "content.xml";
const STYLES: &str = "styles.xml";
/// A4, for a document that does not say.
const PAGE: (f64, f64) = (595.0, 842.0);

/// What a document is made of, taken apart.
struct Document {
    format: Format,
    body: Node,
    content: Node,
    common: Node,
    masters: Node,
    master: Node,
}

/// Rebuilds a document.
///
/// # Errors
/// [`Refusal`] if it is damaged, encrypted, over a limit or not understood.
pub(super) fn clean(
    package: &mut Package<'_>,
    format: Format,
    cx: &mut Context<'_>,
) -> Result<Vec<Part>, Refusal> {
    refuse_encrypted(package, cx)?;
    let mut fonts = Fonts::default();
    let mut document = Document::read(package, format, &mut fonts, cx)?;
    document.settle(cx)?;
    document.lists(cx);
    let Document { mut body, content, common, masters, master, .. } = document;
    ids::rename(&mut body);

    let mut styles = Styles::of(vec![
        (Home::Content, content),
        (Home::Common, common),
        (Home::Masters, masters),
        (Home::Master, master),
    ]);
    styles.walk(&mut body, Home::Content, "");
    if format == Format::Odt
        && let Some(first) = styles.first_master()
    {
        styles.reach(Home::Master, "master", &first);
    }
    styles.follow(format);

    let list = |name, nodes: Vec<Node>| Node::new(name, &[]).with(nodes);
    let automatic = list("office:automatic-styles", styles.take(Home::Content, CONTENT, cx));
    let common = list("office:styles", styles.take(Home::Common, STYLES, cx));
    let masters = list("office:automatic-styles", styles.take(Home::Masters, STYLES, cx));
    let mut master = list("office:master-styles", styles.take(Home::Master, STYLES, cx));
    master.nodes_mut().for_each(ids::rename);
    let root = |name, parts: [Node; 3]| Node::new(name, &[("office:version", "1.3")]).with(parts);
    let content_root = [Node::default(), automatic, body];
    let mut content = root("office:document-content", content_root);
    let mut sheet = Node::new("office:document-styles", &[("office:version", "1.3")]).with([
        Node::default(),
        common,
        masters,
        master,
    ]);

    let mut pictures = Pictures::default();
    let mut parts = Vec::new();
    for (tree, name) in [(&mut content, CONTENT), (&mut sheet, STYLES)] {
        pictures.walk(tree, package, name, cx)?;
        fonts.rename(tree);
        fonts.report(name, cx);
    }
    for tree in [&mut content, &mut sheet] {
        if let Some(first) = tree.nodes_mut().next() {
            *first = fonts.declarations();
        }
    }
    drawing::finish(&mut content, CONTENT, cx);
    drawing::finish(&mut sheet, STYLES, cx);
    pictures.sweep(&[&content, &sheet]);

    let (kind, flavour) = kind(format);
    parts.push(Part { name: "mimetype".into(), bytes: kind.into(), stored: true });
    let mut listed = vec![("/".to_owned(), kind)];
    let mut add = |name: &str, bytes: Vec<u8>, content_type, stored| {
        listed.push((name.to_owned(), content_type));
        parts.push(Part { name: name.to_owned(), bytes, stored });
    };
    add(CONTENT, xml::write(&content), "text/xml", false);
    add(STYLES, xml::write(&sheet), "text/xml", false);
    if flavour == "office:text"
        && let Some(settings) = settings::read(package, cx)?
    {
        add("settings.xml", xml::write(&settings), "text/xml", false);
    }
    for (part, content_type) in pictures.parts {
        add(&part.name, part.bytes, content_type, true);
    }
    let manifest = Node::new("manifest:manifest", &[("manifest:version", "1.3")]).with(
        listed.iter().map(|(name, kind)| {
            Node::new(
                "manifest:file-entry",
                &[("manifest:full-path", name), ("manifest:media-type", kind)],
            )
        }),
    );
    parts.push(Part {
        name: "META-INF/manifest.xml".into(),
        bytes: xml::write(&manifest),
        stored: false,
    });
    leftovers::report_open(package, cx);
    Ok(parts)
}

/// The media type, and the element in the body.
const fn kind(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Ods => ("application/vnd.oasis.opendocument.spreadsheet", "office:spreadsheet"),
        Format::Odp => ("application/vnd.oasis.opendocument.presentation", "office:presentation"),
        _ => ("application/vnd.oasis.opendocument.text", "office:text"),
    }
}

/// A password makes an entry with the data to decrypt (part 2, 3.4), or one part that holds the document.
fn refuse_encrypted(package: &mut Package<'_>, cx: &mut Context<'_>) -> Result<(), Refusal> {
    let format = package.format();
    // Old manifests are no XML by today's rules; the name alone tells.
    let manifest = package.get("META-INF/manifest.xml", cx)?.unwrap_or_default();
    let said = memchr::memmem::find(&manifest, b"encryption-data").is_some();
    if said || package.names().any(|name| name == "encrypted-package") {
        return Err(Refusal::Encrypted { format });
    }
    Ok(())
}

impl Document {
    fn read(
        package: &mut Package<'_>,
        format: Format,
        fonts: &mut Fonts,
        cx: &mut Context<'_>,
    ) -> Result<Self, Refusal> {
        let name = package.format();
        let bytes = package
            .get(CONTENT, cx)?
            .ok_or_else(|| Refusal::damaged(name, CONTENT, "it is not there"))?;
        let mut root = xml::parse(&bytes, name, CONTENT, cx)?;
        let inner = kind(format).1;
        let mut body = take(&mut root, "office:body");
        if root.name != "office:document-content" || body.child(inner).is_none() {
            return Err(Refusal::damaged(
                name,
                CONTENT,
                "its body is not of the kind that its type says",
            ));
        }
        body.retain(|child| child.name == inner);
        if root.has("office:script") || root.has("script:event-listener") {
            cx.removed(Kind::Code, CONTENT, "scripts and what starts them");
        }
        fonts.declare(&take(&mut root, "office:font-face-decls"));
        let content = take(&mut root, "office:automatic-styles");
        let mut sheet = match package.get(STYLES, cx)? {
            Some(bytes) => xml::parse(&bytes, name, STYLES, cx)?,
            None => Node::default(),
        };
        fonts.declare(&take(&mut sheet, "office:font-face-decls"));
        Ok(Self {
            format,
            body,
            content,
            common: take(&mut sheet, "office:styles"),
            masters: take(&mut sheet, "office:automatic-styles"),
            master: take(&mut sheet, "office:master-styles"),
        })
    }

    /// Decides over what is hidden, under the old names of styles.
    fn settle(&mut self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let layers = self.hidden_layers();
        let page = self.page();
        let link = ["Internet_20_link", "Internet_20_Link"].into_iter().find(|name| {
            self.common.nodes().any(|style| {
                style.attr("style:name") == Some(*name)
                    && style.attr("style:family") == Some("text")
            })
        });
        let looks = Looks::of(&self.common, &self.content);
        let master_looks = Looks::of(&self.common, &self.masters);
        match self.format {
            Format::Ods => grid::settle(&mut self.body, &looks, [&self.common, &self.content], cx)?,
            Format::Odp => slides::settle(&mut self.body, &mut self.master, &looks, cx)?,
            _ => {}
        }
        for (tree, place) in [(&mut self.body, CONTENT), (&mut self.master, STYLES)] {
            Body {
                format: self.format,
                page,
                layers: &layers,
                link,
                place,
                notes: 0,
                cx: &mut *cx,
            }
            .settle(tree);
        }
        let ground = self.ground();
        match self.format {
            Format::Odp => {
                slides::unhide(&mut self.body, &mut self.master, &looks, &master_looks, cx);
            }
            _ => {
                looks::unhide(&mut self.body, &looks, ground, CONTENT, cx);
                looks::unhide(&mut self.master, &master_looks, ground, STYLES, cx);
            }
        }
        Ok(())
    }

    /// Texts that lists and notes would show if the document had more of them.
    fn lists(&mut self, cx: &mut Context<'_>) {
        let mut deep = 0;
        for tree in [&self.body, &self.master] {
            deep = deep.max(lists_deep(tree));
        }
        let notes = |class: &str| {
            let mut found = false;
            self.body.each(&mut |node| {
                found |= node.name == "text:note" && node.attr("text:note-class") == Some(class);
            });
            found
        };
        let notes = [("footnote", notes("footnote")), ("endnote", notes("endnote"))];
        let mut gone = 0_u64;
        for tree in [&mut self.content, &mut self.common, &mut self.masters] {
            tree.retain(|node| match node.name {
                "text:notes-configuration" => notes
                    .iter()
                    .any(|(class, there)| *there && node.attr("text:note-class") == Some(class)),
                "text:linenumbering-configuration" => {
                    node.attr("text:number-lines") == Some("true")
                }
                _ => true,
            });
            tree.each_mut(&mut |node| {
                let level = node.attr("text:level").and_then(|level| level.parse::<usize>().ok());
                if level.is_some_and(|level| level > deep) {
                    for name in ["style:num-prefix", "style:num-suffix"] {
                        if node.attr(name).is_some_and(|text| text.chars().count() > 2) {
                            node.take(name);
                            gone += 1;
                        }
                    }
                }
            });
        }
        for _ in 0..gone {
            cx.removed(Kind::HiddenText, STYLES, "texts of lists' levels that nothing uses");
        }
    }

    /// Layers that are not displayed (part 3, 10.2.3).
    fn hidden_layers(&self) -> HashSet<String> {
        let mut names = HashSet::new();
        self.master.each(&mut |node| {
            if node.name == "draw:layer"
                && matches!(node.attr("draw:display"), Some("none" | "printer"))
            {
                names.extend(node.attr("draw:name").map(str::to_owned));
            }
        });
        names
    }

    /// The widest and the highest page of the master pages, in points.
    fn page(&self) -> (f64, f64) {
        let mut page = (0.0_f64, 0.0_f64);
        let masters = self.master.nodes().filter(|node| node.name == "style:master-page");
        let used: HashSet<&str> =
            masters.filter_map(|node| node.attr("style:page-layout-name")).collect();
        for layout in self.masters.nodes().filter(|node| node.name == "style:page-layout") {
            if !layout.attr("style:name").is_some_and(|name| used.contains(name)) {
                continue;
            }
            let length = |name: &str| {
                layout
                    .val("style:page-layout-properties", name)
                    .and_then(lengths::points)
                    .unwrap_or(0.0)
            };
            page.0 = page.0.max(length("fo:page-width"));
            page.1 = page.1.max(length("fo:page-height"));
        }
        (if page.0 > 0.0 { page.0 } else { PAGE.0 }, if page.1 > 0.0 { page.1 } else { PAGE.1 })
    }

    /// Whether a page has a colour, or something lies behind its text.
    fn ground(&self) -> bool {
        let page =
            |node: &Node| node.child("style:page-layout-properties").is_some_and(looks::coloured);
        let behind = |node: &Node| {
            node.val("style:graphic-properties", "style:run-through") == Some("background")
        };
        self.masters.nodes().any(page)
            || self.content.nodes().chain(self.masters.nodes()).any(behind)
    }
}

/// An element's child, taken out; an empty one if there is none.
fn take(node: &mut Node, name: &str) -> Node {
    node.child_mut(name).map(std::mem::take).unwrap_or_default()
}

/// How deep lists lie in lists, or headings under headings.
fn lists_deep(node: &Node) -> usize {
    let own = match node.name {
        "text:list" => 1,
        "text:h" | "text:numbered-paragraph" => {
            let level = node.attr("text:outline-level").or(node.attr("text:level"));
            return level.and_then(|level| level.parse().ok()).unwrap_or(1).clamp(1, 10);
        }
        _ => 0,
    };
    own + node.nodes().map(lists_deep).max().unwrap_or(0)
}
