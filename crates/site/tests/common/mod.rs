//! A newsroom for tests: root, site folder, desks, stories; and an HTTP client that shows every byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    dead_code,
    unreachable_pub
)]

pub mod publishing;

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use envelope::cert::{Certificate, Holder, Name, Revocation};
use envelope::deskkey::DeskKey;
use envelope::fetch::Token;
use envelope::keys::{DeskIdentity, DeskWeek, KemSecret, Root, Signing, SiteId};
use envelope::papers::{Request, certificate_text, revocation_text};
use envelope::time::{TickLength, week};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use site::{
    Clock, Config, Deps, Disk, MixCommand, NewSite, Running, Server, Status, SystemClock,
    SystemDisk,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

pub const STORY: &str = "/story/the-list/";

/// Collects status lines.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    pub async fn wait_for(&self, what: &str) {
        for _ in 0..400 {
            if self.text().contains(what) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no line with {what:?} in:\n{}", self.text());
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub struct Desk {
    pub identity: Signing<DeskIdentity>,
    pub certificate: Certificate,
    pub revocation: Revocation,
    pub week: u32,
    pub key: DeskKey,
}

impl Desk {
    /// The value of `Authorization` for a path at a moment.
    pub fn authorization(&self, site: &SiteId, now: u64, path: &str) -> String {
        let token = Token::issue(&self.identity, site, now, path);
        format!("Subrosa {}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(token))
    }
}

pub struct Newsroom {
    pub dir: tempfile::TempDir,
    pub folder: PathBuf,
    pub root: Signing<Root>,
    pub site: SiteId,
    pub tick: TickLength,
    pub lines: Lines,
    pub rng: ChaCha20Rng,
}

pub fn now() -> u64 {
    SystemClock.now()
}

impl Newsroom {
    /// A site folder whose signer is certified, with one story, and `more` at the end of `site.toml`.
    pub fn new(tick_secs: u32, more: &str) -> Self {
        let newsroom = Self::uncertified(tick_secs, more);
        let request = std::fs::read_to_string(newsroom.folder.join("signer.request")).unwrap();
        let request = Request::parse(&request).unwrap();
        let (mut rng, dates) = (newsroom.rng.clone(), (now() - 3600, now() + 86_400));
        let certificate =
            Certificate::issue(&newsroom.root, request.holder, request.name, dates, &mut rng);
        newsroom.install("signer.certificate", &certificate_text(&certificate.unwrap()));
        newsroom
    }

    pub fn uncertified(tick_secs: u32, more: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("site");
        let mut rng = ChaCha20Rng::seed_from_u64(0x5ab);
        let root = Signing::<Root>::generate(&mut rng);
        let site = root.verifying().site_id();
        let tick = TickLength::new(tick_secs).unwrap();
        let content = folder.join("content");
        site::init(
            &NewSite {
                folder: &folder,
                site,
                name: &Name::new("test site").unwrap(),
                listen: "127.0.0.1:0".parse().unwrap(),
                base_url: "http://127.0.0.1",
                tick,
                content: Path::new("content"),
            },
            &mut rng,
        )
        .unwrap();
        write_content(&content, "The List");
        let toml = folder.join("site.toml");
        let text = std::fs::read_to_string(&toml).unwrap();
        // A small replay table: the usual one takes a slow disk longer than a test's tick.
        let mix = if more.contains("[mix]") { "" } else { "[mix]\nseen_bits = 12\n" };
        std::fs::write(&toml, format!("{text}\n{more}\n{mix}")).unwrap();
        Self { dir, folder, root, site, tick, lines: Lines::default(), rng }
    }

    /// Changes a line of `site.toml`.
    pub fn configure(&self, from: &str, to: &str) {
        let toml = self.folder.join("site.toml");
        let text = std::fs::read_to_string(&toml).unwrap();
        assert!(text.contains(from), "{from} in {text}");
        std::fs::write(&toml, text.replace(from, to)).unwrap();
    }

    pub fn install(&self, file: &str, text: &str) {
        let path = self.dir.path().join(file);
        std::fs::write(&path, text).unwrap();
        site::install(&self.folder, &[path]).unwrap();
    }

    /// A desk with a certificate that is not installed.
    pub fn new_desk(&mut self, name: &str) -> Box<Desk> {
        self.desk_for(name, (now() - 3600, now() + 86_400))
    }

    pub fn desk_for(&mut self, name: &str, dates: (u64, u64)) -> Box<Desk> {
        let identity = Signing::<DeskIdentity>::generate(&mut self.rng);
        let holder = Holder::Desk(identity.verifying());
        let name = Name::new(name).unwrap();
        let certificate =
            Certificate::issue(&self.root, holder, name, dates, &mut self.rng).unwrap();
        let revocation = Revocation::issue(&self.root, certificate.serial);
        let week = week(now());
        let secret = KemSecret::<DeskWeek>::generate(&mut self.rng);
        let not_after = envelope::time::week_start(week) + 14 * 86_400;
        let key = DeskKey::issue(&identity, &self.site, week, not_after, secret.public()).unwrap();
        // Boxed: keys are large, and the threads of tests have small stacks.
        Box::new(Desk { identity, certificate, revocation, week, key })
    }

    /// A desk that is let in.
    pub fn enrolled_desk(&mut self, name: &str) -> Box<Desk> {
        let desk = self.new_desk(name);
        self.install("desk.certificate", &certificate_text(&desk.certificate));
        desk
    }

    pub fn revoke(&self, desk: &Desk) {
        let text = revocation_text(&desk.revocation, &desk.certificate.name);
        self.install("desk.revocation", &text);
    }

    pub fn config(&self) -> Config {
        Config::load(&self.folder.join("site.toml")).unwrap()
    }

    pub fn deps(&self, config: &Config) -> Deps {
        Deps {
            clock: Arc::new(SystemClock),
            rng: Box::new(ChaCha20Rng::seed_from_u64(7)),
            mix: MixCommand::program(mix_program(), config),
            disk: Arc::new(SystemDisk),
            status: Status::to(self.lines.clone()),
        }
    }

    pub async fn start(&self) -> Running {
        self.start_on(Arc::new(SystemDisk)).await
    }

    /// With a disk that may fail.
    pub async fn start_on(&self, disk: Arc<dyn Disk>) -> Running {
        let config = self.config();
        let deps = Deps { disk, ..self.deps(&config) };
        match Server::start(config, deps).await {
            Ok(running) => running,
            Err(error) => panic!("{error}\n{}", self.lines.text()),
        }
    }
}

/// The example `mix-child` of this crate, which `cargo test` builds.
pub fn mix_program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().unwrap().parent().unwrap().join("examples/mix-child");
    assert!(program.exists(), "run: cargo build -p site --example mix-child");
    program
}

pub fn write_content(dir: &Path, title: &str) {
    std::fs::create_dir_all(dir.join("stories")).unwrap();
    let newsroom = "name = \"The Test\"\ntagline = \"Nothing but\"\nlanguage = \"en\"\n\
                    contact = [\"By post: here\"]\n\n[[sections]]\nname = \"World\"\nslug = \"world\"\n\
                    about = \"All of it\"\n";
    std::fs::write(dir.join("newsroom.toml"), newsroom).unwrap();
    let paragraph = "One two three four five six seven eight nine ten. ".repeat(40);
    let story = format!(
        "+++\ntitle = \"{title}\"\nslug = \"the-list\"\nsection = \"world\"\ndate = 2026-11-22\n\
         byline = \"A. Writer\"\nsummary = \"A summary.\"\n+++\n\n{paragraph}\n\n{paragraph}\n"
    );
    std::fs::write(dir.join("stories/the-list.md"), story).unwrap();
}

/// An answer as it came.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.text())
    }
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(have, _)| have == name);
        let first = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} twice");
        first
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Reads one answer; `None` if the connection ends before its first byte.
pub async fn read_reply<S: AsyncRead + Unpin>(stream: &mut S, head_only: bool) -> Option<Reply> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        let mut chunk = vec![0; 4096];
        let n = match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => {
                assert!(bytes.is_empty(), "cut in the header: {}", String::from_utf8_lossy(&bytes));
                return None;
            }
            Ok(n) => n,
        };
        bytes.extend_from_slice(&chunk[..n]);
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut body = bytes[end + 4..].to_vec();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    if !head_only {
        while body.len() < length {
            let mut chunk = vec![0; 65536];
            let n = stream.read(&mut chunk).await.unwrap();
            assert!(n > 0, "cut in the body");
            body.extend_from_slice(&chunk[..n]);
        }
        assert_eq!(body.len(), length);
    }
    Some(Reply { status, headers, body })
}

/// Sends bytes on a new connection and reads one answer.
pub async fn raw(address: SocketAddr, bytes: &[u8]) -> Option<Reply> {
    let stream = TcpStream::connect(address).await.unwrap();
    answered(stream, bytes).await.unwrap()
}

/// The same of a site that may be dead, or die over it.
pub async fn raw_if_alive(address: SocketAddr, bytes: &[u8]) -> Option<Reply> {
    let stream = TcpStream::connect(address).await.ok()?;
    answered(stream, bytes).await.ok()?
}

async fn answered(mut stream: TcpStream, bytes: &[u8]) -> std::io::Result<Option<Reply>> {
    stream.write_all(bytes).await?;
    let reply = read_reply(&mut stream, bytes.starts_with(b"HEAD "));
    Ok(tokio::time::timeout(Duration::from_secs(20), reply).await.expect("no answer within 20 s"))
}

/// A request with these extra header lines, each with `\r\n`.
pub fn request(method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{headers}").into_bytes();
    if method == "POST" {
        bytes.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

pub async fn get(address: SocketAddr, path: &str) -> Reply {
    raw(address, &request("GET", path, "", &[])).await.unwrap()
}

pub async fn get_with(address: SocketAddr, path: &str, headers: &str) -> Reply {
    raw(address, &request("GET", path, headers, &[])).await.unwrap()
}

pub const OCTETS: &str = "content-type: application/octet-stream\r\n";

pub async fn cover(address: SocketAddr, body: &[u8]) -> Reply {
    raw(address, &request("POST", "/cover", OCTETS, body)).await.unwrap()
}

pub async fn send<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    bytes: &[u8],
) -> Option<Reply> {
    stream.write_all(bytes).await.unwrap();
    read_reply(stream, bytes.starts_with(b"HEAD ")).await
}
