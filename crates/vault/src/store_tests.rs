use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use super::*;
use crate::Shelf;

const SHELF: Shelf<'static> = Shelf::all("conversation");
const KDF: fn() -> Kdf = Kdf::weak_for_demo_and_tests;

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn pass() -> Passphrase {
    Passphrase::new("seven plain words of the long list".into())
}

fn fresh(dir: &Path) -> Vault {
    Vault::create(dir, &pass(), KDF(), rng(1)).unwrap()
}

fn put(vault: &Vault, id: &[u8], body: &[u8]) {
    vault.write::<_, VaultError>(|tx| tx.put(SHELF, id, body)).unwrap();
}

fn get(vault: &Vault, id: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
    vault.read(|tx| tx.get(SHELF, id)).map(|found| found.map(|record| record.body.to_vec()))
}

#[test]
fn what_was_written_comes_back_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("new/vault");
    let vault = fresh(&home);
    put(&vault, b"one", b"first");
    put(&vault, b"one", b"second");
    put(&vault, b"two", &[7; 5000]);
    vault.write::<_, VaultError>(|tx| tx.put(Shelf::of("message", b"one"), b"two", b"x")).unwrap();
    drop(vault);
    let vault = Vault::open(&home, &pass(), rng(2)).unwrap();
    assert_eq!(get(&vault, b"one").unwrap().unwrap(), b"second");
    let all = vault.read(|tx| tx.list(SHELF)).unwrap();
    let ids: Vec<_> = all.records.iter().map(|r| (r.id.as_slice(), r.version)).collect();
    assert_eq!(ids, [(b"one".as_slice(), 2), (b"two".as_slice(), 1)]);
    assert_eq!(vault.read(|tx| tx.count(Shelf::of("message", b"one"))).unwrap(), 1);
    assert_eq!(vault.read(|tx| tx.count(Shelf::of("message", b"two"))).unwrap(), 0);
    assert!(vault.write::<_, VaultError>(|tx| tx.remove(SHELF, b"one")).unwrap());
    assert!(!vault.write::<_, VaultError>(|tx| tx.remove(SHELF, b"one")).unwrap());
    assert_eq!(get(&vault, b"one").unwrap(), None);
    assert!(matches!(Vault::create(&home, &pass(), KDF(), rng(3)), Err(CreateError::Exists(_))));
}

#[test]
fn a_commit_is_synchronous_and_erasing_is_on() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    let inner = vault.inner();
    let ask = |pragma: &str| -> String {
        inner
            .db
            .query_row(&format!("PRAGMA {pragma}"), [], |row| {
                row.get::<_, rusqlite::types::Value>(0)
            })
            .map(|value| format!("{value:?}"))
            .unwrap()
    };
    assert_eq!(ask("synchronous"), "Integer(2)");
    assert_eq!(ask("journal_mode"), "Text(\"wal\")");
    assert_eq!(ask("secure_delete"), "Integer(1)");
}

#[test]
fn a_wrong_passphrase_and_a_missing_or_foreign_file_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let open = |pass: &str| Vault::open(dir.path(), &Passphrase::new(pass.into()), rng(1)).err();
    assert!(matches!(open("whatever it may be"), Some(UnlockError::Missing(_))));
    drop(fresh(dir.path()));
    assert!(matches!(open("whatever it may be"), Some(UnlockError::Passphrase)));
    assert!(matches!(open(""), Some(UnlockError::Passphrase)));
    let file = dir.path().join(FILE);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, b"not a database, but long enough to look at".repeat(30)).unwrap();
    assert!(matches!(open("whatever it may be"), Some(UnlockError::Header { .. })));
    std::fs::write(&file, b"").unwrap();
    assert!(matches!(open("whatever it may be"), Some(UnlockError::Header { .. })));
    std::fs::write(&file, &whole).unwrap();
    Vault::open(dir.path(), &pass(), rng(1)).unwrap();
}

#[test]
fn weak_passphrases_make_no_vault() {
    let dir = tempfile::tempdir().unwrap();
    let weak = Passphrase::new("hunter2".into());
    let made = Vault::create(dir.path(), &weak, KDF(), rng(1));
    assert!(matches!(made, Err(CreateError::Passphrase(_))));
    assert!(!Vault::exists(dir.path()));
}

#[test]
fn the_passphrase_can_be_changed() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    put(&vault, b"one", b"kept");
    let new = Passphrase::new("quite another passphrase".into());
    let wrong = Passphrase::new("not the old passphrase".into());
    assert!(matches!(vault.change_passphrase(&wrong, &new, KDF()), Err(ChangeError::Old(_))));
    vault.change_passphrase(&pass(), &new, KDF()).unwrap();
    assert_eq!(get(&vault, b"one").unwrap().unwrap(), b"kept");
    drop(vault);
    assert!(matches!(Vault::open(dir.path(), &pass(), rng(1)), Err(UnlockError::Passphrase)));
    let vault = Vault::open(dir.path(), &new, rng(1)).unwrap();
    assert_eq!(get(&vault, b"one").unwrap().unwrap(), b"kept");
}

/// Everything that an attacker with the file open in SQLite can do to a row makes it fail to open.
#[test]
fn altered_and_swapped_records_do_not_open_and_do_not_stop_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    put(&vault, b"one", b"first");
    put(&vault, b"two", b"first");
    put(&vault, b"three", b"first");
    let sql = |text: &str| vault.inner().db.execute(text, []).unwrap();
    let place = |id: &[u8]| {
        let inner = vault.inner();
        let shelf = inner.keys.shelf(&SHELF);
        inner.keys.place(&shelf, id).iter().map(|b| format!("{b:02X}")).collect::<String>()
    };
    let (one, two) = (place(b"one"), place(b"two"));
    let sealed: Vec<u8> = vault
        .inner()
        .db
        .query_row(&format!("SELECT sealed FROM record WHERE place = x'{one}'"), [], |row| {
            row.get(0)
        })
        .unwrap();
    // Each region: nonce, ciphertext, tag; and a cut.
    for at in [0, 23, 24, 100, sealed.len() - 16, sealed.len() - 1] {
        let mut bad = sealed.clone();
        bad[at] ^= 0x80;
        let update = format!("UPDATE record SET sealed = ?1 WHERE place = x'{one}'");
        vault.inner().db.execute(&update, [bad]).unwrap();
        assert!(matches!(get(&vault, b"one"), Err(VaultError::Damaged)), "byte {at}");
        assert_eq!(get(&vault, b"two").unwrap().unwrap(), b"first");
    }
    for cut in [0, 5, 24, sealed.len() - 1] {
        let update = format!("UPDATE record SET sealed = ?1 WHERE place = x'{one}'");
        vault.inner().db.execute(&update, [&sealed[..cut]]).unwrap();
        assert!(matches!(get(&vault, b"one"), Err(VaultError::Damaged)), "cut {cut}");
    }
    let listing = vault.read(|tx| tx.list(SHELF)).unwrap();
    assert_eq!((listing.records.len(), listing.damaged), (2, 1));
    // Another record's bytes, another version, another shelf.
    sql(&format!(
        "UPDATE record SET sealed = (SELECT sealed FROM record WHERE place = x'{two}') WHERE place = x'{one}'"
    ));
    assert!(matches!(get(&vault, b"one"), Err(VaultError::Damaged)));
    sql(&format!("UPDATE record SET version = 5 WHERE place = x'{two}'"));
    assert!(matches!(get(&vault, b"two"), Err(VaultError::Damaged)));
    let other = vault.inner().keys.shelf(&Shelf::all("draft"));
    vault.inner().db.execute("UPDATE record SET shelf = ?1", [other]).unwrap();
    let moved = vault.read(|tx| tx.list(Shelf::all("draft"))).unwrap();
    assert_eq!((moved.records.len(), moved.damaged), (0, 3));
}

#[test]
fn an_older_version_of_a_record_does_not_pass_for_the_newer_one() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    put(&vault, b"one", b"old");
    let sealed: Vec<u8> =
        vault.inner().db.query_row("SELECT sealed FROM record", [], |row| row.get(0)).unwrap();
    put(&vault, b"one", b"new");
    vault.inner().db.execute("UPDATE record SET sealed = ?1", [sealed]).unwrap();
    assert!(matches!(get(&vault, b"one"), Err(VaultError::Damaged)));
}

#[test]
fn a_failed_transaction_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    put(&vault, b"one", b"kept");
    let failed: Result<(), VaultError> = vault.write(|tx| {
        tx.put(SHELF, b"one", b"lost")?;
        tx.put(SHELF, b"two", b"lost")?;
        Err(VaultError::Damaged)
    });
    assert!(failed.is_err());
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _: Result<(), VaultError> = vault.write(|tx| {
            tx.put(SHELF, b"one", b"lost")?;
            panic!("in the middle");
        });
    }));
    assert!(panicked.is_err());
    assert_eq!(get(&vault, b"one").unwrap().unwrap(), b"kept");
    assert_eq!(get(&vault, b"two").unwrap(), None);
}

#[test]
fn a_full_disk_is_an_error_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    put(&vault, b"one", b"kept");
    let pages: i64 = vault.inner().db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let limit = |n: i64| {
        let set = format!("PRAGMA max_page_count = {n}");
        vault.inner().db.query_row(&set, [], |_| Ok(())).unwrap();
    };
    limit(pages + 2);
    let full: Result<(), VaultError> = vault.write(|tx| {
        tx.put(SHELF, b"one", b"overwritten")?;
        tx.put(SHELF, b"big", &[1; 100_000])
    });
    assert!(matches!(full, Err(VaultError::Full)), "{full:?}");
    assert_eq!(get(&vault, b"one").unwrap().unwrap(), b"kept");
    limit(1 << 20);
    put(&vault, b"big", &[1; 100_000]);
    assert_eq!(get(&vault, b"big").unwrap().unwrap().len(), 100_000);
}

#[test]
fn no_name_and_no_text_is_in_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    vault
        .write::<_, VaultError>(|tx| {
            tx.put(Shelf::of("canarykind", b"canaryowner"), b"canaryname", b"canarytext")
        })
        .unwrap();
    let search = |needle: &[u8]| {
        std::fs::read_dir(dir.path()).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(needle.len()).any(|window| window == needle)
        })
    };
    for canary in ["canarykind", "canaryowner", "canaryname", "canarytext"] {
        assert!(!search(canary.as_bytes()), "{canary}");
    }
    // The search itself works: the magic of the header is there in clear.
    assert!(search(MAGIC));
}

#[test]
fn erased_records_leave_no_sealed_bytes_behind() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    put(&vault, b"one", b"a key that has to go");
    let sealed: Vec<u8> =
        vault.inner().db.query_row("SELECT sealed FROM record", [], |row| row.get(0)).unwrap();
    let there = || {
        std::fs::read_dir(dir.path()).unwrap().any(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            bytes.windows(48).any(|window| window == &sealed[..48])
        })
    };
    vault.scrub().unwrap();
    assert!(there());
    vault.write::<_, VaultError>(|tx| tx.remove(SHELF, b"one")).unwrap();
    vault.scrub().unwrap();
    assert!(!there());
}

#[test]
fn two_programs_write_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    drop(fresh(dir.path()));
    let threads: Vec<_> = (0..4u8)
        .map(|n| {
            let dir = dir.path().to_owned();
            std::thread::spawn(move || {
                let vault = Vault::open(&dir, &pass(), rng(u64::from(n))).unwrap();
                for _ in 0..25 {
                    vault
                        .write::<_, VaultError>(|tx| {
                            let seen = tx.get(SHELF, b"counter")?;
                            let count = seen.map_or(0, |record| record.body[0]);
                            tx.put(SHELF, b"counter", &[count + 1])
                        })
                        .unwrap();
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let vault = Vault::open(dir.path(), &pass(), rng(9)).unwrap();
    assert_eq!(get(&vault, b"counter").unwrap().unwrap(), [100]);
}
