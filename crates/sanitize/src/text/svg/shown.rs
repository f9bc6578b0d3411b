//! What is seen of a drawing.

use super::super::css::{Declaration, Key, Look, Piece, Sheet, colour, declarations, presentation};
use super::super::picture;
use super::geometry::{Area, Matrix};
use super::table::{ELEMENTS, Value, is_definition, value};
use super::values::{self, take_number};
use super::{Item, NAME, Node};
use crate::{Context, Kind, Refusal};
use std::collections::{BTreeMap, BTreeSet};

const PLACE: &str = "drawing";

pub(super) fn drawing(root: &Node, cx: &mut Context<'_>) -> Result<Node, Refusal> {
    let mut sheet = Sheet::default();
    root.each(&mut |node| {
        if node.name == "style" {
            node.items.iter().for_each(|item| {
                if let Item::Text(css) = item {
                    sheet.add(css);
                }
            });
        }
    });
    let view = view(root);
    let mut walk = Walk { sheet, line: Vec::new(), view, painted: Vec::new(), texts: 0, cx };
    let mut out = Vec::new();
    walk.node(root, State::default(), &mut out)?;
    if walk.sheet.too_much() {
        return Err(Refusal::TooMuch {
            what: "the number of style rules",
            limit: "50,000 rules, 200 million comparisons".into(),
            advice: "save it as PNG",
        });
    }
    let gone = walk.unseen_texts();
    let Some(Item::Node(mut root)) = out.into_iter().next() else {
        return Err(Refusal::damaged(NAME, PLACE, "nothing of it is shown"));
    };
    take_out(&mut root, &gone);
    Ok(root)
}

/// What is inherited.
#[derive(Clone)]
struct State {
    look: Look,
    matrix: Matrix,
    properties: BTreeMap<String, Vec<Piece>>,
    opacity: f32,
    /// Only definitions come out of a hidden part.
    hidden: bool,
    /// Inside of a definition, places say nothing.
    defined: bool,
    in_text: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            look: Look::default(),
            matrix: Matrix::default(),
            properties: BTreeMap::new(),
            opacity: 1.0,
            hidden: false,
            defined: false,
            in_text: false,
        }
    }
}

/// What was painted, in order.
enum Painted {
    /// A box of one colour through which nothing is seen.
    Box(Area, [f32; 3]),
    Text(usize, Area, Option<[f32; 3]>),
    /// Something of another form or colour, and where, if that is simple to tell.
    Other(Option<Area>),
}

struct Walk<'a, 'c> {
    sheet: Sheet,
    line: Vec<Key>,
    view: Option<Area>,
    painted: Vec<Painted>,
    texts: usize,
    cx: &'a mut Context<'c>,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: &Node, state: State, out: &mut Vec<Item>) -> Result<(), Refusal> {
        let name = match node.name.as_str() {
            "a" if state.in_text => "tspan",
            "a" | "switch" => "g",
            other => other,
        };
        let Some(name) = ELEMENTS.iter().find(|known| **known == name).copied() else {
            let (kind, what) = match name {
                "script" => (Kind::Code, "scripts"),
                "style" => (Kind::UnusedData, "style sheets"),
                "metadata" => (Kind::Properties, "metadata"),
                "title" | "desc" => (Kind::AltText, "titles and descriptions"),
                "foreignObject" => (Kind::EmbeddedObjects, "pages in the drawing"),
                "animate" | "set" | "animateMotion" | "animateTransform" | "mpath" => {
                    (Kind::Code, "animations")
                }
                "filter" => {
                    self.cx.remains("Filters of the drawing (blur, shadow) are left out. If they matter, save it as PNG and clean that.");
                    (Kind::UnusedData, "filters")
                }
                _ => (Kind::UnusedData, "elements that show nothing"),
            };
            self.cx.removed(kind, PLACE, what);
            return Ok(());
        };
        self.line.push(Key {
            name: node.name.to_ascii_lowercase(),
            id: node.attr("id").map(str::to_ascii_lowercase),
            classes: node
                .attr("class")
                .map(|all| all.split_ascii_whitespace().map(str::to_ascii_lowercase).collect())
                .unwrap_or_default(),
        });
        let result = self.known(node, name, state, out);
        self.line.pop();
        result
    }

    fn known(
        &mut self,
        node: &Node,
        name: &'static str,
        mut state: State,
        out: &mut Vec<Item>,
    ) -> Result<(), Refusal> {
        let mut fresh = Node { name: name.to_owned(), ..Node::default() };
        let own = declarations(node.attr("style").unwrap_or_default());
        let mut declared: Vec<Declaration> = Vec::new();
        for (attr, text) in &node.attrs {
            match value(attr) {
                Some((_, true)) => declared.push(presentation(attr, text)),
                _ if matches!(attr.as_str(), "display") => declared.push(presentation(attr, text)),
                Some((kind, false)) => self.attribute(attr, kind, text, name, &mut fresh)?,
                None => self.note(attr),
            }
        }
        declared.extend(self.sheet.of(&self.line, own).into_iter().flat_map(values::longhand));
        // Places of elements are not those of pages: only these say whether something is shown.
        let looks = ["display", "visibility", "opacity", "font-size"];
        let look: Vec<Declaration> =
            declared.iter().filter(|set| looks.contains(&set.name.as_str())).cloned().collect();
        let definition = is_definition(name) || name == "defs";
        if definition {
            state = State { defined: true, ..State::default() };
        } else {
            state.matrix =
                state.matrix.then(Matrix::of(node.attr("transform").unwrap_or_default()));
            match state.look.inside(&look) {
                Err(why) => self.hide(why, &mut state),
                Ok(_) if state.matrix.is_nothing() => self.hide("elements of no size", &mut state),
                Ok(look) => state.look = look,
            }
        }
        for set in declared {
            if let Some((kind, true)) = value(&set.name) {
                let text = property(kind, &set.value);
                state.properties.insert(set.name.clone(), set.value);
                match text {
                    Some(text) => {
                        fresh.attrs.retain(|(known, _)| *known != set.name);
                        fresh.attrs.push((set.name, text));
                    }
                    None if kind == Value::Fonts => {
                        self.cx.removed(Kind::Fingerprints, PLACE, "names of fonts");
                    }
                    None => {}
                }
            }
        }
        if let Some(opacity) = fresh.attr("opacity").and_then(take_number) {
            state.opacity *= opacity.0;
        }
        let empty = self.leaf(&fresh, name, &state);
        if empty && !definition {
            if matches!(name, "image" | "rect") {
                self.cx.removed(
                    Kind::HiddenText,
                    PLACE,
                    "pictures and shapes of no size or outside the drawing",
                );
            }
            return Ok(());
        }
        if name == "text" {
            self.text(node, &mut state, &mut fresh);
        }
        self.children(node, name, &state, &mut fresh)?;
        if state.hidden && !definition {
            // What a hidden part defines may be used elsewhere.
            let mut found = Vec::new();
            definitions(fresh, &mut found);
            out.extend(found);
        } else {
            out.push(Item::Node(fresh));
        }
        Ok(())
    }

    fn children(
        &mut self,
        node: &Node,
        name: &str,
        state: &State,
        fresh: &mut Node,
    ) -> Result<(), Refusal> {
        let text = matches!(name, "text" | "tspan" | "textPath");
        // Of a switch the first branch is shown that asks for nothing.
        let mut taken = node.name != "switch";
        for item in &node.items {
            match item {
                Item::Text(text_) if text && !text_.trim().is_empty() => {
                    if let Some(why) = self.unseen(state) {
                        if !self.cx.keeps(Kind::HiddenText) {
                            self.cx.removed(Kind::HiddenText, PLACE, why);
                            continue;
                        }
                        self.cx.kept(Kind::HiddenText, PLACE, why);
                    }
                    fresh.items.push(Item::Text(text_.clone()));
                }
                Item::Text(text_) if text && !state.hidden => {
                    fresh.items.push(Item::Text(text_.clone()))
                }
                Item::Text(text) if !text.trim().is_empty() && name != "defs" => {
                    self.cx.removed(Kind::HiddenText, PLACE, "text outside of text elements");
                }
                Item::Text(_) => {}
                Item::Node(child) => {
                    if node.name == "switch" {
                        let asks = ["systemLanguage", "requiredExtensions", "requiredFeatures"]
                            .iter()
                            .any(|name| child.attr(name).is_some());
                        if taken || asks {
                            self.cx.removed(Kind::HiddenText, PLACE, "branches that are not taken");
                            continue;
                        }
                        taken = true;
                    }
                    let mut state = state.clone();
                    state.in_text |= text;
                    self.node(child, state, &mut fresh.items)?;
                }
            }
        }
        Ok(())
    }

    fn hide(&mut self, why: &'static str, state: &mut State) {
        if self.cx.keeps(Kind::HiddenText) {
            self.cx.kept(Kind::HiddenText, PLACE, why);
            state.look = Look::default();
        } else {
            if !state.hidden {
                self.cx.removed(Kind::HiddenText, PLACE, why);
            }
            state.hidden = true;
        }
    }

    /// Why text there is not seen, if it is not.
    fn unseen(&self, state: &State) -> Option<&'static str> {
        if state.hidden {
            return Some("text of elements that are not displayed");
        }
        let known = |name: &str| state.properties.get(name).map(Vec::as_slice).unwrap_or_default();
        let clear = |name: &str| {
            let share = known(name).iter().find_map(|piece| match piece {
                Piece::Number(value, unit) if unit == "%" => Some(value / 100.0),
                Piece::Number(value, _) => Some(*value),
                _ => None,
            });
            share.is_some_and(|share| share < 0.08)
        };
        let none = |name: &str| {
            known(name)
                .iter()
                .any(|p| matches!(p, Piece::Word(w) if w == "none" || w == "transparent"))
        };
        let filled = !clear("fill-opacity") && !none("fill");
        let drawn = !known("stroke").is_empty() && !none("stroke") && !clear("stroke-opacity");
        if !filled && !drawn {
            return Some("transparent text");
        }
        // The colour counts with what is behind it, which is known later.
        let look = state.look;
        look.unseen().filter(|why| *why != "text in the colour of its background")
    }

    /// Notes a shape that was painted; whether it is nothing to see.
    fn leaf(&mut self, fresh: &Node, name: &str, state: &State) -> bool {
        let of = |name: &str| fresh.attr(name).and_then(take_number).map(|(n, _)| n);
        let missing = |names: &[&str]| names.iter().any(|name| of(name).is_none_or(|n| n <= 0.0));
        let empty = match name {
            "rect" => missing(&["width", "height"]),
            "image" => missing(&["width", "height"]) || fresh.attr("href").is_none(),
            "circle" => missing(&["r"]),
            "path" => fresh.attr("d").is_none(),
            "use" => fresh.attr("href").is_none(),
            _ => false,
        };
        if empty || state.hidden || state.defined {
            return empty;
        }
        if matches!(name, "rect" | "image") {
            let (x, y) = (of("x").unwrap_or_default(), of("y").unwrap_or_default());
            let (w, h) = (of("width").unwrap_or_default(), of("height").unwrap_or_default());
            let percent = ["x", "y", "width", "height"]
                .iter()
                .any(|name| fresh.attr(name).is_some_and(|v| v.ends_with('%')));
            let mut area =
                state.matrix.around(Area { left: x, top: y, right: x + w, bottom: y + h });
            if let Some(view) = self.view {
                let whole = w >= 100.0 && h >= 100.0 && x <= 0.0 && y <= 0.0;
                if percent && whole {
                    area = view;
                } else if !percent && area.apart(&view) {
                    return true;
                }
            }
            let fill = state.properties.get("fill");
            let ink = fill.map_or(Some([0.0, 0.0, 0.0, 1.0]), |fill| colour(fill));
            let plain = ["clip-path", "mask", "fill-opacity", "rx"]
                .iter()
                .all(|name| fresh.attr(name).is_none() && !state.properties.contains_key(*name));
            self.painted.push(match ink {
                Some([r, g, b, alpha])
                    if name == "rect"
                        && plain
                        && alpha > 0.95
                        && state.opacity > 0.95
                        && state.matrix.is_upright() =>
                {
                    Painted::Box(area, [r, g, b])
                }
                _ => Painted::Other(Some(area)),
            });
        } else if matches!(name, "circle" | "ellipse") {
            let (x, y) = (of("cx").unwrap_or_default(), of("cy").unwrap_or_default());
            let w = of("r").or(of("rx")).unwrap_or_default();
            let h = of("r").or(of("ry")).unwrap_or_default();
            let area = Area { left: x - w, top: y - h, right: x + w, bottom: y + h };
            self.painted.push(Painted::Other(Some(state.matrix.around(area))));
        } else if matches!(name, "path" | "polygon" | "polyline" | "use") {
            self.painted.push(Painted::Other(None));
        }
        false
    }

    /// Notes where a text is, roughly.
    fn text(&mut self, node: &Node, state: &mut State, fresh: &mut Node) {
        let number = self.texts;
        self.texts = self.texts.saturating_add(1);
        fresh.text = Some(number);
        if state.hidden || state.defined {
            return;
        }
        let first = |name: &str| {
            let mut found = node.attr(name).and_then(take_number).map(|(n, _)| n);
            for child in node.nodes() {
                found = found.or(child.attr(name).and_then(take_number).map(|(n, _)| n));
            }
            found
        };
        let mut letters = 0_usize;
        node.each(&mut |node| {
            for item in &node.items {
                if let Item::Text(text) = item {
                    letters = letters.saturating_add(text.trim().chars().count());
                }
            }
        });
        let size = state.look.size();
        let (x, y) = (first("x").unwrap_or_default(), first("y").unwrap_or_default());
        #[allow(clippy::cast_precision_loss, reason = "a rough width")]
        let width = letters.min(10_000) as f32 * size * 0.5;
        let word = |wanted: &str| {
            state.properties.get("text-anchor").is_some_and(|value| {
                value.iter().any(|piece| matches!(piece, Piece::Word(word) if word == wanted))
            })
        };
        let left = if word("middle") {
            x - width / 2.0
        } else if word("end") {
            x - width
        } else {
            x
        };
        let area = Area { left, top: y - size * 0.8, right: left + width, bottom: y + size * 0.2 };
        let area = state.matrix.around(area);
        if self.view.is_some_and(|view| area.apart(&view)) {
            self.hide("text outside the drawing", state);
            return;
        }
        // What is outside is cut off.
        let area = self.view.map_or(area, |view| area.within(&view));
        let fill = state.properties.get("fill");
        let one =
            node.nodes().all(|child| child.attr("fill").is_none() && child.attr("style").is_none());
        let ink = fill.map_or(Some([0.0, 0.0, 0.0, 1.0]), |fill| colour(fill));
        let stroked = state.properties.contains_key("stroke");
        let ink = ink.filter(|_| one && !stroked).map(|[r, g, b, _]| [r, g, b]);
        self.painted.push(Painted::Text(number, area, ink));
    }

    /// Texts under boxes, and texts in the colour of what is behind them.
    fn unseen_texts(&mut self) -> BTreeSet<usize> {
        /// Texts and boxes that are compared.
        const MOST: usize = 4_000_000;
        let mut gone = BTreeSet::new();
        let painted = std::mem::take(&mut self.painted);
        let boxes: Vec<(usize, &Area, [f32; 3])> = painted
            .iter()
            .enumerate()
            .filter_map(|(at, one)| match one {
                Painted::Box(area, ink) => Some((at, area, *ink)),
                _ => None,
            })
            .collect();
        let others: Vec<(usize, Option<Area>)> = painted
            .iter()
            .enumerate()
            .filter_map(|(at, one)| match one {
                Painted::Other(area) => Some((at, *area)),
                _ => None,
            })
            .collect();
        let mut steps = 0_usize;
        for (at, one) in painted.iter().enumerate() {
            let Painted::Text(number, area, ink) = one else { continue };
            steps = steps.saturating_add(boxes.len()).saturating_add(others.len());
            if steps > MOST {
                self.cx.remains("The drawing has so many texts and boxes that it was not looked for texts under boxes in all of it.");
                break;
            }
            if boxes.iter().any(|(over, cover, _)| *over > at && cover.holds(area)) {
                self.drop_text(Kind::CoveredText, "text under boxes", *number, &mut gone);
                continue;
            }
            let ground = boxes.iter().rfind(|(under, behind, _)| *under < at && behind.holds(area));
            let from = ground.map_or(0, |(under, _, _)| *under);
            // A shape between may be what the text stands on.
            let between = others.iter().any(|(other, place)| {
                (from..at).contains(other) && place.is_none_or(|place| !place.apart(area))
            });
            let colour = ground.map_or([255.0; 3], |(_, _, colour)| *colour);
            let same =
                ink.is_some_and(|ink| ink.iter().zip(colour).all(|(a, b)| (a - b).abs() < 24.0));
            if same && !between {
                self.drop_text(
                    Kind::HiddenText,
                    "text in the colour of its background",
                    *number,
                    &mut gone,
                );
            }
        }
        gone
    }

    fn drop_text(&mut self, kind: Kind, what: &str, number: usize, gone: &mut BTreeSet<usize>) {
        if self.cx.keeps(kind) {
            self.cx.kept(kind, PLACE, what);
        } else {
            self.cx.removed(kind, PLACE, what);
            gone.insert(number);
        }
    }

    fn attribute(
        &mut self,
        attr: &str,
        kind: Value,
        text: &str,
        name: &str,
        fresh: &mut Node,
    ) -> Result<(), Refusal> {
        let value = match kind {
            Value::Address if name == "image" => picture::inside(text, "picture", self.cx)?,
            Value::Address => text.trim().strip_prefix('#').map(|name| format!("#{name}")),
            Value::Name => Some(text.trim().to_owned()).filter(|name| !name.is_empty()),
            kind => attribute(kind, text),
        };
        match value {
            Some(value) => fresh.attrs.push((attr.to_owned(), value)),
            None if kind == Value::Address => {
                self.cx.removed(Kind::ExternalReferences, PLACE, "addresses");
            }
            None => self.cx.removed(Kind::UnusedData, PLACE, "values that mean nothing"),
        }
        Ok(())
    }

    fn note(&mut self, attr: &str) {
        let (kind, what) = match attr {
            "style" | "version" | "space" | "baseProfile" => return,
            "class" => (Kind::Identifiers, "names of elements"),
            "filter" => (Kind::UnusedData, "filters"),
            _ if attr.starts_with("on") => (Kind::Code, "event handlers"),
            _ if attr.starts_with("data-") || attr.starts_with("aria-") => {
                (Kind::UnusedData, "attributes that show nothing")
            }
            _ => (Kind::UnusedData, "attributes that show nothing"),
        };
        self.cx.removed(kind, PLACE, what);
    }
}

/// A value that is no property, in the one way.
pub(super) fn attribute(kind: Value, text: &str) -> Option<String> {
    match kind {
        Value::Numbers => values::numbers(text),
        Value::Path => values::path(text),
        Value::Transform => values::transform(text),
        Value::Word => values::words(&presentation("", text).value),
        _ => None,
    }
}

/// A property's value in the one way.
pub(super) fn property(kind: Value, value: &[Piece]) -> Option<String> {
    match kind {
        Value::Paint | Value::Reference => match values::reference(value) {
            Some(name) => Some(format!("url(#{name})")),
            None if kind == Value::Paint => values::paint(value),
            None => None,
        },
        Value::Colour => values::paint(value),
        Value::Numbers => values::lengths(value),
        Value::Word => values::words(value),
        Value::Fonts => values::fonts(value),
        _ => None,
    }
}

/// The part of the plane that is shown.
fn view(root: &Node) -> Option<Area> {
    let numbers = |text: &str| -> Vec<f32> {
        values::numbers(text)
            .map(|all| all.split(' ').filter_map(|n| take_number(n).map(|(n, _)| n)).collect())
            .unwrap_or_default()
    };
    if let Some(text) = root.attr("viewBox")
        && let [x, y, w, h] = numbers(text).as_slice()
    {
        return Some(Area { left: *x, top: *y, right: x + w, bottom: y + h });
    }
    let side = |name: &str| {
        root.attr(name).filter(|v| !v.ends_with('%')).and_then(take_number).map(|(n, _)| n)
    };
    Some(Area { left: 0.0, top: 0.0, right: side("width")?, bottom: side("height")? })
}

fn definitions(node: Node, out: &mut Vec<Item>) {
    for item in node.items {
        if let Item::Node(child) = item {
            if is_definition(&child.name) || child.name == "defs" {
                out.push(Item::Node(child));
            } else {
                definitions(child, out);
            }
        }
    }
}

fn take_out(node: &mut Node, gone: &BTreeSet<usize>) {
    node.items.retain_mut(|item| match item {
        Item::Text(_) => true,
        Item::Node(child) => {
            take_out(child, gone);
            !child.text.is_some_and(|number| gone.contains(&number))
        }
    });
}
