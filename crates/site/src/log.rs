//! The public log of what was printed: append-only, signed, and served as C2SP has it (`tlog`). Whoever keeps a checkpoint can
//! prove later that the newsroom has changed or denied something.

use std::{
    fs,
    path::Path,
    sync::{PoisonError, RwLock},
};

use envelope::{
    cert::{Certificate, Name},
    keys::{PublicLog, Signing},
    papers::Request,
};
use rand_core::CryptoRng;
use tlog::{Checkpoint, Note, Path as TilePath, Signer, Tree, encode_bundle};
use zeroize::Zeroizing;

use crate::{
    folder,
    init::{InitError, NewSite, write_new},
    roster::Roster,
    store::{Records, StoreError},
};

/// Makes the log's key and its request, unless they are there.
pub(crate) fn ensure(new: &NewSite<'_>, rng: &mut dyn CryptoRng) -> Result<(), InitError> {
    let path = new.folder.join(folder::LOG_KEY);
    let key = match key(&path) {
        Some(key) => key,
        None => {
            let key = Signing::<PublicLog>::generate(rng);
            write_new(&path, Zeroizing::new(hex::encode(*key.seed())).as_bytes())?;
            key
        }
    };
    let name = Name::new(&origin(new.base_url)).unwrap_or_else(|_| new.name.clone());
    write_new(&new.folder.join(folder::LOG_REQUEST), Request::for_log(&key, &name).as_bytes())
}

fn key(path: &Path) -> Option<Signing<PublicLog>> {
    let text = Zeroizing::new(fs::read_to_string(path).ok()?);
    let mut seed = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), seed.as_mut_slice()).ok()?;
    Some(Signing::from_seed(&seed))
}

/// What a log is called: the site's address without its scheme, and `/log`.
fn origin(base_url: &str) -> String {
    let host = base_url.split_once("://").map_or(base_url, |(_, host)| host);
    format!("{}/log", host.trim_end_matches('/'))
}

/// A log that is served.
pub(crate) struct Log {
    origin: String,
    signer: Signer,
    certificate: Certificate,
    state: RwLock<State>,
}

struct State {
    tree: Tree,
    entries: Vec<Vec<u8>>,
    note: String,
}

/// What is answered below `/log/`.
pub(crate) enum Answered {
    /// The newest checkpoint, or the certificate: never kept.
    Fresh(Vec<u8>),
    /// A tile: never changes.
    Fixed(Vec<u8>),
}

impl Log {
    /// The log of a site whose log is certified; none if it is not.
    pub(crate) fn open(
        folder: &Path,
        records: &mut dyn Records,
        roster: &Roster,
        now: u64,
    ) -> Result<Option<Self>, StoreError> {
        let Some(key) = key(&folder.join(folder::LOG_KEY)) else { return Ok(None) };
        let public = key.verifying();
        let mut certificates = roster.certificates.iter().rev();
        let certificate = certificates.find(|certificate| {
            certificate.log() == Some(&public)
                && certificate.holds(now, &roster.revocations).is_ok()
        });
        let Some(certificate) = certificate.cloned() else { return Ok(None) };
        let origin = certificate.name.as_str().to_owned();
        let Ok(signer) = Signer::new(&origin, &key.seed()) else { return Ok(None) };
        let state = State { tree: Tree::new(), entries: Vec::new(), note: String::new() };
        let log = Self { origin, signer, certificate, state: RwLock::new(state) };
        log.extend(records.log()?);
        Ok(Some(log))
    }

    /// Takes all entries there are; those that it has come first.
    pub(crate) fn extend(&self, entries: Vec<Vec<u8>>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let known = state.entries.len();
        for entry in entries.into_iter().skip(known) {
            state.tree.push(&entry);
            state.entries.push(entry);
        }
        let checkpoint =
            Checkpoint::new(&self.origin, state.tree.size(), state.tree.root(), Vec::new());
        // Its parts are its own: it cannot fail, and without it the old one stays.
        let note = checkpoint.and_then(|checkpoint| self.signer.checkpoint(&checkpoint));
        if let Ok(note) = note {
            state.note = Note::encode(&note);
        }
    }

    /// What lies at a path below `/log/`.
    pub(crate) fn get(&self, path: &str) -> Option<Answered> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match path {
            "checkpoint" => return Some(Answered::Fresh(state.note.clone().into_bytes())),
            "certificate" => return Some(Answered::Fresh(self.certificate.as_bytes().to_vec())),
            _ => {}
        }
        let tile: TilePath = path.parse().ok()?;
        if let tlog::Kind::Hashes(_) = tile.kind() {
            return state.tree.tile(&tile).ok().map(Answered::Fixed);
        }
        let first = usize::try_from(tile.index().checked_mul(u64::from(tlog::TILE_WIDTH))?).ok()?;
        let entries = state.entries.get(first..first.checked_add(usize::from(tile.width()))?)?;
        encode_bundle(entries).ok().map(Answered::Fixed)
    }
}
