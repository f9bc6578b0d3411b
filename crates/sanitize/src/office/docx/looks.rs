//! How a run looks once styles are applied, as far as it matters for whether it can be seen.

use super::super::ink::{WHITE, hex, near};
use super::super::xml::{Item, Node};
use crate::{Context, Kind};
use std::collections::BTreeMap;

/// Steps of a chain of styles.
const CHAIN: usize = 50;
/// Half points; anything up to two points cannot be read.
const TINY: u32 = 4;

/// Styles by their ids.
#[derive(Default)]
pub(super) struct Looks {
    styles: BTreeMap<String, Node>,
    default: Option<String>,
    defaults: Option<Node>,
    /// The page itself has a colour.
    pub(super) page: bool,
}

impl Looks {
    /// Reads the styles part.
    pub(super) fn of(styles: Option<&Node>) -> Self {
        let mut looks = Self::default();
        for style in styles.into_iter().flat_map(Node::nodes) {
            if style.name == "w:docDefaults" {
                looks.defaults = style.at(&["w:rPrDefault", "w:rPr"]).cloned();
            }
            let Some(id) = style.attr("w:styleId").filter(|_| style.name == "w:style") else {
                continue;
            };
            if style.attr("w:type") == Some("paragraph")
                && on(style.attr("w:default"))
                && looks.default.is_none()
            {
                looks.default = Some(id.to_owned());
            }
            looks.styles.insert(id.to_owned(), style.clone());
        }
        looks
    }

    /// A property of a style or one that it is based on.
    fn styled<'a>(&'a self, id: Option<&'a str>, part: &str, name: &str) -> Option<&'a Node> {
        let mut id = id?;
        for _ in 0..CHAIN {
            let style = self.styles.get(id)?;
            if let Some(found) = style.child(part).and_then(|part| part.child(name)) {
                return Some(found);
            }
            id = style.val("w:basedOn", "w:val")?;
        }
        None
    }

    fn property<'a>(
        &'a self,
        run: &'a Node,
        paragraph: Option<&'a str>,
        name: &str,
    ) -> Option<&'a Node> {
        let own = run.child("w:rPr");
        own.and_then(|own| own.child(name))
            .or_else(|| {
                self.styled(own.and_then(|own| own.val("w:rStyle", "w:val")), "w:rPr", name)
            })
            .or_else(|| self.styled(paragraph.or(self.default.as_deref()), "w:rPr", name))
            .or_else(|| self.defaults.as_ref()?.child(name))
    }

    fn vanished(&self, run: &Node, paragraph: Option<&str>) -> bool {
        self.property(run, paragraph, "w:vanish").is_some_and(on_value)
            || self.property(run, paragraph, "w:specVanish").is_some_and(on_value)
    }

    fn unreadable(&self, run: &Node, paragraph: Option<&str>, shaded: bool) -> bool {
        let tiny = self
            .property(run, paragraph, "w:sz")
            .and_then(|size| size.attr("w:val")?.parse::<u32>().ok())
            .is_some_and(|size| size <= TINY);
        let through = self.property(run, paragraph, "w14:textFill").is_some_and(|fill| {
            let line = self.property(run, paragraph, "w14:textOutline");
            fill.child("w14:noFill").is_some()
                && line.is_none_or(|line| line.child("w14:noFill").is_some())
        });
        let paper = !shaded
            && self.property(run, paragraph, "w:shd").is_none()
            && self.property(run, paragraph, "w:highlight").is_none();
        let white = self.property(run, paragraph, "w:color").is_some_and(|colour| {
            let value = colour.attr("w:val").unwrap_or_default();
            colour
                .attr("w:themeColor")
                .is_none_or(|theme| matches!(theme, "background1" | "light1"))
                && pale(value)
        });
        tiny || through || paper && white || self.drowned(run, paragraph)
    }

    /// Whether the letters are of the colour that the run itself puts behind them.
    fn drowned(&self, run: &Node, paragraph: Option<&str>) -> bool {
        let plain = |node: &Node, colour: &str, theme: &str| {
            node.attr(theme).is_none().then(|| hex(node.attr(colour)?)).flatten()
        };
        let ink = self.property(run, paragraph, "w:color");
        let Some(ink) = ink.and_then(|ink| plain(ink, "w:val", "w:themeColor")) else {
            return false;
        };
        let marked =
            self.property(run, paragraph, "w:highlight").and_then(|node| node.attr("w:val"));
        let ground = match marked.filter(|name| *name != "none") {
            Some(name) => highlight(name),
            None => self
                .property(run, paragraph, "w:shd")
                .filter(|shade| shade.attr("w:val") == Some("clear"))
                .and_then(|shade| plain(shade, "w:fill", "w:themeFill")),
        };
        ground.is_some_and(|ground| near(ink, ground))
    }
}

/// ST_HighlightColor (ECMA-376-1, 17.18.40).
fn highlight(name: &str) -> Option<u32> {
    Some(match name {
        "black" => 0x00_0000,
        "blue" => 0x00_00ff,
        "cyan" => 0x00_ffff,
        "darkBlue" => 0x00_0080,
        "darkCyan" => 0x00_8080,
        "darkGray" => 0x80_8080,
        "darkGreen" => 0x00_8000,
        "darkMagenta" => 0x80_0080,
        "darkRed" => 0x80_0000,
        "darkYellow" => 0x80_8000,
        "green" => 0x00_ff00,
        "lightGray" => 0xc0_c0c0,
        "magenta" => 0xff_00ff,
        "red" => 0xff_0000,
        "white" => 0xff_ffff,
        "yellow" => 0xff_ff00,
        _ => return None,
    })
}

/// So near to white that nobody reads it on paper.
fn pale(colour: &str) -> bool {
    hex(colour).is_some_and(|rgb| near(rgb, WHITE))
}

fn on_value(node: &Node) -> bool {
    on(node.attr("w:val").or(Some("1")))
}

/// Whether a switch is on.
pub(super) fn on(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true" | "on"))
}

/// Drops text that the page does not show, or keeps it if the person said so.
pub(super) fn unhide(root: &mut Node, looks: &Looks, place: &str, cx: &mut Context<'_>) {
    let keep = cx.keeps(Kind::HiddenText);
    let mut walker = Walker { looks, keep, gone: 0 };
    walker.walk(root, None, looks.page);
    if walker.gone > 0 && keep {
        cx.kept(Kind::HiddenText, place, "text that the page does not show");
    } else if walker.gone > 0 {
        cx.removed(
            Kind::HiddenText,
            place,
            "text that is hidden, in the colour behind it, off the page or too small to read",
        );
    }
}

struct Walker<'a> {
    looks: &'a Looks,
    keep: bool,
    gone: u64,
}

impl Walker<'_> {
    fn walk(&mut self, node: &mut Node, paragraph: Option<&str>, shaded: bool) {
        let shaded = shaded || shades(node);
        let own = (node.name == "w:p")
            .then(|| node.at(&["w:pPr", "w:pStyle"])?.attr("w:val").map(str::to_owned))
            .flatten();
        let shaded = shaded
            || own
                .as_deref()
                .is_some_and(|id| self.looks.styled(Some(id), "w:pPr", "w:shd").is_some());
        let paragraph = if node.name == "w:p" { own.as_deref() } else { paragraph };
        let before = self.gone;
        let items = std::mem::take(&mut node.items);
        for item in items {
            let Item::Node(mut child) = item else {
                node.items.push(item);
                continue;
            };
            if child.name == "w:r" && self.hides(&child, paragraph, shaded) {
                self.gone += 1;
                if !self.keep {
                    continue;
                }
            }
            if child.name == "w:p" && off_the_page(&child) {
                self.gone += 1;
                if !self.keep {
                    continue;
                }
            }
            self.walk(&mut child, paragraph, shaded);
            // A paragraph that was hidden with its mark takes no line either.
            let empty = child.name == "w:p" && self.vanished_whole(&child);
            if !empty || self.keep {
                node.items.push(Item::Node(child));
            }
        }
        // A cell, a note or a header needs a paragraph.
        let holder = matches!(
            node.name,
            "w:tc" | "w:hdr" | "w:ftr" | "w:footnote" | "w:endnote" | "w:txbxContent" | "w:body"
        );
        if holder && self.gone > before && node.nodes().all(|n| !matches!(n.name, "w:p")) {
            let at = node.nodes().position(|n| n.name == "w:sectPr").unwrap_or(node.items.len());
            node.items.insert(at.min(node.items.len()), Item::Node(Node::new("w:p", &[])));
        }
    }

    fn hides(&self, run: &Node, paragraph: Option<&str>, shaded: bool) -> bool {
        let says = run.nodes().any(|n| {
            !matches!(n.name, "w:rPr" | "w:br" | "w:tab" | "w:cr" | "w:lastRenderedPageBreak")
        });
        if !says {
            return false;
        }
        if self.looks.vanished(run, paragraph) {
            return true;
        }
        let words = run.nodes().any(|n| matches!(n.name, "w:t" | "w:delText" | "w:sym"));
        words && !run.text().trim().is_empty() && self.looks.unreadable(run, paragraph, shaded)
    }

    fn vanished_whole(&self, paragraph: &Node) -> bool {
        let marked = paragraph.at(&["w:pPr", "w:rPr", "w:vanish"]).is_some_and(on_value);
        marked
            && paragraph.at(&["w:pPr", "w:sectPr"]).is_none()
            && paragraph
                .nodes()
                .all(|child| matches!(child.name, "w:pPr" | "w:bookmarkStart" | "w:bookmarkEnd"))
    }
}

/// Whether a paragraph stands in a frame of which nothing can be on a page (17.3.1.11).
fn off_the_page(paragraph: &Node) -> bool {
    /// Twips; no page is wider or higher (17.6.13).
    const PAGE: i64 = 31_680;
    let Some(frame) = paragraph.at(&["w:pPr", "w:framePr"]) else { return false };
    if paragraph.text().trim().is_empty() {
        return false;
    }
    [("w:x", "w:w", "w:hAnchor"), ("w:y", "w:h", "w:vAnchor")].iter().any(|(at, size, anchor)| {
        let number = |name| frame.attr(name).and_then(|value| value.parse::<i64>().ok());
        let Some(at) = number(*at) else { return false };
        // From the text or the margin, the page's edge is at most a page away.
        let edge = if frame.attr(anchor) == Some("page") { 0 } else { PAGE };
        let size = number(*size).unwrap_or(PAGE);
        at.saturating_add(size) <= -edge || at >= PAGE
    })
}

/// Whether what is inside lies on a ground of its own.
fn shades(node: &Node) -> bool {
    let has = |path: &[&str]| {
        node.at(path).is_some_and(|shade| {
            !matches!(shade.attr("w:fill"), None | Some("auto" | "FFFFFF" | "ffffff"))
                || shade.attr("w:themeFill").is_some()
                || !matches!(shade.attr("w:val"), None | Some("clear" | "nil"))
        })
    };
    match node.name {
        "w:p" => has(&["w:pPr", "w:shd"]),
        "w:tc" => has(&["w:tcPr", "w:shd"]),
        "w:tbl" => has(&["w:tblPr", "w:shd"]) || node.at(&["w:tblPr", "w:tblStyle"]).is_some(),
        // A text box may lie on anything.
        "w:txbxContent" => true,
        _ => false,
    }
}
