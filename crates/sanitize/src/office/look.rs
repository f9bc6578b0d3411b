//! The words of a document, hidden ones too, in the order of its parts: for looking at before and after.

use super::package::Package;
use super::{epub, opc, xml};
use crate::look::Lines;
use crate::{Context, Format, Refusal, text};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Attributes that hold words: whose a comment is, what a picture shows.
const WORDS: [&str; 6] = ["author", "initials", "userId", "descr", "title", "alt"];
/// Elements whose names are words.
const NAMED: [&str; 4] = ["sheet", "definedName", "table", "page"];

/// Reads the words.
pub(crate) fn words(
    input: &[u8],
    format: Format,
    lines: &mut Lines,
    cx: &mut Context<'_>,
) -> Result<(), Refusal> {
    let name = format.name();
    if super::is_encrypted(input) {
        return Err(Refusal::Encrypted { format: name });
    }
    let mut package = Package::open(input, name, cx)?;
    if format == Format::Epub {
        return book(&mut package, lines, cx);
    }
    let opendocument = matches!(format, Format::Odt | Format::Ods | Format::Odp);
    let mut strings = Vec::new();
    for part in parts(&mut package, opendocument, cx)? {
        if lines.full() {
            break;
        }
        let Some(bytes) = package.get(&part, cx)? else { continue };
        let Some(text) = xml::decode(&bytes) else { continue };
        if part.ends_with("/sharedStrings.xml") {
            strings = shared(&text);
            continue;
        }
        let mut walk = Walk::new(&strings, opendocument);
        walk.labels = part.starts_with("docProps/") || part == "meta.xml";
        walk.only_lines = opendocument && part == "styles.xml";
        walk.read(&text, lines);
    }
    Ok(())
}

/// Chapters in the order of reading, then other pages, then what is said about the book.
fn book(package: &mut Package<'_>, lines: &mut Lines, cx: &mut Context<'_>) -> Result<(), Refusal> {
    let (about, mut pages) = epub::order(package, cx)?;
    let rest = package.names().filter(|name| name.ends_with("html")).map(str::to_owned);
    let rest: Vec<String> = rest.filter(|name| !pages.contains(name)).collect();
    pages.extend(rest);
    for page in pages {
        if let Some(bytes) = package.get(&page, cx)?.filter(|_| !lines.full()) {
            xml::decode(&bytes).iter().for_each(|page| text::page_words(page, lines));
        }
    }
    let about = package.get(&about, cx)?.unwrap_or_default();
    let mut walk = Walk::new(&[], false);
    walk.labels = true;
    walk.read(&xml::decode(&about).unwrap_or_default(), lines);
    Ok(())
}

/// Parts with words: shared ones first, then the main one, those that it names in their order, and all others.
fn parts(
    package: &mut Package<'_>,
    opendocument: bool,
    cx: &mut Context<'_>,
) -> Result<Vec<String>, Refusal> {
    let mut all = Vec::new();
    if opendocument {
        all.extend(["content.xml", "styles.xml"].map(str::to_owned));
    } else {
        let rels = opc::rels(package, "", cx)?;
        if let Some(main) = opc::of_kind(&rels, "officeDocument") {
            let rels = opc::rels(package, main, cx)?;
            all.extend(opc::of_kind(&rels, "sharedStrings").map(str::to_owned));
            all.push(main.to_owned());
            let bytes = package.get(main, cx)?.unwrap_or_default();
            let text = xml::decode(&bytes).unwrap_or_default();
            let named = named(&text).into_iter().filter_map(|id| rels.get(&id));
            all.extend(named.filter(|rel| !rel.external).map(|rel| rel.target.clone()));
        }
    }
    let mut rest: Vec<&str> = package
        .names()
        .filter(|name| name.ends_with(".xml") || name.ends_with(".vml"))
        .filter(|name| !matches!(*name, "settings.xml" | "META-INF/manifest.xml"))
        .collect();
    // What is said about the document comes last; of two names with numbers the shorter one has the lower number.
    rest.sort_by_key(|name| {
        (name.starts_with("docProps/") || *name == "meta.xml", name.len(), *name)
    });
    all.extend(rest.into_iter().map(str::to_owned));
    let mut seen = BTreeSet::new();
    all.retain(|name| seen.insert(name.to_ascii_lowercase()));
    Ok(all)
}

/// The relationships that a part names, in its order.
fn named(text: &str) -> Vec<String> {
    let mut reader = Reader::from_str(text);
    let mut all = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => all.extend(
                tag.attributes()
                    .flatten()
                    .filter(|one| one.key.as_ref().ends_with(":id"))
                    .filter_map(|one| {
                        one.normalized_value(XmlVersion::Implicit1_0).ok().map(|v| v.into_owned())
                    }),
            ),
            _ => {}
        }
    }
    all
}

/// The strings of a workbook, by number.
fn shared(text: &str) -> Vec<String> {
    let mut reader = Reader::from_str(text);
    let (mut all, mut inside) = (Vec::new(), false);
    while let Ok(event) = reader.read_event() {
        match &event {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => {
                inside = tag.local_name().as_ref() == "t";
                if tag.local_name().as_ref() == "si" {
                    all.push(String::new());
                }
            }
            Event::End(_) => inside = false,
            event if inside => {
                let words = characters(event);
                all.last_mut().iter_mut().for_each(|last| last.push_str(&words));
            }
            _ => {}
        }
    }
    all
}

/// The characters of an event, if it is of some.
fn characters<'a>(event: &'a Event<'a>) -> Cow<'a, str> {
    match event {
        Event::Text(piece) => Cow::Borrowed(piece),
        Event::CData(piece) => Cow::Borrowed(piece),
        Event::GeneralRef(name) => match name.resolve_char_ref() {
            Ok(Some(c)) => Cow::Owned(c.to_string()),
            _ => Cow::Borrowed(xml::entity(name).unwrap_or_default()),
        },
        _ => Cow::Borrowed(""),
    }
}

/// Goes through a part, without a tree.
struct Walk<'a> {
    /// The strings that cells name by number.
    strings: &'a [String],
    /// Characters between elements count.
    mixed: bool,
    /// Elements outside lines are named before their words.
    labels: bool,
    /// Words outside lines do not count.
    only_lines: bool,
    /// Elements inside each other that are lines.
    inside: usize,
    /// Characters since the last tag, which opened an element or not.
    piece: String,
    opened: bool,
    /// The cell's value is a number of a string.
    by_number: bool,
    /// Elements inside one that is left out.
    skipped: usize,
    /// Words of attributes, each once.
    beside: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    fn new(strings: &'a [String], mixed: bool) -> Self {
        Self {
            strings,
            mixed,
            labels: false,
            only_lines: false,
            inside: 0,
            piece: String::new(),
            opened: false,
            by_number: false,
            skipped: 0,
            beside: BTreeSet::new(),
        }
    }

    /// What is no XML ends where it stops being it.
    fn read(mut self, text: &str, lines: &mut Lines) {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Eof => break,
                _ if lines.full() => break,
                Event::Start(_) if self.skipped > 0 => self.skipped += 1,
                Event::End(_) if self.skipped > 0 => self.skipped -= 1,
                _ if self.skipped > 0 => {}
                Event::Start(tag) => self.start(&tag, lines),
                Event::Empty(tag) => self.empty(&tag, lines),
                Event::End(tag) => self.end(tag.local_name().as_ref(), lines),
                event => self.piece.push_str(&characters(&event)),
            }
        }
        lines.end();
        self.beside.iter().for_each(|words| lines.line(words));
    }

    fn start(&mut self, tag: &BytesStart<'_>, lines: &mut Lines) {
        self.flush(false, "", lines);
        let name = tag.local_name();
        let name = name.as_ref();
        self.attributes(tag, name);
        match name {
            // The same once more, for older programs; and formulas.
            "Fallback" | "f" => self.skipped = 1,
            "annotation" | "note" => lines.text(" ["),
            name if is_line(name) => {
                if self.inside == 0 {
                    lines.end();
                }
                self.inside += 1;
            }
            _ => {}
        }
        self.opened = true;
    }

    fn empty(&mut self, tag: &BytesStart<'_>, lines: &mut Lines) {
        self.flush(false, "", lines);
        let name = tag.local_name();
        self.attributes(tag, name.as_ref());
        match name.as_ref() {
            "tab" | "br" | "cr" | "line-break" | "s" if self.inside > 0 => lines.text(" "),
            "c" | "tc" | "table-cell" if self.inside > 0 => lines.tab(),
            _ => {}
        }
        self.opened = false;
    }

    fn end(&mut self, name: &str, lines: &mut Lines) {
        self.flush(self.opened, name, lines);
        self.opened = false;
        match name {
            "annotation" | "note" => lines.text("] "),
            "c" | "tc" | "table-cell" if self.inside > 0 => lines.tab(),
            "creator" | "date" | "instrText" | "br" if self.inside > 0 => lines.text(" "),
            name if is_line(name) => {
                self.inside = self.inside.saturating_sub(1);
                if self.inside == 0 { lines.end() } else { lines.text(" ") }
            }
            _ => {}
        }
    }

    /// Takes the characters before a tag; `whole`: they are all that their element holds.
    fn flush(&mut self, whole: bool, name: &str, lines: &mut Lines) {
        let piece = std::mem::take(&mut self.piece);
        let blank = piece.trim_matches([' ', '\t', '\n', '\r']).is_empty();
        if blank && !(self.inside > 0 && (self.mixed || whole)) {
            return;
        }
        if self.inside > 0 {
            let number =
                piece.trim().parse().ok().filter(|_: &usize| self.by_number && name == "v");
            let string = number.and_then(|number| self.strings.get(number));
            lines.text(string.map_or(&piece, |string| string));
        } else if !self.only_lines {
            lines.end();
            if self.labels && is_figure(&piece) {
                return;
            }
            // Of a string in a list, the name says nothing.
            if self.labels && !matches!(name, "" | "lpstr") {
                lines.text(name);
                lines.text(": ");
            }
            lines.line_rest(&piece);
        }
    }

    fn attributes(&mut self, tag: &BytesStart<'_>, name: &str) {
        if name == "c" {
            self.by_number = false;
        }
        for one in tag.attributes().flatten() {
            let key = one.key.local_name();
            let key = key.as_ref();
            let of_words = WORDS.contains(&key) || key == "name" && NAMED.contains(&name);
            let Ok(value) = one.normalized_value(XmlVersion::Implicit1_0) else { continue };
            if of_words && self.beside.len() <= crate::LOOK_LINES {
                self.beside.insert(value.into_owned());
            } else if name == "c" && key == "t" {
                self.by_number = value == "s";
            }
        }
    }
}

/// How many pages there are, and whether a link was changed, tell nothing to a reader.
fn is_figure(piece: &str) -> bool {
    let piece = piece.trim();
    matches!(piece, "true" | "false") || piece.len() < 12 && piece.parse::<f64>().is_ok()
}

/// Whether an element is a line: a paragraph, a heading, a row, a string of a workbook.
fn is_line(name: &str) -> bool {
    matches!(name, "p" | "h" | "row" | "table-row" | "tr" | "si")
}
