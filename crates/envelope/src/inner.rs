//! The inner envelope: 2,956 bytes, sealed to a desk's key of one week.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{
    Suite,
    codec::{Reader, pad},
    error::{DecodeError, OpenError, SealError},
    keys::{DeskWeek, KemPublic, KemSecret, SiteId, bound},
    sizes,
};

const CONTEXT: &[u8] = b"subrosa/1 inner";

/// A sealed envelope. It names no desk: a desk tries its own live keys.
#[derive(Clone, PartialEq, Eq)]
pub struct InnerEnvelope(Box<[u8; sizes::INNER]>);

impl InnerEnvelope {
    /// From its bytes. The suite byte is looked at when it is opened.
    ///
    /// # Errors
    /// [`DecodeError::Length`] unless there are 2,956.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::exact("inner envelope", bytes, sizes::INNER)?;
        Ok(Self(Box::new(reader.array()?)))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; sizes::INNER] {
        &self.0
    }

    /// Seals a payload of 1,819 bytes.
    ///
    /// # Errors
    /// [`SealError`] if the desk's key cannot be sealed to.
    pub fn seal<G: CryptoRng + ?Sized>(
        site: &SiteId,
        suite: Suite,
        key: &KemPublic<DeskWeek>,
        payload: &[u8; sizes::PAYLOAD],
        rng: &mut G,
    ) -> Result<Self, SealError> {
        Self::seal_as(CONTEXT, site, suite, key, payload, rng)
    }

    /// Seals for one use: what is sealed under one context does not open under another.
    pub(crate) fn seal_as<G: CryptoRng + ?Sized>(
        context: &[u8],
        site: &SiteId,
        suite: Suite,
        key: &KemPublic<DeskWeek>,
        payload: &[u8; sizes::PAYLOAD],
        rng: &mut G,
    ) -> Result<Self, SealError> {
        let mut plain = Zeroizing::new(payload.to_vec());
        pad(&mut plain, suite.padding());
        let mut out = Vec::with_capacity(sizes::INNER);
        out.push(suite.byte());
        key.0.seal(suite, &bound(context, site), &[suite.byte()], &mut plain, &mut out, rng)?;
        Self::decode(&out).map_err(|_| SealError)
    }

    /// Seals 1,819 random bytes: what a cover packet carries, made by the same code as a tip.
    ///
    /// # Errors
    /// As [`InnerEnvelope::seal`].
    pub fn cover<G: CryptoRng + ?Sized>(
        site: &SiteId,
        suite: Suite,
        key: &KemPublic<DeskWeek>,
        rng: &mut G,
    ) -> Result<Self, SealError> {
        let mut payload = Zeroizing::new([0; sizes::PAYLOAD]);
        rng.fill_bytes(payload.as_mut_slice());
        Self::seal(site, suite, key, &payload, rng)
    }

    /// The suite it says it is sealed in.
    ///
    /// # Errors
    /// [`DecodeError::Suite`].
    pub fn suite(&self) -> Result<Suite, DecodeError> {
        Suite::from_byte(self.0.first().copied().unwrap_or(0))
    }

    /// Opens it with one key. `Sealed` is the common answer: most envelopes are for others, or for nobody.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(
        &self,
        site: &SiteId,
        key: &KemSecret<DeskWeek>,
    ) -> Result<Zeroizing<[u8; sizes::PAYLOAD]>, OpenError> {
        self.open_as(CONTEXT, site, key)
    }

    pub(crate) fn open_as(
        &self,
        context: &[u8],
        site: &SiteId,
        key: &KemSecret<DeskWeek>,
    ) -> Result<Zeroizing<[u8; sizes::PAYLOAD]>, OpenError> {
        let suite = self.suite()?;
        let sealed = self.0.get(1..).unwrap_or(&[]);
        let plain = key.0.open(suite, &bound(context, site), &[suite.byte()], sealed)?;
        let mut reader = Reader::new("payload", &plain);
        let payload = Zeroizing::new(reader.array()?);
        reader.zeros(suite.padding())?;
        reader.end()?;
        Ok(payload)
    }
}
