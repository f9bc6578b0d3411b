//! The source's say.

use exposure::{
    Agreed, Basis, Circle, Draft, Fact, FactId, Ledger, Mention, Policy, Say, Term, Wording,
    WordingId, breaches, read,
};

fn setup(say: Say) -> (Ledger, FactId) {
    let mut ledger = Ledger::new();
    ledger.roster(100).unwrap();
    let few = ledger.circle(Circle::set("few", (0..50).collect())).unwrap();
    let many = ledger.circle(Circle::set("many", (0..80).collect())).unwrap();
    let exact = Wording::new("exact", few).coarser("vague");
    let fact = Fact::new("f").wording(exact).wording(Wording::new("vague", many).loss(1)).say(say);
    let fact = ledger.fact(fact).unwrap();
    (ledger, fact)
}

fn broken(say: Say, wording: u16, words: Option<&str>) -> Vec<Term> {
    let (ledger, fact) = setup(say);
    let mut mention = Mention::new(fact, WordingId(wording));
    mention.words = words.map(str::to_owned);
    let draft = Draft::default().passage("a", []).passage("b", [mention]);
    let found = breaches(&ledger, &draft, 1_000).unwrap();
    assert!(found.iter().all(|b| b.passage == 1 && b.fact == fact));
    let seen = read(&ledger, &draft, &Policy { k: 20, at_most: 1, now: 1_000 }).unwrap();
    assert_eq!(seen.is_clear(), found.is_empty());
    found.into_iter().map(|b| b.term).collect()
}

#[test]
fn a_draft_that_breaks_a_term_is_not_clear() {
    assert_eq!(broken(Say::default(), 0, None), []);
    assert_eq!(
        broken(Say { basis: Basis::OffTheRecord, ..Say::default() }, 0, None),
        [Term::OffTheRecord]
    );
    assert_eq!(broken(Say { withdrawn: true, ..Say::default() }, 1, None), [Term::Withdrawn]);
    assert_eq!(broken(Say { ask_first: true, ..Say::default() }, 0, None), [Term::NotAsked]);
    assert_eq!(broken(Say { ask_first: true, said_yes: Some(999), ..Say::default() }, 0, None), []);
    assert_eq!(
        broken(Say { not_before: Some(1_001), ..Say::default() }, 0, None),
        [Term::NotBefore(1_001)]
    );
    assert_eq!(broken(Say { not_before: Some(1_000), ..Say::default() }, 0, None), []);
}

#[test]
fn agreed_words_are_kept() {
    let agreed = |words: Option<&str>| Say {
        agreed: vec![Agreed { wording: "vague".into(), words: words.map(str::to_owned) }],
        ..Say::default()
    };
    assert_eq!(broken(agreed(None), 0, None), [Term::WordingNotAgreed]);
    assert_eq!(broken(agreed(None), 1, None), []);
    let words = "a person \"close to\" the talks";
    assert_eq!(broken(agreed(Some(words)), 1, None), [Term::WordsUnseen { agreed: words.into() }]);
    assert_eq!(
        broken(agreed(Some(words)), 1, Some("according to a person  “close to”\nthe talks, who")),
        []
    );
    let changed = broken(agreed(Some(words)), 1, Some("a person in the talks"));
    assert_eq!(changed, [Term::WordsChanged { agreed: words.into() }]);
    // What is coarser than what was agreed gives away less.
    let finer =
        Say { agreed: vec![Agreed { wording: "exact".into(), words: None }], ..Say::default() };
    assert_eq!(broken(finer, 1, None), []);
}
