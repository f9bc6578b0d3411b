//! Packets opened per second and core: the raw KEM, the packet, and the whole mix with its replay table and pool.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use envelope::{
    Suite,
    cert::{Certificate, Holder, Name},
    inner::InnerEnvelope,
    keylist::KeyList,
    keys::{DeskWeek, KemSecret, MixEpoch, Root, Signing, SiteId, SiteSigner},
    packet::{Flag, Packet, seal},
    time::TickLength,
};
use hpke::{Kem, kem};
use mix::{
    core::{Core, Effect, Stored},
    link::{BLOCK_PACKETS, Block, FromMix, Hello, Limits, ToMix},
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const NOW: u64 = 1_800_000_000;
/// Distinct blocks; a core that has seen them all is replaced by a fresh one.
const BLOCKS: usize = 16;

fn raw_kem<K: Kem>(c: &mut Criterion, name: &str) {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let (secret, public) = K::gen_keypair_with_rng(&mut rng);
    let (_, sent) = K::encap_with_rng(&public, None, &mut rng).unwrap();
    let mut group = c.benchmark_group("raw KEM");
    group.throughput(Throughput::Elements(1));
    group.bench_function(name, |b| {
        b.iter(|| K::decap(std::hint::black_box(&secret), None, &sent).is_ok());
    });
    group.finish();
}

fn packet(c: &mut Criterion, suite: Suite) {
    let mut rng = ChaCha20Rng::seed_from_u64(2);
    let site = SiteId([1; 32]);
    let key = KemSecret::<MixEpoch>::generate(&mut rng);
    let desk = KemSecret::<DeskWeek>::generate(&mut rng).public();
    let inner = InnerEnvelope::cover(&site, suite, &desk, &mut rng).unwrap();
    let flag = (Flag::Cover, 3);
    let bytes = seal(&site, suite, 7, &key.public(), flag, &inner, &mut rng).unwrap();
    let mut rejected = bytes.clone();
    rejected[4000] ^= 1;
    let mut group = c.benchmark_group("packet");
    group.throughput(Throughput::Elements(1));
    for (what, bytes, opens) in [("open", &bytes, true), ("reject", &rejected, false)] {
        group.bench_function(format!("{} {what}", suite.name()), |b| {
            b.iter(|| {
                let packet = Packet::decode(std::hint::black_box(bytes)).unwrap();
                assert_eq!(packet.open(&site, &key).is_ok(), opens);
            });
        });
    }
    group.finish();
}

struct World {
    hello: Hello,
    seed: [u8; 32],
    rng: ChaCha20Rng,
}

impl World {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let root = Signing::<Root>::generate(&mut rng);
        let signer = Signing::<SiteSigner>::generate(&mut rng);
        let holder = Holder::Signer(signer.verifying());
        let dates = (NOW - 10, NOW + 86_400);
        let name = Name::new("site").unwrap();
        let certificate = Certificate::issue(&root, holder, name, dates, &mut rng).unwrap();
        let hello = Hello {
            site: root.verifying().site_id(),
            tick: TickLength::HOUR,
            on_premises: false,
            limits: Limits::default(),
            certificates: vec![*certificate.as_bytes()],
            revocations: Vec::new(),
            desk_keys: Vec::new(),
            newest_chunk: Vec::new(),
            newest_batch: 0,
        };
        Self { hello, seed: *signer.seed(), rng }
    }

    /// A core; with the keys of an earlier one, it takes the same packets as for the first time.
    fn core(&mut self, keys: Option<Vec<u8>>) -> (Core, Vec<Effect>) {
        let stored =
            Stored { keys: keys.into_iter().map(Into::into).collect(), ..Stored::default() };
        let mut effects = Vec::new();
        let signer = Signing::from_seed(&self.seed);
        let mut core = Core::new(signer, &self.hello, stored, NOW, &mut self.rng, &mut effects);
        core.advance(NOW, &mut self.rng, &mut effects);
        (core, effects)
    }
}

fn whole_mix(c: &mut Criterion, suite: Suite) {
    let mut world = World::new();
    let (core, effects) = world.core(None);
    let keys = core.keys().to_vec();
    let list = effects.into_iter().find_map(|effect| match effect {
        Effect::Send(FromMix::KeyList(bytes)) => Some(bytes),
        _ => None,
    });
    let site = world.hello.site;
    let list = KeyList::decode(&list.unwrap()).unwrap().verify(&site, NOW).unwrap();
    let key = list.mix_key(NOW).unwrap();
    let desk = KemSecret::<DeskWeek>::generate(&mut world.rng).public();
    let inner = InnerEnvelope::cover(&site, suite, &desk, &mut world.rng).unwrap();
    let blocks: Vec<ToMix> = (0..BLOCKS)
        .map(|_| {
            let packets: Vec<_> = (0..BLOCK_PACKETS)
                .map(|_| {
                    let flag = (Flag::Cover, 3);
                    seal(&site, suite, key.epoch, &key.key, flag, &inner, &mut world.rng).unwrap()
                })
                .collect();
            ToMix::Block(Block::new(packets.concat()).unwrap())
        })
        .collect();
    let mut group = c.benchmark_group("mix");
    group.throughput(Throughput::Elements(BLOCK_PACKETS as u64));
    group.bench_function(format!("{} block of 64", suite.name()), |b| {
        b.iter_custom(|blocks_to_do| {
            let (mut spent, mut done) = (Duration::ZERO, 0);
            while done < blocks_to_do {
                let (mut core, mut effects) = world.core(Some(keys.clone()));
                let some = usize::try_from(blocks_to_do - done).unwrap().min(BLOCKS);
                let start = Instant::now();
                for block in &blocks[..some] {
                    core.handle(block, NOW, &mut world.rng, &mut effects);
                }
                spent += start.elapsed();
                assert_eq!(core.counts().cover, (some * BLOCK_PACKETS) as u64);
                done += some as u64;
            }
            spent
        });
    });
    group.finish();
}

fn all(c: &mut Criterion) {
    raw_kem::<kem::X25519HkdfSha256>(c, Suite::X25519.name());
    raw_kem::<kem::XWing>(c, Suite::XWing.name());
    for suite in Suite::ALL {
        packet(c, suite);
        whole_mix(c, suite);
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
