//! Packages that lie, bite or never end: a refusal each, and soon.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]
#![allow(dead_code)]

mod office;

use office::{archive, clean, rels, types};
use std::time::{Duration, Instant};

const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;

fn package(document: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let kinds = types(&[("word/document.xml", "wordprocessingml.document.main")]);
    let top = rels(&[("rId1", "officeDocument", "word/document.xml")]);
    let mut members = vec![
        ("[Content_Types].xml", kinds.as_bytes()),
        ("_rels/.rels", top.as_bytes()),
        ("word/document.xml", document),
    ];
    members.extend_from_slice(more);
    archive(&members)
}

fn good() -> Vec<u8> {
    package(format!("<w:document {W}><w:body><w:p/></w:body></w:document>").as_bytes(), &[])
}

fn refusal(input: &[u8]) -> String {
    let before = Instant::now();
    let said = clean(input, &[]).map(|_| ()).unwrap_err().to_string();
    assert!(before.elapsed() < Duration::from_secs(20), "{said}");
    said
}

#[test]
fn a_good_one_is_taken() {
    assert!(clean(&good(), &[]).is_ok());
}

#[test]
fn an_end_anywhere_is_a_refusal() {
    let whole = good();
    for length in (0..whole.len()).step_by(7) {
        refusal(&whole[..length]);
    }
}

#[test]
fn a_flipped_byte_never_panics() {
    let whole = good();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let _ = clean(&bytes, &[]);
    }
}

#[test]
fn entities_are_not_declared() {
    let bomb = format!(
        r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><w:document {W}><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"#
    );
    assert!(refusal(&package(bomb.as_bytes(), &[])).contains("entities"));
    let outside = format!(
        r#"<!DOCTYPE x SYSTEM "file:///etc/passwd"><w:document {W}><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"#
    );
    assert!(refusal(&package(outside.as_bytes(), &[])).contains("entity"));
}

#[test]
fn depth_is_bounded() {
    let deep = |open: &str, close: &str| {
        format!(
            "<w:document {W}><w:body>{}{}</w:body></w:document>",
            open.repeat(50_000),
            close.repeat(50_000)
        )
    };
    assert!(refusal(&package(deep("<w:tbl>", "</w:tbl>").as_bytes(), &[])).contains("deep"));
    assert!(
        refusal(&package(deep("<w:nothing>", "</w:nothing>").as_bytes(), &[])).contains("deep")
    );
}

#[test]
fn a_bomb_does_not_go_off() {
    let mut document = format!("<w:document {W}><w:body><w:p><w:r><w:t>").into_bytes();
    document.resize(300 << 20, b'a');
    document.extend(b"</w:t></w:r></w:p></w:body></w:document>");
    let input = package(&document, &[]);
    office::does_not_go_off(&input);
}

#[test]
fn names_stay_inside_and_are_there_once() {
    let document = format!("<w:document {W}><w:body><w:p/></w:body></w:document>");
    for name in
        ["../../etc/passwd", "/etc/passwd", "word/../../x", "C:\\x", "word\\x.xml", "word//x.xml"]
    {
        let said = refusal(&package(document.as_bytes(), &[(name, b"x")]));
        assert!(said.contains("leads out"), "{name}: {said}");
    }
    let said = refusal(&package(document.as_bytes(), &[("WORD/Document.xml", b"x")]));
    assert!(said.contains("two parts of one name"), "{said}");
    // The writer refuses to write one name twice: a name of the same length is made the same afterwards.
    let mut twice = package(document.as_bytes(), &[("word/documenu.xml", b"x")]);
    while let Some(at) = twice.windows(17).position(|w| w == b"word/documenu.xml") {
        twice[at + 12] = b't';
    }
    assert!(refusal(&twice).contains("two parts of one name"));
}

#[test]
fn missing_parts_are_said_by_name() {
    let kinds = types(&[("word/document.xml", "wordprocessingml.document.main")]);
    let top = rels(&[("rId1", "officeDocument", "word/document.xml")]);
    let said = refusal(&archive(&[
        ("[Content_Types].xml", kinds.as_bytes()),
        ("_rels/.rels", top.as_bytes()),
    ]));
    assert!(said.contains("word/document.xml"), "{said}");
    let document = format!("<w:document {W}/>");
    let said = refusal(&archive(&[
        ("[Content_Types].xml", kinds.as_bytes()),
        ("word/document.xml", document.as_bytes()),
    ]));
    assert!(said.contains("_rels/.rels"), "{said}");
}
