use std::path::Path;

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use super::*;
use crate::{Kdf, Passphrase, Shelf, Vault};

const SHELF: Shelf<'static> = Shelf::all("message");
const ANNA: Owner = Owner([1; 16]);
const BERT: Owner = Owner([2; 16]);

fn fresh(dir: &Path) -> Vault {
    let pass = Passphrase::new("seven plain words of the long list".into());
    let rng = ChaCha20Rng::seed_from_u64(1);
    Vault::create(dir, &pass, Kdf::weak_for_demo_and_tests(), rng).unwrap()
}

fn write<T>(vault: &Vault, work: impl FnOnce(&mut Tx<'_>) -> Result<T, VaultError>) -> T {
    vault.write(work).unwrap()
}

fn get(vault: &Vault, id: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
    vault.read(|tx| tx.get(SHELF, id)).map(|found| found.map(|record| record.body.to_vec()))
}

/// All bytes of all files of a folder.
fn files(dir: &Path) -> Vec<u8> {
    let paths = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| std::fs::read(path).unwrap()).collect()
}

fn row(vault: &Vault, owner: &Owner) -> Option<Vec<u8>> {
    vault
        .read::<_, VaultError>(|tx| {
            let find = "SELECT sealed FROM owner_key WHERE owner = ?1";
            let tag = tx.keys.owner(owner);
            Ok(tx.db.query_row(find, [tag], |row| row.get(0)).optional()?)
        })
        .unwrap()
}

#[test]
fn owned_records_are_found_like_others_and_moved_when_put_again() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    write(&vault, |tx| {
        tx.put(SHELF, b"a", b"nobody's")?;
        tx.put_owned(SHELF, b"b", &ANNA, b"Anna's")?;
        tx.put_owned(SHELF, b"c", &BERT, b"Bert's")?;
        assert_eq!((tx.owners()?, tx.count(SHELF)?), (2, 3));
        assert!(tx.has(SHELF, b"b")? && tx.has_owner_key(&ANNA)?);
        tx.put_owned(SHELF, b"a", &ANNA, b"Anna's now")?;
        // Without an owner it stays where it belongs.
        tx.put(SHELF, b"b", b"still Anna's")?;
        tx.put_owned(SHELF, b"c", &ANNA, b"Anna's too")
    });
    let all = vault.read(|tx| tx.list(SHELF)).unwrap();
    let got: Vec<_> = all.records.iter().map(|r| (r.version, r.body.as_slice())).collect();
    let want: [(u64, &[u8]); 3] = [(2, b"Anna's now"), (2, b"still Anna's"), (2, b"Anna's too")];
    assert_eq!((got.as_slice(), all.damaged), (want.as_slice(), 0));
    assert_eq!(write(&vault, |tx| tx.destroy(&BERT)), 0);
    assert_eq!(write(&vault, |tx| tx.destroy(&ANNA)), 3);
    assert_eq!(write(&vault, |tx| Ok((tx.owners()?, tx.count(SHELF)?))), (0, 0));
}

#[test]
fn the_owner_is_in_the_file_only_as_a_keyed_hash() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    write(&vault, |tx| tx.put_owned(SHELF, b"a", &Owner(*b"canary-as-owner!"), b"body"));
    assert!(!files(dir.path()).windows(16).any(|w| w == b"canary-as-owner!"));
}

#[test]
fn a_destroyed_owner_gets_a_new_key_and_old_bytes_stay_shut() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    write(&vault, |tx| tx.put_owned(SHELF, b"a", &ANNA, b"old"));
    let (sealed, key): (Vec<u8>, _) = write(&vault, |tx| {
        let sealed = tx.db.query_row("SELECT sealed FROM record", [], |row| row.get(0))?;
        Ok((sealed, tx.owner_key(&tx.keys.owner(&ANNA))?.unwrap().key))
    });
    write(&vault, |tx| tx.destroy(&ANNA));
    assert_eq!(get(&vault, b"a").unwrap(), None);
    write(&vault, |tx| tx.put_owned(SHELF, b"a", &ANNA, b"new"));
    assert_eq!(get(&vault, b"a").unwrap().unwrap(), b"new");
    write(&vault, |tx| {
        assert_ne!(tx.owner_key(&tx.keys.owner(&ANNA))?.unwrap().key, key);
        // The very row of then, put back by somebody who kept a copy of the file: same place, same version.
        Ok(tx.db.execute("UPDATE record SET sealed = ?1", [&sealed])?)
    });
    assert!(matches!(get(&vault, b"a"), Err(VaultError::Damaged)));
}

#[test]
fn without_the_key_nothing_opens_and_with_anothers_neither() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    write(&vault, |tx| {
        tx.put_owned(SHELF, b"a", &ANNA, b"Anna's")?;
        tx.put_owned(SHELF, b"b", &BERT, b"Bert's")?;
        tx.put(SHELF, b"c", b"nobody's")
    });
    let (anna, bert) = (row(&vault, &ANNA).unwrap(), row(&vault, &BERT).unwrap());
    let sql = |text: &str| write(&vault, |tx| Ok(tx.db.execute(text, [])?));
    let set = |owner: &Owner, sealed: &[u8]| {
        write(&vault, |tx| {
            let tag = tx.keys.owner(owner);
            let set = "INSERT OR REPLACE INTO owner_key VALUES (?1, ?2)";
            Ok(tx.db.execute(set, params![tag, sealed])?)
        })
    };
    set(&ANNA, &bert);
    assert!(matches!(get(&vault, b"a"), Err(VaultError::Damaged)), "another's sealed key");
    for at in 0..anna.len() {
        let mut bad = anna.clone();
        bad[at] ^= 1;
        set(&ANNA, &bad);
        assert!(matches!(get(&vault, b"a"), Err(VaultError::Damaged)), "byte {at}");
    }
    set(&ANNA, &anna);
    assert_eq!(get(&vault, b"a").unwrap().unwrap(), b"Anna's");
    let tag = |id| format!("(SELECT owner FROM owner_key ORDER BY owner LIMIT 1 OFFSET {id})");
    for owner in [&tag(0), &tag(1), "NULL"] {
        sql(&format!("UPDATE record SET owner = {owner}"));
        let listing = vault.read(|tx| tx.list(SHELF)).unwrap();
        assert_eq!((listing.records.len(), listing.damaged), (1, 2), "all given to {owner}");
    }
    sql(&format!("UPDATE record SET owner = {}", tag(0)));
    sql("DELETE FROM owner_key");
    assert!(matches!(get(&vault, b"a"), Err(VaultError::NoOwnerKey)));
    sql("UPDATE record SET owner = x'00'");
    let listing = vault.read(|tx| tx.list(SHELF)).unwrap();
    assert_eq!((listing.records.len(), listing.damaged), (0, 3));
}

/// Rows move between pages as others come and go; a copy left behind in a half-empty page would be a key that
/// was not destroyed.
#[test]
fn a_destroyed_key_is_nowhere_in_the_files_however_often_rows_moved() {
    let dir = tempfile::tempdir().unwrap();
    let vault = fresh(dir.path());
    let owner = |n: u16| {
        let mut id = [0; 16];
        id[..2].copy_from_slice(&n.to_be_bytes());
        Owner(id)
    };
    let mut sealed = Vec::new();
    for n in 0..400u16 {
        write(&vault, |tx| tx.put_owned(SHELF, &n.to_be_bytes(), &owner(n), &[1; 300]));
        sealed.push(row(&vault, &owner(n)).unwrap());
    }
    assert!(vault.try_scrub().unwrap());
    let found = |bytes: &[u8], n: usize| {
        memchr::memmem::find(bytes, &sealed[n][..24]).is_some()
            || memchr::memmem::find(bytes, &sealed[n][48..]).is_some()
    };
    let bytes = files(dir.path());
    assert!((0..400).all(|n| found(&bytes, n)), "the search finds what is there");
    for n in (0..400).filter(|n| n % 3 == 0) {
        write(&vault, |tx| tx.destroy(&owner(n)));
    }
    assert!(vault.try_scrub().unwrap());
    let bytes = files(dir.path());
    for n in 0..400u16 {
        assert_eq!(found(&bytes, usize::from(n)), n % 3 != 0, "owner {n}");
    }
    assert_eq!(write(&vault, |tx| tx.owners()), 266);
}
