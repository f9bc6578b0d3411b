//! Drafts of every format, and those that are hostile.

use std::io::{Cursor, Write};

use check::Document;
use zip::write::SimpleFileOptions;

pub(crate) fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

pub(crate) fn docx(body: &str, comments: &str) -> Vec<u8> {
    let document =
        format!("<?xml version=\"1.0\"?><w:document {W}><w:body>{body}</w:body></w:document>");
    let comments = format!("<w:comments {W}>{comments}</w:comments>");
    packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
        ("word/comments.xml", comments.as_bytes()),
    ])
}

fn read(name: &str, bytes: &[u8]) -> Document {
    Document::read(name, bytes).unwrap()
}

fn sentences(document: &Document) -> Vec<(String, String)> {
    let one = |s: &check::draft::Sentence| {
        (document.place(s.range.start).to_string(), document.words(&s.range).to_owned())
    };
    document.sentences.iter().map(one).collect()
}

fn pairs(want: &[(&str, &str)]) -> Vec<(String, String)> {
    want.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn plain_text_keeps_its_lines() {
    let got = read(
        "d.txt",
        b"They met at noon.\r\nDr. Ode spoke\r\nfirst. Then all.\r\n\r\nIt ended.\r\n",
    );
    assert_eq!(
        sentences(&got),
        pairs(&[
            ("d.txt:1", "They met at noon."),
            ("d.txt:2", "Dr. Ode spoke first."),
            ("d.txt:3", "Then all."),
            ("d.txt:5", "It ended."),
        ])
    );
    let place = got.place(got.text.find("Then").unwrap());
    assert_eq!((place.paragraph, place.character), (1, 40));
}

#[test]
fn markdown_is_read_as_it_is_shown() {
    let text = "+++\ntitle = \"The minutes\"\n+++\n\n# A *head*\n\nThey met **at noon**, [all](https://x.org/secret) of\nthem.[^1] It `ended`.\n\n- one\n- two\n\n| a | b |\n| - | - |\n| c | d |\n\n<!-- no --><b>Last</b> words.\n\n[^1]: A note.\n";
    assert_eq!(
        sentences(&read("d.md", text.as_bytes())),
        pairs(&[
            ("d.md:2", "title = \"The minutes\""),
            ("d.md:5", "A head"),
            ("d.md:7", "They met at noon, all of them."),
            ("d.md:8", "It ended."),
            ("d.md:10", "one"),
            ("d.md:11", "two"),
            ("d.md:13", "a b"),
            ("d.md:15", "c d"),
            ("d.md:17", "Last words."),
            ("d.md:19", "A note."),
        ])
    );
}

#[test]
fn html_is_read_as_it_is_shown() {
    let text = "<!doctype html><html><head><title>The minutes</title><style>p{}</style>\n<script>var a = '<p>no</p>';</script></head>\n<body><p>They met\nat <b>no</b>on &amp; left.<p>It ended.</p><img src=x alt=\"A table\"></body>";
    assert_eq!(
        sentences(&read("d.html", text.as_bytes())),
        pairs(&[
            ("d.html:1", "The minutes"),
            ("d.html:3", "They met at noon & left."),
            ("d.html:4", "It ended."),
            ("d.html:4", "A table"),
        ])
    );
}

#[test]
fn a_docx_has_paragraphs_comments_and_tracked_changes() {
    let body = "<w:p><w:r><w:t>They met </w:t></w:r><w:commentRangeStart w:id=\"0\"/><w:r><w:t xml:space=\"preserve\">at 09:40</w:t></w:r><w:commentRangeEnd w:id=\"0\"/><w:r><w:t xml:space=\"preserve\"> &amp; spoke.</w:t></w:r></w:p><w:p><w:del><w:r><w:delText>Gone.</w:delText><w:t>Moved.</w:t></w:r></w:del><w:ins><w:r><w:t>It ended.</w:t></w:r></w:ins></w:p>";
    let comments = "<w:comment w:id=\"0\" w:author=\"Ed\"><w:p><w:r><w:t>Who told us?</w:t></w:r></w:p></w:comment>";
    let got = read("d.docx", &docx(body, comments));
    assert_eq!(
        sentences(&got),
        pairs(&[
            ("d.docx, paragraph 1", "They met at 09:40 & spoke."),
            ("d.docx, paragraph 2", "It ended."),
        ])
    );
    assert_eq!(got.comments.len(), 1);
    let comment = &got.comments[0];
    assert_eq!((comment.text.as_str(), comment.author.as_str()), ("Who told us?", "Ed"));
    assert_eq!(got.words(&comment.range), "at 09:40");
    assert_eq!(got.notes.len(), 1);
    assert!(got.notes[0].starts_with("The document keeps tracked changes"));
}

#[test]
fn other_encodings_are_read_or_refused() {
    let latin = read("d.txt", b"Caf\xe9 at noon.");
    assert_eq!(latin.text, "Café at noon.");
    assert_eq!(latin.notes, ["d.txt was read as windows-1252."]);
    let wide: Vec<u8> = "Café at noon.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read("d.md", &wide).text, "Café at noon.");
    let refuse = |bytes: &[u8]| Document::read("d.txt", bytes).unwrap_err().to_string();
    assert_eq!(
        refuse(b"Caf\xc3\xa9\nCaf\xe9\n"),
        "d.txt:2: this line is not UTF-8, while others are: save the file as UTF-8"
    );
    assert_eq!(
        refuse(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\xff"),
        "d.txt:3: this is not text, there are bytes in it that no text has: save it as plain text in UTF-8"
    );
    assert_eq!(refuse(b" \n\n"), "d.txt: there is no text in this draft: nothing can be checked");
}

#[test]
fn a_hostile_docx_is_refused() {
    let refuse = |bytes: &[u8]| Document::read("d.docx", bytes).unwrap_err().to_string();
    // Eighty megabytes of spaces in a few kilobytes.
    let mut bomb = format!("<w:document {W}><w:body><w:p>").into_bytes();
    bomb.resize(80 << 20, b' ');
    let bomb = packed(&[("word/document.xml", &bomb)]);
    assert!(bomb.len() < 200_000);
    assert_eq!(
        refuse(&bomb),
        "d.docx: the file unpacks to more than 64 MB, far more than it could need, and is not opened: copy what is needed into a new file, on a computer that has nothing else on it"
    );
    let entities = format!(
        "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><w:document {W}><w:p><w:t>&b;</w:t></w:p></w:document>"
    );
    assert_eq!(
        refuse(&packed(&[("word/document.xml", entities.as_bytes())])),
        "d.docx: word/document.xml inside of it declares a document type, which no word processor does, and is not read: copy what is needed into a new file, on a computer that has nothing else on it"
    );
    let deep = "<w:p>".repeat(100_000);
    assert_eq!(
        refuse(&docx(&deep, "")),
        "d.docx: word/document.xml inside of it is nested more than 256 deep, which no word processor does, and is not read: copy what is needed into a new file, on a computer that has nothing else on it"
    );
    assert_eq!(
        refuse(&packed(&[("word/comments.xml", b"<x/>")])),
        "d.docx: this is not a DOCX document, the part word/document.xml is missing: save it again as .docx"
    );
    assert!(refuse(b"PK\x03\x04 and nothing").starts_with(
        "d.docx: the file is damaged, needs a password, or is not what its name says"
    ));
    let whole = docx("<w:p><w:r><w:t>x</w:t></w:r></w:p>", "");
    for cut in [30, whole.len() / 2, whole.len() - 1] {
        assert!(refuse(&whole[..cut]).starts_with("d.docx: "), "{cut}");
    }
    assert!(
        refuse(&docx("<w:p><w:t>&undeclared;</w:t></w:p>", ""))
            .contains("an entity that is not declared")
    );
    let many: Vec<(String, Vec<u8>)> = (0..5001).map(|n| (format!("{n}"), Vec::new())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    assert_eq!(
        refuse(&packed(&many)),
        "d.docx: the file has 5001 parts, more than any document, and is not opened: copy what is needed into a new file, on a computer that has nothing else on it"
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_reading_fail_otherwise(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        for name in ["d.md", "d.html", "d.txt", "d.docx"] {
            if let Ok(d) = Document::read(name, &bytes) {
                for s in &d.sentences {
                    assert!(!d.words(&s.range).is_empty());
                }
            }
        }
    }

    #[test]
    fn no_markup_makes_reading_fail_otherwise(text in "[<>/a-c=\"'&;#!\\[\\]()*`| \n-]{0,120}") {
        for name in ["d.md", "d.html"] {
            if let Ok(d) = Document::read(name, text.as_bytes()) {
                for s in &d.sentences {
                    assert!(!d.words(&s.range).is_empty());
                    let _ = d.place(s.range.start);
                }
            }
        }
    }
}
