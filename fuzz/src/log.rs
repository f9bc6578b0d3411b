//! The public log's decoders, its witness and its reader.

use std::str::FromStr;

use tlog::{
    AddCheckpoint, Checkpoint, Client, Cosigner, Hash, Note, Path, Refusal, Signer, Tree,
    VerifierKey, Witness,
};

const ORIGIN: &str = "example.com/log";

/// Any bytes as each of the log's texts: an error, or the same bytes again.
pub fn note(data: &[u8]) {
    let log = signer();
    if let Ok(note) = Note::decode(data) {
        assert_eq!(note.encode().as_bytes(), data, "one way to write a note");
        let _ = note.checkpoint(&[log.verifier().clone()]);
    }
    if let Ok(request) = AddCheckpoint::decode(data) {
        assert_eq!(request.encode().as_bytes(), data, "one way to write a request");
    }
    // As what a witness answered.
    let mut answered = log.checkpoint(&five()).expect("a note");
    if answered.add_lines(data, &[cosigner().verifier().clone()]).is_err() {
        assert_eq!(answered.signatures().len(), 1, "what is wrong changes nothing");
    }
    if let Some(size) = Refusal::known_size(data) {
        assert_eq!(format!("{size}\n").as_bytes(), data, "one way to write a size");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(checkpoint) = Checkpoint::decode(text) {
        assert_eq!(checkpoint.encode(), text, "one way to write a checkpoint");
    }
    if let Ok(key) = VerifierKey::from_str(text) {
        assert_eq!(key.to_string(), text, "one way to write a key");
    }
    if let Ok(path) = Path::from_str(text) {
        assert_eq!(path.to_string(), text, "one way to write a path");
    }
}

/// A witness that knows five entries, asked by the log itself: old size, size, root and proof are the fuzzer's.
pub fn witness(data: &[u8]) {
    let Some(([old, size], rest)) = data.split_first_chunk() else { return };
    let (hashes, _) = rest.as_chunks::<32>();
    let Some((root, proof)) = hashes.split_first() else { return };
    let known = tree(5);
    let mut witness = Witness::new(cosigner());
    witness.watch(ORIGIN, vec![signer().verifier().clone()], None).expect("a log");
    let mut ask = |old: &u8, size: u64, root: Hash, proof: &[Hash]| {
        let checkpoint = Checkpoint::new(ORIGIN, size, root, Vec::new()).expect("a checkpoint");
        let note = signer().checkpoint(&checkpoint).expect("a note");
        let request = AddCheckpoint { old: (*old).into(), proof: proof.to_vec(), note };
        witness.add_checkpoint(request.encode().as_bytes(), 1, |_, _| Ok::<(), ()>(()))
    };
    ask(&0, 5, known.root(), &[]).expect("the first checkpoint");
    if ask(old, (*size).into(), *root, proof).is_ok() {
        assert!(*old == 5 && *size >= 5, "only what continues the log is cosigned");
        assert!(*size != 5 || *root == known.root(), "one root for one size");
    }
}

/// A reader of a log of 300 entries, with the fuzzer's bytes for one of its files.
pub fn reader(data: &[u8]) {
    let tree = tree(300);
    let head = Checkpoint::new(ORIGIN, 300, tree.root(), Vec::new()).expect("a checkpoint");
    let honest = |path: &str| tree.tile(&Path::from_str(path).map_err(|_| ())?).map_err(|_| ());
    for served in ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44", "tile/0/000"] {
        let mut client =
            Client::new(|path: &str| if path == served { Ok(data.to_vec()) } else { honest(path) });
        let leaf = tlog::leaf_hash(&entry(299));
        if let Ok(proof) = client.inclusion(&leaf, 299, &head) {
            assert_eq!(Ok(proof), tree.inclusion(299, 300), "another proof for the same place");
        }
        if let Ok(entries) = client.bundle(1, &head) {
            assert!(entries.into_iter().eq((256..300).map(entry)), "wrong entries were taken");
        }
        let _ = client.check(&head);
    }
}

/// A note, a request, a key and a path; a request to the witness; a bundle and a tile.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let tree = tree(9);
    let head = Checkpoint::new(ORIGIN, 9, tree.root(), Vec::new()).expect("a checkpoint");
    let note = signer().checkpoint(&head).expect("a note");
    let proof = tree.consistency(5, 9).expect("a proof");
    match target {
        "log-note" => vec![
            note.encode().into_bytes(),
            head.encode().into_bytes(),
            AddCheckpoint { old: 5, proof, note }.encode().into_bytes(),
            signer().verifier().to_string().into_bytes(),
            cosigner().cosign(&five().encode(), 1).expect("a signature").to_string().into_bytes(),
            b"9\n".to_vec(),
            b"tile/0/x001/x234/067.p/8".to_vec(),
        ],
        "log-witness" => {
            let hashes = [vec![tree.root()], proof].concat();
            vec![[&[5, 9], hashes.as_flattened()].concat()]
        }
        "log-reader" => {
            let entries: Vec<Vec<u8>> = (256..300).map(entry).collect();
            vec![tlog::encode_bundle(&entries).expect("a bundle"), tree_tile()]
        }
        _ => Vec::new(),
    }
}

fn tree_tile() -> Vec<u8> {
    let path = Path::from_str("tile/0/001.p/44").expect("a path");
    tree(300).tile(&path).expect("a tile")
}

fn entry(index: u16) -> Vec<u8> {
    index.to_be_bytes().to_vec()
}

fn tree(size: u16) -> Tree {
    let mut tree = Tree::new();
    for index in 0..size {
        tree.push(&entry(index));
    }
    tree
}

fn five() -> Checkpoint {
    Checkpoint::new(ORIGIN, 5, tree(5).root(), Vec::new()).expect("a checkpoint")
}

fn cosigner() -> Cosigner {
    Cosigner::new("witness.example", &[2; 32]).expect("a name")
}

fn signer() -> Signer {
    Signer::new(ORIGIN, &[1; 32]).expect("a name")
}
