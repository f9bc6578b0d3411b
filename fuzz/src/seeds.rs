//! Where the fuzzer starts from: the test vectors, and small hand-made examples.

use std::fs;
use std::path::Path;

/// The longest input, in bytes; as in `fuzz/run`.
pub const LONGEST: usize = 20_000;

/// A newsroom's own file.
pub const NEWSROOM: &str = r#"name = "The Ledger"
tagline = "What was said"
language = "en"
contact = ["By post: 4 Quay Street"]

[[sections]]
name = "World"
about = "Abroad"
"#;

/// One story.
pub const STORY: &str = r#"+++
title = "A title"
section = "world"
date = 2026-11-20
byline = "Ada Quill"
summary = "One sentence."
+++

Prose in **bold**, *italic*, [a link](https://example.org/) and a note[^1].

## A subhead

> [attributed: the indictment, 4 May]
> The list was printed.

> [denied: Ministry of Works]
> "Never."

| a | b |
| - | - |
| 1 | 2 |

[^1]: A footnote.
"#;

/// A small ledger that refers to one file of each kind.
pub const LEDGER: &str = r#"others = "5..50"
[[people]]
file = "staff.csv"
[[circle]]
name = "mail"
mail = ["mail.eml"]
[[circle]]
name = "calendar"
calendar = ["calendar.ics"]
[[circle]]
name = "log"
log = [{ file = "access.log" }]
[[circle]]
name = "all"
filter = "unit = Legal or name != ''"
[[circle]]
name = "guess"
estimate = "1..3"
within = "all"
[[fact]]
name = "f"
say = { ask_first = true, not_before = 2019-03-14 }
[[fact.wording]]
text = "a"
circle = "guess"
coarser = ["b"]
[[fact.wording]]
text = "b"
circle = "all"
loss = 3
[[release]]
name = "r"
kind = "story"
at = 2019-03-14T09:40:00Z
gave = [{ fact = "f", wording = "b" }]
"#;

/// People.
pub const STAFF: &str = "name,email,unit\nAna,a@x.org,Legal\n\"Ode, Ben\",b@x.org,Press\n";

/// A message.
pub const MAIL: &str = "From: Ana <a@x.org>\r\nTo: \"Ode, Ben\" <b@x.org>\r\n\r\nx";

/// A calendar entry.
pub const CALENDAR: &str =
    "BEGIN:VCALENDAR\r\nATTENDEE;CN=\"Ana\":mailto:a@x.org\r\nEND:VCALENDAR\r\n";

/// An access log.
pub const LOG: &str = "h - a@x.org [14/Mar/2019:09:40:00 +0000] \"GET /m HTTP/1.1\" 200 5\n";

/// Writes the seeds of a target into `folder`.
pub fn write(folder: &Path, target: &str) {
    let (file, signature) = match target {
        "packet" => ("packet", 0),
        "inner" => ("inner", 0),
        "message" => ("message", 0),
        "reply" => ("reply", 0),
        "chunk" => ("chunk", 0),
        "chunk-signed" | "planted-in-chunk" => ("chunk", 64),
        "key-list" => ("keylist", 0),
        "passphrase" => ("passphrase", 0),
        _ => ("", 0),
    };
    let mut seeds = crate::between::seeds(target);
    let path =
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors")).join(format!("{file}.json"));
    if let Ok(text) = fs::read_to_string(path) {
        let json: serde_json::Value = serde_json::from_str(&text).expect("vectors are JSON");
        for vector in json["vectors"].as_array().into_iter().flatten() {
            for field in ["bytes", "entry"] {
                if let Some(bytes) = vector[field].as_str().and_then(|h| hex::decode(h).ok()) {
                    seeds.push(bytes[..bytes.len().saturating_sub(signature)].to_vec());
                }
            }
            let bodies = vector["bodies"].as_array().into_iter().flatten();
            let joined: Vec<u8> =
                bodies.filter_map(|b| hex::decode(b.as_str()?).ok()).flatten().collect();
            if !joined.is_empty() {
                seeds.push(joined);
            }
            seeds.extend(vector["typed"].as_str().map(|t| t.as_bytes().to_vec()));
        }
    }
    match target {
        "story" => seeds.push(STORY.into()),
        "newsroom" => seeds.push(NEWSROOM.into()),
        "draft-markdown" => seeds.push(STORY.into()),
        "draft-html" => seeds.push("<p>One <b>two</b>.<script>x</script><br>Three &amp; four.".into()),
        "draft-text" => seeds.push("Dr. Weber spoke. “So what?” he asked.\n\nEnd.".into()),
        "draft-docx-part" => seeds.push(
            r#"<w:x><w:comment w:id="0"><w:p><w:t>Who?</w:t></w:p></w:comment><w:p><w:commentRangeStart w:id="0"/><w:r><w:t>One &amp; two.</w:t></w:r><w:commentRangeEnd w:id="0"/><w:del><w:t>x</w:t></w:del></w:p></w:x>"#
                .into(),
        ),
        "ledger" => seeds.push(LEDGER.into()),
        "ledger-csv" => seeds.push(STAFF.into()),
        "draft-mail" | "ledger-mail" => seeds.push(MAIL.into()),
        "ledger-calendar" => seeds.push(CALENDAR.into()),
        "ledger-log" => seeds.push(LOG.into()),
        "filter" => seeds.push("not (unit = \"Legal\" or x contains y) and day before 2019-03-14".into()),
        "payload" | "inner-sealed" => seeds.push(payload()),
        "packet-sealed" => seeds.push([&[1, 4][..], &[9; 2956]].concat()),
        "reply-sealed" => {
            seeds.push([&[1, 1][..], &[8; 16], &[0, 1], &[0; 8], &[0, 3, 3, 0, 0]].concat())
        }
        "certificate" | "certificate-signed" => seeds.push(certificate()),
        "revocation" => seeds.push([&[1, b'R'][..], &[4; 112]].concat()),
        "desk-key" => seeds.push([&[1, b'W'][..], &[2; 1340]].concat()),
        "batch" | "batch-signed" => seeds.push(batch()),
        "bundle" => seeds.push([&[1, b'U', 0, 0][..], &[2; 2842]].concat()),
        "bundle-signed" => seeds.push([&[1, b'U', 0, 0][..], &[2; 2778]].concat()),
        "desk-token" => seeds.push(vec![3; 88]),
        "link-to-mix" | "link-from-mix" => {
            seeds.extend((1..=8).map(|kind| [&[0, 0, 0, 40, kind][..], &[0; 39]].concat()));
            seeds.push([&[0, 0, 11, 31, 3][..], &[1; 2846]].concat());
        }
        "papers" => seeds.push(b"subrosa request\nname: Night desk\nkey: 00\nproof: 00\n".to_vec()),
        _ => {}
    }
    seeds.extend(documents(target));
    seeds.extend(crate::log::seeds(target));
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:03}")), seed).expect("a seed");
    }
}

fn payload() -> Vec<u8> {
    let mut bytes =
        [&[1, 1][..], &[5; 32], &[0, 1], &2968_u32.to_be_bytes(), &[6; 32], &[0, 3], &[3, 0, 0]]
            .concat();
    bytes.resize(1819, 0);
    bytes
}

fn certificate() -> Vec<u8> {
    let dates = [1_795_000_000_u64.to_be_bytes(), 1_796_000_000_u64.to_be_bytes()].concat();
    let key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes();
    let mut bytes = [&[1, 2][..], &[4; 16], &[0; 32], &dates, &key, &[5], b"Night"].concat();
    bytes.resize(163, 0);
    bytes
}

fn batch() -> Vec<u8> {
    let mut bytes =
        [&[1, b'B', 0, 1][..], &7_u64.to_be_bytes(), &10_u32.to_be_bytes(), &[1]].concat();
    bytes.resize(17 + 1188 + 2958 + 16, 1);
    bytes
}

/// Documents of the corpus, as far as they are small: of a large one the fuzzer would see the beginning only.
fn documents(target: &str) -> Vec<Vec<u8>> {
    let formats: &[&str] = match target {
        "detect" => &corpus::FORMATS,
        "jpeg" => &["JPEG"],
        "png" => &["PNG"],
        "gif" => &["GIF"],
        "webp" => &["WebP"],
        "tiff" => &["TIFF"],
        "heic" => &["HEIC", "AVIF"],
        "pdf" => &["PDF"],
        "office" | "office-archive" => &["DOCX", "XLSX", "PPTX"],
        "opendocument" | "opendocument-archive" => &["ODT", "ODS", "ODP", "EPUB"],
        "markup" => &["SVG", "HTML", "Markdown"],
        "text" => &["TXT", "CSV"],
        "mail" => &["EML", "RTF"],
        "archive" => &["ZIP", "TAR"],
        "sound" => &["MP3", "FLAC", "OGG", "WAV"],
        "film" => &["MP4", "MOV", "MKV", "WebM"],
        _ => return Vec::new(),
    };
    let samples = corpus::samples().into_iter().filter(|sample| formats.contains(&sample.format));
    let bytes = samples.map(|sample| sample.bytes);
    let seeds: Vec<Vec<u8>> = match target {
        "office" => bytes.map(|bytes| unpacked(&bytes)).collect(),
        "opendocument" => (0_u8..)
            .zip(bytes)
            .map(|(kind, bytes)| [&[kind], unpacked(&bytes).as_slice()].concat())
            .collect(),
        _ => bytes.collect(),
    };
    seeds.into_iter().filter(|seed| seed.len() <= LONGEST).collect()
}

/// The members of an archive as the target `office` reads them, without pictures and the like.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut out = Vec::new();
    for index in 0..zip.len() {
        let mut member = zip.by_index(index).expect("a member");
        let mut content = Vec::new();
        member.read_to_end(&mut content).expect("its bytes");
        if !content.contains(&0) && member.name().is_ok_and(|name| name != "mimetype") {
            out.extend([member.name().expect("a name").as_bytes(), &[0], &content, &[0]].concat());
        }
    }
    out
}
