//! What the mix releases at a tick: always the same number of items, sealed for the enrolled desks.

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{
    Suite, Untrusted,
    cert::split,
    codec::Reader,
    crowd::Crowd,
    deskkey::DeskKey,
    error::{DecodeError, OpenError, VerifyError},
    inner::InnerEnvelope,
    keys::{DeskId, DeskWeek, KemSecret, Signing, SiteId, SiteSigner, Verifying, bound},
    sizes,
    time::TickLength,
};

const CONTEXT: &[u8] = b"subrosa/1 batch";

/// One item: an envelope that may be a tip, for whichever desk.
pub struct Item {
    /// The sealed envelope.
    pub inner: InnerEnvelope,
    /// How many visits reached the slot it left in: an unauthenticated upper bound.
    pub crowd: Crowd,
    /// The slot of the visit it left in.
    pub slot: u8,
}

/// A batch whose signature has been checked.
pub struct Batch {
    bytes: Vec<u8>,
    /// Its tick.
    pub tick: u64,
    /// The site's tick length.
    pub length: TickLength,
    items: usize,
    desks: usize,
}

impl Batch {
    /// Seals items for desks and signs.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if there are more than 65,535 items or 16 desks, or a desk's key cannot be sealed to.
    pub fn issue<G: CryptoRng + ?Sized>(
        signer: &Signing<SiteSigner>,
        site: &SiteId,
        (tick, length): (u64, TickLength),
        items: &[Item],
        desks: &[&DeskKey],
        rng: &mut G,
    ) -> Result<Vec<u8>, DecodeError> {
        let bad = |why| DecodeError::Value { what: "batch", why };
        let count = u16::try_from(items.len()).map_err(|_| bad("has too many items"))?;
        let mut out = Vec::with_capacity(sizes::batch(items.len(), desks.len()));
        out.extend_from_slice(&[1, b'B']);
        out.extend_from_slice(&count.to_be_bytes());
        out.extend_from_slice(&tick.to_be_bytes());
        out.extend_from_slice(&length.secs().to_be_bytes());
        let header = out.clone();
        let desk_count = u8::try_from(desks.len())
            .ok()
            .filter(|n| usize::from(*n) <= sizes::MAX_DESKS)
            .ok_or(bad("has too many desks"))?;
        out.push(desk_count);
        let mut content_key = Zeroizing::new([0; 32]);
        rng.fill_bytes(content_key.as_mut_slice());
        let info = bound(CONTEXT, site);
        for desk in desks {
            out.extend_from_slice(&desk.desk.0);
            out.extend_from_slice(&desk.week.to_be_bytes());
            let mut key = content_key.clone();
            desk.key
                .0
                .seal(Suite::XWing, &info, &header, key.as_mut_slice(), &mut out, rng)
                .map_err(|_| bad("a desk's key cannot be sealed to"))?;
        }
        let start = out.len();
        for item in items {
            out.extend_from_slice(item.inner.as_bytes());
            out.extend_from_slice(&[item.crowd.code(), item.slot]);
        }
        let body = out.get_mut(start..).unwrap_or_default();
        let tag = Aes256Gcm::new(&(*content_key).into())
            .encrypt_inout_detached(&Default::default(), &header, body.into())
            .map_err(|_| bad("cannot be sealed"))?;
        out.extend_from_slice(&tag);
        let signature = signer.sign(&info, &[&out]);
        out.extend_from_slice(&signature);
        Ok(out)
    }

    /// Reads a batch; opens nothing.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Untrusted<Self>, DecodeError> {
        let mut reader = Reader::new("batch", bytes);
        reader.version(Some(b'B'))?;
        let items = usize::from(reader.u16()?);
        let tick = reader.u64()?;
        let length = TickLength::new(reader.u32()?)
            .ok_or_else(|| reader.value("tick is not 1 to 86,400 s"))?;
        let desks = usize::from(reader.u8()?);
        if desks > sizes::MAX_DESKS {
            return Err(reader.value("has too many desks"));
        }
        Reader::exact("batch", bytes, sizes::batch(items, desks))?;
        Ok(Untrusted(Self { bytes: bytes.to_vec(), tick, length, items, desks }))
    }

    /// The weeks of this desk's keys for which the batch was sealed.
    #[must_use]
    pub fn weeks_for(&self, desk: &DeskId) -> Vec<u32> {
        self.slots().filter(|(id, _, _)| id == desk).map(|(_, week, _)| week).collect()
    }

    /// Opens it with a desk's key of the week that [`Batch::weeks_for`] names.
    ///
    /// # Errors
    /// [`OpenError`] if it was not sealed for this desk and key.
    pub fn open(
        &self,
        site: &SiteId,
        desk: &DeskId,
        key: &KemSecret<DeskWeek>,
    ) -> Result<Vec<Item>, OpenError> {
        let header = self.bytes.get(..sizes::BATCH_HEADER).unwrap_or(&[]);
        let info = bound(CONTEXT, site);
        let content_key = self
            .slots()
            .filter(|(id, _, _)| id == desk)
            .find_map(|(_, _, sealed)| key.0.open(Suite::XWing, &info, header, sealed).ok())
            .ok_or(OpenError::Sealed)?;
        let content_key: [u8; 32] = Reader::exact("content key", &content_key, 32)?.array()?;
        let content_key = Zeroizing::new(content_key);
        let mut reader = Reader::new("batch", &self.bytes);
        reader.bytes(sizes::BATCH_HEADER + 1 + self.desks * sizes::BATCH_SLOT)?;
        let mut body = reader.bytes(self.items * sizes::BATCH_ITEM)?.to_vec();
        let tag: [u8; sizes::TAG] = reader.array()?;
        Aes256Gcm::new(&(*content_key).into())
            .decrypt_inout_detached(
                &Default::default(),
                header,
                body.as_mut_slice().into(),
                &tag.into(),
            )
            .map_err(|_| OpenError::Sealed)?;
        let mut reader = Reader::new("batch items", &body);
        let mut items = Vec::with_capacity(self.items);
        for _ in 0..self.items {
            let inner = InnerEnvelope::decode(reader.bytes(sizes::INNER)?)?;
            items.push(Item { inner, crowd: Crowd::from_code(reader.u8()?), slot: reader.u8()? });
        }
        Ok(items)
    }

    /// (desk, week, sealed content key)
    fn slots(&self) -> impl Iterator<Item = (DeskId, u32, &[u8])> {
        let start = sizes::BATCH_HEADER + 1;
        let all = self.bytes.get(start..start + self.desks * sizes::BATCH_SLOT).unwrap_or(&[]);
        all.chunks_exact(sizes::BATCH_SLOT).filter_map(|slot| {
            let mut reader = Reader::new("batch", slot);
            let desk = DeskId(reader.array().ok()?);
            let week = reader.u32().ok()?;
            Some((desk, week, reader.bytes(sizes::BATCH_SLOT - 20).ok()?))
        })
    }
}

impl Untrusted<Batch> {
    /// Checks the signer's signature.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(
        self,
        site: &SiteId,
        signer: &Verifying<SiteSigner>,
    ) -> Result<Batch, VerifyError> {
        let at = self.0.bytes.len().saturating_sub(sizes::SIGNATURE);
        let (signed, signature) = split(&self.0.bytes, at)?;
        signer.verify("batch", &bound(CONTEXT, site), &[signed], &signature)?;
        Ok(self.0)
    }
}
