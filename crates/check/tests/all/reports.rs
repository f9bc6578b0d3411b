//! Reports: what they say, in which words, and in which shape.

use check::report::{Plan, Report, Verdict};

use crate::documentation::example;
use crate::{Folder, check, check_for, folder, printed};

/// Thirty people; twelve were in the meeting, six opened the file.
fn ledger(more: &str) -> Folder {
    let names = |n: usize| (1..=n).map(|i| format!("\"P{i}\"")).collect::<Vec<_>>().join(", ");
    let text = format!(
        r#"
[[people]]
names = [{}]
[[source]]
name = "nightjar"
person = "P1"
[[circle]]
name = "the meeting"
people = [{}]
evidence = "the invitation"
[[circle]]
name = "the log"
people = [{}]
[[fact]]
name = "the time"
source = "nightjar"
omission = 50
[[fact.wording]]
text = "on 14 March at 09:40"
circle = "the meeting"
coarser = ["in mid-March"]
[[fact.wording]]
text = "in mid-March"
circle = "everybody"
loss = 3
[[fact]]
name = "the file"
source = "nightjar"
omission = 7
[[fact.wording]]
text = "quoted"
circle = "the log"
[[mark]]
draft = "draft.md"
fact = "the time"
wording = "on 14 March at 09:40"
quote = "on 14 March at 09:40"
[[mark]]
draft = "draft.md"
fact = "the file"
wording = "quoted"
quote = "“we lost it”"
{more}"#,
        names(30),
        names(12),
        names(6)
    );
    folder(&[("ledger.toml", &text)])
}

const DRAFT: &str =
    "They met on 14 March at 09:40.\n\nThe file says: “we lost it”.\nNobody answered.\n";

#[test]
fn a_worried_editor_is_told_what_matters() {
    let report = check(DRAFT, &ledger("")).unwrap();
    assert_eq!(
        printed(&report, 80),
        "\
NOT CLEAR  draft.md

Not clear: the source stands among 6 people, and the limit is 20.
●●●●●●○○○○○○○○○○○○○○
Before this draft it was 30.

The sentence that costs most
  draft.md:3  “The file says: “we lost it”.”
  It gives away: the file, known to “the log” (6 people).
  Without it, 12 people would be left.

The cheapest way back to 20
  1. draft.md:1  the time: say “in mid-March” instead of “on 14 March at 09:40”
  2. draft.md:3  the file: leave it out (“quoted”)
  Then 30 people would be left. What the story loses by it: 10. No cheaper way
  exists.

People wrongly pointed to
  5 people who are not the source. They would be asked first, and did nothing.
  The draft points at: P1, P2, P3, P4, P5, P6.
"
    );
    assert!(!report.clear);
}

#[test]
fn it_fits_every_width() {
    let report = check(DRAFT, &example_with_everything()).unwrap();
    for width in [30, 40, 60, 80, 100, 200] {
        for line in printed(&report, width).lines() {
            assert!(line.chars().count() <= width.max(30), "{width}: {line}");
        }
    }
}

fn example_with_everything() -> Folder {
    ledger(
        "[[release]]\nname = \"the story of 1 March\"\nkind = \"story\"\nat = 2019-03-01\ngave = [{ fact = \"the time\", wording = \"in mid-March\" }]\n[[mark]]\ndraft = \"draft.md\"\nfact = \"the file\"\nwording = \"quoted\"\nquote = \"and more of it\"\n",
    )
}

#[test]
fn colour_only_when_asked_and_no_control_characters_ever() {
    let report = check("They met on 14 March at 09:40.\u{1b}[2J\u{202e}\n", &ledger("")).unwrap();
    assert!(!printed(&report, 80).contains(['\u{1b}', '\u{202e}']));
    let mut out = Vec::new();
    let look = check::report::Look { width: 80, colour: true };
    check::report::print(&report, look, &mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().starts_with("\u{1b}[31;1mNOT CLEAR\u{1b}[0m"));
}

#[test]
fn a_reworded_draft_is_clear() {
    let draft = "They met in mid-March.\n";
    let clear = ledger("").remove("ledger.toml").unwrap();
    let clear = String::from_utf8(clear).unwrap();
    let clear = &clear[..clear.find("[[mark]]").unwrap()];
    let clear = clear.replace("loss = 3", "loss = 3\nphrases = [\"mid-March\"]");
    let report = check(draft, &folder(&[("ledger.toml", &clear)])).unwrap();
    assert!(report.clear);
    assert_eq!((report.left.lo, report.verdict), (30, Verdict::Clear));
    assert_eq!(report.plan, Plan::Nothing);
    assert_eq!(
        printed(&report, 80),
        "CLEAR  draft.md\n\nClear: the source stands among 30 people.\n●●●●●●●●●●●●●●●●●●●● and more\n"
    );
}

#[test]
fn a_lost_mark_is_never_clear() {
    let report = check("Nothing of it.\n", &ledger("")).unwrap();
    assert!(!report.clear);
    assert_eq!(report.verdict, Verdict::Clear);
    let states: Vec<_> = report.marks.iter().map(|m| m.state).collect();
    assert_eq!(states, ["gone", "gone"]);
    assert!(report.headline.starts_with("Not checked to the end: 2 marks are lost."));
}

#[test]
fn terms_are_kept() {
    let say = |say: &str| {
        let text = String::from_utf8(ledger("").remove("ledger.toml").unwrap()).unwrap();
        let text = text.replace("omission = 7", &format!("omission = 7\nsay = {{ {say} }}"));
        let report = check(DRAFT, &folder(&[("ledger.toml", &text)])).unwrap();
        report.broken.iter().map(|b| (b.term, b.text.clone(), b.at.to_string())).collect::<Vec<_>>()
    };
    let at = "draft.md:3".to_owned();
    for (terms, term, text) in [
        ("terms = \"off the record\"", "off the record", "It was told off the record."),
        ("withdrawn = true", "withdrawn", "The source has taken it back."),
        (
            "ask_first = true",
            "ask first",
            "The source wants to be asked first, and has not said yes.",
        ),
        ("not_before = 2019-04-01", "not before", "It may not go out before 2019-04-01."),
        (
            "agreed = [{ wording = \"quoted\", words = \"we have lost it\" }]",
            "words changed",
            "The words agreed are “we have lost it”, and the draft has others.",
        ),
    ] {
        assert_eq!(say(terms), [(term, text.to_owned(), at.clone())], "{terms}");
    }
    for kept in [
        "ask_first = true, said_yes = 2019-03-01",
        "not_before = 2019-03-01",
        "agreed = [{ wording = \"quoted\", words = \"\\\"we lost it\\\"\" }]",
        "terms = \"deep background\"",
    ] {
        assert_eq!(say(kept), [], "{kept}");
    }
}

#[test]
fn what_is_out_cannot_be_undone() {
    let out = "[[release]]\nname = \"the story of 1 March\"\nkind = \"story\"\nat = 2019-03-01\ngave = [{ fact = \"the file\", wording = \"quoted\" }]\n";
    let report = check(DRAFT, &ledger(out)).unwrap();
    assert_eq!(report.verdict, Verdict::AlreadyTooFew);
    assert!(matches!(report.plan, Plan::Unattainable { left } if left.lo == 6));
    let text = printed(&report, 80);
    assert!(text.contains(
        "It cannot be mended\n  By what is out already 6 people are left, and the limit is 20."
    ));
    assert!(text.contains("2019-03-01  the story of 1 March (story) gave away: the file: quoted"));
}

#[test]
fn an_audience_has_seen_what_went_to_it() {
    let out = "[[release]]\nname = \"questions\"\nkind = \"question\"\nat = 2019-03-01\naudience = \"the ministry\"\ngave = [{ fact = \"the file\", wording = \"quoted\" }]\n";
    let files = ledger(out);
    let draft = "On 14 March at 09:40 they met on 14 March at 09:40? “we lost it” or not?\n";
    let left = |audience: Option<&str>| check_for(draft, &files, audience).unwrap().before.lo;
    assert_eq!((left(None), left(Some("the ministry")), left(Some("others"))), (6, 6, 30));
}

#[test]
fn nobody_could_have_told_it() {
    let text = String::from_utf8(ledger("").remove("ledger.toml").unwrap()).unwrap();
    let text = text.replace(
        "name = \"the log\"\npeople = [\"P1\", \"P2\", \"P3\", \"P4\", \"P5\", \"P6\"]",
        "name = \"the log\"\npeople = [\"P20\", \"P21\"]",
    );
    let report = check(DRAFT, &folder(&[("ledger.toml", &text)])).unwrap();
    assert_eq!(report.verdict, Verdict::NobodyCould);
    assert_eq!(report.nobody, ["the time", "the file"]);
    let text = printed(&report, 80);
    assert!(text.contains("by this ledger nobody could have told you all of this"));
    assert!(text.contains("Nobody could have told these together\n  - the time\n  - the file\n"));
    assert!(text.contains(
        "The source is not among them\n  nightjar was in none of the circles of “the file”."
    ));
}

#[test]
fn estimates_lead_to_one_question() {
    let files = folder(&[(
        "ledger.toml",
        "others = \"5000\"\n[[circle]]\nname = \"staff\"\nestimate = 50\n[[circle]]\nname = \"readers\"\nestimate = \"30..400\"\n[[fact]]\nname = \"a\"\n[[fact.wording]]\ntext = \"a\"\ncircle = \"staff\"\nphrases = [\"alpha\"]\n[[fact]]\nname = \"b\"\n[[fact.wording]]\ntext = \"b\"\ncircle = \"readers\"\nphrases = [\"beta\"]\n",
    )]);
    let report = check("Alpha and beta.\n", &files).unwrap();
    assert_eq!(report.verdict, Verdict::Unsure);
    let question = report.question.clone().unwrap();
    assert_eq!(question.text, "Were all of “staff” among “readers”? All, most, some, or nobody?");
    assert!(question.settled_by.iter().any(|s| s.answer == "most" && s.clear), "{question:?}");
    assert!(
        printed(&report, 80).contains("One question first\n  Were all of “staff” among “readers”?")
    );
}

#[test]
fn comments_of_a_docx_are_candidates_until_something_is_marked_there() {
    let body = "<w:p><w:r><w:t>They met </w:t></w:r><w:commentRangeStart w:id=\"0\"/><w:r><w:t>on 14 March at 09:40</w:t></w:r><w:commentRangeEnd w:id=\"0\"/><w:r><w:t>, “we lost it”.</w:t></w:r></w:p>";
    let comment =
        "<w:comment w:id=\"0\"><w:p><w:r><w:t>Nightjar told us.</w:t></w:r></w:p></w:comment>";
    let bytes = crate::documents::docx(body, comment);
    let document = check::Document::read("d.docx", &bytes).unwrap();
    let comments = |files: &Folder| {
        let loaded = check::load(files).unwrap();
        let mut over = || false;
        let mut ask = check::report::Ask {
            k: None,
            audience: None,
            material: &[],
            now: crate::NOW,
            steps: 1000,
            over: &mut over,
        };
        check::report::check(&document, &loaded, files, &mut ask).unwrap().comments
    };
    let found = comments(&ledger(""));
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].quote.as_str(), found[0].text.as_str()),
        ("on 14 March at 09:40", "Nightjar told us.")
    );
    let text = String::from_utf8(ledger("").remove("ledger.toml").unwrap()).unwrap();
    assert_eq!(
        comments(&folder(&[("ledger.toml", &text.replace("draft = \"draft.md\"\n", ""))])),
        []
    );
}

#[test]
fn the_memo_says_who_told_what_and_not_who_they_are() {
    let memo =
        |files: &Folder| check::report::memo(&check::load(files).unwrap().ledger, crate::NOW);
    let text = memo(&ledger(""));
    assert!(text.starts_with("PRIVILEGED AND CONFIDENTIAL."));
    assert!(text.contains("Source: nightjar\n  Identity: known to the desk; not written in this memo\n  the time\n    Terms: on background"));
    assert!(text.contains("“on 14 March at 09:40”: known to the meeting (the invitation)"));
    assert!(!text.contains("P1"));
    let text = memo(&example());
    assert!(
        text.contains("was to be asked first, and said yes on 2019-03-20; not before 2019-03-18")
    );
    assert!(!text.contains("Ana Weber"));
}

#[test]
fn a_ledger_with_too_few_people_does_not_blame_what_is_out() {
    let files = folder(&[("ledger.toml", "[[people]]\nnames = [\"Ana\", \"Ben\"]\n")]);
    let report = check("They met.\n", &files).unwrap();
    let text = printed(&report, 100);
    assert_eq!(report.verdict, Verdict::AlreadyTooFew);
    assert!(report.headline.contains("the ledger knows of too few people"), "{text}");
    assert!(text.contains("Without this draft 2 people are left"), "{text}");
    assert!(!report.headline.contains("what is out already"), "{text}");
}

#[test]
fn every_report_keeps_to_the_published_schema() {
    let schema = include_str!("../../../../docs/check-report.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let valid = |what: &str, report: &Report| {
        let value = serde_json::to_value(report).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|e| format!("{} at {}", e, e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{what}: {errors:#?}");
        // A report with anything else in it is refused, so that the schema says all there is.
        let mut more = value;
        more["surplus"] = 1.into();
        assert!(!validator.is_valid(&more));
    };
    valid("plain", &check(DRAFT, &ledger("")).unwrap());
    valid("everything", &check(DRAFT, &example_with_everything()).unwrap());
    valid("lost", &check("Nothing of it.\n", &ledger("")).unwrap());
    valid("the page", &check("In mid-March they met.\n", &example()).unwrap());
    for name in check::cases::names() {
        valid(&name, &check::cases::run(&name).unwrap().report);
    }
}
