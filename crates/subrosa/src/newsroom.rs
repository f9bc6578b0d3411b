//! `subrosa desk …` for a desk that has colleagues: stories, approvals, hand-overs, Stop.

use std::{
    fs,
    path::{Path, PathBuf},
};

use assent::Publication;
use desk::{
    Desk,
    custody::{Caring, Hands, Over, Retention},
    story::{Prepare, StoryError},
};
use serde::Serialize;
use vault::Vault;

use crate::{
    cli_newsroom::{self as cli, Room},
    desk::{now, open},
    out::{Ending, Failure, Out, Outcome, visible},
};

/// Carries out one of them.
pub(crate) fn run(command: &Room, out: &mut Out) -> Outcome {
    match command {
        Room::Colleagues(at) => {
            let seen = at_desk(&at.dir, out)?.colleagues()?;
            list(out, at.json, &seen)
        }
        Room::Drafts(at) => {
            let seen = at_desk(&at.dir, out)?.drafts()?;
            list(out, at.json, &seen)
        }
        Room::Draft(args) => draft(args, out),
        Room::Send(args) => {
            at_desk(&args.at.dir, out)?.send_draft(args.draft, &args.to, now())?;
            done(out, args.at.json, "On its way: it leaves with the next letters.")
        }
        Room::Story(args) => {
            let seen = at_desk(&args.at.dir, out)?.story(args.draft)?;
            list(out, args.at.json, &seen)
        }
        Room::Prepare(args) => prepare(args, out),
        Room::Ask(args) => ask(args, out),
        Room::Requests(at) => {
            let seen = at_desk(&at.dir, out)?.requests()?;
            list(out, at.json, &seen)
        }
        Room::Approve(args) => approve(args, out),
        Room::Publish(args) => {
            let desk = at_desk(&args.at.dir, out)?;
            let page = desk.page_for_site(args.draft, now())?;
            desk.publish(&page, &desk.client()?, now())?;
            done(out, args.at.json, "It is out.")
        }
        Room::Override(args) => {
            let desk = at_desk(&args.prepare.at.dir, out)?;
            let asked = asked(&args.prepare);
            let page = desk.override_story(args.prepare.draft, &asked, &args.reason, now())?;
            desk.publish(&page, &desk.client()?, now())?;
            done(
                out,
                args.prepare.at.json,
                "It is out, by your decision alone; every desk's log says so.",
            )
        }
        Room::Adopt(args) => adopt(args, out),
        Room::Log(at) => {
            let seen = at_desk(&at.dir, out)?.story_log()?;
            list(out, at.json, &seen)
        }
        Room::HandOver(args) => hand_over(args, out),
        Room::TakeBack(args) => {
            let desk = at_desk(&args.at.dir, out)?;
            let all = desk.hand_overs()?;
            let known = all.iter().map(|one| one.id.as_str());
            let id = whole(&args.hand_over, known, "hand-over")?;
            desk.take_back(&id, &args.why, now())?;
            done(out, args.at.json, "Taken back. What was read is read.")
        }
        Room::HandOvers(at) => {
            let seen = at_desk(&at.dir, out)?.hand_overs()?;
            list(out, at.json, &seen)
        }
        Room::OpenParcel(args) => {
            let bytes = read(&args.file)?;
            let arrived = at_desk(&args.at.dir, out)?
                .open_parcel(&bytes, now())
                .map_err(|error| Failure::at(args.file.display(), error))?;
            list(out, args.at.json, &arrived)
        }
        Room::Source(args) => source(args, out),
        Room::Stop(args) => stop(args, out),
        Room::Destroy(args) => {
            let desk = at_desk(&args.at.dir, out)?;
            let sets = desk.shares_dealt(&args.conversation)?;
            desk.destroy_source(&args.conversation, now())?;
            if sets > 0 {
                out.note(format!(
                    "Sets of recovery papers that were made: {sets}. Call them in and burn them: two of them and an old backup open \
                     what was destroyed."
                ));
            }
            done(out, args.at.json, "Destroyed, with its key.")
        }
        Room::Hold(args) => {
            let hold = Caring::Hold(args.why.clone());
            at_desk(&args.at.dir, out)?.take_care(&args.conversation, hold, now())?;
            done(out, args.at.json, if args.lift { "The hold is lifted." } else { "Held." })
        }
        Room::Retention(args) => retention(args, out),
        Room::Policy(at) => {
            let text = at_desk(&at.dir, out)?.policy_text(now())?;
            match at.json {
                true => out.json(&text)?,
                false => out.line(text.trim_end())?,
            }
            Ok(Ending::Done)
        }
        Room::Backup(args) => {
            open(&args.at.dir, out)?.backup(&args.file)?;
            done(
                out,
                args.at.json,
                "Backed up. It opens with the passphrase of now; sources' own keys are not in it.",
            )
        }
        Room::Restore(args) => {
            Vault::restore(&args.file, &args.at.dir)?;
            done(
                out,
                args.at.json,
                "Restored. What belongs to a source opens when two shares have brought its key back.",
            )
        }
        Room::Shares(args) => shares(args, out),
        Room::Recover(args) => recover(args, out),
        Room::Team(args) => team(args, out),
        Room::Nights(args) => {
            let desk = at_desk(&args.at.dir, out)?;
            for (day, take) in [(&args.take, true), (&args.give_up, false)] {
                if let Some(day) = day {
                    desk.take_night(day, take, now())?;
                }
            }
            list(out, args.at.json, &desk.nights(now(), 14)?)
        }
    }
}

#[derive(Serialize)]
struct Teams {
    members: Vec<desk::team::Member>,
    teams: Vec<desk::team::Team>,
}

fn team(args: &cli::DeskTeam, out: &mut Out) -> Outcome {
    let desk = at_desk(&args.at.dir, out)?;
    let why = args.why.as_deref().unwrap_or_default();
    if let Some(who) = &args.join {
        desk.join_team(who, why, now())?;
    }
    if let Some(who) = &args.leave {
        desk.leave_team(who, why, now())?;
    }
    let seen = Teams { members: desk.team()?, teams: desk.teams()? };
    if args.at.json {
        out.json(&seen)?;
        return Ok(Ending::Done);
    }
    if seen.members.iter().all(|one| one.left.is_some()) {
        out.line("Nobody else opens what sources write to this desk.")?;
    }
    if !seen.members.is_empty() {
        list(out, false, &seen.members)?;
    }
    match seen.teams.is_empty() {
        true => Ok(Ending::Done),
        false => list(out, false, &seen.teams),
    }
}

fn at_desk(dir: &Path, out: &mut Out) -> Result<Desk, Failure> {
    Ok(Desk::new(open(dir, out)?))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::at(path.display(), error))
}

/// A result for scripts, or line by line for people: `name: value`, a list's members apart.
fn list(out: &mut Out, json: bool, value: &impl Serialize) -> Outcome {
    if json {
        out.json(value)?;
        return Ok(Ending::Done);
    }
    match serde_json::to_value(value)? {
        serde_json::Value::Array(all) if all.is_empty() => out.note("Nothing."),
        serde_json::Value::Array(all) => {
            for one in &all {
                lines(out, one)?;
                out.line("")?;
            }
        }
        one => lines(out, &one)?,
    }
    Ok(Ending::Done)
}

fn lines(out: &mut Out, value: &serde_json::Value) -> Result<(), Failure> {
    use serde_json::Value;
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('_', " ");
                match value {
                    Value::Null => {}
                    Value::String(text) => out.line(format!("{name}: {}", visible(text)))?,
                    other => out.line(format!("{name}: {}", visible(&other.to_string())))?,
                }
            }
        }
        Value::String(text) => out.line(visible(text))?,
        other => out.line(visible(&other.to_string()))?,
    }
    Ok(())
}

#[derive(Serialize)]
struct Done<'a> {
    done: &'a str,
}

fn done(out: &mut Out, json: bool, words: &str) -> Outcome {
    match json {
        true => out.json(&Done { done: words })?,
        false => out.line(words)?,
    }
    Ok(Ending::Done)
}

/// The one id that begins like this.
fn whole<'a>(
    begins: &str,
    all: impl Iterator<Item = &'a str>,
    what: &str,
) -> Result<String, Failure> {
    let mut fitting = all.filter(|id| begins.len() >= 4 && id.starts_with(&begins.to_lowercase()));
    match (fitting.next(), fitting.next()) {
        (Some(id), None) => Ok(id.to_owned()),
        (None, _) => Err(Failure::new(format!(
            "{begins}: there is no such {what}; give at least four digits of its id"
        ))),
        _ => Err(Failure::new(format!("{begins}: several begin like this; give more of the id"))),
    }
}

#[derive(Serialize)]
struct Opened {
    draft: u64,
}

fn draft(args: &cli::DeskDraft, out: &mut Out) -> Outcome {
    let bytes = read(&args.file)?;
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let desk = at_desk(&args.at.dir, out)?;
    let draft = desk
        .open_draft(&name.unwrap_or_default(), &bytes, now())
        .map_err(|error| Failure::at(args.file.display(), error))?;
    list(out, args.at.json, &Opened { draft })
}

fn asked(args: &cli::DeskPrepare) -> Prepare {
    let (name, authors) = (args.name.clone(), args.author.clone());
    Prepare { name, act: args.act.into(), authors, out: args.edition }
}

fn prepare(args: &cli::DeskPrepare, out: &mut Out) -> Outcome {
    let desk = at_desk(&args.at.dir, out)?;
    match desk.prepare_story(args.draft, &asked(args), now()) {
        Err(refused @ StoryError::Refused(_)) => {
            done(out, args.at.json, &refused.to_string())?;
            return Ok(Ending::NotAsItShouldBe);
        }
        other => other?,
    }
    list(out, args.at.json, &desk.story(args.draft)?)
}

fn ask(args: &cli::DeskAsk, out: &mut Out) -> Outcome {
    let desk = at_desk(&args.at.dir, out)?;
    let Some(path) = &args.parcel else {
        desk.ask_approval(args.draft, &args.to, &args.note, now())?;
        return done(out, args.at.json, "Asked: it leaves with the next letters.");
    };
    let bytes = desk.approval_parcel(args.draft, &args.to, &args.note, now())?;
    save(path, &bytes)?;
    done(out, args.at.json, "Saved. Carry it over; only that desk can open it.")
}

fn save(path: &PathBuf, bytes: &[u8]) -> Result<(), Failure> {
    use std::io::Write;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| Failure::at(path.display(), format!("{error}; give another name")))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|error| Failure::at(path.display(), error))
}

fn approve(args: &cli::DeskApprove, out: &mut Out) -> Outcome {
    let desk = at_desk(&args.at.dir, out)?;
    let all = desk.requests()?;
    let id = whole(&args.request, all.iter().map(|one| one.statement.as_str()), "request")?;
    match &args.not {
        Some(why) => desk.decline(&id, why, now())?,
        None => desk.approve(&id, now())?,
    }
    list(out, args.at.json, &desk.request(&id)?)
}

#[derive(Serialize)]
struct Adopted {
    stories: usize,
    signed: usize,
}

/// Signs every story of a content folder that lacks this desk's approval.
fn adopt(args: &cli::DeskAdopt, out: &mut Out) -> Outcome {
    let desk = at_desk(&args.at.dir, out)?;
    let signed = adopt_folder(&desk, &args.content)?;
    list(out, args.at.json, &Adopted { stories: signed.0, signed: signed.1 })
}

/// Signs every story of a content folder that lacks this desk's approval, up to what the policy wants: how many there are,
/// and how many were signed.
pub(crate) fn adopt_folder(desk: &Desk, content: &Path) -> Result<(usize, usize), Failure> {
    let policy = content.join(site::approvals::POLICY);
    let text = fs::read_to_string(&policy).map_err(|error| Failure::at(policy.display(), error))?;
    desk.install_policy(&text).map_err(|error| Failure::at(policy.display(), error))?;
    let edition = press::Edition::load(content)?;
    let (mut stories, mut signed) = (0, 0);
    for manuscript in edition.manuscripts() {
        stories += 1;
        let file = manuscript.file;
        let path = site::approvals::path(content, manuscript.source.as_bytes());
        let have = match fs::read_to_string(&path) {
            Ok(text) => Some(
                Publication::parse(&text).map_err(|error| Failure::at(path.display(), error))?,
            ),
            Err(_) => None,
        };
        let page = site::approvals::page(&manuscript).map_err(|error| Failure::at(file, error))?;
        let made = desk
            .adopt(page, manuscript.source.as_bytes(), have, now())
            .map_err(|error| Failure::at(file, error))?;
        if let Some(publication) = made {
            let folder = path.parent().unwrap_or(content);
            fs::create_dir_all(folder).map_err(|error| Failure::at(folder.display(), error))?;
            let new = path.with_extension("new");
            fs::write(&new, publication.text())
                .and_then(|()| fs::rename(&new, &path))
                .map_err(|error| Failure::at(path.display(), error))?;
            signed += 1;
        }
    }
    Ok((stories, signed))
}

fn hand_over(args: &cli::DeskHandOver, out: &mut Out) -> Outcome {
    let over = match (&args.conversation, args.document) {
        (Some(which), _) => Over::Conversation(which.clone()),
        (None, Some(number)) => Over::Document(number),
        _ => Over::Ledger,
    };
    let desk = at_desk(&args.at.dir, out)?;
    if let Some(path) = args.parcel.as_ref().filter(|path| path.exists()) {
        return Err(Failure::at(path.display(), "exists already; give another name"));
    }
    match (desk.hand_over(&over, &args.to, &args.why, now())?, &args.parcel) {
        (Hands::Mailed, _) => {
            done(out, args.at.json, "Handed over: it leaves with the next letters.")
        }
        (Hands::File(bytes), Some(path)) => {
            save(path, &bytes)?;
            done(out, args.at.json, "Saved. Carry it over; only that desk can open it.")
        }
        (Hands::File(_), None) => {
            Err(Failure::new("it is too large for the mail: give a file with --parcel"))
        }
    }
}

#[derive(Serialize)]
struct Dealt {
    shares: Vec<String>,
}

/// Three shares, one under the other: each is to be copied to paper and given away.
fn shares(args: &cli::DeskConversation, out: &mut Out) -> Outcome {
    let shares = at_desk(&args.at.dir, out)?.share_source(&args.conversation)?;
    if args.at.json {
        out.json(&Dealt { shares })?;
        return Ok(Ending::Done);
    }
    for share in shares {
        out.line(share.trim_end())?;
        out.line("")?;
    }
    out.note(
        "Give each to another colleague, on paper. Two of them together open what this source wrote, if they have a backup and \
         its passphrase; also after it was destroyed.",
    );
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct Recovered {
    records: u64,
}

fn recover(args: &cli::DeskRecover, out: &mut Out) -> Outcome {
    let mut texts = Vec::new();
    for path in &args.shares {
        let bytes = read(path)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::at(path.display(), "is no text: type the share in as it is"))?;
        texts.push((path.display().to_string(), text));
    }
    let records = at_desk(&args.at.dir, out)?.recover_source(&texts)?;
    list(out, args.at.json, &Recovered { records })
}

#[derive(Serialize)]
struct SourceSeen {
    care: desk::custody::Care,
    keeping: desk::custody::Keeping,
    who_knows: Vec<desk::custody::Known>,
    rests_on_it: Vec<desk::custody::Rests>,
    out_already: Vec<(String, String)>,
    suspected: Vec<String>,
}

fn source(args: &cli::DeskConversation, out: &mut Out) -> Outcome {
    let (desk, which) = (at_desk(&args.at.dir, out)?, &args.conversation);
    let (out_already, suspected) = desk.stands_out(which, now())?;
    let seen = SourceSeen {
        care: desk.care(which)?,
        keeping: desk.keeping(which, now())?,
        who_knows: desk.who_knows(which)?,
        rests_on_it: desk.rests_on(which)?,
        out_already,
        suspected,
    };
    list(out, args.at.json, &seen)
}

fn stop(args: &cli::DeskStop, out: &mut Out) -> Outcome {
    let desk = at_desk(&args.at.dir, out)?;
    match &args.why {
        Some(why) => {
            let stopped = desk.stop(&args.conversation, why, args.write, now())?;
            list(out, args.at.json, &stopped)
        }
        None => {
            desk.go_on(&args.conversation)?;
            done(out, args.at.json, "It goes on.")
        }
    }
}

fn retention(args: &cli::DeskRetention, out: &mut Out) -> Outcome {
    let desk = at_desk(&args.at.dir, out)?;
    if let (Some(days), Some(warn)) = (args.days, args.warn) {
        desk.set_retention(Retention { days, warn })?;
    }
    list(out, args.at.json, &desk.kept_until(now())?)
}
