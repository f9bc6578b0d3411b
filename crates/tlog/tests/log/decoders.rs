//! Any bytes give an error or themselves.

use std::str::FromStr;

use proptest::prelude::*;
use tlog::{
    AddCheckpoint, Checkpoint, MAX_NOTE, Note, Path, Signer, VerifierKey, decode_bundle,
    encode_bundle,
};

/// Each decoder, as: the bytes that were taken, written again.
fn all(bytes: &[u8]) -> Vec<Option<Vec<u8>>> {
    let text = std::str::from_utf8(bytes).ok();
    let bundle = |width| {
        decode_bundle(bytes, width).ok().map(|entries| {
            assert_eq!(entries.len(), usize::from(width));
            encode_bundle(&entries).unwrap()
        })
    };
    vec![
        Note::decode(bytes).ok().map(|note| note.encode().into_bytes()),
        AddCheckpoint::decode(bytes).ok().map(|request| request.encode().into_bytes()),
        text.and_then(|text| Checkpoint::decode(text).ok()).map(|read| read.encode().into_bytes()),
        text.and_then(|text| VerifierKey::from_str(text).ok())
            .map(|key| key.to_string().into_bytes()),
        text.and_then(|text| Path::from_str(text).ok()).map(|path| path.to_string().into_bytes()),
        bundle(1),
        bundle(3),
        bundle(256),
    ]
}

const NOTE: &str = "example.com/log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n— example.com/log UwUw2QOk\n";
const PROOF: &str = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";
const GOOD: [&str; 6] = [
    NOTE,
    "example.com/log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\nmore\n",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "tile/0/x001/x234/067.p/9",
    "\0\u{2}ab",
    "\0\0\0\u{1}a\0\u{2}bc",
];

#[test]
fn good_bytes_are_taken() {
    for good in GOOD {
        assert!(
            all(good.as_bytes()).iter().flatten().any(|again| again == good.as_bytes()),
            "{good}"
        );
    }
    let request = format!("old 7\n{PROOF}\n{NOTE}");
    assert!(AddCheckpoint::decode(request.as_bytes()).is_ok());
}

#[test]
fn what_has_no_bound_is_refused() {
    let long = |lines: usize| NOTE.to_owned() + &"— example.com/log UwUw2QOk\n".repeat(lines);
    assert!(Note::decode(long(63).as_bytes()).is_ok());
    assert!(Note::decode(long(64).as_bytes()).is_err(), "65 signatures");
    let big = format!("{}{NOTE}", "a\n".repeat(MAX_NOTE / 2));
    assert!(Note::decode(big.as_bytes()).is_err());
    assert!(Note::new(&big).is_err());
    let request = |lines| format!("old 7\n{}\n{NOTE}", PROOF.repeat(lines));
    assert!(AddCheckpoint::decode(request(63).as_bytes()).is_ok());
    assert!(AddCheckpoint::decode(request(64).as_bytes()).is_err(), "64 hashes");
    let signer = |name: &str| Signer::new(name, &[1; 32]).unwrap();
    let mut note = Note::new("a\n").unwrap();
    (0..64).for_each(|n| signer(&n.to_string()).sign(&mut note).unwrap());
    signer("7").sign(&mut note).expect("a key signs again in its own place");
    assert_eq!(note.signatures().len(), 64);
    assert!(signer("64").sign(&mut note).is_err(), "no room");
    assert_eq!(Note::decode(note.encode().as_bytes()).unwrap(), note);
}

#[test]
fn one_way_to_write_each() {
    let bad_heads = [
        "\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "a\n08\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "a\n+8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "a\n-8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "a\n9223372036854775808\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg\n",
        "a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n",
        "a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQw==\n",
        "a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=",
        "a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n",
        "a\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\nb\n",
        "a\r\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "a\n8\n",
    ];
    for bad in bad_heads {
        assert!(Checkpoint::decode(bad).is_err(), "{bad:?}");
    }
    for bad in [
        "a\n\n",
        "a\n\n— n UwUw2QOk",
        "a\n\n- n UwUw2QOk\n",
        "a\n\n— n\n",
        "a\n\n—  UwUw2QOk\n",
        "a\n\n— n UwUw2Q==\n",
        "a\n\n— n+ UwUw2QOk\n",
        "a\n\n— n\u{a0}m UwUw2QOk\n",
        "a\n\n— n UwUw2QOk \n",
        "a\n\n— n UwUw2QOk\r\n",
        "\n— n UwUw2QOk\n",
        "— n UwUw2QOk\n",
        "a\t\n\n— n UwUw2QOk\n",
        "a\n\n— n UwUw2QOk\n\n",
        "a\n\n— n UwUw2QOk\nb\n",
    ] {
        assert!(Note::decode(bad.as_bytes()).is_err(), "{bad:?}");
    }
    assert!(Note::decode(b"a\n\n\xff").is_err());
    assert!(Checkpoint::new("a\nb", 8, [0; 32], Vec::new()).is_err());
    assert!(Checkpoint::new("a", 8, [0; 32], vec!["b\n\nc".into()]).is_err());
    assert!(Checkpoint::new("a", 8, [0; 32], vec!["b\nc".into()]).is_err());
    assert!(Checkpoint::new("a", 8, [0; 32], vec!["b".into(), "c".into()]).is_ok());
    assert!(encode_bundle(&[vec![0; 65_536]]).is_err());
    assert!(encode_bundle::<Vec<u8>>(&[]).is_err());
    assert!(encode_bundle(&vec![[0; 1]; 257]).is_err());
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for again in all(&bytes).into_iter().flatten() {
            prop_assert_eq!(&again, &bytes);
        }
    }

    /// Good bytes with a few of them changed, taken out or put in.
    #[test]
    fn nearly_good_bytes(
        which in 0usize..7,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0u8..3, prop_oneof![Just(b'\n'), Just(b' '), Just(b'='), Just(b'+'), Just(b'0'), any::<u8>()]), 1..4),
    ) {
        let request = format!("old 7\n{PROOF}\n{NOTE}");
        let mut bytes = GOOD.get(which).copied().unwrap_or(&request).as_bytes().to_vec();
        for (place, edit, byte) in edits {
            let place = place.index(bytes.len());
            match edit {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        for again in all(&bytes).into_iter().flatten() {
            prop_assert_eq!(&again, &bytes);
        }
    }
}
