//! The preview: what is saved is shown, what cannot be read is named, and nobody elsewhere sees any of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};
use site::{Preview, PreviewError, Seen};

const PAPER: &str = "name = \"Ledger\"\nlanguage = \"en\"\n[[sections]]\nname = \"World\"\n";
const STORY: &str = "+++\ntitle = \"A\"\nsection = \"world\"\ndate = 2026-11-20\nbyline = \"B\"\nsummary = \"C\"\n+++\n";

fn paper(dir: &Path) {
    fs::create_dir_all(dir.join("stories")).unwrap();
    fs::write(dir.join("newsroom.toml"), PAPER).unwrap();
    fs::write(dir.join("stories/a.md"), format!("{STORY}First words.\n")).unwrap();
}

/// Status, headers and body of an answer.
fn ask(preview: &Preview, line: &str, host: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(preview.address()).unwrap();
    write!(stream, "{line} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), head.to_owned(), body.to_owned())
}

fn get(preview: &Preview, path: &str) -> (u16, String, String) {
    ask(preview, &format!("GET {path}"), &preview.address().to_string())
}

fn state(preview: &Preview) -> Value {
    serde_json::from_str(&get(preview, "/preview/state").2).unwrap()
}

#[test]
fn what_is_saved_is_shown_and_a_faulty_save_keeps_the_old_page() {
    let dir = tempfile::tempdir().unwrap();
    paper(dir.path());
    let (tell, told) = mpsc::channel();
    let tell = move |seen| tell.send(seen).unwrap();
    let preview =
        Preview::start(dir.path().to_owned(), "127.0.0.1:0".parse().unwrap(), tell).unwrap();
    assert_eq!((preview.name(), preview.stories()), ("Ledger", 1));
    let page = || get(&preview, "/story/a/");
    let (status, head, body) = page();
    assert_eq!(status, 200);
    assert!(body.contains("First words.") && body.contains("/preview/preview.js"), "{body}");
    assert!(head.contains("content-security-policy: default-src 'none'"), "{head}");
    assert_eq!(state(&preview), json!({ "edition": 1, "fault": null }));

    let save = |text: &str| fs::write(dir.path().join("stories/a.md"), text).unwrap();
    // An editor's save may be seen half-way; what is told last is what counts.
    let last = |wanted: &dyn Fn(&Seen) -> bool| {
        while !wanted(&told.recv_timeout(Duration::from_secs(30)).unwrap()) {}
    };
    save(&STORY.replace("title", "tittle"));
    last(&|seen| matches!(seen, Seen::Fault(why) if why.starts_with("stories/a.md:2: ")));
    assert!(page().2.contains("First words."));
    let fault = state(&preview);
    assert_eq!(fault["edition"], 1);
    assert!(fault["fault"].as_str().unwrap().contains("unknown key `tittle`"), "{fault}");

    save(&format!("{STORY}Second words.\n"));
    last(&|seen| *seen == Seen::Read { stories: 1 });
    assert!(page().2.contains("Second words."));
    let mended = state(&preview);
    assert_eq!(mended["fault"], Value::Null);
    assert!(mended["edition"].as_u64().unwrap() > 1);

    fs::write(dir.path().join("stories/b.md"), STORY).unwrap();
    last(&|seen| *seen == Seen::Read { stories: 2 });
    assert_eq!(get(&preview, "/story/b/?x=1").0, 200);
}

#[test]
fn nobody_elsewhere_sees_a_preview() {
    let dir = tempfile::tempdir().unwrap();
    paper(dir.path());
    let start =
        |listen: &str| Preview::start(dir.path().to_owned(), listen.parse().unwrap(), |_| {});
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        assert!(matches!(start(listen), Err(PreviewError::NotLoopback(_))), "{listen}");
    }
    let preview = start("127.0.0.1:0").unwrap();
    let port = preview.address().port();
    // A name of someone else's that was made to lead here.
    for host in ["evil.example", &format!("evil.example:{port}"), ""] {
        let (status, _, body) = ask(&preview, "GET /story/a/", host);
        assert_eq!(status, 421, "{host}");
        assert!(!body.contains("First words."));
    }
    assert_eq!(ask(&preview, "GET /", &format!("localhost:{port}")).0, 200);
    assert_eq!(ask(&preview, "POST /", &format!("localhost:{port}")).0, 405);
    assert_eq!(get(&preview, "/cover").0, 404);
    let taken = start(&preview.address().to_string());
    assert!(matches!(taken, Err(PreviewError::Listen { .. })));
}

#[test]
fn a_paper_that_cannot_be_read_is_no_preview() {
    let dir = tempfile::tempdir().unwrap();
    let started = Preview::start(dir.path().to_owned(), "127.0.0.1:0".parse().unwrap(), |_| {});
    assert!(started.unwrap_err().to_string().contains("newsroom.toml"));
}
