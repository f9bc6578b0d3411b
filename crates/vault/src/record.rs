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

use crate::{error::VaultError, owner::Owner};

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

/// The keyed hash that stands for an owner.
pub(crate) type Tag = [u8; 16];

/// The key of one owner.
pub(crate) struct OwnerKey {
    pub(crate) tag: Tag,
    pub(crate) key: Zeroizing<[u8; 32]>,
    /// How often recovery shares of it were made.
    pub(crate) deals: u32,
}

/// The keys made of the vault key.
pub(crate) struct Keys {
    vault: [u8; 16],
    seal: Zeroizing<[u8; 32]>,
    owners: Zeroizing<[u8; 32]>,
    name: Zeroizing<[u8; 64]>,
}

impl Keys {
    pub(crate) fn derive(vault: [u8; 16], key: &[u8; 32]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(&vault), key);
        let (mut seal, mut name) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 64]));
        let mut owners = Zeroizing::new([0; 32]);
        // Expansion fails only above 255 blocks of 32 bytes.
        let _ = hkdf.expand(b"subrosa vault 1 seal", seal.as_mut_slice());
        let _ = hkdf.expand(b"subrosa vault 1 name", name.as_mut_slice());
        let _ = hkdf.expand(b"subrosa vault 1 owners", owners.as_mut_slice());
        Self { vault, seal, owners, name }
    }

    /// The keyed hash that stands for a shelf.
    pub(crate) fn shelf(&self, shelf: &Shelf<'_>) -> [u8; 32] {
        self.hash(&[b"shelf", shelf.kind.as_bytes(), shelf.of])
    }

    /// The keyed hash that stands for a record on a shelf.
    pub(crate) fn place(&self, shelf: &[u8; 32], id: &[u8]) -> [u8; 32] {
        self.hash(&[b"place", shelf, id])
    }

    /// The keyed hash that stands for an owner.
    pub(crate) fn owner(&self, owner: &Owner) -> Tag {
        let hash = self.hash(&[b"owner", &owner.0]);
        let mut tag = Tag::default();
        tag.iter_mut().zip(hash).for_each(|(to, byte)| *to = byte);
        tag
    }

    fn hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new((&*self.name).into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    fn associated(
        &self,
        shelf: &[u8; 32],
        place: &[u8; 32],
        version: u64,
        owner: Option<&OwnerKey>,
    ) -> Vec<u8> {
        let owner = owner.map_or(&[][..], |owner| &owner.tag);
        [&self.vault[..], shelf, place, &version.to_be_bytes(), owner].concat()
    }

    /// Seals a record, under its owner's key if it has one: `nonce ‖ ciphertext`.
    pub(crate) fn seal(
        &self,
        shelf: &[u8; 32],
        version: u64,
        owner: Option<&OwnerKey>,
        (id, body): (&[u8], &[u8]),
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
        let associated = self.associated(shelf, &self.place(shelf, id), version, owner);
        let key = owner.map_or(&self.seal, |owner| &owner.key);
        encrypt(key, &associated, plain, rng).ok_or_else(too_large)
    }

    /// Opens a record that was found at `place`, with its owner's key if it has one.
    pub(crate) fn open(
        &self,
        shelf: &[u8; 32],
        place: &[u8; 32],
        version: u64,
        owner: Option<&OwnerKey>,
        sealed: &[u8],
    ) -> Result<Record, VaultError> {
        let associated = self.associated(shelf, place, version, owner);
        let key = owner.map_or(&self.seal, |owner| &owner.key);
        let plain = decrypt(key, &associated, sealed).ok_or(VaultError::Damaged)?;
        let (id, body) = fields(&plain).ok_or(VaultError::Damaged)?;
        Ok(Record { id: id.to_vec(), version, body: Zeroizing::new(body.to_vec()) })
    }

    pub(crate) fn seal_owner_key(
        &self,
        owner: &OwnerKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, VaultError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(32 + 4 + 16));
        plain.extend_from_slice(owner.key.as_slice());
        plain.extend_from_slice(&owner.deals.to_be_bytes());
        let associated = [self.vault, owner.tag].concat();
        encrypt(&self.owners, &associated, plain, rng).ok_or(VaultError::Damaged)
    }

    pub(crate) fn open_owner_key(&self, tag: &Tag, sealed: &[u8]) -> Result<OwnerKey, VaultError> {
        let open = || {
            let plain = decrypt(&self.owners, &[self.vault, *tag].concat(), sealed)?;
            let (secret, deals) = plain.split_first_chunk::<32>()?;
            let deals = u32::from_be_bytes(*deals.first_chunk()?);
            Some(OwnerKey { tag: *tag, key: Zeroizing::new(*secret), deals })
        };
        open().ok_or(VaultError::Damaged)
    }
}

/// `nonce ‖ ciphertext`. `plain` should have room for a tag of 16 bytes, or else leaves a copy behind.
fn encrypt(
    key: &[u8; 32],
    associated: &[u8],
    mut plain: Zeroizing<Vec<u8>>,
    rng: &mut dyn CryptoRng,
) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    XChaCha20Poly1305::new(&(*key).into())
        .encrypt_in_place(&XNonce::from(nonce), associated, &mut *plain)
        .ok()?;
    Some([&nonce, plain.as_slice()].concat())
}

fn decrypt(key: &[u8; 32], associated: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let mut plain = Zeroizing::new(sealed.to_vec());
    XChaCha20Poly1305::new(&(*key).into())
        .decrypt_in_place(&XNonce::from(*nonce), associated, &mut *plain)
        .ok()?;
    Some(plain)
}

fn fields(plain: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = plain.split_first_chunk::<2>()?;
    let (id, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let body = rest.get(..usize::try_from(u32::from_be_bytes(*len)).ok()?)?;
    Some((id, body))
}
