//! `subrosa root`: what the keeper of the newsroom's root does, offline, a few times a year.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use assent::Policy;
use envelope::{
    keys::DeskId,
    papers::{self, Request},
};
use serde::Serialize;
use source::clock::{Clock, SystemClock};
use vault::{Kdf, Passphrase, root::OpenRoot};

use crate::{
    cli,
    cli_newsroom::RootPolicy,
    out::{Ending, Failure, Out, Outcome},
    secrets,
};

/// Carries out a `root` command.
pub(crate) fn run(command: &cli::Root, out: &mut Out) -> Outcome {
    match command {
        cli::Root::Init(args) => init(args, out),
        cli::Root::Enrol(args) => enrol(args, out),
        cli::Root::Revoke(args) => revoke(args, out),
        cli::Root::Policy(args) => policy(args, out),
    }
}

#[derive(Serialize)]
struct Made {
    newsroom: String,
    file: PathBuf,
}

fn init(args: &cli::RootInit, out: &mut Out) -> Outcome {
    if args.root.exists() {
        return Err(Failure::at(args.root.display(), "exists already; nothing was changed"));
    }
    let words = secrets::new_line(
        "A passphrase for the newsroom's root (five or more random words):",
        out,
    )?;
    let passphrase = Passphrase::new(words.to_string());
    let root = OpenRoot::create(&args.root, &passphrase, Kdf::default(), &mut secrets::rng())?;
    let made = Made { newsroom: root.site_id().to_string(), file: args.root.clone() };
    if args.json {
        out.json(&made)?;
    } else {
        out.line(&made.newsroom)?;
        out.note(format!(
            "This is the newsroom, for everybody. Print it in the paper.\n{} is its root: copy it to two sticks, keep them \
             in two places, and take it off this computer.",
            made.file.display()
        ));
    }
    Ok(Ending::Done)
}

fn open(path: &Path, out: &mut Out) -> Result<OpenRoot, Failure> {
    let words = secrets::line("The passphrase of the newsroom's root:", out)?;
    Ok(OpenRoot::open(path, &Passphrase::new(words.to_string()))?)
}

#[derive(Serialize)]
struct Enrolled {
    name: String,
    role: &'static str,
    key: String,
    valid_until: u64,
    certificate: PathBuf,
    revocation: PathBuf,
}

fn enrol(args: &cli::RootEnrol, out: &mut Out) -> Outcome {
    let text = read(&args.request)?;
    let request =
        Request::parse(&text).map_err(|error| Failure::at(args.request.display(), error))?;
    let (role, key) = match &request.holder {
        envelope::cert::Holder::Signer(key) => ("site", format!("{key:?}")),
        envelope::cert::Holder::Desk(key) => ("desk", format!("{key:?}")),
        envelope::cert::Holder::Log(key) => ("log", format!("{key:?}")),
    };
    out.note(format!(
        "A {role} asks to be enrolled as \"{}\", with the key\n{key}\nCompare the key with the person who asks, on another way.",
        request.name.as_str()
    ));
    let root = open(&args.root, out)?;
    let now = SystemClock::start().unix();
    let name = request.name.clone();
    let (certificate, revocation) = root.enrol(request, now, &mut secrets::rng())?;
    let enrolled = Enrolled {
        name: name.as_str().to_owned(),
        role,
        key,
        valid_until: certificate.not_after,
        certificate: beside(&args.request, args.out.as_deref(), "certificate"),
        revocation: beside(&args.request, args.out.as_deref(), "revocation"),
    };
    write_new(&enrolled.certificate, &papers::certificate_text(&certificate))?;
    write_new(&enrolled.revocation, &papers::revocation_text(&revocation, &name))?;
    if args.json {
        out.json(&enrolled)?;
    } else {
        out.line(enrolled.certificate.display())?;
        out.note(format!(
            "Give this certificate to the site, and a desk's to the desk, too.\nKeep {} with the root: it takes the \
             certificate back, and whoever has it can do so.",
            enrolled.revocation.display()
        ));
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct Revoked {
    name: String,
    revocation: PathBuf,
}

fn revoke(args: &cli::RootRevoke, out: &mut Out) -> Outcome {
    let text = read(&args.certificate)?;
    let place = |error: &dyn std::fmt::Display| Failure::at(args.certificate.display(), error);
    let untrusted = papers::parse_certificate(&text).map_err(|error| place(&error))?;
    let root = open(&args.root, out)?;
    let certificate = untrusted.verify_signature(&root.site_id()).map_err(|error| place(&error))?;
    let path = beside(&args.certificate, args.out.as_deref(), "revocation");
    let revocation = root.revoke(certificate.serial);
    let text = papers::revocation_text(&revocation, &certificate.name);
    // The one that was signed in advance says the same.
    if !path.exists() {
        write_new(&path, &text)?;
    }
    let revoked = Revoked { name: certificate.name.as_str().to_owned(), revocation: path.clone() };
    if args.json {
        out.json(&revoked)?;
    } else {
        out.line(path.display())?;
        out.note("Install it at the site: subrosa site install --dir SITE FILE");
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct Signed {
    number: u32,
    approvals: u8,
    policy: PathBuf,
}

fn policy(args: &RootPolicy, out: &mut Out) -> Outcome {
    let editor = |text: &String| {
        let bytes = hex::decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        let why = "is no desk's id: 32 hexadecimal digits, as `subrosa desk status` shows it";
        bytes.map(DeskId).ok_or_else(|| Failure::at(format!("--editor {text}"), why))
    };
    let editors = args.editor.iter().map(editor).collect::<Result<Vec<_>, _>>()?;
    let root = open(&args.root, out)?;
    let now = SystemClock::start().unix();
    let made = root.sign(|key| Policy::issue(key, args.number, args.approvals, editors, now));
    let made = made.map_err(|error| Failure::new(format!("the policy: {error}")))?;
    write_new(&args.out, &made.text())?;
    let policy = args.out.clone();
    let signed = Signed { number: made.number, approvals: made.approvals, policy };
    if args.json {
        out.json(&signed)?;
    } else {
        out.line(args.out.display())?;
        out.note("Lay it into the site's content folder as newsroom.policy; the desks fetch it from there.");
    }
    Ok(Ending::Done)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::at(path.display(), error))
}

fn beside(path: &Path, dir: Option<&Path>, extension: &str) -> PathBuf {
    let named = path.with_extension(extension);
    match (dir, named.file_name()) {
        (Some(dir), Some(name)) => dir.join(name),
        _ => named,
    }
}

fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
        Failure::at(
            path.display(),
            format!("{error}; move it away, or give another folder with --out"),
        )
    })?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|error| Failure::at(path.display(), error))
}
