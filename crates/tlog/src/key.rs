//! Keys of logs and of witnesses (signed-note, tlog-cosignature).

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::note::name_allowed;
use crate::{Checkpoint, Error, MAX_SIZE, Note, Signature};

/// The longest verifier key in text that is read, in bytes.
const MAX_KEY_TEXT: usize = 1024;

/// What a key signs; its number is the byte before the public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// The text of a note as it is: 0x01.
    Ed25519 = 1,
    /// A checkpoint with the time it was seen: 0x04.
    CosignatureV1 = 4,
}

/// A public key with its owner's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    kind: KeyType,
    key: VerifyingKey,
}

impl VerifierKey {
    /// The key `public` (32 bytes, RFC 8032) of `name`.
    ///
    /// # Errors
    /// [`Error::Key`] where the name is empty or has spaces, plus signs or control characters, or where the bytes are no key.
    pub fn new(name: &str, kind: KeyType, public: &[u8; 32]) -> Result<Self, Error> {
        if !name_allowed(name) {
            return Err(Error::Key(
                "its name is empty, or has a space, a plus or a control character",
            ));
        }
        let key =
            VerifyingKey::from_bytes(public).map_err(|_| Error::Key("no point of Ed25519"))?;
        if key.is_weak() {
            return Err(Error::Key("a weak key, under which forgeries verify"));
        }
        let hash = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', kind as u8])
            .chain_update(public)
            .finalize();
        let [a, b, c, d, ..]: [u8; 32] = hash.into();
        Ok(Self { name: name.to_owned(), id: [a, b, c, d], kind, key })
    }

    /// The owner's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of SHA-256 over name, line feed, type and key.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// What the key signs.
    #[must_use]
    pub fn kind(&self) -> KeyType {
        self.kind
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether a signature line claims to be of this key.
    pub(crate) fn owns(&self, signature: &Signature) -> bool {
        signature.name() == self.name && signature.id() == self.id
    }

    /// Checks a signature over the text of a note; gives the time of a cosignature, in seconds since 1970.
    pub(crate) fn verify(&self, text: &str, signature: &[u8]) -> Result<Option<u64>, Error> {
        let (time, signature) = match self.kind {
            KeyType::Ed25519 => (None, signature),
            KeyType::CosignatureV1 => {
                let (time, rest) = signature.split_first_chunk().ok_or(Error::Signature)?;
                (Some(u64::from_be_bytes(*time)), rest)
            }
        };
        let message = match time {
            None => text.to_owned(),
            Some(time) if time <= MAX_SIZE => cosigned(time, text),
            Some(_) => return Err(Error::Signature),
        };
        let signature = signature.try_into().map_err(|_| Error::Signature)?;
        let verdict = self.key.verify_strict(message.as_bytes(), &signature);
        verdict.map(|()| time).map_err(|_| Error::Signature)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = [&[self.kind as u8], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), STANDARD.encode(typed))
    }
}

impl FromStr for VerifierKey {
    type Err = Error;

    /// Reads `<name>+<id in hex>+<type and key in base64>`.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_KEY_TEXT {
            return Err(Error::Key("it is too long"));
        }
        let (name, rest) = text.split_once('+').ok_or(Error::Key("it has no plus"))?;
        let (_, key) = rest.split_once('+').ok_or(Error::Key("it has one plus only"))?;
        let typed = STANDARD.decode(key).map_err(|_| Error::Key("its end is not base64"))?;
        let (kind, public) = typed.split_first().ok_or(Error::Key("it is empty"))?;
        let kind = match kind {
            1 => KeyType::Ed25519,
            4 => KeyType::CosignatureV1,
            _ => return Err(Error::Key("its type is not known here")),
        };
        let public = public.try_into().map_err(|_| Error::Key("it does not have 32 bytes"))?;
        let key = Self::new(name, kind, public)?;
        if key.to_string() == text { Ok(key) } else { Err(Error::Key("its id is not its own")) }
    }
}

/// A log's signing key. It signs notes as they are; whether a checkpoint continues the last one is the log's to know.
pub struct Signer {
    key: VerifierKey,
    secret: SigningKey,
}

impl Signer {
    /// The key with this `seed` (RFC 8032) of the log `name`, which should be its checkpoints' origin.
    ///
    /// # Errors
    /// [`Error::Key`] for a name that is not allowed.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, Error> {
        let secret = SigningKey::from_bytes(seed);
        let public = secret.verifying_key().to_bytes();
        Ok(Self { key: VerifierKey::new(name, KeyType::Ed25519, &public)?, secret })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.key
    }

    /// Adds a signature to a note.
    ///
    /// # Errors
    /// [`Error::Note`] where the note has no room for it.
    pub fn sign(&self, note: &mut Note) -> Result<(), Error> {
        let bytes = self.secret.sign(note.unverified_text().as_bytes()).to_vec();
        note.push(Signature::new(&self.key.name, self.key.id, bytes)?)
    }

    /// A checkpoint, signed.
    ///
    /// # Errors
    /// None that a checkpoint could cause; as [`sign`](Self::sign).
    pub fn checkpoint(&self, checkpoint: &Checkpoint) -> Result<Note, Error> {
        let mut note = Note::new(&checkpoint.encode())?;
        self.sign(&mut note)?;
        Ok(note)
    }
}

/// A witness's signing key. Give it only checkpoints that continue what it signed before, as [`crate::Witness`] does.
pub struct Cosigner {
    key: VerifierKey,
    secret: SigningKey,
}

impl Cosigner {
    /// The key with this `seed` (RFC 8032) of the witness `name`. One key is for one name.
    ///
    /// # Errors
    /// [`Error::Key`] for a name that is not allowed.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, Error> {
        let secret = SigningKey::from_bytes(seed);
        let public = secret.verifying_key().to_bytes();
        Ok(Self { key: VerifierKey::new(name, KeyType::CosignatureV1, &public)?, secret })
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.key
    }

    /// The signature over a checkpoint seen at `time`, in seconds since 1970.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] for a text that is none, [`Error::Range`] for a time of 0 or above 2^63 - 1.
    pub fn cosign(&self, text: &str, time: u64) -> Result<Signature, Error> {
        Checkpoint::decode(text)?;
        if time == 0 || time > MAX_SIZE {
            return Err(Error::Range);
        }
        let signature = self.secret.sign(cosigned(time, text).as_bytes());
        let bytes = [time.to_be_bytes().as_slice(), &signature.to_bytes()].concat();
        Signature::new(&self.key.name, self.key.id, bytes)
    }
}

/// What a witness signs.
fn cosigned(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}
