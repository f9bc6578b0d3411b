//! Whether a reader can see what is at one place of a page.

use super::super::super::ink::near;
use super::super::super::xml::Node;
use super::super::css::{Look, colour_in, coloured, pale, pixels, rgb};

/// CSS pixels; what is smaller cannot be read.
const TINY: f64 = 2.5;
/// So far off the page that nobody will find it.
const FAR: f64 = -500.0;

/// What is inherited on the way down.
#[derive(Clone, Copy)]
pub(super) struct State {
    none: bool,
    pale: bool,
    ground: bool,
    size: f64,
    spaces: bool,
    /// The colours of the text and of what it lies on, where both are said.
    ink: Option<u32>,
    paper: Option<u32>,
}

impl State {
    /// An empty page.
    pub(super) fn page() -> Self {
        Self {
            none: false,
            pale: false,
            ground: false,
            size: 16.0,
            spaces: false,
            ink: None,
            paper: None,
        }
    }

    /// Steps into an element.
    pub(super) fn apply(&mut self, look: &Look, node: &Node) {
        let get = |name: &str| look.get(name).map(String::as_str);
        let off = ["left", "top", "text-indent", "margin-left", "margin-top"].iter().any(|name| {
            get(name).and_then(|value| pixels(value, self.size)).is_some_and(|place| place < FAR)
        });
        let flat = ["width", "height", "max-width", "max-height"].iter().any(|name| {
            get(name).and_then(|value| pixels(value, self.size)).is_some_and(|side| side <= 1.0)
        });
        self.none |= node.attr("hidden").is_some()
            || get("display") == Some("none")
            || matches!(get("visibility"), Some("hidden" | "collapse"))
            || get("opacity").and_then(|value| pixels(value, 1.0)).is_some_and(|part| part <= 0.05)
            || get("clip").is_some_and(|clip| clip != "auto")
            || get("clip-path").is_some_and(|clip| clip != "none")
            || off
            || flat && get("overflow") == Some("hidden");
        if let Some(colour) = get("color") {
            self.pale = pale(colour);
            self.ink = rgb(colour);
        }
        if let Some(size) = get("font-size").and_then(|value| pixels(value, self.size)) {
            self.size = size;
        }
        self.ground |= ["background", "background-color", "background-image"]
            .iter()
            .any(|name| get(name).is_some_and(coloured));
        for name in ["background", "background-color"] {
            if let Some(value) = get(name).filter(|value| coloured(value) || pale(value)) {
                self.paper = colour_in(value).and_then(rgb);
            }
        }
        if get("background-image").is_some_and(coloured) {
            self.paper = None;
        }
        self.spaces = match get("white-space") {
            Some(value) => value.starts_with("pre") || value == "break-spaces",
            None => self.spaces || node.name == "h:pre",
        };
    }

    pub(super) fn none(self) -> bool {
        self.none
    }

    pub(super) fn show(&mut self) {
        self.none = false;
    }

    pub(super) fn unreadable(self) -> bool {
        let same = self.ink.zip(self.paper).is_some_and(|(ink, paper)| near(ink, paper));
        self.size <= TINY || same || self.pale && !self.ground
    }

    pub(super) fn keeps_spaces(self) -> bool {
        self.spaces
    }
}
