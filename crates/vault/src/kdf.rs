//! Passphrases and their stretching by Argon2id (RFC 9106).

use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

/// Shortest passphrase that a new vault takes, in characters.
const MIN_CHARS: usize = 12;
/// Bounds on what a file may ask for, so that a forged header cannot eat all memory.
const MAX_MEMORY_KIB: u32 = 1 << 20;
const MAX_PASSES: u32 = 32;
const MAX_LANES: u32 = 8;

/// A passphrase. Erased when dropped; never printed.
pub struct Passphrase(Zeroizing<String>);

/// A passphrase that is too easy to guess for a new vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "the passphrase has {0} characters; use at least {MIN_CHARS}, best five or more random words"
)]
pub struct WeakPassphrase(usize);

impl Passphrase {
    /// Takes what was typed; line ends at its end are not part of it.
    #[must_use]
    pub fn new(typed: String) -> Self {
        let mut typed = Zeroizing::new(typed);
        let kept = typed.trim_end_matches(['\n', '\r']).len();
        typed.truncate(kept);
        Self(typed)
    }

    /// Whether a new vault may rest on it: at least twelve characters.
    ///
    /// # Errors
    /// [`WeakPassphrase`] with the number of characters found.
    pub fn check(&self) -> Result<(), WeakPassphrase> {
        match self.0.chars().count() {
            n if n < MIN_CHARS => Err(WeakPassphrase(n)),
            _ => Ok(()),
        }
    }

    /// Whether both are the same, for a passphrase typed twice.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

/// The cost of stretching: memory in KiB, passes, lanes. Stored in the header of what it protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kdf {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Default for Kdf {
    /// 64 MiB, 3 passes, 1 lane: a fifth of a second on a laptop.
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 }
    }
}

impl Kdf {
    /// Next to no cost, for tests and demonstrations with made-up content. Never for real vaults.
    #[must_use]
    pub fn weak_for_demo_and_tests() -> Self {
        Self { memory_kib: 64, passes: 1, lanes: 1 }
    }

    /// Whether this is less than the default's memory or passes: said wherever such a vault is shown.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        let full = Self::default();
        self.memory_kib < full.memory_kib || self.passes < full.passes
    }

    pub(crate) fn to_bytes(self) -> [u8; 12] {
        let mut out = [0; 12];
        let words = [self.memory_kib, self.passes, self.lanes];
        for (to, word) in out.chunks_exact_mut(4).zip(words) {
            to.copy_from_slice(&word.to_be_bytes());
        }
        out
    }

    /// `None` outside the bounds that this program runs.
    pub(crate) fn from_bytes(bytes: [u8; 12]) -> Option<Self> {
        let mut words = bytes
            .chunks_exact(4)
            .map(|chunk| chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)));
        let kdf = Self { memory_kib: words.next()?, passes: words.next()?, lanes: words.next()? };
        let sound = kdf.memory_kib >= 8 * kdf.lanes
            && (8..=MAX_MEMORY_KIB).contains(&kdf.memory_kib)
            && (1..=MAX_PASSES).contains(&kdf.passes)
            && (1..=MAX_LANES).contains(&kdf.lanes);
        sound.then_some(kdf)
    }

    /// 32 bytes from a passphrase; `None` if memory is short.
    pub(crate) fn stretch(
        self,
        passphrase: &Passphrase,
        salt: &[u8; 16],
    ) -> Option<Zeroizing<[u8; 32]>> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.0.as_bytes(), salt, key.as_mut_slice())
            .ok()?;
        Some(key)
    }
}

impl Drop for Passphrase {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn argon2id_gives_the_reference_answer() {
        // From the reference implementation's test suite: argon2id, v1.3, t=2, m=2^16, p=1.
        let kdf = Kdf { memory_kib: 65536, passes: 2, lanes: 1 };
        let params = Params::new(kdf.memory_kib, 2, 1, Some(32)).unwrap();
        let mut out = [0u8; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(b"password", b"somesalt", &mut out)
            .unwrap();
        let want = "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7";
        let got: String = out.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn a_header_cannot_ask_for_all_memory() {
        for bad in [
            Kdf { memory_kib: u32::MAX, passes: 1, lanes: 1 },
            Kdf { memory_kib: 64, passes: 0, lanes: 1 },
            Kdf { memory_kib: 64, passes: 1, lanes: 9 },
            Kdf { memory_kib: 8, passes: 1, lanes: 2 },
        ] {
            assert_eq!(Kdf::from_bytes(bad.to_bytes()), None);
        }
        let full = Kdf::default();
        assert_eq!(Kdf::from_bytes(full.to_bytes()), Some(full));
        assert!(!full.is_weak() && Kdf::weak_for_demo_and_tests().is_weak());
    }

    #[test]
    fn short_passphrases_are_refused_and_line_ends_ignored() {
        assert_eq!(Passphrase::new("short\r\n".into()).check(), Err(WeakPassphrase(5)));
        assert!(Passphrase::new("ähnlich wie d".into()).check().is_ok());
        assert!(Passphrase::new("a\n".into()).same(&Passphrase::new("a".into())));
    }
}
