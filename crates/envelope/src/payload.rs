//! What an inner envelope holds: one fragment of a message, 1,819 bytes.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    codec::{Reader, pad},
    error::DecodeError,
    passphrase::ReplyKey,
    sizes,
};

const KIND_TIP: u8 = 1;

/// A conversation, as its desk knows it: derived from the passphrase, different for every desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConversationId(pub [u8; 16]);

/// A message, random, the same in all of its fragments and copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub [u8; 16]);

/// One fragment of a tip.
pub struct Fragment {
    /// The conversation it continues or begins.
    pub conversation: ConversationId,
    /// The message it is a part of.
    pub message: MessageId,
    /// From 0.
    pub index: u8,
    /// 1 to 8.
    pub count: u8,
    /// The key for receipts and replies, of the week in which the tip was written.
    pub reply_key: ReplyKey,
    /// A piece of the compressed text, at most 1,745 bytes.
    pub body: Body,
}

/// A piece of compressed text; erased when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Body(pub Vec<u8>);

impl Fragment {
    /// Lays the fragment out; the rest is zeros.
    ///
    /// # Errors
    /// [`DecodeError`] if the body is too long or index and count do not fit.
    pub fn encode(&self) -> Result<Zeroizing<[u8; sizes::PAYLOAD]>, DecodeError> {
        let mut out = Zeroizing::new(Vec::with_capacity(sizes::PAYLOAD));
        out.extend_from_slice(&[1, KIND_TIP]);
        out.extend_from_slice(&self.conversation.0);
        out.extend_from_slice(&self.message.0);
        out.extend_from_slice(&[self.index, self.count]);
        out.extend_from_slice(&self.reply_key.week().to_be_bytes());
        out.extend_from_slice(self.reply_key.as_bytes());
        let length = u16::try_from(self.body.0.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&self.body.0);
        let missing = sizes::PAYLOAD.saturating_sub(out.len());
        pad(&mut out, missing);
        let mut array = Zeroizing::new([0; sizes::PAYLOAD]);
        *array = Reader::exact("payload", &out, sizes::PAYLOAD)?.array()?;
        check_order(self.index, self.count)?;
        Ok(array)
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`DecodeError`] for any byte that is not as documented. Cover is random, so it ends here, too.
    pub fn decode(payload: &[u8; sizes::PAYLOAD]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new("payload", payload);
        reader.version(Some(KIND_TIP))?;
        let conversation = ConversationId(reader.array()?);
        let message = MessageId(reader.array()?);
        let (index, count) = (reader.u8()?, reader.u8()?);
        check_order(index, count)?;
        let week = reader.u32()?;
        let reply_key = ReplyKey::new(week, reader.array()?)?;
        let length = usize::from(reader.u16()?);
        if length > sizes::PAYLOAD_BODY {
            return Err(reader.value("body is longer than a payload"));
        }
        if index + 1 < count && length != sizes::PAYLOAD_BODY {
            return Err(reader.value("a fragment before the last is not full"));
        }
        let body = Body(reader.bytes(length)?.to_vec());
        reader.zeros(sizes::PAYLOAD_BODY - length)?;
        reader.end()?;
        Ok(Self { conversation, message, index, count, reply_key, body })
    }
}

fn check_order(index: u8, count: u8) -> Result<(), DecodeError> {
    if count == 0 || usize::from(count) > sizes::MAX_FRAGMENTS || index >= count {
        return Err(DecodeError::Value { what: "payload", why: "index and count do not fit" });
    }
    Ok(())
}
