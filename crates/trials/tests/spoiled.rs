//! `subrosa audit` on sites that are not what they promise: each is the demonstration's, with one thing changed on its way
//! to the reader. The same site unchanged is the control.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use trials::demo::{self, Demo};

/// An answer on its way.
struct Answer {
    status: String,
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Answer {
    fn replace(&mut self, from: &str, to: &str) {
        let body = String::from_utf8_lossy(&self.body);
        assert!(body.contains(from), "{from} is not there to be spoiled");
        self.body = body.replacen(from, to, 1).into_bytes();
    }

    fn drop_header(&mut self, name: &str) {
        self.headers.retain(|line| !line.to_lowercase().starts_with(name));
    }
}

type Spoil = fn(&str, &mut Answer);

/// Stands between a reader and the site, and spoils what it is told to.
struct Between {
    at: SocketAddr,
    spoil: Arc<Mutex<Spoil>>,
}

impl Between {
    fn start(site: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let spoil: Arc<Mutex<Spoil>> = Arc::new(Mutex::new(|_, _| ()));
        let told = spoil.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let spoil = *told.lock().unwrap();
                std::thread::spawn(move || pass(stream, site, spoil));
            }
        });
        Self { at, spoil }
    }
}

/// One request there and one answer back.
fn pass(mut reader: TcpStream, site: SocketAddr, spoil: Spoil) -> Option<()> {
    let (head, body) = message(&mut reader)?;
    let mut lines = head.lines();
    let first = lines.next()?.to_owned();
    let path = first.split(' ').nth(1)?.to_owned();
    let kept = lines.filter(|line| {
        let line = line.to_lowercase();
        !line.starts_with("connection:") && !line.starts_with("accept-encoding:")
    });
    let kept: Vec<&str> = kept.filter(|line| !line.is_empty()).collect();
    let mut there = TcpStream::connect(site).ok()?;
    write!(there, "{first}\r\n{}\r\nconnection: close\r\n\r\n", kept.join("\r\n")).ok()?;
    there.write_all(&body).ok()?;
    let (head, body) = message(&mut there)?;
    let mut lines = head.lines();
    let status = lines.next()?.to_owned();
    let headers = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let mut answer = Answer { status, headers, body };
    spoil(&path, &mut answer);
    answer.drop_header("content-length:");
    answer.drop_header("connection:");
    let headers = answer.headers.join("\r\n");
    let length = answer.body.len();
    write!(
        reader,
        "{}\r\n{headers}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n",
        answer.status
    )
    .ok()?;
    reader.write_all(&answer.body).ok()
}

/// A head, and as much body as it says.
fn message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16_384];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut chunk).ok()? {
            0 => return None,
            n => bytes.extend_from_slice(&chunk[..n]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = bytes[end..].to_vec();
    while body.len() < length.unwrap_or(0) {
        match stream.read(&mut chunk).ok()? {
            0 => return None,
            n => body.extend_from_slice(&chunk[..n]),
        }
    }
    Some((head, body))
}

/// What the audit says of each promise.
fn audit(at: SocketAddr, newsroom: &str, log: &Path) -> (bool, Vec<(String, String, String)>) {
    let out = Command::new(demo::program().unwrap())
        .args(["audit", &format!("http://{at}"), "--newsroom", newsroom, "--json", "--log"])
        .arg(log)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let findings =
        findings.map(|one| (text(&one["check"]), text(&one["verdict"]), text(&one["seen"])));
    assert_eq!(out.status.code(), Some(i32::from(report["kept"] != json!(true))));
    (report["kept"] == json!(true), findings.collect())
}

fn page(path: &str) -> bool {
    path == "/"
}

const SPOILED: [(&str, &str, Spoil); 13] = [
    ("a cookie", "cookies", |path, answer| {
        if page(path) {
            answer.headers.push("set-cookie: id=1".into());
        }
    }),
    ("another's script", "third parties", |path, answer| {
        if page(path) {
            answer.replace(
                "</head>",
                "<script src=\"https://tracker.example/a.js\"></script></head>",
            );
        }
    }),
    ("a script in the page", "inline script", |path, answer| {
        if page(path) {
            answer.replace("</head>", "<script>1</script></head>");
        }
    }),
    ("no content policy", "headers", |path, answer| {
        if page(path) {
            answer.drop_header("content-security-policy:");
        }
    }),
    ("no word of what is sent", "consent", |path, answer| {
        if page(path) {
            answer.replace("id=\"cover-switch\"", "id=\"gone\"");
        }
    }),
    ("a script that was changed", "script", |path, answer| {
        if path.contains("worker") {
            answer.body.extend_from_slice(b"\n// changed\n");
        }
    }),
    ("keys that were changed", "key list", |path, answer| {
        if path == "/keys" {
            answer.body[200] ^= 1;
        }
    }),
    ("a dead drop that was changed", "dead drop", |path, answer| {
        if path == "/drop/live" {
            answer.body[40] ^= 1;
        }
    }),
    ("packets that are told apart", "packets", |path, answer| {
        if path == "/cover" {
            answer.status = "HTTP/1.1 200 OK".into();
        }
    }),
    ("a story with another word", "public log", |path, answer| {
        if path == "/story/the-empty-chair/" {
            answer.replace("<article", "<article><p>And nothing else.</p");
        }
    }),
    ("a log that forgot an entry", "public log", |path, answer| {
        if path.starts_with("/log/tile/entries/") {
            let at = answer.body.len() - 2;
            answer.body[at] ^= 1;
        }
    }),
    ("a checkpoint that nobody signed", "public log", |path, answer| {
        if path == "/log/checkpoint" {
            let body = String::from_utf8(answer.body.clone()).unwrap();
            let mut lines: Vec<String> = body.lines().map(str::to_owned).collect();
            lines[1] = "1".into();
            answer.body = format!("{}\n", lines.join("\n")).into_bytes();
        }
    }),
    ("a log under a strange certificate", "public log", |path, answer| {
        if path == "/log/certificate" {
            answer.body[60] ^= 1;
        }
    }),
];

#[tokio::test]
async fn each_spoiled_site_is_found() {
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::start(data.path(), 0).await.unwrap();
    let between = Between::start(demo.address().unwrap());
    let log = data.path().join("log.checkpoint");
    let (kept, findings) = audit(between.at, &demo.newsroom, &log);
    assert!(kept, "the site itself: {findings:?}");
    for (what, check, spoil) in SPOILED {
        *between.spoil.lock().unwrap() = spoil;
        let (kept, findings) = audit(between.at, &demo.newsroom, &data.path().join("other"));
        let broken: Vec<&str> = findings
            .iter()
            .filter(|(_, verdict, _)| verdict == "broken")
            .map(|(check, ..)| check.as_str())
            .collect();
        assert!(!kept && broken.contains(&check), "{what}: {findings:?}");
    }
    // A log that was begun anew since the last audit.
    *between.spoil.lock().unwrap() = |_, _| ();
    let note = std::fs::read_to_string(&log).unwrap();
    let (kept, findings) = audit(between.at, &demo.newsroom, &log);
    assert!(kept, "it goes on: {findings:?}");
    std::fs::write(&log, note.replacen("\n1", "\n2", 1)).unwrap();
    let (kept, _) = audit(between.at, &demo.newsroom, &log);
    assert!(!kept, "a checkpoint of the last audit that does not hold");
}
