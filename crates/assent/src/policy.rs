//! The newsroom's policy, signed by its offline root: how many desks must approve, and who may override.

use envelope::{
    DecodeError, VerifyError,
    codec::Reader,
    keys::{DeskId, Root, Signing, SiteId},
};

use crate::{Hash, hash, paper, paper::PaperError};

/// The first line of a policy's file.
pub const POLICY_PAPER: &str = "subrosa policy";
/// Most approvals that a policy may ask for.
pub const MAX_APPROVALS: u8 = 8;
/// Most desks that may override.
pub const MAX_EDITORS: usize = 8;

const WHAT: &str = "policy";

/// A policy whose signature has been checked. Every certified desk may approve; the same number of approvals is
/// needed for every story, so that the number says nothing about a story's sourcing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    bytes: Vec<u8>,
    /// The newsroom.
    pub site: SiteId,
    /// Which policy of this newsroom, from 1; a site takes no lower one after a higher one.
    pub number: u32,
    /// When it was signed, Unix seconds.
    pub made_at: u64,
    /// How many desks must approve, 1 to 8.
    pub approvals: u8,
    /// Who may override, in the order of ids, at most 8.
    pub editors: Vec<DeskId>,
}

impl Policy {
    /// Signs a policy.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if a number is out of range or an editor is named twice.
    pub fn issue(
        root: &Signing<Root>,
        number: u32,
        approvals: u8,
        mut editors: Vec<DeskId>,
        made_at: u64,
    ) -> Result<Self, DecodeError> {
        editors.sort();
        check(number, approvals, &editors)?;
        let site = root.verifying().site_id();
        let mut bytes = vec![1, b'Y'];
        bytes.extend_from_slice(&site.0);
        bytes.extend_from_slice(&number.to_be_bytes());
        bytes.extend_from_slice(&made_at.to_be_bytes());
        bytes.push(approvals);
        bytes.push(u8::try_from(editors.len()).unwrap_or(u8::MAX));
        editors.iter().for_each(|editor| bytes.extend_from_slice(&editor.0));
        let signature = root.sign_policy(&bytes);
        bytes.extend_from_slice(&signature);
        Ok(Self { bytes, site, number, made_at, approvals, editors })
    }

    /// Reads a policy and checks its signature.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn open(bytes: &[u8], site: &SiteId) -> Result<Self, VerifyError> {
        let mut reader = Reader::new(WHAT, bytes);
        reader.version(Some(b'Y'))?;
        let named = SiteId(reader.array()?);
        let (number, made_at) = (reader.u32()?, reader.u64()?);
        let (approvals, count) = (reader.u8()?, usize::from(reader.u8()?));
        if count > MAX_EDITORS {
            return Err(reader.value("names more than 8 editors").into());
        }
        let editors = (0..count)
            .map(|_| reader.array().map(DeskId))
            .collect::<Result<Vec<_>, DecodeError>>()?;
        check(number, approvals, &editors)?;
        let signed = bytes.get(..reader.position()).unwrap_or_default();
        let signature = reader.array()?;
        reader.end()?;
        if named != *site {
            return Err(VerifyError::Stranger(WHAT));
        }
        site.root()?.verify_policy(signed, &signature)?;
        Ok(Self { bytes: bytes.to_vec(), site: named, number, made_at, approvals, editors })
    }

    /// Reads a policy's file and checks its signature.
    ///
    /// # Errors
    /// [`PaperError`] in the first place, [`VerifyError`] in the second.
    pub fn parse(text: &str, site: &SiteId) -> Result<Result<Self, VerifyError>, PaperError> {
        Ok(Self::open(&paper::read(POLICY_PAPER, text)?, site))
    }

    /// The text of its file.
    #[must_use]
    pub fn text(&self) -> String {
        let editors: Vec<_> = self.editors.iter().map(DeskId::to_string).collect();
        let lines = [
            ("number", self.number.to_string()),
            ("approvals", self.approvals.to_string()),
            ("may override", editors.join(" ")),
        ];
        paper::write(POLICY_PAPER, &lines, &self.bytes)
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What statements name it by.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash(b"subrosa/1 policy hash", [self.bytes.as_slice()])
    }
}

fn check(number: u32, approvals: u8, editors: &[DeskId]) -> Result<(), DecodeError> {
    let why = if number == 0 {
        "number is 0"
    } else if !(1..=MAX_APPROVALS).contains(&approvals) {
        "asks for no approval or for more than 8"
    } else if editors.len() > MAX_EDITORS {
        "names more than 8 editors"
    } else if editors.windows(2).any(|pair| matches!(pair, [a, b] if a >= b)) {
        "names an editor twice, or not in the order of ids"
    } else {
        return Ok(());
    };
    Err(DecodeError::Value { what: WHAT, why })
}
