//! How a desk begins: its keys, its request for a certificate, the certificate.

use std::{
    io,
    path::{Path, PathBuf},
};

use envelope::{
    VerifyError,
    cert::{Certificate, Name},
    keys::{DeskId, DeskIdentity, Signing, SiteId},
};
use rand_core::CryptoRng;
use serde::Serialize;
use thiserror::Error;
use vault::{
    CreateError, Kdf, Passphrase, UnlockError, Vault, VaultError,
    papers::{self, PaperError, Request},
};

use crate::{
    error::StoreError,
    hold::{Bytes, Fixed, Secret},
    records::{self, DESK, IdentityRecord},
};

/// The request's file in the desk's folder.
pub const REQUEST_FILE: &str = "desk.request";

/// A desk could not be made.
#[derive(Debug, Error)]
pub enum InitError {
    /// There is one already.
    #[error("{0} holds a desk already; it was left as it is")]
    Exists(PathBuf),
    /// The vault could not be made.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// A half-made desk could not be finished.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The vault could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The request could not be written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl From<VaultError> for InitError {
    fn from(error: VaultError) -> Self {
        Self::Store(error.into())
    }
}

/// A certificate was not installed.
#[derive(Debug, Error)]
pub enum InstallError {
    /// The vault holds no desk.
    #[error("this vault holds no desk: run `subrosa desk init` first")]
    NoDesk,
    /// The file is not to be read.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// The certificate does not hold.
    #[error("the certificate does not hold: {0}")]
    Verify(#[from] VerifyError),
    /// It is someone else's.
    #[error(
        "the certificate is for another key than this desk's; was it made from this desk's request?"
    )]
    OtherDesk,
    /// It is another newsroom's.
    #[error("this desk belongs to newsroom {pinned}; the certificate is of newsroom {found}")]
    OtherNewsroom {
        /// The one expected.
        pinned: SiteId,
        /// The one that signed.
        found: SiteId,
    },
    /// The vault could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<VaultError> for InstallError {
    fn from(error: VaultError) -> Self {
        Self::Store(error.into())
    }
}

/// A new desk.
pub struct NewDesk {
    /// Its vault, open.
    pub vault: Vault,
    /// Its id.
    pub desk_id: DeskId,
    /// Where the request for a certificate lies.
    pub request: PathBuf,
}

/// What was installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Installed {
    /// The newsroom's id in hexadecimal: to be compared with the one that the newsroom gave on another way.
    pub newsroom: String,
    /// The desk's id in hexadecimal.
    pub desk: String,
    /// The name in the certificate.
    pub name: String,
    /// Unix seconds.
    pub valid_until: u64,
}

/// Makes a desk in `dir`: a vault, keys in it, and `desk.request` for the keeper of the newsroom's root. A desk
/// whose making was cut off is finished.
///
/// # Errors
/// [`InitError`]; an existing desk is never touched.
pub fn init(
    dir: &Path,
    passphrase: &Passphrase,
    kdf: Kdf,
    name: &Name,
    rng: impl CryptoRng + Send + 'static,
) -> Result<NewDesk, InitError> {
    let vault = match Vault::exists(dir) {
        true => Vault::open(dir, passphrase, rng)?,
        false => Vault::create(dir, passphrase, kdf, rng)?,
    };
    let made = vault.write(|tx| -> Result<bool, StoreError> {
        if records::identity(tx)?.is_some() {
            return Ok(false);
        }
        let signing = Signing::<DeskIdentity>::generate(tx.rng());
        let record = IdentityRecord {
            seed: Secret(*signing.seed()),
            name: name.as_str().to_owned(),
            site: None,
            certificate: None,
        };
        records::put(tx, DESK, IdentityRecord::ID, &record)?;
        Ok(true)
    })?;
    if !made {
        return Err(InitError::Exists(dir.to_owned()));
    }
    let request = dir.join(REQUEST_FILE);
    let text = request_text(&vault)?;
    std::fs::write(&request, text)
        .map_err(|source| InitError::Io { path: request.clone(), source })?;
    let desk_id = self::desk_id(&vault)?;
    Ok(NewDesk { vault, desk_id, request })
}

/// The text of the request, to be written again whenever it is needed: for the yearly renewal, say.
///
/// # Errors
/// [`StoreError`].
pub fn request_text(vault: &Vault) -> Result<String, StoreError> {
    let missing = StoreError::Content("the desk's identity");
    let identity = vault.read(records::identity)?.ok_or(missing)?;
    let name = Name::new(&identity.name).map_err(|_| StoreError::Content("the desk's name"))?;
    Ok(Request::for_desk(&identity.signing(), &name))
}

/// The id of a desk that was made in a vault.
///
/// # Errors
/// [`StoreError`].
pub fn desk_id(vault: &Vault) -> Result<DeskId, StoreError> {
    let missing = StoreError::Content("the desk's identity");
    let identity = vault.read(records::identity)?.ok_or(missing)?;
    Ok(identity.signing().verifying().desk_id())
}

/// Installs the certificate from a `.certificate` file. The first one pins the newsroom: `expected` is the id that the
/// newsroom gave on another way, if it did; later ones must be the same newsroom's.
///
/// # Errors
/// [`InstallError`]; the certificate that was there stays.
pub fn install(
    vault: &Vault,
    text: &str,
    expected: Option<SiteId>,
    now: u64,
) -> Result<Installed, InstallError> {
    let untrusted = papers::parse_certificate(text)?;
    vault.write(|tx| {
        let mut identity = records::identity(tx)?.ok_or(InstallError::NoDesk)?;
        let site = papers::claimed_newsroom(text)?;
        let pinned = identity.site_id().or(expected);
        if let Some(pinned) = pinned.filter(|pinned| *pinned != site) {
            return Err(InstallError::OtherNewsroom { pinned, found: site });
        }
        let certificate = untrusted.verify(&site, now, &[])?;
        let id = identity.signing().verifying().desk_id();
        if certificate.desk_id() != Some(id) {
            return Err(InstallError::OtherDesk);
        }
        identity.site = Some(Fixed(site.0));
        identity.certificate = Some(Bytes(certificate.as_bytes().to_vec()));
        records::put(tx, DESK, IdentityRecord::ID, &identity)?;
        Ok(Installed {
            newsroom: site.to_string(),
            desk: id.to_string(),
            name: certificate.name.as_str().to_owned(),
            valid_until: certificate.not_after,
        })
    })
}

/// The certificate of this desk as it was installed, whether or not it still holds.
pub(crate) fn certificate(identity: &IdentityRecord) -> Option<Certificate> {
    let bytes = &identity.certificate.as_ref()?.0;
    Certificate::decode(bytes).ok()?.verify_signature(&identity.site_id()?).ok()
}
