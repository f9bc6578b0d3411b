//! Site and desk as processes of their own, each killed with -9 and started again while tips are on their way: every confirmed
//! tip is in the vault exactly once, and its source reads the answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::{
    fs,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

const WORDS: &str = "a passphrase that is long enough\n";
const TIPS: usize = 3;

/// Runs the program to its end; gives what it printed.
fn subrosa(args: &[&str], input: &str) -> (bool, String) {
    let mut child = spawn(args);
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let out = String::from_utf8(done.stdout).unwrap();
    (done.status.success(), out)
}

fn must(args: &[&str], input: &str) -> String {
    let (fine, out) = subrosa(args, input);
    assert!(fine, "{args:?}: {out}");
    out
}

fn spawn(args: &[&str]) -> Child {
    Command::new(trials::demo::program().unwrap())
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A server that is killed with -9, now and at the end.
struct Server {
    args: Vec<String>,
    input: &'static str,
    child: Child,
}

impl Server {
    fn start(args: &[&str], input: &'static str) -> Self {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let child = Self::spawn(&args, input);
        Self { args, input, child }
    }

    fn spawn(args: &[String], input: &str) -> Child {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut child = spawn(&args);
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child
    }

    fn kill_and_restart(&mut self) {
        self.kill();
        self.child = Self::spawn(&self.args, self.input);
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn newspaper(dir: &Path) -> PathBuf {
    let content = dir.join("newspaper");
    fs::create_dir_all(content.join("stories")).unwrap();
    let paper = "name = \"The Test\"\ntagline = \"Nothing but\"\nlanguage = \"en\"\ncontact = [\"By post: here\"]\n\
                 [[sections]]\nname = \"World\"\nabout = \"All of it\"\n";
    fs::write(content.join("newsroom.toml"), paper).unwrap();
    let story = "+++\ntitle = \"A story\"\nsection = \"world\"\ndate = 2026-11-20\nbyline = \"Somebody\"\n\
                 summary = \"What happened.\"\n+++\n\nIt happened.\n";
    fs::write(content.join("stories/a-story.md"), story).unwrap();
    content
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

#[test]
fn every_confirmed_tip_is_in_the_vault_once_whatever_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("http://127.0.0.1:{port}");
    let listen = format!("127.0.0.1:{port}");
    let content = newspaper(dir.path()).to_str().unwrap().to_owned();
    let (root, site, desk) = (path("newsroom.root"), path("site"), path("desk"));

    let newsroom = must(&["root", "init", &root], WORDS).trim().to_owned();
    must(
        &[
            "site",
            "init",
            "--dir",
            &site,
            "--newsroom",
            &newsroom,
            "--name",
            "The Test",
            "--base-url",
            &address,
            "--content",
            &content,
            "--listen",
            &listen,
            "--tick-secs",
            "4",
        ],
        "",
    );
    must(&["desk", "init", "--dir", &desk, "--name", "Night desk"], WORDS);
    let signer = must(&["root", "enrol", &root, &path("site/signer.request")], WORDS);
    let night = must(&["root", "enrol", &root, &path("desk/desk.request")], WORDS);
    must(&["site", "install", "--dir", &site, signer.trim(), night.trim()], "");
    must(&["desk", "install", "--dir", &desk, "--newsroom", &newsroom, night.trim()], WORDS);

    let mut site_server = Server::start(&["site", "run", "--dir", &site], "");
    let mut desk_server = Server::start(
        &["desk", "run", "--dir", &desk, "--site", &address, "--page", "127.0.0.1:0", "--json"],
        WORDS,
    );
    wait("the desk's being listed", || {
        let (kept, _) = subrosa(&["audit", &address, "--newsroom", &newsroom], "");
        kept.then_some(())
    });

    let base = ["--site", &address, "--newsroom", &newsroom];
    let texts: Vec<String> = (0..TIPS).map(|n| format!("Tip {n}: read the minutes.")).collect();
    let tips: Vec<Child> = texts
        .iter()
        .map(|text| {
            let mut child = spawn(&[&["tip"], &base[..], &["--new", "--send", "--json"]].concat());
            child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
            child
        })
        .collect();
    // The first copies leave after five seconds, the second ones after thirty.
    sleep(Duration::from_secs(12));
    desk_server.kill_and_restart();
    sleep(Duration::from_secs(7));
    site_server.kill_and_restart();
    let sent: Vec<Value> = tips
        .into_iter()
        .map(|tip| serde_json::from_slice(&tip.wait_with_output().unwrap().stdout).unwrap())
        .collect();
    site_server.kill_and_restart();
    desk_server.kill_and_restart();

    let replies = |tip: &Value| {
        let (message, words) =
            (tip["message"].as_str().unwrap(), tip["passphrase"].as_str().unwrap());
        let args = [&["replies"], &base[..], &["--message", message, "--json"]].concat();
        let (fine, out) = subrosa(&args, &format!("{words}\n"));
        fine.then(|| serde_json::from_str::<Value>(&out).unwrap())
    };
    for tip in &sent {
        wait("the receipt", || {
            let found = replies(tip)?;
            (found["receipts"][0]["confirmed_by"] == "Night desk").then_some(())
        });
    }
    let inbox = must(&["desk", "inbox", "--dir", &desk, "--filter", "all", "--json"], WORDS);
    let inbox: Value = serde_json::from_str(&inbox).unwrap();
    let conversations = inbox["conversations"].as_array().unwrap();
    let mut previews: Vec<&str> =
        conversations.iter().map(|one| one["preview"].as_str().unwrap()).collect();
    previews.sort_unstable();
    assert_eq!(previews, texts, "each of them once");
    assert!(conversations.iter().all(|one| one["incoming"] == 1), "each message once: {inbox}");

    // The answer waits in the vault while the daemon is killed once more.
    let first = conversations.iter().find(|one| one["preview"] == texts[0].as_str()).unwrap();
    let number = first["number"].to_string();
    let answer = format!("{WORDS}Which minutes?");
    must(&["desk", "reply", "--dir", &desk, &number], &answer);
    desk_server.kill_and_restart();
    wait("the answer", || {
        let found = replies(&sent[0])?;
        (found["replies"][0]["text"] == "Which minutes?").then_some(())
    });
}
