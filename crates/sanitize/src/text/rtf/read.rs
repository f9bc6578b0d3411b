//! Reads a document: a stack of groups, each with its own state.

use super::super::html::tree::{Element, Item};
use super::super::picture;
use super::NAME;
use super::flow::{Emphasis, Flow};
use super::token::{Token, Tokens};
use super::words::{Aside, Place, aside, character, charset, code_page, gone, place};
use crate::{Context, Kind, Refusal};
use encoding_rs::{Encoding, WINDOWS_1252};
use std::collections::HashMap;

/// Groups inside each other.
const DEPTH: usize = 1000;
/// Text of fewer half points is not read.
const TINY: i32 = 4;
/// Colours closer than this, of 255, are one.
const ALIKE: u8 = 24;
/// Twips beyond which a shape is off any page.
const AWAY: i32 = 40_000;

pub(super) fn document(input: &[u8], cx: &mut Context<'_>) -> Result<Element, Refusal> {
    let mut tokens = Tokens::new(input);
    let mut reader = Reader {
        groups: vec![Group::default()],
        outermost: Group::default(),
        flows: vec![Flow::default()],
        asides: Vec::new(),
        fonts: HashMap::new(),
        colours: Vec::new(),
        colour: [0; 3],
        encoding: WINDOWS_1252,
        bytes: Vec::new(),
        high: None,
        skip: 0,
        facing: false,
        title_page: false,
        in_table: false,
        ground: 0,
        cells: Vec::new(),
        cell_ground: None,
        cell: 0,
        notes: 0,
        shape_hidden: false,
        property: String::new(),
        value: String::new(),
        picture: Vec::new(),
        digit: None,
        cx,
    };
    while let Some(token) = tokens.next() {
        reader.token(token)?;
        if reader.groups.len() <= 1 && token == Token::Close {
            break;
        }
    }
    reader.flush();
    if !tokens.rest().trim_ascii().is_empty() {
        reader.cx.removed(Kind::UnusedData, "after the document", "data that no reader shows");
    }
    // A text that was cut off ends where it ends.
    while reader.groups.len() > 1 {
        reader.close()?;
    }
    let mut body = Element::new("body");
    let mut parts = |wanted: Aside, all: &mut Vec<(Aside, Vec<Item>)>| {
        let mut at = 0;
        while let Some((found, items)) = all.get_mut(at) {
            if *found == wanted {
                body.items.append(items);
            }
            at += 1;
        }
    };
    let mut asides = std::mem::take(&mut reader.asides);
    parts(Aside::Header, &mut asides);
    let main: Vec<Item> =
        std::mem::take(&mut reader.flows).into_iter().flat_map(Flow::finish).collect();
    let mut rest = vec![(Aside::Header, main)];
    parts(Aside::Header, &mut rest);
    parts(Aside::Note, &mut asides);
    parts(Aside::Footer, &mut asides);
    Ok(body)
}

/// The state that ends with a group.
#[derive(Clone)]
struct Group {
    place: Place,
    /// No control word yet.
    fresh: bool,
    /// `\*`
    ignorable: bool,
    /// Text that stands elsewhere begins with this group.
    aside: Option<Aside>,
    emphasis: Emphasis,
    hidden: bool,
    deleted: bool,
    size: i32,
    colour: i32,
    highlight: i32,
    shade: i32,
    font: i32,
    /// Characters that stand for one of Unicode.
    uc: usize,
    /// Left, top, right, bottom.
    shape: [i32; 4],
    /// A picture's format is one of ours; its width and height.
    blip: bool,
    goal: [i32; 2],
}

impl Default for Group {
    fn default() -> Self {
        Self {
            place: Place::Shown,
            fresh: true,
            ignorable: false,
            aside: None,
            emphasis: Emphasis::default(),
            hidden: false,
            deleted: false,
            size: 24,
            colour: 0,
            highlight: 0,
            shade: 0,
            font: -1,
            uc: 1,
            shape: [0; 4],
            blip: false,
            goal: [0; 2],
        }
    }
}

struct Reader<'a, 'c> {
    groups: Vec<Group>,
    /// Never needed: the first group is not taken off the stack.
    outermost: Group,
    flows: Vec<Flow>,
    asides: Vec<(Aside, Vec<Item>)>,
    fonts: HashMap<i32, &'static Encoding>,
    colours: Vec<Option<[u8; 3]>>,
    colour: [u8; 3],
    encoding: &'static Encoding,
    /// Bytes of text in an encoding of several bytes a character.
    bytes: Vec<u8>,
    high: Option<u16>,
    skip: usize,
    facing: bool,
    title_page: bool,
    in_table: bool,
    /// The paragraph's colour.
    ground: i32,
    /// The colours of the row's cells.
    cells: Vec<Option<i32>>,
    cell_ground: Option<i32>,
    cell: usize,
    notes: usize,
    shape_hidden: bool,
    property: String,
    value: String,
    picture: Vec<u8>,
    digit: Option<u8>,
    cx: &'a mut Context<'c>,
}

impl Reader<'_, '_> {
    fn token(&mut self, token: Token<'_>) -> Result<(), Refusal> {
        let place = self.group().place;
        match token {
            Token::Open => {
                self.flush();
                self.skip = 0;
                if self.groups.len() >= DEPTH {
                    return Err(Refusal::damaged(NAME, "document", "groups are nested too deep"));
                }
                let mut group = self.group().clone();
                (group.fresh, group.ignorable, group.aside) = (true, false, None);
                self.groups.push(group);
            }
            Token::Close => {
                self.flush();
                self.skip = 0;
                self.close()?;
            }
            Token::Symbol(b'*') if self.group().fresh => self.group().ignorable = true,
            Token::Word(word, number) => {
                if self.group().fresh {
                    self.first(word);
                }
                if place != Place::Skipped || self.group().place != Place::Skipped {
                    self.word(word, number);
                }
            }
            Token::Binary(data) if place == Place::Picture => self.picture.extend(data),
            Token::Binary(_) => self.cx.removed(Kind::UnusedData, "document", "binary data"),
            Token::Text(text) => {
                self.hold();
                self.bytes_of(text);
            }
            Token::Hex(byte) => {
                self.hold();
                self.bytes_of(&[byte]);
            }
            Token::Symbol(symbol) => {
                self.hold();
                match symbol {
                    b'\\' | b'{' | b'}' => self.bytes_of(&[symbol]),
                    b'~' => self.character('\u{a0}'),
                    b'_' => self.character('\u{2011}'),
                    b'\r' | b'\n' => self.paragraph(),
                    b'\t' => self.character(' '),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// The innermost group.
    fn group(&mut self) -> &mut Group {
        self.groups.last_mut().unwrap_or(&mut self.outermost)
    }

    /// A group that begins with text: in some groups that is not shown.
    fn hold(&mut self) {
        let group = self.group();
        if std::mem::take(&mut group.fresh)
            && (group.ignorable || matches!(group.place, Place::Twice | Place::Object))
        {
            group.place = Place::Skipped;
        }
    }

    /// The first control word of a group decides what it holds.
    fn first(&mut self, word: &str) {
        let around = self.group().place;
        let ignorable = self.group().ignorable;
        self.group().fresh = false;
        if self.groups.len() <= 1 || around == Place::Skipped {
            return;
        }
        if around == Place::Shown
            && let Some(kind) = aside(word)
        {
            let shown = match word.as_bytes().last() {
                Some(b'l' | b'r') if word != "header" && word != "footer" => self.facing,
                Some(b'f') => self.title_page,
                _ => true,
            };
            if shown && !ignorable {
                self.group().aside = Some(kind);
                self.flows.push(Flow::default());
                if kind == Aside::Note {
                    self.notes = self.notes.saturating_add(1);
                    let number = format!("{} ", self.notes);
                    self.group().emphasis = Emphasis::default();
                    self.put(&number);
                }
            } else {
                self.cx.removed(Kind::HiddenText, "document", "headers and footers of no page");
                self.group().place = Place::Skipped;
            }
            return;
        }
        let Some(fresh) = place(word, ignorable, around) else { return };
        self.group().place = fresh;
        match fresh {
            Place::Skipped => {
                let (kind, what) = gone(word);
                self.cx.removed(kind, "document", what);
            }
            Place::Shown if around == Place::Shape => {
                let [left, top, right, bottom] = self.group().shape;
                let away = right < 0 || bottom < -AWAY || left > AWAY || top > AWAY;
                if (away || self.shape_hidden)
                    && !self.keep("text outside the page or in hidden shapes")
                {
                    self.group().place = Place::Skipped;
                }
            }
            Place::Shape if matches!(word, "shp" | "do") => self.shape_hidden = false,
            Place::Name => self.property.clear(),
            Place::Value => self.value.clear(),
            Place::Picture => {
                self.picture.clear();
                self.digit = None;
                let group = self.group();
                (group.blip, group.goal) = (false, [0; 2]);
            }
            _ => {}
        }
    }

    fn close(&mut self) -> Result<(), Refusal> {
        if self.groups.len() <= 1 {
            return Ok(());
        }
        let Some(group) = self.groups.pop() else { return Ok(()) };
        if let Some(kind) = group.aside
            && let Some(flow) = self.flows.pop()
        {
            self.asides.push((kind, flow.finish()));
        }
        // The group that began it, not one inside.
        let began = self.group().place != group.place;
        match group.place {
            Place::Value if began && self.property.trim() == "fHidden" => {
                self.shape_hidden |= self.value.trim() == "1";
            }
            Place::Picture if began => {
                let bytes = std::mem::take(&mut self.picture);
                if bytes.is_empty() || group.hidden {
                    self.cx.removed(Kind::HiddenText, "document", "pictures that are not shown");
                } else if !group.blip {
                    self.cx.removed(
                        Kind::EmbeddedObjects,
                        "document",
                        "pictures of a kind that cannot be rebuilt (metafiles, bitmaps)",
                    );
                    self.cx.remains("A picture of the document is a metafile or bitmap and is left out: if it matters, print the original to PDF and clean that.");
                } else if let Some(address) = picture::fresh(&bytes, "picture", self.cx)? {
                    let mut attrs = vec![("src", address)];
                    for (name, twips) in ["width", "height"].into_iter().zip(group.goal) {
                        if twips >= 15 {
                            attrs.push((name, (twips / 15).to_string()));
                        }
                    }
                    if let Some(flow) = self.flows.last_mut() {
                        flow.item("img", attrs);
                    }
                }
            }
            // What a shape or a field has inside ends with it.
            Place::Shown if self.group().place == Place::Shape => {
                if let Some(flow) = self.flows.last_mut() {
                    flow.paragraph(self.in_table);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let value = number.unwrap_or_default();
        let on = number != Some(0);
        match word {
            // Of its own kind, and counted as characters behind \u.
            "u" if self.group().place == Place::Shown => {
                self.flush_bytes();
                self.unit(value);
                self.skip = self.group().uc;
                return;
            }
            "uc" => self.group().uc = usize::try_from(value).unwrap_or(1).min(16),
            _ => {}
        }
        self.flush();
        if let Some(c) = character(word) {
            return self.character(c);
        }
        match word {
            "par" | "sect" | "page" | "column" | "nestcell" | "nestrow" => self.paragraph(),
            "line" if self.group().place == Place::Shown => {
                if let Some(flow) = self.flows.last_mut() {
                    flow.item("br", Vec::new());
                }
            }
            "cell" if self.group().place == Place::Shown => {
                self.cell = self.cell.saturating_add(1);
                if let Some(flow) = self.flows.last_mut() {
                    flow.end_cell();
                }
            }
            "row" if self.group().place == Place::Shown => {
                self.cell = 0;
                if let Some(flow) = self.flows.last_mut() {
                    flow.end_row();
                }
            }
            "chftn" if self.flows.len() == 1 => {
                let number = self.notes.saturating_add(1).to_string();
                self.put(&number);
            }
            "intbl" => self.in_table = true,
            "trowd" => (self.cells, self.cell_ground, self.cell) = (Vec::new(), None, 0),
            "clcbpat" => self.cell_ground = Some(value),
            "clshdng" => self.cell_ground = Some(-1),
            "cellx" => self.cells.push(self.cell_ground.take()),
            "pard" => (self.in_table, self.ground) = (false, 0),
            "cbpat" => self.ground = value,
            "facingp" => self.facing = true,
            "titlepg" => self.title_page = true,
            "ansicpg" => self.encoding = code_page(value),
            "mac" => self.encoding = code_page(10000),
            "plain" => {
                let group = self.group();
                let plain = Group::default();
                group.emphasis = plain.emphasis;
                (group.hidden, group.deleted) = (false, false);
                (group.size, group.colour, group.highlight, group.shade) = (24, 0, 0, 0);
                group.font = -1;
            }
            "b" => self.group().emphasis.bold = on,
            "i" => self.group().emphasis.italic = on,
            "ul" | "uld" | "uldb" | "ulw" | "ulth" | "ulwave" | "uldash" => {
                self.group().emphasis.underlined = on
            }
            "ulnone" => self.group().emphasis.underlined = false,
            "strike" | "striked" => self.group().emphasis.struck = on,
            "super" => self.group().emphasis.raised = on.then_some(true),
            "sub" => self.group().emphasis.raised = on.then_some(false),
            "nosupersub" => self.group().emphasis.raised = None,
            "v" | "webhidden" => self.group().hidden = on,
            "deleted" => self.group().deleted = on,
            "fs" => self.group().size = value,
            "cf" => self.group().colour = value,
            "highlight" => self.group().highlight = value,
            "cb" | "chcbpat" => self.group().shade = value,
            "f" => self.group().font = value,
            "fcharset" if self.group().place == Place::Fonts => {
                let font = self.group().font;
                if let Some(encoding) = charset(value) {
                    self.fonts.insert(font, encoding);
                }
            }
            "red" => self.colour[0] = u8::try_from(value).unwrap_or_default(),
            "green" => self.colour[1] = u8::try_from(value).unwrap_or_default(),
            "blue" => self.colour[2] = u8::try_from(value).unwrap_or_default(),
            "shpleft" => self.group().shape[0] = value,
            "shptop" => self.group().shape[1] = value,
            "shpright" => self.group().shape[2] = value,
            "shpbottom" => self.group().shape[3] = value,
            "pngblip" | "jpegblip" => self.group().blip = true,
            "picwgoal" => self.group().goal[0] = value,
            "pichgoal" => self.group().goal[1] = value,
            _ if word.contains("rsid") => {
                self.cx.removed(Kind::Identifiers, "document", "identifiers of editing sessions");
            }
            _ => {}
        }
    }

    fn paragraph(&mut self) {
        self.flush();
        if self.group().place == Place::Shown
            && let Some(flow) = self.flows.last_mut()
        {
            flow.paragraph(self.in_table);
        }
    }

    /// Text in the encoding of its font.
    fn bytes_of(&mut self, mut text: &[u8]) {
        if self.skip > 0 {
            let skipped = self.skip.min(text.len());
            self.skip = self.skip.saturating_sub(skipped);
            text = text.get(skipped..).unwrap_or_default();
        }
        match self.group().place {
            _ if text.is_empty() => {}
            Place::Shown => {
                self.lone();
                self.bytes.extend(text);
            }
            Place::Name => self.property.extend(text.iter().map(|b| char::from(*b)).take(64)),
            Place::Value => self.value.extend(text.iter().map(|b| char::from(*b)).take(64)),
            Place::Picture => {
                for digit in text.iter().filter_map(|b| char::from(*b).to_digit(16)) {
                    let digit = u8::try_from(digit).unwrap_or_default();
                    match self.digit.take() {
                        Some(high) => self.picture.push(high << 4 | digit),
                        None => self.digit = Some(digit),
                    }
                }
            }
            Place::Colours if text.contains(&b';') => {
                // The first colour is the reader's own.
                let fresh = (!self.colours.is_empty()).then_some(self.colour);
                self.colours.push(fresh);
                self.colour = [0; 3];
            }
            _ => {}
        }
    }

    /// A unit of UTF-16 (RTF 1.9.1, "Unicode RTF").
    fn unit(&mut self, value: i32) {
        let Ok(unit) = u16::try_from(value.rem_euclid(65536)) else { return };
        match (self.high.take(), unit) {
            (_, 0xd800..=0xdbff) => self.high = Some(unit),
            (Some(high), 0xdc00..=0xdfff) => {
                let both = char::decode_utf16([high, unit]).next();
                self.put(both.and_then(Result::ok).unwrap_or('\u{fffd}').to_string().as_str());
            }
            (_, unit) => {
                let c = char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}');
                self.put(c.to_string().as_str());
            }
        }
    }

    fn lone(&mut self) {
        self.high = None;
    }

    fn character(&mut self, c: char) {
        self.flush();
        if self.skip > 0 {
            self.skip = self.skip.saturating_sub(1);
        } else if self.group().place == Place::Shown {
            self.put(c.to_string().as_str());
        }
    }

    fn flush(&mut self) {
        self.lone();
        self.flush_bytes();
    }

    fn flush_bytes(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let font = self.group().font;
        let encoding = self.fonts.get(&font).copied().unwrap_or(self.encoding);
        let (text, _) = encoding.decode_without_bom_handling(&bytes);
        self.put(&text);
    }

    /// Text of the page, if it is seen.
    fn put(&mut self, text: &str) {
        let group = self.group().clone();
        if group.place != Place::Shown {
            return;
        }
        if group.deleted {
            if self.cx.keeps(Kind::TrackedChanges) {
                self.cx.kept(Kind::TrackedChanges, "document", "deleted text");
            } else {
                return self.cx.removed(Kind::TrackedChanges, "document", "deleted text");
            }
        }
        if !text.trim().is_empty()
            && let Some(why) = self.unseen(&group)
            && !self.keep(why)
        {
            return;
        }
        if let Some(flow) = self.flows.last_mut() {
            flow.text(group.emphasis, text);
        }
    }

    fn unseen(&self, group: &Group) -> Option<&'static str> {
        if group.hidden {
            return Some("hidden text");
        }
        if group.size < TINY {
            return Some("text too small to be read");
        }
        let known = |number: i32| {
            usize::try_from(number).ok().and_then(|at| self.colours.get(at)).copied().flatten()
        };
        let ink = known(group.colour).unwrap_or([0; 3]);
        let cell = self.cells.get(self.cell).copied().flatten().filter(|_| self.in_table);
        let grounds = [group.highlight, group.shade, self.ground, cell.unwrap_or_default()];
        let ground = grounds.into_iter().find(|number| *number != 0);
        // Of a pattern nobody knows what is seen.
        let ground = match ground {
            Some(number) if number < 0 => return None,
            Some(number) => known(number).unwrap_or([255; 3]),
            None => [255; 3],
        };
        let same = ink.iter().zip(ground).all(|(one, other)| one.abs_diff(other) < ALIKE);
        same.then_some("text in the colour of its background")
    }

    /// Whether hidden text stays because the person said so; the report is told.
    fn keep(&mut self, why: &'static str) -> bool {
        if self.cx.keeps(Kind::HiddenText) {
            self.cx.kept(Kind::HiddenText, "document", why);
            return true;
        }
        self.cx.removed(Kind::HiddenText, "document", why);
        false
    }
}
