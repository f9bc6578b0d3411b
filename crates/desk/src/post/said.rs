//! What one desk says to another: a few words in JSON and, beside them, bytes; compressed.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::PostError;
use crate::{custody::Handed, draft::Shared, hold::Fixed, story::Request};

/// Most bytes that a parcel inflates to.
const MOST: usize = 64 << 20;

/// What a parcel says. Names and fields are a format: add, never rename.
#[derive(Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "kebab-case")]
pub(crate) enum Said {
    /// A parcel has come and is on the disk.
    Got { parcel: Fixed<16> },
    /// A text to work on together.
    Draft(Shared),
    /// A page to be approved; the package is the first of the bytes beside it.
    Ask(Request),
    /// An approval; the publication is the bytes beside it.
    Approved { statement: Fixed<32> },
    /// No approval, and why.
    Declined { statement: Fixed<32>, why: String },
    /// What the newsroom is to know of a story: that it went out, and by whose approval.
    Out(crate::story::Out),
    /// A conversation, a document or a ledger handed over.
    Handed(Handed),
    /// What was handed over is not to be used any more.
    TakenBack { what: Fixed<16>, why: String },
    /// Who has a night's duty.
    Duty(crate::custody::Duty),
    /// What a team has to say to its members, and of itself to everybody.
    Team(crate::team::TeamSaid),
    /// A desk's drafts that cite a source are to stop.
    Stop { what: Fixed<16>, why: String },
}

/// Bytes beside the words.
pub(crate) type Blobs = Vec<Zeroizing<Vec<u8>>>;

impl Said {
    /// Its bytes: `head length (4) ‖ head ‖ bytes…`, compressed. The head says how long each of the bytes is.
    pub(crate) fn pack(
        &self,
        blobs: &[Zeroizing<Vec<u8>>],
    ) -> Result<Zeroizing<Vec<u8>>, PostError> {
        let head = Head { said: self, lengths: blobs.iter().map(|blob| blob.len()).collect() };
        let head = Zeroizing::new(serde_json::to_vec(&head).map_err(|_| PostError::Unknown)?);
        let whole = 4 + head.len() + blobs.iter().map(|blob| blob.len()).sum::<usize>();
        let mut out = Zeroizing::new(Vec::with_capacity(whole));
        let length = u32::try_from(head.len()).map_err(|_| PostError::Unknown)?;
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&head);
        blobs.iter().for_each(|blob| out.extend_from_slice(blob));
        Ok(Zeroizing::new(miniz_oxide::deflate::compress_to_vec(&out, 8)))
    }

    /// Reads what a colleague has said.
    pub(crate) fn unpack(bytes: &[u8]) -> Result<(Self, Blobs), PostError> {
        let plain = miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, MOST);
        let plain = Zeroizing::new(plain.map_err(|_| PostError::Unknown)?);
        let (length, rest) = plain.split_first_chunk::<4>().ok_or(PostError::Unknown)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (head, mut rest) = rest.split_at_checked(length).ok_or(PostError::Unknown)?;
        let head: Head<Self> = serde_json::from_slice(head).map_err(|_| PostError::Unknown)?;
        let mut blobs = Vec::new();
        for length in head.lengths {
            let (blob, more) = rest.split_at_checked(length).ok_or(PostError::Unknown)?;
            blobs.push(Zeroizing::new(blob.to_vec()));
            rest = more;
        }
        Ok((head.said, blobs))
    }
}

#[derive(Serialize, Deserialize)]
struct Head<T> {
    said: T,
    lengths: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a hostile colleague can send: anything, packed as it should be.
    fn packed(plain: &[u8]) -> Vec<u8> {
        miniz_oxide::deflate::compress_to_vec(plain, 1)
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(
            raw in prop::collection::vec(any::<u8>(), 0..400),
            length in any::<u32>(),
            lengths in prop::collection::vec(any::<usize>(), 0..4),
        ) {
            let _ = Said::unpack(&raw);
            let _ = Said::unpack(&packed(&raw));
            let _ = Said::unpack(&packed(&[&length.to_be_bytes()[..], &raw].concat()));
            // Lengths of what lies beside the words that are not there.
            let head = format!(r#"{{"said":{{"said":"got","parcel":"{}"}},"lengths":{lengths:?}}}"#, "07".repeat(16));
            let size = u32::try_from(head.len()).unwrap().to_be_bytes();
            let whole = [&size[..], head.as_bytes(), &raw].concat();
            match Said::unpack(&packed(&whole)) {
                Ok((Said::Got { .. }, blobs)) => {
                    let sum: usize = blobs.iter().map(|blob| blob.len()).sum();
                    prop_assert!(sum <= raw.len() && blobs.len() == lengths.len());
                }
                Ok(_) => prop_assert!(false, "it said something else"),
                Err(_) => prop_assert!(lengths.iter().try_fold(0usize, |a, b| a.checked_add(*b)).is_none_or(|sum| sum > raw.len())),
            }
        }
    }

    #[test]
    fn what_inflates_without_end_is_refused() {
        let much = packed(&vec![0; MOST + 1]);
        assert!(much.len() < MOST / 100 && Said::unpack(&much).is_err());
    }
}
