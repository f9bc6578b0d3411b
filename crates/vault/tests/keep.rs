//! Destroying, backing up, restoring, recovering: what is gone is gone from every file, and what is kept comes back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::path::{Path, PathBuf};

use memchr::memmem;
use proptest::prelude::*;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use rusqlite::Connection;
use vault::{
    BackupError, Kdf, Owner, Passphrase, RecoverError, Share, ShareError, Shelf, Tx, Vault,
    VaultError,
};

const MESSAGES: Shelf<'static> = Shelf::all("message");
const ANNA: Owner = Owner([1; 16]);
const BERT: Owner = Owner([2; 16]);
const ANNAS: &[u8] = b"Anna saw the ledger on the third floor";
const BERTS: &[u8] = b"Bert has the minutes of the ninth of May";

fn pass() -> Passphrase {
    Passphrase::new("seven plain words of the long list".into())
}

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn fresh(dir: &Path) -> Vault {
    seeded(dir, 1)
}

fn seeded(dir: &Path, seed: u64) -> Vault {
    Vault::create(dir, &pass(), Kdf::weak_for_demo_and_tests(), rng(seed)).unwrap()
}

/// Two sources and a note of nobody's, in `home/vault`.
fn house(home: &Path) -> Vault {
    let vault = fresh(&home.join("vault"));
    write(&vault, |tx| {
        for n in 0..20u8 {
            tx.put_owned(MESSAGES, &[1, n], &ANNA, ANNAS)?;
            tx.put_owned(MESSAGES, &[2, n], &BERT, &BERTS.repeat(usize::from(n) * 20 + 1))?;
        }
        tx.put(MESSAGES, b"note", b"nobody's note")
    });
    vault
}

fn write<T>(vault: &Vault, work: impl FnOnce(&mut Tx<'_>) -> Result<T, VaultError>) -> T {
    vault.write(work).unwrap()
}

fn get(vault: &Vault, id: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
    vault.read(|tx| tx.get(MESSAGES, id)).map(|found| found.map(|record| record.body.to_vec()))
}

fn restored(backup: &Path, dir: &Path) -> Vault {
    Vault::restore(backup, dir).unwrap();
    Vault::open(dir, &pass(), rng(7)).unwrap()
}

/// The files below a folder that hold these bytes.
fn holding(dir: &Path, needle: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, needle));
        } else if memmem::find(&std::fs::read(&path).unwrap(), needle).is_some() {
            found.push(path);
        }
    }
    found
}

/// The sealed keys of all owners, as they lie in the file.
fn sealed_keys(vault: &Vault) -> Vec<Vec<u8>> {
    let db = Connection::open(vault.dir().join("vault.db")).unwrap();
    let mut all = db.prepare("SELECT sealed FROM owner_key").unwrap();
    all.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn what_is_destroyed_is_in_no_file_and_opens_from_no_backup() {
    let home = tempfile::tempdir().unwrap();
    let vault = house(home.path());
    let berts_shares = write(&vault, |tx| tx.share_owner_key(&BERT));
    vault.backup(&home.path().join("before.backup")).unwrap();
    // A backup while the log is full and one while it is empty.
    assert!(vault.try_scrub().unwrap());
    vault.backup(&home.path().join("before-2.backup")).unwrap();
    let before = sealed_keys(&vault);
    assert_eq!(before.len(), 2);
    for key in &before {
        let found = holding(home.path(), key);
        assert_eq!(found, [home.path().join("vault/vault.db")], "in the vault and in no backup");
    }

    assert_eq!(write(&vault, |tx| tx.destroy(&ANNA)), 20);
    assert!(vault.try_scrub().unwrap());
    vault.backup(&home.path().join("after.backup")).unwrap();
    let after = sealed_keys(&vault);
    let gone: Vec<_> = before.iter().filter(|key| !after.contains(key)).collect();
    assert_eq!((gone.len(), after.len()), (1, 1));
    let search = || {
        // Nonce, ciphertext and tag, each for itself.
        for part in [&gone[0][..24], &gone[0][24..60], &gone[0][60..]] {
            assert_eq!(holding(home.path(), part), [] as [PathBuf; 0]);
        }
        for text in [&ANNAS[..20], &BERTS[..20], &b"nobody's note"[..]] {
            assert_eq!(holding(home.path(), text), [] as [PathBuf; 0]);
        }
        assert!(!holding(home.path(), &after[0]).is_empty(), "the search finds what is there");
    };
    search();
    drop(vault);
    search();

    for name in ["before", "before-2"] {
        let vault =
            restored(&home.path().join(name).with_extension("backup"), &home.path().join(name));
        assert_eq!(get(&vault, b"note").unwrap().unwrap(), b"nobody's note");
        let listing = vault.read(|tx| tx.list(MESSAGES)).unwrap();
        assert_eq!((listing.records.len(), listing.damaged), (1, 40));
        assert!(matches!(get(&vault, &[1, 0]), Err(VaultError::NoOwnerKey)));
        assert_eq!(vault.write(|tx| tx.recover_owner(&berts_shares[1..])).unwrap(), 20);
        for n in 0..20 {
            let want = BERTS.repeat(usize::from(n) * 20 + 1);
            assert_eq!(get(&vault, &[2, n]).unwrap().unwrap(), want);
            assert!(matches!(get(&vault, &[1, n]), Err(VaultError::NoOwnerKey)));
        }
    }
    let vault = restored(&home.path().join("after.backup"), &home.path().join("after"));
    assert_eq!(get(&vault, &[1, 0]).unwrap(), None);
}

#[test]
fn any_two_shares_recover_and_wrong_ones_change_nothing() {
    let home = tempfile::tempdir().unwrap();
    let vault = house(home.path());
    assert_eq!(write(&vault, |tx| tx.shares_dealt(&ANNA)), 0);
    let (annas, again, berts) = write(&vault, |tx| {
        let dealt =
            (tx.share_owner_key(&ANNA)?, tx.share_owner_key(&ANNA)?, tx.share_owner_key(&BERT)?);
        assert_eq!((tx.shares_dealt(&ANNA)?, tx.shares_dealt(&BERT)?), (2, 1));
        assert!(matches!(tx.share_owner_key(&Owner([3; 16])), Err(VaultError::NoOwnerKey)));
        Ok(dealt)
    });
    vault.backup(&home.path().join("backup")).unwrap();
    let copy = |share: &Share| Share::from_text(&share.to_text()).unwrap();
    let stranger = seeded(&home.path().join("stranger"), 99);
    write(&stranger, |tx| tx.put_owned(MESSAGES, b"x", &ANNA, b"x"));
    // Altered on purpose, with a checksum that fits.
    let forged = |share: &Share| {
        use sha2::Digest;
        let mut bytes = share.to_bytes();
        bytes[30] ^= 1;
        let sum = sha2::Sha256::digest(&bytes[..56]);
        bytes[56..].copy_from_slice(&sum[..8]);
        Share::from_bytes(&bytes).unwrap()
    };
    for (n, pair) in [[0, 1], [0, 2], [2, 1]].into_iter().enumerate() {
        let dir = home.path().join(format!("restored-{n}"));
        let vault = restored(&home.path().join("backup"), &dir);
        let refused = |shares: &[Share]| match vault.write(|tx| tx.recover_owner(shares)) {
            Err(RecoverError::Share(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(&[copy(&annas[0]), copy(&berts[1])]), ShareError::OtherOwner);
        assert_eq!(refused(&[copy(&annas[0]), copy(&again[1])]), ShareError::OtherSet);
        assert_eq!(refused(&[copy(&annas[0]), copy(&annas[0])]), ShareError::Twice(1));
        assert_eq!(refused(&[copy(&annas[0])]), ShareError::TooFew);
        assert_eq!(refused(&[copy(&annas[0]), forged(&annas[1])]), ShareError::Useless);
        assert_eq!(write(&vault, |tx| tx.owners()), 0);
        let two = pair.map(|at| copy(&annas[at]));
        assert_eq!(vault.write(|tx| tx.recover_owner(&two)).unwrap(), 20);
        assert!(
            write(&vault, |tx| tx.has_owner_key(&ANNA))
                && !write(&vault, |tx| tx.has_owner_key(&BERT))
        );
        assert_eq!(write(&vault, |tx| tx.shares_dealt(&ANNA)), 1);
        assert_eq!(get(&vault, &[1, 3]).unwrap().unwrap(), ANNAS);
        // Once more does no harm; three shares of which one is false are enough.
        let three = [copy(&again[0]), forged(&again[1]), copy(&again[2])];
        assert_eq!(vault.write(|tx| tx.recover_owner(&three)).unwrap(), 20);
        assert_eq!(get(&vault, &[1, 3]).unwrap().unwrap(), ANNAS);
    }
    let theirs = vault_shares(&stranger);
    let refused = vault.write(|tx| tx.recover_owner(&theirs)).err().unwrap();
    assert!(
        matches!(refused, RecoverError::Share(ShareError::Useless)),
        "another vault's: {refused}"
    );
    // Destroyed here: the shares open nothing, and bring nothing back.
    write(&vault, |tx| tx.destroy(&ANNA));
    write(&vault, |tx| tx.put_owned(MESSAGES, b"new", &ANNA, b"new"));
    let refused = vault.write(|tx| tx.recover_owner(&annas)).err().unwrap();
    assert!(matches!(refused, RecoverError::Share(ShareError::Useless)), "{refused}");
    assert_eq!(get(&vault, b"new").unwrap().unwrap(), b"new");
}

fn vault_shares(vault: &Vault) -> [Share; 3] {
    write(vault, |tx| tx.share_owner_key(&ANNA))
}

/// A source writes to a restored vault before two colleagues have come together.
#[test]
fn what_came_before_the_recovery_is_kept_beside_what_it_brings_back() {
    let home = tempfile::tempdir().unwrap();
    let vault = house(home.path());
    let shares = vault_shares(&vault);
    vault.backup(&home.path().join("backup")).unwrap();
    let vault = restored(&home.path().join("backup"), &home.path().join("restored"));
    write(&vault, |tx| tx.put_owned(MESSAGES, b"meanwhile", &ANNA, b"are you there?"));
    assert!(matches!(get(&vault, &[1, 0]), Err(VaultError::Damaged)));
    assert_eq!(vault.write(|tx| tx.recover_owner(&shares)).unwrap(), 20);
    assert_eq!(get(&vault, b"meanwhile").unwrap().unwrap(), b"are you there?");
    assert_eq!(get(&vault, &[1, 0]).unwrap().unwrap(), ANNAS);
    let listing = vault.read(|tx| tx.list(MESSAGES)).unwrap();
    assert_eq!((listing.records.len(), listing.damaged), (22, 20), "Bert's are still shut");
    assert_eq!(write(&vault, |tx| tx.destroy(&ANNA)), 21);
}

#[test]
fn a_backup_is_one_moment_while_others_write() {
    let home = tempfile::tempdir().unwrap();
    let vault = fresh(&home.path().join("vault"));
    let set = |vault: &Vault, n: u64| {
        write(vault, |tx| {
            (0..30u8).try_for_each(|id| tx.put(MESSAGES, &[id], &n.to_be_bytes().repeat(200)))
        });
    };
    set(&vault, 0);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let other = Vault::open(vault.dir(), &pass(), rng(3)).unwrap();
            for n in 1.. {
                if stop.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                set(&other, n);
            }
        });
        for n in 0..6 {
            let path = home.path().join(format!("{n}.backup"));
            vault.backup(&path).unwrap();
            let copy = restored(&path, &home.path().join(format!("copy-{n}")));
            let listing = copy.read(|tx| tx.list(MESSAGES)).unwrap();
            assert_eq!((listing.records.len(), listing.damaged), (30, 0));
            assert!(
                listing.records.iter().all(|r| r.body == listing.records[0].body),
                "two moments"
            );
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn nothing_is_overwritten_and_a_backup_opens_with_the_passphrase_of_then() {
    let home = tempfile::tempdir().unwrap();
    let vault = house(home.path());
    let path = home.path().join("backup");
    vault.backup(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    assert!(matches!(vault.backup(&path), Err(BackupError::Exists(file)) if file == path));
    assert!(std::fs::read(&path).unwrap() == whole);
    assert!(matches!(Vault::restore(&path, vault.dir()), Err(BackupError::Exists(_))));
    assert_eq!(get(&vault, &[1, 0]).unwrap().unwrap(), ANNAS);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
    }
    let new = Passphrase::new("quite another passphrase".into());
    vault.change_passphrase(&pass(), &new, Kdf::weak_for_demo_and_tests()).unwrap();
    drop(restored(&path, &home.path().join("then")));
    let left: Vec<_> = std::fs::read_dir(home.path().join("then")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    let orphan = home.path().join("orphan");
    std::fs::create_dir(&orphan).unwrap();
    std::fs::write(orphan.join("vault.db-wal"), b"somebody's last messages").unwrap();
    assert!(matches!(Vault::restore(&path, &orphan), Err(BackupError::Exists(_))));
    assert!(Vault::restore(&home.path().join("none"), &orphan.join("x")).is_err());
}

fn assert_refused(bytes: &[u8], home: &Path, what: &str) {
    let (path, dir) = (home.join("bad"), home.join("restored"));
    std::fs::write(&path, bytes).unwrap();
    let refused = Vault::restore(&path, &dir).err();
    assert!(
        matches!(&refused, Some(BackupError::Damaged { path: file, .. }) if *file == path),
        "{what}: {refused:?}"
    );
    let left = std::fs::read_dir(&dir).map_or(0, Iterator::count);
    assert_eq!(left, 0, "{what}: something was left behind");
}

#[test]
fn every_truncation_and_every_changed_byte_is_noticed_before_anything_is_put_in_place() {
    let home = tempfile::tempdir().unwrap();
    let vault = fresh(&home.path().join("vault"));
    write(&vault, |tx| tx.put(MESSAGES, b"a", b"b"));
    let path = home.path().join("backup");
    vault.backup(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let last = whole.len();
    for at in (0..last).step_by(97).chain(last - 60..last) {
        let mut bad = whole.clone();
        bad[at] ^= 1 << (at % 8);
        assert_refused(&bad, home.path(), &format!("byte {at}"));
        assert_refused(&whole[..at], home.path(), &format!("cut at {at}"));
    }
    assert_refused(&[&whole[..], b"x"].concat(), home.path(), "grown");
    assert_refused(&[&whole[..], &whole[..]].concat(), home.path(), "twice");
    Vault::restore(&path, &home.path().join("restored")).unwrap();
}

/// Wraps bytes as a backup with a sum that fits, as somebody would who knows the format.
fn sealed_up(database: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    let mut out = database.to_vec();
    out.extend_from_slice(b"subrosa backup 1");
    out.extend_from_slice(&(database.len() as u64).to_be_bytes());
    let sum = sha2::Sha256::digest(&out);
    out.extend_from_slice(&sum);
    out
}

#[test]
fn a_well_summed_file_that_is_no_vault_or_a_newer_one_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let vault = fresh(&home.path().join("vault"));
    let path = home.path().join("backup");
    vault.backup(&path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let database = &whole[..whole.len() - 56];
    assert!(sealed_up(database) == whole);
    assert_refused(&sealed_up(b""), home.path(), "empty");
    assert_refused(&sealed_up(&b"no database ".repeat(600)), home.path(), "no database");
    assert_refused(&sealed_up(&database[..4096]), home.path(), "first page only");
    let edited = |sql: &str| {
        let path = home.path().join("edited.db");
        std::fs::write(&path, database).unwrap();
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        sealed_up(&std::fs::read(&path).unwrap())
    };
    assert_refused(&edited("DELETE FROM header"), home.path(), "no header");
    assert_refused(&edited("UPDATE header SET bytes = zeroblob(140)"), home.path(), "header");
    std::fs::write(&path, edited("PRAGMA user_version = 9")).unwrap();
    let refused = Vault::restore(&path, &home.path().join("restored")).err().unwrap();
    assert!(matches!(&refused, BackupError::Newer(file) if *file == path), "{refused}");
    assert!(!Vault::exists(&home.path().join("restored")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn random_bytes_are_no_backup(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let home = tempfile::tempdir().unwrap();
        assert_refused(&bytes, home.path(), "random bytes");
        assert_refused(&sealed_up(&bytes), home.path(), "random bytes with a sum");
    }
}
