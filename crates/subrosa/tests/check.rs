//! `subrosa check` as a reporter types it: what it prints, what it writes, what it exits with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const LEDGER: &str = r#"
[[people]]
file = "staff.csv"
[[source]]
name = "nightjar"
[[circle]]
name = "the meeting"
filter = "unit = Legal"
[[fact]]
name = "the time"
source = "nightjar"
checked = "calendar seen"
[[fact.wording]]
text = "at 09:40"
circle = "the meeting"
coarser = ["in the morning"]
phrases = ["at 09:40"]
[[fact.wording]]
text = "in the morning"
circle = "everybody"
loss = 1
phrases = ["in the morning"]
"#;

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("ledger")).unwrap();
        let desk = Self(dir);
        desk.write("ledger/ledger.toml", LEDGER);
        let mut staff = String::from("name,unit\n");
        for n in 0..30 {
            staff.push_str(&format!("P{n},{}\n", if n < 5 { "Legal" } else { "Press" }));
        }
        desk.write("ledger/staff.csv", &staff);
        desk.write("draft.md", "They met at 09:40.\n");
        desk.write("clear.md", "They met in the morning.\n");
        desk
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str], input: &str) -> (i32, String, String) {
        run(self.0.path(), arguments, input)
    }
}

fn run(dir: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_subrosa"))
        .arg("check")
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that asks nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn it_exits_with_the_verdict_and_warns_of_the_plain_folder() {
    let desk = Desk::new();
    let (code, out, err) = desk.run(&["draft.md", "--ledger", "ledger"], "");
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.starts_with("NOT CLEAR  draft.md\n"), "{out}");
    assert!(
        out.contains("draft.md:1  the time: say “in the morning” instead of “at 09:40”"),
        "{out}"
    );
    assert!(!out.contains('\u{1b}'), "no colour into a pipe");
    assert!(err.contains("A ledger is a ready-made list of suspects"), "{err}");
    let (code, out, _) = desk.run(&["clear.md", "--ledger", "ledger"], "");
    assert_eq!((code, out.starts_with("CLEAR  clear.md\n")), (0, true), "{out}");
    let (code, ..) = desk.run(&["draft.md", "--ledger", "ledger", "--k", "5"], "");
    assert_eq!(code, 0);
    let (code, out, _) = desk.run(&["draft.md", "--ledger", "ledger", "--json"], "");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &report["left"]["lo"], &report["verdict"]),
        (1, &5.into(), &"too few".into())
    );
}

#[test]
fn bad_input_is_named_with_file_and_line() {
    let desk = Desk::new();
    let wrong = |arguments: &[&str], want: &str| {
        let (code, out, err) = desk.run(arguments, "");
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(want), "{err}");
    };
    wrong(&["nothing.md", "--ledger", "ledger"], "subrosa: nothing.md: ");
    wrong(&["draft.md", "--ledger", "nowhere"], "subrosa: nowhere: ");
    desk.write("ledger/more.toml", "\n[[circle]]\nname = \"x\"\nunits = [\"Leagl\"]\n");
    wrong(
        &["draft.md", "--ledger", "ledger"],
        "subrosa: ledger/more.toml:4: no unit is named \"Leagl\" (did you mean \"Legal\"?)",
    );
    desk.write("ledger/more.toml", "[[people]]\nfile = \"../draft.md\"\n");
    wrong(&["draft.md", "--ledger", "ledger"], "leads out of the ledger's folder");
    desk.write("empty.md", "\n");
    wrong(&["empty.md"], "subrosa: empty.md: there is no text in this draft");
}

#[test]
fn what_is_recorded_counts_and_stays() {
    let desk = Desk::new();
    let record =
        ["record", "draft.md", "--ledger", "ledger", "--name", "the story", "--at", "2019-03-01"];
    let (code, out, err) = desk.run(&record, "");
    assert_eq!(
        (code, out.as_str()),
        (0, "Recorded: the story, 2019-03-01. It gave away:\n  the time: at 09:40\n"),
        "{err}"
    );
    let first = fs::read_to_string(desk.path("ledger/releases.toml")).unwrap();
    let (code, out, _) = desk.run(&["clear.md", "--ledger", "ledger"], "");
    assert_eq!(code, 1);
    assert!(out.contains("It cannot be mended") && out.contains("2019-03-01  the story"), "{out}");
    let (code, ..) = desk.run(
        &[
            "record",
            "--ledger",
            "ledger",
            "--name",
            "a question",
            "--kind",
            "question",
            "--audience",
            "the ministry",
            "--gave",
            "the time=in the morning",
        ],
        "",
    );
    assert_eq!(code, 0);
    let second = fs::read_to_string(desk.path("ledger/releases.toml")).unwrap();
    assert!(second.starts_with(&first) && second.len() > first.len());
    let (code, _, err) =
        desk.run(&["record", "--ledger", "ledger", "--name", "x", "--gave", "the tme=x"], "");
    assert_eq!(code, 2);
    assert!(err.contains("did you mean \"the time\"?"), "{err}");
    let (code, out, _) = desk.run(&["memo", "--ledger", "ledger"], "");
    assert_eq!(code, 0);
    assert!(
        out.starts_with("PRIVILEGED AND CONFIDENTIAL.") && out.contains("Checked: calendar seen"),
        "{out}"
    );
    assert!(out.contains("the story\n    gave away the time: at 09:40"), "{out}");
}

#[test]
fn without_a_ledger_it_asks_and_keeps_what_was_said_if_told_to() {
    let desk = Desk::new();
    let (code, out, err) = desk.run(&["draft.md"], "y\nthe meeting\n8-15\nkept\n");
    assert_eq!(code, 1, "{err}");
    assert!(
        out.starts_with("NOT CLEAR  draft.md\n\nNot clear: the source stands among 8 to 15 people"),
        "{out}"
    );
    assert!(desk.path("kept/ledger.toml").is_file());
    let (again, out2, _) = desk.run(&["draft.md", "--ledger", "kept"], "");
    assert_eq!((again, out2.as_str()), (1, out.as_str()));
    // A folder that holds a ledger is not written over.
    let (code, _, err) = desk.run(&["draft.md", "--save", "kept"], "y\nthe meeting\n30\n");
    assert_eq!(code, 2);
    assert!(err.contains("kept/ledger.toml: is there already"), "{err}");
    let (code, _, err) = desk.run(&["draft.md"], "y\nthe meeting\n");
    assert_eq!(code, 2);
    assert!(err.contains("the answers ended at sentence 1 of 1"), "{err}");
}

#[test]
fn the_cases_are_as_they_should_be() {
    let desk = Desk::new();
    let (code, out, err) = desk.run(&["cases"], "");
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.starts_with("case"), "{out}");
    let (code, _, err) = desk.run(&["cases", "--case", "no-such"], "");
    assert_eq!(code, 2);
    assert!(err.contains("there is no case no-such"), "{err}");
}

/// A source's papers: text, a message, and a PDF, which a closed-in child reads.
#[test]
fn words_are_compared_with_what_the_source_gave() {
    let desk = Desk::new();
    let pdf = concat!(env!("CARGO_MANIFEST_DIR"), "/../sanitize/tests/pdf_support/cairo.pdf");
    fs::create_dir(desk.path("papers")).unwrap();
    fs::copy(pdf, desk.path("papers/memo.pdf")).unwrap();
    desk.write("papers/note.eml", "From: a@example.org\nTo: b@example.org\n\nFile 2291/7 says that they met in the\u{200b} blue room.\n");
    desk.write(
        "draft.md",
        "They met in the morning.\n\nThe quick brown fox jumps over the lazy dog, efficiently, in the blue ro\u{43e}m.\n\nFile 2291/7 is gone.\n",
    );
    let given = ["draft.md", "--ledger", "ledger", "--k", "5", "--material", "papers"];
    let (code, text, errors) = desk.run(&given, "");
    assert_eq!(code, 0, "{text}{errors}");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "In the source's own words",
        "draft.md:3",
        "word for word in",
        "memo.pdf",
        "once, in 1 of 2",
        "2291/7",
        "Marks that nobody sees",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    let (_, json, _) = desk.run(&[&given[..], &["--json"]].concat(), "");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["shared"][0]["kind"], "verbatim");
    let kinds: Vec<_> =
        json["unseen"].as_array().unwrap().iter().map(|u| u["kind"].clone()).collect();
    assert!(
        kinds.contains(&"homoglyphs".into()) && kinds.contains(&"zero-width".into()),
        "{kinds:?}"
    );

    // What cannot be read is named, and nothing is checked without it.
    desk.write("papers/broken.pdf", "%PDF-1.7\nnothing");
    let (code, _, errors) = desk.run(&given, "");
    assert_eq!(code, 2);
    assert!(errors.contains("broken.pdf: "), "{errors}");
}

#[test]
fn two_copies_are_told_apart() {
    let desk = Desk::new();
    desk.write("a.txt", "Clause 4: the fee is 12,500 a year.\n");
    desk.write("b.txt", "Clause 4: the fee is 12,\u{2009}500 a year.\n");
    assert_eq!(desk.run(&["copies", "a.txt", "a.txt"], "").0, 0);
    let (code, text, _) = desk.run(&["copies", "a.txt", "b.txt"], "");
    assert_eq!(code, 1);
    assert!(text.contains("a.txt:1, b.txt:1") && text.contains("<U+2009>"), "{text}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("one copy alone, or two alike, never prove"), "{text}");
    assert_eq!(desk.run(&["copies", "a.txt", "none.txt"], "").0, 2);
}
