//! A whole house in memory, with a clock of its own: root, mix, what the edge stores, desks. No HTTP, no process, no waiting.

use std::{collections::BTreeMap, sync::Arc};

use desk::{Desk, DeskEngine, service::Filter};
use envelope::{
    Suite,
    cert::Name,
    deskkey::DeskKey,
    drop::Chunk,
    inner::InnerEnvelope,
    keylist::KeyList,
    keys::{Signing, SiteId, SiteSigner},
    message,
    packet::{self, Flag},
    papers::{self, Request},
    passphrase::Master,
    payload::MessageId,
    sizes,
    time::{self, TickLength},
};
use mix::{
    core::{Core, Effect, Stored},
    link::{BLOCK_PACKETS, Block, FromMix, Hello, Limits, PADDING_SUITE, ToMix, Verdict},
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use tempfile::TempDir;
use vault::{Kdf, Passphrase, Vault, root::OpenRoot};

pub const DAY: u64 = 86_400;

/// A desk with its vault.
pub struct SimDesk {
    pub engine: DeskEngine,
    pub vault: Arc<Vault>,
    _dir: TempDir,
}

/// The house.
pub struct House {
    pub now: u64,
    pub tick: TickLength,
    pub site: SiteId,
    pub rng: ChaCha20Rng,
    pub desks: Vec<SimDesk>,
    core: Core,
    hello: Hello,
    signer_seed: [u8; 32],
    disk: Disk,
    edge: Edge,
    waiting: Vec<Vec<u8>>,
    /// Whether the mix may be killed. If not, its snapshots, which are most of its work, need not be kept.
    pub mortal: bool,
}

/// What the mix has on its disk.
#[derive(Default)]
struct Disk {
    keys: Vec<u8>,
    snapshot: Vec<u8>,
    seen: BTreeMap<usize, Vec<u8>>,
}

/// What the edge stores.
#[derive(Default)]
pub struct Edge {
    pub key_list: Vec<u8>,
    pub batches: BTreeMap<u64, Vec<u8>>,
    pub closed: BTreeMap<u64, Vec<u8>>,
    pub live: Vec<u8>,
    verdicts: BTreeMap<u64, Verdict>,
    faults: Vec<String>,
    newest_batch: u64,
}

/// A source that has nothing but a passphrase's master and the ids of what it sent.
pub struct SimSource {
    pub master: Master,
    pub message: MessageId,
}

impl House {
    /// Builds a house at `now` with `names` as desks, and throws the root away.
    pub fn build(now: u64, tick: TickLength, names: &[&str], limits: Limits) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        let offline = tempfile::tempdir().unwrap();
        let path = offline.path().join("newsroom.root");
        let words = || Passphrase::new("correct horse battery staple".to_owned());
        let weak = Kdf::weak_for_demo_and_tests();
        OpenRoot::create(&path, &words(), weak, &mut rng).unwrap();
        let root = OpenRoot::open(&path, &words()).unwrap();
        let site = root.site_id();

        let signer = Signing::<SiteSigner>::generate(&mut rng);
        let name = Name::new("news.example").unwrap();
        let request = Request::parse(&Request::for_signer(&signer, &name)).unwrap();
        let (certificate, _) = root.enrol(request, now, &mut rng).unwrap();
        let mut certificates = vec![*certificate.as_bytes()];

        let mut desks = Vec::new();
        for name in names {
            let dir = tempfile::tempdir().unwrap();
            let name = Name::new(name).unwrap();
            let seed = ChaCha20Rng::from_rng(&mut rng);
            let made = desk::init(dir.path(), &words(), weak, &name, seed).unwrap();
            let request = std::fs::read_to_string(&made.request).unwrap();
            let request = Request::parse(&request).unwrap();
            let (certificate, _) = root.enrol(request, now, &mut rng).unwrap();
            certificates.push(*certificate.as_bytes());
            let text = papers::certificate_text(&certificate);
            desk::install(&made.vault, &text, Some(site), now).unwrap();
            let vault = Arc::new(made.vault);
            let engine = DeskEngine::open(Arc::clone(&vault)).unwrap();
            desks.push(SimDesk { engine, vault, _dir: dir });
        }
        // From here on there is no root.
        drop(root);
        offline.close().unwrap();
        assert!(!path.exists());

        let hello = Hello {
            site,
            tick,
            on_premises: false,
            limits,
            certificates,
            revocations: Vec::new(),
            desk_keys: Vec::new(),
            newest_chunk: Vec::new(),
            newest_batch: 0,
        };
        let signer_seed = *signer.seed();
        let mut effects = Vec::new();
        let core = Core::new(signer, &hello, Stored::default(), now, &mut rng, &mut effects);
        let mut house = Self {
            now,
            tick,
            site,
            rng,
            desks,
            core,
            hello,
            signer_seed,
            disk: Disk::default(),
            edge: Edge::default(),
            waiting: Vec::new(),
            mortal: false,
        };
        house.carry_out(effects);
        house.advance(0);
        house
    }

    /// Kills the mix and starts it again from what is on its disk and at the edge. What was not in a snapshot is lost.
    pub fn kill_the_mix(&mut self) {
        assert!(self.mortal, "nothing was kept to begin with again");
        let mut hello = self.hello.clone();
        hello.newest_chunk = match Chunk::decode(&self.edge.live) {
            Ok(_) => self.edge.live.clone(),
            Err(_) => Vec::new(),
        };
        hello.newest_batch = self.edge.newest_batch;
        hello.desk_keys =
            self.key_list().contents.desks.iter().map(|d| *d.key.as_bytes()).collect();
        let mut stored = Stored {
            keys: vec![zeroize::Zeroizing::new(self.disk.keys.clone())],
            snapshots: vec![self.disk.snapshot.clone()],
            ..Stored::default()
        };
        for (table, bytes) in &self.disk.seen {
            stored.seen[*table] = bytes.clone();
        }
        let mut effects = Vec::new();
        let signer = Signing::from_seed(&self.signer_seed);
        self.core = Core::new(signer, &hello, stored, self.now, &mut self.rng, &mut effects);
        self.carry_out(effects);
        self.advance(0);
    }

    /// Lets `seconds` pass.
    pub fn advance(&mut self, seconds: u64) {
        let until = self.now + seconds;
        loop {
            self.now = self.core.deadline().clamp(self.now, until);
            let mut effects = Vec::new();
            self.core.advance(self.now, &mut self.rng, &mut effects);
            self.carry_out(effects);
            if self.now >= until && self.core.deadline() > until {
                break;
            }
        }
    }

    /// Lets time pass until just after the next tick, and every desk do its round.
    pub fn tick(&mut self) {
        self.flush();
        let next = self.tick.start(self.tick.tick_at(self.now) + 1);
        self.advance(next + 2 - self.now);
        for desk in 0..self.desks.len() {
            self.round(desk);
        }
    }

    /// A desk's round: keys, batches, dead drop, bundle.
    pub fn round(&mut self, desk: usize) {
        let now = self.now;
        self.desks[desk].engine.take_keys(&self.edge.key_list, now).unwrap();
        let engine = &self.desks[desk].engine;
        let plan = engine.plan(now).unwrap();
        for tick in plan.batches {
            match self.edge.batches.get(&tick) {
                Some(bytes) => drop(engine.take_batch(tick, bytes, now).unwrap()),
                None => engine.batch_absent(tick, now).unwrap(),
            }
        }
        for block in plan.blocks {
            if let Some(bytes) = self.edge.closed.get(&block) {
                engine.take_chunk(bytes).unwrap();
            }
        }
        engine.take_chunk(&self.edge.live).unwrap();
        engine.tidy(now).unwrap();
        let bundle = engine.bundle(now).unwrap();
        let token = self.rng.next_u64();
        let bytes = Box::new(bundle.bytes.try_into().unwrap());
        self.handle(ToMix::Bundle { token, bytes });
        assert_eq!(self.edge.verdicts.remove(&token), Some(Verdict::Accepted));
        self.desks[desk].engine.sent(bundle.tick).unwrap();
    }

    /// The key list, verified as a page would.
    pub fn key_list(&self) -> KeyList {
        KeyList::decode(&self.edge.key_list).unwrap().verify(&self.site, self.now).unwrap()
    }

    /// Writes a tip to the desk at `index` of the key list, and posts every packet of it once.
    pub fn tip(&mut self, index: usize, text: &str) -> SimSource {
        let mut secret = [0; 32];
        self.rng.fill_bytes(&mut secret);
        let master = Master::from_bytes(secret);
        let mut id = MessageId([0; 16]);
        self.rng.fill_bytes(&mut id.0);
        self.say(&master, id, index, text);
        SimSource { master, message: id }
    }

    /// Writes a message of a conversation.
    pub fn say(&mut self, master: &Master, id: MessageId, index: usize, text: &str) {
        let keys = self.key_list();
        let desk: &DeskKey = &keys.contents.desks[index].key;
        let reply_key = master.reply_key(&desk.desk, time::week(self.now)).unwrap();
        let fragments = message::split(text, master.conversation(&desk.desk), id, &reply_key);
        let mix = keys.mix_key(self.now).unwrap();
        for fragment in fragments.unwrap() {
            let payload = fragment.encode().unwrap();
            let rng = &mut self.rng;
            let inner =
                InnerEnvelope::seal(&self.site, Suite::X25519, &desk.key, &payload, rng).unwrap();
            let mark = (Flag::Real, 2);
            let sealed =
                packet::seal(&self.site, Suite::X25519, mix.epoch, &mix.key, mark, &inner, rng);
            self.waiting.push(sealed.unwrap());
        }
    }

    /// Hands everything that was posted to the mix, in blocks.
    pub fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        for block in waiting.chunks(BLOCK_PACKETS) {
            let mut bytes = block.concat();
            while bytes.len() < BLOCK_PACKETS * sizes::PACKET {
                let mut padding = vec![PADDING_SUITE; sizes::PACKET];
                self.rng.fill_bytes(&mut padding[1..]);
                bytes.extend_from_slice(&padding);
            }
            self.handle(ToMix::Block(Block::new(bytes).unwrap()));
        }
    }

    /// The window of the dead drop, verified, as a page loads it.
    pub fn window(&self) -> Vec<Chunk> {
        let keys = self.key_list();
        let read = |bytes: &[u8]| Chunk::decode(bytes).unwrap().verify(&keys.site, &keys.signer);
        let live = read(&self.edge.live).unwrap();
        let mut chunks: Vec<Chunk> = (live.block - sizes::WINDOW_BLOCKS..live.block)
            .map(|block| read(&self.edge.closed[&block]).unwrap())
            .collect();
        chunks.push(live);
        chunks
    }

    /// What a source finds.
    pub fn look(&self, source: &SimSource) -> source::deaddrop::Found {
        let keys = self.key_list();
        source::deaddrop::scan(&self.window(), &keys, &source.master, &[source.message])
    }

    /// How many of them find their receipt.
    pub fn confirmed<'a>(&self, sources: impl Iterator<Item = &'a SimSource>) -> usize {
        let (keys, window) = (self.key_list(), self.window());
        let look = |source: &&SimSource| {
            let found = source::deaddrop::scan(&window, &keys, &source.master, &[source.message]);
            found.receipts[0].is_some()
        };
        sources.filter(look).count()
    }

    /// The service of a desk, as its page and its commands use it.
    pub fn service(&self, desk: usize) -> Desk {
        Desk::new(Arc::clone(&self.desks[desk].vault))
    }

    /// How many conversations a desk has.
    pub fn conversations(&self, desk: usize) -> u64 {
        self.service(desk).inbox(Filter::All).unwrap().all
    }

    /// How many receipts wait at a desk for their place in the dead drop.
    pub fn receipts_waiting(&self, desk: usize) -> u64 {
        self.service(desk).status(self.now).unwrap().receipts_waiting
    }

    /// What the edge has stored.
    pub fn edge(&self) -> &Edge {
        &self.edge
    }

    /// What the mix complained about since the last call.
    pub fn faults(&mut self) -> Vec<String> {
        std::mem::take(&mut self.edge.faults)
    }

    fn handle(&mut self, message: ToMix) {
        let mut effects = Vec::new();
        self.core.handle(&message, self.now, &mut self.rng, &mut effects);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::SaveKeys => self.disk.keys = self.core.keys().to_vec(),
                Effect::EmptySeen(table) => {
                    let size = usize::try_from(self.core.seen_size()).unwrap();
                    self.disk.seen.insert(table, vec![0; size]);
                }
                Effect::SaveSnapshot if !self.mortal => {}
                Effect::SaveSnapshot => {
                    if let Some(snapshot) = self.core.snapshot(&mut self.rng) {
                        self.disk.snapshot = snapshot;
                    }
                    for (table, at, page) in self.core.take_seen() {
                        let at = usize::try_from(at).unwrap();
                        let file = self.disk.seen.entry(table).or_default();
                        file.resize(file.len().max(at + page.len()), 0);
                        file[at..at + page.len()].copy_from_slice(&page);
                    }
                }
                Effect::Send(message) => self.receive(message),
            }
        }
    }

    fn receive(&mut self, message: FromMix) {
        match message {
            FromMix::KeyList(bytes) => self.edge.key_list = bytes,
            FromMix::Batch { tick, bytes } => {
                self.edge.batches.insert(tick, bytes);
                self.edge.newest_batch = tick;
                self.handle(ToMix::Stored { tick });
            }
            FromMix::Drop { block, records, bytes } => {
                if usize::from(records) == sizes::RECORDS_PER_BLOCK {
                    self.edge.closed.insert(block, bytes);
                } else {
                    self.edge.live = bytes;
                }
            }
            FromMix::BundleVerdict { token, verdict } => {
                self.edge.verdicts.insert(token, verdict);
            }
            FromMix::Fault(text) => self.edge.faults.push(text),
            FromMix::Ready(_) => {}
        }
    }
}
