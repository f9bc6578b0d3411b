//! The dead drop: one record a tick, whatever there is to say. Desks' bundles fill the places that are theirs; all else
//! is random.

use std::collections::BTreeMap;

use envelope::{
    DecodeError, VerifyError,
    bundle::Bundle,
    drop::{Chunk, Record, Share, block_of, first_tick},
    keys::{DeskId, Signing, SiteId, SiteSigner},
    sizes::{BUNDLE, MAX_DESKS, RECORDS_PER_BLOCK, WINDOW_BLOCKS},
    time::TickLength,
};
use rand_core::CryptoRng;

use crate::link::{LinkError, Reader, Writer};

/// Ticks ahead for which a bundle is accepted.
const AHEAD: u64 = 2;
/// Most bundles that wait.
const MOST: usize = MAX_DESKS * 2;
/// Bytes in a snapshot.
pub(crate) const ENCODED: usize = MOST * (1 + BUNDLE);

/// The live block, and the bundles for the next ticks.
pub(crate) struct DeadDrop {
    site: SiteId,
    tick: TickLength,
    /// The tick of the next record.
    next: Option<u64>,
    live: Vec<Record>,
    bundles: BTreeMap<(u64, DeskId), Bundle>,
}

/// Why the newest chunk of the edge is of no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResumeError {
    #[error("the newest chunk of the dead drop does not verify ({0}); the window is filled anew")]
    Verify(#[from] VerifyError),
    #[error("the dead drop was made with a tick of {0} s; its window is filled anew")]
    Tick(u32),
}

impl From<DecodeError> for ResumeError {
    fn from(error: DecodeError) -> Self {
        Self::Verify(error.into())
    }
}

impl DeadDrop {
    /// A dead drop that nobody has seen yet.
    pub(crate) fn new(site: SiteId, tick: TickLength) -> Self {
        Self { site, tick, next: None, live: Vec::new(), bundles: BTreeMap::new() }
    }

    /// Goes on behind the newest chunk that the edge has.
    pub(crate) fn resume(
        &mut self,
        chunk: &[u8],
        signer: &Signing<SiteSigner>,
    ) -> Result<(), ResumeError> {
        let chunk = Chunk::decode(chunk)?.verify(&self.site, &signer.verifying())?;
        if chunk.tick != self.tick {
            return Err(ResumeError::Tick(chunk.tick.secs()));
        }
        self.next = Some(first_tick(chunk.block) + chunk.records.len() as u64);
        self.live = if chunk.is_closed() { Vec::new() } else { chunk.records };
        Ok(())
    }

    /// The tick of the newest record.
    pub(crate) fn newest(&self) -> Option<u64> {
        self.next.and_then(|next| next.checked_sub(1))
    }

    /// Whether a bundle for `tick` is taken when `last` was the last tick.
    pub(crate) fn takes(last: u64, tick: u64) -> bool {
        tick > last && tick <= last.saturating_add(AHEAD)
    }

    /// Keeps a verified bundle; one that came before for the same desk and tick is replaced.
    pub(crate) fn keep(&mut self, bundle: Bundle) {
        let place = (bundle.tick, bundle.desk);
        if self.bundles.len() < MOST || self.bundles.contains_key(&place) {
            self.bundles.insert(place, bundle);
        }
    }

    /// Adds the records up to `tick` and gives the chunks that came of it: closed ones, and the live one last. Ticks that were
    /// missed get random records, and so does the whole window of a new site.
    pub(crate) fn append<G: CryptoRng + ?Sized>(
        &mut self,
        tick: u64,
        desks: &[DeskId],
        signer: &Signing<SiteSigner>,
        rng: &mut G,
    ) -> Result<Vec<Chunk>, DecodeError> {
        let window = first_tick(block_of(tick).saturating_sub(WINDOW_BLOCKS));
        if self.next.is_none_or(|next| next < window) {
            // What is older than the window is not served, so there is no need to fill it.
            self.next = Some(window);
            self.live.clear();
        }
        let mut chunks = Vec::new();
        let mut changed = false;
        while let Some(next) = self.next.filter(|next| *next <= tick) {
            let record = self.record(next, desks, rng);
            self.live.push(record);
            self.next = Some(next + 1);
            changed = true;
            if self.live.len() == RECORDS_PER_BLOCK {
                let records = std::mem::take(&mut self.live);
                chunks.push(Chunk::issue(signer, &self.site, block_of(next), self.tick, records)?);
            }
        }
        if changed {
            let block = block_of(tick + 1);
            let live = self.live.clone();
            chunks.push(Chunk::issue(signer, &self.site, block, self.tick, live)?);
        }
        self.bundles.retain(|(meant, _), _| *meant > tick);
        Ok(chunks)
    }

    fn record<G: CryptoRng + ?Sized>(&self, tick: u64, desks: &[DeskId], rng: &mut G) -> Record {
        let mut record = Record::dummy(rng);
        for (index, desk) in desks.iter().enumerate() {
            let Some(bundle) = self.bundles.get(&(tick, *desk)) else { continue };
            let share = Share::of(index, desks.len(), tick);
            if share.entry {
                record.set_entry(&bundle.entry);
            }
            for (place, tag) in bundle.receipts.iter().enumerate() {
                if share.receipts.contains(&place) {
                    record.set_receipt(place, *tag);
                }
            }
        }
        record
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        let start = out.0.len();
        self.bundles.values().take(MOST).for_each(|bundle| {
            out.u8(1).bytes(bundle.as_bytes());
        });
        out.0.resize(start + ENCODED, 0);
    }

    /// The bundles of a snapshot; they are verified again before they are kept.
    pub(crate) fn read_bundles(reader: &mut Reader<'_>) -> Result<Vec<[u8; BUNDLE]>, LinkError> {
        let mut bundles = Vec::new();
        for _ in 0..MOST {
            let (there, bytes) = (reader.flag()?, reader.array()?);
            if there {
                bundles.push(bytes);
            }
        }
        Ok(bundles)
    }
}
