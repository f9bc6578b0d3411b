//! What a source gives, at the desk: sealed, cleaned by a real child of the real program, attached, deleted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod browser;

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

use desk::{
    Desk,
    material::{Cleaner, Format, Level, MOST, MaterialError},
};
use envelope::cert::Name;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use trials::{checkout, demo, paper};
use vault::{Kdf, Passphrase, Vault};

const MARKER: &str = "planted: Jane Roe, desk 14";
const NOW: u64 = 1_795_356_000;

fn words() -> Passphrase {
    Passphrase::new("correct horse battery staple".to_owned())
}

fn begin(dir: &Path) -> Desk {
    let name = Name::new("Investigations").unwrap();
    let rng = ChaCha20Rng::seed_from_u64(1);
    let kdf = Kdf::weak_for_demo_and_tests();
    Desk::new(Arc::new(desk::init(dir, &words(), kdf, &name, rng).unwrap().vault))
}

fn again(dir: &Path) -> Desk {
    // Other chances each time, as it is outside tests.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let rng = ChaCha20Rng::seed_from_u64(u64::try_from(now.as_nanos()).unwrap());
    Desk::new(Arc::new(Vault::open(dir, &words(), rng).unwrap()))
}

fn cleaner() -> Cleaner {
    Cleaner::new(demo::program().unwrap())
}

/// A photograph with a comment in it.
fn photo() -> Vec<u8> {
    let path = checkout().join("crates/sanitize/tests/pictures/progressive.jpg");
    let mut bytes = std::fs::read(path).unwrap();
    let mut comment = vec![0xff, 0xfe];
    comment.extend(u16::try_from(MARKER.len() + 2).unwrap().to_be_bytes());
    comment.extend(MARKER.as_bytes());
    bytes.splice(2..2, comment);
    bytes
}

/// A page of PDF: words, and a marker in its properties.
fn page() -> Vec<u8> {
    paper::pdf("Paid twice", MARKER)
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

/// Whether a file of the vault's folder holds these words.
fn on_disk(dir: &Path, words: &str) -> bool {
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).any(|path| holds(&std::fs::read(path).unwrap(), words))
}

#[test]
fn what_came_is_sealed_and_only_the_clean_copy_goes_with_a_draft() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let (photo, name) = (photo(), "IMG_0042 of Jane Roe.jpg");
    let number = desk.give_material(name, &photo, NOW).unwrap();
    assert_eq!(desk.raw(number).unwrap().for_verification().as_slice(), photo);
    assert!(holds(&photo, MARKER), "the search finds what is there");

    desk.clean_material(number, Level::KeepLook, &mut cleaner(), NOW).unwrap();
    let clean = desk.clean_copy(number, Level::KeepLook).unwrap();
    assert!(clean.bytes().starts_with(b"\xff\xd8\xff"));
    assert!(!holds(clean.bytes(), MARKER));
    assert_eq!(clean.name(), "document-1.jpg");
    let seen = desk.material(number).unwrap();
    assert_eq!(clean.original(), seen.sha256);
    let made = seen.copies[0].made.as_ref().unwrap();
    assert_eq!(made.format, Format::Jpeg);
    assert!(made.found.removed.iter().any(|line| line.what.contains("comment")), "{made:?}");

    let draft = desk.new_draft("Harbour fund", "The fund paid twice.", NOW).unwrap();
    clean.attach(&desk, draft).unwrap();
    clean.attach(&desk, draft).unwrap();
    assert_eq!(desk.attached(draft).unwrap().len(), 1);
    assert!(matches!(clean.attach(&desk, draft + 1), Err(MaterialError::NoDraft)));
    desk.delete_draft(draft).unwrap();
    assert!(desk.attached(draft).unwrap().is_empty(), "the next draft may have its number");

    desk.vault().scrub().unwrap();
    for words in [MARKER, name, "Jane Roe"] {
        assert!(!on_disk(dir.path(), words), "{words} in the clear");
    }
    assert!(on_disk(dir.path(), "subrosa vault"), "the search reads the vault");

    // The same after a restart.
    drop(desk);
    let desk = again(dir.path());
    assert_eq!(desk.raw(number).unwrap().for_verification().as_slice(), photo);
    assert_eq!(desk.clean_copy(number, Level::KeepLook).unwrap().bytes(), clean.bytes());
}

#[test]
fn a_document_that_is_refused_stays_and_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let broken = b"%PDF-1.7\nnothing".to_vec();
    let number = desk.give_material("broken.pdf", &broken, NOW).unwrap();
    desk.clean_material(number, Level::KeepLook, &mut cleaner(), NOW).unwrap();
    let seen = desk.material(number).unwrap();
    let why = seen.copies[0].made.as_ref().unwrap_err();
    assert!(why.contains("PDF"), "{why}");
    assert!(matches!(desk.clean_copy(number, Level::KeepLook), Err(MaterialError::Missing)));
    assert_eq!(desk.raw(number).unwrap().for_verification().as_slice(), broken);
    // Asked again, it is one answer, not two.
    desk.clean_material(number, Level::KeepLook, &mut cleaner(), NOW).unwrap();
    assert_eq!(desk.material(number).unwrap().copies.len(), 1);

    // Without a child nothing is read; and what cannot be given is not kept.
    let mut none = Cleaner::new("/no/such/program".into());
    desk.clean_material(number, Level::Pixels, &mut none, NOW).unwrap();
    let seen = desk.material(number).unwrap();
    let why = seen.copies[1].made.as_ref().unwrap_err();
    assert!(why.contains("cannot be started"), "{why}");
    assert!(desk.give_material("empty", b"", NOW).is_err());
    assert!(desk.give_material("long", &vec![0; MOST + 1], NOW).is_err());
    assert_eq!(desk.materials().unwrap().len(), 1);
}

#[test]
fn deleting_takes_every_part() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let empty = std::fs::metadata(dir.path().join("vault.db")).unwrap().len();
    let rows = || {
        let db = rusqlite::Connection::open(dir.path().join("vault.db")).unwrap();
        db.query_row("SELECT count(*) FROM record", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let before = rows();
    // Three parts and a bit.
    let mut large = photo();
    large.resize((3 << 20) + 5, 0);
    let number = desk.give_material("large.jpg", &large, NOW).unwrap();
    assert_eq!(desk.raw(number).unwrap().for_verification().as_slice(), large);
    assert_eq!(rows(), before + 5, "four parts and what speaks of them");
    desk.clean_material(number, Level::KeepLook, &mut cleaner(), NOW).unwrap();
    let draft = desk.new_draft("Harbour fund", "The fund paid twice.", NOW).unwrap();
    desk.clean_copy(number, Level::KeepLook).unwrap().attach(&desk, draft).unwrap();
    assert!(std::fs::metadata(dir.path().join("vault.db")).unwrap().len() >= empty);
    desk.delete_material(number).unwrap();
    assert_eq!(rows(), before + 1, "the draft");
    assert!(desk.attached(draft).unwrap().is_empty());
    assert!(matches!(desk.raw(number), Err(MaterialError::Missing)));
    assert!(matches!(desk.delete_material(number), Err(MaterialError::Missing)));
}

#[test]
fn a_copy_of_what_was_deleted_meanwhile_goes_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let number = desk.give_material("a.jpg", &photo(), NOW).unwrap();
    let clean = desk.raw(number).unwrap().clean(&mut cleaner(), Level::KeepLook).unwrap();
    desk.delete_material(number).unwrap();
    let draft = desk.new_draft("Harbour fund", "The fund paid twice.", NOW).unwrap();
    assert!(matches!(clean.attach(&desk, draft), Err(MaterialError::Missing)));
    // Another document has its number now.
    assert_eq!(desk.give_material("b.txt", b"another", NOW).unwrap(), number);
    assert!(matches!(clean.attach(&desk, draft), Err(MaterialError::Missing)));
    assert!(desk.attached(draft).unwrap().is_empty());
}

#[test]
fn the_child_draws_what_a_person_compares() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let mut cleaner = cleaner();
    let mut give = |name: &str, bytes: &[u8]| {
        let number = desk.give_material(name, bytes, NOW).unwrap();
        desk.clean_material(number, Level::KeepLook, &mut cleaner, NOW).unwrap();
        number
    };
    for number in [give("photo.jpg", &photo()), give("page.pdf", &page())] {
        for of in [None, Some(Level::KeepLook)] {
            let picture = desk.picture(number, of).unwrap();
            assert!(picture.starts_with(b"\xff\xd8\xff"), "{number}");
            assert!(!holds(&picture, MARKER));
        }
        assert!(desk.picture(number, Some(Level::Pixels)).is_err());
    }
    let text = give("a.txt", b"In words.");
    assert!(desk.material(text).unwrap().copies[0].made.as_ref().is_ok_and(|made| !made.after));
    assert!(matches!(desk.picture(text, None), Err(MaterialError::Missing)));
}

#[test]
fn two_at_once_make_one_copy_of_each() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let (first, second) = ("a.jpg", "b.jpg");
    let [first, second] =
        [first, second].map(|name| desk.give_material(name, &photo(), NOW).unwrap());
    std::thread::scope(|scope| {
        for (number, level) in [
            (first, Level::KeepLook),
            (first, Level::KeepLook),
            (first, Level::Pixels),
            (second, Level::KeepLook),
        ] {
            let desk = &desk;
            scope.spawn(move || desk.clean_material(number, level, &mut cleaner(), NOW).unwrap());
        }
    });
    let levels = |number| {
        let seen = desk.material(number).unwrap().copies;
        seen.iter().filter(|copy| copy.made.is_ok()).map(|copy| copy.level).collect::<Vec<_>>()
    };
    assert_eq!(levels(first), [Level::KeepLook, Level::Pixels]);
    assert_eq!(levels(second), [Level::KeepLook]);
    desk.delete_material(first).unwrap();
    desk.delete_material(second).unwrap();
    let db = rusqlite::Connection::open(dir.path().join("vault.db")).unwrap();
    let rows = db.query_row("SELECT count(*) FROM record", [], |row| row.get::<_, i64>(0));
    assert_eq!(rows.unwrap(), 1, "nothing but the desk itself: no part was left behind");
}

#[test]
fn a_pdf_becomes_pixels_if_that_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let number = desk.give_material("page.pdf", &page(), NOW).unwrap();
    for level in [Level::KeepLook, Level::Pixels] {
        desk.clean_material(number, level, &mut cleaner(), NOW).unwrap();
        let clean = desk.clean_copy(number, level).unwrap();
        let pixels = level == Level::Pixels;
        assert_eq!(holds(clean.bytes(), "/Font"), !pixels, "letters are letters, or a picture");
        assert_eq!(holds(clean.bytes(), "/Image"), pixels);
        assert!(desk.picture(number, Some(level)).is_ok());
    }
}

const DIR: &str = "SUBROSA_TRIAL_DIR";

#[test]
#[ignore = "a process of its own, started and killed by the next test"]
fn gives_until_it_is_killed() {
    let desk = again(Path::new(&std::env::var(DIR).unwrap()));
    for n in 0_u8.. {
        desk.give_material("large", &vec![n; 3 << 20], NOW).unwrap();
    }
}

#[test]
fn killed_while_it_writes_it_leaves_no_half_document() {
    let dir = tempfile::tempdir().unwrap();
    drop(begin(dir.path()));
    let rows = || {
        let db = rusqlite::Connection::open(dir.path().join("vault.db")).unwrap();
        db.query_row("SELECT count(*) FROM record", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let before = rows();
    for round in 0..4 {
        let mut writer = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "gives_until_it_is_killed", "--ignored"])
            .env(DIR, dir.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let had = rows();
        let start = Instant::now();
        while rows() < had + 8 && start.elapsed() < Duration::from_secs(30) {
            sleep(Duration::from_millis(5 + round));
        }
        writer.kill().unwrap();
        writer.wait().unwrap();
        let desk = again(dir.path());
        let all = desk.materials().unwrap();
        assert!(all.len() >= 2, "it wrote until it was killed");
        for one in &all {
            let whole = desk.raw(one.number).unwrap().for_verification();
            assert_eq!(whole.len(), 3 << 20);
        }
        let all = i64::try_from(all.len()).unwrap();
        assert_eq!(rows(), before + 4 * all, "three parts of each, and what speaks of them");
    }
}
