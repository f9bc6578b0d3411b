//! From text to a filter.

use std::fmt;

use super::{Node, Test};
use crate::fault::hint;
use crate::when::When;

const LONGEST: usize = 4096;
const DEEPEST: usize = 64;

/// What is wrong with a filter, with a caret under the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FilterError {
    /// What is wrong, and the mend.
    pub what: String,
    /// The filter.
    pub text: String,
    /// Where, in characters from the start.
    pub at: usize,
    /// How many characters.
    pub len: usize,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let carets = "^".repeat(self.len.max(1));
        write!(f, "{}\n    {}\n    {}{carets}", self.what, self.text, " ".repeat(self.at))
    }
}

impl FilterError {
    fn new(text: &str, what: impl Into<String>, at: usize, len: usize) -> Self {
        // The caret stands under a single line.
        let line = text.replace(['\n', '\r', '\t'], " ");
        let (start, end) = (chars(text, at), chars(text, at + len));
        Self { what: what.into(), text: line, at: start, len: end - start }
    }

    pub(super) fn column<'a>(
        text: &str,
        at: usize,
        column: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        let all: Vec<_> = known.collect();
        let hint = hint(column, all.iter().copied());
        let what =
            format!("there is no column \"{column}\"{hint}: the columns are {}", all.join(", "));
        let len = text.get(at..).and_then(|t| t.chars().next()).map_or(0, |c| match c {
            '"' | '\'' => column.len() + 2,
            _ => column.len(),
        });
        Self::new(text, what, at, len)
    }
}

fn chars(text: &str, byte: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < byte).count()
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Word(String),
    Quoted(String),
    Equal,
    NotEqual,
    Open,
    Close,
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    at: usize,
    len: usize,
}

pub(super) fn parse(text: &str) -> Result<Node, FilterError> {
    if text.len() > LONGEST {
        let what =
            format!("the filter is longer than {LONGEST} bytes: make it a column of the list");
        return Err(FilterError { what, text: String::new(), at: 0, len: 0 });
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens: &tokens, next: 0, depth: 0 };
    let node = parser.any()?;
    match parser.peek() {
        None => Ok(node),
        Some(extra) => {
            let shown = text.get(extra.at..extra.at + extra.len).unwrap_or("");
            let hint = match &extra.kind {
                Kind::Word(w) => hint(w, ["and", "or"]),
                _ => String::new(),
            };
            let what = format!(
                "\"{shown}\" cannot stand here{hint}: after a test comes \"and\", \"or\" or the end"
            );
            Err(FilterError::new(text, what, extra.at, extra.len))
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let mut push = |kind, len| tokens.push(Token { kind, at, len });
        match c {
            c if c.is_whitespace() => {}
            '(' => push(Kind::Open, 1),
            ')' => push(Kind::Close, 1),
            '=' => {
                let double = rest.next_if(|(_, c)| *c == '=').is_some();
                push(Kind::Equal, 1 + usize::from(double));
            }
            '!' if rest.next_if(|(_, c)| *c == '=').is_some() => push(Kind::NotEqual, 2),
            '"' | '\'' => {
                let mut value = String::new();
                let mut end = None;
                for (i, d) in rest.by_ref() {
                    if d == c {
                        end = Some(i);
                        break;
                    }
                    value.push(d);
                }
                let Some(end) = end else {
                    return Err(FilterError::new(
                        text,
                        "this quotation mark is never closed",
                        at,
                        1,
                    ));
                };
                push(Kind::Quoted(value), end + 1 - at);
            }
            _ => {
                let mut word = String::from(c);
                while let Some((_, d)) =
                    rest.next_if(|(_, d)| !d.is_whitespace() && !"()=!\"'".contains(*d))
                {
                    word.push(d);
                }
                let len = word.len();
                push(Kind::Word(word), len);
            }
        }
    }
    Ok(tokens)
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek().map(|t| &t.kind), Some(Kind::Word(w)) if w.eq_ignore_ascii_case(wanted));
        self.next += usize::from(found);
        found
    }

    fn wrong<T>(&self, what: impl Into<String>) -> Result<T, FilterError> {
        let (at, len) = self.peek().map_or((self.text.len(), 0), |t| (t.at, t.len));
        Err(FilterError::new(self.text, what, at, len))
    }

    fn any(&mut self) -> Result<Node, FilterError> {
        let mut parts = vec![self.all()?];
        while self.word("or") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Node::Or))
    }

    fn all(&mut self) -> Result<Node, FilterError> {
        let mut parts = vec![self.factor()?];
        while self.word("and") {
            parts.push(self.factor()?);
        }
        Ok(one_or(parts, Node::And))
    }

    fn factor(&mut self) -> Result<Node, FilterError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self
                .wrong(format!("the filter is nested more than {DEEPEST} deep: simplify it"));
        }
        let node = if self.word("not") {
            Node::Not(Box::new(self.factor()?))
        } else if let Some(open) = self.peek().filter(|t| t.kind == Kind::Open).cloned() {
            self.next += 1;
            let inner = self.any()?;
            match self.peek().map(|t| &t.kind) {
                Some(Kind::Close) => self.next += 1,
                Some(_) => {
                    return self.wrong("this cannot stand here: write \"and\", \"or\" or \")\"");
                }
                None => {
                    let what = "this bracket is never closed: write \")\"";
                    return Err(FilterError::new(self.text, what, open.at, 1));
                }
            }
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn test(&mut self) -> Result<Node, FilterError> {
        let (column, at) = match self.peek() {
            Some(Token { kind: Kind::Word(w) | Kind::Quoted(w), at, .. }) => (w.clone(), *at),
            _ => return self.wrong("the name of a column is missing, as in: unit = Legal"),
        };
        self.next += 1;
        let tests = ["contains", "before", "after"];
        let kind = self.peek().map(|t| t.kind.clone());
        let name = match kind {
            Some(Kind::Equal) => "=",
            Some(Kind::NotEqual) => "!=",
            Some(Kind::Word(w)) => match tests.iter().find(|t| w.eq_ignore_ascii_case(t)) {
                Some(test) => test,
                None => {
                    let hint = hint(&w, tests);
                    return self.wrong(format!(
                        "\"{w}\" is no test{hint}: the tests are =, !=, contains, before and after"
                    ));
                }
            },
            _ => {
                return self.wrong(
                    "a test is missing after the column: write =, !=, contains, before or after",
                );
            }
        };
        self.next += 1;
        let value = match self.peek() {
            Some(Token { kind: Kind::Word(w) | Kind::Quoted(w), .. }) => w.clone(),
            _ => return self.wrong("a value is missing: write a word, or text in quotation marks"),
        };
        let day = || value.parse::<When>();
        let test = match name {
            "=" => Test::Is,
            "!=" => Test::IsNot,
            "contains" => Test::Contains,
            "before" => match day() {
                Ok(day) => Test::Before(day.unix()),
                Err(what) => return self.wrong(what),
            },
            _ => match day() {
                Ok(day) => Test::After(day.end()),
                Err(what) => return self.wrong(what),
            },
        };
        self.next += 1;
        Ok(Node::Test { column, at, test, value })
    }
}

fn one_or(mut parts: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            many(parts)
        }
    }
}
