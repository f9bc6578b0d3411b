//! HPKE (RFC 9180) base mode, single shot, in both suites: the one place where a KEM is called.

use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::AesGcm256, inout::InOutBuf,
    kdf::HkdfSha256, kem,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{
    Suite,
    error::{OpenError, SealError},
    sizes,
};

pub(crate) type X25519Public = <kem::X25519HkdfSha256 as Kem>::PublicKey;
pub(crate) type X25519Secret = <kem::X25519HkdfSha256 as Kem>::PrivateKey;
pub(crate) type XWingPublic = <kem::XWing as Kem>::PublicKey;
pub(crate) type XWingSecret = <kem::XWing as Kem>::PrivateKey;

/// A recipient's public keys, one for each suite.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Publics {
    pub(crate) x25519: X25519Public,
    pub(crate) xwing: XWingPublic,
}

/// A recipient's private keys, one for each suite. Both KEM types erase themselves when dropped.
pub(crate) struct Secrets {
    pub(crate) x25519: X25519Secret,
    pub(crate) xwing: XWingSecret,
}

impl Secrets {
    pub(crate) fn generate<R: CryptoRng + ?Sized>(mut rng: &mut R) -> Self {
        let (x25519, _) = kem::X25519HkdfSha256::gen_keypair_with_rng(&mut rng);
        let (xwing, _) = kem::XWing::gen_keypair_with_rng(&mut rng);
        Self { x25519, xwing }
    }

    pub(crate) fn publics(&self) -> Publics {
        Publics {
            x25519: kem::X25519HkdfSha256::sk_to_pk(&self.x25519),
            xwing: kem::XWing::sk_to_pk(&self.xwing),
        }
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 64]> {
        let mut out = Zeroizing::new([0; 64]);
        let (first, second) = out.split_at_mut(32);
        self.x25519.write_exact(first);
        self.xwing.write_exact(second);
        out
    }

    pub(crate) fn from_bytes(bytes: &[u8; 64]) -> Result<Self, hpke::HpkeError> {
        let (first, second) = bytes.split_at(32);
        Ok(Self {
            x25519: X25519Secret::from_bytes(first)?,
            xwing: XWingSecret::from_bytes(second)?,
        })
    }

    /// Opens `encapsulation ‖ ciphertext ‖ tag`: one KEM and one AEAD operation.
    pub(crate) fn open(
        &self,
        suite: Suite,
        info: &[u8],
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        match suite {
            Suite::X25519 => open::<kem::X25519HkdfSha256>(&self.x25519, info, aad, sealed),
            Suite::XWing => open::<kem::XWing>(&self.xwing, info, aad, sealed),
        }
    }
}

impl Publics {
    pub(crate) fn from_bytes(
        x25519: &[u8; sizes::X25519_KEY],
        xwing: &[u8; sizes::XWING_KEY],
    ) -> Result<Self, hpke::HpkeError> {
        Ok(Self {
            x25519: X25519Public::from_bytes(x25519)?,
            xwing: XWingPublic::from_bytes(xwing)?,
        })
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.x25519.to_bytes());
        out.extend_from_slice(&self.xwing.to_bytes());
    }

    /// Appends `encapsulation ‖ ciphertext ‖ tag` to `out`.
    pub(crate) fn seal<R: CryptoRng + ?Sized>(
        &self,
        suite: Suite,
        info: &[u8],
        aad: &[u8],
        plain: &mut [u8],
        out: &mut Vec<u8>,
        rng: &mut R,
    ) -> Result<(), SealError> {
        match suite {
            Suite::X25519 => {
                seal::<kem::X25519HkdfSha256, R>(&self.x25519, info, aad, plain, out, rng)
            }
            Suite::XWing => seal::<kem::XWing, R>(&self.xwing, info, aad, plain, out, rng),
        }
    }
}

fn open<K: Kem>(
    secret: &K::PrivateKey,
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (enc, rest) = sealed.split_at_checked(K::EncappedKey::size()).ok_or(OpenError::Sealed)?;
    let body = rest.len().checked_sub(sizes::TAG).ok_or(OpenError::Sealed)?;
    let (body, tag) = rest.split_at_checked(body).ok_or(OpenError::Sealed)?;
    let enc = K::EncappedKey::from_bytes(enc).map_err(|_| OpenError::Sealed)?;
    let tag = hpke::aead::AeadTag::<AesGcm256>::from_bytes(tag).map_err(|_| OpenError::Sealed)?;
    let mut plain = Zeroizing::new(body.to_vec());
    hpke::single_shot_open_inout_detached::<AesGcm256, HkdfSha256, K>(
        &OpModeR::Base,
        secret,
        &enc,
        info,
        InOutBuf::from(plain.as_mut_slice()),
        aad,
        &tag,
    )
    .map_err(|_| OpenError::Sealed)?;
    Ok(plain)
}

fn seal<K: Kem, R: CryptoRng + ?Sized>(
    public: &K::PublicKey,
    info: &[u8],
    aad: &[u8],
    plain: &mut [u8],
    out: &mut Vec<u8>,
    mut rng: &mut R,
) -> Result<(), SealError> {
    let (enc, tag) = hpke::single_shot_seal_inout_detached_with_rng::<AesGcm256, HkdfSha256, K>(
        &OpModeS::Base,
        public,
        info,
        InOutBuf::from(&mut *plain),
        aad,
        &mut rng,
    )
    .map_err(|_| SealError)?;
    out.extend_from_slice(&enc.to_bytes());
    out.extend_from_slice(plain);
    out.extend_from_slice(&tag.to_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_kems() {
        assert_eq!(<kem::XWing as Kem>::EncappedKey::size(), sizes::XWING_ENC);
        assert_eq!(XWingPublic::size(), sizes::XWING_KEY);
        assert_eq!(<kem::X25519HkdfSha256 as Kem>::EncappedKey::size(), sizes::X25519_KEY);
        assert_eq!(<kem::XWing as Kem>::KEM_ID, 0x647a);
    }
}
