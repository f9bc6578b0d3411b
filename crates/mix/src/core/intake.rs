//! What comes in: packets, bundles, certificates.

use envelope::{
    bundle::Bundle,
    packet::{Flag, Packet},
    sizes::BUNDLE,
};

use super::{Core, Effect, deaddrop::DeadDrop, pool::Admission, seen::Insert};
use crate::link::{FromMix, Records, Refusal, Verdict};

impl Core {
    /// One packet. Whatever it is, the next one is not affected.
    pub(super) fn packet(&mut self, bytes: &[u8], effects: &mut Vec<Effect>) {
        let Ok(packet) = Packet::decode(bytes) else {
            self.counts.malformed += 1;
            return;
        };
        let Some(epoch) = self.epochs.get(packet.epoch(), self.now) else {
            self.counts.foreign += 1;
            return;
        };
        let mark = epoch.replay_mark(&packet.replay_tag());
        match self.seen.get_mut(epoch.table).map(|table| table.insert(mark)) {
            Some(Insert::Again) => {
                self.counts.replayed += 1;
                return;
            }
            // Opened all the same: to refuse it would let a flood silence everyone. What is real is still dropped if it is
            // doubled, by its inner envelope.
            Some(Insert::Full) => self.fault(
                "the replay table of this epoch is full: raise seen_bits".to_owned(),
                effects,
            ),
            Some(Insert::New) | None => {}
        }
        self.counts.tried += 1;
        let Some(epoch) = self.epochs.get(packet.epoch(), self.now) else { return };
        let Ok(opened) = packet.open(&self.site, &epoch.secret) else {
            self.counts.rejected += 1;
            return;
        };
        self.crowds.count(opened.slot, packet.suite());
        // Looked up for cover, too: the work must not depend on the flag more than it has to.
        let found = self.pool.look_up(&opened.inner);
        if opened.flag == Flag::Cover {
            self.counts.cover += 1;
            return;
        }
        if opened.inner.suite().is_err() {
            self.counts.rejected += 1;
            return;
        }
        match self.pool.admit(opened.inner, found, opened.slot, self.crowds.tick()) {
            Admission::Admitted => self.counts.admitted += 1,
            Admission::Doubled => self.counts.doubled += 1,
            Admission::Full => {
                self.counts.refused += 1;
                self.fault(
                    "the pool is full: newcomers are refused until a batch has left".to_owned(),
                    effects,
                );
            }
        }
    }

    /// A desk's bundle.
    pub(super) fn bundle(&mut self, token: u64, bytes: &[u8; BUNDLE], effects: &mut Vec<Effect>) {
        let verdict = match self.try_bundle(bytes) {
            Ok((bundle, key_changed)) => {
                self.drop.keep(bundle);
                if key_changed {
                    self.issue_key_list(effects);
                }
                Verdict::Accepted
            }
            Err((refusal, why)) => Verdict::Refused { refusal, why },
        };
        effects.push(Effect::Send(FromMix::BundleVerdict { token, verdict }));
    }

    /// Checks a bundle, and keeps the desk key in it if that is newer.
    pub(super) fn try_bundle(
        &mut self,
        bytes: &[u8; BUNDLE],
    ) -> Result<(Bundle, bool), (Refusal, String)> {
        let bundle =
            Bundle::decode(bytes).map_err(|error| (Refusal::Malformed, error.to_string()))?;
        let id = bundle.claimed_desk();
        let Some(desk) = self.roster.desk(&id, self.now) else {
            let why = format!("desk {id} has no certificate here that holds");
            return Err((Refusal::Desk, why));
        };
        let signature = |error: envelope::VerifyError| (Refusal::Signature, error.to_string());
        let bundle = bundle.verify(&self.site, desk).map_err(signature)?;
        if bundle.length != self.tick || !DeadDrop::takes(self.last_tick, bundle.tick) {
            let (next, secs) = (self.last_tick + 1, self.tick.secs());
            let why = format!(
                "meant for tick {} of {} s; the next is tick {next} of {secs} s",
                bundle.tick,
                bundle.length.secs()
            );
            return Err((Refusal::Tick, why));
        }
        let changed =
            self.roster.add_desk_key(bundle.desk_key.as_slice(), self.now).map_err(signature)?;
        Ok((bundle, changed))
    }

    /// New certificates and revocations.
    pub(super) fn records(&mut self, records: &Records, effects: &mut Vec<Effect>) {
        self.learn(records, effects);
        self.issue_key_list(effects);
    }

    /// Keeps what verifies, and says what does not.
    pub(super) fn learn(&mut self, records: &Records, effects: &mut Vec<Effect>) {
        for bytes in &records.revocations {
            if let Err(error) = self.roster.add_revocation(bytes) {
                self.fault(format!("a revocation is not used: {error}"), effects);
            }
        }
        for bytes in &records.certificates {
            if let Err(error) = self.roster.add_certificate(bytes) {
                self.fault(format!("a certificate is not used: {error}"), effects);
            }
        }
    }
}
