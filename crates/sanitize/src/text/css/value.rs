//! Declarations (CSS Syntax 3) as flat lists of tokens, in lower case, without comments and escapes.

use cssparser::{Parser, Token};

/// Blocks and functions inside each other that are looked into.
const DEPTH: usize = 8;

/// A piece of a value or a selector.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Piece {
    Word(String),
    /// With its unit; `%` for percentages, which are out of 100.
    Number(f32, String),
    Hash(String),
    /// What is in the brackets follows.
    Function(String),
    /// A picture or another file; if it is empty, the text that follows is its name.
    Address(String),
    /// In quotes.
    Text(String),
    Space,
    Sign(char),
}

/// A property and its value.
#[derive(Clone, Debug)]
pub(in super::super) struct Declaration {
    pub(in super::super) name: String,
    pub(in super::super) value: Vec<Piece>,
    pub(in super::super) important: bool,
}

/// The declarations of a `style` attribute.
pub(in super::super) fn declarations(css: &str) -> Vec<Declaration> {
    split(pieces(&mut Parser::new(css)))
}

/// A presentation attribute (`fill="none"`, `bgcolor="#fff"`) as a declaration.
pub(in super::super) fn presentation(name: &str, value: &str) -> Declaration {
    let value = pieces(&mut Parser::new(value));
    Declaration { name: name.to_owned(), value, important: false }
}

/// Everything up to the end of this block.
pub(super) fn pieces(parser: &mut Parser<'_>) -> Vec<Piece> {
    let mut out = Vec::new();
    collect(parser, 0, &mut out);
    out
}

fn collect(parser: &mut Parser<'_>, depth: usize, out: &mut Vec<Piece>) {
    while let Ok(token) = parser.next_including_whitespace().cloned() {
        let block = matches!(
            token,
            Token::Function(_)
                | Token::ParenthesisBlock
                | Token::SquareBracketBlock
                | Token::CurlyBracketBlock
        );
        match piece(&token) {
            // Inside of brackets nothing is separated.
            Some(Piece::Sign(',' | ';' | ':')) if depth > 0 => out.push(Piece::Space),
            Some(piece) => out.push(piece),
            None => {}
        }
        if block && depth < DEPTH {
            let _ = parser.parse_nested_block(|inner| {
                collect(inner, depth + 1, out);
                Ok::<(), cssparser::ParseError<()>>(())
            });
        }
    }
}

pub(super) fn piece(token: &Token<'_>) -> Option<Piece> {
    Some(match token {
        Token::Ident(word) => Piece::Word(word.to_ascii_lowercase()),
        Token::Hash(word) | Token::IDHash(word) => Piece::Hash(word.to_ascii_lowercase()),
        Token::Function(name) if name.eq_ignore_ascii_case("url") => Piece::Address(String::new()),
        Token::QuotedString(text) => Piece::Text(text.to_string()),
        Token::Function(name) => Piece::Function(name.to_ascii_lowercase()),
        Token::ParenthesisBlock => Piece::Function(String::new()),
        Token::SquareBracketBlock => Piece::Function("[".to_owned()),
        Token::CurlyBracketBlock => Piece::Function("{".to_owned()),
        Token::UnquotedUrl(address) | Token::BadUrl(address) => Piece::Address(address.to_string()),
        Token::Number { value, .. } => Piece::Number(*value, String::new()),
        Token::Percentage { unit_value, .. } => Piece::Number(unit_value * 100.0, "%".to_owned()),
        Token::Dimension { value, unit, .. } => Piece::Number(*value, unit.to_ascii_lowercase()),
        Token::WhiteSpace(_) => Piece::Space,
        Token::Delim(sign) => Piece::Sign(*sign),
        Token::Colon => Piece::Sign(':'),
        Token::Semicolon => Piece::Sign(';'),
        Token::Comma => Piece::Sign(','),
        _ => return None,
    })
}

/// Cuts a block into its declarations.
pub(super) fn split(block: Vec<Piece>) -> Vec<Declaration> {
    let mut out = Vec::new();
    for part in block.split(|piece| *piece == Piece::Sign(';')) {
        let mut rest = part.iter().skip_while(|piece| **piece == Piece::Space);
        let Some(Piece::Word(name)) = rest.next() else { continue };
        let mut rest = rest.skip_while(|piece| **piece == Piece::Space);
        if rest.next() != Some(&Piece::Sign(':')) {
            continue;
        }
        let mut value: Vec<Piece> = rest.filter(|piece| **piece != Piece::Space).cloned().collect();
        let important = value.ends_with(&[Piece::Sign('!'), Piece::Word("important".to_owned())]);
        value.truncate(value.len().saturating_sub(if important { 2 } else { 0 }));
        out.push(Declaration { name: name.clone(), value, important });
    }
    out
}
