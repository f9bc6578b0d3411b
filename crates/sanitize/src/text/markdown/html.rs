//! HTML inside Markdown: what is hidden by it, and what is text in it.

use super::super::css::{Key, Look, Sheet};
use super::super::html::names::{is_inline, is_void, unseen};
use super::super::html::tokens::{self, Piece, attribute};
use crate::{Context, Kind};
use html5ever::tokenizer::Tag;

const PLACE: &str = "HTML";

/// Open elements that are remembered; those beyond are taken for the last of them.
const DEPTH: usize = 200;

/// The elements that are open at a place of the document.
pub(super) struct Html {
    open: Vec<(Key, Look, bool)>,
    sheet: Sheet,
}

/// What a piece of HTML shows.
pub(super) enum Shown {
    Text(String),
    Break,
    /// A new paragraph begins.
    Block,
}

impl Html {
    /// With the style sheets of the document, since a rule counts for what stands before it, too.
    pub(super) fn new(pieces: &[Piece]) -> Self {
        let mut sheet = Sheet::default();
        for pair in pieces.windows(2) {
            if let [Piece::Start(tag), Piece::Text(css)] = pair
                && &*tag.name == "style"
            {
                sheet.add(css);
            }
        }
        Self { open: Vec::new(), sheet }
    }

    /// Whether the document has more style rules than can be looked at.
    pub(super) fn too_much(&self) -> bool {
        self.sheet.too_much()
    }

    /// Whether nothing of what stands here is seen.
    pub(super) fn hides(&self) -> bool {
        self.open.last().is_some_and(|(_, look, hidden)| *hidden || look.unseen().is_some())
    }

    /// Takes a piece of HTML and gives what it shows.
    pub(super) fn take(&mut self, html: &str, cx: &mut Context<'_>) -> Vec<Shown> {
        let mut out = Vec::new();
        for piece in tokens::pieces(html) {
            match piece {
                Piece::Comment => cx.removed(Kind::UnusedData, PLACE, "comments and instructions"),
                Piece::Text(text) if !self.hides() => out.push(Shown::Text(text)),
                Piece::Text(_) => {}
                Piece::Start(tag) => self.start(&tag, &mut out, cx),
                Piece::End(name) => {
                    let last = self.open.iter().rposition(|(key, _, _)| key.name == name);
                    self.open.truncate(last.unwrap_or(self.open.len()));
                    if !is_inline(&name) {
                        out.push(Shown::Block);
                    }
                }
            }
        }
        out
    }

    fn start(&mut self, tag: &Tag, out: &mut Vec<Shown>, cx: &mut Context<'_>) {
        let name = &*tag.name;
        if !tag.attrs.is_empty() {
            cx.removed(Kind::UnusedData, PLACE, "attributes of elements");
        }
        if attribute(&tag.attrs, "href").or(attribute(&tag.attrs, "src")).is_some() {
            cx.removed(Kind::ExternalReferences, PLACE, "addresses");
        }
        if !is_inline(name) && name != "br" {
            out.push(Shown::Block);
        }
        let gone = unseen(name);
        if let Some((kind, what)) = gone {
            cx.removed(kind, PLACE, what);
        }
        match name {
            "br" if !self.hides() => out.push(Shown::Break),
            "img" => cx.removed(Kind::ExternalReferences, PLACE, "pictures"),
            _ => {}
        }
        if is_void(name) {
            return;
        }
        let key = tokens::key(name, &tag.attrs);
        let (before, inside) =
            self.open.last().map_or((Look::default(), false), |(_, look, hidden)| (*look, *hidden));
        let mut line: Vec<Key> = self.open.iter().map(|(key, _, _)| key.clone()).collect();
        line.push(key.clone());
        let declared = self.sheet.of(&line, tokens::own_style(name, &tag.attrs));
        let (look, why) = match before.inside(&declared) {
            Ok(look) => (look, look.unseen().filter(|_| before.unseen().is_none())),
            Err(why) => (before, Some(why)),
        };
        let closed = name == "dialog" && attribute(&tag.attrs, "open").is_none();
        let attr = attribute(&tag.attrs, "hidden").is_some() || closed;
        let why = why.or(attr.then_some("elements that are not displayed"));
        let (mut look, mut hidden) = (look, inside || gone.is_some());
        if let Some(why) = why.filter(|_| !hidden) {
            if cx.keeps(Kind::HiddenText) {
                cx.kept(Kind::HiddenText, PLACE, why);
                look = Look::default();
            } else {
                cx.removed(Kind::HiddenText, PLACE, why);
                hidden |= look.unseen().is_none();
            }
        }
        if self.open.len() >= DEPTH {
            self.open.pop();
        }
        self.open.push((key, look, hidden));
    }
}
