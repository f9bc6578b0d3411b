//! The packet that every page sends: 4,096 bytes, sealed to the mix's key of one epoch.

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    Suite,
    codec::{Reader, pad},
    error::{DecodeError, OpenError, SealError},
    inner::InnerEnvelope,
    keys::{KemPublic, KemSecret, MixEpoch, SiteId, bound},
    sizes,
};

const CONTEXT: &[u8] = b"subrosa/1 outer";

/// A packet as it travels.
pub struct Packet<'a> {
    bytes: &'a [u8],
    suite: Suite,
    epoch: u8,
}

/// What only the mix learns of a packet.
pub struct Opened {
    /// Real or cover.
    pub flag: Flag,
    /// The slot of the visit it left in, 0–255.
    pub slot: u8,
    /// What it carries; for cover, an envelope around random bytes.
    pub inner: InnerEnvelope,
}

/// Whether a packet carries something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Dropped by the mix.
    Cover,
    /// Pooled, and released to the desks.
    Real,
}

impl<'a> Packet<'a> {
    /// Reads the header; opens nothing.
    ///
    /// # Errors
    /// [`DecodeError`] if it is not 4,096 bytes or the suite is unknown.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::exact("packet", bytes, sizes::PACKET)?;
        let suite = Suite::from_byte(reader.u8()?)?;
        let epoch = reader.u8()?;
        Ok(Self { bytes, suite, epoch })
    }

    /// The suite it was sealed in.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The id of the mix key it was sealed to.
    #[must_use]
    pub fn epoch(&self) -> u8 {
        self.epoch
    }

    /// SHA-256 of suite, epoch and encapsulation: the same for every copy of one packet, whatever else of it was
    /// changed. The mix drops what it has seen *before* it opens anything.
    #[must_use]
    pub fn replay_tag(&self) -> [u8; 32] {
        let end = sizes::PACKET_HEADER + self.suite.enc_len();
        Sha256::digest(self.bytes.get(..end).unwrap_or(self.bytes)).into()
    }

    /// Opens it with the key of its epoch: one KEM and one AEAD operation accept or reject.
    ///
    /// # Errors
    /// [`OpenError`] if the key does not fit, the packet was changed, or what it holds is malformed.
    pub fn open(&self, site: &SiteId, key: &KemSecret<MixEpoch>) -> Result<Opened, OpenError> {
        let (header, sealed) =
            self.bytes.split_at_checked(sizes::PACKET_HEADER).ok_or(OpenError::Sealed)?;
        let plain = key.0.open(self.suite, &bound(CONTEXT, site), header, sealed)?;
        let mut reader = Reader::new("packet plaintext", &plain);
        let flag = match reader.u8()? {
            0 => Flag::Cover,
            1 => Flag::Real,
            _ => return Err(reader.value("flag is neither cover nor real").into()),
        };
        let slot = reader.u8()?;
        let inner = InnerEnvelope::decode(reader.bytes(sizes::INNER)?)?;
        reader.zeros(self.suite.padding())?;
        reader.end()?;
        Ok(Opened { flag, slot, inner })
    }
}

/// Seals a packet: 4,096 bytes.
///
/// # Errors
/// [`SealError`] if the mix's key cannot be sealed to.
pub fn seal<G: CryptoRng + ?Sized>(
    site: &SiteId,
    suite: Suite,
    epoch: u8,
    key: &KemPublic<MixEpoch>,
    (flag, slot): (Flag, u8),
    inner: &InnerEnvelope,
    rng: &mut G,
) -> Result<Vec<u8>, SealError> {
    let flag = match flag {
        Flag::Cover => 0,
        Flag::Real => 1,
    };
    let mut plain = Zeroizing::new(Vec::with_capacity(sizes::PACKET));
    plain.extend_from_slice(&[flag, slot]);
    plain.extend_from_slice(inner.as_bytes());
    pad(&mut plain, suite.padding());
    let mut out = Vec::with_capacity(sizes::PACKET);
    out.extend_from_slice(&[suite.byte(), epoch]);
    let aad = [suite.byte(), epoch];
    key.0.seal(suite, &bound(CONTEXT, site), &aad, &mut plain, &mut out, rng)?;
    Ok(out)
}
