//! A vault of the first format, as an older Subrosa wrote it (`data/vault-0.db`), is brought to today's, whole or
//! not at all; one of a later format is left alone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::path::Path;

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use rusqlite::Connection;
use vault::{Owner, Passphrase, Shelf, UnlockError, Vault, VaultError};

const OLD: &[u8] = include_bytes!("data/vault-0.db");
const SHELF: Shelf<'static> = Shelf::all("conversation");
const ANNA: Owner = Owner([1; 16]);

fn open(dir: &Path) -> Result<Vault, UnlockError> {
    let pass = Passphrase::new("seven plain words of the long list".into());
    Vault::open(dir, &pass, ChaCha20Rng::seed_from_u64(1))
}

fn version(dir: &Path) -> i64 {
    let db = Connection::open(dir.join("vault.db")).unwrap();
    db.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

fn assert_old_records(vault: &Vault) {
    let one = vault.read(|tx| tx.get(SHELF, b"one")).unwrap().unwrap();
    assert_eq!((one.version, one.body.as_slice()), (2, &b"second"[..]));
    let message = vault.read(|tx| tx.get(Shelf::of("message", b"one"), b"a")).unwrap().unwrap();
    assert_eq!(*message.body, [7; 5000]);
}

#[test]
fn an_old_vault_opens_and_its_records_can_be_given_to_an_owner() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("vault.db"), OLD).unwrap();
    assert_eq!(version(dir.path()), 0);
    let wrong = Passphrase::new("not the passphrase".into());
    assert!(Vault::open(dir.path(), &wrong, ChaCha20Rng::seed_from_u64(1)).is_err());
    assert_eq!(version(dir.path()), 0, "a wrong passphrase changes nothing");
    let vault = open(dir.path()).unwrap();
    assert_old_records(&vault);
    vault.write::<_, VaultError>(|tx| tx.put_owned(SHELF, b"one", &ANNA, b"Anna's")).unwrap();
    drop(vault);
    assert_eq!(version(dir.path()), 1);
    let vault = open(dir.path()).unwrap();
    assert_eq!(vault.write::<_, VaultError>(|tx| tx.destroy(&ANNA)).unwrap(), 1);
}

/// Whatever part of the log a crash leaves behind, the vault is of one format or the other and opens.
#[test]
fn a_migration_cut_short_anywhere_is_done_again() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("vault.db"), OLD).unwrap();
    let vault = open(dir.path()).unwrap();
    let file = std::fs::read(dir.path().join("vault.db")).unwrap();
    let log = std::fs::read(dir.path().join("vault.db-wal")).unwrap();
    assert!(
        file == OLD && log.len() > 3 * 4096,
        "the migration is in the log alone: {}",
        log.len()
    );
    drop(vault);
    let mut seen = [0; 2];
    for cut in (0..log.len()).step_by(509).chain([log.len() - 1, log.len()]) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("vault.db"), &file).unwrap();
        std::fs::write(dir.path().join("vault.db-wal"), &log[..cut]).unwrap();
        seen[usize::try_from(version(dir.path())).unwrap()] += 1;
        let vault = open(dir.path()).unwrap();
        assert_old_records(&vault);
        vault.write::<_, VaultError>(|tx| tx.put_owned(SHELF, b"two", &ANNA, b"x")).unwrap();
    }
    assert!(seen[0] > 10 && seen[1] >= 1, "{seen:?}");
}

#[test]
fn a_vault_of_a_newer_version_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    std::fs::write(&path, OLD).unwrap();
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 2).unwrap();
    drop(db);
    let before = std::fs::read(&path).unwrap();
    let refused = open(dir.path()).err().unwrap();
    assert!(matches!(&refused, UnlockError::Newer(file) if *file == path), "{refused}");
    assert!(refused.to_string().contains("newer Subrosa; update this one"));
    assert!(std::fs::read(&path).unwrap() == before);
}

#[test]
fn another_programs_database_is_no_vault_and_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE header (one, bytes)").unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(open(dir.path()), Err(UnlockError::Header { .. })));
    assert!(std::fs::read(&path).unwrap() == before);
}
