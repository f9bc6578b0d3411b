//! The public log of what was printed: append-only, signed, and served as C2SP has it (`tlog`). Whoever keeps a checkpoint can
//! prove later that the newsroom has changed or denied something.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, RwLock, RwLockWriteGuard},
};

use envelope::{
    cert::{Certificate, Name},
    keys::{PublicLog, Signing},
    papers::Request,
};
use rand_core::CryptoRng;
use tlog::{
    AddCheckpoint, Checkpoint, Note, Path as TilePath, Signer, Tree, VerifierKey, encode_bundle,
};
use tokio::sync::watch;
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
    /// Whose signatures are put under a checkpoint.
    witnesses: Vec<VerifierKey>,
    state: RwLock<State>,
    /// How many entries there are, for those who wait for more.
    size: watch::Sender<u64>,
    /// Where what witnesses have signed is kept; held while it is written.
    cosigned: Mutex<PathBuf>,
}

struct State {
    tree: Tree,
    entries: Vec<Vec<u8>>,
    /// The newest checkpoint with the log's signature, and the same with those of witnesses; none before the first.
    head: Option<(Note, Note)>,
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
        witnesses: Vec<VerifierKey>,
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
        let state = State { tree: Tree::new(), entries: Vec::new(), head: None };
        let (size, cosigned) = (watch::Sender::new(0), folder.join(folder::LOG_COSIGNED));
        let kept = fs::read(&cosigned).unwrap_or_default();
        let (state, cosigned) = (RwLock::new(state), Mutex::new(cosigned));
        let log = Self { origin, signer, certificate, witnesses, state, size, cosigned };
        log.extend(records.log()?);
        log.take_up(&kept);
        Ok(Some(log))
    }

    /// Takes all entries there are; those that it has come first.
    pub(crate) fn extend(&self, entries: Vec<Vec<u8>>) {
        let mut state = self.write();
        let known = state.entries.len();
        for entry in entries.into_iter().skip(known) {
            state.tree.push(&entry);
            state.entries.push(entry);
        }
        let size = state.tree.size();
        let checkpoint = Checkpoint::new(&self.origin, size, state.tree.root(), Vec::new());
        // Its parts are its own: it cannot fail, and without it the old one stays.
        let note = checkpoint.and_then(|checkpoint| self.signer.checkpoint(&checkpoint));
        if let Ok(note) = note
            && state.head.as_ref().is_none_or(|(signed, _)| *signed != note)
        {
            state.head = Some((note.clone(), note));
            drop(state);
            self.size.send_replace(size);
        }
    }

    /// What lies at a path below `/log/`.
    pub(crate) fn get(&self, path: &str) -> Option<Answered> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match path {
            "checkpoint" => {
                let (_, cosigned) = state.head.as_ref()?;
                return Some(Answered::Fresh(cosigned.encode().into_bytes()));
            }
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

    /// Says whenever the log has grown.
    pub(crate) fn size(&self) -> watch::Receiver<u64> {
        self.size.subscribe()
    }

    /// What to ask a witness that has signed the first `old` entries, and for how many; none if there are fewer.
    pub(crate) fn request(&self, old: u64) -> Option<(u64, AddCheckpoint)> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let size = state.tree.size();
        let proof = state.tree.consistency(old, size).ok()?;
        let (signed, _) = state.head.as_ref()?;
        Some((size, AddCheckpoint { old, proof, note: signed.clone() }))
    }

    /// Puts a witness's answer under the checkpoint of `size` entries, and keeps it. If the log has grown meanwhile the
    /// answer is of no use any more.
    ///
    /// # Errors
    /// What is wrong with the answer.
    pub(crate) fn cosign(
        &self,
        size: u64,
        answer: &[u8],
        key: &VerifierKey,
    ) -> Result<(), tlog::Error> {
        let mut state = self.write();
        let current = state.tree.size() == size;
        let Some((_, cosigned)) = state.head.as_mut().filter(|_| current) else { return Ok(()) };
        if cosigned.add_lines(answer, std::slice::from_ref(key))? == 0 {
            return Err(tlog::Error::Untrusted);
        }
        drop(state);
        self.keep();
        Ok(())
    }

    /// How many witnesses have signed the newest checkpoint.
    pub(crate) fn cosigners(&self) -> usize {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let head = state.head.as_ref();
        // Each was checked when it came.
        head.map_or(0, |(signed, all)| all.signatures().len() - signed.signatures().len())
    }

    /// Takes signatures up that were kept, if they are under the newest checkpoint.
    fn take_up(&self, kept: &[u8]) {
        let Ok(kept) = Note::decode(kept) else { return };
        let mut state = self.write();
        if let Some((signed, cosigned)) = state.head.as_mut()
            && signed.unverified_text() == kept.unverified_text()
        {
            let lines: String = kept.signatures().iter().map(ToString::to_string).collect();
            // If one is wrong, all are asked for again.
            let _ = cosigned.add_lines(lines.as_bytes(), &self.witnesses);
        }
    }

    fn keep(&self) {
        let path = self.cosigned.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let note = state.head.as_ref().map(|(_, cosigned)| cosigned.encode());
        drop(state);
        // Where it cannot be kept, the witnesses are asked again after the next start.
        let _ = note.map(|note| folder::write_whole(&path, note.as_bytes()));
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}
