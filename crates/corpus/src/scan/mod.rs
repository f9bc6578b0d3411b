//! Finds markers in a file, however deep they are packed.
//!
//! Every layer (the file, then whatever unpacks from it) is searched, and every decoder is tried on every
//! layer, at any offset. Layers already seen are skipped, and depth and total size are bounded: a bomb ends the
//! scan early and [`Found::stopped`] says so.

mod binary;
mod containers;
mod encodings;
mod invisible;
mod pdf;
#[cfg(test)]
mod tests;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Layers below the file itself.
const MAX_DEPTH: usize = 12;
/// Bytes of all layers together.
const MAX_TOTAL: usize = 256 << 20;
/// Bytes of one layer.
const MAX_LAYER: usize = 48 << 20;

/// Looks for a set of markers.
#[derive(Debug)]
pub struct Scanner {
    automaton: AhoCorasick,
}

/// What a scan found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// By marker: the layers that lead to it, for the first hit in the shallowest layer.
    pub hits: BTreeMap<usize, String>,
    /// Whether a bound ended the scan early.
    pub stopped: bool,
    /// How many layers were searched.
    pub layers: usize,
}

/// One unpacked layer: how it was unpacked, and its bytes.
type Layer = (String, Vec<u8>);

impl Scanner {
    /// A scanner for these markers, known by their index. Letters match in either case.
    #[must_use]
    pub fn new<N: AsRef<[u8]>>(needles: impl IntoIterator<Item = N>) -> Self {
        let automaton = AhoCorasickBuilder::new().ascii_case_insensitive(true).build(needles);
        Self { automaton: automaton.unwrap() }
    }

    /// A scanner for every marker of a sample, in the order of its plants.
    #[must_use]
    pub fn of(sample: &crate::Sample) -> Self {
        Self::new(sample.plants.iter().map(|plant| &plant.needle))
    }

    /// Searches a file and everything that unpacks from it.
    #[must_use]
    pub fn scan(&self, bytes: &[u8]) -> Found {
        self.scan_all([(String::new(), bytes.to_vec())])
    }

    /// Searches several layers that belong together, as one file.
    #[must_use]
    pub fn scan_all(&self, layers: impl IntoIterator<Item = (String, Vec<u8>)>) -> Found {
        let mut found = Found::default();
        let mut seen = HashSet::new();
        let mut total = 0;
        let mut queue: VecDeque<(usize, String, Vec<u8>)> =
            layers.into_iter().map(|(path, bytes)| (0, path, bytes)).collect();
        while let Some((depth, path, bytes)) = queue.pop_front() {
            let mut hasher = DefaultHasher::new();
            bytes.hash(&mut hasher);
            if !seen.insert((bytes.len(), hasher.finish())) {
                continue;
            }
            total += bytes.len();
            if total > MAX_TOTAL {
                found.stopped = true;
                break;
            }
            found.layers += 1;
            for hit in self.automaton.find_overlapping_iter(&bytes) {
                found.hits.entry(hit.pattern().as_usize()).or_insert_with(|| path.clone());
            }
            if depth == MAX_DEPTH {
                found.stopped = true;
                continue;
            }
            for (how, layer) in unpack(&bytes) {
                // Strings in strings are the same strings; on random bytes this would not end.
                if how == pdf::STRINGS && path.ends_with(pdf::STRINGS) {
                    continue;
                }
                if layer.len() > MAX_LAYER {
                    found.stopped = true;
                    continue;
                }
                let path = if path.is_empty() { how } else { format!("{path} > {how}") };
                queue.push_back((depth + 1, path, layer));
            }
        }
        found
    }
}

/// Everything that a layer may unpack to. Most guesses are wrong, and harmless.
fn unpack(bytes: &[u8]) -> Vec<Layer> {
    let mut layers = Vec::new();
    containers::unpack(bytes, &mut layers);
    binary::unpack(bytes, &mut layers);
    pdf::unpack(bytes, &mut layers);
    encodings::unpack(bytes, &mut layers);
    invisible::unpack(bytes, &mut layers);
    layers.retain(|(_, layer)| layer.len() >= 4);
    layers
}
