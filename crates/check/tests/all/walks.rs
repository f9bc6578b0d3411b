//! The conversation of a check without a ledger.

use check::ledger::document::{Answer, Ledger};
use check::report::{Ask, Report, Verdict};
use check::walk::{ask, keep, walk};
use check::{Document, Loaded};

use crate::Folder;

const DRAFT: &str = "They met at 09:40.\n\nIt was short. The memo came later.\n";

fn document() -> Document {
    Document::read("draft.md", DRAFT.as_bytes()).unwrap()
}

fn talk(answers: &str) -> (Result<Ledger, String>, String) {
    let mut out = Vec::new();
    let ledger = walk(&document(), &mut answers.as_bytes(), &mut out).map_err(|e| e.to_string());
    (ledger, String::from_utf8(out).unwrap())
}

fn report(ledger: &Ledger) -> Report {
    let loaded = Loaded { ledger: ledger.clone(), ..Loaded::default() };
    let mut over = || false;
    let mut ask = Ask {
        k: None,
        audience: None,
        material: &[],
        now: crate::NOW,
        steps: 1000,
        over: &mut over,
    };
    check::report::check(&document(), &loaded, &Folder::new(), &mut ask).unwrap()
}

#[test]
fn two_boxes_per_sentence_are_enough() {
    let (ledger, said) = talk("y\nthe 09:40 meeting\n8-15\n\n\n");
    let ledger = ledger.unwrap();
    assert!(said.contains("1/3  draft.md:1\n  “They met at 09:40.”\n  From a source?"));
    let report = report(&ledger);
    assert_eq!((report.verdict, report.left.lo, report.left.hi), (Verdict::TooFew, 8, 15));
    assert_eq!(report.costs_most, Some(0));
}

#[test]
fn where_nothing_comes_from_a_source_nothing_is_counted() {
    let report = report(&talk("\n\n\n").0.unwrap());
    assert!(report.clear && report.verdict == Verdict::Clear);
    assert!(report.headline.contains("Nothing of it comes from a source"), "{}", report.headline);
    let said = crate::printed(&report, 80);
    assert!(!said.contains("mended") && !said.contains("nobody"), "{said}");
    assert!(said.lines().count() < 5, "{said}");
}

#[test]
fn a_group_is_asked_for_once_and_wrong_answers_are_asked_again() {
    let (ledger, said) =
        talk("maybe\ny\n\nthe meeting\nlots\n0\n30\nb\n\ny\nthe board\n40..60\ny\nThe Board\n");
    // The last answer, how many there are in all, is missing only if there are two groups.
    let ledger = ledger.unwrap();
    assert!(said.contains("Please answer with Enter, y, b or q."));
    assert!(said.contains("\"lots\" is not a number of people"));
    assert!(said.contains("At least the source knew"));
    assert!(said.contains("As before: 40..60 people."));
    // Going back took the first answer away.
    assert_eq!(ledger.circle.len(), 1);
    assert_eq!(ledger.fact.len(), 2);
    assert_eq!(report(&ledger).left.lo, 40);
}

#[test]
fn one_question_may_settle_it() {
    let (ledger, said) = talk("y\nstaff\n50\n\ny\nreaders\n30-400\n10\n5,000\n");
    let mut ledger = ledger.unwrap();
    assert!(said.contains("That is fewer than the 400 who could have known something."));
    let first = report(&ledger);
    assert_eq!(first.verdict, Verdict::Unsure);
    let question = first.question.unwrap();
    let mut out = Vec::new();
    assert_eq!(ask(&question, &mut "\n".as_bytes(), &mut out).unwrap(), None);
    let answer = ask(&question, &mut "perhaps\nmost\n".as_bytes(), &mut out).unwrap().unwrap();
    assert_eq!(answer.answer, Answer::Most);
    ledger.answer(answer);
    assert_eq!(report(&ledger).verdict, Verdict::Clear);
}

#[test]
fn answers_that_end_early_are_no_answers() {
    let (ledger, _) = talk("\ny\nthe meeting\n");
    assert_eq!(
        ledger.unwrap_err(),
        "the answers ended at sentence 2 of 3: answer every question, or \"q\" to stop there"
    );
    let (ledger, _) = talk("q\n");
    assert_eq!(ledger.unwrap(), Ledger { title: "draft.md".into(), ..Ledger::default() });
}

#[test]
fn what_was_said_is_kept_only_if_asked() {
    let mut out = Vec::new();
    assert_eq!(keep(&mut "".as_bytes(), &mut out).unwrap(), None);
    assert_eq!(keep(&mut "\n".as_bytes(), &mut out).unwrap(), None);
    assert_eq!(keep(&mut "folder\n".as_bytes(), &mut out).unwrap(), Some("folder".into()));
    let (ledger, _) = talk("y\nthe meeting\n30\n\n\n");
    let text = ledger.unwrap().to_toml().unwrap();
    let mut again = Loaded::default();
    again.add("ledger.toml", text.as_bytes()).unwrap();
    assert_eq!(report(&again.ledger).left.lo, 30);
}
