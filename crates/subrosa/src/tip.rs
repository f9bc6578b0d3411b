//! `subrosa tip`.

use envelope::{Suite, keylist::KeyList, passphrase::Passphrase};
use serde::Serialize;
use source::{
    armour,
    clock::{Clock, SystemClock},
    http::{Reach, Site},
    outbox::Outbox,
    tip,
    visit::{self, Outcome as Visited, Plan, Visit},
};

use crate::{
    cli,
    out::{Ending, Failure, Out, Outcome},
    secrets,
};

/// A visit that carries a tip ends at the latest after this; eight fragments take twelve minutes.
const LONGEST_VISIT: std::time::Duration = std::time::Duration::from_secs(30 * 60);

#[derive(Serialize)]
struct Report<'a> {
    desk: &'a str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    passphrase: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<Sent>,
}

#[derive(Serialize)]
struct Sent {
    packets: usize,
    refused: usize,
    complete: bool,
}

/// Seals a tip, and prints or sends it.
pub(crate) fn run(args: &cli::Tip, out: &mut Out) -> Outcome {
    let site = Site::new(&args.newsroom.site)?;
    if args.send {
        may_connect(&site, args.in_the_open, out)?;
    }
    let clock = SystemClock::start();
    let keys = key_list(args, &site, clock.unix())?;
    let desk = tip::choose_desk(&keys, args.desk.as_deref())?;
    let mut rng = secrets::rng();
    let passphrase = match args.new {
        true => Passphrase::generate(&mut rng),
        false => Passphrase::parse(&secrets::line("The seven words of your passphrase:", out)?)?,
    };
    let text = secrets::text(args.file.as_deref())?;
    let sealed = tip::seal(&keys, desk, &passphrase, text.trim_end(), clock.unix(), &mut rng)?;
    let message = hex::encode(sealed.message.0);
    let shown = args.new.then(|| passphrase.reveal());
    let mut report =
        Report { desk: &sealed.desk, message, passphrase: shown, sealed: None, sent: None };
    let ending = if args.send {
        if !args.json {
            introduce(&report, out);
        }
        let sent = send(&site, &args.newsroom, sealed.inners, &clock, out);
        let ending = if sent.complete { Ending::Done } else { Ending::NotAsItShouldBe };
        report.sent = Some(sent);
        ending
    } else {
        report.sealed = Some(armour::wrap(&sealed.inners));
        Ending::Done
    };
    if args.json {
        out.json(&report)?;
        return Ok(ending);
    }
    match (&report.sealed, &report.sent) {
        (Some(sealed), _) => {
            introduce(&report, out);
            out.line(sealed.trim_end())?;
        }
        (None, Some(Sent { complete: true, .. })) => {
            out.line("Sent twice. Not yet confirmed: ask `subrosa replies` for the receipt.")?;
        }
        (None, _) => {
            out.line("Not sent completely: the site did not take every packet. Send it again; the desk keeps one copy.")?;
        }
    }
    Ok(ending)
}

fn introduce(report: &Report<'_>, out: &mut Out) {
    if let Some(words) = report.passphrase {
        out.note(format!("Your passphrase, shown once. Keep it in your head:\n\n    {words}\n"));
    }
    out.note(format!("Sealed to: {}\nMessage:   {}", report.desk, report.message));
}

/// A program's connection can be told from a reader's; on the open network that is for the person to decide.
pub(crate) fn may_connect(site: &Site, in_the_open: bool, out: &mut Out) -> Result<(), Failure> {
    if site.reach() != Reach::Open {
        return Ok(());
    }
    let warning = "A connection made by this program does not look like a reader's. Whoever watches yours can tell that \
                   you do more here than read.";
    if in_the_open {
        out.note(warning);
        return Ok(());
    }
    Err(Failure::new(format!(
        "{site}: {warning} Let the drawer of any page carry the sealed text instead, use the newsroom's onion address, or say \
         --in-the-open"
    )))
}

fn key_list(args: &cli::Tip, site: &Site, now: u64) -> Result<KeyList, Failure> {
    let (place, bytes) = match &args.keys {
        Some(file) => {
            let place = file.display().to_string();
            let bytes = std::fs::read(file).map_err(|error| Failure::at(&place, error))?;
            (place, bytes)
        }
        None => (format!("{site}/keys"), site.get("/keys", visit::KEY_LIST_LIMIT)?),
    };
    tip::verified_keys(&bytes, &args.newsroom.newsroom, now)
        .map_err(|error| Failure::at(place, error))
}

fn send(
    site: &Site,
    newsroom: &cli::Newsroom,
    inners: Vec<envelope::inner::InnerEnvelope>,
    clock: &SystemClock,
    out: &mut Out,
) -> Sent {
    let mut rng = secrets::rng();
    let plan = Plan::draw(LONGEST_VISIT, &mut rng);
    let mut outbox = Outbox::new(inners);
    let mut told = 0;
    let mut visit =
        Visit { site, id: newsroom.newsroom, suite: Suite::XWing, clock, rng: &mut rng };
    let Visited { sent, failed, .. } = visit.stay(&plan, &mut outbox, |outbox| {
        let progress = outbox.progress();
        if progress.left > told {
            told = progress.left;
            out.note(format!("{} of {} packets have left", progress.left, progress.all));
        }
        outbox.is_done()
    });
    Sent { packets: sent, refused: failed, complete: outbox.is_done() && failed == 0 }
}
