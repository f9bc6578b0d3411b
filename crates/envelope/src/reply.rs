//! Reply entries of the dead drop: 1,024 bytes that only one source can tell from random.

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::{
    codec::{Reader, pad},
    error::{DecodeError, OpenError},
    message::{self, SplitError},
    passphrase::ReplyKey,
    payload::Body,
    sizes,
};

const KIND_REPLY: u8 = 1;

/// A reply, random, the same in all of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReplyId(pub [u8; 16]);

/// One part of a reply.
pub struct Part {
    /// The reply it is a part of.
    pub reply: ReplyId,
    /// From 0.
    pub index: u8,
    /// 1 to 8.
    pub count: u8,
    /// When it was written, Unix seconds, rounded down to a whole tick.
    pub written: u64,
    /// A piece of the compressed text, at most 962 bytes.
    pub body: Body,
}

/// Splits a reply into at most eight parts.
///
/// # Errors
/// [`SplitError`].
pub fn split(text: &str, reply: ReplyId, written: u64) -> Result<Vec<Part>, SplitError> {
    let bodies = message::pieces(text, sizes::ENTRY_BODY, sizes::MAX_PARTS)?;
    let count = u8::try_from(bodies.len()).unwrap_or(u8::MAX);
    Ok((0..count)
        .zip(bodies)
        .map(|(index, body)| Part { reply, index, count, written, body })
        .collect())
}

/// 1,024 random bytes: what an entry without a reply looks like, to everybody.
pub fn dummy<G: CryptoRng + ?Sized>(rng: &mut G) -> [u8; sizes::ENTRY] {
    let mut out = [0; sizes::ENTRY];
    rng.fill_bytes(&mut out);
    out
}

impl Part {
    /// Seals it under the key of the week of the tick at which it will be published.
    ///
    /// # Errors
    /// [`DecodeError`] if the body is too long or index and count do not fit.
    pub fn seal<G: CryptoRng + ?Sized>(
        &self,
        key: &ReplyKey,
        rng: &mut G,
    ) -> Result<[u8; sizes::ENTRY], DecodeError> {
        let mut plain = self.encode()?;
        let mut salt = [0; sizes::ENTRY_SALT];
        rng.fill_bytes(&mut salt);
        // The fresh salt makes a key that is used once, so the nonce may be fixed.
        let tag = Aes256Gcm::new(&(*key.entry_key(&salt)).into())
            .encrypt_inout_detached(&Default::default(), &[], plain.as_mut_slice().into())
            .map_err(|_| DecodeError::Value { what: "reply entry", why: "cannot be sealed" })?;
        let sealed = [salt.as_slice(), plain.as_slice(), tag.as_slice()].concat();
        Reader::exact("reply entry", &sealed, sizes::ENTRY)?.array()
    }

    /// Tries to open an entry with the key of the week of its tick.
    ///
    /// # Errors
    /// [`OpenError::Sealed`] for everybody else's entries and for dummies.
    pub fn open(entry: &[u8; sizes::ENTRY], key: &ReplyKey) -> Result<Self, OpenError> {
        let mut reader = Reader::new("reply entry", entry);
        let salt = reader.array()?;
        let mut plain = Zeroizing::new(reader.bytes(sizes::ENTRY_PLAIN)?.to_vec());
        let tag: [u8; sizes::TAG] = reader.array()?;
        Aes256Gcm::new(&(*key.entry_key(&salt)).into())
            .decrypt_inout_detached(
                &Default::default(),
                &[],
                plain.as_mut_slice().into(),
                &tag.into(),
            )
            .map_err(|_| OpenError::Sealed)?;
        Ok(Self::decode(&plain)?)
    }

    fn encode(&self) -> Result<Zeroizing<Vec<u8>>, DecodeError> {
        check_order(self.index, self.count)?;
        let mut out = Zeroizing::new(Vec::with_capacity(sizes::ENTRY_PLAIN));
        out.extend_from_slice(&[1, KIND_REPLY]);
        out.extend_from_slice(&self.reply.0);
        out.extend_from_slice(&[self.index, self.count]);
        out.extend_from_slice(&self.written.to_be_bytes());
        let length = u16::try_from(self.body.0.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&self.body.0);
        let missing = sizes::ENTRY_PLAIN.saturating_sub(out.len());
        pad(&mut out, missing);
        Reader::exact("reply", &out, sizes::ENTRY_PLAIN)?;
        Ok(out)
    }

    fn decode(plain: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::exact("reply", plain, sizes::ENTRY_PLAIN)?;
        reader.version(Some(KIND_REPLY))?;
        let reply = ReplyId(reader.array()?);
        let (index, count) = (reader.u8()?, reader.u8()?);
        check_order(index, count)?;
        let written = reader.u64()?;
        let length = usize::from(reader.u16()?);
        if length > sizes::ENTRY_BODY {
            return Err(reader.value("body is longer than an entry"));
        }
        let body = Body(reader.bytes(length)?.to_vec());
        reader.zeros(sizes::ENTRY_BODY - length)?;
        reader.end()?;
        Ok(Self { reply, index, count, written, body })
    }
}

fn check_order(index: u8, count: u8) -> Result<(), DecodeError> {
    if count == 0 || usize::from(count) > sizes::MAX_PARTS || index >= count {
        return Err(DecodeError::Value { what: "reply", why: "index and count do not fit" });
    }
    Ok(())
}
