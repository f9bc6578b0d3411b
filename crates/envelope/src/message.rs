//! Text to fragments and back: raw DEFLATE (RFC 1951), cut into pieces, joined in any order.

use miniz_oxide::{
    deflate,
    inflate::{
        TINFLStatus,
        core::{
            DecompressorOxide, decompress,
            inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF as INTO_ONE_BUFFER,
        },
    },
};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{
    passphrase::ReplyKey,
    payload::{Body, ConversationId, Fragment, MessageId},
    sizes,
};

/// A text that cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SplitError {
    /// Nothing to send.
    #[error("the message is empty")]
    Empty,
    /// Longer than the fragments or entries hold.
    #[error(
        "the message is too long: {pieces} pieces where at most {most} may leave; shorten it or send it in two"
    )]
    TooLong {
        /// Pieces that it would take.
        pieces: usize,
        /// Pieces that there may be.
        most: usize,
    },
}

/// Fragments that cannot be joined to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JoinError {
    /// It does not fit what came before under this message id.
    #[error("fragment {index}: contradicts another fragment of the same message")]
    Contradiction {
        /// The fragment's index.
        index: u8,
    },
    /// The joined body is not one DEFLATE stream, or one that inflates beyond 262,144 bytes.
    #[error("the joined body is not one stream that inflates to at most 262,144 bytes")]
    Inflate,
    /// What it inflates to is not text.
    #[error("the message is not UTF-8")]
    Text,
}

/// Compresses a text and cuts it into pieces of at most `room` bytes, all but the last full.
///
/// # Errors
/// [`SplitError`] if there is nothing to cut or too much.
pub fn pieces(text: &str, room: usize, most: usize) -> Result<Vec<Body>, SplitError> {
    if text.is_empty() {
        return Err(SplitError::Empty);
    }
    let squeezed = Zeroizing::new(deflate::compress_to_vec(text.as_bytes(), 9));
    let pieces: Vec<Body> =
        squeezed.chunks(room.max(1)).map(|piece| Body(piece.to_vec())).collect();
    if pieces.len() > most || text.len() > sizes::MAX_MESSAGE {
        return Err(SplitError::TooLong { pieces: pieces.len(), most });
    }
    Ok(pieces)
}

/// The text that pieces, joined in order, stand for.
///
/// # Errors
/// [`JoinError::Inflate`] or [`JoinError::Text`].
pub fn join<'a>(pieces: impl Iterator<Item = &'a Body>) -> Result<Zeroizing<String>, JoinError> {
    let mut squeezed = Zeroizing::new(Vec::new());
    pieces.for_each(|piece| squeezed.extend_from_slice(&piece.0));
    let mut bytes = Zeroizing::new(vec![0; sizes::MAX_MESSAGE]);
    let mut inflate = Box::<DecompressorOxide>::default();
    let (status, read, written) =
        decompress(&mut inflate, &squeezed, &mut bytes, 0, INTO_ONE_BUFFER);
    // One stream and nothing after it: browsers refuse more, so this must, too.
    if status != TINFLStatus::Done || read != squeezed.len() {
        return Err(JoinError::Inflate);
    }
    bytes.truncate(written);
    let text = core::str::from_utf8(&bytes).map_err(|_| JoinError::Text)?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Splits a tip into the fragments that carry it, at most eight.
///
/// # Errors
/// [`SplitError`].
pub fn split(
    text: &str,
    conversation: ConversationId,
    message: MessageId,
    reply_key: &ReplyKey,
) -> Result<Vec<Fragment>, SplitError> {
    let bodies = pieces(text, sizes::PAYLOAD_BODY, sizes::MAX_FRAGMENTS)?;
    let count = u8::try_from(bodies.len()).unwrap_or(u8::MAX);
    let numbered = (0..count).zip(bodies);
    Ok(numbered
        .map(|(index, body)| Fragment {
            conversation,
            message,
            index,
            count,
            reply_key: reply_key.copy(),
            body,
        })
        .collect())
}

/// The fragments of one message that have come so far, in any order, any number of times.
pub struct Assembly {
    conversation: ConversationId,
    message: MessageId,
    slots: Vec<Option<Body>>,
}

impl Assembly {
    /// Begins with the first fragment to arrive.
    #[must_use]
    pub fn begin(fragment: &Fragment) -> Self {
        let mut slots = vec![None; usize::from(fragment.count)];
        if let Some(slot) = slots.get_mut(usize::from(fragment.index)) {
            *slot = Some(fragment.body.clone());
        }
        Self { conversation: fragment.conversation, message: fragment.message, slots }
    }

    /// Adds a fragment. A copy of one that is there changes nothing.
    ///
    /// # Errors
    /// [`JoinError::Contradiction`] if it belongs to another conversation or message, has another count, or another body under
    /// the same index. What was there stays.
    pub fn add(&mut self, fragment: &Fragment) -> Result<(), JoinError> {
        let contradiction = JoinError::Contradiction { index: fragment.index };
        let same = fragment.conversation == self.conversation
            && fragment.message == self.message
            && usize::from(fragment.count) == self.slots.len();
        let slot = self.slots.get_mut(usize::from(fragment.index)).filter(|_| same);
        match slot.ok_or(contradiction)? {
            Some(body) if *body != fragment.body => Err(contradiction),
            Some(_) => Ok(()),
            empty => {
                *empty = Some(fragment.body.clone());
                Ok(())
            }
        }
    }

    /// How many fragments are missing.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.slots.iter().filter(|slot| slot.is_none()).count()
    }

    /// The text, once nothing is missing.
    ///
    /// # Errors
    /// [`JoinError::Inflate`] or [`JoinError::Text`]; the fragments will not get better.
    pub fn text(&self) -> Result<Option<Zeroizing<String>>, JoinError> {
        if self.missing() > 0 {
            return Ok(None);
        }
        join(self.slots.iter().flatten()).map(Some)
    }
}
