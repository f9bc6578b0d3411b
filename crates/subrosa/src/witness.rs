//! `subrosa witness`: signs other newsrooms' public logs as long as they only grow.

use std::{io, sync::Arc};

use serde_json::json;
use site::{
    Status, SystemClock,
    witness::{self, WitnessDeps, Witnessing},
};
use source::{
    audit::log_key,
    clock::{Clock, SystemClock as SourceClock},
    http::Site,
};

use crate::{
    cli_witness as cli,
    out::{self, Ending, Failure, Out, Outcome},
    rt, secrets,
};

/// Carries out a `witness` command.
pub(crate) fn run(command: &cli::Witness, out: &mut Out) -> Outcome {
    match command {
        cli::Witness::Init(args) => init(args, out),
        cli::Witness::Watch(args) => watch(args, out),
        cli::Witness::Run(args) => serve(args, out),
    }
}

fn init(args: &cli::WitnessInit, out: &mut Out) -> Outcome {
    let key = witness::init(&args.dir, &args.name, &mut secrets::rng())?;
    if args.json {
        out.json(&json!({ "name": key.name(), "key": key.to_string() }))?;
    } else {
        out.line(&key)?;
        out.note("Next: subrosa witness watch, for each log; then subrosa witness run.");
    }
    Ok(Ending::Done)
}

fn watch(args: &cli::WitnessWatch, out: &mut Out) -> Outcome {
    let key = match (&args.key, &args.site, args.newsroom) {
        (Some(key), ..) => key.trim().parse().map_err(|error| Failure::at(key, error))?,
        (None, Some(site), Some(newsroom)) => {
            let site = Site::new(site)?;
            log_key(&site, &newsroom, SourceClock::start().unix())
                .map_err(|why| Failure::at(&site, format!("the public log: {why}")))?
        }
        _ => return Err(Failure::new("give the log's key, or --site and --newsroom")),
    };
    let new = witness::watch(&args.dir, &key)?;
    if args.json {
        out.json(&json!({ "log": key.name(), "key": key.to_string(), "new": new }))?;
    } else {
        let before = if new { "" } else { " (it was there before)" };
        out.line(format!("{key}{before}"))?;
    }
    Ok(Ending::Done)
}

fn serve(args: &cli::WitnessRun, out: &mut Out) -> Outcome {
    let status = Status::to(io::stderr());
    rt::block_on(async {
        rt::heed()?;
        let deps = WitnessDeps { clock: Arc::new(SystemClock), status };
        let running = Witnessing::start(&args.dir, args.listen, deps).await?;
        let (address, key) = (format!("http://{}", running.local_addr()), running.verifier());
        if args.json {
            out.line(json!({ "witness": address, "key": key.to_string() }))?;
        } else {
            out.line(format!("{address}  {key}"))?;
        }
        loop {
            match rt::signal().await? {
                rt::Signal::Stop => break,
                rt::Signal::Reload => {
                    if let Err(error) = running.reload() {
                        out::status(format!("witness: not read again: {error}"));
                    }
                }
            }
        }
        running.shutdown().await;
        Ok(Ending::Done)
    })
}
