//! What a desk posts for its colleagues in every tick: four letters, real or random, signed by the desk. The site keeps
//! them for all desks and cannot tell which are real, or for whom.

use crate::{
    Untrusted,
    cert::split,
    codec::{Reader, pad},
    error::{DecodeError, VerifyError},
    keys::{DeskId, DeskIdentity, Signing, SiteId, Verifying, bound},
    letter::Letter,
    sizes,
    time::TickLength,
};

const CONTEXT: &[u8] = b"subrosa/1 mail";
const SIGNED: usize = sizes::MAIL - sizes::SIGNATURE;

/// A desk's mail of one tick, 11,920 bytes.
#[derive(Clone)]
pub struct Mail {
    bytes: Vec<u8>,
    /// Who sends it.
    pub desk: DeskId,
    /// The tick it is for.
    pub tick: u64,
    /// The site's tick length.
    pub length: TickLength,
    /// Real or random.
    pub letters: Vec<Letter>,
}

impl Mail {
    /// Signs a tick's mail.
    ///
    /// # Errors
    /// [`DecodeError`] never in practice: the parts have their lengths by type.
    pub fn issue(
        desk: &Signing<DeskIdentity>,
        site: &SiteId,
        (tick, length): (u64, TickLength),
        letters: &[Letter; sizes::LETTERS],
    ) -> Result<Self, DecodeError> {
        let mut out = vec![1, b'L'];
        pad(&mut out, 2);
        out.extend_from_slice(&desk.verifying().desk_id().0);
        out.extend_from_slice(&tick.to_be_bytes());
        out.extend_from_slice(&length.secs().to_be_bytes());
        letters.iter().for_each(|letter| out.extend_from_slice(letter.as_bytes()));
        let signature = desk.sign(&bound(CONTEXT, site), &[&out]);
        out.extend_from_slice(&signature);
        Self::decode(&out).map(|untrusted| untrusted.0)
    }

    /// Reads mail.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Untrusted<Self>, DecodeError> {
        let mut reader = Reader::exact("mail", bytes, sizes::MAIL)?;
        reader.version(Some(b'L'))?;
        reader.zeros(2)?;
        let desk = DeskId(reader.array()?);
        let tick = reader.u64()?;
        let length = TickLength::new(reader.u32()?)
            .ok_or_else(|| reader.value("tick is not 1 to 86,400 s"))?;
        let letters = (0..sizes::LETTERS)
            .map(|_| Letter::decode(reader.bytes(sizes::INNER)?))
            .collect::<Result<_, _>>()?;
        Ok(Untrusted(Self { bytes: bytes.to_vec(), desk, tick, length, letters }))
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Untrusted<Mail> {
    /// Who says to have sent it, to find the certificate with which to verify it.
    #[must_use]
    pub fn claimed_desk(&self) -> DeskId {
        self.0.desk
    }

    /// Checks the desk's signature.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(
        self,
        site: &SiteId,
        desk: &Verifying<DeskIdentity>,
    ) -> Result<Mail, VerifyError> {
        if self.0.desk != desk.desk_id() {
            return Err(VerifyError::Stranger("mail"));
        }
        let (signed, signature) = split(&self.0.bytes, SIGNED)?;
        desk.verify("mail", &bound(CONTEXT, site), &[signed], &signature)?;
        Ok(self.0)
    }
}
