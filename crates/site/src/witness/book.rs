//! What a witness keeps on its disk.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rand_core::CryptoRng;
use tlog::{Cosigner, KeyType, Refusal, VerifierKey, Witness};
use zeroize::Zeroizing;

use super::WitnessError;
use crate::folder::{make_private, write_whole};

/// The seed of the key, in hexadecimal.
const KEY: &str = "witness.key";
/// The public key with the witness's name.
const PUBLIC: &str = "witness.pub";
/// The keys of the logs that it watches, one on each line.
const LOGS: &str = "logs";
/// Of each log the checkpoint that was signed last, under the hash of its name.
const KEPT: &str = "kept";
/// Held while a witness runs.
const LOCK: &str = "witness.lock";

/// Makes a witness's folder with its key, and gives the public one. Called again it changes nothing.
///
/// # Errors
/// [`WitnessError`].
pub fn init(
    folder: &Path,
    name: &str,
    rng: &mut dyn CryptoRng,
) -> Result<VerifierKey, WitnessError> {
    // Before anything is written: whether it can be a name.
    Cosigner::new(name, &[0; 32]).map_err(|_| WitnessError::Name(name.to_owned()))?;
    let path = folder.join(KEY);
    let file = |path: &Path| {
        let path = path.to_owned();
        move |error: io::Error| WitnessError::File { path, why: error.to_string() }
    };
    make_private(&folder.join(KEPT)).map_err(file(folder))?;
    if !path.exists() {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        let text = Zeroizing::new(format!("{}\n", hex::encode(seed.as_slice())));
        write_whole(&path, text.as_bytes()).map_err(file(&path))?;
    }
    let public = folder.join(PUBLIC);
    if !public.exists() {
        let key = cosigner(folder, name)?.verifier().to_string();
        write_whole(&public, format!("{key}\n").as_bytes()).map_err(file(&public))?;
    }
    let key = open_key(folder)?.verifier().clone();
    if key.name() == name {
        Ok(key)
    } else {
        Err(WitnessError::Other { folder: folder.to_owned(), name: key.name().to_owned() })
    }
}

/// Adds a log to those that are watched; `false` if it was there. A running witness takes it when it reads again.
///
/// # Errors
/// [`WitnessError`].
pub fn watch(folder: &Path, log: &VerifierKey) -> Result<bool, WitnessError> {
    open_key(folder)?;
    if log.kind() != KeyType::Ed25519 {
        return Err(WitnessError::NotALog);
    }
    let path = folder.join(LOGS);
    if read_logs(&path)?.iter().any(|known| known == log) {
        return Ok(false);
    }
    let mut text = fs::read_to_string(&path).unwrap_or_default();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&format!("{log}\n"));
    write_whole(&path, text.as_bytes())
        .map_err(|error| WitnessError::File { path, why: error.to_string() })?;
    Ok(true)
}

/// The lock of a folder that is a witness.
pub(super) fn lock(folder: &Path) -> Result<File, WitnessError> {
    if !folder.join(PUBLIC).exists() {
        return Err(WitnessError::None(folder.to_owned()));
    }
    let path = folder.join(LOCK);
    let file = |error: io::Error| WitnessError::File { path: path.clone(), why: error.to_string() };
    let mut options = OpenOptions::new();
    let lock = options.write(true).create(true).truncate(false).open(&path).map_err(file)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(WitnessError::Running(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(file(error)),
    }
}

/// A witness's folder, read.
pub(super) struct Book {
    folder: PathBuf,
    witness: Witness,
    /// Under which path each log's checkpoint is served.
    origins: BTreeMap<String, String>,
}

impl Book {
    /// Reads everything. What is kept must be there as it was signed: a witness that forgot would sign anew.
    pub(super) fn open(folder: &Path) -> Result<Self, WitnessError> {
        let mut witness = Witness::new(open_key(folder)?);
        let mut keys: BTreeMap<String, Vec<VerifierKey>> = BTreeMap::new();
        for key in read_logs(&folder.join(LOGS))? {
            let known = keys.entry(key.name().to_owned()).or_default();
            if !known.contains(&key) {
                known.push(key);
            }
        }
        let mut origins = BTreeMap::new();
        for (origin, keys) in keys {
            let path = kept(folder, &origin);
            let file = |why: String| WitnessError::File { path: path.clone(), why };
            let latest = match fs::read(&path) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(file(error.to_string())),
            };
            witness.watch(&origin, keys, latest.as_deref()).map_err(|error| {
                file(format!(
                    "cannot be what this witness signed last of {origin} ({error}); put the file back as it was, or \
                     the log's old key beside its new one into {LOGS}"
                ))
            })?;
            origins.insert(Witness::monitoring_path(&origin), origin);
        }
        Ok(Self { folder: folder.to_owned(), witness, origins })
    }

    pub(super) fn verifier(&self) -> &VerifierKey {
        self.witness.verifier()
    }

    pub(super) fn name(&self) -> &str {
        self.verifier().name()
    }

    /// How many logs are watched.
    pub(super) fn logs(&self) -> usize {
        self.origins.len()
    }

    /// Answers a request; what it signs is on the disk when it gives the signature out.
    pub(super) fn add(&mut self, request: &[u8], now: u64) -> Result<String, Refusal> {
        let folder = &self.folder;
        let keep = |origin: &str, note: &str| write_whole(&kept(folder, origin), note.as_bytes());
        self.witness.add_checkpoint(request, now, keep)
    }

    /// The newest checkpoint at a path such as `<SHA-256 of the log's name>/checkpoint`.
    pub(super) fn latest(&self, path: &str) -> Option<&str> {
        self.witness.latest(self.origins.get(path)?)
    }
}

/// Where the checkpoint of a log is kept.
fn kept(folder: &Path, origin: &str) -> PathBuf {
    let path = Witness::monitoring_path(origin);
    folder.join(KEPT).join(path.split('/').next().unwrap_or_default())
}

fn open_key(folder: &Path) -> Result<Cosigner, WitnessError> {
    let path = folder.join(PUBLIC);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(WitnessError::None(folder.to_owned()));
        }
        Err(error) => return Err(WitnessError::File { path, why: error.to_string() }),
    };
    let file = |why: String| WitnessError::File { path: path.clone(), why };
    let public: VerifierKey = text.trim().parse().map_err(|error| file(format!("{error}")))?;
    let key = cosigner(folder, public.name())?;
    if *key.verifier() == public {
        Ok(key)
    } else {
        Err(file(format!("is not the public half of {KEY}; put back the one that belongs to it")))
    }
}

fn cosigner(folder: &Path, name: &str) -> Result<Cosigner, WitnessError> {
    let path = folder.join(KEY);
    let file = |why: String| WitnessError::File { path: path.clone(), why };
    let text = fs::read_to_string(&path).map(Zeroizing::new);
    let text = text.map_err(|error| file(error.to_string()))?;
    let mut seed = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), seed.as_mut_slice()).map_err(|_| {
        file("is not a key: 64 hexadecimal digits; put it back as it was".to_owned())
    })?;
    Cosigner::new(name, &seed).map_err(|_| WitnessError::Name(name.to_owned()))
}

/// The keys in the list of logs; none if there is no list. Empty lines and those that begin with `#` say nothing.
fn read_logs(path: &Path) -> Result<Vec<VerifierKey>, WitnessError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(WitnessError::File { path: path.to_owned(), why: error.to_string() });
        }
    };
    let lines = text.lines().map(str::trim).enumerate();
    let keys = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    keys.map(|(place, line)| {
        let wrong =
            |why: String| WitnessError::Line { path: path.to_owned(), line: place + 1, why };
        let key: VerifierKey = line.parse().map_err(|error| wrong(format!("{error}")))?;
        match key.kind() {
            KeyType::Ed25519 => Ok(key),
            KeyType::CosignatureV1 => Err(wrong("the key of a witness, not of a log".to_owned())),
        }
    })
    .collect()
}
