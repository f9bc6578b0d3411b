//! What the newsroom's offline root signs: year-long certificates of the site's signer and of desks, and revocations.

use rand_core::CryptoRng;

use crate::{
    Untrusted,
    codec::{Reader, pad},
    error::{DecodeError, VerifyError},
    keys::{DeskId, DeskIdentity, PublicLog, Root, Signing, SiteId, SiteSigner, Verifying},
    sizes,
};

const CONTEXT: &[u8] = b"subrosa/1 certificate";
const REVOKE: &[u8] = b"subrosa/1 revocation";
const SIGNED: usize = sizes::CERTIFICATE - sizes::SIGNATURE;
const REVOKE_SIGNED: usize = sizes::REVOCATION - sizes::SIGNATURE;

/// The longest validity of a certificate, in seconds: 366 days.
pub const MAX_VALIDITY: u64 = 366 * 86_400;

/// What a certificate names; revocations name it by this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(pub [u8; 16]);

/// Whom a certificate is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Holder {
    /// The site's signer.
    Signer(Verifying<SiteSigner>),
    /// A desk.
    Desk(Verifying<DeskIdentity>),
    /// The site's public log.
    Log(Verifying<PublicLog>),
}

/// The name that people see, 1 to 64 bytes of UTF-8 without control characters or white space around it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// Checks a name.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if it is empty, too long, holds control characters, or has white space around it.
    pub fn new(name: &str) -> Result<Self, DecodeError> {
        let why = match name {
            name if name.trim().is_empty() => "is empty",
            name if name.trim() != name => "begins or ends with white space",
            name if name.len() > sizes::NAME => "is longer than 64 bytes",
            name if name.chars().any(char::is_control) => "holds control characters",
            name => return Ok(Self(name.to_owned())),
        };
        Err(DecodeError::Value { what: "name", why })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A certificate whose signature, dates and revocation have been checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    bytes: [u8; sizes::CERTIFICATE],
    /// What revocations call it.
    pub serial: Serial,
    /// Whose it is.
    pub holder: Holder,
    /// The name that people see.
    pub name: Name,
    /// Unix seconds.
    pub not_before: u64,
    /// Unix seconds.
    pub not_after: u64,
}

impl Certificate {
    /// Signs a certificate. Only the root can, and only for a year.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if it would be valid for more than 366 days or for no time at all.
    pub fn issue<G: CryptoRng + ?Sized>(
        root: &Signing<Root>,
        holder: Holder,
        name: Name,
        (not_before, not_after): (u64, u64),
        rng: &mut G,
    ) -> Result<Self, DecodeError> {
        check_dates(not_before, not_after)?;
        let mut serial = Serial([0; 16]);
        rng.fill_bytes(&mut serial.0);
        let mut out = Vec::with_capacity(sizes::CERTIFICATE);
        let (role, key) = match &holder {
            Holder::Signer(key) => (1, key.to_bytes()),
            Holder::Desk(key) => (2, key.to_bytes()),
            Holder::Log(key) => (3, key.to_bytes()),
        };
        out.extend_from_slice(&[1, role]);
        out.extend_from_slice(&serial.0);
        out.extend_from_slice(&root.verifying().to_bytes());
        out.extend_from_slice(&not_before.to_be_bytes());
        out.extend_from_slice(&not_after.to_be_bytes());
        out.extend_from_slice(&key);
        out.push(u8::try_from(name.0.len()).unwrap_or(0));
        out.extend_from_slice(name.0.as_bytes());
        pad(&mut out, sizes::NAME.saturating_sub(name.0.len()));
        let signature = root.sign(CONTEXT, &[&out]);
        out.extend_from_slice(&signature);
        let bytes = Reader::exact("certificate", &out, sizes::CERTIFICATE)?.array()?;
        Ok(Self { bytes, serial, holder, name, not_before, not_after })
    }

    /// Reads a certificate.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Untrusted<Self>, DecodeError> {
        let mut reader = Reader::exact("certificate", bytes, sizes::CERTIFICATE)?;
        let whole = Reader::new("certificate", bytes).array()?;
        reader.version(None)?;
        let role = reader.u8()?;
        let serial = Serial(reader.array()?);
        let _site: [u8; 32] = reader.array()?;
        let (not_before, not_after) = (reader.u64()?, reader.u64()?);
        check_dates(not_before, not_after)?;
        let key = reader.array()?;
        let holder = match role {
            1 => Holder::Signer(Verifying::from_bytes(&key)?),
            2 => Holder::Desk(Verifying::from_bytes(&key)?),
            3 => Holder::Log(Verifying::from_bytes(&key)?),
            _ => return Err(reader.value("role is neither signer nor desk nor log")),
        };
        let length = usize::from(reader.u8()?);
        if length > sizes::NAME {
            return Err(reader.value("name is longer than 64 bytes"));
        }
        let name = core::str::from_utf8(reader.bytes(length)?)
            .map_err(|_| DecodeError::Value { what: "certificate", why: "name is not UTF-8" })?;
        let name = Name::new(name)?;
        reader.zeros(sizes::NAME - length)?;
        Ok(Untrusted(Self { bytes: whole, serial, holder, name, not_before, not_after }))
    }

    /// Its bytes, 227.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; sizes::CERTIFICATE] {
        &self.bytes
    }

    /// The signer's key, if it is the signer's.
    #[must_use]
    pub fn signer(&self) -> Option<&Verifying<SiteSigner>> {
        match &self.holder {
            Holder::Signer(key) => Some(key),
            Holder::Desk(_) | Holder::Log(_) => None,
        }
    }

    /// The public log's key, if it is the log's.
    #[must_use]
    pub fn log(&self) -> Option<&Verifying<PublicLog>> {
        match &self.holder {
            Holder::Log(key) => Some(key),
            Holder::Signer(_) | Holder::Desk(_) => None,
        }
    }

    /// The desk's key, if it is a desk's.
    #[must_use]
    pub fn desk(&self) -> Option<&Verifying<DeskIdentity>> {
        match &self.holder {
            Holder::Desk(key) => Some(key),
            Holder::Signer(_) | Holder::Log(_) => None,
        }
    }

    /// The desk's id, if it is a desk's.
    #[must_use]
    pub fn desk_id(&self) -> Option<DeskId> {
        self.desk().map(Verifying::desk_id)
    }

    /// Whether it holds at `now` and has not been taken back.
    ///
    /// # Errors
    /// [`VerifyError::Early`], [`VerifyError::Expired`] or [`VerifyError::Revoked`].
    pub fn holds(&self, now: u64, revoked: &[Revocation]) -> Result<(), VerifyError> {
        check_time("certificate", (self.not_before, self.not_after), now)?;
        match revoked.iter().any(|revocation| revocation.serial == self.serial) {
            true => Err(VerifyError::Revoked("certificate")),
            false => Ok(()),
        }
    }
}

impl Untrusted<Certificate> {
    /// Whose it says it is, if a desk's: to show a name before anything is checked, never to decide.
    #[must_use]
    pub fn claimed_desk(&self) -> Option<DeskId> {
        self.0.desk_id()
    }

    /// Checks the root's signature; the dates are for [`Certificate::holds`].
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify_signature(self, site: &SiteId) -> Result<Certificate, VerifyError> {
        let certificate = self.0;
        let (signed, signature) = split(&certificate.bytes, SIGNED)?;
        if signed.get(18..50) != Some(site.0.as_slice()) {
            return Err(VerifyError::Stranger("certificate"));
        }
        site.root()?.verify("certificate", CONTEXT, &[signed], &signature)?;
        Ok(certificate)
    }

    /// Checks signature, dates and revocations.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(
        self,
        site: &SiteId,
        now: u64,
        revoked: &[Revocation],
    ) -> Result<Certificate, VerifyError> {
        let certificate = self.verify_signature(site)?;
        certificate.holds(now, revoked)?;
        Ok(certificate)
    }
}

/// The root's word that a certificate holds no more. Can be signed in advance and kept offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    bytes: [u8; sizes::REVOCATION],
    /// The certificate that is taken back.
    pub serial: Serial,
}

impl Revocation {
    /// Signs a revocation.
    #[must_use]
    pub fn issue(root: &Signing<Root>, serial: Serial) -> Self {
        let site = root.verifying().to_bytes();
        let signed = [[1, b'R'].as_slice(), &serial.0, &site].concat();
        let signature = root.sign(REVOKE, &[&signed]);
        let mut bytes = [0; sizes::REVOCATION];
        bytes.iter_mut().zip(signed.iter().chain(&signature)).for_each(|(to, from)| *to = *from);
        Self { bytes, serial }
    }

    /// Reads a revocation.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Untrusted<Self>, DecodeError> {
        let mut reader = Reader::exact("revocation", bytes, sizes::REVOCATION)?;
        reader.version(Some(b'R'))?;
        let serial = Serial(reader.array()?);
        let bytes = Reader::new("revocation", bytes).array()?;
        Ok(Untrusted(Self { bytes, serial }))
    }

    /// Its bytes, 114.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; sizes::REVOCATION] {
        &self.bytes
    }
}

impl Untrusted<Revocation> {
    /// Checks the root's signature. A revocation has no dates: it holds for ever.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(self, site: &SiteId) -> Result<Revocation, VerifyError> {
        let (signed, signature) = split(&self.0.bytes, REVOKE_SIGNED)?;
        if signed.get(18..50) != Some(site.0.as_slice()) {
            return Err(VerifyError::Stranger("revocation"));
        }
        site.root()?.verify("revocation", REVOKE, &[signed], &signature)?;
        Ok(self.0)
    }
}

/// `bytes` before `at`, and the signature there.
pub(crate) fn split(
    bytes: &[u8],
    at: usize,
) -> Result<(&[u8], [u8; sizes::SIGNATURE]), DecodeError> {
    let mut reader = Reader::new("signed bytes", bytes);
    let signed = reader.bytes(at)?;
    let signature = reader.array()?;
    reader.end()?;
    Ok((signed, signature))
}

/// Whether `now` lies within the dates.
pub(crate) fn check_time(
    what: &'static str,
    (from, until): (u64, u64),
    now: u64,
) -> Result<(), VerifyError> {
    if now < from {
        Err(VerifyError::Early { what, from, now })
    } else if now >= until {
        Err(VerifyError::Expired { what, until, now })
    } else {
        Ok(())
    }
}

fn check_dates(not_before: u64, not_after: u64) -> Result<(), DecodeError> {
    match not_after.checked_sub(not_before) {
        Some(1..=MAX_VALIDITY) => Ok(()),
        _ => Err(DecodeError::Value {
            what: "certificate",
            why: "is valid for no time or for more than 366 days",
        }),
    }
}
