//! A child process writes and is killed, again and again. Every write that it was told had happened is there
//! afterwards, and no write is there by half.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use vault::{Kdf, Passphrase, Shelf, Vault, VaultError};

const SHELF: Shelf<'static> = Shelf::all("message");
const PARTS: u8 = 5;
const DIR: &str = "SUBROSA_TEST_CRASH_DIR";
const FROM: &str = "SUBROSA_TEST_CRASH_FROM";

fn pass() -> Passphrase {
    Passphrase::new("seven plain words of the long list".into())
}

fn open(dir: &Path, seed: u64) -> Vault {
    Vault::open(dir, &pass(), ChaCha20Rng::seed_from_u64(seed)).unwrap()
}

/// The child: writes five records per transaction and prints its number once it is told that they are written.
#[test]
fn child_writes_until_killed() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let from: u64 = std::env::var(FROM).unwrap().parse().unwrap();
    let vault = open(Path::new(&dir), from);
    for n in from.. {
        vault
            .write::<_, VaultError>(|tx| {
                (0..PARTS).try_for_each(|part| {
                    tx.put(SHELF, &[&n.to_be_bytes()[..], &[part]].concat(), &[part; 700])
                })
            })
            .unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "done {n}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn every_acknowledged_write_survives_kill_and_none_is_half() {
    let dir = tempfile::tempdir().unwrap();
    let kdf = Kdf::weak_for_demo_and_tests();
    drop(Vault::create(dir.path(), &pass(), kdf, ChaCha20Rng::seed_from_u64(0)).unwrap());
    let mut acknowledged: Vec<u64> = Vec::new();
    let mut next = 0u64;
    for round in 0..12u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_writes_until_killed", "--nocapture", "--test-threads=1"])
            .env(DIR, dir.path())
            .env(FROM, next.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = std::thread::spawn(move || -> Vec<u64> {
            lines
                .map_while(Result::ok)
                .filter_map(|line| line.rsplit_once("done ")?.1.trim().parse().ok())
                .collect()
        });
        std::thread::sleep(Duration::from_millis(60 + round * 37 % 170));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(reader.join().unwrap());

        let vault = open(dir.path(), 1000 + round);
        let listing = vault.read(|tx| tx.list(SHELF)).unwrap();
        assert_eq!(listing.damaged, 0);
        assert_eq!(listing.records.len() % usize::from(PARTS), 0, "half a transaction");
        let mut there: Vec<u64> = listing
            .records
            .iter()
            .map(|r| u64::from_be_bytes(r.id[..8].try_into().unwrap()))
            .collect();
        there.dedup();
        for n in &acknowledged {
            assert!(there.binary_search(n).is_ok(), "write {n} was acknowledged and is gone");
        }
        next = there.last().map_or(0, |n| n + 1);
    }
    assert!(acknowledged.len() > 12, "the child wrote too little to test: {}", acknowledged.len());
}
