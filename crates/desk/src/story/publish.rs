//! The last step: the page goes to the site, which looks at the signatures and at nothing else.

use assent::{Package, Policy, Publication};
use serde::{Deserialize, Serialize};
use vault::Tx;

use super::{
    Act, Prepare, StoryError,
    prepare::{packed, read},
    records::{self, Edition, LOG, Prepared},
};
use crate::{
    draft,
    error::StoreError,
    hold::{Bytes, Fixed, Text},
    http::SiteClient,
    post::{self, By, PostError, Said},
    records::{DESK, Progress, progress, put},
    service::Desk,
};

/// A page that is ready to be brought to the site.
pub struct OnItsWay {
    number: u64,
    bytes: Vec<u8>,
    token: Vec<u8>,
    overridden: Option<String>,
}

/// What the newsroom is told when a story has gone out.
#[derive(Serialize, Deserialize)]
pub(crate) struct Out {
    name: String,
    act: Act,
    revision: u32,
    /// The editor's reason, if the approvals were overridden.
    overridden: Option<Text>,
}

/// A line of the newsroom's own log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, Unix seconds.
    pub at: u64,
    /// Which desk brought it to the site.
    pub by: String,
    /// The story.
    pub name: String,
    /// What was done.
    pub act: Act,
    /// Which edition.
    pub revision: u32,
    /// The editor's reason, if the approvals were overridden. Nobody outside the newsroom sees that they were.
    pub overridden: Option<String>,
}

impl Desk {
    /// The page that was read and approved, ready for the site.
    ///
    /// # Errors
    /// [`StoryError::NotPrepared`], [`StoryError::Changed`]; [`StoryError::Assent`] if approvals are missing.
    pub fn page_for_site(&self, number: u64, now: u64) -> Result<OnItsWay, StoryError> {
        self.vault().read(|tx| {
            let record = records::story(tx, number)?.ok_or(StoryError::NotPrepared)?;
            let prepared = record.prepared.ok_or(StoryError::NotPrepared)?;
            if prepared.source != draft::text(tx, number)? {
                return Err(StoryError::Changed);
            }
            let publication = prepared.publication()?;
            on_its_way(tx, number, &prepared, publication, None, now)
        })
    }

    /// An editor's decision in place of the approvals, with its reason: for this desk's own log and its colleagues'. Readers
    /// cannot tell.
    ///
    /// # Errors
    /// [`StoryError::Assent`] if the policy does not name this desk; [`StoryError::Input`] for no reason.
    pub fn override_story(
        &self,
        number: u64,
        prepare: &Prepare,
        reason: &str,
        now: u64,
    ) -> Result<OnItsWay, StoryError> {
        let reason = reason.trim();
        if reason.chars().count() < 10 {
            let why = "Give the reason, in a sentence that holds in a year.";
            return Err(StoryError::Input(why.to_owned()));
        }
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let (prepared, name) = read(tx, &me, number, prepare, now)?;
            let policy = records::policy(tx, &me.site)?;
            let statement = prepared.publication()?.statement().clone();
            let (key, certificate) = (&me.signing, &me.certificate);
            let publication = Publication::overridden(statement, &policy, key, certificate, now)?;
            let encoded = Bytes(publication.encode());
            let prepared = Prepared { publication: encoded, ..prepared };
            let mut record = records::story(tx, number)?.unwrap_or_default();
            record.name = name;
            record.prepared = Some(prepared.clone());
            records::put(tx, number, &record)?;
            let reason = Some(reason.to_owned());
            on_its_way(tx, number, &prepared, publication, reason, now)
        })
    }

    /// Brings a page to the site, and notes that it is out: in the ledger that it touches, and in the newsroom's log.
    ///
    /// # Errors
    /// [`StoryError::Http`] with the site's own words if it refuses.
    pub fn publish(
        &self,
        page: &OnItsWay,
        client: &SiteClient,
        now: u64,
    ) -> Result<(), StoryError> {
        client.bring("/desk/publish", &page.token, &page.bytes)?;
        self.has_gone_out(page, now)
    }

    /// Notes that a page is out.
    ///
    /// # Errors
    /// [`StoryError::NotPrepared`].
    pub fn has_gone_out(&self, page: &OnItsWay, now: u64) -> Result<(), StoryError> {
        let number = page.number;
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let mut record = records::story(tx, number)?.ok_or(StoryError::NotPrepared)?;
            let Some(prepared) = record.prepared.take() else { return Ok(()) };
            let statement = Fixed(prepared.publication()?.statement().hash());
            record.editions.push(Edition {
                act: prepared.act,
                revision: prepared.revision,
                at: now,
                statement,
                overridden: page.overridden.clone(),
            });
            let entry = Entry {
                at: now,
                by: me.name().to_owned(),
                name: record.name.clone(),
                act: prepared.act,
                revision: prepared.revision,
                overridden: page.overridden.clone(),
            };
            log(tx, &entry)?;
            if prepared.act != Act::Withdraw {
                draft::went_out(tx, number, prepared.revision, now)?;
            }
            for to in post::everybody(tx, &me, now)? {
                let said = Said::Out(Out {
                    name: entry.name.clone(),
                    act: entry.act,
                    revision: entry.revision,
                    overridden: entry.overridden.clone().map(Text::new),
                });
                let to = (&to.id, to.name.as_str());
                post::enqueue(tx, &me, to, &said, &Vec::new(), "word of a story", now)?;
            }
            Ok(records::put(tx, number, &record)?)
        })
    }

    /// The newsroom's own log of what went out, the newest first.
    ///
    /// # Errors
    /// [`StoryError::Store`].
    pub fn story_log(&self) -> Result<Vec<Entry>, StoryError> {
        self.vault().read(|tx| {
            let all = crate::records::all::<Entry>(tx, LOG)?;
            Ok(all.into_iter().rev().map(|(_, entry)| entry).collect())
        })
    }

    /// Keeps the newsroom's policy, from its file or from the site.
    ///
    /// # Errors
    /// [`StoryError::Policy`] if it is not this newsroom's, or older than one that was seen.
    pub fn install_policy(&self, text: &str) -> Result<Policy, StoryError> {
        self.vault().write(|tx| {
            let site = post::myself(tx)?.site;
            let wrong = |why: String| StoryError::Policy(why);
            let policy = Policy::parse(text, &site)
                .map_err(|why| wrong(why.to_string()))?
                .map_err(|why| wrong(why.to_string()))?;
            records::keep_policy(tx, &site, &policy)?;
            Ok(policy)
        })
    }
}

fn on_its_way(
    tx: &Tx<'_>,
    number: u64,
    prepared: &Prepared,
    publication: Publication,
    overridden: Option<String>,
    now: u64,
) -> Result<OnItsWay, StoryError> {
    let me = post::myself(tx)?;
    let policy = records::policy(tx, &me.site)?;
    let revoked = post::revoked(tx, &me.site)?;
    // The site decides; this says the same before anything is sent.
    publication.verify(&policy, assent::When::Now { now, revoked: &revoked })?;
    let pictures = packed(tx, prepared)?;
    let source = prepared.source.as_str().to_owned();
    let bytes = Package { publication, source, pictures }.encode();
    let token = envelope::fetch::Token::issue(&me.signing, &me.site, now, "/desk/publish");
    Ok(OnItsWay { number, bytes, token, overridden })
}

fn log(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), StoreError> {
    let mut progress = progress(tx)?;
    let queue = progress.next_queue();
    put(tx, DESK, Progress::ID, &progress)?;
    put(tx, LOG, &queue.to_be_bytes(), entry)
}

/// A colleague has brought a story to the site.
pub(crate) fn went_out(tx: &mut Tx<'_>, by: &By, out: Out) -> Result<String, PostError> {
    let Out { name, act, revision, overridden } = out;
    let what = format!("{name} is out ({}, edition {revision})", act.word());
    let overridden = overridden.map(|reason| reason.as_str().to_owned());
    log(tx, &Entry { at: by.at, by: by.name.clone(), name, act, revision, overridden })?;
    Ok(what)
}

impl OnItsWay {
    /// Its bytes, for `POST /desk/publish`.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
