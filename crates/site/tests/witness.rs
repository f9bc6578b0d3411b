//! A witness over HTTP and on its disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod common;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use common::{Lines, Reply, get, raw, request};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use site::Status;
use site::witness::{self, WitnessDeps, WitnessError, Witnessing};
use tlog::{AddCheckpoint, Checkpoint, Refusal, Signer, Tree, VerifierKey, Witnesses};

const ORIGIN: &str = "other.example/log";
const NOW: u64 = 1_795_435_200;

fn init(folder: &Path, name: &str) -> VerifierKey {
    witness::init(folder, name, &mut ChaCha20Rng::seed_from_u64(name.len() as u64)).unwrap()
}

async fn start(folder: &Path, at: &str) -> Result<Witnessing, WitnessError> {
    let deps = WitnessDeps { clock: Arc::new(|| NOW), status: Status::to(Lines::default()) };
    Witnessing::start(folder, at.parse().unwrap(), deps).await
}

/// A log with `size` entries, of which those from `fork` on are others than usual.
fn tree(size: u64, fork: u64) -> Tree {
    let mut tree = Tree::new();
    for index in 0..size {
        tree.push(format!("{index} {}", index >= fork).as_bytes());
    }
    tree
}

fn signer() -> Signer {
    Signer::new(ORIGIN, &[1; 32]).unwrap()
}

fn asks(tree: &Tree, old: u64) -> AddCheckpoint {
    let checkpoint = Checkpoint::new(ORIGIN, tree.size(), tree.root(), Vec::new()).unwrap();
    let proof = tree.consistency(old, tree.size()).unwrap();
    AddCheckpoint { old, proof, note: signer().checkpoint(&checkpoint).unwrap() }
}

async fn add(at: SocketAddr, body: &[u8]) -> Reply {
    raw(at, &request("POST", "/add-checkpoint", "", body)).await.unwrap()
}

#[tokio::test]
async fn a_witness_signs_what_goes_on_and_remembers() {
    let dir = tempfile::tempdir().unwrap();
    let key = init(dir.path(), "witness.example");
    assert_eq!(init(dir.path(), "witness.example"), key, "made once");
    let log = signer().verifier().clone();
    assert!(witness::watch(dir.path(), &log).unwrap());
    assert!(!witness::watch(dir.path(), &log).unwrap(), "it was there");
    let running = start(dir.path(), "127.0.0.1:0").await.unwrap();
    let at = running.local_addr();
    let latest = format!("/{}", tlog::Witness::monitoring_path(ORIGIN));
    assert_eq!(get(at, &latest).await.status, 404, "nothing was signed yet");

    let first = asks(&tree(3, 9), 0);
    let signed = add(at, first.encode().as_bytes()).await;
    assert_eq!(signed.status, 200);
    let mut note = first.note.clone();
    assert_eq!(note.add_lines(&signed.body, std::slice::from_ref(&key)), Ok(1));
    let policy = Witnesses::new(vec![key.clone()], 1).unwrap();
    assert_eq!(policy.check(&note).unwrap()[0].time, NOW, "the clock that it was given");
    let served = get(at, &latest).await;
    assert_eq!((served.status, served.text()), (200, note.encode()));
    let head = raw(at, &request("HEAD", &latest, "", &[])).await.unwrap();
    assert_eq!(head.header("content-length").unwrap(), note.encode().len().to_string());

    // The old size is another one: it says which. A fork, with an honest proof of its own.
    let behind = add(at, asks(&tree(5, 9), 0).encode().as_bytes()).await;
    assert_eq!((behind.status, behind.text()), (409, "3\n".to_owned()));
    assert_eq!(behind.header("content-type"), Some("text/x.tlog.size"));
    assert_eq!(Refusal::known_size(&behind.body), Some(3));
    assert_eq!(add(at, asks(&tree(5, 2), 3).encode().as_bytes()).await.status, 422);
    assert_eq!(add(at, asks(&tree(3, 2), 3).encode().as_bytes()).await.status, 422);
    // Another log, another signer.
    let body = first.encode();
    assert_eq!(add(at, body.replace(ORIGIN, "unknown.example/log").as_bytes()).await.status, 404);
    assert_eq!(add(at, body.replace("\n3\n", "\n4\n").as_bytes()).await.status, 403);

    // Killed or stopped, it goes on from what it has signed.
    running.shutdown().await;
    let running = start(dir.path(), "127.0.0.1:0").await.unwrap();
    let at = running.local_addr();
    assert_eq!(get(at, &latest).await.text(), note.encode());
    assert_eq!(add(at, asks(&tree(5, 2), 0).encode().as_bytes()).await.status, 409);
    assert_eq!(add(at, asks(&tree(5, 2), 3).encode().as_bytes()).await.status, 422);
    assert_eq!(add(at, asks(&tree(5, 9), 3).encode().as_bytes()).await.status, 200);
    running.shutdown().await;
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_nothing_breaks() {
    let dir = tempfile::tempdir().unwrap();
    init(dir.path(), "witness.example");
    witness::watch(dir.path(), signer().verifier()).unwrap();
    let running = start(dir.path(), "127.0.0.1:0").await.unwrap();
    let at = running.local_addr();
    let good = asks(&tree(3, 9), 0).encode();
    let bad: [&[u8]; 9] = [
        b"",
        b"\n",
        b"old 0\n",
        b"old 0\n\n",
        b"old -1\n\nx",
        &[0xff; 300],
        good.trim_end().as_bytes(),
        &good.replace("old 0", "old 4").into_bytes(),
        &good.replace("old 0", "old 00").into_bytes(),
    ];
    for body in bad {
        let reply = add(at, body).await;
        assert_eq!(reply.status, 400, "{:?}: {}", String::from_utf8_lossy(body), reply.text());
    }
    for end in 1..good.len() {
        let reply = add(at, &good.as_bytes()[..end]).await;
        assert!(matches!(reply.status, 400 | 403), "cut at {end}: {}", reply.status);
    }
    assert_eq!(add(at, &vec![b'x'; tlog::MAX_REQUEST + 1]).await.status, 413);
    let chunked =
        b"POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(raw(at, chunked).await.unwrap().status, 411);
    assert_eq!(get(at, "/add-checkpoint").await.status, 405);
    assert_eq!(raw(at, &request("POST", "/", "", b"x")).await.unwrap().status, 405);
    for path in ["/", "/x", "/../witness.key", "/kept", "//"] {
        assert_eq!(get(at, path).await.status, 404, "{path}");
    }
    // The control: it is alive, and takes what is right.
    assert_eq!(add(at, good.as_bytes()).await.status, 200);
    running.shutdown().await;
}

#[tokio::test]
async fn a_witness_does_not_start_without_its_memory() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("w");
    let said =
        |error: Option<WitnessError>| error.map(|error| error.to_string()).unwrap_or_default();
    assert!(said(start(&folder, "127.0.0.1:0").await.err()).contains("witness init"));
    assert!(said(witness::watch(&folder, signer().verifier()).err()).contains("witness init"));
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    assert!(said(witness::init(&folder, "two words", &mut rng).err()).contains("no space"));
    assert!(!folder.exists(), "nothing was made");
    let key = init(&folder, "witness.example");
    assert!(said(witness::init(&folder, "b.example", &mut rng).err()).contains("witness.example"));
    assert!(said(witness::watch(&folder, &key).err()).contains("of a witness"));
    witness::watch(&folder, signer().verifier()).unwrap();

    let running = start(&folder, "127.0.0.1:0").await.unwrap();
    assert!(said(start(&folder, "127.0.0.1:0").await.err()).contains("stop it first"));
    assert_eq!(
        add(running.local_addr(), asks(&tree(3, 9), 0).encode().as_bytes()).await.status,
        200
    );
    // A list that cannot be read changes nothing; a new log is taken.
    let logs = folder.join("logs");
    let good = fs::read_to_string(&logs).unwrap();
    fs::write(&logs, format!("# of ours\n{good}nonsense\n")).unwrap();
    assert!(said(running.reload().err()).contains("logs:3:"));
    let other = Signer::new("third.example/log", &[4; 32]).unwrap();
    fs::write(&logs, format!("{good}{}\n", other.verifier())).unwrap();
    running.reload().unwrap();
    let at = running.local_addr();
    assert_eq!(add(at, asks(&tree(5, 2), 3).encode().as_bytes()).await.status, 422, "it remembers");
    let third = Checkpoint::new("third.example/log", 1, tree(1, 9).root(), Vec::new()).unwrap();
    let third = AddCheckpoint { old: 0, proof: vec![], note: other.checkpoint(&third).unwrap() };
    assert_eq!(add(at, third.encode().as_bytes()).await.status, 200);
    running.shutdown().await;

    // What it has signed is damaged, cut, or another's; an unfinished file beside it is nothing.
    let path = tlog::Witness::monitoring_path(ORIGIN);
    let kept = folder.join("kept").join(path.split('/').next().unwrap());
    let whole = fs::read_to_string(&kept).unwrap();
    fs::write(kept.with_extension("new"), "half").unwrap();
    let unsigned = asks(&tree(3, 9), 0).note.encode();
    for spoiled in ["", &whole[..whole.len() / 2], &whole.replace("\n3\n", "\n2\n"), &unsigned] {
        fs::write(&kept, spoiled).unwrap();
        let error = said(start(&folder, "127.0.0.1:0").await.err());
        assert!(error.contains("put the file back") && error.contains(ORIGIN), "{error}");
    }
    fs::write(&kept, &whole).unwrap();
    let running = start(&folder, "127.0.0.1:0").await.unwrap();
    assert_eq!(
        add(running.local_addr(), asks(&tree(5, 9), 3).encode().as_bytes()).await.status,
        200
    );
    // A disk that takes nothing: no signature without a memory of it.
    fs::rename(folder.join("kept"), folder.join("away")).unwrap();
    let next = asks(&tree(6, 9), 5).encode();
    assert_eq!(add(running.local_addr(), next.as_bytes()).await.status, 500);
    fs::rename(folder.join("away"), folder.join("kept")).unwrap();
    assert_eq!(add(running.local_addr(), next.as_bytes()).await.status, 200);
    running.shutdown().await;
    let key_file = folder.join("witness.key");
    fs::write(&key_file, "11".repeat(32)).unwrap();
    assert!(said(start(&folder, "127.0.0.1:0").await.err()).contains("public half"));
}
