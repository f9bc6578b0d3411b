//! A reader against an honest log and against forgers.

use tlog::{Checkpoint, Client, ClientError, Error, Hash, encode_bundle, leaf_hash};

use crate::folder::{Folder, checkpoint, entries, fetch, head, tree, write};

fn folder(entries: &[Vec<u8>]) -> Folder {
    let mut folder = Folder::new();
    write(&mut folder, entries, 0);
    folder
}

/// Everything that a reader can ask of these files; the first refusal.
fn read(
    folder: &Folder,
    known: &[Vec<u8>],
    old: &Checkpoint,
    new: &Checkpoint,
) -> Result<(), ClientError<String>> {
    let mut asked = Vec::new();
    let mut client = Client::new(fetch(folder, &mut asked));
    client.check(new)?;
    client.consistency(old, new)?;
    let mut seen = Vec::new();
    for bundle in 0..new.size().div_ceil(256) {
        seen.extend(client.bundle(bundle, new)?);
    }
    assert_eq!(seen, known, "what was taken is what the log has");
    for (index, entry) in known.iter().enumerate().step_by(7) {
        client.inclusion(&leaf_hash(entry), index as u64, new)?;
    }
    Ok(())
}

fn inconsistent<T>(answer: Result<T, ClientError<String>>) -> bool {
    matches!(answer, Err(ClientError::Log(Error::Inconsistent)))
}

#[test]
fn an_honest_log_of_every_shape() {
    for size in [1, 2, 3, 255, 256, 257, 300, 511, 512, 513, 767, 1000] {
        let all = entries(size);
        let half = head(&all[..all.len() / 2]);
        read(&folder(&all), &all, &half, &head(&all)).unwrap();
    }
    let empty = checkpoint(0, tlog::root_of_empty());
    read(&Folder::new(), &[], &empty, &empty).unwrap();
    assert!(inconsistent(read(&Folder::new(), &[], &empty, &checkpoint(0, [0; 32]))));
}

/// Three levels of tiles; only a few files are asked for, and each once.
#[test]
fn a_proof_from_a_large_log_needs_few_files() {
    let all = entries(70_000);
    let (files, new) = (folder(&all), head(&all));
    let mut asked = Vec::new();
    let mut client = Client::new(fetch(&files, &mut asked));
    client.check(&new).unwrap();
    client.inclusion(&leaf_hash(&all[40_000]), 40_000, &new).unwrap();
    client.inclusion(&leaf_hash(&all[40_001]), 40_001, &new).unwrap();
    let entries = client.bundle(273, &new).unwrap();
    drop(client);
    assert_eq!(entries, all[273 * 256..]);
    asked.sort();
    let files = [
        "tile/0/156",
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
        "tile/entries/273.p/112",
    ];
    assert_eq!(asked, files);
}

/// A partial tile may go once the full one is there.
#[test]
fn a_full_tile_in_place_of_a_partial_one() {
    let all = entries(600);
    let old = head(&all[..300]);
    let mut files = folder(&all[..300]);
    write(&mut files, &all, 300);
    let full: Vec<String> = files.keys().filter(|path| !path.contains(".p/")).cloned().collect();
    files.retain(|path, _| !full.iter().any(|full| path.starts_with(&format!("{full}.p/"))));
    assert!(!files.contains_key("tile/0/001.p/44") && files.contains_key("tile/1/000.p/1"));
    files.remove("tile/entries/002.p/88");
    let mut asked = Vec::new();
    let mut client = Client::new(fetch(&files, &mut asked));
    assert_eq!(client.bundle(0, &old).unwrap(), all[..256]);
    assert_eq!(client.bundle(1, &old).unwrap(), all[256..300]);
    let known = head(&all[..290]);
    client.consistency(&known, &old).unwrap();
    let missing = client.bundle(2, &head(&all));
    assert!(matches!(missing, Err(ClientError::Fetch(path)) if path == "no tile/entries/002.p/88"));
}

/// Forged in one place each: changed, dropped, swapped, and another history from there on.
fn forgeries(honest: &[Vec<u8>], at: usize) -> Vec<Vec<Vec<u8>>> {
    let mut changed = honest.to_vec();
    changed[at].push(b'!');
    let mut dropped = honest.to_vec();
    dropped.remove(at);
    let mut filled = dropped.clone();
    filled.push(b"another".to_vec());
    let mut swapped = honest.to_vec();
    swapped.swap(at, at + 1);
    let mut fork = honest[..at].to_vec();
    fork.extend((at..honest.len()).map(|n| format!("fork {n}").into_bytes()));
    vec![changed, dropped, filled, swapped, fork]
}

#[test]
fn forged_entries_are_refused() {
    for size in [2, 3, 256, 257, 600] {
        let honest = entries(size);
        let (new, empty) = (head(&honest), checkpoint(0, tlog::root_of_empty()));
        read(&folder(&honest), &honest, &empty, &new).unwrap();
        let end = honest.len() - 2;
        for at in [0, end / 2, end] {
            for forged in forgeries(&honest, at) {
                // Under the checkpoint that the log signed, its files are no longer worth anything.
                let files = folder(&forged);
                assert!(read(&files, &forged, &empty, &new).is_err(), "{at} of {size}");
                // A checkpoint that the log signs for them does not continue the one that readers know.
                let lie = head(&forged);
                read(&files, &forged, &empty, &lie).expect("alone, the lie holds");
                let known = head(&honest[..=(at + 1)]);
                let mut asked = Vec::new();
                let mut client = Client::new(fetch(&files, &mut asked));
                let answer = client.consistency(&known, &lie);
                assert!(answer.is_err(), "{at} of {size}");
                // And what was in the log cannot be shown to be in it.
                let leaf = leaf_hash(&honest[at]);
                assert!(client.inclusion(&leaf, at as u64, &lie).is_err(), "{at} of {size}");
            }
        }
    }
}

/// Honest hashes, with entries that are not theirs: the bundle itself is held against the checkpoint.
#[test]
fn entries_that_are_not_the_tiles_are_refused() {
    let honest = entries(600);
    let new = head(&honest);
    for (bundle, path) in [(0, "tile/entries/000"), (2, "tile/entries/002.p/88")] {
        let from = bundle * 256;
        let part = &honest[from..(from + 256).min(600)];
        for at in [0, 1, part.len() / 2, part.len() - 2] {
            for forged in forgeries(part, at) {
                let mut files = folder(&honest);
                files.insert(path.to_owned(), encode_bundle(&forged).unwrap());
                let mut asked = Vec::new();
                let mut client = Client::new(fetch(&files, &mut asked));
                let answer = client.bundle(bundle as u64, &new);
                let fewer = forged.len() != part.len();
                let tile = matches!(answer, Err(ClientError::Log(Error::Tile)));
                assert!(if fewer { tile } else { inconsistent(answer) }, "{at} in {path}");
                client.check(&new).expect("the tiles are honest");
            }
        }
    }
}

#[test]
fn every_file_counts() {
    let honest = entries(600);
    let (old, new) = (head(&honest[..77]), head(&honest));
    let files = folder(&honest);
    for (path, bytes) in &files {
        for place in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut bent = files.clone();
            bent.get_mut(path).unwrap()[place] ^= 1;
            assert!(read(&bent, &honest, &old, &new).is_err(), "byte {place} of {path}");
        }
        let mut short = files.clone();
        short.get_mut(path).unwrap().pop();
        assert!(read(&short, &honest, &old, &new).is_err(), "{path} one byte shorter");
        let mut long = files.clone();
        long.get_mut(path).unwrap().push(0);
        assert!(read(&long, &honest, &old, &new).is_err(), "{path} one byte longer");
        let mut gone = files.clone();
        gone.remove(path);
        assert!(read(&gone, &honest, &old, &new).is_err(), "no {path}");
    }
}

/// A wrong tile is not held on to: the next answer may be the honest one.
#[test]
fn a_reader_recovers() {
    let honest = entries(300);
    let new = head(&honest);
    let good = folder(&honest);
    let mut first = true;
    let mut client = Client::new(|path: &str| {
        let mut bytes = good.get(path).cloned().ok_or(())?;
        if std::mem::take(&mut first) {
            bytes[0] ^= 1;
        }
        Ok::<_, ()>(bytes)
    });
    assert!(client.check(&new).is_err());
    client.check(&new).unwrap();
    assert!(matches!(client.bundle(2, &new), Err(ClientError::Log(Error::Range))));
    let leaf: Hash = leaf_hash(&honest[0]);
    assert!(matches!(client.inclusion(&leaf, 300, &new), Err(ClientError::Log(Error::Range))));
    let other =
        Checkpoint::new("example.com/other", 300, tree(&honest).root(), Vec::new()).unwrap();
    assert!(client.consistency(&new, &other).is_err(), "another log's");
}
