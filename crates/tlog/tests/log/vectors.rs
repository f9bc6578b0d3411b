//! Published examples: RFC 6962's reference tree, C2SP's documents, Go's `sumdb/note`, and a checkpoint of a public log
//! with the cosignature of a public witness.

use std::str::FromStr;

use tlog::{
    AddCheckpoint, Checkpoint, Error, Hash, KeyType, Kind, Note, Path, Signer, Tree, VerifierKey,
    leaf_hash, root_of_empty, verify_consistency, verify_inclusion,
};

fn hash(text: &str) -> Hash {
    hex::decode(text).unwrap().try_into().unwrap()
}

/// The leaves of the known-answer tree of the Certificate Transparency reference implementation.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

/// Its roots after each leaf.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn the_reference_tree_of_eight() {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(root_of_empty(), hash(empty));
    assert_eq!(leaf_hash(b""), hash(ROOTS[0]));
    let mut tree = Tree::new();
    assert_eq!(tree.root(), hash(empty));
    for (leaf, root) in LEAVES.iter().zip(ROOTS) {
        tree.push(&hex::decode(leaf).unwrap());
        assert_eq!(tree.root(), hash(root));
    }
    // Proofs that the same implementations publish.
    let first = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    .map(hash);
    assert_eq!(tree.inclusion(0, 8).unwrap(), first);
    assert_eq!(tree.consistency(1, 8).unwrap(), first);
    let six = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    .map(hash);
    assert_eq!(tree.consistency(6, 8).unwrap(), six);
    verify_consistency(6, 8, &six, &hash(ROOTS[5]), &hash(ROOTS[7])).unwrap();
    verify_inclusion(&hash(ROOTS[0]), 0, 8, &first, &hash(ROOTS[7])).unwrap();
    assert_eq!(verify_consistency(6, 8, &six, &hash(ROOTS[4]), &hash(ROOTS[7])), Err(Error::Proof));
}

const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n";
const PETER_LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn the_note_of_sumdb() {
    // The seed is in PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz.
    let seed = hash("810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173");
    let signer = Signer::new("PeterNeumann", &seed).unwrap();
    assert_eq!(signer.verifier().to_string(), PETER);
    let mut note = Note::new(PETER_TEXT).unwrap();
    signer.sign(&mut note).unwrap();
    assert_eq!(note.encode(), format!("{PETER_TEXT}\n{PETER_LINE}"));
    let read = Note::decode(note.encode().as_bytes()).unwrap();
    assert_eq!(read, note);
    read.verify(&[PETER.parse().unwrap()]).unwrap();
    let forged = note.encode().replace("know", "care");
    let forged = Note::decode(forged.as_bytes()).unwrap();
    assert_eq!(forged.verify(&[PETER.parse().unwrap()]), Err(Error::Signature));
}

#[test]
fn the_note_of_signed_note() {
    let key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let note = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let key: VerifierKey = key.parse().unwrap();
    let note = Note::decode(note.as_bytes()).unwrap();
    assert_eq!(note.unverified_text(), "This is an example message.\n");
    assert_eq!(note.verify(std::slice::from_ref(&key)).unwrap()[0].key, &key);
    assert_eq!(note.verify(&[PETER.parse().unwrap()]), Err(Error::Untrusted));
}

/// The text may have empty lines: the last one ends it.
#[test]
fn the_poem_of_signed_note() {
    let poem = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    let note = Note::decode(poem.as_bytes()).unwrap();
    assert!(note.unverified_text().ends_with("\n\ned è subito sera.\n"));
    assert_eq!(note.signatures()[0].name(), "quasimodo.example/salvatore");
    assert_eq!(note.encode(), poem);
}

/// Cosigned by `witness.navigli.sunlight.geomys.org`, which runs in public.
const COACH: &str = "coachandhorses2026h1.staging.certificate.transparency.goog\n185550722\nYXAM0VmnrfvLaBCOOYSJhCaE5F10oGBOo+hkbDa1kng=\n\n— coachandhorses2026h1.staging.certificate.transparency.goog MpXgsHy8ZwxXnO+WjtVrPxAzL49Rs1gWTkNVNeEa//5peAzaocRCB3qt3EaibjzY5GILLtGgBP7dBhgcSHy+JQh0OAc=\n— witness.navigli.sunlight.geomys.org o+AP4gAAAABqb7DzNrGFRJnQ9vrJ8xpnwZytnr/ZYczDIsvwvouiSjwOjn7a72ccxBk+lKnZ7dKqkYKER1s/KxLTaVwQD7lJZTC/CQ==\n";
const NAVIGLI: &str =
    "witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G";

#[test]
fn the_cosignature_of_a_public_witness() {
    let key: VerifierKey = NAVIGLI.parse().unwrap();
    assert_eq!(key.kind(), KeyType::CosignatureV1);
    let note = Note::decode(COACH.as_bytes()).unwrap();
    let keys = [key];
    assert_eq!(note.verify(&keys).unwrap()[0].time, Some(0x6a6f_b0f3));
    assert_eq!(Checkpoint::decode(note.unverified_text()).unwrap().size(), 185_550_722);
    // The time is signed too.
    let later = Note::decode(COACH.replace("o+AP4gAAAABqb7Dz", "o+AP4gAAAABqb7D0").as_bytes());
    assert_eq!(later.unwrap().verify(&keys), Err(Error::Signature));
}

#[test]
fn the_request_of_tlog_witness() {
    let request = "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";
    let read = AddCheckpoint::decode(request.as_bytes()).unwrap();
    assert_eq!((read.old, read.proof.len()), (20_852_014, 4));
    assert_eq!(read.encode(), request);
    let checkpoint = Checkpoint::decode(read.note.unverified_text()).unwrap();
    assert_eq!(
        (checkpoint.origin(), checkpoint.size()),
        ("example.com/behind-the-sofa", 20_852_163)
    );
}

#[test]
fn keys_of_other_implementations() {
    for key in [
        PETER,
        NAVIGLI,
        "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
        "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    ] {
        assert_eq!(VerifierKey::from_str(key).unwrap().to_string(), key);
    }
    // Every piece of a key is not a key, nor is one with a byte changed.
    for (from, to) in
        (0..PETER.len()).flat_map(|from| (from..=PETER.len()).map(move |to| (from, to)))
    {
        assert_eq!(VerifierKey::from_str(&PETER[from..to]).is_ok(), to - from == PETER.len());
    }
    for place in 0..PETER.len() {
        let mut bytes = PETER.as_bytes().to_vec();
        bytes[place] += 1;
        assert!(VerifierKey::from_str(std::str::from_utf8(&bytes).unwrap()).is_err(), "{place}");
    }
}

#[test]
fn the_paths_and_sizes_of_tlog_tiles() {
    let path = Path::new(Kind::Hashes(0), 1_234_067, 256).unwrap();
    assert_eq!(path.to_string(), "tile/0/x001/x234/067");
    // A tree of 70,000 entries.
    let wide = |level, index| Path::at(Kind::Hashes(level), index, 70_000).map(|path| path.width());
    assert_eq!((wide(0, 272), wide(0, 273), wide(0, 274)), (Some(256), Some(112), None));
    assert_eq!((wide(1, 0), wide(1, 1), wide(1, 2)), (Some(256), Some(17), None));
    assert_eq!((wide(2, 0), wide(2, 1), wide(3, 0)), (Some(1), None, None));
    assert_eq!(Path::grown(0, 70_000).count(), 274 * 2 + 2 + 1);
    // A tree of 256.
    assert_eq!(Path::at(Kind::Hashes(0), 0, 256).unwrap().to_string(), "tile/0/000");
    assert_eq!(Path::at(Kind::Hashes(1), 0, 256).unwrap().to_string(), "tile/1/000.p/1");
    for good in ["tile/entries/000", "tile/63/999.p/255", "tile/7/x123/x456/x789/000.p/1"] {
        assert_eq!(good.parse::<Path>().unwrap().to_string(), good);
    }
    for bad in [
        "tile/64/000",
        "tile/00/000",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/2",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/+1",
        "tile/+1/000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "/tile/0/000",
        "tile/0/000/",
        "tile/x/000",
        "tile//000",
        "tile/0/",
        "tile/0/0²0",
        "tile/0/-00",
    ] {
        assert!(bad.parse::<Path>().is_err(), "{bad}");
    }
}
