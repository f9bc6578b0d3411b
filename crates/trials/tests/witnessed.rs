//! A newsroom's site, two witnesses and a reader, each a process of its own: what the reader is told while witnesses are
//! killed, and when the site shows another list than before.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tlog::{AddCheckpoint, Checkpoint, Signer, Tree};

const WORDS: &str = "a passphrase that is long enough\n";

/// Runs the program to its end; gives its exit code, and what it printed as result or as a complaint.
fn subrosa(args: &[&str], input: &str) -> (i32, String) {
    let child = Process::spawn(args, input, Stdio::piped(), Stdio::piped());
    let done = child.wait_with_output().unwrap();
    let code = done.status.code().unwrap();
    let text = if code == 2 { done.stderr } else { done.stdout };
    (code, String::from_utf8(text).unwrap().trim().to_owned())
}

fn must(args: &[&str], input: &str) -> String {
    let (code, text) = subrosa(args, input);
    assert_eq!(code, 0, "{args:?}: {text}");
    text
}

/// A server, killed with -9 at the end.
struct Process(Child);

impl Process {
    fn spawn(args: &[&str], input: &str, out: Stdio, err: Stdio) -> Child {
        let mut command = Command::new(trials::demo::program().unwrap());
        let mut child =
            command.args(args).stdin(Stdio::piped()).stdout(out).stderr(err).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(input.as_bytes()).unwrap();
        child
    }

    fn start(args: &[&str], input: &str, log: &Path) -> Self {
        let err = File::options().create(true).append(true).open(log).unwrap();
        Self(Self::spawn(args, input, Stdio::null(), err.into()))
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(self.0.id().try_into().unwrap()).unwrap(), signal).unwrap();
    }

    fn stop(mut self) {
        self.signal(Signal::TERM);
        assert!(self.0.wait().unwrap().success(), "it stops in good order");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Witness {
    folder: String,
    key: String,
    address: String,
    process: Option<Process>,
}

impl Witness {
    fn new(folder: PathBuf, name: &str) -> Self {
        let folder = folder.to_str().unwrap().to_owned();
        let key = must(&["witness", "init", "--dir", &folder, "--name", name], "");
        let address = "127.0.0.1:0".to_owned();
        let mut witness = Self { folder, key, address, process: None };
        witness.run();
        witness
    }

    /// Starts it, or starts it again where it was.
    fn run(&mut self) {
        let args = ["witness", "run", "--dir", &self.folder, "--listen", &self.address, "--json"];
        let mut child = Process::spawn(&args, "", Stdio::piped(), Stdio::null());
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.process = Some(Process(child));
        let said: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(said["key"], self.key.as_str());
        self.address = said["witness"].as_str().unwrap().trim_start_matches("http://").to_owned();
    }

    fn kill(&mut self) {
        self.process = None;
    }

    /// Sends a request and does not wait for the answer.
    fn ask(&self, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = "POST /add-checkpoint HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
        write!(stream, "{head}content-length: {length}\r\n\r\n{body}").unwrap();
        stream
    }

    fn kept(&self) -> String {
        let mut files = fs::read_dir(Path::new(&self.folder).join("kept")).unwrap();
        fs::read_to_string(files.next().unwrap().unwrap().path()).unwrap()
    }
}

fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(150), "{what} did not happen");
        sleep(Duration::from_millis(500));
    }
}

fn story(content: &Path, name: &str) {
    let text = format!(
        "+++\ntitle = \"The {name}\"\nsection = \"world\"\ndate = 2026-11-20\nbyline = \"Somebody\"\n\
         summary = \"What happened.\"\n+++\n\nIt happened at the {name}.\n"
    );
    fs::write(content.join(format!("stories/{name}.md")), text).unwrap();
}

struct Reader {
    url: String,
    newsroom: String,
}

impl Reader {
    /// What the audit says of one promise, and its exit code.
    fn audit(&self, check: &str, more: &[&str]) -> (i32, String, String) {
        let args = [&["audit", &self.url, "--newsroom", &self.newsroom, "--json"], more].concat();
        let (code, text) = subrosa(&args, "");
        let report: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
        let findings = report["findings"].as_array().unwrap();
        let found = findings.iter().find(|one| one["check"] == check);
        let found = found.unwrap_or_else(|| panic!("{text}"));
        let field = |name: &str| found[name].as_str().unwrap().to_owned();
        (code, field("verdict"), field("seen"))
    }

    fn wait_for(&self, what: &str, code: i32, verdict: &str, more: &[&str]) -> String {
        wait(what, || {
            let (got, said, seen) = self.audit("witnesses", more);
            (got == code && said == verdict).then_some(seen)
        })
    }
}

/// The status and the body of an answer; none if the connection broke before the end of it.
fn answer(mut stream: TcpStream) -> Option<(u16, String)> {
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

#[test]
fn a_witness_that_is_killed_remembers_whatever_it_gave_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut witness = Witness::new(dir.path().join("a"), "a.example/witness");
    let log = Signer::new("log.example", &[1; 32]).unwrap();
    must(&["witness", "watch", "--dir", &witness.folder, &log.verifier().to_string()], "");
    let mut tree = Tree::new();
    let request = |tree: &Tree, old: u64| {
        let checkpoint = Checkpoint::new("log.example", tree.size(), tree.root(), vec![]).unwrap();
        let proof = tree.consistency(old, tree.size()).unwrap();
        AddCheckpoint { old, proof, note: log.checkpoint(&checkpoint).unwrap() }.encode()
    };
    let (mut known, mut unanswered) = (0, 0);
    for round in 0..12 {
        witness.kill();
        witness.run();
        // What it remembers is the last that it gave out, or the one that it was killed over.
        let (status, size) = answer(witness.ask(&request(&tree, tree.size()))).unwrap();
        let remembers = if status == 200 { tree.size() } else { size.trim().parse().unwrap() };
        assert!(remembers == known || remembers == unanswered, "{known}: {status} {size}");
        known = remembers;
        for _ in 0..round % 4 {
            tree.push(b"entry");
            let (status, line) = answer(witness.ask(&request(&tree, known))).unwrap();
            assert_eq!(status, 200, "{line}");
            known = tree.size();
        }
        // Killed over this one: at once, or some steps later.
        tree.push(b"entry");
        unanswered = tree.size();
        let asked = witness.ask(&request(&tree, known));
        sleep(Duration::from_micros(300 * round));
        witness.kill();
        if let Some((status, _)) = answer(asked) {
            assert_eq!(status, 200);
            known = unanswered;
        }
    }
}

#[test]
fn a_reader_learns_what_witnesses_have_seen() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (url, listen) = (format!("http://127.0.0.1:{port}"), format!("127.0.0.1:{port}"));
    let content = dir.path().join("newspaper");
    fs::create_dir_all(content.join("stories")).unwrap();
    let paper = "name = \"The Test\"\ntagline = \"Nothing but\"\nlanguage = \"en\"\n\
                 contact = [\"By post: here\"]\n[[sections]]\nname = \"World\"\nabout = \"All\"\n";
    fs::write(content.join("newsroom.toml"), paper).unwrap();
    story(&content, "list");
    let (root, site, desk) = (path("newsroom.root"), path("site"), path("desk"));
    let papers = content.to_str().unwrap();

    // A newsroom in which one desk approves.
    let newsroom = must(&["root", "init", &root], WORDS);
    let policy = format!("{papers}/newsroom.policy");
    let made = ["root", "policy", &root, "--number", "1", "--approvals", "1", "--out", &policy];
    must(&made, WORDS);
    let make_site = |base: &'static str| -> Vec<&str> {
        let base = if base.is_empty() { url.as_str() } else { base };
        let who = ["site", "init", "--dir", &site, "--newsroom", &newsroom, "--name", "The Test"];
        let what = ["--base-url", base, "--content", papers, "--listen", &listen];
        [&who[..], &what, &["--tick-secs", "4"]].concat()
    };
    must(&make_site(""), "");
    must(&["desk", "init", "--dir", &desk, "--name", "Night desk"], WORDS);
    let enrol = |request: &str| must(&["root", "enrol", &root, &path(request)], WORDS);
    let night = enrol("desk/desk.request");
    let (signer, log) = (enrol("site/signer.request"), enrol("site/log.request"));
    must(&["site", "install", "--dir", &site, &signer, &night, &log], "");
    must(&["desk", "install", "--dir", &desk, "--newsroom", &newsroom, &night], WORDS);
    let adopt = || must(&["desk", "adopt", "--dir", &desk, papers], WORDS);
    adopt();

    // Two other newsrooms run a witness each.
    let mut a = Witness::new(dir.path().join("a"), "a.example/witness");
    let mut b = Witness::new(dir.path().join("b"), "b.example/witness");
    let toml = format!("{site}/site.toml");
    let asked =
        [&a, &b].map(|w| format!("{{ key = \"{}\", url = \"http://{}\" }}", w.key, w.address));
    let settings = fs::read_to_string(&toml).unwrap();
    let log =
        format!("\n[public_log]\nneeded = 2\nretry_secs = 1\nwitnesses = [{}]\n", asked.join(", "));
    fs::write(&toml, format!("{settings}{log}")).unwrap();
    let said = dir.path().join("site.log");
    let run = || {
        let server = Process::start(&["site", "run", "--dir", &site], "", &said);
        wait("the site", || TcpStream::connect(&listen).ok());
        server
    };
    let mut server = run();
    let desk_log = dir.path().join("desk.log");
    let at = ["desk", "run", "--dir", &desk, "--site", &url, "--page", "127.0.0.1:0", "--json"];
    let _desk = Process::start(&at, WORDS, &desk_log);
    let reader = Reader { url: url.clone(), newsroom: newsroom.clone() };
    let (key_a, key_b) = (a.key.clone(), b.key.clone());
    let both = ["--witness", &key_a, "--witness", &key_b];
    let one = [&both[..], &["--needed", "1"]].concat();

    // Nobody watches this log yet: green for who does not ask, red for who does.
    wait("the desk's being listed", || {
        let (code, text) = subrosa(&["audit", &url, "--newsroom", &newsroom], "");
        (code == 0 && text.contains("none was asked for (--witness)")).then_some(())
    });
    let (code, verdict, seen) = reader.audit("witnesses", &one);
    assert_eq!((code, verdict.as_str()), (1, "broken"), "{seen}");
    assert!(seen.contains("a.example/witness has not"), "{seen}");
    for witness in [&a, &b] {
        let args = ["witness", "watch", "--dir", &witness.folder];
        let strange = "ab".repeat(32);
        let (code, why) =
            subrosa(&[&args[..], &["--site", &url, "--newsroom", &strange]].concat(), "");
        assert_eq!(code, 2, "another newsroom's root: {why}");
        let key = must(&[&args[..], &["--site", &url, "--newsroom", &newsroom]].concat(), "");
        let (_, printed) = subrosa(&["audit", &url, "--newsroom", &newsroom], "");
        assert!(printed.contains(&key), "{key} in {printed}");
        witness.process.as_ref().unwrap().signal(Signal::HUP);
    }
    let seen = reader.wait_for("both signatures", 0, "kept", &both);
    assert!(seen.starts_with("2 of 2 have signed this list; a.example/witness "), "{seen}");

    // What the site looked like then, for later.
    server.stop();
    let keep = |from: &str, to: &str| {
        for end in ["", "-wal", "-shm"] {
            let (from, to) = (path(&format!("{from}{end}")), path(&format!("{to}{end}")));
            let _ = fs::remove_file(&to);
            let _ = fs::copy(from, to);
        }
    };
    keep("site/store.sqlite", "before.sqlite");
    server = run();

    // One is killed, a story goes out; then the other one is killed, and both start again.
    b.kill();
    story(&content, "quay");
    adopt();
    wait("the second story", || {
        server.signal(Signal::HUP);
        sleep(Duration::from_millis(500));
        let log = reader.audit("public log", &[]).2;
        log.starts_with("2 entries").then_some(())
    });
    let seen = reader.wait_for("one signature", 0, "kept", &one);
    assert!(seen.starts_with("1 of 2 have signed this list; a.example/witness "), "{seen}");
    let (code, verdict, seen) = reader.audit("witnesses", &both);
    assert_eq!((code, verdict.as_str()), (1, "broken"));
    let words = "1 of 2 have signed this list, and 2 must have; a.example/witness ";
    assert!(seen.starts_with(words) && seen.ends_with("; b.example/witness has not"), "{seen}");
    let kept = a.kept();
    assert!(kept.contains("\n2\n"), "{kept}");
    a.kill();
    a.run();
    assert_eq!(a.kept(), kept);
    b.run();
    reader.wait_for("both signatures of the second list", 0, "kept", &both);

    // A witness that nobody asked, and the key of one under another's name.
    let stranger = Witness::new(dir.path().join("c"), "c.example/witness");
    let (code, _, seen) = reader.audit("witnesses", &["--witness", &stranger.key]);
    assert_eq!(code, 1);
    assert!(
        seen.contains("c.example/witness has not; signatures of keys that you did not name"),
        "{seen}"
    );
    let again = dir.path().join("reader.checkpoint");
    let remembers = ["--log", again.to_str().unwrap()];
    assert_eq!(reader.audit("public log", &remembers).1, "kept");
    for bad in [
        &["--witness", "a.example"][..],
        &["--witness", &a.key, "--needed", "2"],
        &["--witness", &a.key, "--needed", "0"],
        &["--witness", &a.key, "--witness", &a.key],
        &["--needed", "1"],
    ] {
        let args = [&["audit", &url, "--newsroom", &newsroom], bad].concat();
        assert_eq!(subrosa(&args, "").0, 2, "{bad:?}");
    }

    // The old store is put back and another story takes the second one's place.
    server.stop();
    assert!(!fs::read_to_string(&said).unwrap().contains("REFUSES"));
    keep("before.sqlite", "site/store.sqlite");
    fs::remove_file(content.join("stories/quay.md")).unwrap();
    story(&content, "pier");
    adopt();
    let server = run();
    wait("the witnesses' refusal", || {
        let said = fs::read_to_string(&said).unwrap();
        (said.matches("REFUSES").count() == 2).then_some(())
    });
    // Whoever looks for the first time sees a list in good order; the witnesses are what tells.
    let log = reader.audit("public log", &[]);
    assert_eq!(log.1, "kept", "{}", log.2);
    assert!(log.2.starts_with("2 entries"), "{}", log.2);
    let (code, verdict, seen) = reader.audit("witnesses", &one);
    assert_eq!((code, verdict.as_str()), (1, "broken"));
    assert!(seen.starts_with("0 of 2 have signed this list, and 1 must have"), "{seen}");
    // Whoever has looked before sees it by themselves.
    let log = reader.audit("public log", &remembers);
    assert_eq!(log.1, "broken");
    assert!(log.2.contains("does not continue what the last audit saw"), "{}", log.2);

    // What docs/operate.md says to do then: a new log, under another name.
    server.stop();
    for file in ["key", "request", "cosigned", "certificate", "revocation"] {
        let from = dir.path().join(format!("site/log.{file}"));
        fs::rename(&from, from.with_extension(format!("{file}.old"))).unwrap();
    }
    let again = make_site("http://log2.news.example");
    must(&again, "");
    must(&["site", "install", "--dir", &site, &enrol("site/log.request")], "");
    let server = run();
    assert_eq!(reader.audit("public log", &[]).1, "kept");
    for witness in [&a, &b] {
        let args = ["witness", "watch", "--dir", &witness.folder, "--site", &url];
        let key = must(&[&args[..], &["--newsroom", &newsroom]].concat(), "");
        assert!(key.starts_with("log2.news.example/log+"), "{key}");
        witness.process.as_ref().unwrap().signal(Signal::HUP);
    }
    reader.wait_for("signatures under the new log", 0, "kept", &both);
    server.stop();
    a.process.take().unwrap().stop();
}
