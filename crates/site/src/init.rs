//! Making a site's folder, and installing what the newsroom's root signs.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use envelope::cert::{Certificate, Holder, Name, Revocation};
use envelope::error::VerifyError;
use envelope::keys::SiteId;
use envelope::papers::{self, PaperError};
use envelope::time::TickLength;
use mix::state::StateError;
use rand_core::CryptoRng;
use thiserror::Error;

use crate::approvals;
use crate::folder;
use crate::log;
use crate::store::{Records, SqliteRecords, StoreError};

/// A site that is to be made.
#[derive(Debug, Clone)]
pub struct NewSite<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// The newsroom: its root's public key.
    pub site: SiteId,
    /// The name for the signer's certificate, such as `example.org`.
    pub name: &'a Name,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where readers reach it, such as `https://example.org`.
    pub base_url: &'a str,
    /// Length of a tick.
    pub tick: TickLength,
    /// The folder with the stories, as `site.toml` shall say it.
    pub content: &'a Path,
}

/// Why a site's folder cannot be made. What exists already is never changed.
#[derive(Debug, Error)]
pub enum InitError {
    /// It is a site of another newsroom.
    #[error("{0}: is a site of another newsroom already; name another folder")]
    Stranger(PathBuf),
    /// A file or folder cannot be made.
    #[error("{path}: {why}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mix's folder.
    #[error(transparent)]
    Mix(#[from] StateError),
}

/// What [`init`] has made.
#[derive(Debug, Clone)]
pub struct Made {
    /// The configuration.
    pub config: PathBuf,
    /// The request that the root must certify.
    pub request: PathBuf,
    /// The request of the public log, which the root must certify, too.
    pub log: PathBuf,
    /// The signer's public key in hexadecimal, to be compared when the root signs.
    pub signer: String,
}

/// Makes a site's folder: `site.toml`, the store, the mix's folder with the signer's key, and `signer.request` for the
/// root. Called again on the same folder, it adds what is missing and changes nothing.
///
/// # Errors
/// [`InitError`].
pub fn init(new: &NewSite<'_>, rng: &mut dyn CryptoRng) -> Result<Made, InitError> {
    folder::make_private(new.folder)
        .map_err(|error| InitError::File { path: new.folder.to_owned(), why: error.to_string() })?;
    let mut records = SqliteRecords::open(&new.folder.join(folder::STORE))?;
    if records.set_once(folder::SITE_ID, &new.site.0)? != new.site.0 {
        return Err(InitError::Stranger(new.folder.to_owned()));
    }
    let mix = new.folder.join(folder::MIX);
    let signer = mix::state::ensure(&mix, rng)?;
    let config = new.folder.join(folder::CONFIG);
    write_new(&config, config_text(new).as_bytes())?;
    let request = new.folder.join(folder::REQUEST);
    write_new(&request, mix::state::request(&mix, new.name)?.as_bytes())?;
    log::ensure(new, rng)?;
    let log = new.folder.join(folder::LOG_REQUEST);
    Ok(Made { config, request, log, signer: format!("{signer:?}") })
}

fn config_text(new: &NewSite<'_>) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    format!(
        "# How this site is run. Unknown keys are refused.\n\
         \n\
         # Address and port that the server listens on.\n\
         listen = {}\n\
         # Where readers reach it.\n\
         base_url = {}\n\
         # The folder with newsroom.toml and stories/.\n\
         content = {}\n\
         # \"policy\": a story needs the approvals that newsroom.policy in that folder asks for. \"none\": it needs none.\n\
         approvals = {}\n\
         # Length of a tick in seconds; never changes in the life of a site.\n\
         tick_secs = {}\n\
         \n\
         # [tls]\n\
         # mode = \"acme\"            # or \"files\", with certificate and key; or \"none\", behind a proxy\n\
         # domains = [\"example.org\"]\n\
         # contact = [\"mailto:you@example.org\"]\n\
         \n\
         # [proxy]\n\
         # trusted = [\"127.0.0.1\"]  # its last X-Forwarded-For is believed\n\
         # onion = true             # for an onion service: no limits by address\n",
        text(&new.listen.to_string()),
        text(new.base_url),
        text(&new.content.to_string_lossy()),
        text(if new.content.join(approvals::POLICY).exists() { "policy" } else { "none" }),
        new.tick.secs(),
    )
}

/// What was installed.
#[derive(Debug, Clone, PartialEq)]
pub enum Installed {
    /// A certificate.
    Certificate {
        /// The name in it.
        name: Name,
        /// Whose it is.
        holder: Box<Holder>,
        /// Unix seconds until which it holds.
        not_after: u64,
        /// Whether it was not there before.
        new: bool,
    },
    /// A revocation.
    Revocation {
        /// The name in the certificate it takes back, if that is installed.
        name: Option<Name>,
        /// Whether it was not there before.
        new: bool,
    },
}

/// Why a paper is not installed. Papers before it in the same call are.
#[derive(Debug, Error)]
pub enum InstallError {
    /// The folder was never made a site.
    #[error("{0}: is no site yet; `subrosa site init` makes one")]
    NoSite(PathBuf),
    /// The file cannot be read.
    #[error("{path}: {why}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// The file is neither a certificate nor a revocation.
    #[error("{path}: {why}; install what the root gave back, a .certificate or a .revocation")]
    Paper {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: PaperError,
    },
    /// It is not signed by this newsroom's root.
    #[error("{path}: {why}; it must be signed by the root of this site's own newsroom")]
    Verify {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: VerifyError,
    },
    /// It is the certificate of another site's signer.
    #[error(
        "{path}: certifies another signer than this site's; was it made from this site's signer.request?"
    )]
    OtherSigner {
        /// The file.
        path: PathBuf,
    },
    /// The mix's folder.
    #[error(transparent)]
    Mix(#[from] StateError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Installs certificates and revocations, each checked under the newsroom's root. A running site takes them within
/// seconds.
///
/// # Errors
/// [`InstallError`] for the first paper that cannot be used.
pub fn install(folder: &Path, papers: &[PathBuf]) -> Result<Vec<Installed>, InstallError> {
    let store = folder.join(folder::STORE);
    if !store.exists() {
        return Err(InstallError::NoSite(folder.to_owned()));
    }
    let mut records = SqliteRecords::open(&store)?;
    let site = records.value(folder::SITE_ID)?.and_then(|id| id.try_into().ok()).map(SiteId);
    let site = site.ok_or_else(|| InstallError::NoSite(folder.to_owned()))?;
    papers.iter().map(|path| install_one(folder, &mut records, &site, path)).collect()
}

fn install_one(
    folder: &Path,
    records: &mut SqliteRecords,
    site: &SiteId,
    path: &Path,
) -> Result<Installed, InstallError> {
    let text = fs::read_to_string(path)
        .map_err(|e| InstallError::File { path: path.to_owned(), why: e.to_string() })?;
    let paper = |why| InstallError::Paper { path: path.to_owned(), why };
    let verify = |why| InstallError::Verify { path: path.to_owned(), why };
    match papers::parse_certificate(&text) {
        Ok(certificate) => {
            let certificate = certificate.verify_signature(site).map_err(verify)?;
            if let Holder::Signer(signer) = &certificate.holder
                && *signer != mix::state::signer_public(&folder.join(folder::MIX))?
            {
                return Err(InstallError::OtherSigner { path: path.to_owned() });
            }
            let new = records.put_certificate(certificate.serial.0, certificate.as_bytes())?;
            let Certificate { holder, name, not_after, .. } = certificate;
            Ok(Installed::Certificate { name, holder: Box::new(holder), not_after, new })
        }
        Err(PaperError::Kind(_)) => {
            let revocation = papers::parse_revocation(&text).map_err(paper)?;
            let revocation = revocation.verify(site).map_err(verify)?;
            let new = records.put_revocation(revocation.serial.0, revocation.as_bytes())?;
            Ok(Installed::Revocation { name: revoked_name(records, site, &revocation)?, new })
        }
        Err(why) => Err(paper(why)),
    }
}

fn revoked_name(
    records: &mut SqliteRecords,
    site: &SiteId,
    revocation: &Revocation,
) -> Result<Option<Name>, StoreError> {
    let certificates = records.certificates()?;
    let certificates = certificates
        .iter()
        .filter_map(|bytes| Certificate::decode(bytes).ok()?.verify_signature(site).ok());
    let mut revoked = certificates.filter(|certificate| certificate.serial == revocation.serial);
    Ok(revoked.next().map(|certificate| certificate.name))
}

/// Writes a file for its owner only, unless there is one.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), InitError> {
    let failed = |e: std::io::Error| InitError::File { path: path.to_owned(), why: e.to_string() };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(error)),
        Ok(mut file) => file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed),
    }
}
