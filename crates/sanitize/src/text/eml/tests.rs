use crate::{Cleaned, Format, Kind, Options, Refusal, clean as clean_file};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

fn try_clean(mail: &[u8]) -> Result<Cleaned, Refusal> {
    clean_file(mail, &Options::default(), &mut ChaCha20Rng::seed_from_u64(1))
}

const HEAD: &str = "Received: from secret.example\r\nMessage-ID: <secret@secret.example>\r\nFrom: \"Ann Bo\" <secret@x.example>\r\nTo: secret@y.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Mon, 1 Jan 2001 02:00:59 +0200\r\nX-Secret: secret\r\nMIME-Version: 1.0\r\n";

fn text(mail: &str) -> String {
    let done = try_clean(mail.as_bytes()).unwrap();
    assert!(matches!(done.format, Format::Txt | Format::Html), "{:?}", done.format);
    String::from_utf8(done.bytes).unwrap()
}

#[test]
fn a_message_becomes_what_is_read_of_it() {
    let fresh = text(&format!(
        "{HEAD}Content-Type: text/plain\r\n\r\nHello\u{200b} you.  \r\n\r\n-- \r\nAnn\r\n"
    ));
    assert_eq!(
        fresh,
        "From: Ann Bo\nTo: (address left out)\nDate: 2001-01-01 00:00 UTC\nSubject: Grüße\n\nHello you.\n\n--\nAnn\n"
    );
}

#[test]
fn a_page_is_cleaned_as_one_with_its_pictures() {
    let png = include_str!("dot.txt").trim();
    let mail = format!(
        "{HEAD}Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hello<p hidden>secret<p><img src=\"cid:one\" alt=secret><img src=\"https://secret.example/x.gif\">\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <one>\r\nContent-Transfer-Encoding: base64\r\n\r\n{png}\r\n--b--\r\n"
    );
    let fresh = text(&mail);
    assert!(fresh.contains("<p>Hello</p>") && fresh.contains("data:image/png;base64,"), "{fresh}");
    assert!(!fresh.contains("secret") && fresh.contains("Ann Bo"), "{fresh}");
}

#[test]
fn the_form_with_more_in_it_is_taken() {
    let both = |plain: &str, page: &str| {
        text(&format!(
            "{HEAD}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{plain}\r\n--b\r\nContent-Type: text/html\r\n\r\n{page}\r\n--b--\r\n"
        ))
    };
    assert!(both("the same", "<p>the same").ends_with("Grüße\n\nthe same\n"));
    assert!(both("see the page", &format!("<p>{}", "word ".repeat(100))).contains("<p>word"));
}

#[test]
fn attachments_are_cleaned_or_left_out_by_name() {
    let mail = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\nContent-Type: text/plain; name=secret.txt\r\nContent-Disposition: attachment\r\n\r\nseen\r\n--b\r\nContent-Type: application/octet-stream; name=prog.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA//8AALgAAAA=\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nX-Secret: secret\r\nFrom: a@b\r\nSubject: Inner\r\n\r\ninside\r\n--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nPRODID:secret\r\nEND:VCALENDAR\r\n--b--\r\n"
    );
    let done = try_clean(mail.as_bytes()).unwrap();
    assert_eq!(done.format, Format::Zip);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(done.bytes)).unwrap();
    let mut all = Vec::new();
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        assert!(!text.contains("secret"), "{text}");
        all.push((file.name().unwrap().into_owned(), text));
    }
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["file-1.txt", "file-2.txt", "file-3.txt"]);
    assert!(all[0].1.ends_with("Hello\n") && all[1].1.contains("seen"));
    assert!(all[2].1.contains("Subject: Inner") && all[2].1.contains("inside"));
    let left = |name: &str| {
        done.report.removed.iter().any(|entry| {
            entry.kind == Kind::EmbeddedObjects
                && entry.place.contains(name)
                && entry.what.starts_with("left out")
        })
    };
    assert!(left("prog.exe") && left("attachment"));
}

#[test]
fn encrypted_messages_are_named() {
    let mail = format!(
        "{HEAD}Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n--b--\r\n"
    );
    assert!(matches!(try_clean(mail.as_bytes()), Err(Refusal::Encrypted { .. })));
}

#[test]
fn hostile_messages_end() {
    for rest in [
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".to_owned() + &"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(20_000),
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n".to_owned() + &"--b\r\n".repeat(200_000),
        "Content-Type: text/plain; charset=utf-16le\r\n\r\nodd".to_owned(),
        "Content-Type: text/plain; charset=no-such\r\nContent-Transfer-Encoding: base64\r\n\r\n====".to_owned(),
        "Content-Type: text/html\r\n\r\n".to_owned() + &"<".repeat(1 << 20),
        "Content-Type: multipart/mixed\r\n\r\n--\r\n".to_owned(),
        "Cc: ".to_owned() + &"(".repeat(100_000) + "\r\n\r\n",
        "Cc: ".to_owned() + &"a:".repeat(50_000) + "\r\n\r\n",
    ] {
        let mail = format!("{HEAD}{rest}");
        let _ = try_clean(mail.as_bytes());
        let _ = try_clean(&mail.as_bytes()[..mail.len() / 2]);
    }
    let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(50_000);
    assert!(matches!(try_clean(format!("{HEAD}{deep}").as_bytes()), Err(Refusal::TooMuch { .. })));
}
