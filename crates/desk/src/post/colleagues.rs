//! The other desks, as the newsroom's key list shows them.

use envelope::{
    cert::Certificate,
    deskkey::DeskKey,
    keylist::KeyList,
    keys::{DeskId, DeskIdentity, DeskWeek, KemPublic, Signing, SiteId},
};
use serde::{Deserialize, Serialize};
use vault::{Shelf, Tx};

use super::PostError;
use crate::{
    error::StoreError,
    hold::{Bytes, Fixed},
    identity,
    records::{self, IdentityRecord},
    service::Desk,
    team,
};

/// Colleagues, by desk id.
const COLLEAGUES: Shelf<'static> = Shelf::all("colleague");
/// Serials that the newsroom has taken back: what is signed under them counts no more.
const REVOKED: &[u8] = b"revocations";
const LISTED: Shelf<'static> = Shelf::all("key list");

#[derive(Serialize, Deserialize)]
struct ColleagueRecord {
    name: String,
    certificate: Bytes,
    key: Bytes,
    /// When the key list last showed it, Unix seconds.
    seen: u64,
}

/// Another desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Colleague {
    /// Its id in hexadecimal.
    pub desk: String,
    /// The name in its certificate.
    pub name: String,
    /// When the key list last showed it, Unix seconds.
    pub seen: u64,
    /// Who is in its team: they have the key to what is sealed to it.
    pub team: Vec<String>,
}

/// A colleague with its keys.
pub(crate) struct Known {
    pub(crate) id: DeskId,
    pub(crate) name: String,
    pub(crate) key: KemPublic<DeskWeek>,
}

/// This desk, as it signs.
pub(crate) struct Myself {
    pub(crate) site: SiteId,
    pub(crate) signing: Signing<DeskIdentity>,
    pub(crate) certificate: Certificate,
}

impl Myself {
    pub(crate) fn id(&self) -> DeskId {
        self.signing.verifying().desk_id()
    }

    pub(crate) fn name(&self) -> &str {
        self.certificate.name.as_str()
    }
}

/// This desk.
pub(crate) fn myself(tx: &Tx<'_>) -> Result<Myself, PostError> {
    let identity: IdentityRecord = records::identity(tx)?.ok_or(PostError::NotEnrolled)?;
    let site = identity.site_id().ok_or(PostError::NotEnrolled)?;
    let certificate = identity::certificate(&identity).ok_or(PostError::NotEnrolled)?;
    Ok(Myself { site, signing: identity.signing(), certificate })
}

/// Remembers who is in a key list.
pub(crate) fn remember(tx: &mut Tx<'_>, list: &KeyList, now: u64) -> Result<(), StoreError> {
    for desk in &list.contents.desks {
        let record = ColleagueRecord {
            name: desk.certificate.name.as_str().to_owned(),
            certificate: Bytes(desk.certificate.as_bytes().to_vec()),
            key: Bytes(desk.key.as_bytes().to_vec()),
            seen: now,
        };
        records::put(tx, COLLEAGUES, &desk.key.desk.0, &record)?;
    }
    let revoked: Vec<Bytes> =
        list.contents.revocations.iter().map(|one| Bytes(one.as_bytes().to_vec())).collect();
    records::put(tx, LISTED, REVOKED, &revoked)
}

/// All revocations that the newest key list has shown.
pub(crate) fn revoked(
    tx: &Tx<'_>,
    site: &SiteId,
) -> Result<Vec<envelope::cert::Revocation>, StoreError> {
    let all: Option<Vec<Bytes>> = records::get(tx, LISTED, REVOKED, "revocations")?;
    let one = |bytes: Bytes| envelope::cert::Revocation::decode(&bytes.0).ok()?.verify(site).ok();
    Ok(all.unwrap_or_default().into_iter().filter_map(one).collect())
}

/// The colleague of a name, or of the beginning of an id.
pub(crate) fn colleague(
    tx: &Tx<'_>,
    me: &Myself,
    which: &str,
    now: u64,
) -> Result<Known, PostError> {
    let which = which.trim();
    let mut found = Vec::new();
    for (id, record) in records::all::<ColleagueRecord>(tx, COLLEAGUES)? {
        let hex = hex::encode(&id);
        let named =
            record.name == which || (which.len() >= 4 && hex.starts_with(&which.to_lowercase()));
        if named && id != me.id().0 {
            found.push((id, record));
        }
    }
    if found.len() > 1 {
        return Err(PostError::Ambiguous(which.to_owned()));
    }
    let missing = || PostError::NoColleague(which.to_owned());
    let (id, record) = found.pop().ok_or_else(missing)?;
    known(tx, me, &id, &record, now)
}

/// The colleague of an id.
pub(crate) fn by_id(
    tx: &Tx<'_>,
    me: &Myself,
    id: &Fixed<16>,
    now: u64,
) -> Result<Known, PostError> {
    let record: Option<ColleagueRecord> = records::get(tx, COLLEAGUES, &id.0, "a colleague")?;
    let record = record.ok_or_else(|| PostError::NoColleague(hex::encode(id.0)))?;
    known(tx, me, &id.0, &record, now)
}

/// All colleagues that can be written to now.
pub(crate) fn everybody(tx: &Tx<'_>, me: &Myself, now: u64) -> Result<Vec<Known>, StoreError> {
    let all = records::all::<ColleagueRecord>(tx, COLLEAGUES)?;
    let others = all.into_iter().filter(|(id, _)| *id != me.id().0);
    Ok(others.filter_map(|(id, record)| known(tx, me, &id, &record, now).ok()).collect())
}

/// The certificate of a desk that the key list has shown.
pub(super) fn certificate(
    tx: &Tx<'_>,
    me: &Myself,
    id: &Fixed<16>,
) -> Result<Certificate, PostError> {
    let record: Option<ColleagueRecord> = records::get(tx, COLLEAGUES, &id.0, "a colleague")?;
    let record = record.ok_or_else(|| PostError::NoColleague(hex::encode(id.0)))?;
    let certificate = Certificate::decode(&record.certificate.0)
        .map_err(|_| StoreError::Content("a colleague"))?;
    Ok(certificate.verify_signature(&me.site)?)
}

fn known(
    tx: &Tx<'_>,
    me: &Myself,
    id: &[u8],
    record: &ColleagueRecord,
    now: u64,
) -> Result<Known, PostError> {
    let no_key = || PostError::NoKey(record.name.clone());
    let certificate = Certificate::decode(&record.certificate.0)
        .map_err(|_| StoreError::Content("a colleague"))?
        .verify_signature(&me.site)?;
    // Nothing is sealed to a desk that the newsroom has taken back: its computer may be somebody else's.
    certificate.holds(now, &revoked(tx, &me.site)?)?;
    let desk = certificate.desk().ok_or_else(no_key)?;
    let key = DeskKey::decode(&record.key.0).map_err(|_| no_key())?;
    let key = key.verify(&me.site, desk, now).map_err(|_| no_key())?;
    if key.desk.0 != id {
        return Err(no_key());
    }
    Ok(Known { id: key.desk, name: record.name.clone(), key: key.key.clone() })
}

impl Desk {
    /// The other desks of the newsroom.
    ///
    /// # Errors
    /// [`PostError`].
    pub fn colleagues(&self) -> Result<Vec<Colleague>, PostError> {
        self.vault().read(|tx| {
            let me = records::identity(tx)?.map(|me| me.signing().verifying().desk_id());
            let all = records::all::<ColleagueRecord>(tx, COLLEAGUES)?;
            let others = all.into_iter().filter(|(id, _)| me.is_none_or(|me| me.0 != **id));
            let mut others: Vec<Colleague> = others
                .map(|(id, record)| {
                    let team = team::names(tx, &id)?;
                    let desk = hex::encode(id);
                    Ok(Colleague { desk, name: record.name, seen: record.seen, team })
                })
                .collect::<Result<_, StoreError>>()?;
            others.sort_by(|a, b| a.name.cmp(&b.name));
            Ok(others)
        })
    }
}
