//! The source read for publication, and what is to be signed.

use assent::{Draft, Package, Publication, ReportOf};
use cleanroom::Format;
use serde::{Deserialize, Serialize};
use vault::Tx;

use super::{
    Act, Entry, Read, StoryError,
    front::has_front,
    records::{self, Picture, Prepared},
};
use crate::{
    draft,
    hold::{Bytes, Text},
    material,
    post::{self, Myself},
    service::Desk,
};

/// Formats that the press prints.
const PRINTED: [Format; 4] = [Format::Jpeg, Format::Png, Format::WebP, Format::Svg];

/// What a reporter says when a draft is to be read for publication.
#[derive(Debug, Clone, Deserialize)]
pub struct Prepare {
    /// What the story is called: the name of its file without `.md`, letters, digits and hyphens.
    pub name: String,
    /// What is done.
    pub act: Act,
    /// Other desks that have written it, by name or id; this one has, unless it says otherwise.
    #[serde(default)]
    pub authors: Vec<String>,
    /// The edition that is out, if neither this desk nor its newsroom's log knows of it; else 0.
    #[serde(default)]
    pub out: u32,
}

/// A story as the page shows it.
#[derive(Debug, Clone, Serialize)]
pub struct StorySeen {
    /// What it is called.
    pub name: String,
    /// What will be done; nothing was read yet if there is none.
    pub act: Option<Act>,
    /// The edition that will be, or that is out.
    pub revision: u32,
    /// What the source read said.
    pub read: Option<Read>,
    /// Whether the draft's text is another by now.
    pub changed: bool,
    /// Who has approved.
    pub approved: Vec<String>,
    /// How many must.
    pub want: u8,
    /// What is still in the way, in words; nothing if it may go out.
    pub missing: Option<String>,
    /// Who was asked and has not approved, with the reason if there is one.
    pub asked: Vec<(String, Option<String>)>,
    /// Editions that are out: what was done, which, when.
    pub editions: Vec<(Act, u32, u64)>,
    /// Whether this desk may override.
    pub editor: bool,
    /// Whether the text has a front.
    pub front: bool,
    /// Pictures that may be shown, by the name to be used in the text, and whether they are.
    pub pictures: Vec<(String, bool)>,
    /// Why nothing may go on, if so.
    pub frozen: Option<String>,
}

/// A picture of a draft, under the name that it has in print.
struct Shown {
    picture: Picture,
    bytes: Vec<u8>,
    used: bool,
}

fn pictures(tx: &Tx<'_>, number: u64, text: &str) -> Result<Vec<Shown>, StoryError> {
    let mut all = Vec::new();
    for copy in material::pictures(tx, number, &PRINTED)? {
        let name = Package::picture_name(&copy.name, &copy.bytes);
        let used = text.contains(&name);
        let picture = Picture { name, number: copy.number, level: copy.level };
        all.push(Shown { picture, bytes: copy.bytes, used });
    }
    all.sort_by(|a, b| a.picture.name.cmp(&b.picture.name));
    Ok(all)
}

/// The pictures that a prepared page shows, as they go into its package.
pub(super) fn packed(
    tx: &Tx<'_>,
    prepared: &Prepared,
) -> Result<Vec<(String, Vec<u8>)>, StoryError> {
    let one = |picture: &Picture| {
        let bytes = material::clean_bytes(tx, picture.number, picture.level)?;
        Ok((picture.name.clone(), bytes.to_vec()))
    };
    prepared.pictures.iter().map(one).collect()
}

impl Desk {
    /// The text of a draft.
    ///
    /// # Errors
    /// [`StoryError::Draft`].
    pub fn draft_text(&self, number: u64) -> Result<String, StoryError> {
        Ok(self.vault().read(|tx| draft::text(tx, number))?.as_str().to_owned())
    }

    /// Reads a draft for publication and signs it with this desk's own approval. What was approved before is void.
    ///
    /// # Errors
    /// [`StoryError::Refused`] if the source read refuses it, [`StoryError::Input`] for a name or text that cannot be a
    /// story's, [`StoryError::NoPolicy`].
    pub fn prepare_story(
        &self,
        number: u64,
        prepare: &Prepare,
        now: u64,
    ) -> Result<(), StoryError> {
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let (prepared, name) = read(tx, &me, number, prepare, now)?;
            if !prepared.read.clear {
                return Err(StoryError::Refused(prepared.read.headline));
            }
            let mut publication = prepared.publication()?;
            publication.approve(&me.signing, &me.certificate, now)?;
            let mut record = records::story(tx, number)?.unwrap_or_default();
            record.name = name;
            let publication = Bytes(publication.encode());
            record.prepared = Some(Prepared { publication, ..prepared });
            Ok(records::put(tx, number, &record)?)
        })
    }

    /// How far a draft has come.
    ///
    /// # Errors
    /// [`StoryError::Draft`].
    pub fn story(&self, number: u64) -> Result<StorySeen, StoryError> {
        self.vault().read(|tx| {
            let text = draft::text(tx, number)?;
            let record = records::story(tx, number)?.unwrap_or_default();
            let me = post::myself(tx);
            let policy = match &me {
                Ok(me) => records::policy(tx, &me.site).ok(),
                Err(_) => None,
            };
            let id = me.as_ref().ok().map(Myself::id);
            let shown = pictures(tx, number, text.as_str())?;
            let out = record.editions.last().map_or(0, |edition| edition.revision);
            let mut seen = StorySeen {
                name: match record.name.is_empty() {
                    true => slug(&draft::name(tx, number)?),
                    false => record.name.clone(),
                },
                act: None,
                revision: out,
                read: None,
                changed: false,
                approved: Vec::new(),
                want: policy.as_ref().map_or(2, |policy| policy.approvals),
                missing: None,
                asked: Vec::new(),
                editions: record.editions.iter().map(|e| (e.act, e.revision, e.at)).collect(),
                editor: policy
                    .as_ref()
                    .zip(id)
                    .is_some_and(|(policy, id)| policy.editors.contains(&id)),
                front: has_front(text.as_str()),
                pictures: shown.into_iter().map(|one| (one.picture.name, one.used)).collect(),
                frozen: draft::frozen(tx, number)?,
            };
            let Some(prepared) = record.prepared else { return Ok(seen) };
            let publication = prepared.publication()?;
            seen.act = Some(prepared.act);
            seen.revision = prepared.revision;
            seen.changed = prepared.source != text;
            seen.approved = publication.names();
            seen.missing = policy.and_then(|policy| missing(&publication, &policy));
            seen.asked = prepared
                .asked
                .into_iter()
                .filter(|asked| !seen.approved.contains(&asked.name))
                .map(|asked| (asked.name, asked.declined))
                .collect();
            seen.read = Some(prepared.read);
            Ok(seen)
        })
    }
}

/// What is in the way of a publication.
fn missing(publication: &Publication, policy: &assent::Policy) -> Option<String> {
    let have = publication.names();
    if have.len() < usize::from(policy.approvals) {
        let open = usize::from(policy.approvals) - have.len();
        let more = if open == 1 {
            "one more desk must".to_owned()
        } else {
            format!("{open} more desks must")
        };
        return Some(format!("{} of {} have approved: {more}.", have.len(), policy.approvals));
    }
    let only_authors = publication.only_authors();
    only_authors.then(|| "Only who wrote it has approved: one more desk must.".to_owned())
}

/// Reads a draft for publication: the page, its report, and a publication that nobody has signed.
pub(super) fn read(
    tx: &Tx<'_>,
    me: &Myself,
    number: u64,
    prepare: &Prepare,
    now: u64,
) -> Result<(Prepared, String), StoryError> {
    if let Some(why) = draft::frozen(tx, number)? {
        return Err(draft::DraftError::Frozen(why).into());
    }
    let policy = records::policy(tx, &me.site)?;
    let record = records::story(tx, number)?.unwrap_or_default();
    let name = match record.editions.is_empty() {
        true => prepare.name.trim().to_owned(),
        false => record.name.clone(),
    };
    let mut out = record.editions.last().map_or(prepare.out, |edition| edition.revision);
    for (_, entry) in crate::records::all::<Entry>(tx, records::LOG)? {
        if entry.name == name {
            out = out.max(entry.revision);
        }
    }
    if (prepare.act == Act::Publish) != (out == 0) {
        let why = match prepare.act {
            Act::Publish => "It has been published: correct it, or withdraw it.",
            _ => "It has not been published yet.",
        };
        return Err(StoryError::Input(why.to_owned()));
    }
    let text = draft::text(tx, number)?;
    if !has_front(text.as_str()) {
        let why = "It has no headline, section and byline yet: put them in front.";
        return Err(StoryError::Input(why.to_owned()));
    }
    let mut authors = vec![me.id()];
    for author in &prepare.authors {
        authors.push(post::colleague(tx, me, author, now)?.id);
    }
    authors.sort();
    authors.dedup();
    let (shown, mut packed) = (pictures(tx, number, text.as_str())?, Vec::new());
    let mut pictures = Vec::new();
    for one in shown.into_iter().filter(|one| one.used) {
        packed.push((one.picture.name.clone(), one.bytes));
        pictures.push(one.picture);
    }
    let page = Package::page(&name, text.as_str(), &packed)?;
    let report = draft::report(tx, number, now)?;
    let read = Read {
        clear: report.clear,
        headline: report.headline.clone(),
        k: report.k,
        left: [report.left.lo, report.left.hi],
        marked: report.sentences.len(),
        wrongly: report.wrongly.count.hi,
        at: report.at.clone(),
    };
    let odd = |_| StoryError::Input("The report cannot be written down.".to_owned());
    let report = Text::new(serde_json::to_string(&report).map_err(odd)?);
    let revision = out.saturating_add(1);
    let bound = ReportOf::new(text.as_str().as_bytes(), report.as_str().as_bytes());
    let statement =
        Draft::new(page).read(&bound)?.statement(&policy, prepare.act.into(), revision, authors)?;
    let publication = Bytes(Publication::new(statement).encode());
    let (act, asked) = (prepare.act, Vec::new());
    Ok((Prepared { act, revision, source: text, pictures, read, report, publication, asked }, name))
}

/// A name for a story's file, made of a draft's name.
fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    out.truncate(60);
    let out = out.trim_end_matches('-');
    if out.is_empty() { "story".to_owned() } else { out.to_owned() }
}
