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
    material::{Cleaner, Format, Keep, Kind, Level, MOST, MaterialError, Shown},
};
use envelope::cert::Name;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use trials::{checkout, demo, paper};
use vault::{Kdf, Passphrase, Vault};

const MARKER: &str = "planted: Jane Roe, desk 14";
const LOOK: Level = Level::KeepLook;
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

/// Records of the vault: documents, and parts of them.
fn rows(dir: &Path) -> i64 {
    let db = rusqlite::Connection::open(dir.join("vault.db")).unwrap();
    db.query_row("SELECT count(*) FROM record", [], |row| row.get(0)).unwrap()
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

    desk.clean_material(number, Level::KeepLook, &Keep::new(), &mut cleaner(), NOW).unwrap();
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
    desk.clean_material(number, Level::KeepLook, &Keep::new(), &mut cleaner(), NOW).unwrap();
    let seen = desk.material(number).unwrap();
    let why = seen.copies[0].made.as_ref().unwrap_err();
    assert!(why.contains("PDF"), "{why}");
    assert!(matches!(desk.clean_copy(number, Level::KeepLook), Err(MaterialError::Missing)));
    assert_eq!(desk.raw(number).unwrap().for_verification().as_slice(), broken);
    // Asked again, it is one answer, not two.
    desk.clean_material(number, Level::KeepLook, &Keep::new(), &mut cleaner(), NOW).unwrap();
    assert_eq!(desk.material(number).unwrap().copies.len(), 1);

    // Without a child nothing is read; and what cannot be given is not kept.
    let mut none = Cleaner::new("/no/such/program".into());
    desk.clean_material(number, Level::Pixels, &Keep::new(), &mut none, NOW).unwrap();
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
    let rows = || rows(dir.path());
    let before = rows();
    // Three parts and a bit.
    let mut large = photo();
    large.resize((3 << 20) + 5, 0);
    let number = desk.give_material("large.jpg", &large, NOW).unwrap();
    assert_eq!(desk.raw(number).unwrap().for_verification().as_slice(), large);
    assert_eq!(rows(), before + 5, "four parts and what speaks of them");
    desk.clean_material(number, Level::KeepLook, &Keep::new(), &mut cleaner(), NOW).unwrap();
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
    let raw = desk.raw(number).unwrap();
    let (clean, _) = raw.clean(&mut cleaner(), Level::KeepLook, &Keep::new()).unwrap();
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
        desk.clean_material(number, Level::KeepLook, &Keep::new(), &mut cleaner, NOW).unwrap();
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
}

/// A Word document: a comment, a small picture of it, its author.
fn word() -> Vec<u8> {
    std::fs::read(checkout().join("examples/harbour-fund.docx")).unwrap()
}

const COMMENT: &str = "Figure is from the audit annex.";

#[test]
fn the_child_reads_the_words_that_a_person_compares() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let mut cleaner = cleaner();
    let mut give = |name: &str, bytes: &[u8]| {
        let number = desk.give_material(name, bytes, NOW).unwrap();
        desk.clean_material(number, LOOK, &Keep::new(), &mut cleaner, NOW).unwrap();
        number
    };
    let word = give("a.docx", &word());
    let seen = desk.material(word).unwrap();
    assert_eq!(seen.before, Some(Shown::Words));
    assert!(seen.copies[0].made.as_ref().is_ok_and(|made| made.after == Some(Shown::Words)));
    let (before, after) = (desk.words(word, None).unwrap(), desk.words(word, Some(LOOK)).unwrap());
    for text in [&before, &after] {
        assert!(text.as_str().starts_with("Harbour fund paid the same bills twice\n"));
    }
    assert!(before.as_str().contains(COMMENT), "{}", before.as_str());
    assert!(!after.as_str().contains(COMMENT));
    assert!(
        matches!(desk.picture(word, None), Err(MaterialError::Missing)),
        "words are no picture"
    );

    let text = give("a.txt", b"GIF is \xe2\x80\x8ba format.\n");
    let read = |of| desk.words(text, of).unwrap().as_str().to_owned();
    assert_eq!(read(None), "GIF is \u{200b}a format.\n");
    assert_eq!(read(Some(LOOK)), "GIF is a format.\n");

    // Sound has neither.
    let mut sound = b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    sound.extend([8000_u32.to_le_bytes(), 8000_u32.to_le_bytes()].concat());
    sound.extend(b"\x01\0\x08\0data\x08\0\0\0\x80\x90\x80\x70\x80\x90\x80\x70");
    let sound = give("a.wav", &sound);
    let seen = desk.material(sound).unwrap();
    assert_eq!(seen.before, None);
    assert!(seen.copies[0].made.as_ref().is_ok_and(|made| made.after.is_none()), "{seen:?}");
}

#[test]
fn what_is_to_stay_stays_and_nothing_else_does() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let mut cleaner = cleaner();
    let draft = desk.new_draft("Harbour fund", "The fund paid twice.", NOW).unwrap();
    let before = rows(dir.path());
    let number = desk.give_material("a.docx", &word(), NOW).unwrap();
    let mut clean = |keep: &[Kind]| {
        let keep: Keep = keep.iter().copied().collect();
        desk.clean_material(number, LOOK, &keep, &mut cleaner, NOW).unwrap();
        let copy = desk.material(number).unwrap().copies.remove(0);
        assert_eq!(copy.keep, keep);
        let said = desk.words(number, Some(LOOK)).unwrap().as_str().contains(COMMENT);
        (copy.made.unwrap(), said)
    };
    let (made, said) = clean(&[]);
    assert!(made.found.kept.is_empty() && !said, "nothing stays by itself");
    let first = desk.clean_copy(number, LOOK).unwrap();
    first.attach(&desk, draft).unwrap();

    let (made, said) = clean(&[Kind::Comments, Kind::Thumbnails]);
    assert!(said && made.found.kept.iter().any(|line| line.kind == Kind::Comments), "{made:?}");
    let of_thumbnails = made.found.removed.iter().find(|line| line.kind == Kind::Thumbnails);
    let what = &of_thumbnails.expect("the small picture went").what;
    assert!(what.ends_with("cannot be kept here"), "{what}");
    // It took the place of the first one, which is in no draft any more, and cannot come back.
    assert!(made.drafts.is_empty() && desk.attached(draft).unwrap().is_empty());
    assert!(matches!(first.attach(&desk, draft), Err(MaterialError::Missing)));
    desk.clean_copy(number, LOOK).unwrap().attach(&desk, draft).unwrap();

    // Asked again for the same, it stays where it is.
    let (made, said) = clean(&[Kind::Comments, Kind::Thumbnails]);
    assert!(said);
    assert_eq!(made.drafts, [draft]);
    let (made, said) = clean(&[]);
    assert!(made.found.kept.is_empty() && !said && made.drafts.is_empty());
    desk.delete_material(number).unwrap();
    assert_eq!(rows(dir.path()), before, "no part of a copy that was replaced was left behind");
}

#[test]
fn the_whole_report_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    // More lines than a page shows at once, each of a file in an archive with a name of its own.
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for n in 0..700 {
        let name = format!("note-{n}.txt");
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, b"In words.").unwrap();
    }
    let number = desk.give_material("a.zip", &zip.finish().unwrap().into_inner(), NOW).unwrap();
    desk.clean_material(number, LOOK, &Keep::new(), &mut cleaner(), NOW).unwrap();
    let made = desk.material(number).unwrap().copies.remove(0).made.unwrap();
    assert!(made.report && made.found.more > 0, "the page has only a part of it");
    let report = desk.report(number, LOOK).unwrap();
    for n in 0..700 {
        let name = format!("note-{n}.txt");
        assert!(report.removed.iter().any(|entry| entry.place == name), "{name}");
    }
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
            scope.spawn(move || {
                desk.clean_material(number, level, &Keep::new(), &mut cleaner(), NOW).unwrap()
            });
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
    assert_eq!(rows(dir.path()), 1, "nothing but the desk itself: no part was left behind");
}

#[test]
fn a_pdf_becomes_pixels_if_that_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let number = desk.give_material("page.pdf", &page(), NOW).unwrap();
    for level in [Level::KeepLook, Level::Pixels] {
        desk.clean_material(number, level, &Keep::new(), &mut cleaner(), NOW).unwrap();
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
    let rows = || rows(dir.path());
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

#[test]
#[ignore = "a process of its own, started and killed by the next test"]
fn cleans_until_it_is_killed() {
    let desk = again(Path::new(&std::env::var(DIR).unwrap()));
    let (mut cleaner, number) = (cleaner(), desk.materials().unwrap()[0].number);
    for keep in [Keep::new(), [Kind::Comments].into()].iter().cycle() {
        desk.clean_material(number, LOOK, keep, &mut cleaner, NOW).unwrap();
    }
}

/// Each time a copy takes the place of another one; whenever it is killed, there is one whole copy, or none.
#[test]
fn killed_while_it_cleans_it_leaves_no_half_copy() {
    let dir = tempfile::tempdir().unwrap();
    let desk = begin(dir.path());
    let number = desk.give_material("a.docx", &word(), NOW).unwrap();
    drop(desk);
    let (given, mut seen) = (rows(dir.path()), (0, 0));
    for round in 0..6_u64 {
        let mut job = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "cleans_until_it_is_killed", "--ignored"])
            .env(DIR, dir.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // The first time before there is a copy; then wherever the job is by then.
        let start = Instant::now();
        while round > 0 && rows(dir.path()) == given && start.elapsed() < Duration::from_secs(60) {
            sleep(Duration::from_millis(5));
        }
        sleep(Duration::from_millis(20 + 170 * round));
        job.kill().unwrap();
        job.wait().unwrap();
        let desk = again(dir.path());
        assert_eq!(desk.raw(number).unwrap().for_verification().as_slice(), word());
        match desk.clean_copy(number, LOOK) {
            Ok(copy) => {
                seen.0 += 1;
                let kept = !desk.material(number).unwrap().copies[0].keep.is_empty();
                let said = desk.words(number, Some(LOOK)).unwrap().as_str().contains(COMMENT);
                assert_eq!(kept, said, "the copy, and what is said of it");
                assert!(!copy.bytes().is_empty());
                desk.report(number, LOOK).unwrap();
                assert_eq!(rows(dir.path()), given + 4, "words of both, the copy, its report");
            }
            Err(MaterialError::Missing) => {
                seen.1 += 1;
                assert_eq!(rows(dir.path()), given);
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(seen.0 > 0 && seen.1 > 0, "it was killed before and after a copy was there: {seen:?}");
    // The job is not taken up again, and can be asked for.
    let desk = again(dir.path());
    desk.clean_material(number, LOOK, &Keep::new(), &mut cleaner(), NOW).unwrap();
    let copy = desk.material(number).unwrap().copies.remove(0);
    assert!(copy.keep.is_empty() && copy.made.is_ok());
}
