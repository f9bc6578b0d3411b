//! Style sheets: read into declarations of single elements, of which those that we know are written anew.

mod values;

use super::super::xml::Node;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
pub(super) use values::{colour_in, coloured, pale, pixels, rgb};

/// Rules of one book's sheets; a thousand are many.
const RULES: usize = 20_000;

/// Declarations of one rule; there are not that many properties.
const DECLARATIONS: usize = 300;

/// What an element is to selectors.
#[derive(Clone, Default)]
pub(super) struct Facts {
    name: &'static str,
    id: Option<String>,
    classes: Vec<String>,
}

impl Facts {
    pub(super) fn of(node: &Node) -> Self {
        let classes = node.attr("class").unwrap_or_default();
        Self {
            name: node.name.trim_start_matches("h:"),
            id: node.attr("id").map(str::to_owned),
            classes: classes.split_ascii_whitespace().map(str::to_owned).collect(),
        }
    }
}

/// A part of a selector that is about one element: `p.first`.
#[derive(Default)]
struct Compound {
    name: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
    /// It must be the parent of what follows, not just around it.
    parent: bool,
}

impl Compound {
    fn matches(&self, facts: &Facts) -> bool {
        self.name.as_ref().is_none_or(|name| name == facts.name)
            && self.id.as_ref().is_none_or(|id| facts.id.as_ref() == Some(id))
            && self.classes.iter().all(|class| facts.classes.contains(class))
    }
}

struct Rule {
    /// Outermost first.
    selector: Vec<Compound>,
    weight: (usize, usize, usize),
    declarations: Rc<[(String, String, bool)]>,
}

/// Declarations that hold for one element.
pub(super) type Look = BTreeMap<String, String>;

/// The rules of some style sheets.
#[derive(Default)]
pub(super) struct Sheet {
    rules: Vec<Rule>,
    /// Rules by what the last part of their selector asks for first: an id, a class, a name, or nothing.
    index: HashMap<String, Vec<usize>>,
    /// Rules that were met and are not applied.
    pub(super) skipped: u64,
    /// Rules and declarations that were looked at.
    pub(super) work: Cell<u64>,
}

impl Sheet {
    /// Adds the rules of a sheet; what is not understood is skipped.
    pub(super) fn add(&mut self, text: &str) {
        let text = without_comments(text);
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['{', ';']) {
            let (head, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            if after.starts_with(';') {
                rest = after.get(1..).unwrap_or("");
                self.skipped += 1;
                continue;
            }
            let (block, after) = block(after);
            rest = after;
            if head.trim_start().starts_with('@') {
                self.skipped += 1;
                continue;
            }
            let declared: Rc<[_]> = declarations(block).into();
            for one in head.split(',') {
                match selector(one) {
                    Some(selector) if self.rules.len() < RULES => {
                        self.rule(selector, declared.clone())
                    }
                    _ => self.skipped += 1,
                }
            }
        }
    }

    fn rule(&mut self, selector: Vec<Compound>, declarations: Rc<[(String, String, bool)]>) {
        let Some(last) = selector.last() else { return };
        let key = match (&last.id, last.classes.first(), &last.name) {
            (Some(id), _, _) => format!("#{id}"),
            (_, Some(class), _) => format!(".{class}"),
            (_, _, Some(name)) => name.clone(),
            _ => String::new(),
        };
        let count = |f: fn(&Compound) -> usize| selector.iter().map(f).sum::<usize>();
        let weight = (
            count(|one| usize::from(one.id.is_some())),
            count(|one| one.classes.len()),
            count(|one| usize::from(one.name.is_some())),
        );
        self.index.entry(key).or_default().push(self.rules.len());
        self.rules.push(Rule { selector, weight, declarations });
    }

    fn works(&self, steps: usize) {
        self.work.set(self.work.get().saturating_add(steps as u64));
    }

    /// What holds for the last element of a path, with its own `style` attribute.
    pub(super) fn look(&self, path: &[Facts], own: Option<&str>) -> Look {
        let Some(facts) = path.last() else { return Look::new() };
        let mut keys: Vec<String> = facts.classes.iter().map(|class| format!(".{class}")).collect();
        keys.extend(facts.id.as_ref().map(|id| format!("#{id}")));
        keys.extend([facts.name.to_owned(), String::new()]);
        let mut found: Vec<(usize, &Rule)> = keys
            .iter()
            .filter_map(|key| self.index.get(key))
            .flatten()
            .filter_map(|at| Some((*at, self.rules.get(*at)?)))
            .inspect(|(_, rule)| self.works(rule.selector.len() + path.len()))
            .filter(|(_, rule)| matches(&rule.selector, path))
            .inspect(|(_, rule)| self.works(rule.declarations.len() * 2))
            .collect();
        found.sort_by_key(|(at, rule)| (rule.weight, *at));
        let own = own.map(declarations).unwrap_or_default();
        let all = || found.iter().flat_map(|(_, rule)| rule.declarations.iter()).chain(&own);
        let mut look = Look::new();
        for important in [false, true] {
            for (name, value, _) in all().filter(|(_, _, loud)| *loud == important) {
                look.insert(name.clone(), value.clone());
            }
        }
        look
    }
}

/// The declarations of a look that we write, as one text.
pub(super) fn written(look: &Look) -> String {
    let mut out = String::new();
    // Of a shorthand the colour: what is written on it may need it.
    let ground = look.get("background").filter(|_| !look.contains_key("background-color"));
    if let Some(colour) = ground.and_then(|value| colour_in(value)) {
        out.push_str(&format!("background-color:{colour};"));
    }
    for (name, value) in look {
        if let Some(value) = values::allowed(name, value) {
            out.push_str(&format!("{name}:{value};"));
        }
    }
    out
}

/// Whether a sheet is one that we wrote: classes of ours with declarations that we know.
pub(super) fn ours(sheet: &str) -> bool {
    sheet.lines().all(|line| {
        let Some((class, rest)) = line.split_once('{') else { return false };
        let number = class.strip_prefix(".s").unwrap_or("");
        let Some(body) = rest.strip_suffix('}') else { return false };
        (1..=7).contains(&number.len())
            && number.chars().all(|c| c.is_ascii_digit())
            && body.split_terminator(';').all(|one| {
                one.split_once(':').is_some_and(|(name, value)| {
                    values::allowed(name, value).as_deref() == Some(value)
                })
            })
    })
}

fn matches(selector: &[Compound], path: &[Facts]) -> bool {
    let Some(((last, rest), (facts, mut around))) = selector.split_last().zip(path.split_last())
    else {
        return false;
    };
    if !last.matches(facts) {
        return false;
    }
    for one in rest.iter().rev() {
        loop {
            let Some((facts, further)) = around.split_last() else { return false };
            around = further;
            if one.matches(facts) {
                break;
            }
            if one.parent {
                return false;
            }
        }
    }
    true
}

fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        out.push(' ');
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.replace("<!--", " ").replace("-->", " ")
}

/// What is between a brace and its partner, and what follows.
fn block(text: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return (text.get(1..at).unwrap_or(""), text.get(at + 1..).unwrap_or(""));
        }
    }
    (text.get(1..).unwrap_or(""), "")
}

fn declarations(block: &str) -> Vec<(String, String, bool)> {
    block
        .split(';')
        .take(DECLARATIONS)
        .filter_map(|one| {
            let (name, value) = one.split_once(':')?;
            let value = value.trim().to_ascii_lowercase();
            let (value, loud) = match value.strip_suffix("important") {
                Some(rest) => (rest.trim_end().trim_end_matches('!').trim_end().to_owned(), true),
                None => (value, false),
            };
            Some((name.trim().to_ascii_lowercase(), value, loud))
        })
        .collect()
}

/// Elements, classes and ids, one in the other; nothing for what asks for more.
fn selector(text: &str) -> Option<Vec<Compound>> {
    let text = text.replace('>', " > ");
    let mut all: Vec<Compound> = Vec::new();
    for word in text.split_ascii_whitespace() {
        if word == ">" {
            all.last_mut()?.parent = true;
            continue;
        }
        let mut one = Compound::default();
        let mut rest = word;
        while !rest.is_empty() {
            let sign = rest.chars().next().filter(|c| matches!(c, '.' | '#' | '*'));
            let from = usize::from(sign.is_some());
            let tail = rest.get(from..)?;
            let end = tail
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
                .unwrap_or(tail.len());
            let (name, after) = tail.split_at_checked(end)?;
            match sign {
                Some('*') if name.is_empty() => {}
                _ if name.is_empty() => return None,
                Some('.') => one.classes.push(name.to_owned()),
                Some('#') => one.id = Some(name.to_owned()),
                Some(_) => return None,
                None => one.name = Some(name.to_ascii_lowercase()),
            }
            rest = after;
        }
        all.push(one);
    }
    (!all.is_empty() && all.len() <= 20).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &'static str, class: &str) -> Facts {
        Facts::of(&Node::new(name, &[("class", class)]))
    }

    #[test]
    fn rules_hold_for_what_they_select_and_the_heavier_one_wins() {
        let mut sheet = Sheet::default();
        sheet.add("@import url(x.css); /* p{color:red} */ @media print { p { color: blue } } p { color: #111111; margin: 0 } .a > p { color: #222222 } div p.b { color: #333333 } p:first-letter { color: #444444 }");
        let colour =
            |path: &[Facts], own| sheet.look(path, own).get("color").cloned().unwrap_or_default();
        let (a, b) = (facts("h:div", "a"), facts("h:p", "b"));
        assert_eq!(colour(&[facts("h:p", "")], None), "#111111");
        assert_eq!(colour(&[a.clone(), facts("h:p", "")], None), "#222222");
        assert_eq!(colour(&[a.clone(), facts("h:section", ""), facts("h:p", "")], None), "#111111");
        assert_eq!(colour(&[a.clone(), b.clone()], None), "#333333");
        assert_eq!(colour(&[a, b], Some("COLOR: #555555")), "#555555");
        assert_eq!(sheet.skipped, 3);
    }

    #[test]
    fn a_broken_sheet_ends() {
        for text in ["{", "}", "a{b", "/*", "@x", "{{{{", "a{}b{c:d", "é{ü:ö}", ";;;", ".{x:y}"]
        {
            Sheet::default().add(text);
        }
    }

    #[test]
    fn only_what_we_write_is_ours() {
        assert!(ours(".s1{margin:0;text-align:center;}\n.s2{color:#112233;}"));
        for text in [
            "p{margin:0;}",
            ".s1{margin:0;} /* x */",
            ".s1{content:marker;}",
            ".s1{color:url(x);}",
            "marker",
        ] {
            assert!(!ours(text), "{text}");
        }
    }
}
