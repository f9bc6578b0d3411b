//! The first frame: who the newsroom is, how the mix is to run, what the edge has stored.

use envelope::{
    keys::SiteId,
    sizes::{self, CERTIFICATE, DESK_KEY, REVOCATION},
    time::TickLength,
};
use thiserror::Error;

use super::{LinkError, Reader, Writer};

const WHAT: &str = "hello";

/// What the mix needs to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// The newsroom.
    pub site: SiteId,
    /// How often a batch is released.
    pub tick: TickLength,
    /// Whether the mix runs on the newsroom's own premises; published in the key list.
    pub on_premises: bool,
    /// Sizes and clocks of the mix.
    pub limits: Limits,
    /// All certificates the newsroom's root has made, of the signer and of desks; at most 256.
    pub certificates: Vec<[u8; CERTIFICATE]>,
    /// All revocations; at most 256, of which the newest 64 fit a key list.
    pub revocations: Vec<[u8; REVOCATION]>,
    /// The newest desk key of each desk; at most 256.
    pub desk_keys: Vec<[u8; DESK_KEY]>,
    /// The newest signed chunk of the dead drop that the edge has: the live one, or if there is none the last closed one;
    /// empty on a new site.
    pub newest_chunk: Vec<u8>,
    /// The tick of the newest batch that the edge has stored durably; 0 if there is none.
    pub newest_batch: u64,
}

/// Sizes and clocks. [`Limits::default`] is right for most newsrooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Items in every batch, real and cover together: 8–1,024; 64.
    pub batch_items: u16,
    /// Real items that may wait: 16–16,384; 512, ten full batches. A snapshot takes 3 kB for each, whether it is used or not.
    pub pool_items: u16,
    /// Ticks for which a mix key is the newest: 1–1,000; 4. Raised by itself if that is less than a key list is valid.
    pub epoch_ticks: u16,
    /// Packets of one epoch that are remembered, as a power of two: 10–26; 20 (7/8 of a million, 8 MiB for each of two epochs).
    pub seen_bits: u8,
    /// Seconds between two snapshots: 1–3,600; 15. What came since the last one is lost when the mix dies. Below
    /// [`envelope::schedule::REPEAT_GAP_MS`] one death costs a fragment at most one of its two copies.
    pub snapshot_secs: u16,
    /// Middle of the noise on how many real items leave: 0 to half of `batch_items`; 12. See [`crate::noise`].
    pub noise_shift: u16,
    /// Scale of that noise: 1–64; 2. One more waiting item changes the odds of what is seen by at most e^(1/scale).
    pub noise_scale: u16,
}

/// Default of [`Limits::snapshot_secs`].
const SNAPSHOT_SECS: u16 = 15;
/// How long the edge keeps a packet at most before it hands it on, in milliseconds.
const HEARTBEAT_MS: u64 = 1_000;
/// The two copies of a fragment never lie between the same two snapshots.
const _: () =
    assert!(SNAPSHOT_SECS as u64 * 1_000 + HEARTBEAT_MS < envelope::schedule::REPEAT_GAP_MS);

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_items: 64,
            pool_items: 512,
            epoch_ticks: 4,
            seen_bits: 20,
            snapshot_secs: SNAPSHOT_SECS,
            noise_shift: 12,
            noise_scale: 2,
        }
    }
}

/// A limit outside its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("mix setting {name} = {got}: must be {least} to {most}")]
pub struct LimitsError {
    /// Name of the setting.
    pub name: &'static str,
    /// What it was.
    pub got: u64,
    /// Lowest allowed value.
    pub least: u64,
    /// Highest allowed value.
    pub most: u64,
}

impl Limits {
    /// Checks every range.
    ///
    /// # Errors
    /// [`LimitsError`] for the first that does not hold.
    pub fn check(&self) -> Result<(), LimitsError> {
        let half = u64::from(self.batch_items / 2);
        [
            ("batch_items", u64::from(self.batch_items), 8, 1024),
            ("pool_items", u64::from(self.pool_items), 16, 16_384),
            ("epoch_ticks", u64::from(self.epoch_ticks), 1, 1000),
            ("seen_bits", u64::from(self.seen_bits), 10, 26),
            ("snapshot_secs", u64::from(self.snapshot_secs), 1, 3600),
            ("noise_shift", u64::from(self.noise_shift), 0, half),
            ("noise_scale", u64::from(self.noise_scale), 1, 64),
        ]
        .into_iter()
        .find(|(_, got, least, most)| got < least || got > most)
        .map_or(Ok(()), |(name, got, least, most)| Err(LimitsError { name, got, least, most }))
    }

    fn write(&self, out: &mut Writer) {
        out.u16(self.batch_items).u16(self.pool_items).u16(self.epoch_ticks).u8(self.seen_bits);
        out.u16(self.snapshot_secs).u16(self.noise_shift).u16(self.noise_scale);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, LinkError> {
        let limits = Self {
            batch_items: reader.u16()?,
            pool_items: reader.u16()?,
            epoch_ticks: reader.u16()?,
            seen_bits: reader.u8()?,
            snapshot_secs: reader.u16()?,
            noise_shift: reader.u16()?,
            noise_scale: reader.u16()?,
        };
        limits.check()?;
        Ok(limits)
    }
}

/// Most certificates, revocations and desk keys in one frame, each.
pub(super) const MOST_RECORDS: usize = 256;

impl Hello {
    pub(super) fn write(&self, out: &mut Writer) {
        out.bytes(&self.site.0).u32(self.tick.secs()).u8(u8::from(self.on_premises));
        self.limits.write(out);
        out.list(&self.certificates).list(&self.revocations).list(&self.desk_keys);
        out.blob(&self.newest_chunk).u64(self.newest_batch);
    }

    pub(super) fn read(body: &[u8]) -> Result<Self, LinkError> {
        let mut reader = Reader::new(WHAT, body);
        let site = SiteId(reader.array()?);
        let tick = TickLength::new(reader.u32()?)
            .ok_or(LinkError::Value { what: WHAT, why: "tick_secs must be 1 to 86,400" })?;
        let hello = Self {
            site,
            tick,
            on_premises: reader.flag()?,
            limits: Limits::read(&mut reader)?,
            certificates: reader.list(MOST_RECORDS)?,
            revocations: reader.list(MOST_RECORDS)?,
            desk_keys: reader.list(MOST_RECORDS)?,
            newest_chunk: reader.blob(sizes::CLOSED_BLOCK)?,
            newest_batch: reader.u64()?,
        };
        reader.end()?;
        Ok(hello)
    }
}
