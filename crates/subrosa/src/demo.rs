//! `subrosa demo`: the whole loop on one computer, with fast clocks and simulated readers.

use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use assent::Policy;
use desk::{Desk, clock::SystemClock as DeskClock, daemon};
use envelope::{cert::Name, keys::SiteId, papers, papers::Request, time::TickLength};
use serde::Serialize;
use site::{Config, NewSite, Status};
use source::{
    clock::{Clock, SystemClock},
    readers::Readers,
};
use vault::{Kdf, Passphrase, Vault, root::OpenRoot};

use crate::{
    cli,
    out::{Ending, Failure, Out, Outcome},
    rt, secrets,
};

/// Seconds of a tick. An hour outside demonstrations.
const TICK_SECS: u32 = 10;
/// Opens root and vault of the demonstration; nothing in them is worth protecting.
const PASSPHRASE: &str = "a demonstration keeps no secrets";
/// The desks: sources can write to each, and every story needs the approval of two. The last one may override.
const DESKS: [&str; 3] = ["Investigations desk", "Politics desk", "Night desk"];

/// Where everything of a demonstration lies.
struct Folder {
    root: PathBuf,
    site: PathBuf,
    /// In the order of [`DESKS`].
    desks: [PathBuf; 3],
    content: PathBuf,
}

impl Folder {
    fn of(data: &Path) -> Self {
        Self {
            root: data.join("newsroom.root"),
            site: data.join("site"),
            desks: ["desk", "desk-politics", "desk-night"].map(|name| data.join(name)),
            content: data.join("newspaper"),
        }
    }
}

/// Leaves out what a site says once a tick: here that would be a line every ten seconds.
struct Quiet<W>(W);

impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if line.starts_with(b"tick ") {
            return Ok(line.len());
        }
        self.0.write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[derive(Serialize)]
struct Addresses<'a> {
    site: &'a str,
    desk: &'a str,
    newsroom: String,
    desk_dir: &'a Path,
    colleagues: Vec<Colleague<'a>>,
    desk_passphrase: &'a str,
}

#[derive(Serialize)]
struct Colleague<'a> {
    name: &'a str,
    desk: &'a str,
    desk_dir: &'a Path,
}

/// Prepares what is missing, runs until Ctrl-C.
pub(crate) fn run(args: &cli::Demo, out: &mut Out) -> Outcome {
    if !args.site.ip().is_loopback() {
        return Err(Failure::new(format!(
            "--site {}: a demonstration keeps no secrets, so it stays on this computer: give a loopback address",
            args.site
        )));
    }
    fs::create_dir_all(&args.data).map_err(|error| Failure::at(args.data.display(), error))?;
    let data =
        fs::canonicalize(&args.data).map_err(|error| Failure::at(args.data.display(), error))?;
    let folder = Folder::of(&data);
    out.note(format!("Preparing the demonstration in {} …", data.display()));
    let (newsroom, vaults) = prepare(&folder, args.site)?;
    rt::block_on(serve(args, &folder, newsroom, vaults, out))
}

async fn serve(
    args: &cli::Demo,
    folder: &Folder,
    newsroom: SiteId,
    vaults: Vec<Arc<Vault>>,
    out: &mut Out,
) -> Outcome {
    let mut config = Config::load(&folder.site.join("site.toml"))?;
    config.listen = args.site;
    config.base_url = format!("http://{}", args.site);
    // Readers, source and desk share one address here.
    config.visits_per_prefix = None;
    let site = crate::site::start(config, Status::to(Quiet(io::stderr()))).await?;
    let address = format!("http://{}", site.local_addr());
    let mut desks = Vec::new();
    for (n, vault) in vaults.into_iter().enumerate() {
        // The first one's page is where it was asked for, the others' wherever there is room.
        let page = if n == 0 { args.desk } else { SocketAddr::new(args.desk.ip(), 0) };
        let config = daemon::Config {
            vault,
            site: address.parse()?,
            page,
            clock: Arc::new(DeskClock),
            notice_hours: crate::desk::NOTICE_HOURS.to_vec(),
            // Its passphrase is known to everybody.
            lock_after: 0,
        };
        desks.push(daemon::start(config, crate::desk::tell).await?);
    }
    let links: Vec<&str> = desks.iter().map(|desk| desk.link()).collect();
    let [first, others @ ..] = links.as_slice() else {
        return Err(Failure::new("a demonstration has desks"));
    };
    let readers = Readers::start(&address, newsroom, args.readers, secrets::rng)?;
    if args.json {
        let addresses = Addresses {
            site: &address,
            desk: first,
            newsroom: newsroom.to_string(),
            desk_dir: &folder.desks[0],
            colleagues: DESKS
                .iter()
                .zip(&folder.desks)
                .skip(1)
                .zip(others)
                .map(|((name, desk_dir), desk)| Colleague { name, desk, desk_dir })
                .collect(),
            desk_passphrase: PASSPHRASE,
        };
        out.line(serde_json::to_string(&addresses)?)?;
    } else {
        introduce(args, &address, &links, newsroom, out)?;
    }
    while rt::signal().await? != rt::Signal::Stop {}
    out.note("Stopping …");
    // Readers end their visits in threads of their own; waiting for them must not hold up the runtime.
    let readers = tokio::task::spawn_blocking(move || drop(readers));
    for desk in desks {
        desk.stop().await;
    }
    site.shutdown().await;
    readers.await?;
    Ok(Ending::Done)
}

fn introduce(
    args: &cli::Demo,
    address: &str,
    desks: &[&str],
    newsroom: SiteId,
    out: &mut Out,
) -> Result<(), Failure> {
    let readers = args.readers;
    out.line(format!(
        "1  Read the newspaper      {address}   ({readers} simulated readers are on it)"
    ))?;
    out.line("2  Be a source             open the drawer at the top of any page, and write; stay for half a minute")?;
    let desk = desks.first().copied().unwrap_or_default();
    out.line(format!("3  Be the journalist       {desk}   (opens once; read the tip, answer it)"))?;
    out.line("4  Be the source again     any page, any browser: the drawer, your seven words, the answer")?;
    out.line(format!("5  Check the site          subrosa audit {address} --newsroom {newsroom}"))?;
    for (name, link) in DESKS.iter().zip(desks).skip(1) {
        out.line(format!(
            "6  Be a colleague          {link}   (the {name}: approve what the first desk asks)"
        ))?;
    }
    out.note("A tick takes 10 s here, an hour in a real newsroom. Ctrl-C stops; nothing is lost.");
    Ok(())
}

/// Makes whatever is missing. Everything that is there stays.
fn prepare(folder: &Folder, listen: SocketAddr) -> Result<(SiteId, Vec<Arc<Vault>>), Failure> {
    press::write_demo(&folder.content)?;
    let words = || Passphrase::new(PASSPHRASE.to_owned());
    let weak = Kdf::weak_for_demo_and_tests();
    let root = match folder.root.exists() {
        true => OpenRoot::open(&folder.root, &words())?,
        false => OpenRoot::create(&folder.root, &words(), weak, &mut secrets::rng())?,
    };
    let newsroom = root.site_id();
    let tick = TickLength::new(TICK_SECS).ok_or_else(|| Failure::new("no such tick"))?;
    let new = NewSite {
        folder: &folder.site,
        site: newsroom,
        name: &Name::new("The demonstration")?,
        listen,
        // The log is named after it, once and for all; where the site listens can be another port each time.
        base_url: "http://demonstration.localhost",
        tick,
        content: &folder.content,
    };
    // Before the site is made: its folder says whether approvals are asked for.
    let mut vaults = Vec::new();
    for (name, dir) in DESKS.iter().zip(&folder.desks) {
        vaults.push(match Vault::exists(dir) {
            true => Vault::open(dir, &words(), secrets::rng())?,
            false => desk::init(dir, &words(), weak, &Name::new(name)?, secrets::rng())?.vault,
        });
    }
    sign_policy(&root, &vaults, &folder.content)?;
    let made = site::init(&new, &mut secrets::rng())?;
    certify(&root, &folder.site, &made.request)?;
    certify(&root, &folder.site, &made.log)?;
    let now = SystemClock::start().unix();
    let mut desks = Vec::new();
    for (vault, dir) in vaults.into_iter().zip(&folder.desks) {
        let request = dir.join(desk::REQUEST_FILE);
        if !request.exists() {
            // The last start was cut off between making the vault and writing its request.
            fs::write(&request, desk::request_text(&vault)?)
                .map_err(|error| Failure::at(request.display(), error))?;
        }
        let certificate = certify(&root, &folder.site, &request)?;
        let text = fs::read_to_string(&certificate)
            .map_err(|error| Failure::at(certificate.display(), error))?;
        desk::install(&vault, &text, Some(newsroom), now)
            .map_err(|error| Failure::at(certificate.display(), error))?;
        desks.push(Arc::new(vault));
    }
    // The demonstration's stories are older than its policy.
    for vault in desks.iter().take(2) {
        crate::newsroom::adopt_folder(&Desk::new(vault.clone()), &folder.content)?;
    }
    Ok((newsroom, desks))
}

/// Two desks approve every story, and the last one may override; unless there is a policy.
fn sign_policy(root: &OpenRoot, vaults: &[Vault], content: &Path) -> Result<(), Failure> {
    let path = content.join(site::approvals::POLICY);
    if path.exists() {
        return Ok(());
    }
    let editors = vaults.last().map(desk::desk_id).transpose()?.into_iter().collect();
    let now = SystemClock::start().unix();
    let policy = root.sign(|key| Policy::issue(key, 1, 2, editors, now))?;
    fs::write(&path, policy.text()).map_err(|error| Failure::at(path.display(), error))
}

/// Has a request enrolled, unless it has been, and installs the certificate at the site.
fn certify(root: &OpenRoot, site: &Path, request: &Path) -> Result<PathBuf, Failure> {
    let path = request.with_extension("certificate");
    if !path.exists() {
        let text =
            fs::read_to_string(request).map_err(|error| Failure::at(request.display(), error))?;
        let request =
            Request::parse(&text).map_err(|error| Failure::at(request.display(), error))?;
        let now = SystemClock::start().unix();
        let (certificate, _) = root.enrol(request, now, &mut secrets::rng())?;
        fs::write(&path, papers::certificate_text(&certificate))
            .map_err(|error| Failure::at(path.display(), error))?;
    }
    site::install(site, std::slice::from_ref(&path))?;
    Ok(path)
}
