//! The words that the reader script says. The page has no Fluent, so a message for it is one that a dozen lines of
//! script can fill in (`reader/catalogue.js`): text with variables, or a choice by one number with such text in every variant.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use serde::Serialize;

use super::{Gap, english};

/// What begins the key of a message for the script.
pub(super) const PREFIX: &str = "say-";

/// A message as the page carries it, in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Said {
    /// Variables are in braces: `Word {place} is not in the list.`
    Text(String),
    /// The variable whose number decides; the text by number or plural category (CLDR); the text otherwise.
    Choice(String, BTreeMap<String, String>, String),
}

type Bundle = FluentBundle<std::sync::Arc<FluentResource>>;

/// All of them as one JSON object, by key without [`PREFIX`]; and, for moments, `date` and `month-1` to `month-12`. Ready to stand
/// in an attribute between single quotation marks, because JSON is full of double ones.
pub(super) fn all(bundle: &Bundle) -> Result<String, Gap> {
    let english = english();
    let mut said = BTreeMap::new();
    for key in super::keys(&english).iter().filter(|key| for_script(key)) {
        let fault = |why: String| Gap { key: key.clone(), why };
        let pattern = bundle.get_message(key).and_then(|m| m.value());
        let (said_here, uses) = read(pattern.ok_or_else(|| fault("is missing".into()))?)
            .map_err(|why| fault(why.into()))?;
        let given = english.entries().find_map(|entry| super::pattern_of(entry, key)).map(read);
        let given = given.and_then(Result::ok).map(|(_, uses)| uses).unwrap_or_default();
        if let Some(odd) = uses.difference(&given).next() {
            return Err(fault(format!("has {{ ${odd} }}, which nobody fills in")));
        }
        said.insert(key.strip_prefix(PREFIX).unwrap_or(key).to_owned(), said_here);
    }
    // Only a fault of the library could refuse strings.
    let json = serde_json::to_string(&said).unwrap_or_default();
    Ok(json.replace('&', "&amp;").replace('\'', "&#39;").replace('<', "&lt;"))
}

/// Whether the script gets the message.
pub(super) fn for_script(key: &str) -> bool {
    key.starts_with(PREFIX) || key.starts_with("month-") || key == "date"
}

/// A pattern compiled, and the variables that it has. The error says why it cannot be.
fn read(pattern: &Pattern<&str>) -> Result<(Said, BTreeSet<String>), &'static str> {
    let mut uses = BTreeSet::new();
    let [PatternElement::Placeable { expression: Expression::Select { selector, variants } }] =
        pattern.elements.as_slice()
    else {
        return Ok((Said::Text(text(pattern, &mut uses)?), uses));
    };
    let InlineExpression::VariableReference { id } = selector else {
        return Err("chooses by something else than a variable");
    };
    uses.insert(id.name.to_owned());
    let (mut cases, mut otherwise) = (BTreeMap::new(), String::new());
    for variant in variants {
        let text = text(&variant.value, &mut uses)?;
        let (VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name }) =
            variant.key;
        match variant.default {
            true => otherwise = text,
            false => drop(cases.insert(name.to_owned(), text)),
        }
    }
    Ok((Said::Choice(id.name.to_owned(), cases, otherwise), uses))
}

fn text(pattern: &Pattern<&str>, uses: &mut BTreeSet<String>) -> Result<String, &'static str> {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(&value.replace('\n', " ")),
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => {
                text.push_str(&format!("{{{}}}", id.name));
                uses.insert(id.name.to_owned());
            }
            PatternElement::Placeable { .. } => {
                return Err("has more than text, variables and one choice around all of it");
            }
        }
    }
    match text.trim().is_empty() {
        true => Err("is empty"),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::CATALOGUES;
    use super::*;

    fn compiled(message: &str) -> Result<String, &'static str> {
        let resource = FluentResource::try_new(format!("key = {message}\n")).unwrap();
        let pattern =
            resource.entries().find_map(|entry| super::super::pattern_of(entry, "key")).unwrap();
        read(pattern).map(|(said, _)| serde_json::to_string(&said).unwrap())
    }

    #[test]
    fn messages_become_what_the_script_can_fill_in() {
        assert_eq!(compiled("Word { $n } of\n    { $all }").unwrap(), r#""Word {n} of {all}""#);
        let choice = "{ $n ->\n    [0] None\n    [one] One\n   *[other] { $n } of { $all }\n}";
        assert_eq!(compiled(choice).unwrap(), r#"["n",{"0":"None","one":"One"},"{n} of {all}"]"#);
        for odd in [
            "{ NUMBER($n) }",
            "{ other }",
            "{ $n ->\n   *[other] x\n} more",
            "{ $n ->\n   *[other] { $m ->\n       *[other] x\n    }\n}",
            "{ NUMBER($n) ->\n   *[other] x\n}",
            "{ \"{x}\" }",
        ] {
            assert!(compiled(odd).is_err(), "{odd}");
        }
    }

    /// Keys of `phrase('…'` in the reader script.
    fn spoken(script: &str) -> BTreeSet<String> {
        let after = script.split("phrase('").skip(1);
        after.filter_map(|rest| rest.split('\'').next()).map(str::to_owned).collect()
    }

    #[test]
    fn the_catalogue_has_what_the_script_says_and_no_more() {
        let mut said = BTreeSet::new();
        for file in crate::assets::Script::embedded().unwrap().files.values() {
            said.extend(spoken(std::str::from_utf8(&file.bytes).unwrap()));
        }
        let keys = super::super::keys(&english());
        let keys = keys.iter().filter_map(|key| key.strip_prefix(PREFIX)).map(str::to_owned);
        let mut wanted: BTreeSet<String> = keys.collect();
        wanted.insert("date".to_owned());
        assert_eq!(said, wanted);
        assert_eq!(spoken("phrase('a'); phrase('b', {})").len(), 2);
    }

    #[test]
    fn every_catalogue_can_be_compiled() {
        for (language, text) in CATALOGUES {
            let labels = super::super::Labels::load(language, true, None).unwrap().unwrap();
            let said: serde_json::Value = serde_json::from_str(&labels.said).unwrap();
            assert_eq!(said["question"][0], "place", "{language}");
            assert_eq!(
                said.as_object().unwrap().len(),
                super::super::keys(&FluentResource::try_new(text.to_owned()).unwrap())
                    .iter()
                    .filter(|key| for_script(key))
                    .count()
            );
        }
    }
}
