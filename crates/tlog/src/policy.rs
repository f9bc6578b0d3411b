//! Which witnesses a reader asks for.

use crate::{Error, KeyType, Note, VerifierKey};

/// Witnesses, and how many of them must have cosigned a checkpoint.
#[derive(Debug, Clone)]
pub struct Witnesses {
    keys: Vec<VerifierKey>,
    needed: usize,
}

/// A witness that has cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned<'k> {
    /// The witness's name.
    pub name: &'k str,
    /// When it last saw this head as the log's largest, in seconds since 1970, by its own clock. It may lie ahead.
    pub time: u64,
}

impl Witnesses {
    /// `needed` of these keys.
    ///
    /// # Errors
    /// [`Error::KeyUse`] where a key is not a witness's, where two have one name or one public key (one witness would
    /// count twice), or where more are needed than there are.
    pub fn new(keys: Vec<VerifierKey>, needed: usize) -> Result<Self, Error> {
        if keys.iter().any(|key| key.kind() != KeyType::CosignatureV1) {
            return Err(Error::KeyUse("a witness's key is of type 0x04"));
        }
        for (place, key) in keys.iter().enumerate() {
            let same =
                |other: &VerifierKey| other.public() == key.public() || other.name() == key.name();
            if keys.iter().skip(place + 1).any(same) {
                return Err(Error::KeyUse("one witness is named twice"));
            }
        }
        if needed > keys.len() {
            return Err(Error::KeyUse("more witnesses are needed than are named"));
        }
        Ok(Self { keys, needed })
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &[VerifierKey] {
        &self.keys
    }

    /// How many must have cosigned.
    #[must_use]
    pub fn needed(&self) -> usize {
        self.needed
    }

    /// Which of the witnesses have cosigned, where they are enough.
    ///
    /// # Errors
    /// [`Error::Witnesses`] where they are not, [`Error::Signature`] where a line claims to be of one of them and is not.
    pub fn check(&self, note: &Note) -> Result<Vec<Cosigned<'_>>, Error> {
        let signed = note.signed(&self.keys)?;
        if signed.len() < self.needed {
            return Err(Error::Witnesses { found: signed.len(), needed: self.needed });
        }
        let cosigned = |signed: &crate::Signed<'_>| signed.time.unwrap_or(0);
        Ok(signed
            .iter()
            .map(|one| Cosigned { name: one.key.name(), time: cosigned(one) })
            .collect())
    }
}
