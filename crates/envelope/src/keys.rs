//! Keys with their role in their type: a key made for one purpose does not compile in another's place.
//! Private keys erase themselves when dropped, have no `Debug` and no `Clone`.

use std::{fmt, marker::PhantomData};

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    codec::Reader,
    error::{DecodeError, VerifyError},
    hpke_box::{Publics, Secrets},
    sizes,
};

/// Who holds a signing key.
pub trait SigningRole: sealed::Sealed {
    /// Name in errors.
    const NAME: &'static str;
}

/// Who holds an encryption key.
pub trait KemRole: sealed::Sealed {
    /// Name in errors.
    const NAME: &'static str;
}

/// The newsroom's offline root.
pub enum Root {}
/// The site's signer, certified by the root; lives in the mix process.
pub enum SiteSigner {}
/// A desk's long-term identity, certified by the root.
pub enum DeskIdentity {}
/// The site's public log, certified by the root. It vouches for what was printed, and guards nothing.
pub enum PublicLog {}
/// The mix's packet key of one epoch.
pub enum MixEpoch {}
/// A desk's encryption key of one week.
pub enum DeskWeek {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! roles {
    ($($trait:ident: $($role:ident $name:literal),*;)*) => {$($(
        impl sealed::Sealed for $role {}
        impl $trait for $role {
            const NAME: &'static str = $name;
        }
    )*)*};
}

roles! {
    SigningRole: Root "newsroom root", SiteSigner "site signer", DeskIdentity "desk", PublicLog "public log";
    KemRole: MixEpoch "mix key", DeskWeek "desk key";
}

/// A newsroom: its root's Ed25519 public key, 32 bytes. Bound into every derivation and signature.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SiteId(pub [u8; 32]);

/// A desk: the first 16 bytes of SHA-256 of its Ed25519 public key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeskId(pub [u8; 16]);

macro_rules! hex_debug {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )*};
}
hex_debug!(SiteId, DeskId);

/// A private Ed25519 key (RFC 8032) of one role.
pub struct Signing<R>(SigningKey, PhantomData<R>);

/// A public Ed25519 key of one role.
pub struct Verifying<R>(VerifyingKey, PhantomData<R>);

impl<R> Clone for Verifying<R> {
    fn clone(&self) -> Self {
        Self(self.0, PhantomData)
    }
}

impl<R> PartialEq for Verifying<R> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<R: SigningRole> fmt::Debug for Verifying<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<R: SigningRole> Signing<R> {
    /// A new key.
    pub fn generate<G: CryptoRng + ?Sized>(rng: &mut G) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        Self::from_seed(&seed)
    }

    /// From the 32-byte seed that [`Signing::seed`] gives.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed), PhantomData)
    }

    /// The seed, to be stored encrypted.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn verifying(&self) -> Verifying<R> {
        Verifying(self.0.verifying_key(), PhantomData)
    }

    /// Signs `context ‖ parts`.
    pub(crate) fn sign(&self, context: &[u8], parts: &[&[u8]]) -> [u8; sizes::SIGNATURE] {
        self.0.sign(&joined(context, parts)).to_bytes()
    }
}

impl<R: SigningRole> Verifying<R> {
    /// From 32 bytes.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if they are no point of the curve or one of small order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, DecodeError> {
        let bad = DecodeError::Value { what: R::NAME, why: "is no Ed25519 public key" };
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| bad)?;
        if key.is_weak() { Err(bad) } else { Ok(Self(key, PhantomData)) }
    }

    /// The 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Checks a signature over `context ‖ parts`, strictly (no malleable encodings).
    pub(crate) fn verify(
        &self,
        what: &'static str,
        context: &[u8],
        parts: &[&[u8]],
        signature: &[u8; sizes::SIGNATURE],
    ) -> Result<(), VerifyError> {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0
            .verify_strict(&joined(context, parts), &signature)
            .map_err(|_| VerifyError::Signature(what))
    }
}

impl Verifying<Root> {
    /// The newsroom that this root stands for.
    #[must_use]
    pub fn site_id(&self) -> SiteId {
        SiteId(self.to_bytes())
    }
}

impl SiteId {
    /// The root key that is the id.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if the id is no Ed25519 public key.
    pub fn root(&self) -> Result<Verifying<Root>, DecodeError> {
        Verifying::from_bytes(&self.0)
    }
}

impl Verifying<DeskIdentity> {
    /// The desk's id.
    #[must_use]
    pub fn desk_id(&self) -> DeskId {
        let mut id = [0; 16];
        let hash = Sha256::digest(self.to_bytes());
        id.iter_mut().zip(hash.iter()).for_each(|(to, from)| *to = *from);
        DeskId(id)
    }
}

/// A recipient's private keys for both suites: an X25519 scalar and an X-Wing seed.
pub struct KemSecret<R>(pub(crate) Secrets, PhantomData<R>);

/// A recipient's public keys for both suites (32 + 1,216 bytes).
pub struct KemPublic<R>(pub(crate) Publics, PhantomData<R>);

impl<R> Clone for KemPublic<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<R> PartialEq for KemPublic<R> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<R: KemRole> KemSecret<R> {
    /// New keys.
    pub fn generate<G: CryptoRng + ?Sized>(rng: &mut G) -> Self {
        Self(Secrets::generate(rng), PhantomData)
    }

    /// From the 64 bytes that [`KemSecret::to_bytes`] gives.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if they are no private keys.
    pub fn from_bytes(bytes: &[u8; 64]) -> Result<Self, DecodeError> {
        Secrets::from_bytes(bytes)
            .map(|secrets| Self(secrets, PhantomData))
            .map_err(|_| DecodeError::Value { what: R::NAME, why: "is no private key" })
    }

    /// Both private keys, to be stored encrypted.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 64]> {
        self.0.to_bytes()
    }

    /// The public halves.
    #[must_use]
    pub fn public(&self) -> KemPublic<R> {
        KemPublic(self.0.publics(), PhantomData)
    }
}

impl<R: KemRole> KemPublic<R> {
    /// From the raw keys of both suites.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if one of them cannot be sealed to.
    pub fn from_bytes(
        x25519: &[u8; sizes::X25519_KEY],
        xwing: &[u8; sizes::XWING_KEY],
    ) -> Result<Self, DecodeError> {
        Publics::from_bytes(x25519, xwing)
            .map(|publics| Self(publics, PhantomData))
            .map_err(|_| DecodeError::Value { what: R::NAME, why: "is no public key" })
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::from_bytes(&reader.array()?, &reader.array()?)
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

/// `context ‖ site_id`, the HPKE `info` and signature prefix of everything bound to one newsroom.
pub(crate) fn bound(context: &[u8], site: &SiteId) -> Vec<u8> {
    joined(context, &[&site.0])
}

fn joined(context: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut out = context.to_vec();
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}
