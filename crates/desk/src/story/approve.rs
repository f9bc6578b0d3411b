//! Asking for approvals, and giving them.

use assent::{Package, Publication};
use serde::{Deserialize, Serialize};
use vault::Tx;
use zeroize::Zeroizing;

use super::{
    Act, Read, StoryError,
    prepare::packed,
    records::{self, Asked, REQUESTS},
};
use crate::{
    error::StoreError,
    hold::{Bytes, Fixed, Text},
    material,
    post::{self, Blobs, By, Myself, PostError, Said},
    records::{get, put},
    service::Desk,
};

/// Longest reason, in characters.
const WHY: usize = 2_000;

/// A page to be approved, as one desk sends it to another. The package goes beside it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Request {
    statement: Fixed<32>,
    act: Act,
    read: Read,
    /// What the asking desk wants to say.
    note: Text,
}

/// A request in the vault.
#[derive(Serialize, Deserialize)]
struct RequestRecord {
    from: Fixed<16>,
    name: String,
    at: u64,
    act: Act,
    read: Read,
    note: Text,
    package: material::Kept,
    state: State,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nothing yet.
    Open,
    /// Approved.
    Approved,
    /// Declined, and why.
    Declined(String),
}

/// A request as the page shows it.
#[derive(Debug, Clone, Serialize)]
pub struct RequestSeen {
    /// The statement's hash in hexadecimal.
    pub statement: String,
    /// Who asks.
    pub from: String,
    /// When it was asked, Unix seconds.
    pub at: u64,
    /// What is to be done.
    pub act: Act,
    /// Which edition.
    pub revision: u32,
    /// What the story is called.
    pub name: String,
    /// What the source read said.
    pub read: Read,
    /// What the asking desk says.
    pub note: String,
    /// The whole text as it will be printed.
    pub text: String,
    /// Names and sizes of its pictures.
    pub pictures: Vec<(String, usize)>,
    /// Who has approved so far.
    pub approved: Vec<String>,
    /// What became of it.
    pub state: State,
}

impl Desk {
    /// Asks a colleague to approve a page that was read.
    ///
    /// # Errors
    /// [`StoryError::NotPrepared`], [`StoryError::Changed`]; [`StoryError::Post`] if there is no such colleague, or
    /// the page is larger than what leaves by mail: then [`Desk::approval_parcel`].
    pub fn ask_approval(
        &self,
        number: u64,
        to: &str,
        note: &str,
        now: u64,
    ) -> Result<(), StoryError> {
        self.vault().write(|tx| {
            let asking = Asking::of(tx, number, to, note, now)?;
            let what = format!("a page to approve: {}", asking.name);
            let to = (&asking.to.id, asking.to.name.as_str());
            post::enqueue(tx, &asking.me, to, &asking.said, &asking.blobs, what.as_str(), now)?;
            asking.note(tx, number, now)
        })
    }

    /// The same as a file, for a page with large pictures.
    ///
    /// # Errors
    /// As [`Desk::ask_approval`].
    pub fn approval_parcel(
        &self,
        number: u64,
        to: &str,
        note: &str,
        now: u64,
    ) -> Result<Vec<u8>, StoryError> {
        self.vault().write(|tx| {
            let asking = Asking::of(tx, number, to, note, now)?;
            let file = post::seal(tx, &asking.me, &asking.to, &asking.said, &asking.blobs, now)?;
            asking.note(tx, number, now)?;
            Ok(file)
        })
    }

    /// What colleagues have asked this desk to approve, the newest first.
    ///
    /// # Errors
    /// [`StoryError::Store`].
    pub fn requests(&self) -> Result<Vec<RequestSeen>, StoryError> {
        self.vault().read(|tx| {
            let mut all = Vec::new();
            for (id, record) in crate::records::all::<RequestRecord>(tx, REQUESTS)? {
                all.push(seen(tx, &id, record)?);
            }
            all.sort_by_key(|one| std::cmp::Reverse(one.at));
            Ok(all)
        })
    }

    /// One request.
    ///
    /// # Errors
    /// [`StoryError::NoRequest`].
    pub fn request(&self, statement: &str) -> Result<RequestSeen, StoryError> {
        self.vault().read(|tx| {
            let (id, record) = find(tx, statement)?;
            seen(tx, &id.0, record)
        })
    }

    /// A picture of a request.
    ///
    /// # Errors
    /// [`StoryError::NoRequest`].
    pub fn request_picture(&self, statement: &str, name: &str) -> Result<Vec<u8>, StoryError> {
        self.vault().read(|tx| {
            let (_, record) = find(tx, statement)?;
            let package = package(tx, &record)?;
            let found = package.pictures.into_iter().find(|(known, _)| known == name);
            Ok(found.ok_or(StoryError::NoRequest)?.1)
        })
    }

    /// Approves: signs the very page that was shown, and sends the signature to who asked.
    ///
    /// # Errors
    /// [`StoryError::NoRequest`]; [`StoryError::Assent`] if the statement is of another page than the one that came
    /// with it, or another policy than the present one.
    pub fn approve(&self, statement: &str, now: u64) -> Result<(), StoryError> {
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let (id, mut record) = find(tx, statement)?;
            let package = package(tx, &record)?;
            let mut publication = package.publication.clone();
            let policy = records::policy(tx, &me.site)?;
            if publication.statement().policy != policy.hash() {
                return Err(assent::AssentError::OtherPolicy.into());
            }
            publication.approve(&me.signing, &me.certificate, now)?;
            let own = publication.only(&me.certificate);
            let from = (envelope::keys::DeskId(record.from.0), record.name.clone());
            let said = Said::Approved { statement: id };
            let blobs = vec![Zeroizing::new(own.encode())];
            let what = format!("an approval of {}", publication.statement().page.name);
            post::enqueue(tx, &me, (&from.0, &from.1), &said, &blobs, what.as_str(), now)?;
            record.state = State::Approved;
            Ok(put(tx, REQUESTS, &id.0, &record)?)
        })
    }

    /// Declines, and says why.
    ///
    /// # Errors
    /// [`StoryError::Input`] for no reason.
    pub fn decline(&self, statement: &str, why: &str, now: u64) -> Result<(), StoryError> {
        let why: String = why.trim().chars().take(WHY).collect();
        if why.is_empty() {
            return Err(StoryError::Input("Say why, so that it can be mended.".to_owned()));
        }
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let (id, mut record) = find(tx, statement)?;
            let from = (envelope::keys::DeskId(record.from.0), record.name.clone());
            let said = Said::Declined { statement: id, why: why.clone() };
            let what = "a page that is not approved";
            post::enqueue(tx, &me, (&from.0, &from.1), &said, &Vec::new(), what, now)?;
            record.state = State::Declined(why);
            Ok(put(tx, REQUESTS, &id.0, &record)?)
        })
    }
}

/// What stands in place of a report for stories from before there was a policy.
const ADOPTED: &[u8] = b"printed before the newsroom's policy; no source read is claimed";

impl Desk {
    /// Approves a story that was printed before there was a policy: the publication with this desk's signature, if it is missing
    /// and the policy wants more.
    ///
    /// # Errors
    /// [`StoryError::NoPolicy`]; [`StoryError::Assent`] if what is there is of another page.
    pub fn adopt(
        &self,
        page: assent::Page,
        source: &[u8],
        have: Option<Publication>,
        now: u64,
    ) -> Result<Option<Publication>, StoryError> {
        self.vault().read(|tx| {
            let me = post::myself(tx)?;
            let policy = records::policy(tx, &me.site)?;
            let report = assent::ReportOf::new(source, ADOPTED);
            let read = assent::Draft::new(page).read(&report)?;
            let statement = read.statement(&policy, assent::Act::Publish, 1, Vec::new())?;
            let mut publication = match have {
                // Published by its own way, or adopted by enough.
                Some(have) if *have.statement() != statement => return Ok(None),
                Some(have) => have,
                None => Publication::new(statement),
            };
            let own = publication.only(&me.certificate);
            let enough = publication.names().len() >= usize::from(policy.approvals);
            if enough || !own.names().is_empty() {
                return Ok(None);
            }
            publication.approve(&me.signing, &me.certificate, now)?;
            Ok(Some(publication))
        })
    }
}

struct Asking {
    me: Myself,
    to: post::Known,
    name: String,
    said: Said,
    blobs: Blobs,
}

impl Asking {
    fn of(tx: &Tx<'_>, number: u64, to: &str, note: &str, now: u64) -> Result<Self, StoryError> {
        let me = post::myself(tx)?;
        let to = post::colleague(tx, &me, to, now)?;
        if let Some(why) = crate::draft::frozen(tx, number)? {
            return Err(crate::draft::DraftError::Frozen(why).into());
        }
        let record = records::story(tx, number)?.ok_or(StoryError::NotPrepared)?;
        let prepared = record.prepared.ok_or(StoryError::NotPrepared)?;
        if prepared.source != crate::draft::text(tx, number)? {
            return Err(StoryError::Changed);
        }
        let publication = prepared.publication()?;
        let statement = Fixed(publication.statement().hash());
        let note = Text::new(note.trim().chars().take(WHY).collect());
        let request = Request { statement, act: prepared.act, read: prepared.read.clone(), note };
        let pictures = packed(tx, &prepared)?;
        let source = prepared.source.as_str().to_owned();
        let package = Package { publication, source, pictures };
        let blobs = vec![Zeroizing::new(package.encode())];
        Ok(Self { me, to, name: record.name, said: Said::Ask(request), blobs })
    }

    fn note(&self, tx: &mut Tx<'_>, number: u64, now: u64) -> Result<(), StoryError> {
        let mut record = records::story(tx, number)?.ok_or(StoryError::NotPrepared)?;
        if let Some(prepared) = &mut record.prepared {
            prepared.asked.retain(|asked| asked.desk.0 != self.to.id.0);
            prepared.asked.push(Asked {
                desk: Fixed(self.to.id.0),
                name: self.to.name.clone(),
                at: now,
                declined: None,
            });
        }
        Ok(records::put(tx, number, &record)?)
    }
}

fn find(tx: &Tx<'_>, statement: &str) -> Result<(Fixed<32>, RequestRecord), StoryError> {
    let bytes = hex::decode(statement.trim()).map_err(|_| StoryError::NoRequest)?;
    let id: [u8; 32] = bytes.try_into().map_err(|_| StoryError::NoRequest)?;
    let record = get(tx, REQUESTS, &id, "a request")?.ok_or(StoryError::NoRequest)?;
    Ok((Fixed(id), record))
}

fn package(tx: &Tx<'_>, record: &RequestRecord) -> Result<Package, StoryError> {
    let bytes = material::kept_bytes(tx, &record.package)?;
    Ok(Package::decode(&bytes)?)
}

fn seen(tx: &Tx<'_>, id: &[u8], record: RequestRecord) -> Result<RequestSeen, StoryError> {
    let package = package(tx, &record)?;
    let statement = package.publication.statement();
    Ok(RequestSeen {
        statement: hex::encode(id),
        from: record.name,
        at: record.at,
        act: record.act,
        revision: statement.revision,
        name: statement.page.name.clone(),
        read: record.read,
        note: record.note.as_str().to_owned(),
        pictures: package.pictures.iter().map(|(name, b)| (name.clone(), b.len())).collect(),
        approved: package.publication.names(),
        text: package.source,
        state: record.state,
    })
}

/// A colleague asks. What is shown here must be what is signed: that is checked when it comes.
pub(crate) fn asked(
    tx: &mut Tx<'_>,
    me: &Myself,
    by: &By,
    request: Request,
    blobs: &Blobs,
) -> Result<String, PostError> {
    let bytes = blobs.first().ok_or(PostError::Unknown)?;
    let package = Package::decode(bytes).map_err(|_| PostError::Unknown)?;
    let statement = package.publication.statement();
    let page = Package::page(&statement.page.name, &package.source, &package.pictures)
        .map_err(|_| PostError::Unknown)?;
    if statement.page != page
        || statement.hash() != request.statement.0
        || statement.site != me.site
    {
        return Err(PostError::File("a page came for approval that is not the one to be signed"));
    }
    let name = statement.page.name.clone();
    let kept = material::keep_bytes(tx, bytes, None)?;
    let Request { statement, act, read, note } = request;
    let record = RequestRecord {
        from: by.id,
        name: by.name.clone(),
        at: by.at,
        act,
        read,
        note,
        package: kept,
        state: State::Open,
    };
    put(tx, REQUESTS, &statement.0, &record)?;
    Ok(format!("a page to approve: {name}"))
}

/// A colleague has approved.
pub(crate) fn approved(
    tx: &mut Tx<'_>,
    by: &By,
    statement: &Fixed<32>,
    blobs: &Blobs,
) -> Result<String, PostError> {
    let found = records::by_statement(tx, statement)?;
    // Of a text that has changed since: the page says so.
    let Some((number, mut record)) = found else {
        return Ok("an approval of a text that has changed since".to_owned());
    };
    let bytes = blobs.first().ok_or(PostError::Unknown)?;
    let came = Publication::decode(bytes).map_err(|_| PostError::Unknown)?;
    if let Some(prepared) = &mut record.prepared {
        let mut publication = prepared.publication()?;
        publication.join(&came).map_err(|_| PostError::Unknown)?;
        prepared.publication = Bytes(publication.encode());
    }
    records::put(tx, number, &record)?;
    Ok(format!("an approval of {}, by {}", record.name, by.name))
}

/// A colleague has not approved.
pub(crate) fn declined(
    tx: &mut Tx<'_>,
    by: &By,
    statement: &Fixed<32>,
    why: &str,
) -> Result<String, StoreError> {
    let Some((number, mut record)) = records::by_statement(tx, statement)? else {
        return Ok("an answer about a text that has changed since".to_owned());
    };
    if let Some(prepared) = &mut record.prepared {
        for asked in prepared.asked.iter_mut().filter(|asked| asked.desk == by.id) {
            asked.declined = Some(why.chars().take(WHY).collect());
        }
    }
    records::put(tx, number, &record)?;
    Ok(format!("{} does not approve {}", by.name, record.name))
}
