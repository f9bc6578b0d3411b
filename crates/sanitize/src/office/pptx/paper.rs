//! Text in the colour of the paper: the slide's background shows nothing of it.

use super::super::ink::{WHITE, apart, hex};
use super::super::opc;
use super::super::package::Package;
use super::super::xml::Node;
use super::cover::{Frame, frame};
use crate::{Context, Kind, Refusal};

/// How far apart two parts of a colour may be to look the same.
const ALIKE: u8 = 12;

/// What lies under the text of slides that have the same layout.
#[derive(Clone)]
pub(super) struct Paper {
    colour: Option<u32>,
    /// Colours by the names that slides give them.
    scheme: Vec<(String, u32)>,
    /// What the layout and the master paint on every slide.
    behind: Vec<Frame>,
    /// Something is painted there whose place is not known.
    unsure: bool,
}

impl Paper {
    /// Reads the background of a layout: its own or its master's (ECMA-376-1, 19.3.1.1).
    ///
    /// # Errors
    /// [`Refusal`] for a layout, master or theme that cannot be read.
    pub(super) fn of(
        layout: Option<&str>,
        package: &mut Package<'_>,
        cx: &mut Context<'_>,
    ) -> Result<Self, Refusal> {
        let mut paper =
            Self { colour: None, scheme: Vec::new(), behind: Vec::new(), unsure: false };
        let (layout, rels) = related(layout, package, cx)?;
        let (master, rels) = related(opc::of_kind(&rels, "slideMaster"), package, cx)?;
        let theme = match opc::of_kind(&rels, "theme") {
            Some(theme) => opc::read(package, theme, cx)?.unwrap_or_default(),
            None => Node::default(),
        };
        paper.learn(&master, &theme);
        let background = background(&layout).or_else(|| background(&master));
        // Nothing is painted: programs show white.
        paper.colour = background.map_or(Some(WHITE), |background| paper.painted(background));
        for page in [&layout, &master] {
            for shape in page.at(&["p:cSld", "p:spTree"]).into_iter().flat_map(Node::nodes) {
                if !prompt(shape) {
                    paper.put(shape);
                }
            }
        }
        Ok(paper)
    }

    /// Takes out the runs of text that are of the paper's colour and have nothing else behind them.
    pub(super) fn settle(mut self, slide: &mut Node, place: &str, cx: &mut Context<'_>) {
        const WHAT: &str = "text in the colour of the slide";
        let keep = cx.keeps(Kind::HiddenText);
        if let Some(background) = background(slide) {
            self.colour = self.painted(background);
        }
        let tree = slide.child_mut("p:cSld").and_then(|page| page.child_mut("p:spTree"));
        let mut found = 0_u64;
        for shape in tree.into_iter().flat_map(Node::nodes_mut) {
            let bare = shape.name == "p:sp" && !painted(shape);
            if bare
                && !self.unsure
                && let Some(frame) = frame(shape)
                && !self.behind.iter().any(|other| meet(*other, frame))
            {
                shape.each_mut(&mut |node| {
                    node.retain(|run| {
                        let unseen = matches!(run.name, "a:r" | "a:fld") && self.hides(run);
                        found += u64::from(unseen);
                        !unseen || keep
                    });
                });
            }
            self.put(shape);
        }
        match (found, keep) {
            (0, _) => {}
            (_, true) => cx.kept(Kind::HiddenText, place, WHAT),
            (_, false) => cx.removed(Kind::HiddenText, place, WHAT),
        }
    }

    /// The colours of the theme, under the names that the master's map gives them (20.1.10.54).
    fn learn(&mut self, master: &Node, theme: &Node) {
        let scheme = theme.at(&["a:themeElements", "a:clrScheme"]);
        for colour in scheme.into_iter().flat_map(Node::nodes) {
            let value = colour
                .val("a:srgbClr", "val")
                .or_else(|| colour.val("a:sysClr", "lastClr"))
                .and_then(hex);
            if let (Some(value), Some(name)) = (value, colour.name.strip_prefix("a:")) {
                self.scheme.push((name.to_owned(), value));
            }
        }
        for (name, usual) in [("bg1", "lt1"), ("tx1", "dk1"), ("bg2", "lt2"), ("tx2", "dk2")] {
            let mapped = master.val("p:clrMap", name).unwrap_or(usual);
            if let Some(value) = self.named(mapped) {
                self.scheme.push((name.to_owned(), value));
            }
        }
    }

    fn named(&self, name: &str) -> Option<u32> {
        self.scheme.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// The colour of a fill, if it is plain: one that is tinted, shaded or let through is not looked at.
    fn colour(&self, fill: &Node) -> Option<u32> {
        let colour = fill.nodes().next().filter(|colour| colour.nodes().next().is_none())?;
        let value = colour.attr("val");
        match colour.name {
            "a:srgbClr" => hex(value?),
            "a:sysClr" => hex(colour.attr("lastClr")?),
            "a:schemeClr" => self.named(value?),
            "a:prstClr" if value == Some("white") => Some(WHITE),
            "a:prstClr" if value == Some("black") => Some(0),
            _ => None,
        }
    }

    /// The colour of a background, if it is plain.
    fn painted(&self, background: &Node) -> Option<u32> {
        background
            .at(&["p:bgPr", "a:solidFill"])
            .or_else(|| background.child("p:bgRef").filter(|bg| bg.attr("idx") == Some("1001")))
            .and_then(|fill| self.colour(fill))
    }

    fn hides(&self, run: &Node) -> bool {
        let Some(look) = run.child("a:rPr") else { return false };
        let drawn = ["a:ln", "a:highlight", "a:effectLst", "a:effectDag"];
        let ink = look.child("a:solidFill").and_then(|fill| self.colour(fill));
        !drawn.iter().any(|name| look.child(name).is_some())
            && !run.text().trim().is_empty()
            && matches!((ink, self.colour), (Some(ink), Some(paper))
                if apart(ink, paper) <= ALIKE)
    }

    /// Remembers what a shape paints.
    fn put(&mut self, shape: &Node) {
        if !shape.name.starts_with("p:") || shape.name.starts_with("p:nv") {
            return;
        }
        match shape.name {
            // Lines are thin.
            "p:grpSpPr" | "p:extLst" | "p:cxnSp" => {}
            "p:sp" if !painted(shape) => {}
            // A group without a frame of its own only holds its shapes together.
            "p:grpSp" if shape.at(&["p:grpSpPr", "a:xfrm"]).is_none() => {
                shape.nodes().for_each(|inner| self.put(inner));
            }
            _ => match frame(shape) {
                Some(frame) => self.behind.push(frame),
                None => self.unsure = true,
            },
        }
    }
}

fn background(page: &Node) -> Option<&Node> {
    page.at(&["p:cSld", "p:bg"])
}

/// A part and what it leads to; nothing where there is none.
fn related(
    name: Option<&str>,
    package: &mut Package<'_>,
    cx: &mut Context<'_>,
) -> Result<(Node, opc::Rels), Refusal> {
    let Some(name) = name else { return Ok(Default::default()) };
    Ok((opc::read(package, name, cx)?.unwrap_or_default(), opc::rels(package, name, cx)?))
}

/// Placeholders of layouts and masters show nothing of their own.
fn prompt(shape: &Node) -> bool {
    shape.at(&["p:nvSpPr", "p:nvPr", "p:ph"]).is_some()
}

/// Whether a shape has an inside that may show another colour.
fn painted(shape: &Node) -> bool {
    let fills = ["a:solidFill", "a:gradFill", "a:blipFill", "a:pattFill", "a:grpFill"];
    let own = shape.child("p:spPr");
    if own.is_some_and(|look| look.child("a:noFill").is_some()) {
        return false;
    }
    own.is_some_and(|look| fills.iter().any(|fill| look.child(fill).is_some()))
        || shape.val_at(&["p:style", "a:fillRef"], "idx").is_some_and(|index| index != "0")
        // Its place and its fill come from the layout.
        || prompt(shape)
}

fn meet(a: Frame, b: Frame) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}
