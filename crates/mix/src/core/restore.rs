//! Beginning, from nothing or from what an earlier run has left.

use envelope::{
    keylist::Placement,
    keys::{Signing, SiteSigner},
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{
    Core, Counts, Effect,
    crowds::Crowds,
    deaddrop::DeadDrop,
    epochs::{Epochs, LIVE, Lifetimes},
    pool::Pool,
    roster::Roster,
    seen::Seen,
    snapshot::{self, Snapshot},
};
use crate::link::{Hello, Records};

/// What an earlier run has left on the disk; all of it may be missing or damaged.
#[derive(Default)]
pub struct Stored {
    /// Copies of [`Core::keys`], newest first.
    pub keys: Vec<Zeroizing<Vec<u8>>>,
    /// Copies of [`Core::snapshot`], newest first.
    pub snapshots: Vec<Vec<u8>>,
    /// The replay tables' files.
    pub seen: [Vec<u8>; LIVE],
    /// What was wrong with the files, to be told.
    pub faults: Vec<String>,
}

impl Core {
    /// Begins. What cannot be used of `stored` is told as a fault and done without; everything else goes on where it
    /// was. [`Core::advance`] comes next.
    pub fn new<G: CryptoRng + ?Sized>(
        signer: Signing<SiteSigner>,
        hello: &Hello,
        stored: Stored,
        now: u64,
        rng: &mut G,
        effects: &mut Vec<Effect>,
    ) -> Self {
        let lifetimes = Lifetimes::new(hello.tick, &hello.limits);
        let mut faults = stored.faults;
        let epochs = read_epochs(&stored.keys, &mut faults, rng);
        let room = usize::from(hello.limits.pool_items);
        let snapshot = read_snapshot(&epochs, hello, &stored.snapshots, now, &mut faults);
        let this_tick = hello.tick.tick_at(now);
        let last_tick = last_tick(snapshot.as_ref(), hello, this_tick, &mut faults);
        let bits = hello.limits.seen_bits;
        let seen = read_seen(&epochs, &stored.seen, bits, &mut faults);
        let mut drop = DeadDrop::new(hello.site, hello.tick);
        if !hello.newest_chunk.is_empty()
            && let Err(error) = drop.resume(&hello.newest_chunk, &signer)
        {
            faults.push(error.to_string());
        }
        if drop.newest().is_some_and(|newest| newest > this_tick + 1) {
            faults.push("the dead drop is ahead of the clock: check the clock".to_owned());
        }
        let (crowds, mut pool, bundles) = match snapshot {
            Some(Snapshot { crowds, pool, bundles, .. }) => (crowds, pool, bundles),
            None => (Crowds::new(last_tick + 1), Pool::new(room), Vec::new()),
        };
        pool.reconcile(hello.newest_batch);
        let mut core = Self {
            site: hello.site,
            tick: hello.tick,
            placement: match hello.on_premises {
                true => Placement::OnPremises,
                false => Placement::BesideSite,
            },
            limits: hello.limits,
            lifetimes,
            signer,
            roster: Roster::new(hello.site),
            epochs,
            seen,
            crowds,
            pool,
            drop,
            last_tick,
            next_snapshot: now,
            now,
            told: Default::default(),
            counts: Counts::default(),
        };
        faults.into_iter().for_each(|fault| core.fault(fault, effects));
        let records = Records {
            certificates: hello.certificates.clone(),
            revocations: hello.revocations.clone(),
        };
        core.learn(&records, effects);
        for key in &hello.desk_keys {
            if let Err(error) = core.roster.add_desk_key(key, now) {
                core.fault(format!("a desk key is not used: {error}"), effects);
            }
        }
        for bundle in bundles {
            if let Ok((bundle, _)) = core.try_bundle(&bundle) {
                core.drop.keep(bundle);
            }
        }
        core.rotate(rng, effects);
        core.issue_key_list(effects);
        // What the edge has lost of the dead drop, or never had, is made up for at once, not at the next tick.
        core.append(last_tick, rng, effects);
        core
    }
}

fn read_epochs<G: CryptoRng + ?Sized>(
    copies: &[Zeroizing<Vec<u8>>],
    faults: &mut Vec<String>,
    rng: &mut G,
) -> Epochs {
    for copy in copies {
        match Epochs::decode(copy) {
            Ok(epochs) => return epochs,
            Err(error) => faults.push(format!("a copy of the epoch keys is of no use: {error}")),
        }
    }
    if !copies.is_empty() {
        faults.push(
            "the epoch keys are lost: packets sealed to them cannot be opened, new keys are made"
                .to_owned(),
        );
    }
    Epochs::empty(rng)
}

fn read_snapshot(
    epochs: &Epochs,
    hello: &Hello,
    copies: &[Vec<u8>],
    now: u64,
    faults: &mut Vec<String>,
) -> Option<Snapshot> {
    let room = usize::from(hello.limits.pool_items);
    for copy in copies {
        let opened = epochs.open(&hello.site, copy);
        match opened.map(|plain| snapshot::decode(&plain, room)) {
            Some(Ok(snapshot)) if snapshot.tick == hello.tick => return Some(snapshot),
            Some(Ok(snapshot)) => {
                faults.push(format!(
                    "the tick was {} s and is {} s now: what waits goes on waiting",
                    snapshot.tick.secs(),
                    hello.tick.secs()
                ));
                return Some(snapshot.renumbered(hello.tick, now));
            }
            Some(Err(error)) => faults.push(format!("a snapshot is of no use: {error}")),
            None => faults.push("a snapshot does not open with the live epoch keys".to_owned()),
        }
    }
    if !copies.is_empty() {
        faults.push("no snapshot could be used: what waited in the pool is lost".to_owned());
    }
    None
}

fn read_seen(
    epochs: &Epochs,
    files: &[Vec<u8>; LIVE],
    bits: u8,
    faults: &mut Vec<String>,
) -> [Seen; LIVE] {
    let mut table = 0;
    files.each_ref().map(|file| {
        let in_use = epochs.iter().any(|epoch| epoch.table == table);
        table += 1;
        match Seen::from_bytes(file, bits) {
            Some(seen) if in_use => seen,
            None if in_use => {
                faults.push(format!(
                    "replay table {} has {} bytes, not {}: packets of its epoch that came before \
                     the restart are not known any more",
                    table - 1,
                    file.len(),
                    8_u64 << bits
                ));
                Seen::empty(bits)
            }
            _ => Seen::empty(bits),
        }
    })
}

/// The last tick that was released, by the snapshot or the edge, whoever knows more.
fn last_tick(
    snapshot: Option<&Snapshot>,
    hello: &Hello,
    this_tick: u64,
    faults: &mut Vec<String>,
) -> u64 {
    let mut known = snapshot.map_or(0, |snapshot| snapshot.last_tick);
    if known > this_tick {
        faults.push(format!(
            "the snapshot is of tick {known}, the clock says {this_tick}: check the clock"
        ));
        known = this_tick;
    }
    if hello.newest_batch > this_tick {
        faults.push(format!(
            "the newest batch is of tick {}, the clock says {this_tick}: check the clock; \
             nothing is released until it is past",
            hello.newest_batch
        ));
    }
    let stored = hello.newest_batch.min(this_tick.saturating_add(u64::from(u32::MAX)));
    // A new site releases its first batch at once, all cover: it looks like an old one from the beginning.
    known.max(stored).max(if known == 0 { this_tick.saturating_sub(1) } else { 0 })
}
