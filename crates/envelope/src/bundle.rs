//! What a desk sends once a tick, whether or not it has anything to say: 2,846 bytes.

use crate::{
    Untrusted,
    cert::split,
    codec::{Reader, pad},
    deskkey::DeskKey,
    error::{DecodeError, VerifyError},
    keys::{DeskId, DeskIdentity, Signing, SiteId, Verifying, bound},
    passphrase::ReceiptTag,
    sizes,
    time::TickLength,
};

const CONTEXT: &[u8] = b"subrosa/1 bundle";
const SIGNED: usize = sizes::BUNDLE - sizes::SIGNATURE;

/// A desk's bundle for one tick.
#[derive(Clone, PartialEq)]
pub struct Bundle {
    bytes: Box<[u8; sizes::BUNDLE]>,
    /// Who sends it.
    pub desk: DeskId,
    /// The tick at which it shall be published.
    pub tick: u64,
    /// The site's tick length.
    pub length: TickLength,
    /// A reply entry, or random bytes.
    pub entry: Box<[u8; sizes::ENTRY]>,
    /// Receipt tags, or random bytes; only the desk's own places count.
    pub receipts: [ReceiptTag; sizes::RECEIPTS_PER_RECORD],
    /// The desk's current keys, as signed bytes.
    pub desk_key: Box<[u8; sizes::DESK_KEY]>,
}

impl Bundle {
    /// Signs a bundle.
    ///
    /// # Errors
    /// [`DecodeError`] never in practice: the parts have their lengths by type.
    pub fn issue(
        desk: &Signing<DeskIdentity>,
        site: &SiteId,
        (tick, length): (u64, TickLength),
        entry: &[u8; sizes::ENTRY],
        receipts: &[ReceiptTag; sizes::RECEIPTS_PER_RECORD],
        desk_key: &DeskKey,
    ) -> Result<Self, DecodeError> {
        let mut out = vec![1, b'U'];
        pad(&mut out, 2);
        let id = desk.verifying().desk_id();
        out.extend_from_slice(&id.0);
        out.extend_from_slice(&tick.to_be_bytes());
        out.extend_from_slice(&length.secs().to_be_bytes());
        out.extend_from_slice(entry);
        receipts.iter().for_each(|tag| out.extend_from_slice(&tag.0));
        out.extend_from_slice(desk_key.as_bytes());
        let signature = desk.sign(&bound(CONTEXT, site), &[&out]);
        out.extend_from_slice(&signature);
        Self::decode(&out).map(|untrusted| untrusted.0)
    }

    /// Reads a bundle.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Untrusted<Self>, DecodeError> {
        let mut reader = Reader::exact("bundle", bytes, sizes::BUNDLE)?;
        reader.version(Some(b'U'))?;
        reader.zeros(2)?;
        let desk = DeskId(reader.array()?);
        let tick = reader.u64()?;
        let length = TickLength::new(reader.u32()?)
            .ok_or_else(|| reader.value("tick is not 1 to 86,400 s"))?;
        let entry = Box::new(reader.array()?);
        let mut receipts = [ReceiptTag([0; sizes::RECEIPT]); sizes::RECEIPTS_PER_RECORD];
        for tag in &mut receipts {
            *tag = ReceiptTag(reader.array()?);
        }
        let desk_key = Box::new(reader.array()?);
        let bytes = Box::new(Reader::new("bundle", bytes).array()?);
        Ok(Untrusted(Self { bytes, desk, tick, length, entry, receipts, desk_key }))
    }

    /// Its bytes, 2,846.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; sizes::BUNDLE] {
        &self.bytes
    }
}

impl Untrusted<Bundle> {
    /// Who says to have sent it, to find the certificate with which to verify it.
    #[must_use]
    pub fn claimed_desk(&self) -> DeskId {
        self.0.desk
    }

    /// Checks the desk's signature. Whether the tick is the next one is the mix's affair.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(
        self,
        site: &SiteId,
        desk: &Verifying<DeskIdentity>,
    ) -> Result<Bundle, VerifyError> {
        if self.0.desk != desk.desk_id() {
            return Err(VerifyError::Stranger("bundle"));
        }
        let (signed, signature) = split(self.0.bytes.as_slice(), SIGNED)?;
        desk.verify("bundle", &bound(CONTEXT, site), &[signed], &signature)?;
        Ok(self.0)
    }
}
