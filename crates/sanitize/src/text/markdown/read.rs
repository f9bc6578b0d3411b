//! The events of a document that show something.

use super::super::html::tokens;
use super::super::marks;
use super::html::{Html, Shown};
use super::{DEPTH, NAME, SYNTAX};
use crate::{Context, Kind, Refusal};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::collections::BTreeMap;

type Fresh = Event<'static>;

pub(super) fn events(text: &str, cx: &mut Context<'_>) -> Result<Vec<Fresh>, Refusal> {
    // Style sheets and footnotes count for what stands before them.
    let parser = Parser::new_ext(text, SYNTAX);
    if parser.reference_definitions().iter().next().is_some() {
        cx.removed(Kind::ExternalReferences, "links", "definitions of links, used or not");
    }
    let (mut html, mut numbers, mut depth) = (String::new(), BTreeMap::new(), 0_usize);
    for event in parser {
        match event {
            Event::Html(piece) => html.push_str(&piece),
            Event::FootnoteReference(label) => {
                let next = numbers.len().saturating_add(1);
                numbers.entry(label.to_string()).or_insert(next);
            }
            Event::Start(_) => depth = depth.saturating_add(1),
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH {
            return Err(Refusal::damaged(NAME, "text", "blocks are nested too deep"));
        }
    }
    let html = Html::new(&tokens::pieces(&html));
    let mut fresh =
        Reader { out: Vec::new(), line: Vec::new(), html, numbers, block: None, skip: None, cx };
    for event in Parser::new_ext(text, SYNTAX) {
        fresh.event(event)?;
    }
    fresh.flush();
    if fresh.html.too_much() {
        return Err(Refusal::TooMuch {
            what: "the number of style rules",
            limit: "50,000 rules, 200 million comparisons".into(),
            advice: "save it without styles",
        });
    }
    Ok(merged(fresh.out))
}

struct Reader<'a, 'c> {
    out: Vec<Fresh>,
    /// Texts and breaks of the paragraph that is being read, by their places in `out`.
    line: Vec<usize>,
    html: Html,
    numbers: BTreeMap<String, usize>,
    /// The HTML block that is being read.
    block: Option<String>,
    /// How deep inside something that goes, whose text is for the report alone.
    skip: Option<usize>,
    cx: &'a mut Context<'c>,
}

impl Reader<'_, '_> {
    fn event(&mut self, event: Event<'_>) -> Result<(), Refusal> {
        if let Some(depth) = self.skip {
            self.skip = match event {
                Event::Start(_) => Some(depth.saturating_add(1)),
                Event::End(_) => depth.checked_sub(1),
                _ => Some(depth),
            };
            return Ok(());
        }
        match event {
            Event::Html(piece) => self.block.get_or_insert_default().push_str(&piece),
            Event::InlineHtml(piece) => {
                for shown in self.html.take(&piece, self.cx) {
                    match shown {
                        Shown::Text(text) => self.leaf(Event::Text(text.into())),
                        Shown::Break => self.leaf(Event::HardBreak),
                        Shown::Block => self.leaf(Event::Text(" ".into())),
                    }
                }
            }
            Event::Start(tag) => self.start(tag)?,
            Event::End(tag) => self.end(tag),
            Event::FootnoteReference(label) => {
                let number = self.numbers.get(&*label).copied().unwrap_or_default();
                self.leaf(Event::FootnoteReference(number.to_string().into()));
            }
            leaf => self.leaf(leaf.into_static()),
        }
        Ok(())
    }

    fn leaf(&mut self, event: Fresh) {
        if self.html.hides() {
            return;
        }
        match event {
            Event::Rule => self.flush(),
            _ => self.line.push(self.out.len()),
        }
        self.out.push(event);
    }

    fn start(&mut self, tag: Tag<'_>) -> Result<(), Refusal> {
        let fresh = match tag {
            Tag::HtmlBlock => return Ok(()),
            Tag::Link { title, .. } => {
                self.cx.removed(Kind::ExternalReferences, "links", "addresses of links");
                if !title.is_empty() {
                    self.cx.removed(Kind::HiddenText, "links", "titles of links");
                }
                return Ok(());
            }
            Tag::Image { dest_url, title, .. } => {
                if !title.is_empty() {
                    self.cx.removed(Kind::HiddenText, "pictures", "titles of pictures");
                }
                return self.picture(&dest_url);
            }
            Tag::MetadataBlock(_) => {
                self.cx.removed(Kind::Properties, "front matter", "properties of the text");
                self.skip = Some(0);
                return Ok(());
            }
            Tag::FootnoteDefinition(label) => {
                let Some(number) = self.numbers.get(&*label) else {
                    self.cx.removed(Kind::HiddenText, "notes", "notes that nothing refers to");
                    self.skip = Some(0);
                    return Ok(());
                };
                Tag::FootnoteDefinition(number.to_string().into())
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) if !info.is_empty() => {
                self.cx.removed(Kind::UnusedData, "code", "names of languages and settings");
                Tag::CodeBlock(CodeBlockKind::Fenced("".into()))
            }
            Tag::CodeBlock(_) => Tag::CodeBlock(CodeBlockKind::Fenced("".into())),
            Tag::Heading { level, id, classes, attrs } => {
                if id.is_some() || !classes.is_empty() || !attrs.is_empty() {
                    self.cx.removed(Kind::Identifiers, "headings", "identifiers and attributes");
                }
                Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }
            }
            tag => tag.into_static(),
        };
        if !is_inline(&fresh.to_end()) {
            self.flush();
        }
        self.out.push(Event::Start(fresh));
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link | TagEnd::Image | TagEnd::MetadataBlock(_) => return,
            TagEnd::HtmlBlock => return self.html_block(),
            _ => {}
        }
        if !is_inline(&tag) {
            self.flush();
        }
        // What was hidden leaves nothing behind.
        let empties = !matches!(tag, TagEnd::TableCell | TagEnd::TableRow | TagEnd::TableHead)
            && !matches!(tag, TagEnd::Item | TagEnd::Heading(_));
        let empty = matches!(self.out.last(), Some(Event::Start(start)) if start.to_end() == tag);
        if empties && empty {
            self.out.pop();
        } else {
            self.out.push(Event::End(tag));
        }
    }

    /// A picture inside the text is cleaned, one elsewhere goes; its text in words goes, too.
    fn picture(&mut self, address: &str) -> Result<(), Refusal> {
        let fresh = if self.html.hides() {
            None
        } else {
            super::super::picture::inside(address, "picture", self.cx)?
        };
        if self.cx.keeps(Kind::AltText) {
            self.cx.kept(Kind::AltText, "pictures", "texts in place of pictures");
            return Ok(());
        }
        self.cx.removed(Kind::AltText, "pictures", "texts in place of pictures");
        self.skip = Some(0);
        if let Some(address) = fresh {
            let link_type = pulldown_cmark::LinkType::Inline;
            let (title, id) = ("".into(), "".into());
            let image = Tag::Image { link_type, dest_url: address.into(), title, id };
            self.out.push(Event::Start(image));
            self.out.push(Event::End(TagEnd::Image));
        }
        Ok(())
    }

    /// The text of an HTML block, as paragraphs.
    fn html_block(&mut self) {
        let Some(block) = self.block.take() else { return };
        self.out.push(Event::Start(Tag::Paragraph));
        for shown in self.html.take(&block, self.cx) {
            match shown {
                Shown::Text(text) => {
                    let words: Vec<&str> = text.split_ascii_whitespace().collect();
                    let before =
                        if text.starts_with(|c: char| c.is_ascii_whitespace()) { " " } else { "" };
                    let after =
                        if text.ends_with(|c: char| c.is_ascii_whitespace()) { " " } else { "" };
                    let text = format!("{before}{}{after}", words.join(" "));
                    self.line.push(self.out.len());
                    self.out.push(Event::Text(text.into()));
                }
                Shown::Break => {
                    self.line.push(self.out.len());
                    self.out.push(Event::HardBreak);
                }
                Shown::Block => {
                    self.end(TagEnd::Paragraph);
                    self.out.push(Event::Start(Tag::Paragraph));
                }
            }
        }
        self.end(TagEnd::Paragraph);
    }

    /// Cleans the paragraph that was read as the one text that it is.
    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        let text = |event: Option<&Fresh>| match event {
            Some(
                Event::Text(t) | Event::Code(t) | Event::InlineMath(t) | Event::DisplayMath(t),
            ) => t.to_string(),
            Some(Event::SoftBreak | Event::HardBreak) => "\n".to_owned(),
            _ => String::new(),
        };
        let mut pieces: Vec<String> = line.iter().map(|at| text(self.out.get(*at))).collect();
        marks::clean_pieces(&mut pieces, "text", self.cx);
        let code = matches!(
            line.first().and_then(|at| self.out.get(at.checked_sub(1)?)),
            Some(Event::Start(Tag::CodeBlock(_)))
        );
        if !code {
            trim(&mut pieces);
        } else if let Some(last) = pieces.last_mut().filter(|last| !last.ends_with('\n')) {
            last.push('\n');
        }
        let mut gone = Vec::new();
        for (at, piece) in line.into_iter().zip(pieces) {
            let Some(event) = self.out.get_mut(at) else { continue };
            match event {
                Event::Text(_) if piece.is_empty() => gone.push(at),
                Event::Text(text) => *text = piece.into(),
                Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_)
                    if piece.trim().is_empty() =>
                {
                    gone.push(at);
                }
                Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                    *text = piece.into();
                }
                Event::SoftBreak | Event::HardBreak if piece.is_empty() => gone.push(at),
                _ => {}
            }
        }
        let mut at = 0_usize;
        let mut gone = gone.into_iter().peekable();
        self.out.retain(|_| {
            let goes = gone.next_if_eq(&at).is_some();
            at = at.saturating_add(1);
            !goes
        });
    }
}

/// Takes blanks and breaks from both ends, and blanks from around breaks.
fn trim(pieces: &mut [String]) {
    let mut at_start = true;
    for piece in pieces.iter_mut() {
        if at_start {
            *piece = piece.trim_start().to_owned();
        }
        at_start = piece.is_empty() && at_start || piece.ends_with('\n');
    }
    let mut at_end = true;
    let mut last = true;
    for piece in pieces.iter_mut().rev() {
        if piece == "\n" && last {
            piece.clear();
        }
        if at_end && piece != "\n" {
            piece.truncate(piece.trim_end().len());
        }
        last &= piece.is_empty();
        at_end = piece.is_empty() && at_end || piece.starts_with('\n');
    }
}

fn is_inline(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// Texts that stand beside each other are one.
fn merged(events: Vec<Fresh>) -> Vec<Fresh> {
    let mut out: Vec<Fresh> = Vec::with_capacity(events.len());
    let mut here = String::new();
    for event in events {
        if let Event::Text(text) = &event {
            here.push_str(text);
            continue;
        }
        if !here.is_empty() {
            out.push(Event::Text(std::mem::take(&mut here).into()));
        }
        out.push(event);
    }
    if !here.is_empty() {
        out.push(Event::Text(here.into()));
    }
    out
}
