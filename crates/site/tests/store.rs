//! One suite for every store. A new one is added at the end of this file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use std::path::Path;

use site::store::{Coming, LiveChunk, Printed, Records, SqliteRecords, Store, StoreError};

/// Opens the same store again and again.
trait Backend {
    type Records: Records;
    fn open(&self) -> Self::Records;
}

fn values_are_set_once<B: Backend>(backend: &B) {
    let mut records = backend.open();
    assert_eq!(records.value("tick").unwrap(), None);
    assert_eq!(records.set_once("tick", b"3600").unwrap(), b"3600");
    assert_eq!(records.set_once("tick", b"10").unwrap(), b"3600");
    drop(records);
    assert_eq!(backend.open().value("tick").unwrap().unwrap(), b"3600");
}

fn what_is_printed_is_written_whole<B: Backend>(backend: &B) {
    let mut records = backend.open();
    let coming = Coming {
        name: "quay".to_owned(),
        replaces: Some([7; 32]),
        publication: "its approvals".to_owned(),
        source: "its text".to_owned(),
    };
    let values = [("story quay".to_owned(), b"one".to_vec())];
    let printed = Printed {
        values: &values,
        entries: &[b"a".to_vec(), b"b".to_vec()],
        coming: Some(&coming),
    };
    records.print(&printed).unwrap();
    let values = [("story quay".to_owned(), b"two".to_vec()), ("other".to_owned(), vec![])];
    // The same entry again is another entry; a value that is set stays.
    let again = Printed { values: &values, entries: &[b"a".to_vec()], coming: None };
    records.print(&again).unwrap();
    drop(records);
    let mut records = backend.open();
    assert_eq!(records.value("story quay").unwrap().unwrap(), b"one");
    assert_eq!(records.value("other").unwrap().unwrap(), b"");
    assert_eq!(records.log().unwrap(), [b"a", b"b", b"a"]);
    assert_eq!(records.coming().unwrap().unwrap(), coming);
    let next = Coming { replaces: None, ..coming };
    records.print(&Printed { coming: Some(&next), ..Printed::default() }).unwrap();
    assert_eq!(records.coming().unwrap().unwrap(), next, "one at a time");
    records.has_come().unwrap();
    assert_eq!(records.coming().unwrap(), None);
}

fn batches_are_kept_for_a_time<B: Backend>(backend: &B) {
    let mut records = backend.open();
    assert_eq!(records.newest_batch().unwrap(), None);
    for tick in 100..110 {
        records.put_batch(tick, format!("batch {tick}").as_bytes(), tick - 5).unwrap();
    }
    drop(records);
    let mut records = backend.open();
    assert_eq!(records.newest_batch().unwrap(), Some(109));
    let kept: Vec<u64> = (0..200).filter(|t| records.batch(*t).unwrap().is_some()).collect();
    assert_eq!(kept, (104..110).collect::<Vec<_>>());
    assert_eq!(records.batch(107).unwrap().unwrap(), b"batch 107");
    records.put_batch(107, b"batch 107", 0).unwrap();
    let error = records.put_batch(107, b"another", 0).unwrap_err();
    assert!(matches!(error, StoreError::Immutable { .. }), "{error}");
    assert_eq!(records.batch(107).unwrap().unwrap(), b"batch 107");
    assert_eq!(records.batch(u64::MAX).unwrap(), None);
    assert!(matches!(records.put_batch(u64::MAX, b"x", 0), Err(StoreError::Range(_))));
}

fn the_dead_drop_only_grows<B: Backend>(backend: &B) {
    let mut records = backend.open();
    for block in 1..=40 {
        records.put_live(block, format!("live {block}").as_bytes()).unwrap();
        records.put_live(block, format!("later {block}").as_bytes()).unwrap();
        let live = LiveChunk { block, bytes: format!("later {block}").into_bytes() };
        assert_eq!(records.live().unwrap(), Some(live));
        records.put_block(block, format!("closed {block}").as_bytes()).unwrap();
        assert_eq!(records.live().unwrap(), None, "its block has closed");
    }
    drop(records);
    let mut records = backend.open();
    for block in 1..=40 {
        let bytes = format!("closed {block}").into_bytes();
        assert_eq!(records.block(block).unwrap().unwrap(), bytes, "never evicted");
        records.put_block(block, &bytes).unwrap();
        assert!(matches!(records.put_block(block, b"x"), Err(StoreError::Immutable { .. })));
    }
    assert!(matches!(records.put_live(40, b"x"), Err(StoreError::Immutable { .. })));
    assert_eq!(records.block(41).unwrap(), None);
    let newest = records.newest_blocks(3).unwrap();
    assert_eq!(newest.iter().map(|(block, _)| *block).collect::<Vec<_>>(), [40, 39, 38]);
    // A new site fills its window backwards in time, while the live chunk is there already.
    records.put_live(50, b"live").unwrap();
    records.put_block(41, b"late").unwrap();
    assert_eq!(records.live().unwrap().unwrap().block, 50);
}

fn certificates_and_revocations<B: Backend>(backend: &B) {
    let mut records = backend.open();
    let before = records.revision().unwrap();
    assert!(records.put_certificate([9; 16], b"nine").unwrap());
    assert!(records.put_certificate([1; 16], b"one").unwrap());
    assert!(!records.put_certificate([9; 16], b"nine").unwrap());
    assert!(matches!(
        records.put_certificate([9; 16], b"other"),
        Err(StoreError::Immutable { .. })
    ));
    let between = records.revision().unwrap();
    assert_ne!(before, between);
    assert!(records.put_revocation([9; 16], b"revoked").unwrap());
    assert!(!records.put_revocation([9; 16], b"revoked").unwrap());
    assert_ne!(records.revision().unwrap(), between);
    drop(records);
    let mut records = backend.open();
    assert_eq!(records.certificates().unwrap(), [b"nine".to_vec(), b"one".to_vec()]);
    assert_eq!(records.revocations().unwrap(), [b"revoked".to_vec()]);
}

fn another_process_is_noticed<B: Backend>(backend: &B) {
    let mut records = backend.open();
    let before = records.revision().unwrap();
    backend.open().put_certificate([1; 16], b"one").unwrap();
    assert_ne!(records.revision().unwrap(), before);
    assert_eq!(records.certificates().unwrap().len(), 1);
}

fn desk_keys_and_key_list<B: Backend>(backend: &B) {
    let mut records = backend.open();
    assert_eq!(records.key_list().unwrap(), None);
    records.put_key_list(b"first").unwrap();
    records.put_key_list(b"second").unwrap();
    records.put_desk_key([2; 16], 2970, b"b 2970").unwrap();
    records.put_desk_key([1; 16], 2970, b"a 2970").unwrap();
    records.put_desk_key([1; 16], 2971, b"a 2971").unwrap();
    records.put_desk_key([1; 16], 2970, b"late").unwrap();
    drop(records);
    let mut records = backend.open();
    assert_eq!(records.key_list().unwrap().unwrap(), b"second");
    assert_eq!(records.desk_keys().unwrap(), [b"a 2971".to_vec(), b"b 2970".to_vec()]);
}

fn suite<B: Backend>(fresh: impl Fn() -> B) {
    values_are_set_once(&fresh());
    what_is_printed_is_written_whole(&fresh());
    batches_are_kept_for_a_time(&fresh());
    the_dead_drop_only_grows(&fresh());
    certificates_and_revocations(&fresh());
    another_process_is_noticed(&fresh());
    desk_keys_and_key_list(&fresh());
}

struct Sqlite(tempfile::TempDir);

impl Sqlite {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("store.sqlite")
    }
}

impl Backend for Sqlite {
    type Records = SqliteRecords;
    fn open(&self) -> SqliteRecords {
        SqliteRecords::open(&self.path()).unwrap()
    }
}

#[test]
fn sqlite() {
    suite(Sqlite::new);
}

fn refusal(path: &Path) -> String {
    match SqliteRecords::open(path) {
        Ok(_) => panic!("opened"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn sqlite_says_what_is_wrong_with_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.sqlite");
    std::fs::write(&path, vec![b'x'; 8192]).unwrap();
    let error = refusal(&path);
    assert!(error.contains("store.sqlite") && error.contains("damaged"), "{error}");

    let other = dir.path().join("other.sqlite");
    let db = rusqlite::Connection::open(&other).unwrap();
    db.execute_batch("CREATE TABLE dogs (name TEXT)").unwrap();
    drop(db);
    let error = refusal(&other);
    assert!(error.contains("another program"), "{error}");

    let newer = dir.path().join("newer.sqlite");
    drop(SqliteRecords::open(&newer).unwrap());
    let db = rusqlite::Connection::open(&newer).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let error = refusal(&newer);
    assert!(error.contains("newer Subrosa"), "{error}");

    let error = refusal(&dir.path().join("no/such/folder/store.sqlite"));
    assert!(error.contains("cannot open"), "{error}");
}

#[test]
fn sqlite_finds_damage_in_the_middle() {
    let backend = Sqlite::new();
    let mut records = backend.open();
    for block in 0..60 {
        records.put_block(block, &vec![block as u8; 16_976]).unwrap();
    }
    drop(records);
    let path = backend.path();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 8192] {
        *byte = 0xff;
    }
    std::fs::write(&path, bytes).unwrap();
    let error = refusal(&path);
    assert!(error.contains("damaged") && error.contains("backup"), "{error}");
}

/// A file system of its own would need root; SQLite's page limit gives the same error.
#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let backend = Sqlite::new();
    let mut records = backend.open();
    records.put_batch(1, &[1; 50_000], 0).unwrap();
    records.limit_pages(40).unwrap();
    let error = records.put_batch(2, &[2; 500_000], 0).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert!(error.may_pass());
    assert!(error.to_string().contains("store.sqlite"), "{error}");
    assert_eq!(records.batch(1).unwrap().unwrap(), [1; 50_000]);
    assert_eq!(records.batch(2).unwrap(), None);
    records.limit_pages(100_000).unwrap();
    records.put_batch(2, &[2; 500_000], 0).unwrap();
    drop(records);
    assert_eq!(backend.open().batch(2).unwrap().unwrap(), vec![2; 500_000]);
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let backend = Sqlite::new();
    let mut records = backend.open();
    records.put_key_list(b"x").unwrap();
    for entry in std::fs::read_dir(backend.0.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", entry.path());
    }
}

#[test]
fn what_is_forgotten_is_overwritten() {
    let backend = Sqlite::new();
    let mut records = backend.open();
    records.put_batch(1, &b"a batch that shall be forgotten".repeat(200), 0).unwrap();
    records.put_batch(50, b"new", 40).unwrap();
    drop(records);
    let holds = |path: &Path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(20).any(|window| window == b"batch that shall be ")
    };
    for entry in std::fs::read_dir(backend.0.path()).unwrap() {
        let path = entry.unwrap().path();
        assert!(!holds(&path), "{path:?}");
    }
}

/// A store of before stories were written down while they come: its log is taken over.
#[test]
fn an_older_store_is_brought_to_the_new_form_with_its_log() {
    let backend = Sqlite::new();
    let entries = [b"first".to_vec(), b"second".to_vec()];
    backend.open().print(&Printed { entries: &entries, ..Printed::default() }).unwrap();
    let path = backend.0.path().join("store.sqlite");
    let db = rusqlite::Connection::open(&path).unwrap();
    let before = "DROP TABLE coming; ALTER TABLE log_entry RENAME TO gone;
         CREATE TABLE log_entry (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL UNIQUE) STRICT;
         INSERT INTO log_entry SELECT * FROM gone; DROP TABLE gone; PRAGMA user_version = 2;";
    db.execute_batch(before).unwrap();
    drop(db);
    let mut records = backend.open();
    records.print(&Printed { entries: &entries[..1], ..Printed::default() }).unwrap();
    assert_eq!(records.log().unwrap(), [&b"first"[..], b"second", b"first"]);
    assert_eq!(records.coming().unwrap(), None);
}

#[tokio::test]
async fn the_thread_answers_and_ends() {
    let backend = Sqlite::new();
    let store = Store::new(backend.open()).unwrap();
    let ticks = store.clone();
    ticks.run(|records| records.put_batch(3, b"three", 0)).await.unwrap();
    assert_eq!(store.run(|records| records.batch(3)).await.unwrap().unwrap(), b"three");
    // A job that panics ends the thread, and every later job is told so instead of waiting.
    let gone = store.run(|_| -> Result<(), StoreError> { panic!("on purpose") }).await;
    assert!(matches!(gone, Err(StoreError::Gone)));
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(matches!(store.run(|records| records.key_list()).await, Err(StoreError::Gone)));
}
