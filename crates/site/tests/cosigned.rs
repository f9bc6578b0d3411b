//! A site that asks its witnesses: those that sign, are away, are silent or lie.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use assent::{Act, Draft, Package, Policy, Publication, ReportOf};
use common::{Desk, Lines, Newsroom, get, now};
use envelope::cert::Certificate;
use envelope::papers::{Request, certificate_text};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use site::witness::{self, WitnessDeps, WitnessError, Witnessing};
use site::{Config, Status};
use tlog::{Checkpoint, Note, Signer, VerifierKey, Witnesses};

const NOW: u64 = 1_795_435_200;

fn init(folder: &Path, name: &str) -> VerifierKey {
    witness::init(folder, name, &mut ChaCha20Rng::seed_from_u64(name.len() as u64)).unwrap()
}

async fn start(folder: &Path, at: &str) -> Result<Witnessing, WitnessError> {
    let deps = WitnessDeps { clock: Arc::new(|| NOW), status: Status::to(Lines::default()) };
    Witnessing::start(folder, at.parse().unwrap(), deps).await
}

/// A site with a policy, a public log and one approved story.
struct Paper {
    site: Newsroom,
    // Boxed: keys are large, and the threads of tests have small stacks.
    #[allow(clippy::vec_box)]
    desks: Vec<Box<Desk>>,
    policy: Policy,
}

impl Paper {
    fn new(witnesses: &[(&VerifierKey, &str)], needed: usize) -> Self {
        let ask =
            |(key, url): &(&VerifierKey, &str)| format!("{{ key = \"{key}\", url = \"{url}\" }}");
        let asked: Vec<String> = witnesses.iter().map(ask).collect();
        let more = format!(
            "[public_log]\nneeded = {needed}\nretry_secs = 1\nwitnesses = [ {} ]\n",
            asked.join(", ")
        );
        let mut site = Newsroom::new(3600, &more);
        let desks = vec![site.enrolled_desk("City"), site.enrolled_desk("Night")];
        let policy = Policy::issue(&site.root, 1, 2, vec![], now()).unwrap();
        fs::write(site.folder.join("content/newsroom.policy"), policy.text()).unwrap();
        site.configure("approvals = \"none\"", "approvals = \"policy\"");
        let log = fs::read_to_string(site.folder.join("log.request")).unwrap();
        let log = Request::parse(&log).unwrap();
        let dates = (now() - 3600, now() + 86_400);
        let log = Certificate::issue(&site.root, log.holder, log.name, dates, &mut site.rng);
        site.install("log.certificate", &certificate_text(&log.unwrap()));
        let paper = Self { site, desks, policy };
        paper.write("the-list", "The List");
        paper
    }

    /// Lays a story and its approvals into the content folder.
    fn write(&self, name: &str, title: &str) {
        let content = self.site.folder.join("content");
        let text = format!(
            "+++\ntitle = \"{title}\"\nsection = \"world\"\ndate = 2026-11-23\nbyline = \"A. Writer\"\n\
             summary = \"A summary.\"\n+++\n\nIt stands in the list.\n"
        );
        let page = Package::page(name, &text, &Vec::new()).unwrap();
        let read = Draft::new(page).read(&ReportOf::new(text.as_bytes(), b"report")).unwrap();
        let statement = read.statement(&self.policy, Act::Publish, 1, vec![]).unwrap();
        let mut publication = Publication::new(statement);
        for desk in &self.desks {
            publication.approve(&desk.identity, &desk.certificate, now()).unwrap();
        }
        let path = site::approvals::path(&content, text.as_bytes());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, publication.text()).unwrap();
        fs::write(content.join(format!("stories/{name}.md")), text).unwrap();
    }

    fn watched_by(&self, folder: &Path) {
        let seed = fs::read_to_string(self.site.folder.join("log.key")).unwrap();
        let seed: [u8; 32] = hex::decode(seed.trim()).unwrap().try_into().unwrap();
        let log = Signer::new("127.0.0.1/log", &seed).unwrap();
        witness::watch(folder, log.verifier()).unwrap();
    }
}

async fn checkpoint(at: SocketAddr) -> Note {
    Note::decode(&get(at, "/log/checkpoint").await.body).unwrap()
}

/// Waits until the served checkpoint has `size` entries and the signatures of `keys`.
async fn signed(at: SocketAddr, size: u64, keys: &[&VerifierKey]) {
    let keys: Vec<VerifierKey> = keys.iter().map(|key| (*key).clone()).collect();
    let policy = Witnesses::new(keys.clone(), keys.len()).unwrap();
    for _ in 0..400 {
        let note = checkpoint(at).await;
        let of = Checkpoint::decode(note.unverified_text()).unwrap().size();
        if of == size && policy.check(&note).is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not signed: {}", checkpoint(at).await.encode());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_has_its_log_signed_and_keeps_what_was_signed() {
    let dir = tempfile::tempdir().unwrap();
    let folders = ["a", "bb"].map(|name| dir.path().join(name));
    let [a, b] = [init(&folders[0], "a.example"), init(&folders[1], "bb.example")];
    let (one, two) =
        (start(&folders[0], "127.0.0.1:0").await.unwrap(), start(&folders[1], "127.0.0.1:0").await);
    let two = two.unwrap();
    let urls = [&one, &two].map(|witness| format!("http://{}", witness.local_addr()));
    let paper = Paper::new(&[(&a, &urls[0]), (&b, &format!("{}/", urls[1]))], 2);
    let site = paper.site.start().await;
    let lines = paper.site.lines.clone();
    // They do not know the log yet: the site says so, and asks again.
    lines
        .wait_for("witness a.example: has not signed: it answered 404: this log is not watched")
        .await;
    lines.wait_for("public log: 0 of 2 witnesses have signed; 2 are needed").await;
    paper.watched_by(&folders[0]);
    paper.watched_by(&folders[1]);
    one.reload().unwrap();
    two.reload().unwrap();
    signed(site.local_addr(), 1, &[&a, &b]).await;
    lines.wait_for("witness a.example: has signed the public log").await;
    lines.wait_for("public log: 2 of 2 witnesses have signed\n").await;

    // The log grows; one witness is away, and the story is out all the same.
    two.shutdown().await;
    paper.write("quay", "The Quay");
    site.reload().unwrap();
    assert_eq!(get(site.local_addr(), "/story/quay/").await.status, 200);
    signed(site.local_addr(), 2, &[&a]).await;
    lines.wait_for("witness bb.example: cannot be reached").await;
    lines.wait_for("public log: 1 of 2 witnesses have signed; 2 are needed").await;
    // Reading again what has not changed takes no signature away.
    site.reload().unwrap();
    assert_eq!(checkpoint(site.local_addr()).await.signatures().len(), 2);

    // It starts again while nobody answers: what was signed is still under it.
    one.shutdown().await;
    site.shutdown().await;
    let site = paper.site.start().await;
    assert_eq!(checkpoint(site.local_addr()).await.signatures().len(), 2);
    signed(site.local_addr(), 2, &[&a]).await;
    // A file that was tampered with is worth nothing, and no hindrance.
    site.shutdown().await;
    let kept = paper.site.folder.join("log.cosigned");
    let note = fs::read_to_string(&kept).unwrap();
    let at = note.rfind("a.example ").unwrap() + 30;
    let other = if note.as_bytes()[at] == b'A' { "B" } else { "A" };
    fs::write(&kept, format!("{}{other}{}", &note[..at], &note[at + 1..])).unwrap();
    let site = paper.site.start().await;
    assert_eq!(checkpoint(site.local_addr()).await.signatures().len(), 1);

    // The one that was away comes back under its address, and signs without anybody's doing.
    let back = urls[1].trim_start_matches("http://");
    let two = start(&folders[1], back).await.unwrap();
    signed(site.local_addr(), 2, &[&b]).await;
    two.shutdown().await;
    site.shutdown().await;
}

/// Copies a folder without its store.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else if !name.to_str().unwrap().starts_with("store.sqlite") {
            fs::copy(path, to.join(name)).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_taken_back_is_refused_and_the_site_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let key = init(dir.path(), "a.example");
    let witness = start(dir.path(), "127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", witness.local_addr());
    let mut paper = Paper::new(&[(&key, &url)], 1);
    paper.watched_by(dir.path());
    witness.reload().unwrap();
    let site = paper.site.start().await;
    signed(site.local_addr(), 1, &[&key]).await;
    site.shutdown().await;
    // The store as it is now, whole.
    let before = dir.path().join("before.sqlite");
    let store = rusqlite::Connection::open(paper.site.folder.join("store.sqlite")).unwrap();
    store.execute("VACUUM INTO ?1", [before.to_str().unwrap()]).unwrap();
    drop(store);

    paper.write("quay", "The Quay");
    let site = paper.site.start().await;
    signed(site.local_addr(), 2, &[&key]).await;
    site.shutdown().await;
    assert!(!paper.site.lines.text().contains("REFUSES"));

    // The old store is put back, in a folder that nobody has open, and the second story never was.
    let folder = dir.path().join("again");
    copy(&paper.site.folder, &folder);
    fs::rename(before, folder.join("store.sqlite")).unwrap();
    paper.site.folder = folder;
    fs::remove_file(paper.site.folder.join("content/stories/quay.md")).unwrap();
    let site = paper.site.start().await;
    let refuses = "witness a.example: REFUSES: it has signed 2 entries";
    paper.site.lines.wait_for(refuses).await;
    assert_eq!(checkpoint(site.local_addr()).await.signatures().len(), 1);
    // Another second story: as long as what was signed, and not what was signed.
    paper.write("pier", "The Pier");
    site.reload().unwrap();
    assert_eq!(get(site.local_addr(), "/story/pier/").await.status, 200);
    paper.write("mole", "The Mole");
    site.reload().unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let note = checkpoint(site.local_addr()).await;
    assert_eq!(note.signatures().len(), 1, "{}", note.encode());
    assert_eq!(paper.site.lines.text().matches("REFUSES").count(), 1, "said once");
    site.shutdown().await;
    witness.shutdown().await;
}

/// Listens, and answers every request with the same.
fn always(answer: Vec<u8>) -> SocketAddr {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 65_536]);
            let _ = stream.write_all(&answer);
            if answer.is_empty() {
                // Says nothing, and keeps the line.
                std::mem::forget(stream);
            }
        }
    });
    at
}

fn reply(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_witness_can_hold_a_story_up_or_slip_anything_in() {
    let dir = tempfile::tempdir().unwrap();
    let good = init(dir.path(), "good.example");
    let witness = start(dir.path(), "127.0.0.1:0").await.unwrap();
    let names = ["silent", "garbage", "forged", "strange", "vague", "endless", "moved", "huge"];
    let mut seed = 0;
    let keys = names.map(|name| {
        seed += 1;
        tlog::Cosigner::new(&format!("{name}.example"), &[seed; 32]).unwrap()
    });
    let other = Checkpoint::new("127.0.0.1/log", 1, [7; 32], Vec::new()).unwrap().encode();
    let line = |of: usize| keys[of].cosign(&other, NOW).unwrap().to_string().into_bytes();
    let answers = [
        Vec::new(),
        reply("200 OK", &[0xff; 400]),
        reply("200 OK", &line(2)),
        reply("200 OK", &line(0)),
        reply("409 Conflict", b"9223372036854775807\n"),
        reply("200 OK", &[b'x'; 1 << 20]),
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
            .to_vec(),
        reply("409 Conflict", b"seven\n"),
    ];
    let urls: Vec<String> = answers.map(|answer| format!("http://{}", always(answer))).to_vec();
    let mut asked: Vec<(&VerifierKey, &str)> =
        keys.iter().map(|key| key.verifier()).zip(urls.iter().map(String::as_str)).collect();
    let url = format!("http://{}", witness.local_addr());
    asked.push((&good, &url));
    let paper = Paper::new(&asked, 1);
    paper.watched_by(dir.path());
    witness.reload().unwrap();
    let site = paper.site.start().await;
    signed(site.local_addr(), 1, &[&good]).await;
    paper.write("quay", "The Quay");
    site.reload().unwrap();
    assert_eq!(get(site.local_addr(), "/story/quay/").await.status, 200);
    signed(site.local_addr(), 2, &[&good]).await;
    let lines = paper.site.lines.clone();
    for (name, what) in [
        ("garbage", "has not signed"),
        ("forged", "has not signed: a signature in the name of a known key is not that key's"),
        ("strange", "has not signed: no signature from a trusted key"),
        ("vague", "REFUSES: it has signed 9223372036854775807"),
        ("endless", "has not signed"),
        ("moved", "has not signed: it answered 302"),
        ("huge", "has not signed: it answered 409"),
    ] {
        lines.wait_for(&format!("witness {name}.example: {what}")).await;
    }
    assert_eq!(checkpoint(site.local_addr()).await.signatures().len(), 2);
    // One of them still has a request open: stopping does not wait for it.
    site.shutdown().await;
    witness.shutdown().await;
}

#[test]
fn settings_that_make_no_sense_are_named_by_their_line() {
    let key = |name: &str| tlog::Cosigner::new(name, &[7; 32]).unwrap().verifier().to_string();
    let log = Signer::new("news.example/log", &[1; 32]).unwrap().verifier().to_string();
    let a = key("a.example");
    let one =
        |key: &str, url: &str| format!("witnesses = [{{ key = \"{key}\", url = \"{url}\" }}]");
    let fine = one(&a, "https://a.example/witness");
    let twice = format!(
        "witnesses = [{{ key = \"{a}\", url = \"http://x\" }}, {{ key = \"{}\", url = \"http://y\" }}]",
        key("b.example")
    );
    let parse = |log: &str| {
        let text =
            format!("listen = \"127.0.0.1:0\"\nbase_url = \"http://x\"\n[public_log]\n{log}\n");
        Config::parse(Path::new("site.toml"), &text)
    };
    let config = parse(&fine).unwrap().log;
    assert_eq!((config.needed, config.retry), (1, Duration::from_secs(60)));
    assert_eq!(config.witnesses[0].url, "https://a.example/witness");
    for (text, words) in [
        ("witnesses = []".to_owned(), "site.toml:3: witnesses must be 1 to 16"),
        ("needed = 1".to_owned(), "missing key"),
        (one("a.example", "https://a.example"), "site.toml:4: key: "),
        (one(&log, "https://a.example"), "a witness's key is of type 0x04"),
        (one(&a, "a.example"), "site.toml:4: url is no address"),
        (one(&a, "ftp://a.example"), "url is no address"),
        (one(&a, "https://a.example/?x"), "url is no address"),
        (format!("needed = 2\n{fine}"), "site.toml:4: needed = 2; it must be 1 to 1"),
        (format!("needed = 0\n{fine}"), "needed = 0"),
        (format!("retry_secs = 0\n{fine}"), "retry_secs = 0"),
        (format!("retries = 2\n{fine}"), "unknown key `retries`"),
        (twice, "one witness is named twice"),
    ] {
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}
