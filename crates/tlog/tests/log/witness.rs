//! Witnesses, and readers who ask for some of them.

use tlog::{
    AddCheckpoint, Checkpoint, Cosigned, Cosigner, Error, KeyType, Note, Refusal, Signer,
    VerifierKey, Witness, Witnesses,
};

use crate::folder::{entries, head, tree};

const ORIGIN: &str = "example.com/log";
const NOW: u64 = 1_795_435_200;

fn signer() -> Signer {
    Signer::new(ORIGIN, &[1; 32]).unwrap()
}

fn cosigner(number: u8) -> Cosigner {
    Cosigner::new(&format!("witness{number}.example"), &[100 + number; 32]).unwrap()
}

fn witness(number: u8, latest: Option<&[u8]>) -> Witness {
    let mut witness = Witness::new(cosigner(number));
    witness.watch(ORIGIN, vec![signer().verifier().clone()], latest).unwrap();
    witness
}

/// The request of a log with these entries.
fn request(entries: &[Vec<u8>], old: u64) -> AddCheckpoint {
    let note = signer().checkpoint(&head(entries)).unwrap();
    let proof = tree(entries).consistency(old, entries.len() as u64).unwrap();
    AddCheckpoint { old, proof, note }
}

fn add(witness: &mut Witness, request: &AddCheckpoint) -> Result<String, Refusal> {
    witness.add_checkpoint(request.encode().as_bytes(), NOW, |_, _| Ok::<(), ()>(()))
}

fn status<T>(answer: Result<T, Refusal>) -> u16 {
    answer.err().map_or(200, |refusal| refusal.status)
}

#[test]
fn a_log_grows_and_is_cosigned() {
    let all = entries(600);
    let mut witness = witness(1, None);
    let policy = Witnesses::new(vec![witness.verifier().clone()], 1).unwrap();
    assert_eq!(witness.latest(ORIGIN), None);
    let mut old = 0;
    for size in [0, 1, 1, 8, 255, 256, 257, 600] {
        let ask = request(&all[..size], old);
        let mut kept = String::new();
        let line = witness.add_checkpoint(ask.encode().as_bytes(), NOW, |origin, note| {
            assert_eq!(origin, ORIGIN);
            note.clone_into(&mut kept);
            Ok::<(), ()>(())
        });
        let line = line.unwrap();
        let mut note = ask.note.clone();
        assert_eq!(policy.check(&note), Err(Error::Witnesses { found: 0, needed: 1 }));
        assert_eq!(note.add_lines(line.as_bytes(), policy.keys()), Ok(1));
        let cosigned = Cosigned { name: "witness1.example", time: NOW };
        assert_eq!(policy.check(&note), Ok(vec![cosigned]));
        // What is kept and served is the checkpoint with both signatures.
        assert_eq!(kept, note.encode());
        assert_eq!(witness.latest(ORIGIN), Some(kept.as_str()));
        old = size as u64;
    }
    let hash = "4d3203c8f35cdf600e475f55fede6081a703d3d322f208865fca2ec4f0e030f8";
    assert_eq!(Witness::monitoring_path(ORIGIN), format!("{hash}/checkpoint"));
}

#[test]
fn what_is_refused_and_how() {
    let all = entries(20);
    let mut fork = all.clone();
    fork[3].push(b'!');
    let mut witness = witness(1, None);
    add(&mut witness, &request(&all[..8], 0)).unwrap();
    let before = witness.latest(ORIGIN).unwrap().to_owned();
    let good = request(&all, 8);
    let conflict = |answer: Result<String, Refusal>| {
        let refusal = answer.unwrap_err();
        assert_eq!((refusal.status, refusal.body.as_str()), (409, "8\n"));
        assert_eq!(Refusal::known_size(refusal.body.as_bytes()), Some(8));
        assert_eq!(refusal.content_type(), "text/x.tlog.size");
    };
    conflict(add(&mut witness, &request(&all, 0)));
    conflict(add(&mut witness, &request(&all, 7)));
    conflict(add(&mut witness, &request(&all, 9)));
    conflict(add(&mut witness, &request(&all[..5], 5)));
    conflict(add(&mut witness, &request(&fork, 0)));
    // Old above new.
    assert_eq!(status(add(&mut witness, &AddCheckpoint { old: 21, ..good.clone() })), 400);
    // A fork, with its own honest proof; the same size with another root; a bent, short, long or missing proof.
    assert_eq!(status(add(&mut witness, &request(&fork, 8))), 422);
    assert_eq!(status(add(&mut witness, &request(&fork[..8], 8))), 422);
    let mut bent = good.clone();
    bent.proof[0][0] ^= 1;
    assert_eq!(status(add(&mut witness, &bent)), 422);
    bent.proof.clear();
    assert_eq!(status(add(&mut witness, &bent)), 422);
    bent.proof = [good.proof.clone(), vec![[0; 32]]].concat();
    assert_eq!(status(add(&mut witness, &bent)), 422);
    let same = AddCheckpoint { proof: vec![[0; 32]], ..request(&all[..8], 8) };
    assert_eq!(status(add(&mut witness, &same)), 422);
    // Signed by nobody who is known; in the log's name but not by it.
    let stranger = Signer::new(ORIGIN, &[2; 32]).unwrap();
    let note = stranger.checkpoint(&head(&all)).unwrap();
    assert_eq!(status(add(&mut witness, &AddCheckpoint { note, ..good.clone() })), 403);
    let forged = good.encode().replace("\n20\n", "\n21\n");
    let answer = witness.add_checkpoint(forged.as_bytes(), NOW, |_, _| Ok::<(), ()>(()));
    assert_eq!(status(answer), 403);
    // A log that is not watched.
    let other = Checkpoint::new("example.com/other", 20, tree(&all).root(), Vec::new()).unwrap();
    let note = signer().checkpoint(&other).unwrap();
    assert_eq!(status(add(&mut witness, &AddCheckpoint { note, ..good.clone() })), 404);
    // No request, no checkpoint.
    let answer = witness.add_checkpoint(b"old 8\n", NOW, |_, _| Ok::<(), ()>(()));
    assert_eq!(status(answer), 400);
    let mut note = Note::new("a story\n").unwrap();
    signer().sign(&mut note).unwrap();
    assert_eq!(status(add(&mut witness, &AddCheckpoint { note, ..good.clone() })), 400);
    // Nothing of all this has changed what is known, nor has a disk that failed or a clock at zero.
    let full = witness.add_checkpoint(good.encode().as_bytes(), NOW, |_, _| Err(()));
    assert_eq!(status(full), 500);
    let answer = witness.add_checkpoint(good.encode().as_bytes(), 0, |_, _| Ok::<(), ()>(()));
    assert_eq!(status(answer), 500);
    assert_eq!(witness.latest(ORIGIN), Some(before.as_str()));
    add(&mut witness, &good).unwrap();
}

#[test]
fn a_size_in_a_refusal_is_written_in_one_way() {
    for bad in ["", "\n", "8", "08\n", "+8\n", " 8\n", "8\r\n", "8\n\n", "9223372036854775808\n"] {
        assert_eq!(Refusal::known_size(bad.as_bytes()), None, "{bad:?}");
    }
    assert_eq!(Refusal::known_size(b"0\n"), Some(0));
    assert_eq!(Refusal::known_size(b"\xff\n"), None);
}

#[test]
fn the_empty_log_has_one_root_and_no_proof() {
    let all = entries(3);
    let mut witness = witness(1, None);
    let lie = Checkpoint::new(ORIGIN, 0, [7; 32], Vec::new()).unwrap();
    let note = signer().checkpoint(&lie).unwrap();
    assert_eq!(status(add(&mut witness, &AddCheckpoint { old: 0, proof: vec![], note })), 422);
    let proof = vec![[0; 32]];
    assert_eq!(status(add(&mut witness, &AddCheckpoint { proof, ..request(&all, 0) })), 422);
    add(&mut witness, &request(&all, 0)).unwrap();
}

#[test]
fn a_witness_starts_again_from_what_it_kept() {
    let all = entries(20);
    let mut first = witness(1, None);
    add(&mut first, &request(&all[..8], 0)).unwrap();
    let kept = first.latest(ORIGIN).unwrap().as_bytes().to_vec();
    let mut again = witness(1, Some(&kept));
    assert_eq!(status(add(&mut again, &request(&all, 0))), 409);
    add(&mut again, &request(&all, 8)).unwrap();
    // Not what another witness signed, what the log alone signed, what was changed, or another log's.
    let keys = || vec![signer().verifier().clone()];
    let watch = |number, origin: &str, latest: &[u8]| {
        Witness::new(cosigner(number)).watch(origin, keys(), Some(latest))
    };
    assert_eq!(watch(1, ORIGIN, &kept), Ok(()));
    assert_eq!(watch(2, ORIGIN, &kept), Err(Error::Untrusted));
    let alone = request(&all[..8], 0).note.encode();
    assert_eq!(watch(1, ORIGIN, alone.as_bytes()), Err(Error::Untrusted));
    let bent = String::from_utf8(kept.clone()).unwrap().replace("\n8\n", "\n9\n");
    assert_eq!(watch(1, ORIGIN, bent.as_bytes()), Err(Error::Signature));
    assert_eq!(watch(1, "example.com/other", &kept), Err(Error::Inconsistent));
    assert!(first.watch(ORIGIN, keys(), None).is_err(), "twice");
    assert!(first.watch("b", vec![], None).is_err(), "no key");
    assert!(first.watch("b", vec![cosigner(3).verifier().clone()], None).is_err(), "no log's key");
}

#[test]
fn two_histories_never_have_a_majority() {
    let honest = entries(20);
    let mut other = honest.clone();
    other[9].push(b'!');
    let mut witnesses: Vec<Witness> = (1..=3).map(|number| witness(number, None)).collect();
    let keys: Vec<VerifierKey> = witnesses.iter().map(|one| one.verifier().clone()).collect();
    let policy = Witnesses::new(keys, 2).unwrap();
    // The log shows one history to the first two witnesses, then another to all three.
    let mut shown = request(&honest, 0);
    let mut hidden = request(&other, 0);
    for witness in &mut witnesses[..2] {
        let line = add(witness, &shown).unwrap();
        shown.note.add_lines(line.as_bytes(), policy.keys()).unwrap();
    }
    for witness in &mut witnesses {
        if let Ok(line) = add(witness, &hidden) {
            hidden.note.add_lines(line.as_bytes(), policy.keys()).unwrap();
        }
    }
    assert_eq!(policy.check(&shown.note).unwrap().len(), 2);
    assert_eq!(policy.check(&hidden.note), Err(Error::Witnesses { found: 1, needed: 2 }));
    // One witness that signs twice is still one.
    let line = cosigner(3).cosign(hidden.note.unverified_text(), NOW + 1).unwrap().to_string();
    let twice = Note::decode((hidden.note.encode() + &line).as_bytes()).unwrap();
    assert_eq!(policy.check(&twice), Err(Error::Witnesses { found: 1, needed: 2 }));
    assert_eq!(twice.verify(policy.keys()).unwrap()[0].time, Some(NOW + 1));
    // One line in a known name that is not its own spoils the note, and changes nothing where it is added.
    let lie = Cosigner::new("witness1.example", &[9; 32]).unwrap();
    let lie = lie.cosign(shown.note.unverified_text(), NOW).unwrap().to_string();
    let mut note = shown.note.clone();
    assert_eq!(note.add_lines(lie.as_bytes(), policy.keys()), Ok(0), "another id: nobody known");
    let swapped = cosigner(1).cosign(hidden.note.unverified_text(), NOW).unwrap().to_string();
    assert_eq!(note.add_lines(swapped.as_bytes(), policy.keys()), Err(Error::Signature));
    assert_eq!(note, shown.note);
    let spoilt = Note::decode((shown.note.encode() + &swapped).as_bytes()).unwrap();
    assert_eq!(policy.check(&spoilt), Err(Error::Signature));
}

#[test]
fn a_policy_makes_sense() {
    let key = |number| cosigner(number).verifier().clone();
    let renamed = Cosigner::new("b.example", &[101; 32]).unwrap().verifier().clone();
    let rekeyed = Cosigner::new("witness1.example", &[8; 32]).unwrap().verifier().clone();
    for (keys, needed) in [
        (vec![key(1), key(2)], 3),
        (vec![key(1), key(1)], 1),
        (vec![key(1), renamed], 1),
        (vec![key(1), rekeyed], 1),
        (vec![signer().verifier().clone()], 1),
    ] {
        assert!(matches!(Witnesses::new(keys, needed), Err(Error::KeyUse(_))));
    }
    assert!(Witnesses::new(vec![key(1), key(2)], 2).is_ok());
    // The types of key do not stand in for each other, though the public key is the same.
    let all = entries(8);
    let text = head(&all).encode();
    let cosigned = cosigner(1).cosign(&text, NOW).unwrap();
    let plain = VerifierKey::new("witness1.example", KeyType::Ed25519, &key(1).public()).unwrap();
    let mut note = Note::new(&text).unwrap();
    note.push(cosigned).unwrap();
    assert_eq!(note.verify(&[plain]), Err(Error::Untrusted));
    assert!(note.verify(&[key(1)]).is_ok());
    // A witness signs checkpoints only, and at a time.
    assert!(cosigner(1).cosign("a story\n", NOW).is_err());
    assert!(cosigner(1).cosign(&text, 0).is_err());
    assert!(cosigner(1).cosign(&text, u64::MAX).is_err());
    // Names and keys that are none.
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{1}"] {
        assert!(Signer::new(name, &[1; 32]).is_err(), "{name:?}");
    }
    assert!(VerifierKey::new("a", KeyType::Ed25519, &[0; 32]).is_err(), "a weak key");
}
