//! Web pages, by what a reader will see. Only the tokenizer is used: no tree is built, so that nesting costs nothing.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind,
};

use super::Builder;

pub(super) fn read(html: &str, build: &mut Builder) {
    tokens(html, 1, build);
}

/// A piece of HTML inside of something else, beginning at a line.
pub(super) fn fragment(html: &str, line: u64, build: &mut Builder) {
    tokens(html, line, build);
}

fn tokens(html: &str, line: u64, build: &mut Builder) {
    let taken = std::mem::take(build);
    let sink =
        Sink(RefCell::new(State { build: taken, hidden: None, before: line.saturating_sub(1) }));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // It pauses at some tags; there is nothing to do then but to go on.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    *build = tokenizer.sink.0.into_inner().build;
}

struct State {
    build: Builder,
    /// The element whose text no reader sees.
    hidden: Option<String>,
    before: u64,
}

struct Sink(RefCell<State>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => return state.tag(&tag, line),
            Token::CharacterTokens(text) if state.hidden.is_none() => {
                // The line is that of the end of the words.
                let inside = text.bytes().filter(|b| *b == b'\n').count() as u64;
                let first = (line + state.before).saturating_sub(inside);
                state.build.words(&text, first);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn tag(&mut self, tag: &Tag, line: u64) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let opens = tag.kind == TagKind::StartTag;
        if let Some(hidden) = &self.hidden {
            if !opens && hidden == name {
                self.hidden = None;
            }
            return TokenSinkResult::Continue;
        }
        if opens {
            let text_of = |wanted: &str| {
                let found = tag.attrs.iter().find(|a| &*a.name.local == wanted);
                found.map(|a| a.value.to_string()).unwrap_or_default()
            };
            let raw = match name {
                "script" => Some(RawKind::ScriptData),
                "style" | "noembed" | "noframes" | "iframe" | "xmp" => Some(RawKind::Rawtext),
                _ => None,
            };
            if let Some(raw) = raw {
                self.hidden = Some(name.to_owned());
                return TokenSinkResult::RawData(raw);
            }
            match name {
                "title" | "textarea" => {
                    self.build.end();
                    return TokenSinkResult::RawData(RawKind::Rcdata);
                }
                "template" => self.hidden = Some(name.to_owned()),
                // What a reader, or a preview, may be shown instead of a picture.
                "img" => {
                    self.build.gap();
                    self.build.words(&text_of("alt"), line + self.before);
                    self.build.gap();
                }
                "meta" if matches!(text_of("name").as_str(), "description") => {
                    self.build.end();
                    self.build.words(&text_of("content"), line + self.before);
                    self.build.end();
                }
                _ => {}
            }
        }
        match name {
            "br" | "td" | "th" | "option" => self.build.gap(),
            name if INLINE.contains(&name) => {}
            _ => self.build.end(),
        }
        TokenSinkResult::Continue
    }
}

/// Elements that do not end a paragraph.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "picture",
    "source",
];
