//! The libraries held to test vectors that others have published: RFC 9180, the post-quantum HPKE draft, X-Wing,
//! and Project Wycheproof. Where they come from is in `vectors/published/README.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use ed25519_dalek::{Signature, VerifyingKey};
use envelope::keys::{KemPublic, KemSecret, MixEpoch};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable,
    aead::{Aead, AesGcm256, ChaCha20Poly1305},
    kdf::HkdfSha256,
    kem::{X25519HkdfSha256, XWing},
};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;
use sha2::Sha256;
use std::convert::Infallible;
use wycheproof::TestResult;

/// Gives the bytes that a vector says its random generator gave, and nothing beyond.
struct Told(Vec<u8>);

impl TryRng for Told {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("only whole keys are drawn");
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("only whole keys are drawn");
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.0[..out.len()]);
        self.0.drain(..out.len());
        Ok(())
    }
}

impl TryCryptoRng for Told {}

fn sets(file: &str) -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/published/");
    let text = std::fs::read_to_string(format!("{folder}{file}")).unwrap();
    let sets: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(!sets.is_empty());
    sets
}

fn field(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(value[name].as_str().unwrap_or_else(|| panic!("no {name}"))).unwrap()
}

/// Both ends of a set of HPKE vectors: keys, encapsulation, every message, every export.
fn hpke_set<A: Aead, K: Kem>(set: &Value, randomness: &[u8]) -> usize {
    let (_, public) = K::derive_keypair(&field(set, "ikmR"));
    assert_eq!(public.to_bytes().to_vec(), field(set, "pkRm"));
    let secret = K::PrivateKey::from_bytes(&field(set, "skRm")).unwrap();
    assert_eq!(K::sk_to_pk(&secret), public);
    let info = field(set, "info");

    let mut rng = Told(randomness.to_vec());
    let (shared, _) = K::encap_with_rng(&public, None, &mut rng).unwrap();
    assert_eq!(shared.0.to_vec(), field(set, "shared_secret"));
    let mut rng = Told(randomness.to_vec());
    let mode = OpModeS::<K>::Base;
    let (enc, mut sender) =
        hpke::setup_sender_with_rng::<A, HkdfSha256, K>(&mode, &public, &info, &mut rng).unwrap();
    assert_eq!(enc.to_bytes().to_vec(), field(set, "enc"));

    let enc = K::EncappedKey::from_bytes(&field(set, "enc")).unwrap();
    let mode = OpModeR::<K>::Base;
    let mut receiver =
        hpke::setup_receiver::<A, HkdfSha256, K>(&mode, &secret, &enc, &info).unwrap();
    let messages = set["encryptions"].as_array().unwrap();
    for message in messages {
        let (plain, aad) = (field(message, "pt"), field(message, "aad"));
        assert_eq!(sender.seal(&plain, &aad).unwrap(), field(message, "ct"));
        assert_eq!(receiver.open(&field(message, "ct"), &aad).unwrap(), plain);
    }
    for export in set["exports"].as_array().unwrap() {
        let mut out = vec![0; usize::try_from(export["L"].as_u64().unwrap()).unwrap()];
        receiver.export(&field(export, "exporter_context"), &mut out).unwrap();
        assert_eq!(out, field(export, "exported_value"));
    }
    messages.len()
}

#[test]
fn rfc_9180_in_our_classic_suite() {
    let mut messages = 0;
    for set in sets("rfc9180.json") {
        let of = ["mode", "kem_id", "kdf_id", "aead_id"].map(|name| set[name].as_u64().unwrap());
        assert_eq!(of, [0, 0x20, 1, 2]);
        messages += hpke_set::<AesGcm256, X25519HkdfSha256>(&set, &field(&set, "ikmE"));
    }
    assert_eq!(messages, 8);
}

#[test]
fn the_post_quantum_draft_in_the_kem_of_our_hybrid_suite() {
    let mut messages = 0;
    for set in sets("hpke-pq.json") {
        let of = ["mode", "kem_id", "kdf_id", "aead_id"].map(|name| set[name].as_u64().unwrap());
        assert_eq!(of, [0, 0x647a, 1, 3]);
        messages += hpke_set::<ChaCha20Poly1305, XWing>(&set, &field(&set, "ikmE"));
    }
    assert!(messages > 0);
}

#[test]
fn x_wing_as_in_its_draft() {
    let sets = sets("x-wing.json");
    assert_eq!(sets.len(), 3);
    for set in sets {
        let secret = <XWing as Kem>::PrivateKey::from_bytes(&field(&set, "sk")).unwrap();
        let public = XWing::sk_to_pk(&secret);
        assert_eq!(public.to_bytes().to_vec(), field(&set, "pk"));
        let mut rng = Told(field(&set, "eseed"));
        let (shared, enc) = XWing::encap_with_rng(&public, None, &mut rng).unwrap();
        assert_eq!(enc.to_bytes().to_vec(), field(&set, "ct"));
        assert_eq!(shared.0.to_vec(), field(&set, "ss"));
        let enc = <XWing as Kem>::EncappedKey::from_bytes(&field(&set, "ct")).unwrap();
        assert_eq!(XWing::decap(&secret, None, &enc).unwrap().0.to_vec(), field(&set, "ss"));

        // Our own key type takes the draft's 32-byte seed for the private key, and gives its public key.
        let classic = [7; 32];
        let both = [classic.to_vec(), field(&set, "sk")].concat().try_into().unwrap();
        let ours = KemSecret::<MixEpoch>::from_bytes(&both).unwrap().public();
        let x25519 = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&classic).unwrap();
        let x25519 = X25519HkdfSha256::sk_to_pk(&x25519).to_bytes();
        let theirs = KemPublic::<MixEpoch>::from_bytes(
            &x25519.as_slice().try_into().unwrap(),
            &field(&set, "pk").try_into().unwrap(),
        );
        assert!(ours == theirs.unwrap());
    }
}

/// Counts how many vectors said that they must pass and how many that they must fail.
#[derive(Default)]
struct Tally {
    valid: usize,
    invalid: usize,
}

impl Tally {
    fn note(&mut self, result: TestResult) {
        match result {
            TestResult::Valid => self.valid += 1,
            TestResult::Invalid => self.invalid += 1,
            TestResult::Acceptable => {}
        }
    }

    #[track_caller]
    fn at_least(&self, valid: usize, invalid: usize) {
        let Self { valid: passed, invalid: refused } = self;
        assert!(*passed >= valid && *refused >= invalid, "{passed} valid, {refused} invalid");
    }
}

#[test]
fn wycheproof_x25519() {
    let set = wycheproof::xdh::TestSet::load(wycheproof::xdh::TestName::X25519).unwrap();
    let mut tally = Tally::default();
    let mut zero = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let case = test.tc_id;
        tally.note(test.result);
        let Ok(public) = <[u8; 32]>::try_from(test.public_key.as_slice()) else {
            assert_eq!(test.result, TestResult::Invalid, "{case}");
            continue;
        };
        let secret: [u8; 32] = test.private_key.as_slice().try_into().unwrap();
        let shared = x25519_dalek::x25519(secret, public);
        assert_eq!(shared.as_slice(), test.shared_secret.as_slice(), "{case}");

        // HPKE must refuse what leaves an all-zero secret, and nothing else (RFC 9180, section 7.1.4).
        let private = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&secret).unwrap();
        let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&public).unwrap();
        let refused = X25519HkdfSha256::decap(&private, None, &enc).is_err();
        assert_eq!(refused, shared == [0; 32], "{case}");
        zero += usize::from(refused);
    }
    tally.at_least(250, 0);
    assert!(zero >= 10, "only {zero} with an all-zero secret");
}

#[test]
fn wycheproof_aes_256_gcm() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
    let ours = |group: &&wycheproof::aead::TestGroup| {
        (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128)
    };
    let mut tally = Tally::default();
    for test in set.test_groups.iter().filter(ours).flat_map(|group| &group.tests) {
        let case = test.tc_id;
        tally.note(test.result);
        let key: [u8; 32] = test.key.as_slice().try_into().unwrap();
        let nonce: [u8; 12] = test.nonce.as_slice().try_into().unwrap();
        let tag: [u8; 16] = test.tag.as_slice().try_into().unwrap();
        let cipher = Aes256Gcm::new(&key.into());
        let mut opened = test.ct.to_vec();
        let result = cipher.decrypt_inout_detached(
            &nonce.into(),
            &test.aad,
            opened.as_mut_slice().into(),
            &tag.into(),
        );
        assert_eq!(result.is_ok(), test.result == TestResult::Valid, "{case}");
        if result.is_err() {
            continue;
        }
        assert_eq!(opened, test.pt.as_slice(), "{case}");
        let made = cipher
            .encrypt_inout_detached(&nonce.into(), &test.aad, opened.as_mut_slice().into())
            .unwrap();
        assert_eq!((opened.as_slice(), made.as_slice()), (test.ct.as_slice(), &tag[..]), "{case}");
    }
    tally.at_least(35, 20);
}

#[test]
fn wycheproof_ed25519_as_strictly_as_we_verify() {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
    let mut tally = Tally::default();
    for group in &set.test_groups {
        let key = VerifyingKey::from_bytes(group.key.pk.as_slice().try_into().unwrap()).unwrap();
        for test in &group.tests {
            tally.note(test.result);
            let good = Signature::from_slice(&test.sig)
                .is_ok_and(|signature| key.verify_strict(&test.msg, &signature).is_ok());
            assert_eq!(good, test.result == TestResult::Valid, "{}", test.tc_id);
        }
    }
    tally.at_least(80, 50);
}

#[test]
fn wycheproof_hkdf_sha_256() {
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
    let mut tally = Tally::default();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        tally.note(test.result);
        let mut out = vec![0; test.size];
        let good = hkdf::Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm)
            .expand(&test.info, &mut out)
            .is_ok();
        assert_eq!(good, test.result == TestResult::Valid, "{}", test.tc_id);
        assert!(!good || out == test.okm.as_slice(), "{}", test.tc_id);
    }
    tally.at_least(70, 2);
}

#[test]
fn wycheproof_pbkdf2_hmac_sha_256() {
    let name = wycheproof::pbkdf2::TestName::Pbkdf2HmacSha256;
    let set = wycheproof::pbkdf2::TestSet::load(name).unwrap();
    let mut tally = Tally::default();
    // Those of many rounds take long without optimisation; our own 600,000 are in `vectors/passphrase.json`.
    let short = |test: &&wycheproof::pbkdf2::Test| test.iteration_count <= 100_000;
    for test in set.test_groups.iter().flat_map(|group| &group.tests).filter(short) {
        tally.note(test.result);
        let mut out = vec![0; test.dk_len];
        let rounds = u32::try_from(test.iteration_count).unwrap();
        pbkdf2::pbkdf2_hmac::<Sha256>(&test.password, &test.salt, rounds, &mut out);
        assert_eq!(out, test.dk.as_slice(), "{}", test.tc_id);
    }
    tally.at_least(40, 0);
}
