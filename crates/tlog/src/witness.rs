//! A witness: signs what continues the log that it knows, and nothing else (tlog-witness).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::checkpoint::{decimal, hash};
use crate::{
    Checkpoint, Cosigner, Error, Hash, KeyType, MAX_NOTE, Note, VerifierKey, root_of_empty,
    verify_consistency,
};

/// The most hashes that a consistency proof may have.
pub const MAX_PROOF: usize = 63;

/// The longest request, in bytes: the old size, the proof, an empty line and the note.
pub const MAX_REQUEST: usize = 64 + MAX_PROOF * 45 + MAX_NOTE;

/// The body of `POST <prefix>/add-checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the checkpoint that the witness cosigned last; 0 for none.
    pub old: u64,
    /// The proof from that size to the checkpoint's.
    pub proof: Vec<Hash>,
    /// The checkpoint, with the log's signature.
    pub note: Note,
}

impl AddCheckpoint {
    /// The body as it is sent.
    #[must_use]
    pub fn encode(&self) -> String {
        let line = |hash: &Hash| format!("{}\n", STANDARD.encode(hash));
        let proof: String = self.proof.iter().map(line).collect();
        format!("old {}\n{proof}\n{}", self.old, self.note.encode())
    }

    /// Reads a body.
    ///
    /// # Errors
    /// [`Error::Request`] or [`Error::Note`]; there is one way only to write a request.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_REQUEST {
            return Err(Error::Request("it is too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Error::Request("it is not UTF-8"))?;
        let (head, note) = text.split_once("\n\n").ok_or(Error::Request("no empty line"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = old.and_then(decimal).ok_or(Error::Request("no old size"))?;
        if lines.clone().count() > MAX_PROOF {
            return Err(Error::Request("the proof is too long"));
        }
        let proof: Option<Vec<Hash>> = lines.map(hash).collect();
        let proof = proof.ok_or(Error::Request("a line of the proof is not a hash"))?;
        Ok(Self { old, proof, note: Note::decode(note.as_bytes())? })
    }
}

/// Why a checkpoint was not cosigned: an HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status: 400, 403, 404, 409, 422, or 500 where the witness itself is in trouble.
    pub status: u16,
    /// The body, with its line feed. For 409 it is the size that the witness knows.
    pub body: String,
}

impl Refusal {
    fn new(status: u16, body: impl std::fmt::Display) -> Self {
        Self { status, body: format!("{body}\n") }
    }

    /// The size that the body of a 409 tells: what the witness signed last.
    #[must_use]
    pub fn known_size(body: &[u8]) -> Option<u64> {
        decimal(std::str::from_utf8(body).ok()?.strip_suffix('\n')?)
    }

    /// The `Content-Type` of the answer.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        if self.status == 409 { "text/x.tlog.size" } else { "text/plain; charset=utf-8" }
    }
}

/// A witness and what it knows: for each log its keys and the checkpoint that was cosigned last.
pub struct Witness {
    cosigner: Cosigner,
    logs: BTreeMap<String, Log>,
}

struct Log {
    keys: Vec<VerifierKey>,
    latest: Option<(Checkpoint, String)>,
}

impl Witness {
    /// A witness that knows no log yet.
    #[must_use]
    pub fn new(cosigner: Cosigner) -> Self {
        Self { cosigner, logs: BTreeMap::new() }
    }

    /// The witness's public key.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        self.cosigner.verifier()
    }

    /// Watches the log `origin`, whose checkpoints one of `keys` signs. `latest` is what was given to be kept last time,
    /// or nothing for a log never seen before; it is taken only with the log's signature and the witness's own.
    ///
    /// # Errors
    /// [`Error::KeyUse`] where there is no key or one is not a log's, or the origin is watched already; what
    /// [`Note::checkpoint`] says of `latest`, and [`Error::Inconsistent`] where it is of another log.
    pub fn watch(
        &mut self,
        origin: &str,
        keys: Vec<VerifierKey>,
        latest: Option<&[u8]>,
    ) -> Result<(), Error> {
        if keys.is_empty() || keys.iter().any(|key| key.kind() != KeyType::Ed25519) {
            return Err(Error::KeyUse("a log has one key or more, each of type 0x01"));
        }
        if self.logs.contains_key(origin) {
            return Err(Error::KeyUse("this log is watched already"));
        }
        let latest = match latest {
            None => None,
            Some(bytes) => {
                let note = Note::decode(bytes)?;
                note.verify(std::slice::from_ref(self.verifier()))?;
                let checkpoint = note.checkpoint(&keys)?;
                if checkpoint.origin() != origin {
                    return Err(Error::Inconsistent);
                }
                Some((checkpoint, note.encode()))
            }
        };
        self.logs.insert(origin.to_owned(), Log { keys, latest });
        Ok(())
    }

    /// The checkpoint that was cosigned last, with the log's signature and the witness's: what is served at
    /// [`monitoring_path`](Self::monitoring_path).
    #[must_use]
    pub fn latest(&self, origin: &str) -> Option<&str> {
        self.logs.get(origin)?.latest.as_ref().map(|(_, note)| note.as_str())
    }

    /// Where a witness serves the latest checkpoint of a log, below its address.
    #[must_use]
    pub fn monitoring_path(origin: &str) -> String {
        format!("{}/checkpoint", hex::encode(Sha256::digest(origin)))
    }

    /// Answers `add-checkpoint` at `now` (seconds since 1970): the signature line for a checkpoint that continues what
    /// is known. `keep` must bring the note that it gets to where it outlasts a crash; nothing is signed off before it
    /// did, and nothing changes where it fails.
    ///
    /// # Errors
    /// The [`Refusal`] to send.
    pub fn add_checkpoint<E>(
        &mut self,
        request: &[u8],
        now: u64,
        keep: impl FnOnce(&str, &str) -> Result<(), E>,
    ) -> Result<String, Refusal> {
        let bad = |error: Error| Refusal::new(400, error);
        let AddCheckpoint { old, proof, note } = AddCheckpoint::decode(request).map_err(bad)?;
        let checkpoint = Checkpoint::decode(note.unverified_text()).map_err(bad)?;
        let unknown = || Refusal::new(404, "this log is not watched here");
        let log = self.logs.get_mut(checkpoint.origin()).ok_or_else(unknown)?;
        note.verify(&log.keys).map_err(|error| Refusal::new(403, error))?;
        if old > checkpoint.size() {
            return Err(Refusal::new(400, "the old size is above the checkpoint's"));
        }
        let latest = log.latest.as_ref().map(|(latest, _)| (latest.size(), *latest.root()));
        let (size, root) = latest.unwrap_or_else(|| (0, root_of_empty()));
        if old != size {
            return Err(Refusal::new(409, size));
        }
        verify_consistency(size, checkpoint.size(), &proof, &root, checkpoint.root())
            .map_err(|error| Refusal::new(422, error))?;
        let line = self.cosigner.cosign(note.unverified_text(), now);
        let trouble = || Refusal::new(500, "the witness cannot sign now");
        let line = line.map_err(|_| trouble())?;
        let mut kept = note.only(&log.keys);
        kept.push(line.clone()).map_err(|_| trouble())?;
        let kept = kept.encode();
        keep(checkpoint.origin(), &kept).map_err(|_| trouble())?;
        log.latest = Some((checkpoint, kept));
        Ok(line.to_string())
    }
}
