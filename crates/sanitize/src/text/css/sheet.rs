//! Style sheets: rules whose selectors are elements, classes and ids, inside each other. Rules with other selectors
//! are left out, and those for other media than screens.

use super::value::{Declaration, Piece, piece, pieces, split};
use cssparser::{ParseError, Parser, Token};
use std::cell::Cell;
use std::collections::HashMap;

/// Rules that are read.
const RULES: usize = 50_000;
/// Comparisons of an element with a rule in one document.
const STEPS: u64 = 200_000_000;
/// At-rules inside each other.
const DEPTH: usize = 8;

/// What selectors ask an element for; all in lower case.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Key {
    pub(in super::super) name: String,
    pub(in super::super) id: Option<String>,
    pub(in super::super) classes: Vec<String>,
}

/// The rules of a document.
#[derive(Default)]
pub(in super::super) struct Sheet {
    rules: Vec<Rule>,
    blocks: Vec<Vec<Declaration>>,
    /// Rules by what their last part asks for.
    index: HashMap<String, Vec<usize>>,
    steps: Cell<u64>,
}

struct Rule {
    /// Outermost first; whether it has to be the parent of the next.
    parts: Vec<(Part, bool)>,
    block: usize,
    weight: [usize; 3],
}

#[derive(Default)]
struct Part {
    name: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

impl Sheet {
    /// Adds the text of a `style` element.
    pub(in super::super) fn add(&mut self, css: &str) {
        self.read(&mut Parser::new(css), 0);
    }

    /// What the rules say about the last element of a line of descent, the strongest last; then its own `style`.
    pub(in super::super) fn of(&self, line: &[Key], own: Vec<Declaration>) -> Vec<Declaration> {
        let Some(last) = line.last() else { return own };
        let keys = last.classes.iter().map(|class| format!(".{class}"));
        let keys = keys.chain(last.id.iter().map(|id| format!("#{id}")));
        let keys = keys.chain([last.name.clone(), "*".to_owned()]);
        let mut found = Vec::new();
        for number in keys.filter_map(|key| self.index.get(&key)).flatten() {
            let Some(rule) = self.rules.get(*number) else { continue };
            if self.matches(rule, line) {
                found.push((rule.weight, *number, rule.block));
            }
        }
        found.sort_unstable();
        let mut all: Vec<Declaration> = found
            .into_iter()
            .filter_map(|(_, _, block)| self.blocks.get(block))
            .flatten()
            .cloned()
            .chain(own)
            .collect();
        all.sort_by_key(|declaration| declaration.important);
        all
    }

    /// Whether the document has more rules for more elements than can be looked at.
    pub(in super::super) fn too_much(&self) -> bool {
        self.rules.len() >= RULES || self.steps.get() >= STEPS
    }

    fn matches(&self, rule: &Rule, line: &[Key]) -> bool {
        let mut at = line.len();
        let mut last = true;
        for (part, child) in rule.parts.iter().rev() {
            // The last part is for the element itself.
            let only_next = std::mem::take(&mut last) || *child;
            loop {
                let steps = self.steps.get().saturating_add(1);
                self.steps.set(steps);
                let Some(next) = at.checked_sub(1).filter(|_| steps < STEPS) else { return false };
                at = next;
                if line.get(at).is_some_and(|key| part.fits(key)) {
                    break;
                }
                if only_next {
                    return false;
                }
            }
        }
        true
    }

    fn read(&mut self, parser: &mut Parser<'_>, depth: usize) {
        let mut prelude = Vec::new();
        let mut at_rule: Option<String> = None;
        while let Ok(token) = parser.next_including_whitespace().cloned() {
            match token {
                Token::AtKeyword(name) => at_rule = Some(name.to_ascii_lowercase()),
                Token::Semicolon => {
                    prelude.clear();
                    at_rule = None;
                }
                Token::CurlyBracketBlock => {
                    let inside = match at_rule.as_deref() {
                        Some("media") => for_screens(&prelude),
                        Some("supports" | "layer") => true,
                        _ => false,
                    };
                    let _ = parser.parse_nested_block(|inner| {
                        if at_rule.is_none() {
                            let block = split(pieces(inner));
                            self.rule(&prelude, block);
                        } else if inside && depth < DEPTH {
                            self.read(inner, depth + 1);
                        }
                        Ok::<(), ParseError<()>>(())
                    });
                    prelude.clear();
                    at_rule = None;
                }
                token => prelude.extend(piece(&token)),
            }
        }
    }

    fn rule(&mut self, prelude: &[Piece], block: Vec<Declaration>) {
        if block.is_empty() {
            return;
        }
        let number = self.blocks.len();
        for selector in prelude.split(|piece| *piece == Piece::Sign(',')) {
            if self.rules.len() >= RULES {
                return;
            }
            let Some(parts) = parts(selector) else { continue };
            let Some((last, _)) = parts.last() else { continue };
            let key = last.classes.first().map(|class| format!(".{class}"));
            let key = key.or_else(|| last.id.as_ref().map(|id| format!("#{id}")));
            let key = key.or_else(|| last.name.clone()).unwrap_or_else(|| "*".to_owned());
            self.index.entry(key).or_default().push(self.rules.len());
            let weight = [
                parts.iter().filter(|(part, _)| part.id.is_some()).count(),
                parts.iter().map(|(part, _)| part.classes.len()).sum(),
                parts.iter().filter(|(part, _)| part.name.is_some()).count(),
            ];
            self.rules.push(Rule { parts, block: number, weight });
        }
        self.blocks.push(block);
    }
}

impl Part {
    fn fits(&self, key: &Key) -> bool {
        self.name.as_ref().is_none_or(|name| *name == key.name)
            && self.id.as_ref().is_none_or(|id| key.id.as_ref() == Some(id))
            && self.classes.iter().all(|class| key.classes.contains(class))
    }
}

fn for_screens(prelude: &[Piece]) -> bool {
    prelude.iter().all(|piece| match piece {
        Piece::Space | Piece::Sign(',') => true,
        Piece::Word(word) => matches!(word.as_str(), "screen" | "all" | "only" | "print"),
        _ => false,
    }) && prelude.iter().any(|p| matches!(p, Piece::Word(w) if w == "screen" || w == "all"))
}

/// The parts of a selector, if it has none but those that we know.
fn parts(selector: &[Piece]) -> Option<Vec<(Part, bool)>> {
    let mut out: Vec<(Part, bool)> = Vec::new();
    let mut here: Option<Part> = None;
    let mut pieces = selector.iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Space => out.extend(here.take().map(|part| (part, false))),
            Piece::Sign('>') => {
                out.extend(here.take().map(|part| (part, false)));
                out.last_mut()?.1 = true;
            }
            Piece::Sign('*') => _ = here.get_or_insert_default(),
            Piece::Word(name) => here.get_or_insert_default().name = Some(name.clone()),
            Piece::Hash(id) => here.get_or_insert_default().id = Some(id.clone()),
            Piece::Sign('.') => match pieces.next() {
                Some(Piece::Word(class)) => {
                    here.get_or_insert_default().classes.push(class.clone())
                }
                _ => return None,
            },
            Piece::Sign(':') => match pieces.next() {
                Some(Piece::Word(word)) if word == "root" => {
                    here.get_or_insert_default().name = Some("html".to_owned());
                }
                _ => return None,
            },
            _ => return None,
        }
    }
    out.extend(here.map(|part| (part, false)));
    (!out.is_empty()).then_some(out)
}
