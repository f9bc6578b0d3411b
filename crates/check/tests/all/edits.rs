//! A ledger that is edited entry by entry, as the desk does.

use check::ledger::document::{
    Answer, Circle, Fact, Gave, Ledger, Mark, Overlap, Person, Release, ReleaseKind, Source,
    Wording,
};
use check::{Chance, Count, Document, Finder, Loaded, Marked, When, load};
use exposure::{Bounds, Rate};

use crate::Folder;
use crate::documentation::example;

fn built() -> Ledger {
    let mut ledger =
        Ledger { others: Some(Count(Bounds::new(100, 200).unwrap())), ..Ledger::default() };
    let name = |n: &str| n.to_owned();
    ledger.add_person(Person { name: name("Ana"), ..Person::default() }).unwrap();
    ledger.add_source(Source { name: name("nightjar"), ..Source::default() }).unwrap();
    ledger
        .add_circle(Circle {
            name: name("the meeting"),
            estimate: Some(Count(Bounds::new(8, 15).unwrap())),
            hearsay: Chance(Rate::per_mille(10)),
            ..Circle::default()
        })
        .unwrap();
    ledger
        .add_fact(Fact {
            name: name("the time"),
            source: Some(name("nightjar")),
            ..Fact::default()
        })
        .unwrap();
    ledger
        .add_wording(
            "the time",
            Wording { text: name("at 09:40"), circle: name("the meeting"), ..Wording::default() },
        )
        .unwrap();
    ledger
}

#[test]
fn what_is_built_by_clicks_is_a_ledger() {
    let mut ledger = built();
    let document = Document::read("d.txt", b"They met at 09:40 in room 4.").unwrap();
    let at = document.text.find("at 09:40").unwrap();
    let mark = Finder::new(&document).mark(&(at..at + 8), "the time", "at 09:40");
    assert_eq!((mark.before.as_str(), mark.after.as_str()), ("They met ", " in room 4."));
    ledger.anchor(mark.clone()).unwrap();
    // The same place marked again replaces the mark.
    ledger.anchor(mark.clone()).unwrap();
    assert_eq!(ledger.mark.len(), 1);
    let none = Folder::new();
    let resolved = ledger.resolve(&none, None).unwrap();
    let marked = Marked::find(&document, &ledger, &resolved).unwrap();
    assert_eq!(marked.draft.passages.len(), 1);
    assert_eq!(marked.gave(), [Gave { fact: "the time".into(), wording: "at 09:40".into() }]);
    ledger.answer(Overlap {
        of: vec!["the meeting".into()],
        inside: "the meeting".into(),
        answer: Answer::All,
    });
    ledger
        .record(Release {
            name: "r".into(),
            kind: ReleaseKind::Story,
            at: When::moment(5),
            audience: None,
            gave: marked.gave(),
        })
        .unwrap();
    assert!(ledger.unmark(&mark));
    assert!(!ledger.unmark(&mark));
    assert_eq!(ledger.remove_person("Ana").unwrap().name, "Ana");
}

#[test]
fn a_wrong_step_is_refused_and_changes_nothing() {
    let mut ledger = built();
    let before = ledger.clone();
    let mark = |fact: &str, wording: &str, quote: &str| Mark {
        fact: fact.into(),
        wording: wording.into(),
        quote: quote.into(),
        ..Mark::default()
    };
    let gave = vec![Gave { fact: "the tme".into(), wording: "x".into() }];
    let release = Release {
        name: "r".into(),
        kind: ReleaseKind::Copy,
        at: When::moment(5),
        audience: None,
        gave,
    };
    let wrong = [
        ledger.add_fact(Fact { name: "the time".into(), ..Fact::default() }),
        ledger.add_circle(Circle::default()),
        ledger.add_wording("the tim", Wording::default()),
        ledger.anchor(mark("the time", "at 09:41", "q")),
        ledger.anchor(mark("the time", "at 09:40", " ")),
        ledger.record(release),
        ledger.remove_unit("u").map(|_| ()),
    ];
    let said: Vec<String> = wrong.into_iter().map(|r| r.unwrap_err().to_string()).collect();
    assert_eq!(
        said,
        [
            "there are two facts named \"the time\": give one of them another name",
            "this circle has no name: give it one",
            "no fact is named \"the tim\" (did you mean \"the time\"?): add it, or correct the name",
            "no wording is named \"at 09:41\" (did you mean \"at 09:40\"?): add it, or correct the name",
            "the mark is empty: select some words",
            "no fact is named \"the tme\" (did you mean \"the time\"?): add it, or correct the name",
            "no unit is named \"u\": add it, or correct the name",
        ]
    );
    assert_eq!(ledger, before);
}

#[test]
fn nothing_is_lost_as_toml_or_json() {
    for ledger in [built(), load(&example()).unwrap().ledger] {
        let text = ledger.to_toml().unwrap();
        let mut again = Loaded::default();
        again.add("ledger.toml", text.as_bytes()).unwrap();
        assert_eq!(again.ledger, ledger, "{text}");
        let json = serde_json::to_string(&ledger).unwrap();
        assert_eq!(serde_json::from_str::<Ledger>(&json).unwrap(), ledger);
    }
}
