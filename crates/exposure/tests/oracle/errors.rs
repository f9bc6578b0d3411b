//! Bad ledgers: each fault is named, with its place and how to mend it.

use exposure::{
    Answer, Bounds, Circle, CircleId, Draft, Fact, FactId, Ledger, LedgerError, Mention, Overlap,
    PersonId, Policy, Rate, Wording, WordingId, read,
};

fn ledger() -> (Ledger, CircleId, CircleId) {
    let mut ledger = Ledger::new();
    let a = ledger.person("Ana", None).unwrap();
    let b = ledger.person("Bela", None).unwrap();
    let few = ledger.circle(Circle::people("few", [a])).unwrap();
    let other = ledger.circle(Circle::people("other", [b])).unwrap();
    (ledger, few, other)
}

fn says(error: &LedgerError, parts: &[&str]) {
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "\"{text}\" does not say \"{part}\"");
    }
}

#[test]
fn circles_that_contradict_their_lattice() {
    let (mut ledger, few, other) = ledger();
    let fact = Fact::new("f")
        .wording(Wording::new("exact", few).coarser("vague"))
        .wording(Wording::new("vague", other));
    let error = ledger.fact(fact).unwrap_err();
    assert!(matches!(error, LedgerError::Contradiction { .. }));
    says(&error, &["\"f\"", "\"vague\"", "Ana is missing", "widen"]);
    // Estimates contradict by their sizes.
    let three = ledger.circle(Circle::estimate("three", Bounds::exactly(3))).unwrap();
    let two = ledger.circle(Circle::estimate("two", Bounds::new(1, 2).unwrap())).unwrap();
    let fact = Fact::new("f")
        .wording(Wording::new("exact", three).coarser("vague"))
        .wording(Wording::new("vague", two));
    says(&ledger.fact(fact).unwrap_err(), &["1 to 2 people", "3"]);
}

#[test]
fn wordings_that_are_missing_or_go_round() {
    let (mut ledger, few, _) = ledger();
    says(&ledger.fact(Fact::new("f")).unwrap_err(), &["\"f\"", "no wording"]);
    let fact = Fact::new("f").wording(Wording::new("exact", few).coarser("vague"));
    says(&ledger.fact(fact).unwrap_err(), &["\"exact\"", "\"vague\"", "add it"]);
    let fact = Fact::new("f")
        .wording(Wording::new("a", few).coarser("b"))
        .wording(Wording::new("b", few).coarser("c"))
        .wording(Wording::new("c", few).coarser("b"));
    let error = ledger.fact(fact).unwrap_err();
    assert_eq!(error, LedgerError::Ring { fact: "f".into(), ring: "\"b\", \"c\"".into() });
    let fact = Fact::new("f").wording(Wording::new("a", few).coarser("a"));
    assert!(matches!(ledger.fact(fact).unwrap_err(), LedgerError::Ring { .. }));
    let fact = (0..16).fold(Fact::new("f"), |f, i| f.wording(Wording::new(&i.to_string(), few)));
    assert!(matches!(
        ledger.fact(fact).unwrap_err(),
        LedgerError::TooManyWordings { count: 16, .. }
    ));
    let fact = Fact::new("f")
        .wording(Wording::new("a", few).loss(5).coarser("b"))
        .wording(Wording::new("b", few).loss(4));
    says(&ledger.fact(fact).unwrap_err(), &["\"b\" costs the story 4", "finer \"a\" at 5"]);
    let fact = Fact::new("f").omission(1).wording(Wording::new("a", few).loss(5));
    says(&ledger.fact(fact).unwrap_err(), &["leaving it out"]);
}

#[test]
fn numbers_that_cannot_be() {
    assert_eq!(Bounds::new(9, 8), Err(LedgerError::Backwards { lo: 9, hi: 8 }));
    let (mut ledger, few, _) = ledger();
    let over = ledger
        .circle(Circle::people("x", [PersonId(0)]).epsilon(Rate::per_mille(201)))
        .unwrap_err();
    says(&over, &["\"x\"", "ε", "201 in 1000"]);
    assert!(ledger.circle(Circle::people("x", [PersonId(0)]).delta(Rate::per_mille(501))).is_err());
    let large =
        ledger.circle(Circle::estimate("x", Bounds::new(2, 5).unwrap()).within(few)).unwrap_err();
    says(&large, &["\"x\"", "\"few\" has only 1"]);
    assert!(matches!(
        ledger.circle(Circle::people("x", [])).unwrap_err(),
        LedgerError::EmptyCircle { .. }
    ));
    assert!(matches!(
        ledger.circle(Circle::estimate("x", Bounds::NONE)).unwrap_err(),
        LedgerError::EmptyCircle { .. }
    ));
    let unit = ledger.unit("Legal", 1).unwrap();
    ledger.person("Cleo", Some(unit)).unwrap();
    says(
        &ledger.person("Dov", Some(unit)).unwrap_err(),
        &["\"Legal\"", "head count of 1", "\"Dov\""],
    );
    assert!(ledger.roster(u32::MAX).is_err());
    assert!(matches!(ledger.unit("Legal", 3).unwrap_err(), LedgerError::Twice { .. }));
}

#[test]
fn people_and_facts_that_are_not_there() {
    let (mut ledger, few, other) = ledger();
    says(
        &ledger.find_person("Anna").unwrap_err(),
        &["no person", "\"Anna\"", "did you mean \"Ana\"?"],
    );
    says(&ledger.find_fact("zzz").unwrap_err(), &["no fact is named \"zzz\": add it"]);
    assert!(matches!(
        ledger.circle(Circle::people("x", [PersonId(7)])).unwrap_err(),
        LedgerError::Foreign { kind: "person", index: 7 }
    ));
    assert!(ledger.fact(Fact::new("f").wording(Wording::new("w", CircleId(9)))).is_err());
    let draft = Draft::default().passage("s", [Mention::new(FactId(3), WordingId(0))]);
    assert!(read(&ledger, &draft, &Policy { k: 5, at_most: 1, now: 0 }).is_err());
    let fact = ledger.fact(Fact::new("f").wording(Wording::new("w", few))).unwrap();
    let draft = Draft::default().passage("s", [Mention::new(fact, WordingId(1))]);
    assert!(read(&ledger, &draft, &Policy { k: 5, at_most: 1, now: 0 }).is_err());
    let needless = Overlap { of: vec![few], inside: other, answer: Answer::All };
    assert!(matches!(ledger.overlap(needless).unwrap_err(), LedgerError::NeedlessAnswer { .. }));
}
