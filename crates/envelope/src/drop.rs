//! The dead drop: an append-only log that grows by one record a tick, whatever there is to say.

use crate::{
    Untrusted,
    cert::split,
    codec::Reader,
    error::{DecodeError, VerifyError},
    keys::{Signing, SiteId, SiteSigner, Verifying, bound},
    passphrase::ReceiptTag,
    sizes,
    time::TickLength,
};
use rand_core::CryptoRng;
use std::ops::Range;

const CONTEXT: &[u8] = b"subrosa/1 dead drop";

/// What one tick adds: a reply entry and 48 receipt tags, real or dummy.
#[derive(Clone, PartialEq, Eq)]
pub struct Record(pub Box<[u8; sizes::RECORD]>);

impl Record {
    /// Random bytes, in which desks then place what is theirs.
    pub fn dummy<G: CryptoRng + ?Sized>(rng: &mut G) -> Self {
        let mut record = Self(Box::new([0; sizes::RECORD]));
        rng.fill_bytes(record.0.as_mut_slice());
        record
    }

    /// The reply entry.
    #[must_use]
    pub fn entry(&self) -> &[u8; sizes::ENTRY] {
        self.0.first_chunk().unwrap_or(&[0; sizes::ENTRY])
    }

    /// The receipt tags, in their places.
    pub fn receipts(&self) -> impl Iterator<Item = ReceiptTag> {
        let tags = self.0.get(sizes::ENTRY..).unwrap_or(&[]);
        let (tags, _) = tags.as_chunks::<{ sizes::RECEIPT }>();
        tags.iter().map(|tag| ReceiptTag(*tag))
    }

    /// Places a reply entry.
    pub fn set_entry(&mut self, entry: &[u8; sizes::ENTRY]) {
        if let Some(place) = self.0.first_chunk_mut() {
            *place = *entry;
        }
    }

    /// Places a receipt tag; a place beyond 47 does not exist and changes nothing.
    pub fn set_receipt(&mut self, place: usize, tag: ReceiptTag) {
        let tags = self.0.get_mut(sizes::ENTRY..).unwrap_or_default();
        let (tags, _) = tags.as_chunks_mut::<{ sizes::RECEIPT }>();
        if let Some(slot) = tags.get_mut(place) {
            *slot = tag.0;
        }
    }
}

/// What part of the record of a tick belongs to one of the live desks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Whether the reply entry is the desk's.
    pub entry: bool,
    /// The receipt places that are the desk's.
    pub receipts: Range<usize>,
}

impl Share {
    /// The share of desk `index` (in the order of ids) among `desks` live desks at a tick.
    #[must_use]
    pub fn of(index: usize, desks: usize, tick: u64) -> Self {
        let desks = desks.max(1);
        let place = |i: usize| sizes::RECEIPTS_PER_RECORD * i.min(desks) / desks;
        Self {
            entry: (tick % desks as u64) == index as u64,
            receipts: place(index)..place(index + 1),
        }
    }
}

/// A block of the dead drop: twelve records when it is closed, fewer while it is live. Signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Chunk {
    bytes: Vec<u8>,
    /// The block's number: it holds ticks `12 b … 12 b + 11`.
    pub block: u64,
    /// The site's tick.
    pub tick: TickLength,
    /// The records so far, oldest first.
    pub records: Vec<Record>,
}

/// The block that a tick's record lies in.
#[must_use]
pub fn block_of(tick: u64) -> u64 {
    tick / sizes::RECORDS_PER_BLOCK as u64
}

/// The first tick of a block.
#[must_use]
pub fn first_tick(block: u64) -> u64 {
    block.saturating_mul(sizes::RECORDS_PER_BLOCK as u64)
}

impl Chunk {
    /// Signs a block with the records that there are.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if there are more than twelve.
    pub fn issue(
        signer: &Signing<SiteSigner>,
        site: &SiteId,
        block: u64,
        tick: TickLength,
        records: Vec<Record>,
    ) -> Result<Self, DecodeError> {
        let count = check_count(records.len())?;
        let mut bytes = Vec::with_capacity(sizes::chunk(records.len()));
        bytes.extend_from_slice(&[1, b'D']);
        bytes.extend_from_slice(&count.to_be_bytes());
        bytes.extend_from_slice(&block.to_be_bytes());
        bytes.extend_from_slice(&tick.secs().to_be_bytes());
        records.iter().for_each(|record| bytes.extend_from_slice(record.0.as_slice()));
        let signature = signer.sign(&bound(CONTEXT, site), &[&bytes]);
        bytes.extend_from_slice(&signature);
        Ok(Self { bytes, block, tick, records })
    }

    /// Reads a chunk.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub fn decode(bytes: &[u8]) -> Result<Untrusted<Self>, DecodeError> {
        let mut reader = Reader::new("dead-drop chunk", bytes);
        reader.version(Some(b'D'))?;
        let count = usize::from(reader.u16()?);
        check_count(count)?;
        let block = reader.u64()?;
        if block >= u64::MAX / sizes::RECORDS_PER_BLOCK as u64 {
            return Err(reader.value("block number is out of range"));
        }
        let tick = TickLength::new(reader.u32()?)
            .ok_or_else(|| reader.value("tick is not 1 to 86,400 s"))?;
        let mut records = Vec::with_capacity(count);
        for _ in 0..count {
            records.push(Record(Box::new(reader.array()?)));
        }
        reader.bytes(sizes::SIGNATURE)?;
        reader.end()?;
        Ok(Untrusted(Self { bytes: bytes.to_vec(), block, tick, records }))
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether all twelve records are there.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.records.len() == sizes::RECORDS_PER_BLOCK
    }

    /// The records with their ticks.
    pub fn ticks(&self) -> impl Iterator<Item = (u64, &Record)> {
        (first_tick(self.block)..).zip(&self.records)
    }
}

impl Untrusted<Chunk> {
    /// Checks the signer's signature. A chunk has no dates: old ones stay true.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub fn verify(
        self,
        site: &SiteId,
        signer: &Verifying<SiteSigner>,
    ) -> Result<Chunk, VerifyError> {
        let at = self.0.bytes.len().saturating_sub(sizes::SIGNATURE);
        let (signed, signature) = split(&self.0.bytes, at)?;
        signer.verify("dead-drop chunk", &bound(CONTEXT, site), &[signed], &signature)?;
        Ok(self.0)
    }
}

fn check_count(count: usize) -> Result<u16, DecodeError> {
    u16::try_from(count)
        .ok()
        .filter(|count| usize::from(*count) <= sizes::RECORDS_PER_BLOCK)
        .ok_or(DecodeError::Value { what: "dead-drop chunk", why: "holds more than 12 records" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_cover_every_place_once() {
        for desks in 1..=16 {
            for tick in 0..64 {
                let shares: Vec<Share> = (0..desks).map(|i| Share::of(i, desks, tick)).collect();
                assert_eq!(shares.iter().filter(|share| share.entry).count(), 1);
                let places: Vec<usize> = shares.iter().flat_map(|s| s.receipts.clone()).collect();
                assert_eq!(places, (0..sizes::RECEIPTS_PER_RECORD).collect::<Vec<_>>());
            }
        }
    }
}
