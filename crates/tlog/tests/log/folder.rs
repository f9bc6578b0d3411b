//! A log as a folder of files, in memory: what a server would serve.

use std::collections::BTreeMap;

use tlog::{Checkpoint, Hash, Kind, Path, Tree, encode_bundle};

/// The files of a log, by path.
pub(crate) type Folder = BTreeMap<String, Vec<u8>>;

/// Entry number `index` of the logs in these tests; of every length from 0 to 6.
pub(crate) fn entry(index: u64) -> Vec<u8> {
    index.to_be_bytes()[..].repeat(2)[..usize::try_from(index % 7).unwrap()].to_vec()
}

/// Different entries, so that no two leaves are alike.
pub(crate) fn entries(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(|index| [index.to_string().into_bytes(), entry(index)].concat()).collect()
}

pub(crate) fn tree(entries: &[Vec<u8>]) -> Tree {
    let mut tree = Tree::new();
    entries.iter().for_each(|entry| {
        tree.push(entry);
    });
    tree
}

pub(crate) fn head(entries: &[Vec<u8>]) -> Checkpoint {
    checkpoint(entries.len() as u64, tree(entries).root())
}

pub(crate) fn checkpoint(size: u64, root: Hash) -> Checkpoint {
    Checkpoint::new("example.com/log", size, root, Vec::new()).unwrap()
}

/// Every file that the log writes as it grows from `old` entries to all of them.
pub(crate) fn write(folder: &mut Folder, entries: &[Vec<u8>], old: u64) {
    let tree = tree(entries);
    for path in Path::grown(old, entries.len() as u64) {
        let bytes = match path.kind() {
            Kind::Hashes(_) => tree.tile(&path).unwrap(),
            Kind::Entries => {
                let from = usize::try_from(path.index()).unwrap() * 256;
                encode_bundle(&entries[from..from + usize::from(path.width())]).unwrap()
            }
        };
        assert!(bytes.len() <= path.max_bytes());
        folder.insert(path.to_string(), bytes);
    }
}

/// What a client fetches with: these files, and a count of what was asked for.
pub(crate) fn fetch<'f>(
    folder: &'f Folder,
    asked: &'f mut Vec<String>,
) -> impl FnMut(&str) -> Result<Vec<u8>, String> + 'f {
    move |path| {
        asked.push(path.to_owned());
        folder.get(path).cloned().ok_or(format!("no {path}"))
    }
}
