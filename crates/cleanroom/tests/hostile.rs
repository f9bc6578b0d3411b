//! Hostile files through the real child: each is cleaned or refused with its reason, and none breaks the child.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use cleanroom::{Bounds, Format, LOOK_BYTES, LOOK_LINES, Outcome, Request, Sandbox, Task, Worker};
use corpus::{Hostile, hostile};
use sanitize::Level;

/// What a refusal says, by the name of its variant.
const WORDS: [(&str, &str); 6] = [
    ("Empty", "is empty"),
    ("Unknown", "is not a format that can be cleaned: "),
    ("Damaged", "damaged "),
    ("Encrypted", "is encrypted: "),
    ("TooMuch", "is over the limit of "),
    ("Unsupported", "cannot be rebuilt: "),
];

/// Puts files through one child; nothing of what is wrong is overlooked because of what is wrong before it.
fn through(files: &[Hostile], level: Level) {
    let mut worker = Worker::start(
        env!("CARGO_BIN_EXE_sanitize-child").into(),
        Sandbox::Closed,
        Bounds::default(),
    )
    .unwrap();
    let child = worker.hello().unwrap().1;
    let request = Request { level, ..Request::default() };
    let mut wrong = Vec::new();
    for file in files {
        let (answer, bytes) = worker.clean(&request, &file.bytes).unwrap();
        let said = answer.reason.unwrap_or_default();
        let name = WORDS.iter().find(|(_, words)| said.contains(words)).map(|(name, _)| *name);
        let fits = match (answer.outcome, file.refusals) {
            (Outcome::Cleaned, allowed) => allowed.is_none() && !bytes.is_empty(),
            (Outcome::Refused, None) => name.is_some() && bytes.is_empty(),
            (Outcome::Refused, Some(allowed)) => {
                name.is_some_and(|name| allowed.contains(&name)) && bytes.is_empty()
            }
        };
        if !fits {
            wrong.push(format!("{}: {:?}: {said}", file.name, answer.outcome));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
    assert_eq!(worker.hello().unwrap().1, child, "the child lived through all of them");
}

fn made() -> Vec<Hostile> {
    hostile().into_iter().filter(|file| !is_derived(file)).collect()
}

fn is_derived(file: &Hostile) -> bool {
    file.name.contains(" cut at ") || file.name.contains(" with bytes changed, ")
}

fn derived(part: usize) {
    let all: Vec<Hostile> = hostile().into_iter().filter(is_derived).collect();
    assert!(all.len() > 100);
    let chosen: Vec<Hostile> = all.into_iter().skip(part).step_by(4).collect();
    through(&chosen, Level::KeepLook);
}

#[test]
fn files_made_to_break_their_reader() {
    through(&made(), Level::KeepLook);
}

#[test]
fn files_made_to_break_their_reader_flattened() {
    through(&made(), Level::Pixels);
}

/// What there is to look at is drawn and read in the same child: it lives, and the words have an end.
#[test]
fn files_made_to_break_their_reader_looked_at() {
    let program = env!("CARGO_BIN_EXE_sanitize-child").into();
    let mut worker = Worker::start(program, Sandbox::Closed, Bounds::default()).unwrap();
    let child = worker.hello().unwrap().1;
    let request = Request { task: Task::Look, ..Request::default() };
    let mut wrong = String::new();
    for file in made() {
        let (answer, shown) = worker.clean(&request, &file.bytes).unwrap();
        match answer.format {
            None => assert!(answer.reason.is_some_and(|why| !why.is_empty()), "{}", file.name),
            Some(Format::Txt) => {
                let words = String::from_utf8(shown).unwrap();
                let lines = words.lines().count();
                assert!(lines <= LOOK_LINES + 1 && words.len() < 2 * LOOK_BYTES, "{}", file.name);
            }
            Some(_) => assert!(!shown.is_empty(), "{}", file.name),
        }
        if worker.hello().map(|(_, id)| id) != Some(child) {
            wrong.push_str(&file.name);
            break;
        }
    }
    assert_eq!(wrong, "", "the child did not live through this");
}

#[test]
fn damaged_documents_first_quarter() {
    derived(0);
}

#[test]
fn damaged_documents_second_quarter() {
    derived(1);
}

#[test]
fn damaged_documents_third_quarter() {
    derived(2);
}

#[test]
fn damaged_documents_last_quarter() {
    derived(3);
}

/// The control: a file that the child does not live through, or that gets no reason, is noticed.
#[test]
#[should_panic(expected = "1 of 1")]
fn a_wrong_reason_is_caught() {
    let file = Hostile { name: "x".into(), bytes: vec![0; 100], refusals: Some(&["Encrypted"]) };
    through(&[file], Level::KeepLook);
}
