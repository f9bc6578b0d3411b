//! The mix's packet keys: a fresh pair for every epoch, kept one grace period after its successor is there, then
//! erased. With them live, and die, the key of the pool's snapshots and the key of the replay table.

use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305};
use envelope::{
    keylist::{MixKey, SKEW},
    keys::{KemPublic, KemSecret, MixEpoch, SiteId},
    sizes::MAX_MIX_KEYS,
    time::TickLength,
};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::link::{Limits, LinkError, Reader, Writer};

const WHAT: &str = "epoch keys";
const CONTEXT: &[u8] = b"subrosa/1 mix snapshot";
/// Epochs that live at one time: the newest, and the one before it in its grace period.
pub(crate) const LIVE: usize = 2;
/// One epoch in the key file: present, id, table, three times, keys.
const ENCODED: usize = 3 + 3 * 8 + 64 + 32 + 32;
/// The key file's contents, always of this size.
pub(crate) const ENCODED_ALL: usize = 1 + LIVE * ENCODED;
const NONCE: usize = 24;
const TAG: usize = 16;
/// What sealing adds to a snapshot.
#[cfg(test)]
pub(crate) const SEAL_OVERHEAD: usize = 1 + NONCE + TAG;

/// One epoch.
pub(crate) struct Epoch {
    /// The id that packets carry.
    pub(crate) id: u8,
    /// Which of the two replay tables it uses.
    pub(crate) table: usize,
    from: u64,
    until: u64,
    erase_at: u64,
    pub(crate) secret: KemSecret<MixEpoch>,
    public: KemPublic<MixEpoch>,
    snapshot_key: Zeroizing<[u8; 32]>,
    replay_key: Zeroizing<[u8; 32]>,
}

impl Epoch {
    /// What the replay table remembers of a packet. Keyed, so that nobody can aim at a place in the
    /// table, and what is left on a disk says nothing once the key is erased.
    pub(crate) fn replay_mark(&self, tag: &[u8; 32]) -> u64 {
        let hash = Sha256::new().chain_update(self.replay_key.as_slice()).chain_update(tag);
        hash.finalize().first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
    }
}

/// How long keys live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lifetimes {
    /// Seconds for which a key list is valid.
    pub(crate) list: u64,
    /// Seconds for which a key is the newest.
    epoch: u64,
    /// Seconds for which it still opens packets after that.
    grace: u64,
}

impl Lifetimes {
    /// A list holds for three ticks, at least ten minutes. A page may send with the keys of a list until it expires, so the
    /// grace is as long as that, and a minute for the way. An epoch is at least as long as its predecessor's
    /// grace, so that two keys live at most.
    pub(crate) fn new(tick: TickLength, limits: &Limits) -> Self {
        let tick = u64::from(tick.secs());
        let list = (3 * tick).max(600);
        let grace = list + 60;
        let epoch = (tick * u64::from(limits.epoch_ticks)).max(grace).next_multiple_of(tick);
        Self { list, epoch, grace }
    }

    /// Seconds for which inner envelopes are remembered: as long as a packet key lives.
    pub(crate) fn memory(&self) -> u64 {
        self.epoch + self.grace
    }
}

/// What a rotation changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// Nothing.
    None,
    /// An old key was erased.
    Erased,
    /// There is a new key; its replay table must be emptied. Old keys may have been erased, too.
    Begun {
        /// The table to empty.
        table: usize,
    },
}

/// The live epochs, newest first.
pub(crate) struct Epochs {
    live: Vec<Epoch>,
    last_id: u8,
}

impl Epochs {
    /// None yet; the first id is random, so that packets for keys that were lost meet no wrong key.
    pub(crate) fn empty<G: CryptoRng + ?Sized>(rng: &mut G) -> Self {
        let mut id = [0];
        rng.fill_bytes(&mut id);
        Self { live: Vec::new(), last_id: u8::from_be_bytes(id) }
    }

    /// The epoch that a packet names, if it is still live.
    pub(crate) fn get(&self, id: u8, now: u64) -> Option<&Epoch> {
        self.live.iter().find(|epoch| epoch.id == id && now < epoch.erase_at)
    }

    /// Erases what has had its time, and begins a new epoch when the newest ends.
    pub(crate) fn rotate<G: CryptoRng + ?Sized>(
        &mut self,
        now: u64,
        lifetimes: Lifetimes,
        rng: &mut G,
    ) -> Rotation {
        let before = self.live.len();
        self.live.retain(|epoch| now < epoch.erase_at);
        let current =
            self.live.first().is_some_and(|newest| (newest.from..newest.until).contains(&now));
        if current {
            return if self.live.len() < before { Rotation::Erased } else { Rotation::None };
        }
        self.live.truncate(LIVE - 1);
        let table = usize::from(self.live.first().is_some_and(|other| other.table == 0));
        self.last_id = self.last_id.wrapping_add(1);
        let until = (now / lifetimes.epoch + 1) * lifetimes.epoch;
        let secret = KemSecret::generate(rng);
        let public = secret.public();
        let mut snapshot_key = Zeroizing::new([0; 32]);
        let mut replay_key = Zeroizing::new([0; 32]);
        rng.fill_bytes(snapshot_key.as_mut_slice());
        rng.fill_bytes(replay_key.as_mut_slice());
        let epoch = Epoch {
            id: self.last_id,
            table,
            from: now,
            until,
            erase_at: until + lifetimes.grace,
            secret,
            public,
            snapshot_key,
            replay_key,
        };
        self.live.insert(0, epoch);
        Rotation::Begun { table }
    }

    /// When the next rotation is due.
    pub(crate) fn next_change(&self) -> u64 {
        let ends = self.live.iter().map(|epoch| epoch.erase_at);
        let newest = self.live.first().map_or(0, |epoch| epoch.until);
        ends.chain([newest]).min().unwrap_or(0)
    }

    /// The keys for the key list, newest first.
    pub(crate) fn listed(&self) -> Vec<MixKey> {
        let listed = self.live.iter().take(MAX_MIX_KEYS).map(|epoch| MixKey {
            epoch: epoch.id,
            // A page whose clock is a little slow must not be left without a key.
            not_before: epoch.from.saturating_sub(SKEW),
            not_after: epoch.erase_at,
            key: epoch.public.clone(),
        });
        listed.collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Epoch> {
        self.live.iter()
    }

    /// For the key file; always the same size.
    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Writer(Vec::with_capacity(ENCODED_ALL));
        out.u8(self.last_id);
        for epoch in &self.live {
            out.u8(1).u8(epoch.id).u8(u8::try_from(epoch.table).unwrap_or(0));
            out.u64(epoch.from).u64(epoch.until).u64(epoch.erase_at);
            out.bytes(epoch.secret.to_bytes().as_slice());
            out.bytes(epoch.snapshot_key.as_slice()).bytes(epoch.replay_key.as_slice());
        }
        out.0.resize(ENCODED_ALL, 0);
        Zeroizing::new(out.0)
    }

    /// From the key file.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, LinkError> {
        let mut reader = Reader::new(WHAT, bytes);
        let last_id = reader.u8()?;
        let mut live = Vec::new();
        for _ in 0..LIVE {
            if !reader.flag()? {
                if reader.bytes(ENCODED - 1)?.iter().any(|byte| *byte != 0) {
                    return Err(reader.value("an absent epoch is not empty"));
                }
                continue;
            }
            let (id, table) = (reader.u8()?, usize::from(reader.flag()?));
            let (from, until, erase_at) = (reader.u64()?, reader.u64()?, reader.u64()?);
            let secret = KemSecret::from_bytes(&Zeroizing::new(reader.array()?))
                .map_err(|_| reader.value("a private key is none"))?;
            let public = secret.public();
            let snapshot_key = Zeroizing::new(reader.array()?);
            let replay_key = Zeroizing::new(reader.array()?);
            live.push(Epoch {
                id,
                table,
                from,
                until,
                erase_at,
                secret,
                public,
                snapshot_key,
                replay_key,
            });
        }
        reader.end()?;
        let (tables, ids) = (live.iter().map(|e| e.table), live.iter().map(|e| e.id));
        if live.len() == LIVE && (tables.sum::<usize>() != 1 || all_equal(ids)) {
            return Err(reader.value("two epochs share an id or a table"));
        }
        Ok(Self { live, last_id })
    }

    /// Seals a snapshot under the newest epoch's key.
    pub(crate) fn seal<G: CryptoRng + ?Sized>(
        &self,
        site: &SiteId,
        mut plain: Zeroizing<Vec<u8>>,
        rng: &mut G,
    ) -> Option<Vec<u8>> {
        let newest = self.live.first()?;
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let tag = XChaCha20Poly1305::new((&*newest.snapshot_key).into())
            .encrypt_inout_detached(
                &nonce.into(),
                &associated(site, newest.id),
                plain.as_mut_slice().into(),
            )
            .ok()?;
        Some([[newest.id].as_slice(), &nonce, &plain, &tag].concat())
    }

    /// Opens a snapshot with the key of the epoch that it names, live or not yet erased.
    pub(crate) fn open(&self, site: &SiteId, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut reader = Reader::new("snapshot", sealed);
        let id = reader.u8().ok()?;
        let nonce: [u8; NONCE] = reader.array().ok()?;
        let (body, tag) = reader.rest().split_last_chunk::<TAG>()?;
        let epoch = self.live.iter().find(|epoch| epoch.id == id)?;
        let mut plain = Zeroizing::new(body.to_vec());
        XChaCha20Poly1305::new((&*epoch.snapshot_key).into())
            .decrypt_inout_detached(
                &nonce.into(),
                &associated(site, id),
                plain.as_mut_slice().into(),
                tag.into(),
            )
            .ok()?;
        Some(plain)
    }
}

fn associated(site: &SiteId, id: u8) -> Vec<u8> {
    [CONTEXT, &site.0, &[id]].concat()
}

fn all_equal(mut ids: impl Iterator<Item = u8>) -> bool {
    let first = ids.next();
    ids.all(|id| Some(id) == first)
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    const HOURLY: TickLength = TickLength::HOUR;
    const START: u64 = 1_800_000_000;

    fn hourly() -> Lifetimes {
        Lifetimes::new(HOURLY, &Limits::default())
    }

    #[test]
    fn lifetimes_are_hours_and_never_more_than_two_keys() {
        assert_eq!(hourly(), Lifetimes { list: 10_800, epoch: 14_400, grace: 10_860 });
        for secs in [1, 7, 10, 60, 599, 3600, 86_400] {
            for epoch_ticks in [1, 4, 1000] {
                let limits = Limits { epoch_ticks, ..Limits::default() };
                let l = Lifetimes::new(TickLength::new(secs).unwrap(), &limits);
                assert!(l.epoch >= l.grace && l.grace > l.list && l.list >= 600);
                assert_eq!(l.epoch % u64::from(secs), 0);
            }
        }
    }

    #[test]
    fn keys_change_and_old_ones_are_erased() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let mut epochs = Epochs::empty(&mut rng);
        assert!(matches!(epochs.rotate(START, hourly(), &mut rng), Rotation::Begun { .. }));
        let first = epochs.live[0].id;
        let end = epochs.live[0].until;
        assert_eq!(end % 14_400, 0);
        assert_eq!(epochs.rotate(end - 1, hourly(), &mut rng), Rotation::None);
        assert_eq!(epochs.next_change(), end);
        let Rotation::Begun { table } = epochs.rotate(end, hourly(), &mut rng) else { panic!() };
        assert_ne!(table, epochs.live[1].table);
        assert!(epochs.get(first, end + 10_859).is_some());
        assert!(epochs.get(first, end + 10_860).is_none(), "not even before it is erased");
        assert_eq!(epochs.rotate(end + 10_860, hourly(), &mut rng), Rotation::Erased);
        assert_eq!(epochs.live.len(), 1);
    }

    #[test]
    fn the_key_file_comes_back_and_keeps_its_size() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let mut epochs = Epochs::empty(&mut rng);
        assert_eq!(epochs.encode().len(), ENCODED_ALL);
        for step in 0..3 {
            epochs.rotate(START + step * 14_400, hourly(), &mut rng);
            let encoded = epochs.encode();
            assert_eq!(encoded.len(), ENCODED_ALL);
            let read = Epochs::decode(&encoded).unwrap();
            assert!(*read.encode() == *encoded);
            for n in 0..encoded.len() {
                assert!(Epochs::decode(&encoded[..n]).is_err());
            }
        }
        let mut twice = epochs.encode().to_vec();
        let (first, second) = twice[1..].split_at_mut(ENCODED);
        second.copy_from_slice(first);
        assert!(Epochs::decode(&twice).is_err(), "two epochs of one id");
    }

    #[test]
    fn snapshots_open_only_with_their_epoch_and_newsroom() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let mut epochs = Epochs::empty(&mut rng);
        epochs.rotate(START, hourly(), &mut rng);
        let (site, other) = (SiteId([1; 32]), SiteId([2; 32]));
        let plain = Zeroizing::new(vec![7; 100]);
        let sealed = epochs.seal(&site, plain.clone(), &mut rng).unwrap();
        assert_eq!(sealed.len(), 100 + SEAL_OVERHEAD);
        assert!(epochs.open(&site, &sealed).is_some_and(|got| got == plain));
        assert!(epochs.open(&other, &sealed).is_none());
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(epochs.open(&site, &damaged).is_none());
        }
        let stranger = Epochs::empty(&mut rng);
        assert!(stranger.open(&site, &sealed).is_none());
    }
}
