//! A team: one key pair for several desks. What is sealed to it looks like what is sealed to any other desk.
//!
//! A team is a desk whose private keys of the week its members have, too: it gives them out in letters, and each member opens
//! for itself what sources write to the team. The identity with which the desk signs stays where it is. When somebody joins
//! or leaves, the keys are made anew: a new member opens nothing that came before, and one who has left nothing that comes after.
//!
//! What one member answers, marks or stops is told to the others. Members are told to all desks of the newsroom, so that
//! everybody can see who knows what.

mod keys;
mod said;

use envelope::keys::{DeskIdentity, Signing, SiteId};
use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};

pub(crate) use self::{
    keys::{forget, keys, share},
    said::{TeamSaid, answered, destroyed, heard, marked, mates, stopped},
};
use crate::{
    custody::{self, CustodyError},
    engine::weeks,
    error::StoreError,
    hold::{Bytes, Fixed},
    post::{self, Known, PostError},
    records::{self, DESK, Progress},
    service::Desk,
};

/// Those who are in this desk's team, and those who were, by desk id.
const MEMBERS: Shelf<'static> = Shelf::all("team member");
/// Other desks' teams, by the id of the desk.
const TEAMS: Shelf<'static> = Shelf::all("team");

#[derive(Serialize, Deserialize)]
struct MemberRecord {
    name: String,
    why: String,
    since: u64,
    left: Option<(u64, String)>,
    /// Keys that are on their way to them, or there, by their ids.
    given: Vec<Bytes>,
}

#[derive(Serialize, Deserialize)]
struct TeamRecord {
    name: String,
    members: Vec<Mate>,
    /// When its desk said so.
    at: u64,
    /// Since when this desk is in it, and until when it was.
    #[serde(default)]
    ours: Option<(u64, Option<u64>)>,
}

/// A member, as the others are told.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Mate {
    pub(crate) id: Fixed<16>,
    pub(crate) name: String,
    pub(crate) since: u64,
    /// Until when, if they have left.
    #[serde(default)]
    pub(crate) left: Option<u64>,
}

/// A member of this desk's team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The desk's id in hexadecimal.
    pub desk: String,
    /// Its name.
    pub name: String,
    /// Why it is in it.
    pub why: String,
    /// Since when, Unix seconds.
    pub since: u64,
    /// When it left, and why.
    pub left: Option<(u64, String)>,
}

/// Another desk's team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Team {
    /// The desk's name.
    pub name: String,
    /// The names of its members.
    pub members: Vec<String>,
    /// Since when this desk is in it, Unix seconds.
    pub since: Option<u64>,
    /// Until when it was.
    pub until: Option<u64>,
}

impl Desk {
    /// Those who are in this desk's team, and those who were.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn team(&self) -> Result<Vec<Member>, CustodyError> {
        self.vault().read(|tx| {
            let all = records::all::<MemberRecord>(tx, MEMBERS)?.into_iter();
            let mut all: Vec<Member> = all
                .map(|(id, record)| Member {
                    desk: hex::encode(id),
                    name: record.name,
                    why: record.why,
                    since: record.since,
                    left: record.left,
                })
                .collect();
            all.sort_by(|a, b| (a.left.is_some(), &a.name).cmp(&(b.left.is_some(), &b.name)));
            Ok(all)
        })
    }

    /// Other desks' teams, as far as they have told.
    ///
    /// # Errors
    /// [`CustodyError::Store`].
    pub fn teams(&self) -> Result<Vec<Team>, CustodyError> {
        self.vault().read(|tx| {
            let all = records::all::<TeamRecord>(tx, TEAMS)?.into_iter();
            let shown = all.filter(|(_, team)| !current(&team.members).is_empty());
            let teams = shown.map(|(_, team)| Team {
                members: current(&team.members).into_iter().map(|mate| mate.name.clone()).collect(),
                since: team.ours.map(|(since, _)| since),
                until: team.ours.and_then(|(_, until)| until),
                name: team.name,
            });
            Ok(teams.collect())
        })
    }

    /// Takes a colleague into this desk's team. What sources write from now on is opened there, too.
    ///
    /// # Errors
    /// [`CustodyError::Input`] without a reason or for a member; [`CustodyError::Post`] if there is no such colleague.
    pub fn join_team(&self, who: &str, why: &str, now: u64) -> Result<(), CustodyError> {
        let why = custody::reason(why)?;
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let Known { id, name, .. } = post::colleague(tx, &me, who, now)?;
            let known: Option<MemberRecord> = records::get(tx, MEMBERS, &id.0, "a member")?;
            if known.is_some_and(|member| member.left.is_none()) {
                return Err(CustodyError::Input(format!("{name} is in this desk's team.")));
            }
            let record = MemberRecord { name, why, since: now, left: None, given: Vec::new() };
            records::put(tx, MEMBERS, &id.0, &record)?;
            changed(tx, &me.signing, &me.site, now)
        })
    }

    /// Takes a colleague out of this desk's team: the keys are made anew, and the others have the new ones. What was read is read.
    ///
    /// # Errors
    /// [`CustodyError::Input`] without a reason, or for somebody who is not in it.
    pub fn leave_team(&self, who: &str, why: &str, now: u64) -> Result<(), CustodyError> {
        let why = custody::reason(why)?;
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let all = records::all::<MemberRecord>(tx, MEMBERS)?.into_iter();
            let mut fitting = all.filter(|(id, member)| {
                let named = member.name == who.trim() || hex::encode(id) == who.trim();
                named && member.left.is_none()
            });
            let Some((id, mut record)) = fitting.next() else {
                let why = format!("{} is not in this desk's team.", who.trim());
                return Err(CustodyError::Input(why));
            };
            record.left = Some((now, why));
            record.given.clear();
            records::put(tx, MEMBERS, &id, &record)?;
            changed(tx, &me.signing, &me.site, now)
        })
    }
}

/// The names of those who are in the team of another desk.
pub(crate) fn names(tx: &Tx<'_>, desk: &[u8]) -> Result<Vec<String>, StoreError> {
    let team: Option<TeamRecord> = records::get(tx, TEAMS, desk, "a team")?;
    let members = team.map(|team| team.members).unwrap_or_default();
    Ok(current(&members).into_iter().map(|mate| mate.name.clone()).collect())
}

/// Takes members out whose certificates the newsroom has taken back. Whether there is a team.
pub(crate) fn check(
    tx: &mut Tx<'_>,
    desk: &Signing<DeskIdentity>,
    site: &SiteId,
    now: u64,
) -> Result<bool, StoreError> {
    let (mut any, mut lost) = (false, false);
    for (id, mut record) in records::all::<MemberRecord>(tx, MEMBERS)? {
        if record.left.is_some() {
            continue;
        }
        let revoked = match (post::myself(tx), id.as_slice().try_into()) {
            (Ok(me), Ok(id)) => matches!(
                post::by_id(tx, &me, &Fixed(id), now),
                Err(PostError::Verify(envelope::VerifyError::Revoked(_)))
            ),
            _ => false,
        };
        if !revoked {
            any = true;
            continue;
        }
        record.left = Some((now, "The newsroom has taken their certificate back.".to_owned()));
        record.given.clear();
        records::put(tx, MEMBERS, &id, &record)?;
        let mut progress = records::progress(tx)?;
        let name = &record.name;
        progress.note(now, format!("{name} is out of this desk's team, and the keys are new."));
        records::put(tx, DESK, Progress::ID, &progress)?;
        lost = true;
    }
    if lost {
        weeks::rotate(tx, desk, site, now)?;
        said::tell(tx, now)?;
    }
    Ok(any)
}

/// New keys, for those who are in the team now, and word of it to everybody.
fn changed(
    tx: &mut Tx<'_>,
    desk: &Signing<DeskIdentity>,
    site: &SiteId,
    now: u64,
) -> Result<(), CustodyError> {
    weeks::rotate(tx, desk, site, now)?;
    share(tx, now)?;
    Ok(said::tell(tx, now)?)
}

/// Those of a list who have not left.
fn current(all: &[Mate]) -> Vec<&Mate> {
    all.iter().filter(|mate| mate.left.is_none()).collect()
}

/// The members of this desk's team, with those who have left.
fn members(tx: &Tx<'_>) -> Result<Vec<Mate>, StoreError> {
    let all = records::all::<MemberRecord>(tx, MEMBERS)?.into_iter();
    Ok(all
        .filter_map(|(id, record)| {
            let id = Fixed(id.as_slice().try_into().ok()?);
            let left = record.left.map(|(at, _)| at);
            Some(Mate { id, name: record.name, since: record.since, left })
        })
        .collect())
}
