//! Where the fuzzer starts from: the test vectors, and small hand-made examples.

use std::fs;
use std::path::Path;

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
    let mut seeds: Vec<Vec<u8>> = Vec::new();
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
