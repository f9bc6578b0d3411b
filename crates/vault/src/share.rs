//! Recovery shares of an owner's key: Shamir's scheme over GF(2⁸) (Shamir 1979), two of three.
//!
//! | bytes | field |
//! | --- | --- |
//! | 1 | version, 1 |
//! | 1 | number of the share, 1 to 3 |
//! | 6 | set, random: which dealing it is from |
//! | 16 | the owner's tag: a keyed hash, which tells nothing without the vault |
//! | 32 | the share |
//! | 8 | start of SHA-256 of everything before, against slips of the pen |
//!
//! There is nothing in a share that a guess at the key could be checked with: one alone fits every key equally
//! well. Whether two are right is found out by opening a record with the key that they give.

use std::fmt;

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{error::VaultError, record::Tag};

const VERSION: u8 = 1;
const NEEDED: u8 = 2;
const BODY: usize = Share::LEN - 8;
const TITLE: &str = "subrosa recovery share";
/// No paper is longer.
const MAX_TEXT: usize = 4096;

/// One of the three recovery shares of an owner's key. Erased when dropped; not printed by `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Share {
    number: u8,
    set: [u8; 6],
    owner: Tag,
    value: [u8; 32],
}

/// A share that cannot be read, or shares that do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ShareError {
    /// The text is no share, or a line of it is not as it should be.
    #[error("line {line} of the share: {why}")]
    Text {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// Made by a later version of this program, or no share.
    #[error("this is no recovery share, or it was made by a newer Subrosa")]
    Version,
    /// The checksum does not fit.
    #[error("the share was changed or mistyped: compare each digit with the paper")]
    Changed,
    /// Fewer than two.
    #[error("two of the three shares are needed")]
    TooFew,
    /// The same share twice.
    #[error("share {0} is given twice; a different one is needed")]
    Twice(u8),
    /// Shares of two owners.
    #[error("these are shares of different sources (or of different vaults)")]
    OtherOwner,
    /// Shares of two dealings.
    #[error("these shares were made at different times; take two of the same set")]
    OtherSet,
    /// The key that they give opens nothing of their owner's.
    #[error(
        "these shares give a key that opens nothing here: one was altered on purpose, or what it opened was \
         destroyed and cannot be brought back"
    )]
    Useless,
}

/// An owner's key was not recovered. Nothing was changed.
#[derive(Debug, Error)]
pub enum RecoverError {
    /// The shares are not right.
    #[error(transparent)]
    Share(#[from] ShareError),
    /// Reading or writing failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Share {
    /// Length in bytes.
    pub const LEN: usize = 64;

    /// Which of the three it is: 1, 2 or 3.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// The bytes that [`Share::from_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::LEN]> {
        let mut body = Zeroizing::new(Vec::with_capacity(Self::LEN));
        body.extend_from_slice(&[VERSION, self.number]);
        body.extend_from_slice(&self.set);
        body.extend_from_slice(&self.owner);
        body.extend_from_slice(&self.value);
        let sum = Sha256::digest(&*body);
        let mut out = Zeroizing::new([0; Self::LEN]);
        out.iter_mut().zip(body.iter().copied().chain(sum)).for_each(|(to, byte)| *to = byte);
        out
    }

    /// # Errors
    /// [`ShareError::Version`] or [`ShareError::Changed`].
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Result<Self, ShareError> {
        let (body, sum) = bytes.split_at_checked(BODY).ok_or(ShareError::Version)?;
        if !Sha256::digest(body).iter().take(sum.len()).eq(sum) {
            return Err(ShareError::Changed);
        }
        let field = || {
            let ([version, number], rest) = body.split_first_chunk::<2>()?;
            let (set, rest) = rest.split_first_chunk()?;
            let (owner, rest) = rest.split_first_chunk()?;
            let value = *rest.first_chunk()?;
            let known = *version == VERSION && (1..=3).contains(number);
            known.then_some(Self { number: *number, set: *set, owner: *owner, value })
        };
        field().ok_or(ShareError::Version)
    }

    /// For paper: what it is, then the bytes in hexadecimal digits, four lines of eight groups.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(400));
        let set = hex::encode(self.set);
        out.push_str(&format!(
            "{TITLE} {} of 3, set {set}; any two bring back one key\n",
            self.number
        ));
        for line in self.to_bytes().chunks(16) {
            let groups: Zeroizing<Vec<String>> =
                Zeroizing::new(line.chunks(2).map(hex::encode).collect());
            out.push_str(&Zeroizing::new(groups.join(" ")));
            out.push('\n');
        }
        out
    }

    /// Reads what [`Share::to_text`] made, typed in any case and with any gaps.
    ///
    /// # Errors
    /// [`ShareError`], naming the line.
    pub fn from_text(text: &str) -> Result<Self, ShareError> {
        let fault = |line, why| Err(ShareError::Text { line, why });
        if text.len() > MAX_TEXT {
            return fault(1, "this is longer than any share");
        }
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        match lines.next() {
            Some((_, title)) if title.trim().starts_with(TITLE) => {}
            first => {
                let why = "it should begin \"subrosa recovery share\"";
                return fault(first.map_or(1, |(n, _)| n), why);
            }
        }
        let mut bytes = Zeroizing::new([0; Self::LEN]);
        let mut last = 1;
        for to in bytes.chunks_mut(16) {
            let Some((n, line)) = lines.next() else {
                return fault(last + 1, "a line is missing; there are four lines of digits");
            };
            last = n;
            let digits: Zeroizing<String> =
                Zeroizing::new(line.chars().filter(|c| !c.is_whitespace()).collect());
            if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                return fault(n, "only the digits 0 to 9 and the letters a to f belong here");
            }
            if hex::decode_to_slice(digits.as_bytes(), to).is_err() {
                return fault(n, "there should be 32 digits, in eight groups of four");
            }
        }
        match lines.next() {
            Some((n, _)) => fault(n, "nothing should follow the four lines of digits"),
            None => Self::from_bytes(&bytes),
        }
    }

    /// Three shares of a key.
    pub(crate) fn deal(owner: Tag, key: &[u8; 32], mut rng: &mut dyn CryptoRng) -> [Self; 3] {
        let mut set = [0; 6];
        rng.fill_bytes(&mut set);
        let mut dealt = blahaj::Sharks(NEEDED).dealer_rng(key, &mut rng);
        [1, 2, 3].map(|number| {
            let mut value = [0; 32];
            if let Some(share) = dealt.next() {
                value.iter_mut().zip(&share.y).for_each(|(to, byte)| *to = byte.0);
            }
            Self { number, set, owner, value }
        })
    }

    /// The owner of shares that belong together.
    pub(crate) fn owner(shares: &[Self]) -> Result<Tag, ShareError> {
        let [first, others @ ..] = shares else { return Err(ShareError::TooFew) };
        if others.is_empty() {
            return Err(ShareError::TooFew);
        }
        if others.iter().any(|share| share.owner != first.owner) {
            return Err(ShareError::OtherOwner);
        }
        if others.iter().any(|share| share.set != first.set) {
            return Err(ShareError::OtherSet);
        }
        for (n, share) in shares.iter().enumerate() {
            if shares.iter().skip(n + 1).any(|other| other.number == share.number) {
                return Err(ShareError::Twice(share.number));
            }
        }
        Ok(first.owner)
    }

    /// The keys that every two of the shares give: all the same, unless one was altered.
    pub(crate) fn keys(shares: &[Self]) -> Vec<Zeroizing<[u8; 32]>> {
        let pairs = shares.iter().enumerate();
        pairs
            .flat_map(|(n, one)| shares.iter().skip(n + 1).map(move |two| (one, two)))
            .filter_map(|(one, two)| {
                let points = [one.point()?, two.point()?];
                let key = Zeroizing::new(blahaj::Sharks(NEEDED).recover(&points).ok()?);
                key.first_chunk().map(|key| Zeroizing::new(*key))
            })
            .collect()
    }

    fn point(&self) -> Option<blahaj::Share> {
        let mut bytes = Zeroizing::new([self.number; 33]);
        bytes.iter_mut().skip(1).zip(self.value).for_each(|(to, byte)| *to = byte);
        blahaj::Share::try_from(&bytes[..]).ok()
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share").field("number", &self.number).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "share_tests.rs"]
mod tests;
