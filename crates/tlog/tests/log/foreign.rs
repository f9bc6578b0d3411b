//! Against Cloudflare's `signed_note` and `tlog_tiles`, which share no line with this crate: what one side makes, the
//! other takes; what one side makes of the same entries is what the other makes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use signed_note::{StandardSigner, StandardVerifier, VerifierList};
use tlog::{Client, Hash, Kind, Note, Path, Signer, leaf_hash};
use tlog_tiles::{HashReader, Tile, TileHashReader, TileReader};

use crate::folder::{Folder, checkpoint, entries, fetch, head, tree, write};

const NAME: &str = "example.com/log";
const SEED: [u8; 32] = [7; 32];

/// The key of both sides, as the other side writes it down.
fn their_signer(signer: &Signer) -> StandardSigner {
    let typed = [&[1], &SEED[..]].concat();
    let id = hex::encode(signer.verifier().id());
    StandardSigner::new(&format!("PRIVATE+KEY+{NAME}+{id}+{}", STANDARD.encode(typed))).unwrap()
}

fn their_keys(signer: &Signer) -> VerifierList {
    let key = StandardVerifier::new(&signer.verifier().to_string()).unwrap();
    VerifierList::new(vec![Box::new(key)])
}

#[test]
fn notes_and_checkpoints() {
    let signer = Signer::new(NAME, &SEED).unwrap();
    let keys = [signer.verifier().clone()];
    for size in [0, 1, 8, 300] {
        let ours = head(&entries(size));
        // The text, both ways.
        let theirs = tlog_tiles::Checkpoint::from_bytes(ours.encode().as_bytes()).unwrap();
        assert_eq!((theirs.origin(), theirs.size(), &theirs.hash().0), (NAME, size, ours.root()));
        assert_eq!(theirs.to_bytes(), ours.encode().into_bytes());
        // The signature, both ways; Ed25519 has one signature for one text.
        let signed = signer.checkpoint(&ours).unwrap();
        let read = signed_note::Note::from_bytes(signed.encode().as_bytes()).unwrap();
        assert_eq!(read.verify(&their_keys(&signer)).unwrap().0.len(), 1);
        let mut made = signed_note::Note::new(&theirs.to_bytes(), &[]).unwrap();
        made.add_sigs(&[&their_signer(&signer)]).unwrap();
        assert_eq!(made.to_bytes(), signed.encode().into_bytes());
        assert_eq!(Note::decode(&made.to_bytes()).unwrap().checkpoint(&keys).unwrap(), ours);
        // The control: a text that is not the signed one.
        let forged = signed.encode().replace("example.com/log\n", "example.com/leg\n");
        let read = signed_note::Note::from_bytes(forged.as_bytes()).unwrap();
        assert!(read.verify(&their_keys(&signer)).is_err());
        assert!(Note::decode(forged.as_bytes()).unwrap().verify(&keys).is_err());
    }
}

/// Their log: every stored hash, in their order.
#[derive(Default)]
struct Stored(Vec<tlog_tiles::Hash>);

impl Stored {
    fn of(entries: &[Vec<u8>]) -> Self {
        let mut stored = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            let new = tlog_tiles::stored_hashes(index as u64, entry, &stored).unwrap();
            stored.0.extend(new);
        }
        stored
    }
}

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[usize::try_from(*index).unwrap()]).collect())
    }
}

fn theirs(proof: &[Hash]) -> Vec<tlog_tiles::Hash> {
    proof.iter().map(|hash| tlog_tiles::Hash(*hash)).collect()
}

fn raw(proof: &[tlog_tiles::Hash]) -> Vec<Hash> {
    proof.iter().map(|hash| hash.0).collect()
}

/// Their path names the height 8, which C2SP leaves out.
fn path_of(tile: &Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1)
}

#[test]
fn roots_and_proofs() {
    let all = entries(300);
    let (ours, stored) = (tree(&all), Stored::of(&all));
    let hash = tlog_tiles::Hash;
    for size in (1..40).chain([63, 64, 65, 127, 128, 129, 255, 256, 257, 300]) {
        let root = ours.root_at(size).unwrap();
        assert_eq!(tlog_tiles::tree_hash(size, &stored).unwrap().0, root);
        for index in (0..size).step_by(3) {
            let proof = ours.inclusion(index, size).unwrap();
            let made = tlog_tiles::prove_record(size, index, &stored).unwrap();
            assert_eq!(raw(&made), proof);
            let leaf = leaf_hash(&all[usize::try_from(index).unwrap()]);
            tlog::verify_inclusion(&leaf, index, size, &raw(&made), &root).unwrap();
            let take = |leaf| {
                tlog_tiles::check_record(&theirs(&proof), size, hash(root), index, hash(leaf))
            };
            take(leaf).unwrap();
            assert!(take([0; 32]).is_err());
        }
        for old in (1..=size).step_by(3) {
            let proof = ours.consistency(old, size).unwrap();
            let made = tlog_tiles::prove_tree(size, old, &stored).unwrap();
            assert_eq!(raw(&made), proof);
            let first = ours.root_at(old).unwrap();
            tlog::verify_consistency(old, size, &raw(&made), &first, &root).unwrap();
            let take =
                |first| tlog_tiles::check_tree(&theirs(&proof), size, hash(root), old, hash(first));
            take(first).unwrap();
            assert!(take([0; 32]).is_err());
        }
    }
}

/// Our folder, read by their client.
struct Served<'f>(&'f Folder);

impl TileReader for Served<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        Ok(tiles.iter().map(|tile| self.0[&path_of(tile)].clone()).collect())
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

#[test]
fn tiles() {
    let all = entries(70_000);
    let (ours, stored) = (tree(&all), Stored::of(&all));
    let (size, mut folder) = (70_000, Folder::new());
    write(&mut folder, &all, 0);
    // The same files.
    let tiles = Tile::new_tiles(8, 0, size);
    assert_eq!(tiles.len(), folder.keys().filter(|path| !path.contains("entries")).count());
    for tile in &tiles {
        assert_eq!(tile.read_data(&stored).unwrap(), folder[&path_of(tile)], "{}", tile.path());
    }
    // Their client on our files.
    let served = Served(&folder);
    let root = ours.root();
    let reader = TileHashReader::new(size, tlog_tiles::Hash(root), &served);
    assert_eq!(tlog_tiles::tree_hash(size, &reader).unwrap().0, root);
    for index in [0, 1, 255, 256, 65_535, 65_536, 69_999] {
        let proof = tlog_tiles::prove_record(size, index, &reader).unwrap();
        assert_eq!(raw(&proof), ours.inclusion(index, size).unwrap());
        let proof = tlog_tiles::prove_tree(size, index + 1, &reader).unwrap();
        assert_eq!(raw(&proof), ours.consistency(index + 1, size).unwrap());
    }
    // Our client on their files.
    let made: Folder =
        tiles.iter().map(|tile| (path_of(tile), tile.read_data(&stored).unwrap())).collect();
    let mut asked = Vec::new();
    let mut client = Client::new(fetch(&made, &mut asked));
    let head = checkpoint(size, tlog_tiles::tree_hash(size, &stored).unwrap().0);
    client.check(&head).unwrap();
    for index in [0, 255, 65_536, 69_999] {
        let leaf = leaf_hash(&all[usize::try_from(index).unwrap()]);
        client.inclusion(&leaf, index, &head).unwrap();
    }
}

#[test]
fn what_a_growing_log_writes() {
    for (old, new) in [(0, 1), (1, 2), (100, 101), (1, 256), (255, 257), (65_535, 65_537), (7, 7)] {
        let mut ours: Vec<String> = Path::grown(old, new)
            .filter(|path| path.kind() != Kind::Entries)
            .map(|path| path.to_string())
            .collect();
        let mut made: Vec<String> = Tile::new_tiles(8, old, new).iter().map(path_of).collect();
        ours.sort();
        made.sort();
        assert_eq!(ours, made, "{old} to {new}");
    }
}
