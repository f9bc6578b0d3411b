//! `subrosa site`: the newsroom's public server.

use std::path::{Path, PathBuf};

use envelope::{
    cert::{Holder, Name},
    time::TickLength,
};
use serde::Serialize;
use site::{
    Config, Deps, Installed, MixCommand, NewSite, Running, Server, Status, SystemClock, SystemDisk,
};

use crate::{
    cli,
    out::{Ending, Failure, Out, Outcome},
    secrets,
};

/// Carries out a `site` command.
pub(crate) fn run(command: &cli::Site, out: &mut Out) -> Outcome {
    match command {
        cli::Site::Init(args) => init(args, out),
        cli::Site::Install(args) => install(args, out),
        cli::Site::Run(args) => serve(args),
    }
}

#[derive(Serialize)]
struct Made {
    config: PathBuf,
    request: PathBuf,
    log: PathBuf,
    signer: String,
}

fn init(args: &cli::SiteInit, out: &mut Out) -> Outcome {
    let tick = TickLength::new(args.tick_secs)
        .ok_or_else(|| Failure::new("--tick-secs: 1 to 86,400 seconds"))?;
    let new = NewSite {
        folder: &args.dir,
        site: args.newsroom,
        name: &Name::new(&args.name)?,
        listen: args.listen,
        base_url: &args.base_url,
        tick,
        content: &args.content,
    };
    let made = site::init(&new, &mut secrets::rng())?;
    let made =
        Made { config: made.config, request: made.request, log: made.log, signer: made.signer };
    if args.json {
        out.json(&made)?;
    } else {
        out.line(made.request.display())?;
        out.line(made.log.display())?;
        out.note(format!(
            "Signer's key, to be compared when the root signs:\n{}\nNext: have the root enrol these requests, install the \
             certificates, and run the site. Its settings are in {}.",
            made.signer,
            made.config.display()
        ));
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct Paper {
    kind: &'static str,
    name: Option<String>,
    new: bool,
}

fn install(args: &cli::SiteInstall, out: &mut Out) -> Outcome {
    let installed: Vec<Paper> =
        site::install(&args.dir, &args.papers)?.into_iter().map(paper).collect();
    if args.json {
        out.json(&installed)?;
        return Ok(Ending::Done);
    }
    for paper in installed {
        let name = paper.name.unwrap_or_else(|| "a certificate that is not installed".to_owned());
        let before = if paper.new { "" } else { " (it was there before)" };
        out.line(format!("{}: {name}{before}", paper.kind))?;
    }
    Ok(Ending::Done)
}

fn paper(installed: Installed) -> Paper {
    match installed {
        Installed::Certificate { name, holder, new, .. } => Paper {
            kind: match *holder {
                Holder::Desk(_) => "desk",
                Holder::Signer(_) => "site signer",
                Holder::Log(_) => "public log",
            },
            name: Some(name.as_str().to_owned()),
            new,
        },
        Installed::Revocation { name, new } => {
            Paper { kind: "revocation", name: name.map(|name| name.as_str().to_owned()), new }
        }
    }
}

/// Starts a site from its folder, with this program as its mix.
pub(crate) async fn start(config: Config, status: Status) -> Result<Running, Failure> {
    let mix = MixCommand::this_program(&config)?;
    let deps = Deps {
        clock: std::sync::Arc::new(SystemClock),
        rng: Box::new(secrets::rng()),
        mix,
        disk: std::sync::Arc::new(SystemDisk),
        status,
    };
    Ok(Server::start(config, deps).await?)
}

fn serve(args: &cli::SiteRun) -> Outcome {
    let config = Config::load(&config_path(&args.dir))?;
    crate::rt::block_on(async {
        crate::rt::heed()?;
        let running = start(config, Status::to(std::io::stderr())).await?;
        loop {
            match crate::rt::signal().await? {
                crate::rt::Signal::Stop => break,
                crate::rt::Signal::Reload => {
                    if let Err(error) = running.reload() {
                        // What was in use goes on; the person who asked must know.
                        crate::out::status(format!("site: not read again: {error}"));
                    }
                }
            }
        }
        running.shutdown().await;
        Ok(Ending::Done)
    })
}

fn config_path(dir: &Path) -> PathBuf {
    dir.join("site.toml")
}
