//! Parts and relationships of Office Open XML packages (ECMA-376 Part 2).

use super::archive::Part;
use super::package::Package;
use super::xml::{self, Node};
use crate::{Context, Kind, Refusal};
use std::collections::BTreeMap;

/// Where relationship types of the standard begin.
const TYPES: [&str; 2] = [
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
];

/// A relationship of a part.
#[derive(Clone, Debug)]
pub(super) struct Rel {
    /// The last word of its type: `image`, `styles`, `officeDocument`; another vendor's whole.
    pub(super) kind: String,
    /// The part's name, without a leading slash, or the outside target as it is.
    pub(super) target: String,
    /// Whether it leads out of the package.
    pub(super) external: bool,
}

/// A part's relationships by their ids.
pub(super) type Rels = BTreeMap<String, Rel>;

/// The relationships of a part (of the package itself: "").
///
/// # Errors
/// [`Refusal::Damaged`] if they are no XML.
pub(super) fn rels(
    package: &mut Package<'_>,
    part: &str,
    cx: &mut Context<'_>,
) -> Result<Rels, Refusal> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = if folder.is_empty() {
        format!("_rels/{file}.rels")
    } else {
        format!("{folder}/_rels/{file}.rels")
    };
    let Some(bytes) = package.get(&name, cx)? else { return Ok(Rels::new()) };
    let root = xml::parse(&bytes, package.format(), &name, cx)?;
    let mut all = Rels::new();
    for node in root.nodes() {
        let (Some(id), Some(kind), Some(target)) =
            (node.attr("Id"), node.attr("Type"), node.attr("Target"))
        else {
            continue;
        };
        let external = node.attr("TargetMode") == Some("External");
        if external {
            cx.removed(Kind::ExternalReferences, part, "a link out of the document");
        }
        let kind = TYPES.iter().find_map(|space| kind.strip_prefix(space)).unwrap_or(kind);
        let target = if external { target.to_owned() } else { resolve(folder, target) };
        all.insert(id.to_owned(), Rel { kind: kind.to_owned(), target, external });
    }
    Ok(all)
}

/// The first relationship of a kind that stays inside.
pub(super) fn of_kind<'a>(rels: &'a Rels, kind: &str) -> Option<&'a str> {
    rels.values().find(|rel| rel.kind == kind && !rel.external).map(|rel| rel.target.as_str())
}

/// A target relative to a folder; steps above the root stay at the root.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> =
        if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.retain(|step| !step.is_empty());
    steps.join("/")
}

/// A part's XML, or nothing if there is no such part.
///
/// # Errors
/// As [`xml::parse`].
pub(super) fn read(
    package: &mut Package<'_>,
    part: &str,
    cx: &mut Context<'_>,
) -> Result<Option<Node>, Refusal> {
    match package.get(part, cx)? {
        Some(bytes) => xml::parse(&bytes, package.format(), part, cx).map(Some),
        None => Ok(None),
    }
}

/// The fresh package under construction.
#[derive(Default)]
pub(super) struct Fresh {
    parts: Vec<Part>,
    /// Content types by part.
    types: Vec<(String, &'static str)>,
    /// Relationships by part.
    rels: BTreeMap<String, Vec<(&'static str, String)>>,
}

impl Fresh {
    /// Adds an XML part.
    pub(super) fn xml(&mut self, name: &str, content_type: &'static str, root: &Node) {
        self.bytes(name, content_type, xml::write(root), false);
    }

    /// Adds any part.
    pub(super) fn bytes(
        &mut self,
        name: &str,
        content_type: &'static str,
        bytes: Vec<u8>,
        stored: bool,
    ) {
        self.types.push((name.to_owned(), content_type));
        self.parts.push(Part { name: name.to_owned(), bytes, stored });
    }

    /// Relates a part (the package: "") to another one and gives the relationship's id; the same twice is one.
    pub(super) fn relate(&mut self, from: &str, kind: &'static str, to: &str) -> String {
        let list = self.rels.entry(from.to_owned()).or_default();
        let at = list.iter().position(|(k, t)| *k == kind && t == to).unwrap_or_else(|| {
            list.push((kind, to.to_owned()));
            list.len() - 1
        });
        format!("rId{}", at + 1)
    }

    /// Every part, with the content types and relationships, in the order in which they are written.
    pub(super) fn finish(self) -> Vec<Part> {
        let mut types = Node::new("ct:Types", &[]).with([
            Node::new("ct:Default", &[("Extension", "rels"), ("ContentType", RELS)]),
            Node::new("ct:Default", &[("Extension", "xml"), ("ContentType", "application/xml")]),
        ]);
        for (name, content_type) in &self.types {
            let name = format!("/{name}");
            types = types.with([Node::new(
                "ct:Override",
                &[("PartName", &name), ("ContentType", content_type)],
            )]);
        }
        let part = |name: &str, root: &Node| Part {
            name: name.to_owned(),
            bytes: xml::write(root),
            stored: false,
        };
        let mut all = vec![part("[Content_Types].xml", &types)];
        for (from, list) in &self.rels {
            let nodes = list.iter().enumerate().map(|(at, (kind, to))| {
                let (id, kind) = (format!("rId{}", at + 1), format!("{}{kind}", TYPES[0]));
                let to = format!("/{to}");
                Node::new("rel:Relationship", &[("Id", &id), ("Type", &kind), ("Target", &to)])
            });
            let root = Node::new("rel:Relationships", &[]).with(nodes);
            let (folder, file) = from.rsplit_once('/').unwrap_or(("", from));
            let slash = if folder.is_empty() { "" } else { "/" };
            all.push(part(&format!("{folder}{slash}_rels/{file}.rels"), &root));
        }
        all.extend(self.parts);
        all
    }
}

const RELS: &str = "application/vnd.openxmlformats-package.relationships+xml";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_never_leaves_the_package() {
        assert_eq!(resolve("word", "media/a.png"), "word/media/a.png");
        assert_eq!(resolve("word", "../media/a.png"), "media/a.png");
        assert_eq!(resolve("word", "/xl/b.xml"), "xl/b.xml");
        assert_eq!(resolve("", "../../../etc/passwd"), "etc/passwd");
    }
}
