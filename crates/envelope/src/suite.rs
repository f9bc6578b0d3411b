//! The two HPKE suites of the wire.

use crate::{error::DecodeError, sizes};

/// An HPKE suite (RFC 9180): a KEM with HKDF-SHA256 and AES-256-GCM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Suite {
    /// DHKEM(X25519, HKDF-SHA256), KEM id 0x0020. For browsers without ML-KEM.
    X25519,
    /// MLKEM768-X25519 ("X-Wing"), KEM id 0x647a (draft-ietf-hpke-pq). Post-quantum and classical in one.
    XWing,
}

impl Suite {
    /// Both, the weaker one first.
    pub const ALL: [Suite; 2] = [Suite::X25519, Suite::XWing];

    /// The byte that stands for this suite.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Suite::X25519 => 0x01,
            Suite::XWing => 0x02,
        }
    }

    /// The suite that a byte stands for.
    ///
    /// # Errors
    /// [`DecodeError::Suite`] for any byte but 0x01 and 0x02.
    pub const fn from_byte(byte: u8) -> Result<Self, DecodeError> {
        match byte {
            0x01 => Ok(Suite::X25519),
            0x02 => Ok(Suite::XWing),
            other => Err(DecodeError::Suite(other)),
        }
    }

    /// The name used in documents and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Suite::X25519 => "X25519",
            Suite::XWing => "MLKEM768-X25519",
        }
    }

    /// Bytes of an encapsulation.
    #[must_use]
    pub const fn enc_len(self) -> usize {
        match self {
            Suite::X25519 => sizes::X25519_KEY,
            Suite::XWing => sizes::XWING_ENC,
        }
    }

    /// Zeros inside the ciphertext that make both suites carry the same.
    #[must_use]
    pub const fn padding(self) -> usize {
        sizes::XWING_ENC - self.enc_len()
    }
}
