//! A child process writes and is killed, again and again. Every write that it was told had happened is there
//! afterwards, no write is there by half, and nobody is destroyed by half.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use vault::{Kdf, Owner, Passphrase, Shelf, Vault, VaultError};

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

fn owner(n: u64) -> Owner {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&n.to_be_bytes());
    Owner(id)
}

/// The child: writes five records of a new owner, destroys the one before, and prints whom it was told are gone.
#[test]
fn child_destroys_until_killed() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let from: u64 = std::env::var(FROM).unwrap().parse().unwrap();
    let vault = open(Path::new(&dir), from);
    for n in from.. {
        vault
            .write::<_, VaultError>(|tx| {
                (0..PARTS).try_for_each(|part| {
                    let id = [&n.to_be_bytes()[..], &[part]].concat();
                    tx.put_owned(SHELF, &id, &owner(n), &[part; 700])
                })
            })
            .unwrap();
        if n > from {
            vault.write::<_, VaultError>(|tx| tx.destroy(&owner(n - 1))).unwrap();
            let mut out = std::io::stdout().lock();
            writeln!(out, "done {}", n - 1).unwrap();
            out.flush().unwrap();
        }
        if n % 7 == 0 {
            vault.scrub().unwrap();
        }
    }
}

/// Runs one of the children on a vault, kills it after a while that differs from round to round, and gives the
/// numbers that it printed.
fn run_and_kill(child: &str, dir: &Path, from: u64, round: u64) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .env(FROM, from.to_string())
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
    reader.join().unwrap()
}

#[test]
fn a_source_is_destroyed_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let kdf = Kdf::weak_for_demo_and_tests();
    drop(Vault::create(dir.path(), &pass(), kdf, ChaCha20Rng::seed_from_u64(0)).unwrap());
    let (mut gone, mut next) = (0, 0u64);
    for round in 0..12u64 {
        let told = run_and_kill("child_destroys_until_killed", dir.path(), next, round);
        gone += told.len();
        let vault = open(dir.path(), 1000 + round);
        let listing = vault.read(|tx| tx.list(SHELF)).unwrap();
        assert_eq!(listing.damaged, 0, "a record without its key");
        assert_eq!(listing.records.len() % usize::from(PARTS), 0, "half a source");
        let there: HashSet<u64> = listing
            .records
            .iter()
            .map(|record| u64::from_be_bytes(record.id[..8].try_into().unwrap()))
            .collect();
        let keys = vault.read(|tx| tx.owners()).unwrap();
        assert_eq!(keys, there.len() as u64, "a key without its records, or records without key");
        assert!(told.iter().all(|n| !there.contains(n)), "what was said to be gone is there");
        next = there.iter().max().map_or(next, |n| n + 1);
    }
    assert!(gone > 12, "the child destroyed too little to test: {gone}");
}

#[test]
fn every_acknowledged_write_survives_kill_and_none_is_half() {
    let dir = tempfile::tempdir().unwrap();
    let kdf = Kdf::weak_for_demo_and_tests();
    drop(Vault::create(dir.path(), &pass(), kdf, ChaCha20Rng::seed_from_u64(0)).unwrap());
    let mut acknowledged: Vec<u64> = Vec::new();
    let mut next = 0u64;
    for round in 0..12u64 {
        acknowledged.extend(run_and_kill("child_writes_until_killed", dir.path(), next, round));

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
