//! `subrosa demo`: the whole loop on one computer, with fast clocks and simulated readers.

use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use desk::{clock::SystemClock as DeskClock, daemon};
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
const DESK: &str = "Investigations desk";

/// Where everything of a demonstration lies.
struct Folder {
    root: PathBuf,
    site: PathBuf,
    desk: PathBuf,
    content: PathBuf,
}

impl Folder {
    fn of(data: &Path) -> Self {
        Self {
            root: data.join("newsroom.root"),
            site: data.join("site"),
            desk: data.join("desk"),
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
    desk_passphrase: &'a str,
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
    let (newsroom, vault) = prepare(&folder, args.site)?;
    rt::block_on(serve(args, &folder, newsroom, vault, out))
}

async fn serve(
    args: &cli::Demo,
    folder: &Folder,
    newsroom: SiteId,
    vault: Vault,
    out: &mut Out,
) -> Outcome {
    let mut config = Config::load(&folder.site.join("site.toml"))?;
    config.listen = args.site;
    config.base_url = format!("http://{}", args.site);
    // Readers, source and desk share one address here.
    config.visits_per_prefix = None;
    let site = crate::site::start(config, Status::to(Quiet(io::stderr()))).await?;
    let address = format!("http://{}", site.local_addr());
    let desk = daemon::start(
        daemon::Config {
            vault: Arc::new(vault),
            site: address.parse()?,
            page: args.desk,
            clock: Arc::new(DeskClock),
            notice_hours: crate::desk::NOTICE_HOURS.to_vec(),
        },
        crate::desk::tell,
    )
    .await?;
    let readers = Readers::start(&address, newsroom, args.readers, secrets::rng)?;
    if args.json {
        let addresses = Addresses {
            site: &address,
            desk: desk.link(),
            newsroom: newsroom.to_string(),
            desk_dir: &folder.desk,
            desk_passphrase: PASSPHRASE,
        };
        out.line(serde_json::to_string(&addresses)?)?;
    } else {
        introduce(args, &address, desk.link(), newsroom, out)?;
    }
    while rt::signal().await? != rt::Signal::Stop {}
    out.note("Stopping …");
    // Readers end their visits in threads of their own; waiting for them must not hold up the runtime.
    let readers = tokio::task::spawn_blocking(move || drop(readers));
    desk.stop().await;
    site.shutdown().await;
    readers.await?;
    Ok(Ending::Done)
}

fn introduce(
    args: &cli::Demo,
    address: &str,
    desk: &str,
    newsroom: SiteId,
    out: &mut Out,
) -> Result<(), Failure> {
    let readers = args.readers;
    out.line(format!(
        "1  Read the newspaper      {address}   ({readers} simulated readers are on it)"
    ))?;
    out.line("2  Be a source             open the drawer at the top of any page, and write; stay for half a minute")?;
    out.line(format!("3  Be the journalist       {desk}   (opens once; read the tip, answer it)"))?;
    out.line("4  Be the source again     any page, any browser: the drawer, your seven words, the answer")?;
    out.line(format!("5  Check the site          subrosa audit {address} --newsroom {newsroom}"))?;
    out.note("A tick takes 10 s here, an hour in a real newsroom. Ctrl-C stops; nothing is lost.");
    Ok(())
}

/// Makes whatever is missing. Everything that is there stays.
fn prepare(folder: &Folder, listen: SocketAddr) -> Result<(SiteId, Vault), Failure> {
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
        base_url: &format!("http://{listen}"),
        tick,
        content: &folder.content,
    };
    let made = site::init(&new, &mut secrets::rng())?;
    certify(&root, &folder.site, &made.request)?;

    let vault = match Vault::exists(&folder.desk) {
        true => Vault::open(&folder.desk, &words(), secrets::rng())?,
        false => desk::init(&folder.desk, &words(), weak, &Name::new(DESK)?, secrets::rng())?.vault,
    };
    let request = folder.desk.join(desk::REQUEST_FILE);
    if !request.exists() {
        // The last start was cut off between making the vault and writing its request.
        fs::write(&request, desk::request_text(&vault)?)
            .map_err(|error| Failure::at(request.display(), error))?;
    }
    let certificate = certify(&root, &folder.site, &request)?;
    let text = fs::read_to_string(&certificate)
        .map_err(|error| Failure::at(certificate.display(), error))?;
    let now = SystemClock::start().unix();
    desk::install(&vault, &text, Some(newsroom), now)
        .map_err(|error| Failure::at(certificate.display(), error))?;
    Ok((newsroom, vault))
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
