//! A statement with the desks' signatures.

use envelope::{
    DecodeError, Untrusted, VerifyError,
    cert::{Certificate, Name, Revocation},
    codec::Reader,
    keylist::SKEW,
    keys::{DeskId, DeskIdentity, Signing},
    sizes::{CERTIFICATE, SIGNATURE},
};
use thiserror::Error;

use crate::{
    MAX_APPROVALS, Policy, Statement,
    paper::{self, PaperError},
};

/// The first line of a publication's file.
pub const PUBLICATION_PAPER: &str = "subrosa publication";
const WHAT: &str = "publication";

/// Why a page is no story. Names desks and files, nothing of a source.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AssentError {
    /// The bytes are not of the format.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A certificate or signature does not hold.
    #[error("the approval of {name}: {why}")]
    Signature {
        /// The name in the certificate, as it claims.
        name: String,
        /// What is wrong.
        why: VerifyError,
    },
    /// There are too few approvals, or too many.
    #[error("{} of {want} approvals are there{}", .have.len(), named(.have))]
    Count {
        /// Whose there are.
        have: Vec<String>,
        /// How many the policy wants.
        want: u8,
    },
    /// One desk has signed twice.
    #[error("{0} has approved twice, which counts once")]
    Twice(String),
    /// Nobody but its authors has approved.
    #[error("only who wrote it has approved: one more desk must")]
    OnlyAuthors,
    /// A desk has overridden and may not.
    #[error("{0} has overridden the approvals, which the policy does not let it")]
    NoEditor(String),
    /// Made for another newsroom.
    #[error("the approvals are for another newsroom")]
    OtherNewsroom,
    /// Made under another policy.
    #[error("the approvals were given under another policy than the newsroom's present one")]
    OtherPolicy,
    /// For another story.
    #[error("the approvals are for the story {0}")]
    OtherStory(String),
    /// For another text of this story.
    #[error("the approvals are for another text of this story")]
    OtherText,
    /// For other pictures.
    #[error("the approvals are for other pictures than the story shows now")]
    OtherAssets,
    /// The source read is of another text.
    #[error("the source read is of another text")]
    OtherDraft,
    /// Other desks' approvals of something else.
    #[error("this approval is of something else than the others")]
    OtherStatement,
    /// A later edition is known.
    #[error("revision {0} has been replaced by a later one")]
    Stale(u32),
}

fn named(have: &[String]) -> String {
    if have.is_empty() { String::new() } else { format!(": of {}", have.join(", ")) }
}

/// When approvals are judged.
#[derive(Debug, Clone, Copy)]
pub enum When<'a> {
    /// For the first time: certificates must hold now and not be revoked, and the policy must be the present one.
    Now {
        /// Unix seconds.
        now: u64,
        /// All that is known.
        revoked: &'a [Revocation],
    },
    /// It was judged so once, and who judged remembers this very statement. A story stays when a certificate has run out, or
    /// a desk is revoked, or the policy changes; signatures must be as good as then.
    Before,
}

/// One desk's signature.
#[derive(Clone)]
pub struct Signed {
    certificate: Untrusted<Certificate>,
    bytes: [u8; CERTIFICATE],
    name: String,
    at: u64,
    signature: [u8; SIGNATURE],
}

/// A statement and up to 8 signatures. As large, and of the same parts, whether they are approvals or an override.
#[derive(Clone)]
pub struct Publication {
    statement: Statement,
    signed: Vec<Signed>,
}

impl std::fmt::Debug for Publication {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publication").field("statement", &self.statement).finish_non_exhaustive()
    }
}

impl Publication {
    /// Begins without a signature.
    #[must_use]
    pub fn new(statement: Statement) -> Self {
        Self { statement, signed: Vec::new() }
    }

    /// What is signed.
    #[must_use]
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The names in the certificates of those who have signed, as they claim.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.signed.iter().map(|signed| signed.name.clone()).collect()
    }

    /// Adds a desk's approval. The caller has read what it signs.
    ///
    /// # Errors
    /// [`AssentError::Twice`], or [`AssentError::Count`] if there is no room.
    pub fn approve(
        &mut self,
        key: &Signing<DeskIdentity>,
        certificate: &Certificate,
        now: u64,
    ) -> Result<(), AssentError> {
        if self.signed.iter().any(|signed| signed.bytes == *certificate.as_bytes()) {
            return Err(AssentError::Twice(certificate.name.as_str().to_owned()));
        }
        if self.signed.len() >= usize::from(MAX_APPROVALS) {
            return Err(AssentError::Count { have: self.names(), want: MAX_APPROVALS });
        }
        let signature = key.sign_approval(&self.document(now, None));
        self.push(certificate, now, signature)
    }

    /// The same statement with the signature of one certificate's desk alone: what one desk sends to another.
    #[must_use]
    pub fn only(&self, certificate: &Certificate) -> Self {
        let own = |signed: &&Signed| signed.bytes == *certificate.as_bytes();
        Self {
            statement: self.statement.clone(),
            signed: self.signed.iter().filter(own).cloned().collect(),
        }
    }

    /// Takes the signatures of another copy that this one does not have. They are not checked here: [`Publication::verify`]
    /// does that.
    ///
    /// # Errors
    /// [`AssentError::OtherStatement`]; [`AssentError::Count`] if there is no room.
    pub fn join(&mut self, other: &Self) -> Result<(), AssentError> {
        if self.statement != other.statement {
            return Err(AssentError::OtherStatement);
        }
        for signed in &other.signed {
            if self.signed.iter().any(|known| known.bytes == signed.bytes) {
                continue;
            }
            if self.signed.len() >= usize::from(MAX_APPROVALS) {
                return Err(AssentError::Count { have: self.names(), want: MAX_APPROVALS });
            }
            self.signed.push(signed.clone());
        }
        Ok(())
    }

    /// Whether nobody but its authors has signed, by what the certificates claim.
    #[must_use]
    pub fn only_authors(&self) -> bool {
        let author = |signed: &Signed| {
            let id = signed.certificate.claimed_desk();
            id.is_some_and(|id| self.statement.authors.contains(&id))
        };
        self.signed.iter().all(author)
    }

    /// An editor's override in place of all approvals: it takes exactly their room.
    ///
    /// # Errors
    /// [`AssentError::NoEditor`].
    pub fn overridden(
        statement: Statement,
        policy: &Policy,
        key: &Signing<DeskIdentity>,
        certificate: &Certificate,
        now: u64,
    ) -> Result<Self, AssentError> {
        if !policy.editors.contains(&key.verifying().desk_id()) {
            return Err(AssentError::NoEditor(certificate.name.as_str().to_owned()));
        }
        let mut made = Self::new(statement);
        for slot in 0..policy.approvals {
            let signature = key.sign_override(&made.document(now, Some(slot)));
            made.push(certificate, now, signature)?;
        }
        Ok(made)
    }

    fn push(
        &mut self,
        certificate: &Certificate,
        at: u64,
        signature: [u8; SIGNATURE],
    ) -> Result<(), AssentError> {
        let bytes = *certificate.as_bytes();
        let name = certificate.name.as_str().to_owned();
        let certificate = Certificate::decode(&bytes)?;
        self.signed.push(Signed { certificate, bytes, name, at, signature });
        Ok(())
    }

    /// What is signed: the statement, when, and for an override which place it takes.
    fn document(&self, at: u64, slot: Option<u8>) -> Vec<u8> {
        let mut out = self.statement.encode();
        out.extend_from_slice(&at.to_be_bytes());
        out.extend(slot);
        out
    }

    /// Its bytes: 317 and 299 for each signature. Signatures are in the order of certificates, not in that of signing.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![1, b'P', u8::try_from(self.signed.len()).unwrap_or(u8::MAX), 0];
        out.extend_from_slice(&self.statement.encode());
        let mut signed: Vec<&Signed> = self.signed.iter().collect();
        // Stable: an override's signatures stay in the order of their places.
        signed.sort_by_key(|signed| signed.bytes);
        for one in signed {
            out.extend_from_slice(&one.bytes);
            out.extend_from_slice(&one.at.to_be_bytes());
            out.extend_from_slice(&one.signature);
        }
        out
    }

    /// Reads a publication; nothing in it is checked but its form.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(WHAT, bytes);
        reader.version(Some(b'P'))?;
        let count = reader.u8()?;
        if count > MAX_APPROVALS {
            return Err(reader.value("has more than 8 signatures"));
        }
        reader.zeros(1)?;
        let statement = Statement::read(&mut reader)?;
        let mut signed: Vec<Signed> = Vec::new();
        for _ in 0..count {
            let bytes: [u8; CERTIFICATE] = reader.array()?;
            if signed.last().is_some_and(|last| last.bytes > bytes) {
                return Err(reader.value("has its signatures not in the order of certificates"));
            }
            let certificate = Certificate::decode(&bytes)?;
            signed.push(Signed {
                name: claimed_name(&bytes),
                certificate,
                bytes,
                at: reader.u64()?,
                signature: reader.array()?,
            });
        }
        reader.end()?;
        Ok(Self { statement, signed })
    }

    /// Reads a publication's file.
    ///
    /// # Errors
    /// [`PaperError`].
    pub fn parse(text: &str) -> Result<Self, PaperError> {
        Ok(Self::decode(&paper::read(PUBLICATION_PAPER, text)?)?)
    }

    /// The text of its file. Its lines are the same whoever has signed.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = [
            ("story", self.statement.page.name.clone()),
            ("revision", self.statement.revision.to_string()),
        ];
        paper::write(PUBLICATION_PAPER, &lines, &self.encode())
    }

    /// Checks every signature and what the policy wants.
    ///
    /// # Errors
    /// [`AssentError`] says whose approval is missing or wrong.
    pub fn verify(&self, policy: &Policy, when: When<'_>) -> Result<(), AssentError> {
        if self.statement.site != policy.site {
            return Err(AssentError::OtherNewsroom);
        }
        if matches!(when, When::Now { .. }) {
            if self.statement.policy != policy.hash() {
                return Err(AssentError::OtherPolicy);
            }
            if self.signed.len() != usize::from(policy.approvals) {
                return Err(AssentError::Count { have: self.names(), want: policy.approvals });
            }
        }
        if self.signed.is_empty() {
            return Err(AssentError::Count { have: Vec::new(), want: policy.approvals });
        }
        let mut desks: Vec<(DeskId, bool)> = Vec::new();
        for (slot, signed) in (0u8..).zip(&self.signed) {
            let one = self.signer(signed, slot, policy, when);
            let (desk, overrides) =
                one.map_err(|why| AssentError::Signature { name: signed.name.clone(), why })?;
            if overrides && matches!(when, When::Now { .. }) && !policy.editors.contains(&desk) {
                return Err(AssentError::NoEditor(signed.name.clone()));
            }
            let same = desks.iter().find(|(other, _)| *other == desk);
            if !overrides && same.is_some() {
                return Err(AssentError::Twice(signed.name.clone()));
            }
            desks.push((desk, overrides));
        }
        // An override is one editor's, in every place.
        let first = desks.first().copied();
        if desks.iter().any(|(_, overrides)| *overrides) {
            return match desks.iter().all(|desk| Some(*desk) == first) {
                true => Ok(()),
                false => Err(AssentError::OtherStatement),
            };
        }
        if desks.iter().all(|(desk, _)| self.statement.authors.contains(desk)) {
            return Err(AssentError::OnlyAuthors);
        }
        Ok(())
    }

    /// The desk that signed, and whether it overrides.
    fn signer(
        &self,
        signed: &Signed,
        slot: u8,
        policy: &Policy,
        when: When<'_>,
    ) -> Result<(DeskId, bool), VerifyError> {
        let certificate = signed.certificate.clone().verify_signature(&policy.site)?;
        // It must have held when it signed, as it says; and now, if it is new.
        certificate.holds(signed.at, &[])?;
        if let When::Now { now, revoked } = when {
            certificate.holds(now, revoked)?;
            if signed.at > now.saturating_add(SKEW) {
                return Err(VerifyError::Early { what: "approval", from: signed.at, now });
            }
        }
        let desk = certificate.desk().ok_or(VerifyError::Stranger("approval"))?;
        let approves = desk.verify_approval(&self.document(signed.at, None), &signed.signature);
        if approves.is_ok() {
            return Ok((desk.desk_id(), false));
        }
        desk.verify_override(&self.document(signed.at, Some(slot)), &signed.signature)
            .map_err(|_| VerifyError::Signature("signature"))?;
        Ok((desk.desk_id(), true))
    }
}

/// The name in a certificate, which may be anybody's claim.
fn claimed_name(bytes: &[u8; CERTIFICATE]) -> String {
    let name = bytes.get(98..).and_then(|rest| {
        let (length, name) = rest.split_first()?;
        Name::new(core::str::from_utf8(name.get(..usize::from(*length))?).ok()?).ok()
    });
    name.map_or_else(|| "a desk".to_owned(), |name| name.as_str().to_owned())
}
