//! Nothing the server writes holds an address, a browser's name or an arrival time finer than a release.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use common::{Newsroom, OCTETS, STORY, read_reply, request};
use tokio::io::AsyncWriteExt;

const TICK: u64 = 10;
/// From so many seconds after a tick on, nothing of that tick is written any more.
const QUIET_FROM: f64 = 5.0;
/// Files are stamped with a clock that may be a timer interrupt behind: what is written at a tick can look so much earlier.
const STAMP_LAG: f64 = 0.02;
const ADDRESS: [u8; 4] = [127, 77, 88, 99];
const FORWARDED: [u8; 4] = [203, 0, 113, 177];
const BROWSER: &str = "CanaryBrowser/7.19 (Oblique; rv:77)";

/// All files below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// The ways in which bytes may have been written down.
fn disguises(what: &str, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        (format!("{what}, as it is"), bytes.to_vec()),
        (format!("{what}, reversed"), bytes.iter().rev().copied().collect()),
        (format!("{what}, in hexadecimal"), hex.clone().into_bytes()),
        (format!("{what}, in upper hexadecimal"), hex.to_uppercase().into_bytes()),
    ];
    if bytes.len() > 8 {
        let utf16: Vec<u8> = bytes.iter().flat_map(|byte| [*byte, 0]).collect();
        forms.push((format!("{what}, in UTF-16"), utf16));
        for skip in 0..3 {
            // Base64 of the middle, however it is aligned.
            let end = skip + (bytes.len() - skip) / 3 * 3;
            let text = base64::engine::general_purpose::STANDARD.encode(&bytes[skip..end]);
            forms.push((format!("{what}, in base64 + {skip}"), text.into_bytes()));
        }
    }
    forms
}

fn address_forms(what: &str, address: [u8; 4]) -> Vec<(String, Vec<u8>)> {
    let [a, b, c, d] = address;
    let text = format!("{a}.{b}.{c}.{d}");
    let number = u32::from_be_bytes(address).to_string();
    let mut forms = disguises(what, &address);
    forms.extend(disguises(&format!("{what}, in text"), text.as_bytes()));
    forms
        .extend(disguises(&format!("{what}, its /24 in text"), format!("{a}.{b}.{c}.").as_bytes()));
    forms.push((format!("{what}, as a number"), number.into_bytes()));
    forms
}

/// A second at which a packet came, unless it is that of a tick.
fn time_forms(second: u64) -> Vec<(String, Vec<u8>)> {
    let what = format!("the arrival time {second}");
    vec![
        (format!("{what}, in text"), second.to_string().into_bytes()),
        (format!("{what}, big-endian"), second.to_be_bytes().to_vec()),
        (format!("{what}, little-endian"), second.to_le_bytes().to_vec()),
    ]
}

fn canaries(arrivals: &[u64]) -> Vec<(String, Vec<u8>)> {
    let mut forms = address_forms("the visitor's address", ADDRESS);
    forms.extend(address_forms("the forwarded address", FORWARDED));
    forms.extend(disguises("the browser", BROWSER.as_bytes()));
    forms.extend(arrivals.iter().flat_map(|second| time_forms(*second)));
    forms
}

/// Which canaries are in which file.
fn search(files: &[PathBuf], canaries: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let bytes = std::fs::read(file).unwrap();
        for (name, form) in canaries {
            if contains(&bytes, form) {
                found.push(format!("{}: {name}", file.display()));
            }
        }
    }
    found
}

fn contains(bytes: &[u8], form: &[u8]) -> bool {
    let Some((first, rest)) = form.split_first() else { return false };
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| byte == first) {
        from += at + 1;
        if bytes[from..].starts_with(rest) {
            return true;
        }
    }
    false
}

/// Files last written in the quiet part of a tick, when packets came, and not before `start`.
fn written_in_between(files: &[PathBuf], start: SystemTime) -> Vec<String> {
    let in_between = |file: &PathBuf| {
        let written = std::fs::metadata(file).ok()?.modified().ok()?;
        let second = written.duration_since(UNIX_EPOCH).ok()?.as_secs_f64() % TICK as f64;
        (written >= start && second > QUIET_FROM && second < TICK as f64 - STAMP_LAG)
            .then(|| format!("{} at tick + {second:.3} s", file.display()))
    };
    files.iter().filter_map(in_between).collect()
}

async fn until(second: f64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let wait = (second - now % TICK as f64).rem_euclid(TICK as f64);
    tokio::time::sleep(Duration::from_secs_f64(wait)).await;
}

/// A server of its own process, its output in files.
struct Server {
    child: Child,
    address: SocketAddr,
    output: PathBuf,
}

impl Server {
    fn start(site: &Newsroom) -> Self {
        let output = site.dir.path().join("output");
        std::fs::create_dir(&output).unwrap();
        let program = common::mix_program().with_file_name("serve");
        let mut child = Command::new(program)
            .arg(site.folder.join("site.toml"))
            .arg(common::mix_program())
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(output.join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let Some(address) = line.trim().strip_prefix("listening on ") else {
            panic!("{}", std::fs::read_to_string(output.join("stderr")).unwrap())
        };
        let address = address.parse().unwrap();
        let mut copy = File::create(output.join("stdout")).unwrap();
        std::thread::spawn(move || {
            let _ = copy.write_all(line.as_bytes());
            let _ = std::io::copy(&mut stdout, &mut copy);
        });
        Self { child, address, output }
    }

    fn stop(mut self) -> PathBuf {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
        self.output
    }
}

/// A visit as a browser makes it, from an address that can be found again.
async fn visit(at: SocketAddr) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((ADDRESS, 0))).unwrap();
    let mut stream = socket.connect(at).await.unwrap();
    let [a, b, c, d] = FORWARDED;
    let who = format!(
        "user-agent: {BROWSER}\r\nx-forwarded-for: {a}.{b}.{c}.{d}\r\nreferer: https://{BROWSER}/\r\n\
         cookie: who={BROWSER}\r\n"
    );
    let packet = format!("{who}{OCTETS}");
    let requests = [
        request("GET", STORY, &who, &[]),
        request("GET", "/keys", &who, &[]),
        request("GET", "/drop/live", &who, &[]),
        request("GET", &format!("/nowhere?{}", BROWSER.replace(' ', "+")), &who, &[]),
        request("GET", "/desk/batch/1", &format!("{who}authorization: Subrosa {BROWSER}\r\n"), &[]),
        request("POST", "/cover", &packet, &[2; 4096]),
        request("POST", "/cover", &packet, &[1; 4096]),
        request("POST", "/cover", &packet, &BROWSER.as_bytes().repeat(118)[..4096]),
        // Refused, which ends the connection.
        request("POST", "/cover", &packet, &BROWSER.as_bytes().repeat(2)),
    ];
    for bytes in requests {
        stream.write_all(&bytes).await.unwrap();
        assert!(read_reply(&mut stream, false).await.is_some());
    }
    let mut wrong = tokio::net::TcpStream::connect(at).await.unwrap();
    wrong.write_all(format!("{BROWSER}\r\n\r\n").as_bytes()).await.unwrap();
    let _ = read_reply(&mut wrong, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_written_tells_who_came_or_when() {
    // Snapshots of the pool have a clock of their own; here they come with the ticks, to see the packets' effect alone.
    let more = "[limits]\nvisits_per_prefix = 1\n[proxy]\ntrusted = [\"127.77.88.99\"]\n[mix]\nseen_bits = 12\nsnapshot_secs = 3600\n";
    let mut site = Newsroom::new(TICK as u32, more);
    site.enrolled_desk("Night desk");
    let server = Server::start(&site);
    let mut arrivals = Vec::new();
    let mut in_between = Vec::new();
    until(QUIET_FROM + 1.0).await;
    let start = SystemTime::now();
    for _ in 0..3 {
        for _ in 0..2 {
            visit(server.address).await;
            arrivals.push(common::now());
            tokio::time::sleep(Duration::from_millis(1100)).await;
        }
        in_between.extend(written_in_between(&changing(&site.folder), start));
        until(QUIET_FROM + 1.0).await;
    }
    let planted = site.folder.join("planted");
    std::fs::write(&planted, "x").unwrap();
    let control = written_in_between(&changing(&site.folder), start);
    assert_eq!(in_between, Vec::<String>::new());
    assert!(control.iter().any(|line| line.contains("planted")), "{control:?}");
    std::fs::remove_file(&planted).unwrap();

    let output = server.stop();
    arrivals.retain(|second| second % TICK != 0);
    let canaries = canaries(&arrivals);
    let mut everything = files(&site.folder);
    everything.extend(files(&output));
    for expected in ["store.sqlite", "keys.0", "pool.0", "seen.0", "stderr", "stdout", "site.toml"]
    {
        assert!(everything.iter().any(|file| file.ends_with(expected)), "{expected} not searched");
    }
    let log = std::fs::read_to_string(output.join("stderr")).unwrap();
    assert!(log.contains("packets taken"), "the server did say something:\n{log}");
    // The configuration names the trusted proxy, and that is the only place.
    let found: Vec<String> = search(&everything, &canaries)
        .into_iter()
        .filter(|line| !line.contains("site.toml: the visitor's address"))
        .collect();
    assert_eq!(found, Vec::<String>::new());

    // Each form would have been found.
    for (name, form) in &canaries {
        let mut bytes = vec![0xa5; 5000];
        bytes.extend_from_slice(form);
        bytes.extend_from_slice(&[0x5a; 5000]);
        std::fs::write(&planted, bytes).unwrap();
        let found = search(std::slice::from_ref(&planted), &canaries);
        assert!(found.iter().any(|line| line.ends_with(name.as_str())), "{name}");
    }
}

/// What changes while a site runs: everything but the stories and the configuration.
fn changing(folder: &Path) -> Vec<PathBuf> {
    let content = folder.join("content");
    files(folder).into_iter().filter(|file| !file.starts_with(&content)).collect()
}
