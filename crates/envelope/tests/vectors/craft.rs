//! The wire document written down a second time, from the bare primitives: what the crate under test makes and
//! reads is compared with this, and this can make what the crate refuses to make.

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use ed25519_dalek::{Signer as _, SigningKey};
use hkdf::Hkdf;
use hpke::{
    Deserializable, Kem, OpModeS, Serializable,
    aead::AesGcm256,
    kdf::HkdfSha256,
    kem::{X25519HkdfSha256, XWing},
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use rand_core::Rng as _;
use sha2::{Digest, Sha256};

pub const X25519: u8 = 1;
pub const XWING: u8 = 2;

/// Randomness that depends on a label alone, so that one vector does not move another.
pub fn rng(label: &str) -> ChaCha20Rng {
    ChaCha20Rng::from_seed(Sha256::digest(format!("subrosa test vectors: {label}")).into())
}

/// `N` bytes that depend on a label alone.
pub fn random<const N: usize>(label: &str) -> [u8; N] {
    let mut out = [0; N];
    rng(label).fill_bytes(&mut out);
    out
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// HKDF-SHA256.
pub fn hkdf<const N: usize>(ikm: &[u8], salt: &[u8], info: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    Hkdf::<Sha256>::new(Some(salt), ikm).expand(&info.concat(), &mut out).unwrap();
    out
}

/// A recipient's keys in both suites, raw.
pub struct Box2 {
    pub x25519: [u8; 32],
    pub xwing: [u8; 32],
    pub x25519_public: Vec<u8>,
    pub xwing_public: Vec<u8>,
}

impl Box2 {
    pub fn new(label: &str) -> Self {
        let x25519 = random(&format!("{label} x25519"));
        let xwing = random(&format!("{label} x-wing"));
        let classic = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&x25519).unwrap();
        let hybrid = <XWing as Kem>::PrivateKey::from_bytes(&xwing).unwrap();
        Self {
            x25519,
            xwing,
            x25519_public: X25519HkdfSha256::sk_to_pk(&classic).to_bytes().to_vec(),
            xwing_public: XWing::sk_to_pk(&hybrid).to_bytes().to_vec(),
        }
    }

    /// `encapsulation ‖ ciphertext ‖ tag`, around any plaintext.
    pub fn seal(&self, suite: u8, info: &[u8], aad: &[u8], plain: &[u8], label: &str) -> Vec<u8> {
        match suite {
            X25519 => seal::<X25519HkdfSha256>(&self.x25519_public, info, aad, plain, label),
            _ => seal::<XWing>(&self.xwing_public, info, aad, plain, label),
        }
    }

    /// A packet around any plaintext.
    pub fn packet(&self, site: &[u8], suite: u8, epoch: u8, plain: &[u8], label: &str) -> Vec<u8> {
        let head = [suite, epoch];
        let info = [b"subrosa/1 outer", site].concat();
        [head.as_slice(), &self.seal(suite, &info, &head, plain, label)].concat()
    }

    /// An inner envelope around any plaintext.
    pub fn inner(&self, site: &[u8], suite: u8, plain: &[u8], label: &str) -> Vec<u8> {
        let info = [b"subrosa/1 inner", site].concat();
        [&[suite], self.seal(suite, &info, &[suite], plain, label).as_slice()].concat()
    }
}

fn seal<K: Kem>(public: &[u8], info: &[u8], aad: &[u8], plain: &[u8], label: &str) -> Vec<u8> {
    let public = K::PublicKey::from_bytes(public).unwrap();
    let (enc, sealed) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, K>(
        &OpModeS::Base,
        &public,
        info,
        plain,
        aad,
        &mut rng(label),
    )
    .unwrap();
    [enc.to_bytes().as_slice(), &sealed].concat()
}

/// Zeros inside the ciphertext of a suite.
pub fn padding(suite: u8) -> Vec<u8> {
    vec![0; if suite == X25519 { 1088 } else { 0 }]
}

/// AES-256-GCM with twelve zero bytes of nonce: `ciphertext ‖ tag`.
pub fn gcm(key: &[u8; 32], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut out = plain.to_vec();
    let cipher = Aes256Gcm::new(&(*key).into());
    let tag =
        cipher.encrypt_inout_detached(&Default::default(), aad, out.as_mut_slice().into()).unwrap();
    out.extend_from_slice(&tag);
    out
}

/// Someone who signs.
pub struct Hand(SigningKey);

impl Hand {
    pub fn new(label: &str) -> Self {
        Self(SigningKey::from_bytes(&random(&format!("{label} ed25519"))))
    }

    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// `bytes ‖ signature over context ‖ bytes`.
    pub fn signed(&self, context: &[&[u8]], bytes: Vec<u8>) -> Vec<u8> {
        let signature = self.0.sign(&[&context.concat(), bytes.as_slice()].concat());
        [bytes.as_slice(), &signature.to_bytes()].concat()
    }

    /// A desk's id.
    pub fn desk_id(&self) -> [u8; 16] {
        sha256(&self.public())[..16].try_into().unwrap()
    }
}

/// The fields of a certificate, all of them free.
#[derive(Clone)]
pub struct Cert {
    pub version: u8,
    pub role: u8,
    pub serial: [u8; 16],
    pub site: [u8; 32],
    pub dates: (u64, u64),
    pub key: [u8; 32],
    pub name: Vec<u8>,
    pub name_length: Option<u8>,
    pub padding: u8,
}

impl Cert {
    pub fn new(role: u8, site: [u8; 32], dates: (u64, u64), key: [u8; 32], name: &str) -> Self {
        let serial = random(&format!("serial of {name}"));
        let name = name.as_bytes().to_vec();
        Self { version: 1, role, serial, site, dates, key, name, name_length: None, padding: 0 }
    }

    pub fn signed(&self, root: &Hand) -> Vec<u8> {
        let mut out = vec![self.version, self.role];
        out.extend_from_slice(&self.serial);
        out.extend_from_slice(&self.site);
        out.extend_from_slice(&self.dates.0.to_be_bytes());
        out.extend_from_slice(&self.dates.1.to_be_bytes());
        out.extend_from_slice(&self.key);
        out.push(self.name_length.unwrap_or(self.name.len() as u8));
        out.extend_from_slice(&self.name);
        out.resize(163, self.padding);
        root.signed(&[b"subrosa/1 certificate"], out)
    }
}

pub fn revocation(root: &Hand, serial: [u8; 16], site: [u8; 32]) -> Vec<u8> {
    let bytes = [b"\x01R".as_slice(), &serial, &site].concat();
    root.signed(&[b"subrosa/1 revocation"], bytes)
}

pub fn desk_key(desk: &Hand, site: [u8; 32], week: u32, not_after: u64, keys: &Box2) -> Vec<u8> {
    let mut out = vec![1, b'W'];
    out.extend_from_slice(&desk.desk_id());
    out.extend_from_slice(&week.to_be_bytes());
    out.extend_from_slice(&not_after.to_be_bytes());
    out.extend_from_slice(&keys.x25519_public);
    out.extend_from_slice(&keys.xwing_public);
    desk.signed(&[b"subrosa/1 desk key", &site], out)
}

/// The same bytes with one bit turned.
pub fn flipped(bytes: &[u8], at: usize, mask: u8) -> Vec<u8> {
    let mut out = bytes.to_vec();
    out[at] ^= mask;
    out
}
