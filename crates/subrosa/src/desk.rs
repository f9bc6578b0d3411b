//! `subrosa desk`: a journalist's desk.

use std::{fs, path::Path, sync::Arc};

use desk::{
    Desk,
    clock::SystemClock as DeskClock,
    daemon,
    service::{Direction, Filter, Mark},
};
use envelope::cert::Name;
use serde::Serialize;
use source::clock::{Clock, SystemClock};
use vault::{Kdf, Passphrase, Vault};

use crate::{
    cli,
    out::{Ending, Failure, Out, Outcome, visible},
    rt, secrets,
};

/// Hours of the day, UTC, at which a desk says "look at the desk", whether or not anything came.
pub(crate) const NOTICE_HOURS: [u8; 3] = [7, 13, 19];
const PROMPT: &str = "The desk's passphrase:";

/// Carries out a `desk` command.
pub(crate) fn run(command: &cli::Desk, out: &mut Out) -> Outcome {
    match command {
        cli::Desk::Init(args) => init(args, out),
        cli::Desk::Install(args) => install(args, out),
        cli::Desk::Run(args) => daemon(args, out),
        cli::Desk::Link(args) => link(args, out),
        cli::Desk::Inbox(args) => inbox(args, out),
        cli::Desk::Show(args) => show(args, out),
        cli::Desk::Reply(args) => reply(args, out),
        cli::Desk::Mark(args) => mark(args, out),
        cli::Desk::Status(args) => status(args, out),
        cli::Desk::Passphrase(args) => passphrase(args, out),
        cli::Desk::Room(command) => crate::newsroom::run(command, out),
    }
}

/// Opens a desk's vault with the passphrase from standard input.
pub(crate) fn open(dir: &Path, out: &mut Out) -> Result<Arc<Vault>, Failure> {
    if !Vault::exists(dir) {
        return Err(Failure::at(dir.display(), "is no desk yet; `subrosa desk init` makes one"));
    }
    let passphrase = Passphrase::new(secrets::line(PROMPT, out)?.to_string());
    Ok(Arc::new(Vault::open(dir, &passphrase, secrets::rng())?))
}

pub(crate) fn now() -> u64 {
    SystemClock::start().unix()
}

#[derive(Serialize)]
struct Changed {
    changed: bool,
}

#[derive(Serialize)]
struct Page<'a> {
    page: &'a str,
}

/// Runs until Ctrl-C: a round with the site every tick, and the local page.
fn daemon(args: &cli::DeskRun, out: &mut Out) -> Outcome {
    let config = daemon::Config {
        vault: open(&args.dir, out)?,
        site: args.site.parse()?,
        page: args.page,
        clock: Arc::new(DeskClock),
        notice_hours: NOTICE_HOURS.to_vec(),
        lock_after: u64::from(args.lock_after) * 60,
    };
    rt::block_on(async {
        let running = daemon::start(config, tell).await?;
        if args.json {
            out.line(serde_json::to_string(&Page { page: running.link() })?)?;
        } else {
            out.line(running.link())?;
            out.note("Open this in a browser; it is good once. Leave this running.");
        }
        while rt::signal().await? != rt::Signal::Stop {}
        running.stop().await;
        Ok(Ending::Done)
    })
}

/// What the daemon says to whoever started it: never a word of a source, and nothing that comes only when a tip did.
pub(crate) fn tell(event: daemon::Event) {
    match event {
        daemon::Event::Trouble(text) => crate::out::status(format!("desk: {text}")),
        daemon::Event::LookAtTheDesk => crate::out::status("desk: look at the desk"),
        daemon::Event::Round(_) => {}
    }
}

/// A new address for a browser that has lost its session.
fn link(args: &cli::DeskLink, out: &mut Out) -> Outcome {
    let desk = Desk::new(open(&args.at.dir, out)?);
    let page = desk::web::link(&desk, args.page, now())?;
    if args.at.json {
        out.json(&Page { page: &page })?;
    } else {
        out.line(page)?;
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct Made {
    desk: String,
    request: std::path::PathBuf,
}

fn init(args: &cli::DeskInit, out: &mut Out) -> Outcome {
    let name = Name::new(&args.name)?;
    let words = secrets::new_line("A passphrase for the desk (five or more random words):", out)?;
    let passphrase = Passphrase::new(words.to_string());
    let made = desk::init(&args.at.dir, &passphrase, Kdf::default(), &name, secrets::rng())?;
    let made = Made { desk: made.desk_id.to_string(), request: made.request };
    if args.at.json {
        out.json(&made)?;
    } else {
        out.line(made.request.display())?;
        out.note("Next: have the newsroom's root enrol this request, and install the certificate here and at the site.");
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct Kept {
    policy: u32,
    approvals: u8,
}

fn install(args: &cli::DeskInstall, out: &mut Out) -> Outcome {
    let text = fs::read_to_string(&args.certificate)
        .map_err(|error| Failure::at(args.certificate.display(), error))?;
    let vault = open(&args.at.dir, out)?;
    if text.starts_with(assent::POLICY_PAPER) {
        let policy = Desk::new(vault)
            .install_policy(&text)
            .map_err(|error| Failure::at(args.certificate.display(), error))?;
        let kept = Kept { policy: policy.number, approvals: policy.approvals };
        match args.at.json {
            true => out.json(&kept)?,
            false => out.line(format!(
                "policy {}: {} desks must approve every story",
                kept.policy, kept.approvals
            ))?,
        }
        return Ok(Ending::Done);
    }
    let installed = desk::install(&vault, &text, args.newsroom, now())
        .map_err(|error| Failure::at(args.certificate.display(), error))?;
    if args.at.json {
        out.json(&installed)?;
    } else {
        out.line(format!("{}: enrolled at newsroom {}", installed.name, installed.newsroom))?;
        if args.newsroom.is_none() {
            out.note("Compare the newsroom with the one you were told on another way.");
        }
    }
    Ok(Ending::Done)
}

/// Seals the vault's key under another passphrase.
fn passphrase(args: &cli::DeskPassphrase, out: &mut Out) -> Outcome {
    let dir = &args.at.dir;
    let old = secrets::line(PROMPT, out)?;
    let old = Passphrase::new(old.to_string());
    // Opened first, so that a wrong old one is told before a new one is thought of.
    let vault = Vault::open(dir, &old, secrets::rng())?;
    let words = secrets::new_line("The new passphrase (five or more random words):", out)?;
    vault.change_passphrase(&old, &Passphrase::new(words.to_string()), Kdf::default())?;
    if args.at.json {
        out.json(&Changed { changed: true })?;
    } else {
        out.line("The passphrase is changed.")?;
        out.note("Copies of the vault made before, backups too, still open with the old one.");
    }
    Ok(Ending::Done)
}

fn inbox(args: &cli::DeskInbox, out: &mut Out) -> Outcome {
    let filter = Filter::named(&args.filter)
        .ok_or_else(|| Failure::new("--filter: one of open, unread, unanswered, junk, all"))?;
    let inbox = Desk::new(open(&args.at.dir, out)?).inbox(filter)?;
    if args.at.json {
        out.json(&inbox)?;
        return Ok(Ending::Done);
    }
    for one in &inbox.conversations {
        let danger = if one.danger { " DANGER TO LIFE" } else { "" };
        let unread = if one.unread > 0 { format!(" {} unread", one.unread) } else { String::new() };
        out.line(format!("{:>4}{danger}{unread}  {}", one.number, visible(one.preview.as_str())))?;
    }
    out.note(format!(
        "{} conversations, {} unread, {} unanswered, {} junk, {} messages still arriving",
        inbox.all, inbox.unread, inbox.unanswered, inbox.junk, inbox.unfinished
    ));
    Ok(Ending::Done)
}

fn show(args: &cli::DeskShow, out: &mut Out) -> Outcome {
    let desk = Desk::new(open(&args.at.dir, out)?);
    let conversation = desk.show(&args.conversation, now())?;
    desk.mark_read(&args.conversation)?;
    if args.at.json {
        out.json(&conversation)?;
        return Ok(Ending::Done);
    }
    for message in &conversation.messages {
        let from = match message.direction {
            Direction::In => "from the source",
            Direction::Out => "from this desk",
        };
        let crowd = match message.crowd_at_least {
            Some(0) => ", among fewer than 10 visits".to_owned(),
            Some(n) => format!(", among {n} visits or more, as far as anybody can tell"),
            None => String::new(),
        };
        out.line(format!("── {from}{crowd}\n\n{}\n", visible(message.text.as_str())))?;
    }
    Ok(Ending::Done)
}

fn reply(args: &cli::DeskReply, out: &mut Out) -> Outcome {
    let desk = Desk::new(open(&args.at.dir, out)?);
    let text = secrets::text(args.file.as_deref())?;
    let queued = desk.reply(&args.conversation, text.trim_end(), now())?;
    if args.at.json {
        out.json(&queued)?;
    } else {
        out.line(format!(
            "Queued: {} entries. The daemon publishes them tick by tick.",
            queued.entries
        ))?;
    }
    Ok(Ending::Done)
}

fn mark(args: &cli::DeskMark, out: &mut Out) -> Outcome {
    let mark = match args.mark.as_str() {
        "read" => Mark::Read(true),
        "unread" => Mark::Read(false),
        "answered" => Mark::Answered(true),
        "unanswered" => Mark::Answered(false),
        "junk" => Mark::Junk(true),
        "keep" => Mark::Junk(false),
        "danger" => Mark::Danger(true),
        "safe" => Mark::Danger(false),
        other => match other.strip_prefix("owner=") {
            Some(name) => Mark::Owner(Some(name.trim().to_owned()).filter(|name| !name.is_empty())),
            None => return Err(Failure::new(format!("{other}: no such mark; see --help"))),
        },
    };
    let desk = Desk::new(open(&args.at.dir, out)?);
    let summary = desk.mark(&args.conversation, mark, now())?;
    if args.at.json {
        out.json(&summary)?;
    } else {
        out.line(format!("{}: marked", summary.number))?;
    }
    Ok(Ending::Done)
}

fn status(args: &cli::DeskAt, out: &mut Out) -> Outcome {
    let status = Desk::new(open(&args.dir, out)?).status(now())?;
    out.json(&status)?;
    Ok(Ending::Done)
}
