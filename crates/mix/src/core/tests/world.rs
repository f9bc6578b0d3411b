//! A newsroom with desks, a simulated disk and a simulated edge around a core.

use std::collections::BTreeMap;

use envelope::{
    Suite,
    batch::{Batch, Item},
    bundle::Bundle,
    cert::{Certificate, Holder, Name, Revocation},
    deskkey::{DeskKey, MAX_AGE},
    drop::Chunk,
    inner::InnerEnvelope,
    keylist::{KeyList, MixKey},
    keys::{DeskId, DeskIdentity, DeskWeek, KemSecret, Root, Signing, SiteId, SiteSigner},
    packet::{Flag, seal},
    passphrase::ReceiptTag,
    sizes::{PACKET, PAYLOAD},
    time::{TickLength, week, week_start},
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use crate::{
    core::{Core, Effect, Stored},
    link::{BLOCK_PACKETS, Block, FromMix, Hello, Limits, Records, ToMix, Verdict},
};

/// 15 January 2027, on the hour.
pub(super) const START: u64 = 1_800_000_000;

pub(super) struct Desk {
    pub(super) identity: Signing<DeskIdentity>,
    pub(super) certificate: Certificate,
    pub(super) secret: KemSecret<DeskWeek>,
    pub(super) key: DeskKey,
}

impl Desk {
    pub(super) fn id(&self) -> DeskId {
        self.identity.verifying().desk_id()
    }
}

/// What the edge has stored.
#[derive(Default)]
pub(super) struct Edge {
    pub(super) key_lists: Vec<Vec<u8>>,
    pub(super) batches: BTreeMap<u64, Vec<u8>>,
    pub(super) closed: BTreeMap<u64, Vec<u8>>,
    pub(super) live: Vec<u8>,
    pub(super) verdicts: BTreeMap<u64, Verdict>,
    pub(super) faults: Vec<String>,
    pub(super) keys_sent_after_saving: bool,
}

/// What the mix has on its disk.
#[derive(Default)]
pub(super) struct Disk {
    pub(super) keys: Vec<u8>,
    /// The last two, the newest last.
    pub(super) snapshots: Vec<Vec<u8>>,
    /// The sizes of all that were written.
    pub(super) snapshot_sizes: Vec<usize>,
    pub(super) seen: [Vec<u8>; 2],
}

pub(super) struct World {
    pub(super) rng: ChaCha20Rng,
    pub(super) root: Signing<Root>,
    pub(super) site: SiteId,
    pub(super) signer: Signing<SiteSigner>,
    pub(super) signer_certificate: Certificate,
    pub(super) desks: Vec<Desk>,
    pub(super) tick: TickLength,
    pub(super) limits: Limits,
    pub(super) now: u64,
    pub(super) edge: Edge,
    pub(super) disk: Disk,
    pub(super) core: Option<Core>,
    /// Whether the edge stores batches, and says so.
    pub(super) stores: bool,
    /// The newest mix key, until the next key list comes.
    mix_key: Option<MixKey>,
}

/// Small, and rarely written; [`often`] is for tests of what is written.
pub(super) fn small() -> Limits {
    Limits {
        batch_items: 16,
        pool_items: 64,
        noise_shift: 3,
        noise_scale: 1,
        seen_bits: 12,
        snapshot_secs: 3600,
        ..Limits::default()
    }
}

/// Small, with a snapshot every ten seconds.
pub(super) fn often() -> Limits {
    Limits { snapshot_secs: 10, ..small() }
}

impl World {
    /// A newsroom with so many desks, its mix not started.
    pub(super) fn new(desks: usize, limits: Limits, seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let root = Signing::<Root>::generate(&mut rng);
        let signer = Signing::<SiteSigner>::generate(&mut rng);
        let dates = (START - 86_400, START + 300 * 86_400);
        let holder = Holder::Signer(signer.verifying());
        let name = Name::new("site").unwrap();
        let signer_certificate = Certificate::issue(&root, holder, name, dates, &mut rng).unwrap();
        let mut world = Self {
            site: root.verifying().site_id(),
            rng,
            root,
            signer,
            signer_certificate,
            desks: Vec::new(),
            tick: TickLength::HOUR,
            limits,
            now: START,
            edge: Edge::default(),
            disk: Disk::default(),
            core: None,
            stores: true,
            mix_key: None,
        };
        for n in 0..desks {
            let desk = world.enrol(&format!("desk {n}"));
            world.desks.push(desk);
        }
        world.desks.sort_by_key(Desk::id);
        world
    }

    /// The same, its mix running.
    pub(super) fn running(desks: usize, limits: Limits, seed: u64) -> Self {
        let mut world = Self::new(desks, limits, seed);
        world.start();
        world
    }

    pub(super) fn enrol(&mut self, name: &str) -> Desk {
        let identity = Signing::<DeskIdentity>::generate(&mut self.rng);
        let dates = (START - 86_400, START + 300 * 86_400);
        let holder = Holder::Desk(identity.verifying());
        let name = Name::new(name).unwrap();
        let certificate =
            Certificate::issue(&self.root, holder, name, dates, &mut self.rng).unwrap();
        let (secret, key) = self.week_key(&identity);
        Desk { identity, certificate, secret, key }
    }

    pub(super) fn week_key(
        &mut self,
        identity: &Signing<DeskIdentity>,
    ) -> (KemSecret<DeskWeek>, DeskKey) {
        let secret = KemSecret::generate(&mut self.rng);
        let this = week(self.now);
        let until = week_start(this) + MAX_AGE;
        let key = DeskKey::issue(identity, &self.site, this, until, secret.public()).unwrap();
        (secret, key)
    }

    pub(super) fn hello(&self) -> Hello {
        let desks = self.desks.iter();
        let certificates = desks.clone().map(|desk| &desk.certificate);
        Hello {
            site: self.site,
            tick: self.tick,
            on_premises: false,
            limits: self.limits,
            certificates: certificates
                .chain([&self.signer_certificate])
                .map(|certificate| *certificate.as_bytes())
                .collect(),
            revocations: Vec::new(),
            desk_keys: desks.map(|desk| *desk.key.as_bytes()).collect(),
            newest_chunk: self.edge.live.clone(),
            newest_batch: self.edge.batches.keys().next_back().copied().unwrap_or(0),
        }
    }

    /// Starts the mix on what its disk holds, as after a crash.
    pub(super) fn start(&mut self) {
        let hello = self.hello();
        self.start_with(&hello);
    }

    pub(super) fn start_with(&mut self, hello: &Hello) {
        let stored = Stored {
            keys: match self.disk.keys.is_empty() {
                true => Vec::new(),
                false => vec![self.disk.keys.clone().into()],
            },
            snapshots: self.disk.snapshots.iter().rev().take(2).cloned().collect(),
            seen: self.disk.seen.clone(),
            faults: Vec::new(),
        };
        let signer = Signing::from_seed(&self.signer.seed());
        let mut effects = Vec::new();
        let mut core = Core::new(signer, hello, stored, self.now, &mut self.rng, &mut effects);
        core.advance(self.now, &mut self.rng, &mut effects);
        self.core = Some(core);
        self.carry_out(effects);
    }

    pub(super) fn core(&mut self) -> &mut Core {
        self.core.as_mut().unwrap()
    }

    pub(super) fn handle(&mut self, message: &ToMix) {
        let mut effects = Vec::new();
        let (core, rng) = (self.core.as_mut().unwrap(), &mut self.rng);
        core.handle(message, self.now, rng, &mut effects);
        self.carry_out(effects);
    }

    /// Lets time pass, waking the mix whenever it asks for it.
    pub(super) fn advance_to(&mut self, until: u64) {
        loop {
            self.now = until.min(self.core().deadline().max(self.now));
            let mut effects = Vec::new();
            let (core, rng) = (self.core.as_mut().unwrap(), &mut self.rng);
            core.advance(self.now, rng, &mut effects);
            self.carry_out(effects);
            if self.now == until && self.core().deadline() > until {
                return;
            }
        }
    }

    /// To the next tick, with no snapshots on the way but those that are due already: they take long without optimisation.
    pub(super) fn next_tick(&mut self) -> u64 {
        let next = self.tick.tick_at(self.now) + 1;
        let often = std::mem::replace(&mut self.core().limits.snapshot_secs, 3600);
        self.advance_to(self.tick.start(next));
        self.core().limits.snapshot_secs = often;
        self.core().next_snapshot = self.now + u64::from(often);
        next
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::SaveKeys => {
                    self.disk.keys = self.core.as_ref().unwrap().keys().to_vec();
                }
                Effect::EmptySeen(table) => {
                    let size = self.core.as_ref().unwrap().seen_size();
                    self.disk.seen[table] = vec![0; usize::try_from(size).unwrap()];
                }
                Effect::SaveSnapshot => self.save(),
                Effect::Send(message) => self.receive(message),
            }
        }
    }

    pub(super) fn save(&mut self) {
        let (core, rng) = (self.core.as_mut().unwrap(), &mut self.rng);
        let sealed = core.snapshot(rng).unwrap();
        self.disk.snapshot_sizes.push(sealed.len());
        self.disk.snapshots.push(sealed);
        if self.disk.snapshots.len() > 2 {
            self.disk.snapshots.remove(0);
        }
        for (table, at, bytes) in core.take_seen() {
            let at = usize::try_from(at).unwrap();
            let file = &mut self.disk.seen[table];
            if file.len() < at + bytes.len() {
                file.resize(at + bytes.len(), 0);
            }
            file[at..at + bytes.len()].copy_from_slice(&bytes);
        }
    }

    fn receive(&mut self, message: FromMix) {
        // Through the codec, as over the pipe.
        let mut frames = crate::link::Frames::new();
        frames.push(&message.encode());
        match FromMix::decode(frames.next_frame().unwrap().unwrap()).unwrap() {
            FromMix::Ready(_) => panic!("not the core's affair"),
            FromMix::KeyList(bytes) => {
                // Whatever is published has been saved before.
                let saved = *self.disk.keys == **self.core.as_ref().unwrap().keys();
                self.edge.keys_sent_after_saving |= !saved;
                self.edge.key_lists.push(bytes);
                self.mix_key = None;
            }
            FromMix::Batch { tick, bytes } => {
                if self.stores {
                    assert!(self.edge.batches.insert(tick, bytes).is_none(), "batch {tick} twice");
                    self.handle(&ToMix::Stored { tick });
                }
            }
            FromMix::Drop { block, records, bytes } => {
                if records == 12 {
                    assert!(self.edge.closed.insert(block, bytes).is_none(), "block {block} twice");
                } else {
                    self.edge.live = bytes;
                }
            }
            FromMix::BundleVerdict { token, verdict } => {
                self.edge.verdicts.insert(token, verdict);
            }
            FromMix::Fault(text) => self.edge.faults.push(text),
        }
    }

    pub(super) fn key_list(&self) -> KeyList {
        let bytes = self.edge.key_lists.last().expect("a key list");
        KeyList::decode(bytes).unwrap().verify(&self.site, self.now).unwrap()
    }

    /// An inner envelope for a desk; the payload begins with `number`.
    pub(super) fn inner(&mut self, desk: usize, suite: Suite, number: u64) -> InnerEnvelope {
        let mut payload = [0; PAYLOAD];
        payload[..8].copy_from_slice(&number.to_be_bytes());
        let key = self.desks[desk].secret.public();
        InnerEnvelope::seal(&self.site, suite, &key, &payload, &mut self.rng).unwrap()
    }

    /// A packet for the mix's newest key.
    pub(super) fn packet(&mut self, flag: Flag, slot: u8, inner: &InnerEnvelope) -> Vec<u8> {
        if self.mix_key.is_none() {
            self.mix_key = self.key_list().mix_key(self.now).cloned();
        }
        let key = self.mix_key.as_ref().unwrap();
        let suite = inner.suite().unwrap();
        seal(&self.site, suite, key.epoch, &key.key, (flag, slot), inner, &mut self.rng).unwrap()
    }

    pub(super) fn tip(&mut self, number: u64) -> Vec<u8> {
        let inner = self.inner(0, Suite::X25519, number);
        self.packet(Flag::Real, 4, &inner)
    }

    /// Sends packets in blocks, as the edge does.
    pub(super) fn send(&mut self, packets: &[Vec<u8>]) {
        for some in packets.chunks(BLOCK_PACKETS) {
            let mut block = some.concat();
            block.resize(BLOCK_PACKETS * PACKET, 0);
            self.handle(&ToMix::Block(Block::new(block).unwrap()));
        }
    }

    pub(super) fn send_tips(&mut self, numbers: impl IntoIterator<Item = u64>) {
        let packets: Vec<_> = numbers.into_iter().map(|number| self.tip(number)).collect();
        self.send(&packets);
    }

    /// The items of a batch, opened by a desk.
    pub(super) fn items(&self, tick: u64, desk: usize) -> Vec<Item> {
        let batch = Batch::decode(&self.edge.batches[&tick]).unwrap();
        let batch = batch.verify(&self.site, &self.signer.verifying()).unwrap();
        let desk = &self.desks[desk];
        batch.open(&self.site, &desk.id(), &desk.secret).unwrap()
    }

    /// The numbers of the tips in a batch that a desk can open.
    pub(super) fn tips(&self, tick: u64, desk: usize) -> Vec<u64> {
        let items = self.items(tick, desk);
        let opened = items
            .iter()
            .filter_map(|item| item.inner.open(&self.site, &self.desks[desk].secret).ok());
        opened.map(|payload| u64::from_be_bytes(*payload.first_chunk().unwrap())).collect()
    }

    /// The numbers of all tips in all batches, sorted.
    pub(super) fn all_tips(&self, desk: usize) -> Vec<u64> {
        let ticks = self.edge.batches.keys();
        let mut all: Vec<u64> = ticks.flat_map(|tick| self.tips(*tick, desk)).collect();
        all.sort_unstable();
        all
    }

    pub(super) fn bundle(&self, desk: usize, tick: u64, fill: u8) -> Bundle {
        let desk = &self.desks[desk];
        Bundle::issue(
            &desk.identity,
            &self.site,
            (tick, self.tick),
            &[fill; 1024],
            &[ReceiptTag([fill; 8]); 48],
            &desk.key,
        )
        .unwrap()
    }

    pub(super) fn send_bundle(&mut self, token: u64, bundle: &Bundle) -> Verdict {
        self.handle(&ToMix::Bundle { token, bytes: Box::new(*bundle.as_bytes()) });
        self.edge.verdicts[&token].clone()
    }

    pub(super) fn revoke(&mut self, certificate: &Certificate) {
        let revocation = Revocation::issue(&self.root, certificate.serial);
        let revocations = vec![*revocation.as_bytes()];
        self.handle(&ToMix::Records(Records { certificates: Vec::new(), revocations }));
    }

    pub(super) fn live(&self) -> Chunk {
        let chunk = Chunk::decode(&self.edge.live).unwrap();
        chunk.verify(&self.site, &self.signer.verifying()).unwrap()
    }
}
