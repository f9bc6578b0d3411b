//! Packets sealed and opened per second on one core, in both suites, beside the KEM operation alone: what the
//! mix does for every packet, cover included. Counted in processor time, so that what else the machine does
//! changes little. Results are in `docs/performance.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use criterion::{
    Criterion, Throughput, criterion_group, criterion_main,
    measurement::{Measurement, ValueFormatter, WallTime},
};
use envelope::{
    Suite,
    inner::InnerEnvelope,
    keys::{DeskWeek, KemSecret, MixEpoch, SiteId},
    packet::{self, Flag, Packet},
    sizes,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use rand_core::Rng as _;
use rustix::time::{ClockId, clock_gettime};
use std::{hint::black_box, time::Duration};
use x_wing::{Decapsulate, DecapsulationKey, Decapsulator, Encapsulate};

/// The processor time of this thread.
struct CpuTime;

impl CpuTime {
    fn now() -> Duration {
        clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
    }
}

impl Measurement for CpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        Self::now()
    }

    fn end(&self, start: Duration) -> Duration {
        Self::now() - start
    }

    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

fn packets(c: &mut Criterion<CpuTime>) {
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let site = SiteId([7; 32]);
    let mix = KemSecret::<MixEpoch>::generate(rng);
    let desk = KemSecret::<DeskWeek>::generate(rng);
    let (mix_public, desk_public) = (mix.public(), desk.public());
    let mut group = c.benchmark_group("packet");
    group.throughput(Throughput::Elements(1));
    for suite in Suite::ALL {
        let name = suite.name();
        let inner = InnerEnvelope::cover(&site, suite, &desk_public, rng).unwrap();
        let bytes =
            packet::seal(&site, suite, 1, &mix_public, (Flag::Cover, 3), &inner, rng).unwrap();
        group.bench_function(format!("{name}: both layers sealed"), |b| {
            b.iter(|| {
                let inner = InnerEnvelope::cover(&site, suite, &desk_public, rng).unwrap();
                packet::seal(&site, suite, 1, &mix_public, (Flag::Cover, 3), &inner, rng).unwrap()
            });
        });
        group.bench_function(format!("{name}: opened by the mix"), |b| {
            b.iter(|| Packet::decode(black_box(&bytes)).unwrap().open(&site, &mix).is_ok());
        });
        let mut changed = bytes.clone();
        changed[sizes::PACKET - 1] ^= 1;
        group.bench_function(format!("{name}: refused by the mix"), |b| {
            b.iter(|| Packet::decode(black_box(&changed)).unwrap().open(&site, &mix).is_err());
        });
        group.bench_function(format!("{name}: opened by a desk"), |b| {
            b.iter(|| black_box(&inner).open(&site, &desk).is_ok());
        });
    }
    group.bench_function("dropped as seen before, unopened (SHA-256 of the encapsulation)", |b| {
        let mut bytes = vec![0; sizes::PACKET];
        bytes[0] = Suite::XWing.byte();
        b.iter(|| Packet::decode(black_box(&bytes)).unwrap().replay_tag());
    });
    group.finish();
}

fn kems(c: &mut Criterion<CpuTime>) {
    let rng = &mut ChaCha20Rng::seed_from_u64(2);
    let mut group = c.benchmark_group("KEM alone");
    group.throughput(Throughput::Elements(1));
    let (mut scalar, mut seed) = ([0; 32], [0; 32]);
    rng.fill_bytes(&mut scalar);
    rng.fill_bytes(&mut seed);
    let point = x25519_dalek::x25519(scalar, x25519_dalek::X25519_BASEPOINT_BYTES);
    group.bench_function("X25519, one multiplication", |b| {
        b.iter(|| x25519_dalek::x25519(black_box(scalar), black_box(point)));
    });
    let key = DecapsulationKey::from(seed);
    let enc = key.encapsulation_key().encapsulate_with_rng(rng).0;
    group.bench_function("X-Wing, one decapsulation", |b| {
        b.iter(|| key.decapsulate(black_box(&enc)));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(CpuTime);
    targets = packets, kems
}
criterion_main!(benches);
