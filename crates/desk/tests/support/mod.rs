//! A site without a network: it lists desks, releases batches, publishes records, and can misbehave.
#![allow(dead_code, unreachable_pub)]

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use desk::{Desk, DeskEngine, EngineError, Intake, Seen, post::Arrived};
use envelope::{
    Suite,
    batch::{Batch, Item},
    bundle::Bundle,
    cert::{Certificate, Name, Revocation},
    crowd::Crowd,
    deskkey::DeskKey,
    drop::{Chunk, Record, Share, block_of, first_tick},
    inner::InnerEnvelope,
    keylist::{Contents, KeyList, ListedDesk, MixKey, Placement},
    keys::{DeskId, KemSecret, MixEpoch, Root, Signing, SiteId, SiteSigner},
    mail::Mail,
    message,
    passphrase::{Master, ReceiptTag, ReplyKey},
    payload::{ConversationId, Fragment, MessageId},
    reply::Part,
    sizes,
    time::{TickLength, week},
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use vault::{Kdf, Passphrase, Vault, papers};

pub const HOUR: u64 = 3600;
/// A moment in the middle of a week, on a whole hour.
pub const START: u64 = 2968 * 604_800 + 3 * 86_400;

pub fn pass() -> Passphrase {
    Passphrase::new("seven plain words of the long list".into())
}

pub struct FakeSite {
    pub root: Signing<Root>,
    pub signer: Signing<SiteSigner>,
    pub certificate: Certificate,
    pub site: SiteId,
    pub tick: TickLength,
    pub rng: ChaCha20Rng,
    pub desks: BTreeMap<DeskId, (Certificate, Option<DeskKey>)>,
    pub revocations: Vec<Revocation>,
    pub pool: Vec<Item>,
    pub batches: BTreeMap<u64, Vec<u8>>,
    pub records: BTreeMap<u64, Record>,
    pub bundles: HashMap<(u64, DeskId), Bundle>,
    /// Bundles that came, also those that were thrown away.
    pub posted: Vec<(u64, DeskId)>,
    /// Letters between desks, by tick and desk.
    pub mails: BTreeMap<(u64, DeskId), Vec<u8>>,
    /// Takes bundles and publishes none of them.
    pub forgetful: bool,
    /// Goes on listing the keys that it has.
    pub stubborn: bool,
    pub at: u64,
    mix: KemSecret<MixEpoch>,
}

impl FakeSite {
    pub fn new(seed: u64, tick: TickLength, now: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let root = Signing::<Root>::generate(&mut rng);
        let signer = Signing::<SiteSigner>::generate(&mut rng);
        let site = root.verifying().site_id();
        let holder = envelope::cert::Holder::Signer(signer.verifying());
        let dates = (now - HOUR, now + 365 * 86_400);
        let name = Name::new("The site").unwrap();
        let certificate = Certificate::issue(&root, holder, name, dates, &mut rng).unwrap();
        let mix = KemSecret::generate(&mut rng);
        let mut fake = Self {
            root,
            signer,
            certificate,
            site,
            tick,
            rng,
            desks: BTreeMap::new(),
            revocations: Vec::new(),
            pool: Vec::new(),
            batches: BTreeMap::new(),
            records: BTreeMap::new(),
            bundles: HashMap::new(),
            posted: Vec::new(),
            mails: BTreeMap::new(),
            forgetful: false,
            stubborn: false,
            at: tick.tick_at(now),
            mix,
        };
        fake.release(fake.at);
        fake
    }

    /// Signs a desk's request; the text of its certificate.
    pub fn enrol(&mut self, request: &str, now: u64) -> String {
        let request = papers::Request::parse(request).unwrap();
        let dates = (now - HOUR, now + 365 * 86_400);
        let certificate =
            Certificate::issue(&self.root, request.holder, request.name, dates, &mut self.rng)
                .unwrap();
        let text = papers::certificate_text(&certificate);
        self.desks.insert(certificate.desk_id().unwrap(), (certificate, None));
        text
    }

    pub fn keys(&self, now: u64) -> Vec<u8> {
        self.keys_for(now, now + 3 * u64::from(self.tick.secs()).max(200))
    }

    pub fn keys_for(&self, issued_at: u64, expires_at: u64) -> Vec<u8> {
        let desks = self
            .desks
            .values()
            .filter_map(|(certificate, key)| {
                Some(ListedDesk { certificate: certificate.clone(), key: key.clone()? })
            })
            .collect();
        let contents = Contents {
            issued_at,
            expires_at,
            tick: self.tick,
            placement: Placement::BesideSite,
            crowd: [Crowd::of(25); sizes::CROWD_SLOTS],
            mix_keys: vec![MixKey {
                epoch: 1,
                not_before: issued_at,
                not_after: expires_at,
                key: self.mix.public(),
            }],
            desks,
            revocations: self.revocations.clone(),
        };
        KeyList::issue(&self.signer, &self.certificate, &self.site, &contents).unwrap()
    }

    /// Time passes: batches are released and records published.
    pub fn advance(&mut self, now: u64) {
        while self.at < self.tick.tick_at(now) {
            self.at += 1;
            self.release(self.at);
            self.publish(self.at);
        }
    }

    fn release(&mut self, tick: u64) {
        let now = self.tick.start(tick);
        let live: Vec<&DeskKey> = self
            .desks
            .values()
            .filter_map(|(_, key)| key.as_ref())
            .filter(|key| key.holds(now).is_ok())
            .collect();
        let mut items = std::mem::take(&mut self.pool);
        // Filling, as the mix makes it: envelopes around random bytes.
        for _ in 0..3 {
            if let Some(desk) = live.first() {
                let inner =
                    InnerEnvelope::cover(&self.site, Suite::XWing, &desk.key, &mut self.rng);
                items.push(Item { inner: inner.unwrap(), crowd: Crowd::of(0), slot: 0 });
            }
        }
        let bytes =
            Batch::issue(&self.signer, &self.site, (tick, self.tick), &items, &live, &mut self.rng)
                .unwrap();
        self.batches.insert(tick, bytes);
    }

    fn publish(&mut self, tick: u64) {
        let mut record = Record::dummy(&mut self.rng);
        let live: Vec<DeskId> =
            self.desks.iter().filter(|(_, (_, key))| key.is_some()).map(|(id, _)| *id).collect();
        for (index, id) in live.iter().enumerate() {
            let Some(bundle) = self.bundles.remove(&(tick, *id)) else { continue };
            if self.forgetful {
                continue;
            }
            let share = Share::of(index, live.len(), tick);
            if share.entry {
                record.set_entry(&bundle.entry);
            }
            for place in share.receipts {
                record.set_receipt(place, bundle.receipts[place]);
            }
        }
        self.records.insert(tick, record);
    }

    pub fn chunk(&mut self, block: u64) -> Vec<u8> {
        let first = first_tick(block);
        let mut records = Vec::new();
        for tick in first..(first + 12).min(self.at + 1) {
            let rng = &mut self.rng;
            records.push(self.records.entry(tick).or_insert_with(|| Record::dummy(rng)).clone());
        }
        Chunk::issue(&self.signer, &self.site, block, self.tick, records)
            .unwrap()
            .as_bytes()
            .to_vec()
    }

    /// Takes a bundle for the next tick or the one after it, and says whether it did.
    #[must_use]
    pub fn post(&mut self, bytes: &[u8], now: u64) -> bool {
        let untrusted = Bundle::decode(bytes).unwrap();
        let id = untrusted.claimed_desk();
        let (certificate, key) = self.desks.get_mut(&id).unwrap();
        let desk = certificate.desk().unwrap().clone();
        let bundle = untrusted.verify(&self.site, &desk).unwrap();
        let next = self.tick.tick_at(now) + 1;
        if bundle.tick != next && bundle.tick != next + 1 {
            return false;
        }
        let fresh = DeskKey::decode(bundle.desk_key.as_slice()).unwrap();
        if !self.stubborn || key.is_none() {
            *key = Some(fresh.verify(&self.site, &desk, now).unwrap());
        }
        self.posted.push((bundle.tick, id));
        self.bundles.insert((bundle.tick, id), bundle);
        true
    }

    /// Takes a desk's mail for the next tick, and says whether it did.
    #[must_use]
    pub fn post_mail(&mut self, bytes: &[u8], now: u64) -> bool {
        let untrusted = Mail::decode(bytes).unwrap();
        let id = untrusted.claimed_desk();
        let desk = self.desks[&id].0.desk().unwrap().clone();
        let mail = untrusted.verify(&self.site, &desk).unwrap();
        if mail.tick != self.tick.tick_at(now) + 1 {
            return false;
        }
        assert!(self.mails.insert((mail.tick, id), bytes.to_vec()).is_none(), "one in a tick");
        true
    }

    /// All desks' mail of a tick.
    pub fn mail(&self, tick: u64) -> Vec<u8> {
        let of = self.mails.iter().filter(|((at, _), _)| *at == tick);
        of.flat_map(|(_, bytes)| bytes.clone()).collect()
    }

    /// Every receipt published at or after a tick.
    pub fn published(&self, from: u64) -> impl Iterator<Item = (u64, &Record)> {
        self.records.range(from..).map(|(tick, record)| (*tick, record))
    }
}

/// Someone who writes.
pub struct Source {
    pub master: Master,
    pub desk: DeskId,
    pub sent: Vec<MessageId>,
}

impl Source {
    pub fn new(seed: u8, desk: DeskId) -> Self {
        Self { master: Master::from_bytes([seed; 32]), desk, sent: Vec::new() }
    }

    pub fn numbered(number: u32, desk: DeskId) -> Self {
        let mut master = [0x55; 32];
        master[..4].copy_from_slice(&number.to_be_bytes());
        Self { master: Master::from_bytes(master), desk, sent: Vec::new() }
    }

    pub fn conversation(&self) -> ConversationId {
        self.master.conversation(&self.desk)
    }

    pub fn key(&self, week: u32) -> ReplyKey {
        self.master.reply_key(&self.desk, week).unwrap()
    }

    pub fn fragments(&mut self, text: &str, now: u64, rng: &mut ChaCha20Rng) -> Vec<Fragment> {
        let mut id = MessageId([0; 16]);
        rng.fill_bytes(&mut id.0);
        self.sent.push(id);
        message::split(text, self.conversation(), id, &self.key(week(now))).unwrap()
    }

    pub fn seal(&self, site: &mut FakeSite, suite: Suite, fragments: &[Fragment]) -> Vec<Item> {
        let key = site.desks[&self.desk].1.as_ref().expect("the desk has no key yet").key.clone();
        fragments
            .iter()
            .map(|fragment| {
                let payload = fragment.encode().unwrap();
                let inner =
                    InnerEnvelope::seal(&site.site, suite, &key, &payload, &mut site.rng).unwrap();
                Item { inner, crowd: Crowd::of(45), slot: 3 }
            })
            .collect()
    }

    /// Writes, and the mix takes all of it.
    pub fn write(&mut self, site: &mut FakeSite, text: &str, now: u64) {
        let mut rng = ChaCha20Rng::from_rng(&mut site.rng);
        let fragments = self.fragments(text, now, &mut rng);
        let items = self.seal(site, Suite::XWing, &fragments);
        site.pool.extend(items);
    }

    /// The ticks at which the receipt of a message is in the dead drop.
    pub fn receipts(&self, site: &FakeSite, message: &MessageId) -> Vec<u64> {
        site.published(0)
            .filter(|(tick, record)| {
                let w = site.tick.week_of(*tick);
                w >= week(START) && {
                    let tag = self.key(w).receipt(message);
                    record.receipts().any(|there: ReceiptTag| there == tag)
                }
            })
            .map(|(tick, _)| tick)
            .collect()
    }

    /// The replies in the dead drop, joined, each once.
    pub fn replies(&self, site: &FakeSite) -> Vec<String> {
        let mut found: BTreeMap<(u64, [u8; 16]), BTreeMap<u8, Part>> = BTreeMap::new();
        for (tick, record) in site.published(0) {
            let w = site.tick.week_of(tick);
            if w < week(START) {
                continue;
            }
            if let Ok(part) = Part::open(record.entry(), &self.key(w)) {
                found.entry((part.written, part.reply.0)).or_default().insert(part.index, part);
            }
        }
        found
            .values()
            .filter(|parts| {
                parts.values().next().is_some_and(|p| usize::from(p.count) == parts.len())
            })
            .map(|parts| message::join(parts.values().map(|part| &part.body)).unwrap().to_string())
            .collect()
    }
}

pub struct TestDesk {
    pub dir: tempfile::TempDir,
    pub engine: DeskEngine,
    pub desk: Desk,
    pub id: DeskId,
    /// Parcels that have come, in words.
    pub arrived: Vec<Arrived>,
}

impl TestDesk {
    pub fn new(site: &mut FakeSite, seed: u64, now: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let name = Name::new(&format!("Desk {seed}")).unwrap();
        let rng = ChaCha20Rng::seed_from_u64(seed);
        let kdf = Kdf::weak_for_demo_and_tests();
        let new = desk::init(dir.path(), &pass(), kdf, &name, rng).unwrap();
        let request = std::fs::read_to_string(&new.request).unwrap();
        let certificate = site.enrol(&request, now);
        desk::install(&new.vault, &certificate, Some(site.site), now).unwrap();
        let vault = Arc::new(new.vault);
        let engine = DeskEngine::open(vault.clone()).unwrap();
        Self { dir, engine, desk: Desk::new(vault), id: new.desk_id, arrived: Vec::new() }
    }

    /// The process ends and begins again.
    pub fn restart(&mut self, seed: u64) {
        let rng = ChaCha20Rng::seed_from_u64(seed);
        let vault = Arc::new(Vault::open(self.dir.path(), &pass(), rng).unwrap());
        self.engine = DeskEngine::open(vault.clone()).unwrap();
        self.desk = Desk::new(vault);
    }

    /// A whole round, as the daemon makes it.
    pub fn round(&mut self, site: &mut FakeSite, now: u64) -> Result<(Intake, Seen), EngineError> {
        site.advance(now);
        let mut intake = Intake::default();
        let mut seen = Seen::default();
        self.engine.take_keys(&site.keys(now), now)?;
        let plan = self.engine.plan(now)?;
        for tick in plan.batches {
            match site.batches.get(&tick) {
                Some(bytes) => add(&mut intake, self.engine.take_batch(tick, bytes, now)?),
                None => self.engine.batch_absent(tick, now)?,
            }
        }
        let live = block_of(site.tick.tick_at(now));
        for block in plan.blocks.into_iter().chain([live]) {
            let more = self.engine.take_chunk(&site.chunk(block))?;
            seen.receipts += more.receipts;
            seen.parts += more.parts;
            seen.requeued += more.requeued;
        }
        let bundle = self.engine.bundle(now)?;
        if !bundle.sent {
            assert!(site.post(&bundle.bytes, now));
            self.engine.sent(bundle.tick)?;
            let mut contact = self.engine.contact()?;
            (contact.last_bundle, contact.last_bundle_at) = (Some(bundle.tick), Some(now));
            self.engine.set_contact(&contact)?;
        }
        for tick in self.engine.mail_due(now)? {
            self.arrived.extend(self.engine.take_mail(tick, &site.mail(tick), now)?.parcels);
        }
        let mail = self.engine.mail(now)?;
        if !mail.sent {
            assert!(site.post_mail(&mail.bytes, now));
            self.engine.mail_sent(mail.tick)?;
        }
        self.engine.tidy(now)?;
        Ok((intake, seen))
    }

    /// Rounds until the site lists the desk.
    pub fn listed(&mut self, site: &mut FakeSite, now: &mut u64) {
        self.round(site, *now).unwrap();
        *now += u64::from(site.tick.secs());
        self.round(site, *now).unwrap();
    }
}

fn add(sum: &mut Intake, more: Intake) {
    sum.items += more.items;
    sum.messages += more.messages;
    sum.pieces += more.pieces;
    sum.repeated += more.repeated;
    sum.refused += more.refused;
    sum.unreadable += more.unreadable;
}
