use crate::{Format, Kind, Limits, Options, Refusal, clean};
use rand_core::SeedableRng as _;
use std::io::{Cursor, Write as _};
use zip::write::{SimpleFileOptions, ZipWriter};

fn run(input: &[u8], options: &Options) -> Result<crate::Cleaned, Refusal> {
    clean(input, options, &mut rand_chacha::ChaCha20Rng::seed_from_u64(1))
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.set_comment("MARKER-comment").unwrap();
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .unix_permissions(0o751);
    for (name, bytes) in members {
        if name.ends_with('/') {
            writer.add_directory(*name, options).unwrap();
        } else {
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn tar_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mtime(1_700_000_000);
        header.set_uid(1234);
        header.set_username("MARKER-owner").unwrap();
        header.set_mode(0o751);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn has(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn members_are_cleaned_and_named_neutrally() {
    let input = zip_of(&[
        ("MARKER-folder/", b""),
        ("MARKER-folder/one.txt", "se\u{200b}cret words".as_bytes()),
        ("two.bin", b"other words\r\n"),
        ("__MACOSX/._one.txt", b"MARKER"),
        ("Thumbs.db", b"MARKER"),
        ("nothing", b""),
    ]);
    assert!(has(&input, "MARKER"), "the original has them");
    let cleaned = run(&input, &Options::default()).unwrap();
    assert_eq!(cleaned.format, Format::Zip);
    assert!(!has(&cleaned.bytes, "MARKER"));
    let mut archive = zip::ZipArchive::new(Cursor::new(&cleaned.bytes)).unwrap();
    let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["file-1.txt", "file-2.txt"]);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_index(0).unwrap(), &mut text).unwrap();
    assert_eq!(text, "secret words");
    let report = &cleaned.report.removed;
    assert!(
        report
            .iter()
            .any(|e| e.kind == Kind::ZeroWidth && e.place == "MARKER-folder/one.txt > text")
    );
    assert!(
        report.iter().any(|e| e.what == "its name; it is file-2.txt now" && e.place == "two.bin")
    );
    assert!(report.iter().any(|e| e.kind == Kind::Comments));
}

#[test]
fn tar_members_lose_owners_links_and_long_names() {
    let long = format!("MARKER-{}/a.txt", "x".repeat(150));
    let mut input = tar_of(&[(&long, b"first words"), ("b", b"second words")]);
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "link", "/etc/MARKER").unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Char);
    header.set_size(0);
    builder.append_data(&mut header, "MARKER-device", &b""[..]).unwrap();
    input.truncate(input.len() - 1024);
    input.extend(builder.into_inner().unwrap());
    let cleaned = run(&input, &Options::default()).unwrap();
    assert_eq!(cleaned.format, Format::Tar);
    assert!(!has(&cleaned.bytes, "MARKER"));
    let mut archive = tar::Archive::new(&cleaned.bytes[..]);
    let names: Vec<_> = archive
        .entries()
        .unwrap()
        .map(|e| e.unwrap().path().unwrap().display().to_string())
        .collect();
    assert_eq!(names, ["file-1.txt", "file-2.txt"]);
    let what: Vec<_> = cleaned.report.removed.iter().map(|e| e.what.as_str()).collect();
    assert!(what.contains(&"a link to another file") && what.contains(&"a device"));
}

#[test]
fn one_member_that_cannot_be_cleaned_refuses_all_by_name() {
    let input = zip_of(&[("good.txt", b"words"), ("bad one.bin", &[0, 1, 2, 3, 0xff, 0, 7])]);
    let refusal = run(&input, &Options::default()).unwrap_err().to_string();
    assert!(refusal.contains("bad one.bin"), "{refusal}");
    let empty = zip_of(&[("nothing", b"")]);
    assert!(
        run(&empty, &Options::default()).unwrap_err().to_string().contains("without a document")
    );
}

#[test]
fn archives_in_archives_are_bounded() {
    let mut nested = zip_of(&[("a.txt", b"words inside")]);
    for _ in 0..4 {
        nested = zip_of(&[("inner.zip", &nested)]);
    }
    let cleaned = run(&nested, &Options::default()).unwrap();
    assert!(cleaned.report.removed.iter().any(|e| e.place.matches(" > ").count() >= 4));
    for _ in 0..4 {
        nested = zip_of(&[("inner.zip", &nested)]);
    }
    assert!(matches!(run(&nested, &Options::default()), Err(Refusal::TooMuch { .. })));
}

#[test]
fn bombs_are_refused() {
    let bomb = zip_of(&[("a.txt", &vec![b'a'; 3_000_000])]);
    assert!(bomb.len() < 20_000);
    let limits = Limits { total_bytes: 1_000_000, ..Limits::default() };
    let refusal = run(&bomb, &Options { limits, ..Options::default() }).unwrap_err();
    assert!(matches!(refusal, Refusal::TooMuch { .. }), "{refusal}");
    let many: Vec<(String, Vec<u8>)> =
        (0..50).map(|i| (format!("{i}"), b"words".to_vec())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let limits = Limits { items: 20, ..Limits::default() };
    for input in [zip_of(&many), tar_of(&many)] {
        let refusal = run(&input, &Options { limits, ..Options::default() }).unwrap_err();
        assert!(matches!(refusal, Refusal::TooMuch { .. }), "{refusal}");
    }
}

#[test]
fn hostile_names_cannot_leave_the_archive() {
    let input =
        zip_of(&[("../../etc/passwd", b"words"), ("C:\\windows\\x", b"words"), ("/abs", b"words")]);
    let cleaned = run(&input, &Options::default()).unwrap();
    let archive = zip::ZipArchive::new(Cursor::new(&cleaned.bytes)).unwrap();
    assert!(archive.file_names().all(|name| name.unwrap().starts_with("file-")));
}

#[test]
fn encrypted_members_and_doubled_names_are_refused() {
    let mut input = zip_of(&[("a.txt", b"words"), ("b.txt", b"words")]);
    let plain = input.clone();
    // The flag of encryption, in both headers.
    for signature in [&b"PK\x03\x04"[..], b"PK\x01\x02"] {
        let at = input.windows(4).position(|w| w == signature).unwrap();
        let flags = at + if signature[2] == 3 { 6 } else { 8 };
        input[flags] |= 1;
    }
    assert!(matches!(run(&input, &Options::default()), Err(Refusal::Encrypted { .. })));
    let mut named = plain.clone();
    for at in 0..named.len() - 5 {
        if &named[at..at + 5] == b"b.txt" {
            named[at] = b'a';
        }
    }
    let refusal = run(&named, &Options::default()).unwrap_err().to_string();
    assert!(refusal.contains("2 members"), "{refusal}");
}

#[test]
fn truncated_and_lying_archives_are_refused_or_cleaned_never_passed() {
    let zip = zip_of(&[("a.txt", b"words of a text")]);
    let tar = tar_of(&[("a.txt", b"words of a text")]);
    for (input, step) in [(zip, 1), (tar, 37)] {
        for cut in (1..input.len()).step_by(step) {
            if let Ok(cleaned) = run(&input[..cut], &Options::default()) {
                super::verify(&cleaned.bytes, cleaned.format).ok();
                assert!(!has(&cleaned.bytes, "MARKER"), "cut at {cut}");
            }
        }
    }
}

#[test]
fn the_strict_reader_accepts_no_byte_that_is_not_ours() {
    for input in [zip_of(&[("a", b"words words words")]), tar_of(&[("a", b"words")])] {
        let cleaned = run(&input, &Options::default()).unwrap();
        super::verify(&cleaned.bytes, cleaned.format).unwrap();
        let mut unnoticed = 0;
        for at in 0..cleaned.bytes.len() {
            let mut changed = cleaned.bytes.clone();
            changed[at] ^= 0x41;
            unnoticed += usize::from(super::verify(&changed, cleaned.format).is_ok());
        }
        // The five bytes of the member itself, which TAR has no checksum for, and the extension's letters.
        let free = if cleaned.format == Format::Tar { 5 } else { 0 };
        assert_eq!(unnoticed, free);
        let mut longer = cleaned.bytes.clone();
        longer.push(0);
        assert!(super::verify(&longer, cleaned.format).is_err());
    }
}
