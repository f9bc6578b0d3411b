//! Seven words, and everything that is derived from them. Nothing else of a source is kept anywhere.

use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    error::DecodeError,
    keys::{DeskId, SiteId, bound},
    payload::{ConversationId, MessageId},
    sizes,
    time::{FIRST_WEEK, MAX_WEEKS},
    words,
};

/// PBKDF2 rounds.
pub const ROUNDS: u32 = 600_000;
/// Words of a passphrase: 90.5 bits.
pub const WORDS: usize = 7;

/// A passphrase: seven words of the EFF long list. Generated, never chosen.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

/// A text that is no passphrase. Says which word by its place, never the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PassphraseError {
    /// Not seven words.
    #[error("a passphrase has seven words; {0} were given")]
    Count(usize),
    /// A word that is not in the list.
    #[error("word {0} is not in the list; check its spelling")]
    Unknown(usize),
}

impl Passphrase {
    /// A new one, uniformly from all 7,776^7.
    pub fn generate<G: CryptoRng + ?Sized>(rng: &mut G) -> Self {
        let mut text = String::with_capacity(WORDS * 10);
        while text.split(' ').filter(|word| !word.is_empty()).count() < WORDS {
            // 13 bits, rejected above 7,775: uniform, no modulo bias.
            let draw = (rng.next_u32() & 0x1fff) as usize;
            if let Some(word) = words::list().get(draw) {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(word);
            }
        }
        Self(text)
    }

    /// Reads what a person typed: any case, any white space between the words.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub fn parse(typed: &str) -> Result<Self, PassphraseError> {
        let typed = Zeroizing::new(typed.to_lowercase());
        let words: Vec<&str> = typed.split_whitespace().collect();
        if words.len() != WORDS {
            return Err(PassphraseError::Count(words.len()));
        }
        let unknown = words.iter().position(|word| words::list().binary_search(word).is_err());
        match unknown {
            Some(at) => Err(PassphraseError::Unknown(at + 1)),
            None => Ok(Self(words.join(" "))),
        }
    }

    /// The words, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Stretches it: PBKDF2-HMAC-SHA256, 600,000 rounds, salted by the newsroom. Takes a good part of a second, on purpose.
    #[must_use]
    pub fn master(&self, site: &SiteId) -> Master {
        let mut out = [0; 32];
        let salt = bound(b"subrosa/1 passphrase", site);
        pbkdf2::pbkdf2_hmac::<Sha256>(self.0.as_bytes(), &salt, ROUNDS, &mut out);
        Master(out)
    }
}

/// What a passphrase stretches to at one newsroom.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Master([u8; 32]);

impl Master {
    /// From 32 bytes; for tests and vectors, which cannot wait for PBKDF2.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The conversation with a desk.
    #[must_use]
    pub fn conversation(&self, desk: &DeskId) -> ConversationId {
        ConversationId(derive(&self.0, &[], b"subrosa/1 conversation", &desk.0))
    }

    /// The reply key that the desk may know from `week` on.
    ///
    /// # Errors
    /// [`DecodeError::Value`] for a week before the protocol's first or more than forty years after it.
    pub fn reply_key(&self, desk: &DeskId, week: u32) -> Result<ReplyKey, DecodeError> {
        let first = derive(&self.0, &[], b"subrosa/1 reply root", &desk.0);
        ReplyKey::new(FIRST_WEEK, first)?.ratchet_to(week)
    }
}

/// Seconds of a period of message ids: eight hours.
pub const PERIOD: u64 = 28_800;
/// Message ids in a period: one for each minute.
pub const IDS_PER_PERIOD: usize = 480;

impl Master {
    /// The ids of the messages of one period (Unix time / 28,800) to a desk. They look random to everybody else, the desk
    /// included; whoever has the passphrase makes them again, and so finds the receipts of earlier visits.
    #[must_use]
    pub fn message_ids(&self, desk: &DeskId, period: u32) -> Vec<MessageId> {
        let more = [desk.0.as_slice(), &period.to_be_bytes()].concat();
        let all: [u8; IDS_PER_PERIOD * 16] = derive(&self.0, &[], b"subrosa/1 messages", &more);
        let (ids, _) = all.as_chunks();
        ids.iter().map(|id| MessageId(*id)).collect()
    }

    /// The id of a message written at `now`. `used` tells ids that this visit has used already; the next free minute is taken.
    #[must_use]
    pub fn message_id(&self, desk: &DeskId, now: u64, used: &[MessageId]) -> MessageId {
        let mut minute = now / 60;
        loop {
            let per_period = IDS_PER_PERIOD as u64;
            let period = u32::try_from(minute / per_period).unwrap_or(u32::MAX);
            let at = usize::try_from(minute % per_period).unwrap_or(0);
            let id = self.message_ids(desk, period).get(at).copied();
            match id.filter(|id| !used.contains(id)) {
                Some(id) => return id,
                None => minute = minute.wrapping_add(1),
            }
        }
    }
}

/// The key for a conversation's receipts and replies in one week; gives the keys of later weeks, never of earlier ones.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ReplyKey {
    week: u32,
    key: [u8; 32],
}

impl ReplyKey {
    /// From its week and 32 bytes.
    ///
    /// # Errors
    /// [`DecodeError::Value`] for a week outside the protocol's.
    pub fn new(week: u32, key: [u8; 32]) -> Result<Self, DecodeError> {
        if (FIRST_WEEK..=FIRST_WEEK + MAX_WEEKS).contains(&week) {
            Ok(Self { week, key })
        } else {
            Err(DecodeError::Value { what: "reply key", why: "week is outside the protocol's" })
        }
    }

    /// The week it is for.
    #[must_use]
    pub fn week(&self) -> u32 {
        self.week
    }

    /// The key, to be stored encrypted.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.key
    }

    /// A second copy, for another fragment of the same message.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self { week: self.week, key: self.key }
    }

    /// The key of a later week. Store it in place of this one: there is no way back.
    ///
    /// # Errors
    /// [`DecodeError::Value`] if `week` is earlier than this key's or outside the protocol's.
    pub fn ratchet_to(&self, week: u32) -> Result<Self, DecodeError> {
        if week < self.week {
            return Err(DecodeError::Value { what: "reply key", why: "does not go back in time" });
        }
        let mut next = Self::new(week, self.key)?;
        for _ in self.week..week {
            next.key = derive(&next.key, &[], b"subrosa/1 ratchet", &[]);
        }
        Ok(next)
    }

    /// The tag that tells the source that its message is on the desk's disk.
    #[must_use]
    pub fn receipt(&self, message: &MessageId) -> ReceiptTag {
        ReceiptTag(derive(&self.key, &[], b"subrosa/1 receipt", &message.0))
    }

    /// The key of one reply entry.
    pub(crate) fn entry_key(&self, salt: &[u8; sizes::ENTRY_SALT]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(derive(&self.key, salt, b"subrosa/1 reply entry", &[]))
    }
}

/// A receipt in the dead drop: 8 bytes that only the source recognises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReceiptTag(pub [u8; sizes::RECEIPT]);

/// HKDF-SHA256 (RFC 5869) with `info = label ‖ more`.
fn derive<const N: usize>(ikm: &[u8], salt: &[u8], label: &[u8], more: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    // Expanding fails only beyond 8,160 bytes; `N` is at most 7,680.
    let _ = Hkdf::<Sha256>::new(Some(salt), ikm).expand_multi_info(&[label, more], &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    #[test]
    fn words_are_read_as_people_type_them() {
        let made = Passphrase::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let shouted = made.reveal().to_uppercase().replace(' ', " \n ");
        assert_eq!(Passphrase::parse(&shouted).unwrap().reveal(), made.reveal());
        assert_eq!(Passphrase::parse("one two").err(), Some(PassphraseError::Count(2)));
        let mistyped = made.reveal().replacen(' ', " zzz", 1);
        assert_eq!(Passphrase::parse(&mistyped).err(), Some(PassphraseError::Unknown(2)));
    }

    #[test]
    fn the_ratchet_goes_one_way() {
        let master = Master::from_bytes([7; 32]);
        let desk = DeskId([1; 16]);
        let early = master.reply_key(&desk, FIRST_WEEK + 3).unwrap();
        let late = master.reply_key(&desk, FIRST_WEEK + 9).unwrap();
        assert_eq!(early.ratchet_to(FIRST_WEEK + 9).unwrap().as_bytes(), late.as_bytes());
        assert!(late.ratchet_to(FIRST_WEEK + 3).is_err());
        assert!(master.reply_key(&desk, FIRST_WEEK - 1).is_err());
        assert!(master.reply_key(&desk, u32::MAX).is_err());
        assert_ne!(master.conversation(&desk), master.conversation(&DeskId([2; 16])));
    }

    #[test]
    fn message_ids_are_found_again_and_never_used_twice() {
        let master = Master::from_bytes([7; 32]);
        let desk = DeskId([1; 16]);
        let now = 62_341 * PERIOD + PERIOD - 1;
        let one = master.message_id(&desk, now, &[]);
        let two = master.message_id(&desk, now, &[one]);
        let period = u32::try_from(now / PERIOD).unwrap();
        assert_eq!(master.message_ids(&desk, period).last(), Some(&one));
        assert_eq!(master.message_ids(&desk, period + 1).first(), Some(&two));
        assert_eq!(master.message_id(&desk, now + 30, &[]), two, "the next minute");
    }
}
