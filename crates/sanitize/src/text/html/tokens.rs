//! Pieces of HTML inside another text, as tokens: no tree is built, so that nesting costs nothing.

use super::super::css::{Declaration, Key, declarations, presentation};
use html5ever::Attribute;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;

/// A piece of HTML.
pub(in super::super) enum Piece {
    Start(Tag),
    End(String),
    Text(String),
    /// A comment, instruction or declaration.
    Comment,
}

/// The pieces of a text, in order.
pub(in super::super) fn pieces(html: &str) -> Vec<Piece> {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // It pauses at some tags; there is nothing to do then but to go on.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Sink(RefCell<Vec<Piece>>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut all = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => {
                all.push(Piece::End(tag.name.to_string()));
            }
            Token::TagToken(tag) => {
                let raw = match &*tag.name {
                    "script" => Some(RawKind::ScriptData),
                    "style" | "noembed" | "noframes" | "iframe" | "xmp" | "noscript" => {
                        Some(RawKind::Rawtext)
                    }
                    "title" | "textarea" => Some(RawKind::Rcdata),
                    _ => None,
                };
                all.push(Piece::Start(tag));
                if let Some(raw) = raw {
                    return TokenSinkResult::RawData(raw);
                }
            }
            Token::CharacterTokens(text) => match all.last_mut() {
                Some(Piece::Text(before)) => before.push_str(&text),
                _ => all.push(Piece::Text(text.to_string())),
            },
            Token::CommentToken(_) | Token::DoctypeToken(_) => all.push(Piece::Comment),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// An attribute's value.
pub(in super::super) fn attribute<'a>(attrs: &'a [Attribute], name: &str) -> Option<&'a str> {
    attrs.iter().find(|attr| &*attr.name.local == name).map(|attr| &*attr.value)
}

/// What style sheets ask an element for.
pub(in super::super) fn key(name: &str, attrs: &[Attribute]) -> Key {
    Key {
        name: name.to_ascii_lowercase(),
        id: attribute(attrs, "id").map(str::to_ascii_lowercase),
        classes: attribute(attrs, "class")
            .map(|all| all.split_ascii_whitespace().map(str::to_ascii_lowercase).collect())
            .unwrap_or_default(),
    }
}

/// What the element itself says about its look, older attributes first.
pub(in super::super) fn own_style(name: &str, attrs: &[Attribute]) -> Vec<Declaration> {
    let mut all = Vec::new();
    for (attr, property) in [
        ("bgcolor", "background-color"),
        ("background", "background-image"),
        ("text", "color"),
        ("color", "color"),
    ] {
        let applies = match attr {
            "text" => name == "body",
            "color" => name == "font",
            _ => {
                matches!(name, "body" | "table" | "tr" | "td" | "th" | "tbody" | "thead" | "tfoot")
            }
        };
        if let Some(value) = attribute(attrs, attr).filter(|_| applies) {
            let value = if attr == "background" { "url(x)" } else { value };
            all.push(presentation(property, value));
        }
    }
    if let Some(style) = attribute(attrs, "style") {
        all.extend(declarations(style));
    }
    all
}
