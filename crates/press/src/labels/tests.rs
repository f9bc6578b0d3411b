//! The catalogues beside one another, and what a paper may bring.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Expression, InlineExpression, PatternElement};

use super::*;

/// Names of variables in a pattern.
fn variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(InlineExpression::VariableReference { id }) => {
                found.insert(id.name.to_owned());
            }
            Expression::Select { selector, variants } => {
                if let InlineExpression::VariableReference { id } = selector {
                    found.insert(id.name.to_owned());
                }
                variants.iter().for_each(|v| variables(&v.value, found));
            }
            Expression::Inline(other) => panic!("{other:?}: teach this test"),
        }
    }
}

fn messages(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let resource =
        FluentResource::try_new(text.to_owned()).unwrap_or_else(|(_, e)| panic!("{e:?}"));
    let mut all = BTreeMap::new();
    for entry in resource.entries() {
        match entry {
            Entry::Message(message) => {
                let mut found = BTreeSet::new();
                variables(message.value.as_ref().unwrap(), &mut found);
                assert!(
                    all.insert(message.id.name.to_owned(), found).is_none(),
                    "twice: {}",
                    message.id.name
                );
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
            other => panic!("{other:?}: teach this test"),
        }
    }
    all
}

/// What another catalogue has otherwise than the English one.
fn differences(other: &str) -> Vec<String> {
    let (english, other) = (messages(CATALOGUES[0].1), messages(other));
    let keys: BTreeSet<_> = english.keys().chain(other.keys()).collect();
    keys.into_iter().filter(|key| english.get(*key) != other.get(*key)).cloned().collect()
}

#[test]
fn every_catalogue_has_every_message_with_the_same_variables() {
    for (language, text) in CATALOGUES {
        assert_eq!(differences(text), Vec::<String>::new(), "{language}");
    }
    // The comparison sees what it is there for.
    let german = CATALOGUES[1].1;
    for (from, to, key) in [
        ("turn-off = Ausschalten\n", "", "turn-off"),
        ("{ $month }", "{ $mond }", "date"),
        ("notes = ", "nodes = ", "nodes notes"),
    ] {
        assert!(german.contains(from));
        assert_eq!(differences(&german.replacen(from, to, 1)).join(" "), key);
    }
}

#[test]
fn the_english_catalogue_has_what_pages_print_and_no_more() {
    let printed = PLAIN.iter().map(|name| name.replace('_', "-"));
    let months = (1..=12).map(|n| format!("month-{n}"));
    let others = FILLED.iter().chain(&[REVIEWED]).map(|s| (*s).to_owned());
    let wanted: BTreeSet<String> = printed.chain(months).chain(others).collect();
    // A test of `said` compares the others with the script.
    let keys = english_keys().into_iter().filter(|key| !key.starts_with(said::PREFIX));
    assert_eq!(keys.collect::<BTreeSet<_>>(), wanted);
}

#[test]
fn every_catalogue_can_be_printed_once_it_is_reviewed() {
    for (language, day) in [
        ("en", "5 March 2026"),
        ("en-GB", "5 March 2026"),
        ("de", "5. März 2026"),
        ("ar-EG", "5 مارس 2026"),
    ] {
        let labels = Labels::load(language, true, None).unwrap().unwrap();
        assert_eq!(labels.date(5, 3, 2026), day);
        assert!(labels.withdrawn_title("\u{2068}A").contains("\u{2068}A"));
    }
}

#[test]
fn drafts_and_languages_without_words_are_refused() {
    let refused = |language, own| Labels::load(language, false, own).unwrap().unwrap_err();
    for language in ["de", "de-AT", "ar"] {
        let why = refused(language, None);
        assert!(why.problem.contains("no speaker has reviewed"), "{}", why.problem);
        assert!(why.mend.contains("words_reviewed_by"), "{}", why.mend);
    }
    assert!(refused("fr", None).problem.contains("no words in \"fr\""));
    let some = refused("fr", Some("date = { $day } { $month } { $year }\n"));
    assert!(some.problem.contains("is the first of"), "{}", some.problem);
    // A paper that brings every word needs nobody's review.
    for language in ["fr", "de"] {
        assert!(Labels::load(language, false, Some(CATALOGUES[0].1)).unwrap().is_ok());
    }
}

#[test]
fn own_words_stand_over_the_catalogue_and_their_faults_name_the_line() {
    let load = |own: &str| Labels::load("en", false, Some(own)).map(Result::unwrap);
    assert_eq!(load("\nread-more = More\n").unwrap().read_more, "More");
    for (own, line, words) in [
        ("\nreed-more = More\n", 2, "no page prints `reed-more`; remove it"),
        ("skip = A\n\n!!\n", 3, "no Fluent message"),
        ("# x\nskip = { $day }\n", 2, "`skip` cannot be filled in"),
        ("date = { $day } { $year }\n", 1, "`date` lacks"),
        ("\nsay-once = { $when }\n", 2, "`say-once` has { $when }, which nobody fills in"),
        ("say-room = { NUMBER($count) }\n", 1, "`say-room` has more than text"),
    ] {
        let error = load(own).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("words.ftl:{line}: ")) && error.contains(words),
            "{error}"
        );
    }
}
