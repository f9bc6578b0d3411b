//! A 32-byte secret sealed under a passphrase: the header of a vault and the whole of a root file.
//!
//! | bytes | field |
//! | --- | --- |
//! | 16 | magic, which names the kind of file and its version |
//! | 12 | Argon2id: memory in KiB (4), passes (4), lanes (4) |
//! | 16 | salt |
//! | 16 | id, random |
//! | 24 | nonce |
//! | 48 | XChaCha20-Poly1305 of the secret; everything before is its associated data |
//! | 8 | start of SHA-256 of everything before: tells damage from a wrong passphrase |

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::AeadInOut};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::kdf::{Kdf, Passphrase};

/// Length of a wrapped secret.
pub(crate) const LEN: usize = 16 + 12 + 16 + 16 + 24 + 48 + 8;
const SUM: usize = 8;

/// Why a wrapped secret did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unwrap {
    Header(&'static str),
    Stretch,
    Passphrase,
}

pub(crate) struct Unwrapped {
    pub(crate) secret: Zeroizing<[u8; 32]>,
    pub(crate) id: [u8; 16],
    pub(crate) kdf: Kdf,
}

/// Seals `secret`; `None` if memory is short.
pub(crate) fn wrap(
    magic: &[u8; 16],
    id: &[u8; 16],
    secret: &[u8; 32],
    passphrase: &Passphrase,
    kdf: Kdf,
    rng: &mut dyn CryptoRng,
) -> Option<Vec<u8>> {
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut nonce);
    let key = kdf.stretch(passphrase, &salt)?;
    let mut out = Vec::with_capacity(LEN);
    out.extend_from_slice(magic);
    out.extend_from_slice(&kdf.to_bytes());
    out.extend_from_slice(&salt);
    out.extend_from_slice(id);
    out.extend_from_slice(&nonce);
    let mut sealed = Zeroizing::new(secret.to_vec());
    XChaCha20Poly1305::new(&(*key).into())
        .encrypt_in_place(&XNonce::from(nonce), &out, &mut *sealed)
        .ok()?;
    out.extend_from_slice(&sealed);
    let sum = Sha256::digest(&out);
    out.extend(sum.iter().take(SUM));
    Some(out)
}

/// Opens what [`wrap`] made. A wrong passphrase is found out only after the whole stretching.
pub(crate) fn unwrap(
    magic: &[u8; 16],
    bytes: &[u8],
    passphrase: &Passphrase,
) -> Result<Unwrapped, Unwrap> {
    let damaged = Unwrap::Header("its header is damaged");
    if bytes.get(..16) != Some(magic.as_slice()) {
        return Err(Unwrap::Header("is no such file, or of a version this program does not know"));
    }
    if bytes.len() != LEN {
        return Err(Unwrap::Header("its header was cut short or has grown"));
    }
    let (body, sum) = bytes.split_at_checked(LEN - SUM).ok_or(damaged)?;
    if !Sha256::digest(body).iter().take(SUM).eq(sum) {
        return Err(damaged);
    }
    let (associated, sealed) = body.split_at_checked(LEN - SUM - 48).ok_or(damaged)?;
    let kdf = Kdf::from_bytes(field(associated, 16).ok_or(damaged)?)
        .ok_or(Unwrap::Header("asks for a stretching outside what this program runs"))?;
    let salt: [u8; 16] = field(associated, 28).ok_or(damaged)?;
    let id: [u8; 16] = field(associated, 44).ok_or(damaged)?;
    let nonce: [u8; 24] = field(associated, 60).ok_or(damaged)?;
    let key = kdf.stretch(passphrase, &salt).ok_or(Unwrap::Stretch)?;
    let mut plain = Zeroizing::new(sealed.to_vec());
    XChaCha20Poly1305::new(&(*key).into())
        .decrypt_in_place(&XNonce::from(nonce), associated, &mut *plain)
        .map_err(|_| Unwrap::Passphrase)?;
    let mut secret = Zeroizing::new([0; 32]);
    secret.copy_from_slice(plain.get(..32).ok_or(damaged)?);
    Ok(Unwrapped { secret, id, kdf })
}

/// Whether these are the bytes of a wrapped secret, as far as can be told without the passphrase.
pub(crate) fn is_whole(magic: &[u8; 16], bytes: &[u8]) -> bool {
    let Some((body, sum)) = bytes.split_at_checked(LEN - SUM) else { return false };
    bytes.len() == LEN && body.starts_with(magic) && Sha256::digest(body).iter().take(SUM).eq(sum)
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    const MAGIC: &[u8; 16] = b"subrosa test 001";

    fn pass(text: &str) -> Passphrase {
        Passphrase::new(text.into())
    }

    fn resum(bytes: &mut [u8]) {
        let sum = Sha256::digest(&bytes[..LEN - SUM]);
        bytes[LEN - SUM..].copy_from_slice(&sum[..SUM]);
    }

    #[test]
    fn every_changed_byte_is_found() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let kdf = Kdf::weak_for_demo_and_tests();
        let whole = wrap(MAGIC, &[3; 16], &[7; 32], &pass("correct horse"), kdf, &mut rng).unwrap();
        assert_eq!(whole.len(), LEN);
        let open = unwrap(MAGIC, &whole, &pass("correct horse")).unwrap();
        assert_eq!((*open.secret, open.id, open.kdf), ([7; 32], [3; 16], kdf));
        assert_eq!(unwrap(MAGIC, &whole, &pass("correct horsf")).err(), Some(Unwrap::Passphrase));
        for at in 0..LEN {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            let plain = unwrap(MAGIC, &bad, &pass("correct horse")).err().unwrap();
            assert!(matches!(plain, Unwrap::Header(_)), "byte {at}");
            // An attacker mends the sum: then it is the seal that tells.
            if at < LEN - SUM {
                resum(&mut bad);
                assert!(unwrap(MAGIC, &bad, &pass("correct horse")).is_err(), "byte {at}");
            }
        }
        for cut in 0..LEN {
            assert!(unwrap(MAGIC, &whole[..cut], &pass("correct horse")).is_err());
        }
    }
}
