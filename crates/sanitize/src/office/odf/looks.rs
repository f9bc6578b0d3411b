//! How text looks once styles are applied, as far as it matters for whether it can be seen.

use super::super::ink::{WHITE, hex, near};
use super::super::xml::{Item, Node};
use super::lengths::points;
use super::shapes::is_shape;
use crate::{Context, Kind};
use std::collections::HashMap;

/// Steps of a chain of styles.
const CHAIN: usize = 50;
/// Points; what is smaller cannot be read.
const TINY: f64 = 2.0;

/// Styles by family and name; an automatic style hides a common one of its name.
pub(super) struct Looks<'a> {
    styles: HashMap<(&'a str, &'a str), &'a Node>,
    defaults: HashMap<&'a str, &'a Node>,
}

impl<'a> Looks<'a> {
    /// Reads common styles, and the automatic ones that go before them.
    pub(super) fn of(common: &'a Node, automatic: &'a Node) -> Self {
        let mut looks = Self { styles: HashMap::new(), defaults: HashMap::new() };
        for style in common.nodes().chain(automatic.nodes()) {
            let Some(family) = style.attr("style:family") else { continue };
            match (style.name, style.attr("style:name")) {
                ("style:style", Some(name)) => {
                    looks.styles.insert((family, name), style);
                }
                ("style:default-style", _) => {
                    looks.defaults.insert(family, style);
                }
                _ => {}
            }
        }
        looks
    }

    /// A style of a family and those it builds on, nearest first.
    pub(super) fn chain(&self, family: &'a str, name: Option<&str>) -> Vec<&'a Node> {
        let mut all = Vec::new();
        let mut name = name;
        while let (Some(style), true) =
            (name.and_then(|name| self.styles.get(&(family, name))), all.len() < CHAIN)
        {
            all.push(*style);
            name = style.attr("style:parent-style-name");
        }
        all.extend(self.defaults.get(family));
        all
    }

    /// The nearest value of a property in a chain of styles.
    pub(super) fn value(
        &self,
        family: &'a str,
        name: Option<&str>,
        part: &str,
        attr: &str,
    ) -> Option<&'a str> {
        self.chain(family, name).into_iter().find_map(|style| style.val(part, attr))
    }
}

/// What is known of a text at one place.
#[derive(Clone, Copy)]
struct State {
    none: bool,
    pale: bool,
    /// Points.
    size: f64,
    /// Of its size and width, what raised, lowered or narrowed text has.
    scale: f64,
    clear: bool,
    /// It lies on a ground that has a colour, or may have one.
    ground: bool,
    /// The colours of the text and of what it lies on, where both are said.
    ink: Option<u32>,
    paper: Option<u32>,
}

impl State {
    /// Lays what an element is painted with under its text.
    fn lay(&mut self, look: &Node) {
        self.ground |= coloured(look);
        if let Some(colour) = look.attr("fo:background-color").filter(|c| *c != "transparent") {
            self.paper = rgb(colour);
        }
        match look.attr("draw:fill") {
            Some("none") | None => {}
            Some("solid") => self.paper = look.attr("draw:fill-color").and_then(rgb),
            Some(_) => self.paper = None,
        }
        if look
            .child("style:background-image")
            .is_some_and(|image| image.attr("xlink:href").is_some())
        {
            self.paper = None;
        }
    }

    fn apply(&mut self, chain: &[&Node]) {
        for look in chain.iter().rev().filter_map(|style| style.child("style:text-properties")) {
            let is = |name: &str, value: &str| look.attr(name) == Some(value);
            match look.attr("text:display") {
                Some("none") => self.none = true,
                Some(_) => self.none = false,
                None => {}
            }
            if let Some(colour) = look.attr("fo:color") {
                self.pale = pale(colour);
                self.ink = rgb(colour);
            }
            if let Some(clear) = look.attr("loext:opacity").and_then(percent) {
                self.clear = clear <= 0.05;
            }
            // LibreOffice writes the colour that it chooses itself as one without any opacity.
            if is("style:use-window-font-color", "true") {
                self.pale = false;
                self.clear = false;
                self.ink = None;
            }
            match look.attr("fo:font-size").map(|size| (points(size), percent(size))) {
                Some((Some(size), _)) => self.size = size,
                Some((None, Some(part))) => self.size *= part,
                _ => {}
            }
            if let Some(part) =
                look.attr("style:text-position").and_then(|p| percent(p.rsplit(' ').next()?))
            {
                self.scale = part;
            }
            if let Some(width) = look.attr("style:text-scale").and_then(percent) {
                self.scale = self.scale.min(width);
            }
            self.lay(look);
        }
    }

    fn unseen(&self) -> bool {
        let same = self.ink.zip(self.paper).is_some_and(|(ink, paper)| near(ink, paper));
        let tiny = self.size * self.scale <= TINY;
        self.none || self.clear || tiny || same || self.pale && !self.ground
    }
}

/// Whether a set of properties lays a colour or a picture under what it is for.
pub(super) fn coloured(look: &Node) -> bool {
    look.attr("fo:background-color").is_some_and(|c| c != "transparent" && !pale(c))
        || look
            .child("style:background-image")
            .is_some_and(|image| image.attr("xlink:href").is_some())
        || look.attr("draw:fill").is_some_and(|fill| fill != "none")
}

/// So near to white that nobody reads it on paper.
fn pale(colour: &str) -> bool {
    rgb(colour).is_some_and(|rgb| near(rgb, WHITE))
}

fn rgb(colour: &str) -> Option<u32> {
    hex(colour.strip_prefix('#')?)
}

fn percent(value: &str) -> Option<f64> {
    value.strip_suffix('%')?.trim().parse::<f64>().ok().map(|number| number / 100.0)
}

/// Takes out text that cannot be seen, or keeps it if the person said so. `ground`: the page may have a colour.
pub(super) fn unhide(
    root: &mut Node,
    looks: &Looks<'_>,
    ground: bool,
    place: &str,
    cx: &mut Context<'_>,
) {
    let mut state = State {
        none: false,
        pale: false,
        size: 12.0,
        scale: 1.0,
        clear: false,
        ground,
        ink: None,
        paper: None,
    };
    state.apply(&looks.chain("paragraph", None));
    let mut walker = Walker { looks, base: state, keep: cx.keeps(Kind::HiddenText), gone: 0 };
    walker.walk(root, state);
    for _ in 0..walker.gone {
        if walker.keep {
            cx.kept(Kind::HiddenText, place, "text that the page does not show");
        } else {
            cx.removed(
                Kind::HiddenText,
                place,
                "text that is hidden, in the paper's colour or too small to read",
            );
        }
    }
}

struct Walker<'a, 'b> {
    looks: &'a Looks<'b>,
    base: State,
    keep: bool,
    gone: u64,
}

/// Where properties of an element's ground are: attribute, family, element.
const GROUNDS: &[(&str, &str, &str, &str)] = &[
    ("text:section", "text:style-name", "section", "style:section-properties"),
    ("table:table", "table:style-name", "table", "style:table-properties"),
    ("table:table-row", "table:style-name", "table-row", "style:table-row-properties"),
    ("table:table-cell", "table:style-name", "table-cell", "style:table-cell-properties"),
    ("table:covered-table-cell", "table:style-name", "table-cell", "style:table-cell-properties"),
    ("text:p", "text:style-name", "paragraph", "style:paragraph-properties"),
    ("text:h", "text:style-name", "paragraph", "style:paragraph-properties"),
];

impl<'b> Walker<'_, 'b> {
    fn walk(&mut self, node: &mut Node, mut state: State) {
        if let Some((_, attr, family, part)) = GROUNDS.iter().find(|(name, ..)| *name == node.name)
        {
            let chain = self.looks.chain(family, node.attr(attr).or(default_name(family)));
            // What holds for every paragraph was there from the start: it does not undo what a cell says.
            let own: Vec<&Node> = chain
                .into_iter()
                .filter(|style| *family != "paragraph" || style.name != "style:default-style")
                .collect();
            own.iter().rev().filter_map(|style| style.child(part)).for_each(|look| state.lay(look));
            state.apply(&own);
        } else if is_shape(node.name) {
            state = self.shape(node, state);
        }
        match node.name {
            "text:note-body" | "office:annotation" => state = self.base,
            "text:span" | "text:ruby-text" => {
                state.apply(&self.looks.chain("text", node.attr("text:style-name")));
            }
            _ => {}
        }
        let unseen = state.unseen();
        let holds = matches!(
            node.name,
            "text:p" | "text:h" | "text:span" | "text:ruby-base" | "text:ruby-text"
        );
        let mut gone = 0;
        let keep = self.keep;
        node.items.retain(|item| {
            let hides = unseen
                && holds
                && match item {
                    Item::Text(text) => !text.trim().is_empty(),
                    Item::Node(child) => {
                        FIELDS.contains(&child.name)
                            || state.none && (child.name == "text:note" || is_shape(child.name))
                    }
                };
            gone += u64::from(hides);
            !hides || keep
        });
        self.gone += gone;
        node.nodes_mut().for_each(|child| self.walk(child, state));
        // A span of which nothing is left would still tell its style.
        node.retain(|child| child.name != "text:span" || !child.items.is_empty());
    }

    fn shape(&self, node: &Node, mut state: State) -> State {
        for (attr, family) in
            [("draw:style-name", "graphic"), ("presentation:style-name", "presentation")]
        {
            let chain: Vec<&'b Node> = self.looks.chain(family, node.attr(attr));
            if node.attr(attr).is_some() || family == "graphic" {
                chain
                    .iter()
                    .rev()
                    .filter_map(|style| style.child("style:graphic-properties"))
                    .for_each(|look| state.lay(look));
                // What is drawn is filled unless its style says otherwise; a frame is not.
                let says = chain
                    .iter()
                    .any(|style| style.val("style:graphic-properties", "draw:fill").is_some());
                if node.name != "draw:frame" && !says {
                    state.ground = true;
                    state.paper = None;
                }
                let mut own = state;
                own.apply(&chain);
                state = State { none: state.none, ..own };
            }
        }
        state
    }
}

/// The style of what names none.
fn default_name(family: &str) -> Option<&'static str> {
    match family {
        "paragraph" => Some("Standard"),
        "table-cell" => Some("Default"),
        _ => None,
    }
}

/// Fields that stay fields.
const FIELDS: [&str; 7] = [
    "text:page-number",
    "text:page-count",
    "text:chapter",
    "text:sheet-name",
    "presentation:header",
    "presentation:footer",
    "presentation:date-time",
];
