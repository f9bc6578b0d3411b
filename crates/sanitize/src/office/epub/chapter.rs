//! A chapter: what the page shows of its XHTML.

mod state;

use super::super::drawing;
use super::super::package::Package;
use super::super::text;
use super::super::xml::{Item, Node};
use super::css::{Facts, Look, Sheet, written};
use super::pictures::Pictures;
use super::{Classes, Places, resolve};
use crate::{Context, Kind, Refusal};
use state::State;

/// Comparisons of rules with the elements of one chapter; a long one with a large sheet has a few million.
const WORK: u64 = 30_000_000;

/// A chapter under reconstruction.
pub(super) struct Chapter<'x, 'p, 'a> {
    path: &'x str,
    sheet: Sheet,
    package: &'x mut Package<'p>,
    places: &'x Places,
    pictures: &'x mut Pictures,
    classes: &'x mut Classes,
    cx: &'x mut Context<'a>,
    /// The elements around.
    around: Vec<Facts>,
    named: u64,
}

impl Chapter<'_, '_, '_> {
    /// The fresh page.
    ///
    /// # Errors
    /// [`Refusal`] if a style sheet or a picture is over a limit.
    pub(super) fn clean(
        path: &str,
        tree: Node,
        package: &mut Package<'_>,
        places: &Places,
        pictures: &mut Pictures,
        classes: &mut Classes,
        cx: &mut Context<'_>,
    ) -> Result<Node, Refusal> {
        let sheet = sheet(&tree, path, package, cx)?;
        if sheet.skipped > 0 {
            cx.removed(Kind::UnusedData, path, "rules of style sheets that are not carried over");
        }
        let mut chapter = Chapter {
            path,
            sheet,
            package,
            places,
            pictures,
            classes,
            cx,
            around: Vec::new(),
            named: 0,
        };
        let direction = tree.attr("dir").map(str::to_owned);
        let mut items = chapter.element(tree, State::page())?;
        let fresh = match items.pop() {
            Some(Item::Node(node)) if node.name == "h:html" => node,
            Some(other) => Node { name: "h:html", attrs: Vec::new(), items: vec![other] },
            None => Node::new("h:html", &[]),
        };
        if chapter.named > 0 {
            chapter.cx.removed(Kind::Identifiers, path, "names of classes and places");
        }
        let mut body = Node::new("h:body", &[]);
        for item in fresh.items {
            match item {
                Item::Node(node) if node.name == "h:body" => body = node,
                Item::Node(node) if node.name != "h:head" => body.items.push(Item::Node(node)),
                _ => {}
            }
        }
        let head = Node::new("h:head", &[]).with([
            Node::new("h:title", &[]).text_item("Book"),
            Node::new(
                "h:link",
                &[("rel", "stylesheet"), ("type", "text/css"), ("href", "style.css")],
            ),
        ]);
        let mut root = Node::new("h:html", &[]).with([head, body]);
        if let Some(direction) = direction {
            root.set("dir", direction);
        }
        drawing::finish(&mut root, path, cx);
        Ok(root)
    }

    fn removed(&mut self, kind: Kind, what: &str) {
        self.cx.removed(kind, self.path, what);
    }

    /// Whether something hidden stays.
    fn stays(&mut self, what: &str) -> bool {
        let keeps = self.cx.keeps(Kind::HiddenText);
        if keeps {
            self.cx.kept(Kind::HiddenText, self.path, what);
        } else {
            self.removed(Kind::HiddenText, what);
        }
        keeps
    }

    /// What becomes of one element.
    fn element(&mut self, node: Node, mut state: State) -> Result<Vec<Item>, Refusal> {
        if let Some((_, kind, what)) = OUT.iter().find(|(names, _, _)| names.contains(&node.name)) {
            self.removed(*kind, what);
            return Ok(Vec::new());
        }
        self.around.push(Facts::of(&node));
        let mut look = self.sheet.look(&self.around, node.attr("style"));
        if self.sheet.work.get() > WORK {
            return Err(Refusal::TooMuch {
                what: "the number of style rules for the elements of a chapter",
                limit: format!("{WORK} comparisons"),
                advice: "simplify its style sheets, or print it to PDF",
            });
        }
        old_style(&node, &mut look);
        state.apply(&look, &node);
        let items = if state.none() && !self.stays("text that the page does not show") {
            Vec::new()
        } else {
            // What is kept, is shown.
            state.show();
            self.shown(node, &look, state)?
        };
        self.around.pop();
        Ok(items)
    }

    fn shown(&mut self, mut node: Node, look: &Look, state: State) -> Result<Vec<Item>, Refusal> {
        match node.name {
            "h:head" => return Ok(Vec::new()),
            "h:img" => return self.image(node, look),
            "vg:svg" => return self.drawing(&node),
            "epub:switch" => {
                self.removed(Kind::UnusedData, "forms of the page for other programs");
                node.retain(|child| child.name == "epub:default");
                node.nodes_mut().for_each(|child| child.name = "h:div");
                return self.inside(node, state).map(|node| node.items);
            }
            "h:form" | "h:fieldset" | "h:label" | "h:picture" | "h:legend" => {
                return self.inside(node, state).map(|node| node.items);
            }
            name if name.starts_with("math:") => {
                formulas(&mut node);
                return Ok(vec![Item::Node(node)]);
            }
            name => {
                if let Some((_, new)) = RENAMED.iter().find(|(old, _)| *old == name) {
                    node.name = new;
                }
            }
        }
        self.attributes(&mut node, look);
        self.inside(node, state).map(|node| vec![Item::Node(node)])
    }

    /// The same element with what its inside shows.
    fn inside(&mut self, mut node: Node, state: State) -> Result<Node, Refusal> {
        let structure = STRUCTURE.contains(&node.name);
        let items = std::mem::take(&mut node.items);
        for item in items {
            match item {
                Item::Node(child) => node.items.extend(self.element(child, state)?),
                Item::Text(text) => {
                    let blank = text.trim().is_empty();
                    if blank && structure
                        || !blank
                            && state.unreadable()
                            && !self.stays("text in the paper's colour or too small to read")
                    {
                        continue;
                    }
                    node.items.push(Item::Text(if state.keeps_spaces() {
                        text
                    } else {
                        one_space(&text)
                    }));
                }
            }
        }
        Ok(node)
    }

    fn attributes(&mut self, node: &mut Node, look: &Look) {
        let ids = [node.take("id"), node.take("name").filter(|_| node.name == "h:a")];
        let class = node.take("class");
        self.named += u64::from(class.is_some() || ids.iter().any(Option::is_some));
        let place = ids
            .into_iter()
            .flatten()
            .find_map(|id| self.places.ids.get(&(self.path.to_owned(), id)));
        if let Some(place) = place {
            node.set("id", place.clone());
        }
        let declarations = written(look);
        if !declarations.is_empty() {
            node.set("class", self.classes.name(declarations));
        }
        if node.name == "h:nav" {
            node.name = "h:div";
        }
        if node.name == "h:a" {
            let href = node.take("href");
            let link = href.as_deref().and_then(|href| resolve(self.path, href));
            match link.and_then(|target| self.places.link(&target)) {
                Some(link) => node.set("href", link),
                None => {
                    if href.is_some() {
                        self.removed(
                            Kind::ExternalReferences,
                            "targets of links: their text stays",
                        );
                    }
                    node.name = "h:span";
                }
            }
        }
    }

    fn image(&mut self, mut node: Node, look: &Look) -> Result<Vec<Item>, Refusal> {
        let Some(address) = node.take("src") else { return Ok(Vec::new()) };
        let Some(name) = self.picture(&address)? else { return Ok(Vec::new()) };
        self.attributes(&mut node, look);
        node.set("src", name);
        if let Some(alt) = node.take("alt").filter(|alt| !alt.trim().is_empty()) {
            if self.cx.keeps(Kind::AltText) {
                self.cx.kept(Kind::AltText, self.path, "alternative text of a picture");
                let alt = text::shown(&alt, self.path, self.cx);
                node.set("alt", alt);
            } else {
                self.removed(Kind::AltText, "alternative text of a picture");
            }
        }
        Ok(vec![Item::Node(node)])
    }

    fn picture(&mut self, address: &str) -> Result<Option<String>, Refusal> {
        if address.trim_start().starts_with("data:") {
            return self.pictures.inside(address, self.path, self.cx);
        }
        match resolve(self.path, address) {
            Some((path, _)) => self.pictures.get(&path, self.package, self.cx),
            None => {
                self.removed(Kind::ExternalReferences, "pictures that are not in the book");
                Ok(None)
            }
        }
    }

    /// Of a drawing the pictures in it, which is what covers are made of.
    fn drawing(&mut self, node: &Node) -> Result<Vec<Item>, Refusal> {
        let mut addresses = Vec::new();
        node.each(&mut |inner| {
            if inner.name == "vg:image" {
                addresses
                    .extend(inner.attr("xlink:href").or(inner.attr("href")).map(str::to_owned));
            }
        });
        self.removed(Kind::UnusedData, "drawings (SVG): pictures in them stay");
        if addresses.is_empty() {
            self.cx.remains(
                "A drawing (SVG) in the book is left out: if it matters, replace it by a PNG.",
            );
        }
        let mut items = Vec::new();
        for address in addresses {
            if let Some(name) = self.picture(&address)? {
                let class = self.classes.name("max-width:100%;".into());
                items.push(Item::Node(Node::new("h:img", &[("src", &name), ("class", &class)])));
            }
        }
        Ok(items)
    }
}

/// The style sheets of a page, in their order.
fn sheet(
    tree: &Node,
    path: &str,
    package: &mut Package<'_>,
    cx: &mut Context<'_>,
) -> Result<Sheet, Refusal> {
    let mut sheet = Sheet::default();
    let mut found = Vec::new();
    tree.each(&mut |node| match node.name {
        "h:style" => found.push((None, node.text())),
        "h:link"
            if node
                .attr("rel")
                .is_some_and(|rel| rel.to_ascii_lowercase().contains("stylesheet")) =>
        {
            found.push((node.attr("href").map(str::to_owned), String::new()));
        }
        _ => {}
    });
    for (href, text) in found {
        match href {
            None => sheet.add(&text),
            Some(href) => {
                let Some((file, _)) = resolve(path, &href) else { continue };
                let bytes = package.get(&file, cx)?.unwrap_or_default();
                sheet.add(&String::from_utf8_lossy(&bytes));
            }
        }
    }
    Ok(sheet)
}

/// What older pages say in attributes.
fn old_style(node: &Node, look: &mut Look) {
    let mut say = |name: &str, value: &str| {
        look.entry(name.to_owned()).or_insert_with(|| value.to_ascii_lowercase());
    };
    if let Some(align) = node.attr("align") {
        say("text-align", align);
    }
    match node.name {
        "h:center" => say("text-align", "center"),
        "h:font" => {
            if let Some(colour) = node.attr("color") {
                say("color", colour);
            }
            if let Some(face) = node.attr("face") {
                say("font-family", face);
            }
        }
        "h:big" => say("font-size", "larger"),
        _ => {}
    }
}

/// Formulas without their sources: an annotation repeats them in another language.
fn formulas(node: &mut Node) {
    node.replace(|mut child| {
        if child.name == "math:semantics" {
            child.retain(|inner| !inner.name.starts_with("math:annotation"));
            return child.items;
        }
        vec![Item::Node(child)]
    });
    node.retain(|child| child.name != "math:mphantom");
    node.nodes_mut().for_each(formulas);
}

/// Any run of spaces and lines is one space on the page.
fn one_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_ascii_whitespace() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// Elements in which only elements are.
const STRUCTURE: &[&str] = &[
    "h:html",
    "h:body",
    "h:section",
    "h:article",
    "h:ul",
    "h:ol",
    "h:dl",
    "h:table",
    "h:thead",
    "h:tbody",
    "h:tfoot",
    "h:tr",
    "h:colgroup",
    "h:figure",
];

/// Elements that become others.
const RENAMED: &[(&str, &str)] = &[
    ("h:details", "h:div"),
    ("h:summary", "h:p"),
    ("h:dialog", "h:div"),
    ("h:center", "h:div"),
    ("h:font", "h:span"),
    ("h:big", "h:span"),
    ("h:tt", "h:code"),
    ("h:strike", "h:s"),
    ("h:acronym", "h:abbr"),
    ("h:menu", "h:ul"),
    ("h:data", "h:span"),
    ("h:output", "h:span"),
];

/// Elements that go, with what is in them.
const OUT: &[(&[&str], Kind, &str)] = &[
    (&["h:script", "h:applet"], Kind::Code, "scripts"),
    (
        &["h:input", "h:button", "h:select", "h:textarea", "h:progress", "h:meter"],
        Kind::Code,
        "forms and their controls",
    ),
    (
        &["h:noscript", "h:template"],
        Kind::HiddenText,
        "text for programs without scripts, or for scripts",
    ),
    (
        &["h:object", "h:embed", "h:iframe", "h:canvas", "h:video", "h:audio", "h:map"],
        Kind::EmbeddedObjects,
        "embedded objects, sounds and films",
    ),
    (&["h:meta", "h:base"], Kind::Properties, "properties of a page"),
    (&["epub:trigger"], Kind::Code, "what starts sounds and films"),
];
