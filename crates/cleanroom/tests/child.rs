//! The child as a real process: closed in, bounded, replaced.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use cleanroom::{Bounds, Outcome, Request, Sandbox, Worker};
use sanitize::Format;
use std::{fs, process::Command, time::Duration};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sanitize-child");

fn request() -> Request {
    Request::default()
}

fn worker(bounds: Bounds) -> Worker {
    Worker::start(PROGRAM.into(), Sandbox::Closed, bounds).unwrap()
}

fn photo() -> &'static [u8] {
    include_bytes!("../../sanitize/tests/pictures/progressive.jpg")
}

#[test]
fn it_can_open_no_file_and_make_no_socket() {
    let worker = worker(Bounds::default());
    let (hello, id) = worker.hello().unwrap();
    assert!(hello.closed);
    for what in [
        "open a file",
        "make a file",
        "make a TCP socket",
        "make a UDP socket",
        "start a program",
        "start a thread",
    ] {
        let line = hello.attempts.iter().find(|line| line.starts_with(what)).unwrap();
        assert!(line.contains("ermitted") || line.contains("denied"), "{line}");
    }
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    for want in ["Seccomp:\t2", "NoNewPrivs:\t1", "Threads:\t1"] {
        assert!(status.lines().any(|line| line == want), "{want}: {status}");
    }
    let limits = fs::read_to_string(format!("/proc/{id}/limits")).unwrap();
    let memory = limits.lines().find(|line| line.starts_with("Max address space")).unwrap();
    assert_eq!(memory.split_whitespace().nth(3), Some("4294967296"));
}

#[test]
fn one_child_cleans_many_and_refuses_what_it_must() {
    let mut worker = worker(Bounds::default());
    let first = worker.hello().unwrap().1;
    for _ in 0..3 {
        let (answer, bytes) = worker.clean(&request(), photo()).unwrap();
        assert_eq!((answer.outcome, answer.format), (Outcome::Cleaned, Some(Format::Jpeg)));
        assert!(bytes.starts_with(b"\xff\xd8\xff"));
        let (answer, bytes) = worker.clean(&request(), b"BM\0\0\0\0\0\0").unwrap();
        assert_eq!((answer.outcome, bytes.len()), (Outcome::Refused, 0));
        assert!(answer.reason.unwrap().contains("BMP"));
    }
    assert_eq!(worker.hello().unwrap().1, first);
}

#[test]
fn a_child_that_dies_fails_its_own_document_only() {
    let mut worker = worker(Bounds::default());
    let id = worker.hello().unwrap().1;
    assert!(Command::new("kill").args(["-9", &id.to_string()]).status().unwrap().success());
    let (answer, _) = worker.clean(&request(), photo()).unwrap();
    assert_eq!(answer.outcome, Outcome::Refused);
    let (answer, _) = worker.clean(&request(), photo()).unwrap();
    assert_eq!(answer.outcome, Outcome::Cleaned);
}

#[test]
fn memory_and_time_are_bounded() {
    // Room for the program itself and a small document.
    let tight = Bounds { memory: 256 << 20, ..Bounds::default() };
    let mut tight_worker = worker(tight);
    let (answer, _) = tight_worker.clean(&request(), &vec![b'a'; 200 << 20]).unwrap();
    assert_eq!(answer.outcome, Outcome::Refused);
    assert!(answer.reason.unwrap().contains("memory"));
    let (answer, _) = tight_worker.clean(&request(), photo()).unwrap();
    assert_eq!(answer.outcome, Outcome::Cleaned);
    let hurried =
        Bounds { time: Duration::ZERO, time_per_megabyte: Duration::ZERO, ..Bounds::default() };
    let mut hurried_worker = worker(hurried);
    let (answer, _) = hurried_worker.clean(&request(), &vec![b'a'; 20 << 20]).unwrap();
    assert!(answer.reason.unwrap().contains("longer"));
}

#[test]
fn without_a_sandbox_only_if_said() {
    let output = Command::new(PROGRAM).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let mut open = Worker::start(PROGRAM.into(), Sandbox::Open, Bounds::default()).unwrap();
    assert!(!open.hello().unwrap().0.closed);
    let (answer, _) = open.clean(&request(), photo()).unwrap();
    assert_eq!(answer.outcome, Outcome::Cleaned);
    // A child that cannot close itself in says why and cleans nothing.
    let error =
        Worker::start("/bin/false".into(), Sandbox::Closed, Bounds::default()).err().unwrap();
    assert!(error.to_string().contains("does not run"), "{error}");
}
