//! What happens by the clock: epochs, key lists, batches, the dead drop.

use envelope::{
    deskkey::DeskKey,
    drop::Chunk,
    keylist::{Contents, KeyList},
    keys::DeskId,
};
use rand_core::CryptoRng;

use super::{Core, Effect, epochs::Rotation, release::Release, seen::Seen};
use crate::link::FromMix;

impl Core {
    /// New keys, if they are due; old ones erased.
    pub(super) fn rotate<G: CryptoRng + ?Sized>(&mut self, rng: &mut G, effects: &mut Vec<Effect>) {
        match self.epochs.rotate(self.now, self.lifetimes, rng) {
            Rotation::None => {}
            Rotation::Erased => effects.push(Effect::SaveKeys),
            Rotation::Begun { table } => {
                if let Some(seen) = self.seen.get_mut(table) {
                    *seen = Seen::empty(self.limits.seen_bits);
                }
                // The old marks go first: with the new key they would be noise in the table.
                effects.push(Effect::EmptySeen(table));
                effects.push(Effect::SaveKeys);
                self.issue_key_list(effects);
            }
        }
    }

    /// A tick: crowds are closed, the batch leaves, the dead drop grows, a key list is signed.
    pub(super) fn reach<G: CryptoRng + ?Sized>(
        &mut self,
        tick: u64,
        rng: &mut G,
        effects: &mut Vec<Effect>,
    ) {
        self.told.clear();
        self.last_tick = tick;
        self.crowds.close(tick + 1);
        self.pool.lose_patience(tick);
        let memory = self.lifetimes.memory() / u64::from(self.tick.secs()) + 1;
        self.pool.forget_before(tick.saturating_sub(memory));
        self.issue_key_list(effects);
        self.release(tick, rng, effects);
        self.append(tick, rng, effects);
        effects.push(Effect::SaveSnapshot);
    }

    /// Signs a key list and sends it.
    pub(super) fn issue_key_list(&mut self, effects: &mut Vec<Effect>) {
        let key = self.signer.verifying();
        let Some(certificate) = self.roster.signer(&key, self.now) else {
            let key = hex::encode(key.to_bytes());
            return self.fault(
                format!(
                    "no certificate of the root that holds now names this site's signer ({key}): \
                     no key list, so readers send nothing; enrol it with the root"
                ),
                effects,
            );
        };
        // Whole ticks: the time at which something changed is nobody's business.
        let issued_at = self.tick.start(self.tick.tick_at(self.now));
        let contents = Contents {
            issued_at,
            expires_at: issued_at + self.lifetimes.list,
            tick: self.tick,
            placement: self.placement,
            crowd: self.crowds.published(),
            mix_keys: self.epochs.listed(),
            desks: self.roster.live(self.now),
            revocations: self.roster.listed_revocations(self.now),
        };
        match KeyList::issue(&self.signer, certificate, &self.site, &contents) {
            Ok(bytes) => effects.push(Effect::Send(FromMix::KeyList(bytes))),
            Err(error) => self.fault(format!("no key list could be made: {error}"), effects),
        }
    }

    fn release<G: CryptoRng + ?Sized>(
        &mut self,
        tick: u64,
        rng: &mut G,
        effects: &mut Vec<Effect>,
    ) {
        let live = self.roster.live(self.now);
        let desks: Vec<&DeskKey> = live.iter().map(|desk| &desk.key).collect();
        if desks.is_empty() {
            return self.fault(
                "no desk is enrolled with a key that holds: no batch, what waits goes on waiting"
                    .to_owned(),
                effects,
            );
        }
        let release = Release {
            signer: &self.signer,
            site: &self.site,
            tick,
            length: self.tick,
            limits: &self.limits,
            desks: &desks,
        };
        match release.make(&mut self.pool, &self.crowds, rng) {
            Ok(bytes) => effects.push(Effect::Send(FromMix::Batch { tick, bytes })),
            Err(error) => self.fault(format!("no batch could be made: {error}"), effects),
        }
    }

    /// Lets the dead drop grow to `tick`.
    pub(super) fn append<G: CryptoRng + ?Sized>(
        &mut self,
        tick: u64,
        rng: &mut G,
        effects: &mut Vec<Effect>,
    ) {
        let live = self.roster.live(self.now);
        let desks: Vec<DeskId> = live.iter().map(|desk| desk.key.desk).collect();
        match self.drop.append(tick, &desks, &self.signer, rng) {
            Ok(chunks) => effects.extend(chunks.into_iter().map(sent)),
            Err(error) => self.fault(format!("the dead drop cannot grow: {error}"), effects),
        }
    }
}

fn sent(chunk: Chunk) -> Effect {
    Effect::Send(FromMix::Drop {
        block: chunk.block,
        records: u16::try_from(chunk.records.len()).unwrap_or(0),
        bytes: chunk.as_bytes().to_vec(),
    })
}
