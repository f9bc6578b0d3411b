//! What one desk sends to another: a piece of a parcel, sealed to the other desk's key of the week. A letter is as large as
//! an inner envelope and looks like one; under another HPKE `info`, so that neither is ever taken for the other.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{
    Suite,
    codec::{Reader, pad},
    error::{DecodeError, OpenError, SealError},
    inner::InnerEnvelope,
    keys::{DeskWeek, KemPublic, KemSecret, SiteId},
    sizes,
};

const CONTEXT: &[u8] = b"subrosa/1 letter";
/// Most letters of one parcel.
const MOST: u32 = 40_000;

/// What the letters of one parcel have in common, drawn at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParcelId(pub [u8; 16]);

/// A sealed letter, 2,956 bytes. It names nobody: a desk tries its own live keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter(InnerEnvelope);

/// A piece of a parcel.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece {
    /// Which parcel.
    pub parcel: ParcelId,
    /// Its place, from 0.
    pub index: u32,
    /// How many pieces there are, 1 to 40,000.
    pub count: u32,
    /// At most 1,791 bytes.
    pub body: Zeroizing<Vec<u8>>,
}

impl Piece {
    /// Cuts a parcel into pieces, all but the last full.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if it is empty or would take more than 40,000.
    pub fn cut(parcel: ParcelId, bytes: &[u8]) -> Result<Vec<Self>, DecodeError> {
        let pieces = bytes.chunks(sizes::LETTER_BODY);
        let count = match u32::try_from(pieces.len()) {
            Ok(count @ 1..=MOST) => count,
            _ => return Err(DecodeError::Value { what: "parcel", why: "is empty or too large" }),
        };
        let piece = |(index, body): (u32, &[u8])| Self {
            parcel,
            index,
            count,
            body: Zeroizing::new(body.to_vec()),
        };
        Ok((0..count).zip(pieces).map(piece).collect())
    }

    /// Seals it to a desk.
    ///
    /// # Errors
    /// [`SealError`] if the desk's key cannot be sealed to.
    pub fn seal<G: CryptoRng + ?Sized>(
        &self,
        site: &SiteId,
        key: &KemPublic<DeskWeek>,
        rng: &mut G,
    ) -> Result<Letter, SealError> {
        let mut out = Zeroizing::new(Vec::with_capacity(sizes::PAYLOAD));
        out.extend_from_slice(&[1, b'T']);
        out.extend_from_slice(&self.parcel.0);
        out.extend_from_slice(&self.index.to_be_bytes());
        out.extend_from_slice(&self.count.to_be_bytes());
        let length = u16::try_from(self.body.len()).map_err(|_| SealError)?;
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&self.body);
        let room = sizes::PAYLOAD.checked_sub(out.len()).ok_or(SealError)?;
        pad(&mut out, room);
        let payload: [u8; sizes::PAYLOAD] = out.as_slice().try_into().map_err(|_| SealError)?;
        let payload = Zeroizing::new(payload);
        // Desks run this program, which knows both suites.
        InnerEnvelope::seal_as(CONTEXT, site, Suite::XWing, key, &payload, rng).map(Letter)
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::exact("letter", bytes, sizes::PAYLOAD)?;
        reader.version(Some(b'T'))?;
        let parcel = ParcelId(reader.array()?);
        let (index, count) = (reader.u32()?, reader.u32()?);
        if !(1..=MOST).contains(&count) || index >= count {
            return Err(reader.value("is a piece that cannot be"));
        }
        let length = usize::from(reader.u16()?);
        if length == 0 || length > sizes::LETTER_BODY {
            return Err(reader.value("has no body, or one that is too long"));
        }
        let body = Zeroizing::new(reader.bytes(length)?.to_vec());
        reader.zeros(sizes::LETTER_BODY - length)?;
        Ok(Self { parcel, index, count, body })
    }
}

impl Letter {
    /// Random bytes, sealed like a letter to a key that nobody has: what leaves when there is nothing to send.
    ///
    /// # Errors
    /// [`SealError`] never in practice.
    pub fn cover<G: CryptoRng + ?Sized>(site: &SiteId, rng: &mut G) -> Result<Self, SealError> {
        let nobody = KemSecret::<DeskWeek>::generate(rng).public();
        let mut payload = Zeroizing::new([0; sizes::PAYLOAD]);
        rng.fill_bytes(payload.as_mut_slice());
        InnerEnvelope::seal_as(CONTEXT, site, Suite::XWing, &nobody, &payload, rng).map(Self)
    }

    /// From its bytes.
    ///
    /// # Errors
    /// [`DecodeError::Length`] unless there are 2,956.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        InnerEnvelope::decode(bytes).map(Self)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; sizes::INNER] {
        self.0.as_bytes()
    }

    /// Opens it with one key. `Sealed` is the common answer: most letters are for others, or for nobody.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(&self, site: &SiteId, key: &KemSecret<DeskWeek>) -> Result<Piece, OpenError> {
        Ok(Piece::read(self.0.open_as(CONTEXT, site, key)?.as_slice())?)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;
    use crate::keys::{Root, Signing};

    #[test]
    fn a_letter_is_for_one_desk_and_no_tip() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let site = Signing::<Root>::generate(&mut rng).verifying().site_id();
        let [to, other] = [(); 2].map(|()| KemSecret::<DeskWeek>::generate(&mut rng));
        let bytes: Vec<u8> = (0..4000u32).map(|n| n.to_le_bytes()[0]).collect();
        let pieces = Piece::cut(ParcelId([7; 16]), &bytes).unwrap();
        assert_eq!(pieces.len(), 3);
        let mut joined = Vec::new();
        for piece in &pieces {
            let letter = piece.seal(&site, &to.public(), &mut rng).unwrap();
            assert!(letter.open(&site, &other).is_err());
            let envelope = InnerEnvelope::decode(letter.as_bytes()).unwrap();
            assert!(matches!(envelope.open(&site, &to), Err(OpenError::Sealed)), "no tip");
            let opened = Letter::decode(letter.as_bytes()).unwrap().open(&site, &to).unwrap();
            assert!(opened == *piece);
            joined.extend_from_slice(&opened.body);
        }
        assert_eq!(joined, bytes);
        assert!(Letter::cover(&site, &mut rng).unwrap().open(&site, &to).is_err());
        assert!(Piece::cut(ParcelId([7; 16]), &[]).is_err());
    }
}
