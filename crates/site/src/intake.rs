//! Packets on their way from the readers to the mix: collected in blocks of 64, shuffled, and never written anywhere.
//!
//! Taking a packet never waits. If the mix is behind, packets are dropped, and only a count of them remains.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use envelope::sizes::PACKET;
use mix::link::{BLOCK_BYTES, BLOCK_PACKETS, Block, PADDING_SUITE};
use rand_core::Rng;
use tokio::sync::mpsc;

/// Full blocks that may wait for the mix: 256 kB each.
const WAITING: usize = 32;

/// What was counted since the last tick. The status line rounds it.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) taken: AtomicU64,
    /// Beyond the rate of a prefix.
    pub(crate) limited: AtomicU64,
    /// Because the mix was behind.
    pub(crate) dropped: AtomicU64,
}

impl Counts {
    pub(crate) fn add(count: &AtomicU64, n: usize) {
        count.fetch_add(n as u64, Ordering::Relaxed);
    }

    /// The counts, which begin again at zero: taken, limited, dropped.
    pub(crate) fn take(&self) -> [u64; 3] {
        [&self.taken, &self.limited, &self.dropped].map(|count| count.swap(0, Ordering::Relaxed))
    }
}

/// Where packets come in. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Intake {
    open: Arc<Mutex<Vec<u8>>>,
    full: mpsc::Sender<Vec<u8>>,
    counts: Arc<Counts>,
}

impl Intake {
    /// An intake, and where its blocks come out: packets one after the other, neither shuffled nor padded.
    pub(crate) fn new(counts: Arc<Counts>) -> (Self, mpsc::Receiver<Vec<u8>>) {
        let (full, blocks) = mpsc::channel(WAITING);
        let open = Arc::new(Mutex::new(Vec::with_capacity(BLOCK_BYTES)));
        (Self { open, full, counts }, blocks)
    }

    /// Takes one packet. Anything but 4,096 bytes is not taken.
    pub(crate) fn push(&self, packet: &[u8]) {
        if packet.len() != PACKET {
            return;
        }
        Counts::add(&self.counts.taken, 1);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.extend_from_slice(packet);
        if open.len() >= BLOCK_BYTES {
            let block = std::mem::replace(&mut *open, Vec::with_capacity(BLOCK_BYTES));
            drop(open);
            self.pass_on(block);
        }
    }

    /// Passes on what there is, if there is any. Once a second, and at the end.
    pub(crate) fn flush(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if !open.is_empty() {
            let block = std::mem::replace(&mut *open, Vec::with_capacity(BLOCK_BYTES));
            drop(open);
            self.pass_on(block);
        }
    }

    fn pass_on(&self, block: Vec<u8>) {
        let packets = block.len() / PACKET;
        if self.full.try_send(block).is_err() {
            Counts::add(&self.counts.dropped, packets);
        }
    }
}

/// Fills a block up with padding and puts its packets into random order (Fisher–Yates).
pub(crate) fn seal<R: Rng + ?Sized>(mut packets: Vec<u8>, rng: &mut R) -> Option<Block> {
    packets.truncate(BLOCK_BYTES);
    packets.resize(BLOCK_BYTES, PADDING_SUITE);
    for last in (1..BLOCK_PACKETS).rev() {
        let other = below(last as u32 + 1, rng) as usize;
        if other < last {
            let (front, back) = packets.split_at_mut(last * PACKET);
            let a = front.get_mut(other * PACKET..(other + 1) * PACKET)?;
            let b = back.get_mut(..PACKET)?;
            a.swap_with_slice(b);
        }
    }
    Block::new(packets).ok()
}

/// A uniform number below `n`, by rejection.
fn below<R: Rng + ?Sized>(n: u32, rng: &mut R) -> u32 {
    let zone = u32::MAX - (u32::MAX % n + 1) % n;
    loop {
        let draw = rng.next_u32();
        if draw <= zone {
            return draw % n;
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn packet(n: u8) -> Vec<u8> {
        let mut packet = vec![n; PACKET];
        packet[0] = 2;
        packet
    }

    fn order(block: &Block) -> Vec<u8> {
        block.packets().filter(|p| p[0] != PADDING_SUITE).map(|p| p[1]).collect()
    }

    #[test]
    fn a_block_goes_when_it_is_full_or_flushed() {
        let (intake, mut blocks) = Intake::new(Arc::default());
        for n in 0..64 {
            assert!(blocks.try_recv().is_err());
            intake.push(&packet(n));
        }
        assert_eq!(blocks.try_recv().unwrap().len(), BLOCK_BYTES);
        intake.flush();
        assert!(blocks.try_recv().is_err(), "nothing to flush");
        intake.push(&packet(1));
        intake.push(&[0; 4095]);
        intake.flush();
        assert_eq!(blocks.try_recv().unwrap().len(), PACKET);
    }

    #[test]
    fn what_the_mix_cannot_take_is_dropped_and_counted() {
        let counts: Arc<Counts> = Arc::default();
        let (intake, blocks) = Intake::new(counts.clone());
        for n in 0..(WAITING + 2) * BLOCK_PACKETS {
            intake.push(&packet(n as u8));
        }
        assert_eq!(blocks.len(), WAITING);
        let n = ((WAITING + 2) * BLOCK_PACKETS) as u64;
        assert_eq!(counts.take(), [n, 0, 128]);
        assert_eq!(counts.take(), [0, 0, 0]);
    }

    #[test]
    fn shuffled_and_padded_and_nothing_lost() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let packets: Vec<u8> = (0..40).flat_map(packet).collect();
        let block = seal(packets.clone(), &mut rng).unwrap();
        assert_eq!(block.packets().count(), 64);
        let got = order(&block);
        let mut sorted = got.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..40).collect::<Vec<u8>>());
        assert_ne!(got, sorted);
        assert_ne!(order(&seal(packets, &mut rng).unwrap()), got, "another order each time");
    }

    #[test]
    fn every_packet_reaches_every_place_equally_often() {
        let mut rng = ChaCha20Rng::seed_from_u64(2);
        let rounds = 960;
        let mut first_place = [0u32; 64];
        for _ in 0..rounds {
            let packets: Vec<u8> = (0..64).flat_map(packet).collect();
            let block = seal(packets, &mut rng).unwrap();
            first_place[usize::from(order(&block)[0])] += 1;
        }
        // Chi-square with 63 degrees of freedom: 103 is the 99.9 % point.
        let expected = f64::from(rounds) / 64.0;
        let chi: f64 =
            first_place.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
        assert!(chi < 103.0, "{chi}");
    }
}
