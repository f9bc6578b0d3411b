//! Records: how they are named, sealed and found.
//!
//! The plaintext of a record is `length of id (2) ‖ id ‖ length of body (4) ‖ body ‖ zeros` up to a multiple
//! of 256 bytes. Its associated data are the vault's id, the keyed hashes of its shelf and of its id, and its
//! version: none of them can be exchanged for another's.

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::AeadInOut};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::VaultError;

/// Sizes are rounded up to this.
const STEP: usize = 256;
/// Largest body of a record.
pub(crate) const MAX_BODY: usize = 16 << 20;
const NONCE: usize = 24;

/// Where a record lies: its kind, and within the kind what it belongs to.
///
/// The messages of conversation `c` lie on `Shelf::of("message", c)`, all conversations on
/// `Shelf::all("conversation")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shelf<'a> {
    kind: &'a str,
    of: &'a [u8],
}

impl<'a> Shelf<'a> {
    /// The one shelf of a kind.
    #[must_use]
    pub const fn all(kind: &'a str) -> Self {
        Self { kind, of: &[] }
    }

    /// The shelf of a kind that belongs to something.
    #[must_use]
    pub const fn of(kind: &'a str, of: &'a [u8]) -> Self {
        Self { kind, of }
    }
}

/// An opened record. Its body is erased when dropped.
pub struct Record {
    /// Its name within its shelf.
    pub id: Vec<u8>,
    /// How often it was written: 1 when new.
    pub version: u64,
    /// What it holds.
    pub body: Zeroizing<Vec<u8>>,
}

/// A shelf's records in the order of their ids.
#[derive(Default)]
pub struct Listing {
    /// Those that opened.
    pub records: Vec<Record>,
    /// How many did not, because their bytes were changed outside Subrosa.
    pub damaged: usize,
}

/// The keys made of the vault key.
pub(crate) struct Keys {
    vault: [u8; 16],
    seal: Zeroizing<[u8; 32]>,
    name: Zeroizing<[u8; 64]>,
}

impl Keys {
    pub(crate) fn derive(vault: [u8; 16], key: &[u8; 32]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(&vault), key);
        let (mut seal, mut name) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 64]));
        // Expansion fails only above 255 blocks of 32 bytes.
        let _ = hkdf.expand(b"subrosa vault 1 seal", seal.as_mut_slice());
        let _ = hkdf.expand(b"subrosa vault 1 name", name.as_mut_slice());
        Self { vault, seal, name }
    }

    /// The keyed hash that stands for a shelf.
    pub(crate) fn shelf(&self, shelf: &Shelf<'_>) -> [u8; 32] {
        self.hash(&[b"shelf", shelf.kind.as_bytes(), shelf.of])
    }

    /// The keyed hash that stands for a record on a shelf.
    pub(crate) fn place(&self, shelf: &[u8; 32], id: &[u8]) -> [u8; 32] {
        self.hash(&[b"place", shelf, id])
    }

    fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new((&*self.name).into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    fn associated(&self, shelf: &[u8; 32], place: &[u8; 32], version: u64) -> Vec<u8> {
        [&self.vault[..], shelf, place, &version.to_be_bytes()].concat()
    }

    /// Seals a record: `nonce ‖ ciphertext`.
    pub(crate) fn seal(
        &self,
        shelf: &[u8; 32],
        version: u64,
        id: &[u8],
        body: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, VaultError> {
        let id_len =
            u16::try_from(id.len()).map_err(|_| VaultError::TooLarge(usize::from(u16::MAX)))?;
        let too_large = || VaultError::TooLarge(MAX_BODY);
        let body_len = u32::try_from(body.len()).map_err(|_| too_large())?;
        if body.len() > MAX_BODY {
            return Err(too_large());
        }
        let whole = (6 + id.len() + body.len()).next_multiple_of(STEP);
        let mut plain = Zeroizing::new(Vec::with_capacity(whole + 16));
        plain.extend_from_slice(&id_len.to_be_bytes());
        plain.extend_from_slice(id);
        plain.extend_from_slice(&body_len.to_be_bytes());
        plain.extend_from_slice(body);
        plain.resize(whole, 0);
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let associated = self.associated(shelf, &self.place(shelf, id), version);
        XChaCha20Poly1305::new(&(*self.seal).into())
            .encrypt_in_place(&XNonce::from(nonce), &associated, &mut *plain)
            .map_err(|_| too_large())?;
        Ok([&nonce, plain.as_slice()].concat())
    }

    /// Opens a record that was found at `place`.
    pub(crate) fn open(
        &self,
        shelf: &[u8; 32],
        place: &[u8; 32],
        version: u64,
        sealed: &[u8],
    ) -> Result<Record, VaultError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(VaultError::Damaged)?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        XChaCha20Poly1305::new(&(*self.seal).into())
            .decrypt_in_place(
                &XNonce::from(*nonce),
                &self.associated(shelf, place, version),
                &mut *plain,
            )
            .map_err(|_| VaultError::Damaged)?;
        let (id, body) = fields(&plain).ok_or(VaultError::Damaged)?;
        Ok(Record { id: id.to_vec(), version, body: Zeroizing::new(body.to_vec()) })
    }
}

fn fields(plain: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = plain.split_first_chunk::<2>()?;
    let (id, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let body = rest.get(..usize::try_from(u32::from_be_bytes(*len)).ok()?)?;
    Some((id, body))
}
