//! A disk that is full, which a limit on the size of files stands for: no backup and no vault is there by half.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::{
    path::Path,
    process::{Command, Stdio},
};

use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use vault::{BackupError, Kdf, Passphrase, Shelf, Vault, VaultError};

const DIR: &str = "SUBROSA_TEST_FULL_DIR";
const MESSAGES: Shelf<'static> = Shelf::all("message");

fn pass() -> Passphrase {
    Passphrase::new("seven plain words of the long list".into())
}

/// The child, which may write no file of more than half a mebibyte: it fails at both, and says how.
#[test]
fn child_with_a_full_disk() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let dir = Path::new(&dir);
    let refused = Vault::restore(&dir.join("backup"), &dir.join("restored")).err();
    assert!(matches!(refused, Some(BackupError::Vault(VaultError::Full))), "{refused:?}");
    let vault = Vault::open(&dir.join("vault"), &pass(), ChaCha20Rng::seed_from_u64(2)).unwrap();
    let refused = vault.backup(&dir.join("second")).err();
    assert!(matches!(refused, Some(BackupError::Vault(_))), "{refused:?}");
    println!("both failed");
}

#[test]
fn a_full_disk_leaves_no_half_backup_and_no_half_vault() {
    let home = tempfile::tempdir().unwrap();
    let kdf = Kdf::weak_for_demo_and_tests();
    let dir = home.path().join("vault");
    let vault = Vault::create(&dir, &pass(), kdf, ChaCha20Rng::seed_from_u64(1)).unwrap();
    vault.write::<_, VaultError>(|tx| tx.put(MESSAGES, b"big", &vec![7; 1_500_000])).unwrap();
    vault.scrub().unwrap();
    vault.backup(&home.path().join("backup")).unwrap();
    drop(vault);
    let listed = || {
        let names = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.filter(|name| name != "restored").collect();
        names.sort();
        names
    };
    let before = listed();
    // The shell ignores the signal that would end the child; `ulimit` counts blocks of 512 bytes.
    let out = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 1024; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "child_with_a_full_disk", "--nocapture"])
        .env(DIR, home.path())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success() && said.contains("both failed"), "{said}");
    assert_eq!(listed(), before);
    assert_eq!(std::fs::read_dir(home.path().join("restored")).unwrap().count(), 0);
    Vault::restore(&home.path().join("backup"), &home.path().join("restored")).unwrap();
    let vault = Vault::open(&home.path().join("restored"), &pass(), ChaCha20Rng::seed_from_u64(3));
    let big = vault.unwrap().read(|tx| tx.get(MESSAGES, b"big")).unwrap().unwrap();
    assert_eq!(big.body.len(), 1_500_000);
}
