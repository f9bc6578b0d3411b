//! Styles: what the body reaches, under names of ours.

use super::super::model::opendocument::PARTS;
use super::super::xml::Node;
use crate::{Context, Format, Kind};
use std::collections::{HashMap, VecDeque};

/// Where a style is defined, which decides what its own references mean (OpenDocument 1.3 part 3, 3.15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Home {
    /// Automatic styles of the content.
    Content,
    /// Automatic styles of the styles part, for master pages.
    Masters,
    /// Common styles.
    Common,
    /// Master pages.
    Master,
}

struct Style {
    home: Home,
    space: &'static str,
    old: String,
    node: Node,
    new: Option<String>,
}

/// Every style of a document.
pub(super) struct Styles {
    all: Vec<Style>,
    index: HashMap<(Home, &'static str, String), usize>,
    defaults: Vec<Node>,
    queue: VecDeque<usize>,
    reached: usize,
}

impl Styles {
    /// Takes the definitions out of their lists.
    pub(super) fn of(lists: Vec<(Home, Node)>) -> Self {
        let mut styles = Self {
            all: Vec::new(),
            index: HashMap::new(),
            defaults: Vec::new(),
            queue: VecDeque::new(),
            reached: 0,
        };
        for (home, list) in lists {
            for item in list.items {
                let super::super::xml::Item::Node(mut node) = item else { continue };
                if DEFAULTS.contains(&node.name) {
                    styles.defaults.push(node);
                    continue;
                }
                let Some(space) = space(&node) else { continue };
                let name = node.take("style:name").or_else(|| node.take("draw:name"));
                let Some(old) = name else { continue };
                styles.index.insert((home, space, old.clone()), styles.all.len());
                styles.all.push(Style { home, space, old, node, new: None });
            }
        }
        styles
    }

    /// The name of a style that something at `home` refers to, which is reached by that.
    pub(super) fn reach(&mut self, home: Home, space: &'static str, old: &str) -> Option<String> {
        let at = self.find(home, space, old)?;
        let style = self.all.get(at)?;
        if let Some(new) = &style.new {
            return Some(new.clone());
        }
        let number = self.reached + 1;
        let new = match (space, style.home) {
            ("paragraph" | "master", Home::Common | Home::Master) if old == "Standard" => {
                "Standard".into()
            }
            ("graphic", Home::Common) if old == "standard" => "standard".into(),
            ("table-cell", Home::Common) if old == "Default" => "Default".into(),
            ("presentation", Home::Common) => {
                self.of_master(old).unwrap_or_else(|| format!("s{number}"))
            }
            _ => format!("{}{number}", letter(space)),
        };
        let style = self.all.get_mut(at)?;
        style.new = Some(new.clone());
        self.reached += 1;
        self.queue.push_back(at);
        if space == "master" {
            let old = old.to_owned();
            for part in PARTS {
                self.reach(Home::Common, "presentation", &format!("{old}-{part}"));
            }
        }
        Some(new)
    }

    fn find(&self, home: Home, space: &'static str, old: &str) -> Option<usize> {
        let automatic = match home {
            Home::Content => Some(Home::Content),
            Home::Masters | Home::Master => Some(Home::Masters),
            Home::Common => None,
        };
        let last = match space {
            "master" => Home::Master,
            "layout" => Home::Masters,
            _ => Home::Common,
        };
        automatic
            .into_iter()
            .chain([last])
            .find_map(|home| self.index.get(&(home, space, old.to_owned())).copied())
    }

    /// The new name of a style that programs know by its master page's name.
    fn of_master(&mut self, old: &str) -> Option<String> {
        let (master, part) = old.rsplit_once('-')?;
        let part = PARTS.iter().find(|known| **known == part)?;
        let at = self.find(Home::Master, "master", master)?;
        let new = self.all.get(at)?.new.clone();
        let new = new.or_else(|| self.reach(Home::Master, "master", master))?;
        Some(format!("{new}-{part}"))
    }

    /// Renames every reference in a tree; what refers to nothing goes.
    pub(super) fn walk(&mut self, node: &mut Node, home: Home, own: &'static str) {
        let own = match node.name {
            "style:style" | "style:default-style" => space(node).unwrap_or(own),
            name if name.starts_with("number:") => "data",
            _ => own,
        };
        let name = node.name;
        node.attrs.retain_mut(|(attr, value)| match refers(name, attr, own) {
            None => true,
            Some(space) => match self.reach(home, space, value) {
                Some(new) => {
                    *value = new;
                    true
                }
                None => false,
            },
        });
        if name == "style:graphic-properties" {
            for list in node.nodes_mut().filter(|child| child.name == "text:list-style") {
                list.set("style:name", "l0");
            }
        }
        node.nodes_mut().for_each(|child| self.walk(child, home, own));
    }

    /// Follows references from what was reached until nothing new is.
    pub(super) fn follow(&mut self, format: Format) {
        let mut defaults = std::mem::take(&mut self.defaults);
        for node in &mut defaults {
            self.walk(node, Home::Common, "");
        }
        self.defaults = defaults;
        let known: &[(Home, &'static str, &str)] = match format {
            Format::Odt => &[(Home::Common, "paragraph", "Standard")],
            Format::Ods => &[(Home::Common, "table-cell", "Default")],
            _ => &[(Home::Common, "graphic", "standard")],
        };
        for (home, space, name) in known {
            self.reach(*home, space, name);
        }
        while let Some(at) = self.queue.pop_front() {
            let Some((home, own, mut node)) = self
                .all
                .get_mut(at)
                .map(|style| (style.home, style.space, std::mem::take(&mut style.node)))
            else {
                continue;
            };
            self.walk(&mut node, home, own);
            if let Some(style) = self.all.get_mut(at) {
                style.node = node;
            }
        }
    }

    /// The first master page, for a text that names none.
    pub(super) fn first_master(&self) -> Option<String> {
        let masters = || self.all.iter().filter(|style| style.space == "master");
        masters()
            .find(|style| style.old == "Standard")
            .or_else(|| masters().next())
            .map(|style| style.old.clone())
    }

    /// The definitions of one home that were reached, renamed, and how many were not.
    pub(super) fn take(&mut self, home: Home, place: &str, cx: &mut Context<'_>) -> Vec<Node> {
        let mut out = Vec::new();
        if home == Home::Common {
            out.append(&mut self.defaults);
        }
        // In the document's order: programs read what is built on after what it builds on.
        for style in self.all.iter_mut().filter(|style| style.home == home && style.new.is_some()) {
            let mut node = std::mem::take(&mut style.node);
            let name = if node.name.starts_with("draw:") || node.name.starts_with("svg:") {
                "draw:name"
            } else {
                "style:name"
            };
            node.set(name, style.new.clone().unwrap_or_default());
            out.push(node);
        }
        let (mut unused, mut renamed) = (0_u64, 0_u64);
        for style in self.all.iter().filter(|style| style.home == home) {
            unused += u64::from(style.new.is_none());
            renamed += u64::from(style.new.as_ref().is_some_and(|new| *new != style.old));
        }
        for _ in 0..unused {
            cx.removed(Kind::Identifiers, place, "styles and master pages that nothing uses");
        }
        for _ in 0..renamed {
            cx.removed(Kind::Identifiers, place, "names of styles");
        }
        out
    }
}

/// Definitions without a name of their own to refer to, which hold for everything.
const DEFAULTS: [&str; 4] = [
    "style:default-style",
    "text:outline-style",
    "text:notes-configuration",
    "text:linenumbering-configuration",
];

/// The space of names that a definition is in: the family, for most.
fn space(node: &Node) -> Option<&'static str> {
    Some(match node.name {
        "style:style" | "style:default-style" => {
            let family = node.attr("style:family")?;
            *FAMILIES.iter().find(|known| **known == family)?
        }
        "text:list-style" => "list",
        "style:page-layout" => "layout",
        "style:master-page" => "master",
        "draw:gradient" | "svg:linearGradient" | "svg:radialGradient" => "gradient",
        "draw:hatch" => "hatch",
        "draw:fill-image" => "image",
        "draw:opacity" => "opacity",
        "draw:stroke-dash" => "dash",
        "draw:marker" => "marker",
        name if name.starts_with("number:") => "data",
        _ => return None,
    })
}

const FAMILIES: [&str; 12] = [
    "paragraph",
    "text",
    "section",
    "ruby",
    "table",
    "table-column",
    "table-row",
    "table-cell",
    "graphic",
    "presentation",
    "drawing-page",
    "chart",
];

fn letter(space: &str) -> char {
    match space {
        "master" => 'm',
        "layout" => 'p',
        "list" => 'l',
        "data" => 'n',
        "gradient" | "hatch" | "image" | "opacity" | "dash" | "marker" => 'g',
        _ => 's',
    }
}

/// What an attribute refers to, if it is a reference to a style.
fn refers(element: &str, attr: &str, own: &'static str) -> Option<&'static str> {
    Some(match attr {
        "text:style-name" => match element {
            "text:p" | "text:h" => "paragraph",
            "text:section" => "section",
            "text:list" | "text:numbered-paragraph" => "list",
            "text:ruby" => "ruby",
            _ => "text",
        },
        "table:style-name" => match element {
            "table:table" => "table",
            "table:table-column" => "table-column",
            "table:table-row" => "table-row",
            _ => "table-cell",
        },
        "draw:style-name" => match element {
            "draw:page" | "presentation:notes" | "style:master-page" => "drawing-page",
            _ => "graphic",
        },
        "style:parent-style-name" => own,
        "style:apply-style-name" => own,
        "style:next-style-name" if element == "style:master-page" => "master",
        "text:style-override" | "style:list-style-name" => "list",
        "table:default-cell-style-name" => "table-cell",
        "presentation:style-name" => "presentation",
        "draw:text-style-name" | "text:default-style-name" => "paragraph",
        "style:data-style-name" => "data",
        "style:master-page-name" | "draw:master-page-name" | "text:master-page-name" => "master",
        "style:page-layout-name" => "layout",
        "style:style-name" | "text:citation-style-name" | "text:citation-body-style-name" => "text",
        "draw:fill-gradient-name" => "gradient",
        "draw:fill-hatch-name" => "hatch",
        "draw:fill-image-name" => "image",
        "draw:opacity-name" => "opacity",
        "draw:stroke-dash" | "draw:stroke-dash-names" => "dash",
        "draw:marker-start" | "draw:marker-end" => "marker",
        _ => return None,
    })
}
